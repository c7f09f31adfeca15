"""A table of text as it was read, with the line of each row, and what its cells say."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

NOTHING = ("", "NA")
"""Cells that hold no value: nothing, and R's word for it."""


@dataclass(frozen=True)
class TextTable:
    """Rows of text under a header; every row has as many cells as the header."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    """Line of each row in its file; the header is line 1."""

    @cached_property
    def places(self) -> dict[str, int]:
        """The place of each column; of the first, when a name appears twice."""
        return {name: k for k, name in reversed(list(enumerate(self.header)))}

    def column(self, name: str) -> tuple[str, ...]:
        """Return the cells of a column; KeyError when there is none."""
        place = self.places[name]
        return tuple(row[place].strip() for row in self.rows)

    def text(self, row: int, name: str) -> str:
        """Return a cell without spaces around it; "" when there is no such column."""
        place = self.places.get(name)
        return "" if place is None else self.rows[row][place].strip()

    def names(self, code: str, name: str) -> dict[str, str]:
        """Return by the cells of the column *code* those of the column *name*, the last where there are several."""
        if not {code, name} <= set(self.places):
            return {}
        pairs = zip(self.column(code), self.column(name), strict=True)
        return {key: said for key, said in pairs if said not in NOTHING}

    def at(self, row: int, what: str = "") -> str:
        """Return the words that say where a row is."""
        return f"{self.name}, row {self.lines[row]}{', ' + what if what else ''}"

    def header_faults(self, needed: Sequence[str]) -> list[str]:
        """Return a sentence for each column that is missing or appears twice."""
        faults = [
            f"{self.name}, row 1: the column {name} appears twice; rename or remove one"
            for name in dict.fromkeys(n for n in self.header if self.header.count(n) > 1)
        ]
        return faults + [
            f"{self.name}, row 1: the column {name} is missing; add it" for name in needed if name not in self.places
        ]


def number(text: str) -> float | None:
    """Return the number in a cell, NaN for an empty one, None when it is something else."""
    if text in NOTHING:
        return math.nan
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in text else None
