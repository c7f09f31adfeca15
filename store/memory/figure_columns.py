"""Figures and scored cells as plain columns in the order of areas, with the newest of each found by position."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Figures:
    """Figures sorted by area, indicator and year; areas, indicators and origins are positions in lists."""

    area: NDArray[np.int16]
    indicator: NDArray[np.int16]
    time_period: NDArray[np.int16]
    obs_value: NDArray[np.float64]
    obs_status: NDArray[np.object_]
    origin: NDArray[np.int16]

    def newest_of_area(self, area: int, year: int) -> Rows:
        """Return the row of an area's newest figure up to *year* of each indicator that has one."""
        rows = np.arange(*_bounds(self.area, area))
        return _last_of_each(rows[self.time_period[rows] <= year], self.indicator)

    def next_of_area(self, area: int, year: int) -> Rows:
        """Return the row of an area's first known figure after *year* of each indicator that has one."""
        rows = np.arange(*_bounds(self.area, area))
        later = rows[(self.time_period[rows] > year) & np.isfinite(self.obs_value[rows])]
        return _first_of_each(later, self.indicator)

    def of_area_and_indicator(self, area: int, indicator: int) -> Rows:
        """Return the rows of an area's known figures of an indicator, by year."""
        start, end = (int(n) for n in _bounds(self.area, area))
        rows = start + np.arange(*_bounds(self.indicator[start:end], indicator))
        known: Rows = rows[np.isfinite(self.obs_value[rows])]
        return known

    def newest_of_indicator(self, indicator: int, year: int) -> Rows:
        """Return the row of an indicator's newest known figure up to *year* of each area that has one."""
        order, start = self._by_indicator
        rows = order[slice(*_bounds(start, indicator))]
        seen = (self.time_period[rows] <= year) & np.isfinite(self.obs_value[rows])
        return _last_of_each(rows[seen], self.area)

    @cached_property
    def _by_indicator(self) -> tuple[Rows, NDArray[np.int16]]:
        order = np.argsort(self.indicator, kind="stable")
        return order, self.indicator[order]


@dataclass(frozen=True)
class Cells:
    """Scored cells sorted by year, indicator and area; areas and indicators are positions in lists."""

    area: NDArray[np.int16]
    indicator: NDArray[np.int16]
    time_period: NDArray[np.int16]
    own_period: NDArray[np.int16]
    obs_value: NDArray[np.float64]
    normalised: NDArray[np.float64]
    is_ranked: NDArray[np.bool_]
    """Whether the area is ranked on the index in that year."""

    def of_year(self, year: int) -> slice:
        """Return the rows of a year."""
        return slice(*_bounds(self.time_period, year))

    def of_area(self, area: int, year: int) -> Rows:
        """Return the rows of an area in *year*."""
        here = self.of_year(year)
        found: Rows = here.start + np.nonzero(self.area[here] == area)[0]
        return found

    def of_indicator(self, indicator: int, year: int) -> Rows:
        """Return the rows of an indicator in *year*."""
        here = self.of_year(year)
        found: Rows = here.start + np.nonzero(self.indicator[here] == indicator)[0]
        return found

    @property
    def percentile(self) -> NDArray[np.float64]:
        """Of each cell, how many of the ranked areas (and itself) are level or lower, in per cent of them."""
        found: NDArray[np.float64] = self._places[0]
        return found

    @property
    def below(self) -> NDArray[np.float64]:
        """Of each cell, how many of the ranked areas (and itself) are lower, in per cent of them."""
        found: NDArray[np.float64] = self._places[1]
        return found

    @cached_property
    def _places(self) -> NDArray[np.float64]:
        found = np.full((2, len(self.area)), np.nan)
        new = (np.diff(self.time_period) != 0) | (np.diff(self.indicator) != 0)
        bounds = [0, *(np.nonzero(new)[0] + 1).tolist(), len(self.area)]
        for start, end in pairwise(bounds):
            own, ranked = self.normalised[start:end], self.is_ranked[start:end]
            others = np.sort(own[ranked])
            reached = np.searchsorted(others, own, "right") + ~ranked
            lower = np.searchsorted(others, own, "left")
            found[:, start:end] = 100 * (np.stack([reached, lower]) / (len(others) + ~ranked))
        return found


def _bounds(ordered: NDArray[np.int16], value: int) -> NDArray[np.intp]:
    """Return where *value* begins and ends. Asked with numbers of another type, numpy would copy all rows into that."""
    ends = np.iinfo(ordered.dtype)
    return np.searchsorted(ordered, np.clip((value, value + 1), ends.min, ends.max).astype(ordered.dtype))


def _last_of_each(rows: Rows, of: NDArray[Any]) -> Rows:
    """Return the last of *rows* for each value of *of*, by which they are sorted."""
    group = of[rows]
    return rows[np.append(group[1:] != group[:-1], True)] if len(rows) else rows


def _first_of_each(rows: Rows, of: NDArray[Any]) -> Rows:
    """Return the first of *rows* for each value of *of*, by which they are sorted."""
    group = of[rows]
    return rows[np.append(True, group[1:] != group[:-1])] if len(rows) else rows
