"""A chart as a picture for a slide or a page: title, subtitle, the chart, key, source, date and link.

The frame's text has the same size on every picture. A chart of many rows gets the room its rows
need: where the shape has less, the whole chart is drawn smaller.
"""

import copy
import html
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import plotly.graph_objects as go

from scidip.figures import theme
from scidip.figures.text.wrapping import measured, wrapped
from scidip.figures.theme import Mode

Shape = Literal["wide", "standard", "square"]
SIZES: Final[dict[Shape, tuple[int, int]]] = {"wide": (1600, 900), "standard": (1600, 1200), "square": (1200, 1200)}
"""Pixels of a PNG: 16:9, 4:3 and 1:1."""
UNIT: Final = 5 / 3
"""Pixels of a picture for one of the page, so that 13 px on the page are 22 px on a picture 1600 wide."""
SMALLEST, LARGEST = 0.8, 1.9
"""Bounds of how much smaller than UNIT a chart is drawn (below 1: larger)."""
SQUEEZED, BESIDE, LABELLED = 0.72, 0.5, 0.85
"""Share of their height on the page to which may be pressed: rows, lanes named beside, labels set apart by hand."""
EDGE: Final = 28
EXACT: Final = 1e-9
"""More than what is lost in a product: a browser cuts 899.9999 pixels down to 899."""
SERIF: Final = 'Charter, "Bitstream Charter", "Iowan Old Style", "Source Serif 4", Georgia, "DejaVu Serif", serif'
KICKER, TITLE, SUBTITLE, KEY, FOOT = 13.0, 25.0, 14.5, 13.0, 10.5
"""Sizes of the frame's text, in pixels of the page."""
LEADING: Final = 1.3


@dataclass(frozen=True)
class Words:
    """What stands around a chart. Plain text; an empty part takes no room."""

    title: str
    subtitle: str = ""
    source: str = ""
    link: str = ""
    date: str = ""
    """When the picture was made, as it is to be read."""
    kicker: str = ""
    """The small line above the title: of whom the chart speaks."""
    alt: str = ""
    key: tuple[tuple[str, str, str], ...] = ()
    """The key of colours: sign, colour, words."""


@dataclass(frozen=True)
class Framed:
    """A figure with the size it is to be drawn at: *scale* makes a PNG as large as SIZES says."""

    figure: go.Figure
    width: int
    height: int
    scale: float


@dataclass(frozen=True)
class _Line:
    text: str
    size: float
    colour: str
    family: str = theme.SANS
    before: float = 0.0
    """Room above the line."""

    @property
    def tall(self) -> float:
        return self.size * LEADING


def framed(figure: go.Figure, words: Words, shape: Shape, mode: Mode = "light") -> Framed:
    """Return *figure* with *words* around it in the given shape. The figure itself is not changed."""
    across, down = (side / UNIT for side in SIZES[shape])
    head = _head(words, across - 2 * EDGE, mode)
    foot = _foot(words, across - 2 * EDGE, mode)
    above = EDGE + sum(line.before + line.tall for line in head) + 12
    below = sum(line.before + line.tall for line in foot) + EDGE - 8
    layout = _beside_lanes(figure.layout.to_plotly_json())
    factor = _factor(layout, down - above - below)
    width, height = _whole(shape, factor)
    factor = width / across
    room = _room(layout)
    margin = {
        "l": EDGE * factor + room["l"],
        "r": EDGE * factor + room["r"],
        "t": above * factor + room["t"],
        "b": below * factor + room["b"],
        "pad": room["pad"],
        "autoexpand": False,
    }
    notes = [*_from_top(head, factor, margin), *_from_bottom(foot, factor, margin)]
    paper = theme.token(mode, "paper")
    whole = {
        **_fixed(layout),
        "width": width,
        "height": height,
        "margin": margin,
        "paper_bgcolor": paper,
        "annotations": [*layout.get("annotations", ()), *notes],
        "autosize": False,
    }
    data = [trace.to_plotly_json() for trace in figure.data]
    return Framed(
        go.Figure({"data": data, "layout": whole}, _validate=False), width, height, UNIT / factor * (1 + EXACT)
    )


def _whole(shape: Shape, factor: float) -> tuple[int, int]:
    """Return the least size of that shape, in whole pixels and exactly its sides' ratio, of at least *factor*.

    Sides rounded one by one leave a picture a pixel short of what SIZES says.
    """
    wide, high = SIZES[shape]
    part = math.gcd(wide, high)
    times = math.ceil(part / UNIT * factor - EXACT)
    return wide // part * times, high // part * times


def _head(words: Words, wide: float, mode: Mode) -> list[_Line]:
    ink, muted = theme.token(mode, "ink"), theme.token(mode, "muted")
    lines = [_Line(t, KICKER, muted) for t in wrapped(words.kicker, KICKER, wide)]
    lines += [
        _Line(f"<b>{t}</b>", TITLE, ink, SERIF, before=3 if i == 0 and words.kicker else 0)
        for i, t in enumerate(wrapped(words.title, TITLE, wide, 0.56))
    ]
    lines += [
        _Line(t, SUBTITLE, muted, before=4 if i == 0 else 0)
        for i, t in enumerate(wrapped(words.subtitle, SUBTITLE, wide))
    ]
    lines += [_Line(t, KEY, ink, before=8 if i == 0 else 2) for i, t in enumerate(_keys(words.key, wide))]
    return lines


def _keys(key: Sequence[tuple[str, str, str]], wide: float) -> list[str]:
    """Return the lines of a key, each item whole on one line."""
    lines: list[str] = []
    filled = 0.0
    for sign, colour, said in key:
        item = f'<span style="color:{colour}">{html.escape(sign)}</span> {html.escape(said, quote=False)}'
        need = (measured(said) + 4) * KEY
        if lines and filled + need <= wide:
            lines[-1] += "&nbsp;&nbsp;&nbsp;&nbsp; " + item
            filled += need
        else:
            lines.append(item)
            filled = need
    return lines


def _foot(words: Words, wide: float, mode: Mode) -> list[_Line]:
    muted = theme.token(mode, "muted")
    last = " · ".join(part for part in (words.link, words.date) if part)
    said = [*wrapped(words.source, FOOT, wide), *wrapped(last, FOOT, wide)]
    return [_Line(t, FOOT, muted, before=10 if i == 0 else 0) for i, t in enumerate(said)]


def _from_top(lines: Sequence[_Line], factor: float, margin: Mapping[str, Any]) -> list[dict[str, Any]]:
    notes, down = [], EDGE * 0.9
    for line in lines:
        down += line.before
        notes.append(_note(line, factor, margin, 1, margin["t"] - down * factor, "top"))
        down += line.tall
    return notes


def _from_bottom(lines: Sequence[_Line], factor: float, margin: Mapping[str, Any]) -> list[dict[str, Any]]:
    notes, up = [], EDGE * 0.6
    for line in reversed(lines):
        notes.append(_note(line, factor, margin, 0, up * factor - margin["b"], "bottom"))
        up += line.tall
    return notes


def _note(line: _Line, factor: float, margin: Mapping[str, Any], y: float, shift: float, anchor: str) -> dict[str, Any]:
    """Return a line of text at the left edge of the picture, *shift* pixels above the chart's end *y*."""
    return {
        "text": line.text,
        "showarrow": False,
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": y,
        "align": "left",
        "xanchor": "left",
        "yanchor": anchor,
        "xshift": EDGE * factor - margin["l"],
        "yshift": shift,
        "borderpad": 0,
        "font": {"family": line.family, "size": line.size * factor, "color": line.colour},
    }


def _factor(layout: Mapping[str, Any], room: float) -> float:
    """Return by how much smaller than usual a chart is drawn so that its rows fit into *room*."""
    wanted: float | None = layout.get("height")
    if not wanted:
        return 1.0
    if _has_rows(layout):
        needed = BESIDE if _has_lanes(layout) else SQUEEZED if _has_names(layout) else LABELLED
        return min(max(wanted * needed / room, SMALLEST), LARGEST)
    return min(max(wanted / room, SMALLEST), 1.0)


def _has_rows(layout: Mapping[str, Any]) -> bool:
    """Return whether a chart has a row of text for each thing it shows."""
    labels = len(layout.get("annotations") or ())
    return _has_names(layout) or _has_lanes(layout) or labels > 8


def _has_names(layout: Mapping[str, Any]) -> bool:
    return len((layout.get("yaxis") or {}).get("ticktext") or ()) >= 8


def _has_lanes(layout: Mapping[str, Any]) -> bool:
    """Return whether rows are lines across the chart, each named by a text of its own."""
    x, y = layout.get("xaxis") or {}, layout.get("yaxis") or {}
    return y.get("visible") is False and x.get("visible") is not False and bool(layout.get("annotations"))


def _beside_lanes(layout: Mapping[str, Any]) -> dict[str, Any]:
    """Return the layout with the names of lanes left of them; on a narrow page they stand above."""
    if not _has_lanes(layout):
        return dict(layout)
    notes = [dict(note) for note in layout["annotations"]]
    longest = 0.0
    for note in notes:
        if note.get("x") != 0 or note.get("xref") != "x" or note.get("xanchor") != "left":
            continue
        size = float((note.get("font") or {}).get("size", 13))
        longest = max(longest, measured(_plain(note["text"])) * size)
        heads = str(note["text"]).startswith("<b>")
        note |= {"xanchor": "right", "xshift": -14, "yshift": 0, "yanchor": "middle"}
        note["y"] -= 0.02 if heads else 0
    if not longest:
        return dict(layout)
    margin = dict(layout.get("margin") or {})
    return {**layout, "annotations": notes, "margin": {**margin, "l": longest + 20}}


def _room(layout: Mapping[str, Any]) -> dict[str, float]:
    """Return the margins a chart needs for its own axes; on the page the browser measures them."""
    own = {"l": 8, "r": 8, "t": 8, "b": 8, "pad": 0} | dict(layout.get("margin") or {})
    room = {side: float(own[side]) for side in ("l", "r", "t", "b", "pad")}
    if "geo" in layout:
        return room
    for name, axis in layout.items():
        if name[1:5] != "axis" or axis.get("visible") is False or not _shows_ticks(axis):
            continue
        size = float((axis.get("tickfont") or {}).get("size", 13))
        titled = 1.9 * size if (axis.get("title") or {}).get("text") else 0.0
        if name.startswith("x"):
            side = "t" if axis.get("side") == "top" else "b"
            room[side] = max(room[side], own[side] * 0.5 + 1.6 * size + titled)
        else:
            side = "r" if axis.get("side") == "right" else "l"
            told = max((measured(_plain(t)) for t in axis.get("ticktext") or ()), default=3.2)
            room[side] = max(room[side], own[side] + told * size * 1.02 + titled + 4)
    return room


def _shows_ticks(axis: Mapping[str, Any]) -> bool:
    return axis.get("showticklabels") is not False and axis.get("tickvals") != []


def _fixed(layout: Mapping[str, Any]) -> dict[str, Any]:
    """Return the layout without what the room on a page decides."""
    fixed = copy.deepcopy(dict(layout))
    for name, axis in fixed.items():
        if name[1:5] == "axis" and isinstance(axis, dict):
            axis["automargin"] = False
    return fixed


def _plain(text: str) -> str:
    return str(text).replace("<b>", "").replace("</b>", "")
