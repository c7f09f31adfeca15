"""The methodology of an index, ours or a user's own, as a TOML file says it: one model per Handbook step."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import ConfigDict, Field, model_validator

from scidip.indicators.methods import AGGREGATORS, RELATIVE_AGGREGATORS
from scidip.indicators.model.base import Model
from scidip.indicators.model.methodology import AggregateChoice, StepChoice
from scidip.indicators.registry import Registry

ReferenceMode = Literal["pooled", "each_year", "base_year"]
OWN_DEFAULTS: Mapping[str, Mapping[str, Any]] = {"percentile_rank": {"definition": "minimum", "upper": 1.0}}
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


class ReferenceStep(Model):
    """Who bounds, moments and weights are learnt from, and who is ranked."""

    exclude: tuple[str, ...] = ()
    """Codes of units that are scored on the scale of the others, and have no rank."""


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
    min_indicators: float | tuple[float, ...] = 0.0
    """Share of all indicators below a node that must be there; one, or one per level upward."""
    floor: float | None = Field(default=None, gt=0)
    """The least value that means other than the arithmetic see; without one they refuse what they cannot bear."""
    if_refused: Literal["stop", "leave_empty"] = "stop"
    """What becomes of rows that a mean refuses (zero or less in a geometric one)."""

    @property
    def params(self) -> dict[str, Any]:
        """The parameters of the methods."""
        return dict(self.model_extra or {})

    def threshold(self, level: int) -> float:
        """Return the share of children needed at step *level* (0 lowest)."""
        return at_level(self.min_available, level)

    def threshold_below(self, level: int) -> float:
        """Return the share of all indicators below that is needed at step *level* (0 lowest)."""
        return at_level(self.min_indicators, level)


class FormulaNode(Model):
    """A node whose children a formula puts together; written as a text alone, it is the formula."""

    formula: str
    """Of the codes of the children, the names of `parts` and what `formulas.functions` holds."""
    parts: dict[str, str] = Field(default={})
    """Formulas by name, for a formula that is easier to read in pieces."""
    if_refused: Literal["stop", "leave_empty"] | None = None
    """What becomes of rows that the formula refuses; None: as [aggregate] has it."""

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, given: Any) -> Any:
        if isinstance(given, str):
            return {"formula": given}
        if not isinstance(given, Mapping | FormulaNode):
            raise ValueError(f"{given!r} is not a formula; write a text, or a table with the key formula")
        return given


class RankStep(Model):
    """How scores become ranks."""

    decimals: int | None = Field(default=None, ge=0, le=12)
    """Scores are compared as rounded to so many decimals, as they are printed; None: as they are."""


class UncertainStep(Model):
    """What might as well have been done; None: see `robustness.uncertainty.alternatives_of`."""

    weights: float | tuple[float, ...] = 0.25
    """Every weight is multiplied by a number drawn evenly from 1 minus this to 1 plus this; one, or one per level."""
    weight_sets: dict[str, dict[str, float]] = Field(default={})
    """Other weights by name: by code of an indicator or node, for those that differ from the methodology's."""
    impute: tuple[StepChoice, ...] | None = None
    treat: tuple[StepChoice, ...] | None = None
    normalise: tuple[StepChoice, ...] | None = None
    """Alternatives beside the methodology's own choice; `method = "none"` skips the step."""
    aggregate: tuple[str, ...] = ()
    """Alternatives for the index: arithmetic, geometric or harmonic."""
    aggregate_at: dict[str, tuple[str, ...]] = Field(default={})
    """Alternatives for all nodes of a level ("2" the lowest) or for one node, by its code."""
    weighting: tuple[str, ...] = ()
    """Weights learnt from the figures that stand beside those of the methodology (`engine.learnt_weights`)."""
    leave_out: bool = False
    """Whether draws leave out one indicator, in proportion to its weight, or none."""
    gaps: int = Field(default=0, ge=0)
    """How many completions of the normalised figures by donors (`methods.donors`); the first option leaves gaps."""
    group: str = ""
    """Code of the group column within which donors are sought."""
    source_errors: int = Field(default=0, ge=0)
    """How many drawings of the figures within the standard errors that their producers state, beside the figures."""


class CompositeMethod(Model):
    """All choices between two tables and the scores; a section left out is a step skipped."""

    denominate: DenominateStep = DenominateStep()
    screen: ScreenStep | None = None
    reference: ReferenceStep | None = None
    impute: ImputeStep | None = None
    treat: TreatStep | None = None
    normalise: NormaliseStep = NormaliseStep()
    weight: WeightStep | None = None
    aggregate: AggregateStep = AggregateStep()
    nodes: dict[str, FormulaNode] = Field(default={})
    """By code, the nodes that are put together by a formula."""
    rank: RankStep | None = None
    uncertain: UncertainStep | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of the choices as canonical JSON."""
        document = self.model_dump(mode="json")
        # What came later and is not used leaves the digests of before as they were.
        if self.rank is None:
            del document["rank"]
        if not self.nodes:
            del document["nodes"]
        if self.uncertain is not None:
            for key in ("weight_sets", "aggregate_at"):
                if not document["uncertain"][key]:
                    del document["uncertain"][key]
        return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def at_level(share: float | tuple[float, ...], level: int) -> float:
    """Return the share for a step: the one of all, or that of its *level* (0 lowest)."""
    return share[level] if isinstance(share, tuple) else share


def aggregator(name: str) -> Registry[Any]:
    """Return the registry that holds the aggregation *name*."""
    return RELATIVE_AGGREGATORS if name in RELATIVE_AGGREGATORS else AGGREGATORS


def accepted(registry: Registry[Any], name: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of *params* that the function *name* knows."""
    known = registry.parameters(name)
    return {key: value for key, value in params.items() if key in known}
