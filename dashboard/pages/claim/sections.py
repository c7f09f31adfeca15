"""What the page of claims shows: the verdict, why, a drawing, the figures with their sources, and links."""

from typing import Any
from urllib.parse import urlencode

from dash import dcc, html
from dash.development.base_component import Component

from scidip.dashboard.core.fast_html import aria, bar, country, el, for_scripts
from scidip.dashboard.widgets import components
from scidip.dashboard.widgets.ranking_table import interval_bar
from scidip.figures.text import numbers
from scidip.findings.claims import check
from scidip.findings.claims import sentences as words
from scidip.findings.claims.check import Answer, Evidence
from scidip.findings.claims.figures import Figure
from scidip.findings.claims.report import SCORES_BY, SCORES_LICENCE
from scidip.findings.claims.standings import Standing
from scidip.indicators.claims.claim import (
    EXAMPLES,
    GRAMMAR,
    Change,
    Claim,
    ClaimError,
    Order,
    Partners,
    Place,
    Together,
    TwoValues,
)
from scidip.indicators.language.current import _
from scidip.indicators.vocabulary import NOT_APPLICABLE

ROOM = 3
"""Places shown on either side of the ranges in the drawing."""


def claim_link(text: str) -> Component:
    """Return a link that checks a claim."""
    return dcc.Link(text, href=f"/claim?{urlencode({'text': text})}", className="claim-example")


def examples() -> Component:
    """Return claims to try, one click each."""
    return html.Ul(
        [html.Li(claim_link(e), lang="en") for e in EXAMPLES], className="claim-examples"
    )


def grammar() -> Component:
    """Return how claims may be worded, folded."""
    rows = [
        [_(name), html.Code(form, lang="en"), html.Span(also, lang="en")]
        for name, form, also in GRAMMAR
    ]
    said = _(
        "NODE is the index, a factor (national factors) or a dimension (education) and may be left out: the index is "
        "then meant. INDICATOR is the name or code of an indicator. Without a year the newest is meant."
    )
    table = components.data_table(
        _("Kinds of claims"),
        [_("Kind"), _("How it is written"), _("Also")],
        rows,
        "stack claim-grammar",
    )
    return html.Details(
        [html.Summary(_("How a claim may be worded")), html.P(said, className="muted"), table],
        className="behind",
    )


def empty() -> list[Component]:
    """Return what stands where an answer will be."""
    return [
        html.Div(
            [
                html.H1(_("Write a claim. The figures answer.")),
                html.P(
                    _(
                        "The answer is supported, not supported, or within uncertainty, with its probability where "
                        "there is one; or that it cannot be checked, and why."
                    ),
                    className="lede",
                ),
            ],
            className="headline claim-headline",
        ),
        html.H2(_("For example"), className="panel-title"),
        examples(),
    ]


def not_understood(error: ClaimError) -> list[Component]:
    """Return where a claim stopped being understood, what was expected, and examples."""
    shown = html.P(
        [html.Span(error.understood + " " if error.understood else ""), html.Mark(error.found or "…")],
        className="claim-stopped", lang="en",
    )  # fmt: skip
    return [
        html.Div(
            [html.H1(_("This claim was not understood.")), *([shown] if error.expected else []),
             html.P(str(error), className="lede")],
            className="headline claim-headline",
        ),
        html.H2(_("Claims that are understood"), className="panel-title"),
        examples(),
    ]  # fmt: skip


def verdict(answer: Answer, known: Evidence) -> list[Component]:
    """Return an answer: the verdict first, then why, the drawing, the figures and where to go on."""
    return [
        html.Div(
            [
                html.H1(
                    [_span("verdict-mark", **{"aria-hidden": "true"}), _(check.VERDICTS[answer.verdict])],
                    className="verdict",
                ),
                html.P(words.restated(answer.claim, known), className="claim-read"),
                *_share(answer, known),
                html.P(answer.why, className="lede"),
                *([] if answer.instead is None else [_instead(answer.instead, known)]),
                *([] if not answer.notes else [html.Ul([html.Li(n) for n in answer.notes], className="claim-notes")]),
            ],
            className=f"headline claim-headline is-{answer.verdict.replace('_', '-')}",
        ),
        *_evidence(answer, known),
        html.P([html.B(_("Rule.")), " ", answer.rule], className="figure-footer"),
        _links(answer, known),
        _frozen(check.link(answer, known)),
    ]  # fmt: skip


def _share(answer: Answer, known: Evidence) -> list[Component]:
    """Return the share of simulated methods, in words and on the line from never to always."""
    if answer.probability is None:
        return []
    share = answer.probability
    line = html.Div(
        [_span("claim-zone low"), _span("claim-zone high"), _span("claim-dot")],
        className="claim-line", style={"--at": f"{100 * share:.1f}%"},
    )  # fmt: skip
    ends = html.Div([html.Span(w) for w in ("0", "5", "95", "100 %")], className="claim-ends")
    said = words.share_words(share, known.catalogue.methodology.uncertain.draws)
    return [
        html.P(_("Holds in {share}").format(share=said), className="claim-share"),
        html.Div([line, ends], className="claim-scale", **aria(hidden="true")),
    ]


def _span(class_name: str, **more: Any) -> Component:
    """Return a span that only draws."""
    return html.Span(className=class_name, **more)


def _instead(claim: Claim, known: Evidence) -> Component:
    text = words.restated(claim, known)
    href = words.address(claim, known)
    link = dcc.Link(text, href=href, className="claim-example")
    return html.P(components.sentence(_("Ask instead: {claim}"), claim=link))


# --- evidence -----------------------------------------------------------------------------------


def _evidence(answer: Answer, known: Evidence) -> list[Component]:
    if answer.standings:
        ranked = [s for s in answer.standings if s.rank is not None]
        return [*([_ranges(answer, ranked, known)] if ranked else []), _standings(answer, known)]
    return [_figures(answer.figures, known)] if answer.figures else []


def _ranges(answer: Answer, ranked: list[Standing], known: Evidence) -> Component:
    """Return the ranks with their ranges on one line of places; the place that is claimed as a rule."""
    claim = answer.claim
    claimed = claim if isinstance(claim, Place) and claim.place else None
    places = [p for s in ranked for p in (s.rank, s.rank_p05, s.rank_p95) if p is not None]
    places += [claimed.place] if claimed else []
    most = max(s.ranked_areas for s in ranked)
    first, last = max(min(places) - ROOM, 1), min(max(places) + ROOM, max(most, max(places)))
    rows = [_range(s, first, last, isinstance(claim, Change), known) for s in ranked]
    style = {}
    if claimed:
        edge = claimed.place + 0.5 if claimed.within else claimed.place
        style = {"--at-mark": f"{(edge - first) / max(last - first, 1):.4f}"}
    axis = html.Div(
        [_span(""), html.Div([html.Span(numbers.ordinal(p)) for p in (first, last)], className="scale"), _span("")],
        className="claim-range claim-axis", **aria(hidden="true"),
    )  # fmt: skip
    said = _("Dot: published rank; bar: its range in 90 % of simulated methods.")
    if claimed:
        said += " " + _("Upright line: the place that is claimed.")
    return html.Div(
        [*rows, axis, html.P(said, className="figure-subtitle")],
        className="claim-ranges" + (" has-mark" if claimed else ""), style=style,
    )  # fmt: skip


def _range(
    standing: Standing, first: float, last: float, by_year: bool, known: Evidence
) -> Component:
    shift = first - 1
    low, high = standing.rank_p05, standing.rank_p95
    missing = float("nan")
    label = known.areas.name(standing.ref_area)
    if by_year:
        label = f"{label}, {standing.time_period}"
    drawn = interval_bar(
        (standing.rank or 0) - shift, missing if low is None else low - shift,
        missing if high is None else high - shift, last - shift,
    )  # fmt: skip
    return html.Div(
        [
            html.Span(label),
            html.Div(drawn, className="claim-track"),
            html.Span(words.rank(standing), className="muted"),
        ],
        className="claim-range",
    )  # fmt: skip


def _standings(answer: Answer, known: Evidence) -> Component:
    node = words.node_name(known, answer.standings[0].node)
    head = [_("Country"), _("Year"), _("Rank"), _("Range"), _("Score 0–100"), _("Score range"), _("Carried"),
            _("Source, licence")]  # fmt: skip
    rows = [_standing_row(s, known) for s in answer.standings]
    caption = _(
        "The {node}: the published figures, with their ranges in 90 % of simulated methods"
    ).format(node=node)
    return components.data_table(caption, head, rows, "stack claim-figures")


def _standing_row(s: Standing, known: Evidence) -> list[Any]:
    missing = float("nan")
    low, high = (missing if v is None else v for v in (s.score_p05, s.score_p95))
    spread = f"{numbers.score(low)}–{numbers.score(high)}" if numbers.known(low) else "–"
    rank = _("not ranked")
    if s.rank is not None:
        rank = _("{rank} of {all}").format(rank=numbers.ordinal(s.rank), all=s.ranked_areas)
    ends = [missing if v is None else v for v in (s.rank_p05, s.rank_p95)]
    carried = words.per_cent(s.carried_share) if s.carried_share is not None else "–"
    return [
        country(s.ref_area, known.areas.name(s.ref_area), s.time_period), f"{s.time_period}", rank,
        numbers.interval(*ends) or "–", numbers.score(missing if s.score is None else s.score), spread, carried,
        _("{source}, {licence}; from the sources under Downloads").format(source=SCORES_BY, licence=SCORES_LICENCE),
    ]  # fmt: skip


def _figures(figures: tuple[Figure, ...], known: Evidence) -> Component:
    head = [
        _("Country"),
        _("Year"),
        _("Value"),
        _("How it is known"),
        _("Source, vintage, licence"),
    ]
    top = max((abs(f.value) for f in figures if f.value is not None), default=0.0)
    name = known.catalogue.indicators[figures[0].indicator].name
    caption = _("{name}: the published figures").format(name=name)
    return components.data_table(
        caption, head, [_figure_row(f, top, known) for f in figures], "stack claim-figures"
    )


def _figure_row(f: Figure, top: float, known: Evidence) -> list[Any]:
    value: list[Any] = [numbers.value(f.value if f.value is not None else float("nan"), f.unit)]
    if f.value is not None and f.value >= 0 and top:
        value.append(bar(100 * f.value / top))
    name = words.whose(f, known)
    who = country(f.ref_area, name) if f.counterpart_area == NOT_APPLICABLE else name
    origin = ", ".join(p for p in (f.source, f.vintage, f.licence) if p) or "–"
    return [
        who,
        f"{f.time_period}",
        el("Div", value, className="value-cell"),
        words.status(f),
        origin,
    ]


# --- where to go on -------------------------------------------------------------------------------


def _links(answer: Answer, known: Evidence) -> Component:
    found = _addresses(answer)
    return html.Ul(
        [html.Li(dcc.Link(text, href=href)) for text, href in found], className="claim-links"
    )


def _addresses(answer: Answer) -> list[tuple[str, str]]:
    """Return the pages that show more of what a claim is about."""
    claim = answer.claim
    match claim:
        case Order():
            pair, year = {"a": claim.a, "b": claim.b}, {"year": claim.year}
            return [
                (_("What would swap the two"), f"/robustness?{urlencode(pair | year)}"),
                (_("The two compared"), f"/compare?areas={claim.a},{claim.b}&year={claim.year}"),
                (_("The two as a pair"), f"/pair?{urlencode(pair | year)}"),
            ]
        case Place() | Change():
            return [
                (
                    _("The country’s page"),
                    f"/country?{urlencode({'area': claim.area, 'year': claim.year})}",
                ),
                (
                    _("Count in your own way"),
                    f"/robustness?{urlencode({'year': claim.year, 'a': claim.area})}",
                ),
            ]
        case Together():
            return [(_("The two as a pair"), f"/pair?{urlencode({'a': claim.a, 'b': claim.b})}")]
        case Partners():
            return [
                (_("The first pair"), f"/pair?{urlencode({'a': claim.area, 'b': claim.b})}"),
                (_("The second pair"), f"/pair?{urlencode({'a': claim.area, 'b': claim.c})}"),
            ]
        case _:
            areas = f"{claim.a},{claim.b}" if isinstance(claim, TwoValues) else claim.area
            query = f"indicator={claim.indicator}&view=trend&areas={areas}"
            return [(_("The indicator over time"), f"/indicator?{query}")]


def _frozen(address: str) -> Component:
    """Return the link to quote, and a button that copies it in full."""
    return html.Div(
        [
            html.Span(_("Link to quote, with the data version"), className="muted"),
            html.Div(
                [
                    html.Code(address, className="claim-address"),
                    html.Button(
                        _("Copy"), type="button", className="claim-copy",
                        **for_scripts(copy=address, done=_("Copied")),
                    ),
                    html.Span(className="claim-copied", role="status"),
                ],
                className="claim-copy-row",
            ),
        ],
        className="claim-frozen",
    )  # fmt: skip
