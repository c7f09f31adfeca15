"""What the methodology page tells of the index's own statistics: coherence, correlations, weights, validity."""

from typing import Any

import numpy as np
import pandas as pd
from dash import html
from dash.development.base_component import Component

from scidip.dashboard.core.component_tree import holding
from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import Element, aria, el
from scidip.dashboard.widgets import components
from scidip.figures.rows import each_row
from scidip.figures.text import numbers, sentences
from scidip.findings.audit.validity import validity_table
from scidip.findings.exhibit import Sentence, said
from scidip.findings.exhibits import methodology as exhibits
from scidip.findings.laboratory import ranked_of
from scidip.indicators.language.current import _
from scidip.indicators.model.framework import Framework, Node
from scidip.indicators.robustness.coherence import removal
from scidip.indicators.robustness.correlation import alpha_table, correlations, level_values, principal_components
from scidip.indicators.robustness.country_robustness import Ranked

ALPHA = 0.7
"""From this alpha on, the parts of a node are usually taken to measure one thing (Nunnally)."""

LEAST = 3
"""Dimensions from which on it is told what leaving one out does."""


def validity(ctx: Context) -> Component:
    """Return how the index goes with published ones that measure neighbouring things."""
    key = ("validity", ctx.data_version)
    frame = ctx.cache.get(key, lambda: validity_table(ctx.engine, ctx.catalogue))
    shown = exhibits.validity(ctx, frame)
    name = shown.columns[0].write
    rows = [
        [name(r["indicator"]), str(r["edition"]), numbers.fixed(r["correlation"], 3), numbers.number(r["areas"])]
        for r in shown.records()
    ]
    if not rows:
        return html.P(_("No published index is in this copy to compare with."), className="muted")
    found = sentences.listed([f"{_(r.name)} ({numbers.fixed(r.correlation, 2)})" for r in each_row(frame)])
    words = _(
        "A correlation near 1 would mean that the index adds nothing; one near 0, that it measures something else "
        "altogether. None of these indices enters ours."
    )
    heads = (_("Published index"), _("Edition"), _("Correlation"), _("Countries"))
    return components.titled(
        _("It goes with neighbouring indices: {found}").format(found=found),
        _("Correlation of scores over the countries that both rank, index of {year}").format(
            year=int(frame["year"].iloc[0])
        ),
        components.data_table(said(shown.caption), heads, rows, shown, "stack"),
        words,
    )


def alpha(ctx: Context, framework: str, year: int) -> Component:
    """Return Cronbach's alpha and the first principal component of the index, each factor and dimension."""
    ranked = ranked_of(ctx, framework, year)
    if not ranked.areas:
        return html.P(_("No country is ranked in {year}.").format(year=year), className="muted")
    model = ctx.catalogue.frameworks[framework]
    table = ctx.cache.get(("alpha", framework, year, ctx.data_version), lambda: _alpha(ranked))
    low = [_(model.node(r.node).name) for r in each_row(table) if r.children > 1 and r.alpha < ALPHA]
    many = int((table["children"] > 1).sum())
    title = _("{n} of {all} parts of the index have low internal consistency").format(n=len(low), all=many)
    if not low:
        title = _("Every part is internally consistent")
    shown = exhibits.consistency(ctx, framework, year, table, Sentence(lambda: _alpha_words(year)))
    name, subtitle = shown.columns[0].write, said(shown.caption)
    rows = [
        [
            name(r["node"]),
            str(r["parts"]),
            "–" if r["alpha"] is None else numbers.fixed(r["alpha"], 2),
            "–" if r["first_component"] is None else f"{numbers.fixed(r['first_component'], 0)} %",
        ]
        for r in shown.records()
    ]
    heads = (_("Node"), _("Parts"), _("Alpha"), _("First component"))
    note = _(
        "A low alpha is a fact, not a fault: a dimension of the model may rest on things that need not go together. "
        "It warns against reading its score as one ability. Loosely: {names}."
    ).format(names=sentences.listed(low) if low else _("none"))
    return components.titled(title, subtitle, components.data_table(subtitle, heads, rows, shown, "stack"), note)


def _alpha_words(year: int) -> str:
    words = _(
        "Cronbach’s alpha of the parts of each node ({limit} and more is usual) and the share of their variation "
        "that one common direction takes, ranked countries, {year}"
    )
    return words.format(limit=numbers.fixed(ALPHA, 1), year=year)


def _alpha(ranked: Ranked) -> pd.DataFrame:
    """Return node, level, children, alpha, first (share of the first component, NaN with too few full rows)."""
    values, tree = ranked.values(), ranked.tree
    columns = level_values(values, tree)
    frame = alpha_table(values, tree)
    first = []
    for node in tree.nodes:
        part = columns[node.level - 2][:, list(node.children)]
        full = part[~np.isnan(part).any(axis=1)]
        enough = part.shape[1] > 1 and len(full) >= 10 and bool((full.std(axis=0) > 0).all())
        first.append(float(principal_components(part).explained[0]) if enough else float("nan"))
    return frame.assign(first=first).sort_values(["level"], ascending=False, kind="stable", ignore_index=True)


def between(ctx: Context, framework: str, year: int) -> Component:
    """Return the correlations of the dimensions and factors with each other as a shaded table."""
    ranked = ranked_of(ctx, framework, year)
    if not ranked.areas:
        return html.Div()
    model = ctx.catalogue.frameworks[framework]

    def compute() -> tuple[list[str], np.ndarray]:
        columns = level_values(ranked.values(), ranked.tree)
        nodes = [n.code for level in ranked.tree.levels[1:] for n in level][::-1]
        nodes += [n.code for n in ranked.tree.levels[0]]
        values = np.concatenate([columns[3], columns[2][:, ::-1], columns[1]], axis=1)
        return nodes, correlations(values, kind="spearman").r

    codes, r = ctx.cache.get(("between", framework, year, ctx.data_version), compute)
    names = [_(model.node(c).name) for c in codes]
    shown = len(ranked.tree.levels[1]) + 1
    rows = [
        el("Tr", [el("Th", names[i], scope="row"), *(_cell(r[i, j], i == j) for j in range(shown))])
        for i in range(len(codes))
    ]
    heads = [html.Th(_("Node"), scope="col"), *(html.Th(n, scope="col", className="num") for n in names[:shown])]
    values = exhibits.correlations(ctx, framework, year, codes, r[:, :shown].tolist())
    caption = said(values.caption)
    weakest = min(((r[i, 0], names[i]) for i in range(shown, len(codes)) if np.isfinite(r[i, 0])), default=(1.0, ""))
    table = html.Table([html.Caption(caption), html.Thead(html.Tr(heads)), html.Tbody(rows)], className="table heat")
    return components.titled(
        _("{name} goes least with the index ({r})").format(name=weakest[1], r=numbers.fixed(weakest[0], 2)),
        caption,
        html.Div(holding(table, values), className="table-frame", tabIndex=0, role="region", **aria(label=caption)),
        _left_out(ctx, framework, year, dict(zip(codes, r[:, 0].tolist(), strict=True))),
    )


def _left_out(ctx: Context, framework: str, year: int, with_index: dict[str, float]) -> str:
    """Return which dimension moves ranks most when left out, and whether such are those that go with the index.

    Nothing of an index of fewer than three dimensions: nothing is left of it, or nothing to correlate.

    with_index: by node, its rank correlation with the index.
    """

    def compute() -> pd.DataFrame:
        ranked = ranked_of(ctx, framework, year)
        return removal(ranked.values(), ranked.tree, level=2).table().set_index("element")

    table = ctx.cache.get(("left out", framework, year, ctx.data_version), compute)
    both = pd.Series(with_index).reindex(table.index).dropna()
    shifts = table["mean_shift"].reindex(both.index)
    if shifts.notna().sum() < LEAST:
        return ""
    first = _(ctx.catalogue.frameworks[framework].node(str(shifts.idxmax())).name)
    words = _(
        "Left out, {name} would move ranks most: by {places} places on average. Over the {n} dimensions, how far ranks "
        "move without one and how well it goes with the index correlate at {r}: a dimension that goes with the index "
        "repeats what others say, one that does not can move ranks all the more."
    )
    r = float(both.corr(shifts, method="spearman"))
    if r >= 0:
        words = _(
            "Left out, {name} would move ranks most: by {places} places on average. Over the {n} dimensions, how far "
            "ranks move without one and how well it goes with the index correlate at {r}."
        )
    return words.format(name=first, places=numbers.fixed(float(shifts.max())), n=len(both), r=numbers.fixed(r, 2))


def _cell(r: float, is_self: bool) -> Element:
    if is_self or not np.isfinite(r):
        return el("Td", "", className="num")
    return el("Td", numbers.fixed(r, 2), className="num", style={"--r": f"{max(r, 0):.2f}"})


def tree(framework: Framework, effective: dict[str, float]) -> list[Any]:
    """Return the tree of a framework as nested lists: each node with the share of the index it carries."""
    factors = []
    for factor in framework.level("factor"):
        dimensions = [_branch(d, effective) for d in framework.children(factor.code)]
        share = html.Span(_share(effective.get(factor.code)), className="muted")
        factors.append(
            html.Li(
                [html.B(_(factor.name)), share, html.Ul(dimensions)],
                style={"--node": f"var(--{factor.code})"},
                className="tree-factor",
            )
        )
    return [html.Ul(factors, className="framework-tree")]


def _branch(node: Node, effective: dict[str, float]) -> Component:
    why = _("Not measured: {why}").format(why=_(node.not_measured)) if node.not_measured else ""
    share = html.Span(_share(effective.get(node.code)), className="muted")
    return html.Li([html.Span(_(node.name)), share, *([html.Small(why, className="below")] if why else [])])


def _share(share: float | None) -> str:
    return f"{numbers.fixed(100 * share, 1)} %" if share is not None else "–"
