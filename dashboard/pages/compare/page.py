"""Compare: two to eight countries beside each other, by profile, over time and in two figures at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from dash import Dash, Input, Output, html
from dash.development.base_component import Component

from scidip.dashboard.core import clientside
from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import aria
from scidip.dashboard.core.page import ListOf, Page, PageState, make_id, split
from scidip.dashboard.pages.compare import sections
from scidip.dashboard.widgets import components, years
from scidip.dashboard.widgets import quantity as quantities
from scidip.figures.rows import each_row
from scidip.figures.text import numbers, sentences
from scidip.figures.theme import Mode
from scidip.indicators.language.current import N_, _
from scidip.store.queries import served

PAGE = Page(path="/compare", title=N_("Compare"), order=25, own_index="always")
ID = make_id(PAGE)
LEAST, MOST = 2, 8
DEFAULT = 3
"""Countries shown when none is chosen: the first of the ranking."""
CONTROLS = ("areas", "year", "x", "y", "size")


@dataclass(frozen=True)
class State(PageState):
    """The address: /compare?areas=PRT,GRC,IRL&year=2021&x=rd_expenditure_gdp&y=articles_pm&size=population."""

    areas: str = ""
    year: int | None = None
    x: str = "infra"
    y: str = "international"
    size: str = ""


def allowed(ctx: Context) -> Mapping[str, Any]:
    """Return what each part of the address may be."""
    codes = quantities.codes(ctx)
    return {
        "areas": ListOf(ctx.present_areas, MOST),
        "year": [None, *ctx.years],
        "x": codes,
        "y": codes,
        "size": ["", *codes],
    }


def areas_of(ctx: Context, state: State) -> list[str]:
    """Return the chosen areas; when none is chosen the home country and its peers, or the first of the ranking."""
    if state.areas:
        return split(state.areas)
    home = ctx.agency.home
    if home and ctx.agency.peers:
        return [home, *ctx.agency.peers][:MOST]
    frame = ctx.query(served.ranking, node=ctx.index_code, year=state.year or ctx.years[-1])
    first = frame.loc[frame["rank"].notna(), "ref_area"].head(DEFAULT).tolist()
    return [home, *(area for area in first if area != home)][:DEFAULT] if home else first


def axes(ctx: Context, state: State) -> tuple[str, str]:
    """Return what is shown across and upward; where the usual factors are not there, the first and the last one."""
    factors = [f.code for f in ctx.catalogue.framework.level("factor")]
    codes = quantities.codes(ctx)
    return state.x if state.x in codes else factors[0], state.y if state.y in codes else factors[-1]


def layout(ctx: Context, state: State) -> Component:
    """Return the page, its controls already set."""
    x, y = axes(ctx, state)
    areas, year = areas_of(ctx, state), state.year or ctx.years[-1]
    options = quantities.options(ctx)
    more = {"searchable": True, "limit": 300, "nothingFoundMessage": _("Nothing of that name")}
    none = {"group": _("No size"), "items": [{"value": "", "label": _("All the same")}]}
    sizes = [none, *options]
    headline, upper, table = redrawn(ctx, state, components.mode())
    return html.Div(
        [
            html.Div(headline, id=ID("headline"), className="headline", **aria(live="polite")),
            html.Div(
                [
                    components.area_picker(
                        ID("areas"), ctx, _("Countries, two to eight"), areas, MOST, _("Add a country")
                    ),
                    years.year_select(ID("year"), ctx.years, year),
                ],
                className="controls controls-filter",
            ),
            html.Div(upper, id=ID("upper")),
            html.Div(
                [
                    components.select(ID("x"), _("Across"), options, x, "control-wide", **more),
                    components.select(ID("y"), _("Upward"), options, y, "control-wide", **more),
                    components.select(ID("size"), _("Size of a mark"), sizes, state.size, "control-wide", **more),
                ],
                className="controls controls-filter controls-scatter",
            ),
            html.Div(scatter(ctx, state, components.mode()), id=ID("against")),
            html.Div(table, id=ID("table")),
            *clientside.address_stores(ID, PAGE.address(state)),
        ]
    )


def redrawn(ctx: Context, state: State, mode: Mode) -> tuple[Any, ...]:
    """Return headline, profiles and trends, and the table."""
    areas, year = areas_of(ctx, state), state.year or ctx.years[-1]
    if len(areas) < LEAST:
        return _too_few(ctx, areas), None, None
    frames = [ctx.query(served.area_scores, ref_area=a) for a in areas]
    scores = pd.concat([f for f in frames if len(f)] or frames[:1])
    columns = [
        sections.profiles(ctx, areas, scores, year, mode, ID),
        sections.trends(ctx, areas, scores, year, mode, ID),
    ]
    upper = [sections.key(ctx, areas, year), html.Div(columns, className="two-columns compare-columns")]
    headline = _headline(ctx, state, areas, scores, year)
    return headline, upper, sections.table(ctx, areas, scores, year)


def scatter(ctx: Context, state: State, mode: Mode) -> Component | None:
    """Return the two quantities against each other."""
    areas, year = areas_of(ctx, state), state.year or ctx.years[-1]
    if len(areas) < LEAST:
        return None
    codes = (*axes(ctx, state), state.size)
    return sections.against(ctx, areas, year, codes, mode, ID)


def _too_few(ctx: Context, areas: list[str]) -> list[Component]:
    words = _("Up to eight can stand beside each other.")
    if areas:
        words = _("Up to eight can stand beside each other. {name} stands alone.")
    name = ctx.areas.name(areas[0]) if areas else ""
    return [
        html.P(_("Compare"), className="kicker"),
        html.H1(_("Choose at least two countries to compare.")),
        html.P(words.format(name=name), className="lede"),
    ]


def _headline(ctx: Context, state: State, areas: list[str], scores: pd.DataFrame, year: int) -> list[Component]:
    now = scores[(scores["time_period"] == year) & (scores["node"] == ctx.index_code)]
    rule = "" if state.areas else f" {_rule(ctx)}"
    names = sentences.listed([sentences.in_text(ctx.areas.name(a)) for a in areas])
    return [
        html.P(_("Compared: {names}, {year}").format(names=names, year=year), className="kicker"),
        html.H1(answer(now, year)),
        html.P(f"{_certainty(now)}{rule}", className="lede"),
    ]


def _rule(ctx: Context) -> str:
    """Return by which rule countries are shown when none is chosen."""
    home = ctx.agency.home
    if not home:
        return _("No country is chosen, so the first of the ranking are shown.")
    words = _("No country is chosen, so {name} is shown beside the first of the ranking.")
    if ctx.agency.peers:
        words = _("No country is chosen, so {name} is shown beside its peers.")
    return words.format(name=sentences.in_text(ctx.areas.name(home)))


def answer(now: pd.DataFrame, year: int) -> str:
    """Return who of the chosen stands first and whether that is certain; *now*: index scores of *year*."""
    ranked = now[now["rank"].notna()].sort_values("rank")
    if len(ranked) < LEAST:
        return _("Fewer than two of these countries are ranked in {year}; their figures still compare.").format(
            year=year
        )
    first, second = ranked.iloc[0], ranked.iloc[1]
    a, b = (sentences.in_text(n) for n in (first["name"], second["name"]))
    if numbers.known(first["rank_p95"]) and first["rank_p95"] < second["rank_p05"]:
        words = _("{a} stands clearly ahead of {b} in {year}: their ranges do not overlap.")
    else:
        words = _("{a} and {b} cannot be told apart for certain in {year}: their ranges overlap.")
    return sentences.opening(words.format(a=a, b=b, year=year))


def _certainty(now: pd.DataFrame) -> str:
    ranked = now[now["rank"].notna()].sort_values("rank")
    words = [
        _("{name}: {rank}").format(
            name=sentences.in_text(r.name), rank=numbers.rank_words(r.rank, r.rank_p05, r.rank_p95)
        )
        for r in each_row(ranked)
    ]
    return sentences.opening(_("; ").join(words)) + "." if words else ""


def register(app: Dash, ctx: Context) -> None:
    """Register the callbacks: the controls redraw the page, and the page writes its address."""

    def state_of(areas: list[str], year: str, x: str, y: str, size: str | None) -> State:
        shown = None if int(year) == ctx.years[-1] else int(year)
        usual = areas_of(ctx, State(year=shown))
        return State("" if areas == usual else ",".join(areas or []), shown, x, y, size or "")

    @app.callback(
        Output(ID("headline"), "children"),
        Output(ID("upper"), "children"),
        Output(ID("table"), "children"),
        Input(ID("areas"), "value"),
        Input(ID("year"), "value"),
        Input("theme", "data"),
        prevent_initial_call=True,
    )
    def redraw(areas: list[str], year: str, mode: Mode) -> tuple[Any, ...]:
        return redrawn(ctx, state_of(areas, year, "", "", ""), mode)

    @app.callback(
        Output(ID("against"), "children"),
        Output(ID("url"), "data"),
        *(Input(ID(part), "value") for part in CONTROLS),
        Input("theme", "data"),
        prevent_initial_call=True,
    )
    def redraw_scatter(areas: list[str], year: str, x: str, y: str, size: str | None, mode: Mode) -> tuple[Any, ...]:
        state = state_of(areas, year, x, y, size)
        return scatter(ctx, state, mode), PAGE.address(state)

    clientside.write_address(app, ID)
