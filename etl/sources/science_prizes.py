"""Laureates of science prizes, by the country of the institution they worked at when the prize was given.

Two tables of PrizeAtlas: one line per award, with the first affiliation, and a table of further affiliations; both are
read out of the producer's SQLite file (address and tables: its repository, read in 2026) or as two CSV of the same
columns. Birth and citizenship stand in columns of their own and are not read. A laureate counts once, whole, in every
country of an affiliation; the names of countries are today's (Kapitsa is under Russia).

Of the sixteen families of prizes thirteen count. In three hardly an affiliation is known (`LEFT_OUT`). Nor do count
organisations, a collaboration of a thousand authors being under one country, and the Lasker award for public service,
which went to politicians and writers. Some years are written `1994/1995`, the ceremony being in the second, or
`2021 (special)`. The Nobel prizes are the last of a year: until they are in the table, the year is not read, or its
silence would say that nobody had a prize.
"""

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import pandas as pd

from scidip.etl.network.github import raw
from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading import vintages
from scidip.etl.reading.answers import prizeatlas
from scidip.etl.reading.lists import read_list
from scidip.etl.reading.packed import unpacked
from scidip.etl.reading.tables import header_of
from scidip.etl.source import concat_raw, raw_frame, text_of
from scidip.indicators.errors import SourceChanged
from scidip.indicators.model.source import SourceSpec

if TYPE_CHECKING:
    from scidip.etl.network.client import HttpClient

ID: Final = "science_prizes"
SPEC: Final = SourceSpec(
    id=ID,
    kind="compiled",
    title="Science prizes",
    publisher="PrizeAtlas",
    homepage="https://github.com/antb123/prizeatlas",
    licence="CC BY-SA 4.0",
    licence_url="https://creativecommons.org/licenses/by-sa/4.0/",
    citation="PrizeAtlas, awards of science prizes, August 2026, from the sites of the prizes and Wikidata",
    area_scheme="name",
    months=12,
)

REPOSITORY: Final = "antb123/prizeatlas"
DATABASE: Final = "datasets/awards.sqlite3"
AWARDS: Final = "awards"
NOBEL: Final = "Nobel Prize"
FAMILIES: Final = frozenset(
    {
        NOBEL,
        "Abel Prize",
        "Breakthrough Prize",
        "Canada Gairdner International Award",
        "Crafoord Prize",
        "Fields Medal",
        "Japan Prize",
        "Kyoto Prize",
        "Lasker Award",
        "Max Planck Medal",
        "Shaw Prize",
        "Turing Award",
        "Wolf Prize",
    }
)
LEFT_OUT: Final = frozenset({"Kavli Prize", "Millennium Technology Prize", "The Brain Prize"})
PUBLIC_SERVICE: Final = "Lasker–Bloomberg Public Service Award"
INDIVIDUAL: Final = "Individual"
COLUMNS: Final = ("award_record_id", "year", "prize_name", "category", "laureate_type", "affiliation_country")
FURTHER: Final = ("award_record_id", "position", "affiliation_country")
YEAR: Final = re.compile(r"(?:\d{4}/)?(\d{4})(?: \(special\))?")


class SciencePrizes:
    """Awards per country of affiliation and year (a count); years without an award are no rows."""

    spec = SPEC
    files: tuple[str, ...] = (
        "science-prizes/science_prizes_[0-9]*.csv*",
        "science-prizes/science_prizes_extra_affiliations.csv*",
    )

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot]:
        """Yield the producer's database, which holds both tables."""
        yield http.snapshot(ID, raw(REPOSITORY, DATABASE), name="awards.sqlite3", begins=prizeatlas.BEGINS)

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the newest year of the awards that count; of further affiliations, when they were collected."""
        if not prizeatlas.is_database(snapshot) and _is_further(snapshot):
            return vintages.dated(snapshot)
        return max((str(year) for year in _awards(snapshot)["year"]), default=vintages.UNDATED)

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the counts of the newest awards; both tables must be among the files, or in one database."""
        if AWARDS not in series or not snapshots:
            return concat_raw([])
        found: dict[bool, list[int]] = {False: [], True: []}
        for file, snapshot in enumerate(snapshots):
            if prizeatlas.is_database(snapshot):
                found[False].append(file)
            else:
                found[_is_further(snapshot)].append(file)
        first = max(found[False], key=lambda file: vintages.order(self.vintage(snapshots[file])), default=-1)
        if first >= 0 and prizeatlas.is_database(snapshots[first]):
            return _counts(_places(snapshots, first, first))
        if not found[False] or not found[True]:
            missing = "further affiliations" if found[False] else "awards"
            raise SourceChanged(
                ID, f"the table of {missing} is not among the files; pass both tables", file=snapshots[0].name
            )
        further = max(found[True], key=lambda file: vintages.order(self.vintage(snapshots[file])))
        return _counts(_places(snapshots, first, further))


def _is_further(snapshot: Snapshot) -> bool:
    """Return whether a file is the table of further affiliations. Raises SourceChanged when it is neither table."""
    header = header_of(text_of(ID, unpacked(ID, snapshot)))
    if set(COLUMNS) <= set(header):
        return False
    if set(FURTHER) <= set(header):
        return True
    raise SourceChanged(
        ID,
        f"the header {', '.join(header[:6])} is neither that of the awards ({', '.join(COLUMNS)}) nor that of further "
        f"affiliations ({', '.join(FURTHER)})",
        file=snapshot.name,
        row=1,
    )


def _awards(snapshot: Snapshot) -> pd.DataFrame:
    """Return the awards that count, years whole where they are one; index is the line."""
    table = _records(snapshot)
    strange = table[~table["prize_name"].isin(FAMILIES | LEFT_OUT)]
    if len(strange):
        raise SourceChanged(
            ID,
            f"the prize {strange['prize_name'].iloc[0]!r} is new; add it to the job once it is clear whether its "
            "affiliations are known",
            file=snapshot.name,
            row=int(strange.index[0]),
        )
    counts = (
        table["prize_name"].isin(FAMILIES)
        & (table["category"] != PUBLIC_SERVICE)
        & (table["laureate_type"] == INDIVIDUAL)
    )
    kept = table[counts].assign(year=table["year"].map(_year))
    years = pd.to_numeric(kept["year"], errors="coerce")
    # What is no year is kept, to be set aside by row.
    whole: pd.Series = years.isna() | (years <= years[kept["prize_name"] == NOBEL].max())
    return kept[whole]


def _records(snapshot: Snapshot) -> pd.DataFrame:
    if prizeatlas.is_database(snapshot):
        return prizeatlas.table(ID, snapshot, prizeatlas.AWARDS, COLUMNS)
    return read_list(ID, snapshot, COLUMNS)


def _year(written: str) -> int | str:
    found = YEAR.fullmatch(written)
    return int(found[1]) if found else written


def _places(snapshots: Sequence[Snapshot], first: int, further: int) -> pd.DataFrame:
    """Return award_record_id, year, country, file and line of each country of an affiliation of each award."""
    awards = _awards(snapshots[first])
    if prizeatlas.is_database(snapshots[further]):
        more = prizeatlas.table(ID, snapshots[further], prizeatlas.FURTHER, FURTHER)
    else:
        more = read_list(ID, snapshots[further], FURTHER)
    known = set(_records(snapshots[first])["award_record_id"])
    strange = more[~more["award_record_id"].isin(known)]
    if len(strange):
        raise SourceChanged(
            ID,
            f"the award {strange['award_record_id'].iloc[0]!r} is not among those of {snapshots[first].name}; pass two "
            "tables of one edition",
            file=snapshots[further].name,
            row=int(strange.index[0]),
        )
    year = awards.set_index("award_record_id")["year"]
    more = more[more["award_record_id"].isin(year.index)]
    both = pd.concat(
        [
            awards.assign(file=first, line=awards.index),
            more.assign(file=further, line=more.index, year=more["award_record_id"].map(year)),
        ]
    )
    # An award without a country is set aside, unless another of its affiliations has one.
    blank = both["affiliation_country"] == ""
    placed = set(both.loc[~blank, "award_record_id"])
    both = both[~(blank & both["award_record_id"].isin(placed))]
    return both.drop_duplicates(["award_record_id", "affiliation_country"])


def _counts(places: pd.DataFrame) -> pd.DataFrame:
    """Return how many awards each country has by year, with the file and line of the first."""
    if places.empty:
        return concat_raw([])
    grouped = places.groupby(["affiliation_country", "year"], sort=False)
    found = grouped.agg(awards=("award_record_id", "size"), file=("file", "first"), line=("line", "first"))
    found = found.reset_index()
    return raw_frame(
        series=AWARDS,
        source_area=found["affiliation_country"],
        time_period=found["year"],
        obs_value=found["awards"].astype(float),
        file=found["file"],
        row=found["line"],
    )


SOURCE = SciencePrizes()
