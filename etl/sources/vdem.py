"""V-Dem: the academic freedom index (0 to 1) by country and year.

The project's Country-Year file, or an extract of it with `country_text_id, year, v2xca_academ`.
Codes are like ISO3, with some of the project's own: DDR until 1990, Gaza (PSG) beside the West
Bank (PSE), Somaliland (SML) beside Somalia, Zanzibar (ZZB) beside Tanzania. Scores of one
version must not be compared with those of another, so only the newest file is read. Versions
come out every March and reach the year before.

Fetched by hand: the site gives it out through a form, and the package `vdemdata` holds it as R data.
"""

from collections.abc import Sequence
from typing import Final

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.tables import column_table, figures_of, newest
from scidip.etl.source import ByHand, concat_raw
from scidip.indicators.errors import SourceChanged
from scidip.indicators.model.catalogue import SourceSpec

ID: Final = "vdem"
HOMEPAGE: Final = "https://www.v-dem.net/data/the-v-dem-dataset/"
SPEC: Final = SourceSpec(
    id=ID,
    kind="judgement",
    title="V-Dem",
    publisher="V-Dem Institute, University of Gothenburg",
    homepage=HOMEPAGE,
    licence="CC BY-SA 4.0",
    licence_url="https://creativecommons.org/licenses/by-sa/4.0/",
    citation="Varieties of Democracy (V-Dem) Project, Country-Year Dataset",
    area_scheme="iso3",
    by_hand=(
        f"open {HOMEPAGE}, choose Country-Year: V-Dem Full+Others in the newest version as CSV, fill in the form, and "
        "pass the archive that comes, or the CSV file in it (it has the columns country_text_id, year and "
        "v2xca_academ), with --file"
    ),
    months=12,
)
AREA: Final = "country_text_id"
YEAR: Final = "year"
INDEX: Final = "v2xca_academ"


class Vdem(ByHand):
    """The index per country and year; a country that was not coded is no row."""

    spec = SPEC
    files: tuple[str, ...] = ("vdem-academic-freedom/vdem_academic_freedom_*.csv",)

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the month of the version that first reaches the newest year in the file."""
        years = pd.to_numeric(_table(snapshot)[YEAR], errors="coerce").dropna()
        if years.empty:
            raise SourceChanged(ID, "no row has a year; download the file again", file=snapshot.name)
        return f"{int(years.max()) + 1}-03"

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the index from the newest file."""
        columns = {INDEX: INDEX} if INDEX in series else {}
        return concat_raw(
            [
                figures_of(_table(snapshot), file, columns, area=AREA, year=YEAR)
                for file, snapshot in newest(snapshots, self.vintage)
            ]
        )


def _table(snapshot: Snapshot) -> pd.DataFrame:
    # The full file has thousands of columns; the others are passed over.
    return column_table(
        ID,
        snapshot,
        (AREA, YEAR, INDEX),
        texts=(AREA,),
        usecols=lambda name: name.strip() in (AREA, YEAR, INDEX),
        index_col=None,
    )


SOURCE = Vdem()
