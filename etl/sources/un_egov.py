"""UN DESA, E-Government Survey: one file per survey, every UN member with its indices (0 to 1).

`Survey Year, Country Name, E-Government Rank, E-Government Index, ...`. Countries are names
without codes, each with a blank at its end. The survey is held every second year.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import pandas as pd

from scidip.etl.reading.tables import column_table, figures_of
from scidip.etl.source import Snapshot, concat_raw
from scidip.indicators.errors import SourceChanged, SourceUnavailable
from scidip.indicators.model.catalogue import SourceSpec

if TYPE_CHECKING:
    from scidip.etl.http import HttpClient

ID: Final = "un_egov"
HOMEPAGE: Final = "https://publicadministration.un.org/egovkb/en-us/Data-Center"
SPEC: Final = SourceSpec(
    id=ID,
    kind="official",
    title="UN E-Government Survey",
    publisher="United Nations, Department of Economic and Social Affairs",
    homepage=HOMEPAGE,
    licence="UN, free with attribution",
    citation="United Nations, E-Government Survey, UN E-Government Knowledgebase",
    cadence="every two years",
    area_scheme="name",
    renews="years",
)
AREA: Final = "Country Name"
YEAR: Final = "Survey Year"
COLUMNS: Final = ("E-Government Index", "Online Service Index")


class UnEgov:
    """The indices of the survey; the series are the file's own column names."""

    spec = SPEC
    files: tuple[str, ...] = ("egov-2024/EGOV_DATA_*.csv",)

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot]:
        """Say where the file is: the Knowledgebase has no service to ask."""
        raise SourceUnavailable(ID, f"download EGOV_DATA_<year>.csv from {HOMEPAGE} and pass it with --file")

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the year of the newest survey in the file."""
        years = pd.to_numeric(_table(snapshot)[YEAR], errors="coerce").dropna()
        if years.empty:
            raise SourceChanged(ID, "no row has a survey year; download the file again", file=snapshot.name)
        return str(int(years.max()))

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the indices of every survey in the files."""
        columns = {c: c for c in COLUMNS if c in series}
        return concat_raw(
            [
                figures_of(_table(snapshot), file, columns, area=AREA, year=YEAR)
                for file, snapshot in enumerate(snapshots)
            ]
        )


def _table(snapshot: Snapshot) -> pd.DataFrame:
    return column_table(ID, snapshot, (YEAR, AREA, *COLUMNS), texts=(AREA,))


SOURCE = UnEgov()
