"""A network of countries: ties as lines, the stronger the wider; countries as named dots."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from scidip.figures import theme
from scidip.figures.theme import Mode
from scidip.indicators.language.current import _

WIDTHS = (0.6, 1.4, 2.6, 4.5)
"""Widths of ties, weakest class first; each class holds a quarter of the ties that are drawn."""
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
"""How the ties of each layer are drawn, in the order of the layers."""
HEIGHT = 620
EDGE = 0.12
"""Share of the width in which a long name would be cut off."""


def dash_words() -> tuple[str, ...]:
    """Return what the `DASHES` are called."""
    return (_("solid"), _("dashed"), _("dotted"), _("dash and dot"), _("long dashes"), _("long dash and dot"))


def network(nodes: pd.DataFrame, ties: pd.DataFrame, mode: Mode, chosen: str = "", names: bool = False) -> go.Figure:
    """Return the picture of some *nodes* and *ties*.

    nodes: ref_area, name, x, y, size (0 to 1), text. ties: source, target (positions in *nodes*), weight,
    layer (position of the layer in which most of the tie lies). The
    *chosen* area and its ties are in the accent colour. Dots carry their code, or with *names* their name.
    """
    if nodes.empty:
        return theme.empty(mode, _("No tie is kept here."))
    traces = [*_lines(nodes, ties, mode, chosen), _dots(nodes, mode, chosen, names)]
    hidden = {"visible": False}
    return theme.figure(
        mode,
        traces,
        height=HEIGHT,
        margin={"l": 4, "r": 4, "t": 4, "b": 4},
        xaxis=hidden,
        yaxis=hidden,
        hovermode="closest",
    )


def _lines(nodes: pd.DataFrame, ties: pd.DataFrame, mode: Mode, chosen: str) -> list[dict[str, Any]]:
    if ties.empty:
        return []
    classes = (ties["weight"].rank(pct=True) * len(WIDTHS)).clip(upper=len(WIDTHS) - 0.01).astype(int)
    x, y = nodes["x"].tolist(), nodes["y"].tolist()
    traces = []
    centre = set(np.flatnonzero(nodes["ref_area"] == chosen).tolist())
    own = (ties["source"].isin(centre) | ties["target"].isin(centre)).rename("own")
    # Those of the chosen area come last, on top of the others.
    groups: Iterable[tuple[Any, pd.DataFrame]] = ties.groupby([own, classes, "layer"])
    for (is_own, step, layer), part in groups:
        colour = "accent" if is_own else "muted"
        pairs = list(zip(part["source"].tolist(), part["target"].tolist(), strict=True))
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "hoverinfo": "skip",
                "x": [v for i, j in pairs for v in (x[i], x[j], None)],
                "y": [v for i, j in pairs for v in (y[i], y[j], None)],
                "line": {
                    "color": theme.shade(mode, colour, (0.5 if is_own else 0.25) + 0.13 * step),
                    "width": WIDTHS[step],
                    "dash": DASHES[layer % len(DASHES)],
                },
            }
        )
    return traces


def _beside(x: NDArray[np.float64]) -> list[str]:
    """Return on which side of its dot a name stands: near the edge of the picture it grows inwards."""
    share = (x - x.min()) / (np.ptp(x) or 1.0)
    return ["top right" if s < EDGE else "top left" if s > 1 - EDGE else "top center" for s in share.tolist()]


def _dots(nodes: pd.DataFrame, mode: Mode, chosen: str, names: bool) -> dict[str, Any]:
    ink, accent = theme.token(mode, "ink"), theme.token(mode, "accent")
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": nodes["x"].tolist(),
        "y": nodes["y"].tolist(),
        "customdata": nodes["ref_area"].tolist(),
        "cliponaxis": False,
        "text": (nodes["name"] if names else nodes["ref_area"]).tolist(),
        "textposition": _beside(nodes["x"].to_numpy(float)) if names else "top center",
        "textfont": {"size": 12, "color": ink},
        "hovertext": nodes["text"].tolist(),
        "hovertemplate": "%{hovertext}<extra></extra>",
        "marker": {
            "size": [7 + 21 * s for s in nodes["size"]],
            "color": [accent if a == chosen else ink for a in nodes["ref_area"]],
            "line": {"color": theme.token(mode, "paper"), "width": 1.5},
        },
    }
