"""Uncertainty: what scores and ranks would be had other, equally sensible choices been made.

A `Model` is a tree, a grid of normalised layers that were computed once (a layer for every
treatment, imputation and normalisation to be tried) and the inputs that vary. A draw picks one
option of every choice and jitters weights; all draws are then scored together by matrix products
(`batch_scoring`), so nothing is imputed, treated or normalised again. Draws are made and scored in
blocks: memory does not grow with what is asked (`intervals`).

OECD/JRC Handbook (2008), step "Uncertainty and sensitivity analysis"; Saisana, Saltelli &
Tarantola, J. R. Statist. Soc. A 168 (2005) 307-323.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scidip.indicators.engine.batch_scoring import (
    aggregate_leaves,
    aggregate_nodes,
    covered_below,
    edge_spans,
    edge_weights,
)
from scidip.indicators.engine.power_means import Method
from scidip.indicators.engine.ranks import ranks_of
from scidip.indicators.errors import MethodError
from scidip.indicators.robustness.simulated import POINTS, Uncertainty
from scidip.indicators.robustness.uncertain_inputs import (
    AggregationChoice,
    Input,
    LayerChoice,
    LeaveOut,
    Model,
    WeightChoice,
    WeightJitter,
)
from scidip.indicators.robustness.varied.alike import Draws, each_once
from scidip.indicators.tree import Tree, TreeNode

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
BLOCK = 1000
"""Draws that are made together; a seed gives the same ones whatever else is asked."""
CELLS = 6_000_000
"""Draws × units × nodes that stand in memory at once: 16 bytes each, and three times that while one is sorted."""


Progress = Callable[[int, int], None]
"""Is told how many draws of all are made; they are made again for each part that does not fit into memory."""


def nominal_draw(model: Model) -> dict[str, NDArray[np.generic]]:
    """Return the one draw in which nothing is changed."""
    edges = sum(len(level) for level in model.elements)
    return {
        i.name: np.ones((1, edges)) if isinstance(i, WeightJitter) else np.zeros(1, dtype=int) for i in model.inputs
    }


def sample(model: Model, draws: int, random: np.random.Generator) -> dict[str, NDArray[np.generic]]:
    """Return independent draws of every input, options equally likely unless they have chances; a seed repeats."""
    return {i.name: sample_input(model, i, draws, random) for i in model.inputs}


def sample_input(model: Model, chosen: Input, draws: int, random: np.random.Generator) -> NDArray[np.generic]:
    """Return *draws* of one input (see `Draws` for the shapes)."""
    if isinstance(chosen, LeaveOut) and chosen.chances:
        return random.choice(len(chosen.options), draws, p=chosen.chances)
    if not isinstance(chosen, WeightJitter):
        return random.integers(0, len(chosen.options), draws)
    parts = []
    for depth, level in enumerate(model.tree.levels):
        spread = chosen.spread.get(depth + 1, 0.0)
        for node in level:
            parts.append(random.uniform(1 - spread, 1 + spread, (draws, len(node.children))))
    factors: FloatArray = np.concatenate(parts, axis=1)
    return factors


def blocks(model: Model, draws: int, seed: int) -> Iterator[dict[str, NDArray[np.generic]]]:
    """Yield *draws* draws of every input, `BLOCK` at a time; a seed repeats them."""
    random = np.random.default_rng(seed)
    for start in range(0, draws, BLOCK):
        yield sample(model, min(BLOCK, draws - start), random)


def evaluate(model: Model, draws: Draws, nodes: Sequence[str] | None = None) -> dict[str, FloatArray]:
    """Return draws × units scores by node: the index, or the *nodes* named.

    Draws are grouped by alternative, so the work is one matrix product per group and node of
    level 2. Missing values: `batch_scoring.aggregate_leaves`. Raises MethodError as the means do.
    """
    wanted = tuple(nodes or (model.tree.index.code,))
    parts = list(_in_parts(model, draws, wanted))
    return {code: np.concatenate([part[code] for part in parts]) for code in wanted}


def _in_parts(model: Model, draws: Draws, nodes: Sequence[str]) -> Iterator[dict[str, FloatArray]]:
    """Yield the scores of so many draws at a time that the work on them stays small."""
    count = len(next(iter(draws.values()))) if draws else 1
    step = max(1, min(BLOCK, CELLS // 4 // max(model.units, 1)))
    for start in range(0, max(count, 1), step):
        block = {n: d[start : start + step] for n, d in draws.items()}
        yield each_once(block, lambda different: _evaluate(model, different, nodes))


def _evaluate(model: Model, draws: Draws, nodes: Sequence[str]) -> dict[str, FloatArray]:
    tree, needed = model.tree, _needed(model.tree, nodes)
    count = len(next(iter(draws.values()))) if model.inputs else 1
    weights, kept = _weights(model, draws, count)
    spans = edge_spans(tree)
    cells = _cells(model, draws, count)
    present = ~np.isnan(model.layers.reshape(-1, *model.layers.shape[-2:]))
    covered = covered_below(present, cells, tree, model.rules, kept)
    found: dict[str, FloatArray] = {}
    for depth, level in enumerate(tree.levels):
        for node, span in zip(level, spans[depth], strict=True):
            if node.code not in needed:
                continue
            own = weights[depth][:, span]
            members = None if kept is None else kept[depth][:, span]
            result = np.empty((count, model.units))
            for method, rows in _by_method(model, draws, node, count):
                part = None if members is None else members[rows]
                if depth == 0:
                    result[rows] = _leaves(model, node, (cells[rows], own[rows], part), method)
                else:
                    below = [found[tree.levels[depth - 1][c].code][rows] for c in node.children]
                    enough = covered[node.code][rows] if covered else None
                    result[rows] = aggregate_nodes(below, own[rows], node, model.rules, method, part, enough)
            found[node.code] = result
    return {code: found[code] for code in nodes}


def _needed(tree: Tree, nodes: Sequence[str]) -> set[str]:
    """Return the codes of *nodes* and of all nodes below them."""
    needed = set(nodes)
    for node in reversed(tree.nodes):
        if node.code in needed and node.level > 2:
            needed |= set(tree.children(node))
    return needed


def scores_of_draws(model: Model, draws: int, seed: int, nodes: Sequence[str] | None = None) -> dict[str, FloatArray]:
    """Return draws × units scores by node (default: the index) of the draws that `uncertainty` makes."""
    parts = [evaluate(model, drawn, nodes) for drawn in blocks(model, draws, seed)]
    return {code: np.concatenate([part[code] for part in parts]) for code in parts[0]}


def nominal_scores(model: Model, nodes: Sequence[str] | None = None) -> dict[str, FloatArray]:
    """Return the scores (units) by node when nothing is changed."""
    return {code: s[0] for code, s in evaluate(model, nominal_draw(model), nodes).items()}


def uncertainty(model: Model, draws: int, seed: int, nodes: Sequence[str] | None = None) -> dict[str, Uncertainty]:
    """Return by node (default: the index) what *draws* Monte Carlo draws say.

    The same seed gives the same result; the order of units changes nothing but their order. Memory:
    16 bytes × draws × units for each node asked for; `intervals` has a bound.
    """
    if draws < 1:
        raise MethodError(f"uncertainty needs at least one draw, not {draws}")
    wanted = tuple(nodes or (model.tree.index.code,))
    return _simulated(model, draws, seed, wanted, slice(0, model.units))


def intervals(
    model: Model,
    draws: int,
    seed: int,
    nodes: Sequence[str],
    points: Sequence[float] = POINTS,
    inside: BoolArray | None = None,
    progress: Progress | None = None,
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield each node's code and its `Uncertainty.intervals`, the same as from all draws at once.

    inside: the units that are ranked among each other in these nodes, the others are NaN; None: all.

    As many nodes (or, of one node, units) stand in memory as `CELLS` allows; for the others the draws
    are made again. MethodError without a draw.
    """
    if draws < 1:
        raise MethodError(f"uncertainty needs at least one draw, not {draws}")
    each = draws * max(model.units, 1)
    together, width = max(1, CELLS // each), max(1, min(model.units, CELLS // draws))
    for first in range(0, len(nodes), together):
        group = tuple(nodes[first : first + together])
        parts = [
            {c: u.intervals(points) for c, u in _simulated(model, draws, seed, group, units, inside, progress).items()}
            for units in (slice(k, k + width) for k in range(0, max(model.units, 1), width))
        ]
        yield from ((c, pd.concat([p[c] for p in parts], ignore_index=True)) for c in group)


def _simulated(
    model: Model,
    draws: int,
    seed: int,
    nodes: Sequence[str],
    units: slice,
    inside: BoolArray | None = None,
    progress: Progress | None = None,
) -> dict[str, Uncertainty]:
    """Return what the draws say of *units* (ranked among all, or those *inside*), by node."""
    outside = np.zeros(model.units, dtype=bool) if inside is None else ~inside
    width = len(range(*units.indices(model.units)))
    scores = {code: np.empty((draws, width)) for code in nodes}
    ranks = {code: np.empty((draws, width)) for code in nodes}
    comparable = np.ones(draws, dtype=bool)
    at = 0
    for drawn in blocks(model, draws, seed):
        end = at + (len(next(iter(drawn.values()))) if drawn else min(BLOCK, draws - at))
        for chosen in model.inputs:
            if isinstance(chosen, LayerChoice | AggregationChoice):
                comparable[at:end] &= np.array(chosen.comparable)[drawn[chosen.name].astype(int)]
        for part in _in_parts(model, drawn, nodes):
            count = len(part[nodes[0]]) if drawn else end - at
            for code, found in part.items():
                found[:, outside] = np.nan
                scores[code][at : at + count] = found[:, units]
                ranks[code][at : at + count] = ranks_of(found)[:, units]
            at += count
            if progress is not None:
                progress(at, draws)
    nominal = {code: np.where(outside, np.nan, s) for code, s in nominal_scores(model, nodes).items()}
    return {
        code: Uncertainty(
            code, scores[code], ranks[code], nominal[code][units], ranks_of(nominal[code])[units], comparable
        )
        for code in nodes
    }


def _weights(model: Model, draws: Draws, count: int) -> tuple[list[FloatArray], list[BoolArray] | None]:
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
    """Return the number of the layer (in C order of the grid) that each draw uses, of equal ones the first."""
    axes = [i for i in model.inputs if isinstance(i, LayerChoice)]
    cell: IntArray = np.zeros(count, dtype=np.int64)
    for chosen in axes:
        cell = cell * len(chosen.options) + draws[chosen.name].astype(np.int64)
    return model.first_alike[cell]


def _by_method(model: Model, draws: Draws, node: TreeNode, count: int) -> list[tuple[Method, IntArray | slice]]:
    """Return the methods that a node has over the draws and the rows of each."""
    for chosen in model.inputs:
        if isinstance(chosen, AggregationChoice) and node.code in chosen.nodes:
            picked = draws[chosen.name]
            rows = [np.nonzero(picked == k)[0] for k in range(len(chosen.options))]
            return [(m, r) for m, r in zip(chosen.options, rows, strict=True) if len(r)]
    return [(model.rules.of(node.code), slice(0, count))]


def _leaves(
    model: Model, node: TreeNode, rows: tuple[IntArray, FloatArray, BoolArray | None], method: Method
) -> FloatArray:
    """Return draws × units of a node of level 2, layer by layer."""
    cells, weights, kept = rows
    cells = model.first_alike_of[node.code][cells]
    grid = model.layers.reshape(-1, *model.layers.shape[-2:])
    result = np.empty((len(cells), model.units))
    for cell in np.unique(cells):
        own = cells == cell
        values = grid[cell][:, list(node.children)]
        part = None if kept is None else kept[own]
        result[own] = aggregate_leaves(values, weights[own], node, model.rules, method, part)
    return result
