"""Imputation uncertainty: several plausible values for every gap instead of one.

An imputed figure is a guess, and an index that carries one guess looks surer than it is. These
functions draw complete data sets; each goes through the chain and becomes one option of a
`LayerChoice`, so the spread of the guesses reaches the intervals of scores and ranks.

Rubin, Multiple Imputation for Nonresponse in Surveys (1987); Rubin & Schenker, J. Am. Stat. Assoc.
81 (1986) 366-374 (the approximate Bayesian bootstrap used for both kinds of draw).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from scidip.indicators.errors import MethodError
from scidip.indicators.robustness.uncertain_inputs import LayerChoice

FloatArray = NDArray[np.float64]
Groups = NDArray[np.generic]


def donor_draws(
    values: FloatArray,
    draws: int,
    random: np.random.Generator,
    groups: Groups | None = None,
    least: int = 3,
) -> FloatArray:
    """Return draws × units × columns: every gap of *values* filled from units that have a value.

    groups: by unit; donors are those of its group, or all when the group has fewer than *least*.
    For each draw the donors are first drawn with replacement among themselves, so that a small pool
    counts as the uncertain thing it is. A column without any value stays NaN.
    """
    filled = np.repeat(values[None], draws, axis=0)
    labels = np.zeros(len(values), dtype=int) if groups is None else np.asarray(groups)
    for column in range(values.shape[1]):
        known = ~np.isnan(values[:, column])
        if known.all() or not known.any():
            continue
        for group in np.unique(labels[~known]):
            gaps = np.nonzero(~known & (labels == group))[0]
            own = values[known & (labels == group), column]
            pool = own if len(own) >= least else values[known, column]
            filled[:, gaps, column] = _resampled(pool, (draws, len(gaps)), random)
    return filled


def residual_draws(
    values: FloatArray,
    fitted: FloatArray,
    draws: int,
    random: np.random.Generator,
    bounds: FloatArray | None = None,
) -> FloatArray:
    """Return draws × units × columns: every gap filled with its fitted value plus a residual.

    fitted: units × columns, what the imputation gives for every cell, also for those that have a
    value (best without using it: see `left_out_means`); residuals are value - fitted of the same
    column. bounds: columns × 2, to which draws are cut (a share stays within 0-100). A gap whose
    fitted value is NaN, or whose column has no residual, stays NaN. Raises MethodError when the
    shapes differ.
    """
    if fitted.shape != values.shape:
        raise MethodError(f"fitted values have shape {fitted.shape}, the figures {values.shape}")
    filled = np.repeat(values[None], draws, axis=0)
    for column in range(values.shape[1]):
        gaps = np.nonzero(np.isnan(values[:, column]))[0]
        residuals = values[:, column] - fitted[:, column]
        residuals = residuals[~np.isnan(residuals)]
        if not len(gaps) or not len(residuals):
            continue
        noise = _resampled(residuals, (draws, len(gaps)), random)
        drawn = fitted[gaps, column] + noise
        low, high = (-np.inf, np.inf) if bounds is None else bounds[column]
        filled[:, gaps, column] = np.clip(drawn, low, high)
    return filled


def left_out_means(values: FloatArray, groups: Groups | None = None) -> FloatArray:
    """Return units × columns: the mean of the other units of the same group (default: of all).

    The unit's own value is left out, so that residuals are as large as for a true gap. NaN where no
    other unit of the group has a value.
    """
    labels = np.zeros(len(values), dtype=int) if groups is None else np.asarray(groups)
    result = np.full(values.shape, np.nan)
    for group in np.unique(labels):
        rows = labels == group
        part = values[rows]
        known = ~np.isnan(part)
        seen = np.where(known, part, 0.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            result[rows] = (seen.sum(axis=0) - seen) / (known.sum(axis=0) - known)
    return result


def imputation_layers(
    nominal: FloatArray,
    drawn: FloatArray,
    chain: Callable[[FloatArray], FloatArray],
    name: str = "imputed values",
) -> tuple[FloatArray, LayerChoice]:
    """Return the layers (1 + draws × units × leaves) and the input that chooses among them.

    nominal: units × columns as imputed for the published scores; drawn: as the functions above
    return; chain: from figures to normalised values, best with transforms fitted on the nominal
    ones, so that only the guesses vary.
    """
    layers = np.stack([chain(figures) for figures in (nominal, *drawn)])
    options = ("nominal", *(f"draw {k + 1}" for k in range(len(drawn))))
    return layers, LayerChoice(name, options)


def _resampled(pool: FloatArray, shape: tuple[int, int], random: np.random.Generator) -> FloatArray:
    """Return draws × gaps from a pool that is itself drawn anew, with replacement, by draw."""
    draws = shape[0]
    pools = pool[random.integers(0, len(pool), (draws, len(pool)))]
    picked: FloatArray = np.take_along_axis(pools, random.integers(0, len(pool), shape), axis=1)
    return picked
