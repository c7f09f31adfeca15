"""Researchers who moved between two countries, as two producers count them: by year, and five years together."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from scidip.findings.exhibit import Column, Exhibit, Message, Sentence, Table, area_column, coded
from scidip.findings.exhibits.cooperation import moves_words
from scidip.findings.exhibits.cooperation.moves_words import DIRECTIONS, PRODUCERS
from scidip.findings.pair import POOLED, PairView, figures_between, layer_of
from scidip.findings.session import Desk
from scidip.indicators.language.current import N_, _
from scidip.indicators.pairs.balance import Balance, TwoCounts
from scidip.indicators.pairs.layer import Layer

SCOPUS, OPENALEX = PRODUCERS
NOTES = (
    N_(
        "A proxy for mobility: a researcher is an author with an affiliation in the files, and a move is a change of "
        "country between two papers. Citizenship is not known, so those who come home count as others do."
    ),
    N_("Years end in 2020: later moves show only with the next paper, and the counts of later years are too low."),
    N_("An institution that is filed under another country from some year on looks like a move of all its authors."),
    N_(
        "The two producers are never added: they see many of the same people. OpenAlex holds more papers and may "
        "take several authors of one name for one who moves."
    ),
)
MATCHED = N_(
    "Net: those who came minus those who left. Matched: moves one way that have a counterpart the other way, the "
    "smaller of the two counts. Whether the same people came back is not in the files."
)


def producer_column(label: str = N_("Producer")) -> Column:
    """Return the column of who counted, by the code of the layer."""
    return Column("indicator", label, "code", names=lambda code: _(PRODUCERS[code]))


def yearly(desk: Desk, code: str, a: str, b: str) -> pd.Series:
    """Return the moves from *a* to *b* by single years, as one producer counts them; empty where it names not both."""
    together = layer_of(desk, code)
    if not {a, b} <= together.place.keys():
        return pd.Series(dtype=float)
    # Of the two only: the single years of all pairs would be kept in memory beside their sums.
    frame = figures_between(desk, [code], a, b)
    frame = frame[frame["ref_area"] == a]
    known = pd.Series(frame["obs_value"].to_numpy(), index=frame["time_period"].to_numpy(), dtype=float)
    return known.reindex(range(together.years[0] - POOLED[code] + 1, together.years[-1] + 1), fill_value=0.0)


def balance_of(layer: Layer, a: str, b: str, year: int) -> Balance | None:
    """Return the moves of two areas both ways in a year of a layer; None where it does not speak of both."""
    if year not in layer.years or not {a, b} <= layer.place.keys():
        return None
    return Balance(layer.value(a, b, year), layer.value(b, a, year))


def periods(desk: Desk, year: int) -> list[int]:
    """Return the last years of five-year periods that do not overlap, the newest ends with *year* or the data."""
    known = layer_of(desk, SCOPUS).years
    last = max((y for y in known if y <= year), default=known[0] if known else 0)
    return [y for y in range(last, 0, -POOLED[SCOPUS]) if y in known]


def counts_of(desk: Desk, a: str, b: str, year: int) -> TwoCounts | None:
    """Return both producers' counts of the five years up to *year*; None where either does not speak of the pair."""
    first, second = (balance_of(layer_of(desk, code), a, b, year) for code in PRODUCERS)
    if first is None or second is None:
        return None
    return TwoCounts(first, second, usual_ratio(desk, year))


def usual_ratio(desk: Desk, year: int) -> float:
    """Return how many times as many moves OpenAlex counts as Scopus in all pairs, the five years up to *year*."""
    first, second = (_total(layer_of(desk, code), year) for code in PRODUCERS)
    return second / first if first else float("nan")


def _total(layer: Layer, year: int) -> float:
    return float(layer.frame.loc[layer.frame["time_period"] == year, "obs_value"].sum())


def moves(pair: PairView) -> Exhibit | None:
    """Return the moves each way by year, of each producer; None where no move is seen, or nothing is known."""
    rows = list(_yearly_rows(pair))
    if not any(row[-1] for row in rows):
        return None
    areas = pair.desk.areas
    columns = (
        producer_column(),
        area_column(areas, "ref_area", N_("From")),
        area_column(areas, "counterpart_area", N_("To")),
        Column("time_period", N_("Year"), "year"),
        Column("obs_value", N_("Researchers who moved"), unit="people"),
    )
    return Exhibit(
        "pair_moves",
        Sentence(lambda: moves_words.finding(pair, *newest(pair))),
        N_("Researchers who moved, by the year of the move; a proxy from the affiliations on their papers"),
        Table(N_("Researchers who moved between the two, by year and producer"), columns, tuple(rows)),
        (SCOPUS,),
        NOTES,
    )


def newest(pair: PairView) -> tuple[TwoCounts | None, int]:
    """Return both producers' counts of the newest five years up to the pair's year, and the last of these."""
    ends = periods(pair.desk, pair.year)
    return (counts_of(pair.desk, pair.a, pair.b, ends[0]), ends[0]) if ends else (None, 0)


def _yearly_rows(pair: PairView) -> Iterator[tuple[Any, ...]]:
    for code in PRODUCERS:
        for a, b in ((pair.a, pair.b), (pair.b, pair.a)):
            series = yearly(pair.desk, code, a, b)
            for year, amount in sorted(zip(series.index, series, strict=True), reverse=True):
                yield (code, a, b, int(year), float(amount))


def balance(pair: PairView) -> Exhibit | None:
    """Return the moves of five years together, both ways, net and matched, as both producers count them."""
    rows = list(_balance_rows(pair))
    if not any(row[5] or row[6] for row in rows):
        return None
    areas, (a, b) = pair.desk.areas, pair.spoken
    way = N_("From {a} to {b}")
    columns = (
        producer_column(),
        area_column(areas, "ref_area", N_("First country")),
        area_column(areas, "counterpart_area", N_("Second country")),
        Column("first_period", N_("From year"), "year"),
        Column("time_period", N_("To year"), "year"),
        Column("moved_there", Message(way, {"a": a, "b": b}), unit="people"),
        Column("moved_back", Message(way, {"a": b, "b": a}), unit="people"),
        Column("net", Message(N_("Net for {a}"), {"a": a}), unit="people"),
        Column("matched", N_("Matched"), unit="people"),
        coded("direction", N_("Which way more"), DIRECTIONS),
    )
    caption = N_("Both ways, five years together, as two producers count them")
    return Exhibit(
        "pair_moves_balance",
        Sentence(lambda: moves_words.agreement(*newest(pair))),
        N_("Five years together: most pairs have so few moves in a year that one person would turn the balance"),
        Table(caption, columns, tuple(rows)),
        (SCOPUS,),
        (MATCHED, Sentence(moves_words.rule)),
    )


def _balance_rows(pair: PairView) -> Iterator[tuple[Any, ...]]:
    for year in periods(pair.desk, pair.year):
        for code in PRODUCERS:
            found = balance_of(layer_of(pair.desk, code), pair.a, pair.b, year)
            if found is not None:
                numbers = (found.there, found.back, found.net, found.matched)
                first = year - POOLED[code] + 1
                yield (code, pair.a, pair.b, first, year, *numbers, found.direction)
