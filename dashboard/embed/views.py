"""A view in a few words: its title, the sentence it finds, its first chart; for previews and for who embeds it."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final
from urllib.parse import urlencode

from dash.development.base_component import Component

from scidip.dashboard.core.component_tree import classes, kind, parts, text
from scidip.dashboard.core.context import Context
from scidip.dashboard.core.languages import FIELD
from scidip.dashboard.files.chart_part import TABLE, names
from scidip.indicators.language.current import _
from scidip.indicators.language.current import current as current_language
from scidip.publish.citation import works

LONGEST: Final = 280
"""Characters of a sentence beside a link; services cut what is longer."""
VERSION: Final = "v"
_MAKING = threading.Lock()
Render = Callable[[ModuleType, Context, dict[str, Any]], Component]


@dataclass(frozen=True)
class View:
    """What is said of a view beside its link. *chart* and *sentence* are empty where there is none."""

    title: str
    sentence: str
    chart: str
    part: str
    """The first part of the page, a chart or a table; empty for a page of text."""


def heading(module: ModuleType, ctx: Context, query: Mapping[str, Any]) -> str:
    """Return the short title of a view: of a country's page, the country."""
    own = getattr(module, "title", None)
    return str(own(ctx, query) if own else _(module.PAGE.title))


def address(module: ModuleType, ctx: Context, query: Mapping[str, Any], folder: str = "") -> str:
    """Return the whole address of a view, in the present language; with *folder* "/embed/" that of its frame."""
    own = {k: v for k, v in query.items() if k != FIELD}
    if current_language().code != "en":
        own[FIELD] = current_language().code
    path = f"{folder}{module.PAGE.name}" if folder else module.PAGE.path
    return f"{ctx.site}{path}" + (f"?{urlencode(own, doseq=True, safe=',')}" if own else "")


def of(module: ModuleType, ctx: Context, query: Mapping[str, Any], render: Render) -> View | None:
    """Return what is said of a view, made once for its figures and day; None of one whose address is refused in part.

    At most one is made at a time in a process, so that nobody can keep it busy with addresses: None meanwhile, too.
    """
    page = module.PAGE
    if page.needs_scores and not ctx.years:
        return None
    known = {k: v for k, v in query.items() if k in module.State.__dataclass_fields__}
    state, refused = module.State.from_query(known, module.allowed(ctx))
    if refused:
        return None
    # What is due, or was retrieved, is said with the day.
    key = ("view", page.name, state.to_query(), current_language().code, works.today().isoformat())
    if not _MAKING.acquire(blocking=False):
        return None
    try:
        return ctx.remembered(key, lambda: _read(render(module, ctx, known), heading(module, ctx, known)))
    finally:
        _MAKING.release()


def _read(page: Component, title: str) -> View:
    found = names(page)
    head = _first(page, lambda n: "headline" in classes(n))
    h1 = text(_first(head, lambda n: kind(n) == "H1")) if head is not None else ""
    lede = text(_first(head, lambda n: "lede" in classes(n))) if head is not None else ""
    said = " ".join(filter(None, ("" if h1 == title else h1, lede)))
    charts = [n for n in found if not TABLE.fullmatch(n)]
    return View(title, shortened(said), charts[0] if charts else "", found[0] if found else "")


def shortened(words: str, most: int = LONGEST) -> str:
    """Return words that are not longer than *most*, cut between two words and marked where they are."""
    return words if len(words) <= most else f"{words[:most].rpartition(' ')[0]} …"


def _first(node: Any, wanted: Callable[[Any], bool]) -> Any:
    if kind(node) and wanted(node):
        return node
    for child in parts(node):
        found = _first(child, wanted)
        if found is not None:
            return found
    return None
