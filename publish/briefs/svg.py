"""The charts of a briefing as SVG written by hand: for documents that need no script and no browser to be made.

Drawn 440 units wide, so that the type is read on a phone and on paper alike.
"""

import math
from collections.abc import Callable, Sequence
from html import escape

from scidip.figures import theme
from scidip.figures.text import numbers
from scidip.figures.theme import colour_of
from scidip.indicators.language.current import current
from scidip.publish.briefs import fitting
from scidip.publish.briefs.brief import Chart, Series

WIDE = 440.0
ROW = 34.0
"""Height of a category: its name, and under it the bars."""
TALL = 250.0
"""Height of a line chart."""
TYPE = 13.0
PAPER = "paper"


def drawn(chart: Chart) -> str:
    """Return the chart as an SVG element with its name for those who do not see it."""
    make: Callable[[Chart], tuple[list[str], float]] = {
        "bars": _bars,
        "ranges": _ranges,
        "lines": _lines,
        "radar": _radar,
        "mirrored": _mirrored,
    }[chart.kind]
    parts, tall = make(chart)
    return (
        f'<svg class="chart" viewBox="0 0 {WIDE:g} {tall:.0f}" role="img" direction="ltr" '
        f'aria-label="{escape(chart.alt)}"><title>{escape(chart.alt)}</title>{"".join(parts)}</svg>'
    )


def _text(
    x: float,
    y: float,
    words: str,
    colour: str = "ink",
    anchor: str = "start",
    *,
    bold: bool = False,
    size: float = TYPE,
) -> str:
    weight = ' font-weight="600"' if bold else ""
    rtl = ' direction="rtl"' if current().direction == "rtl" and anchor == "start" and not words[:1].isdigit() else ""
    anchor = "end" if rtl else anchor
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{colour_of(colour)}" '
        f'text-anchor="{anchor}"{weight}{rtl}>{escape(words)}</text>'
    )


def _bar(x: float, y: float, w: float, h: float, colour: str, outline: str = "") -> str:
    stroke = f' stroke="{colour_of(outline)}" stroke-width="1.5"' if outline else ""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(w, 0):.1f}" height="{h:g}" fill="{colour_of(colour)}"{stroke}/>'


def _line(x1: float, y1: float, x2: float, y2: float, colour: str = "rule", width: float = 1.0, dash: str = "") -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour_of(colour)}" '
        f'stroke-width="{width:g}"{dashes}/>'
    )


def _dot(x: float, y: float, colour: str, hollow: bool, radius: float = 3.5) -> str:
    fill = colour_of(PAPER if hollow else colour)
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{fill}" '
        f'stroke="{colour_of(colour)}" stroke-width="1.5"/>'
    )


def _known(series: Sequence[Series]) -> list[float]:
    return [v for s in series for v in s.values if v is not None]


def _written(value: float, chart: Chart) -> str:
    return _plus(value, chart) + numbers.fixed(value, chart.decimals)


def _plus(value: float, chart: Chart) -> str:
    return "+" if chart.marked is not None and value > 0 else ""


def _key(chart: Chart, y: float) -> tuple[list[str], float]:
    """Return the legend under a chart, a line for each series, and where it ends."""
    parts = []
    for series in chart.series:
        if series.bound:
            parts.append(_line(0, y - 4, 16, y - 4, series.colour, 1.2, "2 3"))
        else:
            parts.append(_bar(2, y - 10, 11, 11, series.colour))
        parts.append(_text(22, y, fitting.cut(series.name, TYPE, WIDE - 24), "muted"))
        y += 18
    return parts, y


def _bars(chart: Chart) -> tuple[list[str], float]:
    """Return names with their figures, and under each its bars."""
    top = chart.high or max(_known(chart.series), default=1.0) or 1.0
    compares = bool(chart.series[0].colours)
    parts, y = [], 0.0
    thick = 11.0 if len(chart.series) == 1 else 8.0
    for i, name in enumerate(chart.categories):
        told = [s.values[i] for s in (chart.series[:1] if compares else chart.series)]
        said = " · ".join("–" if v is None else _written(v, chart) for v in told)
        parts.append(_text(0, y + 12, fitting.cut(name, TYPE, WIDE - 96)))
        parts.append(_text(WIDE, y + 12, said, anchor="end", bold=True))
        at = y + 17
        for series in chart.series:
            parts.append(_bar(0, at, WIDE * (series.values[i] or 0.0) / top, thick, series.colour_of(i)))
            at += thick
        y = at + 7
    if compares:
        return parts, y
    more, y = _key(chart, y + 12)
    return parts + more, y


def _ranges(chart: Chart) -> tuple[list[str], float]:
    low, middle, high = (s.values for s in chart.series)
    known = _known(chart.series)
    top = chart.high or max(known, default=1.0) + 1
    base = 0.0 if chart.high else max(0.0, min(known, default=0.0) - 2)
    room = WIDE - 8

    def place(value: float) -> float:
        return 4 + room * (value - base) / ((top - base) or 1.0)

    parts = []
    for i, name in enumerate(chart.categories):
        y = i * ROW
        bold = chart.chosen == i
        colour = chart.series[0].colour_of(i)
        rank, first, last = middle[i], low[i], high[i]
        said = numbers.rank_words(_nan(rank), _nan(first), _nan(last))
        parts.append(_text(0, y + 12, fitting.cut(f"{name}: {said}", TYPE, WIDE - 4), bold=bold))
        parts.append(_line(4, y + 23, WIDE - 4, y + 23))
        if first is not None and last is not None and rank is not None:
            pale = theme.shade("light", colour, 0.45)
            parts.append(_bar(place(first), y + 19, place(last) - place(first), 8, pale))
            parts.append(_dot(place(rank), y + 23, colour, False, 4.5))
    y = len(chart.categories) * ROW + 8
    parts += [
        _text(4, y + 6, f"{base:.0f}", "muted", size=11),
        _text(WIDE - 4, y + 6, f"{top:.0f}", "muted", "end", size=11),
    ]
    return parts, y + 10


def _nan(value: float | None) -> float:
    return math.nan if value is None else value


def _mirrored(chart: Chart) -> tuple[list[str], float]:
    top = max(_known(chart.series), default=1.0) or 1.0
    half, parts = WIDE / 2, []
    for i, name in enumerate(chart.categories):
        y = i * (ROW + 2)
        parts.append(_text(0, y + 12, fitting.cut(name, TYPE, WIDE - 4)))
        for side, series in zip((-1, 1), chart.series, strict=True):
            value = series.values[i]
            if value is None:
                continue
            size = (half - 50) * value / top
            parts.append(_bar(half - size if side < 0 else half, y + 17, size, 12, series.colour))
            parts.append(
                _text(
                    half + side * (size + 4),
                    y + 27,
                    _written(value, chart),
                    anchor="end" if side < 0 else "start",
                    size=11,
                )
            )
    y = len(chart.categories) * (ROW + 2)
    parts.append(_line(half, 14, half, y))
    more, y = _key(chart, y + 16)
    return parts + more, y


def _steps(low: float, high: float) -> list[float]:
    """Return round numbers between two ends, about five."""
    raw = (high - low) / 4 or 1.0
    size = 10 ** math.floor(math.log10(raw))
    step = next(m * size for m in (1, 2, 5, 10) if m * size >= raw)
    first = math.ceil(low / step - 1e-9)
    return [step * k for k in range(first, math.floor(high / step + 1e-9) + 1)]


def _ends(chart: Chart) -> tuple[float, float]:
    known = _known(chart.series)
    if chart.marked is not None:
        return min(0.0, *known), max(0.0, *known)
    high = max(known, default=1.0) or 1.0
    return 0.0 if high > 100 or min(known, default=0) < 0.35 * high else min(known), high


def _lines(chart: Chart) -> tuple[list[str], float]:
    low, high = _ends(chart)
    left, right, top, bottom = 44.0, WIDE - 48, 22.0, TALL - 24
    n = len(chart.categories)

    def x(i: int) -> float:
        return left + (right - left) * i / max(n - 1, 1)

    def y(v: float) -> float:
        return bottom - (bottom - top) * (v - low) / ((high - low) or 1.0)

    parts = [_text(0, 12, fitting.cut(chart.axis, 12, WIDE), "muted", size=12)]
    for value in _steps(low, high):
        parts += [
            _line(left, y(value), right, y(value)),
            _text(left - 6, y(value) + 4, _plus(value, chart) + numbers.number(value), "muted", "end", size=11),
        ]
    if chart.marked is not None:
        parts += [
            _line(left, y(0), right, y(0), "muted", 1.4),
            _line(x(chart.marked), top, x(chart.marked), bottom, "muted", 1.4, "2 3"),
        ]
    every = math.ceil(n / (7 if chart.marked is None else n))
    for i in range((n - 1) % every, n, every):
        parts.append(_text(x(i), TALL - 6, chart.categories[i], "muted", "middle", size=11))
    ends: list[float] = []
    for series in chart.series:
        parts += _path([(x(i), None if v is None else y(v)) for i, v in enumerate(series.values)], series)
        shown = [(i, v) for i, v in enumerate(series.values) if v is not None]
        if shown and not series.bound:
            last, value = shown[-1]
            end = y(value)
            if all(abs(end - other) > 11 for other in ends):
                parts.append(_text(x(last) + 8, end + 4, _written(value, chart), series.colour, bold=True, size=11))
                ends.append(end)
    if len(chart.series) == 1:
        return parts, TALL
    more, tall = _key(chart, TALL + 16)
    return parts + more, tall


def _path(points: Sequence[tuple[float, float | None]], series: Series) -> list[str]:
    """Return a line with gaps where there is no figure, and its marks."""
    steps, pen = [], "M"
    for x, y in points:
        if y is None:
            pen = "M"
            continue
        steps.append(f"{pen}{x:.1f} {y:.1f}")
        pen = "L"
    width, dash = (1.2, ' stroke-dasharray="2 3"') if series.bound else (2.2, "")
    parts = [
        f'<path d="{"".join(steps)}" fill="none" stroke="{colour_of(series.colour)}" stroke-width="{width}"{dash}/>'
    ]
    if not series.bound:
        hollow = series.hollow or (False,) * len(points)
        size = 3.5 if len(points) <= 16 else 2.0
        parts += [_dot(x, y, series.colour, hollow[i], size) for i, (x, y) in enumerate(points) if y is not None]
    return parts


def _radar(chart: Chart) -> tuple[list[str], float]:
    n, middle, radius = len(chart.categories), WIDE / 2, 118.0
    top = math.ceil(max(_known(chart.series), default=100.0) / 20) * 20.0 or 20.0
    centre = 168.0

    def point(i: int, value: float) -> tuple[float, float]:
        turn, reach = 2 * math.pi * i / n, radius * value / top
        return middle + reach * math.sin(turn), centre - reach * math.cos(turn)

    parts = []
    for share in (0.25, 0.5, 0.75, 1.0):
        ring = " ".join("{:.1f},{:.1f}".format(*point(i, top * share)) for i in range(n))
        parts.append(f'<polygon points="{ring}" fill="none" stroke="{colour_of("rule")}"/>')
    for i, name in enumerate(chart.categories):
        x, y = point(i, top * 1.1)
        anchor = "middle" if abs(x - middle) < 12 else "start" if x > middle else "end"
        room = (WIDE - x if anchor == "start" else x) if anchor != "middle" else 150
        parts += [
            _line(middle, centre, *point(i, top)),
            _text(x, y + 4, fitting.cut(name, 10, room), "muted", anchor, size=10),
        ]
    for series in chart.series:
        shape = " ".join("{:.1f},{:.1f}".format(*point(i, v or 0.0)) for i, v in enumerate(series.values))
        colour = colour_of(series.colour)
        parts.append(
            f'<polygon points="{shape}" fill="{colour}" fill-opacity="0.1" stroke="{colour}" stroke-width="2"/>'
        )
    parts.append(_text(middle + 4, centre - radius + 12, f"{top:.0f}", "muted", size=10))
    more, tall = _key(chart, 2 * centre + 14)
    return parts + more, tall
