"""UNESCO Institute for Statistics: the list of all series, and records of students by origin, several in an answer."""

import json

from tests.replay.answering import Asked, Reply
from tests.replay.bodies.unesco_uis import VERSION

HOSTS = ("api.uis.unesco.org",)
BY = "Inbound internationally mobile students from"
ORIGINS = {
    "26500": f"{BY} Europe: Students from Portugal, both sexes (number)",
    "26501": f"{BY} Europe: Students from Portugal, female (number)",
    "26502": f"{BY} Asia: Students from Hong Kong, Special Administrative Region of China, both sexes (number)",
    "26503": f"{BY} Africa: Students from unknown countries, both sexes (number)",
    "26504": f"{BY} Africa: Students from the United Republic of Tanzania, both sexes (number)",
    "26505": f"{BY} Africa, both sexes (number)",
    "26637": "Total inbound internationally mobile students, both sexes (number)",
    "CR.1": "Completion rate, primary education, both sexes (%)",
}
"""The last of an answer is the total of the host."""
ASKED = ("26500", "26502", "26504", "26637")
STUDENTS = {"26500": 1200, "26502": 40, "26504": None, "26637": 5000}


def reply(asked: Asked) -> Reply | None:
    if asked.first("version") != VERSION:
        return None
    if asked.path == "/api/public/definitions/indicators":
        listed = [{"indicatorCode": code, "name": name, "theme": "EDUCATION"} for code, name in ORIGINS.items()]
        return Reply(json.dumps(listed).encode())
    together = asked.path == "/api/public/data/indicators" and asked.query.get("indicator") == ASKED
    return Reply(answer()) if together and asked.first("geoUnitType") == "NATIONAL" else None


def answer() -> bytes:
    """Return the records of two hosts and, although only countries were asked for, of a region."""
    records = [
        {
            "indicatorId": code,
            "geoUnit": host,
            "year": 2023,
            "value": students,
            "magnitude": None if students else "NIL",
            "qualifier": "NAT_EST" if host == "KEN" else None,
        }
        for host in ("GRC", "KEN", "SDG: Africa")
        for code, students in STUDENTS.items()
    ]
    return json.dumps({"hints": [], "records": records, "indicatorMetadata": []}).encode()
