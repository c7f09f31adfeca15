"""The briefing of one country."""

from scidip.findings.exhibits.cooperation import event_years
from scidip.findings.exhibits.cooperation import events as event_exhibits
from scidip.indicators.language.current import N_, _, current
from scidip.publish.briefs import events
from scidip.publish.briefs.brief import Brief, Part
from scidip.publish.briefs.country import fields, moves, openings, profile, standing, ties, trend
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
        standing.against(country),
        profile.sources(country),
    ]
    words = (_("science diplomacy"), _("science and technology"), _("composite indicator"), country.name, area)
    return Brief(
        title=_("{name}: briefing on science and technology diplomacy").format(name=country.name),
        kicker=_("{name}: briefing, {year}").format(name=country.name, year=asked.year),
        subject=_("Position, profile, trend, partners and counter-reading, {year}").format(year=asked.year),
        keywords=words,
        parts=tuple(p for p in parts if p is not None),
        link=country.link,
        citation=about(asked.desk.engine, asked.desk.catalogue).citation,
        year=asked.year,
        data_version=asked.desk.data_version,
        made=works.today(),
        stem=f"scidip-brief-{area}-{asked.year}",
        language=current().code,
        direction=current().direction,
        publisher=asked.desk.agency.name.said(),
        sheets=SHEETS,
        spare=SPARE,
    )


def what_followed(country: Country) -> Part | None:
    """Return what followed the accessions of the country."""
    desk, area = country.desk, country.area
    shown = event_exhibits.of_country(desk, area), event_years.of_country(desk, area)
    return events.followed(*shown, country.source, country.link, country.notes)
