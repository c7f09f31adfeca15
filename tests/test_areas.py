"""Areas are resolved exactly or not at all."""

import pycountry
import pytest

from scidip.indicators.model.areas import Areas

HARD = [
    ("Congo", "COG"),
    ("Congo, Rep.", "COG"),
    ("Congo, Dem. Rep.", "COD"),
    ("Democratic Republic of the Congo", "COD"),
    ("Korea, Rep.", "KOR"),
    ("South Korea", "KOR"),
    ("Korea, Dem. People's Rep.", "PRK"),
    ("North Korea", "PRK"),
    ("Côte d'Ivoire", "CIV"),
    ("Cote d'Ivoire", "CIV"),
    ("Côte d’Ivoire", "CIV"),
    ("Ivory Coast", "CIV"),
    ("Turkey", "TUR"),
    ("Türkiye", "TUR"),
    ("Turkiye", "TUR"),
    ("Taiwan, China", "TWN"),
    ("Chinese Taipei", "TWN"),
    ("Kosovo", "XKX"),
    ("Hong Kong SAR, China", "HKG"),
    ("Hong Kong", "HKG"),
    ("Macao", "MAC"),
    ("Viet Nam", "VNM"),
    ("Niger", "NER"),
    ("Nigeria", "NGA"),
    ("Dominica", "DMA"),
    ("Guinea", "GIN"),
    ("Guinea-Bissau", "GNB"),
    ("Equatorial Guinea", "GNQ"),
    ("Papua New Guinea", "PNG"),
    ("Georgia", "GEO"),
    ("Ireland", "IRL"),
    ("Samoa", "WSM"),
    ("American Samoa", "ASM"),
    ("Soviet Union", "SUN"),
    ("Yugoslavia", "YUG"),
]


@pytest.mark.parametrize(("name", "code"), HARD)
def test_a_hard_name_is_resolved(areas: Areas, name: str, code: str) -> None:
    assert areas.resolve("any", name, "name").ref_area == code


@pytest.mark.parametrize("name", ["Wonderland", "", "Kore", "Franc", "Europe", "Guine"])
def test_no_name_is_guessed(areas: Areas, name: str) -> None:
    assert areas.resolve("any", name, "name").ref_area == ""


def test_every_canonical_name_resolves_to_itself_and_to_nothing_else(areas: Areas) -> None:
    for code, name in zip(areas.table["ref_area"], areas.table["name"], strict=True):
        assert areas.resolve("any", name, "name").ref_area == code, name
        assert areas.resolve("any", code, "iso3").ref_area == code


def test_two_letter_codes_resolve_only_where_a_source_uses_them(areas: Areas) -> None:
    assert areas.resolve("any", "NA", "iso2").ref_area == "NAM"
    assert areas.resolve("any", "NA", "iso3").ref_area == ""


def test_every_country_of_iso_3166_is_there(areas: Areas) -> None:
    assert {c.alpha_3 for c in pycountry.countries} <= areas.codes


def test_groups_have_years(areas: Areas) -> None:
    assert len(areas.members("EU", 2019)) == 28
    assert len(areas.members("EU", 2020)) == 27
    assert "HRV" not in areas.members("EU", 2012)


def test_every_form_of_a_name_that_standards_use_is_known(areas) -> None:
    """ "Venezuela, Bolivarian Republic of" is also written with brackets, and in capitals."""
    unknown = set()
    for country in pycountry.countries:
        forms = {getattr(country, a) for a in ("name", "official_name", "common_name") if hasattr(country, a)}
        first, comma, rest = country.name.partition(", ")
        if comma and rest.endswith((" of", " of the", "(U.S.)", "(British)", "China")):
            forms.add(f"{first} ({rest})")
        for form in forms | {form.upper() for form in forms}:
            if country.alpha_3 in areas.codes and areas.resolve("", form, "name").ref_area != country.alpha_3:
                unknown.add(form)
    assert unknown == set()
