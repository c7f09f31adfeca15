"""Aggregate over a tree: the weights and scores of every node, from the leaves upward."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scidip.indicators.engine.composite_methodology import AggregateStep, WeightStep, accepted, aggregator
from scidip.indicators.engine.ranks import ranks_of
from scidip.indicators.errors import MethodError
from scidip.indicators.formulas.nodes import FormulaRefused, NodeFormula
from scidip.indicators.methods import AGGREGATORS, RELATIVE_AGGREGATORS, WEIGHTERS
from scidip.indicators.methods.weight import NegativeWeights
from scidip.indicators.registry import Registry
from scidip.indicators.tree import Tree, TreeNode

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class NodeScores:
    """Scores of the nodes of a tree; columns go from the lowest level to the index."""

    codes: tuple[str, ...]
    scores: FloatArray
    """Rows × nodes; NaN where too little is known."""
    weights: Mapping[str, FloatArray]
    """By node: the weights of its children (or rows × children, where each row has its own)."""
    times: FloatArray
    notes: tuple[str, ...] = ()
    ranked: BoolArray | None = None
    """By row, whether it is ranked; None: all are."""
    decimals: int | None = None
    """Decimals to which scores are rounded before they are ranked; None: they are not."""

    @cached_property
    def ranks(self) -> FloatArray:
        """Ranks at each time, rows × nodes: 1 is best, ties share the smallest, NaN unscored.

        Ties are those of `ranks.ranks_of`, to eleven digits of a node's largest score.
        """
        scores = self.scores if self.decimals is None else np.round(self.scores, self.decimals)
        size = np.nanmax(np.abs(scores), axis=0, initial=0.0)
        scaled = scores / np.where(size > 0, size, 1.0)
        result = np.full(scaled.shape, np.nan)
        for time in np.unique(self.times):
            rows = self.times == time if self.ranked is None else self.ranked & (self.times == time)
            result[rows] = ranks_of(scaled[rows].T).T
        return result


def aggregate_tree(
    values: FloatArray,
    times: FloatArray,
    tree: Tree,
    step: AggregateStep,
    weight: WeightStep | None = None,
    reference: BoolArray | None = None,
    covered: Mapping[str, BoolArray] | None = None,
    formulas: Mapping[str, NodeFormula] = MappingProxyType({}),
) -> NodeScores:
    """Return the scores of every node of *tree* from normalised *values* (rows × leaves).

    A node is scored where at least the step's shares of its children and of all indicators below it
    have a value (and one child at least has); other rows are not looked at. Methods that compare
    units do so among the scored rows of one time. Weights are learnt from the rows of the
    *reference*, which alone are ranked; None: all rows. *covered*, by node: the rows that may have a score
    there whatever the shares say; nodes not named: all. *formulas*, by node, put its children together in place
    of the step's method, and neither learn nor use weights. Raises MethodError, naming the node, when its method
    cannot work with what its children hold; FormulaRefused, with the row, when its formula cannot.
    """
    known = ~np.isnan(values)
    below, columns, weights, notes = values, [], dict[str, FloatArray](), list[str]()
    for position, level in enumerate(tree.levels):
        scored = []
        for node in level:
            enough = known[:, list(tree.below(node))].mean(axis=1) >= step.threshold_below(position)
            if covered and node.code in covered:
                enough &= covered[node.code]
            children = np.where(enough[:, None], below[:, list(node.children)], np.nan)
            formula = formulas.get(node.code)
            learns = weight if formula is None else None
            with _naming(tree, node):
                found = _weights(children, times, node, position, tree, learns, reference)
                scores = node_scores(children, times, found, step, node.code, position, formula)
            weights[node.code] = found
            notes += _notes(node.code, children, scores, found, formula)
            scored.append(scores)
        below = np.stack(scored, axis=-1)
        columns.append(below)
    return NodeScores(tuple(weights), np.hstack(columns), weights, times, tuple(notes), reference)


@contextmanager
def _naming(tree: Tree, node: TreeNode) -> Iterator[None]:
    """Name the node in what is refused there."""
    try:
        yield
    except NegativeWeights as error:
        raise MethodError(f"[weight] {node.code}: {error.of(tree.children(node))}") from error
    except FormulaRefused:
        raise  # it names its node, and its row is still to be named
    except MethodError as error:
        raise MethodError(f"{node.code}: {error}") from error


def _notes(
    code: str, children: FloatArray, scores: FloatArray, weights: FloatArray, formula: NodeFormula | None
) -> Iterator[str]:
    gaps = np.isnan(scores)
    if formula is not None and gaps.any():
        gaps &= formula.refused(children)
    elif formula is None:
        gaps &= ~np.isnan(children).any(axis=1)
    empty = int(gaps.sum())
    if empty:
        yield f"{code}: {empty} row(s) that the method refuses are left empty"
    if weights.min(initial=0.0) < 0:
        yield f"{code}: negative weights were asked for and are used"


def node_scores(
    children: FloatArray,
    times: FloatArray,
    weights: FloatArray,
    step: AggregateStep,
    code: str,
    position: int,
    formula: NodeFormula | None = None,
) -> FloatArray:
    """Return the scores of one node from its children (rows × children); see `aggregate_tree`."""
    share = (~np.isnan(children)).sum(axis=1) / children.shape[1]
    children = np.where((share < step.threshold(position))[:, None], np.nan, children)
    if formula is not None:
        return formula.scores(children)
    name = step.at(code, position)
    registry = aggregator(name)
    params = accepted(registry, name, step.params)
    if step.floor is not None and name in AGGREGATORS and name != "arithmetic":
        children = np.maximum(children, step.floor)
    scores: FloatArray
    if name not in RELATIVE_AGGREGATORS:
        if step.if_refused == "leave_empty":
            return _row_by_row(registry, name, children, weights, params)
        scores = registry.call(name, children, weights, params=params)
        return scores
    if weights.ndim > 1:
        raise MethodError(f"{name} needs the same weights for all units; choose other weights")
    scores = np.full(len(children), np.nan)
    for time in np.unique(times):
        rows = times == time
        scores[rows] = registry.call(name, children[rows], weights, params=params)
    return scores


def _row_by_row(registry: Registry[Any], name: str, values: FloatArray, weights: FloatArray, params: Any) -> FloatArray:
    """Return the scores with NaN for the rows that the method refuses."""
    try:
        scores: FloatArray = registry.call(name, values, weights, params=params)
    except MethodError:
        if len(values) == 1:
            return np.full(1, np.nan)
        half = len(values) // 2
        parts = [weights[:half], weights[half:]] if weights.ndim > 1 else [weights, weights]
        scores = np.concatenate(
            [
                _row_by_row(registry, name, block, own, params)
                for block, own in zip((values[:half], values[half:]), parts, strict=True)
            ]
        )
    return scores


def _weights(
    children: FloatArray,
    times: FloatArray,
    node: TreeNode,
    position: int,
    tree: Tree,
    step: WeightStep | None,
    reference: BoolArray | None,
) -> FloatArray:
    own = np.asarray(node.weights, dtype=float)
    if step is None or len(own) == 1:
        return own
    name = step.at(node.code, position)
    params = accepted(WEIGHTERS, name, step.params)
    if name == "correlation_balanced":
        params["targets"] = tuple(step.targets.get(c, 1.0) for c in tree.children(node))
    if name != "benefit_of_the_doubt":
        sample = children if reference is None else children[reference]
        pooled: FloatArray = WEIGHTERS.call(name, sample, own, params=params)
        return pooled
    result = np.full(children.shape, np.nan)
    for time in np.unique(times):
        rows = times == time
        result[rows] = WEIGHTERS.call(name, children[rows], own, params=params)
    return result
