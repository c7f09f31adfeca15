"""World Bank, governance: the list of database 3, and JSON answers a series; one is not listed any more."""

import json
import re

from tests.replay.answering import Asked, Reply

HOSTS = ("api.worldbank.org",)
WITHDRAWN = "rq"
LISTED = (
    "GOV_WGI_GE.EST",
    "GOV_WGI_GE.STD.ERR",
    "GOV_WGI_RL.EST",
    "GOV_WGI_RL.SC",
    "GOV_WGI_RL.STD.ERR",
    "RL.EST",
    "RQ.STD.ERR",
)
DATABASE = "3"
AREAS = {"PRT": ("PT", "Portugal"), "GRC": ("GR", "Greece"), "": ("XD", "High income"), "TUV": ("TV", "Tuvalu")}
YEARS = (2022, 2023, 2024)
HEAD = {"page": 1, "pages": 1, "per_page": "1000", "total": 4}


def reply(asked: Asked) -> Reply | None:
    if asked.first("format") != "json" or asked.first("source") != DATABASE:
        return None
    if asked.path == "/v2/indicator":
        listed = [{"id": code, "name": code, "source": {"id": DATABASE, "value": "WGI"}} for code in LISTED]
        return Reply(json.dumps([HEAD, listed]).encode())
    found = re.fullmatch(r"/v2/country/all/indicator/((?:GOV_WGI_)?[A-Z]{2}\.(?:EST|STD\.ERR))", asked.path)
    return Reply(answer(found[1])) if found and found[1] in LISTED else None


def answer(code: str) -> bytes:
    """Return a page of records; Tuvalu was not measured, and a group of countries has no ISO3 code and no figure."""
    records = [
        {
            "indicator": {"id": code, "value": code},
            "country": {"id": two, "value": name},
            "countryiso3code": iso3,
            "date": str(year),
            "value": None if iso3 in ("TUV", "") else round(0.1 * n + 0.01 * (year - 2022), 2),
            "unit": "",
            "obs_status": "",
            "decimal": 1,
        }
        for n, (iso3, (two, name)) in enumerate(AREAS.items())
        for year in reversed(YEARS)
    ]
    head = {"page": 1, "pages": 1, "per_page": 32500, "total": len(records), "sourceid": "3"}
    return json.dumps([head | {"lastupdated": "2026-09-25"}, records]).encode()
