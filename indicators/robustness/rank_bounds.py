"""Rank bounds under missing data: the best and worst rank over all plausible values of the gaps.

Every gap may hold any value of a range; a mean rises with each of its parts, so a score is least
when all gaps are at the low end and most when they are at the high end. As a unit's score depends
on its own figures only (the normalisation being settled), its best rank is reached with its own
gaps high and everybody else's low: the bounds are exact, not simulated. Interval arithmetic:
Moore, Interval Analysis (1966).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scidip.indicators.engine.batch_scoring import Rules, scores_of
from scidip.indicators.engine.power_means import MEANS, power_of
from scidip.indicators.errors import MethodError
from scidip.indicators.tree import Tree

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class RankBounds:
    """By unit: the range of its score and rank; figures are on the normalised scale."""

    score_low: FloatArray
    score_high: FloatArray
    best: NDArray[np.int64]
    worst: NDArray[np.int64]
    gaps: NDArray[np.int64]

    def table(self) -> pd.DataFrame:
        """Return a row per unit: score_low, score_high, best, worst, gaps."""
        return pd.DataFrame(
            {name: getattr(self, name) for name in ("score_low", "score_high", "best", "worst", "gaps")}
        )


def observed_ranges(values: FloatArray) -> FloatArray:
    """Return indicators × 2: the least and greatest value that any unit has, by indicator.

    Raises MethodError for an indicator without a value.
    """
    empty = np.isnan(values).all(axis=0)
    if empty.any():
        raise MethodError(
            f"columns {np.nonzero(empty)[0].tolist()} have no value to take a range from; "
            "leave them out or give the range (0 to 100 for a min-max scale)"
        )
    return np.stack([np.nanmin(values, axis=0), np.nanmax(values, axis=0)], axis=1)


def rank_bounds(
    values: FloatArray, tree: Tree, ranges: FloatArray | tuple[float, float] | None = None, rules: Rules | None = None
) -> RankBounds:
    """Return the best and worst rank and score of every unit over the *ranges* of its gaps.

    values: units × leaves, normalised, more is better, NaN missing. ranges: indicators × 2, or one
    pair for all (0, 100), or None: what the peers show (`observed_ranges`). Ties share the smallest
    rank. Gaps count as filled, so availability rules do not apply. Raises MethodError for a node
    whose method is not a mean (a rank among others is not monotone in one unit's figures).
    """
    rules = _plain(tree, rules or Rules())
    low, high = _ends(values, tree, _ranges(values, ranges), rules)
    best, worst = _bounds(low, high)
    return RankBounds(low, high, best, worst, np.isnan(values).sum(axis=1))


def narrowing(
    values: FloatArray,
    tree: Tree,
    ranges: FloatArray | tuple[float, float] | None = None,
    rules: Rules | None = None,
    points: int = 5,
) -> pd.DataFrame:
    """Return how much knowing each missing figure would narrow rank intervals, most useful first.

    The figure is set in turn to *points* evenly spaced values of its range, taken as equally
    likely, and the widths (worst - best rank) that result are averaged. Columns: unit, column,
    code, width (of the unit now), own (expected places by which the unit's own interval narrows),
    all (the same summed over all units).
    """
    rules = _plain(tree, rules or Rules())
    spans = _ranges(values, ranges)
    ends = _ends(values, tree, spans, rules)
    open_now = _open(*ends, *ends)
    np.fill_diagonal(open_now, False)
    rows, columns = np.nonzero(np.isnan(values))
    own, others = np.zeros((2, len(rows)))
    for share in np.linspace(0, 1, points):
        known = values[rows].copy()
        known[np.arange(len(rows)), columns] = (spans[:, 0] + share * np.ptp(spans, axis=1))[columns]
        seen, by_others = _open_when_known(rows, ends, _ends(known, tree, spans, rules))
        own += (open_now.sum(axis=1)[rows] - seen.sum(axis=1)) / points
        others += (open_now.sum(axis=0)[rows] - by_others.sum(axis=1)) / points
    frame = pd.DataFrame(
        {
            "unit": rows,
            "column": columns,
            "code": [tree.leaves[c] for c in columns.tolist()],
            "width": open_now.sum(axis=1)[rows],
            "own": own,
            "all": own + others,
        }
    )
    return frame.sort_values(["all", "own"], ascending=False, kind="stable", ignore_index=True)


def _plain(tree: Tree, rules: Rules) -> Rules:
    for node in tree.nodes:
        if power_of(rules.of(node.code)) is None:
            raise MethodError(f"{node.code} is not put together by a mean ({', '.join(MEANS)}); rank bounds need one")
    return Rules(rules.methods, rules.floor)


def _ranges(values: FloatArray, ranges: FloatArray | tuple[float, float] | None) -> FloatArray:
    if ranges is None:
        return observed_ranges(values)
    spans: FloatArray = np.broadcast_to(np.asarray(ranges, dtype=float), (values.shape[1], 2))
    if np.any(spans[:, 0] > spans[:, 1]):
        raise MethodError("a range must not end below its start")
    return spans


def _ends(values: FloatArray, tree: Tree, spans: FloatArray, rules: Rules) -> tuple[FloatArray, FloatArray]:
    """Return the least and the greatest score of every row."""
    index = tree.index.code
    holes = np.isnan(values)
    low, high = (scores_of(np.where(holes, end, values), tree, rules)[index] for end in spans.T)
    return low, high


def _open(low: FloatArray, high: FloatArray, others_low: FloatArray, others_high: FloatArray) -> NDArray[np.bool_]:
    """Return rows × others: whether it is open if the other ranks above the row.

    The width of a row's rank interval is the number of others for which it is.
    """
    return _ahead(low, others_high) & ~_ahead(high, others_low)


def _open_when_known(
    units: NDArray[np.int64], ends: tuple[FloatArray, FloatArray], known: tuple[FloatArray, FloatArray]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return gaps × units twice: whether it is open if a unit ranks above the one whose gap is known, and below it.

    units: whose gap it is. ends: least and greatest scores of all units. known: those of a gap's unit once it is known.
    """
    above, below = _open(*known, *ends), _open(*ends, *known).T
    own = np.arange(len(units))
    above[own, units] = below[own, units] = False
    return above, below


def _bounds(low: FloatArray, high: FloatArray) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the best and worst rank of every unit."""
    maybe = _ahead(low, high)
    np.fill_diagonal(maybe, False)
    best, worst = 1 + _ahead(high, low).sum(axis=1), 1 + maybe.sum(axis=1)
    return best.astype(np.int64), worst.astype(np.int64)


def _ahead(scores: FloatArray, others: FloatArray) -> NDArray[np.bool_]:
    """Return rows × others: whether the other's score is above the row's by more than a tie."""
    largest = max(np.abs(scores).max(initial=0.0), np.abs(others).max(initial=0.0))
    ahead: NDArray[np.bool_] = others[None, :] > scores[:, None] + 1e-11 * largest
    return ahead
