"""Robustness: count in your own way, and see which ranks last."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import dash
from dash import ALL, MATCH, Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from scidip.dashboard.core import clientside
from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import aria
from scidip.dashboard.core.page import Page, PageState, make_id
from scidip.dashboard.pages.robustness import sections as parts
from scidip.dashboard.pages.robustness import state as lab
from scidip.dashboard.pages.robustness import two_countries
from scidip.dashboard.widgets import components, save_menu, years
from scidip.figures.text import numbers, sentences
from scidip.findings import laboratory
from scidip.indicators.errors import MethodError
from scidip.indicators.language.current import N_, _, ngettext
from scidip.indicators.robustness.alternative_methodologies import Choices
from scidip.indicators.vocabulary import DEFAULT_FRAMEWORK

PAGE = Page(path="/robustness", title=N_("Robustness"), order=45, asks_touched=True, own_index="if varied")
ID = make_id(PAGE)
SELECTS = ("year", "framework", "normalise", "aggregate", "missing")
STEADY = 20


@dataclass(frozen=True)
class State(PageState):
    """The address holds every choice: /robustness?aggregate=geometric&w=infra.80,visas.0&a=PRT&b=GRC."""

    year: int | None = None
    framework: str = DEFAULT_FRAMEWORK
    normalise: str = "min_max"
    aggregate: str = "arithmetic"
    missing: str = "half"
    w: str = ""
    a: str = ""
    b: str = ""

    @property
    def choices(self) -> Choices:
        """The methodology."""
        return Choices(self.framework, self.normalise, self.aggregate, self.missing, lab.points_of(self.w))


def allowed(ctx: Context) -> Mapping[str, Any]:
    """Return what each part of the address may be."""
    areas = {"", *ctx.present_areas}
    return {
        "year": [None, *ctx.years],
        "framework": list(ctx.catalogue.frameworks),
        "normalise": laboratory.NORMALISE,
        "aggregate": laboratory.AGGREGATE,
        "missing": lab.MISSING,
        "w": lab.Points(ctx),
        "a": areas,
        "b": areas,
    }


def layout(ctx: Context, state: State) -> Component:
    """Return the page, its controls already set."""
    year = state.year or ctx.years[-1]
    head, table = ranking(ctx, state)
    return html.Div(
        [
            html.Div(head, id=ID("headline"), className="headline", **aria(live="polite")),
            html.Div([_controls(ctx, state, year), _ranking_figure(ctx, year, table)], className="lab"),
            html.Div(survey(ctx, state), id=ID("survey"), className="two-columns"),
            html.H2(_("Two countries, and one rank"), className="factor-title"),
            html.Div(
                [
                    components.country_select(
                        ID(end), ctx, _("Choose a country"), value=value, label=words, clearable=True
                    )
                    for end, value, words in zip("ab", duel(ctx, state), (_("Country"), _("Against")), strict=True)
                ],
                className="controls controls-filter",
            ),
            html.Div(close(ctx, state), id=ID("close"), className="two-columns"),
            *clientside.address_stores(ID, PAGE.address(state)),
        ]
    )


def _ranking_figure(ctx: Context, year: int, table: Component) -> Component:
    return html.Section(
        [
            html.H2(_("Your ranking beside the published one"), className="figure-title"),
            html.P(
                _(
                    "Dot: rank; bar: its 5–95 % range over 1,000 draws around your choices; "
                    "▲▼: places gained or lost, in ink where the ranges do not overlap"
                ),
                className="figure-subtitle",
            ),
            dcc.Loading(html.Div(table, id=ID("table")), type="dot", delay_show=600),
            html.P(components.score_footer(ctx, year, ranges=True), className="figure-footer"),
            *save_menu.offer(table),
        ],
        className="figure",
    )


def duel(ctx: Context, state: State) -> tuple[str, str]:
    """Return the two countries of the last part: the chosen ones, else the fifth and the sixth of the ranking."""
    ranked = laboratory.ranked_of(ctx, state.framework, state.year or ctx.years[-1])
    if not ranked.areas:
        return state.a, state.b
    scores = ranked.lab.scores(Choices(state.framework), ranked.year)[ranked.rows]
    usual = [ranked.areas[i] for i in (-scores).argsort(kind="stable")[4:6]] or ["", ""]
    usual += [""] * (2 - len(usual))
    return state.a or usual[0], state.b or usual[1]


def _controls(ctx: Context, state: State, year: int) -> Component:
    frameworks = [(k, _(f.name)) for k, f in ctx.catalogue.frameworks.items()]
    options = {
        "framework": (_("Framework"), frameworks, state.framework),
        **{
            name: (label, [(k, _(words)) for k, words in table.items()], getattr(state, name))
            for name, label, table in (
                ("normalise", _("Normalisation"), laboratory.NORMALISE),
                ("aggregate", _("Compensation between factors"), laboratory.AGGREGATE),
                ("missing", _("Missing figures"), lab.MISSING),
            )
        },
    }
    selects = [components.select(ID(name), *rest) for name, rest in options.items()]
    framework = ctx.catalogue.frameworks[state.framework]
    return html.Section(
        [
            html.H2(_("Your choices"), className="figure-title"),
            dcc.Link(_("Back to the default"), href=PAGE.path, className="reset", refresh=False),
            years.year_select(ID("year"), ctx.years, year),
            *selects,
            html.H3(_("Weights"), className="panel-title"),
            html.P(_("50 points leave a weight as it is, 100 double it, 0 leaves the element out."), className="muted"),
            html.Div(parts.weights(framework, lab.points_of(state.w)), id=ID("weights")),
        ],
        className="lab-controls",
    )


def ranking(ctx: Context, state: State) -> tuple[list[Component], Component]:
    """Return the headline and the table under the choices of *state*."""
    year = state.year or ctx.years[-1]
    try:
        frame = parts.both(ctx, state.choices, year)
    except MethodError as error:
        words = _("Every weight is zero. Give at least one factor, and one of its dimensions, some points.")
        return [html.P(_("Robustness"), className="kicker"), html.H1(words)], html.P(str(error), className="muted")
    return _headline(state, frame, year), parts.table(ctx, frame, year)


def _headline(state: State, frame: Any, year: int) -> list[Component]:
    both = frame.dropna(subset=["rank", "rank_published"])
    if lab.is_default(state.choices):
        answer = _("These are the published choices. Change one, and see which ranks last.")
    elif not len(both):
        answer = _("Under these choices no country is ranked in {year}.").format(year=year)
    else:
        first = both.nsmallest(STEADY, "rank_published")
        steady = int(
            ((first["rank"] >= first["rank_p05_published"]) & (first["rank"] <= first["rank_p95_published"])).sum()
        )
        furthest = both.loc[(both["rank"] - both["rank_published"]).abs().idxmax()]
        words = ngettext(
            "{n} of the first {of} stays within its published range; {name} moves furthest, from {before} ({span}) "
            "to {after} ({range}).",
            "{n} of the first {of} stay within their published ranges; {name} moves furthest, from {before} ({span}) "
            "to {after} ({range}).",
            steady,
        )
        answer = words.format(
            n=steady,
            of=len(first),
            name=sentences.in_text(furthest["name"]),
            before=round(furthest["rank_published"]),
            span=numbers.interval(furthest["rank_p05_published"], furthest["rank_p95_published"]),
            after=round(furthest["rank"]),
            range=numbers.interval(furthest["rank_p05"], furthest["rank_p95"]),
        )
    n = int(frame["rank"].notna().sum())
    lede = _(
        "{n} countries are ranked under these choices, {published} in the published ranking of {year}. A rank worth "
        "quoting survives choices that are as sensible as ours."
    )
    return [
        html.P(_("Robustness, {year}").format(year=year), className="kicker"),
        html.H1(answer),
        html.P(lede.format(n=n, published=int(frame["rank_published"].notna().sum()), year=year), className="lede"),
    ]


def survey(ctx: Context, state: State) -> list[Component]:
    """Return what survives all combinations, and which choice the ranks depend on."""
    year = state.year or ctx.years[-1]
    return [parts.survivors(ctx, year), parts.doubt(ctx, state.framework, year, duel(ctx, state)[0])]


def close(ctx: Context, state: State) -> list[Component]:
    """Return what would swap the two countries, and what gaps could do to the first."""
    year = state.year or ctx.years[-1]
    a, b = duel(ctx, state)
    return [
        html.Section(
            [
                html.H3(_("What would swap them"), className="panel-title"),
                two_countries.swap(ctx, state.framework, year, a, b),
            ]
        ),
        html.Section(
            [
                html.H3(_("What its missing figures could do"), className="panel-title"),
                two_countries.gaps(ctx, state.framework, year, a),
            ]
        ),
    ]


def chosen_state(ctx: Context, choices: list[str], points: Mapping[str, int], pair: list[str | None]) -> State:
    """Return the state the controls stand for; what is usual is left out of the address.

    choices: the values of `SELECTS`. points: of the sliders by node, also of nodes that the framework lacks.
    """
    year, framework, normalise, aggregate, missing = choices
    known = set(lab.nodes_of(ctx.catalogue.frameworks[framework]))
    text = lab.points_text({k: v for k, v in points.items() if k in known})
    state = State(None if int(year) == ctx.years[-1] else int(year), framework, normalise, aggregate, missing, text)
    own = ["" if code == u else code or "" for code, u in zip(pair, duel(ctx, state), strict=True)]
    return replace(state, a=own[0], b=own[1])


def redrawn(ctx: Context, state: State, touched: Any) -> tuple[Any, ...]:
    """Return headline, table, sliders, survey, two countries and address; what *touched* leaves as it is stays."""
    keep = dash.no_update
    head, table = (keep, keep) if touched in (ID("a"), ID("b")) else ranking(ctx, state)
    framework = ctx.catalogue.frameworks[state.framework]
    sliders = parts.weights(framework, lab.points_of(state.w)) if touched == ID("framework") else keep
    by_weight = isinstance(touched, dict)
    whole = not by_weight and touched not in (ID("normalise"), ID("aggregate"), ID("missing"))
    return (
        head,
        table,
        sliders,
        survey(ctx, state) if whole else keep,
        close(ctx, state) if whole else keep,
        PAGE.address(state),
    )


def register(app: Dash, ctx: Context) -> None:
    """Register the callbacks: choices redraw the ranking, countries the analyses, the page writes its address."""

    @app.callback(
        output=[
            *(Output(ID(part), "children") for part in ("headline", "table", "weights", "survey", "close")),
            Output(ID("url"), "data"),
            Output(parts.weight_id("share", ALL), "children"),
        ],
        inputs={
            "choices": [Input(ID(name), "value") for name in SELECTS],
            "sliders": Input(parts.weight_id("slider", ALL), "value"),
            "pair": [Input(ID(end), "value") for end in "ab"],
        },
        state={"ids": dash.State(parts.weight_id("slider", ALL), "id")},
        prevent_initial_call=True,
    )
    def redraw(
        choices: list[str], sliders: list[int | None], pair: list[str | None], ids: list[dict[str, str]]
    ) -> tuple[Any, ...]:
        points = {i["node"]: int(v) for i, v in zip(ids, sliders, strict=True) if v is not None}
        state = chosen_state(ctx, choices, points, pair)
        said = parts.shares(ctx.catalogue.frameworks[state.framework], lab.points_of(state.w))
        shares = [said.get(o["id"]["node"], "") for o in dash.ctx.outputs_list[-1]]
        return (*redrawn(ctx, state, dash.ctx.triggered_id), shares)

    clientside.in_browser(
        app,
        "sameWeight",
        Output(parts.weight_id("slider", MATCH), "value"),
        Output(parts.weight_id("number", MATCH), "value"),
        Input(parts.weight_id("slider", MATCH), "value"),
        Input(parts.weight_id("number", MATCH), "value"),
        prevent_initial_call=True,
    )
    clientside.write_address(app, ID)
