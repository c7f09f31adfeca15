"""Copeland scores of many draws at once: what differs between draws are weights, and above the lowest level values."""

import numpy as np
from numpy.typing import NDArray

from scidip.indicators.methods.aggregate import TIE

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
CELLS = 4_000_000
"""Numbers that stand in memory at a time."""


def copeland_of_draws(values: FloatArray, weights: FloatArray, kept: BoolArray | None = None) -> FloatArray:
    """Return `copeland` of each draw, draws × units.

    values: draws (or 1, the same in all) × units × children, NaN missing. weights: draws × children, zero where *kept*
    (draws × children) is False: a child left out is looked at by nobody. A unit without any value is NaN.
    """
    draws, (_, units, children) = len(weights), values.shape
    first, second = np.triu_indices(units, 1)
    result = np.empty((draws, units))
    if len(values) == 1:
        signs = np.sign(values[0, first] - values[0, second]).T
        met = np.isfinite(signs).astype(float)
        signs = np.nan_to_num(signs)
        together = max(1, CELLS // max(1, units * units))
        for part in (slice(k, k + together) for k in range(0, draws, together)):
            result[part] = _scores(weights[part] @ signs, weights[part] @ met, (first, second), units)
    else:
        together = max(1, CELLS // max(1, len(first) * children))
        for part in (slice(k, k + together) for k in range(0, draws, together)):
            apart = np.sign(values[part][:, first] - values[part][:, second])
            common = np.einsum("dpk,dk->dp", np.isfinite(apart), weights[part])
            lead = np.einsum("dpk,dk->dp", np.nan_to_num(apart), weights[part])
            result[part] = _scores(lead, common, (first, second), units)
    present = np.isfinite(values)
    seen = present.any(axis=-1) if kept is None else (present & kept[:, None, :]).any(axis=-1)
    return np.where(seen, result, np.nan)


def _scores(lead: FloatArray, common: FloatArray, pairs: tuple[NDArray[np.intp], ...], units: int) -> FloatArray:
    """Return who outranks more than outrank it, from the *lead* of the first of each pair by weight (draws × pairs)."""
    clear = np.abs(lead) >= 2 * TIE * common
    won = np.zeros((len(lead), units, units), dtype=np.int8)
    won[:, pairs[0], pairs[1]] = np.where(clear & (common > 0), np.sign(lead), 0).astype(np.int8)
    scores: FloatArray = (won.sum(axis=2, dtype=np.int32) - won.sum(axis=1, dtype=np.int32)).astype(float)
    return scores
