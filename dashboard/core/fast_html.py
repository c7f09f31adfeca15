"""Long tables as the plain dictionaries that Dash sends: a Component costs 30 times as much to make.

`el("Td", "x", className="num")` is what `html.Td("x", className="num").to_plotly_json()` returns.
"""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import orjson
from dash import Patch
from dash.development.base_component import Component
from plotly.io.json import to_json_plotly

if TYPE_CHECKING:

    class Element(Component):
        """What `el` makes: Dash takes it wherever it takes a component, and its types do not know."""
else:
    Element = dict[str, Any]


def el(kind: str, children: Any = None, **properties: Any) -> Element:
    """Return an HTML element; a *kind* as in `dash.html`."""
    properties["children"] = children
    made = {"props": properties, "type": kind, "namespace": "dash_html_components"}
    return made  # type: ignore[return-value]  # an `Element` to the checker only, see above


def aria(**words: str | int | None) -> dict[str, Any]:
    """Return `aria-` properties of an element of `dash.html`: `**aria(label="Years")`.

    Any, as the checker takes each property of an element for one that `**` may set.
    """
    return {f"aria-{name.replace('_', '-')}": word for name, word in words.items()}


def for_scripts(**words: str | int | None) -> dict[str, Any]:
    """Return `data-` properties of an element of `dash.html`, for the scripts in `assets`."""
    return {f"data-{name.replace('_', '-')}": word for name, word in words.items()}


def num(text: Any, more: str = "", **properties: Any) -> Element:
    """Return a cell of figures that line up."""
    return el("Td", text, className=f"num {more}".rstrip(), **properties)


def link(text: str, href: str, class_name: str = "area-link") -> Element:
    """Return a link to a page of ours, which `assets/url_state.js` follows without loading the page anew.

    No `dcc.Link`: of those a long table has hundreds, and each comes with listeners of its own.
    """
    return el("A", text, href=href, className=class_name, **{"data-inner": ""})


def country_path(area: str, year: int | None = None) -> str:
    """Return the address of a country's page."""
    query = {"area": area} | ({"year": year} if year else {})
    return f"/country?{urlencode(query)}"


def country(area: str, name: str, year: int | None = None) -> Element:
    """Return a link to a country's page."""
    return link(name, country_path(area, year))


def mark(kind: str) -> Element:
    """Return the sign of how a figure is known: solid, hollow, half, half-hollow or missing."""
    return el("Span", className=f"mark {kind}", **{"aria-hidden": "true"})


def bar(share: float) -> Element:
    """Return a bar in a cell, *share* from 0 to 100."""
    return el("Span", className="cell-bar", style={"--w": f"{share:.1f}%"}, **{"aria-hidden": "true"})


def outputs_written(outputs: Any) -> Any:
    """Return what a callback answers with each of its outputs `written`: one, several, by name, or what to change."""
    if isinstance(outputs, tuple):
        return tuple(map(outputs_written, outputs))
    if isinstance(outputs, dict) and not _is_element(outputs):
        return {name: outputs_written(output) for name, output in outputs.items()}
    return written(outputs)


def written(tree: Any) -> Any:
    """Return a component, or a list of them, as the JSON it is sent as, which Dash passes on as it stands.

    Dash itself writes every page with Python's encoder, and where a figure holds a gap (NaN) reads and writes it once
    more. Whatever holds no component comes back as it is.
    """
    holds = isinstance(tree, Component | Patch) or (isinstance(tree, list) and any(map(_is_element, tree)))
    if not holds:
        return tree
    return orjson.Fragment(
        orjson.dumps(tree, default=_plain, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY)
    )


def _is_element(one: Any) -> bool:
    return isinstance(one, Component) or (isinstance(one, dict) and "namespace" in one)


def _plain(one: Any) -> Any:
    """Return what the encoder does not know: a component as a dictionary, all else as Plotly writes it."""
    if isinstance(one, Component | Patch):
        plain: dict[str, Any] = one.to_plotly_json()  # type: ignore[no-untyped-call]  # Dash has no types for it
        return plain
    return orjson.Fragment(to_json_plotly(one, engine="json"))
