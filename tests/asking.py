"""Asking an application as a browser does: for a page, and for the parts of it that wait to be asked for."""

from collections.abc import Iterator
from types import ModuleType
from typing import Any

from scidip.dashboard import pages
from scidip.dashboard.core.component_tree import of, parts
from scidip.indicators.registry import plugins

PATH = "/_dash-update-component"


def pages_of_one_index() -> dict[str, ModuleType]:
    """Return the pages, by name, but for that of two indices: it needs another one beside (tests/test_beside.py)."""
    return {name: module for name, module in plugins(pages, "PAGE", entry="page").items() if name != "beside"}


def page_body(path: str, search: str = "") -> dict[str, Any]:
    """Return the question for the page of an address."""
    names = ("_pages_content", "children"), ("_pages_store", "data")
    return {
        "output": ".._pages_content.children..._pages_store.data..",
        "outputs": [{"id": i, "property": p} for i, p in names],
        "inputs": [
            {"id": "_pages_location", "property": "pathname", "value": path},
            {"id": "_pages_location", "property": "search", "value": search},
        ],
        "changedPropIds": ["_pages_location.pathname"],
        "state": [],
    }


def whole_page(client: Any, address: str, **headers: str) -> list[Any]:
    """Return what a browser shows of an address in the end: the page as it begins, and each part of it."""
    path, _, search = address.partition("?")
    answer = client.post(PATH, json=page_body(path, f"?{search}" if search else ""), headers=headers)
    assert answer.status_code == 200
    begun = answer.get_json()["response"]["_pages_content"]["children"]
    return [begun, *(part for _name, part in parts_of(client, begun, **headers))]


def parts_of(client: Any, begun: Any, **headers: str) -> Iterator[tuple[str, Any]]:
    """Yield the name of each part of a page that has begun, in their order, and what is answered for it."""
    held = dict(_held(begun)) | {("theme", "data"): "light"}
    asked = {c["output"]: c for c in client.get("/_dash-dependencies").get_json()}
    for store in [of(node, "data-ask") for node in _nodes(begun) if of(node, "data-ask")]:
        output = store.replace("-ask-", "-part-")
        question = asked[f"{output}.children"]
        given = {
            k: [i | {"value": held.get((i["id"], i["property"]))} for i in question[k]] for k in ("inputs", "state")
        }
        given["inputs"][0]["value"] = 1
        target = {"id": output, "property": "children"}
        body = {"output": f"{output}.children", "outputs": target, "changedPropIds": [f"{store}.data"], **given}
        answer = client.post(PATH, json=body, headers=headers)
        assert answer.status_code == 200, (output, answer.get_data(as_text=True)[:300])
        yield output, answer.get_json()["response"][output]["children"]


def _nodes(node: Any) -> Iterator[Any]:
    yield node
    for part in parts(node):
        yield from _nodes(part)


def _held(tree: Any) -> Iterator[tuple[tuple[str, str], Any]]:
    """Yield what the parts of a page hold, by id and property."""
    for node in _nodes(tree):
        name = of(node, "id")
        if isinstance(name, str):
            for held in ("value", "data"):
                yield (name, held), of(node, held)
