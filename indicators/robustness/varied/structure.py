"""What a methodology lets vary beside the layers of figures: weights, aggregation, which indicator is left out."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from scidip.indicators.engine.composite_methodology import CompositeMethod, UncertainStep, at_level
from scidip.indicators.engine.learnt_weights import learnt_weights
from scidip.indicators.formulas.nodes import can_be_left_out, formulas_of
from scidip.indicators.robustness.coherence import leave_out_by_weight
from scidip.indicators.robustness.uncertain_inputs import (
    AggregationChoice,
    Input,
    LeaveOut,
    WeightChoice,
    WeightJitter,
    mean_of,
)
from scidip.indicators.tree import Tree

FloatArray = NDArray[np.float64]


def inputs_of(tree: Tree, method: CompositeMethod, nominal: FloatArray) -> tuple[list[Input], list[Input]]:
    """Return what varies beside the layers: weights, and what follows them. nominal: units × leaves, unchanged."""
    step = method.uncertain or UncertainStep()
    jitter: list[Input] = []
    others: list[Input] = []
    spread = {k + 1: at_level(step.weights, k) for k in range(len(tree.levels))}
    if any(spread.values()):
        jitter.append(WeightJitter("weights", spread))
    if step.weighting or step.weight_sets:
        learnt = (learnt_weights(tree, nominal, name, formulas_of(tree, method)) for name in step.weighting)
        told = (with_weights(tree, own) for own in step.weight_sets.values())
        names = ("given", *step.weighting, *step.weight_sets)
        others.append(WeightChoice("weighting", names, (tree, *learnt, *told)))
    others += _aggregations(tree, method, step)
    if step.leave_out:
        others += _left_out(leave_out_by_weight(tree, nominal), tree, method)
    return jitter, others


def _aggregations(tree: Tree, method: CompositeMethod, step: UncertainStep) -> Iterator[AggregationChoice]:
    """Yield the choices of aggregation: of the index, then of levels and nodes as they are named.

    The nodes of a level have one choice together where they are built alike, else one for each method they have.
    """
    asked = [("aggregate", [(len(tree.levels) - 1, tree.index.code)], step.aggregate)]
    for key, names in step.aggregate_at.items():
        nodes = [(k, n.code) for k, level in enumerate(tree.levels) for n in level if key in (n.code, str(k + 2))]
        asked.append((f"aggregate_at {key}", nodes, names))
    for key, nodes, names in asked:
        by_own: dict[str, list[str]] = {}
        for position, code in nodes:
            if code in method.nodes:
                continue  # a formula is not varied
            by_own.setdefault(method.aggregate.at(code, position), []).append(code)
        for own, codes in by_own.items():
            options = tuple(dict.fromkeys((own, *names)))
            if len(options) > 1:
                called = key if len(by_own) == 1 else f"{key} ({own})"
                yield AggregationChoice(called, tuple(codes), tuple(mean_of(method, name) for name in options))


def _left_out(chosen: LeaveOut, tree: Tree, method: CompositeMethod) -> Iterator[LeaveOut]:
    """Yield *chosen* less the indicators that a formula needs, the chances of the others in proportion.

    Nothing where formulas need all of them.
    """
    if not method.nodes:
        yield chosen
        return
    pairs = [
        (code, chance)
        for code, chance in zip(chosen.options, chosen.chances, strict=True)
        if not code or can_be_left_out(tree, method.nodes, code)
    ]
    whole = sum(chance for _, chance in pairs)
    if len(pairs) > 1:
        yield LeaveOut(chosen.name, tuple(c for c, _ in pairs), tuple(chance / whole for _, chance in pairs))


def with_weights(tree: Tree, own: Mapping[str, float]) -> Tree:
    """Return *tree* with the weights in *own*, by code of the weighted element; what is not named keeps its weight."""
    levels = tuple(
        tuple(
            replace(node, weights=tuple(own.get(c, w) for c, w in zip(tree.children(node), node.weights, strict=True)))
            for node in level
        )
        for level in tree.levels
    )
    return replace(tree, levels=levels)
