"""Ranks in two years as slopes: what moved in full ink with its ranges, the rest muted."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from scidip.figures import theme
from scidip.figures.rows import each_row
from scidip.figures.text import labels, numbers
from scidip.figures.theme import Mode
from scidip.indicators.language.current import _

HEIGHT = 720


def slope(frame: pd.DataFrame, node: str, mode: Mode, named: list[str], years: tuple[int, int]) -> go.Figure:
    """Return the slopes of `drivers.with_like_for_like`; *named* areas carry their name and their ranges.

    Ranks run downward, the first on top. A dotted slope is a change that is not clear.
    """
    if frame.empty or frame[["rank", "rank_before"]].isna().all(axis=None):
        return theme.empty(mode, _("No country is ranked in both years."))
    is_named = frame["ref_area"].isin(named)
    shown = frame[is_named].sort_values("rank")
    deepest = float(frame[["rank", "rank_before", "rank_p95", "rank_p95_before"]].max().max())
    gap = deepest * 17 / (HEIGHT - 60)
    notes = [*_names(shown, gap, mode), *(_year(years[side], side, mode) for side in (0, 1))]
    ticks = [1, *range(25, int(deepest) + 1, 25)]
    return theme.figure(
        mode,
        [_others(frame[~is_named], mode), *(t for r in each_row(shown) for t in _one(r, node, mode))],
        height=HEIGHT,
        annotations=notes,
        margin={"l": 4, "r": labels.width(shown["name"].tolist()) + 6, "t": 30, "b": 8},
        xaxis={"range": [-0.03, 1.01], "visible": False},
        yaxis={"range": [deepest + 2, -1], "tickvals": ticks},
    )


def _others(rest: pd.DataFrame, mode: Mode) -> dict[str, Any]:
    pairs = list(zip(rest["rank_before"].tolist(), rest["rank"].tolist(), strict=True))
    return {
        "type": "scatter",
        "mode": "lines",
        "hoverinfo": "skip",
        "line": {"color": theme.token(mode, "rule"), "width": 1},
        "x": [v for _ in pairs for v in (0, 1, None)],
        "y": [v for a, b in pairs for v in (a, b, None)],
    }


def _one(row: Any, node: str, mode: Mode) -> list[dict[str, Any]]:
    colour = theme.token(mode, node)
    before = (row.rank_p05_before, row.rank_p95_before)
    bars = {
        "type": "scatter",
        "mode": "lines",
        "hoverinfo": "skip",
        "opacity": 0.4,
        "line": {"color": colour, "width": 5},
        "x": [0, 0, None, 1, 1],
        "y": [*before, None, row.rank_p05, row.rank_p95],
        "cliponaxis": False,
    }
    line = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [0, 1],
        "y": [row.rank_before, row.rank],
        "cliponaxis": False,
        "line": {"color": colour, "width": 2, "dash": "solid" if row.change_is_clear else "dot"},
        "marker": {"size": 8, "color": colour},
        "text": [hover(row)] * 2,
        "hovertemplate": "%{text}<extra></extra>",
    }
    return [bars, line]


def hover(row: Any) -> str:
    """Return the tooltip of a slope: both ranks with their ranges, and whether the change is clear."""
    before = numbers.rank_words(row.rank_before, row.rank_p05_before, row.rank_p95_before)
    after = numbers.rank_words(row.rank, row.rank_p05, row.rank_p95)
    clear = _("The ranges do not overlap") if row.change_is_clear else _("The ranges overlap")
    if row.is_of_coverage:
        clear = _("The ranges do not overlap, but most of the change comes from data coverage")
    then = _("then {rank}").format(rank=after)
    return f"<b>{row.name}</b><br>{before}<br>{then}<br>{clear}"


def _names(shown: pd.DataFrame, gap: float, mode: Mode) -> list[dict[str, Any]]:
    """Return the names beside the later ranks, kept apart."""
    places = labels.apart(shown["rank"].astype(float).tolist(), gap)
    ink = theme.token(mode, "ink")
    return [labels.beside(labels.short(name), 1, y, ink) for name, y in zip(shown["name"], places, strict=True)]


def _year(year: int, side: int, mode: Mode) -> dict[str, Any]:
    return {
        "text": f"<b>{year}</b>",
        "x": side,
        "y": -1,
        "xanchor": "center",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"color": theme.token(mode, "muted"), "size": 15},
    }
