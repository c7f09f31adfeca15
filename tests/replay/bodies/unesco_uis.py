"""UNESCO Institute for Statistics: versions, and records a series; a series it does not know is a hint under 200."""

import json

from tests.replay.answering import Asked, Reply

HOSTS = ("api.uis.unesco.org",)
VERSION = "20260907-1a2b3c4d"
WITHDRAWN = "MSEP.5T8"
SERIES = (
    *("26637", "EA.8.AG25T99", "EA.8.AG25T99.F", "GER.5T8", "GER.5T8.GPIA", "MENF.5T8", "MOR.5T8.40510", "MSEP.5T8"),
    "ODAFLOW.VOLUMESCHOLARSHIP",
)


def reply(asked: Asked) -> Reply | None:
    if asked.path == "/api/public/versions/default":
        return Reply(json.dumps({"version": VERSION, "publicationDate": "2026-09-08T10:00:00Z"}).encode())
    codes = asked.query.get("indicator", ())
    if asked.path != "/api/public/data/indicators" or asked.first("version") != VERSION or len(codes) != 1:
        return None
    return Reply(answer(codes[0])) if codes[0] in SERIES else None


def answer(code: str) -> bytes:
    """Return the records of a series: an estimate, a true zero, one that does not apply, and a region."""
    if code == WITHDRAWN:
        hint = {"code": "UIS::HINT::001", "message": f"The indicator could not be found, {code}"}
        return json.dumps({"hints": [hint], "records": [], "indicatorMetadata": []}).encode()
    records = [
        _record(code, "PRT", 2023, 41.5, None, None),
        _record(code, "PRT", 2024, 42.5, None, "UIS_EST"),
        _record(code, "KEN", 2023, None, "NIL", None),
        _record(code, "VAT", 2023, 0, "NA", None),
        _record(code, "GRC", 2023, None, None, None),
        _record(code, "SDG: Africa", 2023, 7.5, None, None),
    ]
    return json.dumps({"hints": [], "records": records, "indicatorMetadata": []}).encode()


def _record(code: str, area: str, year: int, value: float | None, magnitude: str | None, qualifier: str | None) -> dict:
    return {
        "indicatorId": code,
        "geoUnit": area,
        "year": year,
        "value": value,
        "magnitude": magnitude,
        "qualifier": qualifier,
    }
