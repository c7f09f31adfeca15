"""International Environmental Agreements Database: agreements about science, and who is bound.

One record per agreement and state. Agreements of science are those whose title names atomic
energy, research, science or technology. Missing dates were turned into impossible ones when the
database was copied (2899-01-01 stands for 1899-01-01, itself a blank); whatever lies after the
newest believable year is no date. A state is bound from the later of two dates: when the agreement
entered into force for it and when it ratified. Where the entry into force is not known the
agreement is not counted: nobody recorded that it ever bound anyone.

`treaties` counts agreements by the year a state was bound (minus those that ended, in the year
after the end); `agreements` counts, per pair and year, bilateral agreements in force: from a pair's first one on,
every year to the last of the database, zero where all have ended. Of a pair without any the list says nothing.
Agreements with the European Community have one state only and make no pair.

`theme_…` and `both_…` count all treaties of the list in force in its last year by what their titles name (see
`etl.reading.treaty_themes`). A treaty is told by its number in the database (`ieadbID`) where the file has it: in the
copy for the bundle `treatyID` also changes with the year in which a state joined.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading import treaty_themes
from scidip.etl.reading.lists import read_list, tally
from scidip.etl.reading.packed import unpacked
from scidip.etl.reading.tables import header_of, newest
from scidip.etl.source import ByHand, concat_raw, text_of
from scidip.indicators.model.source import SourceSpec

ID: Final = "ieadb"
SPEC: Final = SourceSpec(
    id=ID,
    kind="compiled",
    title="International Environmental Agreements",
    publisher="IEADB Project, University of Oregon",
    homepage="https://www.iea.ulaval.ca",
    licence="Free with citation",
    licence_url="https://www.iea.ulaval.ca",
    citation="R. B. Mitchell and the IEADB Project, Environmental Agreements Database",
    cadence="irregular",
    area_scheme="iso3",
    redistributable=False,
    where_to_get="See the International Environmental Agreements Database Project",
    months=12,
    by_hand=(
        "open https://www.iea.ulaval.ca/en/download/ieadb-dataset-current-version-all-ieadb-dataset-files, "
        "download the files of the current version, and save the table of memberships as a CSV with a line per "
        "agreement and state and the header treatyID,Title,stateID,End,Rat,Force,DocType (states as ISO3 codes, "
        "dates as 2015-11-25, B or M for bilateral or multilateral); pass it with --file"
    ),
)

TREATIES: Final = "treaties"
AGREEMENTS: Final = "agreements"
COLUMNS: Final = ("treatyID", "Title", "stateID", "End", "Rat", "Force", "DocType")
NUMBER: Final = "ieadbID"
"""The number of a treaty in the database, in files that have it."""
SCIENCE: Final = r"atomic|research|scientific|technolog"
BILATERAL: Final = "B"
LAST: Final = 2020
"""The last year of the database as it was collected for the bundle, whose file has no day on which it was read."""


class Ieadb(ByHand):
    """Agreements on science per state (by year bound) and per pair (in force, by year)."""

    spec = SPEC
    files: tuple[str, ...] = ("treaties-environment/ieadb_memberships_*.csv.gz",)

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the last year in which an agreement entered into force."""
        force = read_list(ID, snapshot, COLUMNS)["Force"]
        years = _year(force, _last(snapshot, force)).dropna()
        return str(int(years.max())) if len(years) else ""

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the counts from the newest file."""
        if not snapshots:
            return concat_raw([])
        file, snapshot = newest(snapshots, self.vintage)[0]
        last = _last(snapshot, read_list(ID, snapshot, COLUMNS)["Force"])
        bound = _bound(snapshot, last)
        frames = []
        if TREATIES in series:
            frames.append(_treaties(bound, file))
        if AGREEMENTS in series:
            frames.append(_agreements(bound, file, last))
        frames += treaty_themes.themed(_all_bound(snapshot, last), frozenset(series), file, last)
        return concat_raw(frames)


def _year(dates: pd.Series, last: int) -> pd.Series:
    """Return the years of ISO dates; NaN for a blank and for a date that cannot be."""
    found = pd.to_numeric(dates.str.slice(0, 4), errors="coerce")
    return found.where(found <= last)


def _last(snapshot: Snapshot, force: pd.Series) -> int:
    """Return the last year of the database: the newest entry into force of those before the file was read."""
    if not snapshot.retrieved[:4].isdecimal():
        return LAST
    newest = _year(force, int(snapshot.retrieved[:4])).max()
    return LAST if pd.isna(newest) else max(LAST, int(newest))


def _bound(snapshot: Snapshot, last: int) -> pd.DataFrame:
    """Return agreements of science with the years from which and to which each state is bound."""
    table = read_list(ID, snapshot, COLUMNS)
    table = table[table["Title"].str.contains(SCIENCE, case=False, regex=True)]
    return _since(table.drop_duplicates(["treatyID", "stateID"]), last)


def _all_bound(snapshot: Snapshot, last: int) -> pd.DataFrame:
    """Return all agreements with the years from which and to which each state is bound, and what tells them apart."""
    has_number = NUMBER in header_of(text_of(ID, unpacked(ID, snapshot)))
    table = read_list(ID, snapshot, (*COLUMNS, NUMBER) if has_number else COLUMNS)
    return _since(table.assign(treaty=table[NUMBER if has_number else "treatyID"]), last)


def _since(table: pd.DataFrame, last: int) -> pd.DataFrame:
    """Return the rows of who is bound, with the years `start` and `end` (NaN: in force)."""
    force, ratified = _year(table["Force"], last), _year(table["Rat"], last)
    start = pd.Series(np.fmax(force, ratified), index=table.index).where(force.notna())
    table = table.assign(start=start, end=_year(table["End"], last))
    return table[table["start"].notna()].astype({"start": int})


def _treaties(bound: pd.DataFrame, file: int) -> pd.DataFrame:
    ended = bound[bound["end"].notna()]
    changes = pd.concat(
        [bound.assign(year=bound["start"], change=1.0), ended.assign(year=ended["end"].astype(int) + 1, change=-1.0)]
    )
    changes = changes.assign(year=changes["year"].astype(str))
    return tally(TREATIES, changes, area="stateID", period="year", file=file, value="change")


def _agreements(bound: pd.DataFrame, file: int, last: int) -> pd.DataFrame:
    """Return each pair in every year from its first agreement on, with those in force."""
    bilateral = bound[bound["DocType"] == BILATERAL]
    both = bilateral[bilateral.groupby("treatyID")["stateID"].transform("size") == 2]
    both = both.assign(line=both.index)
    grouped = both.sort_values("stateID", kind="stable").groupby("treatyID", sort=False)
    pairs = grouped.agg(
        a=("stateID", "first"), b=("stateID", "last"), start=("start", "max"), end=("end", "min"), line=("line", "min")
    )
    spans: list[Any] = [  # of ranges, which the types of pandas do not know as cells
        range(int(first), int(end) + 1) for first, end in zip(pairs["start"], pairs["end"].fillna(last), strict=True)
    ]
    yearly = pairs.assign(year=spans, force=1.0).explode("year")
    since = pairs.groupby(["a", "b"], as_index=False).agg(first=("start", "min"), line=("line", "min"))
    spans = [range(first, last + 1) for first in since["first"]]
    grid = since.assign(year=spans, force=0.0)
    whole = pd.concat([yearly, grid.explode("year")]).dropna(subset="year")
    whole = whole.astype({"year": str}).set_index("line")
    return tally(AGREEMENTS, whole, area="a", counterpart="b", period="year", file=file, value="force")


SOURCE = Ieadb()
