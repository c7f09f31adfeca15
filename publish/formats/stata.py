"""Stata: one typed file with a label for each variable."""

from collections.abc import Iterator
from typing import IO

import pandas as pd

from scidip.publish.export.tables import Table
from scidip.publish.export.writing import Format, through_file


def pieces(table: Table) -> Iterator[bytes]:
    """Yield the table as a Stata file (version 14 and later). Held in memory while it is written."""
    frame = pd.DataFrame(list(table.rows()), columns=table.header)
    for column in table.columns:
        if column.kind == "text":
            frame[column.name] = frame[column.name].fillna("").astype(object)
        elif column.kind == "boolean":
            frame[column.name] = frame[column.name].astype("int8")
        else:
            frame[column.name] = frame[column.name].astype("float64")
        if column.kind == "year":
            frame[column.name] = frame[column.name].astype("int32")
    labels = {c.name: c.title[:80] for c in table.columns}
    label = f"scidip {table.name}, data version {table.about.data_version}"[:80]

    def write(file: IO[bytes]) -> None:
        frame.to_stata(file, write_index=False, version=118, variable_labels=labels, data_label=label)

    return through_file(write)


FORMAT = Format("Stata", "dta", "application/x-stata-dta", pieces)
