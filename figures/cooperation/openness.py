"""Volume and concentration of partnerships of all countries, one of them named."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from scidip.figures import comparisons, theme
from scidip.figures.text import numbers
from scidip.figures.theme import Mode
from scidip.indicators.language.current import _


def quadrant(frame: pd.DataFrame, area: str, middle: tuple[float, float], mode: Mode) -> go.Figure:
    """Return links against the effective number of partners, with the medians as lines and words in the corners.

    *frame*: ref_area, name, x (links), y (effective number), text; *middle*: the medians of x and y.
    """
    words = (_("Links with all partners"), _("Effective partners"))
    drawn = comparisons.scatter(frame, mode, [area], *words).to_plotly_json()
    layout = dict(drawn["layout"])
    if layout["xaxis"].get("type") == "log":
        # A tick for every second power of ten: seven digits beside seven digits run into each other on a phone.
        known = [10.0**power for power in range(2, 8, 2)]
        layout["xaxis"] = {**layout["xaxis"], "tickvals": known, "ticktext": [numbers.number(t) for t in known]}
    layout["shapes"] = [_rule("x", middle[0], mode), _rule("y", middle[1], mode)]
    layout["annotations"] = [*layout.get("annotations", ()), *_corners(mode)]
    return theme.PlainFigure(drawn["data"], layout)


def _rule(axis: str, at: float, mode: Mode) -> dict[str, Any]:
    line = {"color": theme.token(mode, "muted"), "width": 1, "dash": "dot"}
    along = {"x0": at, "x1": at, "y0": 0, "y1": 1, "xref": "x", "yref": "paper"}
    across = {"y0": at, "y1": at, "x0": 0, "x1": 1, "yref": "y", "xref": "paper"}
    return {"type": "line", "line": line, **(along if axis == "x" else across)}


def _corners(mode: Mode) -> list[dict[str, Any]]:
    said = {
        ("left", "top"): _("few links, broad"),
        ("right", "top"): _("many, broad"),
        ("left", "bottom"): _("few, concentrated"),
        ("right", "bottom"): _("many, concentrated"),
    }
    return [
        {
            "xref": "paper",
            "yref": "paper",
            "x": 0.01 if side == "left" else 0.99,
            "y": 0.99 if end == "top" else 0.01,
            "xanchor": side,
            "yanchor": end,
            "showarrow": False,
            "text": words,
            "font": {"color": theme.token(mode, "muted"), "size": 13},
        }
        for (side, end), words in said.items()
    ]
