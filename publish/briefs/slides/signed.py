"""Lines with figures on both sides of zero: signs, a line at zero, and an upright one between before and after."""

import math
from typing import Any

from lxml import etree
from pptx.oxml.ns import qn
from pptx.util import Pt

from scidip.publish.briefs.brief import Chart
from scidip.publish.briefs.slides.shapes import rgb

STEPS = 5
"""Into about how many steps the axis is divided."""


def is_signed(chart: Chart) -> bool:
    """Return whether a chart has a before and an after, and so figures with signs."""
    return chart.kind == "lines" and chart.marked is not None


def with_sign(plain: str) -> str:
    """Return a format of numbers with a sign before all but zero."""
    return f'+{plain};"−"{plain};{plain}'


def bounds(chart: Chart) -> tuple[float, float, float]:
    """Return where the axis begins and ends, zero within, and its step."""
    known = [0.0, *(v for s in chart.series for v in s.values if v is not None)]
    raw = (max(known) - min(known)) / STEPS or 1.0
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(m * size for m in (1, 2, 5, 10) if m * size >= raw)
    return math.floor(min(known) / step) * step, math.ceil(max(known) / step) * step, step


def finish(made: Any, chart: Chart) -> None:
    """Set the ends of the axis, its signs, the line at zero and the upright one of a chart that is made."""
    values, low, high, step = made.value_axis, *bounds(chart)
    values.minimum_scale, values.maximum_scale, values.major_unit = low, high, step
    values.tick_labels.number_format = with_sign("#,##0")
    zero = made.category_axis.format.line
    zero.color.rgb, zero.width = rgb("muted"), Pt(1.25)
    place = next(i for i, s in enumerate(chart.series) if not s.bound)
    at = chart.series[place].values[chart.marked or 0] or 0.0
    _upright(made.plots[0].series[place]._element, chart, high - at, at - low)


def _upright(series: Any, chart: Chart, up: float, down: float) -> None:
    """Draw the upright line as error bars of one point: no shape laid over a chart would move with it."""
    bars = etree.Element(qn("c:errBars"))
    for name, value in (("errDir", "y"), ("errBarType", "both"), ("errValType", "cust"), ("noEndCap", "1")):
        etree.SubElement(bars, qn(f"c:{name}"), val=value)
    for name, length in (("plus", up), ("minus", down)):
        held = etree.SubElement(etree.SubElement(bars, qn(f"c:{name}")), qn("c:numLit"))
        etree.SubElement(held, qn("c:formatCode")).text = "General"
        etree.SubElement(held, qn("c:ptCount"), val=str(len(chart.categories)))
        point = etree.SubElement(held, qn("c:pt"), idx=str(chart.marked))
        etree.SubElement(point, qn("c:v")).text = f"{length:.6g}"
    line = etree.SubElement(etree.SubElement(bars, qn("c:spPr")), qn("a:ln"), w=str(Pt(1.25)))
    fill = etree.SubElement(etree.SubElement(line, qn("a:solidFill")), qn("a:srgbClr"))
    fill.set("val", str(rgb("muted")))
    etree.SubElement(line, qn("a:prstDash"), val="sysDot")
    series.find(qn("c:cat")).addprevious(bars)
