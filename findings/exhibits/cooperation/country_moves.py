"""Researchers who came to a country and who left it, partner by partner, five years together."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from scidip.figures.text import numbers, sentences
from scidip.findings.exhibit import Column, Exhibit, Message, Sentence, Table, area_column
from scidip.findings.exhibits.cooperation import moves_words
from scidip.findings.exhibits.cooperation.moves import NOTES, OPENALEX, SCOPUS, balance_of
from scidip.findings.exhibits.cooperation.moves_words import WINDOW
from scidip.findings.pair import layer_of
from scidip.findings.session import Desk
from scidip.indicators.language.current import N_, _
from scidip.indicators.pairs.balance import Balance
from scidip.indicators.pairs.layer import Layer
from scidip.store.queries import indicator_queries

LARGEST = 10
"""Sources and destinations that are listed, of each the so many largest."""
RESEARCHERS = "researchers"
RATE = "per_thousand_researchers"


@dataclass(frozen=True)
class CountryMoves:
    """What a country's moves add up to, five years together."""

    area: str
    last: int
    """The last of the five years."""
    arrived: pd.Series
    """By the partner they came from, the largest first."""
    left: pd.Series
    """By the partner they went to, the largest first."""
    researchers: float
    """Years of researchers: the researchers of the country in each of the five years, added up; NaN if not known."""

    @property
    def whole(self) -> Balance:
        """All who left, and all who came."""
        return Balance(float(self.left.sum()), float(self.arrived.sum()))

    @property
    def listed(self) -> list[str]:
        """The largest sources and the largest destinations, by all moves with them, the most first."""
        both = {*self.arrived.index[:LARGEST], *self.left.index[:LARGEST]}
        total = {p: self.arrived.get(p, 0.0) + self.left.get(p, 0.0) for p in sorted(both)}
        return sorted(total, key=lambda p: -total[p])

    def rate(self, amount: float) -> float | None:
        """Return moves per thousand researchers and year; None where the producer gives no researchers."""
        return 1000 * amount / self.researchers if self.researchers > 0 else None


def moves_of(desk: Desk, area: str, year: int, layer: Layer | None = None) -> CountryMoves | None:
    """Return the moves of a country in the five years up to *year*, or up to the last; None where none is seen.

    *layer* holds the ties of the country, by default those of all.
    """
    ties = layer_of(desk, SCOPUS) if layer is None else layer
    last = max((y for y in ties.years if y <= year), default=None)
    if last is None or area not in ties.place:
        return None
    arrived, left = ties.partners(area, last, incoming=True), ties.partners(area, last)
    if arrived.empty and left.empty:
        return None
    series = desk.query(indicator_queries.indicator_series, code=RESEARCHERS, areas=(area,))
    stock = series[series["time_period"].between(last - WINDOW + 1, last)]["obs_value"]
    researchers = float(stock.sum()) if len(stock) == WINDOW else float("nan")
    return CountryMoves(area, last, arrived, left, researchers)


def country_moves(desk: Desk, area: str, year: int) -> Exhibit | None:
    """Return the largest sources and destinations of a country's researchers; None where no move is seen."""
    found = moves_of(desk, area, year)
    if found is None:
        return None
    return Exhibit(
        "country_moves",
        Sentence(lambda: finding(desk, found)),
        Message(
            N_("The {n} largest sources and the {n} largest destinations of researchers, {years} together"),
            {"n": LARGEST, "years": moves_words.years(found.last)},
        ),
        Table(N_("Researchers who came and left, by partner"), _columns(desk), tuple(_rows(desk, found))),
        (SCOPUS, RESEARCHERS),
        (
            N_("Net: those who came minus those who left; per thousand researchers of the country and year."),
            N_(
                "Partners without Georgia and the two Congos, which the source mixes up with others; so the sums may "
                "be a little below the country’s own figures of arrivals and departures."
            ),
            *NOTES,
            N_(
                "OpenAlex, net: the same count from the other producer. Where its sign differs, the balance is not "
                "sure."
            ),
        ),
    )


def _columns(desk: Desk) -> tuple[Column, ...]:
    return (
        area_column(desk.areas, "ref_area", N_("Country")),
        area_column(desk.areas, "counterpart_area", N_("Partner")),
        Column("first_period", N_("From year"), "year"),
        Column("time_period", N_("To year"), "year"),
        Column("arrived", N_("Came from there"), unit="people"),
        Column("left", N_("Went there"), unit="people"),
        Column("net", N_("Net"), unit="people"),
        Column("net_rate", N_("Net per 1,000 researchers and year"), unit=RATE, decimals=2),
        Column("net_openalex", N_("OpenAlex, net"), unit="people"),
    )


def _rows(desk: Desk, found: CountryMoves) -> Iterator[tuple[Any, ...]]:
    check = layer_of(desk, OPENALEX)
    for partner in found.listed:
        own = Balance(float(found.left.get(partner, 0.0)), float(found.arrived.get(partner, 0.0)))
        other = balance_of(check, found.area, partner, found.last)
        period = (found.last - WINDOW + 1, found.last)
        yield (
            found.area,
            partner,
            *period,
            own.back,
            own.there,
            own.net,
            found.rate(own.net),
            None if other is None else other.net,
        )


def finding(desk: Desk, found: CountryMoves) -> str:
    """Return from where most came and whereto most went, and what is left of both per thousand researchers."""
    whole = found.whole
    told = {
        "name": sentences.in_text(desk.areas.name(found.area)),
        "years": moves_words.years(found.last),
        "source": _first(desk, found.arrived),
        "destination": _first(desk, found.left),
        "rate": _signed(found.rate(whole.net)),
        "n": numbers.value(whole.back, "count"),
        "m": numbers.value(whole.there, "count"),
    }
    if whole.direction == "few" or found.arrived.empty or found.left.empty:
        words = _("Few researchers moved: {n} came to {name} and {m} left ({years})")
        return sentences.opening(words.format(**told))
    words = _("{n} researchers came to {name} and {m} left ({years})")
    if whole.direction != "even" and found.rate(1.0) is not None:
        words = _("{n} researchers came to {name} and {m} left ({years}), net {rate} per thousand researchers and year")
    ends = _("the largest source is {source}, the largest destination {destination}")
    if told["source"] == told["destination"]:
        ends = _("the largest source and destination is {source}")
    return sentences.opening(_("{count}; {ends}").format(count=words.format(**told), ends=ends.format(**told)))


def _signed(rate: float | None) -> str:
    return "" if rate is None else f"{'+' if rate > 0 else ''}{numbers.fixed(rate, 1)}"


def _first(desk: Desk, ties: pd.Series) -> str:
    return "" if ties.empty else sentences.in_text(desk.areas.name(str(ties.index[0])))
