"""Academic Ranking of World Universities: universities among the first 500, by country.

One record per university and year. The list grew from 500 to 800 names in 2017 and 1,000 in 2018,
so only ranks to 500 count; bands such as "401-500" count by where they begin, and ties make 501
or so in some years. Hong Kong, Macau and Taiwan were "China-Hong Kong" and so on until 2024.
Only counts per country are kept.
"""

from collections.abc import Sequence
from typing import Final

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.lists import read_list, tally
from scidip.etl.reading.tables import newest
from scidip.etl.source import ByHand, concat_raw
from scidip.indicators.errors import SourceChanged
from scidip.indicators.model.source import SourceSpec

ID: Final = "arwu"
SPEC: Final = SourceSpec(
    id=ID,
    kind="compiled",
    title="ARWU",
    publisher="ShanghaiRanking Consultancy",
    homepage="https://www.shanghairanking.com/rankings/arwu/2025",
    licence="Terms of the site, with attribution",
    licence_url="https://www.shanghairanking.com",
    citation="ShanghaiRanking Consultancy, Academic Ranking of World Universities, 2003-2025",
    area_scheme="name",
    renews="years",
    redistributable=False,
    where_to_get="See the ranking at https://www.shanghairanking.com/rankings/arwu/2025",
    by_hand=(
        "open https://www.shanghairanking.com/rankings/arwu, choose each year since 2003 and write the ranking as one "
        "CSV with the header name,region,year,rank, a line for each university and year, region being the country as "
        "it is written there and rank a number or a band such as 101-150; name it arwu_2003-YEAR.csv and pass it with "
        "--file"
    ),
    months=12,
)

TOP: Final = "top500"
COLUMNS: Final = ("name", "region", "year", "rank")
LIMIT: Final = 500


class Arwu(ByHand):
    """Universities among the first 500 per country and year; a complete list."""

    spec = SPEC
    files: tuple[str, ...] = ("university-rankings/arwu_2*.csv.gz",)

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the newest year in the file."""
        return str(_ranked(snapshot)["year"].max())

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the counts of all years in the newest file."""
        if TOP not in series or not snapshots:
            return concat_raw([])
        file, snapshot = newest(snapshots, self.vintage)[0]
        table = _ranked(snapshot)
        return tally(TOP, table, area="region", period="year", file=file)


def _ranked(snapshot: Snapshot) -> pd.DataFrame:
    """Return the universities to rank 500; refuse a rank that is neither number nor band."""
    table = read_list(ID, snapshot, COLUMNS)
    first = table["rank"].str.extract(r"^(\d+)(?:\s*[-–]\s*\d+)?$")[0]
    if first.isna().any():
        bad = first.index[first.isna()][0]
        raise SourceChanged(
            ID,
            f"the rank {table.loc[bad, 'rank']!r} is neither a number nor a band like 101-150; make the table again",
            file=snapshot.name,
            row=int(bad),
        )
    return table[first.astype(int) <= LIMIT]


SOURCE = Arwu()
