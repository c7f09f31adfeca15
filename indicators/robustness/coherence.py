"""What a finished composite says about itself: weights, gaps, removals, profiles, comparisons.

The questions of `balance` and what follows are those of the audits by the Joint Research Centre (Saisana,
Domínguez-Torreiro & Vértesy 2021, "Joint Research Centre statistical audit of the Global Innovation Index"). They are
of one year and of its ranked areas; values: areas × leaves of the tree, normalised, more is better, NaN missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scidip.indicators.engine.aggregation import aggregate_tree
from scidip.indicators.engine.batch_scoring import Rules
from scidip.indicators.engine.composite_methodology import AggregateStep, WeightStep
from scidip.indicators.engine.ranks import mean_shift, ranks_of
from scidip.indicators.errors import MethodError
from scidip.indicators.robustness.correlation import level_codes, level_values
from scidip.indicators.robustness.montecarlo import evaluate, uncertainty
from scidip.indicators.robustness.uncertain_inputs import LeaveOut, Model, without
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
    inside = {child for node in tree.levels[level - 1] for child in node.children}
    elements = tuple(code for k, code in enumerate(names[level - 1]) if k in inside)
    model = Model(tree, values, (LeaveOut("removed", ("", *elements)),), rules or Rules())
    scores = evaluate(model, {"removed": np.arange(len(elements) + 1)})[tree.index.code]
    ranks = ranks_of(scores)
    return Removal(elements, scores[1:], ranks[1:], ranks[0])


def leave_out_by_weight(tree: Tree, values: FloatArray) -> LeaveOut:
    """Return the input that leaves out one indicator in proportion to its weight, or none.

    What carries most is doubted most. What no unit has carries nothing: its weight goes to the others of its node. In
    the order of their codes, so that a draw leaves out the same one whatever order the columns have.
    """
    there = np.atleast_1d(np.isfinite(values).any(axis=0))
    lowest = tuple(
        replace(node, weights=tuple(w * there[k] for w, k in zip(node.weights, node.children, strict=True)))
        for node in tree.levels[0]
    )
    shares = effective_weights(replace(tree, levels=(lowest, *tree.levels[1:])))
    carried = shares[shares["level"] == 1].set_index("code")["weight"].sort_index()
    carried = carried[carried > 0]
    whole, n = float(carried.sum()), len(carried)
    chances = (1 / (n + 1), *(carried.to_numpy() * n / (n + 1) / whole).tolist()) if n else ()
    return LeaveOut("leave_out", ("", *carried.index), chances)


def balance(values: FloatArray, tree: Tree) -> pd.DataFrame:
    """Return code, intended, effective and ratio of each indicator: its share of the index, meant and had.

    The effective share is w cov(x, index) / sum of these: what part of the spread of the index comes with the
    indicator (Paruolo, Saisana & Saltelli, J. R. Statist. Soc. A 176 (2013), in its linear form). Covariances are over
    the areas that have the figure, the others add nothing.
    """
    meant = effective_weights(tree).query("level == 1").set_index("code")["weight"]
    index = level_values(values, tree)[-1][:, 0]
    parts = []
    for code in meant.index:
        own = values[:, tree.position[code]]
        known = ~np.isnan(own) & ~np.isnan(index)
        centred = np.where(known, own - np.mean(own[known]) if known.any() else 0.0, 0.0)
        parts.append(meant[code] * float(np.sum(centred * np.where(known, index - np.nanmean(index), 0.0))))
    effective = np.array(parts) / np.sum(parts)
    frame = pd.DataFrame({"code": meant.index, "intended": meant.to_numpy(), "effective": effective})
    return frame.assign(ratio=frame["effective"] / frame["intended"])


def fit(values: FloatArray, tree: Tree) -> pd.DataFrame:
    """Return how each indicator goes with its dimension: indicator, node, r (Pearson; NaN unknown), areas."""
    scores, rows = level_values(values, tree)[1], []
    for place, node in enumerate(tree.levels[0]):
        for child in node.children:
            rows.append((tree.leaves[child], node.code, *pearson(values[:, child], scores[:, place])))
    return pd.DataFrame(rows, columns=["indicator", "node", "r", "areas"])


def pearson(one: FloatArray, other: FloatArray) -> tuple[float, int]:
    """Return the correlation of two columns over the rows that have both, and how many these are.

    NaN for fewer than three rows, or where one of the columns does not differ.
    """
    known = np.isfinite(one) & np.isfinite(other)
    n = int(known.sum())
    if n < 3 or not np.ptp(one[known]) or not np.ptp(other[known]):
        return float("nan"), n
    return float(np.corrcoef(one[known], other[known])[0, 1]), n


def stability(values: FloatArray, tree: Tree, rules: Rules, ranges: FloatArray) -> pd.DataFrame:
    """Return what leaving out each indicator does: code, mean_shift, max_shift, outside.

    ranges: areas × 2, the ends of the published range of each rank. `outside` counts the areas whose rank leaves it.
    """
    found = removal(values, tree, 1, rules)
    beyond = (found.ranks < ranges[:, 0]) | (found.ranks > ranges[:, 1])
    outside = pd.Series(beyond.sum(axis=1), index=list(found.elements))
    table = found.table().rename(columns={"element": "code"}).drop(columns="moved")
    return table.assign(outside=table["code"].map(outside))


def widths(model: Model, draws: int, seed: int) -> pd.DataFrame:
    """Return what each input of *model* adds to the ranges of rank: input, alone, without; the last row is "all".

    alone: median width in places of the 90 % range of the index when this input alone varies; without: when all but it
    do. Parts do not add up: what two of them move they move together.
    """
    names = [i.name for i in model.inputs]

    def width(left: Model) -> float:
        if not left.inputs:
            return 1.0
        table = uncertainty(left, draws, seed)[left.tree.index.code].intervals((0.05, 0.95))
        return float((table["rank_p95"] - table["rank_p05"] + 1).median())

    rows = [
        (name, width(without(model, [n for n in names if n != name])), width(without(model, [name]))) for name in names
    ]
    return pd.DataFrame([*rows, ("all", width(model), 1.0)], columns=["input", "alone", "without"])


def alternatives(scales: Mapping[str, FloatArray], tree: Tree, floor: float) -> dict[str, FloatArray]:
    """Return the ranks of the areas under each named alternative to the default, which is the first of *scales*.

    scales: values by normalisation, "percentile_rank" among them. An alternative that cannot be computed is left out.
    """
    values = next(iter(scales.values()))
    top = ("arithmetic", "arithmetic")
    plain = AggregateStep()
    tried = {
        "rank_based": (scales["percentile_rank"], plain, None),
        "geometric": (values, AggregateStep(per_level=(*top, "geometric"), floor=floor), None),
        "harmonic": (values, AggregateStep(per_level=(*top, "harmonic"), floor=floor), None),
        "benefit_of_the_doubt": (values, AggregateStep(per_level=(*top, "bounded_benefit_of_the_doubt")), None),
        "doubt_without_bounds": (values, AggregateStep(per_level=(*top, "benefit_of_the_doubt")), None),
        "principal_components": (
            values,
            plain,
            WeightStep.model_validate({"method": "principal_components", "negative": "zero"}),
        ),
    }
    found: dict[str, FloatArray] = {}
    for name, (figures, step, weight) in tried.items():
        try:
            nodes = aggregate_tree(figures, np.zeros(len(figures)), tree, step, weight)
        except MethodError:
            continue
        found[name] = ranks_of(nodes.scores[:, -1][None])[0]
    return found


def within(ranks: FloatArray, ranges: FloatArray) -> float:
    """Return the share of areas whose rank lies in its published range; areas without a rank are left out."""
    known = np.isfinite(ranks)
    inside = (ranks >= ranges[:, 0]) & (ranks <= ranges[:, 1])
    return float(inside[known].mean()) if known.any() else float("nan")


def follows(scores: FloatArray, other: FloatArray, degree: int = 1) -> tuple[float, int]:
    """Return R², the share of the variance of scores that a curve in *other* explains, and over how many areas.

    degree: 1 a line, 2 a parabola. NaN with too few areas, or scores that do not differ.
    """
    rest = scores - predicted(scores, other, degree)
    known = np.isfinite(rest)
    spread = float(np.var(scores[known])) if known.any() else 0.0
    return 1 - float(np.var(rest[known])) / spread if spread else float("nan"), int(known.sum())


def predicted(scores: FloatArray, other: FloatArray, degree: int = 2) -> FloatArray:
    """Return by area the score that *other* predicts: a polynomial by least squares. NaN unknown.

    With fewer than degree + 2 areas, or values of *other*, nothing is predicted.
    """
    known = np.isfinite(scores) & np.isfinite(other)
    found = np.full(len(scores), np.nan)
    if len(np.unique(other[known])) >= degree + 2:
        found[known] = np.polyval(np.polyfit(other[known], scores[known], degree), other[known])
    return found
