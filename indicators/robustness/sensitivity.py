"""Sensitivity: how much of the variation of a result each uncertain input is to blame for.

Variance-based (Sobol) indices. The *first-order* index of an input is the share of the variance
that would go if that input alone were settled; its *total* index the share that would stay if all
others were. Inputs may be groups (all jittered weights are one input): whole groups are swapped.

Saltelli et al., Comput. Phys. Commun. 181 (2010) 259-270 (design); estimators in `sobol`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from scidip.indicators.engine.ranks import mean_shift, ranks_of
from scidip.indicators.errors import MethodError
from scidip.indicators.robustness.montecarlo import BLOCK, CELLS, evaluate, nominal_scores, sample
from scidip.indicators.robustness.sobol import Indices, Sums, exact_indices
from scidip.indicators.robustness.uncertain_inputs import LeaveOut, Model, WeightJitter

FloatArray = NDArray[np.float64]
Design = dict[str, NDArray[np.generic]]

EXACT_LIMIT = 2000
"""At most this many combinations are enumerated instead of sampled."""


@dataclass(frozen=True)
class Sensitivity:
    """Indices for the mean absolute rank shift, each unit's rank, and each unit's top-k membership.

    The outputs of `ranks` and `top` are the units by number, in the order of the model's rows.
    """

    shift: Indices
    ranks: Indices
    top: Indices
    k: int


def sensitivity(
    model: Model, base: int, seed: int, *, k: int = 10, replicates: int = 200, exact_limit: int = EXACT_LIMIT
) -> Sensitivity:
    """Return the Sobol indices of the ranking of *model*, from base × (inputs + 2) runs.

    When no weights are jittered and the options combine in at most *exact_limit* ways, all
    combinations are scored and the indices are exact. A unit that lacks a rank in some run has NaN
    indices for its rank; for the top it counts as outside. Raises MethodError below two base runs
    or without inputs.
    """
    if not model.inputs:
        raise MethodError("there is nothing uncertain: name at least one input")
    nominal = ranks_of(nominal_scores(model)[model.tree.index.code])
    inputs = tuple(i.name for i in model.inputs)
    units = tuple(str(u) for u in range(model.units))
    names = (("mean_rank_shift",), units, units)
    ways = enumeration(model, exact_limit)
    if ways is not None:
        sizes = [len(i.options) for i in model.inputs if not isinstance(i, WeightJitter)]
        found = [
            exact_indices(output.reshape(*sizes, -1), inputs, outputs)
            for output, outputs in zip(_outputs(model, ways, nominal, k), names, strict=True)
        ]
        return Sensitivity(found[0], found[1], found[2], k)
    sums = [Sums(len(inputs), base, replicates, seed) for _ in names]
    for design in _designs(model, base, np.random.default_rng(seed)):
        for kind, output in zip(sums, _outputs(model, design, nominal, k), strict=True):
            kind.add(output)
    found = [kind.indices(inputs, outputs) for kind, outputs in zip(sums, names, strict=True)]
    return Sensitivity(found[0], found[1], found[2], k)


def _outputs(model: Model, design: Design, nominal: FloatArray, k: int) -> list[FloatArray]:
    """Return the mean rank shift (runs × 1), the ranks and the membership of the top *k* (runs × units)."""
    ranks = ranks_of(evaluate(model, design)[model.tree.index.code])
    return [mean_shift(ranks, nominal)[:, None], ranks, (ranks <= k).astype(float)]


def _designs(model: Model, base: int, random: np.random.Generator) -> Iterator[Design]:
    """Yield `saltelli` designs of *base* rows together, so many at a time that their scores stay small."""
    if base < 2:
        raise MethodError(f"a variance needs at least two base runs, not {base}")
    each = (len(model.inputs) + 2) * max(model.units, 1)
    step = max(1, min(BLOCK, CELLS // 3 // each))
    for start in range(0, base, step):
        yield saltelli(model, min(step, base - start), random)


def enumeration(model: Model, limit: int = EXACT_LIMIT) -> Design | None:
    """Return every combination of options as draws (last input fastest), or None: too many.

    None too when an input is continuous or its options are not equally likely.
    """
    sizes = []
    for chosen in model.inputs:
        if isinstance(chosen, WeightJitter) or (isinstance(chosen, LeaveOut) and chosen.chances):
            return None
        sizes.append(len(chosen.options))
    if np.prod(sizes, dtype=float) > limit:
        return None
    combinations = np.array(list(product(*map(range, sizes))), dtype=int).reshape(-1, len(sizes))
    return {i.name: combinations[:, j] for j, i in enumerate(model.inputs)}


def saltelli(model: Model, base: int, random: np.random.Generator) -> Design:
    """Return base × (inputs + 2) draws: A, B, then for each input A with that input from B."""
    first, second = sample(model, base, random), sample(model, base, random)
    return {
        i.name: np.concatenate(
            [first[i.name], second[i.name]] + [(second if i is other else first)[i.name] for other in model.inputs]
        )
        for i in model.inputs
    }
