"""The alternatives of a composite: which choices vary, and the model that holds them.

Each input of an uncertainty or sensitivity analysis is one of five kinds. The first option of every
choice is the nominal one: the build as published.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scidip.indicators.engine.batch_scoring import OF_DRAWS, OF_WEIGHTED_DRAWS, Rules
from scidip.indicators.engine.composite_methodology import CompositeMethod, accepted
from scidip.indicators.engine.power_means import MEANS, Combine, Method, PowerMean, unknown
from scidip.indicators.errors import MethodError
from scidip.indicators.formulas.nodes import NodeFormula, formulas_of
from scidip.indicators.methods import RELATIVE_AGGREGATORS
from scidip.indicators.methods.aggregate import bounded_benefit_of_the_doubt, bounded_doubt_of_draws, copeland
from scidip.indicators.methods.outranking_of_draws import copeland_of_draws
from scidip.indicators.tree import Tree

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class WeightJitter:
    """Every weight of some levels times a uniform factor in [1 - spread, 1 + spread].

    `spread` by the level of the weighted element (1: indicators), each in 0-1.
    """

    name: str
    spread: Mapping[int, float]


@dataclass(frozen=True)
class WeightChoice:
    """Other sets of weights, as trees of the same shape; the first is the nominal one."""

    name: str
    options: tuple[str, ...]
    trees: tuple[Tree, ...]


@dataclass(frozen=True)
class LayerChoice:
    """One axis of the model's layers; the first option is the nominal one.

    `same_scale` is False when options give scores that do not compare (other normalisations).
    """

    name: str
    options: tuple[str, ...]
    same_scale: bool = True

    @property
    def comparable(self) -> tuple[bool, ...]:
        """By option, whether its scores compare with those of the nominal one."""
        return tuple(k == 0 or self.same_scale for k in range(len(self.options)))


@dataclass(frozen=True)
class AggregationChoice:
    """Another method for the named nodes (all together); the first option is the nominal one."""

    name: str
    nodes: tuple[str, ...]
    options: tuple[Method, ...]

    @property
    def comparable(self) -> tuple[bool, ...]:
        """By option, whether its scores compare with those of the nominal one.

        Means compare with each other; the scores of another method (counts of wins, say) with nothing else.
        """
        means = [isinstance(option, PowerMean) or option in MEANS for option in self.options]
        return tuple(k == 0 or (own and means[0]) for k, own in enumerate(means))


@dataclass(frozen=True)
class LeaveOut:
    """Leave out one element (indicator or node) or, first and nominal, none (the empty code).

    `chances` of the options, which add up to one; none: equally likely.
    """

    name: str
    options: tuple[str, ...]
    chances: tuple[float, ...] = ()


Choice = WeightChoice | LayerChoice | AggregationChoice | LeaveOut
Input = WeightJitter | Choice


@dataclass(frozen=True)
class Model:
    """What is scored and what varies.

    layers: one axis per `LayerChoice` in the order of `inputs`, then units × leaves; normalised,
    more is better, NaN missing. rules: the nominal aggregation. Raises MethodError, all faults at
    once, when inputs and layers or tree do not fit.
    """

    tree: Tree
    layers: FloatArray
    inputs: tuple[Input, ...]
    rules: Rules = field(default_factory=Rules)

    def __post_init__(self) -> None:
        faults = _faults(self)
        if faults:
            raise MethodError("The uncertain inputs do not fit:\n  - " + "\n  - ".join(faults))

    @property
    def units(self) -> int:
        """The number of rows that are scored."""
        return int(self.layers.shape[-2])

    @cached_property
    def first_alike(self) -> IntArray:
        """The number of the first layer equal to each (in C order of the grid): equal ones are scored together."""
        return _first_alike(self.layers.reshape(-1, *self.layers.shape[-2:]))

    @cached_property
    def first_alike_of(self) -> Mapping[str, IntArray]:
        """The same by node of the lowest level, for the indicators of that node alone."""
        flat = self.layers.reshape(-1, *self.layers.shape[-2:])
        return {node.code: _first_alike(flat[:, :, list(node.children)]) for node in self.tree.levels[0]}

    @cached_property
    def elements(self) -> tuple[tuple[str, ...], ...]:
        """The code of the weighted element of every edge, level by level, as `edge_weights`."""
        names = [self.tree.leaves, *[tuple(n.code for n in level) for level in self.tree.levels]]
        return tuple(
            tuple(names[depth][child] for node in level for child in node.children)
            for depth, level in enumerate(self.tree.levels)
        )


def _first_alike(layers: FloatArray) -> IntArray:
    first: dict[bytes, int] = {}
    return np.array([first.setdefault(sha256(layer.tobytes()).digest(), k) for k, layer in enumerate(layers)])


def label(option: Method) -> str:
    """Return the name of an option."""
    if isinstance(option, PowerMean):
        return f"generalised {option.power:g}"
    return option if isinstance(option, str) else getattr(option, "__name__", "function")


def without(model: Model, names: Sequence[str]) -> Model:
    """Return the model in which the named inputs stay at their nominal option."""
    layers, axis = model.layers, 0
    for chosen in model.inputs:
        if isinstance(chosen, LayerChoice):
            if chosen.name in names:
                layers = np.take(layers, 0, axis=axis)
            else:
                axis += 1
    methods = dict(model.rules.methods)
    for chosen in model.inputs:
        if isinstance(chosen, AggregationChoice) and chosen.name in names:
            methods |= dict.fromkeys(chosen.nodes, chosen.options[0])
    inputs = tuple(i for i in model.inputs if i.name not in names)
    trees = [i.trees[0] for i in model.inputs if isinstance(i, WeightChoice) and i.name in names]
    return replace(
        model,
        tree=trees[0] if trees else model.tree,
        layers=layers,
        inputs=inputs,
        rules=replace(model.rules, methods=methods),
    )


def _faults(model: Model) -> list[str]:
    names = [i.name for i in model.inputs]
    faults = [f"two inputs are named {n!r}" for n in sorted(set(names)) if names.count(n) > 1]
    axes = tuple(len(i.options) for i in model.inputs if isinstance(i, LayerChoice))
    expected = (*axes, *model.layers.shape[-2:-1], len(model.tree.leaves))
    if model.layers.shape != expected:
        faults.append(f"layers have shape {model.layers.shape}, the inputs need {expected}")
    if sum(isinstance(i, WeightChoice) for i in model.inputs) > 1:
        faults.append("two inputs choose among sets of weights; make them one")
    faults += [fault for m in model.rules.methods.values() if (fault := unknown(m))]
    varied: list[str] = []
    for i in model.inputs:
        faults += [f"{i.name}: {fault}" for fault in _input_faults(model, i)]
        if isinstance(i, AggregationChoice):
            faults += [f"{i.name}: {c!r} is varied twice" for c in i.nodes if c in varied]
            varied += i.nodes
    return faults


def _input_faults(model: Model, chosen: Input) -> list[str]:
    levels = len(model.tree.levels)
    if isinstance(chosen, WeightJitter):
        return [
            f"a spread of {spread} at level {level}; need 0-1 at a level from 1 to {levels}"
            for level, spread in chosen.spread.items()
            if not (0 <= spread <= 1 and 1 <= level <= levels)
        ]
    if not chosen.options:
        return ["there are no options"]
    if isinstance(chosen, AggregationChoice):
        nodes = {node.code for node in model.tree.nodes}
        faults = [f"{code!r} is not a node" for code in chosen.nodes if code not in nodes]
        return faults + [fault for option in chosen.options if (fault := unknown(option))]
    if isinstance(chosen, LeaveOut):
        known = {code for level in model.elements for code in level}
        faults = [f"{c!r} is not below the index" for c in chosen.options if c and c not in known]
        if chosen.chances and (len(chosen.chances) != len(chosen.options) or abs(sum(chosen.chances) - 1) > 1e-9):
            faults.append("needs one chance per option, one in all")
        return faults + (["the first option must be the empty code"] if chosen.options[0] else [])
    if isinstance(chosen, WeightChoice):
        shape = [[n.children for n in level] for level in model.tree.levels]
        other = [[[n.children for n in level] for level in t.levels] for t in chosen.trees]
        if len(other) != len(chosen.options) or any(o != shape for o in other):
            return ["needs one tree per option, all of the model's shape"]
    return []


def rules_of(tree: Tree, method: CompositeMethod) -> Rules:
    """Return the aggregation of every node."""
    step = method.aggregate
    by_formula = {code: _by_formula(formula) for code, formula in formulas_of(tree, method).items()}
    methods: dict[str, Method] = {
        node.code: by_formula.get(node.code) or mean_of(method, step.at(node.code, position))
        for position, level in enumerate(tree.levels)
        for node in level
    }
    return Rules(
        methods,
        floor=step.floor,
        min_available=step.min_available,
        min_indicators=step.min_indicators,
        leave_empty=step.if_refused == "leave_empty",
    )


def mean_of(method: CompositeMethod, name: str) -> Method:
    """Return an aggregation with its parameters; a mean as such, so that all draws are scored at once."""
    if name in MEANS:
        return name
    if name == "generalised":
        return PowerMean(float(method.aggregate.params.get("power", 1.0)))
    return _relative(name, accepted(RELATIVE_AGGREGATORS, name, method.aggregate.params))


def _by_formula(formula: NodeFormula) -> Combine:
    def combine(values: FloatArray, weights: FloatArray) -> FloatArray:
        return formula.scores(values)

    combine.__name__ = "formula"
    vars(combine)[OF_WEIGHTED_DRAWS] = formula.of_draws
    return combine


def _relative(name: str, params: dict[str, Any]) -> Callable[[FloatArray, FloatArray], FloatArray]:
    def combine(values: FloatArray, weights: FloatArray) -> FloatArray:
        scores: FloatArray = RELATIVE_AGGREGATORS.call(name, values, weights, params=params)
        return scores

    combine.__name__ = name
    if name == copeland.__name__:
        vars(combine)[OF_WEIGHTED_DRAWS] = copeland_of_draws
    if name == bounded_benefit_of_the_doubt.__name__:
        vars(combine)[OF_DRAWS] = partial(bounded_doubt_of_draws, **params)
    return combine
