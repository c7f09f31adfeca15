"""Quality of Government Institute, Standard Cross-Section: one value per country and variable.

`ccodealp` is ISO3; of the more than 1,600 variables only `wef_uic` is read, the answers of
executives to the World Economic Forum on how closely business and universities work together
(1 to 7). The file gives each variable in the year nearest to 2021 that it has and does not say
which: the question was last asked in 2017 to 2019. All values are entered under 2018, the middle
of these years. The name of the file says the edition (`jan25`), which nothing inside does. Address: that of the
editions of January 2021 to 2026 seen in readers of 2026.
"""

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import pandas as pd

from scidip.etl.network.editions import newest_edition, years_back
from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.tables import column_table, figures_of, newest
from scidip.etl.source import concat_raw
from scidip.indicators.errors import SourceChanged
from scidip.indicators.model.source import SourceSpec

if TYPE_CHECKING:
    from scidip.etl.network.client import HttpClient

ID: Final = "qog"
HOMEPAGE: Final = "https://www.gu.se/en/quality-government/qog-data/data-downloads/standard-dataset"
SPEC: Final = SourceSpec(
    id=ID,
    kind="judgement",
    title="QoG Standard Data",
    publisher="Quality of Government Institute, University of Gothenburg",
    homepage=HOMEPAGE,
    licence="free for research with citation",
    citation=(
        "Quality of Government Institute, The Quality of Government Standard Dataset, "
        "cross-section; World Economic Forum, Executive Opinion Survey"
    ),
    area_scheme="iso3",
    redistributable=False,
    months=12,
    where_to_get=f"Download the Standard cross-section (qog_std_cs_<edition>.csv) from {HOMEPAGE}.",
)
FILE: Final = "https://www.qogdata.pol.gu.se/data/qog_std_cs_jan{0:02}.csv"
EDITIONS: Final = 3
"""How many years are looked back for an edition."""
AREA: Final = "ccodealp"
PERIODS: Final = {"wef_uic": 2018}
"""The variables that are read, and the year that stands for the years of the survey."""
MONTHS: Final = {"jan": "01"}


class Qog:
    """One value per country and variable, under the year that stands for the survey's years."""

    spec = SPEC
    files: tuple[str, ...] = ("qog-cs/qog_std_cs_*.csv*",)

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot]:
        """Yield the cross-section of the newest edition; each January has one."""

        def ask(address: str) -> Snapshot:
            return http.snapshot(ID, address, name=address.rsplit("/", 1)[1])

        addresses = (FILE.format(year % 100) for year in years_back(EDITIONS))
        yield newest_edition(ID, addresses, ask, f"download it from {HOMEPAGE} and pass it with --file")

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the year and month of the edition, from the name of the file."""
        found = re.search(r"_cs_(jan)(\d{2})\.csv(\.gz)?$", snapshot.name)
        if found is None:
            raise SourceChanged(
                ID,
                "the name does not tell the edition; keep the name of the download, such as qog_std_cs_jan25.csv",
                file=snapshot.name,
            )
        return f"20{found[2]}-{MONTHS[found[1]]}"

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the variables from the newest edition."""
        wanted = [code for code in series if code in PERIODS]
        frames = []
        for file, snapshot in newest(snapshots, self.vintage):
            names = (AREA, *wanted)
            table = column_table(ID, snapshot, names, texts=(AREA,), usecols=names, index_col=None)
            frames += [figures_of(table, file, {code: code}, area=AREA, year=PERIODS[code]) for code in wanted]
        return concat_raw(frames)


SOURCE = Qog()
