"""The outlines of countries, less what no map of ours draws: half of the file is rivers, lakes and subdivisions."""

from collections.abc import Iterator
from typing import Any

LAYERS = ("countries", "land")
"""What the maps draw (`figures.maps`)."""


def prune(topology: dict[str, Any], layers: tuple[str, ...] = LAYERS) -> dict[str, Any]:
    """Return a TopoJSON document with some of its layers and only the arcs they use. Pruning twice changes nothing."""
    objects = {name: topology["objects"][name] for name in layers}
    used = sorted({_own(arc) for o in objects.values() for g in o["geometries"] for arc in _arcs(g.get("arcs", []))})
    place = {old: new for new, old in enumerate(used)}
    kept = {name: {**o, "geometries": [_moved(g, place) for g in o["geometries"]]} for name, o in objects.items()}
    return {**topology, "objects": kept, "arcs": [topology["arcs"][i] for i in used]}


def _arcs(nested: Any) -> Iterator[int]:
    for part in nested:
        if isinstance(part, list):
            yield from _arcs(part)
        else:
            yield part


def _own(arc: int) -> int:
    """Return the number of an arc; a reversed one is its complement."""
    return arc if arc >= 0 else ~arc


def _moved(geometry: dict[str, Any], place: dict[int, int]) -> dict[str, Any]:
    def move(nested: Any) -> Any:
        if isinstance(nested, list):
            return [move(part) for part in nested]
        return place[nested] if nested >= 0 else ~place[~nested]

    return {**geometry, "arcs": move(geometry["arcs"])} if "arcs" in geometry else geometry
