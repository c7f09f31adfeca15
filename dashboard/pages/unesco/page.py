"""UNESCO: what its texts on cooperation name, how each noun is answered, and the knowledge gap."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dash import Dash, Input, Output, html
from dash.development.base_component import Component

from scidip.dashboard.core import clientside
from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import aria
from scidip.dashboard.core.page import Page, PageState, make_id
from scidip.dashboard.pages.unesco import sections
from scidip.dashboard.widgets import components, years
from scidip.findings.exhibits.cooperation import unesco as exhibits
from scidip.indicators.language.current import N_, _

PAGE = Page(path="/unesco", title=N_("UNESCO’s aims"), order=39)
ID = make_id(PAGE)


@dataclass(frozen=True)
class State(PageState):
    """The address: /unesco?area=KEN&year=2020."""

    area: str = ""
    year: int | None = None


def allowed(ctx: Context) -> Mapping[str, Any]:
    """Return what each part of the address may be."""
    return {"area": {"", *ctx.present_areas}, "year": [None, *ctx.years]}


def layout(ctx: Context, state: State) -> Component:
    """Return the page, its controls already set."""
    year = state.year or ctx.years[-1]
    chooser = components.country_select(
        ID("area"), ctx, _("All countries"), value=state.area or None, label=_("Country"), clearable=True
    )
    return html.Div(
        [
            html.Div(headline(ctx, state), id=ID("headline"), className="headline", **aria(live="polite")),
            html.Div([chooser, years.year_select(ID("year"), ctx.years, year)], className="controls controls-filter"),
            html.Div(body(ctx, state), id=ID("body")),
            *clientside.address_stores(ID, PAGE.address(state)),
        ]
    )


def headline(ctx: Context, state: State) -> list[Component]:
    """Return how many nouns are answered, and what a user can do about the others."""
    name = ctx.areas.name(state.area) if state.area else ""
    kicker = _("UNESCO’s aims: {name}").format(name=name) if name else _("UNESCO’s aims")
    lede = _(
        "Every noun of UNESCO’s texts on cooperation in science and between universities has one answer: figures, "
        "figures that are a proxy for it, or the reason why it is not measured, with a table to fill in. Nothing here "
        "is scored as a whole."
    )
    return [html.P(kicker, className="kicker"), html.H1(f"{exhibits.finding(ctx)}."), html.P(lede, className="lede")]


def body(ctx: Context, state: State) -> list[Component]:
    """Return the nouns with their answers and the knowledge gap: of the world, or of a country."""
    year = state.year or ctx.years[-1]
    if state.area:
        return [sections.country(ctx, state.area, year), sections.gap_of_country(ctx, state.area, year)]
    return [sections.nouns(ctx, year), *sections.gap_of_world(ctx, year)]


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
        state = State(area or "", None if int(year) == ctx.years[-1] else int(year))
        return headline(ctx, state), body(ctx, state), PAGE.address(state)

    clientside.write_address(app, ID)
