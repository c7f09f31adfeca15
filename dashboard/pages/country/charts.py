"""The charts of a country's page: profile, trends and the neighbours in the ranking."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from scidip.dashboard.core.context import Context
from scidip.dashboard.widgets import components, rank_changes
from scidip.figures import profiles, rankings, trends
from scidip.figures.text import numbers
from scidip.figures.theme import Mode
from scidip.findings import profile
from scidip.findings.exhibit import said
from scidip.findings.exhibits import country as exhibits
from scidip.indicators.language.current import _
from scidip.store.queries import served

MakeId = Callable[[str], str]
Peers = tuple[frozenset[str], str]
"""Codes of the peers, and what they are called."""


def section(
    ctx: Context, area: str, year: int, scores: pd.DataFrame, mode: Mode, id_: MakeId, against: Peers
) -> Component:
    """Return the charts in two columns; *scores* as of `queries.area_scores`, *against* of `peers.peers`."""
    return html.Div(
        [
            _profile(ctx, year, scores, mode, id_, against),
            _trends(ctx, area, year, scores, mode, id_),
            _neighbours(ctx, area, year, mode, id_),
            _extremes(ctx, area, year),
        ],
        className="two-columns",
    )


def _profile(ctx: Context, year: int, scores: pd.DataFrame, mode: Mode, id_: MakeId, against: Peers) -> Component:
    peers, whose = against
    frame = profile.profile(ctx, scores[scores["time_period"] == year].set_index("node")["score"], peers, year)
    figure = profiles.dimensions(frame, _("median of {peers}").format(peers=whose), mode)
    return components.titled(
        profile.finding(ctx, frame),
        _("Score of each dimension, 0–100, {year}; the thin mark is the median of {peers}").format(
            year=year, peers=whose
        ),
        components.graph(
            id_("profile"),
            figure,
            _("Dimension scores in {year}; the tables below hold the figures.").format(year=year),
        ),
        components.score_footer(ctx, year),
    )


def _extremes(ctx: Context, area: str, year: int) -> Component:
    """Return the scored indicators furthest up and furthest down among ranked countries."""
    shown = exhibits.extremes(ctx, area, year)
    position = shown.columns[0]
    rows = [[html.Span(position.write(r["position"])), *_extreme(ctx, r)] for r in shown.records()]
    place = html.Span(_("Position"), className="visually-hidden")
    head = (place, _("Indicator"), _("Value"), _("Year"), _("Percentile"))
    body = components.data_table(said(shown.caption), head, rows, shown, "extremes") if rows else _("Too few figures.")
    rule = _(
        "Scored figures ahead of at least half of the ranked countries, and figures not ahead of half, up to {n} each"
    ).format(n=profile.LISTED)
    footer = _("Percentile: share of ranked countries with the same score or a lower one. Sources in the tables below.")
    return components.titled(_("Strengths and weaknesses"), rule, body, footer)


def _extreme(ctx: Context, row: Mapping[str, Any]) -> list[str]:
    name = ctx.catalogue.indicators[row["indicator"]].name
    return [
        _("{name} (a proxy)").format(name=name) if row["proxy"] else name,
        numbers.value(row["obs_value"], row["unit"]),
        str(row["time_period"]),
        f"{row['percentile']:.0f}",
    ]


def _trends(ctx: Context, area: str, year: int, scores: pd.DataFrame, mode: Mode, id_: MakeId) -> Component:
    nodes = [n for n in ctx.catalogue.framework.nodes if n.level in ("index", "factor")]
    panels = []
    for node in nodes:
        name = _("Index") if node.level == "index" else node.name
        breaks = rank_changes.breaks(ctx, node.code).get(area, [])
        figure = trends.ribbon(scores[scores["node"] == node.code], node.code, mode, year, breaks)
        colour = {"--node": f"var(--{'ink' if node.level == 'index' else node.code})"}
        label = _("{name}: score by year with its range. The table of the year holds the figures.").format(name=name)
        chart = components.graph(id_(f"trend-{node.code}"), figure, label)
        panels.append(html.Div([html.H3(name, className="panel-title"), chart], style=colour))
    return components.titled(
        _("Over the years"),
        rank_changes.how_to_read(),
        html.Div(panels, className="panels"),
        components.score_footer(ctx, year, _("Scales differ between panels."), ranges=True),
    )


def _neighbours(ctx: Context, area: str, year: int, mode: Mode, id_: MakeId) -> Component:
    frame = ctx.query(served.ranking, node=ctx.index_code, year=year)
    near = rankings.neighbours(frame, area)
    figure = rankings.intervals(near, ctx.index_code, mode, area)
    label = _(
        "Ranks next to this country in {year} with their ranges; the overview’s table holds the same figures."
    ).format(year=year)
    return components.titled(
        _("Neighbours in the ranking"),
        _("Index {year}: rank and its 5–95 % range").format(year=year),
        components.graph(id_("neighbours"), figure, label),
        components.score_footer(ctx, year, ranges=True),
    )
