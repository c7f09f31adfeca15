"""`refresh` of all live sources against the replay server: what is good, and every fault of every producer."""

from importlib import import_module
from pkgutil import iter_modules

import pytest

from scidip.etl.network.client import HttpClient
from scidip.etl.network.memory import AnswerMemory
from scidip.etl.network.snapshots import SnapshotStore
from scidip.etl.refresh import Renewed, is_live, refresh
from scidip.store.queries import served
from tests.replay import bodies
from tests.replay.faults import CUT, DRIP, ENDLESS, FAULTS, NOT_MODIFIED
from tests.replay.server import Replay, producers, replay

LEAST = 24
"""Live sources, at least."""
DRIPPING = 0.05
"""Seconds of silence that are borne of a producer that drips: a whole answer may take ten times as long."""


class Watch:
    """A workshop whose sources are renewed from the replay server, a round at a time."""

    def __init__(self, shop, server: Replay, folder) -> None:
        self.shop, self.server = shop, server
        self.live = [s for _, s in sorted(shop.sources.items()) if is_live(s)]
        self._store = SnapshotStore(folder / "kept")
        self._memory = AnswerMemory(folder / "asked", self._store)

    def round(self, *, timeout: float = 5.0) -> dict[str, Renewed]:
        def http() -> HttpClient:
            return HttpClient(
                mirror=self.server.address, attempts=2, sleep=lambda _: None, timeout=timeout, memory=self._memory
            )

        report = refresh(self.shop, self.live, self._memory, self._store, http)
        return {line.source: line for line in report}

    def figures(self) -> dict[str, str]:
        return dict(served.served_digests(self.shop.engine))


@pytest.fixture(scope="module")
def watch(tmp_path_factory, catalogue, areas, sources):
    from scidip.etl.run import Workshop
    from scidip.store.codelists import sync_catalogue
    from scidip.store.database.engine import open_engine

    folder = tmp_path_factory.mktemp("refresh")
    engine = open_engine(f"sqlite:///{folder / 'fresh.sqlite'}", create=True)
    sync_catalogue(engine, catalogue, areas, {k: s.spec for k, s in sources.items()})
    with replay() as server:
        found = Watch(Workshop(engine, catalogue, areas, sources, 2026, "test"), server, folder)
        found.first = found.round()
        yield found
    engine.dispose()


def test_most_sources_are_live_and_each_has_its_replayed_producer(watch) -> None:
    assert len(watch.live) >= LEAST
    hosts = {a.host for a in watch.server.asked}
    assert hosts <= set(producers()), "nobody else is asked"


def withdrawn() -> dict[str, str]:
    """The series that a replayed producer no longer gives, by source."""
    modules = {m.name: import_module(f"{bodies.__name__}.{m.name}") for m in iter_modules(bodies.__path__)}
    return {name: module.WITHDRAWN for name, module in modules.items() if hasattr(module, "WITHDRAWN")}


def test_every_live_source_renews_and_then_has_nothing_new(watch) -> None:
    gone = withdrawn()
    assert len(gone) >= 3
    for report, good in ((watch.first, "renewed"), (watch.round(), "unchanged")):
        for source, line in report.items():
            assert line.status == ("in part" if source in gone else good), line
            assert line.message.count("was not renewed") == (source in gone) and gone.get(source, "") in line.message
            assert line.loaded, line


@pytest.mark.parametrize("fault", [*FAULTS, CUT, DRIP, ENDLESS, NOT_MODIFIED])
def test_a_fault_of_every_producer_is_a_line_each_and_the_old_figures_serve(watch, fault) -> None:
    before = watch.figures()
    watch.server.faults["*"] = fault
    try:
        report = watch.round(timeout=DRIPPING if fault == DRIP else 5.0)
    finally:
        watch.server.faults.clear()
    assert watch.figures() == before
    good = {s for s, r in report.items() if r.is_good}
    if fault in (NOT_MODIFIED, ENDLESS):
        # What is not modified is taken as it was; where nothing is paged, the first page is the whole.
        assert all(report[s].status == "unchanged" for s in good)
    else:
        assert good == set(), fault
    for source, line in report.items():
        assert "\n" not in line.message and (
            line.is_good or line.message.startswith(source) or source in line.message
        ), line
