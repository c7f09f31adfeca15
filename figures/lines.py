"""Several areas over the years in one chart: lines with their names, hollow where carried."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from scidip.figures import theme, trends
from scidip.figures.text import labels, numbers
from scidip.figures.theme import Mode
from scidip.indicators.language.current import _

HEIGHT = 300
FEW = 4
"""Areas up to which ribbons stay legible at full strength."""

Part = Mapping[str, list[Any]]
"""The columns of one area."""
DRAWN = ["ref_area", "name", "time_period", "score", "score_p05", "score_p95", "hollow", "text"]


def chart(
    frame: pd.DataFrame, mode: Mode, year: int | None = None, breaks: Mapping[str, list[int]] | None = None
) -> go.Figure:
    """Return the lines of some areas: ref_area, name, time_period, score, score_p05, score_p95, hollow, text.

    Areas in order of appearance, told apart by shape, dash and the name at the line's end; `score`
    may be any quantity. Rows without it are left out; *year* is marked. *breaks*: by area the years before
    which its line is interrupted, because the figures from there on are of another list.
    """
    parts = _by_area(frame)
    if not parts:
        return theme.empty(mode, _("No figure in any year."))
    strength = 0.14 if len(parts) <= FEW else 0.06
    ribbons = [
        ribbon
        for i, p in parts
        for ribbon in trends.band(p["time_period"], p["score_p05"], p["score_p95"], labels.colour(i, mode), strength)
    ]
    span = _span(parts)
    first, last = min(p["time_period"][0] for _, p in parts), max(p["time_period"][-1] for _, p in parts)
    gaps = breaks or {}
    return theme.figure(
        mode,
        [*ribbons, *(_line(p, i, mode, gaps.get(p["ref_area"][0], [])) for i, p in parts)],
        height=HEIGHT,
        annotations=_names(parts, span, mode),
        shapes=trends.rule(year, int(last), mode),
        margin={"l": 4, "r": labels.width([p["name"][0] for _, p in parts]) + 8, "t": 12, "b": 4},
        xaxis=trends.year_axis(int(first), int(last)),
        yaxis={"nticks": 5, "showgrid": True, "range": span, "tickformat": ",~r"},
    )


def _by_area(frame: pd.DataFrame) -> list[tuple[int, Part]]:
    """Return, of each area with figures, its place in the order of choosing and its columns, by year."""
    columns = {name: frame[name].tolist() for name in DRAWN}
    areas, scores, years = columns["ref_area"], columns["score"], columns["time_period"]
    order = {area: i for i, area in enumerate(dict.fromkeys(areas))}
    rows: dict[str, list[int]] = {area: [] for area in order}
    for row in sorted(range(len(years)), key=years.__getitem__):
        if numbers.known(scores[row]):
            rows[areas[row]].append(row)
    return [
        (order[area], {name: [values[row] for row in at] for name, values in columns.items()})
        for area, at in rows.items()
        if at
    ]


def _line(part: Part, place: int, mode: Mode, breaks: list[int]) -> dict[str, Any]:
    colour = labels.colour(place, mode)
    marks = trends.dots(part["hollow"], colour, mode, labels.SHAPES[place % len(labels.SHAPES)])
    return trends.interrupted(
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": part["time_period"],
            "y": part["score"],
            "line": {"color": colour, "width": 2, "dash": labels.dash(place)},
            "marker": marks,
            "text": part["text"],
            "hovertemplate": "%{text}<extra></extra>",
            "cliponaxis": False,
        },
        breaks,
    )


def _span(parts: list[tuple[int, Part]]) -> list[float]:
    """Return the vertical range: the data and their ribbons with a little air; zero when it is near."""
    seen = [v for _, p in parts for c in ("score", "score_p05", "score_p95") for v in p[c] if numbers.known(v)]
    low, high = min(seen), max(seen)
    air = max((high - low) * 0.08, abs(high) * 0.01, 1e-9)
    bottom = 0.0 if 0 <= low < (high - low) * 0.4 else low
    return [bottom - air, high + air]


def _names(parts: list[tuple[int, Part]], span: list[float], mode: Mode) -> list[dict[str, Any]]:
    ends = [(i, p["name"][-1], p["time_period"][-1], p["score"][-1]) for i, p in parts]
    gap = (span[1] - span[0]) * 17 / (HEIGHT - 40)
    last = max(end for _, _, end, _ in ends)
    moved = labels.apart([float(y) for *_, y in ends], gap)
    return [
        labels.beside(labels.short(name), int(last), y, labels.colour(i, mode))
        for (i, name, _, _), y in zip(ends, moved, strict=True)
    ]
