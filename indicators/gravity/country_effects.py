"""The gravity model with an effect of each country on all its ties: who publishes much with everybody is expected to.

In the symmetric case of ties without direction a country has one effect, whichever end it is: the mean of a pair is
exp(effect of the first + effect of the second + columns @ coefficients). The effects take the place of size and of
the constant. A country all of whose counts are zero has no effect that could be estimated.
"""

from dataclasses import dataclass

import numpy as np

from scidip.indicators.errors import ScidipError
from scidip.indicators.gravity.poisson import CLOSE, FAR, STEPS, FloatArray, Places, solved

TINY = 1e-9
"""Added to the diagonal: what keeps an effect without a count where it is."""


@dataclass(frozen=True)
class EffectsFit:
    """Effects (countries), coefficients (columns), expected counts of all rows, those of weight zero as well."""

    effects: FloatArray
    coefficients: FloatArray
    expected: FloatArray


def fit_effects(
    columns: FloatArray, counts: FloatArray, first: Places, second: Places, used: FloatArray | None = None
) -> EffectsFit:
    """Return the fit of *counts* (pairs) by *columns* (pairs × k, no constant) and the effects of both ends.

    first, second: place of each end, from zero. used: 1 for the pairs that are fitted, 0 for those only expected.
    Raises ScidipError when the steps do not end.
    """
    used = np.ones_like(counts) if used is None else used
    n, k = int(max(first.max(), second.max())) + 1, columns.shape[1]
    eta = np.log((counts + counts.mean()) / 2)
    mu, before = np.exp(eta), np.full(n + k, np.inf)
    for _step in range(STEPS):
        left, right = _equations(columns, mu * used, eta + (counts - mu) / mu, first, second, n)
        found = solved(left, right)
        eta = np.clip(found[first] + found[second] + columns @ found[n:], -FAR, FAR)
        mu = np.exp(eta)
        if np.abs(found - before).max() < 1e3 * CLOSE:
            return EffectsFit(found[:n], found[n:], mu)
        before = found
    raise ScidipError(f"The gravity model with effects of countries did not settle in {STEPS} steps.")


def _equations(
    columns: FloatArray, weights: FloatArray, target: FloatArray, first: Places, second: Places, n: int
) -> tuple[FloatArray, FloatArray]:
    """Return the weighted normal equations; the block of the effects is filled by sums, without a column for each."""
    k = columns.shape[1]
    left, right = np.zeros((n + k, n + k)), np.zeros(n + k)
    weighted = columns * weights[:, None]
    left[first, second] = left[second, first] = weights
    diagonal = np.arange(n)
    left[diagonal, diagonal] += _by_country(weights, first, second, n) + TINY
    for c in range(k):
        left[:n, n + c] = left[n + c, :n] = _by_country(weighted[:, c], first, second, n)
    left[n:, n:] = weighted.T @ columns
    right[:n] = _by_country(weights * target, first, second, n)
    right[n:] = weighted.T @ target
    return left, right


def _by_country(values: FloatArray, first: Places, second: Places, n: int) -> FloatArray:
    return np.asarray(np.bincount(first, values, n) + np.bincount(second, values, n), dtype=np.float64)
