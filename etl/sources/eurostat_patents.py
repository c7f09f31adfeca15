"""Eurostat: patent applications to the European Patent Office, by country of the applicant and of the inventor.

The data set pat_ep_tot has the dimensions freq, coop_ptn, unit and geo. Read is the number of applications (NR) by the
country of the first applicant (APPL, whole numbers) and by that of the inventors (INVT, an application divided among
theirs), all areas and years. Counted are applications handed in at the office in the year and international ones that
entered its procedure in it; granted or not. So they are not the applications at home of `resident_patents`: who seeks
protection in Europe pays for it, and firms of other continents file fewer. The older pat_ep_ntot, by year of priority,
ends in 2017 and is not read.

Areas are codes of two letters with EL and UK; aggregates (whatever has three capitals in front, and EU27_2020) are left
out and counted. Flags, files and vintage are as with `etl.sources.eurostat_rd`.

Codes of units and of coop_ptn: one reader's description of a file saved from the data browser (2025); what is counted:
the description of SDG indicator 09_40, which is this data set. That the data set serves in 2026: a second reader. The
order of the key is read from the structure message. Not yet tried against the live service.

The OECD's patents (OECD.STI.PIE,DSD_PATENTS@DF_PATENTS, eleven dimensions, asked for by half a dozen readers) were not
chosen: they are by year of priority, so that the newest year is four years old and incomplete.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.services.eurostat import Extract
from scidip.etl.reading.services.sdmx_csv import sdmx_figures
from scidip.etl.reading.tables import newest
from scidip.etl.reading.vintages import order
from scidip.etl.source import concat_raw
from scidip.indicators.model.source import SourceSpec

if TYPE_CHECKING:
    from scidip.etl.network.client import HttpClient

ID: Final = "eurostat_patents"
AREA: Final = "geo"
SIDE: Final = "coop_ptn"
SERIES: Final = {"A.APPL.NR": "APPL", "A.INVT.NR": "INVT"}
"""Series → whose country counts."""
EXTRACT: Final = Extract(
    source=ID,
    code="pat_ep_tot",
    asked={"freq": "A", SIDE: "+".join(SERIES.values()), "unit": "NR"},
    whole=(AREA,),
    words="yearly, by applicant or inventor, number of applications",
)
SPEC: Final = SourceSpec(
    id=ID,
    kind="official",
    title="Eurostat, patent applications",
    publisher="Eurostat; European Patent Office",
    homepage=EXTRACT.homepage,
    licence="Re-use with attribution (Eurostat)",
    licence_url="https://ec.europa.eu/eurostat/web/main/help/copyright-notice",
    citation=(
        "Eurostat, Patent applications to the European Patent Office by applicants' / inventors' country of residence "
        "(pat_ep_tot), https://doi.org/10.2908/PAT_EP_TOT; source: European Patent Office"
    ),
    area_scheme="iso2",
    months=12,
)


class EurostatPatents:
    """Applications per country and year, of applicants and of inventors; a figure that is missing is no row."""

    spec = SPEC
    files: tuple[str, ...] = ("eurostat-patents/*pat_ep_tot*.csv*",)

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot]:
        """Yield the answer for all areas and years, once the structure message gave the order of its key."""
        yield EXTRACT.answer(http)

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the day of the last update that the file states, else what is known of this very file."""
        return EXTRACT.vintage(snapshot)

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the figures of the newest file."""
        found = newest(snapshots, lambda snapshot: order(self.vintage(snapshot)))
        frames = []
        for file, snapshot in found:
            rows = EXTRACT.rows(snapshot)
            frames += [
                sdmx_figures(rows[rows[SIDE] == side], file, code, AREA)
                for code, side in SERIES.items()
                if code in series
            ]
        return concat_raw(frames)


SOURCE = EurostatPatents()
