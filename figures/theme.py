"""Colours and the Plotly template, for the light and the dark page.

The tokens are those of `assets/base.css`; a test compares the two.
"""

import math
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final, Literal

import plotly.graph_objects as go

from scidip.figures.text.numbers import spoken
from scidip.indicators.language.current import ENGLISH, current

Mode = Literal["light", "dark"]

TOKENS: Final[dict[Mode, dict[str, str]]] = {
    "light": {
        "paper": "#FBFAF7",
        "card": "#FFFFFF",
        "rule": "#D9DDE1",
        "ink": "#17212B",
        "muted": "#55616D",
        "infra": "#0B6E75",
        "national": "#A65A00",
        "international": "#5B3FA8",
        "accent": "#1F4E8C",
        "alert": "#A3262A",
    },
    "dark": {
        "paper": "#10161C",
        "card": "#18212A",
        "rule": "#2A3641",
        "ink": "#EEF2F5",
        "muted": "#A9B4BF",
        "infra": "#4FC1C9",
        "national": "#F0A94B",
        "international": "#B49CF2",
        "accent": "#7FB2F0",
        "alert": "#F28B82",
    },
}
SANS: Final = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif'
CLASSES: Final = 5
"""Classes on a map."""
LIGHTEST: Final = 0.2
"""Share of the full colour in the lowest class, so that it still differs from the paper."""


def token(mode: Mode, name: str) -> str:
    """Return a colour as #RRGGBB. A node that is not a factor (the index, a dimension) is ink."""
    return TOKENS[mode].get(name, TOKENS[mode]["ink"])


def colour_of(name: str) -> str:
    """Return a colour of the light page by its name as #RRGGBB, or one written so already."""
    return name if name.startswith("#") else token("light", name)


@cache
def shade(mode: Mode, name: str, share: float) -> str:
    """Return *share* (0 to 1) of a colour mixed into the paper, in even steps of lightness."""
    paper, colour = _to_oklab(token(mode, "paper")), _to_oklab(token(mode, name))
    return _to_hex(tuple(p + (c - p) * share for p, c in zip(paper, colour, strict=True)))


def sequential(mode: Mode, name: str, classes: int = CLASSES) -> list[str]:
    """Return the colours of a map's classes, from near paper to the full colour."""
    step = (1 - LIGHTEST) / max(classes - 1, 1)
    return [shade(mode, name, LIGHTEST + step * i) for i in range(classes)]


def figure(mode: Mode, traces: Sequence[Mapping[str, Any]] = (), **layout: Mapping[str, Any] | Any) -> go.Figure:
    """Return a figure of *traces* in the house style: paper, system type, hairlines, no chrome.

    *layout* is laid over the style, axes and margins key by key. Traces and layout are plain,
    nested dictionaries and not validated: that would take longer than everything else together.
    """
    merged: dict[str, Any] = dict(_style(mode))
    for key, value in layout.items():
        style = merged.get(key[:5] if key[1:5] == "axis" else key)
        if isinstance(value, Mapping) and isinstance(style, Mapping):
            value = {**style, **value}
        merged[key] = value
    language = current()
    if language is not ENGLISH:
        merged["separators"] = language.decimal + language.group
    return PlainFigure([_without_nan(t) for t in traces], merged)


class PlainFigure(go.Figure):  # type: ignore[misc]  # Plotly has no types
    """A figure of plain lists and dictionaries: it goes into an answer as it is, without a copy.

    Plotly's own objects are made when something else is asked of it; most figures are only sent.
    """

    def __init__(self, data: list[Mapping[str, Any]], layout: Mapping[str, Any]) -> None:
        self.__dict__["plain"] = {"data": data, "layout": layout}

    def to_plotly_json(self) -> dict[str, Any]:
        """Return data and layout; do not write into them."""
        if self._is_made:
            return {"data": self._data, "layout": self._layout}
        plain: dict[str, Any] = self.__dict__["plain"]
        return plain

    @property
    def _is_made(self) -> bool:
        return "_data_objs" in self.__dict__

    def __getattr__(self, name: str) -> Any:
        """Make Plotly's objects, as an attribute of theirs is wanted."""
        if name.startswith("__") or "made" in self.__dict__:
            raise AttributeError(name)
        self.__dict__["made"] = True
        super().__init__(self.__dict__["plain"], _validate=False)
        return getattr(self, name)

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how to make a copy."""
        found = self.to_plotly_json()
        return PlainFigure, (found["data"], found["layout"])


def _without_nan(trace: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a trace with None for NaN: one NaN makes plotly write and read the whole answer a second time."""
    clean = {
        axis: [None if v != v else v for v in trace[axis]] for axis in ("x", "y") if isinstance(trace.get(axis), list)
    }
    return {**trace, **clean}


@cache
def _style(mode: Mode) -> Mapping[str, Any]:
    ink, muted, rule, card = (token(mode, n) for n in ("ink", "muted", "rule", "card"))
    axis = {
        "showgrid": False,
        "zeroline": False,
        "showline": False,
        "linecolor": rule,
        "gridcolor": rule,
        "ticks": "",
        "tickfont": {"color": muted, "size": 13},
        "fixedrange": True,
        "automargin": True,
    }
    hover = {"family": SANS, "color": ink, "size": 14}
    return {
        "template": {"data": {}, "layout": {}},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": SANS, "color": ink, "size": 13},
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8, "pad": 4},
        "showlegend": False,
        "hoverlabel": {"bgcolor": card, "bordercolor": rule, "font": hover, "align": "left"},
        "xaxis": axis,
        "yaxis": axis,
        "dragmode": False,
    }


def axis_title(mode: Mode, text: str) -> dict[str, Any]:
    """Return the title of an axis: quiet, close to the numbers."""
    return {"text": text, "font": {"color": token(mode, "muted"), "size": 13}, "standoff": 8}


def log_axis(low: float, high: float) -> dict[str, Any]:
    """Return a logarithmic axis from *low* to *high* (both positive) with round numbers in full."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    steps = (1,) if last - first > 2 else (1, 3) if last - first > 1 else (1, 2, 5)
    ticks = [m * 10.0**e for e in range(first, last + 1) for m in steps]
    return {"type": "log", "tickvals": ticks, "ticktext": [spoken(f"{t:,.10g}") for t in ticks]}


def translucent(colour: str, share: float) -> str:
    """Return a colour (#RRGGBB) that lets the paper through."""
    r, g, b = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({r},{g},{b},{share})"


def empty(mode: Mode, sentence: str) -> go.Figure:
    """Return a figure that only says why there is nothing to see."""
    note = {
        "text": sentence,
        "showarrow": False,
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": 0.5,
        "xanchor": "left",
        "font": {"color": token(mode, "muted"), "size": 15},
    }
    hidden = {"visible": False}
    return figure(mode, xaxis=hidden, yaxis=hidden, height=160, annotations=[note])


def _to_oklab(colour: str) -> tuple[float, float, float]:
    r, g, b = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    mid = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * mid - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * mid + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * mid - 0.8086757660 * short,
    )


def _to_hex(lab: tuple[float, ...]) -> str:
    lightness, a, b = lab
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    mid = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    rgb = (
        4.0767416621 * long - 3.3077115913 * mid + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * mid - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * mid + 1.7076147010 * short,
    )
    return "#" + "".join(f"{round(_gamma(v) * 255):02X}" for v in rgb)


def _linear(v: float) -> float:
    return v / 12.92 if v <= 0.04045 else float(((v + 0.055) / 1.055) ** 2.4)


def _gamma(v: float) -> float:
    v = min(max(v, 0.0), 1.0)
    return v * 12.92 if v <= 0.0031308 else float(1.055 * v ** (1 / 2.4) - 0.055)
