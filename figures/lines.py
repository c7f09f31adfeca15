"""Several areas over the years in one chart: lines with their names, hollow where carried."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from scidip.figures import theme, trends
from scidip.figures.text import labels
from scidip.figures.theme import Mode
from scidip.indicators.language.current import _

HEIGHT = 300
FEW = 4
"""Areas up to which ribbons stay legible at full strength."""

DRAWN = ["ref_area", "name", "time_period", "score", "score_p05", "score_p95", "hollow", "text"]


def chart(
    frame: pd.DataFrame, mode: Mode, year: int | None = None, breaks: Mapping[str, list[int]] | None = None
) -> go.Figure:
    """Return the lines of some areas: ref_area, name, time_period, score, score_p05, score_p95, hollow, text.

    Areas in order of appearance, told apart by shape, dash and the name at the line's end; `score`
    may be any quantity. Rows without it are left out; *year* is marked. *breaks*: by area the years before
    which its line is interrupted, because the figures from there on are of another list.
    """
    known = frame.loc[frame["score"].notna(), DRAWN]
    if known.empty:
        return theme.empty(mode, _("No figure in any year."))
    parts = _by_area(known, frame["ref_area"].tolist())
    strength = 0.14 if len(parts) <= FEW else 0.06
    ribbons = [t for i, p in parts for t in trends.band(p, labels.colour(i, mode), strength)]
    span = _span(known)
    first, last = int(known["time_period"].min()), int(known["time_period"].max())
    axis = trends.year_axis(first, last)
    names = [p["name"].iloc[0] for _, p in parts]
    gaps = breaks or {}
    return theme.figure(
        mode,
        [*ribbons, *(_line(p, i, mode, gaps.get(p["ref_area"].iloc[0], [])) for i, p in parts)],
        height=HEIGHT,
        annotations=_names(parts, span, mode),
        shapes=trends.rule(year, last, mode),
        margin={"l": 4, "r": labels.width(names) + 8, "t": 12, "b": 4},
        xaxis=axis,
        yaxis={"nticks": 5, "showgrid": True, "range": span, "tickformat": ",~r"},
    )


def _by_area(known: pd.DataFrame, areas: list[str]) -> list[tuple[int, pd.DataFrame]]:
    """Return, of each area with figures, its place in the order of choosing (*areas*) and its rows by year."""
    order = {area: i for i, area in enumerate(dict.fromkeys(areas))}
    ordered = known.sort_values("time_period")
    rows = ordered.groupby("ref_area", sort=False).indices
    return sorted(((order[str(a)], ordered.take(np.asarray(at))) for a, at in rows.items()), key=lambda p: p[0])


def _line(part: pd.DataFrame, place: int, mode: Mode, breaks: list[int]) -> dict[str, Any]:
    colour = labels.colour(place, mode)
    marks = trends.dots(part["hollow"], colour, mode, labels.SHAPES[place % len(labels.SHAPES)])
    return trends.interrupted(
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": part["time_period"].tolist(),
            "y": part["score"].tolist(),
            "line": {"color": colour, "width": 2, "dash": labels.dash(place)},
            "marker": marks,
            "text": part["text"].tolist(),
            "hovertemplate": "%{text}<extra></extra>",
            "cliponaxis": False,
        },
        breaks,
    )


def _span(known: pd.DataFrame) -> list[float]:
    """Return the vertical range: the data and their ribbons with a little air; zero when it is near."""
    low, high = trends.extent(known)
    air = max((high - low) * 0.08, abs(high) * 0.01, 1e-9)
    bottom = 0.0 if 0 <= low < (high - low) * 0.4 else low
    return [bottom - air, high + air]


def _names(parts: list[tuple[int, pd.DataFrame]], span: list[float], mode: Mode) -> list[dict[str, Any]]:
    ends = [(i, p["name"].iloc[-1], p["time_period"].iloc[-1], p["score"].iloc[-1]) for i, p in parts]
    gap = (span[1] - span[0]) * 17 / (HEIGHT - 40)
    last = max(end for _, _, end, _ in ends)
    moved = labels.apart([float(y) for *_, y in ends], gap)
    return [
        labels.beside(labels.short(name), int(last), y, labels.colour(i, mode))
        for (i, name, _, _), y in zip(ends, moved, strict=True)
    ]
