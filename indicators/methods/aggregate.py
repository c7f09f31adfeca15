"""Aggregate: put weighted children together into one score.

Handbook step "Weighting and aggregation". Two registries. The means in AGGREGATORS take values and
weights that agree in (or broadcast over) their last axis and return the aggregate over that axis,
row by row. RELATIVE_AGGREGATORS compare units with each other: they take values of the shape units
× children, weights over the children, and return one score per unit that has a meaning only within
that set. In both, missing values are left out and the weights of what is present are scaled to add
up to one; nothing present is NaN.
"""

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from scidip.indicators.errors import MethodError
from scidip.indicators.methods.doubt import doubt_weights
from scidip.indicators.registry import Registry

FloatArray = NDArray[np.float64]
Aggregate = Callable[..., FloatArray]

AGGREGATORS: Registry[Aggregate] = Registry("aggregation")
RELATIVE_AGGREGATORS: Registry[Aggregate] = Registry("aggregation")
LATTICE = 5000
"""Sets of weights that are tried at most."""
CELLS = 1_000_000
"""Units × sets of weights that are looked at together: 8 bytes each, four times over."""
TIE = 1e-12
"""Shares of weight closer than this are equal: sums such as 1/49 + ... are not exact."""


def _shares(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return weights over the last axis that are zero where a value is missing and add up to one."""
    present = np.where(np.isnan(values), 0.0, weights)
    total = present.sum(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares: FloatArray = np.where(total > 0, present / total, np.nan)
    return shares


def _demand_positive(values: FloatArray, mean: str) -> None:
    if np.any(values <= 0):
        raise MethodError(
            f"the {mean} mean needs values above zero, but the smallest is {np.nanmin(values):.6g}; "
            "normalise to a scale that starts above zero (for min_max: lower = 1)"
        )


@AGGREGATORS.register
def arithmetic(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the weighted arithmetic mean: a high value makes up for a low one in full."""
    result: FloatArray = (np.nan_to_num(values) * _shares(values, weights)).sum(axis=-1)
    return result


@AGGREGATORS.register
def geometric(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the weighted geometric mean: a high value makes up for a low one only in part.

    Raises MethodError when a value is zero or negative.
    """
    _demand_positive(values, "geometric")
    logs = np.log(np.where(np.isnan(values), 1.0, values))
    result: FloatArray = np.exp((logs * _shares(values, weights)).sum(axis=-1))
    return result


@AGGREGATORS.register
def harmonic(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the weighted harmonic mean, which leans further to the low values.

    Raises MethodError when a value is zero or negative.
    """
    _demand_positive(values, "harmonic")
    inverses = 1.0 / np.where(np.isnan(values), 1.0, values)
    result: FloatArray = 1.0 / (inverses * _shares(values, weights)).sum(axis=-1)
    return result


@AGGREGATORS.register
def generalised(values: FloatArray, weights: FloatArray, *, power: float = 1.0) -> FloatArray:
    """Return the weighted power mean: *power* 1 is arithmetic, 0 geometric, -1 harmonic.

    Raises MethodError on values of zero or less when *power* is below zero, and on negative values
    when it is not 1.
    """
    if power == 0:
        return geometric(values, weights)
    if power < 0:
        _demand_positive(values, "generalised")
    elif power != 1 and np.any(values < 0):
        raise MethodError("the generalised mean needs values of zero or more; use min_max")
    powers = np.where(np.isnan(values), 1.0, values) ** power
    result: FloatArray = (powers * _shares(values, weights)).sum(axis=-1)
    return result if power == 1 else result ** (1.0 / power)


def outranking(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the units × units shares of weight by which the row outranks the column, ties half.

    A pair is compared over the children both have, with the weights of these scaled to one; the
    diagonal is zero, a pair without a common child is NaN. Munda & Nardo (2009).
    """
    n = len(values)
    spread = np.broadcast_to(weights, values.shape[1:])
    present = (~np.isnan(values)).astype(float)
    common = np.einsum("ik,jk->ij", present * spread, present)
    wins = np.zeros((n, n))
    for weight in np.unique(spread):
        wins += weight * _wins(values.T[spread == weight])
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = np.where(common > 0, (0.5 * (common + wins - wins.T)) / common, np.nan)
    np.fill_diagonal(shares, 0.0)
    return shares


def _wins(columns: FloatArray) -> NDArray[np.int64]:
    """Return on how many of *columns* (columns × units) the row is above the column.

    Small whole numbers stand for the values, since comparing and adding them is what takes time; a
    missing value is above no one and no one is above it.
    """
    n = columns.shape[1]
    total = np.zeros((n, n), dtype=np.int64)
    for start in range(0, len(columns), 255):
        count = np.zeros((n, n), dtype=np.uint8)
        for column in columns[start : start + 255]:
            ordered = np.sort(column[~np.isnan(column)])
            place = np.searchsorted(ordered, column).astype(np.int32)
            upper = np.where(np.isnan(column), -1, place).astype(np.int32)
            lower = np.where(np.isnan(column), n, place).astype(np.int32)
            count += (upper[:, None] > lower[None, :]).view(np.uint8)
        total += count
    return total


@RELATIVE_AGGREGATORS.register
def copeland(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the Copeland score: how many units are outranked less how many outrank this one.

    *values* are units × children. A unit outranks another when the children on which it is better
    hold more than half of the weight of those that both have (ties half), so that neither gaps nor
    the order of rows favour anyone. Units without a common child do not meet; a unit without any
    value is NaN.
    """
    margins = outranking(values, weights) - 0.5
    np.fill_diagonal(margins, 0.0)
    margins = np.where(np.isnan(margins) | (np.abs(margins) < TIE), 0.0, margins)
    scores: FloatArray = np.sign(margins).sum(axis=1)
    return np.where(np.isnan(values).all(axis=1), np.nan, scores)


@RELATIVE_AGGREGATORS.register
def benefit_of_the_doubt(
    values: FloatArray, weights: FloatArray, *, lower: float = 0.0, upper: float = 1.0
) -> FloatArray:
    """Return each unit's score under the weights that favour it most (1: no one does better).

    *values* are units × children, none negative; *weights* are not used: each unit finds its own.
    See `weight.benefit_of_the_doubt` for the programme and the bounds on shares.
    """
    best = doubt_weights(values, lower, upper)
    scores: FloatArray = np.nansum(best * np.nan_to_num(values), axis=1)
    return np.where(np.isnan(values).all(axis=1), np.nan, scores)


@RELATIVE_AGGREGATORS.register
def bounded_benefit_of_the_doubt(
    values: FloatArray, weights: FloatArray, *, least: float = 0.5, most: float = 1.5, steps: int = 4
) -> FloatArray:
    """Return each unit's score under the bounded weights that favour it most (1: no one does better).

    The share of each child lies between *least* and *most* times an equal share (an assurance region: Thompson et al.,
    Eur. J. Oper. Res. 46 (1990) 93-108) and is a multiple of the equal share over *steps*, so that nobody hangs on one
    child. *values* are units × children, none negative; a unit is seen among those that have all that it has.
    *weights* are not used. Raises MethodError on negative values and on bounds that no weights can meet.
    """
    scores: FloatArray = bounded_doubt_of_draws(values[None], least, most, steps)[0]
    return scores


def bounded_doubt_of_draws(values: FloatArray, least: float = 0.5, most: float = 1.5, steps: int = 4) -> FloatArray:
    """Return `bounded_benefit_of_the_doubt` of many tables at once: draws × units from draws × units × children."""
    if np.any(values < 0):
        raise MethodError("the benefit of the doubt needs values of zero or more; use min_max")
    result, present = np.full(values.shape[:2], np.nan), np.isfinite(values)
    places = 1 << np.arange(values.shape[-1])
    has = present @ places
    for pattern in np.unique(has[has > 0]):
        own = (pattern & places) > 0
        shares = np.array(_lattice(int(own.sum()), least, most, steps)).T
        together = max(1, CELLS // (values.shape[1] * shares.shape[1]))
        for first in range(0, len(values), together):
            part = slice(first, first + together)
            means = np.nan_to_num(values[part][..., own]) @ shares
            among = np.all(present[part][..., own], axis=-1, keepdims=True)
            best = np.where(among, means, 0.0).max(axis=1, keepdims=True)
            here = has[part] == pattern
            result[part] = np.where(here, (means / np.where(best > 0, best, 1.0)).max(axis=-1), result[part])
    return result


@lru_cache(maxsize=32)
def _lattice(children: int, least: float, most: float, steps: int) -> tuple[tuple[float, ...], ...]:
    """Return all shares that `bounded_benefit_of_the_doubt` allows. MethodError for none, or more than `LATTICE`."""
    low, high, total = math.ceil(least * steps - TIE), math.floor(most * steps + TIE), children * steps
    found: list[tuple[int, ...]] = [()]
    for place in range(children):
        left = children - place - 1
        found = [
            (*some, n)
            for some in found
            for n in range(low, high + 1)
            if low * left <= total - sum(some) - n <= high * left
        ]
        if len(found) > LATTICE:
            raise MethodError(f"{children} parts have too many weights to try; use benefit_of_the_doubt")
    if not found or low < 0:
        raise MethodError(f"no weights lie between {least:g} and {most:g} times an equal share in {steps} steps of it")
    return tuple(tuple(n / total for n in some) for some in found)
