"""United Nations, World Population Prospects: people by area and year, for areas that the World Bank leaves out.

Read in the shape in which Gapminder passes the revision of 2024 on, `country,year,population`, with ISO3 codes in
small letters. The years to 2023 are estimates of the United Nations; from 2024 on the file holds projections, which
are left out. The file carries no date; it belongs to the revision of 2024.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.tables import column_table, figures_of
from scidip.etl.source import concat_raw
from scidip.indicators.errors import SourceUnavailable
from scidip.indicators.model.catalogue import SourceSpec

if TYPE_CHECKING:
    from scidip.etl.network.client import HttpClient

ID: Final = "un_population"
REPOSITORY: Final = "https://github.com/open-numbers/ddf--gapminder--population"
SPEC: Final = SourceSpec(
    id=ID,
    kind="official",
    title="UN World Population Prospects",
    publisher="United Nations, DESA, Population Division",
    homepage="https://population.un.org/wpp/",
    licence="CC BY 3.0 IGO",
    licence_url="https://creativecommons.org/licenses/by/3.0/igo/",
    citation="United Nations, DESA, Population Division, World Population Prospects 2024, as passed on by Gapminder",
    cadence="every two years",
    area_scheme="iso3",
)
AREA: Final = "country"
YEAR: Final = "year"
SERIES: Final = "population"
REVISION: Final = "2024"
LAST_ESTIMATE: Final = 2023


class UnPopulation:
    """People by area and year; estimates only."""

    spec = SPEC
    files: tuple[str, ...] = ("un-population/*population--by--country--year.csv",)

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot]:
        """Raise SourceUnavailable: say where the file is."""
        raise SourceUnavailable(
            ID, f"download ddf--datapoints--population--by--country--year.csv from {REPOSITORY} and pass it with --file"
        )

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the revision the file belongs to."""
        column_table(ID, snapshot, (AREA, YEAR, SERIES), texts=(AREA,))
        return REVISION

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the estimates in the files."""
        if SERIES not in series:
            return concat_raw([])
        frames = []
        for file, snapshot in enumerate(snapshots):
            table = column_table(ID, snapshot, (AREA, YEAR, SERIES), texts=(AREA,))
            estimates = table[~(pd.to_numeric(table[YEAR], errors="coerce") > LAST_ESTIMATE)]
            frames.append(figures_of(estimates, file, {SERIES: SERIES}, area=AREA, year=YEAR))
        return concat_raw(frames)


SOURCE = UnPopulation()
