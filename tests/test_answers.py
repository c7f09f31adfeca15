"""Answers are sent again as they were made: to the same question about the same figures only."""

import gzip
import json
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from types import ModuleType, SimpleNamespace
from urllib.parse import parse_qsl

import brotli
import pytest
from flask import Flask, request

from scidip.dashboard.answers import cache_warming, response_cache, visits
from scidip.dashboard.answers.fair_lock import FairLock
from scidip.dashboard.answers.response_cache import PATH, PATIENCE, Answers, register
from scidip.dashboard.core import languages
from scidip.dashboard.files.file_cache import Kept
from scidip.dashboard.pages.country import page as country
from scidip.dashboard.pages.country import parts
from scidip.dashboard.pages.indicator import page as indicator
from scidip.dashboard.server import mount
from scidip.dashboard.server.factory import create_app
from scidip.dashboard.widgets.components import THEME_COOKIE, mode
from scidip.indicators.language.current import ENGLISH, Language, current
from scidip.publish.citation import works
from tests.asking import pages_of_one_index
from tests.conftest import ROOT
from tests.test_mount import PREFIX, misplaced
from tests.test_pages import make_context

sys.path.append(str(Path(__file__).resolve().parent.parent / "bench"))

from answers import opening
from fuzz import right_requests


def test_the_least_recently_used_is_forgotten_and_the_size_is_bounded() -> None:
    kept = Answers(most=10)
    kept.put("a", b"1234")
    kept.put("b", b"1234")
    assert kept.get("a") == b"1234"
    kept.put("c", b"1234")
    assert kept.get("b") is None and kept.get("a") == kept.get("c") == b"1234"
    kept.put("a", b"12")
    kept.put("d", b"12345678")
    assert kept.get("d") == b"12345678" and kept.get("c") is None


@pytest.fixture(scope="module")
def app(built_url, catalogue, areas, sources):
    return create_app(make_context(built_url, catalogue, areas, sources))


@pytest.fixture(scope="module")
def client(app):
    return app.server.test_client()


def page_modules() -> list[ModuleType]:
    return list(pages_of_one_index().values())


def ask(client, node: str, theme: str = "light"):
    output = "..overview-headline.children...overview-view-body.children...overview-factors.children...overview-beyond.children...overview-url.data...overview-drawn.data.."
    values = {
        "overview-node": ("value", node),
        "overview-view": ("value", "table"),
        "overview-year": ("value", "2023"),
        "theme": ("data", theme),
        "overview-area": ("data", ""),
    }
    body = {
        "output": output,
        "outputs": [
            {"id": p.rsplit(".", 1)[0], "property": p.rsplit(".", 1)[1]} for p in output.strip(".").split("...")
        ],
        "inputs": [{"id": k, "property": p, "value": v} for k, (p, v) in values.items()],
        "changedPropIds": ["overview-node.value"],
        "state": [{"id": "overview-drawn", "property": "data", "value": None}],
    }
    return client.post("/_dash-update-component", data=json.dumps(body), content_type="application/json")


def test_the_same_question_gives_the_same_answer_and_another_another(client) -> None:
    first, again, other = ask(client, "std"), ask(client, "std"), ask(client, "national")
    assert first.status_code == again.status_code == other.status_code == 200
    assert first.get_data() == again.get_data() != other.get_data()
    assert b"National factor" in other.get_data()


@pytest.fixture
def slow():
    """Return a server whose answers wait for a sign, a list of what was asked, and the sign."""
    server, asked, sign = Flask(__name__), [], threading.Event()
    register(server, SimpleNamespace(data_version="1", code="", site=""))

    @server.post(PATH)
    def answer() -> str:
        asked.append(request.get_data(as_text=True))
        if "wrong" in asked[-1]:
            raise ValueError(asked[-1])
        assert sign.wait(10)
        return "{}"

    return server, asked, sign


def test_what_two_ask_at_once_is_computed_once(slow) -> None:
    server, asked, sign = slow
    with ThreadPoolExecutor(8) as visitors:
        waiting = [visitors.submit(server.test_client().post, PATH, data=q) for q in ("a", "b", "a", "b")]
        while not asked:
            time.sleep(0.01)
        time.sleep(0.1)
        assert len(asked) == 1, "what is begun ends before the next begins"
        sign.set()
        assert [w.result().status_code for w in waiting] == [200] * 4
    assert sorted(asked) == ["a", "b"]


def test_an_answer_that_fails_passes_the_turn_on(slow) -> None:
    server, asked, sign = slow
    sign.set()
    begun = time.monotonic()
    assert server.test_client().post(PATH, data="wrong").status_code == 500
    assert server.test_client().post(PATH, data="right").status_code == 200
    assert time.monotonic() - begun < PATIENCE
    assert asked == ["wrong", "right"]


def test_a_turn_is_given_in_the_order_in_which_it_was_asked_for() -> None:
    lock, order = FairLock(), []
    assert lock.acquire(1)

    def take(n: int) -> None:
        assert lock.acquire(10)
        order.append(n)
        lock.release()

    threads = []
    for n in range(20):
        threads.append(threading.Thread(target=take, args=(n,)))
        threads[-1].start()
        while len(lock._waiting) <= n:
            time.sleep(0.001)
    assert not lock.acquire(0.01), "who does not wait long enough leaves the queue"
    lock.release()
    for thread in threads:
        thread.join()
    assert order == list(range(20)) and lock.acquire(0.01)


def test_what_another_process_is_making_is_waited_for_while_others_have_their_turn(tmp_path) -> None:
    server, kept = Flask(__name__), Kept(tmp_path)
    register(server, SimpleNamespace(data_version="1", code="", site=""), kept)
    server.add_url_rule(PATH, view_func=lambda: "{}", methods=["POST"])
    with ThreadPoolExecutor(1) as visitor, kept.locked(key_of(server, "theirs")):
        theirs = visitor.submit(server.test_client().post, PATH, data="theirs")
        time.sleep(0.1)
        assert server.test_client().post(PATH, data="ours").status_code == 200
        assert not theirs.done()
        kept.write(key_of(server, "theirs"), [brotli.compress(b'{"made": "by another"}')], {})
    assert theirs.result().data == b'{"made": "by another"}'


def test_an_answer_on_disk_that_cannot_be_unpacked_is_made_anew(tmp_path) -> None:
    server, kept = Flask(__name__), Kept(tmp_path)
    register(server, SimpleNamespace(data_version="1", code="", site=""), kept)
    server.add_url_rule(PATH, view_func=lambda: "{}", methods=["POST"])
    for n, broken in enumerate((b"", b"{}", brotli.compress(b'{"half": 1}' * 99)[:-3])):
        kept.write(key_of(server, f"{n}"), [broken], {})
        assert server.test_client().post(PATH, data=f"{n}").data == b"{}"
        assert kept.read(key_of(server, f"{n}")) == brotli.compress(b"{}", quality=4)


def test_an_answer_is_sent_packed_to_who_takes_it_so_and_plain_to_others(client) -> None:
    asked = opening("/glossary", "")
    for head in ({"Accept-Encoding": "br"}, {"Accept-Encoding": "gzip"}, {}):
        made, known = (client.post(PATH, json=asked, headers=head) for _ in range(2))
        assert made.headers.get("Content-Encoding") == known.headers.get("Content-Encoding")
        assert "Accept-Encoding" in known.headers["Vary"] and made.data == known.data
        packing = {"br": brotli.decompress, "gzip": gzip.decompress}.get(
            known.headers.get("Content-Encoding", ""), bytes
        )
        assert b"_pages_content" in packing(known.data)
        assert (known.headers.get("Content-Encoding") == "br") is (head == {"Accept-Encoding": "br"})


def key_of(server: Flask, body: str) -> str:
    with server.test_request_context(PATH, method="POST", data=body):
        return response_cache._key(SimpleNamespace(data_version="1", code="", site=""), ())


def test_whoever_waits_too_long_is_answered_beside_the_other(slow, monkeypatch) -> None:
    monkeypatch.setattr(response_cache, "PATIENCE", 0.05)
    server, asked, sign = slow
    with ThreadPoolExecutor(2) as visitors:
        waiting = [visitors.submit(server.test_client().post, PATH, data=q) for q in ("a", "b")]
        while len(asked) < 2:
            time.sleep(0.01)
        sign.set()
        assert [w.result().status_code for w in waiting] == [200, 200]


def test_an_answer_depends_on_what_was_touched_only_where_the_page_says_so(app, client) -> None:
    """By registration: whoever opens an address gets what was made for whoever chose the same by a control."""
    asking = {m.PAGE.name for m in page_modules() if m.PAGE.asks_touched}
    known, compared = app.server.extensions["scidip-answers"], 0
    for body in right_requests(app):
        if any(page in body["output"] for page in asking):
            continue
        parts = [part["id"] for part in body["inputs"] if isinstance(part, dict)]
        made = []
        for touched in ([], [f"{part}.value" for part in parts[-1:]]):
            known.forget()
            made.append(client.post(PATH, json={**body, "changedPropIds": touched}))
        if {answer.status_code for answer in made} != {200}:
            continue  # as declared only: no page asks so
        assert made[0].get_data() == made[1].get_data(), body["output"]
        misplaced(mount.before(PREFIX, made[0].get_data(), "application/json"))
        size = known._size
        client.post(PATH, json={**body, "changedPropIds": ["another.value"]})
        assert known._size == size, "it was known"
        compared += 1
    assert compared >= 8


def test_only_pages_that_say_so_ask_what_was_touched() -> None:
    said = {Path(m.__file__).resolve() for m in page_modules() if m.PAGE.asks_touched}
    folder = ROOT / "dashboard"
    asking = {p for p in folder.rglob("*.py") if "triggered" in p.read_text("utf-8")}
    assert asking == said


def count_of_made(tmp_path, figures: SimpleNamespace) -> tuple[Flask, Kept, list[str]]:
    """Return a server that notes what it makes, and keeps it in a folder."""
    server, kept, made = Flask(__name__), Kept(tmp_path), []
    languages.register(server, {"en": ENGLISH, "fr": Language("fr", "Français")})
    register(server, figures, kept)

    @server.post(PATH)
    def answer() -> str:
        made.append(f"{request.get_json()['output']} {current().code} {mode()}")
        return json.dumps(made[-1])

    return server, kept, made


@pytest.mark.parametrize("change", ["figures", "day", "program"])
def test_what_visitors_asked_last_is_answered_before_they_ask_it_again(tmp_path, monkeypatch, change) -> None:
    figures = SimpleNamespace(data_version="1", code="a", site="")
    server, _, made = count_of_made(tmp_path, figures)
    cookies = {"Cookie": f"{languages.COOKIE}=fr; {THEME_COOKIE}=dark"}
    asked = [({"output": "one"}, {}), ({"output": "two"}, cookies), ({"output": "one"}, cookies)]

    def visit() -> list[bytes]:
        client = server.test_client(use_cookies=False)
        return [client.post(PATH, json=body, headers=headers).data for body, headers in asked]

    before = visit()
    assert sorted(made) == ["one en light", "one fr dark", "two fr dark"]
    if change == "day":
        monkeypatch.setattr(works, "today", lambda: date(2031, 1, 1))
    else:
        setattr(figures, "data_version" if change == "figures" else "code", "2")
    server.extensions["scidip-answers"].forget()
    made.clear()
    assert response_cache.warm(server) == 3
    assert sorted(made) == ["one en light", "one fr dark", "two fr dark"]
    assert visit() == before and len(made) == 3, "known, each in its language and colours"


def test_what_nobody_asks_any_more_is_let_go_however_often_it_was_answered_ahead(tmp_path) -> None:
    figures = SimpleNamespace(data_version="0", code="a", site="")
    server, kept, _ = count_of_made(tmp_path, figures)
    client = server.test_client()
    client.post(PATH, json={"output": "old"})
    for about in tmp_path.glob("*.json"):
        os.utime(about, (1000, 1000))
    for version in "123":
        figures.data_version = version
        client.post(PATH, json={"output": "new"})
        response_cache.warm(server)
    moments = {q["body"]["output"]: moment for moment, q in cache_warming.asked_last(kept)}
    assert moments["old"] == 1000 < moments["new"], "no visitor has asked it again"
    assert [q["body"]["output"] for _, q in cache_warming.asked_last(kept, 1)] == ["new"]
    client.post(PATH, json={"output": "old"})
    assert next(cache_warming.asked_last(kept))[1]["body"]["output"] == "old", "also from memory"


def test_a_long_question_is_answered_and_not_kept_for_later(tmp_path) -> None:
    server, kept, made = count_of_made(tmp_path, SimpleNamespace(data_version="1", code="a", site=""))
    long = {"output": "x" * cache_warming.LARGEST}
    for _ in range(2):
        assert server.test_client().post(PATH, json=long).status_code == 200
    assert len(made) == 1 and list(cache_warming.asked_last(kept)) == []


@pytest.mark.parametrize(
    "said",
    [
        None,
        7,
        "text",
        [],
        {},
        {"body": {}},
        {"body": [], "language": "en", "theme": "dark"},
        {"body": {}, "language": "en", "theme": "a; b=c"},
        {"body": {}, "language": "en\r\nX: y", "theme": "dark"},
    ],
)
def test_what_is_no_question_on_disk_is_passed_over(tmp_path, said) -> None:
    server, kept, made = count_of_made(tmp_path, SimpleNamespace(data_version="1", code="a", site=""))
    kept.write("1" * 64, [b"{}"], {cache_warming.QUESTION: said})
    (tmp_path / f"{'2' * 64}.json").write_text("[")
    server.test_client().post(PATH, json={"output": "one"})
    made.clear()
    assert response_cache.warm(server) == 1 and made == []


def test_every_question_a_page_asks_is_answered_ahead(
    built_url, catalogue, areas, sources, tmp_path, monkeypatch
) -> None:
    """By registration: all callbacks as the pages set them, and a page that has gone meanwhile."""
    app = create_app(make_context(built_url, catalogue, areas, sources), kept=tmp_path)
    client = app.server.test_client()
    before = [(body, client.post(PATH, json=body)) for body in right_requests(app)]
    before = [(body, answer.data) for body, answer in before if answer.status_code == 200]
    folder = Kept(tmp_path / "answers")
    gone = {"body": {"output": "a-page-of-old.children"}, "language": "en", "theme": "light"}
    folder.write("0" * 64, [b"{}"], {cache_warming.QUESTION: gone})
    questions = len(list(cache_warming.asked_last(folder, 10_000)))
    monkeypatch.setattr(works, "today", lambda: date(2031, 1, 1))
    app.server.extensions["scidip-answers"].forget()
    assert response_cache.warm(app.server) == questions - 1, "what is no question any more is not"
    written: list[str] = []
    on_disk = app.server.extensions[response_cache.ON_DISK_EXTENSION]
    monkeypatch.setattr(on_disk, "write", lambda key, *_: written.append(key))
    for body, _ in before:
        assert client.post(PATH, json=body).status_code == 200
    assert written == [], "all were known"
    monkeypatch.setattr(works, "today", lambda: date(2031, 1, 2))
    client.post(PATH, json=before[0][0])
    assert len(written) == 1, "the next day it is made anew"


def test_pages_are_opened_before_visitors_do_and_whoever_comes_finds_them(
    built_url, catalogue, areas, sources, tmp_path, monkeypatch
) -> None:
    """By registration: each page by its plain address, and the addresses of one country among those it lists."""
    monkeypatch.setattr(country, "ahead", lambda _ctx: ["?area=PRT"])
    monkeypatch.setattr(indicator, "ahead", lambda _ctx: [""])
    monkeypatch.setattr(cache_warming, "PAUSE", 0)
    ctx = make_context(built_url, catalogue, areas, sources)
    app = create_app(ctx, kept=tmp_path)
    answered = visits.pay(app.server, ctx, lambda: True)
    public = [m for m in page_modules() if not m.PAGE.is_private]
    assert answered >= 2 * (len(public) + len(parts.TITLES))
    kept = Kept(tmp_path / "answers")
    assert {moment for moment, _ in kept.newest()} == {0.0}, "no visitor has asked"
    assert list(cache_warming.asked_last(kept)) == []
    again = create_app(ctx, kept=tmp_path)
    on_disk = again.server.extensions[response_cache.ON_DISK_EXTENSION]
    monkeypatch.setattr(on_disk, "write", lambda *_: pytest.fail("it was not answered ahead"))
    assert visits.pay(again.server, ctx, lambda: True) == answered
    assert visits.pay(again.server, ctx, lambda: False) == 0, "it ends when told to"
    (tmp_path / "closed").write_text("a file where the folder should be")
    alone = create_app(ctx, kept=tmp_path / "closed")
    assert visits.pay(alone.server, ctx, lambda: True) == 0, "nobody would find what it keeps for itself"


def test_the_addresses_that_are_opened_ahead_are_read_without_a_notice(built_url, catalogue, areas, sources) -> None:
    ctx, found = make_context(built_url, catalogue, areas, sources), 0
    for module in page_modules():
        for search in getattr(module, "ahead", lambda _ctx: [""])(ctx):
            state, notices = module.State.from_query(dict(parse_qsl(search[1:])), module.allowed(ctx))
            assert notices == [] and state.to_query() == search
            found += 1
    assert found > 250
