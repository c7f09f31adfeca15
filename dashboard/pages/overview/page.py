"""Overview: who leads, how sure that is, and where on the map."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from dash import Dash, Input, Output, dcc, html
from dash import State as Held
from dash.development.base_component import Component

from scidip.dashboard.core import clientside
from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import aria
from scidip.dashboard.core.page import Page, PageState, make_id
from scidip.dashboard.pages.overview import beyond_income, factors, since_vintage
from scidip.dashboard.widgets import components, map_patch, rank_changes, save_menu, years
from scidip.dashboard.widgets.quantity import node_name
from scidip.dashboard.widgets.ranking_table import ranking_table
from scidip.dashboard.widgets.tile_map import tiles
from scidip.figures import maps
from scidip.figures.rows import row_at
from scidip.figures.text import sentences
from scidip.figures.theme import Mode
from scidip.indicators.language.current import N_, _, ngettext
from scidip.indicators.vocabulary import DEFAULT_INDEX
from scidip.store.queries import served

PAGE = Page(path="/", title=N_("Overview"), order=10, has_map=True, own_index="always")
ID = make_id(PAGE)
STEP_MS = 1400
"""Milliseconds a year stays while the years play."""


@dataclass(frozen=True)
class State(PageState):
    """The address of the overview: /?node=national&year=2021&view=table."""

    node: str = DEFAULT_INDEX
    year: int | None = None
    area: str = ""
    view: str = "map"


def allowed(ctx: Context) -> Mapping[str, Any]:
    """Return what each part of the address may be."""
    nodes = [n.code for n in ctx.catalogue.framework.nodes if n.level in ("index", "factor")]
    return {
        "node": nodes,
        "year": [None, *ctx.years],
        "area": {"", *ctx.present_areas},
        "view": ("map", "tiles", "table"),
    }


def precompute(ctx: Context) -> Iterator[None]:
    """Compute what changed since the vintage before."""
    since_vintage.changes_of(ctx)
    yield


def layout(ctx: Context, state: State) -> Component:
    """Return the page, its controls already set."""
    year = state.year or ctx.years[-1]
    body = view(ctx, state, year, components.mode())
    return html.Div(
        [
            html.Div(headline(ctx, state, year), id=ID("headline"), className="headline", **aria(live="polite")),
            _controls(ctx, state, year),
            dcc.Interval(id=ID("clock"), interval=STEP_MS, disabled=True),
            dcc.Store(id=ID("years"), data=[str(y) for y in ctx.years]),
            dcc.Store(id=ID("words"), data=[_("Play"), _("Stop")]),
            html.Div(body, id=ID("view-body")),
            dcc.Store(id=ID("drawn"), data=map_patch.note_of(body, ID("map"))),
            html.Div(factors.columns(ctx, year), id=ID("factors"), className="factor-columns"),
            html.Section(beyond_income.section(ctx, year), id=ID("beyond"), className="figure beyond-income"),
            *([since_vintage.section(ctx)] if ctx.own is None else []),
            dcc.Store(id=ID("area"), data=state.area),
            *clientside.address_stores(ID, PAGE.address(state)),
        ]
    )


def _controls(ctx: Context, state: State, year: int) -> Component:
    tabs = [(ctx.index_code, _("Index")), *((f.code, f.name) for f in ctx.catalogue.framework.level("factor"))]
    views = [("map", _("Map")), ("tiles", _("Equal tiles")), ("table", _("Table"))]
    play = html.Button(
        _("Play"),
        id=ID("play"),
        type="button",
        className="theme-switch play",
        **aria(label=_("Play the years"), pressed="false"),
    )
    return html.Div(
        [
            components.choice(ID("node"), _("What is ranked"), tabs, state.node, "choice-nodes"),
            components.choice(ID("view"), _("View"), views, state.view, "choice-view"),
            html.Div([play, years.year_select(ID("year"), ctx.years, year)], className="years"),
        ],
        className="controls",
    )


def headline(ctx: Context, state: State, year: int) -> list[Component]:
    """Return the sentence that answers, and the one that says how sure."""
    frame = ctx.query(served.ranking, node=state.node, year=year)
    what = "" if state.node == ctx.index_code else sentences.on(node_name(ctx, state.node))
    ranked = int(frame["rank"].notna().sum())
    return [
        html.P(_(", ").join([node_name(ctx, state.node), years.name_of(year)]), className="kicker"),
        html.H1(sentences.leaders(frame, year, what)),
        html.P(
            _(
                "{n} countries are ranked. A bar is the range a country’s rank takes in 90 % of the simulated "
                "methods; where bars overlap, the order is not certain."
            ).format(n=ranked),
            className="lede",
        ),
        html.P(_what_moved(ctx, state.node, year), className="lede"),
        *years.edition_note(ctx, year),
    ]


def _what_moved(ctx: Context, node: str, year: int) -> str:
    """Return the clearest change of rank since five years before, or that none is clear."""
    since = rank_changes.earlier(ctx, year)
    frame = rank_changes.movers(ctx, node, year, since) if since < year else pd.DataFrame()
    if frame.empty:
        return ""
    clear = frame[frame["change_is_clear"].astype(bool)]
    news = int(frame["is_of_coverage"].sum())
    if clear.empty:
        words = _("No rank changed clearly since {since}.")
        others = ngettext("One changed mostly by data coverage.", "{n} changed mostly by data coverage.", news)
        return " ".join([words.format(since=since), *([others.format(n=news)] if news else [])])
    tail = (
        ngettext(
            "One more owes its change mostly to data coverage.",
            "{n} more owe their change mostly to data coverage.",
            news,
        ).format(n=news)
        if news
        else ""
    )
    row = row_at(clear, (clear["rank"] - clear["rank_before"]).abs().idxmax())
    words = ngettext(
        "One rank changed clearly since {since}: {name}, {change}.",
        "{n} ranks changed clearly since {since}, most of all {name}: {change}.",
        len(clear),
    )
    name = sentences.in_text(row["name"])
    said = words.format(n=len(clear), since=since, name=name, change=sentences.change(row))
    said += factors.by_one_figure(ctx, row, node, since, year)
    return f"{said} {tail}".strip()


def view(ctx: Context, state: State, year: int, mode: Mode) -> Component:
    """Return the map beside the ranking, or the ranking alone with all its numbers."""
    frame = ctx.query(served.ranking, node=state.node, year=year)
    name = node_name(ctx, state.node)
    table = ranking_table(ctx, frame, state.node, year, state.view == "table", state.area)
    parts = [_map(ctx, frame, state, name, year, mode)] if state.view == "map" else []
    if state.view == "tiles":
        parts = [_tiles(ctx, frame, state, name, year)]
    ranking = html.Section(
        [
            html.H2(_("Ranking"), className="figure-title"),
            html.P(
                _("Rank and its 5–95 % range; the tinted rows cannot be told apart from the first"),
                className="figure-subtitle",
            ),
            table,
            html.P(components.score_footer(ctx, year, ranges=True), className="figure-footer"),
            *save_menu.offer(table, f"/download/scores.csv?node={state.node}"),
        ],
        className="figure figure-ranking",
    )
    return html.Div([*parts, ranking], className=f"overview-body view-{state.view}")


def _map(ctx: Context, frame: pd.DataFrame, state: State, name: str, year: int, mode: Mode) -> Component:
    figure = maps.world(frame, state.node, mode, state.area)
    label = _(
        "World map of the score for {name}, {year}, in five classes. The table beside it holds the same figures."
    ).format(name=name, year=year)
    body = [_legend(frame, state.node), components.graph(ID("map"), figure, label, "map-frame")]
    return components.titled(
        _("The world in five classes"),
        _("{name}: score, with about as many countries in each class").format(name=name),
        body,
        components.score_footer(ctx, year, _(maps.BOUNDARIES)),
        "figure-map",
    )


def _tiles(ctx: Context, frame: pd.DataFrame, state: State, name: str, year: int) -> Component:
    label = _("{name}, {year}: a tile for each state").format(name=name, year=year)
    return components.titled(
        _("Every state is a tile of the same size"),
        _("Score in five classes, near its neighbours on the globe; a tile opens the country"),
        [_legend(frame, state.node), tiles(ctx, frame, state.node, year, label)],
        components.score_footer(ctx, year, _("The grid keeps neighbours together as far as it can; it is no map.")),
        "figure-tiles",
    )


def _legend(frame: pd.DataFrame, node: str) -> Component:
    bounds = maps.class_bounds(frame.loc[frame["is_ranked"].astype(bool), "score"])
    labels = maps.class_labels(bounds)
    items = [
        html.Li([html.Span(className="swatch", style={"--step": i, "--steps": max(len(labels) - 1, 1)}), label])
        for i, label in enumerate(labels)
    ]
    items.append(html.Li([html.Span(className="swatch swatch-hatch"), _("not ranked")]))
    items.append(html.Li([html.Span(className="swatch swatch-dot"), _("small country")]))
    colour = node if node != DEFAULT_INDEX else "ink"
    return html.Ul(
        items, className="legend", style={"--node": f"var(--{colour})"}, **aria(label=_("Classes of the score"))
    )


def register(app: Dash, ctx: Context) -> None:
    """Register the callbacks: the controls redraw the page, and the page writes its address."""

    @app.callback(
        Output(ID("headline"), "children"),
        Output(ID("view-body"), "children"),
        Output(ID("factors"), "children"),
        Output(ID("beyond"), "children"),
        Output(ID("url"), "data"),
        Output(ID("drawn"), "data"),
        Input(ID("node"), "value"),
        Input(ID("view"), "value"),
        Input(ID("year"), "value"),
        Input("theme", "data"),
        Input(ID("area"), "data"),
        Held(ID("drawn"), "data"),
        prevent_initial_call=True,
    )
    def redraw(
        node: str, chosen_view: str, year: str, mode: Mode, area: str, drawn: map_patch.Note | None
    ) -> tuple[Any, ...]:
        shown = int(year)
        state = State(node, None if shown == ctx.years[-1] else shown, area or "", chosen_view)
        address = PAGE.address(state)
        body, note = map_patch.redrawn(view(ctx, state, shown, mode), ID("map"), drawn)
        return (
            headline(ctx, state, shown),
            body,
            factors.columns(ctx, shown),
            beyond_income.section(ctx, shown),
            address,
            note,
        )

    _play(app)
    clientside.write_address(app, ID)
    clientside.open_clicked(app, ID("map"))


def _play(app: Dash) -> None:
    """Let the browser go from year to year, and stop."""
    clientside.in_browser(
        app,
        "playYears",
        Output(ID("clock"), "disabled"),
        Output(ID("year"), "value"),
        Output(ID("play"), "children"),
        Output(ID("play"), "aria-pressed"),
        Input(ID("play"), "n_clicks"),
        Input(ID("clock"), "n_intervals"),
        Held(ID("year"), "value"),
        Held(ID("years"), "data"),
        Held(ID("words"), "data"),
        Held(ID("clock"), "disabled"),
        prevent_initial_call=True,
    )
