"""A part of a source's files renews what it holds and nothing else: every source, every file left out and alone."""

from collections.abc import Iterator

import pandas as pd
import pytest

from scidip.etl import sources as source_modules
from scidip.etl.network.client import HttpClient
from scidip.etl.network.snapshots import Snapshot, SnapshotStore
from scidip.etl.renewal import SCOPES
from scidip.etl.run import Workshop, ingest, prepare
from scidip.etl.source import NotGiven, Source
from scidip.indicators.errors import SourceError
from scidip.indicators.registry import discover
from scidip.indicators.vocabulary import OBSERVATION_KEY
from scidip.store import kept
from scidip.store.runs import current_run
from tests.replay.server import replay
from tests.test_live_science import FILES
from tests.test_live_statistics import BY_HAND

KEY = list(OBSERVATION_KEY)
MOST = 4
"""Parts of each kind that are tried of a source."""
SOURCES = {s.spec.id: s for s in discover(source_modules, "SOURCE").values() if s.spec.kind != "user"}


def files_of(shop: Workshop, source: Source) -> list[Snapshot]:
    """Return small files of a source: what its service gives, or what a human brings."""
    name = source.spec.id
    if name in FILES:
        return FILES[name][0]
    if name in BY_HAND:
        return [Snapshot(file, text.encode()) for file, text in BY_HAND[name][0].items()]
    series = [s.series for s in shop.catalogue.of_source(name)]
    with replay() as server, HttpClient(mirror=server.address, attempts=1) as http:
        return [answer for answer in source.fetch(series, http) if not isinstance(answer, NotGiven)]


def parts(files: list[Snapshot]) -> Iterator[list[Snapshot]]:
    """Yield each file alone and all files but each, at most MOST of both."""
    step = max(1, len(files) // MOST)
    for one in files[::step]:
        yield [one]
        if len(files) > 2:
            yield [file for file in files if file is not one]


def serving(shop: Workshop, name: str) -> pd.DataFrame:
    with shop.engine.begin() as connection:
        run = current_run(connection, name)
    assert run is not None
    return kept.batch_of(shop.engine, run["run_id"]).observations


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_a_part_of_the_files_changes_nothing_that_it_is_not_about(fresh_shop, tmp_path, name: str) -> None:
    source = fresh_shop.sources[name]
    files, store, tried = files_of(fresh_shop, source), SnapshotStore(tmp_path), 0
    for part in parts(files):
        ingest(fresh_shop, source, files, store, lambda: None, accept=True)
        before = serving(fresh_shop, name)
        try:
            batch = prepare(fresh_shop, source, part)
        except SourceError:
            continue  # a file that is read beside another only says so
        tried += 1
        ingest(fresh_shop, source, part, store, lambda: None, accept=True)
        after = serving(fresh_shop, name)
        scope = SCOPES[source.spec.renews]
        about = pd.MultiIndex.from_frame(batch.observations[scope])
        outside = [frame[~pd.MultiIndex.from_frame(frame[scope]).isin(about)] for frame in (before, after)]
        columns = [*KEY, "obs_value", "obs_status"]
        old, new = (frame[columns].sort_values(KEY, ignore_index=True) for frame in outside)
        pd.testing.assert_frame_equal(old, new)
        both = batch.observations[columns].merge(after[columns], on=KEY, how="left", suffixes=("", "_now"))
        assert (both["obs_value"] == both["obs_value_now"]).all(), "what the part holds serves"
    assert tried or len(files) > 1
