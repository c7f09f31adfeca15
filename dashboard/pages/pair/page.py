"""Pair: two countries face to face, in everything that ties them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from dash import Dash, Input, Output, html
from dash import State as Held
from dash.development.base_component import Component

from scidip.dashboard.core import clientside
from scidip.dashboard.core.component_tree import holding
from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import aria, el, link
from scidip.dashboard.core.page import Page, PageState, make_id, site_title
from scidip.dashboard.pages.pair import events, expected, fields, moves, sections, treaties
from scidip.dashboard.widgets import briefing_links, components, years
from scidip.figures.rows import each_row
from scidip.figures.theme import Mode
from scidip.findings import pair_sentences
from scidip.findings.exhibit import said
from scidip.findings.exhibits import pair as pair_exhibits
from scidip.findings.pair import PairView
from scidip.indicators.language.current import N_, _
from scidip.store.queries import pair_queries

PAGE = Page(path="/pair", title=N_("Pairs"), order=35)
ID = make_id(PAGE)
EXAMPLES = 12


@dataclass(frozen=True)
class State(PageState):
    """The address of a pair: /pair?a=FRA&b=DEU&year=2019."""

    a: str = ""
    b: str = ""
    year: int | None = None


def allowed(ctx: Context) -> Mapping[str, Any]:
    """Return what each part of the address may be."""
    areas = {"", *ctx.present_areas}
    return {"a": areas, "b": areas, "year": [None, *ctx.years]}


def title(ctx: Context, query: Mapping[str, Any]) -> str:
    """Return the page's title: both names."""
    known = [query.get(k) for k in ("a", "b") if query.get(k) in ctx.present_areas]
    return " – ".join(ctx.areas.name(str(a)) for a in known) or _(PAGE.title)


def layout(ctx: Context, state: State) -> Component:
    """Return the page, its controls already set."""
    return _page(ctx, state, {name: part(ctx, name, state, components.mode()) for name in PARTS})


def beginning(ctx: Context, state: State) -> Component:
    """Return the page as a visitor first sees it: its parts below are asked for one after the other."""
    return _page(ctx, state, dict.fromkeys(PARTS, None if is_pair(state) else []))


def _page(ctx: Context, state: State, below: Mapping[str, list[Component] | None]) -> Component:
    if not state.a and not state.b:
        state = replace(state, a=ctx.agency.home)
    year = state.year or ctx.years[-1]
    chosen = {"a": state.a or None, "b": state.b or None}
    selects = [
        components.country_select(ID(end), ctx, _("Choose a country"), value=chosen[end], clearable=True, label=words)
        for end, words in (("a", _("First country")), ("b", _("Second country")))
    ]
    swap = html.Button(
        _("Swap"),
        id=ID("swap"),
        type="button",
        className="theme-switch swap",
        **aria(label=_("Swap the two countries")),
    )
    return html.Div(
        [
            html.Div(headline(ctx, state), id=ID("headline"), className="headline", **aria(live="polite")),
            html.Div(
                [selects[0], swap, selects[1], years.year_select(ID("year"), ctx.years, year)],
                className="controls controls-filter",
            ),
            html.Div(body(ctx, state, components.mode()), id=ID("body")),
            *(clientside.part(ID, name, shown) for name, shown in below.items()),
            *clientside.address_stores(ID, address(ctx, state)),
        ]
    )


def address(ctx: Context, state: State) -> dict[str, Any]:
    """Return what the browser writes as address and title."""
    names = title(ctx, {"a": state.a, "b": state.b})
    return PAGE.address(state, site_title(names, ctx.agency))


def is_pair(state: State) -> bool:
    """Return whether two different countries are chosen."""
    return bool(state.a and state.b and state.a != state.b)


def headline(ctx: Context, state: State) -> list[Component]:
    """Return the sentence on how strong the tie is, or what to choose."""
    if not is_pair(state):
        same = state.a and state.a == state.b
        words = (
            _("A country has no tie with itself. Choose two.")
            if same
            else _("Choose two countries to see what ties them.")
        )
        return [
            html.P(_("Pairs"), className="kicker"),
            html.H1(words),
            html.P(
                _(
                    "Joint publications, students, researchers, visas, posts, organisations, projects, agreements: "
                    "face to face."
                ),
                className="lede",
            ),
        ]
    pair = PairView(ctx, state.a, state.b, state.year or ctx.years[-1])
    return [
        html.P(" – ".join(pair.names), className="kicker"),
        html.H1(pair_sentences.answer(pair)),
        html.P(f"{pair_sentences.students(pair)} {pair_sentences.posts(pair)}".strip(), className="lede"),
        briefing_links.links(ctx, [pair.a, pair.b], pair.year),
    ]


def body(ctx: Context, state: State, mode: Mode) -> list[Component]:
    """Return the ties of the pair and their course, or examples when none is chosen."""
    if not is_pair(state):
        return [_examples(ctx)]
    pair = PairView(ctx, state.a, state.b, state.year or ctx.years[-1])
    return [sections.layers(pair), sections.trends(pair, mode, ID)]


PARTS = ("movement", "expected", "dependence", "science")
"""The parts below, in their order, by the name that a link can end with."""


def part(ctx: Context, name: str, state: State, mode: Mode) -> list[Component]:
    """Return a part of the page of a pair, by its name in PARTS; nothing where none is chosen."""
    if not is_pair(state):
        return []
    pair = PairView(ctx, state.a, state.b, state.year or ctx.years[-1])
    made: dict[str, Callable[[], list[Component | None]]] = {
        "movement": lambda: [moves.section(pair, mode, ID), treaties.section(pair)],
        "expected": lambda: [expected.section(pair, mode, ID), events.section(pair, mode, ID)],
        "dependence": lambda: [sections.exposure(pair), sections.complementarity(ctx, pair, mode, ID)],
        "science": lambda: [fields.profiles(ctx, pair, mode, ID), fields.joint(pair), _take_away(pair)],
    }
    return [shown for shown in made[name]() if shown is not None]


def _take_away(pair: PairView) -> Component:
    items = [
        html.Li(link(_("{name}: its own page").format(name=name), f"/country?area={area}"))
        for area, name in zip((pair.a, pair.b), pair.names, strict=True)
    ]
    items += [
        html.Li(link(_("Compare both, dimension by dimension"), f"/compare?areas={pair.a},{pair.b}")),
        html.Li(link(_("Pairs whose positions are far apart, and near: across tensions"), "/tensions")),
        html.Li(
            html.A(
                _("Joint publications of both with all partners, CSV"),
                href=f"/download/observations.csv?indicator=copublications&area={pair.a}&area={pair.b}",
            )
        ),
        html.Li(
            html.A(
                _("Researchers of both who moved, with all partners, both producers, CSV"),
                href=f"/download/observations.csv?indicator=researcher_moves&indicator=researcher_moves_openalex"
                f"&area={pair.a}&area={pair.b}",
            )
        ),
    ]
    return html.Section([html.H2(_("Go on"), className="figure-title"), html.Ul(items, className="go-on")])


def _examples(ctx: Context) -> Component:
    shown = pair_exhibits.strongest(ctx, EXAMPLES)
    ends = shown.table.columns[:2]
    works = shown.table.columns[-1]
    rows = [
        el(
            "Tr",
            [
                el("Th", link(f"{ends[0].write(a)} – {ends[1].write(b)}", f"/pair?a={a}&b={b}"), scope="row"),
                el("Td", works.write(value), className="num"),
            ],
        )
        for a, b, _year, value in shown.table.rows
    ]
    heads = html.Tr([html.Th(_("Pair"), scope="col"), html.Th(_("Works"), scope="col", className="num")])
    table = html.Table(
        [html.Caption(said(shown.table.caption)), html.Thead(heads), html.Tbody(rows)], className="table"
    )
    words = ctx.query(pair_queries.sources, codes=shown.series)
    origin = _("; ").join(f"{r.source_title}, {r.vintage}, {r.licence}" for r in each_row(words))
    return components.titled(
        said(shown.finding), said(shown.subtitle), holding(table, shown.table), origin, "figure-narrow"
    )


def register(app: Dash, ctx: Context) -> None:
    """Register the callbacks: the controls redraw the page, and the page writes its address."""

    @app.callback(
        Output(ID("headline"), "children"),
        Output(ID("body"), "children"),
        Output(ID("url"), "data"),
        Input(ID("a"), "value"),
        Input(ID("b"), "value"),
        Input(ID("year"), "value"),
        Input("theme", "data"),
        prevent_initial_call=True,
    )
    def redraw(a: str | None, b: str | None, year: str, mode: Mode) -> tuple[Any, ...]:
        state = _state(ctx, a, b, year)
        return headline(ctx, state), body(ctx, state, mode), address(ctx, state)

    for name in PARTS:
        inputs = (Input(ID("a"), "value"), Input(ID("b"), "value"), Input(ID("year"), "value"), Input("theme", "data"))
        clientside.register_part(app, ID, name, partial(_below, ctx, name), *inputs)
    clientside.in_browser(
        app,
        "swap",
        Output(ID("a"), "value"),
        Output(ID("b"), "value"),
        Input(ID("swap"), "n_clicks"),
        Held(ID("a"), "value"),
        Held(ID("b"), "value"),
        prevent_initial_call=True,
    )
    clientside.write_address(app, ID)


def _state(ctx: Context, a: str | None, b: str | None, year: str) -> State:
    return State(a or "", b or "", None if int(year) == ctx.years[-1] else int(year))


def _below(ctx: Context, name: str, a: str | None, b: str | None, year: str, mode: Mode) -> list[Component]:
    return part(ctx, name, _state(ctx, a, b, year), mode)
