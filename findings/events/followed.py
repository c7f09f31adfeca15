"""Events of one kind, read from what is kept: each beside its candidates, and all together."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from scidip.figures.rows import each_row
from scidip.findings.session import Desk
from scidip.indicators.events.held import KINDS, study_of
from scidip.indicators.events.study import Difference, Reading, reading_of
from scidip.indicators.events.works import OUTCOMES
from scidip.indicators.vocabulary import NOT_APPLICABLE
from scidip.store.queries import event_queries


@dataclass(frozen=True)
class Followed:
    """An event and what is followed after it; differences in logarithms, None where it is not studied."""

    kind: str
    outcome: str
    unit: tuple[str, ...]
    year: int
    why: str
    """Why it is not studied, a key of `windows.WHY`; "" of one that is."""
    works: float | None
    """Works a year in the five years before."""
    after: int | None
    difference: float | None
    low: float | None
    high: float | None
    """Between which nine of ten of those alike lie that had no such event."""
    candidates: int | None
    controls: tuple[str, ...]

    @property
    def is_studied(self) -> bool:
        """Whether the event is in the study."""
        return not self.why

    @property
    def is_usual(self) -> bool:
        """Whether the difference is one that nine of ten of those without the event show."""
        return self.low is not None and self.high is not None and self.low <= (self.difference or 0.0) <= self.high


@dataclass(frozen=True)
class Together:
    """All events of a kind, and what is followed."""

    kind: str
    outcome: str
    parts: dict[str, Difference]
    """`effect`, `slope` and `earlier`, as far as there are enough events."""

    @property
    def effect(self) -> Difference | None:
        """The difference after the events."""
        return self.parts.get("effect")

    @cached_property
    def reading(self) -> Reading:
        """What may be said."""
        return reading_of(self.effect, self.parts.get("slope"), self.parts.get("earlier"))


@dataclass(frozen=True)
class Gap:
    """What a study holds of one year from the event, as the mean of its events; differences in logarithms."""

    lag: int
    """Years from the event, -5 to 5."""
    value: float
    low: float | None
    high: float | None
    """Ends of the interval of 95 %; None with one event, or where an earlier version made the scores."""
    events: int
    """How many events hold the year."""

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


def percent(value: float | None) -> float | None:
    """Return a difference in logarithms as percent."""
    return None if value is None else float(100 * np.expm1(value))


def of_unit(desk: Desk, *unit: str) -> list[Followed]:
    """Return what is held of the events of a country, or of two; the newest first, in the order of the kinds."""
    a, b = sorted(unit) if len(unit) > 1 else (unit[0], NOT_APPLICABLE)
    frame = desk.query(event_queries.events)
    found = followed(frame[(frame["ref_area"] == a) & (frame["counterpart_area"] == b)])
    kinds, outcomes = list(KINDS), list(OUTCOMES)
    return sorted(found, key=lambda one: (-one.year, kinds.index(one.kind), outcomes.index(one.outcome)))


def followed(frame: pd.DataFrame) -> Iterator[Followed]:
    """Yield the rows of `held.DATED` as values."""
    for r in each_row(frame):
        unit = (
            (str(r.ref_area),) if r.counterpart_area == NOT_APPLICABLE else (str(r.ref_area), str(r.counterpart_area))
        )
        works, difference, low, high = (_known(x) for x in (r.works, r.difference, r.low, r.high))
        after, candidates = (_whole(x) for x in (r.after, r.candidates))
        yield Followed(
            str(r.kind),
            str(r.outcome),
            unit,
            int(r.time_period),
            str(r.why),
            works,
            after,
            difference,
            low,
            high,
            candidates,
            tuple(str(r.controls).split()),
        )


def _known(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _whole(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def together(desk: Desk, kind: str, outcome: str) -> Together:
    """Return all events of a kind that is held."""
    frame = desk.query(event_queries.studies)
    own = frame[(frame["kind"] == kind) & (frame["outcome"] == outcome)]
    return Together(kind, outcome, study_of(own))


def gaps(desk: Desk, kind: str, outcome: str) -> list[Gap]:
    """Return what a study that is held shows by year from the event, the earliest first; nothing without one."""
    frame = desk.query(event_queries.studies)
    own = frame[(frame["kind"] == kind) & (frame["outcome"] == outcome) & (frame["part"] == "path")]
    return [
        Gap(int(r.lag), float(r.value), _known(r.low), _known(r.high), int(r.events))
        for r in each_row(own.sort_values("lag"))
    ]
