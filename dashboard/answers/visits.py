"""Visits: pages that many will open are opened before them, and asked for their parts as a browser asks.

What is answered so stands on disk under the question that a browser sends, so that it must be sent alike
(`tests/test_browser_ahead.py` sees that it is).
"""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any, Final, get_args

from flask import Flask
from flask.testing import FlaskClient

from scidip.dashboard.answers import cache_warming, response_cache
from scidip.dashboard.core.context import Context
from scidip.dashboard.files.file_cache import Kept
from scidip.dashboard.widgets.components import THEME_COOKIE
from scidip.figures.theme import Mode

EXTENSION: Final = "scidip-visits"
"""The name under which a server holds the addresses and callbacks of its pages."""
GIVE_WAY: Final = 15
"""How nice the process is that opens pages: whoever waits for a page, a file or a figure comes first."""
ASK: Final = "data-ask"
"""What names the store of a part of a page that waits to be asked for."""

Properties = Mapping[str, Mapping[str, Any]]


def register(server: Flask, callbacks: Mapping[str, Mapping[str, Any]], modules: Sequence[ModuleType]) -> None:
    """Let *server* know its *callbacks*, and the pages that it may open ahead."""
    server.extensions[EXTENSION] = (callbacks, [m for m in modules if not m.PAGE.is_private])


def pay(server: Flask, ctx: Context, goes_on: Callable[[], bool]) -> int:
    """Ask again what visitors asked last, then open pages in each colour; return how many questions had an answer.

    The pages by their plain address, or those that a page's `ahead` lists, such as one of each country; while it
    *goes on*. Nothing where answers are not kept on disk for all processes: nobody would find them.
    """
    kept: Kept | None = server.extensions[response_cache.ON_DISK_EXTENSION]
    if kept is None or kept.own is not None:
        return 0
    answered = response_cache.warm(server)
    callbacks, modules = server.extensions[EXTENSION]
    found = [(m.PAGE.path, search) for m in modules for search in getattr(m, "ahead", _plain)(ctx)]
    for mode in get_args(Mode):
        visitor = Visitor(server, callbacks, mode)
        for path, search in found:
            if not goes_on():
                return answered
            answered += visitor.open(path, search)
    return answered


def _plain(_ctx: Context) -> Iterable[str]:
    return [""]


def lives_with(parent: int, ctx: Context) -> Callable[[], bool]:
    """Return what tells whether the process that began this lives, and the figures of then serve."""
    version = ctx.data_version
    return lambda: os.getppid() == parent and ctx.data_version == version


class Visitor:
    """A browser without a screen: it opens a page and asks for the parts that wait below."""

    def __init__(self, server: Flask, callbacks: Mapping[str, Mapping[str, Any]], mode: str) -> None:
        self._client: FlaskClient = server.test_client(use_cookies=False)
        self._callbacks, self._mode = callbacks, mode

    def open(self, path: str, search: str) -> int:
        """Open a page; return how many questions were answered."""
        answer = self._ask(opening(path, search))
        if answer is None:
            return 0
        shown = {"theme": {"data": self._mode}} | properties(answer)
        asked = [self._part(str(ask), shown) for ask in _waiting(answer)]
        return 1 + sum(self._ask(body) is not None for body in asked if body is not None)

    def _ask(self, body: dict[str, Any]) -> Any:
        response = self._client.post(
            response_cache.PATH,
            json=body,
            headers={"Cookie": f"{THEME_COOKIE}={self._mode}", "Host": "localhost"},
            environ_overrides={cache_warming.WARMING: cache_warming.NEVER, "REMOTE_ADDR": "-"},
        )
        time.sleep(cache_warming.PAUSE)
        return response.get_json(silent=True) if response.status_code == 200 else None

    def _part(self, ask: str, shown: Properties) -> dict[str, Any] | None:
        """Return the question for the part that the store *ask* begins; None when the page does not show all of it."""
        for output, callback in self._callbacks.items():
            wanted = [*callback["inputs"], *callback["state"]]
            if "callback" in callback and callback["inputs"][0]["id"] == ask:
                if not all(w["property"] in shown.get(w["id"], {}) for w in wanted):
                    return None
                inputs, state = ([_held(w, shown) for w in callback[kind]] for kind in ("inputs", "state"))
                inputs[0]["value"] = 1
                component, _, part = output.rpartition(".")
                target = {"id": component, "property": part}
                return {
                    "output": output,
                    "outputs": target,
                    "inputs": inputs,
                    "state": state,
                    "changedPropIds": [f"{ask}.data"],
                }
        return None


def _held(wanted: Mapping[str, Any], shown: Properties) -> dict[str, Any]:
    """Return an input as a browser sends it."""
    return {"id": wanted["id"], "property": wanted["property"], "value": shown[wanted["id"]][wanted["property"]]}


def opening(path: str, search: str) -> dict[str, Any]:
    """Return the question with which Dash opens a page."""
    inputs = [("pathname", path), ("search", search)]
    return {
        "output": ".._pages_content.children..._pages_store.data..",
        "outputs": [{"id": "_pages_content", "property": "children"}, {"id": "_pages_store", "property": "data"}],
        "inputs": [{"id": "_pages_location", "property": p, "value": v} for p, v in inputs],
        "changedPropIds": [f"_pages_location.{p}" for p, _ in inputs],
    }


def properties(answer: Any) -> dict[str, Mapping[str, Any]]:
    """Return the properties of each component with a name in an answer, by that name."""
    return {props["id"]: props for props in _each(answer) if isinstance(props.get("id"), str)}


def _waiting(answer: Any) -> Iterator[Any]:
    """Yield the names of the stores of parts that wait, from the top of the page."""
    return (props[ASK] for props in _each(answer) if ASK in props)


def _each(node: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the properties of each component in an answer, those around before those inside."""
    if isinstance(node, dict):
        if isinstance(node.get("props"), dict):
            yield node["props"]
        for value in node.values():
            yield from _each(value)
    elif isinstance(node, list):
        for value in node:
            yield from _each(value)
