"""Ranks and what is read off them: many rankings at once, with gaps and ties.

Rank 1 is the highest score; equal scores share the smallest rank; a missing score has no rank.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

TIE_DIGITS = 11
"""Scores that agree to this many digits of the largest score tie: the rest is rounding noise."""


def ranks_of(scores: FloatArray) -> FloatArray:
    """Return ranks over the last axis (… × units): 1 is best, ties share the smallest, NaN is NaN.

    Scores are first rounded to `TIE_DIGITS` digits of the largest absolute score, so that sums
    taken in another order do not part two units with the same figures.
    """
    if scores.shape[-1] == 0:
        return scores.copy()
    size = np.nanmax(np.abs(scores), initial=0.0)
    step = 10.0 ** (np.ceil(np.log10(size)) - TIE_DIGITS) if size > 0 else 1.0
    falling = np.where(np.isnan(scores), np.inf, -np.rint(scores / step))
    order = np.argsort(falling, axis=-1, kind="stable")
    ordered = np.take_along_axis(falling, order, axis=-1)
    place = np.arange(1.0, scores.shape[-1] + 1)
    first = np.ones(ordered.shape, dtype=bool)
    first[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    shared = np.maximum.accumulate(np.where(first, place, 0.0), axis=-1)
    ranks = np.empty_like(falling)
    np.put_along_axis(ranks, order, shared, axis=-1)
    ranks[np.isnan(scores)] = np.nan
    return ranks


def quantiles(draws: FloatArray, points: Sequence[float], *, observed: bool = False) -> FloatArray:
    """Return the *points* (shares in 0-1) of draws × units, each unit over what it has.

    Shape: points × units. With *observed* a point is a value that occurred (the smallest with at
    least that share of the draws at or below it: Hyndman & Fan 1996, type 1), as ranks want;
    otherwise linear between neighbours (type 7). A unit without a single draw is NaN.
    """
    ordered = np.sort(draws.T, axis=1)
    count = (~np.isnan(ordered)).sum(axis=1)
    last = np.maximum(count - 1, 0)
    result = np.full((len(points), draws.shape[1]), np.nan)
    unit = np.arange(draws.shape[1])
    if draws.shape[0] == 0:
        return result
    for k, point in enumerate(points):
        if observed:
            at = np.clip(np.ceil(point * count - 1e-9).astype(int) - 1, 0, last)
            result[k] = ordered[unit, at]
        else:
            exact = point * last
            below = np.floor(exact).astype(int)
            above = np.minimum(below + 1, last)
            low, high = ordered[unit, below], ordered[unit, above]
            result[k] = low + (high - low) * (exact - below)
    return result


def probability_above(ranks: FloatArray) -> FloatArray:
    """Return units × units: the share of draws in which the row ranks above the column.

    From draws × units ranks. A tie counts half to each, so that an entry and its mirror image add
    up to one and the diagonal is one half; only draws in which both have a rank count, and a pair
    that never meets is NaN.
    """
    present = (~np.isnan(ranks)).astype(float)
    both = present.T @ present
    columns = np.ascontiguousarray(ranks.T, dtype=np.float32)
    above = np.empty_like(both)
    for unit, own in enumerate(columns):
        above[unit] = np.count_nonzero(own < columns, axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        share: FloatArray = (above + (both - above - above.T) / 2) / both
    return share


def mean_shift(ranks: FloatArray, nominal: FloatArray) -> FloatArray:
    """Return the mean absolute difference of ranks (… × units) from the *nominal* ones, per draw.

    Over the units that have both; NaN when there is none.
    """
    shift = np.abs(ranks - nominal)
    known = ~np.isnan(shift)
    with np.errstate(invalid="ignore"):
        mean: FloatArray = np.where(known, shift, 0.0).sum(axis=-1) / known.sum(axis=-1)
    return mean
