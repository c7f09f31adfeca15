"""The briefing of one country."""

from indicators.language import _, current
from publish import works
from publish.about import about
from publish.briefs import country_profile, country_standing
from publish.briefs.brief import Brief
from publish.briefs.country_subject import Country
from publish.briefs.origin import Asked

SHEETS = (
    ((("position",),), (("missing",),), (("profile",), ("trend",))),
    ((("extremes",),), (("partners",),), (("panel",),), (("case",),), (("sources",),)),
)


def country_brief(asked: Asked, area: str) -> Brief:
    """Return the briefing of *area* (alpha-3 code): six to ten parts, the same rules for every country."""
    country = Country(asked, area)
    parts = [
        country_standing.headline(country),
        country_standing.position(country) or country_standing.missing(country),
        country_profile.dimensions(country),
        country_profile.radar(country),
        country_profile.extremes(country),
        country_profile.trend(country),
        country_profile.ties(country),
        country_standing.neighbours(country) or country_profile.panel(country),
        country_standing.against(country),
        country_profile.sources(country),
    ]
    words = (
        _("science diplomacy"),
        _("science and technology"),
        _("composite indicator"),
        country.name,
        area,
    )
    return Brief(
        title=_("{name}: briefing on science and technology diplomacy").format(name=country.name),
        kicker=_("{name}: briefing, {year}").format(name=country.name, year=asked.year),
        subject=_("Position, profile, trend, partners and counter-reading, {year}").format(year=asked.year),
        keywords=words, parts=tuple(p for p in parts if p is not None), link=country.link,
        citation=about(asked.desk.engine, asked.desk.catalogue).citation, year=asked.year,
        data_version=asked.desk.data_version, made=works.today(), stem=f"scidip-brief-{area}-{asked.year}",
        language=current().code, direction=current().direction, sheets=SHEETS,
    )  # fmt: skip
