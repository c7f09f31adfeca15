"""What moved a country's score, and the strongest honest case against its headline, as parts of its page."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from scidip.dashboard.core.component_tree import holding
from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import Element, aria, el, link, num
from scidip.dashboard.widgets import components
from scidip.findings import counter_reading
from scidip.findings.exhibit import said
from scidip.findings.exhibits import columns
from scidip.findings.exhibits import country as exhibits
from scidip.indicators.language.current import _

SHOWN = 6
SCORE = columns.SCORE[0]


def moved(ctx: Context, area: str, year: int, scores: pd.DataFrame) -> Component | None:
    """Return which dimensions moved the index since five years before (or the first scored year)."""
    found = counter_reading.moved(ctx, year, scores)
    if found is None:
        return None
    frame, since, total = found.frame, found.since, found.total
    shown = exhibits.moved(ctx, area, found, SHOWN)
    top = float(frame["change"].abs().max()) or 1.0
    heads = (_("Dimension"), str(since), str(year), _("Points of the index"), _("On the same figures"))
    rows = [_driver_row(ctx, r, top, heads) for r in shown.records()]
    rest = float(frame["change"].iloc[SHOWN:].sum())
    table = html.Table(
        [
            html.Caption(said(shown.caption)),
            html.Thead(html.Tr([html.Th(h, scope="col", className="num" if k else "") for k, h in enumerate(heads)])),
            html.Tbody(rows),
        ],
        className="table stack drivers",
    )
    note = _(
        "The other dimensions together: {rest} points. Changes add up to the change of the index, {total} points; "
        "{alike} of it on the figures known in both years, the rest of figures that began or ended."
    )
    told = note.format(
        rest=counter_reading.signed(rest),
        total=counter_reading.signed(total),
        alike=counter_reading.signed(found.alike),
    )
    more = ""
    if not frame["known"].all():
        more = " " + _("Hollow: scored in one of the years only, so the change is one of coverage.")
    return components.titled(
        found.finding,
        _(
            "Score of each dimension in both years, and the points of the index its change brought, of all figures and "
            "of those known in both years"
        ),
        html.Div(holding(table, shown), className="table-frame", tabIndex=0, role="region", **aria(label=_("Drivers"))),
        [told + more + " ", *components.score_footer(ctx, year)],
    )


def _driver_row(ctx: Context, row: Mapping[str, Any], top: float, heads: Sequence[str]) -> Element:
    node, change = ctx.catalogue.framework.node(row["node"]), row["change"]
    width = 100 * abs(change) / top
    bar = el(
        "Span",
        className=f"mirror {'to-end' if change >= 0 else 'to-start'}",
        style={"--w": f"{width:.0f}%"},
        **{"aria-hidden": "true"},
    )
    mark = [] if row["scored_in_both"] else [el("Span", className="mark hollow", **{"aria-hidden": "true"})]
    return el(
        "Tr",
        [
            el("Th", [*mark, _(node.name)], scope="row"),
            num(SCORE.write(row["score_before"]), **{"data-label": heads[1]}),
            num(SCORE.write(row["score"]), **{"data-label": heads[2]}),
            el("Td", [el("B", counter_reading.signed(change)), bar], className="num", **{"data-label": heads[3]}),
            num(counter_reading.signed(row["change_alike"]), **{"data-label": heads[4]}),
        ],
        style={"--node": f"var(--{node.parent})"},
    )


def against(ctx: Context, area: str, year: int, now: pd.DataFrame) -> Component | None:
    """Return the strongest case against the headline; nothing for a country without a rank."""
    told = counter_reading.against(ctx, area, year, now)
    if not told:
        return None
    items = [html.P(o.sentence, className="finding") for o in told]
    go = link(
        _("Count in your own way"), f"/robustness?a={area}" + (f"&year={year}" if year != ctx.years[-1] else ""), ""
    )
    return components.titled(
        _("The case against this rank"),
        _("Main caveats, by rule: alternative methodologies, the other framework, contradicting factors, old figures"),
        [*items, html.P(go)],
        components.score_footer(ctx, year, ranges=True),
        "figure-case",
    )
