"""Ranking: every country with the range of its rank, in one year or in two."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import dash
import pandas as pd
from dash import Dash, Input, Output, dcc, html
from dash import State as Held
from dash.development.base_component import Component

from scidip.dashboard.core import clientside
from scidip.dashboard.core.component_tree import holding
from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import Element, aria
from scidip.dashboard.core.page import ListOf, Page, PageState, make_id, split
from scidip.dashboard.pages.ranking import full_ranking, two_years
from scidip.dashboard.widgets import area_filter, components, rank_changes, save_menu, years
from scidip.dashboard.widgets.area_filter import AreaFilter
from scidip.dashboard.widgets.quantity import node_name
from scidip.figures.text import sentences
from scidip.figures.theme import Mode
from scidip.findings.exhibit import Table
from scidip.findings.exhibits import ranking as ranking_exhibits
from scidip.indicators.language.current import N_, _, ngettext
from scidip.indicators.vocabulary import DEFAULT_INDEX
from scidip.store.queries import indicator_queries, served

PAGE = Page(path="/ranking", title=N_("Ranking"), order=15, asks_touched=True, own_index="always")
ID = make_id(PAGE)
BACK = 5
"""Years between the two that are compared, when none is chosen."""
MOST = 8
CONTROLS = ("node", "mode", "year", "since", "region", "income", "group", "areas")


@dataclass(frozen=True)
class State(PageState):
    """The address: /ranking?node=national&year=2021&group=EU&sort=-score&mode=two&since=2015&areas=PRT,GRC."""

    node: str = DEFAULT_INDEX
    year: int | None = None
    region: str = ""
    income: str = ""
    group: str = ""
    sort: str = "rank"
    mode: str = "one"
    since: int | None = None
    areas: str = ""

    @property
    def filter(self) -> AreaFilter:
        """The limits to some areas."""
        return AreaFilter(self.region, self.income, self.group)


def allowed(ctx: Context) -> Mapping[str, Any]:
    """Return what each part of the address may be."""
    nodes = [n.code for n in ctx.catalogue.framework.nodes if n.level in ("index", "factor")]
    return {
        "node": nodes,
        "year": [None, *ctx.years],
        "since": [None, *ctx.years],
        "mode": ("one", "two"),
        "sort": full_ranking.sorts(ctx),
        "areas": ListOf(ctx.present_areas, MOST),
        **area_filter.allowed(ctx),
    }


def years_of(ctx: Context, state: State) -> tuple[int, int]:
    """Return the earlier and the later year of a state."""
    year = state.year or ctx.years[-1]
    return state.since or max(year - BACK, ctx.years[0]), year


def layout(ctx: Context, state: State) -> Component:
    """Return the page, its controls already set."""
    headline, rows, two, class_name = redrawn(ctx, state, components.mode())
    since = years_of(ctx, state)[0]
    named = [(str(y), years.name_of(y)) for y in reversed(ctx.years)]
    later = html.Div(
        [
            html.Div(
                [
                    components.select(ID("since"), _("Compared with"), named, str(since), "control-short"),
                    components.area_picker(
                        ID("areas"),
                        ctx,
                        _("Named in the chart"),
                        split(state.areas),
                        MOST,
                        _("Those that moved furthest"),
                    ),
                ],
                className="controls controls-filter",
            ),
            html.Div(two, id=ID("two-body")),
        ],
        id=ID("two"),
        hidden=state.mode != "two",
    )
    return html.Div(
        [
            html.Div(headline, id=ID("headline"), className="headline", **aria(live="polite")),
            _controls(ctx, state),
            html.Div(_table(ctx, state, rows, class_name), id=ID("one"), hidden=state.mode != "one"),
            later,
            dcc.Store(id=ID("sort"), data=state.sort),
            *clientside.address_stores(ID, PAGE.address(state)),
        ]
    )


def _controls(ctx: Context, state: State) -> Component:
    tabs = [(ctx.index_code, _("Index")), *((f.code, f.name) for f in ctx.catalogue.framework.level("factor"))]
    views = [("one", _("One year")), ("two", _("Two years"))]
    year = years_of(ctx, state)[1]
    return html.Div(
        [
            html.Div(
                [
                    components.choice(ID("node"), _("What is ranked"), tabs, state.node, "choice-nodes"),
                    components.choice(ID("mode"), _("View"), views, state.mode, "choice-view"),
                    years.year_select(ID("year"), ctx.years, year),
                ],
                className="controls",
            ),
            html.Div(area_filter.controls(ctx, ID, state.filter), className="controls controls-filter"),
        ]
    )


def _values(ctx: Context, state: State) -> Table:
    """Return the values of the ranking in one year; without rows where two years are shown in its place."""
    frame, year = _ranked(ctx, state), years_of(ctx, state)[1]
    shown = frame if state.mode == "one" else frame.head(0)
    return ranking_exhibits.full_ranking(ctx, shown, state.node, year, state.sort, full_ranking.nodes(ctx))


def _ranked(ctx: Context, state: State) -> pd.DataFrame:
    """Return the ranking of the year that is shown, of the areas wanted."""
    year = years_of(ctx, state)[1]
    frame = ctx.query(indicator_queries.ranking_with, node=state.node, year=year, beside=full_ranking.nodes(ctx))
    return state.filter.apply(ctx, frame, year)


def _table(ctx: Context, state: State, rows: list[Element], class_name: str) -> Component:
    table = html.Table(
        [
            html.Caption(_(ranking_exhibits.FULL_CAPTION)),
            full_ranking.head(ctx, ID, state.sort),
            html.Tbody(rows, id=ID("rows")),
        ],
        id=ID("table"),
        className=class_name,
    )
    holding(table, lambda: _values(ctx, state))
    return html.Section(
        [
            html.H2(_("Every rank with its range"), className="figure-title"),
            html.P(
                _(
                    "Dot: rank; bar: 5–95 % range of the rank. A tinted or plain band holds countries whose order is "
                    "not certain. A column’s head sorts."
                ),
                className="figure-subtitle",
            ),
            html.Div(table, className="full-frame"),
            html.P(_footer(ctx, state), id=ID("footer"), className="figure-footer"),
            *save_menu.offer(table, "/download/scores.csv"),
        ],
        className="figure",
    )


def _footer(ctx: Context, state: State) -> list[Any]:
    note = _("Ranks are among all ranked countries.")
    return components.score_footer(ctx, years_of(ctx, state)[1], note, ranges=True)


def redrawn(ctx: Context, state: State, mode: Mode) -> tuple[Any, ...]:
    """Return headline, rows, two-year view and the table's class; what is hidden stays empty."""
    since, year = years_of(ctx, state)
    where = state.filter.words(ctx)
    class_name = f"table ranking full-ranking node-{state.node}"
    if state.mode == "two":
        frame = rank_changes.movers(ctx, state.node, year, since)
        places = ctx.query(served.ranking, node=state.node, year=year)
        frame = frame.merge(places[["ref_area", "region", "income_group"]], on="ref_area")
        frame = state.filter.apply(ctx, frame, year)
        head = _headline(ctx, state, two_years.answer(frame, year, since, where), len(frame))
        chosen = split(state.areas)
        name = node_name(ctx, state.node)
        body = two_years.view(ctx, frame, state.node, name, (since, year), chosen, mode, ID("slope"))
        return head, [], body, class_name
    frame = _ranked(ctx, state)
    what = "" if state.node == ctx.index_code else sentences.on(node_name(ctx, state.node))
    sentence = sentences.leaders(frame, year, what + where)
    return (
        _headline(ctx, state, sentence, int(frame["rank"].notna().sum())),
        full_ranking.rows(ctx, frame, state.sort),
        None,
        class_name,
    )


def _headline(ctx: Context, state: State, sentence: str, ranked: int) -> list[Component]:
    since, year = years_of(ctx, state)
    when = years.name_of(year) if state.mode == "one" else sentences.listed([str(since), str(year)])
    member = " " + _("Members of groups as of {year}.").format(year=year) if state.group else ""
    words = ngettext(
        "One country is ranked here, by its place among all. Read the bar, not the number: it is the range a rank "
        "takes in 90 % of the simulated methods.",
        "{n} countries are ranked here, by their place among all. Read the bar, not the number: it is the range a "
        "rank takes in 90 % of the simulated methods.",
        ranked,
    )
    return [
        html.P(_(", ").join([node_name(ctx, state.node), when]), className="kicker"),
        html.H1(sentence),
        html.P(f"{words.format(n=ranked)}{member}", className="lede"),
        *years.edition_note(ctx, year),
    ]


def register(app: Dash, ctx: Context) -> None:
    """Register the callbacks: controls and heads redraw the page, and the page writes its address."""
    heads = list(full_ranking.heads(ctx))

    @app.callback(
        output={
            "headline": Output(ID("headline"), "children"),
            "rows": Output(ID("rows"), "children"),
            "two": Output(ID("two-body"), "children"),
            "class_name": Output(ID("table"), "className"),
            "footer": Output(ID("footer"), "children"),
            "no_one": Output(ID("one"), "hidden"),
            "no_two": Output(ID("two"), "hidden"),
            "sort": Output(ID("sort"), "data"),
            "url": Output(ID("url"), "data"),
            "heads": [Output(ID(f"head-{key}"), "aria-sort") for key in heads],
        },
        inputs={
            "values": [Input(ID(part), "value") for part in CONTROLS],
            "mode": Input("theme", "data"),
            "clicks": [Input(ID(f"by-{key}"), "n_clicks") for key in heads],
        },
        state={"sort": Held(ID("sort"), "data")},
        prevent_initial_call=True,
    )
    def redraw(values: list[Any], mode: Mode, clicks: list[int], sort: str) -> dict[str, Any]:
        clicked = str(dash.ctx.triggered_id or "").removeprefix(ID("by-"))
        sort = full_ranking.sorted_next(sort, clicked) if clicked in heads else sort
        state = chosen_state(ctx, values, sort)
        return _answer(ctx, state, mode)

    clientside.write_address(app, ID)


def _answer(ctx: Context, state: State, mode: Mode) -> dict[str, Any]:
    """Return what the callback fills in, by the names of its outputs."""
    headline, rows, two, class_name = redrawn(ctx, state, mode)
    return {
        "headline": headline,
        "rows": rows,
        "two": two,
        "class_name": class_name,
        "sort": state.sort,
        "footer": _footer(ctx, state),
        "no_one": state.mode != "one",
        "no_two": state.mode != "two",
        "url": PAGE.address(state),
        "heads": [full_ranking.direction(state.sort, key) for key in full_ranking.heads(ctx)],
    }


def chosen_state(ctx: Context, values: list[Any], sort: str) -> State:
    """Return the state the controls stand for; what is usual is left out of the address."""
    node, mode, year, since, region, income, group, areas = values
    shown = None if int(year) == ctx.years[-1] else int(year)
    state = State(node, shown, region or "", income or "", group or "", sort, mode)
    if mode == "one":
        return state
    usual = years_of(ctx, state)[0]
    return replace(state, since=None if int(since) == usual else int(since), areas=",".join(areas or []))
