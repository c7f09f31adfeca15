"""What one process reads ahead, the others map: the same answers, held once, and nothing left behind."""

import fcntl
import os
import shutil
import sys
import threading
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from scidip.dashboard.answers import reading, visits
from scidip.dashboard.core import read_ahead
from scidip.dashboard.core.read_ahead import ReadAhead
from scidip.dashboard.server.factory import create_app
from scidip.findings.pair import layer_of
from scidip.store.database.faults import DatabaseFault
from scidip.store.memory import mapped
from tests.asking import whole_page
from tests.test_pages import make_context

ADDRESSES = ("/", "/ranking", "/country?area=PRT", "/pair?a=FRA&b=DEU", "/indicator", "/network", "/robustness")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(read_ahead.tempfile, "tempdir", str(tmp_path))
    return tmp_path


def writes(text: str):
    """Return a command that leaves *text*, mapped, in the file it is asked for, and a line in a file beside it."""
    program = (
        "import sys; from pathlib import Path; from scidip.store.memory import mapped; "
        f"p = Path(sys.argv[1]); mapped.write(p, ({text!r}, sys.argv[2])); "
        "f = p.with_name('asked').open('a'); f.write('once\\n'); f.close()"
    )
    return lambda file, past: [sys.executable, "-c", program, file, past]


@pytest.mark.unit
def test_what_was_written_is_mapped_value_by_value_and_stays_when_the_file_goes(tmp_path) -> None:
    frame = pd.DataFrame({"area": ["PRT", None], "year": [2020, 2021], "value": [1.5, np.nan], "known": [True, False]})
    whole = {"frame": frame, "matrix": np.arange(6.0).reshape(2, 3), "none": np.zeros(0), "name": "x"}
    mapped.write(tmp_path / "it", whole)
    found = mapped.mapped(tmp_path / "it")
    (tmp_path / "it").unlink()
    pd.testing.assert_frame_equal(found["frame"], frame)
    np.testing.assert_array_equal(found["matrix"], whole["matrix"])
    assert (found["name"], len(found["none"]), list(tmp_path.iterdir())) == ("x", 0, [])
    with pytest.raises(ValueError, match="read-only"):
        found["matrix"][0, 0] = 1
    mine = found["frame"].copy(deep=False)  # as a memory of answers hands it out
    mine.loc[0, "value"] = 9.0
    assert found["frame"].loc[0, "value"] == 1.5


@pytest.mark.unit
def test_a_full_disk_leaves_nothing_half_written(tmp_path) -> None:
    if not os.access("/dev/full", os.W_OK):
        pytest.skip("this system has no /dev/full")
    (tmp_path / f"it.{os.getpid()}.part").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space"):
        mapped.write(tmp_path / "it", np.zeros(100_000))
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def made(built_url, catalogue, areas, sources):
    return lambda: make_context(built_url, catalogue, areas, sources, ahead=False)


@pytest.fixture(scope="module")
def own(made):
    """A context that has read ahead for itself what pages need most."""
    context = made()
    context.cache.begin()
    context.prepare()
    layer_of(context, "copublications").prepare()
    context.cache.settle(context.data_version)
    return context


@pytest.fixture(scope="module")
def other(own, made, tmp_path_factory):
    """A context that has mapped it."""
    path = tmp_path_factory.mktemp("held") / own.data_version
    mapped.write(path, own.held(own.data_version))
    context = made()
    context.adopt(mapped.mapped(path))
    return context


@pytest.fixture(scope="module")
def clients(own, other):
    return [create_app(context).server.test_client() for context in (own, other)]


@pytest.mark.parametrize("address", ADDRESSES)
def test_pages_are_the_same_from_what_another_process_has_read(own, other, clients, address) -> None:
    assert other.is_prepared(own.data_version)
    one, another = (whole_page(client, address) for client in clients)
    assert one == another


def nobody(_file: str) -> list[str]:
    return ["false"]


def test_visitors_are_answered_ahead_once_a_day_and_version_from_what_was_read(folder) -> None:
    ahead = ReadAhead(writes("held"), lambda file: ["sh", "-c", f"echo {file} >> {folder / 'visits'}"])
    ahead.answer("0123456789", "2031-01-01")
    ahead.read("aaaaaaaaaa")
    for version, day in [("a" * 10, "2031-01-01"), ("a" * 10, "2031-01-01"), ("a" * 10, "2031-01-02")]:
        ahead.answer(version, day)
        if ahead._visitor is not None:
            assert ahead._visitor.wait(30) == 0
    assert (folder / "visits").read_text().split() == [str(ahead._folder / ("a" * 10))] * 2
    missing = ReadAhead(writes("held"), lambda _file: [str(folder / "no such program")])
    missing.read("aaaaaaaaaa")
    missing.answer("a" * 10, "2031-01-01")
    assert missing._visitor is None, "and whoever serves goes on"
    for one in (ahead, missing):
        one.close()


def test_who_answers_ahead_ends_with_the_server_and_with_the_figures(own, monkeypatch) -> None:
    here = visits.lives_with(os.getppid(), own)
    assert here() and not visits.lives_with(-1, own)()
    monkeypatch.setattr(type(own), "data_version", "another")
    assert not here()


def test_it_is_read_once_for_all_and_goes_with_the_server(folder) -> None:
    ahead = ReadAhead(writes("held"), nobody)
    assert [ahead.read("0123456789") for _ in range(2)] == [("held", "")] * 2
    assert ahead.read("aaaaaaaaaa", past=True) == ("held", "aaaaaaaaaa")
    (kept,) = folder.iterdir()
    assert (kept / "asked").read_text().split() == ["once", "once"]
    assert kept.stat().st_mode & 0o077 == 0, "who can write there can run anything"
    for n in range(read_ahead.KEPT + 2):
        ahead.read(f"{n:010x}", past=True)
    assert len(list(kept.glob("[0-9a-f]" * 10))) == read_ahead.KEPT
    ahead.close()
    assert list(folder.iterdir()) == []


def test_what_was_read_is_there_while_another_version_is_being_read(folder) -> None:
    ahead = ReadAhead(writes("held"), nobody)
    ahead.read("0123456789")
    with (ahead._folder / "lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        found = []
        asks = threading.Thread(target=lambda: found.append(ahead.read("0123456789")), daemon=True)
        asks.start()
        asks.join(20)
    assert found == [("held", "")]
    ahead.close()


def test_versions_of_the_past_are_read_once_each_even_if_they_cannot_be(folder, own, monkeypatch) -> None:
    old = ["a" * 10, "b" * 10]
    kept = pd.DataFrame({"version": [own.data_version, *old]})
    monkeypatch.setattr(read_ahead.versions, "kept", lambda _engine: kept)
    ahead, broken = ReadAhead(writes("held"), nobody), ReadAhead(lambda _file, _past: ["false"], nobody)
    ahead.read_past(own)
    assert [ahead.has(v) for v in (*old, own.data_version)] == [True, True, False]
    asked = []
    monkeypatch.setattr(broken, "read", lambda version, past: asked.append((version, past)))
    broken.read_past(own)
    broken.read_past(own)
    assert asked == [(v, True) for v in old]


def test_what_was_read_is_kept_from_one_start_to_the_next(folder, own, tmp_path) -> None:
    place = tmp_path / "read"

    def started(context=own) -> ReadAhead:
        ahead = ReadAhead(writes("held"), nobody)
        ahead.keep(place, context)
        return ahead

    first = started()
    first.read("0123456789", past=True)
    first.close()
    second = started()
    assert second.has("0123456789") and second.read("0123456789", past=True) == ("held", "0123456789")
    (kept,) = place.iterdir()
    assert (kept / "asked").read_text().split() == ["once"], "it was read by the first start alone"
    assert kept.stat().st_mode & 0o077 == 0
    (kept / "0123456789").write_bytes((kept / "0123456789").read_bytes()[:20])
    assert second.read("0123456789", past=True) == ("held", "0123456789"), "half a file is read again"
    another = SimpleNamespace(engine=own.engine, code="of another program")
    third = started(another)
    assert kept.exists(), "the second start still uses it"
    assert not third.has("0123456789"), "another program reads for itself"
    for one in (second, third):
        one.close()
    started(another).close()
    assert not kept.exists() and len(list(place.iterdir())) == 1


def away(_engine) -> str:
    raise DatabaseFault("the database is away")


@pytest.mark.parametrize("case", ["others can write", "nobody can write", "the database is away"])
def test_what_cannot_be_kept_safely_goes_with_the_server(folder, own, tmp_path, monkeypatch, case) -> None:
    place = tmp_path / "read"
    if case == "others can write":
        (place / read_ahead.named(own)).mkdir(parents=True)
        (place / read_ahead.named(own)).chmod(0o777)
    elif case == "nobody can write":
        place.touch()
    else:
        monkeypatch.setattr(read_ahead.versions, "begun", away)
    before = sorted(tmp_path.rglob("*"))
    ahead = ReadAhead(writes("held"), nobody)
    ahead.keep(place, own)
    assert ahead.read("0123456789") == ("held", "")
    ahead.close()
    assert sorted(tmp_path.rglob("*")) == before


def test_a_reader_that_fails_leaves_the_reading_to_who_asked(folder, own, monkeypatch) -> None:
    ahead = ReadAhead(lambda _file, _past: ["false"], nobody)
    assert ahead.read(own.data_version) is None
    done = []
    monkeypatch.setattr(reading, "prepare", done.append)
    reading.take(own, ahead)
    assert done == [own]


def test_what_is_kept_is_taken_before_the_processes_part(folder, own, made) -> None:
    ahead, context = ReadAhead(lambda _file, _past: ["false"], nobody), made()
    reading.begin(context, ahead)
    assert context.read_version == "", "nothing is kept, and nothing is read before the first visitor"
    mapped.write(ahead._folder / own.data_version, own.held(own.data_version))
    reading.begin(context, ahead)
    assert context.read_version == own.data_version == own.read_version
    reading.begin(SimpleNamespace(own="an index of one's own"), ahead)
    ahead.close()


@pytest.mark.unit
def test_what_a_killed_server_left_is_taken_away_and_what_a_living_one_holds_is_not(folder) -> None:
    living = ReadAhead(lambda _file, _past: ["false"], nobody)
    killed = folder / f"{read_ahead.PREFIX}killed"
    killed.mkdir()
    (killed / "alive").touch()
    (killed / "0123456789").write_bytes(b"left")
    ReadAhead(lambda _file, _past: ["false"], nobody).close()
    assert not killed.exists()
    assert living._folder.exists()
    shutil.rmtree(living._folder)
