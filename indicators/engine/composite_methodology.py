"""The methodology of a user's own index, as its TOML file says it: one model per Handbook step."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import ConfigDict, Field, ValidationError

from scidip.indicators.methods import (
    AGGREGATORS,
    IMPUTERS,
    NORMALISERS,
    RELATIVE_AGGREGATORS,
    TREATMENTS,
    WEIGHTERS,
)
from scidip.indicators.methods.impute import ALONG_TIME, BY_GROUP
from scidip.indicators.model.base import Model
from scidip.indicators.model.methodology import AggregateChoice, StepChoice
from scidip.indicators.registry import Registry
from scidip.indicators.tree import Tree
from scidip.indicators.wording import did_you_mean

ReferenceMode = Literal["pooled", "each_year", "base_year"]
OWN_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "percentile_rank": {"definition": "minimum", "upper": 1.0},
}
"""Where a user's own index starts from other parameters than our dashboard: COINr's `n_prank`."""


class DenominateStep(Model):
    """Divide indicators by the denominators that META names."""

    enabled: bool = True


class ScreenStep(Model):
    """Leave out rows with too few values (or too many zeros)."""

    min_available: float = Field(default=2 / 3, ge=0, le=1)
    """Share of the indicators that must have a value."""
    min_nonzero: float = Field(default=0.0, ge=0, le=1)
    """Share of the values that must not be zero."""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    """Codes of units that stay, or go, whatever their values."""


class FittedStep(StepChoice):
    """A step whose parameters are learnt from a reference: all rows, each year, or one year."""

    reference: ReferenceMode = "pooled"
    base_year: float | None = None
    per_indicator: dict[str, StepChoice] = Field(default={})
    """Another method, with its parameters, for single indicators."""

    def at(self, code: str) -> StepChoice:
        """Return the choice for an indicator."""
        return self.per_indicator.get(code, self)


class ImputeStep(FittedStep):
    """Fill gaps; across units year by year unless `reference` is "pooled"."""

    reference: ReferenceMode = "each_year"
    group: str = ""
    """Code of the group column, for the methods by group."""


class TreatStep(FittedStep):
    """Treat outliers."""

    method: str = "winsorise_log"


class NormaliseStep(FittedStep):
    """Bring all indicators to one scale."""

    method: str = "min_max"
    area: str = ""
    """For `distance_to_reference`: the unit whose value is the reference."""


class WeightStep(AggregateChoice):
    """Find weights for the children of each node."""

    model_config = ConfigDict(extra="allow", frozen=True)

    method: str = "given"
    targets: dict[str, float] = Field(default={})
    """For `correlation_balanced`: relative importance by code of the child; 1 for all others."""

    @property
    def params(self) -> dict[str, Any]:
        """The parameters of the method."""
        return dict(self.model_extra or {})


class AggregateStep(AggregateChoice):
    """Put the children of each node together."""

    model_config = ConfigDict(extra="allow", frozen=True)

    min_available: float | tuple[float, ...] = 0.0
    """Share of the children that must be there; one for all levels, or one per level upward."""
    if_refused: Literal["stop", "leave_empty"] = "stop"
    """What becomes of rows that a mean refuses (zero or less in a geometric one)."""

    @property
    def params(self) -> dict[str, Any]:
        """The parameters of the methods."""
        return dict(self.model_extra or {})

    def threshold(self, level: int) -> float:
        """Return the share of children needed at step *level* (0 lowest)."""
        if isinstance(self.min_available, tuple):
            return self.min_available[level]
        return self.min_available


class UncertainStep(Model):
    """What might as well have been done; None: see `own_uncertainty.alternatives_of`."""

    weights: float = Field(default=0.25, ge=0, le=1)
    """Every weight is multiplied by a number drawn evenly from 1 minus this to 1 plus this."""
    impute: tuple[StepChoice, ...] | None = None
    treat: tuple[StepChoice, ...] | None = None
    normalise: tuple[StepChoice, ...] | None = None
    """Alternatives beside the methodology's own choice; `method = "none"` skips the step."""
    aggregate: tuple[str, ...] = ()
    """Alternatives for the index: arithmetic, geometric or harmonic."""
    leave_out: bool = False
    """Whether draws leave out one indicator, or none."""


class CompositeMethod(Model):
    """All choices between two tables and the scores; a section left out is a step skipped."""

    denominate: DenominateStep = DenominateStep()
    screen: ScreenStep | None = None
    impute: ImputeStep | None = None
    treat: TreatStep | None = None
    normalise: NormaliseStep = NormaliseStep()
    weight: WeightStep | None = None
    aggregate: AggregateStep = AggregateStep()
    uncertain: UncertainStep | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of the choices as canonical JSON."""
        document = self.model_dump(mode="json")
        return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def aggregator(name: str) -> Registry[Any]:
    """Return the registry that holds the aggregation *name*."""
    return RELATIVE_AGGREGATORS if name in RELATIVE_AGGREGATORS else AGGREGATORS


def accepted(registry: Registry[Any], name: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of *params* that the function *name* knows."""
    known = registry.parameters(name)
    return {key: value for key, value in params.items() if key in known}


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
    return f"[{where}]: {error['msg']}"


def _fields_of(section: str) -> list[str]:
    if section == "screen":
        return list(ScreenStep.model_fields)
    if section == "uncertain":
        return list(UncertainStep.model_fields)
    return list(DenominateStep.model_fields) if section == "denominate" else []


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
                yield from _choice_faults(
                    f"uncertain.{key}", registry, choice.method, choice.params
                )
    for name in step.aggregate:
        if name not in ("arithmetic", "geometric", "harmonic"):
            yield f"[uncertain] aggregate: {name!r} is none of arithmetic, geometric, harmonic"


def _choice_faults(
    section: str, registry: Registry[Any], name: str, params: Mapping[str, Any]
) -> Iterator[str]:
    if name not in registry:
        yield f"[{section}] method {name!r} is not known{did_you_mean(name, registry)}"
        return
    for key in params:
        if key not in registry.parameters(name):
            yield (
                f"[{section}] {key} is not a parameter of {name}"
                f"{did_you_mean(key, registry.parameters(name))}"
            )
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


def _node_faults(
    section: str, step: AggregateStep | WeightStep, params: Mapping[str, Any]
) -> Iterator[str]:
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


def tree_faults(method: CompositeMethod, tree: Tree) -> Iterator[str]:
    """Yield what *method* says that does not fit *tree*: codes and numbers of levels."""
    nodes = {node.code for node in tree.nodes}
    yield from _faults_of_levels(method, len(tree.levels))
    for section, choice in (("aggregate", method.aggregate), ("weight", method.weight)):
        for code in choice.per_node if choice else ():
            if code not in nodes:
                yield f"[{section}] per_node: {code} is not a node of the index{did_you_mean(code, nodes)}"
    steps = (("impute", method.impute), ("treat", method.treat), ("normalise", method.normalise))
    for section, step in steps:
        for code in step.per_indicator if step else ():
            if code not in tree.position:
                yield (
                    f"[{section}] per_indicator: {code} is not an indicator"
                    f"{did_you_mean(code, tree.leaves)}"
                )
    every = {*nodes, *tree.leaves}
    for code in method.weight.targets if method.weight else ():
        if code not in every:
            yield f"[weight] targets: {code} is not in the index{did_you_mean(code, every)}"


def _faults_of_levels(method: CompositeMethod, steps: int) -> Iterator[str]:
    for section, choice in (("aggregate", method.aggregate), ("weight", method.weight)):
        if choice and choice.per_level and len(choice.per_level) != steps:
            yield f"[{section}] per_level names {len(choice.per_level)} methods; the index has {steps} steps"
    needed = method.aggregate.min_available
    for share in needed if isinstance(needed, tuple) else (needed,):
        if not 0 <= share <= 1:
            yield "[aggregate] min_available must lie between 0 and 1"
    if isinstance(needed, tuple) and len(needed) != steps:
        yield f"[aggregate] min_available has {len(needed)} numbers; the index has {steps} steps"
