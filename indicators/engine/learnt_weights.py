"""Weights learnt from the figures, put into a tree in place of the stated ones: another sensible choice."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from scidip.indicators.engine.aggregation import node_scores
from scidip.indicators.engine.composite_methodology import AggregateStep
from scidip.indicators.errors import MethodError
from scidip.indicators.formulas.nodes import NodeFormula
from scidip.indicators.methods import WEIGHTERS
from scidip.indicators.tree import Tree, TreeNode

FloatArray = NDArray[np.float64]
ZERO = {"negative": "zero"}
"""What runs against the others of its node weighs nothing."""


def learnt_weights(
    tree: Tree, values: FloatArray, name: str, formulas: Mapping[str, NodeFormula] = MappingProxyType({})
) -> Tree:
    """Return *tree* with the weights that the weighter *name* learns at every node, from the leaves upward.

    values: units × leaves of one time, normalised, more is better, NaN missing. Children that no unit has, or that
    weigh nothing, keep their weight; so do all of a node in which the weighter finds too few complete rows or no
    variation, and of one that a formula puts together. The weights of a node add up to what they did.
    """
    below, levels = values, []
    for position, level in enumerate(tree.levels):
        nodes = tuple(
            node if node.code in formulas else _learnt(node, below[:, list(node.children)], name) for node in level
        )
        scored = [
            node_scores(
                below[:, list(n.children)],
                np.zeros(len(below)),
                np.array(n.weights, dtype=float),
                AggregateStep(),
                n.code,
                position,
                formulas.get(n.code),
            )
            for n in nodes
        ]
        below = np.stack(scored, axis=-1)
        levels.append(nodes)
    return replace(tree, levels=tuple(levels))


def _learnt(node: TreeNode, children: FloatArray, name: str) -> TreeNode:
    weights = np.array(node.weights, dtype=float)
    known = ~np.isnan(children).all(axis=0) & (weights > 0)
    if known.sum() < 2:
        return node
    params = {k: v for k, v in ZERO.items() if k in WEIGHTERS.parameters(name)}
    try:
        found = WEIGHTERS.call(name, children[:, known], weights[known], params=params)
    except MethodError:
        return node
    weights[known] = found / found.sum() * weights[known].sum()
    return replace(node, weights=tuple(weights.tolist()))
