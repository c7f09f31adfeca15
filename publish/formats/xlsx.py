"""Excel: sheets of data, notes, sources and methodology; the first row stays in sight."""

from collections.abc import Iterator
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from publish.formats.csv import safe
from publish.tables import Table
from publish.writing import Format, through_file

ROWS_PER_SHEET = 1_048_575
NUMBERS = {"number": "#,##0.00##", "integer": "#,##0", "year": "0"}


def pieces(table: Table) -> Iterator[bytes]:
    """Yield the table as a workbook; more rows than a sheet holds go on in further sheets."""

    def write(file: IO[bytes]) -> None:
        book = Workbook(write_only=True)
        _data(book, table)
        told = table.about
        _sheet(
            book, "notes", ("Column", "What it holds"), [(c.name, c.title) for c in table.columns]
        )
        _sheet(book, "sources", ("Source", "Licence", "Please cite"), told.sources)
        _sheet(book, "methodology", ("What", "Value"), [
            ("Methodology", told.methodology), ("Methodology digest", told.methodology_digest),
            ("Data version", told.data_version), ("Licence", told.licence), ("Citation", told.citation),
        ])  # fmt: skip
        book.save(file)

    return through_file(write)


def _data(book: Workbook, table: Table) -> None:
    kinds = [c.kind for c in table.columns]
    sheet: Any = None
    for position, row in enumerate(table.rows()):
        if position % ROWS_PER_SHEET == 0:
            sheet = _new(
                book, f"data {position // ROWS_PER_SHEET + 1}" if position else "data", table.header
            )
        sheet.append([_cell(sheet, v, k) for v, k in zip(row, kinds, strict=True)])
    if sheet is None:
        _new(book, "data", table.header)


def _cell(sheet: Any, value: Any, kind: str) -> Any:
    if isinstance(value, str):
        return ILLEGAL_CHARACTERS_RE.sub("", safe(value))
    if value is None or kind != "number":
        return value
    cell = WriteOnlyCell(sheet, value)
    cell.number_format = NUMBERS[kind]
    return cell


def _new(book: Workbook, name: str, header: Any) -> Any:
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    cells = [WriteOnlyCell(sheet, h) for h in header]
    for cell in cells:
        cell.font = Font(bold=True)
    sheet.append(cells)
    return sheet


def _sheet(book: Workbook, name: str, header: Any, rows: Any) -> None:
    sheet = _new(book, name, header)
    for row in rows:
        sheet.append([_cell(sheet, v, "text") for v in row])


FORMAT = Format(
    "Excel", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", pieces
)
