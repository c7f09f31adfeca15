"""World Bank, World Development Indicators.

The shapes of file that are read are those of `etl.reading.wdi_tables`: the API's CSV download in either
form, as archive or plain, the bulk file, an extract of the DataBank, and two shapes of third parties.
Beware: SM.POP.TOTL is migrants. Address: seen in the Bank's help pages and many readers, 2026.

Countries and aggregates such as WLD stand side by side. Blank cells (and ".." in exports made
by hand) mean not measured. When several files hold a series only the best one is read: first
the producer's own exports, then the newest vintage.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.wdi_tables import ID, WdiTable, sniff
from scidip.etl.source import NotGiven, concat_raw, each
from scidip.indicators.errors import SourceRefused
from scidip.indicators.model.source import SourceSpec

if TYPE_CHECKING:
    from scidip.etl.network.client import HttpClient

API: Final = "https://api.worldbank.org/v2/en/indicator/{series}"
SPEC: Final = SourceSpec(
    id=ID,
    kind="official",
    title="World Bank WDI",
    publisher="World Bank",
    homepage="https://databank.worldbank.org/source/world-development-indicators",
    licence="CC BY 4.0",
    licence_url="https://creativecommons.org/licenses/by/4.0/",
    citation="World Bank, World Development Indicators",
    area_scheme="iso3",
    months=3,
)


class WorldBank:
    """Yearly figures per economy, in the units of the series; not measured is no row."""

    spec = SPEC
    files: tuple[str, ...] = (
        "wdi-api-2026/*.csv",
        "wdi-api-2025/*.csv",
        "wdi-2025-compact/*.csv",
        "country-reference/population.csv",
    )

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot | NotGiven]:
        """Yield the API's CSV archive of each series; one that was withdrawn is said not to be given."""

        def ask(code: str) -> Snapshot:
            url, params = API.format(series=code), {"downloadformat": "csv"}
            answer = http.snapshot(ID, url, name=f"API_{code}.zip", params=params, begins=b"PK")
            _refuse_other_series(answer, code)
            return answer

        return each(series, ask)

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the date of the file: its own stamp, else the day it was read, else "undated"."""
        return sniff(0, snapshot).vintage

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the figures of *series*, each from its best file only."""
        best: dict[str, WdiTable] = {}
        for file, snapshot in enumerate(snapshots):
            table = sniff(file, snapshot)
            for code in table.series:
                known = best.get(code)
                if code in series and (known is None or table.rank > known.rank):
                    best[code] = table
        return concat_raw([best[code].figures(code) for code in series if code in best])


def _refuse_other_series(answer: Snapshot, code: str) -> None:
    """Raise SourceRefused unless the archive is of the series *code*."""
    found = sniff(0, answer).series
    if found != (code,):
        told = ", ".join(found[:3]) or "nothing"
        raise SourceRefused(ID, f"the service was asked for {code} and gave {told}; ask again", file=answer.name)


SOURCE = WorldBank()
