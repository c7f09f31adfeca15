"""Names beside lines and marks: kept apart, and areas told apart by shape before colour."""

from typing import Any, Final
from unicodedata import east_asian_width

from scidip.figures import theme
from scidip.figures.theme import Mode

SHAPES: Final = ("circle", "square", "diamond", "triangle-up", "triangle-down", "cross", "star", "hexagon")
"""Marks of chosen areas, in the order of choosing; the table's heads show the same."""
SIGNS: Final = ("●", "■", "◆", "▲", "▼", "✚", "★", "⬢")
_COLOURS: Final = ("ink", "accent", "muted")
_DASHES: Final = ("solid", "dash", "dot")
LONGEST: Final = 22
"""Letters of a name beside a line."""
SQUARE: Final = 1.75
"""Letters that a character is as wide as which fills a square, as in Chinese."""


def colour(place: int, mode: Mode) -> str:
    """Return the colour of the chosen area at *place*; never one of a factor's."""
    return theme.token(mode, _COLOURS[place % len(_COLOURS)])


def dash(place: int) -> str:
    """Return the line of the chosen area at *place*."""
    return _DASHES[place // len(_COLOURS) % len(_DASHES)]


def length(name: str) -> float:
    """Return how many letters a name is as long as."""
    return sum(SQUARE if east_asian_width(c) in "WF" else 1.0 for c in name)


def short(name: str) -> str:
    """Return a name that fits beside a line."""
    if length(name) <= LONGEST:
        return name
    kept = next(n for n in range(len(name), 0, -1) if length(name[:n]) <= LONGEST - 1)
    return name[:kept].rstrip(" ,(") + "…"


def width(names: list[str]) -> int:
    """Return the pixels that the longest of some names takes."""
    return 12 + round(8.0 * max((length(short(n)) for n in names), default=0.0))


def apart(places: list[float], gap: float) -> list[float]:
    """Return *places* moved as little as it takes for neighbours to be *gap* apart; order kept."""
    order = sorted(range(len(places)), key=lambda i: places[i])
    groups: list[list[int]] = [[i] for i in order]

    def centre(group: list[int]) -> float:
        return sum(places[i] for i in group) / len(group)

    k = 1
    while k < len(groups):
        reach = gap * (len(groups[k - 1]) + len(groups[k])) / 2
        if centre(groups[k]) - centre(groups[k - 1]) < reach:
            groups[k - 1 : k + 1] = [groups[k - 1] + groups[k]]
            k = max(k - 1, 1)
        else:
            k += 1
    moved = list(places)
    for group in groups:
        start = centre(group) - gap * (len(group) - 1) / 2
        for n, i in enumerate(group):
            moved[i] = start + n * gap
    return moved


def beside(text: str, x: Any, y: float, colour: str, side: str = "left", **more: Any) -> dict[str, Any]:
    """Return a name beside a mark; *side* is where the text has its anchor."""
    shift = 10 if side == "left" else -10
    return {
        "text": text,
        "x": x,
        "y": y,
        "xanchor": side,
        "yanchor": "middle",
        "xshift": shift,
        "showarrow": False,
        "font": {"color": colour, "size": 13},
        **more,
    }
