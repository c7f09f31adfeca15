"""World expositions by host country and year, from the list in Wikipedia.

Hosts carry the names of their time ("Colony of Victoria", "West Germany"); reviewed aliases say
whose they are now. Horticultural expositions are not in the list, and it ends with Expo 2020, which
was held in 2021.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.lists import read_list, tally
from scidip.etl.reading.tables import newest
from scidip.etl.source import concat_raw
from scidip.indicators.errors import SourceUnavailable
from scidip.indicators.model.catalogue import SourceSpec

if TYPE_CHECKING:
    from scidip.etl.network.client import HttpClient

ID: Final = "world_expos"
SPEC: Final = SourceSpec(
    id=ID,
    kind="compiled",
    title="World expositions",
    publisher="Wikipedia",
    homepage="https://en.wikipedia.org/wiki/List_of_world_expositions",
    licence="CC BY-SA 4.0",
    licence_url="https://creativecommons.org/licenses/by-sa/4.0/",
    citation="Wikipedia, List of world expositions, by way of TidyTuesday, August 2024",
    cadence="irregular",
    area_scheme="name",
)

EXPOS: Final = "expos"
COLUMNS: Final = ("start_year", "name_of_exposition", "country")


class WorldExpos:
    """Expositions opened per host and year; a complete list."""

    spec = SPEC
    files: tuple[str, ...] = ("exhibitions/world_fairs_*.csv",)

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot]:
        """Raise SourceUnavailable: the list is part of an article."""
        raise SourceUnavailable(ID, "the list is written by hand; bring the CSV up to date and pass it with --file")

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the year of the newest exposition."""
        return str(read_list(ID, snapshot, COLUMNS)["start_year"].max())

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the counts from the newest list."""
        if EXPOS not in series or not snapshots:
            return concat_raw([])
        file, snapshot = newest(snapshots, self.vintage)[0]
        table = read_list(ID, snapshot, COLUMNS)
        return tally(EXPOS, table, area="country", period="start_year", file=file)


SOURCE = WorldExpos()
