"""UNESCO UIS, release of about 2018: spending on research and development by who pays for it.

`INDICATOR, LOCATION, TIME, Value, Flag Codes` (packed or plain, byte order mark), thousands of
current PPP dollars. The series of the sources of funds are EXPPPP_CUR_SF_*; shares have to be
computed from them. Flags: `n` nil or negligible (the cell is empty and the figure is zero), `a`
category not applicable (empty, no figure), `+` and `‡` national and UIS estimates. Of 2016 there
is next to nothing. The wide table that lies beside it has no flags and is not read.

The service that gave these series out is closed, and the institute's present one does not list them (it has twelve
series of science, none of them by source of funds), so the file is fetched by hand. Address: the repository that
keeps the release.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.tables import column_table, figures_of
from scidip.etl.reading.vintages import dated
from scidip.etl.source import ByHand, concat_raw
from scidip.indicators.model.source import SourceSpec

ID: Final = "uis_gerd"
REPOSITORY: Final = "https://github.com/datasets/expenditure-on-research-and-development"
SPEC: Final = SourceSpec(
    id=ID,
    kind="official",
    title="UNESCO UIS, R&D by source of funds",
    publisher="UNESCO Institute for Statistics",
    homepage="https://databrowser.uis.unesco.org",
    licence="CC BY-SA 3.0 IGO",
    licence_url="https://creativecommons.org/licenses/by-sa/3.0/igo/",
    citation="UNESCO Institute for Statistics (UIS), release of 2018",
    cadence="no longer updated",
    area_scheme="iso3",
    months=60,
    by_hand=(
        f"open {REPOSITORY}, go into the folder archive, choose gerd.csv and there Download raw file; the file is "
        "a table in CSV whose header has INDICATOR, LOCATION, TIME, Value and Flag Codes; pass it with --file"
    ),
)
COLUMNS: Final = ("INDICATOR", "LOCATION", "TIME", "Value", "Flag Codes")
NIL: Final = "n"
ESTIMATES: Final = ("+", "‡")


class UisGerd(ByHand):
    """Spending by source of funds, country and year; the series are the file's indicators."""

    spec = SPEC
    files: tuple[str, ...] = ("uis-gerd-2018/gerd_by_source_and_activity.csv*",)

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the year of the release where it is known of this very file, which does not tell it."""
        return dated(snapshot)

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the figures of *series* in the files."""
        frames = []
        for file, snapshot in enumerate(snapshots):
            table = column_table(ID, snapshot, COLUMNS, texts=("INDICATOR", "LOCATION", "Flag Codes"))
            table = table[table["INDICATOR"].isin(list(series))]
            flags = table["Flag Codes"].fillna("").str.split("; ")
            nil = table["Value"].isna() & np.array([NIL in found for found in flags], dtype=bool)
            estimated = [not set(found).isdisjoint(ESTIMATES) for found in flags]
            status = pd.Series(np.where(estimated, "E", "A"), index=table.index)
            value = table["Value"].astype(object).mask(nil, 0.0).infer_objects()
            table = table.assign(Value=value)
            frames += [
                figures_of(rows, file, {str(code): "Value"}, area="LOCATION", year="TIME", status=status)
                for code, rows in table.groupby("INDICATOR", sort=False)
            ]
        return concat_raw(frames)


SOURCE = UisGerd()
