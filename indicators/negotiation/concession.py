"""The smallest concession: how little of its weight a party must shift for a statement to hold under its weights.

Under an arithmetic mean a score is linear in the weights u of its elements, so that "A is ahead of B" is a half-space
of the simplex {u >= 0, sum u = 1}. The nearest point of it by half the L1 distance, sum |u - w| / 2, which is the
share of all weight that goes from some elements to others (the total variation distance), is a linear programme
(Boyd & Vandenberghe 2004, section 6.1 and 4.3); "A is among the first n" lets n - 1 others stay ahead, whichever cost
least, and is a mixed integer one (Wolsey 1998, section 1.3: big-M). Both are solved by HiGHS (Huangfu & Hall 2018). L1
and not the Euclidean distance: it reads as a sentence, and moves few weights rather than all a little.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
MARGIN = 0.01
"""Points of the score, 0 to 100, by which one must be ahead for a statement to hold: more than rounding."""
WRITTEN = 0.001
"""Points of the score that a concession goes beyond the margin, so that it stays true when its weights are rounded."""
EXACT = 1e-9


@dataclass(frozen=True)
class Move:
    """Weights under which a statement holds, and how far they are from the party's own."""

    weights: FloatArray
    """Shares of all weight, in the order of the elements; they add up to 1."""
    cost: float
    """Share of all weight that is shifted, 0 to 1; 0 where the statement holds already."""


def moved(own: FloatArray, weights: FloatArray) -> float:
    """Return the share of all weight that is shifted between two sets of weights, each adding up to 1."""
    return float(np.abs(own - weights).sum() / 2)


def holds(weights: FloatArray, differences: FloatArray, spared: int = 0, margin: float = MARGIN) -> bool:
    """Return whether one is ahead, by the *margin*, of all others but *spared*.

    differences: others × elements, the scores of the one minus those of each other.
    """
    behind = differences @ weights < margin - EXACT
    return int(behind.sum()) <= spared


def smallest(own: FloatArray, differences: FloatArray, spared: int = 0, margin: float = MARGIN) -> Move | None:
    """Return the nearest weights to *own* under which one is ahead of all others but *spared*; None where none are.

    own: shares of the elements, at least 0, adding up to 1. differences: others × elements. Scores must be known of
    all elements (no NaN).
    """
    if holds(own, differences, spared, margin):
        return Move(own, 0.0)
    margin += WRITTEN
    best, worst = differences.max(axis=1), differences.min(axis=1)
    # Over the simplex a margin is largest and smallest at its corners: who is always or never behind needs no choice.
    never = best < margin
    if int(never.sum()) > spared:
        return None
    open_ = ~never & (worst < margin)
    left = spared - int(never.sum())
    rows = differences[open_]
    kept = rows if left == 0 else _chosen(own, rows, left, margin)
    return None if kept is None else _nearest(own, kept, margin)


def _nearest(own: FloatArray, rows: FloatArray, margin: float) -> Move | None:
    """Return the nearest weights ahead in all *rows*: variables u and t >= |u - own|, sum t / 2 least."""
    # Here, since it takes a third of a second to import and few answers need it.
    from scipy.optimize import linprog

    n = len(own)
    unit = np.eye(n)
    above = np.block([[unit, -unit], [-unit, -unit], [-rows, np.zeros_like(rows)]])
    limits = np.concatenate([own, -own, np.full(len(rows), -margin)])
    total = np.concatenate([np.ones(n), np.zeros(n)])[None, :]
    cost = np.concatenate([np.zeros(n), np.full(n, 0.5)])
    found = linprog(cost, A_ub=above, b_ub=limits, A_eq=total, b_eq=[1.0], bounds=(0, None), method="highs")
    if not found.success:
        return None
    weights: FloatArray = np.clip(np.asarray(found.x, dtype=np.float64)[:n], 0.0, None)
    weights = weights / weights.sum()
    return Move(weights, moved(own, weights))


def _chosen(own: FloatArray, rows: FloatArray, spared: int, margin: float) -> FloatArray | None:
    """Return the *rows* in which one must be ahead when the cheapest *spared* are let go; None where no weights do."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    n, k = len(own), len(rows)
    unit, slack = np.eye(n), margin - rows.min(axis=1)
    wide = n + n + k
    sides = np.zeros((2 * n, wide))
    sides[:n, :n], sides[:n, n : 2 * n] = unit, -unit
    sides[n:, :n], sides[n:, n : 2 * n] = -unit, -unit
    ahead = np.hstack([rows, np.zeros((k, n)), np.diag(slack)])
    total, let_go = np.zeros(wide), np.zeros(wide)
    total[:n], let_go[2 * n :] = 1.0, 1.0
    constraints = [
        LinearConstraint(sides, -np.inf, np.concatenate([own, -own])),
        LinearConstraint(ahead, margin, np.inf),
        LinearConstraint(total[None, :], 1.0, 1.0),
        LinearConstraint(let_go[None, :], 0.0, float(spared)),
    ]
    cost = np.concatenate([np.zeros(n), np.full(n, 0.5), np.zeros(k)])
    whole = np.concatenate([np.zeros(2 * n), np.ones(k)])
    upper = np.concatenate([np.full(2 * n, np.inf), np.ones(k)])
    found = milp(cost, constraints=constraints, integrality=whole, bounds=Bounds(np.zeros(wide), upper))
    return None if found.x is None else rows[found.x[2 * n :] < 0.5]
