"""Uncertainty: what scores and ranks would be had other, equally sensible choices been made.

A `Model` is a tree, a grid of normalised layers that were computed once (a layer for every
treatment, imputation and normalisation to be tried) and the inputs that vary. A draw picks one
option of every choice and jitters weights; all draws are then scored together by matrix products
(`batches`), so nothing is imputed, treated or normalised again.

OECD/JRC Handbook (2008), step "Uncertainty and sensitivity analysis"; Saisana, Saltelli &
Tarantola, J. R. Statist. Soc. A 168 (2005) 307-323.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scidip.indicators.engine.batch_scoring import (
    Method,
    aggregate_leaves,
    aggregate_nodes,
    edge_spans,
    edge_weights,
)
from scidip.indicators.engine.ranks import probability_above, quantiles, ranks_of
from scidip.indicators.errors import MethodError
from scidip.indicators.robustness.uncertain_inputs import (
    AggregationChoice,
    Input,
    LayerChoice,
    LeaveOut,
    Model,
    WeightChoice,
    WeightJitter,
)
from scidip.indicators.tree import TreeNode

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
BLOCK = 1000
POINTS = (0.05, 0.25, 0.50, 0.75, 0.95)


Draws = Mapping[str, NDArray[np.generic]]
"""By input: option numbers (draws), or for a jitter factors (draws × all edges, level by level)."""


def nominal_draw(model: Model) -> dict[str, NDArray[np.generic]]:
    """Return the one draw in which nothing is changed."""
    edges = sum(len(level) for level in model.elements)
    return {
        i.name: np.ones((1, edges)) if isinstance(i, WeightJitter) else np.zeros(1, dtype=int)
        for i in model.inputs
    }


def sample(model: Model, draws: int, random: np.random.Generator) -> dict[str, NDArray[np.generic]]:
    """Return independent draws of every input, options equally likely; a seed repeats them."""
    return {i.name: sample_input(model, i, draws, random) for i in model.inputs}


def sample_input(
    model: Model, chosen: Input, draws: int, random: np.random.Generator
) -> NDArray[np.generic]:
    """Return *draws* of one input (see `Draws` for the shapes)."""
    if not isinstance(chosen, WeightJitter):
        return random.integers(0, len(chosen.options), draws)
    spreads = np.concatenate(
        [
            np.full(len(edges), chosen.spread.get(depth + 1, 0.0))
            for depth, edges in enumerate(model.elements)
        ]
    )
    factors: FloatArray = 1 + spreads * random.uniform(-1, 1, (draws, len(spreads)))
    return factors


def evaluate(
    model: Model, draws: Draws, nodes: Sequence[str] | None = None
) -> dict[str, FloatArray]:
    """Return draws × units scores by node: the index, or the *nodes* named.

    Draws are grouped by alternative, so the work is one matrix product per group and node of
    level 2; blocks of `BLOCK` draws keep memory small. Missing values: `batches.aggregate_leaves`.
    Raises MethodError as the means do.
    """
    count = len(next(iter(draws.values()))) if model.inputs else 1
    wanted = tuple(nodes or (model.tree.index.code,))
    blocks = [
        _evaluate(model, {n: d[start : start + BLOCK] for n, d in draws.items()}, wanted)
        for start in range(0, count, BLOCK)
    ]
    return {code: np.concatenate([block[code] for block in blocks]) for code in wanted}


def _evaluate(model: Model, draws: Draws, nodes: Sequence[str]) -> dict[str, FloatArray]:
    tree = model.tree
    count = len(next(iter(draws.values()))) if model.inputs else 1
    weights, kept = _weights(model, draws, count)
    spans = edge_spans(tree)
    cells = _cells(model, draws, count)
    found: dict[str, FloatArray] = {}
    for depth, level in enumerate(tree.levels):
        for node, span in zip(level, spans[depth], strict=True):
            own = weights[depth][:, span]
            members = None if kept is None else kept[depth][:, span]
            result = np.empty((count, model.units))
            for method, rows in _by_method(model, draws, node, count):
                part = None if members is None else members[rows]
                if depth == 0:
                    result[rows] = _leaves(model, node, (cells[rows], own[rows], part), method)
                else:
                    below = [found[tree.levels[depth - 1][c].code][rows] for c in node.children]
                    result[rows] = aggregate_nodes(
                        below, own[rows], node, model.rules, method, part
                    )
            found[node.code] = result
    return {code: found[code] for code in nodes}


def nominal_scores(model: Model, nodes: Sequence[str] | None = None) -> dict[str, FloatArray]:
    """Return the scores (units) by node when nothing is changed."""
    return {code: s[0] for code, s in evaluate(model, nominal_draw(model), nodes).items()}


@dataclass(frozen=True)
class Uncertainty:
    """What the draws say about one node. Scores and ranks are draws × units."""

    node: str
    scores: FloatArray
    ranks: FloatArray
    nominal_score: FloatArray
    nominal_rank: FloatArray
    comparable: BoolArray
    """draws: whether the scores are on the nominal scale."""

    def intervals(self, points: Sequence[float] = POINTS) -> pd.DataFrame:
        """Return a row per unit: score, rank and their quantiles, mean rank, share of draws ranked.

        Columns: score, score_p05 …, rank, rank_mean, rank_p05 …, ranked_share. Score quantiles
        (linear) are over the draws on the nominal scale; rank quantiles (values that occurred)
        over all. A unit without a score in any draw is NaN.
        """
        with np.errstate(invalid="ignore"):
            mean = np.nansum(self.ranks, axis=0) / (~np.isnan(self.ranks)).sum(axis=0)
        columns: dict[str, FloatArray] = {"score": self.nominal_score}
        score_points = quantiles(self.scores[self.comparable], points)
        columns |= {f"score_p{_percent(p)}": q for p, q in zip(points, score_points, strict=True)}
        columns |= {"rank": self.nominal_rank, "rank_mean": mean}
        rank_points = quantiles(self.ranks, points, observed=True)
        columns |= {f"rank_p{_percent(p)}": q for p, q in zip(points, rank_points, strict=True)}
        columns["ranked_share"] = (~np.isnan(self.ranks)).mean(axis=0)
        return pd.DataFrame(columns)

    def above(self) -> FloatArray:
        """Return units × units: the probability that the row ranks above the column."""
        return probability_above(self.ranks)

    def top(self, k: int) -> FloatArray:
        """Return by unit the probability of rank *k* or better; a draw without a rank is a no."""
        share: FloatArray = (self.ranks <= k).mean(axis=0)
        return share


def uncertainty(
    model: Model, draws: int, seed: int, nodes: Sequence[str] | None = None
) -> dict[str, Uncertainty]:
    """Return by node (default: the index) what *draws* Monte Carlo draws say.

    The same seed gives the same result; the order of units changes nothing but their order. Memory:
    about 8 bytes × draws × units × (6 + 2 per node asked for).
    """
    if draws < 1:
        raise MethodError(f"uncertainty needs at least one draw, not {draws}")
    drawn = sample(model, draws, np.random.default_rng(seed))
    comparable = np.ones(draws, dtype=bool)
    for chosen in model.inputs:
        if isinstance(chosen, LayerChoice | AggregationChoice) and not chosen.same_scale:
            comparable &= drawn[chosen.name] == 0
    nominal = nominal_scores(model, nodes)
    return {
        code: Uncertainty(
            code, scores, ranks_of(scores), nominal[code], ranks_of(nominal[code]), comparable
        )
        for code, scores in evaluate(model, drawn, nodes).items()
    }


def _percent(point: float) -> str:
    text = f"{100 * point:04.1f}"
    return text.removesuffix(".0")


def _weights(
    model: Model, draws: Draws, count: int
) -> tuple[list[FloatArray], list[BoolArray] | None]:
    """Return the weights of every draw by level, and which elements are kept (None: all)."""
    nominal = [w[None, :] for w in edge_weights(model.tree)]
    for chosen in model.inputs:
        if isinstance(chosen, WeightChoice):
            sets = zip(*[edge_weights(tree) for tree in chosen.trees], strict=True)
            nominal = [np.stack(s)[draws[chosen.name].astype(int)] for s in sets]
    ends = np.cumsum([level.shape[1] for level in nominal])
    factors: FloatArray = np.ones((count, int(ends[-1])))
    for chosen in model.inputs:
        if isinstance(chosen, WeightJitter):
            factors = factors * draws[chosen.name].astype(float)
    parts = np.split(factors, ends[:-1], axis=1)
    weights = [own * part for own, part in zip(nominal, parts, strict=True)]
    removals = [i for i in model.inputs if isinstance(i, LeaveOut)]
    if not removals:
        return weights, None
    kept = [np.ones(w.shape, dtype=bool) for w in weights]
    for chosen in removals:
        codes = np.array(chosen.options)[draws[chosen.name].astype(int)]
        for keep, elements in zip(kept, model.elements, strict=True):
            keep &= codes[:, None] != np.array(elements)
    return [w * keep for w, keep in zip(weights, kept, strict=True)], kept


def _cells(model: Model, draws: Draws, count: int) -> IntArray:
    """Return the number of the layer (in C order of the grid) that each draw uses."""
    axes = [i for i in model.inputs if isinstance(i, LayerChoice)]
    cell: IntArray = np.zeros(count, dtype=np.int64)
    for chosen in axes:
        cell = cell * len(chosen.options) + draws[chosen.name].astype(np.int64)
    return cell


def _by_method(
    model: Model, draws: Draws, node: TreeNode, count: int
) -> list[tuple[Method, IntArray | slice]]:
    """Return the methods that a node has over the draws and the rows of each."""
    for chosen in model.inputs:
        if isinstance(chosen, AggregationChoice) and node.code in chosen.nodes:
            picked = draws[chosen.name]
            rows = [np.nonzero(picked == k)[0] for k in range(len(chosen.options))]
            return [(m, r) for m, r in zip(chosen.options, rows, strict=True) if len(r)]
    return [(model.rules.of(node.code), slice(0, count))]


def _leaves(
    model: Model,
    node: TreeNode,
    rows: tuple[IntArray, FloatArray, BoolArray | None],
    method: Method,
) -> FloatArray:
    """Return draws × units of a node of level 2, layer by layer."""
    cells, weights, kept = rows
    grid = model.layers.reshape(-1, *model.layers.shape[-2:])
    result = np.empty((len(cells), model.units))
    for cell in np.unique(cells):
        own = cells == cell
        values = grid[cell][:, list(node.children)]
        part = None if kept is None else kept[own]
        result[own] = aggregate_leaves(values, weights[own], node, model.rules, method, part)
    return result
