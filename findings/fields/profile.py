"""The profile of a country by field of science: what it does more of than the world, and how sure that is."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd

from scidip.findings.fields.counts import FRACTIONAL, MARGIN, SERIES, WHOLE, FieldCounts, Indices, added, counts_of
from scidip.findings.session import Desk
from scidip.indicators.language.current import N_
from scidip.indicators.specialisation import ENOUGH, krugman

__all__ = ["ENOUGH", "FRACTIONAL", "MARGIN", "SERIES", "WHOLE", "Profile", "TwoProfiles"]
READINGS: Final = {
    "more": N_("more than the world"),
    "as_world": N_("about as the world"),
    "less": N_("less than the world"),
    "few": N_("too few articles"),
}
"""What an index lets one say: clearly above 1, about 1, clearly below; or the counts are too small."""
COMPARED: Final = 100.0
"""Articles in all fields from which on a profile is compared with another as a whole."""
COLUMNS: Final = (
    "articles",
    "articles_whole",
    "share",
    "world_share",
    "expected",
    "activity",
    "activity_p05",
    "activity_p95",
)


@dataclass(frozen=True)
class Profile:
    """An area by field, in the newest year with figures up to *asked*."""

    desk: Desk
    area: str
    asked: int

    @cached_property
    def counts(self) -> FieldCounts:
        """The articles of all areas."""
        return counts_of(self.desk)

    @cached_property
    def fields(self) -> list[str]:
        """The fields that add up to the total, in the order of the code list."""
        return list(self.counts.fields)

    @cached_property
    def years(self) -> list[int]:
        """The years with figures in all fields, ascending."""
        place = self.counts.areas.get(self.area)
        return [] if place is None else [self.counts.years[n] for n in np.flatnonzero(self.counts.complete[place])]

    @cached_property
    def year(self) -> int | None:
        """The year that is told of; the first there is where all are later, None without any."""
        return max((y for y in self.years if y <= self.asked), default=min(self.years, default=None))

    @cached_property
    def total(self) -> float:
        """Articles of the year in all fields, fractional count; NaN without a year."""
        return float("nan") if self.year is None else float(added(self.counts.fractional[self.place(self.year)]))

    def place(self, year: int) -> tuple[int, int]:
        """Return where the area and a year stand in the counts."""
        return self.counts.areas[self.area], self.counts.years.index(year)

    def readings(self, year: int) -> np.ndarray:
        """Return a code of READINGS for each field in a year."""
        found: np.ndarray = self.counts.indices.reading[self.place(year)]
        return found

    def of(self, year: int) -> pd.DataFrame:
        """Return a row for each field in a year: COLUMNS, and `reading`; index the field."""
        here, found = self.place(year), self.counts.indices
        own = Indices(*(getattr(found, name)[here] for name in Indices.__dataclass_fields__))
        return _frame(self.fields, own, self.counts.whole[here])

    def over_years(self, field: str) -> list[tuple[int, float | None, float | None, float | None, str]]:
        """Return year, index, both ends of its range and reading of a field; years with too few articles left out."""
        found, at = self.counts.indices, self.counts.fields[field]
        places = [(y, (*self.place(y), at)) for y in self.years]
        index, low, high = found.activity, found.low, found.high
        return [
            (y, _known(index[here]), _known(low[here]), _known(high[here]), str(found.reading[here]))
            for y, here in places
            if found.reading[here] != "few"
        ]

    def topics(self, year: int) -> pd.DataFrame:
        """Return a row for each topic of concern in a year, its fields added up; columns as of `of`."""
        groups = {t.code: t.fields for t in self.desk.catalogue.topics.values()}
        whole = self.counts.whole[self.place(year)]
        together = np.array([added(whole[[self.counts.fields[f] for f in fields]]) for fields in groups.values()])
        return _frame(list(groups), self.counts.of_groups(self.area, year, list(groups.values())), together)

    @cached_property
    def now(self) -> pd.DataFrame:
        """The fields in the year that is told of; empty without one."""
        return pd.DataFrame(columns=[*COLUMNS, "reading"]) if self.year is None else self.of(self.year)

    @property
    def strong(self) -> pd.DataFrame:
        """The fields done more than the world does, the most first."""
        return self.now[self.now["reading"] == "more"].sort_values("activity", ascending=False, kind="stable")

    def leading(self, most: int) -> list[str]:
        """Return the fields with counts large enough, the highest index first."""
        told = self.now[self.now["reading"] != "few"].sort_values("activity", ascending=False, kind="stable")
        return [str(f) for f in told.index[:most]]


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _frame(codes: list[str], found: Indices, whole: np.ndarray) -> pd.DataFrame:
    """Return COLUMNS and the reading of some fields, or groups of them, in a year; shares in per cent."""
    return pd.DataFrame(
        {
            "articles": found.articles,
            "articles_whole": whole,
            "share": 100 * found.share,
            "world_share": 100 * found.world_share,
            "expected": found.expected,
            "activity": found.activity,
            "activity_p05": found.low,
            "activity_p95": found.high,
            "reading": found.reading,
        },
        index=pd.Index(codes, name="field"),
    )


TOGETHER: Final = {
    "both": N_("both do more"),
    "first": N_("only the first does"),
    "second": N_("only the second does"),
    "neither": N_("neither does"),
    "few": N_("too few articles of one"),
}
"""Where two profiles meet: who does more of a field than the world does."""


@dataclass(frozen=True)
class TwoProfiles:
    """Two areas by field, in the newest year that both have."""

    a: Profile
    b: Profile

    @cached_property
    def year(self) -> int | None:
        """The year that is told of; None where there is none in common."""
        common = sorted(set(self.a.years) & set(self.b.years))
        return max((y for y in common if y <= self.a.asked), default=min(common, default=None))

    @cached_property
    def sides(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The fields of both (`Profile.of`) in that year; empty without one."""
        first, second = (p.now if self.year is None else p.of(self.year) for p in (self.a, self.b))
        return first, second

    @cached_property
    def meeting(self) -> pd.Series:
        """A code of TOGETHER by field; empty without a year."""
        if self.year is None:
            return pd.Series(dtype=object)
        first, second = self.a.readings(self.year), self.b.readings(self.year)
        few = (first == "few") | (second == "few")
        told = np.select(
            [few, (first == "more") & (second == "more"), first == "more", second == "more"],
            ["few", "both", "first", "second"],
            "neither",
        )
        return pd.Series(told, index=self.a.fields)

    def where(self, code: str) -> list[str]:
        """Return the fields of a code of TOGETHER, those first in which the two are strongest."""
        if self.year is None:
            return []
        activity = self.a.counts.indices.activity
        best = np.maximum(activity[self.a.place(self.year)], activity[self.b.place(self.year)])
        found = np.flatnonzero(self.meeting.to_numpy() == code)
        return [self.a.fields[n] for n in found[np.argsort(-best[found], kind="stable")]]

    @property
    def apart(self) -> float:
        """Krugman's index of the two: 0 the same shares of fields, 2 no field in common; NaN with too few articles."""
        first, second = self.sides
        if not len(first) or any(side["articles"].sum() < COMPARED for side in self.sides):
            return float("nan")
        return krugman(first["share"] / 100, second["share"] / 100)
