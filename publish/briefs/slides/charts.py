"""Charts that the slide program itself draws, so that whoever presents can edit their numbers."""

import math
import textwrap
from collections.abc import Callable, Sequence
from typing import Any

from lxml import etree
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
)
from pptx.enum.dml import MSO_LINE
from pptx.oxml.ns import qn
from pptx.util import Pt

from scidip.figures import theme
from scidip.indicators.language.current import _
from scidip.publish.briefs import fitting
from scidip.publish.briefs.brief import Chart, Series
from scidip.publish.briefs.slides import signed
from scidip.publish.briefs.slides.shapes import SANS, Box, describe, rgb

NAME = 34
"""Letters of a category at most."""
LEGEND = 58
"""Letters of the name of a series at most."""
FEW = 10
"""Categories whose bars of two series may each have their figure beside them."""
DENSE = 14
"""Years up to which each is named."""
SPOKE = 20
"""Letters of a line of a category around a radar."""
AXIS = 11.0
KINDS = {
    "bars": XL_CHART_TYPE.BAR_CLUSTERED,
    "mirrored": XL_CHART_TYPE.BAR_CLUSTERED,
    "ranges": XL_CHART_TYPE.BAR_STACKED,
    "lines": XL_CHART_TYPE.LINE_MARKERS,
    "radar": XL_CHART_TYPE.RADAR_MARKERS,
}
MIDDLE = 0.5
"""How strong the paler half of a range is."""


def add(slide: Any, box: Box, chart: Chart) -> None:
    """Add a chart to a slide."""
    frame = slide.shapes.add_chart(KINDS[chart.kind], *box.emu, _data(chart))
    describe(frame, chart.alt)
    made = frame.chart
    made.font.size, made.font.name, made.font.color.rgb = Pt(AXIS), SANS, rgb("ink")
    made.has_title = False
    _series(made, chart)
    if chart.kind == "radar":
        _radar(made, chart)
    else:
        _axes(made, chart)
    _legend(made, chart)
    if signed.is_signed(chart):
        signed.finish(made, chart)


def shown(chart: Chart) -> list[tuple[str, tuple[float | None, ...]]]:
    """Return the series as the chart holds them: ranges as steps on top of each other, the left side negative."""
    if chart.kind == "ranges":
        low, middle, high = (s.values for s in chart.series)
        steps = (low, _less(middle, low), _less(high, middle))
        names = (
            _("Up to the best rank"),
            _("From the best to the published rank"),
            _("From the published to the worst rank"),
        )
        return list(zip(names, steps, strict=True))
    if chart.kind == "mirrored":
        left, right = chart.series
        return [(left.name, tuple(-v if v is not None else None for v in left.values)), (right.name, right.values)]
    return [(s.name, s.values) for s in chart.series]


def _less(values: Sequence[float | None], base: Sequence[float | None]) -> tuple[float | None, ...]:
    return tuple(None if v is None or b is None else v - b for v, b in zip(values, base, strict=True))


def _number(chart: Chart) -> str:
    plain = "#,##0" + ("." + "0" * chart.decimals if chart.decimals else "")
    if signed.is_signed(chart):
        return signed.with_sign(plain)
    return f"{plain};{plain}" if chart.kind == "mirrored" else plain


def _data(chart: Chart) -> CategoryChartData:
    make: Callable[..., CategoryChartData] = CategoryChartData
    data = make(number_format=_number(chart))
    add: Callable[..., object] = data.add_series
    data.categories = [_name(c, chart) for c in chart.categories]
    for name, values in shown(chart):
        add(fitting.cut(name, 1, LEGEND * fitting.USUAL * fitting.AIR), values)
    return data


def _name(category: str, chart: Chart) -> str:
    """Return the name of a category as it has room: around a radar on two lines."""
    if chart.kind != "radar":
        return fitting.cut(category, 1, NAME * fitting.USUAL * fitting.AIR)
    return "\n".join(textwrap.wrap(category, SPOKE, max_lines=2, placeholder="…", break_long_words=False))


def _series(made: Any, chart: Chart) -> None:
    plot = made.plots[0]
    if chart.kind in ("bars", "ranges", "mirrored"):
        _bars(plot, chart)
    for k, (series, told) in enumerate(zip(plot.series, chart.series, strict=True)):
        if chart.kind in ("lines", "radar"):
            _line(series, told, chart)
        else:
            _bar(series, told, chart, k)


def _bars(plot: Any, chart: Chart) -> None:
    plot.gap_width = 45
    plot.overlap = 100 if chart.kind in ("ranges", "mirrored") else -5
    if chart.kind == "ranges" or (len(chart.categories) > FEW and not chart.series[0].colours):
        return
    # Of a series that only compares, the bars are enough: labels of both would run into each other.
    for series in plot.series if chart.kind == "mirrored" or not chart.series[0].colours else [plot.series[0]]:
        labels = series.data_labels
        labels.show_value = True
        labels.number_format, labels.number_format_is_linked = _number(chart), False
        labels.position = XL_LABEL_POSITION.OUTSIDE_END
        labels.font.size = Pt(10 if len(chart.categories) > 10 else 12)


def _bar(series: Any, told: Series, chart: Chart, place: int) -> None:
    series.invert_if_negative = False
    series.format.fill.solid()
    series.format.fill.fore_color.rgb = rgb(told.colour)
    if chart.kind == "ranges" and place == 0:
        series.format.fill.background()
        series.format.line.fill.background()
        return
    for i in range(len(chart.categories)):
        colour = told.colour_of(i)
        point = series.points[i].format
        point.fill.solid()
        pale = chart.kind == "ranges" and place == 2
        point.fill.fore_color.rgb = rgb(theme.shade("light", colour, MIDDLE)) if pale else rgb(colour)
        if chart.kind == "ranges":
            point.line.color.rgb, point.line.width = rgb(colour), Pt(1.5)
            if place == 1 and chart.series[0].values[i] == chart.series[2].values[i]:
                _dot(series.points[i].data_label, colour)


def _dot(label: Any, colour: str) -> None:
    """Mark a range of one rank: its bar has no width to be seen."""
    run = label.text_frame.paragraphs[0].add_run()
    run.text = "●"
    run.font.size, run.font.color.rgb = Pt(14), rgb(colour)
    label.position = XL_LABEL_POSITION.CENTER


def _line(series: Any, told: Series, chart: Chart) -> None:
    series.smooth = False
    line = series.format.line
    line.color.rgb, line.width = rgb(told.colour), Pt(1.0 if told.bound else 2.25)
    if told.bound:
        line.dash_style = MSO_LINE.SQUARE_DOT
        series.marker.style = XL_MARKER_STYLE.NONE
        return
    series.marker.style, series.marker.size = (XL_MARKER_STYLE.CIRCLE, 4 if chart.kind == "radar" else 7)
    _mark(series.marker.format, told.colour, hollow=False)
    for i, hollow in enumerate(told.hollow):
        if hollow:
            marker = series.points[i].marker
            marker.style, marker.size = XL_MARKER_STYLE.CIRCLE, 7
            _mark(marker.format, told.colour, hollow=True)
    last = max((i for i, v in enumerate(told.values) if v is not None), default=None)
    if chart.kind == "lines" and last is not None and _apart(chart, told, last):
        _value_label(series.points[last].data_label, chart, told)


def _mark_size(chart: Chart) -> int:
    return 4 if chart.kind == "radar" or len(chart.categories) > DENSE else 7


def _apart(chart: Chart, told: Series, last: int) -> bool:
    """Return whether the last value of a line is far enough from those named before it to be written beside it."""
    ends = [(s, s.values[last]) for s in chart.series if not s.bound]
    known = [v for s in chart.series for v in s.values if v is not None]
    gap = 0.045 * ((max(known) - min(known)) or 1.0)
    before = ends[: [s for s, _v in ends].index(told)]
    own = told.values[last]
    return own is not None and all(v is None or abs(v - own) >= gap for _s, v in before)


def _value_label(label: Any, chart: Chart, told: Series) -> None:
    """Show the last value beside its mark, in the colour of the line."""
    label.has_text_frame = False
    label.position = XL_LABEL_POSITION.RIGHT
    label.font.size, label.font.bold, label.font.color.rgb = Pt(AXIS), True, rgb(told.colour)
    element = label._get_or_add_dLbl()
    form = element.find(qn("c:numFmt"))
    if form is None:
        form = etree.Element(qn("c:numFmt"), formatCode=_number(chart), sourceLinked="0")
        element.insert(1, form)


def _mark(form: Any, colour: str, *, hollow: bool) -> None:
    form.fill.solid()
    form.fill.fore_color.rgb = rgb("paper" if hollow else colour)
    form.line.color.rgb, form.line.width = rgb(colour), Pt(1.5)


def _axes(made: Any, chart: Chart) -> None:
    across, values = made.category_axis, made.value_axis
    for axis in (across, values):
        axis.format.line.color.rgb = rgb("rule")
        axis.major_tick_mark = axis.minor_tick_mark = XL_TICK_MARK.NONE
        axis.tick_labels.font.size = Pt(AXIS)
    across.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    across.has_major_gridlines = False
    if chart.kind != "lines":
        across.reverse_order = True
    values.has_major_gridlines = True
    values.major_gridlines.format.line.color.rgb = rgb("rule")
    values.major_gridlines.format.line.width = Pt(0.5)
    values.tick_labels.font.color.rgb = rgb("muted")
    values.tick_labels.number_format = "#,##0;#,##0"
    values.tick_labels.number_format_is_linked = False
    _every_label(across, chart)
    values.has_title = chart.kind == "lines"
    if values.has_title:
        values.axis_title.text_frame.text = chart.axis
        run = values.axis_title.text_frame.paragraphs[0].runs[0]
        run.font.size, run.font.bold, run.font.color.rgb = Pt(AXIS), False, rgb("muted")
    _bounds(values, chart)


def _every_label(axis: Any, chart: Chart) -> None:
    """Name every category; of many years as many as have room."""
    n = len(chart.categories)
    step = math.ceil(n / 8) if chart.kind == "lines" and n > DENSE else 1
    skip = etree.Element(qn("c:tickLblSkip"), val=str(step))
    axis._element.find(qn("c:noMultiLvlLbl")).addprevious(skip)
    axis.tick_labels.font.size = Pt(AXIS if n <= DENSE or chart.kind == "lines" else 10)
    if n <= DENSE or chart.kind != "lines":  # programs that know no step would break the years
        axis._element.find(qn("c:txPr")).find(qn("a:bodyPr")).set("rot", "0")


def _bounds(values: Any, chart: Chart) -> None:
    """Bars start at zero; an axis ends at the data, or where the chart says."""
    known = [v for _name, column in shown(chart) for v in column if v is not None]
    if chart.kind == "mirrored":
        top = math.ceil(max((abs(v) for v in known), default=1.0) * 1.3 / 2) * 2.0 or 2.0
        values.minimum_scale, values.maximum_scale, values.major_unit = -top, top, top / 2
        return
    if chart.kind == "lines":
        least = min(known, default=0.0)
        values.minimum_scale = float(max(0, (least // 5) * 5)) if max(known, default=0) <= 100 else 0.0
        if least < 0:
            values.minimum_scale = float(math.floor(least))
        return
    values.minimum_scale = 0.0
    if chart.kind == "ranges":
        high = chart.high or max((v for v in chart.series[2].values if v is not None), default=1.0) + 1
        values.maximum_scale = float(high)
        if chart.high is None:
            least = min((v for v in chart.series[0].values if v is not None), default=0.0)
            values.minimum_scale = float(max(0, (least - 1) // 5 * 5))
    else:
        values.maximum_scale = chart.high or max(known, default=1.0) * 1.1 or 1.0


def _radar(made: Any, chart: Chart) -> None:
    known = [v for s in chart.series for v in s.values if v is not None]
    made.value_axis.minimum_scale = 0.0
    made.value_axis.maximum_scale = math.ceil(max(known, default=100.0) / 20) * 20.0
    made.value_axis.major_unit = 20.0
    made.value_axis.tick_labels.font.size = Pt(9)
    made.value_axis.tick_labels.font.color.rgb = rgb("muted")
    made.value_axis.major_gridlines.format.line.color.rgb = rgb("rule")
    made.value_axis.format.line.color.rgb = rgb("rule")
    made.category_axis.tick_labels.font.size = Pt(9)


def _legend(made: Any, chart: Chart) -> None:
    """Show which is which, unless there is only one series or the subtitle says it."""
    made.has_legend = len(chart.series) > 1 and chart.kind != "ranges" and not chart.series[0].colours
    if made.has_legend:
        made.legend.position = XL_LEGEND_POSITION.BOTTOM
        made.legend.include_in_layout = False
        made.legend.font.size = Pt(AXIS)
