"""Units of measure, and the words that follow a number."""

from scidip.indicators.language.current import N_

UNITS: dict[str, str] = {
    "percent": N_("%"),
    "percent_gdp": N_("% of GDP"),
    "percent_population": N_("% of people"),
    "percent_exports": N_("% of manufactured exports"),
    "percent_service_exports": N_("% of service exports"),
    "percent_students": N_("% of tertiary students"),
    "per_million": N_("per million people"),
    "per_hundred": N_("per 100 people"),
    "per_thousand": N_("per 1,000 people"),
    "count": "",
    "people": N_("people"),
    "students": N_("students"),
    "per_thousand_researchers": N_("per 1,000 researchers"),
    "countries": N_("countries"),
    "works": N_("works"),
    "usd": N_("US$"),
    "usd_per_head": N_("US$ per head"),
    "ratio": "",
    "per_mille": N_("‰"),
    "times": N_("times"),
    "index": "",
    "years": N_("years"),
    "share": N_("share (0-1)"),
    "visa_rule": "",
    # group b
    "eur": N_("€"),
    "eur_per_head": N_("€ per head"),
    "yes_no": "",
    # group a
    "points": N_("points"),
    "places": N_("places"),
    "percent_articles": N_("% of articles"),
    "percent_rd": N_("% of spending on R&D"),
    "percent_manufacturing": N_("% of value added in manufacturing"),
    "percent_patents": N_("% of patent applications"),
    "usd_ppp": N_("PPP US$"),
    "km": N_("km"),
}
"""Units of measure by code, with the words that follow a number on screen."""


def unit_words(code: str) -> str:
    """Return the English words of a unit; of one without a code, which a user has declared, those it was given."""
    return UNITS.get(code, code)
