"""Score a tree many times at once: draws × units, by matrix products instead of a loop of builds.

A weighted mean of any quasi-arithmetic kind is a sum of transformed values over a sum of weights.
With gaps, one product takes the values and another the mask of what is present, so each draw
re-weights over what a unit has, exactly as the step "aggregate" does for one build.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from scidip.indicators.engine import power_means
from scidip.indicators.engine.power_means import Combine, Method, off_scale, on_scale, power_of
from scidip.indicators.errors import MethodError
from scidip.indicators.tree import Tree, TreeNode

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
OF_DRAWS = "of_draws"
"""The attribute of a method under which it takes the children of many draws (draws × units × children) at once."""
OF_WEIGHTED_DRAWS = "of_weighted_draws"
"""The same, with weights and what is kept."""


@dataclass(frozen=True)
class Rules:
    """How nodes are put together: a method by node (arithmetic when not named) and its limits.

    `floor` is the least value that means other than the arithmetic see; without one (None) they
    refuse values that are not positive (for powers above zero: negative), by an error or, with
    `leave_empty`, by giving that unit no score there. `min_available` is the share of a node's
    children (counted, not weighted) that a unit needs for a score there, `min_indicators` that of
    all indicators below: one number, or one by level, lowest first.
    """

    methods: Mapping[str, Method] = field(default_factory=dict)
    floor: float | None = None
    min_available: float | tuple[float, ...] = 0.0
    min_indicators: float | tuple[float, ...] = 0.0
    leave_empty: bool = False

    def of(self, code: str) -> Method:
        """Return the method of a node."""
        return self.methods.get(code, "arithmetic")

    def least(self, depth: int) -> float:
        """Return the share of children needed at a level, 0 being the lowest of nodes."""
        needed = self.min_available
        at_all = self.least_below(0) if depth == 0 else 0.0
        return max(at_all, needed[depth] if isinstance(needed, tuple) else needed)

    def least_below(self, depth: int) -> float:
        """Return the share of all indicators below that is needed at a level, 0 being the lowest."""
        needed = self.min_indicators
        return needed[depth] if isinstance(needed, tuple) else needed


def per_level(tree: Tree, methods: Sequence[Method]) -> dict[str, Method]:
    """Return a method by node from one by level (lowest first)."""
    return {node.code: method for level, method in zip(tree.levels, methods, strict=True) for node in level}


def edge_weights(tree: Tree) -> tuple[FloatArray, ...]:
    """Return the weights of all children, one array per level, in the order of its nodes."""
    return tuple(np.array([w for node in level for w in node.weights], dtype=float) for level in tree.levels)


def edge_spans(tree: Tree) -> tuple[tuple[slice, ...], ...]:
    """Return where the children of each node stand in `edge_weights`, level by level."""
    spans = []
    for level in tree.levels:
        ends = np.cumsum([len(node.children) for node in level]).tolist()
        spans.append(tuple(slice(e - len(n.children), e) for e, n in zip(ends, level, strict=True)))
    return tuple(spans)


def aggregate_leaves(
    values: FloatArray,
    weights: FloatArray,
    node: TreeNode,
    rules: Rules,
    method: Method | None = None,
    kept: BoolArray | None = None,
) -> FloatArray:
    """Return draws × units: a node of level 2 over the same *values* under many *weights*.

    values: units × children, NaN missing. weights: draws × children. method: default the node's by
    the *rules*. kept: draws × children, False where a child is left out of that draw (its weight
    must be zero). A unit with nothing of any weight, or with too few children, is NaN. Raises
    MethodError when a mean meets values that it cannot take.
    """
    method = rules.of(node.code) if method is None else method
    power, present = power_of(method), ~np.isnan(values)
    members = np.ones((1, values.shape[1])) if kept is None else kept.astype(float)
    count = members @ present.T.astype(float)
    enough = _enough(count, members, rules.least(node.level - 2))
    if power is None:
        return _draw_by_draw(values[None, :, :], weights, _function(method), enough, kept)
    raised, refused = _checked(values, power, rules, node.code)
    use = present & ~refused
    filled = np.where(use, on_scale(np.where(use, raised, 1.0), power), 0.0)
    mass = weights @ present.T.astype(float)
    if refused.any():
        enough = enough & (members @ refused.T.astype(float) == 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = off_scale((weights @ filled.T) / mass, power)
    return np.where((mass > 0) & enough, mean, np.nan)


def aggregate_nodes(
    scores: Sequence[FloatArray],
    weights: FloatArray,
    node: TreeNode,
    rules: Rules,
    method: Method | None = None,
    kept: BoolArray | None = None,
    covered: BoolArray | None = None,
) -> FloatArray:
    """Return draws × units: a node over children whose scores differ from draw to draw.

    scores: one draws × units array per child. covered: draws × units, False where too few indicators
    below are known (see `covered_below`). Otherwise as `aggregate_leaves`.
    """
    method = rules.of(node.code) if method is None else method
    members = np.ones((1, len(scores))) if kept is None else kept.astype(float)
    count: FloatArray = np.zeros(scores[0].shape)
    for k, child in enumerate(scores):
        count += members[:, [k]] * ~np.isnan(child)
    enough = _enough(count, members, rules.least(node.level - 2))
    if covered is not None:
        enough = enough & covered
    power = power_of(method)
    if power is None:
        return _draw_by_draw(np.stack(scores, axis=-1), weights, _function(method), enough, kept)
    return np.where(enough, _mean_of_nodes(scores, weights, power, rules, node, kept), np.nan)


def _mean_of_nodes(
    scores: Sequence[FloatArray],
    weights: FloatArray,
    power: float,
    rules: Rules,
    node: TreeNode,
    kept: BoolArray | None,
) -> FloatArray:
    total, mass = np.zeros_like(scores[0]), np.zeros((len(weights), 1))
    empty = np.zeros(scores[0].shape, dtype=bool)
    for k, child in enumerate(scores):
        weight = weights[:, [k]]
        raised, refused = _checked(child, power, rules, node.code)
        if refused.any():
            empty |= refused if kept is None else refused & kept[:, [k]]
            raised = np.where(refused, 1.0, raised)
        seen = on_scale(raised, power)
        present = ~np.isnan(child)
        if present.all():
            total += weight * seen
            mass = mass + weight
        else:
            total += weight * np.where(present, seen, 0.0)
            mass = mass + weight * present
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = off_scale(total / mass, power)
    return np.where((mass > 0) & ~empty, mean, np.nan)


def batch_scores(
    values: FloatArray, tree: Tree, weights: Sequence[FloatArray], rules: Rules, kept: Sequence[BoolArray] | None = None
) -> dict[str, FloatArray]:
    """Return draws × units scores of every node by code.

    values: units × leaves, normalised, more is better, NaN missing. weights and kept: one draws ×
    children array per level, laid out as `edge_weights`. Missing values: see `aggregate_leaves`.
    """
    found: dict[str, FloatArray] = {}
    spans = edge_spans(tree)
    one = np.zeros(len(weights[0]), dtype=np.int64)
    covered = covered_below(~np.isnan(values)[None], one, tree, rules, kept)
    for depth, level in enumerate(tree.levels):
        for node, span in zip(level, spans[depth], strict=True):
            own = weights[depth][:, span]
            members = None if kept is None else kept[depth][:, span]
            if depth == 0:
                columns = values[:, list(node.children)]
                found[node.code] = aggregate_leaves(columns, own, node, rules, kept=members)
            else:
                below = [found[tree.levels[depth - 1][c].code] for c in node.children]
                found[node.code] = aggregate_nodes(
                    below, own, node, rules, kept=members, covered=covered.get(node.code)
                )
    return found


def covered_below(
    present: BoolArray, cells: IntArray, tree: Tree, rules: Rules, kept: Sequence[BoolArray] | None = None
) -> dict[str, BoolArray]:
    """Return by node (above the lowest) whether enough of all indicators below are known, draws × units.

    present: layers × units × leaves, whether there is a value. cells: the layer of each draw. kept: see
    `batch_scores`; what is left out is neither known nor missed. Empty where the rules ask for none.
    """
    if not any(rules.least_below(depth) > 0 for depth in range(1, len(tree.levels))):
        return {}
    known: list[tuple[FloatArray, FloatArray]] = []
    found: dict[str, BoolArray] = {}
    for depth, level in enumerate(tree.levels):
        counted = []
        for node, span in zip(level, edge_spans(tree)[depth], strict=True):
            part = None if kept is None else kept[depth][:, span].astype(float)
            if depth == 0:
                columns = present[:, :, list(node.children)].astype(float)
                counted.append(_leaf_counts(columns, cells, part))
            else:
                below = [known[c] for c in node.children]
                counted.append(_sum_counts(below, part))
                share = counted[-1][0] / np.maximum(counted[-1][1], 1)
                found[node.code] = share >= rules.least_below(depth) - 1e-9
        known = counted
    return found


def _leaf_counts(columns: FloatArray, cells: IntArray, kept: FloatArray | None) -> tuple[FloatArray, FloatArray]:
    """Return how many leaves are known (draws × units), and how many there are (draws or 1 × 1)."""
    if kept is None:
        return columns.sum(axis=-1)[cells], np.full((1, 1), float(columns.shape[-1]))
    known = np.empty((len(cells), columns.shape[1]))
    for cell in np.unique(cells):
        known[cells == cell] = kept[cells == cell] @ columns[cell].T
    return known, kept.sum(axis=1, keepdims=True)


def _sum_counts(
    below: Sequence[tuple[FloatArray, FloatArray]], kept: FloatArray | None
) -> tuple[FloatArray, FloatArray]:
    shares = [1.0 if kept is None else kept[:, [k]] for k in range(len(below))]
    known = sum((s * b[0] for s, b in zip(shares, below, strict=True)), start=np.zeros(1))
    every = sum((s * b[1] for s, b in zip(shares, below, strict=True)), start=np.zeros(1))
    return np.asarray(known), np.asarray(every)


def scores_of(values: FloatArray, tree: Tree, rules: Rules | None = None) -> dict[str, FloatArray]:
    """Return the scores (units) of every node by code under the tree's own weights."""
    found = batch_scores(values, tree, [w[None, :] for w in edge_weights(tree)], rules or Rules())
    return {code: scores[0] for code, scores in found.items()}


def _checked(values: FloatArray, power: float, rules: Rules, code: str) -> tuple[FloatArray, BoolArray]:
    """Return the values not below the floor, and which ones the mean refuses."""
    if power == 1:
        return values, np.zeros(values.shape, dtype=bool)
    raised = values if rules.floor is None else np.maximum(values, rules.floor)
    refused: BoolArray = raised < 0 if power > 0 else raised <= 0
    if refused.any() and not rules.leave_empty:
        names = {p: name for name, p in power_means.MEANS.items()}
        raise MethodError(
            f"{code}: the {names.get(power, 'generalised')} mean needs values "
            f"{'of zero or more' if power > 0 else 'above zero'}, but the smallest is "
            f"{np.nanmin(raised):.6g}; normalise to a scale that starts above zero, or give a floor "
            "under [aggregate]"
        )
    return raised, refused


def _function(method: Method) -> Combine:
    if callable(method):
        return method
    name = str(method)
    for registry in power_means.REGISTRIES:
        if name in registry:
            found: Combine = registry[name]
            return found
    raise MethodError(power_means.unknown(method) or f"{name} is not called draw by draw")


def _enough(count: FloatArray, members: FloatArray, least: float) -> BoolArray:
    """Return draws (or 1) × units: whether the children present are enough of the members."""
    return np.asarray(count >= least * np.maximum(members.sum(axis=1), 1)[:, None] - 1e-9)


def _draw_by_draw(
    values: FloatArray, weights: FloatArray, combine: Combine, enough: BoolArray, kept: BoolArray | None
) -> FloatArray:
    """Return draws × units for a method that is not a mean; one call per draw, or one for all (`OF_DRAWS`).

    Such a method may compare units: those with too few children are taken out beforehand."""
    result = np.full((len(weights), values.shape[1]), np.nan)
    if of_draws := vars(combine).get(OF_WEIGHTED_DRAWS):
        result[:] = of_draws(np.where(enough[..., None], values, np.nan), weights, kept)
    elif OF_DRAWS in vars(combine) and (kept is None or kept.all()):
        result[:] = vars(combine)[OF_DRAWS](np.where(enough[..., None], values, np.nan))
    else:
        for k, own in enumerate(weights):
            part = slice(None) if kept is None else kept[k]
            seen = np.where(enough[k % len(enough)][:, None], values[k % len(values)], np.nan)[:, part]
            if seen.shape[1]:
                result[k] = combine(seen, own[part])
    return result
