"""The briefing of one country, or of one unit of an index of one's own."""

from collections.abc import Sequence
from typing import Any

from scidip.findings.exhibits.cooperation import event_years
from scidip.findings.exhibits.cooperation import events as event_exhibits
from scidip.indicators.language.current import N_, _, current
from scidip.indicators.own_index.workspace import Workspace
from scidip.publish.briefs import events, own
from scidip.publish.briefs.brief import Brief, Part
from scidip.publish.briefs.country import case, fields, moves, openings, profile, standing, ties, trend
from scidip.publish.briefs.country.subject import Country
from scidip.publish.briefs.origin import Asked
from scidip.publish.citation import works
from scidip.publish.export.provenance import about

SHEETS = (
    ((("position",),), (("missing",),), (("profile",), ("trend",)), (("extremes",),), (("fields",), ("openness",))),
    ((("partners",),), (("moves",),), (("openings",),), (("events",),), (("panel",),), (("case",),), (("sources",),)),
)
SPARE = {
    "events": N_("Whether an accession changed anything"),
    "openness": N_("Openness and exposure"),
    "fields": N_("Fields of science"),
    "extremes": N_("Strengths and weaknesses"),
    "moves": N_("Researchers who moved"),
}


OWN_SHEETS = (
    ((("position",),), (("missing",),), (("profile",), ("trend",)), (("extremes",),)),
    ((("neighbours",),), (("case",),), (("sources",),)),
)
OWN_SPARE = {code: SPARE[code] for code in ("extremes",)}


def country_brief(asked: Asked, area: str) -> Brief:
    """Return the briefing of *area* (alpha-3 code): six to fifteen parts, the same rules for every country."""
    country = Country(asked, area)
    parts = [
        standing.headline(country),
        standing.position(country) or standing.missing(country),
        profile.dimensions(country),
        profile.radar(country),
        profile.extremes(country),
        trend.trend(country),
        fields.specialisation(country),
        ties.ties(country),
        fields.exposure(country),
        moves.moves(country),
        openings.openings(country),
        what_followed(country),
        standing.neighbours(country) or profile.panel(country),
        case.against(country),
        profile.sources(country),
    ]
    words = (_("science diplomacy"), _("science and technology"), _("composite indicator"), country.name, area)
    return Brief(
        title=_("{name}: briefing on science and technology diplomacy").format(name=country.name),
        kicker=_("{name}: briefing, {year}").format(name=country.name, year=asked.year),
        subject=_("Position, profile, trend, partners and counter-reading, {year}").format(year=asked.year),
        keywords=words,
        stem=asked.stem((area,)),
        sheets=SHEETS,
        spare=SPARE,
        **_common(country, parts),
    )


def own_brief(asked: Asked, area: str, mine: Workspace) -> Brief:
    """Return the briefing of a unit of an index of one's own (its code on the pages), of what its tables hold."""
    country = Country(asked, area)
    parts = [
        standing.headline(country),
        standing.position(country) or standing.missing(country),
        profile.dimensions(country),
        profile.radar(country),
        profile.extremes(country),
        trend.trend(country),
        standing.neighbours(country),
        case.against(country),
        profile.sources(country),
    ]
    named = {"name": country.name, "index": mine.name, "year": asked.year}
    return Brief(
        title=_("{name}: briefing on {index}").format(**named),
        kicker=_("{name} in {index}, an index of the user’s own: briefing, {year}").format(**named),
        subject=_("Position, profile and sources, {year}").format(year=asked.year),
        keywords=(_("composite indicator"), mine.name, country.name, area),
        stem=asked.stem((area,)),
        sheets=OWN_SHEETS,
        spare=OWN_SPARE,
        whose=own.whose(mine),
        **_common(country, parts),
    )


def _common(country: Country, parts: Sequence[Part | None]) -> dict[str, Any]:
    """Return what any briefing on one country says of itself."""
    desk = country.desk
    return {
        "parts": tuple(p for p in parts if p is not None),
        "link": country.link,
        "citation": about(desk.engine, desk.catalogue).citation,
        "year": country.year,
        "data_version": desk.data_version,
        "made": works.today(),
        "language": current().code,
        "direction": current().direction,
        "publisher": desk.agency.name.said(),
    }


def what_followed(country: Country) -> Part | None:
    """Return what followed the accessions of the country."""
    desk, area = country.desk, country.area
    shown = event_exhibits.of_country(desk, area), event_years.of_country(desk, area)
    return events.followed(*shown, country.source, country.link, country.notes)
