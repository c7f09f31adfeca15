"""Methodology: what the index says and does not say, and every choice with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dash import Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from scidip.dashboard.core import clientside
from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import el, link
from scidip.dashboard.core.page import Page, PageState, make_id
from scidip.dashboard.pages.methodology import coherence, own_steps, source_kinds
from scidip.dashboard.widgets import components
from scidip.figures.text import numbers, sentences
from scidip.findings.exhibit import said
from scidip.findings.exhibits import methodology as exhibits
from scidip.indicators.language.current import N_, _, ngettext
from scidip.indicators.model.framework import Framework, Node
from scidip.indicators.robustness.coherence import effective_weights
from scidip.indicators.tree import tree_of
from scidip.indicators.vocabulary import DEFAULT_FRAMEWORK

PAGE = Page(path="/methodology", title=N_("Methodology"), order=70, own_index="always")
ID = make_id(PAGE)
STEPS = {
    "universe": N_("Who is ranked"),
    "period": N_("Which years"),
    "coverage": N_("How much must be known"),
    "treat": N_("Skewed series"),
    "normalise": N_("One scale for all"),
    "aggregate": N_("Putting together"),
    "uncertain": N_("The range of each rank"),
}
"""The choices of a methodology in the order of the work, with their heads."""


@dataclass(frozen=True)
class State(PageState):
    """The address: /methodology?framework=four_factors."""

    framework: str = DEFAULT_FRAMEWORK


def allowed(ctx: Context) -> Mapping[str, Any]:
    """Return what each part of the address may be."""
    return {"framework": list(ctx.catalogue.frameworks)}


def layout(ctx: Context, state: State) -> Component:
    """Return the page."""
    options = [(k, _(f.name)) for k, f in ctx.catalogue.frameworks.items()]
    return html.Div(
        [
            _headline(ctx),
            *([_says()] if ctx.own is None else []),
            html.Div(
                [components.choice(ID("framework"), _("Framework"), options, state.framework, "choice-nodes")],
                className="controls",
            ),
            html.Div(body(ctx, state), id=ID("body")),
            *clientside.address_stores(ID, PAGE.address(state)),
        ]
    )


def _headline(ctx: Context) -> Component:
    dimensions = ctx.catalogue.framework.level("dimension")
    measured = [d for d in dimensions if d.indicators]
    words = _(
        "{indicators} indicators in the scores of {year}, {measured} of {all} dimensions, {factors} factors, one "
        "index; every choice has its reason."
    )
    framework = ctx.catalogue.framework
    leaves, used = framework.leaves, source_kinds.scored_in(ctx, ctx.years[-1])
    said = words.format(
        indicators=len(used),
        year=ctx.years[-1],
        measured=len(measured),
        all=len(dimensions),
        factors=sentences.count(len(framework.level("factor"))),
    )
    if ctx.own is not None:
        return own_steps.headline(ctx.own)
    lede = _(
        "The factors and their elements are those of Vaziri and Saboury, International Scientific Cooperation as a "
        "Driver for Science and Technology Diplomacy."
    )
    lede = " ".join([lede, *source_kinds.said(ctx, leaves, used)])
    return html.Div(
        [html.P(_("Methodology"), className="kicker"), html.H1(said), html.P(lede, className="lede")],
        className="headline",
    )


def _says() -> Component:
    does = [
        _("How much a country has of what the model names as drivers of science diplomacy, beside others."),
        _("How sure its place is: the range a rank takes in 90 % of the simulated methods."),
        _("How it changed since 2010, on one scale for all years, wherever its line does not break."),
    ]
    does_not = [
        _("Whether a country's diplomacy succeeds, or is wise. Nothing here measures outcomes."),
        _(
            "That a change is the country's own. Data coverage changes: a line breaks where a step comes mostly from "
            "that, and a change of rank is called clear only when the ranges do not overlap and at least half of it "
            "remains on the figures known in both years."
        ),
        _("What is not counted anywhere: quiet channels, trust, the weight of a single person."),
        _("That one factor causes another. The model orders figures; it does not test causes."),
    ]
    columns = ((_("What the index says"), does), (_("What it does not say"), does_not))
    return html.Div(
        [html.Section([html.H2(head), html.Ul([html.Li(t) for t in texts])]) for head, texts in columns],
        className="two-columns says",
    )


def body(ctx: Context, state: State) -> list[Component]:
    """Return what depends on the framework."""
    framework, year = ctx.catalogue.frameworks[state.framework], ctx.years[-1]
    return [
        html.Div([_tree(ctx, framework), _choices(ctx)], className="two-columns"),
        *(_coherence(ctx, state.framework, year) if ctx.own is None or ctx.own.can_be_varied else []),
        _indicators(ctx, framework),
        *([_further()] if ctx.own is None else []),
    ]


def _coherence(ctx: Context, framework: str, year: int) -> list[Component]:
    """Return how the parts of the index go together, and with other published indices if it is published itself."""
    others = [coherence.validity(ctx)] if ctx.own is None else []
    return [
        html.Div([coherence.alpha(ctx, framework, year), *others], className="two-columns"),
        coherence.between(ctx, framework, year),
    ]


def _tree(ctx: Context, framework: Framework) -> Component:
    effective = effective_weights(tree_of(framework, ctx.catalogue.indicators))
    shares = dict(zip(effective["code"], effective["weight"], strict=True))
    return components.titled(
        _(framework.name),
        _("{description} The number is the share of the index that each part carries.").format(
            description=_(framework.description)
        ),
        coherence.tree(framework, shares),
        framework.reference,
    )


def _choices(ctx: Context) -> Component:
    if ctx.own is not None:
        return own_steps.steps(ctx.own)
    method = ctx.catalogue.methodology
    items = [
        html.Div([html.Dt(_(head)), html.Dd(_(method.reasons[key]))])
        for key, head in STEPS.items()
        if key in method.reasons
    ]
    return components.titled(
        _("Every choice, and why"),
        _("Methodology: {name}. The robustness page tries the others.").format(name=_(method.name)),
        html.Dl(items, className="reasons"),
        [
            _("Digest of these choices: "),
            html.Code(method.digest[:12]),
            ". ",
            dcc.Link(_("Try other choices"), href="/robustness"),
        ],
    )


def _indicators(ctx: Context, framework: Framework) -> Component:
    parts = []
    for factor in framework.level("factor"):
        for dimension in framework.children(factor.code):
            if not dimension.indicators:
                continue
            parts.append(
                html.Details(
                    [
                        html.Summary(
                            [
                                html.B(_(dimension.name)),
                                html.Span(_how_many(len(dimension.indicators)), className="muted"),
                            ]
                        ),
                        _dimension(ctx, framework, dimension),
                    ],
                    style={"--node": f"var(--{factor.code})"},
                    className="behind indicator-list",
                )
            )
    return components.titled(
        _("Indicators of each dimension"),
        _("Definition, direction and maximum carry-forward"),
        html.Div(parts),
        _("Values, years and sources stand on the page of each indicator."),
    )


def _how_many(n: int) -> str:
    return ngettext("{n} indicator", "{n} indicators", n).format(n=n)


def _dimension(ctx: Context, framework: Framework, dimension: Node) -> Component:
    shown = exhibits.indicators(ctx, framework.code, dimension.code, dimension.indicators)
    write = {c.key: c.write for c in shown.columns}
    rows = []
    for row in shown.records():
        name = link(write["indicator"](row["indicator"]), f"/indicator?indicator={row['indicator']}")
        proxy = [el("Span", _("proxy"), className="tag")] if row["proxy"] else []
        years = int(row["max_age"])
        rows.append(
            [
                [name, *proxy],
                str(row["definition"]),
                write["direction"](row["direction"]),
                ngettext("{n} year", "{n} years", years).format(n=numbers.number(years)),
            ]
        )
    heads = (_("Indicator"), _("Definition"), _("Direction"), _("Maximum carry-forward"))
    return components.data_table(said(shown.caption), heads, rows, shown, "stack")


def _further() -> Component:
    links = [
        (_("What became of every row, and how sources agree"), "/data-quality"),
        (_("Count in your own way"), "/robustness"),
        (_("Download the data"), "/downloads"),
    ]
    items = [html.Li(link(words, href)) for words, href in links]
    return html.Section([html.H2(_("Go on"), className="figure-title"), html.Ul(items, className="go-on")])


def register(app: Dash, ctx: Context) -> None:
    """Register the callbacks: the framework redraws its parts, and the page writes its address."""

    @app.callback(
        Output(ID("body"), "children"),
        Output(ID("url"), "data"),
        Input(ID("framework"), "value"),
        prevent_initial_call=True,
    )
    def redraw(framework: str) -> tuple[Any, ...]:
        state = State(framework)
        return body(ctx, state), PAGE.address(state)

    clientside.write_address(app, ID)
