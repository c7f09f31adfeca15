"""The database as a file: copied, put in place, replaced, for reading only, full, locked, gone."""

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine

from scidip.dashboard.server.factory import create_app
from scidip.etl.network.snapshots import SnapshotStore
from scidip.etl.run import Workshop, ingest
from scidip.indicators.errors import DatabaseReplaced, NotWritable, RunInProgress, SchemaMismatch, StoreError
from scidip.store.database import copies
from scidip.store.database.engine import FileWatch, open_engine
from scidip.store.database.faults import explained
from scidip.store.database.writing import writing
from scidip.store.queries import served, source_queries
from scidip.store.runs import running
from tests.test_pages import make_context
from tests.test_runs import GOOD, ROOT, row, wdi

OTHER = wdi(row("France", "FRA", "1.1", "1.2"), row("Kosovo", "XKX", "", "0.5"))


def fill(shop: Workshop, folder: Path, snapshot=GOOD) -> None:
    store = SnapshotStore(folder / "snapshots")
    ingest(shop, shop.sources["world_bank"], [snapshot], store, lambda: None, accept=True)


def figures(engine: Engine) -> list[float]:
    return served.observations(engine)["obs_value"].tolist()


GOOD_FIGURES, OTHER_FIGURES = [2.2, 2.3, 0.1], [1.1, 1.2, 0.5]


def path_of(shop: Workshop) -> Path:
    return Path(str(shop.engine.url.database))


@pytest.fixture
def filled(fresh_shop, tmp_path) -> Workshop:
    """A workshop whose database holds GOOD, and beside it `other.sqlite`, a copy that holds OTHER."""
    fill(fresh_shop, tmp_path, OTHER)
    copies.backup(str(fresh_shop.engine.url), tmp_path / "other.sqlite")
    fill(fresh_shop, tmp_path)
    return fresh_shop


@pytest.fixture
def reader(filled) -> Iterator[Engine]:
    engine = open_engine(str(filled.engine.url))
    assert figures(engine) == GOOD_FIGURES
    yield engine
    engine.dispose()


# --- copies -----------------------------------------------------------------------------------


def test_a_copy_is_one_file_with_the_same_figures(filled, tmp_path) -> None:
    out = tmp_path / "copies" / "mine.sqlite"
    out.parent.mkdir()
    assert copies.backup(str(filled.engine.url), out) == out.stat().st_size
    assert figures(open_engine(f"sqlite:///{out}")) == GOOD_FIGURES
    assert {p.name for p in out.parent.iterdir()} <= {"mine.sqlite", "mine.sqlite-open"}


def test_a_restored_copy_is_seen_by_who_has_the_database_open(filled, reader, tmp_path) -> None:
    with reader.connect() as connection:
        old = connection.exec_driver_sql("SELECT count(*), sum(obs_value) FROM observation").one()
        copies.restore(str(filled.engine.url), tmp_path / "other.sqlite")
        again = connection.exec_driver_sql("SELECT count(*), sum(obs_value) FROM observation").one()
    assert again == old, "one transaction reads one database"
    assert figures(reader) == OTHER_FIGURES
    fill(filled, tmp_path, wdi(row("France", "FRA", "3.1", "3.2"), row("Kosovo", "XKX", "", "0.6")))
    assert figures(reader) == [3.1, 3.2, 0.6]


def damaged(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 4096] = b"\xa5" * 4096
    path.write_bytes(content)


def other_version(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO migration VALUES ('from_the_future', '2030')")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:20_000])


def another_programs(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE song (title)")


UNFIT = {
    "damaged": (damaged, StoreError, "damaged"),
    "cut": (cut, StoreError, "damaged"),
    "text": (lambda p: p.write_text("no database\n" * 500), StoreError, "no database"),
    "empty": (lambda p: p.write_bytes(b""), SchemaMismatch, "not one of scidip"),
    "of another version": (other_version, SchemaMismatch, "from_the_future"),
    "of another program": (another_programs, SchemaMismatch, "not one of scidip"),
    "missing": (Path.unlink, StoreError, "there is no file"),
    "a folder": (lambda p: (p.unlink(), p.mkdir()), StoreError, "is no file"),
}


@pytest.mark.parametrize("case", UNFIT)
def test_what_cannot_serve_is_not_restored_and_the_old_database_stays(filled, reader, tmp_path, case) -> None:
    spoil, kind, words = UNFIT[case]
    spoil(tmp_path / "other.sqlite")
    before = sorted(p.name for p in tmp_path.iterdir())
    with pytest.raises(kind, match=words):
        copies.restore(str(filled.engine.url), tmp_path / "other.sqlite")
    assert figures(reader) == GOOD_FIGURES
    assert sorted(p.name for p in tmp_path.iterdir()) == before


def test_the_database_itself_is_neither_restored_from_nor_copied_to(filled) -> None:
    for act in (copies.restore, copies.backup):
        with pytest.raises(StoreError, match="is the database itself"):
            act(str(filled.engine.url), path_of(filled))


def test_a_copy_replaces_nothing_but_a_database(filled, tmp_path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("mine")
    for out, words in ((notes, "is no database"), (tmp_path, "is no file"), (Path("/dev/null"), "is no file")):
        with pytest.raises(StoreError, match=words):
            copies.backup(str(filled.engine.url), out)
    assert notes.read_text() == "mine"


def test_restoring_waits_for_the_writer_and_says_so(filled, tmp_path) -> None:
    with writing(filled.engine, "score"), pytest.raises(RunInProgress, match="score, since"):
        copies.restore(str(filled.engine.url), tmp_path / "other.sqlite", wait=0.1)


def test_a_damaged_database_is_replaced_and_kept_beside(filled, tmp_path) -> None:
    filled.engine.dispose()
    path_of(filled).write_text("not a database\n" * 500)
    copies.restore(str(filled.engine.url), tmp_path / "other.sqlite")
    assert figures(open_engine(str(filled.engine.url))) == OTHER_FIGURES
    assert "not a database" in (tmp_path / "fresh.sqlite-before-restore").read_text()


def test_a_database_is_restored_where_none_is(filled, tmp_path) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'place.sqlite'}"
    copies.restore(url, tmp_path / "other.sqlite")
    assert figures(open_engine(url)) == OTHER_FIGURES


# --- another file in its place ------------------------------------------------------------------


def test_a_file_put_in_its_place_is_read_anew_and_never_with_the_old_log(filled, reader, tmp_path) -> None:
    filled.engine.dispose()
    watch = FileWatch(reader)
    (tmp_path / "other.sqlite").replace(path_of(filled))
    watch.check()
    assert figures(reader) == OTHER_FIGURES
    with closing(sqlite3.connect(path_of(filled))) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_while_others_have_the_old_file_open_the_new_one_is_refused(filled, reader, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("scidip.store.database.connections.PATIENCE", 0.2)
    filled.engine.dispose()
    with reader.connect() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM observation").one()
        (tmp_path / "other.sqlite").replace(path_of(filled))
        with pytest.raises(DatabaseReplaced, match="was replaced while others have the old one open"):
            open_engine(str(filled.engine.url))
        with pytest.raises(DatabaseReplaced):
            FileWatch(reader).check()
        assert connection.exec_driver_sql("SELECT count(*) FROM observation").scalar() > 0
    FileWatch(reader).check()
    assert figures(reader) == OTHER_FIGURES


def test_a_writer_whose_file_was_replaced_is_told(filled, tmp_path) -> None:
    with (
        pytest.raises(DatabaseReplaced, match="run the command again"),
        running(filled.engine, "ingest", "nobel", "test"),
    ):
        (tmp_path / "other.sqlite").replace(path_of(filled))
    filled.engine.dispose()
    assert figures(open_engine(str(filled.engine.url))) == OTHER_FIGURES


@pytest.mark.parametrize("asks_again", [False, True])
def test_a_writer_whose_file_was_replaced_takes_its_log_with_it(filled, reader, tmp_path, asks_again) -> None:
    """Whoever comes next would otherwise be refused the new file until somebody removes the log by hand."""
    with pytest.raises(DatabaseReplaced, match="run the command again"), writing(filled.engine, "score"):
        with filled.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE observation SET obs_value = 9")
        assert Path(f"{path_of(filled)}-wal").stat().st_size > 0
        (tmp_path / "other.sqlite").replace(path_of(filled))
        reader.dispose()  # as a server does that has noticed
        if asks_again:
            figures(filled.engine)
    assert not Path(f"{path_of(filled)}-wal").exists()
    assert figures(open_engine(str(filled.engine.url))) == OTHER_FIGURES


DIES_WITH_A_LOG = """
import os, sys
from scidip.store.database.engine import open_engine
engine = open_engine(sys.argv[1], create=True)
with engine.begin() as connection:
    connection.exec_driver_sql("UPDATE observation SET obs_value = 9")
os._exit(9)
"""


@pytest.fixture
def died(filled) -> Workshop:
    """A database whose last writer died and left a log."""
    filled.engine.dispose()
    command = [sys.executable, "-c", DIES_WITH_A_LOG, str(filled.engine.url)]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 9
    assert Path(f"{path_of(filled)}-wal").stat().st_size > 0
    return filled


def test_the_log_of_a_writer_that_died_is_read(died) -> None:
    engine = open_engine(str(died.engine.url))
    assert figures(engine) == [9.0, 9.0, 9.0]


def put_by_rename(copy: Path, path: Path) -> None:
    copy.replace(path)


def put_under_the_same_number(copy: Path, path: Path) -> None:
    """As when the old file is removed first and the disk gives its number to the next one."""
    path.write_bytes(copy.read_bytes())


@pytest.mark.parametrize("put", [put_by_rename, put_under_the_same_number])
def test_the_log_of_another_file_is_refused_with_the_remedy(died, tmp_path, put) -> None:
    put(tmp_path / "other.sqlite", path_of(died))
    for create in (False, True):
        with pytest.raises(StoreError, match=r"sqlite-wal is the log of another file than .*remove"):
            open_engine(str(died.engine.url), create=create)
    Path(f"{path_of(died)}-wal").unlink()
    assert figures(open_engine(str(died.engine.url))) == OTHER_FIGURES


def test_a_served_page_follows_the_file(filled, tmp_path, catalogue, areas, sources) -> None:
    filled.engine.dispose()
    url = str(filled.engine.url)
    client = create_app(make_context(url, catalogue, areas, sources)).server.test_client()
    version = client.get("/api/v1/structure").headers["ETag"]
    (tmp_path / "other.sqlite").replace(path_of(filled))
    answer = client.get("/api/v1/structure")
    assert answer.status_code == 200 and answer.headers["ETag"] != version


# --- for reading only, full, locked -----------------------------------------------------------------


@pytest.fixture
def read_only(filled, monkeypatch, tmp_path) -> str:
    """The address of a database that may not be written: root may write all, so the question is answered for it."""
    filled.engine.dispose()
    folder = tmp_path / "read only"
    folder.mkdir()
    shutil.copy(path_of(filled), folder / "it.sqlite")
    (folder / "it.sqlite").chmod(0o444)
    folder.chmod(0o555)
    monkeypatch.setattr("scidip.store.database.connections.os.access", lambda *_a, **_k: False)
    monkeypatch.setattr("scidip.store.database.holding._opened", lambda _path: None)
    return f"sqlite:///{folder / 'it.sqlite'}"


def test_what_is_for_reading_only_is_read_and_nothing_is_left(read_only) -> None:
    folder = Path(read_only.removeprefix("sqlite:///")).parent
    engine = open_engine(read_only)
    assert figures(engine) == GOOD_FIGURES
    engine.dispose()
    assert [p.name for p in folder.iterdir()] == ["it.sqlite"]
    with pytest.raises(NotWritable, match="cannot be written: the file, its folder or the disk"):
        open_engine(read_only, create=True)


def test_what_is_for_reading_only_to_us_may_be_changed_by_others(read_only) -> None:
    engine = open_engine(read_only)
    assert figures(engine) == GOOD_FIGURES
    file = Path(read_only.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(file)) as others, others:
        others.execute("UPDATE observation SET obs_value = 7")
    FileWatch(engine).check()
    assert figures(engine) == [7.0, 7.0, 7.0]


def test_a_reading_engine_writes_nothing(reader) -> None:
    with pytest.raises(Exception, match="readonly"), reader.begin() as connection:
        connection.exec_driver_sql("DELETE FROM observation")


def test_a_full_disk_is_said_and_what_served_still_serves(filled, tmp_path) -> None:
    with filled.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    filled.engine.dispose()
    full = open_engine(str(filled.engine.url), create=True)
    with full.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    many = [row(c, c, "1", "2") for c in ("AUT", "BEL", "CHE", "DEU", "DNK", "ESP", "FRA", "ITA")]
    filler = wdi(*many, *[row(f"Nowhere {'x' * 400} {n}", "ZZZ", "1", "2") for n in range(500)])
    with pytest.raises(Exception, match="full") as caught:
        fill(Workshop(full, filled.catalogue, filled.areas, filled.sources, 2026, "test"), tmp_path, filler)
    said = str(explained(caught.value, "it"))
    assert said.startswith("the database it could not be written: the disk is full")
    full.dispose()
    engine = open_engine(str(filled.engine.url), create=True)
    assert figures(engine) == GOOD_FIGURES
    with running(engine, "ingest", "nobel", "test"):
        pass
    assert set(source_queries.runs(engine)["status"]) <= {"succeeded", "failed", "running"}


def test_another_programs_lock_is_said(filled, monkeypatch) -> None:
    monkeypatch.setattr("scidip.store.database.connections.BUSY_TIMEOUT", 50)
    filled.engine.dispose()
    engine = open_engine(str(filled.engine.url), create=True)
    with closing(sqlite3.connect(path_of(filled), isolation_level=None)) as others:
        others.execute("BEGIN IMMEDIATE")
        with pytest.raises(Exception, match="locked") as caught, engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM observation")
    assert "is being written by another process" in str(explained(caught.value, "it"))


def test_a_log_that_a_writer_had_to_leave_is_emptied_by_the_server(filled, reader, tmp_path) -> None:
    log = Path(f"{path_of(filled)}-wal")
    with reader.connect() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM observation").one()
        fill(filled, tmp_path, OTHER)
        fill(filled, tmp_path, GOOD)
        assert log.stat().st_size > 0
        FileWatch(reader).look()
        assert log.stat().st_size > 0, "somebody still reads what only the log holds"
    with writing(filled.engine, "another"):
        FileWatch(reader).look()
    filled.engine.dispose()
    FileWatch(reader).look()
    assert log.stat().st_size == 0
    assert figures(reader) == GOOD_FIGURES
