"""What is measured: sources, indicators, panels, cross-checks, and the catalogue of all that `data/` declares."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from scidip.indicators.errors import CatalogueError
from scidip.indicators.model.base import Model
from scidip.indicators.model.fields import TOTAL, Topic
from scidip.indicators.model.fields import Field as ScienceField
from scidip.indicators.model.framework import Framework
from scidip.indicators.model.methodology import Methodology
from scidip.indicators.model.panel import Panel
from scidip.indicators.vocabulary import DEFAULT_FRAMEWORK, DEFAULT_METHODOLOGY, OWN_LICENCE, SCORES_LICENCE

Absent = Literal["unknown", "none_in_edition", "none_in_dated_edition", "none_in_span", "none_among_named"]


class Jump(Model):
    """When a figure is out of line with the area's own history: three times another, or a third of it."""

    floor: float = Field(gt=0)
    """In the unit of the indicator. Where both figures are smaller, a factor of three says nothing."""
    confirm: int = Field(default=1, ge=1)
    """How many figures must follow at the new level before it is believed: more for what changes slowly."""


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
    """Code of the unit of measure, listed in `UNITS`; what a user declares may have words of its own."""
    direction: Literal[1, 0, -1] = 1
    """Whether more is better or less; 0, for what a user declares: neither."""
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
    jump: Jump | None = None
    """The check of a figure against the area's neighbouring years (`etl.jumps`); None: not checked."""
    max_age: int = Field(default=5, ge=0)
    """Years a value may be carried forward to the scoring year."""
    absent: Absent = "unknown"
    """What no row means: nothing is known, or that there is none, in a year that a list has an edition of
    (`none_in_edition`; `none_in_dated_edition` where each row of the one edition has a year of its own) or that lies
    between its first and last event (`none_in_span`). See `indicators.lists`. Of pairs
    there are also lists that speak of the areas they name and of no other state (`none_among_named`)."""
    breaks: tuple[int, ...] = ()
    """Years from which on the figures are of another edition: those before and those after are not one series."""
    proxy: bool = False
    scored_note: str = ""
    note: str = ""
    measure: str = ""
    """Code of the measure that this is a field of; "" of what counts all fields."""
    field: str = TOTAL
    standard_error: str = ""
    """Code of the series of the producer's standard errors of these figures; "" where none are stated."""
    weight: float = Field(default=1.0, gt=0)
    beside: str = ""
    """Code of the indicator that these figures of the user's own stand beside."""
    supplied_by: str = ""
    """Who supplied figures that are beside the catalogue (`model.declared`): never scored. "" of the catalogue's."""

    def is_one_series(self, first: int, last: int) -> bool:
        """Return whether the figures of two years, the earlier first, may be told as a change of the area."""
        return not any(first < year <= last for year in self.breaks)

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.derive is None) == (not self.series):
            raise ValueError("give either source and series, or derive")
        if self.series and not self.source:
            raise ValueError("a series needs its source")
        return self


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


class AuditException(Model):
    """Why a weak point that the audit of the index names by rule is meant to be as it is."""

    code: str = Field(pattern=r"^[a-z_]+:[a-z0-9_]+$")
    """Rule and element: "low_alpha:visa"."""
    argument: str


@dataclass(frozen=True)
class Catalogue:
    """Everything declared in `data/catalogue`: indicators, frameworks and methodologies by code."""

    indicators: Mapping[str, IndicatorSpec]
    frameworks: Mapping[str, Framework]
    methodologies: Mapping[str, Methodology]
    crosschecks: Mapping[str, CrossCheck] = field(default_factory=dict)
    panels: Mapping[str, Panel] = field(default_factory=dict)
    exceptions: Mapping[str, AuditException] = field(default_factory=dict)
    fields: Mapping[str, ScienceField] = field(default_factory=dict)
    topics: Mapping[str, Topic] = field(default_factory=dict)
    scored_by: str = DEFAULT_METHODOLOGY
    """Code of the methodology whose choices are in the frameworks and indicators."""
    own: str = ""
    """What an index of one's own is called; empty for the published one."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Of an index of one's own, what framework and index are called in files, by their codes on the pages."""
    is_drawn_again: bool = True
    """Whether the draws of the ranges can be made again from the stored figures, for shares of them."""
    read: "Catalogue | None" = field(default=None, repr=False, compare=False)
    """The catalogue as its files have it, without the choices of a methodology; None: this is it."""

    def under(self, code: str) -> "Catalogue":
        """Return the catalogue as the methodology *code* has it, the same object each time; itself where it is that.

        What the methodology says of dimensions and indicators is in the frameworks and indicators. Raises
        CatalogueError for a methodology that there is not.
        """
        if self.read is not None and code == self.scored_by:
            return self
        read = self.read or self
        if code not in read.methodologies:
            known = ", ".join(sorted(read.methodologies))
            raise CatalogueError(
                [f"methodologies: the scores are of {code!r}, which is not there; score by one of {known}"]
            )
        if code not in read._variants:
            read._variants[code] = read._chosen(code)
        return read._variants[code]

    @cached_property
    def _variants(self) -> dict[str, "Catalogue"]:
        return {}

    def _chosen(self, code: str) -> "Catalogue":
        method, indicators = self.methodologies[code], dict(self.indicators)
        for indicator, choice in method.indicators.items():
            said = choice.model_dump(exclude_none=True)
            indicators[indicator] = indicators[indicator].model_copy(update=said)
        scored = method.frameworks or tuple(self.frameworks)
        frameworks = {k: f.scoring(method.dimensions) for k, f in self.frameworks.items() if k in scored}
        return replace(self, indicators=indicators, frameworks=frameworks, scored_by=code, read=self)

    def with_supplied(self, codes: Collection[str]) -> "Catalogue":
        """Return the catalogue whose frameworks and panels count the supplied indicators among *codes*."""
        frameworks = {k: f.with_supplied(codes) for k, f in self.frameworks.items()}
        panels = {k: p.with_supplied(codes) for k, p in self.panels.items()}
        return replace(self, frameworks=frameworks, panels=panels)

    @cached_property
    def framework(self) -> Framework:
        """The default framework, the paper's three factors."""
        return self.frameworks[DEFAULT_FRAMEWORK]

    @cached_property
    def methodology(self) -> Methodology:
        """The methodology by which is scored."""
        return self.methodologies[self.scored_by]

    @property
    def stem(self) -> str:
        """How names of files begin: with the program, or with the name of an index of one's own."""
        return self.in_files(DEFAULT_FRAMEWORK) if self.own else "scidip"

    def in_files(self, code: str) -> str:
        """Return the code of a framework or node as files and the API have it."""
        return self.files.get(code, code)

    def on_pages(self, code: str) -> str:
        """Return the code on the pages of a framework or node; either code is known."""
        return next((page for page, told in self.files.items() if told == code), code)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that scores depend on, as canonical JSON: of methodologies, the one by which is scored."""
        document = {
            kind: {code: model.model_dump(mode="json") for code, model in sorted(models.items())}
            for kind, models in (
                ("indicators", {k: i for k, i in self.indicators.items() if not i.supplied_by}),
                ("frameworks", self.frameworks),
                ("methodologies", {self.scored_by: self.methodology}),
            )
        }
        return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()

    @property
    def scores_licence(self) -> str:
        """The terms of the scores; of an index of one's own its user knows them."""
        return OWN_LICENCE if self.own else SCORES_LICENCE

    def of_source(self, source: str) -> tuple[IndicatorSpec, ...]:
        """Return the indicators read from *source*, in catalogue order."""
        return tuple(i for i in self.indicators.values() if i.source == source and i.series)

    def derived(self) -> tuple[IndicatorSpec, ...]:
        """Return the derived indicators, inputs before what needs them."""
        done: dict[str, IndicatorSpec] = {}
        waiting = [i for i in self.indicators.values() if i.derive]
        while waiting:
            codes = {i.code for i in waiting}
            ready = [i for i in waiting if i.derive and codes.isdisjoint(i.derive.of)]
            if not ready:
                raise CatalogueError([f"derived indicators need each other: {', '.join(i.code for i in waiting)}"])
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
