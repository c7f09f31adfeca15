"""The shapes in which the World Bank hands out World Development Indicators, told by their headers.

- export: the API's CSV download of a series (four lines of preamble, header on line 5, a column per
  year); its "Last Updated Date" is the vintage. Saved anew by a spreadsheet of another country it
  is parted by semicolons and has decimal commas and a date like 13/07/2026;
- list: the same with a row per year (`dataformat=list`);
- bulk: WDICSV.csv out of WDI_CSV.zip: the header on line 1, all series, no date;
- databank: an extract of the DataBank: series and years chosen, columns `2023 [YR2023]`, ".." where
  there is nothing, "Last Updated" below the table;
- compact: `country_code,2003,2004,...`, a file per series that is named after it, no date. They were
  reshaped by a third party, so they rank below exports of an older date;
- tidy: the population file `Country Name,Country Code,Year,Value`, no date.
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.packed import unpacked
from scidip.etl.reading.tables import floats, present, read_table, whole_years
from scidip.etl.reading.vintages import dated, order
from scidip.etl.remarks import remark
from scidip.etl.source import raw_frame, require_columns, text_of
from scidip.indicators.errors import SourceChanged

ID: Final = "world_bank"
IN_ARCHIVES: Final = r"^(API_.*|WDICSV|WDIData|.*_Data)\.csv$"
"""The names of the tables in the Bank's archives; beside them lie tables of metadata."""
HEADER_LINE: Final = 5
EXPORT_COLUMNS: Final = ("Country Name", "Country Code", "Indicator Name", "Indicator Code")
LIST_COLUMNS: Final = ("Country Code", "Indicator Code", "Year", "Value")
DATABANK_COLUMNS: Final = ("Country Code", "Series Code")
TIDY_COLUMNS: Final = ("Country Name", "Country Code", "Year", "Value")
TIDY_SERIES: Final = "SP.POP.TOTL"
MISSING: Final = ["", ".."]
YEAR: Final = re.compile(r"(\d{4})( \[YR\1\])?")
LOOKED_AT: Final = 12
"""Lines at the beginning in which a header may stand."""

Shape = Literal["export", "list", "bulk", "databank", "compact", "tidy"]


@dataclass(frozen=True)
class WdiTable:
    """One CSV text: where it came from, its shape and header, and its date."""

    file: int
    snapshot: Snapshot
    text: str
    shape: Shape
    parted: str
    line: int
    """The line of the header."""
    columns: tuple[str, ...]
    vintage: str
    name: str = ""
    """The series of a file that holds one and does not name it in a column."""

    @property
    def rank(self) -> tuple[bool, str]:
        """What the best of several tables of a series is chosen by."""
        return self.shape != "compact", order(self.vintage)

    @property
    def code(self) -> str:
        """The column that names the series, or ""."""
        return next((c for c in ("Indicator Code", "Series Code") if c in self.columns), "")

    @cached_property
    def frame(self) -> pd.DataFrame:
        """All rows; a column of numbers as floats, any other as text; index: the line in the file."""
        texts = {c: str for c in ("Country Code", "country_code", self.code) if c in self.columns}
        options: dict[str, Any] = {
            "skiprows": self.line - 1,
            "na_values": MISSING,
            "dtype": texts,
            "sep": self.parted,
            "decimal": "," if self.parted == ";" else ".",
        }
        if self.shape in ("bulk", "databank"):
            names = {"Country Name", "Indicator Name", "Series Name"}
            options["usecols"] = [c for c in self.columns if c and c not in names]
            # Rows are as long as the header; the check for longer ones needs all columns.
            options["index_col"] = None
        found = read_table(ID, self.snapshot, self.text, **options).rename(columns=str.strip)
        found = found.set_axis(found.index + self.line + 1, axis="index")
        if self.shape == "databank":
            # Below the table stand blank lines and where it comes from.
            found = found[found[self.code].notna()]
        return found

    @cached_property
    def series(self) -> tuple[str, ...]:
        """The series in the file, in order."""
        if not self.code:
            return (self.name,)
        return tuple(self.frame[self.code].dropna().str.strip().unique())

    def figures(self, series: str) -> pd.DataFrame:
        """Return the raw frame of a series."""
        if self.shape == "export":
            self._refuse_mixture()
        rows = self.frame
        if self.code:
            rows = rows[rows[self.code].str.strip() == series]
        return _by_year(self, rows, series) if "Year" in self.columns else _wide(self, rows, series)

    def _refuse_mixture(self) -> None:
        if len(self.series) > 1:
            codes = self.frame[self.code].str.strip()
            others = codes[codes.notna() & (codes != self.series[0])]
            raise SourceChanged(
                ID,
                f"the file mixes {self.series[0]} and {others.iloc[0]}; pass one file per series",
                file=self.snapshot.name,
                row=int(others.index[0]),
            )


def _wide(table: WdiTable, rows: pd.DataFrame, series: str) -> pd.DataFrame:
    area = "country_code" if table.shape == "compact" else "Country Code"
    years = {c: int(m[1]) for c in rows.columns if (m := YEAR.fullmatch(c))}
    row, column, value = present(rows[list(years)])
    return raw_frame(
        series=series,
        source_area=rows[area].fillna("").str.strip().to_numpy()[row],
        time_period=np.array(list(years.values()))[column],
        obs_value=value,
        file=table.file,
        row=rows.index.to_numpy()[row],
    )


def _by_year(table: WdiTable, rows: pd.DataFrame, series: str) -> pd.DataFrame:
    kept = rows[rows["Value"].notna()]
    return raw_frame(
        series=series,
        source_area=kept["Country Code"].fillna("").str.strip().to_numpy(),
        time_period=whole_years(kept["Year"]).to_numpy(),
        obs_value=floats(kept["Value"]).to_numpy(),
        file=table.file,
        row=kept.index.to_numpy(),
    )


def sniff(file: int, snapshot: Snapshot) -> WdiTable:
    """Return the table in a file, recognised by its first lines; the figures are not read yet."""
    inside = unpacked(ID, snapshot, IN_ARCHIVES)
    text = text_of(ID, inside)
    parted = _parted_by(text)
    head = _head(inside, text, parted)
    lines = [i for i, cells in enumerate(head, 1) if {"Country Code", "country_code"} & set(cells)]
    line = lines[0] if lines else 1
    columns = tuple(head[line - 1])
    preamble = head[0][0] == "Data Source"
    made = partial(WdiTable, file=file, snapshot=inside, text=text, parted=parted, line=line, columns=columns)
    if set(DATABANK_COLUMNS) <= set(columns) and _has_years(columns):
        return made(shape="databank", vintage=_databank_date(snapshot, text))
    if preamble or (set(EXPORT_COLUMNS[2:]) & {c for cells in head for c in cells}):
        return _export(snapshot, made, head, lines)
    if columns[0] == "country_code" and len(columns) > 1 and all(map(YEAR.fullmatch, columns[1:])):
        stem = re.sub(r"\.csv(\.gz)?$", "", inside.name.split("/")[-1])
        return made(shape="compact", vintage=dated(snapshot), name=stem)
    if "Country Code" in columns and "Year" in columns:
        require_columns(ID, inside, columns, TIDY_COLUMNS)
        return made(shape="tidy", vintage=dated(snapshot), name=TIDY_SERIES)
    raise SourceChanged(
        ID,
        f"the header {', '.join(head[0][:6])} is not one of those known (API download with a column "
        "or a row per year, WDICSV.csv, DataBank extract, country_code with years, or Country Name, "
        "Country Code, Year, Value); use the CSV download of the API",
        file=inside.name,
        row=1,
    )


def _export(
    snapshot: Snapshot, made: partial[WdiTable], head: Sequence[Sequence[str]], lines: Sequence[int]
) -> WdiTable:
    """Return the table of an API download or of the bulk file; check where its header is."""
    inside, columns = made.keywords["snapshot"], made.keywords["columns"]
    if lines and lines[0] == 1 and _has_years(columns):
        require_columns(ID, inside, columns, EXPORT_COLUMNS)
        _require_figures(inside, head, 1, columns)
        return made(shape="bulk", vintage=dated(snapshot))
    if lines and lines[0] != HEADER_LINE:
        raise SourceChanged(
            ID,
            f"the header is on line {lines[0]} instead of line {HEADER_LINE}; leave the lines above "
            "the table as the Bank writes them, or none",
            file=inside.name,
            row=lines[0],
        )
    found = tuple(head[HEADER_LINE - 1]) if len(head) >= HEADER_LINE else ()
    by_year = set(LIST_COLUMNS) <= set(found)
    require_columns(ID, inside, found, LIST_COLUMNS if by_year else EXPORT_COLUMNS, row=HEADER_LINE)
    if not by_year and not _has_years(found):
        raise SourceChanged(ID, "no column is a year; choose the CSV download", file=inside.name, row=HEADER_LINE)
    stamps = [cells[1] for cells in head[:HEADER_LINE] if cells[:1] == ["Last Updated Date"]]
    stamp = _iso(stamps[0] if stamps else "", day_first=True)
    if not stamp:
        raise SourceChanged(
            ID,
            "the Last Updated Date is missing above the header or is not a date like 2026-07-13; "
            "write it there, or leave out the lines above the header",
            file=inside.name,
            row=3,
        )
    _require_figures(inside, head, HEADER_LINE, found)
    return made(shape="list" if by_year else "export", vintage=stamp)


def _require_figures(snapshot: Snapshot, head: Sequence[Sequence[str]], line: int, columns: Sequence[str]) -> None:
    if len(head) <= line or len(head[line]) <= columns.index("Indicator Code"):
        raise SourceChanged(
            ID,
            "there is no figure below the header; choose a series and countries that have some",
            file=snapshot.name,
            row=line,
        )


def _parted_by(text: str) -> str:
    """Return "," or what a spreadsheet of another country writes instead."""
    start = "\n".join(text.split("\n", LOOKED_AT)[:LOOKED_AT])
    if start.count(";") > start.count(","):
        remark("cells parted by semicolons: a comma is read as the decimal mark")
        return ";"
    return "\t" if start.count("\t") > start.count(",") else ","


def _head(snapshot: Snapshot, text: str, parted: str) -> list[list[str]]:
    """Return the first lines as trimmed cells."""
    start = "\n".join(text.split("\n", LOOKED_AT)[:LOOKED_AT])
    try:
        read = list(csv.reader(io.StringIO(start), delimiter=parted, strict=False))
    except csv.Error as error:
        raise SourceChanged(
            ID, f"the first lines are no table ({error}); use the CSV download of the API", file=snapshot.name, row=1
        ) from error
    return [[cell.strip() for cell in cells] or [""] for cells in read] or [[""]]


def _has_years(columns: Sequence[str]) -> bool:
    return any(map(YEAR.fullmatch, columns))


def _databank_date(snapshot: Snapshot, text: str) -> str:
    """Return the date below an extract, written as month/day/year."""
    found = re.search(r"Last Updated:\s*([\d/-]+)", text[-2000:])
    return (_iso(found[1], day_first=False) if found else "") or dated(snapshot)


def _iso(text: str, *, day_first: bool) -> str:
    """Return a date as ISO, written so or with strokes; "" when it is none."""
    try:
        if parts := re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", text):
            first, second, year = map(int, parts.groups())
            # A number above 12 is a day, whatever the order that is usual.
            day, month = (first, second) if first > 12 or (day_first and second <= 12) else (second, first)
            return date(year, month, day).isoformat()
        return text if date.fromisoformat(text).isoformat() == text else ""
    except ValueError:
        return ""
