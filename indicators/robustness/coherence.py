"""What a finished composite says about itself: weights, gaps, removals, profiles, comparisons."""

from collections.abc import Mapping, Sequence
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


def availability_by_indicator(values: FloatArray, tree: Tree) -> pd.DataFrame:
    """Return code, n (units with a value), share, zeros and distinct (values) by indicator."""
    rows = []
    for code, column in zip(tree.leaves, values.T, strict=True):
        known = column[~np.isnan(column)]
        share = len(known) / len(column) if len(column) else float("nan")
        rows.append((code, len(known), share, int((known == 0).sum()), len(np.unique(known))))
    return pd.DataFrame(rows, columns=["code", "n", "share", "zeros", "distinct"])


def availability_by_unit(values: FloatArray, tree: Tree) -> pd.DataFrame:
    """Return, a row per unit, n and share of the indicators it has, and the share by node code."""
    known = ~np.isnan(values)
    columns: dict[str, NDArray[np.generic]] = {"n": known.sum(axis=1), "share": known.mean(axis=1)}
    columns |= {n.code: known[:, list(tree.below(n))].mean(axis=1) for n in tree.nodes[:-1]}
    return pd.DataFrame(columns)


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


@dataclass(frozen=True)
class ProfileRule:
    """When an indicator is a strength or a weakness of a unit; `words` says it for readers.

    After the Global Innovation Index (appendix on strengths and weaknesses: the n highest and n
    lowest percent ranks of an economy, ties at the edge included, subject to data coverage).
    """

    count: int = 5
    middle: float = 0.5
    """A strength needs a percentile at or above it, a weakness one below."""
    min_coverage: float = 0.5
    """Share of the indicators that a unit needs to be given a profile."""
    min_peers: int = 10
    """Units with a value that an indicator needs for a percentile to mean something."""

    @property
    def words(self) -> str:
        """The rule as a sentence."""
        return (
            f"Strengths are the {self.count} indicators with the highest percentile of the area "
            f"(ties included) at or above {100 * self.middle:g}, weaknesses the {self.count} with "
            f"the lowest below it. Areas need values for {100 * self.min_coverage:g} % of the "
            f"indicators; indicators need values for {self.min_peers} areas."
        )


def percentiles(values: FloatArray, min_peers: int = 1) -> FloatArray:
    """Return by column the share (0-1) of the other units with a value below, ties half.

    NaN where the value is missing or fewer than *min_peers* units (at least two) have one.
    """
    # Here, since it takes a third of a second to import and few answers need it.
    from scipy import stats

    result = np.full(values.shape, np.nan)
    for k, column in enumerate(values.T):
        known = ~np.isnan(column)
        n = int(known.sum())
        if n >= max(min_peers, 2):
            result[known, k] = (stats.rankdata(column[known]) - 1) / (n - 1)
    return result


def strengths_and_weaknesses(values: FloatArray, tree: Tree, rule: ProfileRule | None = None) -> pd.DataFrame:
    """Return the strengths and weaknesses of every unit by the *rule*.

    values: units × leaves, more is better (any scale: only the order counts). Columns: unit (row
    number), code, kind ("strength" or "weakness"), percentile (0-1), rank (1 best among those with
    a value), of; by unit, strengths from the top, weaknesses from the bottom.
    """
    rule = rule or ProfileRule()
    share = percentiles(values, rule.min_peers)
    ranks = ranks_of(values.T).T
    peers = (~np.isnan(values)).sum(axis=0)
    covered = (~np.isnan(values)).mean(axis=1) >= rule.min_coverage
    rows: list[tuple[object, ...]] = []
    for unit in np.nonzero(covered)[0].tolist():
        for kind, sign in (("strength", 1.0), ("weakness", -1.0)):
            own = sign * share[unit]
            good = own >= rule.middle if sign > 0 else own > -rule.middle
            candidates = np.nonzero(good)[0]
            if not len(candidates) or rule.count < 1:
                continue
            ordered = candidates[np.argsort(-own[candidates], kind="stable")]
            edge = own[ordered[min(rule.count, len(ordered)) - 1]]
            rows += [
                (unit, tree.leaves[k], kind, share[unit, k], int(ranks[unit, k]), int(peers[k]))
                for k in ordered.tolist()
                if own[k] >= edge
            ]
    return pd.DataFrame(rows, columns=["unit", "code", "kind", "percentile", "rank", "of"])


@dataclass(frozen=True)
class Comparison:
    """The rankings of several methodologies side by side, the first being the base."""

    names: tuple[str, ...]
    ranks: FloatArray
    """methodologies × units."""

    @property
    def differences(self) -> FloatArray:
        """methodologies × units: places lost (positive) against the base."""
        change: FloatArray = self.ranks - self.ranks[0]
        return change

    def table(self, k: int = 10) -> pd.DataFrame:
        """Return a row per methodology against the base.

        Columns: methodology, spearman, kendall, mean_shift, max_shift, moved, ranked_in_both,
        top_shared (units in both top *k*).
        """
        from scipy import stats

        rows = []
        for name, ranks, change in zip(self.names, self.ranks, self.differences, strict=True):
            both = ~np.isnan(change)
            one, two = self.ranks[0][both], ranks[both]
            size = np.abs(change[both])
            many = len(one) > 2 and np.ptp(one) > 0 and np.ptp(two) > 0
            rows.append(
                (
                    name,
                    float(stats.spearmanr(one, two).statistic) if many else float("nan"),
                    float(stats.kendalltau(one, two).statistic) if many else float("nan"),
                    size.mean() if len(size) else float("nan"),
                    size.max(initial=0.0),
                    int((size > 0).sum()),
                    int(both.sum()),
                    int(((self.ranks[0] <= k) & (ranks <= k)).sum()),
                )
            )
        names = ["methodology", "spearman", "kendall", "mean_shift", "max_shift", "moved"]
        return pd.DataFrame(rows, columns=[*names, "ranked_in_both", "top_shared"])


def compare(scores: Mapping[str, FloatArray] | Sequence[tuple[str, FloatArray]]) -> Comparison:
    """Return the comparison of the rankings by *scores* (units, by methodology; the first is base).

    Each is ranked among the units that it scores.
    """
    pairs = list(scores.items()) if isinstance(scores, Mapping) else list(scores)
    if not pairs:
        raise MethodError("there is nothing to compare: name at least one methodology")
    return Comparison(tuple(n for n, _ in pairs), ranks_of(np.stack([s for _, s in pairs])))
