"""World Bank, Worldwide Governance Indicators: estimates of six sides of governance.

Three shapes of file are read:

- the workbook of the 2024 update: one sheet in long form, `code`, `year`, `indicator` (cc, ge,
  pv, rl, rq, va) and `estimate`, where ".." means missing. It keeps codes that the Bank gave up
  elsewhere (ADO, KSV, ROM, TMP, WBG, ZAR) and the Netherlands Antilles;
- the workbook of the 2025 update: the same in long words and on a sheet per dimension, `Economy
  (code)`, `Year`, `Governance dimension`, `Governance estimate (approx. -2.5 to +2.5)`. Updates
  before 2024 had one sheet per indicator in wide form; they are refused;
- the API's JSON answer, one file per indicator. The API renamed RL.EST to GOV_WGI_RL.EST in 2025
  and tells the present name in its list of indicators, and of which of its databases it is. Address: seen in
  many readers, 2026; whether the new codes are of database 3 or 75 they do not agree on, so the list decides.

Estimates are in units of a standard normal distribution, mostly between -2.5 and 2.5.
"""

import functools
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.services.world_bank_answers import API, MOST, answer, refuse_other_series, table_of
from scidip.etl.reading.tables import figures_of
from scidip.etl.reading.vintages import dated
from scidip.etl.reading.workbook import is_workbook, large_sheets
from scidip.etl.source import NotGiven, concat_raw, each, text_of
from scidip.indicators.errors import SourceChanged, SourceRefused
from scidip.indicators.model.source import SourceSpec

if TYPE_CHECKING:
    from scidip.etl.network.client import HttpClient

ID: Final = "worldbank_governance"
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
LONG_NAMES: Final = ("economy (code)", "year", "governance dimension", "governance estimate")
"""COLUMNS in the words of the 2025 update, without the bounds in brackets."""
STATED: Final = ("stddev", "standard error of estimate")
"""What the column of standard errors is called, in either update."""
MISSING: Final = ("", "..")
API_CODE: Final = re.compile(r"(GOV_WGI_)?([A-Z]{2})\.(EST|STD\.ERR)")
ERROR: Final = ".se"
"""What the series of the standard errors of an estimate ends with."""
SIDES: Final = {"EST": "", "STD.ERR": ERROR}
"""What the API calls an estimate and its standard error, and the ending of our series."""
REMEDY: Final = "pass wgidataset.xlsx with --file"


class WorldBankGovernance:
    """Estimates by economy and year; the series are the Bank's two letters, such as rl; rl.se its standard errors."""

    spec = SPEC
    files: tuple[str, ...] = ("wgi-2024/wgidataset.xlsx",)

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot | NotGiven]:
        """Yield the API's answer for each series, under the code it has now."""
        params: dict[str, str | int] = {"source": SOURCE_NUMBER, "format": "json"}
        listing = http.snapshot(
            ID, f"{API}/indicator", name="wgi_indicators.json", params=params | {"per_page": 1000}, begins=b"["
        )
        found = _present_codes(answer(ID, listing, REMEDY).records)

        def ask(series_code: str) -> Snapshot:
            if series_code not in found:
                letters, _, is_error = series_code.upper().partition(".")
                kind = f"standard error {letters}.STD.ERR" if is_error else f"estimate {letters}.EST"
                raise SourceRefused(ID, f"the service lists no {kind}; {REMEDY}", file=listing.name)
            code, database = found[series_code]
            whole = params | {"source": database, "per_page": MOST}
            url = f"{API}/country/all/indicator/{code}"
            given = http.snapshot(ID, url, name=f"wgi_{series_code}.json", params=whole, begins=b"[")
            refuse_other_series(ID, given, table_of(ID, given, answer(ID, given, REMEDY)), code)
            return given

        yield from each(series, ask)

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
                figures_of(best[code][2], best[code][1], {code: "estimate"}, area="code", year="year")
                for code in series
                if code in best
            ]
        )


@functools.lru_cache(maxsize=4)
def _read(snapshot: Snapshot) -> tuple[str, pd.DataFrame]:
    """Return a file's vintage and its table COLUMNS; index: the row in the sheet or answer.

    A workbook takes seconds to open and is asked for twice, so the last ones are kept.
    """
    if is_workbook(snapshot):
        return _workbook(snapshot)
    if text_of(ID, snapshot, "latin-1").lstrip("ï»¿ \r\n\t").startswith(("[", "{")):
        return _records(snapshot)
    raise SourceChanged(
        ID,
        "this is neither the workbook nor an answer of the service; give the workbook as it was "
        f"downloaded (.xlsx) from {SPEC.homepage}",
        file=snapshot.name,
    )


def _workbook(snapshot: Snapshot) -> tuple[str, pd.DataFrame]:
    found, seen = [], []
    for title, rows in large_sheets(ID, snapshot):
        header = [str(cell).strip() if cell is not None else "" for cell in next(rows, ())]
        seen.append(f"{title} ({', '.join(header[:3])})")
        if places := _places(header):
            cells = [[row[p] if p < len(row) else None for p in places] for row in rows]
            found.append(pd.DataFrame(cells, columns=[*COLUMNS, "error"][: len(places)]))
    if not found:
        raise _another_workbook(snapshot, seen)
    # Rows are counted within their sheet, from 2 on: the header is row 1.
    table = pd.concat([t.set_axis(t.index + 2, axis="index") for t in found])
    table = table.dropna(subset=["code"])
    years = pd.to_numeric(table["year"], errors="coerce").dropna()
    if years.empty:
        raise SourceChanged(ID, "no row has a year; download the file again", file=snapshot.name)
    # An update comes out in the year after the newest year in it.
    return str(int(years.max()) + 1), pd.concat([_side(table, "estimate", ""), _side(table, "error", ERROR)])


def _side(table: pd.DataFrame, column: str, ending: str) -> pd.DataFrame:
    """Return COLUMNS with the figures of one *column* as estimates of series with the *ending*; none without it."""
    if column not in table:
        return table.iloc[:0][list(COLUMNS)]
    figures = table[column].mask(table[column].isin(MISSING)).infer_objects()
    return table.assign(estimate=figures, indicator=table["indicator"].astype(str) + ending)[list(COLUMNS)]


def _places(header: Sequence[str]) -> list[int]:
    """Return where COLUMNS stand in the header of a sheet, in the words of any update; [] if not.

    The column of standard errors follows, where there is one.
    """
    words = [name.split(" (approx")[0].lower() for name in header]
    for names, stated in zip((COLUMNS, LONG_NAMES), STATED, strict=True):
        if set(names) <= set(words):
            return [words.index(name) for name in (*names, *({stated} & set(words)))]
    return []


def _another_workbook(snapshot: Snapshot, seen: Sequence[str]) -> SourceChanged:
    return SourceChanged(
        ID,
        f"no sheet begins with the columns {', '.join(COLUMNS)} (2024 update) or {', '.join(LONG_NAMES)} "
        f"(2025 update); there are {'; '.join(seen[:8]) or 'no sheets'}. Updates before 2024 (a "
        "wide sheet per indicator) are not read: run `scidip ingest worldbank_governance` "
        f"without a file, or download the workbook of 2024 or later from {SPEC.homepage}",
        file=snapshot.name,
        row=1,
    )


def _records(snapshot: Snapshot) -> tuple[str, pd.DataFrame]:
    found = answer(ID, snapshot, REMEDY)
    table = table_of(ID, snapshot, found).set_axis(list(COLUMNS), axis="columns")
    return found.updated or dated(snapshot), table.assign(indicator=table["indicator"].map(_letters))


def _letters(code: str) -> str:
    match = API_CODE.fullmatch(code)
    return match[2].lower() + SIDES[match[3]] if match else code


def _present_codes(listed: Sequence[Any]) -> dict[str, tuple[str, str]]:
    """Return code and database of each series by ours; a code of the 2025 revision before an older one."""
    found: dict[str, tuple[str, str]] = {}
    for entry in listed:
        code = str(entry.get("id")) if isinstance(entry, dict) else ""
        match = API_CODE.fullmatch(code)
        if match and (match[1] or _letters(code) not in found):
            database = entry.get("source")
            number = str(database.get("id", "")) if isinstance(database, dict) else ""
            found[_letters(code)] = code, number or str(SOURCE_NUMBER)
    return found


SOURCE = WorldBankGovernance()
