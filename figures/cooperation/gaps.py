"""Before and after an event: the difference beside those alike by year, with its interval, around a line at zero."""

import math
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from scidip.figures import theme, trends
from scidip.figures.text import numbers
from scidip.figures.theme import Mode
from scidip.indicators.language.current import _

HEIGHT: Final = 300
COLOUR: Final = "accent"
STEPS: Final = 6
"""Into about how many steps the axis is divided."""


def chart(frame: pd.DataFrame, mode: Mode) -> go.Figure:
    """Return the line with its ribbon; the line at zero is *no difference*, the upright one the year of the event.

    *frame*: time_period (years from the event), score (percent), score_p05 and score_p95 (ends of the interval, NaN
    where there is none), name (the year as it is said), text; by year. Years without a figure break the line.
    """
    if frame.empty or frame["score"].isna().all():
        return theme.empty(mode, _("No figure in any year."))
    first, last = int(frame["time_period"].min()), int(frame["time_period"].max())
    span = _span(frame)
    ticks = _ticks(*span)
    return theme.figure(
        mode,
        [*trends.band(*trends.ranged(frame), theme.token(mode, COLOUR)), _line(frame, mode)],
        height=HEIGHT,
        margin={"l": 4, "r": 12, "t": 24, "b": 4},
        shapes=[_upright(mode)],
        annotations=[_event(mode)],
        xaxis={
            "tickvals": frame["time_period"].tolist(),
            "ticktext": frame["name"].tolist(),
            "tickangle": 0,
            "range": [first - 0.4, last + 0.4],
            "title": theme.axis_title(mode, _("Years from the event")),
        },
        yaxis={
            "showgrid": True,
            "zeroline": True,
            "zerolinecolor": theme.token(mode, "muted"),
            "zerolinewidth": 1.5,
            "range": span,
            "tickvals": ticks,
            "ticktext": [_signed(t) for t in ticks],
        },
    )


def _line(frame: pd.DataFrame, mode: Mode) -> dict[str, Any]:
    colour = theme.token(mode, COLOUR)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "connectgaps": False,
        "cliponaxis": False,
        "x": frame["time_period"].tolist(),
        "y": frame["score"].tolist(),
        "line": {"color": colour, "width": 2},
        "marker": trends.dots([False] * len(frame), colour, mode),
        "text": frame["text"].tolist(),
        "hovertemplate": "%{text}<extra></extra>",
    }


def _span(frame: pd.DataFrame) -> list[float]:
    """Return the vertical range: the data, their intervals and zero, with a little air."""
    low, high = trends.extent(frame)
    low, high = min(low, 0.0), max(high, 0.0)
    air = max((high - low) * 0.08, 0.5)
    return [low - air, high + air]


def _ticks(low: float, high: float) -> list[float]:
    """Return round numbers between two ends, zero among them, about six."""
    raw = (high - low) / STEPS
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(m * size for m in (1, 2, 5, 10) if m * size >= raw)
    return [step * k for k in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _signed(value: float) -> str:
    sign = "" if value == 0 else "+" if value > 0 else "−"
    return f"{sign}{numbers.value(abs(value), 'percent')}"


def _upright(mode: Mode) -> dict[str, Any]:
    """Return the line at the year of the event."""
    line = {"color": theme.token(mode, "muted"), "width": 1.5, "dash": "dot"}
    return {"type": "line", "x0": 0, "x1": 0, "y0": 0, "y1": 1, "yref": "paper", "layer": "below", "line": line}


def _event(mode: Mode) -> dict[str, Any]:
    """Return the word above that line."""
    return {
        "text": _("year of the event"),
        "x": 0,
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"color": theme.token(mode, "muted"), "size": 13},
    }
