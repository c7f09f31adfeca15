"""Callbacks asked wrongly, by registration: each is refused in one shape and on one line, none is a fault of ours."""

import io
import json
import logging
import random
import sys
from pathlib import Path
from typing import Any

import dash
import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from scidip.dashboard.server.factory import create_app
from tests.test_pages import make_context

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "bench"))

from fuzz import SHOWN, right_requests, wrong_requests  # noqa: E402

PATH = "/_dash-update-component"
EACH = 20
"""Wrong requests of each callback; `bench/fuzz.py` asks five thousand."""


@pytest.fixture(scope="module")
def app(built_url, catalogue, areas, sources):
    return create_app(make_context(built_url, catalogue, areas, sources))


def test_the_fuzzer_knows_every_callback_that_the_server_answers(app) -> None:
    answered = {k for k, v in app.callback_map.items() if "callback" in v}
    seen = {r["output"] for r in right_requests(app)}
    assert answered <= seen and len(answered) >= 12


def test_no_callback_asked_wrongly_is_a_fault_and_each_refusal_is_one_line(app, caplog) -> None:
    client, refused = app.server.test_client(), 0
    for how, body in wrong_requests(app, random.Random(14), EACH):
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            answer = client.post(PATH, data=json.dumps(body), content_type="application/json")
        assert answer.status_code in (200, 204, 400), (how, str(body)[:400])
        if answer.status_code == 400:
            refused += 1
            assert set(answer.json["error"]) == {"code", "message", "remedy", "request"}
            lines = [r.getMessage() for r in caplog.records]
            assert len(lines) == 1 and "\n" not in lines[0] and answer.json["error"]["request"] in lines[0]
            assert caplog.records[0].exc_info is None
    assert refused > 100


def test_a_year_that_no_database_can_hold_is_refused_not_blamed_on_the_database(app) -> None:
    output = next(k for k in app.callback_map if "network-body.children" in k)
    body = next(r for how, r in wrong_requests(app, random.Random(1), 0) if how == "right" and r["output"] == output)
    year = next(p for p in body["inputs"] if p["id"] == "network-year")
    for bad in ("9" * 19, 10**19, -1, "1066", "x", None, [], {}, True, 2020.5):
        year["value"] = bad
        answer = app.server.test_client().post(PATH, json=body)
        assert answer.status_code == 400, bad
        assert "database" not in answer.text


def test_what_the_pages_themselves_ask_is_answered(app) -> None:
    client, rights = app.server.test_client(), right_requests(app)
    on_pages = [r for r in rights if all(p["value"] is not None for p in r["inputs"] if "value" in p)]
    assert len(on_pages) >= 5
    for body in on_pages:
        assert client.post(PATH, json=body).status_code in (200, 204), body["output"]


NESTED = "[" * 100_000 + "]" * 100_000


@pytest.mark.parametrize(
    "body",
    ["", "[", "null", "7", '"x"', NESTED, '{"output": ' + NESTED + "}", "\x00", '{"output": 1e999}', "9" * 5000],
    ids=lambda b: b[:12],
)
def test_what_is_no_request_is_refused_before_it_is_read_on(app, body) -> None:
    answer = app.server.test_client().post(PATH, data=body, content_type="application/json")
    assert answer.status_code == 400 and answer.json["error"]["code"] == 400


@pytest.mark.parametrize("rule", ["/", PATH, "/api/v1/scores", "/download/scores.csv", "/figure/overview.csv", "/no"])
def test_a_large_body_is_refused_before_it_is_read(app, rule) -> None:
    class Unread(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, _: Any) -> int:
            pytest.fail("the body was read")

    environ = EnvironBuilder(rule, method="POST", content_type="application/json").get_environ()
    environ |= {"wsgi.input": Unread(), "CONTENT_LENGTH": str(100_000_000)}
    body, status, _headers = run_wsgi_app(app.server, environ, buffered=True)
    assert status.startswith("413")
    assert set(json.loads(b"".join(body))["error"]) == {"code", "message", "remedy", "request"}


def test_the_shown_pages_are_those_that_need_to_be_told(app) -> None:
    assert set(SHOWN) <= {p["path"] for p in dash.page_registry.values()}
