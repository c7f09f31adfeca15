"""The pair of a briefing: what is asked of it, and the notes that every part carries."""

from dataclasses import dataclass

from scidip.figures.text import numbers
from scidip.findings import pair_sentences
from scidip.findings.pair import PairView
from scidip.indicators.language.current import N_, _
from scidip.publish.briefs.origin import Asked, source_line
from scidip.store.queries import pair_queries

OLD = 3
"""From so many years before the year of the briefing on, a figure is told to be old."""


COMPARED = N_(
    "Comparable pairs: the 40 whose totals are nearest to those of this pair; their 10th–90th percentile is shown. "
    "The rule knows nothing of distance, language or history."
)


@dataclass(frozen=True)
class Pair:
    """The pair and what is asked of it."""

    asked: Asked
    view: PairView

    @property
    def link(self) -> str:
        """The address of its page."""
        return self.asked.link("/pair", a=self.view.a, b=self.view.b)

    def source(self, *codes: str) -> str:
        """Return the source line of some layers, of all without any named."""
        found = self.view.desk.query(pair_queries.sources, codes=codes or tuple(self.view.ties))
        return source_line(found)

    @property
    def caveat(self) -> str:
        """Which layers say nothing, and which speak of years long past."""
        empty = [_(v.spec.name).lower() for v in self.view.ties.values() if v.year is None]
        old = [
            _("{layer} ({year})").format(layer=_(v.spec.name).lower(), year=min(past))
            for v in self.view.ties.values()
            if (past := [y for y in v.years if y is not None and y <= self.view.year - OLD])
        ]
        told = [_("Caveat: each layer has its own year.")]
        if old:
            told.append(_("Old: {layers}.").format(layers=_(", ").join(old)))
        if empty:
            told.append(_("No figure for this pair: {layers}; that is not zero.").format(layers=_(", ").join(empty)))
        return " ".join(told)

    @property
    def counter(self) -> str:
        """The counter-reading: large numbers may be a weak tie, small ones a strong one."""
        found = pair_sentences.intensities(self.view)
        if found.empty:
            words = _(
                "Counter-reading: no joint publication is in the source, and the source does not hold every work."
            )
            return words
        last, year = found.iloc[-1], int(found.index[-1])
        words = _(
            "Counter-reading: for the size of both, the tie in research weighs {there} times (seen from {a}) "
            "and {back} times (seen from {b}) what it weighs for all others in {year}; the count alone says little."
        )
        a, b = self.view.spoken
        return words.format(
            there=numbers.number(float(last["there"])), back=numbers.number(float(last["back"])), a=a, b=b, year=year
        )

    def notes(self, *own: str, codes: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return the notes of a part: its own, then caveat, counter-reading, and terms of the series it shows."""
        return (*filter(None, own), self.caveat, self.counter, *self.asked.terms(codes))
