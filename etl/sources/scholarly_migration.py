"""Researchers who publish, how many of them came or left by country and year, and from where to where.

Two kinds of tables of the Scholarly Migration Database: the country file from Scopus, and the flows between countries
from Scopus and, counted apart and never added, from OpenAlex. Codes are ISO3 from Scopus and ISO2 from OpenAlex; years
are written `2015.0`. A researcher is counted in the country most of their papers of the year name; years between two
papers are filled ("padded"). A move is a change of country between two papers, so first and last papers are none: in
the flows they are rows with a blank end, the largest of all, and are dropped.

Read are the years 1998 to 2020, as the producer recommends. The earliest are without moves because papers before 1996
are not known; after 2020 moves are cut off, since the next paper that would show them is not out, and from 2022 on no
researcher is counted at all. The flows from Scopus add up to the arrivals and departures of its country file. What the
flows call "back" is the flow of the same year the other way, not the return of the same people; it is not read. The
country file from OpenAlex is not read either.

The files of all editions stand in the producer's repository, of which doi.org/10.5281/zenodo.11145735 is the copy that
is cited (address: the repository and its users, read in 2026). The newest of each kind is fetched.

Papers of the state of Georgia are filed under the country, and those of the two Congos under either: most moves of
these three are between the two that are mixed up. They are excluded and counted (`area_exclusions.csv`), as are moves
from or to an institution whose country OpenAlex does not know ("nan").
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import pandas as pd

from scidip.etl.network.github import names, raw
from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading import vintages
from scidip.etl.reading.packed import unpacked
from scidip.etl.reading.tables import column_table, figures_of, floats, newest, whole_years
from scidip.etl.source import concat_raw, raw_frame
from scidip.indicators.errors import SourceChanged
from scidip.indicators.model.source import SourceSpec

if TYPE_CHECKING:
    from scidip.etl.network.client import HttpClient

ID: Final = "scholarly_migration"
SPEC: Final = SourceSpec(
    id=ID,
    kind="compiled",
    title="Scholarly Migration Database",
    publisher="Max Planck Institute for Demographic Research",
    homepage="https://www.scholarlymigration.org",
    licence="CC BY 4.0",
    licence_url="https://doi.org/10.5281/zenodo.11145735",
    citation="Akbaritabar, Theile & Zagheni (2024), Scholarly Migration Database, Scopus 2024 V1 and OpenAlex 2023 V1",
    cadence="irregular",
    area_scheme="iso",
    months=12,
)

COLUMNS: Final = {
    "researchers": "padded_population_of_researchers",
    "arrivals": "number_of_inmigrations",
    "departures": "number_of_outmigrations",
}
MOVES: Final = "moves"
MOVES_OPENALEX: Final = "moves_openalex"
ENDS: Final = ("migrationfrom", "migrationto")
FLOWS: Final = (*ENDS, "year", "n_migrations")
FIRST, LAST = 1998, 2020
EXAMPLE: Final = "scopus_2024_V1_scholarlymigration_country.csv"
REPOSITORY: Final = "MPIDR/Global-flows-and-rates-of-international-migration-of-scholars"
FOLDER: Final = "data_input"
NAME: Final = re.compile(
    r"(scopus|openalex)_(\d{4})(?:_(\d{2}))?_V(\d+)_scholarlymigration_(country|countryflows)\.csv"
)
KINDS: Final[Mapping[tuple[str, str], frozenset[str]]] = {
    ("scopus", "country"): frozenset(COLUMNS),
    ("scopus", "countryflows"): frozenset({MOVES}),
    ("openalex", "countryflows"): frozenset({MOVES_OPENALEX}),
}
"""What is read of each producer's kinds of tables: the series that it holds."""


class ScholarlyMigration:
    """Researchers, arrivals and departures per country and year, and moves per pair; what is not there is no row."""

    spec = SPEC
    files: tuple[str, ...] = (
        "scholarly-migration/scopus_*_scholarlymigration_country.csv*",
        "scholarly-migration/scopus_*_scholarlymigration_countryflows.csv*",
        "scholarly-migration/openalex_*_scholarlymigration_countryflows.csv*",
    )

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot]:
        """Yield the newest file of each kind that holds any of *series*, from the producer's repository."""
        newest_of: dict[tuple[str, str], tuple[tuple[int, ...], str]] = {}
        for name in names(ID, http, REPOSITORY, FOLDER):
            found = NAME.fullmatch(name)
            if found:
                edition = tuple(int(part or 0) for part in found.groups()[1:4])
                kind = (found[1], found[5])
                newest_of[kind] = max(newest_of.get(kind, (edition, name)), (edition, name))
        for kind in (kind for kind, holds in KINDS.items() if holds & set(series)):
            if kind not in newest_of:
                example = EXAMPLE.replace("scopus", kind[0]).replace("country", kind[1])
                raise SourceChanged(ID, f"no file called like {example} is in {REPOSITORY}; pass it with --file")
            name = newest_of[kind][1]
            begins = b"year" if kind[1] == "country" else ENDS[0].encode()
            yield http.snapshot(ID, raw(REPOSITORY, f"{FOLDER}/{name}"), name=name, begins=begins)

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the year of the edition, which the name of the file tells."""
        return str(vintages.edition(ID, snapshot, EXAMPLE))

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the figures of the newest file of each kind, 1998 to 2020."""
        flows = [(file, snapshot) for file, snapshot in enumerate(snapshots) if _is_flows(snapshot)]
        countries = [(file, s) for file, s in enumerate(snapshots) if (file, s) not in flows]
        frames = [self._countries(*one, series) for one in self._newest(countries)]
        by_producer: dict[str, list[tuple[int, Snapshot]]] = {}
        tables = {}
        for file, snapshot in flows:
            tables[file] = _flows(snapshot)
            by_producer.setdefault(_producer(tables[file]), []).append((file, snapshot))
        for code, found in by_producer.items():
            if code in series:
                frames += [_pairs(code, tables[file], file) for file, _snapshot in self._newest(found)]
        return concat_raw(frames)

    def _newest(self, files: Sequence[tuple[int, Snapshot]]) -> list[tuple[int, Snapshot]]:
        places = [file for file, _snapshot in files]
        return [(places[k], snapshot) for k, snapshot in newest([s for _file, s in files], self.vintage)]

    def _countries(self, file: int, snapshot: Snapshot, series: Sequence[str]) -> pd.DataFrame:
        table = column_table(ID, snapshot, ("year", "countrycode", *COLUMNS.values()), texts=("countrycode",))
        if len(table) and (table["countrycode"].str.len() == 2).all():
            raise SourceChanged(
                ID,
                f"the countries have two letters: this is the file from OpenAlex; pass {EXAMPLE}",
                file=snapshot.name,
            )
        wanted = {code: column for code, column in COLUMNS.items() if code in series}
        return figures_of(_in_span(table), file, wanted, area="countrycode", year="year")


def _is_flows(snapshot: Snapshot) -> bool:
    """Return whether the header is that of moves between two countries."""
    head = unpacked(ID, snapshot).content.lstrip(b"\xef\xbb\xbf \r\n\t").split(b"\n", 1)[0]
    return all(end.encode() in head for end in ENDS)


def _flows(snapshot: Snapshot) -> pd.DataFrame:
    """Return the moves that have two ends, by line; a blank end is a first or a last paper, and no move."""
    table = column_table(ID, snapshot, FLOWS, texts=ENDS)
    return table[table[list(ENDS)].notna().all(axis="columns")]


def _producer(table: pd.DataFrame) -> str:
    """Return the series of a table of moves: codes of three letters are Scopus's, of two letters OpenAlex's."""
    return MOVES if (table[ENDS[0]].str.len() == 3).mean() > 0.5 else MOVES_OPENALEX


def _in_span(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the years that are read; what is no year is kept, to be set aside by row."""
    year = pd.to_numeric(table["year"], errors="coerce")
    return table[~((year < FIRST) | (year > LAST))]


def _pairs(code: str, table: pd.DataFrame, file: int) -> pd.DataFrame:
    kept = _in_span(table)
    return raw_frame(
        series=code,
        source_area=kept[ENDS[0]].str.strip().to_numpy(),
        source_counterpart=kept[ENDS[1]].str.strip().to_numpy(),
        time_period=whole_years(kept["year"]).to_numpy(),
        obs_value=floats(kept["n_migrations"]).to_numpy(),
        file=file,
        row=kept.index.to_numpy(),
    )


SOURCE = ScholarlyMigration()
