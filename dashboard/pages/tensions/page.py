"""Across tensions: pairs whose positions are far apart and who do much together, and the reverse."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dash import Dash, Input, Output, html
from dash.development.base_component import Component

from scidip.dashboard.core import clientside
from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import aria
from scidip.dashboard.core.page import Page, PageState, make_id
from scidip.dashboard.pages.tensions import sections
from scidip.dashboard.widgets import components, years
from scidip.findings.exhibits.cooperation import tensions as exhibits
from scidip.findings.expected import ties
from scidip.indicators.language.current import N_, _

PAGE = Page(path="/tensions", title=N_("Across tensions"), order=37)
ID = make_id(PAGE)


@dataclass(frozen=True)
class State(PageState):
    """The address: /tensions?area=JPN&year=2019."""

    area: str = ""
    year: int | None = None


def allowed(ctx: Context) -> Mapping[str, Any]:
    """Return what each part of the address may be."""
    return {"area": {"", *ctx.present_areas}, "year": [None, *_years(ctx)]}


def layout(ctx: Context, state: State) -> Component:
    """Return the page, its controls already set."""
    known = _years(ctx)
    controls: list[Component] = []
    if known:
        chooser = components.country_select(
            ID("area"),
            ctx,
            _("All countries"),
            value=state.area or None,
            label=_("Ties of one country"),
            clearable=True,
        )
        controls = [chooser, years.year_select(ID("year"), known, state.year or known[-1])]
    return html.Div(
        [
            html.Div(headline(ctx, state), id=ID("headline"), className="headline", **aria(live="polite")),
            html.Div(controls, className="controls controls-filter"),
            html.Div(body(ctx, state), id=ID("body")),
            *clientside.address_stores(ID, PAGE.address(state)),
        ]
    )


def _years(ctx: Context) -> list[int]:
    """Return the years of the model, ascending."""
    return ties.years(ctx)


def _year(ctx: Context, state: State) -> int | None:
    return state.year or ties.year_for(ctx, max(_years(ctx), default=0))


def headline(ctx: Context, state: State) -> list[Component]:
    """Return how many pairs are listed on either side, and what the page is not."""
    year = _year(ctx, state)
    kicker = html.P(_("Across tensions"), className="kicker")
    if year is None:
        return [kicker, html.H1(_("There is no model of expected joint works in these figures."))]
    lede = _(
        "Science ties some pairs whose governments vote far apart, and leaves others untied who vote alike. Each pair "
        "leads to its page, where every tie of both stands with its source."
    )
    return [kicker, html.H1(exhibits.headline(ctx, year, state.area)), html.P(lede, className="lede")]


def body(ctx: Context, state: State) -> list[Component]:
    """Return the tables of the three groups."""
    year = _year(ctx, state)
    return [] if year is None else [sections.group(ctx, group, year, state.area) for group in exhibits.TITLES]


def register(app: Dash, ctx: Context) -> None:
    """Register the callback: country and year redraw the page, and the page writes its address."""

    @app.callback(
        Output(ID("headline"), "children"),
        Output(ID("body"), "children"),
        Output(ID("url"), "data"),
        Input(ID("area"), "value"),
        Input(ID("year"), "value"),
        prevent_initial_call=True,
    )
    def redraw(area: str | None, year: str) -> tuple[Any, ...]:
        newest = max(_years(ctx), default=None)
        state = State(area or "", None if int(year) == newest else int(year))
        return headline(ctx, state), body(ctx, state), PAGE.address(state)

    clientside.write_address(app, ID)
