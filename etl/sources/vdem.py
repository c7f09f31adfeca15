"""V-Dem: the academic freedom index (0 to 1) by country and year.

The project's Country-Year file, or an extract of it with `country_text_id, year, v2xca_academ`.
Codes are like ISO3, with some of the project's own: DDR until 1990, Gaza (PSG) beside the West
Bank (PSE), Somaliland (SML) beside Somalia, Zanzibar (ZZB) beside Tanzania. Scores of one
version must not be compared with those of another, so only the newest file is read. Versions
come out every March and reach the year before.

The site gives the file out through a form, and the package `vdemdata` holds it as R data. Fetched is the table that
Our World in Data passes on (address: seen in two readers and a citation of 2026): `Entity, Code, Year` and the index
under a title, with codes of its own (OWID_…) for what has no ISO3 code; of those only Kosovo is read.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.packed import unpacked
from scidip.etl.reading.tables import column_table, figures_of, header_of, newest
from scidip.etl.source import NotGiven, concat_raw, text_of
from scidip.indicators.errors import SourceChanged
from scidip.indicators.model.source import SourceSpec

if TYPE_CHECKING:
    from scidip.etl.network.client import HttpClient

ID: Final = "vdem"
PASSED_ON: Final = "https://ourworldindata.org/grapher/academic-freedom-index.csv"
OWID: Final = ("Entity", "Code", "Year")
TITLE: Final = "academic freedom index"
KOSOVO: Final = {"OWID_KOS": "XKX"}
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
    months=12,
)
AREA: Final = "country_text_id"
YEAR: Final = "year"
INDEX: Final = "v2xca_academ"


class Vdem:
    """The index per country and year; a country that was not coded is no row."""

    spec = SPEC
    files: tuple[str, ...] = ("vdem-academic-freedom/vdem_academic_freedom_*.csv",)

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot | NotGiven]:
        """Yield the table that Our World in Data passes on."""
        yield http.snapshot(ID, PASSED_ON, name="academic-freedom-index.csv", begins=b"Entity,Code,")

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
    header = header_of(text_of(ID, unpacked(ID, snapshot)), ",")
    if tuple(header[:3]) == OWID:
        return _passed_on(snapshot, header)
    # The full file has thousands of columns; the others are passed over.
    return column_table(
        ID,
        snapshot,
        (AREA, YEAR, INDEX),
        texts=(AREA,),
        usecols=lambda name: name.strip() in (AREA, YEAR, INDEX),
        index_col=None,
    )


def _passed_on(snapshot: Snapshot, header: Sequence[str]) -> pd.DataFrame:
    """Return the table of Our World in Data in the project's own columns, without regions and former states."""
    index = [name for name in header[3:] if name.lower().startswith(TITLE) and "bound" not in name.lower()]
    if len(index) != 1:
        raise SourceChanged(
            ID,
            f"one column called Academic freedom index is expected after {', '.join(OWID)}; found {', '.join(header)}; "
            f"give the Country-Year file of {HOMEPAGE} instead",
            file=snapshot.name,
            row=1,
        )
    table = column_table(ID, snapshot, (*OWID, index[0]), texts=("Entity", "Code"))
    table = table.set_axis(["entity", AREA, YEAR, INDEX], axis="columns")
    table[AREA] = table[AREA].replace(KOSOVO)
    return table[table[AREA].str.fullmatch("[A-Z]{3}", na=False)]


SOURCE = Vdem()
