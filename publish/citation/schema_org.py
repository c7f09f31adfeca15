"""What search engines for data read of a page: schema.org Dataset as JSON-LD. Pure: nothing is read here."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from scidip.publish.citation.styles import NAME

SCORES_LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"
FORMATS: Final = (("csv", "text/csv"), ("parquet", "application/vnd.apache.parquet"), ("json", "application/json"))


@dataclass(frozen=True)
class Described:
    """A data set to be described; `withheld` says why its figures may not be passed on, "" when they may."""

    code: str
    name: str
    description: str
    unit: str
    version: str
    citation: str
    technique: str
    page: str
    """Path of its page."""
    files: str
    """Path of its figures in the API, with the filter."""
    licences: tuple[str, ...] = (SCORES_LICENCE,)
    creators: tuple[str, ...] = ()
    years: tuple[int, int] | None = None
    areas: int = 0
    withheld: str = ""
    holder: str = NAME
    """Whose it is."""


def dataset(found: Described, root: str) -> Mapping[str, Any]:
    """Return the Dataset; without a distribution for series whose terms forbid passing them on."""
    base = root.rstrip("/")
    catalogue = {"@type": "DataCatalog", "name": found.holder, "url": f"{base}/downloads"}
    described: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": f"{base}{found.page}",
        "name": found.name,
        "description": found.description,
        "identifier": f"scidip:{found.code}",
        "url": f"{base}{found.page}",
        "license": _one(found.licences),
        "creator": [_body(c) for c in found.creators or (found.holder,)],
        "publisher": _body(found.holder),
        "citation": found.citation,
        "version": found.version,
        "includedInDataCatalog": catalogue,
        "variableMeasured": {
            "@type": "PropertyValue",
            "name": found.name,
            "propertyID": found.code,
            "unitText": found.unit,
        },
        "measurementTechnique": found.technique,
    }
    if found.years:
        described["temporalCoverage"] = f"{found.years[0]}/{found.years[1]}"
    if found.areas:
        place = f"World: up to {found.areas} countries and territories in a year"
        described["spatialCoverage"] = {"@type": "Place", "name": place}
    if found.withheld:
        return {**described, "conditionsOfAccess": found.withheld}
    return {**described, "isAccessibleForFree": True, "distribution": _distribution(f"{base}{found.files}")}


def _distribution(figures: str) -> list[dict[str, str]]:
    """Return the files of a data set, one a format; *figures*: their address without the format."""
    return [
        {"@type": "DataDownload", "name": code, "encodingFormat": mimetype, "contentUrl": f"{figures}&format={code}"}
        for code, mimetype in FORMATS
    ]


def _body(name: str) -> dict[str, str]:
    return {"@type": "Organization", "name": name}


def _one(values: Sequence[str]) -> Any:
    """Return the only value, or the list of several, each once."""
    each = list(dict.fromkeys(values))
    return each[0] if len(each) == 1 else each


def script(described: Mapping[str, Any]) -> str:
    """Return the block of data for the head of a document; no text in it can end the block."""
    text = json.dumps(described, ensure_ascii=False)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return f'<script type="application/ld+json">{text}</script>'
