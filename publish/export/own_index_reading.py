"""The files a user's own index is read from: CSV as text (comma or semicolon), workbooks, TOML as a dictionary."""

import csv
import io
import re
import tomllib
from pathlib import Path
from typing import Any, Final

from python_calamine import CalamineError, CalamineWorkbook

from scidip.indicators.errors import InputFaults
from scidip.indicators.own_index.text_table import TextTable

WORKBOOKS: Final = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
SEPARATORS: Final = ",;\t"
"""What may part the cells of a text; of those in its header the most frequent does, a comma where they are even."""
DECIMAL_COMMA: Final = re.compile(r"[-+]?\d+,\d+(?:[eE][-+]?\d+)?")
DECIMAL_POINT: Final = re.compile(r"[-+]?\d+\.\d+(?:[eE][-+]?\d+)?")


def read_table(path: Path, role: str = "") -> TextTable:
    """Return a CSV file or a sheet of a workbook as text.

    *role*: what the sheet is called among several, "data" or "meta" (also iData, iMeta), in any case. Raises
    InputFaults for a text that is not UTF-8, ragged rows, and a workbook in which the sheet cannot be told.
    """
    if path.suffix.lower() in WORKBOOKS:
        return _sheet(path, role)
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        fault = f"{path.name}: not UTF-8 at byte {error.start}; save it as CSV UTF-8"
        raise InputFaults([fault]) from error
    head = text.partition("\n")[0]
    separator = max(SEPARATORS, key=lambda s: (head.count(s), s == ","))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        header = tuple(cell.strip() for cell in next(reader, []))
        if len(header) < 2:
            raise InputFaults([f"{path.name}, row 1: no header of several columns; separate columns by commas"])
        rows, numbers, faults = _rows_under(path.name, header, reader)
    except csv.Error as error:
        raise InputFaults(
            [
                f"{path.name}, row {reader.line_num}: no table from here on ({error}); a cell holds "
                f"up to {csv.field_size_limit():,} letters and ends with the quotation mark it begins with"
            ]
        ) from error
    if faults:
        raise InputFaults(faults)
    if separator != ",":
        rows = _with_points(path.name, rows)
    return TextTable(path.name, header, tuple(rows), tuple(numbers))


def _rows_under(name: str, header: tuple[str, ...], reader: Any) -> tuple[list[tuple[str, ...]], list[int], list[str]]:
    """Return the rows below the header, the line of each, and a sentence for each ragged one."""
    rows, numbers, faults = [], [], []
    for row in reader:
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(header):
            faults.append(
                f"{name}, row {reader.line_num}: {len(row)} cells under {len(header)} "
                "columns; put cells that hold a comma in double quotes"
            )
            continue
        rows.append(tuple(row))
        numbers.append(reader.line_num)
    return rows, numbers, faults


def _with_points(name: str, rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return rows with a point in numbers that have a decimal comma. Raises InputFaults where a table has both."""
    cells = [cell.strip() for row in rows for cell in row]
    comma = next((c for c in cells if DECIMAL_COMMA.fullmatch(c)), "")
    point = next((c for c in cells if DECIMAL_POINT.fullmatch(c)), "")
    if comma and point:
        raise InputFaults([f"{name}: {comma} has a decimal comma and {point} a point; write all numbers with a point"])
    if not comma:
        return rows
    return [tuple(c.replace(",", ".") if DECIMAL_COMMA.fullmatch(c.strip()) else c for c in row) for row in rows]


def _sheet(path: Path, role: str) -> TextTable:
    """Return a sheet of a workbook: the only one, or the one called by its role."""
    try:
        book = CalamineWorkbook.from_path(str(path))
        names = list(book.sheet_names)
        meant = [n for n in names if role and n.strip().lower() in (role, f"i{role}")]
        if len(names) != 1 and len(meant) != 1:
            called = f"call the one that is meant {role or 'data'}"
            raise InputFaults([f"{path.name}: has the sheets {', '.join(names) or 'none'}; {called}"])
        found = book.get_sheet_by_name((meant or names)[0]).to_python(skip_empty_area=False)
    except CalamineError as error:
        raise InputFaults(
            [f"{path.name}: is no workbook that can be read ({error}); save it as xlsx or CSV"]
        ) from error
    table = [(line, [_text(cell) for cell in row]) for line, row in enumerate(found, 1)]
    filled = [(line, row) for line, row in table if any(row)]
    if not filled or len([c for c in filled[0][1] if c]) < 2:
        raise InputFaults([f"{path.name}: no header of several columns in its first row; begin the table there"])
    header = filled[0][1]
    width = max(k for k, cell in enumerate(header) if cell) + 1
    rows = filled[1:]
    faults = [f"{path.name}, row {n}: a cell right of the last column; remove it" for n, r in rows if any(r[width:])]
    if faults:
        raise InputFaults(faults)
    return TextTable(
        path.name, tuple(header[:width]), tuple(tuple(r[:width]) for _, r in rows), tuple(n for n, _ in rows)
    )


def _text(cell: Any) -> str:
    """Return what a cell says: numbers with all their digits, whole ones whole."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return "" if cell is None else str(cell).strip()


def read_methodology(path: Path) -> dict[str, Any]:
    """Return a TOML file as a dictionary. Raises InputFaults when it is not TOML."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputFaults([f"{path.name}: not valid TOML: {error}"]) from error
