"""Two countries, and one rank: which weights would swap them, and what missing figures could do."""

import numpy as np
import pandas as pd
from dash import html
from dash.development.base_component import Component

from scidip.dashboard.core.context import Context
from scidip.dashboard.widgets import components
from scidip.figures.text import numbers, sentences
from scidip.findings.exhibit import said
from scidip.findings.exhibits import robustness as exhibits
from scidip.findings.laboratory import ranked_of
from scidip.indicators.language.current import _, ngettext

ELEMENTS = 9
"""Weights that are shown, the furthest moved ones."""


def swap(ctx: Context, framework: str, year: int, a: str, b: str) -> Component:
    """Return the smallest change of weights that would swap two countries, in words and weight by weight."""
    ranked = ranked_of(ctx, framework, year)
    found = ranked.swap(a, b)
    if found is None:
        return html.P(
            _("Choose two different countries that are ranked in {year}.").format(year=year), className="muted"
        )
    above, below = ranked.areas[found.above], ranked.areas[found.below]
    names = [sentences.in_text(ctx.areas.name(a)) for a in (above, below)]
    if not np.isfinite(found.distance):
        words = _("No change of weights puts {below} ahead of {above}: {above} is not behind in anything that counts.")
        return html.P(words.format(above=names[0], below=names[1]), className="finding")
    level = _("factors") if int(found.weights["level"].iloc[0]) == 3 else _("dimensions")
    words = _(
        "{below} would overtake {above} if the weights of the {level} changed by {change} % at least, "
        "each up or down; no smaller change does it."
    )
    sentence = words.format(
        below=names[1], above=names[0], level=level, change=numbers.number(round(100 * found.distance, 1))
    )
    table = _changes(ctx, framework, year, (below, above), found.weights)
    return html.Div([html.P(sentences.opening(sentence), className="finding"), table])


def _changes(ctx: Context, framework: str, year: int, pair: tuple[str, str], weights: pd.DataFrame) -> Component:
    """Return the weights that move furthest, before and after; *pair*: the lower country and the higher."""
    furthest = weights.assign(size=weights["change"].abs()).sort_values("size", ascending=False).head(ELEMENTS)
    shown = exhibits.swap(ctx, framework, year, *pair, furthest)
    name = shown.columns[0].write
    rows = [
        [
            name(r["node"]),
            numbers.fixed(r["weight"]),
            numbers.fixed(r["weight_needed"]),
            f"{'+' if r['change'] > 0 else '−'}{numbers.fixed(abs(r['change']), 0)} %",
        ]
        for r in shown.records()
    ]
    heads = (_("Element"), _("Weight now, %"), _("Weight needed, %"), _("Change"))
    return components.data_table(said(shown.caption), heads, rows, shown, "stack")


def gaps(ctx: Context, framework: str, year: int, area: str) -> Component:
    """Return what a country's rank could be if the missing figures were known."""
    ranked = ranked_of(ctx, framework, year)
    rule = _(
        "A gap, of any country, may hold anything between the 10th and the 90th percentile of what the others have. "
        "These are the extreme cases, all gaps at once; they are not likely ones."
    )
    if area not in ranked.areas:
        return html.P(_("Choose a country that is ranked in {year}.").format(year=year), className="muted")
    row = ranked.bounds.table().iloc[ranked.areas.index(area)]
    name = sentences.in_text(ctx.areas.name(area))
    n = int(np.isnan(ranked.values()[ranked.areas.index(area)]).sum() - np.isnan(ranked.values()).all(axis=0).sum())
    words = ngettext(
        "{name} lacks {n} figure. Were all gaps known, its rank could be anything from {best} to {worst}.",
        "{name} lacks {n} figures. Were all gaps known, its rank could be anything from {best} to {worst}.",
        n,
    )
    if not n:
        words = _(
            "{name} lacks no figure. Were those of others known, its rank could be anything from {best} to {worst}."
        )
    sentence = words.format(name=sentences.opening(name), n=n, best=int(row["best"]), worst=int(row["worst"]))
    parts: list[Component] = [html.P(sentence, className="finding")]
    wanted = ranked.wanted(area)
    if wanted is not None:
        spec = ctx.catalogue.indicators[str(wanted["code"])]
        words = _("The figure that would narrow this most is {indicator}: by {places} places on average.")
        parts.append(
            html.P(words.format(indicator=_(spec.name), places=numbers.number(round(float(wanted["own"]), 1))))
        )
    return html.Div([*parts, html.P(rule, className="figure-footer")])
