"""Answers are sent again as they were made: to the same question about the same figures only."""

import json

import pytest

from dashboard.answers import Answers
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
