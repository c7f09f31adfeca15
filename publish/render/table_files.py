"""A table as a page displays it, as a file: the columns, and notes that say where they come from."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from scidip.publish.formats.csv import safe

Notes = Sequence[tuple[str, str]]
"""What and words: source, data version, link, date."""
Rows = Sequence[Sequence[Any]]
WIDEST = 60


def as_csv(header: Sequence[str], rows: Rows, notes: Notes) -> bytes:
    """Return a table as CSV. Notes come first, in lines that begin with "#".

    `pandas.read_csv(file, comment="#")` reads the table alone: every text is quoted, so that a "#"
    within one is no comment. Missing cells are empty.
    """
    text = io.StringIO()
    for what, words in notes:
        text.write(f"# {what}: {' '.join(words.split())}\n")
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([safe(h) for h in header])
    writer.writerows([None if v is None else safe(v) for v in row] for row in rows)
    return text.getvalue().encode()


def as_xlsx(header: Sequence[str], rows: Rows, notes: Notes, names: tuple[str, str]) -> bytes:
    """Return a table as a workbook: a sheet of figures and one of notes, named by *names*."""
    book = Workbook(write_only=True)
    _sheet(book, names[0], header, rows)
    _sheet(book, names[1], None, notes)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _sheet(book: Workbook, name: str, header: Sequence[str] | None, rows: Rows) -> None:
    sheet = book.create_sheet(name)
    lines = [*([header] if header else []), *rows]
    for place in range(max(map(len, lines), default=0)):
        longest = max(
            (len(str(line[place])) for line in lines if line[place] is not None), default=8
        )
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
    return ILLEGAL_CHARACTERS_RE.sub("", safe(value)) if isinstance(value, str) else value
