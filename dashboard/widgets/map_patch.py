"""Redraw a view with a map by what has moved: its layout, geometry and unchanged parts are not sent again.

The browser keeps a note of what it has drawn and sends it with each question. Only when the note says that all
that stands still is the same (theme, layout, traces, where the map is among its neighbours) is a patch the answer.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dash import Patch
from dash.development.base_component import Component
from plotly.utils import PlotlyJSONEncoder

MOVING = ("z", "zmax", "colorscale", "text", "locations", "customdata", "lat", "lon", "marker")
"""What may differ between two years of the same map; of the rest, one difference draws the view anew."""

Path = list[str | int]
Note = Mapping[str, Any]


@dataclass(frozen=True)
class _Place:
    """A component on the way from the root of a view to its map."""

    path: Path
    component: Component


def note_of(view: Component, graph_id: str) -> dict[str, Any] | None:
    """Return what the browser must remember of a view it has drawn; None when there is no such map in it."""
    way = _way(view, graph_id)
    if not way:
        return None
    figure = _figure(way[-1])
    still = [{k: v for k, v in trace.items() if k not in MOVING} for trace in figure["data"]]
    return {
        "path": way[-1].path,
        "still": _digest([still, figure["layout"]]),
        "moving": {f"{i}.{key}": _digest(value) for i, key, value in _moving(figure)},
    }


def redrawn(view: Component, graph_id: str, drawn: Note | None) -> tuple[Any, dict[str, Any] | None]:
    """Return the answer that turns what is *drawn* into *view* (a patch or the view itself), and the new note."""
    note = note_of(view, graph_id)
    if note is None or not drawn or any(drawn.get(k) != note[k] for k in ("path", "still")):
        return view, note
    known = drawn.get("moving", {})
    if set(known) != set(note["moving"]):
        return view, note
    patch = Patch()
    *frames, graph = _way(view, graph_id)
    for place, below in zip(frames, [*frames[1:], graph], strict=True):
        _assign_around(patch, place, below.path)
    for i, key, value in _moving(_figure(graph)):
        if known[f"{i}.{key}"] != note["moving"][f"{i}.{key}"]:
            _at(patch, [*graph.path, "props", "figure", "data", i])[key] = value
    return patch, note


def _way(view: Component, graph_id: str) -> list[_Place]:
    """Return the components from the view to the map, both included; none when there is no map."""

    def search(component: Any, path: Path) -> list[_Place]:
        if not isinstance(component, Component):
            return []
        here = _Place(path, component)
        if getattr(component, "id", None) == graph_id:
            return [here]
        for step, child in _children(component):
            if found := search(child, [*path, *step]):
                return [here, *found]
        return []

    return search(view, [])


def _figure(place: _Place) -> Mapping[str, Any]:
    """Return the figure of a map as plain data."""
    graph: Any = place.component
    figure: Mapping[str, Any] = graph.figure.to_plotly_json()
    return figure


def _children(component: Component) -> Iterator[tuple[Path, Any]]:
    children = getattr(component, "children", None)
    if isinstance(children, list | tuple):
        for i, child in enumerate(children):
            yield ["props", "children", i], child
    else:
        yield ["props", "children"], children


def _assign_around(patch: Patch, place: _Place, below: Path) -> None:
    """Assign all of a component but the child at *below*."""
    plain: Callable[[], dict[str, Any]] = place.component.to_plotly_json
    for name, value in plain()["props"].items():
        if name != "children":
            _at(patch, [*place.path, "props"])[name] = value
    for step, child in _children(place.component):
        if (path := [*place.path, *step]) != below:
            _at(patch, path[:-1])[path[-1]] = child


def _at(patch: Patch, path: Path) -> Patch:
    for step in path:
        patch = patch[step]
    return patch


def _moving(figure: Mapping[str, Any]) -> Iterator[tuple[int, str, Any]]:
    for i, trace in enumerate(figure["data"]):
        yield from ((i, key, trace[key]) for key in MOVING if key in trace)


def _digest(value: Any) -> str:
    text = json.dumps(value, cls=PlotlyJSONEncoder, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
