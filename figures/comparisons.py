"""A few areas beside each other: profiles on common lines, and two quantities against each other."""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from scidip.figures import profiles, theme
from scidip.figures.rows import each_row
from scidip.figures.text import labels, numbers
from scidip.figures.theme import Mode
from scidip.figures.values import is_skewed, scale
from scidip.indicators.language.current import _

SMALLEST, LARGEST = 4.0, 36.0
"""Diameters in pixels of marks sized by a quantity."""


def profile(frame: pd.DataFrame, mode: Mode) -> go.Figure:
    """Return the dimensions of several areas as marks on common 0-100 lines.

    A row for each area and dimension: ref_area, area_name, node, name, factor, factor_name, score.
    """
    if frame.empty or frame["score"].isna().all():
        return theme.empty(mode, _("No dimension has a score in this year."))
    rows = frame.drop_duplicates("node").reset_index(drop=True)
    best = frame.groupby("node")["score"].max()
    rows = rows.assign(y=profiles.places(rows), score=rows["node"].map(best))
    places = dict(zip(rows["node"], rows["y"], strict=True))
    traces = [profiles.lines(rows["y"].tolist(), mode)]
    for place, (_area, part) in enumerate(frame.groupby("ref_area", sort=False)):
        traces.append(_marks(part, place, places, mode))
    notes = [n for f, part in rows.groupby("factor", sort=False) for n in profiles.names(part, str(f), mode)]
    return theme.figure(mode, traces, annotations=notes, **profiles.frame_of_rows(rows["y"].max()))


def _marks(part: pd.DataFrame, place: int, places: dict[str, float], mode: Mode) -> dict[str, Any]:
    colour, paper = labels.colour(place, mode), theme.token(mode, "paper")
    return {
        "type": "scatter",
        "mode": "markers",
        "x": part["score"].tolist(),
        "y": [places[n] for n in part["node"]],
        "cliponaxis": False,
        "text": [f"<b>{r.area_name}</b><br>{r.name}: {numbers.score(r.score)}" for r in each_row(part)],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "size": 12,
            "symbol": labels.SHAPES[place % len(labels.SHAPES)],
            "color": colour,
            "line": {"color": paper, "width": 1},
        },
    }


def scatter(frame: pd.DataFrame, mode: Mode, chosen: list[str], x: str, y: str, size: str = "") -> go.Figure:
    """Return two quantities against each other: ref_area, name, x, y, size (NaN without), text.

    The *chosen* areas carry their mark and name, all others are muted dots. *x*, *y* and *size* are
    the words of the axes. Skewed quantities are drawn on a logarithmic axis.
    """
    known = frame.dropna(subset=["x", "y", "size"] if size else ["x", "y"])
    if known.empty:
        return theme.empty(mode, _("No country has both figures."))
    log = {axis: is_skewed(known[axis]) for axis in ("x", "y")}
    known = known.assign(diameter=_diameters(known["size"]) if size else 8.0)
    is_chosen = known["ref_area"].isin(chosen)
    if not size:
        known.loc[is_chosen, "diameter"] = 13.0
    mine = known[is_chosen]
    axes = {
        axis: {
            **scale(known[axis], log[axis]),
            "showgrid": True,
            "tickangle": 0,
            "title": theme.axis_title(mode, _("{name} (logarithmic)").format(name=words) if log[axis] else words),
        }
        for axis, words in (("x", x), ("y", y))
    }
    return theme.figure(
        mode,
        [_rest(known[~is_chosen], mode), *(_mine(r, chosen, mode) for r in each_row(mine))],
        height=480,
        margin={"l": 8, "r": 24, "t": 12, "b": 8},
        xaxis=axes["x"],
        yaxis=axes["y"],
        annotations=[_name(r, log, known, mode) for r in each_row(mine)],
    )


def _diameters(size: pd.Series) -> pd.Series:
    """Return diameters whose areas are proportional to a quantity; nothing is drawn below zero."""
    top = float(size.max())
    share = size.clip(lower=0) / top if top > 0 else size * 0
    wide: pd.Series = np.sqrt(share) * LARGEST
    return wide.clip(lower=SMALLEST)


def _rest(part: pd.DataFrame, mode: Mode) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": part["x"].tolist(),
        "y": part["y"].tolist(),
        "text": part["text"].tolist(),
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "size": part["diameter"].tolist(),
            "color": theme.shade(mode, "muted", 0.45),
            "opacity": 0.75,
            "line": {"color": theme.token(mode, "paper"), "width": 1},
        },
    }


def _mine(row: Any, chosen: list[str], mode: Mode) -> dict[str, Any]:
    place = chosen.index(row.ref_area)
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [row.x],
        "y": [row.y],
        "cliponaxis": False,
        "text": [row.text],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "size": row.diameter,
            "symbol": labels.SHAPES[place % len(labels.SHAPES)],
            "color": labels.colour(place, mode),
            "line": {"color": theme.token(mode, "paper"), "width": 1},
        },
    }


def _name(row: Any, log: dict[str, bool], known: pd.DataFrame, mode: Mode) -> dict[str, Any]:
    x, y = (float(np.log10(v)) if log[a] else float(v) for a, v in (("x", row.x), ("y", row.y)))
    side = "left" if row.x <= known["x"].median() else "right"
    shift = row.diameter / 2 + 4
    return labels.beside(
        f"<b>{labels.short(row.name)}</b>",
        x,
        y,
        theme.token(mode, "ink"),
        side,
        xshift=shift if side == "left" else -shift,
    )
