"""Students by country of origin and host, as the UNESCO Institute for Statistics gives them.

There is a series for each origin, whose name says which: "Inbound internationally mobile students from Europe:
Students from Serbia, both sexes (number)". The area is the host. One more series is all students from abroad.
"""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.answers.documents import anything
from scidip.etl.reading.services.uis_answers import API, applying, present_version, records, refuse_other_series
from scidip.etl.reading.tables import floats, whole_years
from scidip.indicators.errors import SourceChanged

if TYPE_CHECKING:
    from scidip.etl.network.client import HttpClient

ALL: Final = "26637"
"""The series of all students from abroad; it stands for the origin, too."""
FROM_ORIGIN: Final = re.compile(
    r"Inbound internationally mobile students from [^:]+: Students from (.+), both sexes \(number\)"
)
UNKNOWN: Final = "unknown"
"""Students of a continent whose country is not known have series of their own."""
AT_ONCE: Final = 15
"""Origins in one answer, which holds at most 100 000 records."""
ORIGIN: Final = "origin"
HOST: Final = "geoUnit"


def answers(source: str, http: "HttpClient") -> Iterator[Snapshot]:
    """Yield the list of all series, then the records of every origin, several in an answer."""
    version = present_version(source, http)
    url, name = f"{API}/definitions/indicators", f"uis_indicators_{version}.json"
    definitions = http.snapshot(source, url, name=name, params={"version": version}, begins=b"[")
    codes = [*_origins(source, definitions), ALL]
    yield definitions
    for first in range(0, len(codes), AT_ONCE):
        asked = codes[first : first + AT_ONCE]
        query = urlencode([*(("indicator", c) for c in asked), ("geoUnitType", "NATIONAL"), ("version", version)])
        name = f"uis_students_{first // AT_ONCE + 1:02}_{version}.json"
        answer = http.snapshot(source, f"{API}/data/indicators?{query}", name=name, begins=b"{")
        refuse_other_series(source, answer, records(source, answer), asked)
        yield answer


def tables(source: str, given: Sequence[tuple[int, Snapshot]]) -> Iterator[tuple[int, pd.DataFrame]]:
    """Yield file, and origin, host, period, value and status, of each answer; index: the number of the record.

    The list of the series must be among the answers.
    """
    lists = [file for file, snapshot in given if isinstance(anything(source, snapshot), list)]
    if given and not lists:
        raise SourceChanged(
            source, "the list of the UIS's series is not among the files; pass it as well", file=given[0][1].name
        )
    for file, snapshot in given:
        if file in lists:
            continue
        origins = _origins(source, dict(given)[lists[-1]]) | {ALL: ALL}
        found = applying(records(source, snapshot))
        # What is no country is left out even where the service ignores that it was not asked for.
        country = found[HOST].fillna("").str.fullmatch("[A-Z]{3}")
        found = found[country & found["indicatorId"].isin(list(origins))]
        table = found.assign(
            **{ORIGIN: found["indicatorId"].map(origins)},
            period=whole_years(found["year"]),
            value=floats(found["value"]),
        )
        yield file, table.set_axis(table.index + 1, axis="index")


def _origins(source: str, definitions: Snapshot) -> dict[str, str]:
    """Return the country of origin by the code of its series, from the list of all series."""
    listed = anything(source, definitions)
    entries = [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
    found = {str(e.get("indicatorCode")): FROM_ORIGIN.fullmatch(str(e.get("name"))) for e in entries}
    origins = {code: match[1].removeprefix("the ") for code, match in found.items() if match}
    if not origins:
        raise SourceChanged(
            source, "no series of the list is of students from a country; update the job", file=definitions.name
        )
    return {code: name for code, name in origins.items() if UNKNOWN not in name}
