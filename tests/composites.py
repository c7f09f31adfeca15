"""Small and large composites to try things on: a tree, values with gaps, a model of alternatives."""

import numpy as np

from scidip.indicators.engine.batch_scoring import Rules
from scidip.indicators.robustness.uncertain_inputs import AggregationChoice, LayerChoice, LeaveOut, Model, WeightJitter
from scidip.indicators.tree import Tree, TreeNode


def small_tree() -> Tree:
    """Five indicators in two dimensions under one index: weights 1 2 1 | 3 1 and 1 1."""
    a = TreeNode("A", 2, (0, 1, 2), (1.0, 2.0, 1.0))
    b = TreeNode("B", 2, (3, 4), (3.0, 1.0))
    return Tree(("a1", "a2", "a3", "b1", "b2"), ((a, b), (TreeNode("I", 3, (0, 1), (1.0, 1.0)),)))


def large_tree(leaves: int = 60, dimensions: int = 8, factors: int = 3) -> Tree:
    """An index of factors, dimensions and indicators with equal weights, split evenly."""
    low = tuple(
        TreeNode(f"d{k}", 2, tuple(map(int, part)), (1.0,) * len(part))
        for k, part in enumerate(np.array_split(np.arange(leaves), dimensions))
    )
    middle = tuple(
        TreeNode(f"f{k}", 3, tuple(map(int, part)), (1.0,) * len(part))
        for k, part in enumerate(np.array_split(np.arange(dimensions), factors))
    )
    top = TreeNode("index", 4, tuple(range(factors)), (1.0,) * factors)
    return Tree(tuple(f"i{k}" for k in range(leaves)), (low, middle, (top,)))


def figures(units: int, leaves: int, seed: int = 0, gaps: float = 0.05) -> np.ndarray:
    """Values in 1-100 with a common factor and gaps, no row all empty."""
    random = np.random.default_rng(seed)
    raw = 50 + 12 * random.normal(size=(units, 1)) + 12 * random.normal(size=(units, leaves))
    values = np.clip(raw, 1, 100)
    holes = random.random(values.shape) < gaps
    holes[:, 0] = False
    return np.where(holes, np.nan, values)


def four_inputs(units: int = 200, tree: Tree | None = None, leave_out: bool = False, seed: int = 0) -> Model:
    """Two normalisations, two imputations, two aggregations and jittered weights."""
    tree = tree or large_tree()
    values = figures(units, len(tree.leaves), seed)
    filled = np.where(np.isnan(values), np.nanmedian(values, axis=0), values)
    grid = np.stack([np.stack([v, 1 + 99 * (v / 100) ** 2]) for v in (values, filled)], axis=1)
    nodes = tuple(n.code for n in tree.levels[-1])
    inputs = (
        LayerChoice("normalisation", ("min_max", "squared"), same_scale=False),
        LayerChoice("imputation", ("none", "median")),
        AggregationChoice("aggregation", nodes, ("arithmetic", "geometric")),
        WeightJitter("weights", {k: 0.25 for k in range(1, len(tree.levels) + 1)}),
    )
    if leave_out:
        inputs = (*inputs, LeaveOut("left out", ("", *tree.leaves)))
    return Model(tree, grid, inputs, Rules())
