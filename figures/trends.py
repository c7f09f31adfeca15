"""Scores over the years: a line with its 5-95 % ribbon, hollow where most figures are carried."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from scidip.figures import theme
from scidip.figures.rows import each_row
from scidip.figures.text import numbers
from scidip.figures.theme import Mode
from scidip.indicators.language.current import _

CARRIED = 0.5
"""Share of carried figures from which a point is drawn hollow."""

DRAWN = ["time_period", "score", "score_p05", "score_p95", "rank", "rank_p05", "rank_p95", "carried_share"]


def ribbon(
    frame: pd.DataFrame, node: str, mode: Mode, year: int | None = None, breaks: Sequence[int] = ()
) -> go.Figure:
    """Return the trend of one area and node: time_period, score, score_p05, score_p95, rank,
    rank_p05, rank_p95, carried_share. Years without a score break the line; *year* is marked.
    *breaks*: years before which the line is interrupted, because they rest on other figures.
    """
    if frame.empty or frame["score"].isna().all():
        return theme.empty(mode, _("No score in any year."))
    # Only what is drawn, as plain lists: a step through a frame costs more than the whole figure.
    part, colour = frame[DRAWN].sort_values("time_period"), theme.token(mode, node)
    hollow = [share >= CARRIED for share in part["carried_share"].tolist()]
    years = [int(y) for y in part["time_period"].tolist()]
    words = [_hover(r) + ("<br>" + other_figures() if r.time_period in breaks else "") for r in each_row(part)]
    line = interrupted(
        {
            "type": "scatter",
            "x": part["time_period"].tolist(),
            "y": part["score"].tolist(),
            "mode": "lines+markers",
            "connectgaps": False,
            "line": {"color": colour, "width": 2},
            "text": words,
            "hovertemplate": "%{text}<extra></extra>",
            "marker": dots(hollow, colour, mode),
        },
        breaks,
    )
    return theme.figure(
        mode,
        [*band(*ranged(part), colour), line],
        height=210,
        shapes=rule(year, max(years), mode),
        margin={"l": 4, "r": 22, "t": 8, "b": 4},
        xaxis=year_axis(min(years), max(years)),
        yaxis={"nticks": 4, "showgrid": True, "range": span(part)},
    )


def interrupted(line: dict[str, Any], breaks: Iterable[int]) -> dict[str, Any]:
    """Return *line* (marks in the order of their years) with a gap before each of the years in *breaks*.

    Plotly leaves a gap at a missing value; it has a place in every list of the marks.
    """
    marker = line["marker"]
    fill = list(marker["color"])
    x, y, text = list(line["x"]), list(line["y"]), list(line["text"])
    for year in breaks:
        at = bisect_left(x, year)
        if 0 < at < len(x):
            for column, gap in ((x, year - 0.5), (y, None), (text, ""), (fill, fill[at])):
                column.insert(at, gap)
    return line | {"x": x, "y": y, "text": text, "marker": marker | {"color": fill}}


def dots(hollow: Iterable[bool], colour: str, mode: Mode, symbol: str = "circle") -> dict[str, Any]:
    """Return the marks of a trend: hollow where the figure is carried."""
    fill = [theme.token(mode, "paper") if h else colour for h in hollow]
    return {"size": 8, "symbol": symbol, "color": fill, "opacity": 1, "line": {"color": colour, "width": 2}}


def year_axis(first: int, last: int) -> dict[str, Any]:
    """Return an axis of whole years with three labels."""
    return {"tickvals": _ticks(first, last), "tickformat": "d", "tickangle": 0, "range": [first - 0.4, last + 0.4]}


def rule(year: int | None, last: int, mode: Mode) -> list[dict[str, Any]]:
    """Return the upright line at the chosen year; none when it is the last."""
    if year is None or year == last:
        return []
    line = {"color": theme.token(mode, "muted"), "width": 1, "dash": "dot"}
    return [{"type": "line", "x0": year, "x1": year, "yref": "paper", "y0": 0, "y1": 1, "line": line, "layer": "below"}]


def ranged(part: pd.DataFrame) -> tuple[list[int], list[float], list[float]]:
    """Return the years of a trend and both ends of its range, as `band` takes them."""
    return part["time_period"].tolist(), part["score_p05"].tolist(), part["score_p95"].tolist()


def band(
    years: Sequence[int], lowest: Sequence[float], highest: Sequence[float], colour: str, share: float = 0.16
) -> list[dict[str, Any]]:
    """Return the ribbon of a trend's 5-95 % range; nothing when no range is known."""
    columns = zip(years, lowest, highest, strict=True)
    known = [(x, low, high) for x, low, high in columns if numbers.known(low) and numbers.known(high)]
    if not known:
        return []
    x, low, high = (list(column) for column in zip(*known, strict=True))
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "line": {"width": 0},
            "hoverinfo": "skip",
            "x": [*x, *x[::-1]],
            "y": [*high, *low[::-1]],
            "fill": "toself",
            "fillcolor": theme.translucent(colour, share),
        }
    ]


def span(part: pd.DataFrame) -> list[float]:
    """Return the vertical range: the data with a little air, at least ten points of score."""
    low, high = extent(part)
    air = max((10 - (high - low)) / 2, 1.5)
    return [max(low - air, -1.0), min(high + air, 101.0)]


def extent(part: pd.DataFrame) -> tuple[float, float]:
    """Return the lowest and the highest of the scores and their ranges."""
    seen = part[["score", "score_p05", "score_p95"]].to_numpy(dtype=float)
    return float(np.nanmin(seen)), float(np.nanmax(seen))


def _ticks(first: int, last: int) -> list[int]:
    if last - first <= 4:
        return list(range(first, last + 1))
    middle = first + (last - first) // 2
    return [first, middle, last]


def other_figures() -> str:
    """Return what is said of a figure that begins a new piece of its line."""
    return _("other figures than the year before")


def _hover(row: Any) -> str:
    words = numbers.rank_words(row.rank, row.rank_p05, row.rank_p95)
    share = row.carried_share
    carried = (
        "<br>" + _("{share} % of the figures carried").format(share=round(100 * share))
        if numbers.known(share) and share > 0
        else ""
    )
    score = _("score {score}").format(score=numbers.score(row.score))
    return f"<b>{row.time_period:.0f}</b>: {score}<br>{words}{carried}"
