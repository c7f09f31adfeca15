"""Gapminder: people who live outside the country they were born in, by country of birth.

Two files, `emigrant_n.csv` (people) and `emigrant_pc.csv` (per hundred inhabitants), each
`country,time,<name>`; the series is the third column's name. They restate the United Nations'
International Migrant Stock: every five years from 1990 and 2024. Codes are ISO3 in small letters
with `hos` for the Holy See. The files carry no date; those of the bundle are of version 4 of April 2026. Address: both
files seen in the repository, 2026.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.tables import column_table, figures_of, header_of
from scidip.etl.reading.vintages import dated
from scidip.etl.source import NotGiven, concat_raw, each, text_of
from scidip.indicators.errors import SourceChanged
from scidip.indicators.model.source import SourceSpec

if TYPE_CHECKING:
    from scidip.etl.network.client import HttpClient

ID: Final = "gapminder_migration"
SPEC: Final = SourceSpec(
    id=ID,
    kind="official",
    title="Gapminder migration",
    publisher="Gapminder, from United Nations data",
    homepage="https://www.gapminder.org/data/",
    licence="CC BY 4.0",
    licence_url="https://creativecommons.org/licenses/by/4.0/",
    citation="Gapminder, migration, version 4, from UN DESA, International Migrant Stock",
    cadence="every five years",
    area_scheme="iso3",
    months=48,
)
AREA: Final = "country"
YEAR: Final = "time"
FILE: Final = (
    "https://raw.githubusercontent.com/open-numbers/ddf--gapminder--fasttrack/master/countries_etc_datapoints/"
    "ddf--datapoints--{}--by--country--time.csv"
)
SERIES: Final = ("emigrant_n", "emigrant_pc")


class GapminderMigration:
    """Emigrants by country of birth and year, as people and per hundred inhabitants."""

    spec = SPEC
    files: tuple[str, ...] = ("gapminder-migration/emigrant_*.csv",)

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot | NotGiven]:
        """Yield the file of each series as it is in the repository now."""

        def ask(code: str) -> Snapshot:
            answer = http.snapshot(ID, FILE.format(code), name=f"{code}.csv", begins=f"{AREA},{YEAR}".encode())
            if (found := _series(answer)) != code:
                raise SourceChanged(ID, f"it holds {found} where {code} was asked for; look there", file=answer.url)
            return answer

        return each(series, ask)

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the month of the version where it is known of this very file."""
        _series(snapshot)
        return dated(snapshot)

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the figures of the files of *series*."""
        frames = []
        for file, snapshot in enumerate(snapshots):
            name = _series(snapshot)
            if name in series:
                table = column_table(ID, snapshot, (AREA, YEAR, name), texts=(AREA,))
                frames.append(figures_of(table, file, {name: name}, area=AREA, year=YEAR))
        return concat_raw(frames)


def _series(snapshot: Snapshot) -> str:
    """Return the series a file holds, by its header."""
    header = header_of(text_of(ID, snapshot))
    if header[:2] != [AREA, YEAR] or len(header) != 3 or header[2] not in SERIES:
        raise SourceChanged(
            ID,
            f"the header {', '.join(header[:6])} is not {AREA},{YEAR} and one of "
            f"{', '.join(SERIES)}; name its three columns so",
            file=snapshot.name,
            row=1,
        )
    return header[2]


SOURCE = GapminderMigration()
