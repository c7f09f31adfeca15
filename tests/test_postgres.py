"""PostgreSQL as an equal of a file: the same answers, one moment for readers, nothing lost, faults as sentences.

What the store promises of any database is tested on both kinds where it is tested (`ON_BOTH` in conftest).
"""

import base64
import hashlib
import itertools
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dash
import pytest
from click.testing import CliRunner
from flask import Flask
from plotly.utils import PlotlyJSONEncoder
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from bench.callbacks import requests_of
from scidip.app import create_context
from scidip.cli import main
from scidip.dashboard.operations import health
from scidip.dashboard.operations.counts import Counts
from scidip.dashboard.server.factory import create_app
from scidip.etl.publishing import Outcome
from scidip.etl.supply import desk as desks
from scidip.indicators.errors import NotWritable, SchemaMismatch, StoreError, UnknownVersion
from scidip.settings import Settings
from scidip.store import audits, versions
from scidip.store.database import engine as engines
from scidip.store.database.address import address_of, read_address, shown
from scidip.store.database.as_of import as_of
from scidip.store.database.backups import backup, restore
from scidip.store.database.engine import open_engine
from scidip.store.database.postgres.session import EXTRA
from scidip.store.database.postgres.standing import standing
from scidip.store.database.working_copy import working_copy
from scidip.store.queries import served
from tests import dated
from tests.conftest import ROOT, with_codes
from tests.postgres import Cluster, running
from tests.test_commands import READING, arguments
from tests.test_upload import GOOD, MIXED

SHOWN = {"/country": {"area": "PRT"}, "/claim": {"text": "Portugal ranks above Greece in 2022"}}
LARGE = {"/download/observations.csv"}
"""Six seconds of a processor; its rows are asked for through the programming interface, too."""
_NUMBERS = itertools.count()


# --- addresses --------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_an_address_without_a_driver_is_read_by_the_one_that_is_used(scheme: str) -> None:
    assert address_of(f"{scheme}://me@host/figures").drivername == "postgresql+psycopg"


@pytest.mark.parametrize("scheme", ["postgresql+psycopg2", "postgresql+asyncpg", "mysql"])
def test_another_driver_is_refused_with_an_example(scheme: str) -> None:
    with pytest.raises(StoreError, match=rf"names '{re.escape(scheme)}'.*for example .*postgresql\+psycopg://"):
        address_of(f"{scheme}://me:secret@host/figures")


def test_a_driver_that_is_not_installed_is_one_sentence_with_the_extras_name(monkeypatch) -> None:
    def missing(*_: Any, **__: Any) -> None:
        raise ModuleNotFoundError("No module named 'psycopg'", name="psycopg")

    monkeypatch.setattr(engines.session, "create_engine", missing)
    with pytest.raises(StoreError) as told:
        open_engine("postgresql://me:secret@host/figures")
    assert f"pip install '{EXTRA}'" in str(told.value) and "secret" not in str(told.value)


def test_no_password_is_shown() -> None:
    for url in ("postgresql://me:secret@host/x", "postgresql://me@host/x?password=secret&host=b"):
        assert "secret" not in shown(address_of(url))


def test_a_standby_is_of_a_server(tmp_path) -> None:
    file, server = f"sqlite:///{tmp_path}/x.sqlite", "postgresql://me@host/x"
    assert read_address(file, "") == file
    assert read_address(server, "postgresql://me@standby/x") == "postgresql://me@standby/x"
    for database, other in ((file, server), (server, file)):
        with pytest.raises(StoreError, match="SCIDIP_READ_URL names a standby"):
            read_address(database, other)


no_audit = audits.last

# --- the same answers -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def addresses(postgres, built_url) -> tuple[str, str]:
    return built_url, postgres.url("built")


def answers(url: str) -> dict[str, str]:
    """Every page, every callback as its page asks, every address without a parameter, as they come over a database."""
    context = create_context(Settings.from_env({"SCIDIP_DATABASE_URL": url}))
    app = create_app(context)
    client, found, layouts = app.server.test_client(), {}, []
    with app.server.test_request_context():
        for page in dash.page_registry.values():
            layouts.append(page["layout"](**SHOWN.get(page["path"], {})))
            found[f"page {page['path']}"] = json.dumps(layouts[-1], cls=PlotlyJSONEncoder, sort_keys=True)
        asked = list(requests_of(app, app.layout(), layouts))
    for name, body in asked:
        found[name] = client.post("/_dash-update-component", json=body).text
    for rule in app.server.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.arguments and rule.rule not in LARGE:
            answer = client.get(rule.rule)
            found[f"GET {rule.rule}"] = (
                f"{answer.status_code} {answer.text if answer.is_json else _digest(answer.data)}"
            )
    context.engine.dispose()
    # Of what was refused the number of the request is another each time; so is a mark of Dash's in a page.
    return {k: re.sub(r'"request":"\w+"', "", v) for k, v in found.items()}


def _digest(content: bytes) -> str:
    return hashlib.sha256(re.sub(rb'"end_id":"[^"]+"', b"", content)).hexdigest()


def test_every_page_callback_and_address_answers_the_same_byte_for_byte(addresses, monkeypatch) -> None:
    # Other tests let the command `audit` leave its mark in the one of the two that all share.
    monkeypatch.setattr(audits, "last", lambda engine, data_version: no_audit(engine, data_version="none"))
    file, server = map(answers, addresses)
    assert list(file) == list(server) and len(file) > 45
    assert [name for name in file if file[name] != server[name]] == []
    assert sum('"error":{"code"' in text for text in server.values()) < 8


ELSEWHERE = {"audit", "backup", "brief", "mcp"}
"""Copies are tested below, the tools of `mcp` are the API's, the others take a minute: bench/postgres.py compares them."""


@pytest.mark.parametrize("name", sorted(set(READING) - ELSEWHERE))
def test_every_reading_command_says_the_same(addresses, tmp_path, monkeypatch, name) -> None:
    said = []
    for place, url in enumerate(addresses):
        folder = tmp_path / str(place)
        folder.mkdir()
        monkeypatch.chdir(folder)
        monkeypatch.setenv("SCIDIP_DATABASE_URL", url)
        result = CliRunner().invoke(main, arguments(name, folder), prog_name="scidip")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        files = {p.name: _digest(p.read_bytes()) for p in sorted(folder.rglob("*")) if p.is_file()}
        words = result.output.replace(str(folder), "")
        # What a version takes of the disk is the database's own.
        said.append((result.exit_code, re.sub(r"about [\d.,]+ .?B", "", words), files))
    assert said[0] == said[1]


def test_text_is_in_the_order_of_its_bytes_whatever_the_servers_language(postgres) -> None:
    postgres.say("CREATE TABLE IF NOT EXISTS words (w text)", "built")
    assert postgres.say("SELECT 'a' < 'B'", "built") == [(True,)], "the server sorts as a dictionary does"
    engine = open_engine(postgres.url("built"))
    with engine.connect() as connection:
        titles = list(connection.execute(text("SELECT name FROM area ORDER BY name")).scalars())
    engine.dispose()
    assert titles == sorted(titles)


# --- writing ----------------------------------------------------------------------------------


@pytest.fixture
def own(postgres) -> Iterator[str]:
    """The address of a database of its own, with code lists."""
    name = f"own{next(_NUMBERS)}"
    yield postgres.create(name, "empty")
    postgres.say(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def writer(own) -> Iterator[Engine]:
    engine = open_engine(own, create=True)
    yield engine
    engine.dispose()


@pytest.fixture
def reader(own) -> Iterator[Engine]:
    engine = open_engine(own)
    yield engine
    engine.dispose()


def test_who_only_reads_can_write_nothing(writer, reader) -> None:
    dated.history(writer, 1)
    for statement in ("DELETE FROM vintage", "CREATE TABLE x (y int)", "CREATE TEMP TABLE x (y int)"):
        with pytest.raises(DatabaseError, match=r"read.only"), reader.begin() as connection:
            connection.execute(text(statement))


def test_a_connection_sees_one_state_for_as_long_as_it_is_taken(writer, reader) -> None:
    (first,) = dated.history(writer, 1)
    with reader.connect() as connection:
        count = text("SELECT count(*) FROM run")
        before = connection.execute(count).scalar()
        (second,) = dated.history(writer, 1, first=5)
        assert connection.execute(count).scalar() == before
    assert first != second == served.data_version(reader)


def test_a_prepared_plan_does_not_outlive_the_version_it_was_made_for(writer) -> None:
    """Plans are kept after five times: one that knew the newest figures must not be used for the old ones."""
    first, second = dated.history(writer, 2)
    told = {}
    for code in (first, second):
        with as_of(code):
            told[code] = dated.digest(writer)
    assert told[first] != told[second]
    for place in range(30):
        code = (first, second, "")[place % 3 if place > 12 else 2]
        with as_of(code):
            assert dated.digest(writer) == told[code or second], place
    with pytest.raises(UnknownVersion), as_of("0" * 10):
        served.data_version(writer)
    assert dated.digest(writer) == told[second]


def test_much_work_counts_in_one_moment_or_not_at_all(writer, reader) -> None:
    (first,) = dated.history(writer, 1)
    with working_copy(writer, "refresh") as (aside, put):
        (second,) = dated.history(aside, 1, first=3)
        assert served.data_version(aside) == second != first == served.data_version(reader)
        with pytest.raises(IntegrityError), aside.begin() as connection:
            connection.execute(text("INSERT INTO vintage SELECT * FROM vintage"))
        assert served.data_version(aside) == second, "what fails takes back its own part alone"
        assert served.data_version(reader) == first
        put()
    assert served.data_version(reader) == second
    with working_copy(writer, "refresh") as (aside, _put):
        dated.history(aside, 1, first=6)
    assert served.data_version(reader) == second, "nobody put it in its place"
    assert versions.kept(reader)["version"].tolist() == [second, first]


def test_killed_before_its_moment_nothing_happened_and_the_lock_is_free(writer, reader) -> None:
    (first,) = dated.history(writer, 1)
    program = (
        "import os, signal, sys; from scidip.store.database.engine import open_engine\n"
        "from scidip.store.database.working_copy import working_copy; from tests import dated\n"
        "with working_copy(open_engine(sys.argv[1], create=True), 'refresh') as (aside, put):\n"
        "    dated.history(aside, 2, first=3); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", program, str(writer.url)], cwd=ROOT, check=False, timeout=120)
    assert done.returncode == -signal.SIGKILL
    assert served.data_version(reader) == first
    (second,) = dated.history(writer, 1, first=4)
    assert served.data_version(reader) == second


def test_killed_in_a_build_what_serves_is_whole(own, postgres) -> None:
    command = [sys.executable, "-m", "scidip.cli", "build"]
    environment = os.environ | {"SCIDIP_DATABASE_URL": own}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    name = own.partition("?")[0].rpartition("/")[2]
    ready = "SELECT count(*) > 2 FROM vintage"
    end = time.monotonic() + 120
    while not postgres.say(ready, name)[0][0] and time.monotonic() < end:
        time.sleep(0.1)
    process.kill()
    process.wait()
    held = (
        "SELECT count(*), sum((r.loaded = (SELECT count(*) FROM observation o WHERE o.run_id = r.run_id))::int), "
        "sum((r.status = 'succeeded')::int) FROM vintage JOIN run r USING (run_id)"
    )
    ((serving, whole, ended),) = postgres.say(held, name)
    assert serving == whole == ended > 2


# --- copies -----------------------------------------------------------------------------------


def test_a_copy_is_a_file_and_goes_into_either_kind(writer, own, postgres, tmp_path) -> None:
    kept = dated.history(writer, 3)
    versions.give_name(writer, kept[0], "Edition")
    told = _told(writer, kept)
    copy, file = tmp_path / "copy.sqlite", f"sqlite:///{tmp_path / 'file.sqlite'}"
    assert backup(own, copy) == copy.stat().st_size
    assert [p.name for p in tmp_path.iterdir()] == ["copy.sqlite"], "one file, and no log"
    restore(file, copy)
    name = f"moved{next(_NUMBERS)}"
    moved = postgres.create(name)
    restore(moved, copy)
    for url in (file, moved):
        engine = open_engine(url, create=True)
        assert _told(engine, kept) == told
        assert versions.find(engine, "Edition") == kept[0]
        dated.history(engine, 1, first=9)  # its runs are numbered on from those that were moved
        engine.dispose()
    postgres.say(f"DROP DATABASE {name} WITH (FORCE)")


def _told(engine: Engine, codes: list[str]) -> dict[str, str]:
    told = {}
    for code in codes:
        with as_of(code):
            told[code] = dated.digest(engine)
    return told


def test_a_copy_takes_the_place_of_what_serves_in_one_moment(writer, reader, own, tmp_path) -> None:
    (first,) = dated.history(writer, 1)
    backup(own, tmp_path / "copy.sqlite")
    (second,) = dated.history(writer, 1, first=2)
    with reader.connect() as connection:
        count = text("SELECT count(*) FROM observation")
        before = connection.execute(count).scalar()
        restore(own, tmp_path / "copy.sqlite")
        assert connection.execute(count).scalar() == before
    assert served.data_version(reader) == first != second


def test_what_is_no_copy_is_refused_and_nothing_is_lost(writer, own, tmp_path) -> None:
    (first,) = dated.history(writer, 1)
    (tmp_path / "junk").write_bytes(bytes(range(256)) * 40)
    for name in ("junk", "none"):
        with pytest.raises(StoreError, match="scidip backup"):
            restore(own, tmp_path / name)
    with pytest.raises(StoreError, match="is no database"):
        backup(own, tmp_path / "junk")
    assert served.data_version(writer) == first


# --- faults -----------------------------------------------------------------------------------


def test_faults_of_a_server_are_sentences(postgres, tmp_path) -> None:
    cases = (
        (f"postgresql://scidip@/built?host={tmp_path}", StoreError, "cannot be reached"),
        (postgres.url("nothing"), StoreError, 'database "nothing" does not exist'),
        (postgres.url("postgres"), SchemaMismatch, "run `scidip build`"),
    )
    for url, kind, words in cases:
        with pytest.raises(kind, match=words) as told:
            open_engine(url)
        assert len(str(told.value).splitlines()) == 1
    postgres.say("CREATE ROLE visitor LOGIN")
    postgres.say("GRANT SELECT ON ALL TABLES IN SCHEMA public TO visitor", "empty")
    url = postgres.url("empty").replace("scidip@", "visitor@")
    open_engine(url).dispose()
    engine = open_engine(url, create=True)
    with pytest.raises(NotWritable, match="must own the database"):
        restore(url, _small_copy(postgres, tmp_path))
    engine.dispose()


def _small_copy(postgres: Cluster, folder: Path) -> Path:
    backup(postgres.url("empty"), folder / "small.sqlite")
    return folder / "small.sqlite"


def test_a_database_whose_text_is_in_another_order_is_refused(postgres) -> None:
    url = postgres.create("begun")
    engine = open_engine(url, create=True)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public_as_of CASCADE"))
        connection.execute(text("DROP VIEW current_observation"))
        connection.execute(text('ALTER TABLE observation ALTER ref_area TYPE varchar COLLATE "default"'))
    engine.dispose()
    with pytest.raises(SchemaMismatch, match="earlier scidip"):
        open_engine(url, create=True)


# --- standby ----------------------------------------------------------------------------------


def test_a_standby_is_read_in_the_place_of_its_primary(catalogue, areas, sources, tmp_path) -> None:
    with running(wal_level="replica", max_wal_senders="4") as primary, running(standby_of=primary) as standby:
        there, here = primary.create("figures"), standby.url("figures")
        with_codes(there, catalogue, areas, sources)
        writer = open_engine(there, create=True)
        first, second = dated.history(writer, 2)
        reader = open_engine(read_address(there, here))
        _until(lambda: served.data_version(reader) == second)
        assert standing(writer) == {"kind": "postgresql", "role": "primary"}
        told = standing(reader)
        assert told["role"] == "standby" and told["receives"] and told["behind_seconds"] == 0
        for code in (first, second):
            with as_of(code):
                assert dated.digest(reader) == dated.digest(writer), "an earlier version, where nothing can be written"
        with pytest.raises(NotWritable, match="standby"):
            open_engine(here, create=True)
        said = _health(reader)
        assert said["database"] == told and said["data_version"] == second
        primary.stop()
        assert dated.digest(reader)
        _until(lambda: not standing(reader)["receives"])
        reader.dispose()
        writer.dispose()


def _until(is_so: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.1)


def _health(engine: Engine) -> dict[str, Any]:
    server = Flask("health")
    context = SimpleNamespace(version="test", engine=engine, query=lambda ask: ask(engine))
    health.register(server, context, Counts(None))
    return server.test_client().get("/health").json


# --- the upload page's desk -------------------------------------------------------------------------


def test_what_is_uploaded_is_looked_at_published_and_removed(own, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(desks, "rescore", lambda _shop: Outcome("scores", "succeeded", {}))
    desk = desks.Desk(own, ROOT / "data", tmp_path, "default", "test")
    order = {"name": "a.csv", "content": base64.b64encode(GOOD).decode(), "accept": False, "version": ""}
    assert desk.fill({**order, "action": "check"})["code"] == "checked"
    published = desk.fill({**order, "action": "publish"})
    assert published["code"] == "published" and published["entries"][0]["figures"] == 3
    mixed = {**order, "content": base64.b64encode(MIXED).decode()}
    assert desk.fill({**mixed, "action": "check"})["report"]["replaced_rows"] == 1
    assert desk.fill({**mixed, "action": "publish"})["code"] == "held"
    removed = desk.fill({"action": "remove", "file": published["entries"][0]["sha256"], "version": ""})
    assert removed["code"] == "removed" and removed["entries"] == []
