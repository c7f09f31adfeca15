"""What is wrong with a methodology as it was written, as sentences: every fault, each with its section."""

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from scidip.indicators.engine.composite_methodology import (
    AggregateStep,
    CompositeMethod,
    DenominateStep,
    FittedStep,
    FormulaNode,
    ImputeStep,
    ReferenceStep,
    ScreenStep,
    UncertainStep,
    WeightStep,
    accepted,
    aggregator,
)
from scidip.indicators.formulas.faults import formula_faults, reading_faults
from scidip.indicators.methods import AGGREGATORS, IMPUTERS, NORMALISERS, RELATIVE_AGGREGATORS, TREATMENTS, WEIGHTERS
from scidip.indicators.methods.impute import ALONG_TIME, BY_GROUP
from scidip.indicators.model.base import Model
from scidip.indicators.registry import Registry
from scidip.indicators.tree import Tree
from scidip.indicators.wording import did_you_mean


def parse(document: Mapping[str, Any]) -> tuple[CompositeMethod | None, list[str]]:
    """Return the methodology that *document* describes, or None, and its faults as sentences."""
    try:
        method = CompositeMethod.model_validate(dict(document))
    except ValidationError as error:
        return None, [_sentence(e) for e in error.errors()]
    return method, list(_method_faults(method))


def _sentence(error: Any) -> str:
    loc = [str(part) for part in error["loc"]]
    where = ".".join(loc)
    if error["type"] == "extra_forbidden":
        known = CompositeMethod.model_fields if len(loc) == 1 else _fields_of(loc[0])
        return f"[{where}] is not known{did_you_mean(loc[-1], known)}"
    return f"[{where}]: {error['msg'].removeprefix('Value error, ')}"


def _fields_of(section: str) -> list[str]:
    models: dict[str, type[Model]] = {
        "denominate": DenominateStep,
        "screen": ScreenStep,
        "reference": ReferenceStep,
        "uncertain": UncertainStep,
        "nodes": FormulaNode,
    }
    return list(models[section].model_fields) if section in models else []


MEANS_THAT_VARY = ("arithmetic", "geometric", "harmonic", "bounded_benefit_of_the_doubt")
"""Ways to put the top together that draws may take beside the stated one."""
STATED_WEIGHTS, WEIGHTS_BY_UNIT = ("given", "equal"), ("benefit_of_the_doubt",)
"""Weighters that learn nothing, and those that give each unit its own weights."""


def _method_faults(method: CompositeMethod) -> Iterator[str]:
    fitted: list[tuple[str, Registry[Any], FittedStep | None]] = [
        ("impute", IMPUTERS, method.impute),
        ("treat", TREATMENTS, method.treat),
        ("normalise", NORMALISERS, method.normalise),
    ]
    for section, registry, step in fitted:
        if step is None:
            continue
        for choice in (step, *step.per_indicator.values()):
            yield from _choice_faults(section, registry, choice.method, choice.params)
        if step.reference == "base_year" and step.base_year is None:
            yield f'[{section}]: reference = "base_year" needs `base_year`'
    yield from _impute_faults(method.impute)
    yield from _uncertain_faults(method.uncertain)
    yield from _node_faults("aggregate", method.aggregate, method.aggregate.params)
    if method.weight:
        yield from _node_faults("weight", method.weight, method.weight.params)
    yield from reading_faults(method)


def _uncertain_faults(step: UncertainStep | None) -> Iterator[str]:
    if step is None:
        return
    for key, registry, choices in (
        ("impute", IMPUTERS, step.impute),
        ("treat", TREATMENTS, step.treat),
        ("normalise", NORMALISERS, step.normalise),
    ):
        for choice in choices or ():
            if choice.method != "none" or key == "normalise":
                yield from _choice_faults(f"uncertain.{key}", registry, choice.method, choice.params)
    for name in step.aggregate:
        if name not in MEANS_THAT_VARY:
            yield f"[uncertain] aggregate: {name!r} is none of {', '.join(MEANS_THAT_VARY)}"
    yield from _structure_faults(step)
    learnt = [name for name in WEIGHTERS if name not in (*STATED_WEIGHTS, *WEIGHTS_BY_UNIT)]
    for name in step.weighting:
        if name not in learnt:
            yield f"[uncertain] weighting: {name!r} is none of {', '.join(learnt)}{did_you_mean(name, learnt)}"


def _structure_faults(step: UncertainStep) -> Iterator[str]:
    """Yield what [uncertain] says of weights and of the aggregation of levels that cannot be."""
    for key, names in step.aggregate_at.items():
        for name in names:
            if name not in (*AGGREGATORS, *RELATIVE_AGGREGATORS):
                every = [*AGGREGATORS, *RELATIVE_AGGREGATORS]
                yield f"[uncertain.aggregate_at] {key}: {name!r} is not known{did_you_mean(name, every)}"
    for share in step.weights if isinstance(step.weights, tuple) else (step.weights,):
        if not 0 <= share <= 1:
            yield "[uncertain] weights must lie between 0 and 1"
    for name, own in step.weight_sets.items():
        if name in ("given", *step.weighting):
            yield f"[uncertain.weight_sets] {name} is the name of other weights; give it another"
        yield from (f"[uncertain.weight_sets] {name}, {c}: a weight below zero" for c, w in own.items() if w < 0)


def _choice_faults(section: str, registry: Registry[Any], name: str, params: Mapping[str, Any]) -> Iterator[str]:
    if name not in registry:
        yield f"[{section}] method {name!r} is not known{did_you_mean(name, registry)}"
        return
    for key in params:
        if key not in registry.parameters(name):
            yield (f"[{section}] {key} is not a parameter of {name}{did_you_mean(key, registry.parameters(name))}")
    usable = accepted(registry, name, params)
    yield from (f"[{section}] {fault}" for fault in registry.faults(name, usable))


def _impute_faults(step: ImputeStep | None) -> Iterator[str]:
    if step is None:
        return
    names = {choice.method for choice in (step, *step.per_indicator.values())}
    if names & set(BY_GROUP) and not step.group:
        yield "[impute]: imputing by group needs `group`, the code of a group column"
    if step.reference == "base_year" and not names <= set(ALONG_TIME):
        yield '[impute]: reference must be "each_year" or "pooled"'


def _node_faults(section: str, step: AggregateStep | WeightStep, params: Mapping[str, Any]) -> Iterator[str]:
    names = {step.method, *step.per_level, *step.per_node.values()}
    known: list[str] = []
    for name in sorted(names):
        registry: Registry[Any] = WEIGHTERS if section == "weight" else aggregator(name)
        if name not in registry:
            every = WEIGHTERS if section == "weight" else [*AGGREGATORS, *RELATIVE_AGGREGATORS]
            yield f"[{section}] method {name!r} is not known{did_you_mean(name, every)}"
            continue
        known += registry.parameters(name)
        usable = accepted(registry, name, params)
        yield from (f"[{section}] {fault}" for fault in registry.faults(name, usable))
    for key in params:
        if key not in known:
            fields = [*type(step).model_fields, *known]
            yield f"[{section}] {key} is not known{did_you_mean(key, fields)}"


def tree_faults(
    method: CompositeMethod, tree: Tree, columns: Mapping[str, str] = MappingProxyType({})
) -> Iterator[str]:
    """Yield what *method* says that does not fit *tree*: codes and numbers of levels.

    columns: what DATA has beside the indicators, by code its Type.
    """
    nodes = {node.code for node in tree.nodes}
    yield from _faults_of_levels(method, len(tree.levels))
    yield from formula_faults(method, tree, columns)
    for section, choice in (("aggregate", method.aggregate), ("weight", method.weight)):
        for code in choice.per_node if choice else ():
            if code not in nodes:
                yield f"[{section}] per_node: {code} is not a node of the index{did_you_mean(code, nodes)}"
    steps = (("impute", method.impute), ("treat", method.treat), ("normalise", method.normalise))
    for section, step in steps:
        for code in step.per_indicator if step else ():
            if code not in tree.position:
                yield (f"[{section}] per_indicator: {code} is not an indicator{did_you_mean(code, tree.leaves)}")
    every = {*nodes, *tree.leaves}
    if method.uncertain:
        yield from _uncertain_tree_faults(method.uncertain, tree, every)
    for code in method.weight.targets if method.weight else ():
        if code not in every:
            yield f"[weight] targets: {code} is not in the index{did_you_mean(code, every)}"


def _uncertain_tree_faults(step: UncertainStep, tree: Tree, every: Collection[str]) -> Iterator[str]:
    """Yield what [uncertain] says of levels, nodes and weights that the index does not have, or says twice."""
    levels = {str(k + 2): [n.code for n in level] for k, level in enumerate(tree.levels)}
    known = {**levels, **{n.code: [n.code] for n in tree.nodes}}
    varied = [tree.index.code] if step.aggregate else []
    for key in step.aggregate_at:
        if key not in known:
            yield f"[uncertain.aggregate_at] {key} is neither a level (2 to {len(tree.levels) + 1}) nor a node"
            continue
        yield from (f"[uncertain.aggregate_at] {key}: {c} is varied twice" for c in known[key] if c in varied)
        varied += known[key]
    if isinstance(step.weights, tuple) and len(step.weights) != len(tree.levels):
        yield f"[uncertain] weights has {len(step.weights)} numbers; the index has {len(tree.levels)} steps"
    for name, own in step.weight_sets.items():
        for code in own:
            if code not in every or code == tree.index.code:
                yield f"[uncertain.weight_sets] {name}: {code} is not in the index{did_you_mean(code, every)}"


def _faults_of_levels(method: CompositeMethod, steps: int) -> Iterator[str]:
    for section, choice in (("aggregate", method.aggregate), ("weight", method.weight)):
        if choice and choice.per_level and len(choice.per_level) != steps:
            yield f"[{section}] per_level names {len(choice.per_level)} methods; the index has {steps} steps"
    for key in ("min_available", "min_indicators"):
        needed = getattr(method.aggregate, key)
        for share in needed if isinstance(needed, tuple) else (needed,):
            if not 0 <= share <= 1:
                yield f"[aggregate] {key} must lie between 0 and 1"
        if isinstance(needed, tuple) and len(needed) != steps:
            yield f"[aggregate] {key} has {len(needed)} numbers; the index has {steps} steps"
