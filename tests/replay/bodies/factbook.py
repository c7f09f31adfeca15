"""The repository factbook.json: its archive, from the host that GitHub sends on to."""

import io
import json
import zipfile

from tests.replay.answering import ZIP, Asked, Reply

HOSTS = ("github.com", "codeload.github.com")
ARCHIVE = "/factbook/factbook.json/archive/refs/heads/master.zip"
CODELOAD = "/factbook/factbook.json/zip/refs/heads/master"
DAY = (2026, 2, 5, 12, 0, 0)


def reply(asked: Asked) -> Reply | None:
    if (asked.host, asked.path) == ("github.com", ARCHIVE):
        return Reply(b"", "text/html", 302, {"Location": f"https://codeload.github.com{CODELOAD}"})
    return Reply(archive(), ZIP) if (asked.host, asked.path) == ("codeload.github.com", CODELOAD) else None


def archive() -> bytes:
    """Return an archive of four entries and what lies beside them."""
    entries = {
        "east-n-southeast-asia/ch": _entry("China", "PRC", "49 (2025)", "CNSA (2024)", "APEC, IAEA, IHO, WIPO"),
        "europe/gr": _entry("Greece", "Hellenic Republic", "8", "HSC", "EU, IAEA, UNESCO (executive board, 2025), WMO"),
        "africa/ct": _entry("none", "Central African Republic", "NA", "", "WMO&nbsp;"),
        "africa/od": {"Government": {"Country name": {"conventional short form": {"text": "South Sudan"}}}},
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        _put(packed, "factbook.json-master/README.md", "# factbook.json")
        _put(packed, "factbook.json-master/datapackage.json", "{}")
        for place, entry in entries.items():
            _put(packed, f"factbook.json-master/{place}.json", json.dumps(entry))
    return out.getvalue()


def _put(packed: zipfile.ZipFile, name: str, text: str) -> None:
    packed.writestr(zipfile.ZipInfo(name, DAY), text)


def _entry(short: str, long: str, parks: str, agency: str, bodies: str) -> dict:
    return {
        "Government": {
            "Country name": {"conventional short form": {"text": short}, "conventional long form": {"text": long}},
            "International organization participation": {"text": bodies},
        },
        "Environment": {"Geoparks": {"total global geoparks and regional networks": {"text": parks}}},
        "Space": {"Space agency/agencies": {"text": agency}} if agency else {},
    }
