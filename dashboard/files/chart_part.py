"""What a page shows, found among its components: a chart with the words around it, the values of a table.

A page is a pure function of its address; whoever has the address can have each part as a file.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
from dash.development.base_component import Component

from scidip.dashboard.core.component_tree import classes, kind, of, parts, text, values_of
from scidip.figures import theme
from scidip.figures.theme import Mode
from scidip.findings.exhibit import Table, said
from scidip.indicators.language.current import _

TABLE = re.compile(r"table-([1-9]\d?)")
"""The name of a table that stands without a chart: its place among the tables of the page."""


@dataclass(frozen=True)
class Displayed:
    """A part of a page. `figure` or `table` is None where the part has none."""

    part: str
    title: str
    subtitle: str
    footer: str
    alt: str
    figure: go.Figure | None
    table: Table | None
    key: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class _Found:
    node: Any
    path: tuple[Any, ...]
    """What encloses the node, the outermost first."""


def find(page: Component, part: str, mode: Mode) -> Displayed | None:
    """Return the part of a page with this name: the id of a chart, or "table-2". None when there is none."""
    found = {name: place for name, place in _named(page)}.get(part)
    if found is None:
        return None
    section = _section(found)
    inside = list(_walk(section))
    tables = [f.node for f in inside if kind(f.node) == "Table"]
    is_table = kind(found.node) == "Table"
    table = found.node if is_table else (tables[0] if tables else None)
    panel = _first(found.path[-2:], lambda n: kind(n) == "H3", deep=True) if not is_table else ""
    title = _first([section], lambda n: kind(n) in ("H2", "H1"), deep=True)
    values = values_of(table)
    return Displayed(
        part,
        _("{title}: {panel}").format(title=title, panel=panel)
        if panel and title
        else title or (said(values.caption) if values else ""),
        _first([section], _has("figure-subtitle"), deep=True),
        _first([section], _has("figure-footer"), deep=True),
        _label(found),
        None if is_table else of(found.node, "figure"),
        values,
        _key(inside, mode) or _marks(page, mode),
    )


def names(page: Component) -> list[str]:
    """Return the names of all parts of a page, in reading order."""
    return [name for name, _place in _named(page)]


def kicker(page: Component) -> str:
    """Return the small line above a page's headline."""
    return _first([page], _has("kicker"), deep=True)


def _named(page: Component) -> Iterator[tuple[str, _Found]]:
    number = 0
    for found in _walk(page):
        if kind(found.node) == "Graph":
            yield str(of(found.node, "id")), found
        elif kind(found.node) == "Table":
            number += 1
            yield f"table-{number}", found


def _walk(node: Any, path: tuple[Any, ...] = ()) -> Iterator[_Found]:
    """Yield every component below *node*, itself first; not the rows of tables."""
    if kind(node):
        yield _Found(node, path)
    if kind(node) == "Table":
        return
    for child in parts(node):
        yield from _walk(child, (*path, node))


def _section(found: _Found) -> Any:
    """Return the figure in full that encloses a part: the nearest section, or what stands for one."""
    for node in reversed(found.path):
        if kind(node) == "Section":
            return node
    return found.path[-1] if found.path else found.node


def _first(nodes: Any, wanted: Any, deep: bool = False) -> str:
    for node in nodes:
        for found in _walk(node) if deep else (_Found(node, ()),):
            if wanted(found.node):
                return text(found.node)
    return ""


def _has(name: str) -> Any:
    return lambda node: name in classes(node)


def _label(found: _Found) -> str:
    for node in (found.node, *reversed(found.path)):
        if said := of(node, "aria-label"):
            return str(said)
    return ""


def _key(inside: list[_Found], mode: Mode) -> tuple[tuple[str, str, str], ...]:
    """Return the key of a map's classes: sign, colour, words."""
    legend = next((f.node for f in inside if "legend" in classes(f.node)), None)
    if legend is None:
        return ()
    node = str((of(legend, "style") or {}).get("--node", "var(--ink)"))[6:-1]
    found = []
    for item in parts(legend):
        swatch = next((c for c in parts(item) if "swatch" in classes(c)), None)
        if swatch is not None:
            found.append((*_sign(swatch, node, mode), text(item)))
    return tuple(found)


def _sign(swatch: Any, node: str, mode: Mode) -> tuple[str, str]:
    style: Mapping[str, Any] = of(swatch, "style") or {}
    if "--step" in style:
        colours = theme.sequential(mode, node, int(style["--steps"]) + 1)
        return "■", colours[int(style["--step"])]
    if "swatch-dot" in classes(swatch):
        return "○", theme.token(mode, "ink")
    return "■", theme.token(mode, "rule")


def _marks(page: Component, mode: Mode) -> tuple[tuple[str, str, str], ...]:
    """Return the marks of the countries a page compares: they stand once, above all its charts."""
    legend = next((f.node for f in _walk(page) if "area-key" in classes(f.node)), None)
    found = []
    for item in parts(legend) if legend is not None else ():
        sign = next((c for c in parts(item) if "sign" in classes(c)), None)
        if sign is not None:
            colour = str((of(sign, "style") or {}).get("color", "var(--ink)"))[6:-1]
            found.append(("".join(map(str, parts(sign))), theme.token(mode, colour), text(item)))
    return tuple(found)
