"""A briefing as slides: charts that can be edited, notes for whoever speaks."""

import io
import re
from collections.abc import Callable
from typing import Any

from pptx import Presentation
from pptx.enum.text import MSO_ANCHOR
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.util import Inches

from scidip.figures.theme import colour_of
from scidip.indicators.language.current import _
from scidip.publish.briefs import fitting
from scidip.publish.briefs.brief import Block, Brief, Cards, Chart, Grid, Part, Picture, Words
from scidip.publish.briefs.slides import charts
from scidip.publish.briefs.slides.shapes import BOLD, HEIGHT, POINTS, SANS, SERIF, WIDTH, Box, Pen, rgb

Draw = Callable[[Picture], bytes | None]
"""Draws a picture as PNG; None where no browser is installed."""
MARGIN = 0.6
INSIDE = WIDTH - 2 * MARGIN
TITLE = Box(MARGIN, 0.66, INSIDE, 0.98)
SUBTITLE = Box(MARGIN, 1.68, INSIDE, 0.46)
BODY = Box(MARGIN, 2.24, INSIDE, 4.22)
FOOT = Box(MARGIN, 6.62, INSIDE, 0.62)
GUTTER = 0.4
TITLE_ONLY = 5


def slides(brief: Brief, draw: Draw) -> bytes:
    """Return the briefing as a PPTX file; pictures that *draw* refuses are left out and the rest takes their room."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDTH), Inches(HEIGHT)
    _house_style(deck)
    _properties(deck, brief)
    for number, part in enumerate(brief.parts, start=1):
        _slide(deck, brief, part, number, draw)
    file = io.BytesIO()
    deck.save(file)
    return file.getvalue()


def _house_style(deck: Any) -> None:
    """Give the template our colours, our type and our width, so that added slides look like these."""
    master = deck.slide_master
    for layout in (master, *master.slide_layouts):
        for shape in layout.shapes:
            if shape.has_text_frame and shape.width:
                shape.left, shape.width = (int(shape.left * WIDTH / 10), int(shape.width * WIDTH / 10))
    master.background.fill.solid()
    master.background.fill.fore_color.rgb = rgb("paper")
    part = master.part.part_related_by(RT.THEME)
    text = part.blob.decode("utf-8")
    for name, token in (
        ("dk1", "ink"),
        ("lt1", "paper"),
        ("dk2", "muted"),
        ("lt2", "card"),
        ("accent1", "infra"),
        ("accent2", "national"),
        ("accent3", "international"),
        ("accent4", "accent"),
        ("accent5", "muted"),
        ("accent6", "rule"),
        ("hlink", "accent"),
        ("folHlink", "accent"),
    ):
        colour = f'<a:srgbClr val="{colour_of(token).lstrip("#")}"/>'
        text = re.sub(rf"(<a:{name}>).*?(</a:{name}>)", rf"\g<1>{colour}\g<2>", text, flags=re.DOTALL)
    for kind, face in (("major", SERIF), ("minor", SANS)):
        text = re.sub(rf'(<a:{kind}Font>\s*<a:latin typeface=")[^"]*', rf"\g<1>{face}", text)
    part._blob = text.encode("utf-8")


def _properties(deck: Any, brief: Brief) -> None:
    told = deck.core_properties
    told.title, told.subject, told.author = brief.title, brief.subject, brief.author
    told.keywords, told.language = ", ".join(brief.keywords), brief.language
    told.comments, told.category = brief.citation, _("Briefing")
    told.last_modified_by, told.version = "scidip", brief.data_version


def _slide(deck: Any, brief: Brief, part: Part, number: int, draw: Draw) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY])
    pen = Pen(slide, brief.direction == "rtl")
    _head(pen, brief, part)
    blocks = [(b, s) for b, s in zip(part.blocks, part.shares, strict=True)]
    drawn = {id(b): draw(b) for b, _s in blocks if isinstance(b, Picture)}
    kept = [(b, s) for b, s in blocks if not isinstance(b, Picture) or drawn[id(b)]]
    left: list[str] = []
    at, room = BODY.x, BODY.w - GUTTER * (len(kept) - 1)
    for block, share in kept:
        box = Box(at, BODY.y, room * share / sum(s for _b, s in kept), BODY.h)
        left += _block(pen, box, block, drawn.get(id(block)))
        at += box.w + GUTTER
    _foot(pen, brief, part, number)
    notes = [part.finding, *part.notes, *left, brief.whose, part.source, f"{brief.dated} {part.link}"]
    slide.notes_slide.notes_text_frame.text = "\n\n".join(n for n in notes if n)


def _head(pen: Pen, brief: Brief, part: Part) -> None:
    kicker = fitting.fit(brief.heading, INSIDE * POINTS, 0.28 * POINTS, 13, 10)
    pen.write(Box(MARGIN, 0.36, INSIDE, 0.28), (kicker.text,), kicker.size, "muted", name="Kicker")
    found = fitting.fit(part.finding.rstrip("."), TITLE.w * POINTS, TITLE.h * POINTS, 30, 18, serif=True)
    title = pen.slide.shapes.title
    title.left, title.top, title.width, title.height = TITLE.mirrored(pen.rtl).emu
    pen.fill(title.text_frame, (found.text,), found.size, serif=True, anchor=MSO_ANCHOR.TOP)
    said = fitting.fit(part.subtitle, SUBTITLE.w * POINTS, SUBTITLE.h * POINTS, 14, 11)
    pen.write(SUBTITLE, (said.text,), said.size, "muted", name="Subtitle")


def _foot(pen: Pen, brief: Brief, part: Part, number: int) -> None:
    pen.rule(FOOT)
    words = FOOT.w - 0.9
    source = fitting.fit(part.source, words * POINTS, 0.28 * POINTS, 10, 8)
    pen.write(Box(FOOT.x, FOOT.y + 0.06, words, 0.28), (source.text,), source.size, "muted", name="Source")
    dated = fitting.fit(brief.dated, 0.46 * words * POINTS, 0.2 * POINTS, 10, 8)
    pen.write(Box(FOOT.x, FOOT.y + 0.37, 0.46 * words, 0.2), (dated.text,), dated.size, "muted", name="Date")
    link = fitting.fit(part.link, 0.53 * words * POINTS, 0.2 * POINTS, 10, 8)
    pen.write(
        Box(FOOT.x + 0.47 * words, FOOT.y + 0.37, 0.53 * words, 0.2),
        (link.text,),
        link.size,
        "accent",
        name="Link",
        link=part.link,
    )
    count = f"{number} / {len(brief.parts)}"
    pen.write(Box(FOOT.x + FOOT.w - 0.8, FOOT.y + 0.06, 0.8, 0.2), (count,), 10, "muted", name="Number", end=True)


def _block(pen: Pen, box: Box, block: Block, picture: bytes | None) -> list[str]:
    """Set a block into its place; return what had no room there and belongs into the notes."""
    match block:
        case Chart():
            charts.add(pen.slide, box.mirrored(pen.rtl), block)
        case Grid():
            left = pen.table(box, block)
            return [f"{block.caption}: " + "; ".join(", ".join(filter(None, r)) for r in left)] if left else []
        case Cards():
            _cards(pen, box, block)
        case Words():
            _words(pen, box, block)
        case Picture():
            _picture(pen, box, block, picture or b"")
    return []


def _picture(pen: Pen, box: Box, block: Picture, data: bytes) -> None:
    legend = 0.3 if block.legend else 0.0
    pen.picture(Box(box.x, box.y, box.w, box.h - legend), data, block.alt)
    size, gap = 11.0, 0.3
    while size > 8 and _legend_width(block, size, gap) > box.w:
        size -= 0.5
    x = box.x
    for colour, words in block.legend:
        pen.chip(Box(x, box.y + box.h - 0.23, 0.15, 0.15), colour)
        wide = fitting.width(words, size) / POINTS + 0.05
        pen.write(Box(x + 0.21, box.y + box.h - 0.26, wide, 0.22), (words,), size, "muted")
        x += wide + gap


def _legend_width(block: Picture, size: float, gap: float) -> float:
    return sum(fitting.width(w, size) / POINTS + 0.05 + gap for _c, w in block.legend)


def _cards(pen: Pen, box: Box, block: Cards) -> None:
    n = len(block.cards)
    wide = (box.w - GUTTER * (n - 1)) / n
    for k, card in enumerate(block.cards):
        at = Box(box.x + k * (wide + GUTTER), box.y + 0.35, wide, box.h)
        pen.rule(at, card.colour, 3.0)
        y = at.y + 0.14
        for text, tall, largest, smallest, colour, serif in (
            (card.name, 0.55, 15, 11, card.colour, False),
            (card.figure, 0.8, 34, 18, "ink", True),
            (card.range, 0.95, 16, 11, "ink", False),
            (card.basis, 0.75, 13, 10, "muted", False),
        ):
            found = fitting.fit(
                text, wide * POINTS / (BOLD if text == card.name else 1.0), tall * POINTS, largest, smallest, serif
            )
            pen.write(Box(at.x, y, wide, tall), (found.text,), found.size, colour, serif=serif, bold=text == card.name)
            y += tall


def _words(pen: Pen, box: Box, block: Words) -> None:
    """Set sentences one under the other, each with its heading, at one size at which all fit."""
    pairs = [(p.partition("|")[0], p.partition("|")[2]) if "|" in p else ("", p) for p in block.paragraphs]
    size, least = (20.0, 12.0) if block.large else (14.0, 9.0)
    room = box.w * POINTS

    def tall(at: float) -> float:
        heads = sum(at * fitting.LEADING for h, _t in pairs if h)
        return heads + sum(fitting.height(t, at, room) + at * 0.7 for _h, t in pairs)

    while size > least and tall(size) > box.h * POINTS:
        size -= 1.0
    y = box.y
    for head, text in pairs:
        if head:
            pen.write(
                Box(box.x, y, box.w, size * fitting.LEADING / POINTS),
                (fitting.cut(head, size, room / BOLD),),
                size,
                "muted",
                bold=True,
            )
            y += size * fitting.LEADING / POINTS
        left = max(box.y + box.h - y, size * fitting.LEADING / POINTS)
        found = fitting.fit(text, room, min(left * POINTS, fitting.height(text, size, room)), size, size)
        used = fitting.height(found.text, size, room) / POINTS
        pen.write(Box(box.x, y, box.w, used), (found.text,), size, "ink")
        y += used + size * 0.7 / POINTS
