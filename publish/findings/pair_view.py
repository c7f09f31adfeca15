"""Two countries and their ties: what a layer says of them, in figures and words."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from figures import numbers, sentences
from indicators.catalogue import IndicatorSpec
from indicators.language import N_, _
from indicators.ties import Comparison, Exposure, Layer, comparable, exposure
from publish.findings.desk import Desk
from store import pair_queries

LAYERS = (
    "copublications", "student_flow", "visa_rule", "diplomatic_posts", "shared_igos", "joint_projects",
    "bilateral_agreements",
)  # fmt: skip
"""The layers of a pair, in the order of the page. Layers that only check another are not among them."""
SUMMED = ("joint_projects",)
"""Layers of things that begin once: all years are added up."""
COMPARED = ("copublications", "diplomatic_posts", "shared_igos", "joint_projects")
"""Layers complete enough for a comparison with other pairs. Of students, only the largest flows are published."""
WHOLE = ("copublications", "student_flow", *SUMMED, "bilateral_agreements")
"""Layers shown from their first year on; of the others only the scored years are read, which is quicker."""
VISA_RULES = {
    -1: N_("no admission"), 0: N_("visa needed"), 1: N_("electronic visa"), 2: N_("electronic authorisation"),
    3: N_("visa on arrival"), 4: N_("no visa needed"),
}  # fmt: skip


def layer_of(desk: Desk, code: str) -> Layer:
    """Return a layer, remembered until the figures change; projects of all years added up."""
    first = 0 if code in WHOLE else desk.years[0] if desk.years else 0
    layer: Layer = desk.query(pair_queries.layer, code=code, first=first)
    return layer.summed if code in SUMMED else layer


@dataclass(frozen=True)
class PairView:
    """The ties of area *a* and area *b*, up to *year*."""

    desk: Desk
    a: str
    b: str
    year: int

    @cached_property
    def names(self) -> tuple[str, str]:
        """The names of both."""
        return self.desk.areas.name(self.a), self.desk.areas.name(self.b)

    @cached_property
    def spoken(self) -> tuple[str, str]:
        """The names of both as they stand inside a sentence."""
        first, second = (sentences.in_text(n) for n in self.names)
        return first, second

    @cached_property
    def ties(self) -> dict[str, "LayerView"]:
        """What each layer says."""
        return {code: LayerView(self, code) for code in LAYERS}


@dataclass(frozen=True)
class LayerView:
    """One layer of a pair."""

    pair: PairView
    code: str

    @cached_property
    def layer(self) -> Layer:
        """The ties of all areas."""
        return layer_of(self.pair.desk, self.code)

    @property
    def spec(self) -> IndicatorSpec:
        """The indicator."""
        return self.pair.desk.catalogue.indicators[self.code]

    @cached_property
    def year(self) -> int | None:
        """The newest year up to the page's for which the pair has a figure in either direction."""
        a, b = self.pair.a, self.pair.b
        years = set(self.layer.series(a, b).index) | set(self.layer.series(b, a).index)
        return max((y for y in years if y <= self.pair.year), default=max(years, default=None))

    def value(self, *, back: bool = False) -> float:
        """Return the figure from a to b, or *back*; NaN when it is not known."""
        if self.year is None:
            return float("nan")
        return self.layer.value(*self._ends(back), self.year)

    def exposure(self, *, back: bool = False) -> Exposure | None:
        """Return how much a depends on b, or *back* b on a: in what it sends, or in all its ties."""
        if self.year is None or self.code == "visa_rule":
            return None
        return exposure(self.layer, *self._ends(back), self.year)

    def comparison(self, *, back: bool = False) -> Comparison | None:
        """Return the figure beside those of comparable pairs; None where the layer is not compared."""
        if self.year is None or self.code not in COMPARED:
            return None
        return comparable(self.layer, *self._ends(back), self.year)

    def _ends(self, back: bool) -> tuple[str, str]:
        return (self.pair.b, self.pair.a) if back else (self.pair.a, self.pair.b)

    def write(self, value: float) -> str:
        """Return a figure in words: a rule of entry by its name, else the number with its unit."""
        if not np.isfinite(value):
            return _("not known")
        if self.code == "visa_rule":
            return _(VISA_RULES[round(value)])
        return numbers.value(value, self.spec.unit)

    @property
    def when(self) -> str:
        """The year of the figure; the span of years where they are added up."""
        if self.year is None:
            return ""
        if self.code in SUMMED:
            whole: Layer = self.pair.desk.query(pair_queries.layer, code=self.code, first=0)
            return f"{whole.years[0]}–{whole.years[-1]}"
        return str(self.year)


def share_words(found: Exposure | None) -> str:
    """Return "12.0 %, 3rd of 140" (share, place among the partners); a dash when there is no tie."""
    if found is None:
        return "–"
    return _("{share} %, {place} of {of}").format(
        share=numbers.fixed(100 * found.share), place=numbers.ordinal(found.place), of=found.of
    )
