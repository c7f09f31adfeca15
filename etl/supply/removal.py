"""Taking out again what an institution put in: the figures of one of its files."""

import dataclasses
from collections.abc import Collection, Sequence

import pandas as pd

from scidip.etl import bundle as bundles
from scidip.etl.network.snapshots import Snapshot, SnapshotStore
from scidip.etl.publishing import Outcome, Workshop, publish_batch
from scidip.etl.source import Source, StatesOrigins
from scidip.etl.supply import declaring
from scidip.indicators.errors import SourceUnavailable
from scidip.indicators.supply import SOURCE, Entry
from scidip.store import kept
from scidip.store.queries import supply_queries
from scidip.store.runs import Batch, FileRecord, current_run, running

LEAST = 6
"""Hex digits by which a file may be named."""


def meant(entries: Sequence[Entry], given: str) -> Entry:
    """Return the file that *given* names, by its name or the first digits of its SHA-256.

    Raises SourceUnavailable when it names none, or several.
    """
    found = [e for e in entries if e.name == given or (len(given) >= LEAST and e.sha256.startswith(given.lower()))]
    if len(found) == 1:
        return found[0]
    known = ", ".join(f"{e.name} ({e.sha256[:12]})" for e in entries) or "none"
    if found:
        raise SourceUnavailable(SOURCE, f"{given!r} names {len(found)} files; name one by its digits: {known}")
    raise SourceUnavailable(SOURCE, f"no file {given!r} has figures here; those that have: {known}")


def remove(shop: Workshop, given: str, store: SnapshotStore) -> Outcome:
    """Take out the figures and quarantined rows of a file that was supplied, and publish what is left.

    Figures that the file replaced when it was read do not come back. Raises SourceUnavailable when *given* names no
    file, or several. The counts of the outcome are of what is gone.
    """
    entry = meant(supply_queries.entries(shop.engine), given)
    with running(shop.engine, "ingest", SOURCE, shop.code_version) as run_id:
        with shop.engine.connect() as connection:
            serving = current_run(connection, SOURCE)
        assert serving is not None
        old = kept.batch_of(shop.engine, serving["run_id"])
        said = f"{entry.figures:,} figures of {entry.name} were removed"
        rest = _without(old, entry.sha256, shop.sources[SOURCE], store)
        outcome = publish_batch(shop, run_id, SOURCE, rest, message=said)
    counts = {"removed": entry.figures, "left": len(rest.observations)}
    return dataclasses.replace(outcome, counts=counts, remarks=(said,))


def _without(old: Batch, sha256: str, source: Source, store: SnapshotStore) -> Batch:
    """Return a batch without what one of its files brought."""
    stay = [i for i, file in enumerate(old.files) if file.sha256 != sha256]
    at = {before: after for after, before in enumerate(stay)}
    figures, waiting = (_of(frame, at) for frame in (old.observations, old.quarantined))
    files = tuple(old.files[i] for i in stay)
    shared = set(old.observations["indicator"][~old.observations["file"].isin(stay)])
    origins = _origins(old.origins, figures, files, shared, source, store)
    declared = _of(old.declared, at) if len(old.declared) else old.declared
    content = bundles.digest(bundles.to_csv(figures), waiting, {}, origins, declared)
    return Batch(figures, waiting, {}, files, content, origins=origins, declared=declared)


def _of(frame: pd.DataFrame, at: dict[int, int]) -> pd.DataFrame:
    """Return the rows of the files that stay, with the files' new places."""
    left = frame[frame["file"].isin(list(at))]
    return left.assign(file=left["file"].map(at).astype("int64")).reset_index(drop=True)


def _origins(
    old: pd.DataFrame,
    figures: pd.DataFrame,
    files: Sequence[FileRecord],
    shared: set[str],
    source: Source,
    store: SnapshotStore,
) -> pd.DataFrame:
    """Return what the figures that stay rest on; of indicators that the removed file *shared*, as the others state it.

    Where the bytes of one of those files are not kept, what was stated of all together stays.
    """
    left = old[old["indicator"].isin(list(set(figures["indicator"])))].reset_index(drop=True)
    told = []
    for code in sorted(shared & set(left["indicator"])):
        used = sorted({int(f) for f in figures["file"][figures["indicator"] == code]})
        stated = _stated(source, [files[i] for i in used], store, set(left["indicator"]))
        told.append(stated[stated["indicator"] == code])
    anew = pd.concat(told, ignore_index=True) if told else left.iloc[:0]
    rest = left[~left["indicator"].isin(list(anew["indicator"]))]
    if anew.empty:
        return rest
    return pd.concat([rest, anew], ignore_index=True).sort_values("indicator", ignore_index=True)


def _stated(source: Source, files: Sequence[FileRecord], store: SnapshotStore, codes: Collection[str]) -> pd.DataFrame:
    """Return the origins that files state of the figures of *codes*; none where the bytes of one are not kept."""
    assert isinstance(source, StatesOrigins)
    try:
        snapshots = [Snapshot(f.name, store.get(f.sha256), f.url, f.retrieved) for f in files]
    except OSError:
        return pd.DataFrame(columns=["indicator", "title", "vintage", "licence"])
    return declaring.renamed(source.origins(snapshots), codes)
