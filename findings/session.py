"""What findings are made from: the figures that serve, the catalogue in the language spoken, a memory."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import pandas as pd

from scidip.indicators.agency.profile import NO_AGENCY, Agency
from scidip.indicators.language.current import ENGLISH, _, area_name, current
from scidip.indicators.model.areas import Areas
from scidip.indicators.model.catalogue import Catalogue
from scidip.indicators.model.catalogue_translated import in_words
from scidip.indicators.model.declared import SOMEBODY
from scidip.indicators.model.framework import Framework
from scidip.indicators.model.not_ranked_reasons import read_reason
from scidip.indicators.model.not_ranked_reasons import spoken as spoken_reason
from scidip.indicators.own_index.workspace import Workspace
from scidip.indicators.vocabulary import DEFAULT_FRAMEWORK
from scidip.store.queries import served, supply_queries

if TYPE_CHECKING:
    from sqlalchemy import Engine

Answer = TypeVar("Answer")


class Memory(Protocol):
    """What keeps answers."""

    def get(self, key: Hashable, ask: Callable[[], Answer]) -> Answer:
        """Return the answer kept under *key*, or ask and keep it."""


class Desk(Protocol):
    """What a finding needs; the context of the pages is one, `Reader` is another."""

    @property
    def engine(self) -> "Engine":
        """The database."""

    @property
    def areas(self) -> Areas:
        """The areas of the world."""

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue in the language that is spoken."""

    @property
    def agency(self) -> Agency:
        """Whose copy this is."""

    @property
    def own(self) -> Workspace | None:
        """The index of one's own that the figures are of; None for the published one."""

    @property
    def index_code(self) -> str:
        """The code of the index of the default framework."""

    @property
    def cache(self) -> Memory:
        """The memory of what took long to make."""

    @property
    def data_version(self) -> str:
        """Ten hex digits naming the figures that serve."""

    @property
    def years(self) -> list[int]:
        """The years with scores, ascending."""

    @property
    def present_areas(self) -> frozenset[str]:
        """Codes of the areas that exist today."""

    def query(self, ask: Callable[..., Answer], **kwargs: Any) -> Answer:
        """Return `ask(engine, **kwargs)`, areas' names in the language that is spoken."""


@dataclass(frozen=True)
class _Kept:
    answers: dict[Hashable, Any] = field(default_factory=dict)

    def get(self, key: Hashable, ask: Callable[[], Answer]) -> Answer:
        if key not in self.answers:
            self.answers[key] = ask()
        found: Answer = self.answers[key]
        return found


@dataclass(frozen=True)
class Reader:
    """A desk for one piece of work, as a command does: the figures do not change under it."""

    engine: "Engine"
    loaded: Catalogue
    areas: Areas
    cache: _Kept = field(default_factory=_Kept)
    agency: Agency = NO_AGENCY
    own: Workspace | None = None

    @cached_property
    def declared(self) -> Catalogue:
        """The catalogue by the methodology of the scores that serve, in English, with what files declare."""
        whole = supply_queries.with_declared(self.engine, self.loaded, self.agency.name.usual)
        return whole.under(served.served_methodology(self.engine))

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue in the language that is spoken, with dimensions measured by supplied figures."""
        found: Catalogue = self.cache.get(("catalogue", current().code), self._catalogue)
        return found

    @property
    def index_code(self) -> str:
        """The code of the index of the default framework."""
        return self.declared.framework.index_code

    def _catalogue(self) -> Catalogue:
        whole = self.declared.with_supplied(served.supplied_indicators(self.engine))
        return whole if current() is ENGLISH else in_words(whole, _, self.agency.name.said())

    @cached_property
    def data_version(self) -> str:
        """Ten hex digits naming the figures that serve."""
        return served.data_version(self.engine)

    @cached_property
    def years(self) -> list[int]:
        """The years with scores, ascending."""
        return served.scored_years(self.engine)

    @cached_property
    def present_areas(self) -> frozenset[str]:
        """Codes of the areas that exist today."""
        table = self.areas.table
        return frozenset(table.loc[table["kind"] != "former", "ref_area"])

    def query(self, ask: Callable[..., Answer], **kwargs: Any) -> Answer:
        """Return `ask(engine, **kwargs)`, asked once; frames as copies."""
        key = (ask, tuple(sorted(kwargs.items())))
        answer: Any = self.cache.get(key, lambda: ask(self.engine, **kwargs))
        if isinstance(answer, pd.DataFrame):
            answer = spoken(answer.copy(), framework_of(self.catalogue, kwargs))
        mine: Answer = answer
        return mine


def institution(desk: Desk) -> str:
    """Return what is said of whose figures those are that stand beside the catalogue."""
    return desk.agency.name.said() or _(SOMEBODY)


def framework_of(catalogue: Catalogue, asked: Mapping[str, Any]) -> Framework:
    """Return the framework that a query with the arguments *asked* is about."""
    return catalogue.frameworks[asked.get("framework", DEFAULT_FRAMEWORK)]


def spoken(frame: pd.DataFrame, framework: Framework) -> pd.DataFrame:
    """Return a frame of areas with their names, and `reason`, why they are not ranked, in the current language."""
    found = {}
    if current() is not ENGLISH and {"ref_area", "name"} <= set(frame.columns):
        pairs = zip(frame["ref_area"], frame["name"], strict=True)
        found["name"] = [area_name(area, name) for area, name in pairs]
    if "reason_code" in frame.columns:
        columns = (frame[c].tolist() for c in ("reason_code", "reason_params"))
        kept = list(zip(*columns, strict=True))
        said = {pair: spoken_reason(read_reason(*pair), framework) for pair in set(kept)}
        found["reason"] = [said[pair] for pair in kept]
    return frame.assign(**found) if found else frame
