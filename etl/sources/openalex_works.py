"""OpenAlex, counted by the user of this copy from a snapshot: works, joint works, international share, team size.

The file is the one that `scidip works` writes (`etl.works.tables`): all fields together, ISO2 codes, one row a figure,
with the day of the snapshot and the types of works in every row. Published are counts of articles and reviews of
the core; counts of other types are refused, since an indicator cannot mean now one thing and now another. Tables by
field stand beside the file and are not read here.
"""

from collections.abc import Sequence
from typing import Final

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.lists import numbers, read_list, years
from scidip.etl.source import ByHand, concat_raw, raw_frame
from scidip.etl.works.layout import ID
from scidip.etl.works.tables import FIGURES
from scidip.indicators.errors import SourceChanged
from scidip.indicators.model.source import SourceSpec
from scidip.indicators.vocabulary import NOT_APPLICABLE

SPEC: Final = SourceSpec(
    id=ID,
    kind="compiled",
    title="OpenAlex snapshot, own count",
    publisher="OurResearch, counted by the user of this copy",
    homepage="https://openalex.org",
    licence="CC0",
    licence_url="https://creativecommons.org/publicdomain/zero/1.0/",
    citation="OpenAlex (Priem, Piwowar & Orr 2022), snapshot counted with scidip",
    area_scheme="iso2",
    renews="years",
    months=3,
    by_hand="synchronise s3://openalex/data/parquet/works (https://openalex.s3.amazonaws.com), count it with "
    "`scidip works --from works --out DIR` and pass DIR with --file",
)
TYPES: Final = "article+review"
"""The types of works that the indicators are defined for."""


class OpenAlexWorks(ByHand):
    """Works and joint works per country, pair and year; none is no row."""

    spec = SPEC
    files: tuple[str, ...] = ("openalex-works/openalex_works_*.csv",)

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the day of the snapshot that was counted."""
        table = read_list(ID, snapshot, FIGURES)
        return str(table["snapshot"].max()) if len(table) else ""

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the rows of the files; of a figure that two files have, that of the newer snapshot."""
        order = sorted(range(len(snapshots)), key=lambda n: self.vintage(snapshots[n]))
        found = concat_raw([_figures(snapshots[n], n, series) for n in order])
        key = ["series", "source_area", "source_counterpart", "time_period"]
        return found.drop_duplicates(key, keep="last").reset_index(drop=True)


def _figures(snapshot: Snapshot, file: int, series: Sequence[str]) -> pd.DataFrame:
    table = read_list(ID, snapshot, FIGURES)
    other = table[table["types"] != TYPES]
    if len(other):
        raise SourceChanged(
            ID,
            f"works of the types {other['types'].iloc[0]!r} are counted here, and the indicators are of {TYPES!r}; "
            "count with --types article,review",
            file=snapshot.name,
            row=int(other.index[0]),
        )
    table = table[table["series"].isin(list(series))].reset_index(names="line")
    if table.empty:
        return concat_raw([])
    return raw_frame(
        series=table["series"],
        source_area=table["area"],
        source_counterpart=table["partner"].where(table["partner"] != "", NOT_APPLICABLE),
        time_period=years(table["year"]),
        obs_value=numbers(table["value"]),
        obs_status=table["status"],
        file=file,
        row=table["line"],
    )


SOURCE = OpenAlexWorks()
