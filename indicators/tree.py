"""The shape of a composite index as arrays: which columns go into which node, level by level.

The engine's functions work on plain arrays; this is the one description of structure they share.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scidip.indicators.model.catalogue import IndicatorSpec
from scidip.indicators.model.framework import Framework

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class TreeNode:
    """An aggregate: its children are columns (level 1) or nodes of the level below.

    `children` are positions: in `Tree.leaves` for nodes of level 2, otherwise in the nodes of the
    level below. `weights` are the children's relative weights, in the same order.
    """

    code: str
    level: int
    children: tuple[int, ...]
    weights: tuple[float, ...]


@dataclass(frozen=True)
class Tree:
    """An index: its leaves (the indicators' codes, in column order) and its nodes by level.

    Level 1 are the leaves; `levels[0]` holds the nodes of level 2, and so on; the last level holds
    the index alone.
    """

    leaves: tuple[str, ...]
    levels: tuple[tuple[TreeNode, ...], ...]
    directions: tuple[int, ...] = field(default=())
    """1 or -1 by leaf; empty means all 1."""

    @property
    def nodes(self) -> tuple[TreeNode, ...]:
        """All nodes, lowest level first."""
        return tuple(node for level in self.levels for node in level)

    @property
    def index(self) -> TreeNode:
        """The node at the top."""
        return self.levels[-1][0]

    @cached_property
    def position(self) -> Mapping[str, int]:
        """The column of each leaf by code."""
        return {code: k for k, code in enumerate(self.leaves)}

    def below(self, node: TreeNode) -> tuple[int, ...]:
        """Return the columns of the leaves below a node, in order."""
        if node.level == 2:
            return node.children
        lower = self.levels[node.level - 3]
        return tuple(column for child in node.children for column in self.below(lower[child]))

    def children(self, node: TreeNode) -> tuple[str, ...]:
        """Return the codes of a node's children, in order."""
        if node.level == 2:
            return tuple(self.leaves[k] for k in node.children)
        lower = self.levels[node.level - 3]
        return tuple(lower[k].code for k in node.children)

    def without(self, code: str) -> "Tree":
        """Return the tree less a leaf or a node with all below it, and less what that empties.

        The leaves keep their columns; the one left out just belongs to no node. KeyError when there
        is no such code, or when nothing would be left.
        """
        if code not in self.position and code not in {n.code for n in self.nodes}:
            raise KeyError(code)
        kept = {k: k for k, leaf in enumerate(self.leaves) if leaf != code}
        levels: list[tuple[TreeNode, ...]] = []
        for level in self.levels:
            places: dict[int, int] = {}
            nodes: list[TreeNode] = []
            for k, node in enumerate(level):
                pairs = zip(node.children, node.weights, strict=True)
                left = [(kept[c], w) for c, w in pairs if c in kept]
                if left and node.code != code:
                    places[k] = len(nodes)
                    nodes.append(_parent(node.code, node.level, left))
            levels.append(tuple(nodes))
            kept = places
        if not levels[-1]:
            raise KeyError(f"{code}: nothing is left without it")
        return Tree(self.leaves, tuple(levels), self.directions)


def tree_of(framework: Framework, specs: Mapping[str, IndicatorSpec], columns: Sequence[str] = ()) -> Tree:
    """Return the tree of a framework's measured part: dimensions, factors, index.

    Its leaves are the framework's, or the *columns* named, among which those belong to no node that the
    framework does not use.
    """
    leaves = tuple(columns) or framework.leaves
    position = {code: k for k, code in enumerate(leaves)}
    measured = [d for d in framework.level("dimension") if d.indicators]
    dimensions = tuple(
        TreeNode(d.code, 2, tuple(position[i] for i in d.indicators), tuple(specs[i].weight for i in d.indicators))
        for d in measured
    )
    factors = tuple(
        _parent(f.code, 3, [(k, d.weight) for k, d in enumerate(measured) if d.parent == f.code])
        for f in framework.level("factor")
    )
    index = _parent(framework.index_code, 4, [(k, f.weight) for k, f in enumerate(framework.level("factor"))])
    return Tree(leaves, (dimensions, factors, (index,)), tuple(specs[i].direction for i in leaves))


def tree_of_rows(rows: Sequence[tuple[str, int, str, float]], directions: Mapping[str, int]) -> Tree:
    """Return the tree of (code, level, parent, weight) rows: level 1 are leaves, one top node.

    Nodes and children keep the order of the rows. The rows must be sound: every parent is one level
    up and has children, weights are not negative (`own_index` checks them).
    """
    by_level: dict[int, list[tuple[str, int, str, float]]] = {}
    for row in rows:
        by_level.setdefault(row[1], []).append(row)
    levels = tuple(
        tuple(
            _parent(code, height, [(k, child[3]) for k, child in enumerate(by_level[height - 1]) if child[2] == code])
            for code, *_ in by_level[height]
        )
        for height in range(2, max(by_level) + 1)
    )
    leaves = tuple(row[0] for row in by_level[1])
    return Tree(leaves, levels, tuple(directions[code] for code in leaves))


def _parent(code: str, level: int, children: Sequence[tuple[int, float]]) -> TreeNode:
    return TreeNode(code, level, tuple(c for c, _ in children), tuple(w for _, w in children))


def index_shares(tree: Tree, columns: Sequence[FloatArray], depth: int) -> FloatArray:
    """Return the weight in the index of the nodes that the elements of a level go into.

    columns: units × elements of every level, the indicators first; the first unit says what is there, and a missing
    element's weight goes to the others of its node. depth: of the level, 0 being the indicators.
    """
    shares = np.ones(1)
    for upper in range(len(tree.levels) - 1, depth, -1):
        lower = np.zeros(len(tree.levels[upper - 1]))
        known = ~np.isnan(columns[upper][0])
        for share, node in zip(shares, tree.levels[upper], strict=True):
            own = np.array(node.weights, dtype=float) * known[list(node.children)]
            if own.sum() > 0:
                np.add.at(lower, list(node.children), share * own / own.sum())
        shares = lower
    return shares
