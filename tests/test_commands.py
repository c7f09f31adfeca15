"""Every command with nonsense, by registration: one sentence, the right exit code, nothing half-written."""

import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy.exc import DatabaseError

from scidip import app, cli
from scidip.cli import main
from scidip.indicators.errors import RunInProgress
from scidip.publish.audit.truth import Truth, truth_of
from scidip.publish.capsule.making import Capsule
from scidip.store.database.engine import open_engine
from scidip.store.database.writing import writing
from scidip.store.queries import served as queries
from scidip.store.queries import source_queries
from tests.conftest import ROOT, free_port, run_cli
from tests.forked import NOBODY
from tests.test_own_index import DATA, META

SAMPLES: dict[str, dict[str, str | tuple[str, ...]]] = {
    "at": {"version": "newest", "command": "sources"},
    "audit": {"sentences": "20"},
    "audit-index": {},
    "backup": {"out": "{tmp}/copy.sqlite"},
    "beside": {"first": "published", "second": "published"},
    "brief": {"areas": ("FRA",), "formats": "html", "no_pictures": "", "out": "{tmp}/fra.html"},
    "build": {},
    "bundle": {"folder": "{tmp}/downloads", "target": "{tmp}/bundle"},
    "capsule": {"areas": ("FRA",), "no_pictures": "", "out": "{tmp}/fra.zip"},
    "chart": {"address": "/ranking", "part": "table-1", "out": "{tmp}/ranking.csv"},
    "check": {},
    "cite": {"indicator": "rd_expenditure_gdp"},
    "claim": {"text": "Portugal ranks above Greece in national factors in 2022"},
    "composite": {"data": "{tmp}/data.csv", "meta": "{tmp}/meta.csv", "out": "{tmp}/index"},
    "diff": {"source": "world_bank"},
    "docs": {"out": "{tmp}/docs"},
    "events": {},
    "explain": {"area": "FRA", "indicator": "rd_expenditure_gdp", "year": "2020"},
    "export": {"out": "{tmp}/scores.csv", "what": "scores", "nodes": "std", "years": "2020"},
    "gravity": {},
    "languages": {},
    "ingest": {"source": "nobel", "files": "{tmp}/nothing.json"},
    "mcp": {},
    "name": {"version": "newest", "text": "Edition 2026"},
    "recompute": {"package": "{tmp}/package.zip"},
    "refresh": {"sources": "passport_index"},
    "restore": {"file": "{tmp}/copy-to-restore.sqlite"},
    "score": {},
    "serve": {},
    "sources": {},
    "story": {"action": "check", "file": str(ROOT / "data" / "stories" / "water.toml")},
    "template": {"indicator": "TEMPLATE", "out": "{tmp}/template.csv"},
    "verify": {"capsule": "{tmp}/package.zip"},
    "versions": {},
    "workspace": {"data": "{tmp}/data.csv", "meta": "{tmp}/meta.csv", "uncertainty": "20", "out": "{tmp}/own"},
    "works": {"snapshot": "{tmp}/snapshot", "out": "{tmp}/works"},
}
"""Parameters with which each command is understood; a new command needs a line here."""
READING = (
    "at",
    "audit",
    "audit-index",
    "backup",
    "beside",
    "brief",
    "capsule",
    "chart",
    "check",
    "cite",
    "claim",
    "diff",
    "events",
    "explain",
    "export",
    "gravity",
    "mcp",
    "sources",
    "story",
    "versions",
)
"""Commands that need the database and write nothing to it."""
WITHOUT_DATABASE = ("bundle", "composite", "docs", "languages", "recompute", "template", "verify", "works", "workspace")
needs_another_user = pytest.mark.skipif(
    os.getuid() != 0 or not all(f.stat().st_mode & 0o001 for p in (ROOT, Path(sys.prefix)) for f in (p, *p.parents)),
    reason="only root can become another user, who must be able to read scidip and its environment",
)
SLOW = ("audit", "audit-index", "brief", "capsule", "chart")
WRITING = ("build", "ingest", "name", "refresh", "restore", "score", "serve")
TEXTS = ("", " ", "' OR 1=1 --", "../../etc/passwd", "\x1b[31m\u202e", "x" * 5000, "💥", "{0}%s")
NUMBERS = ("9" * 19, "-1", "", "x", "1e3", "٣")


def paths(tmp: Path) -> Iterator[str]:
    """Yield names of what is not the file that is asked for."""
    (tmp / "junk").write_bytes(bytes(range(256)) * 40)
    (tmp / "empty").write_bytes(b"")
    yield from (
        f"{tmp}/not-there",
        f"{tmp}/no/folder/x.csv",
        str(tmp),
        "/dev/null",
        f"{tmp}/junk",
        f"{tmp}/empty",
        f"{tmp}/junk/x.csv",
        f"{tmp}/{'n' * 300}.csv",
        "",
    )


def nonsense(param: click.Parameter, tmp: Path) -> Iterator[str]:
    """Yield what a parameter of its type must be able to bear."""
    if isinstance(param.type, click.Path):
        yield from paths(tmp)
    elif isinstance(param.type, click.types.IntParamType):
        yield from NUMBERS
    elif isinstance(param, click.Option) and param.is_flag:
        return
    else:
        yield from TEXTS


def arguments(name: str, tmp: Path, **changed: str) -> list[str]:
    """Return the arguments of a command's sample, some of them changed."""
    sample = SAMPLES[name] | changed
    words = [name]
    for param in main.commands[name].params:
        if param.name not in sample:
            continue
        given = sample[param.name]
        values = [given] if isinstance(given, str) else list(given)
        values = [v.replace("{tmp}", str(tmp)) for v in values]
        if isinstance(param, click.Argument):
            words += ["--", *values] if values[0].startswith("-") else values
        else:
            words += [param.opts[0]] if param.is_flag else [x for v in values for x in (param.opts[0], v)]
    return words


@pytest.fixture
def place(tmp_path, monkeypatch, catalogue) -> Path:
    """A folder with the files of the samples, in which the commands run."""
    monkeypatch.setitem(SAMPLES["template"], "indicator", catalogue.of_source("user")[0].code)
    monkeypatch.setenv("SCIDIP_PORT", str(free_port()))
    monkeypatch.setenv("SCIDIP_MIRROR", f"http://127.0.0.1:{free_port()}")  # where nobody answers
    (tmp_path / "downloads").mkdir()
    (tmp_path / "snapshot").mkdir()
    (tmp_path / "data.csv").write_text(DATA)
    (tmp_path / "meta.csv").write_text(META)
    (tmp_path / "package.zip").write_bytes(b"no package")
    (tmp_path / "copy-to-restore.sqlite").write_bytes(b"no copy")
    (tmp_path / "nothing.json").write_text("{}")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def empty_url(tmp_path_factory) -> str:
    """A database without any figures, for commands that write."""
    url = f"sqlite:///{tmp_path_factory.mktemp('empty') / 'empty.sqlite'}"
    open_engine(url, create=True).dispose()
    return url


@pytest.fixture
def scidip(built_url, empty_url, place, monkeypatch) -> Callable[..., Result]:
    """Runs a command in this process; what takes seconds and is no matter here is made once or left out."""
    monkeypatch.setattr(app, "create_server", _server_once(app.create_server))
    monkeypatch.setattr(app, "run_server", lambda _settings: None)
    monkeypatch.setattr("scidip.commands.audit.truth_of", _truth_once(truth_of))
    monkeypatch.setattr("scidip.publish.reports.translation_template.extract_from_dir", lambda *_a, **_k: ())
    monkeypatch.setattr("scidip.publish.mcp.guide.document", lambda *_a: "answers of every tool")
    monkeypatch.setattr("scidip.commands.brief.brief_of", lambda *_a: SimpleNamespace(stem="FRA"))
    monkeypatch.setattr("scidip.commands.brief.Maker.make", lambda *_a: b"a briefing")
    capsule = Capsule("capsule", {"index.html": b"a capsule"}, b"a capsule")
    monkeypatch.setattr("scidip.commands.capsule.capsule_of", lambda *_a: capsule)

    def run(*words: str) -> Result:
        small = words[0] in (*WRITING, "backup")
        monkeypatch.setenv("SCIDIP_DATABASE_URL", empty_url if small else built_url)
        return CliRunner().invoke(main, list(words), prog_name="scidip")

    return run


_SERVERS: dict[str, object] = {}
_TRUTHS: dict[str, Truth] = {}


def _truth_once(read: Callable[..., Truth]) -> Callable[..., Truth]:
    def truth(engine, catalogue, areas):
        url = str(engine.url)
        if url not in _TRUTHS:
            _TRUTHS[url] = read(engine, catalogue, areas)
        return _TRUTHS[url]

    return truth


def _server_once(make: Callable[..., object]) -> Callable[..., object]:
    def create(settings, context=None):
        if settings.database_url not in _SERVERS:
            _SERVERS[settings.database_url] = make(settings, context)
        return _SERVERS[settings.database_url]

    return create


def assert_told(result: Result, tmp: Path, *, case: object = "") -> None:
    """Assert that a command ended as promised: well, or with a sentence; no trace and no part of a file."""
    ended = result.exception is None or isinstance(result.exception, SystemExit)
    assert ended, f"{case}: {result.exception!r}"
    assert result.exit_code in (0, 1, 2), case
    if result.exit_code:
        assert "rror: " in result.stderr, case
        said = result.stderr[result.stderr.index("rror: ") + 7 :].strip()
        assert said and "Traceback" not in said, case
        assert len(said.splitlines()) < 14, (case, said)
    assert not list(tmp.rglob("*.part")), case


def test_every_command_is_in_the_table() -> None:
    assert sorted(SAMPLES) == sorted(main.commands)
    assert sorted((*READING, *WITHOUT_DATABASE, *WRITING)) == sorted(main.commands)


@pytest.mark.parametrize("name", sorted(main.commands))
def test_nonsense_gets_a_sentence(scidip, engine, empty_url, place, name) -> None:
    small = open_engine(empty_url)
    before = [queries.data_version(e) for e in (engine, small)]
    for param in main.commands[name].params:
        for value in nonsense(param, place):
            result = scidip(*arguments(name, place, **{param.name: value}))
            assert_told(result, place, case=(name, param.name, value[:40]))
    assert [queries.data_version(e) for e in (engine, small)] == before


@pytest.mark.parametrize("name", sorted(main.commands))
def test_too_much_or_what_is_not_utf8_is_a_mistake_of_the_command(scidip, place, name) -> None:
    words = arguments(name, place)
    for more in ("--nonsense", "caf\udce9", *("one more", "and more") * 2):
        result = scidip(words[0], more, *words[1:])
        if more == "one more" and name in ("brief", "cite"):
            continue
        assert result.exit_code == 2, more
        assert "Error: " in result.stderr
        words = [*words, more] if more.startswith(("one", "and")) else words
    said = scidip(*words[:1], "caf\udce9").stderr
    assert r"b'caf\xe9' is not UTF-8" in said


def _coded(code: int) -> sqlite3.Error:
    error = sqlite3.DatabaseError("words that decide nothing")
    error.sqlite_errorcode = code
    return error


def test_a_folder_of_files_may_hold_names_that_are_not_utf8(scidip, place) -> None:
    folder = place / "brought"
    folder.mkdir()
    (folder / "caf\udce9.csv").write_text("indicator,ref_area\n")
    result = scidip("ingest", "user", "--file", str(folder))
    assert_told(result, place)
    assert r"caf\xe9.csv" in result.stderr


FAULTS: dict[str, tuple[BaseException, int, str]] = {
    "Ctrl-C": (KeyboardInterrupt(), 130, "interrupted"),
    "SIGTERM": (cli._Terminated(), 143, "interrupted"),
    "disk full": (OSError(28, "No space left on device", "x.csv"), 1, "No space left on device: x.csv"),
    "memory": (MemoryError(), 1, "not enough memory"),
    "damaged": (DatabaseError("q", {}, _coded(sqlite3.SQLITE_CORRUPT)), 1, "is damaged; put a copy"),
    "locked": (DatabaseError("q", {}, _coded(sqlite3.SQLITE_BUSY)), 1, "written by another process"),
    "driver": (_coded(sqlite3.SQLITE_FULL), 1, "the disk is full"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_within_any_command_gets_a_sentence(scidip, place, monkeypatch, fault) -> None:
    error, code, words = FAULTS[fault]

    def fail(*_args: object, **_kwargs: object) -> None:
        raise error

    for name in main.commands:
        monkeypatch.setattr(main.commands[name], "callback", fail)
        result = scidip(*arguments(name, place))
        assert (result.exit_code, words in result.stderr) == (code, True), (name, result.stderr)
        assert len(result.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("name", sorted(main.commands))
def test_a_wrong_address_is_an_error_and_makes_nothing(place, monkeypatch, name) -> None:
    monkeypatch.setattr("scidip.publish.reports.translation_template.extract_from_dir", lambda *_a, **_k: ())
    target = place / "deep" / "none.sqlite"

    def told(url: str) -> str:
        monkeypatch.setenv("SCIDIP_DATABASE_URL", url)
        result = CliRunner().invoke(main, arguments(name, place), prog_name="scidip")
        assert result.exception is None or isinstance(result.exception, SystemExit), url
        assert name in WITHOUT_DATABASE or result.exit_code == 1, url
        assert "Traceback" not in result.stderr and "secret" not in result.stderr
        return result.stderr

    for url in ("mysql://u:secret@h/x", "nonsense", "", "sqlite://", "sqlite:////dev/null", f"sqlite:///{place}"):
        said = told(url)
        assert "SCIDIP_DATABASE_URL" in said or name in WITHOUT_DATABASE, (url, said)
    if name in WRITING and name != "score":
        return  # They make a database there, or put one in its place, as they promise.
    made = {p.name for p in place.iterdir()} | {"bundle", "docs", "index", "template.csv"}
    assert "there is no database at" in told(f"sqlite:///{target}") or name in WITHOUT_DATABASE
    assert {p.name for p in place.iterdir()} <= made
    target.parent.mkdir()
    target.write_text("no database\n" * 1000)
    assert "is not a database of scidip" in told(f"sqlite:///{target}") or name in WITHOUT_DATABASE
    target.unlink()
    with closing(sqlite3.connect(target)) as connection, connection:
        connection.execute("CREATE TABLE song (title)")
    words = "but not one of scidip" if name == "backup" else "has the migrations none"
    assert words in told(f"sqlite:///{target}") or name in WITHOUT_DATABASE
    assert {p.name for p in target.parent.iterdir()} <= {"none.sqlite", "none.sqlite-open"}


# --- as the shell starts them -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shelled(built_url, tmp_path_factory) -> dict[str, dict[str, Any]]:
    """What the reading commands answer without HOME, without rights, to a closed pipe and to a full disk."""
    folder = Path(tempfile.mkdtemp(prefix="scidip-"))
    folder.chmod(0o755)
    (folder / "open").mkdir(mode=0o777)
    (folder / "open").chmod(0o777)
    database, closed = folder / "it.sqlite", folder / "closed.sqlite"
    shutil.copy(built_url.removeprefix("sqlite:///"), database)
    closed.write_bytes(database.read_bytes()[:4096])
    closed.chmod(0o600)
    (folder / "nothing.json").write_text("{}")
    small = f"sqlite:///{folder / 'small.sqlite'}"
    open_engine(small, create=True).dispose()
    cases: dict[str, dict[str, Any]] = {}
    for name in (*READING, *WRITING):
        url = small if name == "backup" else f"sqlite:///{database}"
        here = {
            "env": {"SCIDIP_DATABASE_URL": url, "SCIDIP_PORT": str(free_port())},
            "cwd": str(folder / "open"),
            "words": arguments(name, folder / ("open" if name in READING else "")),
        }
        if name in READING:
            cases[f"no home {name}"] = here | {"warm": True}
            hidden = here["env"] | {"SCIDIP_DATABASE_URL": f"sqlite:///{closed}"}
            cases[f"no rights {name}"] = here | {"uid": NOBODY, "env": hidden}
        if name in READING and name not in SLOW:
            cases[f"closed pipe {name}"] = here | {"stdout": "closed pipe"}
            cases[f"full disk {name}"] = here | {"stdout": "/dev/full"}
        if name == "restore":
            here["words"] = ["restore", str(folder / "small.sqlite")]
        cases[f"for reading only {name}"] = here | {"uid": NOBODY}
    # What root wrote when it tried first must not stand in the way of others.
    cases = dict(sorted(cases.items(), key=lambda case: "warm" not in case[1]))
    (folder / "cases.json").write_text(json.dumps(cases))
    environment = {k: v for k, v in os.environ.items() if k != "HOME"}
    try:
        subprocess.run(
            [sys.executable, "-m", "tests.forked", str(folder)], cwd=ROOT, env=environment, check=True, timeout=300
        )
        found: dict[str, dict[str, Any]] = json.loads((folder / "results.json").read_text())
        found["files"] = {"left": sorted(p.name for p in folder.iterdir())}
    finally:
        shutil.rmtree(folder)
    return found


@pytest.mark.parametrize("name", READING)
def test_a_command_needs_no_home(shelled, name) -> None:
    assert shelled[f"no home {name}"]["code"] == 0, shelled[f"no home {name}"]["stderr"]


@needs_another_user
@pytest.mark.parametrize("name", READING)
def test_a_database_for_reading_only_is_read(shelled, name) -> None:
    assert shelled[f"for reading only {name}"]["code"] == 0, shelled[f"for reading only {name}"]


@needs_another_user
def test_a_database_for_reading_only_is_served_and_whatever_writes_says_why_not(shelled) -> None:
    served = shelled["for reading only serve"]
    assert served["code"] == 0
    assert re.search(r"^Note: .*it\.sqlite cannot be written: .*It is served as it is\.$", served["stderr"])
    for name in set(WRITING) - {"serve"}:
        found = shelled[f"for reading only {name}"]
        assert found["code"] == 1 and "cannot be written" in found["stderr"], (name, found)
    assert not [f for f in shelled["files"]["left"] if f.endswith(("-wal", "-shm", ".part"))]


@needs_another_user
@pytest.mark.parametrize("name", READING)
def test_a_database_that_may_not_be_read_is_said(shelled, name) -> None:
    found = shelled[f"no rights {name}"]
    assert found["code"] == 1, found
    assert "closed.sqlite cannot be opened" in found["stderr"]


# The tools of assistants say nothing to whom asks nothing.
@pytest.mark.parametrize("name", [n for n in READING if n not in (*SLOW, "mcp")])
def test_who_reads_no_more_ends_it_quietly_and_a_full_disk_is_said(shelled, name) -> None:
    closed = shelled[f"closed pipe {name}"]
    assert closed["code"] == 1 and not re.search("rror|Traceback", closed["stderr"]), closed
    full = shelled[f"full disk {name}"]
    assert (full["code"], full["stderr"].splitlines()[-1]) == (1, "Error: No space left on device")


def test_a_request_to_end_is_heard_although_a_finaliser_swallows_it() -> None:
    class Thing:
        pass

    def finaliser(_: object) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.05)  # the handler runs here, and what it raises is forgotten

    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(cli._Terminated), cli._ended_by_signal():
        thing = Thing()
        reference = weakref.ref(thing, finaliser)
        del thing
        time.sleep(5)
    assert reference() is None and signal.getsignal(signal.SIGTERM) is before


def test_a_taken_port_is_said_before_anything_is_built(tmp_path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run_cli("serve", SCIDIP_PORT=str(port), SCIDIP_DATABASE_URL=f"sqlite:///{tmp_path}/none.sqlite")
    assert done.returncode == 1
    assert re.fullmatch(rf"Error: cannot listen on 127\.0\.0\.1:{port} \(.*\); set SCIDIP_PORT .*\n", done.stderr)
    assert not list(tmp_path.iterdir())


def hears_interrupts() -> None:
    """A shell starts what it runs in the background deaf to Ctrl-C, these tests and all they start included."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_a_run_that_is_interrupted_lets_the_next_writer_go_on(tmp_path, built_url) -> None:
    shutil.copy(built_url.removeprefix("sqlite:///"), tmp_path / "two.sqlite")
    url = f"sqlite:///{tmp_path / 'two.sqlite'}"
    engine = open_engine(url)
    process = subprocess.Popen(
        [sys.executable, "-m", "scidip.cli", "score", "--force"],
        cwd=ROOT,
        env=os.environ | {"SCIDIP_DATABASE_URL": url},
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hears_interrupts,
    )
    assert process.stderr is not None
    while "derive" not in process.stderr.readline():
        pass
    with pytest.raises(RunInProgress, match=r"is being written \(score, since "):
        writing(engine, "another", wait=0.0).__enter__()
    process.send_signal(signal.SIGINT)
    with writing(engine, "another", wait=60.0):
        statuses = source_queries.runs(engine)["status"]
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 130 and "Traceback" not in said
    assert said.splitlines()[-1] == "Error: interrupted; what was there before is as it was"
    assert "running" not in set(statuses)
