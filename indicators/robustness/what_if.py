"""What if a figure were another: scores and ranks before and after, and what it would take.

The chain from raw figures to normalised ones is passed in as a function. Given *fitted* transforms
(bounds and means settled on the published figures) a changed figure moves its own unit only, as a
reader expects; given one that fits anew, a new maximum moves everybody.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scidip.indicators.engine.batch_scoring import Rules, scores_of
from scidip.indicators.engine.ranks import ranks_of
from scidip.indicators.errors import MethodError
from scidip.indicators.tree import Tree

FloatArray = NDArray[np.float64]
Chain = Callable[[FloatArray], FloatArray]
"""From raw figures (units × leaves) to normalised ones, more is better, NaN missing."""


@dataclass(frozen=True)
class Change:
    """One figure set to another value: row, column (leaf) and the new raw value; NaN removes it."""

    unit: int
    column: int
    value: float


@dataclass(frozen=True)
class WhatIf:
    """Scores and ranks by node code before and after, units long."""

    score_before: dict[str, FloatArray]
    score_after: dict[str, FloatArray]
    rank_before: dict[str, FloatArray]
    rank_after: dict[str, FloatArray]

    def unit(self, row: int) -> pd.DataFrame:
        """Return a row per node for one unit: node, score, score_after, rank, rank_after."""
        parts = (self.score_before, self.score_after, self.rank_before, self.rank_after)
        rows = [(code, *(float(p[code][row]) for p in parts)) for code in self.score_before]
        return pd.DataFrame(rows, columns=["node", "score", "score_after", "rank", "rank_after"])


def what_if(
    values: FloatArray,
    changes: Sequence[Change],
    chain: Chain,
    tree: Tree,
    rules: Rules | None = None,
) -> WhatIf:
    """Return what *changes* of raw figures do to every node's scores and ranks.

    values: units × leaves, raw, NaN missing. Raises MethodError for a change outside of it.
    """
    after = values.copy()
    for change in changes:
        if not (0 <= change.unit < len(values) and 0 <= change.column < values.shape[1]):
            raise MethodError(f"there is no row {change.unit}, column {change.column} to change")
        after[change.unit, change.column] = change.value
    scores = [scores_of(chain(figures), tree, rules) for figures in (values, after)]
    ranks = [{code: ranks_of(s) for code, s in found.items()} for found in scores]
    return WhatIf(scores[0], scores[1], ranks[0], ranks[1])


def response(
    values: FloatArray,
    place: tuple[int, int],
    candidates: FloatArray,
    chain: Chain,
    tree: Tree,
    rules: Rules | None = None,
) -> pd.DataFrame:
    """Return the index score and rank of a unit for each candidate value of one of its figures.

    place: row and column. chain: must work row by row (fitted transforms); all candidates then go
    through it at once. Columns: value, score, rank.
    """
    unit, column = place
    rows = np.repeat(values[[unit]], len(candidates), axis=0)
    rows[:, column] = candidates
    index = tree.index.code
    scores = scores_of(chain(rows), tree, rules)[index]
    others = np.delete(scores_of(chain(values), tree, rules)[index], unit)
    field = np.concatenate([scores[:, None], np.tile(others, (len(scores), 1))], axis=1)
    ranks = ranks_of(field)[:, 0] if len(field) else scores
    return pd.DataFrame({"value": candidates, "score": scores, "rank": ranks})


def needed_value(
    values: FloatArray,
    place: tuple[int, int],
    target_rank: int,
    bounds: tuple[float, float],
    chain: Chain,
    tree: Tree,
    rules: Rules | None = None,
) -> float:
    """Return the value of one figure nearest to the first bound that brings the target rank.

    bounds: from the worse end to the better one (for "less is better" the first is the larger).
    NaN when not even the better end does. chain as in `response`; the rank must not get worse
    towards the better end, which holds for means. By bisection, to a 1e-9 of the range.
    """

    def reached(value: float) -> bool:
        found = response(values, place, np.array([value]), chain, tree, rules)
        return bool(found["rank"].iloc[0] <= target_rank)

    short, enough = bounds
    if not reached(enough):
        return float("nan")
    if reached(short):
        return short
    while abs(enough - short) > 1e-9 * abs(bounds[1] - bounds[0]):
        middle = (short + enough) / 2
        short, enough = (short, middle) if reached(middle) else (middle, enough)
    return enough
