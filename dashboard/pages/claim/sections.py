"""What the page of claims shows: the verdict, why, a drawing, the figures with their sources, and links."""

from urllib.parse import urlencode

from dash import dcc, html
from dash.development.base_component import Component

from scidip.dashboard.core.fast_html import aria, for_scripts
from scidip.dashboard.pages.claim import evidence
from scidip.dashboard.widgets import components
from scidip.findings.claims import check, exhibits
from scidip.findings.claims import sentences as words
from scidip.findings.claims.check import Answer, Evidence
from scidip.findings.claims.restated import address, restated
from scidip.findings.exhibit import said
from scidip.indicators.claims.claim import (
    EXAMPLES,
    Change,
    Claim,
    ClaimError,
    Expected,
    Joined,
    Moves,
    Order,
    Partners,
    Place,
    Together,
    TwoValues,
)
from scidip.indicators.language.current import _


def claim_link(text: str) -> Component:
    """Return a link that checks a claim."""
    return dcc.Link(text, href=f"/claim?{urlencode({'text': text})}", className="claim-example")


def examples() -> Component:
    """Return claims to try, one click each."""
    return html.Ul([html.Li(claim_link(e), lang="en") for e in EXAMPLES], className="claim-examples")


def grammar() -> Component:
    """Return how claims may be worded, folded."""
    shown = exhibits.grammar()
    rows = [[str(name), html.Code(form, lang="en"), html.Span(also, lang="en")] for name, form, also in shown.rows]
    rule = _(
        "NODE is the index, a factor (national factors) or a dimension (education) and may be left out: the index is "
        "then meant. INDICATOR is the name or code of an indicator. Without a year the newest is meant."
    )
    table = components.data_table(
        said(shown.caption), [c.head for c in shown.columns], rows, shown, "stack claim-grammar"
    )
    return html.Details(
        [html.Summary(_("How a claim may be worded")), html.P(rule, className="muted"), table], className="behind"
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
        className="claim-stopped",
        lang="en",
    )
    return [
        html.Div(
            [
                html.H1(_("This claim was not understood.")),
                *([shown] if error.expected else []),
                html.P(str(error), className="lede"),
            ],
            className="headline claim-headline",
        ),
        html.H2(_("Claims that are understood"), className="panel-title"),
        examples(),
    ]


def verdict(answer: Answer, known: Evidence, prefix: str = "") -> list[Component]:
    """Return an answer: the verdict first, then why, the drawing, the figures and where to go on.

    *prefix* is the path under which the site is mounted.
    """
    return [
        html.Div(
            [
                html.H1(
                    [evidence.span("verdict-mark", **{"aria-hidden": "true"}), _(check.VERDICTS[answer.verdict])],
                    className="verdict",
                ),
                html.P(restated(answer.claim, known), className="claim-read"),
                *_share(answer, known),
                html.P(answer.why, className="lede"),
                *([] if answer.instead is None else [_instead(answer.instead, known)]),
                *([] if not answer.notes else [html.Ul([html.Li(n) for n in answer.notes], className="claim-notes")]),
            ],
            className=f"headline claim-headline is-{answer.verdict.replace('_', '-')}",
        ),
        *evidence.section(answer, known),
        html.P([html.B(_("Rule.")), " ", answer.rule], className="figure-footer"),
        _links(answer, known),
        _frozen(check.link(answer, known), prefix),
    ]


def _share(answer: Answer, known: Evidence) -> list[Component]:
    """Return the share of simulated methods, in words and on the line from never to always."""
    if answer.probability is None:
        return []
    share = answer.probability
    line = html.Div(
        [evidence.span("claim-zone low"), evidence.span("claim-zone high"), evidence.span("claim-dot")],
        className="claim-line",
        style={"--at": f"{100 * share:.1f}%"},
    )
    ends = html.Div([html.Span(w) for w in ("0", "5", "95", "100 %")], className="claim-ends")
    share_words = words.share_words(share, known.catalogue.methodology.uncertain.draws)
    return [
        html.P(_("Holds in {share}").format(share=share_words), className="claim-share"),
        html.Div([line, ends], className="claim-scale", **aria(hidden="true")),
    ]


def _instead(claim: Claim, known: Evidence) -> Component:
    text = restated(claim, known)
    href = address(claim, known)
    link = dcc.Link(text, href=href, className="claim-example")
    return html.P(components.sentence(_("Ask instead: {claim}"), claim=link))


def _links(answer: Answer, known: Evidence) -> Component:
    found = _addresses(answer)
    return html.Ul([html.Li(dcc.Link(text, href=href)) for text, href in found], className="claim-links")


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
                (_("The country’s page"), f"/country?{urlencode({'area': claim.area, 'year': claim.year})}"),
                (_("Count in your own way"), f"/robustness?{urlencode({'year': claim.year, 'a': claim.area})}"),
            ]
        case Joined():
            return [(_("The country’s page"), f"/country?{urlencode({'area': claim.area})}#events")]
        case Together() | Moves() | Expected():
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


def _frozen(address: str, prefix: str) -> Component:
    """Return the link to quote, and a button that copies it in full (the script knows the prefix)."""
    return html.Div(
        [
            html.Span(_("Link to quote, with the data version"), className="muted"),
            html.Div(
                [
                    html.Code(prefix + address, className="claim-address"),
                    html.Button(
                        _("Copy"), type="button", className="claim-copy", **for_scripts(copy=address, done=_("Copied"))
                    ),
                    html.Span(className="claim-copied", role="status"),
                ],
                className="claim-copy-row",
            ),
        ],
        className="claim-frozen",
    )
