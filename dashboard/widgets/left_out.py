"""Pages that an index of one's own does not have: their addresses answer with one sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

from dash import Dash, dcc, html
from dash.development.base_component import Component

from scidip.dashboard.core.context import Context
from scidip.dashboard.core.page import Page, PageState
from scidip.dashboard.widgets import components
from scidip.indicators.language.current import _


@dataclass(frozen=True)
class State(PageState):
    """Nothing can be asked of a page that there is not."""


def shown(ctx: Context, modules: list[ModuleType]) -> list[ModuleType]:
    """Return the pages; for an index of one's own, what says so in the place of those that are not about it."""
    own = ctx.own
    if own is None:
        return modules
    return [m if m.PAGE.own_index == "always" or _fits(m, own.can_be_varied) else _stand_in(m) for m in modules]


def _fits(module: ModuleType, can_be_varied: bool) -> bool:
    return bool(module.PAGE.own_index == "if varied" and can_be_varied)


def _stand_in(module: ModuleType) -> ModuleType:
    """Return a page at the address of *module* that says why it is not there."""
    found = ModuleType(module.__name__)
    page = module.PAGE
    found.PAGE = replace(page, in_menu=False, needs_scores=False, has_map=False)  # type: ignore[attr-defined]
    found.State, found.allowed, found.register = State, _nothing_allowed, _register  # type: ignore[attr-defined]

    def layout(ctx: Context, _state: State) -> Component:
        return _why(ctx, _(page.title), page.own_index == "if varied")

    found.layout = layout  # type: ignore[attr-defined]
    return found


def _why(ctx: Context, title: str, is_of_method: bool) -> Component:
    words = _("An index of one’s own has no such page: its tables hold nothing about it.")
    if is_of_method:
        words = _(
            "This page scores anew by other choices, and the methodology of this index has steps that it cannot repeat."
        )
    back = components.sentence(_("Go to the {overview}, or search for a country above."), overview=_overview())
    return html.Div(
        [html.P(title, className="kicker"), html.H1(words), html.P(back, className="lede")], className="page-empty"
    )


def _overview() -> Component:
    return dcc.Link(_("overview"), href="/")


def _nothing_allowed(_ctx: Context) -> Mapping[str, Any]:
    return {}


def _register(_app: Dash, _ctx: Context) -> None:
    """Register nothing."""


def banner(ctx: Context, page: Page) -> list[Component]:
    """Return the lines above every page that say whose index this is; nothing for the published one."""
    if ctx.own is None:
        return []
    words = _("{name} is an index of the user’s own: figures and methodology are not those of the observatory.")
    said: list[Component] = [html.P(words.format(name=ctx.own.name), className="notice own-index")]
    if page.own_index == "if varied" and ctx.own.can_be_varied and not ctx.own.same_ranges:
        more = _(
            "Draws of this page vary scales, weights and means only; the ranges of the ranking vary all that the "
            "methodology of this index names, so that the two differ."
        )
        said.append(html.P(more, className="notice own-index"))
    return said
