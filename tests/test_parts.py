"""Long pages in parts: together they are the whole page, and what is written for the browser is what Dash would send."""

import json
from typing import Any

import numpy as np
import orjson
import pytest
from dash import dcc, html
from plotly import graph_objects as go
from plotly.io.json import to_json_plotly

from scidip.dashboard.core.component_tree import of, parts, text
from scidip.dashboard.core.fast_html import written
from scidip.dashboard.server.factory import create_app, render
from tests.ahead import served_context
from tests.asking import PATH, page_body, pages_of_one_index, parts_of
from tests.browser import visit

pytestmark = pytest.mark.db
PAGES = pages_of_one_index()
IN_PARTS = sorted(name for name, module in PAGES.items() if hasattr(module, "beginning"))
SHOWN = {"country": {"area": "PRT"}, "pair": {"a": "FRA", "b": "DEU"}}


@pytest.fixture(scope="module")
def ctx(built_url):
    return served_context(built_url)


@pytest.fixture(scope="module")
def app(ctx):
    return create_app(ctx)


def found(node: Any, name: str) -> Any:
    """Return the element of an id below a node."""
    if of(node, "id") == name:
        return node
    return next((one for part in parts(node) if (one := found(part, name)) is not None), None)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_is_written_as_dash_writes_it(ctx, app, name) -> None:
    """But for numbers that are none, in which Dash finds a `null` by reading all it has written once more."""
    with app.server.test_request_context():
        page = render(PAGES[name], ctx, SHOWN.get(name, {}))
        assert json.loads(orjson.dumps(written(page))) == json.loads(to_json_plotly(page, engine="json"))


def test_whatever_a_figure_may_hold_is_written() -> None:
    figure = go.Figure(go.Scatter(x=np.arange(3), y=[1.5, float("nan"), None], customdata=[("a", 1)]))
    tree = html.Div([dcc.Graph(figure=figure), {"props": {"children": np.float64(2.5)}, "type": "B", "namespace": "x"}])
    assert json.loads(orjson.dumps(written(tree))) == json.loads(to_json_plotly(tree, engine="json"))
    assert written([1, "two"]) == [1, "two"] and written({"path": "/"}) == {"path": "/"}


@pytest.mark.parametrize("name", IN_PARTS)
def test_the_parts_of_a_page_are_those_of_the_whole(ctx, app, name) -> None:
    client = app.server.test_client()
    with app.server.test_request_context():
        whole = render(PAGES[name], ctx, SHOWN[name])
    search = "&".join(f"{key}={value}" for key, value in SHOWN[name].items())
    answer = client.post(PATH, json=page_body(f"/{name}", f"?{search}"))
    begun = answer.get_json()["response"]["_pages_content"]["children"]
    made = dict(parts_of(client, begun))
    assert len(made) >= 4
    for place, answered in made.items():
        assert "part-waiting" in str(found(begun, place))
        assert text(answered) == text(found(whole, place)), place
        assert len(text(answered)) > 100, place


@pytest.mark.parametrize("name", IN_PARTS)
def test_a_part_is_not_made_before_it_is_asked_for(app, name) -> None:
    client = app.server.test_client()
    question = next(c for c in client.get("/_dash-dependencies").get_json() if f"{name}-part-" in c["output"])
    values = SHOWN[name] | {"year": "2020"}
    given = {k: [i | {"value": value(i["id"], values)} for i in question[k]] for k in ("inputs", "state")}
    target, prop = question["output"].rsplit(".", 1)
    outputs = {"id": target, "property": prop}
    body = {"output": question["output"], "outputs": outputs, "changedPropIds": [f"{name}-year.value"], **given}
    assert client.post(PATH, json=body).status_code == 204


def value(control: str, values: dict[str, str]) -> Any:
    if "-ask-" in control:
        return None
    return "light" if control == "theme" else values[control.split("-")[1]]


def test_a_link_to_a_part_leads_there_and_the_contents_name_what_is_shown(browser, live_server) -> None:
    with visit(browser, live_server) as seen:
        page = seen.go("/country?area=PRT#openings", plots=9)
        page.locator("#openings").wait_for()
        seen.answered()
        assert page.locator(".part-waiting").count() == 0
        assert page.evaluate("window.scrollY") > 500, "it stands at the part that the link names"
        listed = page.locator(".contents li:visible a").evaluate_all("links => links.map(a => a.hash.slice(1))")
        filled = page.evaluate(
            "() => ['standing', ...Array.from(document.querySelectorAll('[data-ask]'))"
            ".filter(p => p.lastElementChild.childElementCount > 0).map(p => p.id)]"
        )
        assert listed == filled
        assert seen.complaints == []
