"""Versions: ten and the named ones can be read again, give the numbers of their day, and never mix. Synthetic figures."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, func, select, text

from scidip.cli import main
from scidip.indicators.errors import ScidipError, UnknownVersion
from scidip.store import provenance, versions
from scidip.store.database import connections
from scidip.store.database.as_of import AS_OF, as_of
from scidip.store.database.engine import open_engine
from scidip.store.database.schema import observation
from scidip.store.database.version_tables import version_run
from scidip.store.entering import KEEP_VERSIONS
from scidip.store.queries import served, source_queries
from tests.dated import AREAS, digest, history, ingest, score, version


@pytest.fixture
def writer(fresh_shop) -> Engine:
    return fresh_shop.engine


@pytest.fixture
def reader(writer) -> Iterator[Engine]:
    engine = open_engine(str(writer.url))
    yield engine
    engine.dispose()


def held_runs(engine: Engine) -> set[int]:
    with engine.connect() as connection:
        return set(connection.execute(select(observation.c.run_id).distinct()).scalars())


def test_what_serves_is_entered_when_it_is_scored_and_not_before(writer) -> None:
    ingest(writer, {"FRA": 2.2})
    assert versions.kept(writer).empty
    first = score(writer)
    assert versions.kept(writer)["version"].tolist() == [first] == [served.data_version(writer)]
    ingest(writer, {"FRA": 2.3})
    assert versions.kept(writer)["version"].tolist() == [first]
    second = score(writer)
    assert versions.kept(writer)["version"].tolist() == [second, first]
    assert score(writer) == second
    assert versions.kept(writer)["version"].tolist() == [second, first]


def test_each_of_ten_versions_gives_the_numbers_of_its_day(writer, reader) -> None:
    """After ten ingests those of before are gone, the ten last ones are as they were; and so is the newest."""
    told: dict[str, str] = {}
    for n in range(2 * KEEP_VERSIONS):
        (made,) = history(writer, 1, first=n)
        told[made] = digest(writer)
    assert len(set(told.values())) == 2 * KEEP_VERSIONS
    kept = versions.kept(reader)["version"].tolist()
    assert kept == list(reversed(told))[:KEEP_VERSIONS]
    for code in kept:
        with as_of(code):
            assert digest(reader) == told[code]
            assert served.data_version(reader) == code
    assert digest(reader) == told[kept[0]]
    for code in set(told) - set(kept):
        with pytest.raises(UnknownVersion, match=rf"{code}.*not kept here.*scidip versions"), as_of(code):
            served.data_version(reader)
        with pytest.raises(UnknownVersion):
            versions.find(reader, code)


def test_a_named_version_stays_and_grows_old_when_its_name_is_taken_away(writer, reader) -> None:
    first = history(writer, 1)[0]
    before = digest(writer)
    versions.give_name(writer, first, "Edition 2026")
    history(writer, KEEP_VERSIONS + 2, first=1)
    assert len(versions.kept(reader)) == KEEP_VERSIONS + 1
    assert versions.find(reader, "Edition 2026") == versions.find(reader, first) == first
    with as_of(first):
        assert digest(reader) == before
    with pytest.raises(ScidipError, match=f"{first} has that name already"):
        versions.give_name(writer, served.data_version(writer), "Edition 2026")
    runs = held_runs(writer)
    versions.give_name(writer, first, "")
    assert first not in versions.kept(reader)["version"].tolist()
    assert len(runs) - len(held_runs(writer)) == 1


def test_no_run_is_held_that_nothing_needs_and_none_is_gone_that_something_does(writer) -> None:
    """Of a source: the runs of kept versions, and the last three whether a version has them or not."""
    history(writer, KEEP_VERSIONS + 4)
    for n in range(5):
        ingest(writer, {"FRA": 9.0 + n})
    with writer.connect() as connection:
        needed = set(
            connection.execute(select(version_run.c.run_id).where(version_run.c.source_id == "world_bank")).scalars()
        )
        scored = connection.execute(text("SELECT count(DISTINCT run_id) FROM score")).scalar()
    last = [int(r) for r in source_queries.runs(writer).query("kind == 'ingest'")["run_id"][:3]]
    assert held_runs(writer) == needed | set(last)
    assert len(needed) == scored == KEEP_VERSIONS


def test_figures_that_come_back_are_the_same_version_again(writer, reader) -> None:
    first, second = version(writer, 1.0, 2.0), version(writer, 1.5, 2.0)
    with as_of(first):
        before = digest(reader)
    assert version(writer, 1.0, 2.0) == first
    assert versions.kept(reader)["version"].tolist() == [first, second]
    history(writer, KEEP_VERSIONS - 1)
    with as_of(first):
        assert digest(reader) == before  # by the new runs, on a connection that has shown the old ones


def test_threads_that_read_different_versions_never_mix(writer, reader) -> None:
    """Ten threads over fewer connections, each going from version to version and back to the newest figures."""
    codes = history(writer, 6)
    told = {}
    for code in codes:
        with as_of(code):
            told[code] = digest(reader)
    told[""] = told[codes[-1]]

    def read(n: int) -> list[bool]:
        found = []
        for step in range(25):
            code = [*codes, ""][(n * 5 + step * 3) % 7]
            with as_of(code):
                found.append(digest(reader) == told[code])
        return found

    with ThreadPoolExecutor(10) as pool:
        results = [right for each in pool.map(read, range(10)) for right in each]
    assert len(results) == 250 and all(results)
    assert AS_OF.get() == ""


@pytest.mark.about_files
def test_nothing_of_it_is_left_on_a_connection_or_in_the_file(writer, reader) -> None:
    first, second = history(writer, 2)
    path = Path(str(writer.url).removeprefix("sqlite:///"))
    for code in (first, second):
        with as_of(code), reader.connect() as connection:
            assert connection.execute(text("SELECT count(*) FROM temp.vintage")).scalar()
            assert connection.execute(text("PRAGMA query_only")).scalar() == 1
            seen = connection.execute(text("SELECT sum(obs_value) FROM current_observation")).scalar()
            own = connection.execute(text("SELECT max(run_id) FROM run")).scalar()
            with pytest.raises(Exception, match="readonly"):
                connection.execute(text("DELETE FROM main.vintage"))
        with reader.connect() as connection:
            left = connection.execute(text("SELECT count(*) FROM temp.sqlite_master")).scalar()
            assert (left, connection.execute(text("PRAGMA query_only")).scalar()) == (0, 1)
            now = connection.execute(text("SELECT sum(obs_value) FROM current_observation")).scalar()
            assert (seen == now) == (code == second)
            assert (own == connection.execute(text("SELECT max(run_id) FROM run")).scalar()) == (code == second)
    with closing(sqlite3.connect(path)) as base:
        names = {r[0] for r in base.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}
    assert {"vintage", "run", "current_observation"} <= names


@pytest.mark.about_files
def test_what_fails_while_it_is_laid_leaves_no_other_figures(writer, reader) -> None:
    first, second = history(writer, 2)
    with as_of(first):
        before = digest(reader)
    with pytest.raises(UnknownVersion), as_of("0" * 10):
        digest(reader)
    assert served.data_version(reader) == second
    with as_of(first):
        assert digest(reader) == before


@pytest.mark.about_files
def test_an_unchanged_state_costs_no_statement(writer, reader) -> None:
    first, _second = history(writer, 2)
    with reader.connect() as connection:
        raw = connection.connection.dbapi_connection
    asked: list[str] = []
    raw.set_trace_callback(asked.append)
    with reader.connect():
        pass
    assert not [a for a in asked if "TEMP" in a or "DROP" in a or "PRAGMA" in a]
    with as_of(first), reader.connect():
        pass
    assert [a for a in asked if "CREATE TEMP" in a]
    asked.clear()
    with as_of(first), reader.connect():
        pass
    raw.set_trace_callback(None)
    assert not [a for a in asked if "TEMP" in a or "DROP" in a]


def test_a_version_sees_the_runs_of_its_day(writer, reader) -> None:
    first, second = history(writer, 2)
    assert len(provenance.vintages(reader, "world_bank")) == 2
    with as_of(first):
        assert len(provenance.vintages(reader, "world_bank")) == 1
        assert source_queries.renewals(reader).set_index("source").at["world_bank", "vintage"] == "2026-01"
    with as_of(second):
        assert len(provenance.vintages(reader, "world_bank")) == 2


@pytest.mark.about_files
def test_a_database_that_may_only_be_read_is_read_as_of_a_version(writer, tmp_path, monkeypatch) -> None:
    first, _second = history(writer, 2)
    with as_of(first):
        before = digest(writer)
    writer.dispose()
    copy = tmp_path / "copy.sqlite"
    shutil.copy(str(writer.url).removeprefix("sqlite:///"), copy)
    monkeypatch.setattr(connections, "is_writable", lambda _path: False)
    engine = open_engine(f"sqlite:///{copy}")
    with as_of(first):
        assert digest(engine) == before
    engine.dispose()


@pytest.mark.about_files
def test_a_database_of_before_has_one_version_when_it_is_brought_up_and_none_until_then(writer, tmp_path) -> None:
    only = version(writer, 1.0, 2.0)
    before = digest(writer)
    writer.dispose()
    path = tmp_path / "old.sqlite"
    shutil.copy(str(writer.url).removeprefix("sqlite:///"), path)
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("DROP TABLE version_run")
        base.execute("DROP TABLE version")
        base.execute("DELETE FROM migration WHERE name = 'versions_are_kept'")
    engine = open_engine(f"sqlite:///{path}")
    assert versions.kept(engine).empty and versions.listing(engine) == []
    assert versions.find(engine, only) == "" and digest(engine) == before
    with pytest.raises(UnknownVersion):
        versions.find(engine, "0" * 10)
    with pytest.raises(UnknownVersion), as_of("0" * 10):
        digest(engine)
    engine.dispose()
    engine = open_engine(f"sqlite:///{path}", create=True)
    assert versions.kept(engine)["version"].tolist() == [only]
    with as_of(only):
        assert digest(engine) == before
    engine.dispose()


def test_a_listing_says_what_each_has_and_takes(writer) -> None:
    first, second, third = version(writer, 1.0, 2.0), version(writer, 1.5, 2.0, 3.0), ""
    third = score(writer, code="other code")
    versions.give_name(writer, first, "The first")
    told = versions.listing(writer)
    assert [(r["version"], r["name"], r["ranked"], r["renewed"]) for r in told] == [
        (third, "", 3, []),
        (second, "", 3, ["world_bank"]),
        (first, "The first", 2, None),
    ]
    assert all(r["bytes"] > 0 for r in told)
    assert told[1]["bytes"] < told[2]["bytes"], "the second shares its figures with the third"


# --- the shell ---------------------------------------------------------------------------------------


@pytest.fixture
def shell(writer, monkeypatch):
    monkeypatch.setenv("SCIDIP_DATABASE_URL", str(writer.url))
    return lambda *words: CliRunner().invoke(main, list(words), prog_name="scidip")


def test_the_shell_lists_names_and_reads_as_of_a_version(writer, shell, tmp_path) -> None:
    first, second = version(writer, 1.0, 2.0), version(writer, 1.5, 2.0)
    assert [r["version"] for r in json.loads(shell("versions", "--json").stdout)] == [second, first]
    said = shell("name", first, "  Edition   2026 ")
    assert said.stdout == f"{first}: kept for ever as “Edition 2026”\n", said.stderr
    lines = shell("versions").stdout.splitlines()
    assert lines[0].startswith(f"{second}: made 20") and "renewed: world_bank" in lines[0]
    assert lines[1].startswith(f"{first} “Edition 2026”: made 20") and lines[1].endswith("; the oldest kept")
    told = {}
    for asked in (first, "Edition 2026", second, "newest"):
        out = tmp_path / f"{asked}.csv"
        done = shell("at", asked, "export", "--what", "observations", "--out", str(out))
        assert done.exit_code == 0, (asked, done.stderr)
        told[asked] = out.read_text()
    assert "FRA" in told[first] and told[first] == told["Edition 2026"] != told[second] == told["newest"]
    assert shell("name", first, "--forget").stdout == f"{first}: kept like the others\n"
    where = ("--indicator", "rd_expenditure_gdp", "--area", "FRA", "--year", "2020")
    was, now = (shell("at", code, "explain", *where).stdout for code in (first, second))
    assert "10.00 of 100" in was and "15.00 of 100" in now


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("at", "0123456789", "sources"), 1, "'0123456789' is not kept here"),
        (("at", "newest", "build"), 2, "unknown reading command build"),
        (("at", "newest", "at", "newest", "sources"), 2, "unknown reading command at"),
        (("at", "newest", "sources", "--nonsense"), 2, "--nonsense"),
        (("name", "newest"), 2, "give a name, or --forget"),
        (("name", "newest", "newest"), 1, "means a version already"),
        (("name", "newest", "x" * 81), 1, "at most 80 characters"),
        (("name", "newest", "a\x1b[31m"), 1, "can be printed"),
    ],
)
def test_what_cannot_be_done_is_said(writer, shell, words, code, said) -> None:
    history(writer, 1)
    done = shell(*words)
    assert (done.exit_code, said in done.stderr) == (code, True), done.stderr
    assert versions.kept(writer)["name"].tolist() == [""]


def test_the_past_is_never_written(writer, shell, monkeypatch) -> None:
    """Also where a command that reads would keep what it found."""
    from scidip.program import Program
    from scidip.settings import Settings

    first, _ = history(writer, 2)
    program = Program(Settings.from_env())
    with as_of(first), pytest.raises(ScidipError, match="cannot be changed"), program.writing("audit"):
        pass
    program.close()


def test_a_kept_version_does_not_grow_with_what_it_shares(writer) -> None:
    """A version costs its own source and scores: what did not change is stored once for all."""
    ingest(writer, {a: 5.0 for a in AREAS}, source="unesco_uis", indicator="researchers")
    history(writer, 5)
    with writer.connect() as connection:
        rows = connection.execute(select(func.count()).where(observation.c.indicator == "researchers")).scalar()
    assert rows == len(AREAS)
