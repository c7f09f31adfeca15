"""What a briefing says: parts with a finding, charts, tables, sources and notes. No format knows more."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import plotly.graph_objects as go

from scidip.indicators.language.current import _

Kind = Literal["bars", "ranges", "lines", "radar", "mirrored"]


@dataclass(frozen=True)
class Series:
    """The figures of a chart under one name, one for each category; None where there is none."""

    name: str
    values: tuple[float | None, ...]
    colour: str = "ink"
    """A colour of the house by name (`figures.theme.TOKENS`)."""
    colours: tuple[str, ...] = ()
    """Colours by category, where they differ."""
    hollow: tuple[bool, ...] = ()
    """By category, whether the figure is carried from an earlier year."""
    bound: bool = False
    """Whether it is the end of a range, drawn thin."""

    def colour_of(self, place: int) -> str:
        """Return the colour of the figure at *place*."""
        return self.colours[place] if self.colours else self.colour


@dataclass(frozen=True)
class Chart:
    """A chart that can be edited.

    "bars": a bar for each category and series. "ranges": three series, the low end, the figure and the high
    end. "lines": categories are years. "radar": at least three categories. "mirrored": two series, from the
    middle outwards.
    """

    kind: Kind
    alt: str
    """What it shows, for those who do not see it."""
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    axis: str
    """What the figures are, with their unit."""
    high: float | None = None
    """Where the axis ends; at the largest figure when None. It starts at zero, of lines at the smallest."""
    decimals: int = 1
    chosen: int | None = None
    """The category that the chart is about."""
    marked: int | None = None
    """Of lines, the category with an upright line: what comes before and what after. Figures have signs then."""


@dataclass(frozen=True)
class Grid:
    """A table. Its first column names the row."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    """Of the columns, in any unit."""
    figures: tuple[int, ...] = ()
    """The columns whose texts line up at their end."""
    colours: tuple[str, ...] = ()
    """Of the rows' names; ink when empty."""


@dataclass(frozen=True)
class Card:
    """A figure told large, with what it is and how sure."""

    name: str
    figure: str
    range: str
    basis: str
    colour: str = "ink"


@dataclass(frozen=True)
class Cards:
    """Figures told large, side by side."""

    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Words:
    """Sentences, one under the other; what stands before the first "|" of a paragraph is its heading."""

    paragraphs: tuple[str, ...]
    large: bool = False


@dataclass(frozen=True)
class Picture:
    """What no slide program can draw: a map, a network. Left out where no browser is installed."""

    alt: str
    figure: Callable[[], go.Figure]
    """Makes the figure, in the light theme."""
    width: int
    height: int
    legend: tuple[tuple[str, str], ...] = ()
    """(colour as #RRGGBB, words)"""


Block = Chart | Grid | Cards | Words | Picture


@dataclass(frozen=True)
class Part:
    """A slide, or a section: one finding and what it rests on."""

    code: str
    finding: str
    subtitle: str
    blocks: tuple[Block, ...]
    """Side by side, in reading order."""
    shares: tuple[float, ...]
    """Of the width, for each block."""
    source: str
    link: str
    """The address at which the same figures stand, with the data version."""
    notes: tuple[str, ...]
    """Caveats and the counter-reading: what a speaker must know."""


Sheet = tuple[tuple[tuple[str, ...], ...], ...]
"""Rows of columns of codes of parts; a part that a briefing does not have is left out."""


@dataclass(frozen=True)
class Brief:
    """A briefing in one language."""

    title: str
    kicker: str
    """Stands above every finding, after who made it."""
    subject: str
    keywords: tuple[str, ...]
    parts: tuple[Part, ...]
    link: str
    citation: str
    year: int
    """The year of its figures; 0 where they are of several, each told with its own."""
    data_version: str
    made: date
    stem: str
    """The name of its files, without ending."""
    language: str = "en"
    direction: str = "ltr"
    publisher: str = ""
    """The agency whose copy made it; empty where it has none."""
    whose: str = ""
    """The sentence that says whose index it is, for every sheet; empty for the published one."""
    sheets: tuple["Sheet", ...] = ()
    """How the parts stand on two pages of paper, after the first one."""
    spare: Mapping[str, str] = field(default_factory=dict)
    """Parts that paper can do without where it is full, by code with their names, in English; the first goes first."""

    @property
    def dated(self) -> str:
        """Of which figures and which day the briefing is."""
        words = _("Figures of {year}; data version {version}; made on {day}.")
        if not self.year:
            words = _("Data version {version}; made on {day}.")
        return words.format(year=self.year, version=self.data_version, day=self.made.isoformat())

    @property
    def heading(self) -> str:
        """What stands above every finding: by whom the briefing is, where an agency made it, and of what."""
        return f"{self.publisher} · {self.kicker}" if self.publisher else self.kicker

    @property
    def author(self) -> str:
        """Who is named as the maker of the file: the agency and the program, or the program alone."""
        return f"{self.publisher} (scidip)" if self.publisher else "scidip"
