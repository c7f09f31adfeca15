"""Why a rank changed between two years: own figures, the others' figures, or the method.

Three causes can be switched from the old to the new state in six orders. The Shapley value is the
mean effect of a switch over the orders: the three parts add up to the whole change exactly, a cause
that never matters gets nothing, and no order is privileged (Shapley 1953; Shorrocks, J. Econ.
Inequality 11 (2013) 99-126). The sequential kind keeps one order and adds up just as well.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scidip.indicators.engine.ranks import ranks_of
from scidip.indicators.errors import MethodError

FloatArray = NDArray[np.float64]
Scorer = Callable[[FloatArray], FloatArray]
"""From figures (units × columns) to index scores (units), with one year's method."""

CAUSES = ("own", "others", "method")
State = tuple[int, int, int]
"""Old (0) or new (1) by cause, in the order of `CAUSES`."""


@dataclass(frozen=True)
class Decomposition:
    """Parts of the change from the old year to the new, by unit; own + others + method = change."""

    old: FloatArray
    new: FloatArray
    parts: FloatArray
    """units × causes."""

    def table(self) -> pd.DataFrame:
        """Return a row per unit: old, new, change, own, others, method.

        For ranks a negative number is a gain of places.
        """
        frame = pd.DataFrame({"old": self.old, "new": self.new, "change": self.new - self.old})
        return frame.assign(**dict(zip(CAUSES, self.parts.T, strict=True)))


def decompose_ranks(
    figures: tuple[FloatArray, FloatArray],
    methods: tuple[Scorer, Scorer],
    *,
    row_by_row: bool = False,
    order: Sequence[str] | None = None,
) -> Decomposition:
    """Return why each unit's rank changed.

    figures: units × columns of the old and the new year, the same units in both (all NaN where a
    unit is absent); methods: the scorers of both years. row_by_row: promise that a unit's score
    depends on its own row only (fitted transforms), which needs 4 builds instead of 4 per unit.
    order: of the causes, for the sequential kind; default Shapley. Ties share the smallest rank; a
    unit without a score in any mixed state has NaN parts.
    """
    old, new = figures
    if old.shape != new.shape:
        raise MethodError(f"both years need the same units and columns: {old.shape}, {new.shape}")
    states = [(a, b, c) for a in (0, 1) for b in (0, 1) for c in (0, 1)]
    ranks = {state: _ranks(figures, methods, state, row_by_row) for state in states}
    orders = [tuple(order)] if order is not None else list(permutations(CAUSES))
    if any(sorted(o) != sorted(CAUSES) for o in orders):
        raise MethodError(f"the order must name each of {', '.join(CAUSES)} once")
    parts = np.zeros((len(old), len(CAUSES)))
    for causes in orders:
        state = [0, 0, 0]
        for cause in causes:
            k = CAUSES.index(cause)
            before = ranks[_state(state)]
            state[k] = 1
            parts[:, k] += ranks[_state(state)] - before
    return Decomposition(ranks[(0, 0, 0)], ranks[(1, 1, 1)], parts / len(orders))


def _state(state: list[int]) -> State:
    return state[0], state[1], state[2]


def _ranks(
    figures: tuple[FloatArray, FloatArray],
    methods: tuple[Scorer, Scorer],
    state: State,
    row_by_row: bool,
) -> FloatArray:
    """Return every unit's rank with its own figures, the others' and the method in this state."""
    own, others, method = state
    score = methods[method]
    if own == others:
        return ranks_of(score(figures[own]))
    if row_by_row:
        field = np.tile(score(figures[others]), (len(figures[0]), 1))
        np.fill_diagonal(field, score(figures[own]))
        return np.diagonal(ranks_of(field)).copy()
    ranks = np.empty(len(figures[0]))
    for unit in range(len(ranks)):
        mixed = figures[others].copy()
        mixed[unit] = figures[own][unit]
        ranks[unit] = ranks_of(score(mixed))[unit]
    return ranks
