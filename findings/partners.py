"""The strongest partners of a country, layer by layer."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from scidip.findings.pair import LAYERS, POOLED, SUMMED, first_of, layer_of, span
from scidip.findings.session import Desk
from scidip.indicators.language.current import _
from scidip.indicators.model.catalogue import IndicatorSpec
from scidip.indicators.pairs.layer import Layer

MOST = 5
RANKED = tuple(code for code in LAYERS if code != "visa_rule")
"""Layers with sizes; a rule of entry is the same for many and ranks nobody."""


@dataclass(frozen=True)
class Partners:
    """The ties of a country in one layer and year."""

    spec: IndicatorSpec
    year: int
    ties: pd.Series
    """Figures by partner, the largest first."""
    first: int | None = None
    """The first of the years that are added up under `year`; None in layers of single years."""

    @property
    def top(self) -> pd.Series:
        """The five largest."""
        return self.ties.head(MOST)

    @property
    def when(self) -> str:
        """The year of the figures, in words where all years are added up."""
        return _("all years") if self.spec.code in SUMMED else span(self.first, self.year)

    @property
    def name(self) -> str:
        """What the layer is called; of a directed one, that it is what goes out."""
        name = _(self.spec.name)
        return _("{layer}: to").format(layer=name) if self.spec.directed else name


def own_layer(desk: Desk, code: str, area: str) -> Layer:
    """Return the ties of one area only: for work that asks about no other, and reads nothing else."""
    return layer_of(desk, code, area)


def partners(desk: Desk, area: str, year: int, layer_for: Callable[[str], Layer] | None = None) -> list[Partners]:
    """Return the ties of *area* in every layer that has any, each in its newest full year up to *year*.

    *layer_for* gives the layer of a code that holds the ties of *area*, by default all of them.
    """
    found = []
    for code in RANKED:
        layer = layer_for(code) if layer_for else layer_of(desk, code)
        own = _full_year(layer, area, year)
        if own is not None:
            spec = desk.catalogue.indicators[code]
            first = first_of(desk, code, own) if code in POOLED else None
            found.append(Partners(spec, own, layer.partners(area, own), first))
    return found


def _full_year(layer: Layer, area: str, year: int) -> int | None:
    """Return the newest year up to *year* in which the area has at least half as many partners as in its fullest.

    The newest files of some layers hold a handful of pairs only.
    """
    counts = {y: n for y, n in layer.partner_counts(area).items() if y <= year}
    fullest = max(counts.values(), default=0)
    return max((y for y, n in counts.items() if 2 * n >= fullest), default=None)
