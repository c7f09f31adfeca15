"""Charts of the audit: the index against income with what income predicts, and weights meant beside weights carried."""

import math
from collections.abc import Collection
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from scidip.figures import theme
from scidip.figures.rows import each_row
from scidip.figures.text import labels, numbers
from scidip.figures.theme import Mode
from scidip.indicators.language.current import _

ROW: Final = 42
"""Height in pixels of an indicator: its name, and its bar below."""
TALL: Final = 520
GAP: Final = 2.8
"""Points of the score between two names on the same side."""


def income(frame: pd.DataFrame, mode: Mode, named: Collection[str]) -> go.Figure:
    """Return scores against GDP per head, the curve of what income predicts, and a line from each named area to it.

    Columns ref_area, name, score, gdp_per_head, predicted, beyond. The *named* areas carry their names.
    """
    if frame.empty:
        return theme.empty(mode, _("No country has both figures."))
    is_named = frame["ref_area"].isin(named)
    chosen, ink, ring = frame[is_named], theme.token(mode, "ink"), {"color": theme.token(mode, "paper"), "width": 1}
    rest = {"color": theme.shade(mode, "muted", 0.5), "size": 8, "line": ring}
    low, high = float(frame["gdp_per_head"].min()), float(frame["gdp_per_head"].max())
    span = [math.log10(low) - 0.06, math.log10(high) + 0.3]
    axis = {**theme.log_axis(low, high), "range": span, "showgrid": True}
    return theme.figure(
        mode,
        [
            _gaps(chosen, theme.token(mode, "muted")),
            _curve(frame, mode),
            _dots(frame[~is_named], rest),
            _dots(chosen, {"color": ink, "size": 9}),
        ],
        height=TALL,
        margin={"l": 8, "r": 16, "t": 16, "b": 8},
        xaxis={**axis, "title": theme.axis_title(mode, _("GDP per head, US$"))},
        yaxis={"showgrid": True, "rangemode": "tozero", "title": theme.axis_title(mode, _("Score"))},
        annotations=_names(chosen, ink),
    )


def _curve(frame: pd.DataFrame, mode: Mode) -> dict[str, Any]:
    rows = frame.sort_values("gdp_per_head")
    return {
        "type": "scatter",
        "mode": "lines",
        "x": rows["gdp_per_head"].tolist(),
        "y": rows["predicted"].tolist(),
        "line": {"color": theme.token(mode, "accent"), "width": 2},
        "hoverinfo": "skip",
    }


def _dots(part: pd.DataFrame, marker: dict[str, Any]) -> dict[str, Any]:
    words = _("Score {score}; predicted {predicted}")
    texts = [
        f"<b>{r.name}</b><br>{words.format(score=numbers.score(r.score), predicted=numbers.score(r.predicted))}"
        for r in each_row(part)
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": part["gdp_per_head"].tolist(),
        "y": part["score"].tolist(),
        "text": texts,
        "customdata": part["ref_area"].tolist(),
        "hovertemplate": "%{text}<extra></extra>",
        "marker": marker,
        "cliponaxis": False,
    }


def _gaps(part: pd.DataFrame, colour: str) -> dict[str, Any]:
    """Return a thin line from the score of each area to what is predicted; the breaks are None."""
    rows = list(each_row(part))
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [v for r in rows for v in (r.gdp_per_head, r.gdp_per_head, None)],
        "y": [v for r in rows for v in (r.score, r.predicted, None)],
        "line": {"color": colour, "width": 1},
        "hoverinfo": "skip",
    }


def _names(part: pd.DataFrame, colour: str) -> list[dict[str, Any]]:
    """Return the names beside their marks: above the curve to the left, below it to the right."""
    names: list[dict[str, Any]] = []
    for side, rows in (("right", part[part["beyond"] > 0]), ("left", part[part["beyond"] <= 0])):
        for r, y in zip(each_row(rows), labels.apart(rows["score"].tolist(), GAP), strict=True):
            place, font = math.log10(r.gdp_per_head), {"color": colour, "size": 12}
            names.append(labels.beside(labels.short(r.name), place, y, colour, side, font=font))
    return names


def weights(frame: pd.DataFrame, mode: Mode) -> go.Figure:
    """Return bars of the weight each indicator carries, with a tick where it is meant to be; in the order given.

    Columns name, factor (its colour), intended, effective (per cent of the index).
    """
    if frame.empty:
        return theme.empty(mode, _("No figures yet"))
    rows, ink = frame.reset_index(drop=True), theme.token(mode, "ink")
    low = min(0.0, float(rows["effective"].min()))
    common = {"xref": "x", "x": 0, "xanchor": "left", "yanchor": "bottom", "showarrow": False, "yshift": 8}
    font = {"color": ink, "size": 13}
    return theme.figure(
        mode,
        _bars(rows, mode),
        height=ROW * len(rows) + 40,
        margin={"l": 8, "r": 16, "t": 26, "b": 4},
        xaxis={"showgrid": True, "side": "top", "ticksuffix": " %", "nticks": 5, "range": [low * 1.1, None]},
        yaxis={"visible": False, "range": [len(rows) - 0.4, -0.9]},
        annotations=[{**common, "text": r.name, "y": k, "font": font} for k, r in enumerate(each_row(rows))],
    )


def _bars(rows: pd.DataFrame, mode: Mode) -> list[dict[str, Any]]:
    """Return the bars of the weights carried, and the ticks of the weights meant."""
    said = _("meant {meant} %, carries {has} %")
    texts = [
        f"<b>{r.name}</b><br>{said.format(meant=numbers.fixed(r.intended), has=numbers.fixed(r.effective))}"
        for r in each_row(rows)
    ]
    common = {"y": list(range(len(rows))), "text": texts, "hovertemplate": "%{text}<extra></extra>"}
    bars = {
        **common,
        "type": "bar",
        "orientation": "h",
        "x": rows["effective"].tolist(),
        "width": 0.32,
        "marker": {"color": [theme.token(mode, f) for f in rows["factor"]]},
        "textposition": "none",
    }
    tick = {"color": theme.token(mode, "ink"), "width": 2}
    meant = {
        **common,
        "type": "scatter",
        "mode": "markers",
        "x": rows["intended"].tolist(),
        "marker": {"symbol": "line-ns", "size": 11, "line": tick},
        "cliponaxis": False,
    }
    return [bars, meant]
