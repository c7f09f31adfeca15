"""Nobel Prize laureates: where they worked and where they were born.

Two shapes are read: a CSV with one record per award (`year`, `organization_country`,
`born_country_code`), and the API 2.1 answer `laureates`. In the CSV the word NULL is missing,
texts can run over two lines, and of several affiliations only the first is there; the same one
is taken from the API. Countries of affiliation are names, some of them historical ("USSR (now
Russia)"); births have today's ISO2 code in the CSV and today's country name in the API.

Peace and Literature have no affiliation, organisations no birth.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from etl.source import Snapshot, concat_raw, raw_frame, require_columns, text_of
from indicators.catalogue import SourceSpec
from indicators.errors import SourceChanged

if TYPE_CHECKING:
    from etl.http import HttpClient

ID: Final = "nobel"
API: Final = "https://api.nobelprize.org/2.1/laureates"
PAGE: Final = 500
SPEC: Final = SourceSpec(
    id=ID,
    title="Nobel Prize laureates",
    publisher="Nobel Foundation",
    homepage="https://www.nobelprize.org/organization/developer-zone-2/",
    licence="CC0",
    licence_url="https://creativecommons.org/publicdomain/zero/1.0/",
    citation="Nobel Prize Outreach, Nobel Prize API 2.1",
    area_scheme="name",
)

AFFILIATION: Final = "affiliation"
BIRTH: Final = "birth"
COLUMNS: Final = {AFFILIATION: "organization_country", BIRTH: "born_country_code"}
MISSING: Final = ("", "NULL")


@dataclass(frozen=True)
class _Award:
    """One award to one laureate: its year as written, the areas by series, and where it stands."""

    year: str
    areas: dict[str, str]
    file: int
    row: int


class Nobel:
    """Awards to laureates per area and year (a count); years without an award are no rows."""

    spec = SPEC
    files: tuple[str, ...] = ("nobel/nobel_*.csv",)

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot]:
        """Yield the pages of all laureates."""
        offset, count = 0, 1
        while offset < count:
            params: dict[str, str | int] = {"offset": offset, "limit": PAGE, "format": "json"}
            name = f"laureates_{offset:05d}.json"
            page = http.snapshot(ID, API, name=name, params=params, begins=b"{")
            yield page
            # The links in the answer lead to another host and never end, so pages are counted.
            count = _laureates_in_all(page)
            offset += PAGE

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the year of the newest award in the file."""
        years = [award.year for award in _awards(0, snapshot) if award.year.isdecimal()]
        if not years:
            raise SourceChanged(
                ID, "there is no award with a year; download the file again", file=snapshot.name
            )
        return max(years)

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return counts from the newest file, or from the pages of the API when those are newer."""
        awards = _newest([list(_awards(i, s)) for i, s in enumerate(snapshots)], snapshots)
        found: dict[tuple[str, str, str], list[_Award]] = {}
        for award in awards:
            for code, area in award.areas.items():
                if code in series and area not in MISSING:
                    found.setdefault((code, area, award.year), []).append(award)
        if not found:
            return concat_raw([])
        codes, areas, years = zip(*found, strict=True)
        periods = [int(year) if year.isdecimal() else year for year in years]
        return raw_frame(
            series=list(codes),
            source_area=list(areas),
            time_period=periods,
            obs_value=[float(len(group)) for group in found.values()],
            file=[group[0].file for group in found.values()],
            row=[group[0].row for group in found.values()],
        )


def _newest(by_file: list[list[_Award]], snapshots: Sequence[Snapshot]) -> list[_Award]:
    """Return the awards of one edition: a CSV is one, all pages of the API together are one."""
    editions: dict[str, list[_Award]] = {}
    for awards, snapshot in zip(by_file, snapshots, strict=True):
        key = "api" if _is_answer(snapshot) else snapshot.sha256
        editions.setdefault(key, [])
        editions[key] += [] if key != "api" and editions[key] else awards
    return max(editions.values(), key=_last_year, default=[])


def _last_year(awards: list[_Award]) -> str:
    return max((award.year for award in awards if award.year.isdecimal()), default="")


def _awards(file: int, snapshot: Snapshot) -> Iterator[_Award]:
    return _from_answer(file, snapshot) if _is_answer(snapshot) else _from_table(file, snapshot)


def _is_answer(snapshot: Snapshot) -> bool:
    return snapshot.content[:64].lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"{", b"["))


def _from_table(file: int, snapshot: Snapshot) -> Iterator[_Award]:
    """Yield the awards of the CSV, each with the line its record begins on."""
    reader = csv.reader(io.StringIO(text_of(ID, snapshot), newline=""), strict=True)
    row = 1
    try:
        header = [name.strip() for name in next(reader)]
        require_columns(ID, snapshot, header, ("year", *COLUMNS.values()))
        place = {code: header.index(column) for code, column in COLUMNS.items()}
        year, row = header.index("year"), reader.line_num + 1
        for cells in reader:
            if cells and len(cells) != len(header):
                raise SourceChanged(
                    ID,
                    f"the record has {len(cells)} cells instead of {len(header)}; "
                    "download the file again",
                    file=snapshot.name,
                    row=row,
                )
            if cells:
                areas = {code: cells[i].strip() for code, i in place.items()}
                yield _Award(cells[year].strip(), areas, file, row)
            row = reader.line_num + 1
    except csv.Error as error:
        raise SourceChanged(
            ID,
            "the record does not end (a quotation mark is missing, or the file is cut short); "
            "download the file again",
            file=snapshot.name,
            row=row,
        ) from error


def _from_answer(file: int, snapshot: Snapshot) -> Iterator[_Award]:
    """Yield the awards of an API page, each with the number of its laureate on the page."""
    laureates = _document(snapshot).get("laureates")
    if not isinstance(laureates, list):
        raise SourceChanged(
            ID, "the answer holds no laureates; ask /2.1/laureates again", file=snapshot.name
        )
    for row, laureate in enumerate(laureates, 1):
        birth = laureate.get("birth", {}).get("place", {})
        # One laureate with an unknown place of birth has the country beside `birth`.
        born = _country(birth, "country") or _country(laureate, "birthCountry")
        for prize in laureate.get("nobelPrizes", []):
            worked = _country((prize.get("affiliations") or [{}])[0], "country")
            areas = {AFFILIATION: worked, BIRTH: born}
            yield _Award(str(prize.get("awardYear", "")), areas, file, row)


def _country(place: dict[str, Any], key: str) -> str:
    """Return the English name of today's country of a place, or of the historical one, or ""."""
    for name in (f"{key}Now", key):
        if text := str(place.get(name, {}).get("en", "")).strip():
            return text
    return ""


def _laureates_in_all(page: Snapshot) -> int:
    count = _document(page).get("meta", {}).get("count")
    if not isinstance(count, int):
        raise SourceChanged(
            ID,
            "the answer no longer says how many laureates there are; update the job",
            file=page.name,
        )
    return count


def _document(snapshot: Snapshot) -> dict[str, Any]:
    try:
        document = json.loads(text_of(ID, snapshot))
    except json.JSONDecodeError as error:
        raise SourceChanged(
            ID,
            "the answer is not whole JSON; download it again",
            file=snapshot.name,
            row=error.lineno,
        ) from error
    if not isinstance(document, dict):
        raise SourceChanged(
            ID, "the answer is a list where laureates were expected; ask again", file=snapshot.name
        )
    return document


SOURCE = Nobel()
