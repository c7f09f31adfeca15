"""The tree of the model: index → factor → dimension → indicator, with weights."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from pydantic import Field

from scidip.indicators.model.base import Model
from scidip.indicators.model.methodology import ScoredDimension


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
                Node(d.code, d.name, "dimension", f.code, d.weight, d.indicators, d.not_measured) for d in f.dimension
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

    def scoring(self, chosen: Mapping[str, ScoredDimension]) -> "Framework":
        """Return the framework with what is scored of the dimensions *chosen*, by code; others stay as they are.

        What it scored there itself is shown instead.
        """
        if not any(d.code in chosen for f in self.factor for d in f.dimension):
            return self
        document = self.model_dump()
        for factor in document["factor"]:
            for dimension in factor["dimension"]:
                if (of := chosen.get(dimension["code"])) is not None:
                    beside = [c for c in (*dimension["indicators"], *dimension["shown"]) if c not in of.indicators]
                    dimension |= of.model_dump() | {"shown": beside, "not_measured": "", "supply": ()}
        return Framework.model_validate(document)

    def shown(self, dimension: str) -> tuple[str, ...]:
        """Codes of the indicators shown in *dimension* without being scored."""
        return next(d.shown for f in self.factor for d in f.dimension if d.code == dimension)
