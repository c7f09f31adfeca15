"""The audit of the index as lines of text: the exhibits of the page, in the order of the page."""

from collections.abc import Iterator, Sequence
from typing import Final

from scidip.findings.audit.exhibits import EXHIBITS
from scidip.findings.audit.index_audit import IndexAudit
from scidip.findings.audit.shown import cells
from scidip.findings.exhibit import Exhibit, Table, said
from scidip.findings.session import Desk

WIDEST: Final = 60
"""Letters of a cell of text; longer ones are cut, the last column is not."""


def told(desk: Desk, audit: IndexAudit) -> Iterator[str]:
    """Yield the audit of the default framework; nothing is printed that is not in an exhibit."""
    yield f"Audit of the index, {audit.year}: {audit.ranked} ranked"
    for make in EXHIBITS.values():
        yield from _exhibit(make(desk, audit))


def _exhibit(exhibit: Exhibit) -> Iterator[str]:
    yield ""
    yield said(exhibit.finding)
    yield f"  {said(exhibit.subtitle)}"
    yield from (f"  {line}" for line in lines(exhibit.table))
    yield from (f"  {said(note)}" for note in exhibit.notes)


def lines(table: Table) -> Iterator[str]:
    """Yield a table as text, columns side by side: heads first, numbers to the right."""
    read = cells(table)
    rows = [read.heads, *read.rows]
    widths = [min(max(len(row[k]) for row in rows), WIDEST) for k in range(len(read.heads))]
    yield from (_line(row, widths, read.figures) for row in rows)


def _line(row: Sequence[str], widths: Sequence[int], right: Sequence[int]) -> str:
    last = len(row) - 1
    parts = [
        text if k == last and k not in right else _fitted(text, widths[k], k in right) for k, text in enumerate(row)
    ]
    return "  ".join(parts).rstrip()


def _fitted(text: str, width: int, right: bool) -> str:
    short = text if len(text) <= width else text[: width - 1] + "…"
    return short.rjust(width) if right else short.ljust(width)
