"""World Bank, statistical performance: JSON records of one series of the World Development Indicators."""

import json

from tests.replay.answering import Asked, Reply

HOSTS = ("api.worldbank.org",)
CODE = "IQ.SPI.OVRL"
SCORES = {
    ("PRT", 2024): 91.5,
    ("PRT", 2016): 80.25,
    ("KEN", 2024): 66.0,
    ("KEN", 2015): None,
    ("", 2024): 70.0,
    ("WLD", 2024): 69.0,
}


COUNTRIES = {"PRT": ("PT", "ECS"), "KEN": ("KE", "SSF"), "WLD": ("1W", "NA"), "HIC": ("XD", "NA")}


def reply(asked: Asked) -> Reply | None:
    if asked.path == "/v2/country" and asked.first("format") == "json":
        return Reply(countries())
    whole = asked.first("format") == "json" and asked.first("source") == "2"
    return Reply(answer(CODE)) if whole and asked.path == f"/v2/country/all/indicator/{CODE}" else None


def answer(code: str) -> bytes:
    """Return a page of records; the group of countries has no ISO3 code."""
    records = [
        {
            "indicator": {"id": code, "value": "Overall score"},
            "country": {"id": area[:2] or "XD", "value": area},
            "countryiso3code": area,
            "date": str(year),
            "value": score,
            "unit": "",
            "obs_status": "",
            "decimal": 1,
        }
        for (area, year), score in SCORES.items()
    ]
    head = {"page": 1, "pages": 1, "per_page": 32500, "total": len(records), "sourceid": "2"}
    return json.dumps([head | {"lastupdated": "2026-07-13"}, records]).encode()


def countries() -> bytes:
    """Return the list of countries and groups of them."""
    listed = [
        {
            "id": iso3,
            "iso2Code": two,
            "region": {"id": region, "value": "Aggregates" if region == "NA" else "A region "},
        }
        for iso3, (two, region) in COUNTRIES.items()
    ]
    return json.dumps([{"page": 1, "pages": 1, "per_page": "32500", "total": len(listed)}, listed]).encode()
