"""What is shown of openness and exposure: a country by year, and beside all others."""

from typing import Any, Final

from scidip.figures.rows import each_row
from scidip.figures.text import numbers, sentences
from scidip.findings.exhibit import Column, Exhibit, Message, Sentence, Table, area_column
from scidip.findings.exhibits import columns
from scidip.findings.fields.openness import ENOUGH, SIDES, TIES, WORKS, Openness
from scidip.findings.session import Desk
from scidip.indicators.language.current import N_, _

RULE: Final = N_(
    "A work counts with each partner country that has an author in it. Herfindahl index: the squares of the partners’ "
    "shares in all these links added up, 1 where all are with one; 1 over it is the effective number of partners. "
    "Broad or concentrated: in the lowest or the highest third of all countries with {enough} links or more; neither "
    "is better. Works of very many authors link a small country with everybody and make it look broad; a year that was "
    "still being filled is left out."
)
HERFINDAHL: Final = (
    Column("herfindahl", N_("Herfindahl index of partners"), unit="index", decimals=3),
    Column("effective_partners", N_("Effective partners"), unit="countries", decimals=1),
)


def by_year(desk: Desk, area: str, year: int) -> Exhibit | None:
    """Return works, partners and concentration by year, the newest first; None without a year of enough links."""
    openness = Openness(desk, area, year)
    if openness.year is None:
        return None
    heads = (
        area_column(desk.areas),
        columns.YEAR,
        Column("works", N_("International works"), unit="works"),
        Column("links", N_("Links with all partners"), unit="count"),
        Column("partners", N_("Partners"), "integer"),
        *HERFINDAHL,
        area_column(desk.areas, "largest_partner", N_("Largest partner")),
        Column("link_share", N_("Its share in the links"), unit="percent", decimals=1),
        Column("works_share", N_("Its share in the works"), unit="percent", decimals=1),
        Column("works_left", N_("Works without it"), unit="percent", decimals=1),
    )
    shown = openness.by_year[openness.by_year.index <= openness.year].sort_index(ascending=False)
    rows = tuple(
        (
            *(area, int(r.time_period), columns.known(r.works), float(r.links), int(r.partners), *_concentration(r)),
            *(r.largest, float(r.link_share), columns.known(r.works_share), columns.known(r.left)),
        )
        for r in each_row(shown.rename_axis("time_period").reset_index())
    )
    return Exhibit(
        "country_openness",
        Sentence(lambda: finding(openness)),
        Message(N_("Joint publications with all partner countries, {year}"), {"year": openness.year}),
        Table(N_("Openness and exposure by year"), heads, rows),
        (TIES, WORKS),
        (Message(RULE, {"enough": round(ENOUGH)}),),
    )


def _concentration(row: Any) -> tuple[float, float]:
    """Return the cells under HERFINDAHL; 1 over the index as in Laakso & Taagepera (1979), CPS 12: 3-27."""
    return float(row.herfindahl), 1 / float(row.herfindahl)


def finding(openness: Openness) -> str:
    """Return whether the ties are broad or concentrated, who the largest partner is, and what is left without it."""
    now, name = openness.now, openness.desk.areas.name
    words = _("{name}: {side} partnerships; the largest partner, {partner}, has {share} of the links, {year}")
    left = columns.known(now["left"])
    if left is not None:
        words = _(
            "{name}: {side} partnerships; without the largest partner, {partner}, {left} of its international works "
            "would be left, {year}"
        )
    told = words.format(
        name=name(openness.area),
        side=_(SIDES[openness.side]),
        partner=sentences.in_text(name(str(now["largest"]))),
        share=f"{numbers.fixed(float(now['link_share']), 0)} %",
        left=f"{numbers.fixed(left if left is not None else 0.0, 0)} %",
        year=openness.year,
    )
    return sentences.opening(told)


def beside_all(desk: Desk, area: str, year: int) -> Exhibit | None:
    """Return links and concentration of every country with enough of them, the broadest first; None as `by_year`."""
    openness = Openness(desk, area, year)
    if openness.year is None:
        return None
    kinds = desk.areas.kinds
    heads = (
        area_column(desk.areas),
        columns.YEAR,
        Column("links", N_("Links with all partners"), unit="count"),
        *HERFINDAHL,
        Column("territory", N_("A territory"), "flag"),
    )
    listed = openness.others.sort_values("herfindahl", kind="stable").reset_index()
    rows = tuple(
        (r.ref_area, openness.year, float(r.links), *_concentration(r), kinds[r.ref_area] == "territory")
        for r in each_row(listed)
    )
    return Exhibit(
        "openness_of_all",
        N_("Volume and concentration of partnerships"),
        Message(N_("Every country with {n} links or more, {year}"), {"n": round(ENOUGH), "year": openness.year}),
        Table(N_("Volume and concentration of partnerships"), heads, rows),
        (TIES,),
    )
