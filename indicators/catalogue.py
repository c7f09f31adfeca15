"""What is measured, and how it is put together: the models of the catalogue in `data/`."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from indicators.errors import CatalogueError
from indicators.language import N_
from indicators.vocabulary import DEFAULT_FRAMEWORK


class Model(BaseModel):
    """Base of the catalogue's documents: unknown keys are faults, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Gate(Model):
    """How far a new vintage may differ from the one that serves before a human must accept it."""

    max_shrink: float = 0.20
    """Largest share of rows that may disappear."""
    max_quarantine: float = 0.05
    """Largest share of rows that may be quarantined."""
    max_areas_lost: int = 10
    """How many areas may lose all their figures."""
    jump: float = 0.5
    """A figure has jumped when it moved by more than this share of its old value."""
    max_jumped: float = 0.10
    """Largest share of the common figures that may jump."""


class SourceSpec(Model):
    """A producer and its data set: who, under which terms, and how it names areas."""

    id: str
    title: str
    """Short name on screen, such as "World Bank WDI"."""
    publisher: str
    homepage: str
    licence: str
    """Short name of the terms, such as "CC BY 4.0"."""
    licence_url: str = ""
    citation: str
    cadence: str = "yearly"
    area_scheme: Literal["iso3", "iso2", "name"] = "iso3"
    redistributable: bool = True
    where_to_get: str = ""
    """For data that may not be passed on: where a user can get them."""
    gate: Gate = Gate()


class Derivation(Model):
    """An indicator computed from others: a registered measure, its inputs and its parameters."""

    model_config = ConfigDict(extra="allow", frozen=True)

    measure: str
    of: tuple[str, ...] = Field(min_length=1)

    @property
    def params(self) -> dict[str, Any]:
        """The parameters of the measure."""
        return dict(self.model_extra or {})


class IndicatorSpec(Model):
    """One indicator: what it says, in which unit, from where, and when it is believable."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str
    definition: str
    unit: str
    """Code of the unit of measure, listed in `UNITS`."""
    direction: Literal[1, -1] = 1
    arity: Literal["area", "pair"] = "area"
    directed: bool = True
    """Pair layers: whether A to B differs from B to A. Undirected pairs are stored once, A < B."""
    source: str = ""
    series: str = ""
    derive: Derivation | None = None
    scale: float = 1.0
    """The producer's figure times this is the figure in `unit`."""
    size: Literal["relative", "total"] = "relative"
    """Whether large countries have large values by being large."""
    plausible: tuple[float, float] | None = None
    max_age: int = Field(default=5, ge=0)
    """Years a value may be carried forward to the scoring year."""
    absent: Literal["missing", "zero"] = "missing"
    """What no row means: unknown, or (in complete lists) none."""
    proxy: bool = False
    scored_note: str = ""
    note: str = ""
    weight: float = Field(default=1.0, gt=0)

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.derive is None) == (not self.series):
            raise ValueError("give either source and series, or derive")
        if self.series and not self.source:
            raise ValueError("a series needs its source")
        return self


@dataclass(frozen=True)
class Node:
    """A place in the framework's tree above the indicators."""

    code: str
    name: str
    level: Literal["index", "factor", "dimension"]
    parent: str
    weight: float
    indicators: tuple[str, ...] = ()
    not_measured: str = ""


class DimensionSpec(Model):
    """An element of the paper's model and the indicators that measure it."""

    code: str
    name: str
    element: str = ""
    """The paper's own words."""
    indicators: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    """Indicators shown with the dimension but not scored."""
    weight: float = Field(default=1.0, gt=0)
    not_measured: str = ""
    supply: tuple[str, ...] = ()
    """Indicators that a user may supply figures for; they measure the dimension once there are any."""


class CrossCheck(Model):
    """Two indicators that measure the same thing, and how well they should agree."""

    code: str
    first: str
    second: str
    scale: Literal["linear", "log"] = "linear"
    at_least: float = 0.95
    """The correlation that is expected."""
    periods: tuple[int, ...] = ()
    """Only these years; empty means all."""
    largest: int = 0
    """Pair layers: only pairs among this many areas with the largest totals in the second; 0 means all."""
    note: str = ""


class Programme(Model):
    """A programme or aim of a panel and the indicators that show it."""

    code: str
    name: str
    indicators: tuple[str, ...] = ()
    not_measured: str = ""


class Panel(Model):
    """Indicators shown beside the index, grouped by programme, and not scored in it."""

    code: str
    name: str
    description: str
    reference: str
    programme: tuple[Programme, ...]


class FactorSpec(Model):
    """A factor of the model and its dimensions."""

    code: str
    name: str
    weight: float = Field(default=1.0, gt=0)
    dimension: tuple[DimensionSpec, ...]


class Framework(Model):
    """The tree index → factor → dimension → indicator."""

    code: str
    name: str
    description: str
    reference: str
    index_code: str
    index_name: str
    factor: tuple[FactorSpec, ...]

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """All nodes in reading order: the index, then each factor followed by its dimensions."""
        nodes = [Node(self.index_code, self.index_name, "index", "", 1.0)]
        for f in self.factor:
            nodes.append(Node(f.code, f.name, "factor", self.index_code, f.weight))
            nodes += [
                Node(d.code, d.name, "dimension", f.code, d.weight, d.indicators, d.not_measured)
                for d in f.dimension
            ]
        return tuple(nodes)

    def node(self, code: str) -> Node:
        """Return the node with this code; KeyError when there is none."""
        return self._by_code[code]

    @cached_property
    def _by_code(self) -> dict[str, Node]:
        return {n.code: n for n in self.nodes}

    def children(self, code: str) -> tuple[Node, ...]:
        """Return the nodes directly below *code*."""
        return tuple(n for n in self.nodes if n.parent == code)

    def level(self, level: str) -> tuple[Node, ...]:
        """Return the nodes of a level ("index", "factor" or "dimension") in reading order."""
        return tuple(n for n in self.nodes if n.level == level)

    @cached_property
    def leaves(self) -> tuple[str, ...]:
        """Codes of the scored indicators, in reading order."""
        return tuple(i for n in self.level("dimension") for i in n.indicators)

    def with_supplied(self, codes: Collection[str]) -> "Framework":
        """Return the framework with dimensions measured by the supplied indicators among *codes*."""
        if not any(set(d.supply) & set(codes) for f in self.factor for d in f.dimension):
            return self
        document = self.model_dump()
        for factor in document["factor"]:
            for dimension in factor["dimension"]:
                given = [c for c in dimension["supply"] if c in codes]
                if given and not dimension["indicators"]:
                    dimension |= {"indicators": given, "not_measured": ""}
        return Framework.model_validate(document)

    def shown(self, dimension: str) -> tuple[str, ...]:
        """Codes of the indicators shown in *dimension* without being scored."""
        return next(d.shown for f in self.factor for d in f.dimension if d.code == dimension)


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
    per_node: dict[str, str] = {}

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
    """Share of a dimension's indicators that must have data (one at least, always)."""
    factor: float = Field(default=0.5, ge=0, le=1)
    """Share of its measured dimensions that must have data."""
    indicators: float = Field(default=0.5, ge=0, le=1)
    """Share of all its indicators that must have data."""


class Period(Model):
    """The years that are scored. The newest is the last with enough figures of its own."""

    first: int = 2010
    own_share: float = Field(default=0.5, ge=0, le=1)
    """Share of the scored, yearly indicators that must have figures of the newest year itself."""
    own_areas: int = 60
    """How many areas make an indicator count as having figures of a year."""


class Uncertain(Model):
    """What might as well have been done: alternatives that the Monte Carlo draws from."""

    draws: int = Field(default=1000, ge=1)
    weights: float = Field(default=0.25, ge=0, lt=1)
    """Each weight is multiplied by a number drawn evenly from 1 minus this to 1 plus this."""
    normalise: tuple[StepChoice, ...] = ()
    aggregate: tuple[str, ...] = ()
    """Alternatives for the step from factors to the index."""
    floor: float = Field(default=1.0, gt=0)
    """Factor scores under this count as this in a geometric mean, which cannot bear zero."""


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
    reasons: dict[str, str] = {}
    """Why each choice was made, by its key; shown on the methodology page."""

    @property
    def digest(self) -> str:
        """SHA-256 of the choices as canonical JSON (names, texts and reasons left out).

        Not cached: a copy with a change would inherit the digest of its original.
        """
        document = self.model_dump(mode="json", exclude={"name", "description", "reasons"})
        return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Catalogue:
    """Everything declared in `data/catalogue`: indicators, frameworks and methodologies by code."""

    indicators: Mapping[str, IndicatorSpec]
    frameworks: Mapping[str, Framework]
    methodologies: Mapping[str, Methodology]
    crosschecks: Mapping[str, CrossCheck] = field(default_factory=dict)
    panels: Mapping[str, Panel] = field(default_factory=dict)

    def with_supplied(self, codes: Collection[str]) -> "Catalogue":
        """Return the catalogue whose frameworks count the supplied indicators among *codes*."""
        frameworks = {k: f.with_supplied(codes) for k, f in self.frameworks.items()}
        return replace(self, frameworks=frameworks)

    @cached_property
    def framework(self) -> Framework:
        """The default framework, the paper's three factors."""
        return self.frameworks[DEFAULT_FRAMEWORK]

    @cached_property
    def methodology(self) -> Methodology:
        """The default methodology."""
        return self.methodologies["default"]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the whole catalogue as canonical JSON."""
        document = {
            kind: {code: model.model_dump(mode="json") for code, model in sorted(models.items())}
            for kind, models in (
                ("indicators", self.indicators),
                ("frameworks", self.frameworks),
                ("methodologies", self.methodologies),
            )
        }
        return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()

    def of_source(self, source: str) -> tuple[IndicatorSpec, ...]:
        """Return the indicators read from *source*, in catalogue order."""
        return tuple(i for i in self.indicators.values() if i.source == source and i.series)

    def derived(self) -> tuple[IndicatorSpec, ...]:
        """Return the derived indicators, inputs before what needs them."""
        done: dict[str, IndicatorSpec] = {}
        waiting = [i for i in self.indicators.values() if i.derive]
        while waiting:
            ready = [i for i in waiting if not any(o.code in i.derive.of for o in waiting)]  # type: ignore[union-attr]
            if not ready:
                raise CatalogueError(
                    [f"derived indicators need each other: {', '.join(i.code for i in waiting)}"]
                )
            done.update((i.code, i) for i in ready)
            waiting = [i for i in waiting if i.code not in done]
        return tuple(done.values())

    def sources_of(self, code: str) -> tuple[str, ...]:
        """Return the ids of the sources an indicator rests on, its own first, each once."""
        return tuple(dict.fromkeys(i.source for i in self.inputs_of(code)))

    def inputs_of(self, code: str) -> tuple[IndicatorSpec, ...]:
        """Return the indicators with a series of their own that *code* rests on (itself, if it has one)."""
        spec = self.indicators[code]
        if spec.derive is None:
            return (spec,)
        found = {i.code: i for needed in spec.derive.of for i in self.inputs_of(needed)}
        return tuple(found.values())


UNITS: dict[str, str] = {
    "percent": N_("%"),
    "percent_gdp": N_("% of GDP"),
    "percent_population": N_("% of people"),
    "percent_exports": N_("% of manufactured exports"),
    "percent_service_exports": N_("% of service exports"),
    "percent_students": N_("% of tertiary students"),
    "per_million": N_("per million people"),
    "per_hundred": N_("per 100 people"),
    "per_thousand": N_("per 1,000 people"),
    "count": "",
    "people": N_("people"),
    "students": N_("students"),
    "countries": N_("countries"),
    "works": N_("works"),
    "usd": N_("US$"),
    "usd_per_head": N_("US$ per head"),
    "ratio": "",
    "index": "",
    "years": N_("years"),
    "share": N_("share (0-1)"),
    "visa_rule": "",
    # group b
    "eur": N_("€"),
    "eur_per_head": N_("€ per head"),
    "yes_no": "",
    # group a
    "points": N_("points"),
    "percent_articles": N_("% of articles"),
    "percent_rd": N_("% of spending on R&D"),
    "percent_manufacturing": N_("% of value added in manufacturing"),
    "percent_patents": N_("% of patent applications"),
    "usd_ppp": N_("PPP US$"),
}
"""Units of measure by code, with the words that follow a number on screen."""
