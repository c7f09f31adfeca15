"""The glossary: every term on its page, and the first use of each on a page leads to it, in every language."""

import json
import re
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from dash import Dash, Input, Output, html

from scidip.dashboard.core.component_tree import classes, kind, of, parts, text
from scidip.dashboard.core.context import Context
from scidip.dashboard.server.factory import create_app, render
from scidip.dashboard.widgets.term_links import UNPARTED, after, link_terms, linking
from scidip.indicators.glossary import TERMS
from scidip.indicators.language.current import _, current, speaking
from scidip.indicators.language.po_files import load_languages
from tests.asking import pages_of_one_index
from tests.conftest import ROOT
from tests.test_pages import make_context

LANGUAGES = load_languages(ROOT / "data" / "languages")
PAGES = pages_of_one_index()
ASKED = {
    "country": {"area": "PRT"},
    "pair": {"a": "FRA", "b": "DEU"},
    "compare": {"areas": "PRT,GRC"},
    "claim": {"text": "Portugal ranks above Greece in national factors in 2022"},
    "glossary": {"term": "vintage"},
}
"""What is asked of a page that shows little when nothing is asked."""
"""Terms linked on some page, by language."""


@pytest.fixture(scope="module")
def ctx(built_url, catalogue, areas, sources) -> Context:
    return make_context(built_url, catalogue, areas, sources, languages=LANGUAGES)


def places(node: Any, prose: bool) -> Iterator[Any]:
    """Yield what may hold a link to a term, in its order: paragraphs, or headings, lists and heads of tables."""
    name = kind(node)
    if name == "P":
        yield from [node] if prose and not {"kicker", "definition"} & set(classes(node)) else []
    elif name not in ("Tbody", "Tr", "Button") and not isinstance(node, str):
        if not prose and name in ("H2", "H3", "Li", "Dd", "Th"):
            yield node
        for part in parts(node):
            heads = parts(part) if name == "Thead" else [part]
            for head in heads:
                yield from places(head, prose)


def links(node: Any) -> list[str]:
    """Return the terms that the links below a node lead to."""
    if "term" in classes(node):
        return [of(node, "href").removeprefix("/glossary?term=")]
    return [key for part in parts(node) if not isinstance(part, str) for key in links(part)]


def own_links(place: Any) -> list[str]:
    """Return the terms that the links in a place itself lead to."""
    return [key for part in parts(place) if "term" in classes(part) for key in links(part)]


def own_text(place: Any) -> str:
    """Return the words of a place itself and of its links to terms; other elements stand as a gap."""
    said = (p if isinstance(p, str) else text(p) if "term" in classes(p) else "\n" for p in parts(place))
    return "".join(said)


def uses(words: str) -> Iterator[str]:
    """Yield the keys of the terms that a text uses; of two that begin alike the longer one is meant."""
    whose = {w.casefold(): t.key for t in TERMS for w in _(t.forms or t.name).split("|")}
    while words:
        here = [w for w in whose if words.casefold().startswith(w) and re.match(after(w), words[len(w) :])]
        step = max(map(len, here), default=0)
        if step:
            yield whose[words[:step].casefold()]
        words = (
            re.sub(rf"^(?:(?!{UNPARTED.pattern})[\w-])+|^.", "", words[step:], count=1, flags=re.S)
            if not step
            else words[step:]
        )


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_first_use_of_each_term_on_a_page_leads_to_the_glossary(ctx, code: str) -> None:
    """And most terms are used on some page: a language whose words for them are never found would pass otherwise."""
    app, seen = create_app(ctx), set()
    for name, module in PAGES.items():
        query = ASKED.get(name, {})
        with app.server.test_request_context(f"/{name}", query_string=query), speaking(LANGUAGES[code]):
            page = render(module, ctx, query)
            found = [*places(page, prose=True), *places(page, prose=False)]
            first: dict[str, int] = {}
            for number, place in enumerate(found):
                for key in uses(own_text(place)):
                    first.setdefault(key, number)
        linked = [(key, number) for number, place in enumerate(found) for key in own_links(place)]
        assert sorted(linked) == sorted(first.items()), name
        seen |= set(first)
    assert len(seen) >= 18, {t.key for t in TERMS} - seen


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_page_has_every_term_and_the_one_asked_for_first(ctx, code: str) -> None:
    with create_app(ctx).server.test_request_context("/glossary"), speaking(LANGUAGES[code]):
        page = PAGES["glossary"].layout(ctx, PAGES["glossary"].State("carried"))
        said = text(page)
        term = next(t for t in TERMS if t.key == "carried")
        assert said.index(_(term.meaning)) < said.index(_(TERMS[0].meaning))
        assert all(_(t.meaning) in said for t in TERMS)
        assert all(_(t.name).casefold() in said.casefold() for t in TERMS)


def test_terms_have_one_key_and_no_word_means_two_of_them() -> None:
    for language in LANGUAGES.values():
        with speaking(language):
            words = [w.casefold() for t in TERMS for w in t.words()]
            assert len(words) == len(set(words)), current().code
    assert len({t.key for t in TERMS}) == len(TERMS)


def test_prose_is_linked_first_then_headings_and_a_second_time_changes_nothing() -> None:
    head = html.Thead(html.Tr([html.Th("Betweenness"), html.Th(html.Button("Proxy"))]))
    tree = html.Div(
        [
            html.P("Layer", className="kicker"),
            html.H2("Vintage and coverage"),
            html.Table([head, html.Tbody(html.Tr(html.Td(html.P("quarantined"))))]),
            html.P("Data coverage, then coverage; coverage-like."),
        ]
    )
    link_terms(tree)
    again = link_terms(tree)
    linked = [links(part) for part in again.children]
    assert linked == [[], ["vintage"], ["betweenness"], ["coverage-changed", "coverage"]]
    assert text(tree.children[3]) == "Data coverage, then coverage; coverage-like."


def test_what_a_callback_returns_is_linked_too() -> None:
    app = Dash(__name__)

    @linking(app).callback(Output("a", "children"), Output("b", "data"), Input("c", "value"))
    def redraw(_value: str) -> tuple[Any, ...]:
        return [html.P("quarantined rows")], {"path": "/", "query": "quarantined"}

    made, address = redraw("x")
    (paragraph,) = json.loads(orjson.dumps(made))  # it is written already
    assert links(paragraph) == ["quarantined"]
    assert address == {"path": "/", "query": "quarantined"}


def test_the_pages_callbacks_are_linked(ctx) -> None:
    """Those of the overview stand for all: every page gets the same application to register with."""
    client = create_app(ctx).server.test_client()
    headline = "overview-headline.children"
    asked = next(c for c in client.get("/_dash-dependencies").get_json() if headline in c["output"])
    values = {"node": "std", "view": "table", "year": str(ctx.years[-2]), "area": ""}
    inputs = [
        i | {"value": "light" if i["id"] == "theme" else values[i["id"].removeprefix("overview-")]}
        for i in asked["inputs"]
    ]
    outputs = [
        dict(zip(("id", "property"), o.rsplit(".", 1), strict=True)) for o in asked["output"].strip(".").split("...")
    ]
    body = {
        "output": asked["output"],
        "outputs": outputs,
        "inputs": inputs,
        "changedPropIds": ["overview-year.value"],
        "state": [s | {"value": None} for s in asked["state"]],
    }
    answer = client.post("/_dash-update-component", json=body)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    made = answer.get_json()["response"]["overview-headline"]["children"]
    assert "simulated-methods" in links(made)
