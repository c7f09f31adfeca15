"""Each question of docs/questions.md is answered where the document says, in the words it names."""

import re
from pathlib import Path

import pytest

from scidip.dashboard.server.factory import create_app
from tests.asking import whole_page
from tests.test_pages import make_context

ROOT = Path(__file__).resolve().parent.parent
ROW = re.compile(r"^\| (.+?\?) \| `(/[^`]*)` \| (.+) \|$", re.MULTILINE)
QUESTIONS = ROW.findall((ROOT / "docs" / "questions.md").read_text("utf-8"))


@pytest.fixture(scope="module")
def client(built_url, catalogue, areas, sources):
    context = make_context(built_url, catalogue, areas, sources)
    context.prepare()
    return create_app(context).server.test_client()


def words(component: object) -> str:
    """Return the text of a component as it is sent, and the names that a link can end with."""
    if isinstance(component, str):
        return component
    if isinstance(component, list):
        return "".join(map(words, component))
    if isinstance(component, dict) and "props" in component:
        props = component["props"]
        name = props.get("id")
        return words(props.get("children", "")) + (f" #{name} " if isinstance(name, str) else "")
    return ""


def test_there_are_forty_of_six_countries_and_pairs() -> None:
    assert len(QUESTIONS) == len({(q, a) for q, a, _ in QUESTIONS}) == 40


@pytest.mark.parametrize("address", sorted({a.partition("#")[0] for _, a, _ in QUESTIONS}))
def test_each_is_answered_at_its_address(client, address) -> None:
    text = " ".join(words(whole_page(client, address)).split())
    for question, place, look_for in QUESTIONS:
        path, _, anchor = place.partition("#")
        if path == address:
            assert look_for in text, question
            assert not anchor or f"#{anchor} " in f"{text} ", question
