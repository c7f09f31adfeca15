"""Authors of an assessment report of the IPCC, by country.

One table per assessment, `country,count,continent`: coordinating lead authors, lead authors and review editors as the
IPCC announced them, all three working groups together. The continents are partly wrong and are not read. The table has
no year: its name tells the assessment, and `SELECTED` the year in which the authors of that one were selected.

The table stands in Carbon Brief's repository (its script reads data/All.csv, as stored in 2026) and is of one
assessment for good: the next comes as another file, by hand.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd

from scidip.etl.network.github import raw
from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.lists import numbers, read_list
from scidip.etl.reading.tables import newest
from scidip.etl.source import concat_raw, raw_frame
from scidip.indicators.errors import SourceChanged
from scidip.indicators.model.source import SourceSpec

if TYPE_CHECKING:
    from scidip.etl.network.client import HttpClient

ID: Final = "ipcc_authors"
SPEC: Final = SourceSpec(
    id=ID,
    kind="compiled",
    title="IPCC authors",
    publisher="Carbon Brief, from the IPCC's list",
    homepage="https://www.ipcc.ch",
    licence="Facts, compiled on GitHub",
    licence_url="https://github.com/carbonbrief/ipcc-authors",
    citation="IPCC, authors selected for the Sixth Assessment Report, April 2018, counted by Carbon Brief",
    cadence="every six or seven years",
    area_scheme="name",
    months=60,
)

REPOSITORY: Final = "carbonbrief/ipcc-authors"
AUTHORS: Final = "authors"
COLUMNS: Final = ("country", "count")
SELECTED: Final = {"ar6": 2018}
"""Year in which the authors of an assessment were selected."""
GROUP: Final = re.compile(r"_wg\d", re.IGNORECASE)
EXAMPLE: Final = "ipcc_ar6_authors_by_country_All.csv"


class IpccAuthors:
    """Authors per country in the year they were selected; a country without one is no row."""

    spec = SPEC
    files: tuple[str, ...] = ("ipcc-authors/ipcc_ar*_authors_by_country_All.csv*",)

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot]:
        """Yield the table of the Sixth Assessment, which bears no name of its own where it stands."""
        yield http.snapshot(ID, raw(REPOSITORY, "data/All.csv"), name=EXAMPLE, begins=b"country,")

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the year in which the authors were selected."""
        return str(_selected(snapshot))

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the authors of the newest assessment among the files."""
        if AUTHORS not in series or not snapshots:
            return concat_raw([])
        file, snapshot = newest(snapshots, self.vintage)[0]
        table = read_list(ID, snapshot, COLUMNS)
        if table.empty:
            return concat_raw([])
        return raw_frame(
            series=AUTHORS,
            source_area=table["country"].to_numpy(),
            time_period=_selected(snapshot),
            obs_value=numbers(table["count"]).to_numpy(),
            file=file,
            row=table.index.to_numpy(),
        )


def _selected(snapshot: Snapshot) -> int:
    """Return the year of an assessment by the name of its file. Raises SourceChanged without a known one."""
    name = Path(snapshot.name).name
    found = re.search(r"(?<![a-z])ar\d+", name.lower())
    if found is None or found[0] not in SELECTED or GROUP.search(name):
        known = ", ".join(a.upper() for a in SELECTED)
        raise SourceChanged(
            ID,
            f"the name does not tell an assessment that is known ({known}), all working groups together; pass "
            f"{EXAMPLE}",
            file=snapshot.name,
        )
    return SELECTED[found[0]]


SOURCE = IpccAuthors()
