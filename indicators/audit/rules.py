"""The rules of the audit of the index: by what a weak point is named. The bound decides, nobody's judgement."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

Unit = Literal["share", "ratio", "times"]
"""What a figure of a rule is: a share from 0 to 1, a coefficient, a multiple."""


@dataclass(frozen=True)
class Rule:
    """A rule by its code: which figures are weak points."""

    code: str
    unit: Unit
    bound: float
    above: bool
    """Whether a figure over the bound is a weak point, or one under it."""

    def breaks(self, figure: float) -> bool:
        """Return whether a figure is a weak point. One that is not known (NaN) is none."""
        return figure > self.bound if self.above else figure < self.bound

    def excess(self, figure: float) -> float:
        """Return how far a figure lies beyond the bound, in parts of the room there (0 at the bound)."""
        room = abs(self.bound) or 1.0
        return (figure - self.bound if self.above else self.bound - figure) / room


RULES: Final[Mapping[str, Rule]] = {
    rule.code: rule
    for rule in (
        Rule("follows_income", "share", 0.5, above=True),
        Rule("near_neighbour", "ratio", 0.92, above=True),
        Rule("few_ranked", "share", 0.5, above=False),
        Rule("other_method", "share", 0.9, above=False),
        Rule("old_figures", "share", 1 / 3, above=True),
        Rule("proxies", "share", 1 / 3, above=True),
        Rule("scored_zero", "share", 0.05, above=True),
        Rule("moves_ranks", "share", 0.1, above=True),
        Rule("low_alpha", "ratio", 0.7, above=False),
        Rule("against_dimension", "ratio", 0.0, above=False),
        Rule("too_strong", "times", 2.0, above=True),
        Rule("too_weak", "times", 1 / 3, above=False),
    )
}
"""From what concerns the whole index to what concerns one of its indicators: the order in which they are told.

0.92 (an index hard to tell from another) and 0.7 (Cronbach's alpha, after Nunnally) are the bounds usual in audits of
composite indicators by the Joint Research Centre; the others are ours.
"""


ALTERNATIVES: Final = (
    "rank_based",
    "geometric",
    "harmonic",
    "benefit_of_the_doubt",
    "doubt_without_bounds",
    "principal_components",
)
"""The named alternatives to the default methodology, by code (`robustness.coherence.alternatives`)."""


@dataclass(frozen=True)
class WeakPoint:
    """A figure beyond the bound of a rule."""

    rule: str
    element: str
    """Code of what it concerns: a node, an indicator, a published index, an alternative method."""
    figure: float
    parts: Mapping[str, Any] = field(default_factory=dict)
    """What its sentence names beside: numbers, and codes under `node` and `indicator`."""

    @property
    def key(self) -> str:
        """The name under which the catalogue may hold an argued exception: "low_alpha:visa"."""
        return f"{self.rule}:{self.element}"


def found(measured: Iterable[WeakPoint]) -> tuple[WeakPoint, ...]:
    """Return the weak points among what was measured, in the order of RULES, the furthest beyond its bound first."""
    order = {code: place for place, code in enumerate(RULES)}
    weak = [w for w in measured if not math.isnan(w.figure) and RULES[w.rule].breaks(w.figure)]
    return tuple(sorted(weak, key=lambda w: (order[w.rule], -RULES[w.rule].excess(w.figure), w.element)))


def faults(keys: Iterable[str], elements: Iterable[str]) -> Iterator[str]:
    """Yield what is wrong with the names of exceptions: a rule or an element that does not exist."""
    known = set(elements)
    for key in keys:
        rule, _, element = key.partition(":")
        if rule not in RULES:
            yield f"exception {key}: there is no rule {rule!r}"
        if element not in known:
            yield f"exception {key}: there is no element {element!r}"
