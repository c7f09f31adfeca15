"""Researchers who publish, and how many of them came or left, by country and year.

The country file of the Scholarly Migration Database from Scopus, codes ISO3, years written `2015.0`. A researcher is
counted in the country most of their papers of the year name; years between two papers are filled ("padded"). A move
is a change of country between two papers, so first and last papers are none.

Read are the years 1998 to 2020, as the producer recommends. The earliest are without moves because papers before 1996
are not known; after 2020 moves are cut off, since the next paper that would show them is not out, and from 2022 on no
researcher is counted at all. The flows between countries and the file from OpenAlex (codes ISO2) are not read.

The files of all editions stand in the producer's repository, of which doi.org/10.5281/zenodo.11145735 is the copy that
is cited (address: the repository and its users, read in 2026). The newest is fetched.

Papers of the state of Georgia are filed under the country, and those of the two Congos under either: most moves of
these three are between the two that are mixed up. They are excluded and counted (`area_exclusions.csv`).
"""

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import pandas as pd

from scidip.etl.network.github import names, raw
from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading import vintages
from scidip.etl.reading.tables import column_table, figures_of, newest
from scidip.etl.source import concat_raw
from scidip.indicators.errors import SourceChanged
from scidip.indicators.model.catalogue import SourceSpec

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
    citation="Akbaritabar, Theile & Zagheni (2024), Scholarly Migration Database, Scopus 2024 V1",
    cadence="irregular",
    area_scheme="iso3",
    months=12,
)

COLUMNS: Final = {
    "researchers": "padded_population_of_researchers",
    "arrivals": "number_of_inmigrations",
    "departures": "number_of_outmigrations",
}
FIRST, LAST = 1998, 2020
EXAMPLE: Final = "scopus_2024_V1_scholarlymigration_country.csv"
REPOSITORY: Final = "MPIDR/Global-flows-and-rates-of-international-migration-of-scholars"
FOLDER: Final = "data_input"
NAME: Final = re.compile(r"scopus_(\d{4})(?:_(\d{2}))?_V(\d+)_scholarlymigration_country\.csv")


class ScholarlyMigration:
    """Researchers, arrivals and departures per country and year; a country without a researcher is no row."""

    spec = SPEC
    files: tuple[str, ...] = ("scholarly-migration/scopus_*_scholarlymigration_country.csv*",)

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot]:
        """Yield the newest country file from Scopus in the producer's repository."""
        found = {key: name for name in names(ID, http, REPOSITORY, FOLDER) if (key := _edition(name))}
        if not found:
            raise SourceChanged(ID, f"no file called like {EXAMPLE} is in {REPOSITORY}; pass it with --file")
        name = found[max(found)]
        yield http.snapshot(ID, raw(REPOSITORY, f"{FOLDER}/{name}"), name=name, begins=b"year")

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the year of the edition, which the name of the file tells."""
        return str(vintages.edition(ID, snapshot, EXAMPLE))

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the figures of the newest file, 1998 to 2020."""
        if not snapshots:
            return concat_raw([])
        file, snapshot = newest(snapshots, self.vintage)[0]
        table = column_table(ID, snapshot, ("year", "countrycode", *COLUMNS.values()), texts=("countrycode",))
        if len(table) and (table["countrycode"].str.len() == 2).all():
            raise SourceChanged(
                ID,
                f"the countries have two letters: this is the file from OpenAlex; pass {EXAMPLE}",
                file=snapshot.name,
            )
        year = pd.to_numeric(table["year"], errors="coerce")
        # What is no year is kept, to be set aside by row.
        kept = table[~((year < FIRST) | (year > LAST))]
        wanted = {code: column for code, column in COLUMNS.items() if code in series}
        return figures_of(kept, file, wanted, area="countrycode", year="year")


def _edition(name: str) -> tuple[int, ...]:
    """Return year, month and version that a name tells; of another name, nothing."""
    found = NAME.fullmatch(name)
    return tuple(int(part or 0) for part in found.groups()) if found else ()


SOURCE = ScholarlyMigration()
