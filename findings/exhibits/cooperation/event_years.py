"""Before and after an event, year by year; and all studies of dated events that are held, for machines and files."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

import pandas as pd

from scidip.findings.events import followed, words
from scidip.findings.events.followed import Followed, Gap, Together, percent
from scidip.findings.exhibit import Column, Exhibit, Message, Sentence, Table, coded
from scidip.findings.exhibits.cooperation.events import EXPECTED
from scidip.findings.pair import PairView
from scidip.findings.session import Desk
from scidip.indicators.events.held import ACCESSIONS, AGREEMENT, AGREEMENTS, KINDS, OF_COUNTRIES, OF_PAIRS
from scidip.indicators.events.study import READINGS
from scidip.indicators.events.works import OUTCOMES
from scidip.indicators.gravity.pair_years import JOINT
from scidip.indicators.language.current import N_

SUBTITLE = N_("{kind}, {n} events together, beside those alike, with the interval of each year. Followed: {outcome}")
EVERY = N_("Every kind of event that is held, and each thing that is followed")
EVENT: Final = coded("event", N_("Event"), KINDS)
OUTCOME: Final = coded("outcome", N_("What is followed"), OUTCOMES)
YEARS: Final = (
    EVENT,
    OUTCOME,
    Column("years_from_event", N_("Years from the event"), "integer"),
    Column("difference", N_("Beside those alike"), unit="percent", decimals=0),
    Column("difference_low", N_("Low end"), unit="percent", decimals=0),
    Column("difference_high", N_("High end"), unit="percent", decimals=0),
    Column("events", N_("Events compared"), "integer"),
)


def of_country(desk: Desk, area: str, _year: int = 0) -> Exhibit | None:
    """Return the years around the newest kind of accession that is studied; None where none of a country's is."""
    return _around(desk, "country_event_years", followed.of_unit(desk, area))


def of_pair(pair: PairView) -> Exhibit | None:
    """Return the years around the agreements of all pairs; None where none of two countries is studied."""
    return _around(pair.desk, "pair_event_years", followed.of_unit(pair.desk, pair.a, pair.b))


def _around(desk: Desk, key: str, found: Sequence[Followed]) -> Exhibit | None:
    lead = next((e for e in found if e.is_studied), None)
    gaps = [] if lead is None else followed.gaps(desk, lead.kind, lead.outcome)
    if lead is None or not gaps:
        return None
    kind, outcome = Sentence(partial(words.kind, lead.kind)), Message(OUTCOMES[lead.outcome])
    together = followed.together(desk, lead.kind, lead.outcome)
    return Exhibit(
        key,
        Sentence(partial(words.by_year, gaps)),
        Message(SUBTITLE, {"kind": kind, "n": max(g.events for g in gaps), "outcome": outcome}),
        Table(N_("Years before and after the event"), YEARS, tuple(_cells(lead.kind, lead.outcome, g) for g in gaps)),
        _series([lead.kind]),
        (Sentence(lambda: f"{words.of_all(together)}."), Message(words.EACH_YEAR)),
    )


def _cells(kind: str, outcome: str, gap: Gap) -> tuple[object, ...]:
    return kind, outcome, gap.lag, *(percent(x) for x in (gap.value, gap.low, gap.high)), gap.events


def _series(kinds: Sequence[str]) -> tuple[str, ...]:
    """Return the series behind the studies of some kinds."""
    joined = [ACCESSIONS[k] for k in kinds if k in ACCESSIONS]
    return (JOINT, *joined, *((AGREEMENTS, *EXPECTED) if AGREEMENT in kinds else ()))


def drawn(shown: Exhibit) -> pd.DataFrame:
    """Return a row for each year: what `figures.cooperation.gaps.chart` draws."""
    column = {c.key: c for c in shown.table.columns}
    rows = [
        (
            r["years_from_event"],
            *(float("nan") if r[k] is None else r[k] for k in ("difference", "difference_low", "difference_high")),
            words.lag(r["years_from_event"]),
            f"<b>{words.lag(r['years_from_event'])}</b><br>{ranged(r)}<br>"
            f"{column['events'].head}: {column['events'].write(r['events'])}",
        )
        for r in shown.table.records()
    ]
    return pd.DataFrame(rows, columns=["time_period", "score", "score_p05", "score_p95", "name", "text"])


def read(shown: Exhibit) -> tuple[tuple[str, ...], list[list[str]]]:
    """Return heads and rows for reading: the year, the difference with its interval, and how many events hold it."""
    head = {c.key: c.head for c in shown.table.columns}
    rows = [[words.lag(r["years_from_event"]), ranged(r), str(r["events"])] for r in shown.table.records()]
    return (head["years_from_event"], head["difference"], head["events"]), rows


def ranged(row: Mapping[str, float | None]) -> str:
    """Return the difference of a year with its interval; without one where there is none."""
    value, low, high = (row[k] for k in ("difference", "difference_low", "difference_high"))
    return words.percentage(value) if low is None else words.ranged(value, low, high)


def studies(desk: Desk) -> Exhibit | None:
    """Return what every study shows, with both tests of the years before; None where none is held."""
    found = [s for s in _held(desk) if s.effect is not None]
    if not found:
        return None
    heads = (
        EVENT,
        OUTCOME,
        *(Column(k, label, unit="percent", decimals=0) for k, label in DIFFERENCE.items()),
        Column("events", N_("Events compared"), "integer"),
        Column("chance", N_("Probability by chance"), unit="share", decimals=2),
        Column("slope_chance", N_("Probability by chance, trend before"), unit="share", decimals=2),
        Column("earlier_chance", N_("Probability by chance, six years earlier"), unit="share", decimals=2),
        coded("reading", N_("Reading of all"), READINGS),
    )
    return Exhibit(
        "event_studies",
        Sentence(partial(words.of_studies, [s.reading for s in found])),
        EVERY,
        Table(N_("Studies of dated events"), heads, tuple(_study(s) for s in found)),
        _series(list(KINDS)),
        tuple(map(Message, (words.RANGES, words.NOT_ALONE, words.CONSORTIA))),
    )


DIFFERENCE: Final = {
    "difference": N_("Beside those alike"),
    "difference_low": N_("Low end"),
    "difference_high": N_("High end"),
}


def _held(desk: Desk) -> list[Together]:
    every = (*((k, o) for k in ACCESSIONS for o in OF_COUNTRIES), *((AGREEMENT, o) for o in OF_PAIRS))
    return [followed.together(desk, kind, outcome) for kind, outcome in every]


def _study(found: Together) -> tuple[object, ...]:
    effect, tests = found.parts["effect"], (found.parts.get("slope"), found.parts.get("earlier"))
    ends = tuple(percent(x) for x in (effect.value, effect.low, effect.high))
    chances = (effect.chance, *(None if t is None else t.chance for t in tests))
    return (found.kind, found.outcome, *ends, effect.events, *chances, found.reading)


def years(desk: Desk) -> Exhibit | None:
    """Return every study year by year from the event; None where none is held."""
    rows = tuple(_cells(s.kind, s.outcome, g) for s in _held(desk) for g in followed.gaps(desk, s.kind, s.outcome))
    if not rows:
        return None
    return Exhibit(
        "event_studies_years",
        N_("Year by year before and after the event"),
        EVERY,
        Table(N_("Years before and after the event"), YEARS, rows),
        _series(list(KINDS)),
        (Message(words.EACH_YEAR),),
    )


OF_WORLD: Final[Mapping[str, Callable[[Desk], Exhibit | None]]] = {
    "event_studies": studies,
    "event_studies_years": years,
}
"""Every exhibit of all events by its key; each returns None where there is nothing to show."""
