"""The years around an event, what is followed over them, and why an event cannot be studied."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scidip.indicators.language.current import N_

FloatArray = NDArray[np.float64]
Places = NDArray[np.int64]
Mask = NDArray[np.bool_]
Unit = tuple[str, ...]
"""What an event is of: one area, or two in the order of the alphabet."""
Events = Sequence[tuple[Unit, int]]
"""Units and the years of their events."""
BEFORE = 5
"""Years before an event that are compared with those after; the year of the event itself is neither."""
AFTER = 5
"""Years after an event that are followed, as far as figures reach."""
FEWEST_AFTER = 3
"""Years after an event that must be held."""
EARLIER = BEFORE + 1
"""How far an event is moved back for the placebo date: its years after are then the true event's years before."""
WHY: Mapping[str, str] = {
    "outside": N_("the figures end before it or begin after it"),
    "before": N_("the figures do not hold the five years before it"),
    "after": N_("the figures do not hold three years after it"),
    "repeated": N_("the same country or pair had another such event in the five years before"),
    "few": N_("fewer than 20 joint works a year before it, too few for a change to be seen"),
    "gaps": N_("some of the years around it are missing"),
    "unmodelled": N_("what is expected of the pair is not known, so that no pairs like it can be chosen"),
    "alone": N_("fewer than ten countries or pairs like it had no such event in those years"),
}
"""Why an event is not studied."""


@dataclass(frozen=True)
class Panel:
    """What units published in every year, for choosing whom to compare with whom."""

    units: tuple[Unit, ...]
    first: int
    """The first year; the others follow without a gap."""
    outcome: FloatArray
    """Units × years, in logarithms; NaN is unknown."""
    works: FloatArray
    """Units × years, the counts behind the outcome."""
    size: FloatArray
    """Units × years, in logarithms: by what units are near each other; NaN for those that are no candidates."""

    @property
    def last(self) -> int:
        """The last year."""
        return self.first + int(self.outcome.shape[1]) - 1

    def place(self, year: int) -> int:
        """Return the column of a year."""
        return year - self.first


def why_not_dated(year: int, first: int, last: int) -> str:
    """Return why the figures of *first* to *last* do not reach around an event in *year*, a key of WHY; "" if so."""
    if year < first or year > last:
        return "outside"
    if year - BEFORE < first:
        return "before"
    return "after" if year + FEWEST_AFTER > last else ""


def apart(events: Events) -> dict[tuple[Unit, int], bool]:
    """Return of each event whether the same unit had none in the five years before; the others are told, not studied.

    The years before an event would be the years after another one.
    """
    found: dict[tuple[Unit, int], bool] = {}
    for unit, year in sorted(set(events)):
        found[unit, year] = not any(u == unit and 0 < year - y <= BEFORE for u, y in found)
    return found


def quiet(units: Sequence[Unit], events: Events, year: int, last: int) -> Mask:
    """Return which units had no event in the years around *year*, up to *last*: only they may stand for the others.

    A unit that had one earlier stands for others only when five years have passed (Goodman-Bacon 2021).
    """
    busy = {unit for unit, y in events if year - BEFORE <= y <= min(year + AFTER, last)}
    return np.array([unit not in busy for unit in units], dtype=np.bool_)
