"""The profile of a country by field of science: what it does more of than the world, and how sure that is."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd

from scidip.figures.rows import each_row
from scidip.findings.session import Desk
from scidip.indicators.language.current import N_
from scidip.indicators.specialisation import ENOUGH, krugman, relative_activity
from scidip.store.queries import field_queries

WHOLE: Final = "articles_whole_count"
FRACTIONAL: Final = "articles_fractional_ncses"
SERIES: Final = (FRACTIONAL, WHOLE)
READINGS: Final = {
    "more": N_("more than the world"),
    "as_world": N_("about as the world"),
    "less": N_("less than the world"),
    "few": N_("too few articles"),
}
"""What an index lets one say: clearly above 1, about 1, clearly below; or the counts are too small."""
MARGIN: Final = 1.1
"""What is more or less than the world is so by this factor: in large countries a hundredth is beyond chance."""
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


ByYear = dict[int, dict[str, float]]


@dataclass(frozen=True)
class Profile:
    """An area by field, in the newest year with figures up to *asked*."""

    desk: Desk
    area: str
    asked: int

    @cached_property
    def _own(self) -> dict[str, ByYear]:
        """Articles by year and field (the total among them), by measure."""
        # A page has a profile of the same country beside each of its partners.
        key = ("articles by field", self.area, self.desk.data_version)
        found: dict[str, ByYear] = self.desk.cache.get(key, self._read)
        return found

    def _read(self) -> dict[str, ByYear]:
        frame = self.desk.query(field_queries.area_by_field, ref_area=self.area, measures=SERIES)
        return {m: _by_year(frame[frame["measure"] == m]) for m in SERIES}

    @cached_property
    def _world(self) -> ByYear:
        """Articles of all areas together by year and field; each article counts once."""
        key = ("articles of the world by field", self.desk.data_version)
        found: ByYear = self.desk.cache.get(
            key, lambda: _by_year(self.desk.query(field_queries.world_by_field, measure=FRACTIONAL))
        )
        return found

    @cached_property
    def fields(self) -> list[str]:
        """The fields that add up to the total, in the order of the code list."""
        return [c for c, f in self.desk.catalogue.fields.items() if not f.crosses]

    @cached_property
    def years(self) -> list[int]:
        """The years with figures in all fields, ascending."""
        return sorted(y for y, own in self._own[FRACTIONAL].items() if own.keys() >= {*self.fields})

    @cached_property
    def year(self) -> int | None:
        """The year that is told of; the first there is where all are later, None without any."""
        return max((y for y in self.years if y <= self.asked), default=min(self.years, default=None))

    @cached_property
    def total(self) -> float:
        """Articles of the year in all fields, fractional count; NaN without a year."""
        return float("nan") if self.year is None else sum(self._own[FRACTIONAL][self.year][f] for f in self.fields)

    def of(self, year: int) -> pd.DataFrame:
        """Return a row for each field in a year: COLUMNS, and `reading`; index the field."""
        return self._rows({code: (code,) for code in self.fields}, year)

    def topics(self, year: int) -> pd.DataFrame:
        """Return a row for each topic of concern in a year, its fields added up; columns as of `of`."""
        groups = {t.code: t.fields for t in self.desk.catalogue.topics.values()}
        return self._rows(groups, year)

    @cached_property
    def now(self) -> pd.DataFrame:
        """The fields in the year that is told of; empty without one."""
        return self._rows({}, 0) if self.year is None else self.of(self.year)

    def _rows(self, groups: Mapping[str, tuple[str, ...]], year: int) -> pd.DataFrame:
        if not groups:
            return pd.DataFrame(columns=[*COLUMNS, "reading"])
        own, world, whole = self._own[FRACTIONAL][year], self._world[year], self._own[WHOLE].get(year, {})
        members = groups.values()
        articles = np.array([sum(own[f] for f in m) for m in members])
        share = np.array([sum(world[f] for f in m) for m in members]) / sum(world[f] for f in self.fields)
        # Of the fields themselves, which add up to the producer's total but for its rounding.
        total = sum(own[f] for f in self.fields)
        index, low, high = relative_activity(articles, total, share)
        expected = total * share
        more, less = (low > 1) & (index >= MARGIN), (high < 1) & (index <= 1 / MARGIN)
        told = np.select([expected < ENOUGH, more, less], ["few", "more", "less"], "as_world")
        return pd.DataFrame(
            {
                "articles": articles,
                "articles_whole": [sum(whole.get(f, np.nan) for f in m) for m in members],
                "share": 100 * articles / total if total else np.full(len(articles), np.nan),
                "world_share": 100 * share,
                "expected": expected,
                "activity": index,
                "activity_p05": low,
                "activity_p95": high,
                "reading": told,
            },
            index=pd.Index(list(groups), name="field"),
        )

    @property
    def strong(self) -> pd.DataFrame:
        """The fields done more than the world does, the most first."""
        return self.now[self.now["reading"] == "more"].sort_values("activity", ascending=False, kind="stable")

    def leading(self, most: int) -> list[str]:
        """Return the fields with counts large enough, the highest index first."""
        told = self.now[self.now["reading"] != "few"].sort_values("activity", ascending=False, kind="stable")
        return [str(f) for f in told.index[:most]]


def _by_year(frame: pd.DataFrame) -> ByYear:
    found: ByYear = {}
    for row in each_row(frame):
        found.setdefault(row.time_period, {})[row.field] = row.obs_value
    return found


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
        """A code of TOGETHER by field."""
        first, second = (side["reading"] for side in self.sides)
        few = (first == "few") | (second == "few")
        told = np.select(
            [few, (first == "more") & (second == "more"), first == "more", second == "more"],
            ["few", "both", "first", "second"],
            "neither",
        )
        return pd.Series(told, index=first.index)

    def where(self, code: str) -> list[str]:
        """Return the fields of a code of TOGETHER, those first in which the two are strongest."""
        a, b = (side["activity"].to_dict() for side in self.sides)
        fields = self.meeting.index[self.meeting == code]
        return sorted((str(f) for f in fields), key=lambda f: -max(a[f], b[f]))

    @property
    def apart(self) -> float:
        """Krugman's index of the two: 0 the same shares of fields, 2 no field in common; NaN with too few articles."""
        first, second = self.sides
        if not len(first) or any(side["articles"].sum() < COMPARED for side in self.sides):
            return float("nan")
        return krugman(first["share"] / 100, second["share"] / 100)
