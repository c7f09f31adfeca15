"""The laboratory of the figures that serve, and the choices as they stand in an address."""

from collections.abc import Mapping

from scidip.dashboard.core.context import Context
from scidip.dashboard.core.page import split
from scidip.indicators.language.current import N_
from scidip.indicators.model.framework import Framework
from scidip.indicators.robustness.alternative_methodologies import USUAL, Choices
from scidip.indicators.vocabulary import DEFAULT_FRAMEWORK

MISSING = {
    "half": N_("Half of the figures must be known"),
    "most": N_("Six of ten must be known"),
    "any": N_("Whatever is known counts"),
}
SHORT = {"normalise": N_("normalisation"), "aggregate": N_("mean of the factors"), "weights": N_("weights")}


def is_default(choices: Choices) -> bool:
    """Return whether all choices are those of the published scores."""
    return choices == Choices(DEFAULT_FRAMEWORK)


def nodes_of(framework: Framework) -> list[str]:
    """Return the nodes with a weight: factors, each followed by its measured dimensions."""
    return [n.code for n in framework.nodes if n.level != "index" and not n.not_measured]


class Points:
    """The texts "infra.70,visas.0" of points by node: a container for checking an address."""

    def __init__(self, ctx: Context) -> None:
        self._known = {n for f in ctx.catalogue.frameworks.values() for n in nodes_of(f)}

    def __contains__(self, text: object) -> bool:
        """Return whether *text* is such a list, every node known and named once."""
        parts = [p.split(".") for p in split(text)] if isinstance(text, str) else [[""]]
        names = [p[0] for p in parts]
        fit = all(len(p) == 2 and p[0] in self._known and p[1].isascii() and p[1].isdigit() for p in parts)
        return fit and len(names) == len(set(names)) and all(int(p[1]) <= 100 for p in parts)


def points_of(text: str) -> dict[str, int]:
    """Return points by node from the text of an address."""
    return {name: int(value) for name, _, value in (p.partition(".") for p in split(text))}


def points_text(points: Mapping[str, int]) -> str:
    """Return the text of an address; what is usual is left out."""
    return ",".join(f"{k}.{v}" for k, v in points.items() if v != USUAL)
