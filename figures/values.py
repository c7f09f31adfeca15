"""The values of one indicator: how they are spread, and how many areas have one in each year."""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from scidip.figures import theme
from scidip.figures.rows import each_row
from scidip.figures.text import labels, numbers
from scidip.figures.theme import Mode
from scidip.indicators.language.current import _, ngettext

BINS = 24
SKEWED = 12.0
"""From this ratio of the 95th percentile to the median, values are drawn on a logarithmic axis."""
LANE = 24
"""Pixels of a chosen area's line under the histogram."""
HISTOGRAM = 220


def is_skewed(values: pd.Series) -> bool:
    """Return whether positive values are so skewed that a logarithmic axis tells more."""
    known = values.dropna()
    return bool(len(known) and known.min() > 0 and known.quantile(0.95) > SKEWED * known.median())


def distribution(frame: pd.DataFrame, node: str, mode: Mode, chosen: list[str], unit: str) -> go.Figure:
    """Return the histogram of `score`, and under it a lane for each of the *chosen* areas.

    Columns ref_area, name, score, hollow, text. On a logarithmic axis when the values are skewed.
    """
    known = frame.dropna(subset=["score"])
    if known.empty:
        return theme.empty(mode, _("No country has a figure here."))
    log = is_skewed(known["score"])
    lanes = known[known["ref_area"].isin(chosen)].sort_values("score", ascending=False)
    lanes = lanes.assign(left_half=lanes["score"] <= _middle(known["score"], log))
    height = HISTOGRAM + LANE * len(lanes) + 56
    split = (LANE * len(lanes)) / (height - 56)
    notes = [_name(r, y, log, mode) for y, r in enumerate(each_row(lanes))]
    return theme.figure(
        mode,
        [_bars(known["score"], log, node, mode), *_lanes(lanes, chosen, mode)],
        height=height,
        margin={"l": 4, "r": 12, "t": 8, "b": 4},
        annotations=notes,
        bargap=0,
        xaxis={
            **scale(known["score"], log),
            "tickangle": 0,
            "anchor": "free",
            "position": 0,
            "title": theme.axis_title(mode, unit),
            "range": _range(known["score"], log),
        },
        yaxis={
            "domain": [split + (0.04 if split else 0), 1],
            "nticks": 4,
            "showgrid": True,
            "title": theme.axis_title(mode, _("countries")),
        },
        yaxis2={"domain": [0, max(split, 0.001)], "range": [len(lanes) - 0.4, -0.6], "visible": False, "anchor": "x"},
    )


def _middle(values: pd.Series, log: bool) -> float:
    """Return the value in the middle of the axis."""
    low, high = values.min(), values.max()
    return float(np.sqrt(low * high)) if log else float((low + high) / 2)


def _edges(values: pd.Series, log: bool) -> np.ndarray:
    low, high = float(values.min()), float(values.max())
    high = high if high > low else low + 1
    return np.geomspace(low, high, BINS + 1) if log else np.linspace(low, high, BINS + 1)


def _range(values: pd.Series, log: bool) -> list[float]:
    edges = _edges(values, log)
    low, high = (np.log10(edges[[0, -1]])) if log else edges[[0, -1]]
    air = (high - low) * 0.03
    return [float(low - air), float(high + air)]


def scale(values: pd.Series, log: bool) -> dict[str, Any]:
    """Return the axis of some values, logarithmic or not."""
    if log:
        return theme.log_axis(float(values.min()), float(values.max()))
    return {"type": "linear", "nticks": 6}


def _bars(values: pd.Series, log: bool, node: str, mode: Mode) -> dict[str, Any]:
    edges = _edges(values, log)
    counts, _ = np.histogram(values, edges)
    text = [
        ngettext("One country from {low} to {high}", "{n} countries from {low} to {high}", int(n)).format(
            n=n, low=numbers.spoken(f"{a:,.3g}"), high=numbers.spoken(f"{b:,.3g}")
        )
        for n, a, b in zip(counts, edges[:-1], edges[1:], strict=True)
    ]
    return {
        "type": "bar",
        "x": edges[:-1].tolist(),
        "width": np.diff(edges).tolist(),
        "offset": 0,
        "y": counts.tolist(),
        "marker": {"color": theme.shade(mode, node, 0.45), "line": {"color": theme.token(mode, "paper"), "width": 1}},
        "text": text,
        "textposition": "none",
        "hovertemplate": "%{text}<extra></extra>",
    }


def _lanes(lanes: pd.DataFrame, chosen: list[str], mode: Mode) -> list[dict[str, Any]]:
    traces = []
    for y, row in enumerate(each_row(lanes)):
        place = chosen.index(row.ref_area)
        colour = labels.colour(place, mode)
        fill = theme.token(mode, "paper") if row.hollow else colour
        traces.append(
            {
                "type": "scatter",
                "x": [row.score],
                "y": [y],
                "yaxis": "y2",
                "mode": "markers",
                "cliponaxis": False,
                "marker": {
                    "size": 11,
                    "symbol": labels.SHAPES[place % len(labels.SHAPES)],
                    "color": fill,
                    "line": {"color": colour, "width": 2},
                },
                "text": [row.text],
                "hovertemplate": "%{text}<extra></extra>",
            }
        )
    return traces


def _name(row: Any, y: int, log: bool, mode: Mode) -> dict[str, Any]:
    """Return the name beside a mark, on the side where there is room."""
    x = float(np.log10(row.score)) if log else float(row.score)
    more = {"yref": "y2", "xref": "x"}
    side = "left" if row.left_half else "right"
    return labels.beside(labels.short(row.name), x, y, theme.token(mode, "ink"), side, **more)


def coverage(frame: pd.DataFrame, mode: Mode, year: int, node: str) -> go.Figure:
    """Return a bar for each year: how many areas have a figure of that year itself; *year* in full colour."""
    if frame.empty:
        return theme.empty(mode, _("No figure in any year."))
    years = frame["time_period"].tolist()
    colours = [theme.token(mode, node) if y == year else theme.shade(mode, node, 0.35) for y in years]
    return theme.figure(
        mode,
        [
            {
                "type": "bar",
                "x": years,
                "y": frame["areas"].tolist(),
                "marker": {"color": colours},
                "hovertemplate": "%{x}: %{y} " + _("countries") + "<extra></extra>",
            }
        ],
        height=180,
        margin={"l": 4, "r": 8, "t": 8, "b": 4},
        bargap=0.25,
        xaxis={"tickformat": "d", "nticks": 6, "tickangle": 0},
        yaxis={"nticks": 4, "showgrid": True},
    )
