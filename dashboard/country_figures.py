"""The charts of a country's page: profile, trends and the neighbours in the ranking."""

from collections.abc import Callable
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard import components
from dashboard.context import Context
from figures import numbers, profiles, rankings, trends
from figures.theme import Mode
from indicators.language import _
from store import queries

MakeId = Callable[[str], str]
Peers = tuple[frozenset[str], str]
"""Codes of the peers, and what they are called."""


LISTED = 4
"""Strengths and weaknesses named."""


def section(
    ctx: Context,
    area: str,
    year: int,
    scores: pd.DataFrame,
    mode: Mode,
    id_: MakeId,
    against: Peers,
) -> Component:
    """Return the charts in two columns; *scores* as of `queries.area_scores`, *against* of `peers.peers`."""
    return html.Div(
        [
            _profile(ctx, year, scores, mode, id_, against),
            _trends(ctx, year, scores, mode, id_),
            _neighbours(ctx, area, year, mode, id_),
            _extremes(ctx, area, year),
        ],
        className="two-columns",
    )


def _profile(
    ctx: Context, year: int, scores: pd.DataFrame, mode: Mode, id_: MakeId, against: Peers
) -> Component:
    peers, whose = against
    frame = profile(
        ctx, scores[scores["time_period"] == year].set_index("node")["score"], peers, year
    )
    figure = profiles.dimensions(frame, _("median of {peers}").format(peers=whose), mode)
    return components.titled(
        _finding(frame),
        _("Score of each dimension, 0–100, {year}; the thin mark is the median of {peers}").format(
            year=year, peers=whose
        ),
        components.graph(
            id_("profile"), figure,
            _("Dimension scores in {year}; the tables below hold the figures.").format(year=year),
        ),
        components.score_footer(ctx, year),
    )  # fmt: skip


def profile(ctx: Context, own: pd.Series, peers: frozenset[str], year: int) -> pd.DataFrame:
    """Return a row for each measured dimension: node, name, factor, factor_name, score, peer_score.

    `peer_score` is the median of *peers*; peers without a score are left out.
    """
    framework = ctx.catalogue.framework
    theirs = ctx.query(queries.year_scores, year=year)
    medians = theirs.loc[theirs.index.isin(peers)].median().to_dict()
    none = float("nan")
    rows = []
    for node in framework.level("dimension"):
        if node.not_measured:
            continue
        factor = framework.node(node.parent)
        both = (own.get(node.code, none), medians.get(node.code, none))
        rows.append((node.code, node.name, factor.code, factor.name, *both))
    return pd.DataFrame(
        rows, columns=["node", "name", "factor", "factor_name", "score", "peer_score"]
    )


def _finding(frame: pd.DataFrame) -> str:
    """Return what the profile shows: the dimensions furthest above and furthest below the peers."""
    gap = (frame["score"] - frame["peer_score"]).dropna()
    if gap.empty:
        return _("Profile")
    best, worst = (_lower(frame.at[i, "name"]) for i in (gap.idxmax(), gap.idxmin()))
    if gap.max() > 0 > gap.min():
        words = _("Furthest above its peers in {best}, furthest below in {worst}")
    elif gap.max() > 0:
        words = _("Furthest above its peers in {best}")
    else:
        words = _("Furthest below its peers in {worst}")
    return words.format(best=best, worst=worst)


def _extremes(ctx: Context, area: str, year: int) -> Component:
    """Return the scored indicators furthest up and furthest down among ranked countries."""
    frame = ctx.query(queries.area_indicators, ref_area=area, year=year).dropna(
        subset=["percentile", "obs_value"]
    )
    frame = frame.sort_values("percentile", ascending=False)
    count = min(LISTED, len(frame) // 2)
    lists = [(_("Highest"), frame.head(count)), (_("Lowest"), frame.tail(count).iloc[::-1])]
    rows = [
        [html.Span(word), *_extreme(ctx, row)] for word, part in lists for row in part.itertuples()
    ]
    head = ("", _("Indicator"), _("Value"), _("Year"), _("Percentile"))
    body = (
        components.data_table(
            _("Highest and lowest figures, {year}").format(year=year), head, rows, "extremes"
        )
        if rows
        else _("Too few figures.")
    )
    rule = _(
        "The {n} scored figures with the highest and the lowest percentile among ranked countries"
    ).format(n=count)
    footer = _(
        "Percentile: share of ranked countries with the same score or a lower one. Sources in the tables below."
    )
    return components.titled(_("Strengths and weaknesses"), rule, body, footer)


def _extreme(ctx: Context, row: Any) -> list[Any]:
    spec = ctx.catalogue.indicators[row.indicator]
    return [
        spec.name,
        numbers.value(row.obs_value, spec.unit),
        f"{row.time_period:.0f}",
        f"{row.percentile:.0f}",
    ]


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]


def _trends(ctx: Context, year: int, scores: pd.DataFrame, mode: Mode, id_: MakeId) -> Component:
    nodes = [n for n in ctx.catalogue.framework.nodes if n.level in ("index", "factor")]
    by_node = dict(iter(scores.groupby("node")))
    panels = []
    for node in nodes:
        name = _("Index") if node.level == "index" else node.name
        figure = trends.ribbon(by_node.get(node.code, scores.head(0)), node.code, mode, year)
        colour = {"--node": f"var(--{'ink' if node.level == 'index' else node.code})"}
        label = _(
            "{name}: score by year with its range. The table of the year holds the figures."
        ).format(name=name)
        chart = components.graph(id_(f"trend-{node.code}"), figure, label)
        panels.append(html.Div([html.H3(name, className="panel-title"), chart], style=colour))
    return components.titled(
        _("Over the years"), _("Score 0–100; ribbon: 5–95 % range; hollow: half or more of the figures carried"),
        html.Div(panels, className="panels"), 
        components.score_footer(ctx, year, _("Scales differ between panels."), ranges=True),
    )  # fmt: skip


def _neighbours(ctx: Context, area: str, year: int, mode: Mode, id_: MakeId) -> Component:
    frame = ctx.query(queries.ranking, node="std", year=year)
    near = rankings.neighbours(frame, area)
    figure = rankings.intervals(near, "std", mode, area)
    label = _(
        "Ranks next to this country in {year} with their ranges; the overview’s table holds the same figures."
    ).format(year=year)
    return components.titled(
        _("Neighbours in the ranking"), _("Index {year}: rank and its 5–95 % range").format(year=year),
        components.graph(id_("neighbours"), figure, label), components.score_footer(ctx, year, ranges=True),
    )  # fmt: skip
