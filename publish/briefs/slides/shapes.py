"""Shapes on a slide in the house style: texts, rules, tables, pictures. Sizes in inches, type in points."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Inches, Length, Pt

from scidip.figures.theme import colour_of
from scidip.indicators.language.current import _
from scidip.publish.briefs import fitting
from scidip.publish.briefs.brief import Grid

SERIF, SANS = "Georgia", "Arial"
WIDTH, HEIGHT = 13.333, 7.5
POINTS = 72.0
NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
CELL = 0.06
"""Margin inside a cell, inches."""
LARGEST, SMALLEST = 13.0, 8.5
"""Type sizes of tables."""
BOLD = 1.08
"""How much wider bold type is."""
MOST = 3
"""Lines of a cell at most."""


@dataclass(frozen=True)
class Box:
    """A place on a slide."""

    x: float
    y: float
    w: float
    h: float

    def mirrored(self, rtl: bool) -> "Box":
        """Return the place as seen from the other side, for languages written from right to left."""
        return Box(WIDTH - self.x - self.w, self.y, self.w, self.h) if rtl else self

    @property
    def emu(self) -> tuple[Length, Length, Length, Length]:
        """Left, top, width and height as python-pptx takes them."""
        return Inches(self.x), Inches(self.y), Inches(self.w), Inches(self.h)


def rgb(name: str) -> RGBColor:
    """Return a colour of the house, or one written as #RRGGBB."""
    read: Callable[[str], RGBColor] = RGBColor.from_string
    return read(colour_of(name).lstrip("#"))


def _without_style(shape: Any) -> None:
    """Take off the template's style: it would cast a shadow."""
    style = shape._element.find(qn("p:style"))
    if style is not None:
        shape._element.remove(style)


def describe(shape: Any, alt: str) -> None:
    """Give a shape the words for those who do not see it."""
    shape._element.xpath(".//p:cNvPr")[0].set("descr", alt)


@dataclass(frozen=True)
class Pen:
    """Writes on one slide."""

    slide: Any
    rtl: bool = False

    def write(
        self,
        box: Box,
        paragraphs: Sequence[str],
        size: float,
        colour: str = "ink",
        *,
        bold: bool = False,
        serif: bool = False,
        name: str = "",
        link: str = "",
        space: float = 0.0,
        anchor: Any = MSO_ANCHOR.TOP,
        end: bool = False,
    ) -> Any:
        """Add a text box; the text must have been fitted before. Returns the shape."""
        shape = self.slide.shapes.add_textbox(*box.mirrored(self.rtl).emu)
        if name:
            shape.name = name
        self.fill(
            shape.text_frame,
            paragraphs,
            size,
            colour,
            bold=bold,
            serif=serif,
            link=link,
            space=space,
            anchor=anchor,
            end=end,
        )
        return shape

    def fill(
        self,
        frame: Any,
        paragraphs: Sequence[str],
        size: float,
        colour: str = "ink",
        *,
        bold: bool = False,
        serif: bool = False,
        link: str = "",
        space: float = 0.0,
        anchor: Any = MSO_ANCHOR.TOP,
        end: bool = False,
    ) -> None:
        """Set paragraphs into a frame without margins; *end* lines them up at their end."""
        frame.word_wrap = True
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        frame.vertical_anchor = anchor
        for k, text in enumerate(paragraphs):
            paragraph = frame.paragraphs[0] if k == 0 else frame.add_paragraph()
            self._direct(paragraph, end, numeric=end or bool(link))
            paragraph.space_after = Pt(space)
            run = paragraph.add_run()
            run.text = text
            self._type(run, size, colour, bold, serif)
            if link:
                run.hyperlink.address = link

    def _direct(self, paragraph: Any, end: bool, *, numeric: bool) -> None:
        """Line a paragraph up; figures and addresses run from left to right in every language."""
        right = end != self.rtl
        paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
        if self.rtl and not numeric:
            paragraph._p.get_or_add_pPr().set("rtl", "1")

    def _type(self, run: Any, size: float, colour: str, bold: bool, serif: bool) -> None:
        run.font.size, run.font.bold = Pt(size), bold
        run.font.color.rgb = rgb(colour)
        run.font.name = SERIF if serif else SANS

    def rule(self, box: Box, colour: str = "rule", weight: float = 0.75) -> None:
        """Draw a line along the top of a place."""
        place = box.mirrored(self.rtl)
        line = self.slide.shapes.add_connector(
            1, Inches(place.x), Inches(place.y), Inches(place.x + place.w), Inches(place.y)
        )
        line.line.color.rgb, line.line.width = rgb(colour), Pt(weight)
        describe(line, "")
        _without_style(line)

    def chip(self, box: Box, colour: str) -> None:
        """Draw a small square of a legend."""
        shape = self.slide.shapes.add_shape(1, *box.mirrored(self.rtl).emu)
        shape.fill.solid()
        shape.fill.fore_color.rgb = rgb(colour)
        shape.line.color.rgb, shape.line.width = rgb("rule"), Pt(0.5)
        describe(shape, "")
        _without_style(shape)

    def picture(self, box: Box, data: bytes, alt: str) -> None:
        """Set a picture into a place, in the middle, as large as it fits."""
        place = box.mirrored(self.rtl)
        shape = self.slide.shapes.add_picture(io.BytesIO(data), Inches(place.x), Inches(place.y))
        scale = min(Inches(place.w) / shape.width, Inches(place.h) / shape.height)
        shape.width, shape.height = int(shape.width * scale), int(shape.height * scale)
        shape.left = Inches(place.x) + (Inches(place.w) - shape.width) // 2
        describe(shape, alt)

    def table(self, box: Box, grid: Grid) -> list[tuple[str, ...]]:
        """Set a table into a place as large as it fits; return the rows that had no room."""
        size, heights = _sized(grid, box)
        rows, left = _that_fit(grid, heights, box.h)
        texts = _cells(grid, rows, box, size)
        total = sum(heights[: len(texts)])
        place = Box(box.x, box.y, box.w, total)
        shape = self.slide.shapes.add_table(len(texts), len(grid.head), *place.mirrored(self.rtl).emu)
        describe(shape, grid.caption)
        shape.name = grid.caption[:60]
        table = shape.table
        _plain(table, self.rtl)
        for column, share in zip(table.columns, _widths(grid, box.w), strict=True):
            column.width = Inches(share)
        for i, line in enumerate(texts):
            table.rows[i].height = Inches(heights[i])
            for j, text in enumerate(line):
                self._cell(table.cell(i, j), text, size, grid, i, j)
        return left

    def _cell(self, cell: Any, text: str, size: float, grid: Grid, i: int, j: int) -> None:
        colour = "muted" if i == 0 else "ink"
        if i and j == 0 and grid.colours and i <= len(grid.colours):
            colour = grid.colours[i - 1]
        self.fill(
            cell.text_frame, (text,), size - (1 if i == 0 else 0), colour, bold=i > 0 and j == 0, end=j in grid.figures
        )
        cell.vertical_anchor = MSO_ANCHOR.MIDDLE
        cell.margin_left = cell.margin_right = Inches(CELL)
        cell.margin_top = cell.margin_bottom = Inches(0.02)
        _hairline(cell, "muted" if i == 0 else "rule")


def _widths(grid: Grid, whole: float) -> list[float]:
    return [whole * w / sum(grid.widths) for w in grid.widths]


def _rooms(widths: Sequence[float]) -> list[float]:
    """Return the room for text in points of columns in inches; the first is set bold, which takes more."""
    rooms = [(w - 2 * CELL) * POINTS for w in widths]
    return [rooms[0] / BOLD, *rooms[1:]]


def _row_height(row: Sequence[str], widths: Sequence[float], size: float) -> float:
    """Return the height of a row in inches, each cell of at most MOST lines."""
    most = max(min(fitting.lines(text, size, room), MOST) for text, room in zip(row, _rooms(widths), strict=True))
    return (most * size * fitting.LEADING + 4) / POINTS


def _sized(grid: Grid, box: Box) -> tuple[float, list[float]]:
    """Return the largest type size at which the table fits, else the smallest, and the rows' heights."""
    widths, size = _widths(grid, box.w), LARGEST
    while True:
        heights = [_row_height(r, widths, size) for r in (grid.head, *grid.rows)]
        if (sum(heights) <= box.h and _on_one_line(grid, widths, size)) or size <= SMALLEST:
            break
        size -= 0.5
    room = (box.h - sum(heights)) / len(heights)
    return size, [h + min(max(room, 0.0), 0.12) for h in heights]


def _on_one_line(grid: Grid, widths: Sequence[float], size: float) -> bool:
    """Return whether no figure is broken over two lines, and no word of the head."""
    rooms = _rooms(widths)
    words = [(w, room) for text, room in zip(grid.head, rooms, strict=True) for w in text.split()]
    figures = [(row[j], rooms[j]) for row in grid.rows for j in grid.figures]
    return all(fitting.width(text, size) <= room for text, room in words + figures)


def _that_fit(grid: Grid, heights: Sequence[float], tall: float) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """Return the rows to show, the last one saying how many are left out, and those left out."""
    if sum(heights) <= tall + 1e-6:
        return list(grid.rows), []
    used, shown = heights[0], 0
    for own in heights[1:]:
        if used + own + max(heights[0], own) > tall:
            break
        used, shown = used + own, shown + 1
    rest = list(grid.rows[shown:])
    words = _("… {n} more in the notes").format(n=len(rest))
    return [*grid.rows[:shown], (words, *[""] * (len(grid.head) - 1))], rest


def _cells(grid: Grid, rows: Sequence[Sequence[str]], box: Box, size: float) -> list[tuple[str, ...]]:
    """Return the texts of all cells, each cut to the lines a cell may have."""
    widths = _rooms(_widths(grid, box.w))
    return [
        tuple(fitting.cut(t, size, w, MOST) for t, w in zip(row, widths, strict=True)) for row in (grid.head, *rows)
    ]


def _plain(table: Any, rtl: bool) -> None:
    """Take the coloured bands off a table."""
    properties = table._tbl.tblPr
    for name in ("bandRow", "firstRow"):
        properties.set(name, "1" if name == "firstRow" else "0")
    if rtl:
        properties.set("rtl", "1")
    style = properties.find(qn("a:tableStyleId"))
    if style is not None:
        style.text = NO_STYLE


def _hairline(cell: Any, colour: str) -> None:
    """Draw a thin line under a cell."""
    properties = cell._tc.get_or_add_tcPr()
    line = etree.SubElement(properties, qn("a:lnB"), w="6350", cap="flat", cmpd="sng", algn="ctr")
    fill = etree.SubElement(line, qn("a:solidFill"))
    etree.SubElement(fill, qn("a:srgbClr"), val=colour_of(colour).lstrip("#"))
