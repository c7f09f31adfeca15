"""Reversal distance: how far weights must move before one unit overtakes another.

The distance is the smallest r such that some weights, each within ± r of its own value, put the
lower unit level with the higher one (any more and it is ahead). It is the largest relative change
of a single weight, chosen over Euclidean measures for three reasons. It reads as a sentence ("no
weight need move by more than 12 %"); it does not mind the scale of weights; and it is the `spread`
of a `WeightJitter`, so a pair whose distance is above the spread keeps its order in every draw.
Distances under 1 cover every set of positive weights; "impossible" (infinite) means that not even
weights of zero help: the higher unit is at least as good wherever it matters.

With one level of weights, one kind of mean from there up, and the same gaps in both units, the
margin is a sum of linear-fractional functions, one per node, each of which is least at a vertex
found by sorting (Charnes & Cooper 1962): the distance is exact. Otherwise it is the best found
by a search over vertices, which is an upper bound, and a lower bound comes from the ranges of both
scores taken apart; the truth lies between.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scidip.indicators.engine.batch_scoring import Rules, batch_scores, edge_spans, edge_weights
from scidip.indicators.engine.power_means import off_scale, on_scale, power_of
from scidip.indicators.engine.ranks import ranks_of
from scidip.indicators.errors import MethodError
from scidip.indicators.robustness.correlation import level_codes, level_values
from scidip.indicators.tree import Tree, index_shares

FloatArray = NDArray[np.float64]
TOLERANCE = 1e-12


@dataclass(frozen=True)
class Reversal:
    """What it takes to swap two units (row numbers)."""

    above: int
    below: int
    distance: float
    """Largest relative change of a weight; 0 when they tie, infinite when it is impossible."""
    lower: float
    """No change smaller than this can do it; equal to the distance when exact."""
    exact: bool
    weights: pd.DataFrame
    """level, element, node, weight, changed, change (relative); empty when impossible."""


def reversal(
    values: FloatArray,
    tree: Tree,
    pair: tuple[int, int],
    levels: Sequence[int] | None = None,
    rules: Rules | None = None,
) -> Reversal:
    """Return the smallest change of weights that swaps the *pair* of units (in either order).

    values: units × leaves, normalised, more is better, NaN missing (weights are shared among what a
    unit has). levels: of the elements whose weights may move, 1 being the indicators; default those
    right below the index. Raises MethodError for a unit without a score or an unknown level.
    """
    rules, levels = rules or Rules(), tuple(levels or (len(tree.levels),))
    if not all(1 <= level <= len(tree.levels) for level in levels):
        raise MethodError(f"weights stand at levels 1 to {len(tree.levels)}, not {list(levels)}")
    problem = _Problem(values[list(pair)], tree, levels, rules)
    start = problem.margin(problem.changed(0.0))
    if np.isnan(start):
        raise MethodError(f"units {pair[0]} and {pair[1]} must both have a score to be swapped")
    above, below = pair if start >= 0 else pair[::-1]
    if start < 0:
        problem = _Problem(values[[above, below]], tree, levels, rules)
    if abs(start) <= TOLERANCE:
        return Reversal(above, below, 0.0, 0.0, True, problem.frame(problem.changed(0.0)))
    parts = problem.parts()
    if parts is not None:
        distance = _root(lambda r: _least(parts, r))
        signs = _vertex(problem, parts, min(distance, 1.0))
        lower = distance
    else:
        lower = _root(problem.gap)
        distance, signs = problem.search(lower)
    found = np.isfinite(distance)
    frame = problem.frame(problem.changed(distance, signs) if found else None)
    return Reversal(above, below, distance, lower, parts is not None or np.isinf(lower), frame)


def neighbours(
    values: FloatArray, tree: Tree, levels: Sequence[int] | None = None, rules: Rules | None = None
) -> pd.DataFrame:
    """Return the reversal distance of each unit and the next in rank: above, below, distance …"""
    scores = level_values(values, tree, rules)[-1][:, 0]
    order = np.argsort(-scores, kind="stable")[: int((~np.isnan(scores)).sum())]
    ranks = ranks_of(scores)
    rows = []
    for above, below in zip(order[:-1].tolist(), order[1:].tolist(), strict=True):
        found = reversal(values, tree, (above, below), levels, rules)
        rows.append((above, below, ranks[above], found.distance, found.lower, found.exact))
    return pd.DataFrame(rows, columns=["above", "below", "rank", "distance", "lower", "exact"])


Part = tuple[float, FloatArray, FloatArray, NDArray[np.int64]]
"""A node's weight in the index, its children's weights, their differences, and their edges."""


class _Problem:
    """Two units (the higher first) under weights that move at some levels."""

    def __init__(self, values: FloatArray, tree: Tree, levels: tuple[int, ...], rules: Rules) -> None:
        self.values, self.tree, self.levels, self.rules = values, tree, levels, rules
        self.nominal = edge_weights(tree)
        self.ends = np.cumsum([len(w) for w in self.nominal])
        depth = np.repeat(np.arange(len(self.nominal)) + 1, [len(w) for w in self.nominal])
        self.free = np.nonzero(np.isin(depth, levels))[0]
        self.flat = np.concatenate(self.nominal)

    def changed(self, r: float, signs: FloatArray | None = None) -> FloatArray:
        """Return all weights with the free ones moved by r in the direction of *signs*."""
        weights = self.flat.copy()
        weights[self.free] *= 1 + r * (np.zeros(len(self.free)) if signs is None else signs)
        return weights

    def margins(self, weights: FloatArray) -> FloatArray:
        """Return by draw (rows of all weights) how far the higher unit is ahead."""
        parts = np.split(weights, self.ends[:-1], axis=1)
        scores = batch_scores(self.values, self.tree, parts, self.rules)[self.tree.index.code]
        return scores[:, 0] - scores[:, 1]

    def margin(self, weights: FloatArray) -> float:
        return float(self.margins(weights[None, :])[0])

    def along(self, signs: FloatArray, r: float) -> float:
        return self.margin(self.changed(r, signs))

    def parts(self) -> list[Part] | None:
        """Return the separate linear-fractional parts of the margin, or None: there are none."""
        if len(self.levels) != 1:
            return None
        depth = self.levels[0] - 1
        powers = {power_of(self.rules.of(n.code)) for level in self.tree.levels[depth:] for n in level}
        columns = level_values(self.values, self.tree, self.rules)
        missing = [np.isnan(c) for c in columns[depth:]]
        power = powers.pop()
        if powers or power is None or any((m[0] != m[1]).any() for m in missing):
            return None
        shares = index_shares(self.tree, columns, depth)
        seen = self.seen(columns[depth], power)
        found: list[Part] = []
        for node, span, share in zip(self.tree.levels[depth], edge_spans(self.tree)[depth], shares, strict=True):
            own = np.array(node.weights, dtype=float)
            children = np.array(node.children)
            use = (~missing[0][0][children]) & (own > 0)
            if share > 0 and use.any():
                offset = self.ends[depth] - len(self.nominal[depth])
                edges = np.arange(span.start, span.stop)[use] + offset
                difference = seen[0, children[use]] - seen[1, children[use]]
                found.append((float(share), own[use], difference, edges))
        return found

    def seen(self, values: FloatArray, power: float) -> FloatArray:
        """Return values on the scale on which the mean is arithmetic, the floor applied."""
        floor = self.rules.floor
        raised = values if floor is None or power == 1 else np.maximum(values, floor)
        return on_scale(raised, power)

    def gap(self, r: float) -> float:
        """Return the least score of the higher minus the most of the lower, each at its own."""
        low = self._extreme(0, r, -1.0)
        return low - self._extreme(1, r, 1.0)

    def _extreme(self, unit: int, r: float, sign: float) -> float:
        below = self.values[unit]
        for depth, level in enumerate(self.tree.levels):
            scores = []
            for node in level:
                values = below[list(node.children)]
                power = power_of(self.rules.of(node.code))
                share = np.mean(~np.isnan(values))
                if np.isnan(values).all() or share < self.rules.least(depth) - 1e-12:
                    scores.append(np.nan)
                    continue
                if power is None:
                    return -np.inf * -sign
                spread = r if depth + 1 in self.levels else 0.0
                own = np.array(node.weights, dtype=float)
                use = ~np.isnan(values) & (own > 0)
                seen = -sign * self.seen(values[use], power)
                if not (use.any() and np.isfinite(seen).all()):
                    scores.append(np.nan)
                    continue
                mean = -sign * _least_mean(own[use], seen, spread)[0]
                scores.append(float(off_scale(np.array(mean), power)))
            below = np.array(scores)
        return float(below[0])

    def search(self, lower: float) -> tuple[float, FloatArray]:
        """Return the least r at which a vertex swaps the units, and the vertex."""
        best, signs = np.inf, np.ones(len(self.free))
        if np.isinf(lower):
            return best, signs
        signs = self._descend(1.0 - 1e-9, -np.ones(len(self.free)))
        for _ in range(20):
            here = signs
            if self.margin(self.changed(1.0 - 1e-9, here)) >= 0:
                break
            r = _root(partial(self.along, here), 1.0 - 1e-9)
            if r >= best - 1e-10:
                break
            best = r
            signs = self._descend(r, here)
            if self.margin(self.changed(r, signs)) >= -TOLERANCE:
                return best, here
        return best, here

    def _descend(self, r: float, signs: FloatArray) -> FloatArray:
        """Return a vertex of the box of size r that no change of one weight improves."""
        value = self.margin(self.changed(r, signs))
        for _ in range(4 * len(self.free)):
            flips = signs[None, :] * (1 - 2 * np.eye(len(self.free)))
            weights = np.stack([self.changed(r, s) for s in flips])
            margins = np.nan_to_num(self.margins(weights), nan=np.inf)
            better = margins < value - TOLERANCE
            if not better.any():
                break
            together = np.where(better, -signs, signs)
            alone = flips[int(margins.argmin())]
            joint = np.nan_to_num(self.margin(self.changed(r, together)), nan=np.inf)
            signs, value = (together, float(joint)) if joint < margins.min() else (alone, float(margins.min()))
        return signs

    def frame(self, weights: FloatArray | None) -> pd.DataFrame:
        """Return the free weights before and after, each scaled to one within its node."""
        columns = ["level", "element", "node", "weight", "changed", "change"]
        if weights is None:
            return pd.DataFrame(columns=columns)
        names, rows, position = level_codes(self.tree), [], 0
        for depth, level in enumerate(self.tree.levels):
            for node in level:
                after = weights[position : position + len(node.children)]
                before = np.array(node.weights, dtype=float)
                position += len(node.children)
                if depth + 1 not in self.levels:
                    continue
                for child, b, a in zip(node.children, before, after, strict=True):
                    change = a / b - 1 if b > 0 else 0.0
                    shares = (b / before.sum(), a / after.sum())
                    rows.append((depth + 1, names[depth][child], node.code, *shares, change))
        return pd.DataFrame(rows, columns=columns)


def _least_mean(weights: FloatArray, values: FloatArray, r: float) -> tuple[float, FloatArray]:
    """Return the least weighted mean when each weight may move by r, and the signs of the moves.

    The optimum raises the weights of the smallest values and lowers the others: try every cut.
    """
    order = np.argsort(values, kind="stable")
    own, seen = weights[order], values[order]
    high, low = own * (1 + r), own * (1 - r)
    mass = np.cumsum(high) + low.sum() - np.cumsum(low)
    total = np.cumsum(high * seen) + (low * seen).sum() - np.cumsum(low * seen)
    means = total / mass
    cut = int(means.argmin())
    signs = np.empty(len(own))
    signs[order] = np.where(np.arange(len(own)) <= cut, 1.0, -1.0)
    return float(means[cut]), signs


def _least(parts: list[Part], r: float) -> float:
    return sum(share * _least_mean(weights, difference, r)[0] for share, weights, difference, _ in parts)


def _vertex(problem: _Problem, parts: list[Part], r: float) -> FloatArray:
    signs = np.zeros(len(problem.flat))
    for _, weights, difference, edges in parts:
        signs[edges] = _least_mean(weights, difference, r)[1]
    free: FloatArray = signs[problem.free]
    return free


def _root(margin: Callable[[float], float], end: float = 1.0) -> float:
    """Return where a falling function of r in 0-1 reaches zero, or infinity: it does not."""
    if margin(end) >= -TOLERANCE:
        return float("inf")
    if margin(0.0) <= 0:
        return 0.0
    # Here, since it takes a third of a second to import and few answers need it.
    from scipy.optimize import brentq

    return float(brentq(margin, 0.0, end, xtol=1e-13, rtol=1e-13))
