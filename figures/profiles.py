"""The profile of a country: its dimensions as dots on one 0-100 line, grouped by factor."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from scidip.figures import theme
from scidip.figures.rows import each_row
from scidip.figures.text import numbers
from scidip.figures.theme import Mode
from scidip.indicators.language.current import _

ROW = 38
"""Height of a row in pixels: the dimension's name above, its line below."""


def dimensions(frame: pd.DataFrame, peers: str, mode: Mode) -> go.Figure:
    """Return dots by dimension. *frame*: node, name, factor, factor_name, score, peer_score (0-100).

    Rows in reading order. A dimension without a score keeps its row and says so.
    """
    if frame.empty or frame["score"].isna().all():
        return theme.empty(mode, _("No dimension has a score in this year."))
    placed = frame.assign(y=places(frame))
    traces, notes = [lines(placed["y"].tolist(), mode), _peers(placed, mode)], []
    for factor, part in placed.groupby("factor", sort=False):
        traces.append(_dots(part, str(factor), peers, mode))
        notes += names(part, str(factor), mode)
    return theme.figure(mode, traces, annotations=notes, **frame_of_rows(placed["y"].max()))


def frame_of_rows(last: float) -> dict[str, Any]:
    """Return the layout of rows from 0 to *last* on a 0-100 line, room for the names included."""
    bottom = float(last) + 0.4
    return {
        "height": round((bottom + 1.4) * ROW) + 34,
        "margin": {"l": 8, "r": 16, "t": 26, "b": 8},
        "yaxis": {"range": [bottom, -1.4], "visible": False},
        "xaxis": {"range": [-1.5, 102], "tickvals": [0, 25, 50, 75, 100], "tickangle": 0, "side": "top"},
    }


def places(frame: pd.DataFrame) -> list[float]:
    """Return the vertical place of each row, with room above each factor for its name."""
    found: list[float] = []
    last = None
    for factor in frame["factor"]:
        step = 1.0 if factor == last else 1.8
        found.append(found[-1] + step if found else 0.0)
        last = factor
    return found


def lines(ys: list[float], mode: Mode) -> dict[str, Any]:
    """Return the common 0-100 line of every row in one trace; the breaks are None."""
    return {
        "type": "scatter",
        "mode": "lines",
        "hoverinfo": "skip",
        "x": [0, 100, None] * len(ys),
        "y": [v for place in ys for v in (place, place, None)],
        "line": {"color": theme.token(mode, "rule"), "width": 1},
    }


def _peers(part: pd.DataFrame, mode: Mode) -> dict[str, Any]:
    line = {"color": theme.token(mode, "muted"), "width": 2}
    return {
        "type": "scatter",
        "mode": "markers",
        "hoverinfo": "skip",
        "x": part["peer_score"].tolist(),
        "y": part["y"].tolist(),
        "marker": {"symbol": "line-ns", "size": 9, "line": line},
    }


def _dots(part: pd.DataFrame, factor: str, peers: str, mode: Mode) -> dict[str, Any]:
    score = _("Score {score}")
    text = [
        f"<b>{r.name}</b><br>{score.format(score=numbers.score(r.score))}<br>{peers}: {numbers.score(r.peer_score)}"
        for r in each_row(part)
    ]
    ring = {"color": theme.token(mode, "paper"), "width": 1.5}
    return {
        "type": "scatter",
        "mode": "markers",
        "cliponaxis": False,
        "x": part["score"].tolist(),
        "y": part["y"].tolist(),
        "text": text,
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {"size": 13, "color": theme.token(mode, factor), "line": ring},
    }


def names(part: pd.DataFrame, factor: str, mode: Mode) -> list[dict[str, object]]:
    """Return the labels: the factor in its colour, each dimension above the left end of its line."""
    common = {"xref": "x", "x": 0, "xanchor": "left", "yref": "y", "yanchor": "bottom", "showarrow": False}
    labels: list[dict[str, object]] = [
        {
            **common,
            "text": f"<b>{part['factor_name'].iloc[0]}</b>",
            "y": part["y"].min() - 0.72,
            "xshift": -4,
            "font": {"color": theme.token(mode, factor), "size": 15},
        }
    ]
    for row in each_row(part):
        text = row.name if numbers.known(row.score) else _("{name}: too few figures").format(name=row.name)
        colour = theme.token(mode, "ink" if numbers.known(row.score) else "muted")
        labels.append(
            {**common, "text": text, "y": row.y, "yshift": 6, "xshift": -4, "font": {"color": colour, "size": 13}}
        )
    return labels
