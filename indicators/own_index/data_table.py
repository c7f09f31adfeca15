"""The DATA table of a user's own index: a row per unit, and time if there is one."""

import math
from collections.abc import Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scidip.indicators.engine.composite import Figures
from scidip.indicators.own_index.meta_table import Structure
from scidip.indicators.own_index.text_table import NOTHING, TextTable, number

FloatArray = NDArray[np.float64]
LABELS = ("uCode", "uName", "Time")


class DataReader:
    """Reads DATA as META describes it and gathers its faults; `check` first, then `figures`."""

    def __init__(self, table: TextTable, structure: Structure, *, divides: bool = True) -> None:
        self.table = table
        self.structure = structure
        self._divisors = dict(structure.denominators) if divides else {}
        self.has_time = "Time" in table.places
        self._numbers: dict[str, list[float | None]] = {}

    @cached_property
    def units(self) -> tuple[str, ...]:
        """Code of the unit of each row; empty when there is no such column."""
        return self.table.column("uCode") if "uCode" in self.table.places else ()

    @cached_property
    def times(self) -> list[float | None]:
        """Time of each row, 0 when there is none; None where it is not a number."""
        if not self.has_time:
            return [0.0] * len(self.table.rows)
        return [number(text) for text in self.table.column("Time")]

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """Sentences on what is left unused or is odd without being wrong."""
        s = self.structure
        known = {*LABELS, *s.indicators, *s.groups, *s.others}
        unused = [name for name in self.table.header if name not in known]
        found = []
        if unused:
            found.append(f"{self.table.name}: not described in META and not used: {', '.join(unused)}")
        return tuple(found)

    def check(self) -> list[str]:
        """Return all faults of the table."""
        s = self.structure
        needed = ["uCode", *s.indicators, *s.groups, *dict.fromkeys(self._divisors.values())]
        faults = self.table.header_faults(needed)
        if not self.table.rows:
            return [*faults, f"{self.table.name}: there is no row under the header; add some"]
        faults += self._key_faults()
        for code in s.indicators:
            if code in self.table.places:
                faults += self._indicator_faults(code)
        for code in dict.fromkeys(self._divisors.values()):
            if code in self.table.places:
                faults += self._denominator_faults(code)
        return faults

    def _key_faults(self) -> Iterator[str]:
        first: dict[tuple[str, float | None], int] = {}
        for row, (unit, time) in enumerate(zip(self.units, self.times, strict=False)):
            if not unit:
                yield f"{self.table.at(row, 'uCode')}: is empty; give each unit a code"
                continue
            if time is None or math.isnan(time):
                yield f"{self.table.at(row, 'Time')}: is not a number; write a year"
                continue
            if (unit, time) in first:
                when = f" at {time:g}" if self.has_time else ""
                before = self.table.lines[first[unit, time]]
                yield (f"{self.table.at(row, 'uCode')}: {unit}{when} is also in row {before}; keep one of them")
            first.setdefault((unit, time), row)

    def _column(self, code: str) -> list[float | None]:
        if code not in self._numbers:
            self._numbers[code] = [number(text) for text in self.table.column(code)]
        return self._numbers[code]

    def _text_fault(self, code: str) -> Iterator[str]:
        wrong = [row for row, value in enumerate(self._column(code)) if value is None]
        if wrong:
            more = f" (and {len(wrong) - 1} more such cells)" if len(wrong) > 1 else ""
            yield (
                f"{self.table.at(wrong[0], code)}: {self.table.text(wrong[0], code)!r} is not a "
                f"number{more}; write numbers with a point, leave empty what is not known"
            )

    def _indicator_faults(self, code: str) -> Iterator[str]:
        yield from self._text_fault(code)
        numbers = self._column(code)
        known = [value for value in numbers if value is not None and not math.isnan(value)]
        if None in numbers:
            return
        if not known:
            yield (
                f"{self.table.name}, all rows, {code}: there is not a single value; find figures, "
                "or remove the indicator from META"
            )
        elif len(set(known)) == 1:
            yield (
                f"{self.table.name}, all rows, {code}: the value is {known[0]:g} everywhere and "
                "tells no one apart; remove the indicator from META"
            )

    def _denominator_faults(self, code: str) -> Iterator[str]:
        yield from self._text_fault(code)
        for row, value in enumerate(self._column(code)):
            if value == 0:
                yield (
                    f"{self.table.at(row, code)}: the denominator of {self.units[row]} is zero; "
                    "correct it, or leave it empty if it is not known"
                )

    def lonely_members(self, group: str) -> list[str]:
        """Return a fault for each group that has but one member, from which nothing can be learnt."""
        if group not in self.table.places or not self.units:
            return []
        labels = self.table.column(group)
        members: dict[str, set[str]] = {}
        for unit, label in zip(self.units, labels, strict=True):
            if label not in NOTHING:
                members.setdefault(label, set()).add(unit)
        return [
            f"{self.table.at(labels.index(label), group)}: {next(iter(units))} is the only member "
            f"of {label}; put it into another group, or impute without groups"
            for label, units in members.items()
            if len(units) == 1
        ]

    def figures(self) -> Figures:
        """Return the table as arrays; only after `check` found no fault."""
        s = self.structure
        values = np.array([self._column(code) for code in s.indicators], dtype=float).T
        by = [self._divisors.get(code) for code in s.indicators]
        ones = np.ones(len(self.table.rows))
        below = np.array([ones if code is None else self._column(code) for code in by], dtype=float)
        groups = {
            code: np.array(["" if t in NOTHING else t for t in self.table.column(code)], dtype=str) for code in s.groups
        }
        return Figures(
            np.array(self.units, dtype=str),
            np.array(self.times, dtype=float),
            values,
            below.T if self._divisors else None,
            groups,
            s.parameters,
        )
