"""Answers are sent again as they were made: to the same question about the same figures only."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from flask import Flask, request

from dashboard import answers
from dashboard.answers import PATH, PATIENCE, Answers, register
from dashboard.factory import create_app
from tests.test_pages import make_context


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
def client(built_url, catalogue, areas, sources):
    return create_app(make_context(built_url, catalogue, areas, sources)).server.test_client()


def ask(client, node: str, theme: str = "light"):
    output = "..overview-headline.children...overview-view-body.children...overview-factors.children...overview-url.data...overview-drawn.data.."
    values = {"overview-node": ("value", node), "overview-view": ("value", "table"), "overview-year": ("value", "2023"),
              "theme": ("data", theme), "overview-area": ("data", "")}  # fmt: skip
    body = {
        "output": output,
        "outputs": [
            {"id": p.rsplit(".", 1)[0], "property": p.rsplit(".", 1)[1]}
            for p in output.strip(".").split("...")
        ],
        "inputs": [{"id": k, "property": p, "value": v} for k, (p, v) in values.items()],
        "changedPropIds": ["overview-node.value"],
        "state": [{"id": "overview-drawn", "property": "data", "value": None}],
    }
    return client.post(
        "/_dash-update-component", data=json.dumps(body), content_type="application/json"
    )


def test_the_same_question_gives_the_same_answer_and_another_another(client) -> None:
    first, again, other = ask(client, "std"), ask(client, "std"), ask(client, "national")
    assert first.status_code == again.status_code == other.status_code == 200
    assert first.get_data() == again.get_data() != other.get_data()
    assert b"National factor" in other.get_data()


@pytest.fixture
def slow():
    """Return a server whose answers wait for a sign, a list of what was asked, and the sign."""
    server, asked, sign = Flask(__name__), [], threading.Event()
    register(server, SimpleNamespace(data_version="1", code=""))

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
        waiting = [
            visitors.submit(server.test_client().post, PATH, data=q) for q in ("a", "b", "a", "b")
        ]
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


def test_whoever_waits_too_long_is_answered_beside_the_other(slow, monkeypatch) -> None:
    monkeypatch.setattr(answers, "PATIENCE", 0.05)
    server, asked, sign = slow
    with ThreadPoolExecutor(2) as visitors:
        waiting = [visitors.submit(server.test_client().post, PATH, data=q) for q in ("a", "b")]
        while len(asked) < 2:
            time.sleep(0.01)
        sign.set()
        assert [w.result().status_code for w in waiting] == [200, 200]
