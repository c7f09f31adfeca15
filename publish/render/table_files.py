"""The values of a table of a page as a file: the columns, and notes that say where they come from."""

import csv
import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from scidip.publish.formats.csv import safe

if TYPE_CHECKING:
    from openpyxl import Workbook

Notes = Sequence[tuple[str, str]]
"""What and words: source, data version, link, date."""
Rows = Sequence[Sequence[Any]]
WIDEST = 60
ILLEGAL = re.compile(r"[\000-\010]|[\013-\014]|[\016-\037]")
"""What a workbook cannot hold, as openpyxl has it."""


def _rows(frame: pd.DataFrame) -> list[list[Any]]:
    """Return the cells as plain values, None for missing ones."""
    columns = [
        [None if missing else value for value, missing in zip(c.tolist(), c.isna(), strict=True)]
        for _name, c in frame.items()
    ]
    return [list(row) for row in zip(*columns, strict=True)]


def as_csv(frame: pd.DataFrame, notes: Notes) -> bytes:
    """Return a table as CSV. Notes come first, in lines that begin with "#".

    `pandas.read_csv(file, comment="#")` reads the table alone: every text is quoted, so that a "#"
    within one is no comment. Missing cells are empty.
    """
    text = io.StringIO()
    for what, words in notes:
        text.write(f"# {what}: {' '.join(words.split())}\n")
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([safe(str(name)) for name in frame.columns])
    writer.writerows([None if v is None else safe(v) for v in row] for row in _rows(frame))
    return text.getvalue().encode()


def as_xlsx(frame: pd.DataFrame, notes: Notes, names: tuple[str, str]) -> bytes:
    """Return a table as a workbook: a sheet of figures and one of notes, named by *names*."""
    # Here and below, since it takes a quarter of a second to import, and a server starts without workbooks.
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    _sheet(book, names[0], [str(name) for name in frame.columns], _rows(frame))
    _sheet(book, names[1], None, notes)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _sheet(book: "Workbook", name: str, header: Sequence[str] | None, rows: Rows) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    sheet = book.create_sheet(name)
    lines = [*([header] if header else []), *rows]
    for place in range(max(map(len, lines), default=0)):
        longest = max((len(str(line[place])) for line in lines if line[place] is not None), default=8)
        sheet.column_dimensions[chr(65 + place) if place < 26 else f"A{chr(39 + place)}"].width = (
            min(longest, WIDEST) + 2
        )
    if header:
        sheet.freeze_panes = "A2"
        cells = [WriteOnlyCell(sheet, _cell(h)) for h in header]
        for cell in cells:
            cell.font = Font(bold=True)
        sheet.append(cells)
    for row in rows:
        sheet.append([_cell(v) for v in row])


def _cell(value: Any) -> Any:
    return ILLEGAL.sub("", safe(value)) if isinstance(value, str) else value
