"""How much room a text takes, estimated on the wide side, and how it is made to fit: smaller, then cut at a word.

No font is asked: a deck is opened where we do not know which fonts there are. The widths are those of the
common sans-serif faces, widened by a twelfth; a serif headline is taken as wider still.
"""

import unicodedata
from dataclasses import dataclass

NARROW, WIDE, CAPITAL, USUAL, FULL = 0.30, 0.88, 0.72, 0.56, 1.0
"""Widths of a letter in parts of the type size."""
AIR = 1.08
SERIF = 1.12
LEADING = 1.22
"""Height of a line in parts of the type size."""
_NARROW = frozenset("iljtfrI.,:;'’!|()[]{}/\\- ·‘“”\"")
_WIDE = frozenset("mwMW%@—→")


@dataclass(frozen=True)
class Fitted:
    """A text at a size in points at which it fits."""

    text: str
    size: float


def width(text: str, size: float, serif: bool = False) -> float:
    """Return the width of a line in points."""
    return sum(map(_letter, text)) * size * AIR * (SERIF if serif else 1.0)


def _letter(letter: str) -> float:
    if letter in _NARROW:
        return NARROW
    if letter in _WIDE:
        return WIDE
    if unicodedata.combining(letter):
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF":
        return FULL
    return CAPITAL if letter.isupper() else USUAL


def lines(text: str, size: float, room: float, serif: bool = False) -> int:
    """Return how many lines a text takes in *room* points; a word longer than a line is broken."""
    return sum(_paragraph(p, size, room, serif) for p in text.split("\n"))


def _paragraph(text: str, size: float, room: float, serif: bool) -> int:
    count, used, space = 1, 0.0, width(" ", size, serif)
    for word in text.split():
        own = width(word, size, serif)
        if used and used + space + own <= room:
            used += space + own
            continue
        count += bool(used)
        count += int(own // room) if own > room else 0
        used = own % room if own > room else own
    return count


def height(text: str, size: float, room: float, serif: bool = False) -> float:
    """Return the height in points of a text set in *room* points."""
    return lines(text, size, room, serif) * size * LEADING


def cut(text: str, size: float, room: float, most: int = 1, serif: bool = False) -> str:
    """Return a text that takes at most *most* lines, cut at a word and ended by "…" where it is longer."""
    if lines(text, size, room, serif) <= most:
        return text
    words = text.split()
    while len(words) > 1:
        words.pop()
        shorter = " ".join(words).rstrip(" ,;:(–-") + "…"
        if lines(shorter, size, room, serif) <= most:
            return shorter
    letters = words[0] if words else ""
    while letters and lines(letters + "…", size, room, serif) > most:
        letters = letters[:-1]
    return letters + "…"


def fit(text: str, room: float, tall: float, largest: float, smallest: float, serif: bool = False) -> Fitted:
    """Return the text at the largest size at which it stands in *room* × *tall* points; cut when none does."""
    size = largest
    while size >= smallest:
        if height(text, size, room, serif) <= tall:
            return Fitted(text, size)
        size -= 1.0
    most = max(int(tall // (smallest * LEADING)), 1)
    return Fitted(cut(text, smallest, room, most, serif), smallest)
