"""Indicator: one indicator, factor or dimension across the world: map, trend, distribution, ranking."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from dash import Dash, Input, Output, dcc, html
from dash import State as Held
from dash.development.base_component import Component

from scidip.dashboard.core import clientside
from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import aria
from scidip.dashboard.core.page import ListOf, Page, PageState, make_id, site_title, split
from scidip.dashboard.pages.indicator import about as indicator_about
from scidip.dashboard.pages.indicator import views
from scidip.dashboard.widgets import components, map_patch, years
from scidip.dashboard.widgets import quantity as quantities
from scidip.dashboard.widgets.quantity import Quantity
from scidip.figures.rows import each_row
from scidip.figures.text import numbers, sentences
from scidip.figures.theme import Mode
from scidip.indicators.language.current import N_, _
from scidip.indicators.vocabulary import EDITION
from scidip.store.queries import indicator_queries, served

PAGE = Page(path="/indicator", title=N_("Indicators"), order=30, has_map=True, own_index="always")
ID = make_id(PAGE)
MOST = 8
VIEWS = (("map", N_("Map")), ("trend", N_("Trend")), ("distribution", N_("Distribution")), ("ranking", N_("Table")))
NAMED = 3
FIRST = "rd_expenditure_gdp"
"""What most people have heard of; shown when nothing is asked for."""


@dataclass(frozen=True)
class State(PageState):
    """The address: /indicator?indicator=researchers_pm&view=trend&areas=PRT,GRC&year=2021."""

    indicator: str = ""
    view: str = "map"
    year: int | None = None
    areas: str = ""


def allowed(ctx: Context) -> Mapping[str, Any]:
    """Return what each part of the address may be."""
    return {
        "indicator": {"", *quantities.codes(ctx)},
        "view": [v for v, _ in VIEWS],
        "year": [None, *years_of(ctx)],
        "areas": ListOf(ctx.present_areas, MOST),
    }


def ahead(ctx: Context) -> Iterable[str]:
    """Yield the page's addresses that are opened before visitors do."""
    return [State(indicator=code).to_query() for code in ("", *sorted(quantities.codes(ctx)))]


def years_of(ctx: Context) -> list[int]:
    """Return the scored years and the later ones that some figure is of already."""
    newest = ctx.query(indicator_queries.newest_figure) or ctx.years[-1]
    return [*ctx.years, *range(ctx.years[-1] + 1, newest + 1)]


def usual_year(ctx: Context, quantity: Quantity) -> int:
    """Return the year that is shown unless another is asked for: of scores the edition, of figures the newest year."""
    whole = [y for y in ctx.years if y != EDITION]
    return max(whole) if whole and quantity.spec is not None else ctx.years[-1]


def quantity_of(ctx: Context, state: State) -> Quantity:
    """Return what is shown: spending on research unless another is asked for (or the framework has none)."""
    leaves = ctx.catalogue.framework.leaves
    return Quantity(ctx, state.indicator or (FIRST if FIRST in leaves else leaves[0]))


def title(ctx: Context, query: Mapping[str, Any]) -> str:
    """Return the page's title: the indicator's name."""
    code = query.get("indicator", "")
    known = isinstance(code, str) and code in quantities.codes(ctx)
    return Quantity(ctx, code).name if known else _(PAGE.title)


def layout(ctx: Context, state: State) -> Component:
    """Return the page, its controls already set."""
    quantity, mode = quantity_of(ctx, state), components.mode()
    year = state.year or usual_year(ctx, quantity)
    frame = quantity.values(year)
    drawn = body(quantity, frame, state, year, mode)
    return html.Div(
        [
            html.Div(headline(quantity, frame, year), id=ID("headline"), className="headline", **aria(live="polite")),
            *_controls(ctx, state, quantity, year),
            html.Div(drawn, id=ID("body")),
            dcc.Store(id=ID("drawn"), data=map_patch.note_of(drawn, ID("map"))),
            html.Div(indicator_about.about(quantity, year, mode, ID), id=ID("about")),
            *clientside.address_stores(ID, address(ctx, state)),
        ]
    )


def _controls(ctx: Context, state: State, quantity: Quantity, year: int) -> list[Component]:
    """Return both rows of controls: what is shown of whom, and how and when."""
    what = components.select(
        ID("indicator"),
        _("Indicator"),
        quantities.options(ctx),
        quantity.code,
        "control-wide",
        searchable=True,
        limit=300,
        nothingFoundMessage=_("No indicator of that name"),
        selectFirstOptionOnChange=True,
    )
    areas = components.area_picker(ID("areas"), ctx, _("Countries"), split(state.areas), MOST, _("Choose up to eight"))
    views = [(k, _(w)) for k, w in VIEWS]
    how = components.choice(ID("view"), _("View"), views, state.view, "choice-nodes")
    return [
        html.Div([what, areas], className="controls controls-filter"),
        html.Div([how, years.year_select(ID("year"), years_of(ctx), year)], className="controls"),
    ]


def address(ctx: Context, state: State) -> dict[str, Any]:
    """Return what the browser writes as address and title."""
    name = quantity_of(ctx, state).name
    title = site_title(name, ctx.agency)
    return PAGE.address(state, title)


def body(quantity: Quantity, frame: pd.DataFrame, state: State, year: int, mode: Mode) -> Component:
    """Return the chosen view."""
    return views.view(quantity, frame, state.view, year, split(state.areas), mode, ID)


def headline(quantity: Quantity, frame: pd.DataFrame, year: int) -> list[Component]:
    """Return who has the highest values, and how many countries and years that rests on."""
    known = frame[frame["is_ranked"].astype(bool)]
    if quantity.spec is None and (ranks := _ranks(quantity, year))["rank"].notna().any():
        what = "" if quantity.code == quantity.ctx.index_code else sentences.on(quantity.name)
        sentence = sentences.leaders(ranks, year, what)
    else:
        sentence = _highest(quantity, known, year)
    return [
        html.P(quantity.axis, className="kicker"),
        html.H1(sentence),
        html.P(_basis(quantity, known, len(frame), year), className="lede"),
    ]


def _ranks(quantity: Quantity, year: int) -> pd.DataFrame:
    return quantity.ctx.query(served.ranking, node=quantity.code, year=year)


def _highest(quantity: Quantity, known: pd.DataFrame, year: int) -> str:
    if known.empty:
        return _("No country has a figure that can stand for {year}.").format(year=year)
    top = known.head(NAMED)
    own, other = _("{name} ({value})"), _("{name} ({value} in {year})")
    said = [
        (own if r.time_period == year else other).format(
            name=sentences.in_text(r.name), value=numbers.number(r.score), year=f"{r.time_period:.0f}"
        )
        for r in each_row(top)
    ]
    words = _("Highest in {year}, {unit}: {names}.")
    if not quantity.has_unit:
        words = _("Highest in {year}: {names}.")
    return words.format(year=year, unit=quantity.unit, names=sentences.listed(said))


def _basis(quantity: Quantity, known: pd.DataFrame, n: int, year: int) -> str:
    if quantity.spec is None:
        words = _("{n} countries are ranked in {year}. Scores run from 0 to 100, on one scale for all years.")
        return words.format(n=len(known), year=year)
    own = int((known["time_period"] == year).sum())
    proxy = [_("A proxy for what no producer measures directly.")] if quantity.spec.proxy else []
    words = _(
        "{known} of {all} countries and territories have a figure: {own} of {year}, {carried} carried from earlier "
        "years. Places carry no range here, so none is numbered."
    ).format(known=len(known), all=n, own=own, year=year, carried=len(known) - own)
    return " ".join([quantity.spec.definition, words, *proxy])


def register(app: Dash, ctx: Context) -> None:
    """Register the callbacks: the controls redraw the page, and the page writes its address."""

    @app.callback(
        Output(ID("headline"), "children"),
        Output(ID("body"), "children"),
        Output(ID("about"), "children"),
        Output(ID("url"), "data"),
        Output(ID("drawn"), "data"),
        Input(ID("indicator"), "value"),
        Input(ID("view"), "value"),
        Input(ID("year"), "value"),
        Input(ID("areas"), "value"),
        Input("theme", "data"),
        Held(ID("drawn"), "data"),
        prevent_initial_call=True,
    )
    def redraw(
        code: str, view: str, year: str, areas: list[str], mode: Mode, drawn: map_patch.Note | None
    ) -> tuple[Any, ...]:
        shown = int(year)
        usual = ctx.catalogue.framework.leaves[0]
        own = Quantity(ctx, code)
        chosen = None if shown == usual_year(ctx, own) else shown
        state = State("" if code == usual else code, view, chosen, ",".join(areas or []))
        quantity = quantity_of(ctx, state)
        frame = quantity.values(shown)
        about = indicator_about.about(quantity, shown, mode, ID)
        view_body, note = map_patch.redrawn(body(quantity, frame, state, shown, mode), ID("map"), drawn)
        return headline(quantity, frame, shown), view_body, about, address(ctx, state), note

    clientside.write_address(app, ID)
    clientside.open_clicked(app, ID("map"))
