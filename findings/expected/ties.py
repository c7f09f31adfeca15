"""Ties beside what is expected of them: the kept results of the gravity model, read as values."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

from scidip.figures.rows import each_row
from scidip.findings.session import Desk
from scidip.indicators.gravity.expectation import RANKED
from scidip.indicators.gravity.intervals import HALF
from scidip.indicators.language.current import N_
from scidip.store.queries import expectation_queries

Side = Literal["above", "within", "below"]
SIDES: dict[str, str] = {
    "above": N_("above what is expected"),
    "within": N_("within the usual range"),
    "below": N_("below what is expected"),
}
"""Where the joint works lie beside the interval of nine of ten pairs."""
SERIES = ("copublications", "articles", "distance_km", "shared_igos", "un_ideal_point")
"""The series whose sources stand under what is expected."""


@dataclass(frozen=True)
class Tie:
    """The joint works of *a* and *b* in a year, and what is expected of them."""

    a: str
    b: str
    year: int
    actual: float
    expected: float
    low: float
    high: float
    """Ends of the interval in which nine of ten pairs lie of which as much is expected."""
    by_effects: float
    """What is expected when each country has an effect of its own on all its ties."""

    @property
    def ratio(self) -> float:
        """Actual over expected."""
        return self.actual / self.expected

    @property
    def ratio_low(self) -> float:
        """The ratio if as much was expected as of the pair at the upper end."""
        return self.actual / self.high

    @property
    def ratio_high(self) -> float | None:
        """The ratio if as little was expected as of the pair at the lower end; None where that is nothing."""
        return self.actual / self.low if self.low > 0 else None

    @property
    def ratio_by_effects(self) -> float:
        """Actual over what the effects of countries let expect."""
        return self.actual / self.by_effects

    @property
    def side(self) -> Side:
        """Where the joint works lie beside the interval; beyond it, the interval of the ratio excludes 1."""
        if self.actual > self.high:
            return "above"
        return "below" if self.actual < self.low else "within"

    @property
    def agreed(self) -> bool:
        """Whether the model with effects of countries puts the tie on the same side of what it expects."""
        return (self.ratio_by_effects > 1) == (self.ratio > 1)

    @property
    def is_ranked(self) -> bool:
        """Whether enough is expected for a place in a list of the farthest from expectation."""
        return self.expected >= RANKED

    @cached_property
    def depth(self) -> float:
        """How far the tie lies towards the end of its interval: -1 at the lower end, 1 at the upper, 0 as expected.

        In logarithms, so that pairs of few works, whose ratios spread widely, do not fill every list.
        """
        end = self.high if self.actual > self.expected else self.low
        distance, width = (abs(np.log((x + HALF) / (self.expected + HALF))) for x in (self.actual, end))
        return float(np.sign(self.actual - self.expected) * distance / max(width, 1e-9))


def from_rows(frame: pd.DataFrame, area: str = "") -> list[Tie]:
    """Return rows of columns EXPECTATION as ties, with *area* as their first end."""
    found = []
    for r in each_row(frame):
        ends = (r.counterpart_area, r.ref_area) if r.counterpart_area == area else (r.ref_area, r.counterpart_area)
        numbers = (float(x) for x in (r.actual, r.expected, r.low, r.high, r.by_effects))
        found.append(Tie(*ends, int(r.time_period), *numbers))
    return found


def of_pair(desk: Desk, a: str, b: str) -> list[Tie]:
    """Return the years of a pair, ascending; those of which less than five works are expected are not kept."""
    return from_rows(desk.query(expectation_queries.of_pair, a=a, b=b), a)


YEARS_BACK = 5
"""Years that a tie is looked back at."""


def of_area(desk: Desk, area: str, year: int) -> list[Tie]:
    """Return the ties of an area in a year with at least twenty expected works, the deepest below first."""
    frame = _lately(desk, area, year)
    found = from_rows(frame[frame["time_period"] == year], area)
    return sorted((t for t in found if t.is_ranked), key=lambda t: (t.depth, t.b))


def history(desk: Desk, area: str, year: int, partners: Collection[str]) -> dict[tuple[str, int], Tie]:
    """Return the ties of an area with some partners in a year and the five before, by partner and year."""
    frame = _lately(desk, area, year)
    wanted = frame["counterpart_area"].isin(partners) | frame["ref_area"].isin(partners)
    return {(t.b, t.year): t for t in from_rows(frame[wanted], area)}


def _lately(desk: Desk, area: str, year: int) -> pd.DataFrame:
    frame: pd.DataFrame = desk.query(expectation_queries.of_area, area=area, first=year - YEARS_BACK, last=year)
    return frame


def of_year(desk: Desk, year: int) -> list[Tie]:
    """Return all ties of a year with at least twenty expected works, the deepest below first."""
    found = from_rows(desk.query(expectation_queries.of_year, year=year))
    return sorted((t for t in found if t.is_ranked), key=lambda t: (t.depth, t.a, t.b))


def model(desk: Desk) -> pd.DataFrame:
    """Return the model of all years: time_period, part, element, measure, value."""
    frame: pd.DataFrame = desk.query(expectation_queries.model)
    return frame


def years(desk: Desk) -> list[int]:
    """Return the years of the model, ascending."""
    return desk.cache.get(
        ("tie years", desk.data_version), lambda: sorted({int(y) for y in model(desk)["time_period"]})
    )


def year_for(desk: Desk, year: int) -> int | None:
    """Return the newest year of the model up to *year*, the first one when all are later; None without a model."""
    known = years(desk)
    return max((y for y in known if y <= year), default=known[0] if known else None)


def value(frame: pd.DataFrame, year: int, part: str, element: str, measure: str) -> float:
    """Return a figure of the model; NaN where it is not kept."""
    own = frame[
        (frame["time_period"] == year)
        & (frame["part"] == part)
        & (frame["element"] == element)
        & (frame["measure"] == measure)
    ]
    return float(own["value"].iloc[0]) if len(own) else float("nan")


def outside(desk: Desk, area: str, year: int) -> str:
    """Return why an area is not in the model of a year, a key of `pair_years.OUTSIDE`; "" for one that is."""
    frame = model(desk)
    own = frame[(frame["time_period"] == year) & (frame["part"] == "outside") & (frame["element"] == area)]
    return str(own["measure"].iloc[0]) if len(own) else ""
