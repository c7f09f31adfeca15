"""An index of one's own as a workspace: a folder with a database like the published one, and what the pages must know.

The scores are those of `indicators.own_index`, as they are; nothing is scored anew. A folder is written whole or not
at all.
"""

import hashlib
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from sqlalchemy import Engine

from scidip.etl.publishing import Progress, silent
from scidip.indicators.errors import InputFaults, MethodError
from scidip.indicators.model.areas import Areas
from scidip.indicators.own_index.describing import Naming, described
from scidip.indicators.own_index.score import OwnIndex
from scidip.indicators.own_index.stored import Stored
from scidip.indicators.own_index.workspace import DOCUMENT, SOURCE, Workspace
from scidip.indicators.robustness.alternative_methodologies import Choices, laboratory
from scidip.indicators.vocabulary import DEFAULT_FRAMEWORK, DEFAULT_INDEX, LISTED_APART, OWN_DATABASE
from scidip.store.codelists import sync_catalogue
from scidip.store.database.engine import open_engine
from scidip.store.database.schema import SCORES
from scidip.store.runs import Batch, FileRecord, publish, running
from scidip.store.scores import save_scores

CLOSE: Final = 1e-9
"""How far a score may be from the one that serves, and still be the same: other sums, other roundings."""
OURS: Final = (DOCUMENT, OWN_DATABASE, f"{OWN_DATABASE}-*", "kept", "packed", "snapshots", "*.lock")
"""What may be in a workspace that is written again: what was written, and what a server keeps beside it."""


@dataclass(frozen=True)
class Order:
    """What is to be opened, and how."""

    index: OwnIndex
    naming: Naming
    files: Sequence[Path]
    draws: int
    seed: int
    code_version: str


@dataclass(frozen=True)
class Opened:
    """What became of an index."""

    workspace: Workspace
    no_ranges: str = ""
    """Why there are no ranges of ranks; empty where there are."""


def open_workspace(order: Order, world: Areas, out: Path, progress: Progress = silent) -> Opened:
    """Write the workspace of an index as the folder *out*; an earlier one is replaced in one moment.

    Raises InputFaults with what the pages cannot show, and when *out* holds anything but a workspace.
    """
    refuse_foreign(out)
    out = out.resolve()
    digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in order.files}
    workspace = described(order.index, order.naming, world, digests, order.draws, order.seed)
    stored = Stored(order.index, workspace, order.naming)
    tables, why = dict(stored.tables()), ""
    progress(f"ranges, {order.draws:,} draws")
    try:
        tables["score_interval"] = stored.ranges(order.draws, order.seed)
    except MethodError as error:
        why = str(error)
    if not why:
        workspace = workspace.model_copy(update=_varied(workspace, tables))
    progress("database")
    part = out.with_name(f"{out.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        _write(part, order, workspace, world, stored.observations(), tables)
        _put(part, out)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return Opened(workspace, why)


def refuse_foreign(out: Path) -> None:
    """Raise InputFaults when *out* is a file, or a folder that holds what is not of a workspace."""
    if out.is_file():
        raise InputFaults([f"--out {out}: is a file; name a folder"])
    found = sorted(out.iterdir()) if out.exists() else []
    strange = [path.name for path in found if not any(path.match(name) for name in OURS)]
    if strange or (found and not (out / DOCUMENT).exists()):
        raise InputFaults([f"--out {out}: holds other files ({[*strange, found[0].name][0]}); name a new folder"])


def _put(part: Path, out: Path) -> None:
    """Put the folder *part* in the place of *out*."""
    old = out.with_name(f"{out.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        out.rename(old)
    part.rename(out)
    shutil.rmtree(old, ignore_errors=True)


def _write(
    folder: Path,
    order: Order,
    workspace: Workspace,
    world: Areas,
    observations: pd.DataFrame,
    tables: dict[str, pd.DataFrame],
) -> None:
    (folder / DOCUMENT).write_text(workspace.model_dump_json(indent=2) + "\n", "utf-8")
    engine = open_engine(f"sqlite:///{folder / OWN_DATABASE}", create=True)
    try:
        sync_catalogue(engine, workspace.catalogue, workspace.areas(world), workspace.sources)
        _publish(engine, order, workspace, observations)
        with running(engine, "score", SCORES, order.code_version) as run_id:
            content = hashlib.sha256(workspace.model_dump_json().encode() + order.code_version.encode()).hexdigest()
            save_scores(engine, run_id, content, tables, workspace.catalogue.scored_by)
    finally:
        engine.dispose()


def _publish(engine: Engine, order: Order, workspace: Workspace, observations: pd.DataFrame) -> None:
    """Publish the figures as those of one source, with the files that they are from."""
    years = sorted(set(observations["time_period"]))
    vintage = f"{years[0]}–{years[-1]}" if len(years) > 1 else str(years[0]) if years else ""
    files = [
        FileRecord(path.name, workspace.inputs[path.name], path.stat().st_size, vintage)
        for path in dict.fromkeys(order.files)
    ]
    content = hashlib.sha256(repr(sorted(workspace.inputs.items())).encode()).hexdigest()
    with running(engine, "ingest", SOURCE, order.code_version) as run_id:
        publish(engine, run_id, SOURCE, Batch(observations, pd.DataFrame(), {}, files, content))


def _varied(workspace: Workspace, tables: Mapping[str, pd.DataFrame]) -> dict[str, bool]:
    """Return whether the laboratory, which scores anew for the page of robustness, gives what serves.

    can_be_varied: its scores are those that serve; same_ranges: its ranges of the index too.
    """
    catalogue, scores = workspace.catalogue, tables["score"]
    outside = scores[(scores["node"] == workspace.framework.index_code) & scores["reason_code"].isin(LISTED_APART)]
    usual = Choices(DEFAULT_FRAMEWORK)
    try:
        lab = laboratory(
            tables["scored_cell"], outside, catalogue.indicators, catalogue.frameworks, catalogue.methodology, {}
        )
        for year in lab.matrix.years:
            here = scores[scores["time_period"] == year].pivot(index="ref_area", columns="node", values="score")
            kept = here.reindex(lab.matrix.areas)
            found = lab.nodes(usual, year)
            if not all(np.allclose(kept[n], v, CLOSE, CLOSE, equal_nan=True) for n, v in found.items()):
                return {"can_be_varied": False, "same_ranges": False}
        same = all(_same_ranges(tables["score_interval"], lab.ranking(usual, y), y) for y in lab.matrix.years)
    except MethodError:
        return {"can_be_varied": False, "same_ranges": False}
    return {"can_be_varied": True, "same_ranges": same}


def _same_ranges(stored: pd.DataFrame, drawn: pd.DataFrame, year: int) -> bool:
    names = ["rank_p05", "rank_p50", "rank_p95"]
    here = stored[(stored["node"] == DEFAULT_INDEX) & (stored["time_period"] == year)]
    return bool(np.array_equal(here.set_index("ref_area")[names].reindex(drawn["ref_area"]), drawn[names]))
