"""Fixtures: the installed program, a database built from the bundle, and the app served from it."""

import fcntl
import gc
import itertools
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from sqlalchemy import Engine

from scidip.etl import sources as source_modules
from scidip.etl.run import Workshop
from scidip.indicators.language.current import current, speak
from scidip.indicators.model.areas import Areas, load_areas
from scidip.indicators.model.catalogue import Catalogue
from scidip.indicators.model.catalogue_files import load_catalogue
from scidip.indicators.registry import discover
from scidip.publish.export.data_package import package_pieces
from scidip.publish.export.writing import write_whole
from scidip.store.codelists import sync_catalogue
from scidip.store.database.backups import restore
from scidip.store.database.engine import open_engine
from scidip.version import code_version
from tests import kept
from tests.postgres import Cluster, running, version

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser import OneBrowser

ROOT = Path(__file__).resolve().parent.parent

# Tests hold much that lives to their end: walking through all of it for garbage is a tenth of their time.
gc.set_threshold(50_000, 20, 20)
gc.disable()  # until all tests are found


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Fail a test after which the thread speaks another language than before: the next one would read other numbers."""
    before = current()
    yield
    after = current()
    speak(before)
    assert after is before, f"{after.code} is still spoken"


FIRST = {
    "test_a_page_is_quiet_local_accessible_and_never_scrolls_sideways",
    "test_a_page_mirrors_and_stays_accessible",
    "test_a_presentation_prints_one_view_a_page",
    "test_killed_at_any_moment_of_a_build_the_next_one_goes_on_and_the_last_succeeds",
    "test_the_producers_files_give_the_same_bundle_twice_and_as_shipped",
}
"""Tests of ten seconds and more: begun last, one of them would leave a worker alone with it at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long tests first, and those without the shared database where all workers but the first begin.

    They would wait there for the first one to build the database. Each worker begins with a part of the list.
    """

    for item in items:
        item.add_marker(_kind(item))

    def is_short(item: pytest.Item) -> bool:
        return getattr(item, "originalname", "") not in FIRST

    shared = [i for i in items if "built_url" in getattr(i, "fixturenames", ())]
    own = sorted((i for i in items if "built_url" not in getattr(i, "fixturenames", ())), key=is_short)
    # Those that need a browser side by side: it is started once for them, and so is what they are served from.
    shared.sort(key=lambda i: (is_short(i), "browser" not in getattr(i, "fixturenames", ())))
    others = max(1, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")) - 1)
    first = len(items) // (others + 1)
    # In one piece each, so that tests of a file share what they need.
    parts = [_part(each, n, others) for n in range(others) for each in (own, shared[first:])]
    items[:] = [*shared[:first], *(item for part in parts for item in part)]


def _part(items: list[pytest.Item], n: int, of: int) -> list[pytest.Item]:
    """Return the n-th of some equal parts of a list."""
    return items[n * len(items) // of : (n + 1) * len(items) // of]


def pytest_collection_finish() -> None:
    """Leave what was imported out of what is walked through for garbage from now on."""
    gc.freeze()
    gc.enable()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even import the files that `-m unit` leaves out whole."""
    stem = collection_path.stem
    is_left_out = stem in SLOW or stem.startswith("test_browser")
    return True if config.option.markexpr == "unit" and is_left_out else None


SLOW = {
    "test_adding_things",
    "test_bundle",
    "test_capsule",
    "test_confined",
    "test_database_file",
    "test_live_science",
    "test_live_statistics",
    "test_notebook",
    "test_package",
    "test_pictures",
    "test_refresh",
    "test_refresh_faults",
    "test_release",
    "test_runs",
    "test_site",
    "test_sources_b",
    "test_subsets",
    "test_wheel",
    "test_works",
}
"""Files whose tests build databases of their own, read the whole bundle, replay all producers, count works, draw
pictures or make a wheel: two thirds of the time of what needs no browser and not the shared database."""


def _kind(item: pytest.Item) -> str:
    """Return what a test needs: a browser, much time, the built database, or nothing."""
    if item.path.stem.startswith("test_browser"):
        return "browser"
    if item.path.stem in SLOW:
        return "slow"
    return "db" if "built_url" in getattr(item, "fixturenames", ()) else "unit"


@pytest.fixture(scope="session")
def sources() -> dict[str, object]:
    return {s.spec.id: s for s in discover(source_modules, "SOURCE").values()}


@pytest.fixture(scope="session")
def catalogue(sources: dict[str, object]) -> Catalogue:
    return load_catalogue(ROOT / "data" / "catalogue", sources)


@pytest.fixture(scope="session")
def areas() -> Areas:
    return load_areas(ROOT / "data" / "codelists")


KINDS = ("sqlite", "postgresql")
"""The databases that the store is tested on."""
ON_BOTH = {"test_refresh", "test_runs", "test_store", "test_versions"}
"""Files whose tests are run on each kind, but those marked `about_files`."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests of the store on both kinds of database."""
    is_of_both = metafunc.module.__name__.rpartition(".")[2] in ON_BOTH
    about_files = metafunc.definition.get_closest_marker("about_files") is not None
    if "database_kind" in metafunc.fixturenames and is_of_both and not about_files:
        metafunc.parametrize("database_kind", KINDS, indirect=True, scope="session")


@pytest.fixture(scope="session")
def database_kind(request) -> str:
    """The kind of database that a test is run on."""
    return getattr(request, "param", KINDS[0])


@pytest.fixture(scope="session")
def postgres(built_url, catalogue, areas, sources) -> Iterator[Cluster]:
    """A PostgreSQL server with two databases: `empty`, with code lists, and `built`, which `built_url` was moved to."""
    # As with the file: what an earlier session moved is taken, half a minute less of a processor.
    kept = _caches("scidip-tests-postgres")
    kept.mkdir(parents=True, exist_ok=True)
    data = kept / f"{_made_from()}-{version()}"
    with (kept / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not data.exists():
            with running(keep=data) as cluster:
                with_codes(cluster.create("empty"), catalogue, areas, sources)
                restore(cluster.create("built"), Path(built_url.removeprefix("sqlite:///")))
        data.touch()
        for old in sorted((p for p in kept.iterdir() if p.is_dir()), key=lambda p: p.stat().st_mtime)[:-1]:
            shutil.rmtree(old, ignore_errors=True)
        with running(data) as cluster:
            fcntl.flock(lock, fcntl.LOCK_UN)
            yield cluster


def with_codes(url: str, catalogue: Catalogue, areas: Areas, sources: dict[str, object]) -> None:
    """Make a database with code lists and nothing else."""
    engine = open_engine(url, create=True)
    sync_catalogue(engine, catalogue, areas, {k: s.spec for k, s in sources.items()})
    engine.dispose()


@pytest.fixture(scope="session")
def any_url(request, database_kind, built_url) -> str:
    """The address of the built database, of the kind that is asked for; read only by convention."""
    return built_url if database_kind == "sqlite" else request.getfixturevalue("postgres").url("built")


@pytest.fixture
def fresh_url(request, database_kind, tmp_path) -> Iterator[str]:
    """The address of a database of its own: of none yet (a file), or of one with code lists and nothing else."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'fresh.sqlite'}"
        return
    server, name = request.getfixturevalue("postgres"), f"fresh{next(_NUMBERS)}"
    yield server.create(name, "empty")
    server.say(f"DROP DATABASE {name} WITH (FORCE)")


_NUMBERS = itertools.count()


@pytest.fixture
def fresh_shop(fresh_url, catalogue, areas, sources) -> Iterator[Workshop]:
    """A workshop on an empty database."""
    engine = open_engine(fresh_url, create=True)
    sync_catalogue(engine, catalogue, areas, {k: s.spec for k, s in sources.items()})
    yield Workshop(engine, catalogue, areas, sources, 2026, "test")
    engine.dispose()


@pytest.fixture
def built_shop(tmp_path, built_url, catalogue, areas, sources) -> Iterator[Workshop]:
    """A workshop on a copy of the database of `built_url`, to write to."""
    path = tmp_path / "built.sqlite"
    shutil.copy(built_url.removeprefix("sqlite:///"), path)
    engine = open_engine(f"sqlite:///{path}")
    yield Workshop(engine, catalogue, areas, sources, 2026, code_version())
    engine.dispose()


@pytest.fixture(scope="session")
def built_url(tmp_path_factory, worker_id) -> str:
    """The address of a database that `scidip build` made from the bundle; one for all workers."""
    own = tmp_path_factory.getbasetemp()
    folder = (own if worker_id == "master" else own.parent) / "built"
    folder.mkdir(exist_ok=True)
    url = f"sqlite:///{folder / 'scidip.sqlite'}"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            _build(folder / "scidip.sqlite", url)
            (folder / "done").touch()
    return url


MADE_FROM = (
    "data/bundle",
    "data/catalogue",
    "data/codelists",
    "data/curated",
    "data/languages",
    "indicators",
    "etl",
    "store",
    "commands",
    "cli.py",
    "version.py",
    "requirements.lock",
)
"""What the built database is made of."""


def _build(path: Path, url: str) -> None:
    """Build the database, or take the one an earlier session built of the very same files, which takes a second."""
    digest = _made_from()
    path.with_name("digest").write_text(digest)
    known = kept.place(digest, ".sqlite")
    if not kept.take(known, path):
        done = run_cli("build", SCIDIP_DATABASE_URL=url)
        assert done.returncode == 0, done.stderr
        kept.keep(path, known)


def _caches(name: str) -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / name


@cache
def _made_from() -> str:
    """Return what names a built database: the digest of all that it is made from."""
    return kept.digest_of(MADE_FROM)


@pytest.fixture(scope="session")
def engine(any_url) -> Iterator[Engine]:
    """The built database; read only by convention."""
    engine = open_engine(any_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def package(built_url, engine, catalogue, areas) -> Path:
    """The data package of the database of `built_url`; one for all workers, to be read only."""
    database = Path(built_url.removeprefix("sqlite:///"))
    path = database.with_name("scidip.zip")
    with database.with_name("package-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            write_whole(path, package_pieces(engine, catalogue, areas))
    return path


@pytest.fixture(scope="session")
def live_server(built_url) -> Iterator[str]:
    """The address of the app, served on the loopback interface from the built database; one for all workers."""
    with one_for_all(Path(built_url.removeprefix("sqlite:///")).parent / "live", lambda: serve(built_url)) as base:
        yield base


@contextmanager
def one_for_all(folder: Path, begin: Callable[[], AbstractContextManager[str]]) -> Iterator[str]:
    """Yield the address of what the first worker that needs it *begin*s, and ends when no other needs it any more."""
    folder.mkdir(exist_ok=True)
    address = folder / "address"
    with (folder / "users").open("w") as users, ExitStack() as own:
        with _locked(folder / "turn"):
            is_first = not address.exists()
            if is_first:
                address.write_text(own.enter_context(begin()))
            fcntl.flock(users, fcntl.LOCK_SH)
        yield address.read_text()
        if is_first:
            with _locked(folder / "turn"):
                fcntl.flock(users, fcntl.LOCK_EX)  # once the others have left
                address.unlink()
                own.close()


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


_BROWSERS: "list[OneBrowser]" = []


@pytest.fixture
def browser() -> "Browser":
    """The browser of this worker; one for all tests that follow each other and need one."""
    if not _BROWSERS:
        from tests.browser import OneBrowser

        _BROWSERS.append(OneBrowser())
    return _BROWSERS[0].get()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    """End the browser before a test that needs none: its loop would be in the way of other loops."""
    if nextitem is None or "browser" not in getattr(nextitem, "fixturenames", ()):
        for one in _BROWSERS:
            one.close()


@contextmanager
def serve(url: str, module: str = "tests.served", **settings: str) -> Iterator[str]:
    """Serve the database at *url* on the loopback interface; yield the address.

    *module* is what is run: `scidip.cli` for a server that reads ahead all that visitors may ask for.
    """
    port = free_port()
    words = ["serve"] if module == "scidip.cli" else []
    # One process: what a second one reads ahead would only slow the tests (test_failures has two).
    settings = {"SCIDIP_WORKERS": "1"} | settings
    settings |= {"SCIDIP_DATABASE_URL": url, "SCIDIP_PORT": str(port)}
    process = subprocess.Popen([sys.executable, "-m", module, *words], cwd=ROOT, env=os.environ | settings)
    base = f"http://127.0.0.1:{port}"
    try:
        wait_for(base, process)
        yield base
    finally:
        process.terminate()
        process.wait(timeout=30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(base: str, process: subprocess.Popen, seconds: float = 240) -> None:
    end = time.monotonic() + seconds
    with httpx.Client(timeout=5) as client:  # one: each reads all certificates when it is made
        while time.monotonic() < end:
            assert process.poll() is None, "the server ended at once"
            try:
                if client.get(f"{base}/health").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.2)
    raise AssertionError(f"{base} did not answer within {seconds:g} s")


def run_cli(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the command `scidip` in a process of its own."""
    command = [sys.executable, "-m", "scidip.cli", *arguments]
    return subprocess.run(command, cwd=ROOT, env=os.environ | settings, capture_output=True, text=True, timeout=300)
