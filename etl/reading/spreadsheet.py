"""Tables that people keep in spreadsheets, read as the writer meant them or refused with a sentence.

A spreadsheet writes in the manner of its country: cells parted by semicolons or tabs, decimal commas,
spaces or commas between thousands, a first line `sep=;`, other digits than 0 to 9. What can only be
meant in one way is read in that way; what could be meant in two (2,000 where nothing tells whether a
comma parts decimals or thousands) stays a text, which the check of values sets aside with its row.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.workbook import is_workbook, refuse_uncomputed, sheets
from scidip.etl.remarks import remark
from scidip.etl.source import text_of
from scidip.indicators.errors import SourceChanged

Row = tuple[int, dict[str, str]]
"""The line or row in the file, and the trimmed cell of each column."""

PARTED_BY: Final = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_SEP_LINE: Final = re.compile(r'^"?sep=(.)"?\s*$', re.IGNORECASE)
_COMMENT: Final = re.compile(r'"\s*#((?:[^"]|"")*)"[\s,;|]*|#(.*)', re.DOTALL)
_PARTING: Final = " \t,;|"
_PLAIN: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_DECIMAL_COMMA: Final = re.compile(r"[+-]?\d+,(\d{1,2}|\d{4,})")
_DECIMAL_POINT: Final = re.compile(r"[+-]?\d+\.(\d{1,2}|\d{4,})")
_POINTS_THEN_COMMA: Final = re.compile(r"[+-]?\d{1,3}(\.\d{3})+,\d+")
_COMMAS_THEN_POINT: Final = re.compile(r"[+-]?\d{1,3}(,\d{3})+\.\d+")
_COMMAS: Final = re.compile(r"[+-]?\d{1,3}(,\d{3})+")
_SPACED: Final = re.compile(r"[+-]?\d{1,3}([ \u00a0\u2009\u202f'’]\d{3})+([.,]\d+)?")
_CONTROL: Final = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e"
    "\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]"
)
"""Letters that cannot be seen and spoil what is made of a text, such as a picture."""


def read_rows(source: str, snapshot: Snapshot, wanted: Sequence[str], remedy: str) -> list[Row]:
    """Return the rows under the header that has the *wanted* columns, in text or workbook.

    Column names may be in capitals. Raises SourceChanged when the header lacks a column (*remedy*
    says what to do then), a row has more cells than the header, or a cell cannot be.
    """
    records = _workbook(source, snapshot) if is_workbook(snapshot) else _text(source, snapshot, wanted)
    header: list[str] = []
    rows: list[Row] = []
    for line, cells in records:
        if not header:
            header = [name.strip().casefold() for name in cells]
            _require(source, snapshot, header, wanted, line, remedy)
        elif any(cell.strip() for cell in cells):
            _refuse_row(source, snapshot, header, cells, line)
            filled = [*cells, *[""] * (len(header) - len(cells))]
            rows.append((line, {n: c.strip() for n, c in zip(header, filled, strict=False)}))
    if not header:
        _require(source, snapshot, [], wanted, 1, remedy)
    return rows


@dataclass(frozen=True)
class Opening:
    """What stands above the header of a text."""

    parted: str
    """The letter that its first line `sep=;` names; "" without such a line."""
    comments: tuple[tuple[int, str], ...]
    """The line and the words of each comment, that is a line that begins with #."""
    lines: int
    length: int
    """Lines and letters that stand above the header."""


def opening(text: str) -> Opening:
    """Return what stands above the header: a line that names the separator, comments, blank lines among them.

    Spreadsheets save a comment with separators after it, and between quotation marks where it holds one.
    """
    at, number, parted, comments = 0, 0, "", list[tuple[int, str]]()
    while at < len(text):
        end = text.find("\n", at) + 1 or len(text)
        line = text[at:end].strip()
        if told := _SEP_LINE.match(line) if not parted else None:
            parted = told[1]
        elif comment := _COMMENT.fullmatch(line):
            quoted, plain = comment.groups()
            comments.append((number + 1, plain.rstrip(_PARTING) if quoted is None else quoted.replace('""', '"')))
        elif line.strip(_PARTING) or not comments:
            break
        at, number = end, number + 1
    return Opening(parted, tuple(comments), number, at)


def _text(source: str, snapshot: Snapshot, wanted: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines of a text below its comments, cells parted as its header is."""
    text = text_of(source, snapshot)
    head = opening(text)
    rest = text[head.length :]
    parted = head.parted or _parted_by(rest.split("\n", 1)[0], wanted)
    if parted != ",":
        remark(f"{snapshot.name}: cells parted by {PARTED_BY.get(parted, parted)}")
    reader = csv.reader(io.StringIO(rest, newline=""), delimiter=parted, strict=True)
    begin = head.lines + 1
    try:
        for cells in reader:
            yield begin, cells
            begin = head.lines + reader.line_num + 1
    except csv.Error as error:
        raise SourceChanged(
            source,
            f"the table is broken here ({error}): a quotation mark that is not closed, or a cell "
            f"of more than {csv.field_size_limit():,} letters; correct the row",
            file=snapshot.name,
            row=begin,
        ) from error


def _parted_by(header: str, wanted: Sequence[str]) -> str:
    """Return the letter that parts the header into the most of the *wanted* names."""

    def found(letter: str) -> int:
        names = {name.strip().strip('"').casefold() for name in header.split(letter)}
        return len(names & set(wanted))

    return max(PARTED_BY, key=found)


def _workbook(source: str, snapshot: Snapshot) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of the first sheet of a workbook as texts. Raises SourceChanged for a formula without a value."""
    for title, rows in sheets(source, snapshot):
        refuse_uncomputed(source, snapshot)
        remark(f"{snapshot.name}: read from its first sheet, {title}")
        for line, cells in enumerate(rows, start=1):
            yield line, [written(cell) for cell in cells]
        return


def written(cell: Any) -> str:
    """Return the value of a cell as one would write it; a whole number without its decimal point."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    return str(cell)


def _require(
    source: str, snapshot: Snapshot, header: Sequence[str], wanted: Sequence[str], line: int, remedy: str
) -> None:
    missing = [name for name in wanted if name not in header]
    if missing:
        shown = ", ".join(header[:8]) or "nothing"
        raise SourceChanged(
            source,
            f"the column {', '.join(missing)} is missing; found {shown[:200]}; {remedy}",
            file=snapshot.name,
            row=line,
        )


def _refuse_row(source: str, snapshot: Snapshot, header: Sequence[str], cells: Sequence[str], line: int) -> None:
    """Raise SourceChanged for a row of more cells than the header, or with a letter that cannot be seen."""
    if any(cell.strip() for cell in cells[len(header) :]):
        raise SourceChanged(
            source,
            f"the row has {len(cells)} cells where the header has {len(header)}; put a text that "
            'holds the separator between quotation marks, as "Ministry, 2026"',
            file=snapshot.name,
            row=line,
        )
    for name, cell in zip(header, cells, strict=False):
        if hidden := _CONTROL.search(cell):
            raise SourceChanged(
                source,
                f"the column {name} holds the letter U+{ord(hidden[0]):04X}, which cannot be seen "
                "(a control character); delete it there",
                file=snapshot.name,
                row=line,
            )


def numbers(source: str, snapshot: Snapshot, written: Iterable[str]) -> list[float | str]:
    """Return the numbers of a column as they are meant; a text that is none, or could be two, as it is."""
    texts = [_ungrouped(_digits(text)) for text in written]
    comma = any(map(_means_comma, texts))
    point = any(map(_means_point, texts))
    if comma and not point:
        remark(f"{snapshot.name}: a comma is read as the decimal mark")
    return [_number(text, comma=comma, point=point) for text in texts]


def _means_comma(text: str) -> bool:
    return bool(_DECIMAL_COMMA.fullmatch(text) or _POINTS_THEN_COMMA.fullmatch(text))


def _means_point(text: str) -> bool:
    return bool(_DECIMAL_POINT.fullmatch(text) or _COMMAS_THEN_POINT.fullmatch(text))


def _number(text: str, *, comma: bool, point: bool) -> float | str:
    """Return the number that *text* means where a comma or a point is known to mark decimals."""
    if "," in text:
        if comma == point:
            # Nothing tells what a comma means here, or the file is at odds with itself.
            return float(text.replace(",", "")) if _COMMAS_THEN_POINT.fullmatch(text) else text
        if point:
            return float(text.replace(",", "")) if _grouped(text) else text
        plain = text.replace(".", "").replace(",", ".")
        fits = _POINTS_THEN_COMMA.fullmatch(text) or "." not in text
        return float(plain) if fits and _PLAIN.fullmatch(plain) else text
    if not _PLAIN.fullmatch(text):
        return text
    if comma and re.fullmatch(r"[+-]?\d{1,3}(\.\d{3})+", text):
        # Beside 1,5 it could be two thousand as well as two; as it is, it would be taken for two.
        return f"{text} (a point before decimals, or between thousands?)"
    return float(text)


def _ungrouped(text: str) -> str:
    """Return a number without the blanks or apostrophes between its thousands."""
    return re.sub(r"[ \u00a0\u2009\u202f'’]", "", text) if _SPACED.fullmatch(text) else text


def _grouped(text: str) -> bool:
    return bool(_COMMAS.fullmatch(text) or _COMMAS_THEN_POINT.fullmatch(text))


def _digits(text: str) -> str:
    """Return *text* with the digits and marks of any script as those of ASCII."""
    plain = text.strip()
    if plain.isascii():
        return plain
    plain = unicodedata.normalize("NFC", plain).replace("\u066b", ".").replace("\u066c", "")
    marks = {"\uff0c": ",", "\uff0e": ".", "\u2212": "-", "\uff0d": "-", "\uff0b": "+"}
    return "".join(marks.get(letter, str(unicodedata.decimal(letter, letter))) for letter in plain)
