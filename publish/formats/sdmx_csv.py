"""SDMX-CSV 2.0: STRUCTURE, STRUCTURE_ID and ACTION, then dimensions, measures and attributes."""

import csv
import io
from collections.abc import Iterator
from itertools import islice
from typing import Any

from scidip.publish.export.tables import Table
from scidip.publish.export.writing import Format
from scidip.publish.formats.csv import logicals

LOGICAL = {True: "true", False: "false"}
"""As the booleans of XML, which those of SDMX are."""
ORDER = ("dimension", "measure", "attribute")


def pieces(table: Table) -> Iterator[bytes]:
    """Yield the table as SDMX-CSV 2.0 (component names in capitals, action I: information).

    Nothing is put before texts that look like formulas: machines read this, not spreadsheets.
    """
    places = [i for role in ORDER for i, c in enumerate(table.columns) if c.role == role]
    lead = ["dataflow", f"SCIDIP:{table.name.upper()}(1.0)", "I"]
    names = [table.columns[i].name.upper() for i in places]
    yield _text([["STRUCTURE", "STRUCTURE_ID", "ACTION", *names]])
    rows = logicals(table.rows(), table.columns, LOGICAL)
    while block := list(islice(rows, 1000)):
        yield _text([[*lead, *(row[i] for i in places)] for row in block])


def _text(rows: list[list[Any]]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue().encode()


FORMAT = Format("SDMX-CSV 2.0", "sdmx.csv", "application/vnd.sdmx.data+csv;version=2.0.0", pieces)
