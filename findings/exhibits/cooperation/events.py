"""Did it change anything: dated events of a country, or of two, beside those alike that had none."""

from collections.abc import Iterable, Sequence
from functools import partial

from scidip.findings.events import followed, words
from scidip.findings.events.brought import Brought
from scidip.findings.events.followed import Followed, Together, percent
from scidip.findings.exhibit import Column, Exhibit, Message, Sentence, Table, Words, area_column, coded
from scidip.findings.pair import PairView
from scidip.findings.session import Desk
from scidip.indicators.events.held import ACCESSIONS, AGREEMENTS, KINDS
from scidip.indicators.events.lists import Given
from scidip.indicators.events.study import READINGS
from scidip.indicators.events.windows import WHY
from scidip.indicators.events.works import OUTCOMES
from scidip.indicators.gravity.pair_years import JOINT
from scidip.indicators.language.current import N_

SUBTITLE = N_("The years after the event beside the years before, compared with those alike that had no such event")
EXPECTED = ("articles", "distance_km", "shared_igos", "un_ideal_point")
"""Series behind what is expected of a pair, by which pairs alike are chosen."""


def of_country(desk: Desk, area: str, _year: int = 0) -> Exhibit | None:
    """Return the accessions of a country; None where the lists hold none."""
    found = followed.of_unit(desk, area)
    series = (JOINT, *(ACCESSIONS[kind] for kind in dict.fromkeys(e.kind for e in found)))
    caption = N_("Accessions, and what followed")
    return _exhibit(desk, "country_events", found, series, caption, words.COMPARED_COUNTRIES) if found else None


def of_pair(pair: PairView) -> Exhibit | None:
    """Return the agreements of two countries; None where the list holds none."""
    found = followed.of_unit(pair.desk, pair.a, pair.b)
    caption = N_("Agreements, and what followed")
    if not found:
        return None
    return _exhibit(pair.desk, "pair_events", found, (JOINT, AGREEMENTS, *EXPECTED), caption, words.COMPARED_PAIRS)


def _exhibit(
    desk: Desk, key: str, found: Sequence[Followed], series: tuple[str, ...], caption: Words, compared: str
) -> Exhibit:
    kinds = dict.fromkeys((e.kind, e.outcome) for e in found)
    all_of = {k: followed.together(desk, *k) for k in kinds}
    told: list[Words] = []
    lead = next((e for e in found if e.is_studied), None)
    if lead is not None:
        told = [
            Sentence(partial(words.own, desk, lead)),
            Sentence(partial(words.before, all_of[lead.kind, lead.outcome])),
            *map(Message, (compared, words.RANGES, words.NOT_ALONE, words.CONSORTIA)),
        ]
    return Exhibit(
        key,
        Sentence(partial(words.finding, desk, list(found), all_of)),
        SUBTITLE,
        Table(caption, heads(desk), tuple(row(e, all_of[e.kind, e.outcome]) for e in shown(found))),
        series,
        tuple(told),
    )


def list_table(desk: Desk, found: Iterable[Brought], given: Iterable[Given]) -> Table:
    """Return the events of a list that a user brought, with their labels and lines."""
    told = {(g.unit, g.year): (g.line, g.label or None) for g in given}
    columns = (Column("line", N_("Line of the list"), "integer"), Column("label", N_("Label"), "text"))
    rows = [(*told[e.unit, e.year], *row(e, one.together)[1:]) for one in found for e in one.events]
    return Table(N_("Events of the list, and what followed"), (*columns, *heads(desk)[1:]), tuple(rows))


def shown(found: Sequence[Followed]) -> list[Followed]:
    """Return an event with each thing that is followed; one that is not studied in any, once."""
    studied = {(e.kind, e.year) for e in found if e.is_studied}
    once = {(e.kind, e.year): e for e in reversed(found)}
    return [e for e in found if e.is_studied or ((e.kind, e.year) not in studied and once[e.kind, e.year] is e)]


def read(shown_: Exhibit) -> tuple[tuple[str, ...], list[list[str]]]:
    """Return heads and rows for reading: an event, what is followed, and both differences with their ranges."""
    column = {c.key: c for c in shown_.table.columns}
    heads_ = (
        *(column[key].head for key in ("event", "outcome", "difference", "all_difference")),
        column["reading"].head,
    )
    rows = []
    for r in shown_.table.records():
        event = f"{words.kind(r['event'])}, {r['time_period']}"
        if r["not_studied"] is not None:
            rows.append([event, words.left_out(r["not_studied"]), *"–––"])
            continue
        own = words.ranged(r["difference"], r["difference_p05"], r["difference_p95"])
        every = words.ranged(r["all_difference"], r["all_low"], r["all_high"])
        rows.append([event, column["outcome"].write(r["outcome"]), own, every, column["reading"].write(r["reading"])])
    return heads_, rows


def heads(desk: Desk) -> tuple[Column, ...]:
    """Return the columns of an event."""
    return (
        coded("event", N_("Event"), KINDS),
        area_column(desk.areas, "ref_area", N_("Country")),
        area_column(desk.areas, "counterpart_area", N_("Partner")),
        Column("time_period", N_("Year"), "year"),
        coded("outcome", N_("What is followed"), OUTCOMES),
        coded("not_studied", N_("Why it is not compared"), WHY),
        Column("works_before", N_("Works a year before"), unit="works", decimals=0),
        Column("years_after", N_("Years after"), "integer"),
        Column("difference", N_("Beside those alike"), unit="percent", decimals=0),
        Column("difference_p05", N_("Without the event, 5 % point"), unit="percent", decimals=0),
        Column("difference_p95", N_("Without the event, 95 % point"), unit="percent", decimals=0),
        Column("candidates", N_("Those alike"), "integer"),
        Column("controls", N_("The five most alike"), "text"),
        Column("all_difference", N_("All such events"), unit="percent", decimals=0),
        Column("all_low", N_("All such events, low end"), unit="percent", decimals=0),
        Column("all_high", N_("All such events, high end"), unit="percent", decimals=0),
        Column("all_events", N_("Events compared"), "integer"),
        Column("all_chance", N_("Probability by chance"), unit="share", decimals=2),
        coded("reading", N_("Reading of all"), READINGS),
    )


def row(e: Followed, found: Together) -> tuple[object, ...]:
    """Return the cells of an event under `heads`."""
    effect = found.effect if e.is_studied else None
    return (
        e.kind,
        e.unit[0],
        e.unit[1] if len(e.unit) > 1 else None,
        e.year,
        e.outcome,
        e.why or None,
        e.works,
        e.after,
        percent(e.difference),
        percent(e.low),
        percent(e.high),
        e.candidates,
        " ".join(e.controls) or None,
        *(percent(x) for x in ((effect.value, effect.low, effect.high) if effect else (None,) * 3)),
        effect.events if effect else None,
        effect.chance if effect else None,
        found.reading if effect else None,
    )
