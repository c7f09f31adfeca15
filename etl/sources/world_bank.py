"""World Bank, World Development Indicators.

Four shapes of file are read:

- the API's CSV download (byte order mark, four lines of preamble, header on line 5, a trailing
  comma on every line) and the zip archive in which the API delivers it. The "Last Updated Date"
  inside is the vintage;
- compact files `country_code,2003,2004,...`, one per series, named after the series. They carry
  no date; they were taken from the Bank on 2025-05-30. Beware: SM.POP.TOTL is migrants;
- the tidy population file `Country Name,Country Code,Year,Value`, taken on 2026-03-06.

Countries and aggregates such as WLD stand side by side. Blank cells (and ".." in exports made
by hand) mean not measured. When several files hold a series only the best one is read: first
the producer's own exports, then the newest vintage. Compact files rank below exports of an
older date, because they were reshaped by a third party and begin in 2003.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pandas as pd

from etl.source import NotGiven, Snapshot, concat_raw, each, raw_frame, require_columns, text_of
from etl.tables import floats, present, read_table, whole_years
from indicators.catalogue import SourceSpec
from indicators.errors import SourceChanged

if TYPE_CHECKING:
    from etl.http import HttpClient

ID: Final = "world_bank"
API: Final = "https://api.worldbank.org/v2/en/indicator/{series}"
SPEC: Final = SourceSpec(
    id=ID,
    title="World Bank WDI",
    publisher="World Bank",
    homepage="https://databank.worldbank.org/source/world-development-indicators",
    licence="CC BY 4.0",
    licence_url="https://creativecommons.org/licenses/by/4.0/",
    citation="World Bank, World Development Indicators",
    area_scheme="iso3",
)

HEADER_LINE: Final = 5
EXPORT_COLUMNS: Final = ("Country Name", "Country Code", "Indicator Name", "Indicator Code")
TIDY_COLUMNS: Final = ("Country Name", "Country Code", "Year", "Value")
TIDY_SERIES: Final = "SP.POP.TOTL"
COMPACT_VINTAGE: Final = "2025-05-30"
TIDY_VINTAGE: Final = "2026-03-06"
MISSING: Final = ["", ".."]

Shape = Literal["export", "compact", "tidy"]


@dataclass(frozen=True)
class _Table:
    """One CSV text: where it came from, its shape, the series in it and its date."""

    file: int
    snapshot: Snapshot
    text: str
    shape: Shape
    series: str
    vintage: str

    @property
    def rank(self) -> tuple[bool, str]:
        return self.shape != "compact", self.vintage


class WorldBank:
    """Yearly figures per economy, in the units of the series; not measured is no row."""

    spec = SPEC
    files: tuple[str, ...] = (
        "wdi-api-2026/*.csv",
        "wdi-api-2025/*.csv",
        "wdi-2025-compact/*.csv",
        "country-reference/population.csv",
    )

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot | NotGiven]:
        """Yield the API's CSV archive of each series; one that was withdrawn is said not to be given."""

        def ask(code: str) -> Snapshot:
            url, params = API.format(series=code), {"downloadformat": "csv"}
            return http.snapshot(ID, url, name=f"API_{code}.zip", params=params, begins=b"PK")

        return each(series, ask)

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the ISO date of the file: its own stamp, or the day it was taken."""
        return _sniff(0, snapshot).vintage

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the figures of *series*, each from its best file only."""
        best: dict[str, _Table] = {}
        for file, snapshot in enumerate(snapshots):
            table = _sniff(file, snapshot)
            known = best.get(table.series)
            if table.series in series and (known is None or table.rank > known.rank):
                best[table.series] = table
        return concat_raw([_figures(best[code]) for code in series if code in best])


def _sniff(file: int, snapshot: Snapshot) -> _Table:
    """Return the table in a file, recognised by its first lines; the figures are not read yet."""
    if snapshot.content.startswith(b"PK") or snapshot.name.lower().endswith(".zip"):
        snapshot = _member(snapshot)
    text = text_of(ID, snapshot)
    # The header and the first figure are enough to know shape, series and date.
    head = list(csv.reader(io.StringIO("\n".join(text.split("\n", 12)[:12])), strict=False))
    first = [cell.strip() for cell in head[0]] or [""]
    if first[0] == "Data Source" or set(EXPORT_COLUMNS[2:]) & {c for line in head for c in line}:
        return _export(_Table(file, snapshot, text, "export", "", ""), head)
    if first[0] == "country_code" and len(first) > 1 and all(map(_is_year, first[1:])):
        stem = snapshot.name.split("/")[-1].removesuffix(".csv")
        return _Table(file, snapshot, text, "compact", stem, COMPACT_VINTAGE)
    if "Country Code" in first and "Year" in first:
        require_columns(ID, snapshot, first, TIDY_COLUMNS)
        return _Table(file, snapshot, text, "tidy", TIDY_SERIES, TIDY_VINTAGE)
    raise SourceChanged(
        ID,
        f"the header {', '.join(first[:6])} is not one of the three known (API download, "
        "country_code with years, or Country Name, Country Code, Year, Value); "
        "use the CSV download of the API",
        file=snapshot.name,
        row=1,
    )


def _export(table: _Table, head: Sequence[Sequence[str]]) -> _Table:
    """Return the table of an API download with its series and date; check where its header is."""
    name = table.snapshot.name
    lines = [i for i, cells in enumerate(head, 1) if "Country Code" in cells]
    if lines and lines[0] != HEADER_LINE:
        raise SourceChanged(
            ID,
            f"the header is on line {lines[0]} instead of line {HEADER_LINE}; download the "
            "CSV again and leave the lines above the table in place",
            file=name,
            row=lines[0],
        )
    found = head[HEADER_LINE - 1] if len(head) >= HEADER_LINE else []
    require_columns(ID, table.snapshot, found, EXPORT_COLUMNS, row=HEADER_LINE)
    if not any(map(_is_year, found)):
        raise SourceChanged(
            ID, "no column is a year; download the CSV again", file=name, row=HEADER_LINE
        )
    stamps = [cells[1] for cells in head[:HEADER_LINE] if cells[:1] == ["Last Updated Date"]]
    if not stamps or not _is_date(stamps[0]):
        raise SourceChanged(
            ID,
            "the Last Updated Date is missing above the header or is not a date like "
            "2026-07-13; download the CSV again",
            file=name,
            row=3,
        )
    place = found.index("Indicator Code")
    if len(head) <= HEADER_LINE or len(head[HEADER_LINE]) <= place:
        raise SourceChanged(
            ID,
            "there is no figure below the header; download the CSV again",
            file=name,
            row=HEADER_LINE,
        )
    return replace(table, series=head[HEADER_LINE][place].strip(), vintage=stamps[0])


def _member(archive: Snapshot) -> Snapshot:
    """Return the table inside an API archive (beside it lie two files of metadata)."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive.content)) as opened:
            names = [n for n in opened.namelist() if re.match(r"API_.*\.csv$", n.split("/")[-1])]
            if names:
                return replace(
                    archive, name=f"{archive.name}/{names[0]}", content=opened.read(names[0])
                )
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise SourceChanged(
            ID, "the archive is damaged or cut short; download it again", file=archive.name
        ) from error
    raise SourceChanged(
        ID,
        "the archive holds no API_*.csv; choose the CSV download of the series",
        file=archive.name,
    )


def _figures(table: _Table) -> pd.DataFrame:
    """Return the raw frame of a table."""
    skipped = HEADER_LINE - 1 if table.shape == "export" else 0
    frame = _read(table, skipped)
    below = skipped + 2
    if table.shape == "tidy":
        return _tidy(table, frame, below)
    area = "Country Code" if table.shape == "export" else "country_code"
    if table.shape == "export":
        _refuse_mixture(table, frame, below)
    years = [c for c in frame.columns if _is_year(c)]
    row, column, value = present(frame[years])
    return raw_frame(
        series=table.series,
        source_area=frame[area].fillna("").str.strip().to_numpy()[row],
        time_period=np.array([int(y) for y in years])[column],
        obs_value=value,
        file=table.file,
        row=row + below,
    )


def _tidy(table: _Table, frame: pd.DataFrame, below: int) -> pd.DataFrame:
    kept = frame[frame["Value"].notna()]
    return raw_frame(
        series=table.series,
        source_area=kept["Country Code"].fillna("").str.strip().to_numpy(),
        time_period=whole_years(kept["Year"]).to_numpy(),
        obs_value=floats(kept["Value"]).to_numpy(),
        file=table.file,
        row=kept.index.to_numpy() + below,
    )


def _read(table: _Table, skipped: int) -> pd.DataFrame:
    """Return all cells; a column of numbers as floats, any other as text, missing marks as NaN."""
    codes = {"Country Code": str, "country_code": str, "Indicator Code": str}
    options = {"skiprows": skipped, "na_values": MISSING, "dtype": codes}
    return read_table(ID, table.snapshot, table.text, **options)


def _refuse_mixture(table: _Table, frame: pd.DataFrame, below: int) -> None:
    codes = frame["Indicator Code"]
    others = np.flatnonzero((codes.notna() & (codes.str.strip() != table.series)).to_numpy())
    if len(others):
        raise SourceChanged(
            ID,
            f"the file mixes {table.series} and {codes.iloc[others[0]]}; pass one file per series",
            file=table.snapshot.name,
            row=int(others[0]) + below,
        )


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.isdecimal()


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


SOURCE = WorldBank()
