"""Dear files: made once for all, kept within a bound, refused when too many wait, stopped when nobody wants them."""

import dataclasses
import gzip
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from scidip.dashboard.files import expensive, render_process
from scidip.dashboard.files.file_cache import Kept, keep_in
from scidip.dashboard.files.render_process import Busy, Left, Workshops
from scidip.dashboard.server.factory import create_app
from scidip.publish.export import tables
from scidip.publish.work import Work
from tests.test_pages import make_context

ROOT = Path(__file__).resolve().parent.parent
KEYS = [f"{n:064x}" for n in range(20)]


def test_a_file_is_kept_whole_with_what_is_said_of_it_and_packed(tmp_path) -> None:
    kept = Kept(tmp_path)
    assert kept.said(KEYS[0]) is None
    kept.write(KEYS[0], [b"figures " * 1000, b"end"], {"name": "a.csv"}, packed=True)
    assert kept.said(KEYS[0]) == {"name": "a.csv", "size": 8003, "packed": True}
    assert kept.read(KEYS[0]) == gzip.decompress(kept.path(KEYS[0], packed=True).read_bytes())
    assert Kept(tmp_path).read(KEYS[0]) == b"figures " * 1000 + b"end", "the next start finds it"


def test_a_file_that_fails_in_the_middle_leaves_nothing(tmp_path) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"half"
        raise OSError("no space left")

    kept = Kept(tmp_path)
    with pytest.raises(OSError, match="no space"):
        kept.write(KEYS[0], pieces(), {})
    assert kept.said(KEYS[0]) is None and list(tmp_path.iterdir()) == []


def test_the_folder_is_bounded_in_bytes_and_the_last_asked_for_stay(tmp_path) -> None:
    kept = Kept(tmp_path, most=10_000)
    for n, key in enumerate(KEYS):
        kept.write(key, [os.urandom(2000)], {})
        os.utime(tmp_path / f"{key}.json", (n, n))
        kept.said(KEYS[0])
    assert sum(p.stat().st_size for p in tmp_path.iterdir()) < 13_000
    assert kept.said(KEYS[0]) and kept.said(KEYS[-1]) and kept.said(KEYS[1]) is None


def test_what_two_want_at_once_is_made_by_one(tmp_path) -> None:
    kept, made = Kept(tmp_path), []

    def want() -> None:
        with kept.locked(KEYS[0]):
            if kept.said(KEYS[0]) is None:
                made.append(1)
                time.sleep(0.1)
                kept.write(KEYS[0], [b"x"], {})

    with ThreadPoolExecutor(8) as visitors:
        [w.result() for w in [visitors.submit(want) for _ in range(8)]]
    assert made == [1]


def test_a_folder_taken_away_while_serving_is_made_again(tmp_path) -> None:
    kept = Kept(tmp_path / "kept")
    shutil.rmtree(tmp_path / "kept")
    assert kept.said(KEYS[0]) is None
    with kept.locked(KEYS[0]):
        kept.write(KEYS[0], [b"x"], {})
    assert kept.read(KEYS[0]) == b"x"
    shutil.rmtree(tmp_path / "kept")
    (tmp_path / "kept").write_text("in the way")
    with kept.locked(KEYS[0]):
        assert kept.read(KEYS[0]) is None


def test_where_nothing_can_be_written_files_are_kept_for_this_run(tmp_path) -> None:
    (tmp_path / "kept").write_text("a file where the folder should be")
    kept = keep_in(tmp_path / "kept")
    kept.write(KEYS[0], [b"x"], {})
    assert kept.read(KEYS[0]) == b"x"


PROGRAM = """
import json, sys, time
sys.path.insert(0, {root!r})
from scidip.dashboard.files import render_process
render_process.IDLE, render_process.STUBBORN = 30.0, 1.0
render_process.LIMIT["tables"] = 2.0
def fill(order):
    if order["address"] == "wrong":
        raise ValueError("wrong")
    if order["address"] == "dead":
        import os; os._exit(3)
    until = time.monotonic() + float(order["address"])
    while time.monotonic() < until:
        time.sleep(0.01)
    return {{"status": 200, "body": order["key"], "type": "text/plain", "later": ""}}
render_process.Workshop(sys.argv[1], sys.argv[2], fill).run()
"""


@pytest.fixture
def workshops() -> Iterator[Workshops]:
    """Workshops whose orders are seconds to wait."""
    made = Workshops(lambda folder, lane: [sys.executable, "-c", PROGRAM.format(root=str(ROOT)), folder, lane])
    yield made
    for process in made._started.values():
        process.kill()
        process.wait()


def order(seconds: Any, key: str = "k", client: str = "1.2.3.4") -> dict[str, Any]:
    return {"key": key, "address": str(seconds), "client": client}


def stay() -> bool:
    return False


def test_an_order_is_filled_and_one_that_fails_does_not_end_the_workshop(workshops) -> None:
    assert workshops.ask("tables", order(0), stay)["status"] == 200
    first = workshops._started["tables"].pid
    assert workshops.ask("tables", order("wrong"), stay)["status"] == 503
    assert workshops.ask("tables", order(0), stay)["status"] == 200
    assert workshops._started["tables"].pid == first


def test_a_workshop_that_died_is_replaced(workshops) -> None:
    with pytest.raises(Busy):
        workshops.ask("tables", order("dead"), stay)
    assert workshops.ask("tables", order(0), stay)["status"] == 200


def test_places_are_bounded_in_all_and_for_each_client(workshops) -> None:
    workshops.ask("tables", order(0), stay)
    leave = threading.Event()

    def want(n: int, client: str) -> str:
        try:
            return str(workshops.ask("tables", order(1.5, f"k{n}", client), leave.is_set)["status"])
        except (Busy, Left) as refused:
            return type(refused).__name__

    with ThreadPoolExecutor(render_process.EACH + 2) as visitors:
        waiting = [visitors.submit(want, n, "one") for n in range(render_process.EACH + 2)]
        time.sleep(0.6)
        assert sum(w.done() and w.result() == "Busy" for w in waiting) == 2, "one client has its places, no more"
        leave.set()
    assert workshops.ask("tables", order(0, "between"), stay)["status"] == 200, "who left holds no place"
    with ThreadPoolExecutor(render_process.HERE + 3) as visitors:
        leave.clear()
        waiting = [visitors.submit(want, n, f"client {n}") for n in range(render_process.HERE + 3)]
        time.sleep(0.6)
        assert sum(w.done() and w.result() == "Busy" for w in waiting) == 3
        leave.set()


def test_one_file_that_many_want_is_made_once(workshops) -> None:
    workshops.ask("tables", order(0), stay)
    begun = time.monotonic()
    with ThreadPoolExecutor(6) as visitors:
        waiting = [visitors.submit(workshops.ask, "tables", order(1, "same", f"{n}"), stay) for n in range(6)]
        assert [w.result()["status"] for w in waiting] == [200] * 6
    assert time.monotonic() - begun < 3


def test_an_order_ends_when_its_client_leaves_or_its_time_is_over(workshops) -> None:
    workshops.ask("tables", order(0), stay)
    begun = time.monotonic()
    with pytest.raises(Left):
        workshops.ask("tables", order(60), lambda: time.monotonic() - begun > 0.5)
    assert workshops.ask("tables", order(0, "next"), stay)["status"] == 200
    assert time.monotonic() - begun < 2.5, "the next did not wait for what nobody wants"
    assert workshops.ask("tables", order(60, "long"), stay)["status"] == 503
    assert time.monotonic() - begun < 8


@pytest.fixture
def client(built_url, catalogue, areas, sources, tmp_path):
    ctx = make_context(built_url, catalogue, areas, sources)
    return create_app(ctx, kept=tmp_path).server.test_client()


WHOLE = "/api/v1/scores?format=csv&time_period=2023"


def test_a_whole_table_is_made_once_and_sent_packed_with_a_tag(client, monkeypatch) -> None:
    first = client.get(WHOLE, headers={"Accept-Encoding": "gzip"})
    monkeypatch.setattr(tables, "scores", lambda *_a, **_k: pytest.fail("made a second time"))
    monkeypatch.setattr("scidip.publish.api.routes.tables.scores", lambda *a, **k: Empty(*a))
    again = client.get(WHOLE, headers={"Accept-Encoding": "gzip"})
    plain = client.get(WHOLE)
    assert first.headers["Content-Encoding"] == "gzip" and first.data == again.data
    assert gzip.decompress(again.data) == plain.data and len(plain.data) > 3 * len(again.data)
    assert int(again.headers["Content-Length"]) == len(again.data)
    known = client.get(WHOLE, headers={"If-None-Match": first.headers["ETag"]})
    assert known.status_code == 304 and not known.data


class Empty:
    """A table that must not be read."""

    name = "scores"
    columns = ()

    def __init__(self, *_: Any) -> None:
        return

    def rows(self) -> None:
        pytest.fail("read a second time")


@pytest.mark.parametrize(
    "address",
    [
        WHOLE,
        "/api/v1/observations?format=xlsx",
        "/download/observations.csv",
        "/download/brief.pptx?area=PRT",
        "/figure/overview.png?part=overview-map",
    ],
)
def test_who_only_asks_about_a_dear_file_causes_no_work(client, address, monkeypatch) -> None:
    monkeypatch.setattr(Kept, "write", lambda *_a, **_k: pytest.fail("it was made"))
    answer = client.head(address)
    assert answer.status_code == 200 and answer.headers["Content-Disposition"].startswith("attachment; filename=")


def test_an_order_that_finds_no_place_is_told_when_to_come_again(
    built_url, catalogue, areas, sources, tmp_path
) -> None:
    class Full(Workshops):
        def ask(self, *_: Any) -> dict[str, Any]:
            raise Busy

    ctx = make_context(built_url, catalogue, areas, sources)
    full = create_app(ctx, kept=tmp_path, workshops=Full(render_process.command)).server.test_client()
    for address in (WHOLE, "/download/brief.pdf?area=PRT", "/download/scores.csv"):
        answer = full.get(address)
        assert answer.status_code == 503 and int(answer.headers["Retry-After"]) >= 5
        assert set(json.loads(answer.text)["error"]) == {"code", "message", "remedy", "request"}


def test_a_file_that_other_code_has_made_is_not_sent_again(built_url, catalogue, areas, sources) -> None:
    ctx = make_context(built_url, catalogue, areas, sources)
    work = Work("tables", ("csv",), "text/csv", "x.csv", lambda: [b""])
    before, after = (expensive.key_of(dataclasses.replace(ctx, code=c), work) for c in ("1", "2"))
    assert before != after


def test_a_server_ends_its_workshops_with_itself(tmp_path) -> None:
    """A workshop whose starter is gone ends within a second or two."""
    starter = (
        "import sys; from scidip.dashboard.files.render_process import Workshops\n"
        f"w = Workshops(lambda f, l: [sys.executable, '-c', {PROGRAM.format(root=str(ROOT))!r}, f, l])\n"
        "w.ask('tables', {'key': 'k', 'address': '0', 'client': ''}, lambda: False)\n"
        "print(w._started['tables'].pid)"
    )
    done = subprocess.run([sys.executable, "-c", starter], cwd=ROOT, capture_output=True, text=True, timeout=60)
    pid, until = int(done.stdout), time.monotonic() + 10
    while time.monotonic() < until:
        state = Path(f"/proc/{pid}/stat")
        if not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z":
            return
        time.sleep(0.1)
    pytest.fail("it lives on")
