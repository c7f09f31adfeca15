"""Fields of science of one country or two: dots with their range on one line each, 1 in the middle."""

import math
from collections.abc import Sequence
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from scidip.figures import theme
from scidip.figures.rows import each_row
from scidip.figures.text import labels, numbers
from scidip.figures.theme import Mode
from scidip.indicators.language.current import _

ROW, ROW_OF_TWO = 36, 44
"""Height of a row in pixels: the field's name above, its line below; with two countries there are two dots below."""
SMALLEST: Final = 0.1
"""Where the axis begins at the latest: an index of zero has no place on a logarithmic one and stands there."""
TICKS: Final = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
APART: Final = 0.26
"""Vertical distance of the second country's dots from the line, in rows."""


def profile(frame: pd.DataFrame, mode: Mode, names: Sequence[str] = ("",)) -> go.Figure:
    """Return dots by field on a logarithmic axis.

    *frame*: field, name, place (0, 1: which country of *names*), activity, low, high, is_told, text; fields in reading
    order. A field that is not told of (too few articles) is hollow. Rows without an index are left out.
    """
    known = frame[frame["activity"].notna()]
    if known.empty:
        return theme.empty(mode, _("No articles by field."))
    order = {field: place for place, field in enumerate(dict.fromkeys(known["field"]))}
    known = known.assign(y=[order[f] for f in known["field"]])
    low, high = _span(known)
    traces = [_lines(len(order), low, high, mode)]
    for place, name in enumerate(names):
        traces.append(_dots(known[known["place"] == place], place, name, low, mode))
    return theme.figure(
        mode,
        traces,
        height=ROW * len(order) + 52 if len(names) == 1 else ROW_OF_TWO * len(order) + 92,
        margin={"l": 8, "r": 16, "t": 30, "b": 42 if len(names) > 1 else 8},
        showlegend=len(names) > 1,
        legend={"orientation": "h", "x": 0, "y": 0, "yanchor": "top", "font": {"color": theme.token(mode, "ink")}},
        shapes=[_neutral(mode)],
        annotations=_names(known, mode, low),
        yaxis={"range": [len(order) - 0.6, -0.9], "visible": False},
        xaxis={
            "type": "log",
            "range": [math.log10(low), math.log10(high)],
            "tickvals": [t for t in TICKS if low <= t <= high],
            "ticktext": [numbers.fixed(t, 1 if t < 1 else 0) for t in TICKS if low <= t <= high],
            "tickangle": 0,
            "side": "top",
        },
    )


def _span(known: pd.DataFrame) -> tuple[float, float]:
    """Return the ends of the axis: 1 lies inside, and so do all dots and ranges that it can hold."""
    smallest = min(float(known.loc[known["low"] > 0, "low"].min()), 0.5) if (known["low"] > 0).any() else 0.5
    largest = max(float(known["high"].clip(upper=TICKS[-1]).max()), 2.0)
    return max(smallest * 0.8, SMALLEST), largest * 1.2


def _lines(rows: int, low: float, high: float, mode: Mode) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "hoverinfo": "skip",
        "showlegend": False,
        "x": [low, high, None] * rows,
        "y": [v for place in range(rows) for v in (place, place, None)],
        "line": {"color": theme.token(mode, "rule"), "width": 1},
    }


def _neutral(mode: Mode) -> dict[str, Any]:
    line = {"color": theme.token(mode, "muted"), "width": 1.5, "dash": "dot"}
    return {"type": "line", "xref": "x", "yref": "paper", "x0": 1, "x1": 1, "y0": 0, "y1": 1, "line": line}


def _dots(part: pd.DataFrame, place: int, name: str, low: float, mode: Mode) -> dict[str, Any]:
    shift = place * APART
    colour, paper = labels.colour(place, mode), theme.token(mode, "paper")
    shown = part["activity"].clip(lower=low)
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "cliponaxis": False,
        "x": shown.tolist(),
        "y": (part["y"] + shift).tolist(),
        "text": part["text"].tolist(),
        "hovertemplate": "%{text}<extra></extra>",
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": (part["high"] - shown).clip(lower=0).tolist(),
            "arrayminus": (shown - part["low"].clip(lower=low)).clip(lower=0).tolist(),
            "color": colour,
            "thickness": 2,
            "width": 0,
        },
        "marker": {
            "size": 11,
            "symbol": labels.SHAPES[place % len(labels.SHAPES)],
            "color": [colour if told else paper for told in part["is_told"]],
            "line": {"color": colour, "width": 1.8},
        },
    }


def _names(known: pd.DataFrame, mode: Mode, low: float) -> list[dict[str, Any]]:
    """Return the names of the fields, each above the left end of its line."""
    first = known.drop_duplicates("field")
    return [
        {
            "xref": "x",
            "x": math.log10(low),
            "xanchor": "left",
            "xshift": -4,
            "yref": "y",
            "y": row.y,
            "yanchor": "bottom",
            "yshift": 5,
            "showarrow": False,
            "text": row.name,
            "font": {"color": theme.token(mode, "ink"), "size": 13},
        }
        for row in each_row(first)
    ]
