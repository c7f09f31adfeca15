"""A user's own index in files: two CSV tables and a TOML methodology in, a folder of results out."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scidip.indicators.engine.composite import TouchedCells
from scidip.indicators.errors import InputFaults, MethodError
from scidip.indicators.own_index import tables as own_tables
from scidip.indicators.own_index.score import OwnIndex, score_own_index
from scidip.indicators.own_index.text_table import TextTable
from scidip.indicators.robustness import uncertainty as own_uncertainty
from scidip.indicators.robustness.montecarlo import Progress
from scidip.publish.export.own_index_more import BOOK, NAMES, as_csv, book, more_tables, with_weight_sets
from scidip.publish.export.own_index_reading import read_methodology, read_table
from scidip.publish.formats.csv import lines

FloatArray = NDArray[np.float64]
DOCUMENT = "methodology.json"
"""The file by which a folder is known to be one of ours, which may be written again."""


def score_files(data: Path, meta: Path, methodology: Path | None, weight_sets: Path | None = None) -> OwnIndex:
    """Return the index of three files; without a methodology, that of all defaults.

    *weight_sets*: a table of other weights for the uncertainty analysis (`own_index_more.with_weight_sets`).
    Faults of all files are told together, as far as they can be read at all.
    """
    faults: list[str] = []
    tables: list[TextTable] = []
    for path, role in ((data, "data"), (meta, "meta")):
        try:
            tables.append(read_table(path, role))
        except InputFaults as error:
            faults += error.faults
    document: dict[str, Any] = {}
    try:
        document = read_methodology(methodology) if methodology else {}
    except InputFaults as error:
        faults += error.faults
    try:
        document = with_weight_sets(document, weight_sets)
    except InputFaults as error:
        faults += error.faults
    if faults:
        raise InputFaults(faults)
    name = methodology.name if methodology else "the methodology"
    return score_own_index(tables[0], tables[1], document, name)


def digest_of(paths: Iterable[Path]) -> dict[str, str]:
    """Return the SHA-256 of files by name."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


@dataclass(frozen=True)
class Run:
    """What was asked for beside the index: draws, base runs, seed; and where it came from."""

    inputs: Mapping[str, str]
    """SHA-256 of the input files by name."""
    version: str
    seed: int = 1
    uncertainty: int = 0
    sensitivity: int = 0
    analyses: bool = False
    """Whether the tables of `own_index.tables` are wanted, and all in one book."""
    compare: Path | None = None
    """A table of another index."""
    design: Path | None = None
    """A table of runs: which option of each choice is taken (`robustness.varied.designed`)."""
    progress: Progress | None = None
    """Told how many draws are made, of how many."""


@dataclass(frozen=True)
class Result:
    """The text (or bytes) of every file by its name in the folder; what could not be computed, and why."""

    files: Mapping[str, str | bytes]
    not_written: Mapping[str, str]


def document_of(index: OwnIndex, run: Run) -> dict[str, Any]:
    """Return what `methodology.json` says: every choice, its digest, and what came of it."""
    given, nodes = index.input, index.composite.nodes
    shared = {
        node: dict(zip(given.tree.children(n), nodes.weights[node].tolist(), strict=True))
        for n in given.tree.nodes
        if nodes.weights[node := n.code].ndim == 1
    }
    return {
        "methodology": given.method.model_dump(mode="json", exclude_none=True),
        "digest": given.method.digest,
        "seed": run.seed,
        "uncertainty": run.uncertainty,
        "sensitivity": run.sensitivity,
        "inputs": dict(run.inputs),
        "weights": shared,
        "screened_out": [
            {"uCode": unit} | ({"Time": _time(time)} if given.has_time else {}) for unit, time in index.screened_out
        ],
        "warnings": list(index.warnings),
        "program": f"scidip {run.version}",
    }


def result_of(index: OwnIndex, run: Run) -> Result:
    """Return the text of every file; the same input, the same text.

    What `--uncertainty` and `--sensitivity` ask for and cannot be had leaves all else as it is.
    """
    composite, figures, has_time = index.composite, index.input.figures, index.input.has_time
    leaves, nodes = index.input.tree.leaves, composite.nodes
    every = _labels(figures.units, figures.times, has_time)
    kept = [label for label, stays in zip(every, composite.kept.tolist(), strict=True) if stays]
    key = _key(has_time)

    def table(columns: Sequence[str], labels: list[list[Any]], values: FloatArray) -> str:
        rows = zip(labels, _cells(values), strict=True)
        numbers_follow = range(len(key))
        return _csv([*key, *columns], ([*label, *row] for label, row in rows), numbers_follow)

    analyses = _analyses(index, run, kept)
    document = document_of(index, run) | {"not_written": dict(analyses.not_written)}
    files: dict[str, str | bytes] = {
        "results.csv": as_csv(own_tables.results(index)),
        "scores.csv": table(nodes.codes, kept, nodes.scores),
        "ranks.csv": table(nodes.codes, kept, nodes.ranks),
        "stages/denominated.csv": table(leaves, every, composite.denominated),
        "stages/imputed.csv": table(leaves, kept, composite.imputed),
        "stages/treated.csv": table(leaves, kept, composite.treated),
        "stages/normalised.csv": table(leaves, kept, composite.normalised),
        "treatments.csv": _treatments(composite.touched, key, kept, leaves),
        DOCUMENT: json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n",
    }
    files |= analyses.files
    if run.analyses:
        files[BOOK] = book(index, document, {n: t for n, t in files.items() if isinstance(t, str)})
    return Result(files, analyses.not_written)


def _treatments(touched: TouchedCells, key: list[str], kept: list[list[Any]], leaves: Sequence[str]) -> str:
    """Return the cells that the treatment touched, before and after, each with its rule."""
    log = zip(
        touched.row.tolist(),
        touched.column.tolist(),
        _cells(touched.before),
        _cells(touched.after),
        touched.rule.tolist(),
        strict=True,
    )
    rows = ([*kept[r], leaves[c], old, new, rule] for r, c, old, new, rule in log)
    return _csv([*key, "iCode", "before", "after", "rule"], rows, (*range(len(key) + 1), len(key) + 3))


def _analyses(index: OwnIndex, run: Run, kept: list[list[Any]]) -> Result:
    """Return the files that were asked for by `--uncertainty` and `--sensitivity`, or why there is none."""
    files, missing = more_tables(index, run.analyses, run.compare, run.design)
    wanted: dict[str, Callable[[OwnIndex, Run, list[list[Any]]], str]] = {}
    if run.uncertainty:
        wanted["intervals.csv"] = _intervals
    if run.sensitivity:
        wanted["sensitivity.csv"] = _sensitivity
    for name, make in wanted.items():
        try:
            files[name] = make(index, run, kept)
        except MethodError as error:
            missing[name] = str(error)
        except MemoryError:
            missing[name] = "there is not enough memory for it; ask for fewer alternatives or draws"
    return Result(files, missing)


def _intervals(index: OwnIndex, run: Run, kept: list[list[Any]]) -> str:
    given = index.input
    table = own_uncertainty.intervals(
        given.figures, index.composite, given.method, run.uncertainty, run.seed, progress=run.progress
    )
    names = [c for c in table.columns if c != "row"]
    labels = [kept[r] for r in table["row"]]
    return _csv([*_key(given.has_time), *names], _joined(labels, table[names]))


def _sensitivity(index: OwnIndex, run: Run, kept: list[list[Any]]) -> str:
    given, has_time = index.input, index.input.has_time
    table = own_uncertainty.shares(given.figures, index.composite, given.method, run.sensitivity, run.seed)
    names = [c for c in table.columns if c not in ("row", "time", "output")]
    moments = table["time"].tolist()
    labels = [
        [output, *(kept[r] if r >= 0 else ["", _time(t)] if has_time else [""])]
        for output, r, t in zip(table["output"], table["row"], moments, strict=True)
    ]
    return _csv(["output", *_key(has_time), *names], _joined(labels, table[names]))


def _key(has_time: bool) -> list[str]:
    return ["uCode", "Time"] if has_time else ["uCode"]


def _joined(labels: list[list[Any]], table: pd.DataFrame) -> Iterator[list[Any]]:
    for label, row in zip(labels, table.itertuples(index=False), strict=True):
        yield [*label, *(v if isinstance(v, str) else _cell(float(v)) for v in row)]


def write_folder(out: Path, files: Mapping[str, str | bytes]) -> None:
    """Write *files* as the folder *out*, all or nothing: beside it first, then into its place.

    Raises InputFaults when *out* holds anything but an earlier result.
    """
    refuse_foreign(out)
    out = out.resolve()
    part = out.with_name(out.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        for name, text in files.items():
            path = part / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        if out.exists():
            shutil.rmtree(out)
        part.rename(out)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def refuse_foreign(out: Path) -> None:
    """Raise InputFaults when *out* is a file, or a folder that holds what we did not write."""
    if out.is_file():
        raise InputFaults([f"--out {out}: is a file; name a folder"])
    if not out.exists():
        return
    found = {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()}
    if found and (DOCUMENT not in found or found - OURS):
        strange = sorted(found - OURS) or sorted(found)
        raise InputFaults([f"--out {out}: holds other files ({strange[0]}); name a new folder"])


OURS = {
    "results.csv",
    BOOK,
    *NAMES,
    "scores.csv",
    "ranks.csv",
    "treatments.csv",
    "intervals.csv",
    "sensitivity.csv",
    DOCUMENT,
    *(f"stages/{stage}.csv" for stage in ("denominated", "imputed", "treated", "normalised")),
}


def _labels(units: NDArray[np.str_], times: FloatArray, has_time: bool) -> list[list[Any]]:
    if not has_time:
        return [[unit] for unit in units.tolist()]
    pairs = zip(units.tolist(), times.tolist(), strict=True)
    return [[unit, _time(time)] for unit, time in pairs]


def _time(time: float) -> int | float:
    return int(time) if time == int(time) else time


def _cell(value: float) -> float | int | None:
    """Return a number as it is written: shortest that reads back the same, whole ones whole."""
    if value != value:
        return None
    return int(value) if abs(value) < 1e15 and value == int(value) else value


def _cells(values: FloatArray) -> list[Any]:
    """Return an array as lists of what `_cell` makes of each number."""
    with np.errstate(invalid="ignore"):
        whole = (np.abs(values) < 1e15) & (values == np.trunc(values))
    cells = values.astype(object)
    cells[whole] = values[whole].astype(np.int64)
    cells[np.isnan(values)] = None
    listed: list[Any] = cells.tolist()
    return listed


def _csv(header: Sequence[str], rows: Iterable[Sequence[Any]], texts: Sequence[int] | None = None) -> str:
    """Return a table as text; *texts* are the places of columns that may hold text (None: all)."""
    return "".join(lines(header, rows, texts))
