"""Openness and exposure of a country field by field, in the fields of which joint articles are held by pair."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from scidip.figures.text import numbers, sentences
from scidip.findings.exhibit import Column, Exhibit, Sentence, Table, area_column
from scidip.findings.exhibits import columns
from scidip.findings.exhibits.cooperation.fields import (
    APART_AI,
    HOW_BY_FIELD,
    JOINT,
    ONLY_AI,
    field_column,
    single_years,
)
from scidip.findings.exhibits.cooperation.openness import HERFINDAHL, beside_all, by_year
from scidip.findings.fields.openness import ENOUGH, links_of
from scidip.findings.fields.words import field_name
from scidip.findings.pair import span
from scidip.findings.session import Desk
from scidip.indicators.language.current import N_, _

Row = tuple[Any, ...]


def by_field(desk: Desk, area: str, year: int) -> Exhibit | None:
    """Return links, partners and concentration in each field, the most concentrated first; None where none is held.

    Of the newest year up to *year* in which the field is held; a field with fewer links than `openness.ENOUGH` is left
    out, for shares of so few say nothing.
    """
    single = single_years(desk)
    found = {code: row for code in (*single, *JOINT) if (row := _row(desk, code, area, year)) is not None}
    if not found:
        return None
    rows = sorted(found.values(), key=lambda row: -row[6])
    heads = (
        field_column(desk),
        area_column(desk.areas),
        Column("first_period", N_("From year"), "year"),
        columns.YEAR,
        Column("links", N_("Links with all partners"), unit="count"),
        Column("partners", N_("Partners"), "integer"),
        *HERFINDAHL,
        area_column(desk.areas, "largest_partner", N_("Largest partner")),
        Column("link_share", N_("Its share in the links"), unit="percent", decimals=1),
    )
    return Exhibit(
        "openness_by_field",
        Sentence(lambda: _finding(desk, rows)),
        N_("Joint articles with all partner countries, in the fields of which they are held by pair"),
        Table(N_("Openness and exposure by field"), heads, tuple(rows)),
        tuple(found),
        (HOW_BY_FIELD, *([APART_AI] if found.keys() & JOINT.keys() else [])) if single else (ONLY_AI,),
    )


def _row(desk: Desk, code: str, area: str, year: int) -> Row | None:
    every = links_of(desk, code)
    place = every.areas.get(area)
    when = max((n for n, y in enumerate(every.years) if y <= year), default=None)
    if place is None or when is None or every.links[when, place] < ENOUGH:
        return None
    links, own = float(every.links[when, place]), every.years[when]
    index = float(every.herfindahl[when, place])
    return (
        desk.catalogue.indicators[code].field,
        area,
        JOINT[code][1] if code in JOINT else own,
        own,
        links,
        int(every.partners[when, place]),
        index,
        1 / index,
        every.largest[when][place],
        100 * float(every.most[when, place]) / links,
    )


def _finding(desk: Desk, rows: Sequence[Row]) -> str:
    """Return in which field the ties lie on fewest partners, and with whom most of them are."""
    field, area, first, last, *_rest, largest, share = rows[0]
    words = _("{name} in {field}: the largest partner is {partner}, with {share} of the links, {years}")
    told = words.format(
        name=desk.areas.name(area),
        field=field_name(desk, field),
        partner=sentences.in_text(desk.areas.name(largest)),
        share=f"{numbers.fixed(share, 0)} %",
        years=span(None if first == last else first, last),
    )
    return sentences.opening(told)


OF_COUNTRY: Final[Mapping[str, Callable[[Desk, str, int], Exhibit | None]]] = {
    "country_openness": by_year,
    "openness_of_all": beside_all,
    "openness_by_field": by_field,
}
"""Every exhibit of a country by its key; each returns None where there is nothing to show."""
