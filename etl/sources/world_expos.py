"""World expositions by host country and year, from the list in Wikipedia.

Hosts carry the names of their time ("Colony of Victoria", "West Germany"); reviewed aliases say
whose they are now. Horticultural expositions are not in the list, and it ends with Expo 2020, which
was held in 2021.
"""

from collections.abc import Sequence
from typing import Final

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.lists import read_list, tally
from scidip.etl.reading.tables import newest
from scidip.etl.source import ByHand, concat_raw
from scidip.indicators.model.source import SourceSpec

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
    by_hand=(
        "save "
        "https://raw.githubusercontent.com/rfordatascience/tidytuesday/main/data/2024/2024-08-13/worlds_fairs.csv, "
        "which ends with Expo 2020, add a line for each later exposition of "
        "https://en.wikipedia.org/wiki/List_of_world_expositions (a CSV of the columns "
        "start_year,name_of_exposition,country alone will do), name it world_fairs_1851-YEAR.csv and pass it with "
        "--file"
    ),
    months=60,
)

EXPOS: Final = "expos"
COLUMNS: Final = ("start_year", "name_of_exposition", "country")


class WorldExpos(ByHand):
    """Expositions opened per host and year; a complete list."""

    spec = SPEC
    files: tuple[str, ...] = ("exhibitions/world_fairs_*.csv",)

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
