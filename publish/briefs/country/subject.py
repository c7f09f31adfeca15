"""The country a briefing is about: its scores, its peers, and what every note must say."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from scidip.figures.rows import row_at
from scidip.figures.text import numbers, sentences
from scidip.findings import counter_reading, peers, profile
from scidip.findings.counter_reading import Objection
from scidip.findings.session import Desk
from scidip.indicators.language.current import _
from scidip.indicators.own_index.workspace import Workspace
from scidip.indicators.vocabulary import oldest_current
from scidip.publish.briefs import own
from scidip.publish.briefs.origin import Asked, source_line
from scidip.store.queries import area_queries, pair_queries, served


@dataclass(frozen=True)
class Country:
    """An area in the year that is asked for."""

    asked: Asked
    area: str

    @property
    def desk(self) -> Desk:
        """Where the figures come from."""
        return self.asked.desk

    @property
    def own(self) -> Workspace | None:
        """The index of one's own that it is a unit of; None in the published one."""
        return self.desk.own

    @property
    def year(self) -> int:
        """The year of the scores."""
        return self.asked.year

    @property
    def name(self) -> str:
        """The name."""
        return self.desk.areas.name(self.area)

    @property
    def spoken(self) -> str:
        """The name inside a sentence."""
        return sentences.in_text(self.name)

    @property
    def link(self) -> str:
        """The address of its page."""
        return self.asked.link("/country", area=self.area)

    def source(self, *codes: str) -> str:
        """Return the source line of some series of pairs."""
        return source_line(self.desk.query(pair_queries.sources, codes=codes))

    @cached_property
    def scores(self) -> pd.DataFrame:
        """The scores of all years (`queries.area_scores`)."""
        frame: pd.DataFrame = self.desk.query(served.area_scores, ref_area=self.area)
        return frame

    @cached_property
    def now(self) -> pd.DataFrame:
        """The scores of the year, by node."""
        return self.scores[self.scores["time_period"] == self.year].set_index("node")

    @property
    def index(self) -> pd.Series | None:
        """The row of the index; None where the area was not looked at."""
        code = self.desk.catalogue.framework.index_code
        return row_at(self.now, code) if code in self.now.index else None

    @cached_property
    def colours(self) -> dict[str, str]:
        """The colour of each node by its code."""
        return own.colours(self.desk.catalogue.framework)

    @property
    def is_scored_anew(self) -> bool:
        """Whether other methodologies can be tried on its scores."""
        return self.own is None or self.own.can_be_varied

    @property
    def is_on_map(self) -> bool:
        """Whether it has a place on the map of the world."""
        return self.own is None or any(u.is_country for u in self.own.units if u.ref_area == self.area)

    def filled(self, row: Any) -> float:
        """Return the share of the figures behind a score that are not of the year itself, or imputed."""
        return float(row["carried_share" if self.own is None else "imputed_share"])

    @property
    def filled_name(self) -> str:
        """What `filled` is called."""
        return _("Of them carried") if self.own is None else _("Figures imputed")

    @property
    def filled_short(self) -> str:
        """What `filled` is called at the head of a narrow column."""
        return _("Carried") if self.own is None else _("Imputed")

    @property
    def known_rule(self) -> str:
        """What is counted as known."""
        if self.own is None:
            return _("Known: share of the figures behind the score that are published. Carried: of an earlier year.")
        return _("Known: share of the figures behind the score that the tables hold. Imputed: share filled in.")

    @property
    def is_ranked(self) -> bool:
        """Whether there is a rank."""
        return self.index is not None and numbers.known(self.index["rank"])

    @cached_property
    def standing(self) -> str:
        """Where it stands, in a sentence."""
        if self.index is None:
            words = _("{name} has no score in {year}: too few figures are published.")
            if self.own is not None:
                words = _("{name} has no score in {year}: the tables have no such row.")
            return sentences.opening(words.format(name=self.spoken, year=self.year))
        ranked = self.index["ranked_areas"]
        of = int(ranked) if numbers.known(ranked) else 0
        return sentences.standing(self.name, self.index, self.year, of)

    @cached_property
    def peers(self) -> tuple[frozenset[str], str]:
        """Its peers by region, and what they are called."""
        return peers.peers(self.desk, self.area, self.year, "region")

    @cached_property
    def profile(self) -> pd.DataFrame:
        """Its dimensions beside the median of the peers (`profile.profile`)."""
        own = self.now["score"] if len(self.now) else pd.Series(dtype=float)
        return profile.profile(self.desk, own, self.peers[0], self.year)

    @cached_property
    def figures(self) -> pd.DataFrame:
        """Its newest figure of each indicator (`area_queries.area_indicators`)."""
        frame: pd.DataFrame = self.desk.query(area_queries.area_indicators, ref_area=self.area, year=self.year)
        return frame

    @cached_property
    def objections(self) -> list[Objection]:
        """The case against its rank, the gravest first; empty without a rank."""
        if not self.is_scored_anew:
            return []
        return counter_reading.against(self.desk, self.area, self.year, self.now)

    @cached_property
    def caveat(self) -> str:
        """How much is known and how old it is."""
        if self.index is None:
            return self.standing if self.own else _("Too few figures are published to score this country.")
        if self.own is not None:
            words = _(
                "Caveat: {known} of the figures behind the index are known, and {imputed} are imputed. {standing}"
            )
            return words.format(
                known=percent(self.index["coverage"]), imputed=percent(self.filled(self.index)), standing=self.standing
            )
        words = _(
            "Caveat: {known} of the figures behind the index are known, and {carried} of those are older than "
            "{current} and count as carried. {standing}"
        )
        return words.format(
            known=percent(self.index["coverage"]),
            carried=percent(self.index["carried_share"]),
            current=oldest_current(self.year),
            standing=self.standing,
        )

    @property
    def counter(self) -> str:
        """The counter-reading in a sentence; nothing where other methodologies cannot be tried."""
        if not self.is_scored_anew:
            return ""
        if self.objections:
            return _("Counter-reading: {sentence}").format(sentence=self.objections[0].sentence)
        return _(
            "Counter-reading: without a rank there is none to dispute; what is missing may matter more than "
            "what is known."
        )

    def notes(self, *own: str, codes: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return the notes of a part: its own, then caveat, counter-reading, and terms of the series it shows."""
        return (*filter(None, own), self.caveat, self.counter, *self.asked.terms(codes))


def percent(share: float) -> str:
    """Return a share of one as "85 %"; a dash when not known."""
    return f"{numbers.fixed(100 * share, 0)} %" if numbers.known(share) else "–"


def plain(value: float) -> float | None:
    """Return a number as a chart holds it: None when there is none."""
    return float(value) if numbers.known(value) else None


def plain_values(column: pd.Series) -> tuple[float | None, ...]:
    """Return a column as a chart holds it: None where there is no number."""
    return tuple(plain(v) for v in column)
