"""What is followed around an event, as panels: joint works of a country with some or all others, and of two."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from scidip.indicators.events.windows import FloatArray, Mask, Panel, Places, Unit
from scidip.indicators.gravity.pair_years import JOINT
from scidip.indicators.language.current import N_

OUTCOMES: Mapping[str, str] = {
    "member_works": N_("joint works with the members"),
    "international_works": N_("joint works with all countries"),
    "international_share": N_("international works per article"),
    "joint_works": N_("joint works of the two, beside what each does with all"),
}
"""What is followed."""
SHARE = "international_works_per_article"
HALF = 0.5
"""Added to counts before their logarithm is taken; an event needs 20 works a year, so that it hardly matters."""


@dataclass(frozen=True)
class JointWorks:
    """Joint works of countries with each other, and what tells which of them are alike."""

    areas: tuple[str, ...]
    first: int
    between: FloatArray
    """Years × countries × countries, symmetric; without an entry in the source zero, which lists all there are."""
    groups: Mapping[str, tuple[str, str]]
    """Country → region and income group, "" where none."""
    share: FloatArray
    """International works per article, countries × years; NaN where it is not known."""
    expected: Mapping[int, Mapping[Unit, float]]
    """Year → pair → log of the works expected by the gravity model."""

    @property
    def last(self) -> int:
        """The last year."""
        return self.first + len(self.between) - 1

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each country stands."""
        return {area: i for i, area in enumerate(self.areas)}

    @cached_property
    def totals(self) -> FloatArray:
        """Joint works of each country with all, countries × years: a work of three counts once for each partner."""
        return np.asarray(self.between.sum(axis=2).T)

    def with_members(self, members: Collection[str]) -> FloatArray:
        """Return the joint works of each country with *members*, countries × years."""
        belongs = np.zeros(len(self.areas))
        belongs[[self.places[m] for m in members if m in self.places]] = 1.0
        return np.asarray((self.between @ belongs).T)

    def of_country(self, area: str, outcome: str, members: Collection[str] = ()) -> Panel:
        """Return the panel for an event of *area*: candidates are of its region or income group, and no *members*."""
        works = self.with_members(members) if outcome == "member_works" else self.totals
        with np.errstate(divide="ignore"):
            logs = np.log(self.share) if outcome == "international_share" else np.log(works + HALF)
        size = np.where(self._alike(area, members)[:, None], np.log(self.totals + HALF), np.nan)
        return Panel(tuple((a,) for a in self.areas), self.first, logs, works, size)

    def _alike(self, area: str, members: Collection[str]) -> Mask:
        none = ("", "")
        own = self.groups.get(area, none)

        def like(other: str) -> bool:
            theirs = self.groups.get(other, none)
            return other not in members and any(g and g == o for g, o in zip(theirs, own, strict=True))

        return np.array([a == area or like(a) for a in self.areas], dtype=np.bool_)

    def of_pair(self, a: str, b: str, year: int) -> Panel:
        """Return the panel for an event of two countries in *year*: candidates are pairs of one of both with a third.

        The outcome is joint works over the works of each side with all, in logarithms, so that the growth of either
        side is none of the pair's. The nearest candidates are those of which as much is expected in the year before.
        """
        others = [(end, x) for end in (a, b) for x in self.areas if end in self.places and x != end]
        pairs = sorted({(min(p), max(p)) for p in others})
        ends = np.array([[self.places[x] for x in pair] for pair in pairs], dtype=np.int64).reshape(-1, 2)
        works = np.asarray(self.between[:, ends[:, 0], ends[:, 1]].T)
        totals = np.log(self.totals + HALF)
        logs = np.log(works + HALF) - totals[ends[:, 0]] - totals[ends[:, 1]]
        expected = self._expected(year - 1)
        size = np.array([expected.get(pair, np.nan) for pair in pairs])
        return Panel(tuple(pairs), self.first, logs, works, np.repeat(size[:, None], logs.shape[1], axis=1))

    def _expected(self, year: int) -> Mapping[Unit, float]:
        """Return what is expected in the model's year nearest to *year*."""
        return self.expected[min(self.expected, key=lambda y: abs(y - year))] if self.expected else {}


def joint_works(observations: pd.DataFrame, areas: pd.DataFrame, expected: pd.DataFrame) -> JointWorks | None:
    """Return the joint works of countries that exist today, without the newest year, which is being filled.

    observations: columns indicator, ref_area, counterpart_area, time_period, obs_value; of JOINT and, where it is
    held, SHARE. areas: the code list. expected: columns of `gravity.expectation.EXPECTATION`. None without joint works.
    """
    present = areas[areas["kind"] != "former"]
    codes = pd.Index(sorted(present["ref_area"]))
    joint = _of(observations, JOINT)
    if joint.empty:
        return None
    first, newest = int(joint["time_period"].min()), int(joint["time_period"].max())
    joint = joint[joint["time_period"] < newest]
    at, rows, columns, values = _placed(joint, codes, first)
    between = np.zeros((newest - first, len(codes), len(codes)))
    between[at, rows, columns] = between[at, columns, rows] = values
    share = np.full((len(codes), newest - first), np.nan)
    shares = _of(observations, SHARE)
    shares = shares[shares["time_period"].between(first, newest - 1)]
    at, rows, _none, values = _placed(shares.assign(counterpart_area=shares["ref_area"]), codes, first)
    share[rows, at] = values
    known = present[["ref_area", "region", "income_group"]].fillna("").astype(str)
    groups = {r: (region, income) for r, region, income in known.itertuples(index=False, name=None)}
    return JointWorks(tuple(codes), first, between, groups, share, _by_year(expected))


def _of(observations: pd.DataFrame, code: str) -> pd.DataFrame:
    return observations[(observations["indicator"] == code) & observations["obs_value"].notna()]


def _placed(frame: pd.DataFrame, codes: pd.Index, first: int) -> tuple[Places, Places, Places, FloatArray]:
    """Return years from the first, both ends by place, and values, of the rows whose ends exist today."""
    rows, columns = (codes.get_indexer(pd.Index(frame[c])) for c in ("ref_area", "counterpart_area"))
    here = (rows >= 0) & (columns >= 0)
    at = frame["time_period"].to_numpy(dtype=np.int64) - first
    return at[here], rows[here], columns[here], frame["obs_value"].to_numpy(dtype=np.float64)[here]


def _by_year(expected: pd.DataFrame) -> dict[int, dict[Unit, float]]:
    found: dict[int, dict[Unit, float]] = {}
    for year, rows in expected.groupby("time_period"):
        ends = zip(rows["ref_area"], rows["counterpart_area"], strict=True)
        logs = np.log(rows["expected"].to_numpy(dtype=np.float64))
        found[int(str(year))] = {(min(pair), max(pair)): float(x) for pair, x in zip(ends, logs, strict=True)}
    return found
