"""Country: where it stands, how sure that is, and every figure behind it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
from dash import Dash, Input, Output, dcc, html
from dash import State as Held
from dash.development.base_component import Component

from scidip.dashboard.core import clientside
from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import aria
from scidip.dashboard.core.page import ListOf, Page, PageState, make_id, site_title, split
from scidip.dashboard.pages.country import charts, parts
from scidip.dashboard.widgets import briefing_links, components, years
from scidip.dashboard.widgets.ranking_table import interval_bar, share
from scidip.figures.rows import each_row, row_at
from scidip.figures.text import numbers, sentences
from scidip.figures.theme import Mode
from scidip.findings import peers as peer_rules
from scidip.findings.audit import income_exhibits
from scidip.findings.audit.income import income_of
from scidip.indicators.language.current import N_, _, sorting
from scidip.indicators.vocabulary import DEFAULT_INDEX
from scidip.store.queries import served

PAGE = Page(path="/country", title=N_("Countries"), order=20, own_index="always")
ID = make_id(PAGE)
HEADLINE = "headline headline-country"
ELSEWHERE = N_("No region assigned")


@dataclass(frozen=True)
class State(PageState):
    """The address of a country: /country?area=PRT&year=2021."""

    area: str = ""
    year: int | None = None
    peers: str = "region"
    own: str = ""


def allowed(ctx: Context) -> Mapping[str, Any]:
    """Return what each part of the address may be."""
    return {
        "area": {"", *ctx.present_areas},
        "year": [None, *ctx.years],
        "peers": list(peer_rules.offered(ctx)),
        "own": ListOf(ctx.present_areas, peer_rules.MOST),
    }


def ahead(ctx: Context) -> Iterable[str]:
    """Yield the page's addresses that are opened before visitors do."""
    return ["", *(State(area=area).to_query() for area in sorted(ctx.present_areas))]


def title(ctx: Context, query: Mapping[str, Any]) -> str:
    """Return the page's title: the country's name."""
    area = query.get("area")
    return ctx.areas.name(str(area)) if area in ctx.present_areas else _(PAGE.title)


def layout(ctx: Context, state: State) -> Component:
    """Return the page of a country, or the list of countries when none is chosen."""
    if not state.area:
        return _directory(ctx)
    year, mode = state.year or ctx.years[-1], components.mode()
    return _page(ctx, state, year, {n: parts.part(ctx, n, state.area, year, mode, ID) for n in parts.TITLES})


def beginning(ctx: Context, state: State) -> Component:
    """Return the page as a visitor first sees it: its parts below are asked for one after the other."""
    if not state.area:
        return _directory(ctx)
    return _page(ctx, state, state.year or ctx.years[-1], dict.fromkeys(parts.TITLES))


def _page(ctx: Context, state: State, year: int, below: Mapping[str, list[Component] | None]) -> Component:
    return html.Div(
        [
            html.Div(headline(ctx, state.area, year), id=ID("headline"), className=HEADLINE),
            # Outside what they redraw, or each redrawing would count as a choice.
            _controls(ctx, state, year),
            html.Div(strip(ctx, state.area, year), id=ID("strip")),
            _contents(below),
            html.Div(body(ctx, state, year, components.mode()), id=ID("body")),
            *(clientside.part(ID, name, shown) for name, shown in below.items()),
            dcc.Store(id=ID("area"), data=state.area),
            *clientside.address_stores(ID, address(ctx, state)),
        ],
        # A country of its own for the browser: its controls must not inherit another's.
        key=state.area,
    )


def address(ctx: Context, state: State) -> dict[str, str]:
    """Return what the browser writes as address and title."""
    title = site_title(ctx.areas.name(state.area), ctx.agency)
    return PAGE.address(state, title)


def _controls(ctx: Context, state: State, year: int) -> Component:
    rules = list(peer_rules.offered(ctx).items())
    picker = components.area_picker(
        ID("own"), ctx, _("Countries of my choice"), split(state.own), peer_rules.MOST, _("Choose up to eight")
    )
    return html.Div(
        [
            years.year_select(ID("year"), ctx.years, year),
            components.select(ID("peers"), _("Profile compared with"), rules, state.peers),
            html.Div(picker, id=ID("own-box"), hidden=state.peers != "own"),
        ],
        className="controls controls-filter",
    )


def body(ctx: Context, state: State, year: int, mode: Mode) -> Component:
    """Return the charts of the scores of the state's area in *year*, and beside its peers."""
    against = peer_rules.peers(ctx, state.area, year, state.peers, split(state.own))
    scores = parts.scores(ctx, state.area, year)[0]
    return html.Div(charts.section(ctx, state.area, year, scores, mode, ID, against), id=STANDING)


STANDING = "standing"
CONTENTS = {STANDING: N_("Profile, years and neighbours"), **parts.TITLES}
"""The parts of the page, in the order of a decision, by the name that a link can end with."""


def _contents(below: Mapping[str, list[Component] | None]) -> Component:
    """Return links to the parts that show something; of those not made yet `assets/parts.js` sees whether they do."""
    names = [name for name in CONTENTS if below.get(name) != []]
    links = [html.Li(html.A(_(CONTENTS[name]), href=f"#{name}")) for name in names]
    return html.Nav(html.Ul(links), className="contents", **aria(label=_("On this page")))


def headline(ctx: Context, area: str, year: int) -> list[Component]:
    """Return the name, what kind of country it is, and the sentence that says where it stands."""
    now = parts.scores(ctx, area, year)[1]
    name = ctx.areas.name(area)
    about = row_at(ctx.areas.table.set_index("ref_area"), area)
    facts = sentences.groupings(ctx.areas, about)
    if ctx.index_code in now.index:
        row = row_at(now, ctx.index_code)
        sentence = sentences.standing(name, row, year, _ranked(row))
    else:
        words = _("{name} has no score in {year}: too few figures are published.")
        sentence = sentences.opening(words.format(name=sentences.in_text(name), year=year))
    return [
        html.P(" · ".join(facts) or _("No region or income group assigned"), className="kicker"),
        html.H1(name),
        html.P(sentence, className="lede"),
        *years.edition_note(ctx, year),
        *_beside_income(ctx, area, year),
        briefing_links.links(ctx, [area], year),
    ]


def _beside_income(ctx: Context, area: str, year: int) -> list[Component]:
    """Return the line on the score beside what GDP per head predicts; nothing for who is not ranked."""
    found = income_of(ctx, year)
    row = found.of(area)
    if row is None:
        return []
    words = income_exhibits.standing(found, row, year)
    link = dcc.Link(_("What this is, and what not"), href=f"/audit?year={year}")
    return [html.P([words, " ", link, "."], className="edition-note muted")]


def _ranked(row: pd.Series) -> int:
    return int(row["ranked_areas"]) if numbers.known(row["ranked_areas"]) else 0


def strip(ctx: Context, area: str, year: int) -> Component:
    """Return the ranks of the index and of each factor, with their ranges."""
    now = parts.scores(ctx, area, year)[1]
    nodes = [n for n in ctx.catalogue.framework.nodes if n.level in ("index", "factor")]
    cells = [_position(n.code, _("Index") if n.level == "index" else n.name, now) for n in nodes]
    return html.Section(
        [
            html.H2(_("Position"), className="visually-hidden"),
            html.Div(cells, className="strip"),
            html.P(components.score_footer(ctx, year, ranges=True), className="figure-footer"),
        ]
    )


def _position(node: str, name: str, now: pd.DataFrame) -> Component:
    row = row_at(now, node) if node in now.index else None
    colour = {"--node": f"var(--{'ink' if node == DEFAULT_INDEX else node})"}
    if row is None or not numbers.known(row["rank"]):
        reason = row["reason"] if row is not None and isinstance(row["reason"], str) else _("Too few figures.")
        score = (
            [_("Score {score}").format(score=numbers.score(row["score"]))]
            if row is not None and numbers.known(row["score"])
            else []
        )
        return html.Div(
            [html.H3(name), html.P(_("Not ranked"), className="position"), html.P(reason), *map(html.P, score)],
            className="strip-cell",
            style=colour,
        )
    low, high, of = row["rank_p05"], row["rank_p95"], _ranked(row)
    return html.Div(
        [
            html.H3(name),
            html.P([numbers.ordinal(row["rank"]), html.Span(" " + _("of {n}").format(n=of))], className="position"),
            interval_bar(row["rank"], low, high, max(of, 2)),
            html.P(_between(low, high)),
            html.P(_basis(row), className="muted"),
        ],
        className="strip-cell",
        style=colour,
    )


def _between(low: float, high: float) -> str:
    if not numbers.known(low):
        return _("range not computed")
    if round(low) == round(high):
        return _("in 90 % of simulated methods")
    return _("between {low} and {high}").format(low=numbers.ordinal(low), high=numbers.ordinal(high))


def _basis(row: pd.Series) -> str:
    words = _("Score {score}")
    if row["carried_share"] > 0:
        words = _("Score {score}, {share} of figures carried")
    return words.format(score=numbers.score(row["score"]), share=share(row["carried_share"]))


def _directory(ctx: Context) -> Component:
    """Return all countries that are scored, by region."""
    frame = ctx.query(served.ranking, node=ctx.index_code, year=ctx.years[-1])
    named = frame.assign(region=frame["region"].fillna("").replace("", ELSEWHERE))
    # Those without a region are small territories: they come last.
    order = sorted(set(named["region"]), key=lambda region: (region == ELSEWHERE, sorting(_(region))))
    regions = [_region(region, named[named["region"] == region]) for region in order]
    return html.Div(
        [
            html.Div(
                [
                    html.P(_("Countries"), className="kicker"),
                    html.H1(_("Choose a country.")),
                    html.P(
                        _("Each page gives its position, its profile and every figure behind them."), className="lede"
                    ),
                ],
                className="headline",
            ),
            html.Div(regions, className="directory"),
        ]
    )


def _region(region: str, part: pd.DataFrame) -> Component:
    rows = each_row(part.sort_values("name", key=lambda c: c.map(sorting)))
    links = [html.Li(components.area_link(r.ref_area, r.name)) for r in rows]
    return html.Section([html.H2(_(region)), html.Ul(links)])


def register(app: Dash, ctx: Context) -> None:
    """Register the callbacks: year and theme redraw the page, and the page writes its address."""

    @app.callback(
        Output(ID("headline"), "children"),
        Output(ID("strip"), "children"),
        Output(ID("body"), "children"),
        Output(ID("url"), "data"),
        Output(ID("own-box"), "hidden"),
        Input(ID("year"), "value"),
        Input("theme", "data"),
        Input(ID("area"), "data"),
        Input(ID("peers"), "value"),
        Input(ID("own"), "value"),
        prevent_initial_call=True,
    )
    def redraw(year: str, mode: Mode, area: str, rule: str, own: list[str] | None) -> tuple[Any, ...]:
        shown = int(year)
        chosen = ",".join(own or []) if rule == "own" else ""
        state = State(area, None if shown == ctx.years[-1] else shown, rule, chosen)
        made = (headline(ctx, area, shown), strip(ctx, area, shown), body(ctx, state, shown, mode))
        return (*made, address(ctx, state), rule != "own")

    for name in parts.TITLES:
        theme = [Input("theme", "data")] if name in parts.DRAWN else []
        made = partial(_below, ctx, name)
        clientside.register_part(app, ID, name, made, Held(ID("area"), "data"), Input(ID("year"), "value"), *theme)
    clientside.write_address(app, ID)
    clientside.open_clicked(app, ID("neighbours"))


def _below(ctx: Context, name: str, area: str, year: str, mode: Mode = "light") -> list[Component]:
    return parts.part(ctx, name, area, int(year), mode, ID)
