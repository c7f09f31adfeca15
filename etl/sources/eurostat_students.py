"""Eurostat: students from abroad in tertiary education, by country of origin.

The data set educ_uoe_mobs02 (mobile students from abroad enrolled by education level, sex and country of origin) has
the dimensions freq, unit, partner, sex, isced11 and geo: geo is the host that reports, partner the country of origin,
as a rule that of the diploma before. Read is the number of students (unit NR) of both sexes (T) at the levels 5 to 8
together (ED5-8), all hosts, origins and years. The origin is the first area of a pair, the host the second. Hosts are
the EU, EFTA and candidate countries; a pair that is not there is unknown, and zeros are true.

Left out and counted are aggregates and origins that are no country (`TOTAL`, `EU27_2020`, `AFR` and the like: whatever
has three capitals in front). A host's row for itself, those who went to school in it and came back, is no row here.
Areas are codes of two letters with EL and UK. Flags, files and vintage are as with `etl.sources.eurostat_rd`.

Hosts answer one questionnaire for Eurostat, the OECD and the UIS (UOE), so that figures of the three differ by
revisions and by who counts as mobile. The UIS has the hosts of all the world, and is what is scored.

Codes: three readers of the data set (2026), one of which gives the address with unit, level and sex. The order of the
dimensions, seen with one reader only, is read from the structure message. Not yet tried against the live service.

The OECD's table of the same (number of mobile students enrolled and graduated by country of origin,
DSD_EAG_UOE_NON_FIN_STUD@DF_UOE_NF_RAW_MOB of OECD.EDU.IMEP) has no job. That it has dimensions ORIGIN, DESTINATION and
MOBILITY, two readers of tables beside it show, but no reader or recording was found that gives its key or its codes
of mobility, and the questionnaire behind it is the same.
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

ID: Final = "eurostat_students"
ORIGIN: Final = "partner"
HOST: Final = "geo"
EXTRACT: Final = Extract(
    source=ID,
    code="educ_uoe_mobs02",
    asked={"freq": "A", "unit": "NR", "sex": "T", "isced11": "ED5-8"},
    whole=(ORIGIN, HOST),
    words="yearly, number of students, both sexes, tertiary education",
)
SERIES: Final = ".".join(EXTRACT.asked.values())
SPEC: Final = SourceSpec(
    id=ID,
    kind="official",
    title="Eurostat, students from abroad",
    publisher="Eurostat",
    homepage=EXTRACT.homepage,
    licence="Re-use with attribution (Eurostat)",
    licence_url="https://ec.europa.eu/eurostat/web/main/help/copyright-notice",
    citation=(
        "Eurostat, Mobile students from abroad enrolled by education level, sex and country of origin "
        "(educ_uoe_mobs02), https://doi.org/10.2908/EDUC_UOE_MOBS02"
    ),
    area_scheme="iso2",
    months=12,
)


class EurostatStudents:
    """Students by origin (first) and host (second); a figure that is missing is no row."""

    spec = SPEC
    files: tuple[str, ...] = ("eurostat-students/*educ_uoe_mobs02*.csv*",)

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot]:
        """Yield the answer for all hosts, origins and years, once the structure message gave the order of its key."""
        yield EXTRACT.answer(http)

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the day of the last update that the file states, else what is known of this very file."""
        return EXTRACT.vintage(snapshot)

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the figures of the newest file."""
        if SERIES not in series:
            return concat_raw([])
        found = newest(snapshots, lambda snapshot: order(self.vintage(snapshot)))
        return concat_raw([sdmx_figures(_pairs(snapshot), file, SERIES, ORIGIN, HOST) for file, snapshot in found])


def _pairs(snapshot: Snapshot) -> pd.DataFrame:
    """Return the rows of two areas."""
    rows = EXTRACT.rows(snapshot)
    return rows[rows[ORIGIN] != rows[HOST]]


SOURCE = EurostatStudents()
