"""Ingest a source, fill the database from the bundle, write the bundle."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from sqlalchemy import Engine

from etl import bundle as bundles
from etl.harmonise import harmonise
from etl.http import HttpClient
from etl.snapshots import SnapshotStore
from etl.source import Snapshot, Source, StatesOrigins
from indicators.areas import Areas
from indicators.catalogue import Catalogue, Gate
from indicators.errors import RunHeld, SourceUnavailable
from indicators.vocabulary import OBSERVATION_KEY
from store import provenance, queries
from store.runs import Batch, FileRecord, close, current_run, publish, running

Progress = Callable[[str], None]
"""Told the name of each stage as it begins."""


@dataclass(frozen=True)
class Workshop:
    """What every use-case needs: the database, the catalogue, the areas and the installed sources."""

    engine: Engine
    catalogue: Catalogue
    areas: Areas
    sources: Mapping[str, Source]
    latest_period: int
    """The present year: no figure can be of a later one."""
    code_version: str


@dataclass(frozen=True)
class Outcome:
    """How a run ended."""

    subject: str
    status: str
    counts: Mapping[str, int]
    message: str = ""


def silent(_stage: str) -> None:
    """Say nothing."""


def prepare(shop: Workshop, source: Source, snapshots: Sequence[Snapshot]) -> Batch:
    """Return what the files of a source hold: parsed, harmonised and checked, nothing written."""
    specs = shop.catalogue.of_source(source.spec.id)
    raw = source.parse(snapshots, [s.series for s in specs])
    if raw.empty:
        names = ", ".join(s.name for s in snapshots) or "no file"
        wanted = ", ".join(s.series for s in specs)
        raise SourceUnavailable(
            source.spec.id, f"no figure of {wanted} in {names}; give the files that hold them"
        )
    used = sorted({int(f) for f in raw["file"].unique()})
    raw = raw.assign(file=raw["file"].map({old: new for new, old in enumerate(used)}))
    done = harmonise(raw, source.spec, specs, shop.areas, shop.latest_period)
    files = tuple(_record(source, snapshots[f]) for f in used)
    origins = source.origins(snapshots) if isinstance(source, StatesOrigins) else pd.DataFrame()
    content = bundles.digest(bundles.to_csv(done.observations), done.quarantined, done.excluded)
    return Batch(
        done.observations, done.quarantined, done.excluded, files, content, len(raw), origins
    )


def _record(source: Source, snapshot: Snapshot) -> FileRecord:
    vintage = source.vintage(snapshot)
    size = len(snapshot.content)
    return FileRecord(
        snapshot.name, snapshot.sha256, size, vintage, snapshot.url, snapshot.retrieved
    )


def ingest(
    shop: Workshop,
    source: Source,
    snapshots: Sequence[Snapshot] | None,
    store: SnapshotStore,
    http: Callable[[], HttpClient],
    *,
    accept: bool = False,
    progress: Progress = silent,
) -> Outcome:
    """Read a source's files (or fetch them) and publish them as its new vintage.

    The run is on record from its first moment. On any error it is closed as failed and the old
    vintage keeps serving. Figures that differ too much from those that serve are held (RunHeld)
    unless *accept*.
    """
    subject = source.spec.id
    with running(shop.engine, "ingest", subject, shop.code_version) as run_id:
        if snapshots is None:
            progress("fetch")
            with http() as client:
                series = [s.series for s in shop.catalogue.of_source(subject)]
                snapshots = [store.put(s) for s in source.fetch(series, client)]
        else:
            snapshots = [store.put(s) for s in snapshots]
        progress("parse, harmonise and check")
        batch = prepare(shop, source, snapshots)
        return publish_batch(
            shop, run_id, subject, batch, source.spec.gate, accept=accept, progress=progress
        )


def publish_batch(
    shop: Workshop,
    run_id: int,
    subject: str,
    batch: Batch,
    gate: Gate,
    *,
    accept: bool,
    progress: Progress,
) -> Outcome:
    """Publish *batch* unless it equals what serves ("unchanged") or surprises the gate (RunHeld)."""
    with shop.engine.begin() as connection:
        serving = current_run(connection, subject)
        if serving and serving["content_digest"] == batch.content_digest:
            close(connection, run_id, "unchanged", content_digest=batch.content_digest)
            return Outcome(subject, "unchanged", batch.counts)
    surprise = ""
    if serving and not accept:
        surprise = surprises(batch, provenance.of_run(shop.engine, serving["run_id"]), gate)
    if surprise:
        with shop.engine.begin() as connection:
            close(connection, run_id, "held", message=surprise)
        raise RunHeld(
            f"{subject}: {surprise}; the old vintage keeps serving. Look at the files, "
            f"then `scidip ingest {subject} --accept` with the same files publishes them"
        )
    progress("publish")
    publish(shop.engine, run_id, subject, batch)
    return Outcome(subject, "succeeded", batch.counts)


def surprises(batch: Batch, serving: pd.DataFrame, gate: Gate) -> str:
    """Return in words how a batch differs too much from the figures that serve, or ""."""
    counts, new = batch.counts, batch.observations
    found = []
    if counts["loaded"] < len(serving) * (1 - gate.max_shrink):
        found.append(f"only {counts['loaded']:,} figures where {len(serving):,} serve")
    if counts["quarantined"] > gate.max_quarantine * max(counts["parsed"], 1):
        found.append(f"{counts['quarantined']:,} of {counts['parsed']:,} rows would be quarantined")
    gone = sorted(set(serving["indicator"]) - set(new["indicator"]))
    if gone:
        found.append(f"no figures of {', '.join(gone)} any more")
    lost = len(set(serving["ref_area"]) - set(new["ref_area"]))
    if lost > gate.max_areas_lost:
        found.append(f"{lost} areas have no figures any more")
    jumped, common = _jumps(serving, new, gate.jump)
    if common and jumped > gate.max_jumped * common:
        found.append(f"{jumped:,} of {common:,} common figures moved by more than {gate.jump:.0%}")
    return "; ".join(found)


def _jumps(serving: pd.DataFrame, new: pd.DataFrame, jump: float) -> tuple[int, int]:
    """Return how many figures moved by more than *jump*, and how many both vintages have."""
    both = serving.merge(new, on=list(OBSERVATION_KEY), suffixes=("_old", "_new"))
    moved = (both["obs_value_new"] - both["obs_value_old"]).abs() > jump * both[
        "obs_value_old"
    ].abs()
    return int(moved.sum()), len(both)


def load_bundle(
    shop: Workshop, bundle: bundles.Bundle, *, force: bool = False, progress: Progress = silent
) -> list[Outcome]:
    """Publish every source of the bundle that this database has never held; return what was done."""
    known = set(shop.sources)
    outcomes = []
    for subject in bundle.sources:
        if subject not in known:
            raise SourceUnavailable(
                "bundle", f"the source {subject!r} is not installed; update scidip"
            )
        if not force and queries.was_published(shop.engine, subject, bundle.digest_of(subject)):
            continue
        progress(subject)
        with running(shop.engine, "ingest", subject, shop.code_version) as run_id:
            batch = bundle.read(subject)
            outcomes.append(
                publish_batch(shop, run_id, subject, batch, Gate(), accept=True, progress=silent)
            )
    return outcomes


def files_below(source: Source, folder: Path) -> list[Snapshot]:
    """Return the source's files below a folder of downloads, in name order."""
    found = sorted(
        {p for pattern in source.files for p in folder.glob(pattern) if not p.name.startswith("_")}
    )
    return [Snapshot(p.relative_to(folder).as_posix(), p.read_bytes()) for p in found]


def write_bundle(
    shop: Workshop, downloads: Path, target: Path, progress: Progress = silent
) -> dict[str, Batch]:
    """Make the bundle in *target* out of the producers' files below *downloads*.

    Sources without any file there keep their files and their entry of the existing bundle.
    """
    target.mkdir(parents=True, exist_ok=True)
    entries = (
        dict(bundles.open_bundle(target).manifest) if (target / bundles.MANIFEST).exists() else {}
    )
    entries = {name: entry for name, entry in entries.items() if name in shop.sources}
    made: dict[str, Batch] = {}
    for name, source in sorted(shop.sources.items()):
        snapshots = files_below(source, downloads)
        if not snapshots:
            continue
        progress(name)
        made[name] = prepare(shop, source, snapshots)
        entries[name] = bundles.write_source(target, name, made[name])
    if not made:
        raise SourceUnavailable(
            "bundle", "no file of any installed source is there", file=str(downloads)
        )
    bundles.write_manifest(target, entries, bundles.headers_of(shop.sources.values()))
    return made
