"""From a question to the files of a briefing: which there are, and what each needs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from scidip.indicators.errors import ScidipError
from scidip.publish.briefs import html, pdf
from scidip.publish.briefs.brief import Brief, Picture
from scidip.publish.briefs.country.brief import country_brief, own_brief
from scidip.publish.briefs.origin import Asked
from scidip.publish.briefs.pair.brief import pair_brief
from scidip.publish.render.browser import NoBrowser, Pictures

SCALE = 2.0
"""Pixels of a picture for each of its units."""


@dataclass
class Maker:
    """Makes the files of briefings; without *pictures* none is drawn."""

    pictures: Pictures | None = None
    left_out: list[Picture] = field(default_factory=list)
    """Pictures that were left out because no browser is installed."""

    def draw(self, picture: Picture) -> bytes | None:
        """Return a picture as PNG; None when none is wanted or no browser is installed."""
        if self.pictures is None:
            return None
        try:
            return self.pictures.render(picture.figure(), "png", picture.width, picture.height, SCALE)
        except NoBrowser:
            self.left_out.append(picture)
            return None

    def make(self, brief: Brief, code: str) -> bytes:
        """Return a briefing in a format, a key of FORMATS. Raises NoBrowser for what only a browser can make."""
        return FORMATS[code].make(brief, self)


@dataclass(frozen=True)
class Format:
    """A format of briefings."""

    label: str
    mimetype: str
    make: Callable[[Brief, Maker], bytes]


def _slides(brief: Brief, maker: Maker) -> bytes:
    # Here, since it takes a quarter of a second to import, and a server starts without slides.
    from scidip.publish.briefs.slides import deck

    return deck.slides(brief, maker.draw)


def _print(brief: Brief, maker: Maker) -> bytes:
    if maker.pictures is None:
        raise NoBrowser
    return pdf.two_pages(brief, maker.pictures.print_page)


FORMATS = {
    "pptx": Format("PPTX", "application/vnd.openxmlformats-officedocument.presentationml.presentation", _slides),
    "pdf": Format("PDF", "application/pdf", _print),
    "html": Format("HTML", "text/html", lambda brief, maker: html.document(brief, maker.draw).encode()),
}


def brief_of(asked: Asked, areas: Sequence[str]) -> Brief:
    """Return the briefing of one area, or of a pair of two. Raises ScidipError for a pair in an index of one's own."""
    mine = asked.desk.own
    if mine is not None:
        if len(areas) != 1:
            raise ScidipError(f"{mine.name} is an index of one's own and has no pairs; name one unit")
        return own_brief(asked, areas[0], mine)
    if len(areas) == 1:
        return country_brief(asked, areas[0])
    return pair_brief(asked, areas[0], areas[1])
