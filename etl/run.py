"""Ingest a source, fill the database from the bundle, write the bundle."""

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from scidip.etl import bundle as bundles
from scidip.etl.harmonise import harmonise
from scidip.etl.network.client import HttpClient
from scidip.etl.network.snapshots import Snapshot, SnapshotStore
from scidip.etl.publishing import Outcome, Progress, Step, Workshop, publish_batch, publish_step, silent
from scidip.etl.reading import unforeseen
from scidip.etl.remarks import remarks
from scidip.etl.source import NotGiven, Source, StatesOrigins
from scidip.etl.supply import declaring
from scidip.indicators.errors import SourceUnavailable
from scidip.store.queries import served
from scidip.store.runs import Batch, FileRecord, running


def prepare(
    shop: Workshop, source: Source, snapshots: Sequence[Snapshot], history: pd.DataFrame | None = None
) -> Batch:
    """Return what the files of a source hold: parsed, harmonised and checked, nothing written.

    *history* are the source's figures that serve, which new ones are checked against.
    """
    with unforeseen.told(source.spec.id, snapshots):
        shop, declared = declaring.of_files(shop, source.spec.id, snapshots)
        specs = shop.catalogue.of_source(source.spec.id)
        raw = source.parse(snapshots, [s.series for s in specs])
    if raw.empty:
        names = ", ".join(s.name for s in snapshots) or "no file"
        wanted = ", ".join(s.series for s in specs)
        raise SourceUnavailable(source.spec.id, f"no figure of {wanted} in {names}; give the files that hold them")
    used = sorted({int(f) for f in raw["file"].unique()})
    at = {old: new for new, old in enumerate(used)}
    raw = raw.assign(file=raw["file"].map(at))
    declared = declared.assign(file=declared["file"].map(at)) if len(declared) else declared
    done = harmonise(raw, source.spec, specs, shop.areas, shop.latest_period, history)
    files = tuple(_record(source, snapshots[f]) for f in used)
    origins = source.origins(snapshots) if isinstance(source, StatesOrigins) else pd.DataFrame()
    origins = declaring.renamed(origins, {s.series for s in specs})
    content = bundles.digest(bundles.to_csv(done.observations), done.quarantined, done.excluded, origins, declared)
    return Batch(done.observations, done.quarantined, done.excluded, files, content, len(raw), origins, declared)


def history(shop: Workshop, subject: str) -> pd.DataFrame:
    """Return the figures that serve of a source's indicators whose neighbouring years are compared."""
    codes = [s.code for s in shop.catalogue.of_source(subject) if s.jump is not None]
    return served.observations(shop.engine, codes)


def _record(source: Source, snapshot: Snapshot) -> FileRecord:
    vintage = source.vintage(snapshot)
    size = len(snapshot.content)
    return FileRecord(snapshot.name, snapshot.sha256, size, vintage, snapshot.url, snapshot.retrieved)


def ingest(
    shop: Workshop,
    source: Source,
    snapshots: Sequence[Snapshot] | None,
    store: SnapshotStore,
    http: Callable[[], HttpClient],
    *,
    accept: bool = False,
    replace: bool = False,
    apart: bool = False,
    progress: Progress = silent,
    tell: Progress = silent,
) -> Outcome:
    """Read a source's files (or fetch them) and publish what they hold beside what serves.

    The run is on record from its first moment. On any error it is closed as failed and the old
    vintage keeps serving. Figures that differ too much from those that serve are held (RunHeld)
    unless *accept*. What the files do not hold keeps serving unless *replace*, which is told to
    *tell* before it is done. With *apart* only the series that differ too much are held.
    """
    subject = source.spec.id
    with running(shop.engine, "ingest", subject, shop.code_version) as run_id:
        failures: list[str] = []
        with remarks() as told:
            if snapshots is None:
                progress("fetch")
                snapshots, failures = _fetched(shop, source, http)
            snapshots = [store.put(s) for s in snapshots]
            progress("parse, harmonise and check")
            batch = prepare(shop, source, snapshots, history(shop, subject))
        told += failures
        step = Step(source.spec, accept, replace, apart, tuple(told), progress, tell)
        outcome = publish_step(shop, run_id, batch, step)
        return dataclasses.replace(outcome, failures=tuple(failures))


def _fetched(shop: Workshop, source: Source, http: Callable[[], HttpClient]) -> tuple[list[Snapshot], list[str]]:
    """Return the files that the producer's service gave, and a sentence for each series it did not give."""
    series = [s.series for s in shop.catalogue.of_source(source.spec.id)]
    given: list[Snapshot] = []
    refused: list[NotGiven] = []
    with http() as client:
        for answer in source.fetch(series, client):
            if isinstance(answer, NotGiven):
                refused.append(answer)
            else:
                given.append(answer)
    if refused and not given:
        raise refused[0].error
    told = [f"{r.series} was not renewed, and its old figures keep serving ({r.error})" for r in refused]
    return given, told


def load_bundle(
    shop: Workshop, bundle: bundles.Bundle, *, force: bool = False, progress: Progress = silent
) -> list[Outcome]:
    """Publish every source of the bundle that this database has never held; return what was done."""
    known = set(shop.sources)
    outcomes = []
    for subject in bundle.sources:
        if subject not in known:
            raise SourceUnavailable("bundle", f"the source {subject!r} is not installed; update scidip")
        if not force and served.was_published(shop.engine, subject, bundle.digest_of(subject)):
            continue
        progress(subject)
        with running(shop.engine, "ingest", subject, shop.code_version) as run_id:
            batch = bundle.read(subject)
            outcomes.append(publish_batch(shop, run_id, subject, batch))
    return outcomes


def files_below(source: Source, folder: Path) -> list[Snapshot]:
    """Return the source's files below a folder of downloads, in name order."""
    found = sorted({p for pattern in source.files for p in folder.glob(pattern) if not p.name.startswith("_")})
    return [Snapshot(p.relative_to(folder).as_posix(), p.read_bytes()) for p in found]


def write_bundle(shop: Workshop, downloads: Path, target: Path, progress: Progress = silent) -> dict[str, Batch]:
    """Make the bundle in *target* out of the producers' files below *downloads*.

    Sources without any file there keep their files and their entry of the existing bundle.
    """
    target.mkdir(parents=True, exist_ok=True)
    entries = dict(bundles.open_bundle(target).manifest) if (target / bundles.MANIFEST).exists() else {}
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
        raise SourceUnavailable("bundle", "no file of any installed source is there", file=str(downloads))
    bundles.write_manifest(target, entries, bundles.headers_of(shop.sources.values()))
    return made
