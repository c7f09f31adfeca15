"""The files of a user's own index, read: two CSV tables and a TOML methodology."""

import csv
import io
import tomllib
from pathlib import Path
from typing import Any

from scidip.indicators.errors import InputFaults
from scidip.indicators.own_index.text_table import TextTable


def read_table(path: Path) -> TextTable:
    """Return a CSV file as text. Raises InputFaults when it is not UTF-8 or its rows are ragged."""
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        fault = f"{path.name}: not UTF-8 at byte {error.start}; save it as CSV UTF-8"
        raise InputFaults([fault]) from error
    reader = csv.reader(io.StringIO(text, newline=""))
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


def read_methodology(path: Path) -> dict[str, Any]:
    """Return a TOML file as a dictionary. Raises InputFaults when it is not TOML."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputFaults([f"{path.name}: not valid TOML: {error}"]) from error
