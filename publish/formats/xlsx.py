"""Excel: sheets of data, notes, sources and methodology; the first row stays in sight."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import IO, Any

from xlsxwriter import Workbook

from scidip.publish.export.tables import Table
from scidip.publish.export.writing import Format, through_file
from scidip.publish.formats.csv import safe

ROWS_PER_SHEET = 1_048_575
NUMBERS = {"number": "#,##0.00##", "integer": "#,##0", "year": "0"}
WIDTHS = {"text": 18, "number": 14, "integer": 12, "year": 12, "boolean": 10}
ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
LONGEST = 32_767
"""Letters a cell may hold."""
OPTIONS = {
    # Rows go to disk as they come; texts are never taken for formulas, numbers or links.
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "nan_inf_to_errors": False,
}


def pieces(table: Table) -> Iterator[bytes]:
    """Yield the table as a workbook; more rows than a sheet holds go on in further sheets."""

    def write(file: IO[bytes]) -> None:
        with Workbook(file, OPTIONS) as book:
            _data(book, table)
            _sheet(book, "notes", ("Column", "What it holds"), [(c.name, c.title) for c in table.columns])
            _about(book, table)

    return through_file(write)


def _about(book: Workbook, table: Table) -> None:
    told = table.about
    head = ("Source or series", "Licence", "Please cite", "Cite, short")
    _sheet(book, "sources", head, [*((*s, "") for s in told.sources), *told.series])
    _sheet(
        book,
        "methodology",
        ("What", "Value"),
        [
            ("Methodology", told.methodology),
            ("Methodology digest", told.methodology_digest),
            ("Data version", told.data_version),
            ("Licence", told.licence),
            ("Citation", told.citation),
            ("Citation, short", told.citation_short),
        ],
    )


def _data(book: Workbook, table: Table) -> None:
    formats = [book.add_format({"num_format": NUMBERS[c.kind]}) if c.kind == "number" else None for c in table.columns]
    widths = [WIDTHS[c.kind] for c in table.columns]
    sheet = _new(book, "data", table.header, widths)
    for position, row in enumerate(table.rows()):
        line = position % ROWS_PER_SHEET + 1
        if line == 1 and position:
            sheet = _new(book, f"data {position // ROWS_PER_SHEET + 1}", table.header, widths)
        for place, value in enumerate(row):
            _write(sheet, line, place, value, formats[place])


def _write(sheet: Any, line: int, place: int, value: Any, form: Any = None) -> None:
    """Write a cell; the kind is told by the value, so that nothing is guessed from a text."""
    if isinstance(value, str):
        if value:
            sheet.write_string(line, place, _text(value))
    elif isinstance(value, bool):
        sheet.write_boolean(line, place, value)
    elif value is not None:
        sheet.write_number(line, place, value, form)


@lru_cache(maxsize=4096)
def _text(value: str) -> str:
    """Return a text as a cell may hold it; the same few texts come a thousand times."""
    return ILLEGAL.sub("", safe(value))[:LONGEST]


def _new(book: Workbook, name: str, header: Sequence[str], widths: Sequence[int]) -> Any:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    bold = book.add_format({"bold": True})
    for place, title in enumerate(header):
        sheet.write_string(0, place, title, bold)
    return sheet


def _sheet(book: Workbook, name: str, header: Sequence[str], rows: Any) -> None:
    sheet = _new(book, name, header, [32, 60, 80, 60][: len(header)])
    for line, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            _write(sheet, line, place, value)


FORMAT = Format("Excel", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", pieces)
