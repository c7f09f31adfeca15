"""What the gravity model knows of the pairs of a year, and why a country is not in it.

Nothing is filled in: a pair is in the model when every column is known of it. Joint works are the exception that the
source makes: it lists all there are, so that a pair it does not list has none, and zeros are kept.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scidip.indicators.gravity.poisson import FloatArray, Places
from scidip.indicators.language.current import N_

JOINT, OWN, OWN_WHOLE, INTERNATIONAL = "copublications", "articles", "articles_whole_count", "international_works"
POINT, ORGANISATIONS, STUDENTS = "un_ideal_point", "shared_igos", "student_flow"
BETWEEN = {
    "distance": "distance_km",
    "border": "shared_border",
    "language": "common_language",
    "colony": "colonial_tie",
}
"""Column → pair layer that does not change with the year."""
NEEDED = (JOINT, OWN, OWN_WHOLE, INTERNATIONAL, POINT, ORGANISATIONS, STUDENTS, *BETWEEN.values())
COLUMNS = ("constant", "size", *BETWEEN, "organisations", "political")
"""The columns of the main model."""
FEWEST = 50.0
"""Own works of a country in the year below which it is not in the model."""
TIMES = 5.0
"""How often the joint works of one database may stand in all works of the other before their attribution is doubted."""
FEWEST_AREAS = 30
"""Areas of a year below which nothing is fitted."""
TEN = 10.0
"""Organisations are counted in tens, so that their coefficient can be read."""
OUTSIDE: Mapping[str, str] = {
    "few_works": N_("it has fewer than 50 works of its own in the year, or none are published"),
    "no_votes": N_("it has no estimate from votes in the UN General Assembly in the year"),
    "no_organisations": N_("the list of shared organisations does not cover it"),
    "no_distance": N_("the table of distances, of 2011, does not hold it"),
    "attribution": N_(
        "OpenAlex gives it more than five times as many international works as Scopus gives it works at all, so that "
        "works of others are probably attributed to it"
    ),
    "not_compared": N_("its works are counted in one of the two databases only, so that its attribution is unchecked"),
    "no_joint": N_("it has no joint work at all in the source in the year"),
}
"""Why a country is not in the model of a year."""


@dataclass(frozen=True)
class PairYear:
    """The pairs of one year of which every column is known."""

    year: int
    areas: tuple[str, ...]
    first: Places
    second: Places
    """Places of both ends among the areas; first < second."""
    actual: FloatArray
    """Joint works."""
    columns: Mapping[str, FloatArray]
    """`COLUMNS` by name, and `region`: whether both lie in one."""
    students: FloatArray
    """Students both ways; NaN where neither way is known."""
    outside: Mapping[str, str] = field(default_factory=dict)
    """Area → why it is not in the model, a key of `OUTSIDE`."""

    def design(self, names: tuple[str, ...] = COLUMNS) -> FloatArray:
        """Return the columns named, pairs × columns."""
        return np.column_stack([self.columns[name] for name in names])

    @cached_property
    def codes(self) -> tuple[FloatArray, FloatArray]:
        """The alpha-3 codes of both ends."""
        known = np.asarray(self.areas, dtype=object)
        return known[self.first], known[self.second]


def pair_years(observations: pd.DataFrame, regions: Mapping[str, str]) -> Iterator[PairYear]:
    """Yield the years in which all is known, ascending, but for the newest of the joint works, which is being filled.

    observations: columns indicator, ref_area, counterpart_area, time_period, obs_value. regions: of the areas that
    exist today; others are not in the model. Organisations of a year after the last one of their list are those of
    that. Without the sources there are no years.
    """
    known = observations[observations["indicator"].isin(NEEDED) & observations["obs_value"].notna()]
    frames = {str(code): part for code, part in known.groupby("indicator")}
    if not set(NEEDED) - {STUDENTS} <= frames.keys():
        return
    filled = frames[JOINT]["time_period"].max()
    yearly = (JOINT, OWN, OWN_WHOLE, INTERNATIONAL, POINT)
    years = set.intersection(*(set(frames[code]["time_period"]) for code in yearly))
    world = _World(tuple(sorted(regions)), frames)
    for year in sorted(int(y) for y in years if y < filled):
        found = _pairs_of(year, world, regions)
        if found is not None:
            yield found


class _World:
    """The figures of the areas that exist today, by place instead of code."""

    def __init__(self, areas: tuple[str, ...], frames: Mapping[str, pd.DataFrame]) -> None:
        self.areas = areas
        self._columns = {code: self._placed(frame) for code, frame in frames.items()}
        self.unchanging = {name: self.matrix(code) for name, code in BETWEEN.items()}
        """Matrices of the layers that are of one year, by column."""
        self.organised = _tied(self.matrix(ORGANISATIONS))

    def _placed(self, frame: pd.DataFrame) -> tuple[Places, Places, Places, FloatArray]:
        """Return both ends (-1 where there is none or it is no area of today), years and values."""
        known = pd.Index(self.areas)
        places = (known.get_indexer(pd.Index(frame[c])) for c in ("ref_area", "counterpart_area"))
        first, second = (np.asarray(place, dtype=np.int64) for place in places)
        years = frame["time_period"].to_numpy(dtype=np.int64)
        return first, second, years, frame["obs_value"].to_numpy(dtype=np.float64)

    def last(self, code: str) -> int:
        """Return the newest year of a series."""
        return int(self._columns[code][2].max())

    def of_areas(self, code: str, year: int) -> FloatArray:
        """Return the figure of each area, NaN where there is none."""
        first, _second, years, values = self._columns[code]
        here = (years == year) & (first >= 0)
        made = np.full(len(self.areas), np.nan)
        made[first[here]] = values[here]
        return made

    def matrix(self, code: str, year: int | None = None, *, both_ways: bool = False) -> FloatArray:
        """Return the figures between areas, symmetric, NaN where there is none; *both_ways*: of directed ones the sum.

        Without a year those of all years: for layers that have one.
        """
        made = np.full((len(self.areas),) * 2, np.nan)
        if code not in self._columns:
            return made
        first, second, years, values = self._columns[code]
        here = (first >= 0) & (second >= 0) & ((years == year) | (year is None))
        made[first[here], second[here]] = values[here]
        back = made.T
        if both_ways:
            return np.where(np.isnan(made) & np.isnan(back), np.nan, np.nan_to_num(made) + np.nan_to_num(back))
        return np.where(np.isnan(made), back, made)


def _pairs_of(year: int, world: _World, regions: Mapping[str, str]) -> PairYear | None:
    outside = _outside(year, world)
    inside = np.array([not why for why in outside.values()])
    if inside.sum() < FEWEST_AREAS:
        return None
    areas = tuple(a for a, kept in zip(world.areas, inside, strict=True) if kept)
    first, second = np.triu_indices(len(areas), 1)

    def between(matrix: FloatArray) -> FloatArray:
        return np.asarray(matrix[inside][:, inside][first, second], dtype=np.float64)

    own, points = (world.of_areas(code, year)[inside] for code in (OWN, POINT))
    columns = {"constant": np.ones(len(first)), "size": np.log(own)[first] + np.log(own)[second]}
    columns |= {name: between(matrix) for name, matrix in world.unchanging.items()}
    columns["distance"] = np.log(columns["distance"])
    shared = world.matrix(ORGANISATIONS, min(year, world.last(ORGANISATIONS)))
    columns["organisations"] = between(shared) / TEN
    columns["political"] = np.abs(points[first] - points[second])
    region = np.array([regions[a] for a in areas], dtype=object)
    columns["region"] = ((region[first] == region[second]) & (region[first] != "")).astype(np.float64)
    whole = np.isfinite(np.column_stack([columns[name] for name in COLUMNS])).all(axis=1)
    kept = {name: column[whole] for name, column in columns.items()}
    joint = np.nan_to_num(between(world.matrix(JOINT, year)))
    students = between(world.matrix(STUDENTS, year, both_ways=True))
    why = {area: code for area, code in outside.items() if code}
    return PairYear(year, areas, first[whole], second[whole], joint[whole], kept, students[whole], why)


def _outside(year: int, world: _World) -> dict[str, str]:
    """Return by area of today why it is not in the model of a year, "" for those that are; the first reason counts."""
    own, whole, international, points = (world.of_areas(c, year) for c in (OWN, OWN_WHOLE, INTERNATIONAL, POINT))
    checks = {
        "few_works": ~(own >= FEWEST),
        "no_votes": np.isnan(points),
        "no_organisations": ~world.organised,
        "no_distance": ~_tied(world.unchanging["distance"]),
        "not_compared": np.isnan(whole) | np.isnan(international),
        "attribution": international > TIMES * whole,
        "no_joint": ~_tied(world.matrix(JOINT, year)),
    }
    return {area: next((code for code, fails in checks.items() if fails[i]), "") for i, area in enumerate(world.areas)}


def _tied(matrix: FloatArray) -> NDArray[np.bool_]:
    return np.asarray(np.isfinite(matrix).any(axis=1))
