"""Sensitivity: how much of the variation of a result each uncertain input is to blame for.

Variance-based (Sobol) indices. The *first-order* index of an input is the share of the variance
that would go if that input alone were settled; its *total* index the share that would stay if all
others were. Inputs may be groups (all jittered weights are one input): whole groups are swapped.

Saltelli et al., Comput. Phys. Commun. 181 (2010) 259-270 (design); Jansen, Comput. Phys. Commun.
117 (1999) 35-43 (total); Janon, Klein, Lagnoux, Nodet & Prieur, ESAIM: PS 18 (2014) 342-364
(centred first-order estimator with pooled moments).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scidip.indicators.engine.batch_scoring import Method, PowerMean
from scidip.indicators.engine.ranks import mean_shift, ranks_of
from scidip.indicators.errors import MethodError
from scidip.indicators.robustness.montecarlo import (
    evaluate,
    nominal_draw,
    nominal_scores,
    sample,
    sample_input,
)
from scidip.indicators.robustness.uncertain_inputs import Model, WeightJitter

FloatArray = NDArray[np.float64]
Design = dict[str, NDArray[np.generic]]

EXACT_LIMIT = 2000
"""At most this many combinations are enumerated instead of sampled."""


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


@dataclass(frozen=True)
class Sensitivity:
    """Indices for the mean absolute rank shift, each unit's rank, and each unit's top-k membership.

    The outputs of `ranks` and `top` are the units by number, in the order of the model's rows.
    """

    shift: Indices
    ranks: Indices
    top: Indices
    k: int
    scores: FloatArray
    """runs × units; the first 2 base runs are independent draws and may serve as uncertainty."""


def sensitivity(
    model: Model,
    base: int,
    seed: int,
    *,
    k: int = 10,
    replicates: int = 200,
    exact_limit: int = EXACT_LIMIT,
) -> Sensitivity:
    """Return the Sobol indices of the ranking of *model*, from base × (inputs + 2) runs.

    When no weights are jittered and the options combine in at most *exact_limit* ways, all
    combinations are scored and the indices are exact. A unit that lacks a rank in some run has NaN
    indices for its rank; for the top it counts as outside. Raises MethodError below two base runs
    or without inputs.
    """
    if not model.inputs:
        raise MethodError("there is nothing uncertain: name at least one input")
    ways = enumeration(model, exact_limit)
    random = np.random.default_rng(seed)
    design = ways if ways is not None else saltelli(model, base, random)
    scores = evaluate(model, design)[model.tree.index.code]
    ranks = ranks_of(scores)
    nominal = ranks_of(nominal_scores(model)[model.tree.index.code])
    inputs = tuple(i.name for i in model.inputs)
    units = tuple(str(u) for u in range(model.units))
    found = []
    for output, names in (
        (mean_shift(ranks, nominal)[:, None], ("mean_rank_shift",)),
        (ranks, units),
        ((ranks <= k).astype(float), units),
    ):
        if ways is not None:
            sizes = [len(i.options) for i in model.inputs if not isinstance(i, WeightJitter)]
            found.append(exact_indices(output.reshape(*sizes, -1), inputs, names))
        else:
            found.append(sobol_indices(output, inputs, names, replicates, seed))
    return Sensitivity(found[0], found[1], found[2], k, scores)


def enumeration(model: Model, limit: int = EXACT_LIMIT) -> Design | None:
    """Return every combination of options as draws (last input fastest), or None: too many.

    None too when an input is continuous.
    """
    sizes = []
    for chosen in model.inputs:
        if isinstance(chosen, WeightJitter):
            return None
        sizes.append(len(chosen.options))
    if np.prod(sizes, dtype=float) > limit:
        return None
    combinations = np.array(list(product(*map(range, sizes))), dtype=int).reshape(-1, len(sizes))
    return {i.name: combinations[:, j] for j, i in enumerate(model.inputs)}


def saltelli(model: Model, base: int, random: np.random.Generator) -> Design:
    """Return base × (inputs + 2) draws: A, B, then for each input A with that input from B."""
    if base < 2:
        raise MethodError(f"a variance needs at least two base runs, not {base}")
    first, second = sample(model, base, random), sample(model, base, random)
    return {
        i.name: np.concatenate(
            [first[i.name], second[i.name]]
            + [(second if i is other else first)[i.name] for other in model.inputs]
        )
        for i in model.inputs
    }


def sobol_indices(
    runs: FloatArray,
    inputs: Sequence[str],
    outputs: Sequence[str],
    replicates: int = 200,
    seed: int = 0,
) -> Indices:
    """Return the indices from the *runs* (base × (inputs + 2) rows in `saltelli` order, × outputs).

    With y from B and y' from A with input i of B (they share only i), and pooled moments m and v:
    first = (mean(y y') - m²) / v. With y from A and y' as before (they share all but i):
    total = mean((y - y')²) / 2v. The bootstrap resamples whole rows of the design, variance
    included.
    """
    base = len(runs) // (len(inputs) + 2)
    centred = runs - runs.mean(axis=0)
    parts = centred.reshape(len(inputs) + 2, base, -1)
    noise = 1e-12 * np.abs(runs).max(axis=0, initial=0.0) ** 2
    even = np.full((1, base), 1.0 / base)
    counts = np.random.default_rng(seed).multinomial(base, even[0], replicates) / base
    weights = np.concatenate([even, counts])
    moments = _moments(parts, weights, noise)
    raw_first, raw_total = moments[0][:, 0], moments[1][:, 0]
    first, total = _feasible(raw_first, raw_total)
    first_low, first_high = _bounds(first, moments[0][:, 1:])
    total_low, total_high = _bounds(total, moments[1][:, 1:])
    variance = parts[:2].reshape(2 * base, -1).var(axis=0)
    variance = np.where(variance > noise, variance, np.where(np.isnan(variance), np.nan, 0.0))
    return Indices(
        tuple(inputs), tuple(outputs), variance, first, total, first_low, first_high,
        total_low, total_high, raw_first, raw_total,
        runs=len(runs), exact=False,
    )  # fmt: skip


def exact_indices(grid: FloatArray, inputs: Sequence[str], outputs: Sequence[str]) -> Indices:
    """Return the exact indices from one result per combination: option × … × option × outputs.

    first = Var(E[y | input]) / Var(y); total = 1 - Var(E[y | all others]) / Var(y).
    """
    axes = tuple(range(len(inputs)))
    variance = grid.var(axis=axes)
    variance = np.where(
        variance <= 1e-12 * np.abs(grid).max(axis=axes, initial=0.0) ** 2, 0.0, variance
    )
    first, total = np.empty((2, len(inputs), grid.shape[-1]))
    for j in axes:
        others = tuple(a for a in axes if a != j)
        first[j] = _share(grid.mean(axis=others).var(axis=0), variance)
        inside = grid.var(axis=j).mean(axis=tuple(range(len(others))))
        total[j] = _share(inside, variance)
    first, total = _feasible(first, total)
    return Indices(
        tuple(inputs), tuple(outputs), variance, first, total, first, first, total, total,
        first, total, runs=int(np.prod(grid.shape[:-1])), exact=True,
    )  # fmt: skip


def one_at_a_time(model: Model, draws: int = 200, seed: int = 0) -> pd.DataFrame:
    """Return the rank shifts when one input alone leaves its nominal option, a row per option.

    Columns: input, option, mean_shift (mean absolute over units), max_shift, moved (units whose
    rank changes). Jittered weights are one row of option "jitter", means over *draws* draws.
    """
    index = model.tree.index.code
    nominal = ranks_of(nominal_scores(model)[index])
    random = np.random.default_rng(seed)
    rows = []
    for chosen in model.inputs:
        if isinstance(chosen, WeightJitter):
            labels, moved = ["jitter"], sample_input(model, chosen, draws, random)
        else:
            labels = [_label(option) for option in chosen.options[1:]]
            moved = np.arange(1, len(chosen.options))
        if not len(moved):
            continue
        still = {n: np.repeat(d, len(moved), axis=0) for n, d in nominal_draw(model).items()}
        ranks = ranks_of(evaluate(model, {**still, chosen.name: moved})[index])
        shift = np.abs(ranks - nominal)
        results = np.stack(
            [
                mean_shift(ranks, nominal),
                np.nanmax(shift, axis=1, initial=0.0),
                (shift > 0).sum(axis=1),
            ],
            axis=1,
        )
        if isinstance(chosen, WeightJitter):
            results = results.mean(axis=0, keepdims=True)
        rows += [(chosen.name, o, *r) for o, r in zip(labels, results.tolist(), strict=True)]
    return pd.DataFrame(rows, columns=["input", "option", "mean_shift", "max_shift", "moved"])


def _label(option: Method) -> str:
    if isinstance(option, PowerMean):
        return f"generalised {option.power:g}"
    return option if isinstance(option, str) else getattr(option, "__name__", "function")


def _moments(
    parts: FloatArray, weights: FloatArray, noise: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return raw first and total indices, inputs × resamples × outputs."""
    from_a, from_b, swapped = parts[0], parts[1], parts[2:]
    mean = {0: weights @ from_a, 1: weights @ from_b}
    square = {0: weights @ from_a**2, 1: weights @ from_b**2}
    first, total = [], []
    for swap in swapped:
        mean_swap, square_swap = weights @ swap, weights @ swap**2
        centre = (mean[1] + mean_swap) / 2
        spread = (square[1] + square_swap) / 2 - centre**2
        first.append(_share(weights @ (from_b * swap) - centre**2, spread, noise))
        spread = (square[0] + square_swap) / 2 - ((mean[0] + mean_swap) / 2) ** 2
        total.append(_share(weights @ (from_a - swap) ** 2 / 2, spread, noise))
    return np.array(first), np.array(total)


def _share(part: FloatArray, whole: FloatArray, noise: FloatArray | float = 0.0) -> FloatArray:
    with np.errstate(invalid="ignore", divide="ignore"):
        share: FloatArray = np.where(
            whole > noise, part / whole, np.where(np.isnan(whole), np.nan, 0.0)
        )
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
