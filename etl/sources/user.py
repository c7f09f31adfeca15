"""Figures that a user of this copy supplies, for what no producer publishes.

The file is the one that `scidip template INDICATOR` writes, filled in, as spreadsheets keep it: a CSV
in any of their manners (`etl.reading.spreadsheet`) or the workbook itself, with the columns below. Every row
carries the user's own source and licence, or the file says them at its top; such figures are a source of
their own and never mix unmarked with official ones. A new indicator is declared in the file
(`etl.reading.declarations`); figures for one that a producer publishes stand beside the producer's
(`indicators.model.declared`). Further files add to the figures that serve, and replace equal ones.
"""

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading import declarations
from scidip.etl.reading.spreadsheet import Row, numbers, read_rows
from scidip.etl.source import concat_raw, raw_frame
from scidip.indicators.errors import SourceChanged, SourceUnavailable
from scidip.indicators.model.declared import own_code
from scidip.indicators.model.source import SourceSpec
from scidip.indicators.vocabulary import STATUS_WORDS

if TYPE_CHECKING:
    from scidip.etl.network.client import HttpClient

ID = "user"
COLUMNS = ("indicator", "ref_area", "time_period", "obs_value", "source", "licence")
REMEDY: Final = "write a table with `scidip template INDICATOR` and leave its first line in place"


class User:
    """Reads filled-in templates."""

    spec = SourceSpec(
        id=ID,
        kind="user",
        title="Supplied by the user of this copy",
        publisher="the user of this copy",
        homepage="",
        licence="as stated by the user",
        citation="Figures supplied by the user of this copy of scidip",
        area_scheme="name",
        renews="rows",
        cadence="when supplied",
    )
    files: tuple[str, ...] = ("user/*.csv", "user/*.txt", "user/*.xlsx")

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot]:
        """Refuse: there is no service to ask."""
        raise SourceUnavailable(
            ID, "has no service; write a template with `scidip template INDICATOR`, fill it in and give it with --file"
        )

    def vintage(self, snapshot: Snapshot) -> str:
        """Return when the file was read, the only date it has."""
        return snapshot.retrieved or "undated"

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the filled-in rows; rows without a value are templates still and no rows.

        Raises SourceChanged when a filled-in row does not say its source and licence.
        """
        return concat_raw([_figures(s, file, series) for file, s in enumerate(snapshots)])

    def origins(self, snapshots: Sequence[Snapshot]) -> pd.DataFrame:
        """Return indicator, title, vintage and licence as the user states them, one row per indicator."""
        found: dict[str, dict[str, set[str]]] = {}
        for snapshot in snapshots:
            for _, row in _filled_in(snapshot):
                entry = found.setdefault(row["indicator"], {"title": set(), "vintage": set(), "licence": set()})
                entry["title"].add(f"User: {_one_line(row['source'])}")
                entry["vintage"].add(self.vintage(snapshot))
                entry["licence"].add(_one_line(row["licence"]))
        rows = [(code, *(" + ".join(sorted(v)) for v in entry.values())) for code, entry in sorted(found.items())]
        return pd.DataFrame(rows, columns=["indicator", "title", "vintage", "licence"])


def _one_line(text: str) -> str:
    return " ".join(text.split())


def first_rows(snapshot: Snapshot) -> dict[str, int]:
    """Return the row in which each indicator of a file first has a figure, by its code as it is written there."""
    found: dict[str, int] = {}
    for line, row in _filled_in(snapshot):
        found.setdefault(row["indicator"], line)
    return found


def _filled_in(snapshot: Snapshot) -> list[Row]:
    """Return the rows with a figure; source and licence that a row lacks are those its indicator or file declares."""
    whole, blocks = declarations.read(ID, snapshot)
    told = {own_code(b.said["indicator"]): b.said for b in blocks}
    rows = [(n, row) for n, row in read_rows(ID, snapshot, COLUMNS, REMEDY) if row["obs_value"]]
    for _, row in rows if told or whole.said else ():
        said = {**whole.said, **told.get(own_code(row["indicator"]), {})}
        row |= {word: row[word] or said.get(word, "") for word in declarations.OF_FILE}
    return rows


def _code(text: str, series: Sequence[str]) -> str:
    """Return the code of the figures of what a row names: its own, or that beside it."""
    return text if text in series else own_code(text)


def _figures(snapshot: Snapshot, file: int, series: Sequence[str]) -> pd.DataFrame:
    kept = _filled_in(snapshot)
    for line, row in kept:
        _refuse(snapshot, line, row, series)
    if not kept:
        return concat_raw([])
    table = pd.DataFrame([row for _, row in kept])
    return raw_frame(
        series=table["indicator"].map(lambda text: _code(text, series)),
        source_area=table["ref_area"],
        time_period=table["time_period"].map(_year),
        obs_value=pd.Series(numbers(ID, snapshot, table["obs_value"]), dtype=object),
        obs_status=table["obs_status"].map(_status) if "obs_status" in table else "A",
        file=file,
        row=[line for line, _ in kept],
    )


def _refuse(snapshot: Snapshot, line: int, row: dict[str, str], series: Sequence[str]) -> None:
    """Raise SourceChanged for a figure without source or licence, of another indicator or with a strange status."""
    fault = ""
    if not (row["source"] and row["licence"]):
        fault = "a figure without its source and licence; fill in both columns"
    elif _code(row["indicator"], series) not in series:
        fault = (
            f"the indicator {row['indicator'][:80]!r} does not take supplied figures: it is not in the catalogue, and "
            "the file does not declare it; correct the code, or declare it at the top (`scidip template --new CODE`)"
        )
    elif _status(row.get("obs_status", "")) not in STATUS_WORDS:
        known = ", ".join(f"{code} ({word})" for code, word in STATUS_WORDS.items())
        fault = f"the status {row['obs_status']!r} is not in the code list: {known}; write one or leave it empty"
    if fault:
        raise SourceChanged(ID, fault, file=snapshot.name, row=line)


def _status(text: str) -> str:
    return text.upper() or "A"


def _year(text: str) -> int | str:
    """Return a whole year as a number; anything else as it is, to be judged by row."""
    return int(text.split(".")[0]) if re.fullmatch(r"\d{4}(\.0*)?", text) else text


SOURCE = User()
