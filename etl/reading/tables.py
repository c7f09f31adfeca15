"""Reading producers' tables: CSV texts, packed or plain, with every fault told as SourceChanged."""

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.packed import unpacked
from scidip.etl.source import concat_raw, raw_frame, require_columns, text_of
from scidip.indicators.errors import SourceChanged

BROKEN: Final = (
    "the table is broken here (a cell too many, or the file is cut short); download it again, or correct this row"
)


def read_table(source: str, snapshot: Snapshot, text: str, **options: Any) -> pd.DataFrame:
    """Return all cells of a CSV text: columns of numbers as numbers, others as text, blanks as NaN.

    Only blanks are missing (so that Namibia's code NA stays a text) and blank lines are kept (so
    that positions stay line numbers); *options* of `pandas.read_csv` may say otherwise. A text
    that is no table raises SourceChanged with the line where it breaks.
    """
    settings: dict[str, Any] = {
        # Without this a trailing comma would shift every cell by one column.
        "index_col": False,
        "skip_blank_lines": False,
        "keep_default_na": False,
        "na_values": [""],
    }
    try:
        table: pd.DataFrame = pd.read_csv(io.StringIO(text), **(settings | options))
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise SourceChanged(source, BROKEN, file=snapshot.name, row=broken_line(error)) from error
    return table


def broken_line(error: Exception) -> int | None:
    """Return the line a reading error of pandas names, or None."""
    place = re.search(r"(line|row) (\d+)", str(error))
    # The reader counts lines from 1 but the rows of unended texts from 0.
    return None if place is None else int(place[2]) + (place[1] == "row")


def whole_years(years: pd.Series) -> pd.Series:
    """Return years as integers where they are whole numbers and as written where not."""
    if years.dtype.kind in "iu":
        return years
    numbers = pd.to_numeric(years, errors="coerce")
    whole = numbers % 1 == 0
    if whole.all():
        return numbers.astype(int)
    kept = [int(n) if w else y for n, w, y in zip(numbers, whole, years, strict=True)]
    return pd.Series(kept, index=years.index, dtype=object)


def floats(values: pd.Series) -> pd.Series:
    """Return numbers as floats; a column with text in it as it is, to be judged row by row."""
    return values.astype(float) if values.dtype.kind in "iuf" else values


def present(cells: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the row position, column position and value of every cell that is not missing."""
    values = cells.to_numpy()
    if values.dtype.kind in "iu":
        values = values.astype(float)
    row, column = np.nonzero(~pd.isna(values))
    return row, column, values[row, column]


def header_of(text: str, sep: str = ",") -> list[str]:
    """Return the names in the first line of a CSV text, without blanks around them.

    Of a text that is no table, the beginning stands as the only name.
    """
    first = re.split(r"[\r\n]", text, maxsplit=1)[0]
    try:
        return [cell.strip() for cell in next(csv.reader([first], delimiter=sep), [])]
    except csv.Error:
        return [first[:80]]


def column_table(
    source: str,
    snapshot: Snapshot,
    wanted: Sequence[str],
    *,
    texts: Sequence[str] = (),
    encoding: str = "",
    sep: str = ",",
    **options: Any,
) -> pd.DataFrame:
    """Return the *wanted* columns of a CSV file, packed or plain; index: the line in the file.

    The columns *texts* are read as text even when they look like numbers. Raises SourceChanged
    when the header lacks a column.
    """
    plain = unpacked(source, snapshot)
    text = text_of(source, plain, encoding)
    require_columns(source, snapshot, header_of(text, sep), wanted)
    settings = {"sep": sep, "dtype": dict.fromkeys(texts, str)} | options
    table = read_table(source, snapshot, text, **settings).rename(columns=str.strip)
    return table[list(wanted)].set_axis(table.index + 2, axis="index")


def figures_of(
    table: pd.DataFrame,
    file: int,
    columns: Mapping[str, str],
    *,
    area: str,
    year: str | int,
    status: pd.Series | None = None,
) -> pd.DataFrame:
    """Return the raw frame of a table with one row per area and year; blank cells are no rows.

    *columns* maps each series to the column that holds it; *year* is a column or the year itself;
    the table's index is the line in the file.
    """
    frames = []
    for series, column in columns.items():
        kept = table[table[column].notna()]
        if kept.empty:
            continue
        years = year if isinstance(year, int) else whole_years(kept[year]).to_numpy()
        frames.append(
            raw_frame(
                series=series,
                source_area=kept[area].fillna("").str.strip().to_numpy(),
                time_period=years,
                obs_value=floats(kept[column]).to_numpy(),
                obs_status="A" if status is None else status.loc[kept.index].to_numpy(),
                file=file,
                row=kept.index.to_numpy(),
            )
        )
    return concat_raw(frames)


def newest(snapshots: Sequence[Snapshot], vintage: Callable[[Snapshot], str]) -> list[tuple[int, Snapshot]]:
    """Return the file of the newest vintage with its position, or nothing when there is no file."""
    dated = [(vintage(snapshot), -file) for file, snapshot in enumerate(snapshots)]
    return [(-file, snapshots[-file]) for _, file in [max(dated)]] if dated else []
