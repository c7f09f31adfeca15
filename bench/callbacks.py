"""Requests for every server callback, with inputs as the pages set them on first load."""

import json
from typing import Any

from dash import Dash
from dash.development.base_component import Component


def requests_of(
    app: Dash, shell: Component, pages: list[Component]
) -> list[tuple[str, dict[str, Any]]]:
    """Return (name, request body) of each callback whose inputs stand in the shell or on a page."""
    found = []
    for page in pages:
        properties = _properties(shell) | _properties(page)
        for name, callback in app.callback_map.items():
            wanted = [*callback["inputs"], *callback["state"]]
            if "callback" not in callback or not all(str(w["id"]) in properties for w in wanted):
                continue
            found.append((_short(name), _body(name, callback, properties)))
    return sorted(dict(found).items())


def _properties(layout: Component) -> dict[str, dict[str, Any]]:
    """Return the properties of every component with an id, by the id's text."""
    document = json.loads(json.dumps(layout, cls=_Encoder))
    found: dict[str, dict[str, Any]] = {}

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            properties = node.get("props")
            if isinstance(properties, dict) and "id" in properties:
                found[str(properties["id"])] = properties
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


def _body(
    name: str, callback: dict[str, Any], properties: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    def filled(kind: str) -> list[dict[str, Any]]:
        return [
            {
                "id": w["id"],
                "property": w["property"],
                "value": properties[str(w["id"])].get(w["property"]),
            }
            for w in callback[kind]
        ]

    single = not name.startswith("..")
    outputs = [_output(part) for part in name.strip(".").split("...")]
    inputs = filled("inputs")
    return {
        "output": name,
        "outputs": outputs[0] if single else outputs,
        "inputs": inputs,
        "changedPropIds": [f"{w['id']}.{w['property']}" for w in inputs[:1]],
        "state": filled("state"),
    }


def _output(text: str) -> dict[str, str]:
    component, _, part = text.partition("@")[0].rpartition(".")
    return {"id": component, "property": part}


def _short(name: str) -> str:
    return name.strip(".").replace("...", " + ")
