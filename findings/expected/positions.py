"""How far apart states stand in votes of the UN General Assembly: distances of ideal points, with their ranges.

Ideal points are those of Bailey, Strezhnev & Voeten (2017). The distance of two states is the absolute difference of
their points in a session. Its range takes both estimates as independent and normal: their 5 to 95 % intervals, added
in squares. A state without an estimate in the year has no distance.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scidip.findings.session import Desk
from scidip.store.queries import expectation_queries
from scidip.store.queries.expectation_queries import POINTS

TENTH = 0.1
"""Share of all pairs of states that stand *far apart*, and that are *near*."""


@dataclass(frozen=True)
class Distance:
    """How far apart two states stand in a session, and between which ends with 90 % probability."""

    apart: float
    low: float
    high: float
    year: int


@dataclass(frozen=True)
class Positions:
    """The ideal points of a session: the point of each state, and half the width of its interval."""

    year: int
    points: Mapping[str, tuple[float, float]]

    def between(self, a: str, b: str) -> Distance | None:
        """Return the distance of two states; None where either has no estimate."""
        if a not in self.points or b not in self.points:
            return None
        (first, half), (second, other) = self.points[a], self.points[b]
        apart, spread = abs(first - second), math.hypot(half, other)
        return Distance(apart, max(apart - spread, 0.0), apart + spread, self.year)

    @cached_property
    def distances(self) -> NDArray[np.float64]:
        """The distances of all pairs of states, ascending."""
        known = np.sort(np.array([point for point, _half in self.points.values()], dtype=np.float64))
        first, second = np.triu_indices(len(known), 1)
        return np.sort(known[second] - known[first])

    def nearer(self, apart: float) -> float:
        """Return the share of all pairs whose distance is smaller than *apart*; 0 without pairs."""
        return float(np.searchsorted(self.distances, apart) / max(len(self.distances), 1))

    @property
    def far(self) -> float:
        """The distance from which on a pair is among the tenth farthest apart."""
        return float(np.quantile(self.distances, 1 - TENTH))

    @property
    def near(self) -> float:
        """The distance up to which a pair is among the nearest tenth."""
        return float(np.quantile(self.distances, TENTH))

    @property
    def middle(self) -> float:
        """The distance that half of all pairs do not exceed."""
        return float(np.median(self.distances))


def of_year(desk: Desk, year: int) -> Positions:
    """Return the positions of a year, remembered until the figures change; without a state where there are none."""

    def make() -> Positions:
        frame = expectation_queries.points_of_year(desk.engine, year)
        return Positions(year, _points(frame.pivot_table(index="ref_area", columns="indicator", values="obs_value")))

    found: Positions = desk.cache.get(("positions", year, desk.data_version), make)
    return found


def of_pair(desk: Desk, a: str, b: str) -> Distance | None:
    """Return the distance of two states in the newest session in which both have an estimate; None without one."""
    every = desk.cache.get(("all positions", desk.data_version), lambda: _by_state(desk))
    own, other = every.get(a, {}), every.get(b, {})
    year = max(own.keys() & other.keys(), default=None)
    return None if year is None else Positions(year, {a: own[year], b: other[year]}).between(a, b)


def _by_state(desk: Desk) -> dict[str, dict[int, tuple[float, float]]]:
    """Return by state and year its point and half the width of its interval."""
    frame = expectation_queries.every_point(desk.engine)
    found: dict[str, dict[int, tuple[float, float]]] = {}
    for year in frame["time_period"].unique().tolist():
        own = frame[frame["time_period"] == year]
        wide = own.pivot_table(index="ref_area", columns="indicator", values="obs_value")
        for area, point in _points(wide).items():
            found.setdefault(area, {})[year] = point
    return found


def _points(wide: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Return the states of which point and both ends are known."""
    if not set(POINTS) <= set(wide.columns):
        return {}
    whole = wide.dropna(subset=list(POINTS))
    middle, low, high = (whole[code].to_numpy(dtype=np.float64) for code in POINTS)
    return {
        str(area): (float(at), float(wide_ / 2))
        for area, at, wide_ in zip(whole.index, middle, high - low, strict=True)
    }
