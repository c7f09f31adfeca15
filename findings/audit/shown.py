"""Tables of the audit as they are read: which columns, and the words of each cell. Page, paper and text take these."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from scidip.figures.text import numbers
from scidip.findings.audit import words
from scidip.findings.exhibit import Column, Table, Value

APART: Final = frozenset({"time_period", "bound", "rank_p05", "rank_p95", "predicted"})
"""Columns that are in files and not read: the year of all rows, and what stands in the words of another column."""


@dataclass(frozen=True)
class Cells:
    """A table as it is read."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def heads(self) -> tuple[str, ...]:
        """The words above the columns, in the language that is spoken."""
        return tuple(c.head for c in self.columns)

    @property
    def figures(self) -> tuple[int, ...]:
        """The columns of numbers."""
        return tuple(k for k, c in enumerate(self.columns) if c.kind in ("number", "integer", "year"))


def cells(table: Table, records: Sequence[Mapping[str, Value]] | None = None) -> Cells:
    """Return a table, or some of its records, as it is read."""
    kept = tuple(c for c in table.columns if c.key not in APART)
    chosen = table.records() if records is None else records
    return Cells(kept, tuple(tuple(_written(c, record) for c in kept) for record in chosen))


def _written(column: Column, record: Mapping[str, Value]) -> str:
    value = record[column.key]
    special = _SPECIAL.get(column.key)
    if value is None:
        return "–" if column.kind != "text" else ""
    if special is not None:
        return special(value, record)
    return words.percent(value) if column.unit == "share" else column.write(value)


def signed(points: float) -> str:
    """Return points with their sign: "+14.0", "−3.2"."""
    return f"{'+' if points >= 0 else '−'}{numbers.fixed(abs(points))}"


_SPECIAL: Final[Mapping[str, Callable[[Any, Mapping[str, Value]], str]]] = {
    "obs_value": lambda value, row: words.figure_words(row["rule"], value),
    "intended": lambda value, _row: f"{numbers.fixed(value)} %",
    "effective": lambda value, _row: f"{numbers.fixed(value)} %",
    "score": lambda value, row: f"{numbers.score(value)} ({numbers.score(row['predicted'])})",
    "beyond": lambda value, _row: signed(value),
    "rank": lambda value, row: f"{value} ({numbers.interval(row['rank_p05'], row['rank_p95'])})",
    "mean_shift": lambda value, _row: numbers.fixed(value),
}
