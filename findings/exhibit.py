"""Exhibits: what is shown, as values. Words, decimals and layout are made by whoever sets them.

A table holds numbers as numbers, codes as codes and messages that are not yet set in a language, so that the page, the
slide, the document, the file and the API cannot say different things.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

from scidip.figures.text import numbers
from scidip.indicators.language.current import ENGLISH, _, speaking
from scidip.indicators.model.areas import Areas
from scidip.indicators.units import unit_words

Kind = Literal["code", "text", "number", "integer", "year", "flag"]
"""What the cells of a column are: a code (with words), a text, a number, a whole one, a year, yes or no."""
Value = Any
"""A cell: code or text (str), number (float), whole one or year (int), flag (bool), a message; None without a value."""
NAME, UNIT = "_name", "_unit"
"""What is added to a column's key for the column of its words, and of its unit (that of `obs_value` is `unit`)."""
TYPES: Mapping[Kind, str] = {
    "code": "string",
    "text": "string",
    "number": "float64",
    "integer": "Int64",
    "year": "Int64",
    "flag": "boolean",
}
"""The type of pandas for each kind; all of them know missing cells."""


@dataclass(frozen=True)
class Message:
    """A sentence or a name that `str` sets in the language that is spoken then; its parts may be messages too."""

    text: str
    """In English, as marked for translation."""
    parts: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return _(self.text).format(**self.parts) if self.parts else _(self.text)


@dataclass(frozen=True)
class Sentence:
    """A sentence with parts of its own, made by `make` each time `str` sets it in the language that is spoken then."""

    make: Callable[[], str]

    def __str__(self) -> str:
        return self.make()


Words = str | Message | Sentence


@dataclass(frozen=True)
class Column:
    """A column of values."""

    key: str
    """Its name in files and in the API, in every language."""
    label: Words
    """Its words on screen; a plain text is English, marked for translation."""
    kind: Kind = "number"
    unit: str = ""
    """Code of the unit of a number (`indicators.units.UNITS`, "score"); "" of what has none, or one in each row."""
    names: Callable[[str], str] | None = None
    """The words of a code in the language that is spoken."""
    told: Callable[[str], str] | None = None
    """The code in files of a code on the pages, where the two differ."""
    decimals: int | None = None
    """Decimals of a number on screen; by default three digits that matter."""

    @property
    def head(self) -> str:
        """The words above the column, in the language that is spoken."""
        return said(self.label)

    def write(self, value: Value) -> str:
        """Return a value as it is read: with decimals as its unit asks for, "–" where there is none."""
        if _missing(value):
            return "–"
        if self.kind == "code":
            return self.names(value) if self.names else str(value)
        if self.kind in ("text", "year"):
            return str(value)
        if self.kind == "flag":
            return _("yes") if value else _("no")
        if self.decimals is not None:
            return f"{numbers.fixed(value, self.decimals)} {_(unit_words(self.unit))}".rstrip()
        if self.unit == "score":
            return numbers.score(value)
        if self.unit == "points":
            return numbers.fixed(value)
        return numbers.value(value, self.unit) if self.unit not in ("", "rank") else numbers.number(value)


@dataclass(frozen=True)
class Table:
    """Rows of values under columns; every row has a cell for each."""

    caption: Words
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]

    def __post_init__(self) -> None:
        wrong = [row for row in self.rows if len(row) != len(self.columns)]
        if wrong:
            raise ValueError(f"{len(wrong[0])} cells under {len(self.columns)} columns: {wrong[0]!r}")

    def records(self) -> list[dict[str, Value]]:
        """Return the rows as dictionaries by the keys of the columns."""
        keys = [c.key for c in self.columns]
        return [dict(zip(keys, row, strict=True)) for row in self.rows]

    def frame(self) -> pd.DataFrame:
        """Return the table as it is in files, the same in every language: English words beside codes, units in columns.

        Missing cells are missing values of the column's own type.
        """
        with speaking(ENGLISH):
            found: dict[str, pd.Series] = {}
            for place, column in enumerate(self.columns):
                cells = [None if _missing(row[place]) else row[place] for row in self.rows]
                found |= dict(_series(column, cells))
        return pd.DataFrame(found)


def _series(column: Column, cells: list[Value]) -> Iterable[tuple[str, pd.Series]]:
    plain = [str(c) if isinstance(c, Message | Sentence) else c for c in cells]
    filed = plain if column.told is None else [c if c is None else column.told(c) for c in plain]
    yield column.key, pd.Series(filed, dtype=TYPES[column.kind])
    if column.names is not None:
        # Each code once: a column of a thousand rows holds a hundred of them, and whoever is asked may read the store.
        said = {c: column.names(c) for c in dict.fromkeys(plain) if c is not None}
        yield column.key + NAME, pd.Series([said.get(c) for c in plain], dtype="string")
    if column.unit:
        units = [None if c is None else column.unit for c in cells]
        name = "unit" if column.key == "obs_value" else column.key + UNIT
        yield name, pd.Series(units, dtype="string")


def _missing(value: Value) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value)) or value == ""


@dataclass(frozen=True)
class Exhibit:
    """A finding and what it rests on."""

    key: str
    finding: Words
    subtitle: Words
    table: Table
    series: tuple[str, ...]
    """Codes of the indicators whose sources stand under it."""
    notes: tuple[Words, ...] = ()


def said(words: Words) -> str:
    """Return words in the language that is spoken; a plain text is English, marked for translation."""
    return _(words) if isinstance(words, str) else str(words)


def area_column(areas: Areas, key: str = "ref_area", label: str = "Country") -> Column:
    """Return a column of areas by their alpha-3 codes."""
    return Column(key, label, "code", names=areas.name)


def coded(key: str, label: Words, words: Mapping[str, str]) -> Column:
    """Return a column of codes whose English words, marked for translation, are in *words*."""
    return Column(key, label, "code", names=lambda code: _(words[code]))
