"""Lists of events that a user brings: rows of text become events, or all faults are told at once with their lines."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from scidip.indicators.errors import InputFaults
from scidip.indicators.events.windows import Unit
from scidip.indicators.vocabulary import FIRST_PERIOD, LAST_PERIOD

COUNTRY, PARTNER, DATE, LABEL = "country", "partner", "date", "label"
NEEDED = (COUNTRY, DATE)
"""Columns of a list; `partner` and `label` may be left out."""
DATED = re.compile(r"(\d{4})(-\d{2}(-\d{2})?)?")
Row = tuple[int, Mapping[str, str]]


@dataclass(frozen=True)
class Given:
    """An event of a list."""

    unit: Unit
    year: int
    label: str
    line: int


def events_of(rows: Sequence[Row], resolve: Callable[[str], str]) -> list[Given]:
    """Return the events of a list.

    rows: line in the file and cells by column. resolve: the code of a country by code or name, "" of none.

    Raises InputFaults with every country that is not known, every date that is none, every country beside itself and
    every event that the list holds twice, each with its line; and of a list without a row.
    """
    found: list[Given] = []
    faults: list[str] = []
    lines: dict[tuple[Unit, int], int] = {}
    for line, cells in rows:
        wrong, ends = [], []
        for text in filter(None, (cells.get(COUNTRY, ""), cells.get(PARTNER, ""))):
            ends.append(resolve(text))
            wrong += [] if ends[-1] else [f"{text!r} is no country; write its ISO alpha-3 code or its name"]
        dated = DATED.fullmatch(cells.get(DATE, ""))
        year = int(dated[1]) if dated else 0
        if not FIRST_PERIOD <= year <= LAST_PERIOD:
            wrong.append(f"{cells.get(DATE, '')!r} is no date; write a year or a day, as 2012 or 2012-11-19")
        if not cells.get(COUNTRY):
            wrong.append("the country is missing")
        unit: Unit = tuple(sorted(ends))
        if len(ends) == 2 and len(set(ends)) == 1 and ends[0]:
            wrong.append(f"{ends[0]} stands beside itself; name two countries, or leave the partner empty")
        if not wrong and (unit, year) in lines:
            wrong.append(
                f"the event of {'–'.join(unit)} in {year} stands in line {lines[unit, year]} already; take one out"
            )
        faults += [f"line {line}: {fault}" for fault in wrong]
        if not wrong:
            lines[unit, year] = line
            found.append(Given(unit, year, cells.get(LABEL, ""), line))
    if not rows:
        faults.append("there is no event under the header; write a line for each")
    if faults:
        raise InputFaults(faults)
    return found
