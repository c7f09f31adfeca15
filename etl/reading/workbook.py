"""Excel workbooks: their sheets as rows of values, with every fault told as SourceChanged."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException
from python_calamine import CalamineError, CalamineWorkbook

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.packed import DAMAGE, WORKBOOK, is_archive, opened
from scidip.indicators.errors import SourceChanged

Rows = Iterator[tuple[Any, ...]]
PROLOGUE: Final = 4096
"""Bytes at the beginning of a part in which a document type would stand."""


def is_workbook(snapshot: Snapshot) -> bool:
    """Return whether a file is an Excel workbook (.xlsx or .xlsm)."""
    if not is_archive(snapshot):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(snapshot.content)) as archive:
            return WORKBOOK in archive.namelist()
    except DAMAGE:
        return False


def sheets(source: str, snapshot: Snapshot) -> Iterator[tuple[str, Rows]]:
    """Yield the title of each sheet and its rows, formulas as the values last computed.

    The bounds of archives hold (`indicators.unpacking`), and a part that declares entities is refused
    before it is read: no program that writes workbooks makes one.
    """
    with opened(source, snapshot) as archive:
        _refuse_entities(source, snapshot, archive)
    with _told(source, snapshot):
        book = openpyxl.load_workbook(io.BytesIO(snapshot.content), read_only=True, data_only=True)
    for sheet in book.worksheets:
        yield sheet.title, _rows(source, snapshot, sheet)


def _rows(source: str, snapshot: Snapshot, sheet: Any) -> Rows:
    # Sheets are read as their rows are asked for, and so damage may come to light only here.
    with _told(source, snapshot):
        # Sizes that a sheet states of itself may be wrong, and then rows or cells were left out.
        sheet.reset_dimensions()
        yield from sheet.iter_rows(values_only=True)


def refuse_uncomputed(source: str, snapshot: Snapshot) -> None:
    """Raise SourceChanged where the first sheet has a formula whose value was never computed.

    Programs that write workbooks without computing leave none, and the cell would be taken for an empty one.
    """
    with _told(source, snapshot):
        kinds = [
            openpyxl.load_workbook(io.BytesIO(snapshot.content), read_only=True, data_only=valued).worksheets[:1]
            for valued in (True, False)
        ]
        for values, formulas in zip(*kinds, strict=True):
            for sheet in (values, formulas):
                sheet.reset_dimensions()
            for line, (row, written) in enumerate(zip(values.iter_rows(), formulas.iter_rows(), strict=True), start=1):
                if any(w.data_type == "f" and v.value is None for v, w in zip(row, written, strict=False)):
                    raise SourceChanged(
                        source,
                        "a formula without its value; open the workbook in a spreadsheet, save it there and give it "
                        "again, or write the values themselves",
                        file=snapshot.name,
                        row=line,
                    )


def large_sheets(source: str, snapshot: Snapshot) -> Iterator[tuple[str, Rows]]:
    """Yield the title of each sheet and its rows of a producer's large workbook, in a seventh of the time.

    Columns begin with the first that holds anything. Cells that hold an error of a formula come out empty: where they
    must be told, as in what a user sends, `sheets` reads.
    """
    with opened(source, snapshot) as archive:
        _refuse_entities(source, snapshot, archive)
    with _told(source, snapshot):
        book = CalamineWorkbook.from_filelike(io.BytesIO(snapshot.content))
    for title in book.sheet_names:
        yield title, _large_rows(source, snapshot, book, title)


def _large_rows(source: str, snapshot: Snapshot, book: CalamineWorkbook, title: str) -> Rows:
    with _told(source, snapshot):
        for row in book.get_sheet_by_name(title).iter_rows():
            yield tuple(_value(cell) for cell in row)


def _value(cell: Any) -> Any:
    """Return a cell as its user wrote it: nothing for an empty one, whole numbers whole."""
    if cell == "":
        return None
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


@contextmanager
def _told(source: str, snapshot: Snapshot) -> Iterator[None]:
    try:
        yield
    # What is no XML is a SyntaxError, whichever library reads it.
    except (*DAMAGE, InvalidFileException, CalamineError, SyntaxError, TypeError, AttributeError) as error:
        raise SourceChanged(
            source,
            "the workbook is damaged or no workbook at all; download it again, or save it anew "
            "as an Excel workbook (.xlsx)",
            file=snapshot.name,
        ) from error


def _refuse_entities(source: str, snapshot: Snapshot, archive: zipfile.ZipFile) -> None:
    for entry in archive.infolist():
        if not entry.filename.endswith((".xml", ".rels")):
            continue
        try:
            with archive.open(entry) as part:
                head = part.read(PROLOGUE).replace(b"\0", b"")
        except (*DAMAGE, RuntimeError, NotImplementedError) as error:
            raise SourceChanged(
                source,
                f"{entry.filename} in the workbook cannot be unpacked ({error}); save it anew without a password",
                file=snapshot.name,
            ) from error
        if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
            raise SourceChanged(
                source,
                f"{entry.filename} in the workbook declares entities, which no spreadsheet "
                "writes; open it in one and save it anew as an Excel workbook (.xlsx)",
                file=snapshot.name,
            )
