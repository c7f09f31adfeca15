"""UN DESA, E-Government Survey: one file per survey, every UN member with its indices (0 to 1).

`Survey Year, Country Name, E-Government Rank, E-Government Index, ...`. Countries are names without codes, each with a
blank at its end, today's names in the files of all years. Surveys were held in 2003, 2004, 2005, 2008, and every second
year since 2010. Up to 2012 a zero stands for what was not surveyed (states without a website, states that did not exist
yet) and is no figure; from 2014 on it is one. The education and telecommunication parts of the index were defined anew
between surveys, so ranks compare over the years better than levels. The Knowledgebase has no file address or service
that could be found, only a page with a button.
"""

from collections.abc import Sequence
from typing import Final

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.tables import column_table, figures_of
from scidip.etl.source import ByHand, concat_raw
from scidip.indicators.errors import SourceChanged
from scidip.indicators.model.source import SourceSpec

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
    months=24,
    by_hand=(
        f"open {HOMEPAGE}, under DATA choose the newest survey and download its data set in CSV "
        "(EGOV_DATA_2024.csv for that of 2024), a line per country whose header has Survey Year, Country Name, "
        "E-Government Index and Online Service Index; pass it with --file"
    ),
)
AREA: Final = "Country Name"
YEAR: Final = "Survey Year"
COLUMNS: Final = ("E-Government Index", "Online Service Index")
ZERO_COUNTS_FROM: Final = 2014
"""The first survey that gives every member an index, so that its zeros say something."""


class UnEgov(ByHand):
    """The indices of the survey; the series are the file's own column names."""

    spec = SPEC
    files: tuple[str, ...] = ("egov-2024/EGOV_DATA_*.csv", "egov-history/EGOV_DATA_*.csv")

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
                figures_of(_surveyed(_table(snapshot)), file, columns, area=AREA, year=YEAR)
                for file, snapshot in enumerate(snapshots)
            ]
        )


def _table(snapshot: Snapshot) -> pd.DataFrame:
    return column_table(ID, snapshot, (YEAR, AREA, *COLUMNS), texts=(AREA,))


def _surveyed(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with blanks in place of the zeros of early surveys."""
    early = pd.to_numeric(table[YEAR], errors="coerce") < ZERO_COUNTS_FROM
    # Through numbers: a column with a text in it holds its zeros as text.
    blank = {c: table[c].mask(early & (pd.to_numeric(table[c], errors="coerce") == 0)) for c in COLUMNS}
    return table.assign(**blank)


SOURCE = UnEgov()
