"""World Bank, Worldwide Governance Indicators: estimates of six sides of governance.

Two shapes of file are read:

- the workbook of the yearly update: one sheet in long form, `code`, `year`, `indicator` (cc, ge,
  pv, rl, rq, va) and `estimate`, where ".." means missing. It keeps codes that the Bank gave up
  elsewhere (ADO, KSV, ROM, TMP, WBG, ZAR) and the Netherlands Antilles. Updates before 2024 had
  one sheet per indicator in wide form; they are refused;
- the API's JSON answer, one file per indicator. The API renamed RL.EST to GOV_WGI_RL.EST in 2025
  and tells the present name in its list of indicators.

Estimates are in units of a standard normal distribution, mostly between -2.5 and 2.5.
"""

import functools
import io
import json
import re
import zipfile
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

import openpyxl
import pandas as pd
from openpyxl.utils.exceptions import InvalidFileException

from etl.source import Snapshot, concat_raw, text_of
from etl.tables import figures_of
from indicators.catalogue import SourceSpec
from indicators.errors import SourceChanged, SourceError

if TYPE_CHECKING:
    from etl.http import HttpClient

ID: Final = "worldbank_governance"
API: Final = "https://api.worldbank.org/v2"
SOURCE_NUMBER: Final = 3
SPEC: Final = SourceSpec(
    id=ID,
    kind="judgement",
    title="World Bank WGI",
    publisher="World Bank",
    homepage="https://www.worldbank.org/en/publication/worldwide-governance-indicators",
    licence="CC BY 4.0",
    licence_url="https://creativecommons.org/licenses/by/4.0/",
    citation="World Bank, Worldwide Governance Indicators",
    area_scheme="iso3",
)
COLUMNS: Final = ("code", "year", "indicator", "estimate")
MISSING: Final = ("", "..")
API_CODE: Final = re.compile(r"(?:GOV_WGI_)?([A-Z]{2})\.EST")


class WorldBankGovernance:
    """Estimates by economy and year; the series are the Bank's two letters, such as rl."""

    spec = SPEC
    files: tuple[str, ...] = ("wgi-2024/wgidataset.xlsx",)

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot]:
        """Yield the API's answer for each series, under the code it has now."""
        params: dict[str, str | int] = {"source": SOURCE_NUMBER, "format": "json"}
        listing = http.snapshot(
            ID,
            f"{API}/indicator",
            name="wgi_indicators.json",
            params=params | {"per_page": 1000},
            begins=b"[",
        )
        found = {
            match[1].lower(): str(entry["id"])
            for entry in _answer(listing)[1]
            if (match := API_CODE.fullmatch(str(entry.get("id"))))
        }
        for code in series:
            if code not in found:
                raise SourceChanged(
                    ID,
                    f"the service lists no estimate {code.upper()}.EST; pass wgidataset.xlsx "
                    "with --file",
                    file=listing.name,
                )
            url = f"{API}/country/all/indicator/{found[code]}"
            name = f"wgi_{code}.json"
            yield http.snapshot(
                ID, url, name=name, params=params | {"per_page": 32_500}, begins=b"["
            )

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the day the answer was last updated, or the year of the update of a workbook."""
        return _read(snapshot)[0]

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the estimates of *series*, each from the newest file that holds it."""
        best: dict[str, tuple[str, int, pd.DataFrame]] = {}
        for file, snapshot in enumerate(snapshots):
            vintage, table = _read(snapshot)
            for code, rows in table.groupby("indicator", sort=False):
                known = best.get(str(code))
                if code in series and (known is None or vintage > known[0]):
                    best[str(code)] = vintage, file, rows
        return concat_raw(
            [
                figures_of(
                    best[code][2], best[code][1], {code: "estimate"}, area="code", year="year"
                )
                for code in series
                if code in best
            ]
        )


@functools.lru_cache(maxsize=4)
def _read(snapshot: Snapshot) -> tuple[str, pd.DataFrame]:
    """Return a file's vintage and its table COLUMNS; index: the row in the sheet or answer.

    A workbook takes seconds to open and is asked for twice, so the last ones are kept.
    """
    if snapshot.content.startswith(b"PK"):
        return _workbook(snapshot)
    if text_of(ID, snapshot, "latin-1").lstrip("ï»¿ \r\n\t").startswith(("[", "{")):
        return _records(snapshot)
    raise SourceChanged(
        ID,
        "this is neither the workbook nor an answer of the service; use wgidataset.xlsx",
        file=snapshot.name,
    )


def _workbook(snapshot: Snapshot) -> tuple[str, pd.DataFrame]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(snapshot.content), read_only=True, data_only=True)
        rows = _long_sheet(snapshot, book)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, EOFError, OSError) as error:
        raise SourceChanged(
            ID,
            "the workbook is damaged or no workbook at all; download it again",
            file=snapshot.name,
        ) from error
    header = [str(cell) for cell in rows[0]]
    table = pd.DataFrame(rows[1:], columns=header)[list(COLUMNS)]
    table = table.set_axis(table.index + 2, axis="index").dropna(subset=["code"])
    years = pd.to_numeric(table["year"], errors="coerce").dropna()
    if years.empty:
        raise SourceChanged(ID, "no row has a year; download the file again", file=snapshot.name)
    estimate = table["estimate"].mask(table["estimate"].isin(MISSING)).infer_objects()
    # An update comes out in the year after the newest year in it.
    return str(int(years.max()) + 1), table.assign(estimate=estimate)


def _long_sheet(snapshot: Snapshot, book: openpyxl.Workbook) -> list[tuple[Any, ...]]:
    """Return the rows of the sheet that is in long form."""
    for sheet in book.worksheets:
        first = next(sheet.iter_rows(max_row=1, values_only=True), ())
        if set(COLUMNS) <= set(first):
            return list(sheet.iter_rows(values_only=True))
    raise SourceChanged(
        ID,
        f"no sheet begins with the columns {', '.join(COLUMNS)}; there are "
        f"{', '.join(book.sheetnames)}. Updates before 2024 have one sheet per indicator; use "
        "wgidataset.xlsx of a later one",
        file=snapshot.name,
        row=1,
    )


def _records(snapshot: Snapshot) -> tuple[str, pd.DataFrame]:
    head, records = _answer(snapshot)
    table = pd.DataFrame(
        [
            (
                # Some groups of countries have no ISO3 code; the Bank's own code says which.
                record["countryiso3code"] or record["country"]["id"],
                record["date"],
                _letters(str(record["indicator"]["id"])),
                record["value"],
            )
            for record in records
        ],
        columns=list(COLUMNS),
    )
    return str(head.get("lastupdated", "")), table.set_axis(table.index + 1, axis="index")


def _letters(code: str) -> str:
    match = API_CODE.fullmatch(code)
    return match[1].lower() if match else code


def _answer(snapshot: Snapshot) -> tuple[dict[str, Any], list[Any]]:
    """Return head and records of an answer; the service tells errors under status 200."""
    try:
        answer = json.loads(text_of(ID, snapshot))
    except json.JSONDecodeError as error:
        raise SourceChanged(
            ID,
            "the answer is not whole JSON; download it again",
            file=snapshot.name,
            row=error.lineno,
        ) from error
    head = answer[0] if isinstance(answer, list) and answer else {}
    if isinstance(head, dict) and "message" in head:
        told = "; ".join(str(m.get("value", m)) for m in head["message"])
        raise SourceError(
            ID, f"the service says: {told}; pass wgidataset.xlsx with --file", file=snapshot.name
        )
    if not isinstance(answer, list) or len(answer) != 2 or not isinstance(answer[1], list):
        raise SourceChanged(
            ID, "the answer holds no records; ask again or update the job", file=snapshot.name
        )
    if int(head.get("pages", 1)) > 1:
        raise SourceChanged(
            ID, "the answer is one page of several; ask for more per page", file=snapshot.name
        )
    return head, answer[1]


SOURCE = WorldBankGovernance()
