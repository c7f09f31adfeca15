"""Every choice between the figures and the scores, by name."""

import hashlib
import json
from typing import Any, Literal

from pydantic import ConfigDict, Field

from scidip.indicators.model.base import Model


class StepChoice(Model):
    """A method by name with its parameters: `{method = "min_max", lower = 0, upper = 100}`."""

    model_config = ConfigDict(extra="allow", frozen=True)

    method: str

    @property
    def params(self) -> dict[str, Any]:
        """The parameters of the method."""
        return dict(self.model_extra or {})


class AggregateChoice(Model):
    """How children are put together: one method, or one per level from the dimensions upward."""

    method: str = "arithmetic"
    per_level: tuple[str, ...] = ()
    per_node: dict[str, str] = Field(default_factory=dict)

    def at(self, node: str, level: int) -> str:
        """Return the method for *node*, whose children are put together at step *level* (0 lowest)."""
        if node in self.per_node:
            return self.per_node[node]
        return self.per_level[level] if self.per_level else self.method


class Universe(Model):
    """Who is ranked: states and economies of a size; all others are scored and listed apart."""

    min_population: int = 500_000


class Coverage(Model):
    """How much must be known for a dimension and a factor to be scored."""

    dimension: float = Field(default=0.0, ge=0, le=1)
    """Share of a dimension's indicators that must inform (one at least, always). A zero that a complete list implies
    is scored; whether it informs says `list_zero`."""
    factor: float = Field(default=0.5, ge=0, le=1)
    """Share of its measured dimensions that must be informative for a rank in the factor."""
    least_dimensions: int = Field(default=1, ge=1)
    """How many dimensions must be informative for a rank in the factor (all, of a factor with fewer)."""
    scored: float = Field(default=0.5, ge=0, le=1)
    """Share of its measured dimensions that must be informative for a score, which the index needs of every factor.
    What is known with the zeros of lists must reach the shares for a rank."""
    small: int = Field(default=0, ge=0)
    """A factor of at most so many dimensions is scored on one informative dimension."""
    indicators: float = Field(default=0.5, ge=0, le=1)
    """Share of all its indicators that must inform for a rank in the factor."""
    list_zero: Literal["not known", "known"] = "not known"
    """Whether a zero that a complete list implies informs: is known like a figure, or not."""


class Period(Model):
    """The years that are scored. The newest is the last with enough figures of its own."""

    first: int = 2010
    own_share: float = Field(default=0.5, ge=0, le=1)
    """Share of the scored, yearly indicators that must have figures of the newest year itself."""
    own_areas: int = 60
    """How many areas make an indicator count as having figures of a year."""
    edition: int | None = None
    """The year as of which the newest edition is scored, after the years; None: there is no edition."""


class Uncertain(Model):
    """What might as well have been done: alternatives that the Monte Carlo draws from."""

    draws: int = Field(default=1000, ge=1)
    weights: float = Field(default=0.25, ge=0, lt=1)
    """Each weight is multiplied by a number drawn evenly from 1 minus this to 1 plus this."""
    normalise: tuple[StepChoice, ...] = ()
    aggregate: tuple[str, ...] = ()
    """Alternatives for the step from factors to the index."""
    weighting: tuple[str, ...] = ()
    """Weights learnt from the figures that stand beside the stated ones."""
    gaps: int = Field(default=0, ge=0)
    """How many completions of the gaps by donors of the same income group and region; beside them, gaps left open."""
    source_errors: int = Field(default=0, ge=0)
    """How many drawings of the figures within the standard errors of their producers; beside them, the figures."""
    leave_out: bool = False
    """Whether each draw leaves out one indicator, in proportion to its weight, or none."""
    floor: float = Field(default=1.0, gt=0)
    """Factor scores under this count as this in a geometric mean, which cannot bear zero."""


class ScoredDimension(Model):
    """What is scored of a dimension, and how much it weighs in its factor."""

    indicators: tuple[str, ...] = Field(min_length=1)
    """All others of the dimension in the framework are shown beside these."""
    weight: float = Field(default=1.0, gt=0)


class IndicatorChoice(Model):
    """What a methodology says of an indicator; what it does not say is as the indicator has it."""

    max_age: int | None = Field(default=None, ge=0)
    """Years a value may be carried forward to the scoring year."""
    weight: float | None = Field(default=None, gt=0)
    """Weight in its dimension."""


class Methodology(Model):
    """Every choice between the figures and the scores, by name."""

    code: str
    name: str
    description: str
    seed: int = 1
    treat: StepChoice
    normalise: StepChoice
    aggregate: AggregateChoice = AggregateChoice()
    universe: Universe = Universe()
    coverage: Coverage = Coverage()
    period: Period = Period()
    uncertain: Uncertain = Uncertain()
    frameworks: tuple[str, ...] = ()
    """Codes of the frameworks that are scored; without any, all."""
    dimensions: dict[str, ScoredDimension] = Field(default_factory=dict)
    """By code, what is scored of a dimension in every framework that has it; one not named: as the framework says."""
    indicators: dict[str, IndicatorChoice] = Field(default_factory=dict)
    """By code, what is other than the indicator itself says."""
    reasons: dict[str, str] = Field(default_factory=dict)
    """Why each choice was made, by its key; shown on the methodology page."""

    @property
    def digest(self) -> str:
        """SHA-256 of the choices as canonical JSON (names, texts and reasons left out).

        Not cached: a copy with a change would inherit the digest of its original.
        """
        document = self.model_dump(mode="json", exclude={"name", "description", "reasons"})
        return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
