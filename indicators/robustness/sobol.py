"""Sobol indices from runs: estimators, their bootstrap, and the exact ones of an enumeration.

Jansen, Comput. Phys. Commun. 117 (1999) 35-43 (total); Janon, Klein, Lagnoux, Nodet & Prieur, ESAIM: PS 18
(2014) 342-364 (centred first-order estimator with pooled moments).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Indices:
    """First-order and total indices of several outputs. Arrays are inputs × outputs.

    `first` and `total` obey 0 ≤ first ≤ total ≤ 1: they are the `raw_` estimates brought to the
    nearest pair that does (the truth does, so this never adds error). The bounds are the 5 and
    95 % points of the bootstrap, widened where needed to hold the estimate; equal to it when
    `exact`. An output that never varies has variance 0 and indices 0; one with a missing value in
    any run is NaN.
    """

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    variance: FloatArray
    first: FloatArray
    total: FloatArray
    first_low: FloatArray
    first_high: FloatArray
    total_low: FloatArray
    total_high: FloatArray
    raw_first: FloatArray
    raw_total: FloatArray
    runs: int
    exact: bool

    def table(self) -> pd.DataFrame:
        """Return a row per output and input: output, input, first, total, bounds and variance."""
        outputs, inputs = len(self.outputs), len(self.inputs)
        names = ("first", "first_low", "first_high", "total", "total_low", "total_high")
        columns = {name: getattr(self, name).T.ravel() for name in names}
        return pd.DataFrame(
            {
                "output": np.repeat(np.array(self.outputs, dtype=object), inputs),
                "input": np.tile(np.array(self.inputs, dtype=object), outputs),
                **columns,
                "variance": np.repeat(self.variance, inputs),
            }
        )


def sobol_indices(
    runs: FloatArray, inputs: Sequence[str], outputs: Sequence[str], replicates: int = 200, seed: int = 0
) -> Indices:
    """Return the indices from the *runs* (base × (inputs + 2) rows in `saltelli` order, × outputs).

    With y from B and y' from A with input i of B (they share only i), and pooled moments m and v:
    first = (mean(y y') - m²) / v. With y from A and y' as before (they share all but i):
    total = mean((y - y')²) / 2v. The bootstrap resamples whole rows of the design, variance
    included.
    """
    sums = Sums(len(inputs), len(runs) // (len(inputs) + 2), replicates, seed)
    sums.add(runs)
    return sums.indices(inputs, outputs)


class Sums:
    """Weighted sums of the runs (even weights first, then a row per bootstrap replicate), filled part by part.

    All moments that the estimators need are linear in the rows of the design, so that runs need not be kept.
    """

    def __init__(self, inputs: int, base: int, replicates: int, seed: int) -> None:
        even = np.full(base, 1.0 / base)
        self._counts = np.random.default_rng(seed).multinomial(base, even, replicates)
        self._inputs, self._base, self._row = inputs, base, 0
        self._centre: FloatArray = np.zeros(0)
        self._largest: FloatArray = np.zeros(0)
        self._sums: FloatArray = np.zeros(0)

    def add(self, runs: FloatArray) -> None:
        """Add the runs of some rows of the design: (rows × (inputs + 2)) × outputs, in `saltelli` order."""
        rows = len(runs) // (self._inputs + 2)
        if not self._row:
            self._centre = runs.mean(axis=0)
            self._largest = np.zeros(runs.shape[1])
        self._largest = np.maximum(self._largest, np.abs(runs).max(axis=0, initial=0.0))
        counts = self._counts[:, self._row : self._row + rows]
        weights = np.concatenate([np.ones((1, rows)), counts]) / self._base
        parts = (runs - self._centre).reshape(self._inputs + 2, rows, -1)
        added = _moments(parts, weights)
        self._sums = added if not self._row else self._sums + added
        self._row += rows

    def indices(self, inputs: Sequence[str], outputs: Sequence[str]) -> Indices:
        """Return the indices from all runs that were added."""
        noise = 1e-12 * self._largest**2
        moments = _estimates(self._sums, noise)
        raw_first, raw_total = moments[0][:, 0], moments[1][:, 0]
        first, total = _feasible(raw_first, raw_total)
        first_low, first_high = _bounds(first, moments[0][:, 1:])
        total_low, total_high = _bounds(total, moments[1][:, 1:])
        mean, square = self._sums[0, 0, :2].mean(axis=0), self._sums[0, 1, :2].mean(axis=0)
        variance = square - mean**2
        variance = np.where(variance > noise, variance, np.where(np.isnan(variance), np.nan, 0.0))
        return Indices(
            tuple(inputs),
            tuple(outputs),
            variance,
            first,
            total,
            first_low,
            first_high,
            total_low,
            total_high,
            raw_first,
            raw_total,
            runs=self._row * (self._inputs + 2),
            exact=False,
        )


def exact_indices(grid: FloatArray, inputs: Sequence[str], outputs: Sequence[str]) -> Indices:
    """Return the exact indices from one result per combination: option × … × option × outputs.

    first = Var(E[y | input]) / Var(y); total = 1 - Var(E[y | all others]) / Var(y).
    """
    axes = tuple(range(len(inputs)))
    variance = grid.var(axis=axes)
    variance = np.where(variance <= 1e-12 * np.abs(grid).max(axis=axes, initial=0.0) ** 2, 0.0, variance)
    first, total = np.empty((2, len(inputs), grid.shape[-1]))
    for j in axes:
        others = tuple(a for a in axes if a != j)
        first[j] = _share(grid.mean(axis=others).var(axis=0), variance)
        inside = grid.var(axis=j).mean(axis=tuple(range(len(others))))
        total[j] = _share(inside, variance)
    first, total = _feasible(first, total)
    return Indices(
        tuple(inputs),
        tuple(outputs),
        variance,
        first,
        total,
        first,
        first,
        total,
        total,
        first,
        total,
        runs=int(np.prod(grid.shape[:-1])),
        exact=True,
    )


def _moments(parts: FloatArray, weights: FloatArray) -> FloatArray:
    """Return weighted sums, resamples × 4 × (inputs + 2) × outputs, from parts (A, B, swapped …) × rows × outputs.

    The four: of y, of y², of y_B y, and of (y_A − y)² / 2.
    """
    from_a, from_b = parts[0], parts[1]
    sums = [
        [weights @ part, weights @ part**2, weights @ (from_b * part), weights @ (from_a - part) ** 2 / 2]
        for part in parts
    ]
    return np.moveaxis(np.array(sums), (2, 1), (0, 1))


def _estimates(sums: FloatArray, noise: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return raw first and total indices, inputs × resamples × outputs, from `_moments`."""
    mean, square, crossed, apart = (sums[:, k] for k in range(4))
    first, total = [], []
    for swap in range(2, sums.shape[2]):
        centre = (mean[:, 1] + mean[:, swap]) / 2
        spread = (square[:, 1] + square[:, swap]) / 2 - centre**2
        first.append(_share(crossed[:, swap] - centre**2, spread, noise))
        spread = (square[:, 0] + square[:, swap]) / 2 - ((mean[:, 0] + mean[:, swap]) / 2) ** 2
        total.append(_share(apart[:, swap], spread, noise))
    return np.array(first), np.array(total)


def _share(part: FloatArray, whole: FloatArray, noise: FloatArray | float = 0.0) -> FloatArray:
    with np.errstate(invalid="ignore", divide="ignore"):
        share: FloatArray = np.where(whole > noise, part / whole, np.where(np.isnan(whole), np.nan, 0.0))
    return share


def _bounds(estimate: FloatArray, draws: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the 5 and 95 % points of the bootstrap within 0-1, widened to hold the estimate."""
    low, high = np.quantile(np.clip(draws, 0, 1), (0.05, 0.95), axis=1)
    return np.minimum(low, estimate), np.maximum(high, estimate)


def _feasible(first: FloatArray, total: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the nearest pair with 0 ≤ first ≤ total ≤ 1 (the mean of both when they cross)."""
    middle = (first + total) / 2
    crossed = first > total
    low, high = np.where(crossed, middle, first), np.where(crossed, middle, total)
    return np.clip(low, 0, 1), np.clip(high, 0, 1)
