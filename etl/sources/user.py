"""Figures that a user of this copy supplies, for what no producer publishes.

The file is the one that `scidip template INDICATOR` writes, filled in: a plain CSV in UTF-8 with the
columns below. Every row carries the user's own source and licence; such figures are a source of
their own and never mix unmarked with official ones.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from etl.source import Snapshot, concat_raw, raw_frame, require_columns, text_of
from indicators.catalogue import SourceSpec
from indicators.errors import SourceChanged, SourceUnavailable

if TYPE_CHECKING:
    from etl.http import HttpClient

ID = "user"
COLUMNS = ("indicator", "ref_area", "time_period", "obs_value", "source", "licence")


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
        area_scheme="iso3",
        cadence="when supplied",
    )
    files: tuple[str, ...] = ("user/*.csv",)

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot]:
        """Refuse: there is no service to ask."""
        raise SourceUnavailable(
            ID,
            "has no service; write a template with `scidip template INDICATOR`, fill it in and give it with --file",
        )

    def vintage(self, snapshot: Snapshot) -> str:
        """Return when the file was read, the only date it has."""
        return snapshot.retrieved or "undated"

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the filled-in rows; rows without a value are templates still and no rows.

        Raises SourceChanged when a filled-in row does not say its source and licence.
        """
        return concat_raw([_rows(s, file, series) for file, s in enumerate(snapshots)])

    def origins(self, snapshots: Sequence[Snapshot]) -> pd.DataFrame:
        """Return indicator, title, vintage and licence as the user states them, one row per indicator."""
        found: dict[str, dict[str, set[str]]] = {}
        for snapshot in snapshots:
            for row in csv.DictReader(io.StringIO(text_of(ID, snapshot))):
                if (row["obs_value"] or "").strip():
                    entry = found.setdefault(
                        row["indicator"], {"title": set(), "vintage": set(), "licence": set()}
                    )
                    entry["title"].add(f"User: {row['source'].strip()}")
                    entry["vintage"].add(self.vintage(snapshot))
                    entry["licence"].add(row["licence"].strip())
        rows = [
            (code, *(" + ".join(sorted(v)) for v in entry.values()))
            for code, entry in sorted(found.items())
        ]
        return pd.DataFrame(rows, columns=["indicator", "title", "vintage", "licence"])


def _rows(snapshot: Snapshot, file: int, series: Sequence[str]) -> pd.DataFrame:
    reader = csv.DictReader(io.StringIO(text_of(ID, snapshot)))
    require_columns(ID, snapshot, reader.fieldnames or [], COLUMNS)
    kept = [(reader.line_num, row) for row in reader if (row["obs_value"] or "").strip()]
    for line, row in kept:
        if not ((row["source"] or "").strip() and (row["licence"] or "").strip()):
            raise SourceChanged(
                ID,
                "a figure without its source and licence; fill in both columns",
                file=snapshot.name,
                row=line,
            )
        if row["indicator"] not in series:
            raise SourceChanged(
                ID, f"the indicator {row['indicator']!r} does not take supplied figures; those that do: "
                f"{', '.join(series) or 'none'}", file=snapshot.name, row=line,
            )  # fmt: skip
    if not kept:
        return concat_raw([])
    table = pd.DataFrame([row for _, row in kept])
    return raw_frame(
        series=table["indicator"],
        source_area=table["ref_area"].str.strip(),
        time_period=table["time_period"],
        obs_value=table["obs_value"],
        obs_status=table["obs_status"].replace("", "A") if "obs_status" in table else "A",
        file=file,
        row=[line for line, _ in kept],
    )


SOURCE = User()
