"""What a finished composite says about itself: weights, gaps, removals, profiles, comparisons."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scidip.indicators.engine.batch_scoring import Rules
from scidip.indicators.engine.ranks import mean_shift, ranks_of
from scidip.indicators.errors import MethodError
from scidip.indicators.robustness.correlation import level_codes
from scidip.indicators.robustness.montecarlo import evaluate
from scidip.indicators.robustness.uncertain_inputs import LeaveOut, Model
from scidip.indicators.tree import Tree

FloatArray = NDArray[np.float64]


def effective_weights(tree: Tree) -> pd.DataFrame:
    """Return the share of the index that every element carries: level, code, weight.

    Weights are scaled to one within each node and multiplied down from the index, so each level
    adds up to one. They are the weights that arithmetic means apply to a unit without gaps. Children
    of a node whose weights are all zero carry nothing.
    """
    names = level_codes(tree)
    shares = [np.zeros(len(level)) for level in names]
    shares[-1][0] = 1.0
    for depth in range(len(tree.levels) - 1, -1, -1):
        for k, node in enumerate(tree.levels[depth]):
            own = np.array(node.weights, dtype=float)
            own = own / (own.sum() or 1.0)
            np.add.at(shares[depth], list(node.children), shares[depth + 1][k] * own)
    rows = [
        (depth + 1, code, share)
        for depth, level in enumerate(names)
        for code, share in zip(level, shares[depth].tolist(), strict=True)
    ]
    return pd.DataFrame(rows, columns=["level", "code", "weight"])


@dataclass(frozen=True)
class Removal:
    """The index without each element in turn. Arrays are elements × units."""

    elements: tuple[str, ...]
    scores: FloatArray
    ranks: FloatArray
    nominal_rank: FloatArray

    @property
    def shifts(self) -> FloatArray:
        """elements × units: places gained (positive) when the element is left out."""
        return self.nominal_rank - self.ranks

    def table(self) -> pd.DataFrame:
        """Return element, mean_shift (mean absolute), max_shift and moved, the strongest first."""
        size = np.abs(self.shifts)
        frame = pd.DataFrame(
            {
                "element": self.elements,
                "mean_shift": mean_shift(self.ranks, self.nominal_rank),
                "max_shift": np.nanmax(size, axis=1, initial=0.0),
                "moved": (size > 0).sum(axis=1),
            }
        )
        return frame.sort_values("mean_shift", ascending=False, kind="stable", ignore_index=True)


def removal(values: FloatArray, tree: Tree, level: int = 1, rules: Rules | None = None) -> Removal:
    """Return what leaving out each element of a *level* (1: indicators) does to the index.

    values: units × leaves, normalised, more is better, NaN missing. The others of its node take
    over its weight; a node left without children is left out too.
    """
    names = level_codes(tree)
    if not 1 <= level < len(names):
        raise MethodError(f"elements can be removed at levels 1 to {len(names) - 1}, not {level}")
    elements = names[level - 1]
    model = Model(tree, values, (LeaveOut("removed", ("", *elements)),), rules or Rules())
    scores = evaluate(model, {"removed": np.arange(len(elements) + 1)})[tree.index.code]
    ranks = ranks_of(scores)
    return Removal(elements, scores[1:], ranks[1:], ranks[0])
