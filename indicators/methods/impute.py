"""Impute: put a plausible figure where there is none.

Handbook step "Imputation of missing data". An imputer receives values (rows × columns, NaN where
missing) and a `Layout` that says what the rows and columns are, and returns a copy in which some
or all gaps are filled. Known values never change; a gap for which there is nothing to go by stays.
The order of rows does not matter.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from scidip.indicators.errors import MethodError
from scidip.indicators.registry import Registry
from scidip.indicators.tree import Tree

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
StrArray = NDArray[np.str_]


@dataclass(frozen=True)
class Layout:
    """What the rows and columns of an array are."""

    units: StrArray
    """Code of the unit of each row."""
    times: FloatArray
    """Time of each row; all the same when there is but one."""
    groups: StrArray | None = None
    """Group of the unit of each row, "" where it has none."""
    tree: Tree | None = None
    """The index whose leaves are the columns."""
    directions: FloatArray = field(default_factory=lambda: np.ones(0))
    """1 or -1 by column; empty means all 1."""

    def take(self, rows: NDArray[np.bool_]) -> "Layout":
        """Return the layout of some of the rows."""
        return self.at(np.nonzero(rows)[0])

    def at(self, places: IntArray) -> "Layout":
        """Return the layout of the rows at some places."""
        groups = None if self.groups is None else self.groups[places]
        return Layout(self.units[places], self.times[places], groups, self.tree, self.directions)


Impute = Callable[..., FloatArray]
IMPUTERS: Registry[Impute] = Registry("imputation")
ALONG_TIME = ("latest", "constant", "linear")
"""Imputers that look along the years of a unit; all others look across the units."""
BY_GROUP = ("mean_by_group", "median_by_group")


@IMPUTERS.register
def mean(values: FloatArray, layout: Layout) -> FloatArray:
    """Fill a gap with the arithmetic mean of its column; a column without values stays empty."""
    return _filled(values, _columns(np.nanmean, values))


@IMPUTERS.register
def median(values: FloatArray, layout: Layout) -> FloatArray:
    """Fill a gap with the median of its column; a column without values stays empty."""
    return _filled(values, _columns(np.nanmedian, values))


@IMPUTERS.register
def mean_by_group(values: FloatArray, layout: Layout) -> FloatArray:
    """Fill a gap with the mean of its column over the unit's group.

    A gap stays when the unit has no group or the group has no value. MethodError without groups.
    """
    return _by_group(np.nanmean, values, layout)


@IMPUTERS.register
def median_by_group(values: FloatArray, layout: Layout) -> FloatArray:
    """Fill a gap with the median of its column over the unit's group; see `mean_by_group`."""
    return _by_group(np.nanmedian, values, layout)


@IMPUTERS.register
def hierarchical_mean(values: FloatArray, layout: Layout, *, level: int = 2) -> FloatArray:
    """Fill a gap from the unit's own other indicators under the same node of the tree.

    Columns are oriented and scaled to 0-1 (min-max over the rows), the gap gets the mean of those
    the unit has under the node of *level* (2: the lowest) that holds the indicator, and the scaling
    is undone. Where the unit has none there, the node a level up is asked, and so on.
    """
    return _hierarchical(np.nanmean, values, layout, level)


@IMPUTERS.register
def hierarchical_median(values: FloatArray, layout: Layout, *, level: int = 2) -> FloatArray:
    """Fill a gap with the median of the unit's own indicators; see `hierarchical_mean`."""
    return _hierarchical(np.nanmedian, values, layout, level)


@IMPUTERS.register
def expectation_maximisation(
    values: FloatArray, layout: Layout, *, level: int = 2, max_rounds: int = 1000, tolerance: float = 1e-9
) -> FloatArray:
    """Fill gaps with their expectation given the unit's other values, by a multivariate normal.

    Mean and covariance (over n) are fitted to the incomplete data by expectation-maximisation
    (Dempster, Laird & Rubin 1977) within the columns below each node of *level*; without a tree,
    over all columns. Nothing is drawn: the same data give the same values. A row without any value
    gets the means. MethodError when the rounds do not settle.
    """
    result = values.copy()
    for columns in _blocks(layout, values.shape[1], level):
        block = values[:, columns]
        usable = ~np.isnan(block).all(axis=0)
        if np.isnan(block[:, usable]).any():
            filled = _em(block[:, usable], max_rounds, tolerance)
            result[:, np.asarray(columns)[usable]] = filled
    return result


@IMPUTERS.register
def latest(values: FloatArray, layout: Layout, *, max_gap: int | None = None) -> FloatArray:
    """Fill a gap with the unit's last value before it, at most *max_gap* points in time back.

    Points in time are those that occur in the data. Nothing is filled before the first value.
    """
    return _along_time(values, layout, "latest", max_gap)


@IMPUTERS.register
def constant(values: FloatArray, layout: Layout, *, max_gap: int | None = None) -> FloatArray:
    """Fill a gap with the unit's last value before it or, before the first value, with the first."""
    return _along_time(values, layout, "constant", max_gap)


@IMPUTERS.register
def linear(values: FloatArray, layout: Layout, *, max_gap: int | None = None) -> FloatArray:
    """Fill a gap on the straight line in time between the unit's values before and after it.

    Outside its values, and for a unit with a single value, the nearest value counts. With
    *max_gap*, only gaps whose nearest value is at most that many points in time away are filled.
    """
    return _along_time(values, layout, "linear", max_gap)


def _columns(statistic: Callable[..., FloatArray], values: FloatArray) -> FloatArray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a column without values: NaN, as meant
        return np.asarray(statistic(values, axis=0), dtype=float)


def _filled(values: FloatArray, fill: FloatArray) -> FloatArray:
    return np.where(np.isnan(values), fill, values)


def _by_group(statistic: Callable[..., FloatArray], values: FloatArray, layout: Layout) -> FloatArray:
    if layout.groups is None:
        raise MethodError("imputing by group needs `group`, the code of a group column")
    result = values.copy()
    for label in np.unique(layout.groups[layout.groups != ""]):
        rows = layout.groups == label
        result[rows] = _filled(values[rows], _columns(statistic, values[rows]))
    return result


def _blocks(layout: Layout, columns: int, level: int) -> list[tuple[int, ...]]:
    """Return the columns below each node of *level* (the top, when there is no such level)."""
    if layout.tree is None:
        return [tuple(range(columns))]
    tree = layout.tree
    nodes = tree.levels[min(max(level, 2), len(tree.levels) + 1) - 2]
    return [tree.below(node) for node in nodes]


def _hierarchical(statistic: Callable[..., FloatArray], values: FloatArray, layout: Layout, level: int) -> FloatArray:
    signs = layout.directions if layout.directions.size else np.ones(values.shape[1])
    oriented = values * signs
    low, high = _columns(np.nanmin, oriented), _columns(np.nanmax, oriented)
    with np.errstate(invalid="ignore", divide="ignore"):
        scaled = (oriented - low) / (high - low)
    own = np.full(values.shape, np.nan)
    top = len(layout.tree.levels) + 1 if layout.tree else level
    for height in range(level, top + 1):
        for columns in _blocks(layout, values.shape[1], height):
            block = _columns(statistic, scaled[:, columns].T)[:, None]
            own[:, columns] = _filled(own[:, columns], block)
    fill = np.where(high == low, low, own * (high - low) + low) * signs
    return _filled(values, fill)


def _em(values: FloatArray, max_rounds: int, tolerance: float) -> FloatArray:
    """Return *values* (every column with some) filled with conditional expectations."""
    known = ~np.isnan(values)
    centre = np.nanmean(values, axis=0)
    scale = np.nanstd(values, axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    scaled = (values - centre) / scale
    middle, spread = np.zeros(values.shape[1]), np.diag(np.nanvar(scaled, axis=0))
    patterns, member = np.unique(known, axis=0, return_inverse=True)
    filled = np.nan_to_num(scaled)
    for _ in range(max_rounds):
        uncertain = np.zeros_like(spread)
        for k, seen in enumerate(patterns):
            rows = member.ravel() == k
            if seen.all():
                continue
            gap = ~seen
            slope = spread[np.ix_(gap, seen)] @ np.linalg.pinv(spread[np.ix_(seen, seen)], hermitian=True)
            filled[np.ix_(rows, gap)] = middle[gap] + (scaled[np.ix_(rows, seen)] - middle[seen]) @ slope.T
            uncertain[np.ix_(gap, gap)] += rows.sum() * (spread[np.ix_(gap, gap)] - slope @ spread[np.ix_(seen, gap)])
        new_middle = filled.mean(axis=0)
        away = filled - new_middle
        new_spread = (away.T @ away + uncertain) / len(values)
        step = max(np.abs(new_middle - middle).max(), np.abs(new_spread - spread).max())
        middle, spread = new_middle, new_spread
        if step < tolerance:
            return np.where(known, values, filled * scale + centre)
    raise MethodError(
        f"expectation-maximisation did not settle in {max_rounds} rounds; there are too many gaps "
        "for so few rows: raise `max_rounds`, or impute by group or by mean"
    )


def _along_time(values: FloatArray, layout: Layout, method: str, max_gap: int | None) -> FloatArray:
    """Return *values* filled along the time of each unit, by a cube units × times × columns."""
    names, unit = np.unique(layout.units, return_inverse=True)
    times, point = np.unique(layout.times, return_inverse=True)
    cube = np.full((len(names), len(times), values.shape[1]), np.nan)
    cube[unit, point] = values
    n = len(times)
    steps = np.arange(n)[None, :, None]
    known = ~np.isnan(cube)
    before = np.maximum.accumulate(np.where(known, steps, -1), axis=1)
    after = np.minimum.accumulate(np.where(known, steps, n)[:, ::-1], axis=1)[:, ::-1]
    fill, distance = _between(cube, times, before, after, method)
    if max_gap is not None:
        fill = np.where(distance <= max_gap, fill, np.nan)
    return _filled(values, fill[unit, point])


def _between(
    cube: FloatArray, times: FloatArray, before: IntArray, after: IntArray, method: str
) -> tuple[FloatArray, IntArray]:
    """Return the value for every cell and how many points in time away its nearest source is."""
    n = len(times)
    steps = np.arange(n)[None, :, None]
    has_before, has_after = before >= 0, after < n
    start, end = np.maximum(before, 0), np.minimum(after, n - 1)
    earlier = np.where(has_before, np.take_along_axis(cube, start, axis=1), np.nan)
    later = np.where(has_after, np.take_along_axis(cube, end, axis=1), np.nan)
    back, ahead = np.where(has_before, steps - before, n), np.where(has_after, after - steps, n)
    if method == "latest":
        return earlier, back
    if method == "constant":
        return np.where(has_before, earlier, later), np.where(has_before, back, ahead)
    span = times[end] - times[start]
    with np.errstate(invalid="ignore", divide="ignore"):
        line = earlier + (later - earlier) * ((times[None, :, None] - times[start]) / span)
    value = np.where(has_before & has_after, line, np.where(has_before, earlier, later))
    return value, np.minimum(back, ahead)
