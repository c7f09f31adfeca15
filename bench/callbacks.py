"""Requests for every server callback: inputs as the pages set them, and inputs drawn from the pages' own choices."""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import Dash
from dash.development.base_component import Component

CHOSEN = (2, 4)
"""How many countries or layers a drawn choice of several holds, at least and at most."""
OWN = {"country-area": "country-own"}
"""What stands in a store on a page, and the control that lists what it may be."""

Properties = Mapping[str, dict[str, Any]]


@dataclass(frozen=True)
class Question:
    """A callback and the components it reads, with their properties as the page sets them."""

    name: str
    output: str
    callback: Mapping[str, Any]
    properties: Properties

    def body(self) -> dict[str, Any]:
        """Return the request with inputs as the page sets them."""
        return self._request(lambda properties, part: properties.get(part))

    def drawn(self, chance: random.Random, ranked: Sequence[str], usual: float = 0.0) -> dict[str, Any]:
        """Return a request with every choice drawn anew; countries are drawn among the *ranked*.

        One control that has a value counts as the one that was touched. With a share *usual* of the choices left as
        the page sets them, the n-th of the *ranked* is drawn in proportion to 1/n: as visitors ask (Zipf's law). With
        1 all other controls are left, and the one that is touched is drawn: as a hand does.
        """
        known = {area: 1 / (n + 1) if usual else 1.0 for n, area in enumerate(ranked)}
        one = self._touched(chance) if usual == 1 else None

        def draw(properties: Mapping[str, Any], part: str) -> Any:
            source = self.properties.get(OWN.get(_key(properties["id"]), ""), properties)
            is_area = bool(known.keys() & _listed(source))
            stays = chance.random() < usual if usual < 1 else one is not None and properties["id"] != one["id"]
            if usual and not is_area and stays:
                return properties.get(part)
            return _draw(properties.get(part), source, part, chance, known)

        body = self._request(draw)
        touched = one or self._touched(chance)
        if touched:
            body["changedPropIds"] = [f"{_key(touched['id'])}.value"]
        return body

    def _touched(self, chance: random.Random) -> dict[str, Any] | None:
        """Return one of the controls that have a value, None when there is none."""
        values = [i for i in flat(self.body()["inputs"]) if i["property"] == "value"]
        return chance.choice(values) if values else None

    def _request(self, value: Any) -> dict[str, Any]:
        inputs, state = ([self._part(w, value) for w in self.callback[k]] for k in ("inputs", "state"))
        outputs = [self._target(part) for part in self.output.strip(".").split("...")]
        first = next(flat(inputs))
        return {
            "output": self.output,
            "outputs": outputs if self.output.startswith("..") else outputs[0],
            "inputs": inputs,
            "state": state,
            "changedPropIds": [f"{_key(first['id'])}.{first['property']}"],
        }

    def _part(self, wanted: Mapping[str, Any], value: Any) -> Any:
        part = wanted["property"]
        found = [
            {"id": p["id"], "property": part, "value": value(p, part)} for p in _matching(wanted["id"], self.properties)
        ]
        return found if _is_pattern(wanted["id"]) else found[0]

    def _target(self, text: str) -> Any:
        component, _, part = text.partition("@")[0].rpartition(".")
        if not _is_pattern(component):
            return {"id": component, "property": part}
        return [{"id": p["id"], "property": part} for p in _matching(component, self.properties)]


def questions_of(app: Dash, shell: Component, pages: list[Component]) -> list[Question]:
    """Return each server callback whose inputs stand in the shell or on a page, by name."""
    found = {}
    for page in pages:
        properties = _properties(shell) | _properties(page)
        for output, callback in app.callback_map.items():
            wanted = [*callback["inputs"], *callback["state"]]
            if "callback" in callback and all(any(_matching(w["id"], properties)) for w in wanted):
                name = output.strip(".").replace("...", " + ")
                found[name] = Question(name, output, callback, properties)
    return [found[name] for name in sorted(found)]


def requests_of(app: Dash, shell: Component, pages: list[Component]) -> list[tuple[str, dict[str, Any]]]:
    """Return (name, request body) of each callback, with inputs as the pages set them on first load."""
    return [(q.name, q.body()) for q in questions_of(app, shell, pages)]


def _draw(
    now: Any, properties: Mapping[str, Any], part: str, chance: random.Random, ranked: Mapping[str, float]
) -> Any:
    if part == "value" and "min" in properties and "max" in properties:
        return chance.randint(int(properties["min"]), int(properties["max"]))
    listed = properties.get("data")
    if not isinstance(listed, list) or (part != "value" and not isinstance(now, str)):
        return now
    options = list(_options(listed))
    options = [o for o in options if o in ranked] or options
    if isinstance(now, list):
        least, most = CHOSEN
        return chance.sample(options, min(chance.randint(least, most), len(options)))
    return chance.choices(options, [ranked.get(o, 1.0) for o in options])[0]


def _listed(properties: Mapping[str, Any]) -> set[str]:
    listed = properties.get("data")
    return set(_options(listed)) if isinstance(listed, list) else set()


def _options(listed: list[Any]) -> Iterator[str]:
    for option in listed:
        if isinstance(option, str):
            yield option
        elif "items" in option:
            yield from _options(option["items"])
        else:
            yield option["value"]


def flat(parts: list[Any]) -> Iterator[dict[str, Any]]:
    for part in parts:
        yield from part if isinstance(part, list) else [part]


def _key(id_: Any) -> str:
    """Return an id as the browser writes it: a dictionary as sorted JSON."""
    return id_ if isinstance(id_, str) else json.dumps(id_, sort_keys=True, separators=(",", ":"))


def _is_pattern(id_: Any) -> bool:
    return _key(id_).startswith("{")


def _matching(id_: Any, properties: Properties) -> Iterator[dict[str, Any]]:
    """Return the properties of the component, or of those that a pattern means."""
    if not _is_pattern(id_):
        yield from [properties[id_]] if id_ in properties else []
        return
    pattern = json.loads(_key(id_))
    for found in properties.values():
        own = found["id"]
        same = isinstance(own, dict) and own.keys() == pattern.keys()
        if same and all(isinstance(v, list) or own[k] == v for k, v in pattern.items()):
            yield found


def _properties(layout: Component) -> dict[str, dict[str, Any]]:
    """Return the properties of every component with an id, by the id's text."""
    document = json.loads(json.dumps(layout, cls=_Encoder))
    found: dict[str, dict[str, Any]] = {}

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            properties = node.get("props")
            if isinstance(properties, dict) and "id" in properties:
                found[_key(properties["id"])] = properties
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(document)
    return found


class _Encoder(json.JSONEncoder):
    def default(self, value: Any) -> Any:
        return value.to_plotly_json() if hasattr(value, "to_plotly_json") else str(value)
