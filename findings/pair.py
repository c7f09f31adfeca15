"""Two countries and their ties: what a layer says of them, in figures and words."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from scidip.figures.text import numbers, sentences
from scidip.findings.session import Desk
from scidip.indicators.language.current import N_, _
from scidip.indicators.model.catalogue import IndicatorSpec
from scidip.indicators.pairs.layer import Comparison, Exposure, Layer, comparable, exposure
from scidip.store.queries import pair_queries

LAYERS = (
    "copublications",
    "student_flow",
    "researcher_moves",
    "visa_rule",
    "diplomatic_posts",
    "shared_igos",
    "joint_projects",
    "bilateral_agreements",
)
"""The layers of a pair, in the order of the page. Layers that only check another are not among them."""
SUMMED = ("joint_projects",)
"""Layers of things that begin once: all years are added up."""
POOLED = {"researcher_moves": 5, "researcher_moves_openalex": 5}
"""Layers of counts that are small in single years: each year stands for the so many years up to it, added up.

Five years as in the scored figures of researchers who move: most pairs have less than ten moves a year.
"""
CHECKS = ("researcher_moves_openalex",)
"""Layers that check one of the page and are shown beside it."""
COMPARED = ("copublications", "researcher_moves", "diplomatic_posts", "shared_igos", "joint_projects")
"""Layers complete enough for a comparison with other pairs. Of students, only the largest flows are published."""
WHOLE = ("copublications", "student_flow", *SUMMED, "bilateral_agreements")
"""Layers shown from their first year on; of the others only the scored years are read, which is quicker."""
STATUS = {
    "published": N_("published"),
    "not_listed": N_("not in this list"),
    "none_in_source": N_("none in the source"),
    "not_known": N_("not known"),
}
"""How a figure of a pair is known; of a missing one, what that means in its layer."""
MISSING = {"bilateral_agreements": "not_listed", "copublications": "none_in_source"}
"""The status of a missing figure in layers of which something can be said; elsewhere it is not known."""
VISA_RULES = {
    -1: N_("no admission"),
    0: N_("visa needed"),
    1: N_("electronic visa"),
    2: N_("electronic authorisation"),
    3: N_("visa on arrival"),
    4: N_("no visa needed"),
}


def layer_of(desk: Desk, code: str, of: str = "") -> Layer:
    """Return a layer as it is shown, remembered until the figures change: some or all years added up, or single ones.

    With *of* the ties of one area only, which is much quicker; nothing can be said of the others then.
    """
    own = {"of": of} if of else {}
    if code in POOLED:
        together: Layer = desk.query(pair_queries.pooled, code=code, window=POOLED[code], **own)
        return together
    first = 0 if code in WHOLE else desk.years[0] if desk.years else 0
    layer: Layer = desk.query(pair_queries.layer, code=code, first=first, **own)
    return layer.summed if code in SUMMED else layer


def first_of(desk: Desk, code: str, year: int) -> int | None:
    """Return the first of the years that stand together under *year*; None in layers of single years."""
    if code in POOLED:
        return year - POOLED[code] + 1
    if code not in SUMMED:
        return None
    whole: Layer = desk.query(pair_queries.layer, code=code, first=0)
    return int(whole.years[0])


def span(first: int | None, year: int) -> str:
    """Return the year of a figure as it is written, "2016–2020" where several are added up."""
    return str(year) if first is None else numbers.span(first, year)


def figures_between(desk: Desk, codes: Collection[str], a: str, b: str) -> pd.DataFrame:
    """Return what some pair indicators hold of two areas, see `pair_queries.between`; all are asked for at once."""
    first, second = sorted((a, b))
    found: pd.DataFrame = desk.query(pair_queries.between, a=first, b=second)
    return found[found["indicator"].isin(list(codes))]


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
    def years(self) -> tuple[int | None, int | None]:
        """From a to b and back, the newest year up to the page's with a figure of that direction.

        The first later one where there is none, None where that direction is not known at all.
        """
        return self._year_of(False), self._year_of(True)

    def _year_of(self, back: bool) -> int | None:
        years = self.layer.known_years(*self.ends(back))
        return max((y for y in years if y <= self.pair.year), default=min(years, default=None))

    @property
    def year(self) -> int | None:
        """The newer of both years; None where the pair has no figure in either direction."""
        return max((y for y in self.years if y is not None), default=None)

    def value(self, *, back: bool = False) -> float:
        """Return the figure from a to b, or *back*, of that direction's own year; NaN when it is not known."""
        year = self.years[back]
        return float("nan") if year is None else self.layer.value(*self.ends(back), year)

    def exposure(self, *, back: bool = False) -> Exposure | None:
        """Return how much a depends on b, or *back* b on a: in what it sends, or in all its ties."""
        year = self.years[back]
        if year is None or self.code == "visa_rule":
            return None
        return exposure(self.layer, *self.ends(back), year)

    def comparison(self, *, back: bool = False) -> Comparison | None:
        """Return the figure beside those of comparable pairs; None where the layer is not compared."""
        year = self.years[back]
        if year is None or self.code not in COMPARED:
            return None
        return comparable(self.layer, *self.ends(back), year)

    def ends(self, back: bool) -> tuple[str, str]:
        """Return from where to where: a and b, or *back* b and a."""
        return (self.pair.b, self.pair.a) if back else (self.pair.a, self.pair.b)

    @property
    def missing(self) -> str:
        """The status of a figure that is missing in this layer."""
        return MISSING.get(self.code, "not_known")

    def write(self, value: float) -> str:
        """Return a figure in words: a rule of entry by its name, else the number with its unit."""
        if not np.isfinite(value):
            return _(STATUS[self.missing])
        if self.code == "visa_rule":
            return _(VISA_RULES[round(value)])
        return numbers.value(value, self.spec.unit)

    @property
    def one_year(self) -> bool:
        """Whether all that is known of the layer is of one year."""
        return len({y for y in self.years if y is not None}) < 2

    def when_of(self, *, back: bool = False) -> str:
        """The year of the figure of one direction; "" where it is not known."""
        year = self.years[back]
        return "" if year is None else str(year)

    @property
    def first_period(self) -> int | None:
        """The first of the years that are added up; None in layers of single years, and without a figure."""
        return None if self.year is None else first_of(self.pair.desk, self.code, self.year)

    @property
    def when(self) -> str:
        """The year of the figures, both where they differ; the span of years where they are added up."""
        if self.year is None:
            return ""
        if self.one_year or self.code in SUMMED:
            return span(self.first_period, self.year)
        return _("{there} · {back}").format(there=self.years[0], back=self.years[1])

    @property
    def no_figure(self) -> str:
        """Return what it means that the pair has no figure in either direction."""
        if self.code == "bilateral_agreements":
            pairs = self.layer.frame[["ref_area", "counterpart_area"]].drop_duplicates()
            words = _("Not in this list, which holds agreements of {n} pairs. {note}")
            return words.format(n=numbers.number(len(pairs)), note=_(self.spec.note))
        return _("No figure for this pair in the source. {note}").format(note=_(self.spec.note))
