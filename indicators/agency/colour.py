"""Whether a colour can be read on paper: the contrast of WCAG 2.2."""

import re
from collections.abc import Iterator, Mapping

COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
LEAST = 4.5
"""The contrast that text of a usual size needs (WCAG 2.2, 1.4.3)."""


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours (#RRGGBB), from 1 to 21."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    r, g, b = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def too_pale(colour: str, grounds: Mapping[str, str]) -> Iterator[tuple[str, float]]:
    """Yield each of the *grounds* (name to #RRGGBB) on which a colour is hard to read, and the contrast there."""
    found = ((name, contrast(colour, ground)) for name, ground in grounds.items())
    yield from ((name, ratio) for name, ratio in found if ratio < LEAST)
