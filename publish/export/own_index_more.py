"""What is written of an index of one's own beside its scores: analyses, a comparison, and all of it in one workbook."""

import csv
import io
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pandas as pd
from xlsxwriter import Workbook

from scidip.indicators.errors import InputFaults, MethodError
from scidip.indicators.own_index import tables
from scidip.indicators.own_index.score import OwnIndex
from scidip.indicators.own_index.text_table import TextTable, number
from scidip.indicators.robustness.varied.designed import designed
from scidip.publish.export.own_index_reading import read_table
from scidip.publish.export.writing import through_file
from scidip.publish.formats.csv import lines

BOOK: Final = "index.xlsx"
DESIGN: Final = "design.csv"
COMPARISON: Final = ("comparison", "comparison_correlations")
NAMES: Final = (DESIGN, *(f"analyses/{name}.csv" for name in (*tables.ANALYSES, *COMPARISON)))
"""The files of a design and of all analyses."""
WIDEST_SHEET: Final = 31
"""Letters that the name of a sheet may have."""
TEXTS: Final = ("uCode", "uName", "iCode", "node", "child", "code", "first", "second", "element", "kind", "index")
"""Columns that hold words."""


def as_csv(frame: pd.DataFrame) -> str:
    """Return a table as CSV: gaps empty, numbers in the shortest form that reads back the same."""
    names = [str(c) for c in frame.columns]
    texts = [k for k, name in enumerate(names) if name in TEXTS]
    rows = ([_cell(v) for v in row] for row in frame.itertuples(index=False, name=None))
    return "".join(lines(names, rows, texts))


def _cell(value: Any) -> Any:
    value = value.item() if hasattr(value, "item") else value
    if not isinstance(value, float):
        return value
    if value != value:
        return None
    return int(value) if abs(value) < 1e15 and value == int(value) else value


def more_tables(
    index: OwnIndex, analysed: bool, compare: Path | None, design: Path | None
) -> tuple[dict[str, str | bytes], dict[str, str]]:
    """Return the files of analyses, comparison and design that are asked for, and by file why one is not there."""
    found: dict[str, pd.DataFrame] = {}
    missing: dict[str, str] = {}
    if analysed:
        found, missing = tables.analyses(index)
    if compare is not None:
        found |= dict(zip(COMPARISON, tables.comparison(index, read_other(compare)), strict=True))
    files: dict[str, str | bytes] = {f"analyses/{name}.csv": as_csv(table) for name, table in found.items()}
    why = {f"analyses/{name}.csv": told for name, told in missing.items()}
    if design is not None:
        try:
            files[DESIGN] = as_csv(_runs(index, read_table(design, "design")))
        except MethodError as error:
            why[DESIGN] = f"{design.name}: {error}"
    return files, why


def _runs(index: OwnIndex, table: TextTable) -> pd.DataFrame:
    """Return names, score and rank of the index in every run of a design."""
    given = index.input
    design = {name: table.column(name) for name in table.header if name != "run"}
    found = designed(given.figures, index.composite, given.method, design)
    keys = tables.keys_of(index).loc[found["row"]].reset_index(drop=True)
    return pd.concat([found[["run"]], keys, found[["score", "rank"]]], axis=1)


def read_other(path: Path) -> pd.DataFrame:
    """Return uCode (and Time) and a column of scores for each other index. Raises InputFaults with all faults."""
    table = read_table(path, "data")
    names = [n for n in table.header if n not in ("uCode", "uName", "Time")]
    faults = table.header_faults(["uCode"])
    if not names:
        faults.append(f"{path.name}, row 1: there is no column of scores; add one for each index to compare with")
    keys = [("uCode", list(table.column("uCode")))] if "uCode" in table.places else []
    numbers = {name: _numbers(table, name, faults) for name in (*(["Time"] if "Time" in table.places else []), *names)}
    frame = pd.DataFrame({**dict(keys), **numbers})
    twice = frame.duplicated([c for c in ("uCode", "Time") if c in frame]) if keys else pd.Series(dtype=bool)
    faults += [f"{table.at(int(k), 'uCode')}: is in the table twice; keep one of them" for k in twice[twice].index]
    if faults:
        raise InputFaults(faults)
    return frame


def with_weight_sets(document: Mapping[str, Any], path: Path | None) -> dict[str, Any]:
    """Return a methodology with the sets of weights of a table (iCode, a column for each set) in [uncertain].

    An empty cell leaves the weight as META gives it. Raises InputFaults with all faults of the table.
    """
    if path is None:
        return dict(document)
    table = read_table(path, "weights")
    faults = table.header_faults(["iCode"])
    sets: dict[str, dict[str, float]] = {}
    for name in (n for n in table.header if n not in ("iCode", "iName", "Level")):
        own = _numbers(table, name, faults)
        if "iCode" in table.places:
            sets[name] = {c: v for c, v in zip(table.column("iCode"), own, strict=True) if v == v}
    if not faults and not any(sets.values()):
        faults.append(f"{path.name}: holds no set of weights; add a column of them beside iCode")
    if faults:
        raise InputFaults(faults)
    uncertain = dict(document.get("uncertain", {}))
    return {**document, "uncertain": uncertain | {"weight_sets": {**uncertain.get("weight_sets", {}), **sets}}}


def _numbers(table: TextTable, name: str, faults: list[str]) -> list[float]:
    """Return a column of numbers, NaN for nothing; what is no number is added to the *faults*."""
    found = [number(text) for text in table.column(name)]
    wrong = [row for row, value in enumerate(found) if value is None]
    if wrong:
        faults.append(f"{table.at(wrong[0], name)}: {table.text(wrong[0], name)!r} is not a number; write a number")
    return [float("nan") if value is None else value for value in found]


def book(index: OwnIndex, document: Mapping[str, Any], files: Mapping[str, str]) -> bytes:
    """Return one workbook with the structure, every table that is written, and the log of choices and notes."""

    def write(file: Any) -> None:
        with Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False}) as made:
            # The day it was made is not in it: the same input gives the same bytes.
            made.set_properties({"created": datetime(2000, 1, 1)})
            bold = made.add_format({"bold": True})
            sheets = {"structure": _structure(index), "raw": _raw(index), **_read(files), "log": _log(document)}
            for name, rows in sheets.items():
                sheet = made.add_worksheet(name[:WIDEST_SHEET])
                sheet.freeze_panes(1, 0)
                for place, row in enumerate(rows):
                    sheet.write_row(place, 0, row, bold if place == 0 else None)

    return b"".join(through_file(write))


def _structure(index: OwnIndex) -> list[list[Any]]:
    """Return every element with its name, level, what it goes into and the weight it had there."""
    tree, found, names = index.input.tree, index.composite.nodes.weights, index.input.names
    rows: list[list[Any]] = [["iCode", "iName", "Level", "Parent", "Weight"]]
    for node in tree.nodes:
        own = found[node.code]
        weights = own.tolist() if own.ndim == 1 else [None] * len(node.children)
        for child, weight in zip(tree.children(node), weights, strict=True):
            rows.append([child, names.get(child, child), node.level - 1, node.code, weight])
    top = tree.index
    return [*rows, [top.code, names.get(top.code, top.code), top.level, None, None]]


def _raw(index: OwnIndex) -> list[list[Any]]:
    """Return the figures as they came, before anything was done to them."""
    given, figures = index.input, index.input.figures
    when = figures.times.tolist()
    rows: list[list[Any]] = [["uCode", "uName", *(["Time"] if given.has_time else []), *given.tree.leaves]]
    for unit, time, row in zip(figures.units.tolist(), when, figures.values.tolist(), strict=True):
        name = given.unit_names.get(unit, unit)
        rows.append([unit, name, *([time] if given.has_time else []), *(None if v != v else v for v in row)])
    return rows


def _read(files: Mapping[str, str]) -> dict[str, list[list[Any]]]:
    """Return the tables among *files*, by the last part of their names."""
    found = {}
    for name, text in files.items():
        if name.endswith(".csv"):
            head, *rows = csv.reader(io.StringIO(text, newline=""))
            words = [k for k, title in enumerate(head) if title in (*TEXTS, "rule", "output", "input")]
            table = [[c if k in words else _number(c) for k, c in enumerate(row)] for row in rows]
            found[name.rpartition("/")[2].removesuffix(".csv")] = [list(head), *table]
    return found


def _number(cell: str) -> Any:
    value = number(cell)
    return cell if value is None else None if value != value else value


def _log(document: Mapping[str, Any]) -> list[list[Any]]:
    """Return the choices, a row each, and what was noted on the way."""
    rows: list[list[Any]] = [["What", "Value"]]

    def enter(name: str, value: Any) -> None:
        if isinstance(value, Mapping):
            for key, part in value.items():
                enter(f"{name}.{key}" if name else str(key), part)
        elif isinstance(value, list | tuple):
            for n, part in enumerate(value, 1):
                enter(f"{name} {n}", part)
        else:
            rows.append([name, value if isinstance(value, str | int | float) else str(value)])

    enter("", document)
    return rows
