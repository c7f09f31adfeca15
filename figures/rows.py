"""The rows of a table: one by one, or the one of a name."""

from collections import namedtuple
from collections.abc import Iterator
from functools import cache
from typing import Any

import pandas as pd


def each_row(frame: pd.DataFrame) -> Iterator[Any]:
    """Yield the rows of *frame* as named tuples of plain values, without the index.

    As `itertuples(index=False)`, which makes a class anew for each table: on a small one, most of its time.
    """
    columns = [column.tolist() for _, column in frame.items()]
    return map(_kind(tuple(map(str, frame)))._make, zip(*columns, strict=True))


def row_at(frame: pd.DataFrame, label: Any) -> pd.Series:
    """Return the one row of *frame* whose index is *label*: `loc`, whose type does not know that it is one."""
    row: pd.Series = frame.loc[label]
    return row


@cache
def _kind(names: tuple[str, ...]) -> Any:
    return namedtuple("Row", names, rename=True)
