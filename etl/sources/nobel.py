"""Nobel Prize laureates: where they worked and where they were born.

Two shapes are read: a CSV with one record per award (`year`, `category`, `full_name`, `organization_country`,
`born_country_code`), and the API 2.1 answer `laureates`. In the CSV the word NULL is missing, texts can run over two
lines, and of several institutions only the first is there; the API names all. Countries of institutions are names,
some of them historical ("USSR (now Russia)"); births have today's ISO2 code in the CSV and today's country name in
the API.

Institutions count for the prizes of science and economics only. Peace and literature are given to a person or a
body, and an employer that is named beside such a prize says nothing about research. A laureate counts once, whole,
in every country in which they had an institution. Where the producer names an institution without a country, that
of `data/curated/nobel_institutions.csv` counts. Births are those of all six prizes; organisations have none.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.answers.documents import document
from scidip.etl.source import concat_raw, raw_frame, require_columns, text_of
from scidip.indicators.errors import SourceChanged
from scidip.indicators.model.source import SourceSpec

if TYPE_CHECKING:
    from scidip.etl.network.client import HttpClient

ID: Final = "nobel"
API: Final = "https://api.nobelprize.org/2.1/laureates"
PAGE: Final = 500
MOST: Final = 5_000
"""Laureates that are read at most; there were a thousand in 2025."""
SPEC: Final = SourceSpec(
    id=ID,
    kind="official",
    title="Nobel Prize laureates",
    publisher="Nobel Foundation",
    homepage="https://www.nobelprize.org/organization/developer-zone-2/",
    licence="CC0",
    licence_url="https://creativecommons.org/publicdomain/zero/1.0/",
    citation="Nobel Prize Outreach, Nobel Prize API 2.1",
    area_scheme="name",
    months=12,
)

AFFILIATION: Final = "affiliation"
BIRTH: Final = "birth"
COLUMNS: Final = {AFFILIATION: "organization_country", BIRTH: "born_country_code"}
MISSING: Final = ("", "NULL")
OF_RESEARCH: Final = frozenset(
    {"Physics", "Chemistry", "Medicine", "Physiology or Medicine", "Economics", "Economic Sciences"}
)
"""The prizes whose laureates' institutions count, as the CSV and the API name them."""
OTHERS: Final = frozenset({"Peace", "Literature"})
INSTITUTIONS: Final = Path(__file__).resolve().parents[2] / "data" / "curated" / "nobel_institutions.csv"


@dataclass(frozen=True)
class _Award:
    """One award to one laureate: its year as written, the areas by series, and where it stands."""

    year: str
    areas: dict[str, tuple[str, ...]]
    file: int
    row: int


class Nobel:
    """Awards to laureates per area and year (a count); years without an award are no rows."""

    spec = SPEC
    files: tuple[str, ...] = ("nobel/nobel_*.csv",)

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot]:
        """Yield the pages of all laureates."""
        seen: set[str] = set()
        for offset in range(0, MOST, PAGE):
            params: dict[str, str | int] = {"offset": offset, "limit": PAGE, "format": "json"}
            page = http.snapshot(ID, API, name=f"laureates_{offset:05d}.json", params=params, begins=b"{")
            # The links in the answer lead to another host and never end, so laureates are counted.
            count = _laureates_in_all(page)
            new = _ids(page)
            if len(seen) < count and (not new or new & seen):
                raise SourceChanged(
                    ID, f"the page gives no new laureates, with {len(seen)} of {count} read; ask again", file=page.name
                )
            yield page
            seen |= new
            if len(seen) >= count:
                return
        raise SourceChanged(ID, f"there are more than {MOST:,} laureates, which cannot be; ask again")

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the year of the newest award in the file."""
        years = [award.year for award in _awards(0, snapshot) if award.year.isdecimal()]
        if not years:
            raise SourceChanged(ID, "there is no award with a year; download the file again", file=snapshot.name)
        return max(years)

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return counts from the newest file, or from the pages of the API when those are newer."""
        awards = _newest([list(_awards(i, s)) for i, s in enumerate(snapshots)], snapshots)
        found: dict[tuple[str, str, str], list[_Award]] = {}
        for award in awards:
            for code, areas in award.areas.items():
                # Two institutions in one country are one laureate there.
                for area in dict.fromkeys(a for a in areas if a not in MISSING):
                    if code in series:
                        found.setdefault((code, area, award.year), []).append(award)
        if not found:
            return concat_raw([])
        codes, places, years = zip(*found, strict=True)
        periods = [int(year) if year.isdecimal() else year for year in years]
        return raw_frame(
            series=list(codes),
            source_area=list(places),
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
        wanted = ("year", "category", "full_name", *COLUMNS.values())
        require_columns(ID, snapshot, header, wanted)
        place = {column: header.index(column) for column in wanted}
        row = reader.line_num + 1
        for cells in reader:
            if cells and len(cells) != len(header):
                raise SourceChanged(
                    ID,
                    f"the record has {len(cells)} cells instead of {len(header)}; download the file again",
                    file=snapshot.name,
                    row=row,
                )
            if cells:
                record = {column: cells[i].strip() for column, i in place.items()}
                yield _Award(record["year"], _of_record(snapshot, row, record), file, row)
            row = reader.line_num + 1
    except csv.Error as error:
        raise SourceChanged(
            ID,
            "the record does not end (a quotation mark is missing, or the file is cut short); download the file again",
            file=snapshot.name,
            row=row,
        ) from error


def _of_record(snapshot: Snapshot, row: int, record: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """Return the areas of a record of the CSV by series."""
    worked = record[COLUMNS[AFFILIATION]]
    if worked in MISSING:
        worked = _institutions().get((record["year"], record["full_name"]), "")
    counts = _counts(snapshot, row, record["category"])
    return {AFFILIATION: (worked,) if counts else (), BIRTH: (record[COLUMNS[BIRTH]],)}


def _counts(snapshot: Snapshot, row: int, category: str) -> bool:
    """Return whether institutions count for a prize; without a name of the prize they do.

    Raises SourceChanged for a prize that is not known.
    """
    if category and category not in OF_RESEARCH | OTHERS:
        known = ", ".join(sorted(OF_RESEARCH | OTHERS))
        raise SourceChanged(
            ID,
            f"the prize {category!r} is not among {known}; add it to the job once it is clear whether "
            "institutions count for it",
            file=snapshot.name,
            row=row,
        )
    return category not in OTHERS


@cache
def _institutions() -> dict[tuple[str, str], str]:
    """Return, by year and laureate, the country of an institution that the producer names without one."""
    with INSTITUTIONS.open(encoding="utf-8", newline="") as lines:
        return {(r["year"], r["laureate"]): r["country"] for r in csv.DictReader(lines)}


def _from_answer(file: int, snapshot: Snapshot) -> Iterator[_Award]:
    """Yield the awards of an API page, each with the number of its laureate on the page."""
    laureates = _document(snapshot).get("laureates")
    if not isinstance(laureates, list):
        raise SourceChanged(ID, "the answer holds no laureates; ask /2.1/laureates again", file=snapshot.name)
    for row, laureate in enumerate(laureates, 1):
        # The producer writes null, or nothing at all, for what is not known.
        birth = (laureate.get("birth") or {}).get("place") or {}
        # One laureate with an unknown place of birth has the country beside `birth`.
        born = _country(birth, "country") or _country(laureate, "birthCountry")
        name = str((laureate.get("fullName") or laureate.get("knownName") or {}).get("en") or "")
        for prize in filter(None, laureate.get("nobelPrizes") or []):
            year = str(prize.get("awardYear") or "")
            worked = tuple(_country(a or {}, "country") for a in prize.get("affiliations") or [])
            if not any(worked):
                worked = (_institutions().get((year, name), ""),)
            category = str((prize.get("category") or {}).get("en") or "")
            counts = _counts(snapshot, row, category)
            yield _Award(year, {AFFILIATION: worked if counts else (), BIRTH: (born,)}, file, row)


def _country(place: dict[str, Any], key: str) -> str:
    """Return the English name of today's country of a place, or of the historical one, or ""."""
    for name in (f"{key}Now", key):
        if text := str((place.get(name) or {}).get("en") or "").strip():
            return text
    return ""


def _laureates_in_all(page: Snapshot) -> int:
    meta = _document(page).get("meta")
    count = meta.get("count") if isinstance(meta, dict) else None
    if not isinstance(count, int):
        raise SourceChanged(
            ID, "the answer no longer says how many laureates there are; update the job", file=page.name
        )
    return count


def _ids(page: Snapshot) -> set[str]:
    """Return the numbers of the laureates on a page; each must have its own."""
    laureates = _document(page).get("laureates")
    known = laureates if isinstance(laureates, list) else []
    ids = {str(one.get("id") or "") for one in known if isinstance(one, dict)}
    if "" in ids or len(ids) != len(known):
        raise SourceChanged(
            ID, "two laureates have one number, or one has none; ask /2.1/laureates again", file=page.name
        )
    return ids


def _document(snapshot: Snapshot) -> dict[str, Any]:
    return document(ID, snapshot, "laureates")


SOURCE = Nobel()
