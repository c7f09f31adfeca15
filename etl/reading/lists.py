"""Reading and counting lists: one record per line, all cells text, each with the line it is on."""

import csv
import io
import re
from collections.abc import Sequence
from operator import itemgetter
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.packed import unpacked
from scidip.etl.reading.tables import BROKEN
from scidip.etl.source import raw_frame, require_columns, text_of
from scidip.indicators.errors import SourceChanged
from scidip.indicators.vocabulary import NOT_APPLICABLE

TOO_LONG: Final = (
    f"a cell is longer than {csv.field_size_limit():,} letters (a quotation mark that is not closed?); "
    "correct the row or download the file again"
)
MISSING: Final = ("", "NA")
"""What lists written by R or by hand leave in an empty cell."""


def read_list(
    source: str, snapshot: Snapshot, wanted: Sequence[str], *, encoding: str = "", sep: str = ","
) -> pd.DataFrame:
    """Return the *wanted* columns of a CSV (packed or plain) as trimmed text.

    The index is the line each record begins on. Raises SourceChanged for another header, for a
    record of more or fewer cells than the header has, and for a text that does not end.
    """
    text = text_of(source, unpacked(source, snapshot), encoding)
    plain = _plain(text, wanted, sep)
    if plain is not None:
        return plain
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sep, strict=True)
    lines: list[int] = []
    records: list[tuple[str, ...]] = []
    begin = 1
    try:
        header = [name.strip() for name in next(reader)]
        require_columns(source, snapshot, header, wanted)
        # Two places at least, so that what is picked is always a tuple; the last one is not used.
        pick = itemgetter(*(header.index(name) for name in wanted), 0)
        begin = reader.line_num + 1
        for cells in reader:
            if cells:
                if len(cells) != len(header):
                    raise SourceChanged(source, BROKEN, file=snapshot.name, row=begin)
                lines.append(begin)
                records.append(pick(cells))
            begin = reader.line_num + 1
    except csv.Error as error:
        told = TOO_LONG if "field limit" in str(error) else BROKEN
        raise SourceChanged(source, told, file=snapshot.name, row=begin) from error
    except StopIteration:
        raise SourceChanged(source, "there is no header; download it again", file=snapshot.name) from None
    index = pd.Index(lines, dtype=int)
    columns = zip(*records, strict=True) if records else ([] for _ in (*wanted, ""))
    table = {name: [text.strip() for text in column] for name, column in zip((*wanted, ""), columns, strict=True)}
    return pd.DataFrame(table, columns=list(wanted), index=index, dtype="str")


def _plain(text: str, wanted: Sequence[str], sep: str) -> pd.DataFrame | None:
    """Return what `read_list` returns of a *text* in which each line is a record; None for all others.

    Without a quotation mark no cell holds a separator or a line's end, so that a reader of columns (Arrow's) can be
    asked, in a fifth of the time. Whatever it complains of is read again by the one that tells the line.
    """
    if '"' in text or "\r" in text or not text.strip():
        return None
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(text.encode()),
            parse_options=arrow_csv.ParseOptions(delimiter=sep, quote_char=False),
            convert_options=arrow_csv.ConvertOptions(default_column_type=pa.string()),
        )
    except (pa.ArrowInvalid, UnicodeError):
        return None
    names = [name.strip() for name in table.column_names]
    if len(set(names)) != len(names) or not set(wanted) <= set(names):
        return None
    places = [names.index(name) for name in wanted]
    columns = {name: pc.utf8_trim_whitespace(table.column(place)) for name, place in zip(wanted, places, strict=True)}
    longest = max((pc.max(pc.binary_length(c)).as_py() or 0 for c in table.columns), default=0)
    # Empty lines were passed over, and in a table of one column they read like empty cells: the other reader counts.
    lines = text.count("\n") + (not text.endswith("\n"))
    if len(names) < 2 or table.num_rows != lines - 1 or longest > csv.field_size_limit():
        return None
    index = pd.RangeIndex(2, table.num_rows + 2)
    made = pd.DataFrame({name: pd.array(column, dtype="str") for name, column in columns.items()})
    return made.set_axis(pd.Index(index, dtype=int))


def numbers(column: pd.Series) -> pd.Series:
    """Return text as numbers; what is none stays as it is, to be judged by row."""
    found = pd.to_numeric(column, errors="coerce").astype(float)
    return found if found.notna().all() else found.astype(object).where(found.notna(), column)


def years(column: pd.Series) -> pd.Series:
    """Return text as whole years where it is one, and as it is where it is not."""
    found = {t: int(t) if re.fullmatch(r"\d{4}", t) else t for t in column.unique()}
    # One that is no year makes the column one of objects, not of numbers that became fractions.
    whole = all(isinstance(year, int) for year in found.values())
    return pd.Series([found[t] for t in column], index=column.index, dtype="int64" if whole else object)


def tally(
    series: str,
    records: pd.DataFrame,
    *,
    area: str,
    period: str | int,
    file: int,
    counterpart: str = "",
    value: str = "",
    status: Any = "A",
) -> pd.DataFrame:
    """Return a raw frame of how many *records* there are, or of the sum of their *value*.

    *area*, *counterpart* and *value* are columns; *period* is a column or one year for all. The
    row of a figure is the line of its first record, which is the index of *records*.
    """
    frame = pd.DataFrame(
        {
            "area": records[area],
            "counterpart": records[counterpart] if counterpart else NOT_APPLICABLE,
            "period": records[period] if isinstance(period, str) else period,
        },
        index=records.index,
    )
    frame["value"] = records[value].astype(float) if value else 1.0
    frame["line"] = records.index
    grouped = frame.groupby(["area", "counterpart", "period"], sort=False)
    found = grouped.agg(value=("value", "sum"), line=("line", "min")).reset_index()
    return raw_frame(
        series=series,
        source_area=found["area"],
        source_counterpart=found["counterpart"],
        time_period=years(found["period"]) if isinstance(period, str) else period,
        obs_value=found["value"],
        obs_status=status,
        file=file,
        row=found["line"],
    )
