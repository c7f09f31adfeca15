"""Eurostat: gross domestic expenditure on research and development, as a percentage of GDP.

The data set rd_e_gerdtot has the dimensions freq, sectperf, unit and geo; read is A.TOTAL.PC_GDP, all areas and years
(`etl.reading.services.eurostat`).

Files are SDMX-CSV in the shapes of `etl.reading.services.sdmx_csv`: what the API answers, or a table saved from the
data browser as SDMX-CSV, of which the rows of this series are taken. Areas are codes of two letters with EL and UK, and
CN_X_HK for China without Hong Kong; aggregates such as EU27_2020 are left out and counted. Flags are those of the list
of 27 January 2025: b a break, e estimated, f forecast, i imputed, p provisional, u of low reliability. The vintage
is the date in `LAST UPDATE`.

Each country answers one yearly survey for Eurostat, the OECD and the UIS; what the three publish is revised at other
times, and is divided by other editions of GDP. Address and flags: Eurostat's guides to its API and to its database;
order of the dimensions: readers of 2026. Not yet tried against the live service.
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

ID: Final = "eurostat_rd"
AREA: Final = "geo"
EXTRACT: Final = Extract(
    source=ID,
    code="rd_e_gerdtot",
    asked={"freq": "A", "sectperf": "TOTAL", "unit": "PC_GDP"},
    whole=(AREA,),
    words="yearly, all sectors, percentage of GDP",
    is_order_known=True,
)
SERIES: Final = ".".join(EXTRACT.asked.values())
"""Yearly, all sectors that perform research, percentage of GDP: the key without its area."""
SPEC: Final = SourceSpec(
    id=ID,
    kind="official",
    title="Eurostat R&D",
    publisher="Eurostat",
    homepage=EXTRACT.homepage,
    licence="Re-use with attribution (Eurostat)",
    licence_url="https://ec.europa.eu/eurostat/web/main/help/copyright-notice",
    citation="Eurostat, GERD by sector of performance (rd_e_gerdtot), https://doi.org/10.2908/RD_E_GERDTOT",
    area_scheme="iso2",
    months=6,
)


class EurostatRd:
    """Expenditure as a percentage of GDP per country and year; a figure that is missing is no row."""

    spec = SPEC
    files: tuple[str, ...] = ("eurostat-rd/*rd_e_gerdtot*.csv*",)

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot]:
        """Yield the answer for all areas and years."""
        yield EXTRACT.answer(http)

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the day of the last update that the file states, else what is known of this very file."""
        return EXTRACT.vintage(snapshot)

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the figures of the newest file."""
        if SERIES not in series:
            return concat_raw([])
        found = newest(snapshots, lambda snapshot: order(self.vintage(snapshot)))
        return concat_raw([sdmx_figures(EXTRACT.rows(snapshot), file, SERIES, AREA) for file, snapshot in found])


SOURCE = EurostatRd()
