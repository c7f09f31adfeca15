"""Tidy CSV: one line per figure, with its unit, status, source, vintage and licence."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from operator import itemgetter
from typing import Any, Final

from scidip.indicators.model.areas import Areas
from scidip.publish.export.tables import Column, Table
from scidip.publish.export.writing import Format

BLOCK: Final = 200
"""Rows written at a time: few enough that they are gone before Python looks for garbage (see `table_rows`)."""
PIECE: Final = 1 << 16
LOGICAL: Final = {True: "TRUE", False: "FALSE"}
"""As R reads logical values (of "True" it makes a text), and as all others do, too."""
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r")


def safe(value: Any) -> Any:
    """Return *value* as a spreadsheet may show it: a text that looks like a formula gets a quote before it.

    Numbers are left alone; None becomes an empty cell.
    """
    if isinstance(value, str) and value.startswith(_DANGEROUS):
        return "'" + value
    return "" if value is None else value


def lines(header: Sequence[str], rows: Iterable[Sequence[Any]], texts: Sequence[int] | None = None) -> Iterator[str]:
    """Yield a table as CSV text, in pieces of some thousand characters.

    *texts* are the places of the columns that may hold text and are looked at for formulas; None: all.
    """
    places = range(len(header)) if texts is None else texts
    buffer, rows = io.StringIO(), iter(rows)
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    while block := list(islice(rows, BLOCK)):
        if _risky(block, places):
            block = [[safe(value) for value in row] for row in block]
        writer.writerows(block)
        if buffer.tell() >= PIECE:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _risky(block: Sequence[Sequence[Any]], places: Iterable[int]) -> bool:
    """Return whether some text looks like a formula; each distinct text is looked at once."""
    return any(
        isinstance(value, str) and value.startswith(_DANGEROUS)
        for place in places
        for value in set(map(itemgetter(place), block))
    )


def logicals(
    rows: Iterator[tuple[Any, ...]], columns: Sequence[Column], words: Mapping[bool, str]
) -> Iterator[tuple[Any, ...]]:
    """Return the rows with the logical values of boolean columns in *words*; a gap stays one."""
    places = [i for i, c in enumerate(columns) if c.kind == "boolean"]
    if not places:
        return rows
    return (_in_words(row, places, words) for row in rows)


def _in_words(row: tuple[Any, ...], places: Sequence[int], words: Mapping[bool, str]) -> tuple[Any, ...]:
    cells = list(row)
    for place in places:
        if cells[place] is not None:
            cells[place] = words[bool(cells[place])]
    return tuple(cells)


def template_lines(indicator: str, areas: Areas, declared: Sequence[str] = ()) -> Iterator[str]:
    """Yield a table to fill in: a row for every state and economy, the figures left empty.

    Above it stand the lines that declare the indicator, where it is not one of the catalogue.
    """
    yield "".join(f"# {line}\n" for line in declared)
    listed = areas.table[areas.table["kind"].isin(["state", "economy"])]
    rows = (
        (indicator, code, name, "", "", "A", "", "")
        for code, name in zip(listed["ref_area"], listed["name"], strict=True)
    )
    header = ("indicator", "ref_area", "name", "time_period", "obs_value", "obs_status", "source", "licence")
    yield from lines(header, rows)


def pieces(table: Table) -> Iterator[bytes]:
    """Yield the table as CSV; only columns of text are looked at for formulas."""
    texts = [i for i, c in enumerate(table.columns) if c.kind == "text"]
    rows = logicals(table.rows(), table.columns, LOGICAL)
    for text in lines(table.header, rows, texts):
        yield text.encode()


FORMAT = Format("CSV", "csv", "text/csv", pieces)
