"""Ideal points of states in the United Nations General Assembly, by year, estimated from their votes.

Bailey, Strezhnev & Voeten release the estimates every summer; a row is a state and a session (`year` is the year in
which it began). Of three estimates the one from all votes is read, `idealpointall`, with the 5th and 95th percentile
of its posterior distribution (`q5all`, `q95all`). The difference of two states' points in a year is the political
distance; a point alone has no unit. States without a vote in a year are no row.

Codes are ISO3 but for Serbia, whose row is YUG in all years (Correlates of War 345): it is SCG from 1992 and SRB from
2006. Blank codes are rows without an estimate from all votes. Years from 1990 on are read.

Bailey, M. A., Strezhnev, A. & Voeten, E. (2017), Estimating dynamic state preferences from United Nations voting
data, Journal of Conflict Resolution 61(2), 430-456.
"""

from collections.abc import Sequence
from typing import Final

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.stata import stata_or_csv
from scidip.etl.reading.tables import figures_of, newest
from scidip.etl.source import ByHand, concat_raw
from scidip.indicators.errors import SourceChanged
from scidip.indicators.model.source import SourceSpec

ID: Final = "un_ideal_points"
HOMEPAGE: Final = "https://dataverse.harvard.edu/dataset.xhtml?persistentId=doi:10.7910/DVN/LEJUQZ"
SPEC: Final = SourceSpec(
    id=ID,
    kind="compiled",
    title="UN ideal points",
    publisher="Bailey, Strezhnev & Voeten, Harvard Dataverse",
    homepage=HOMEPAGE,
    licence="CC0 1.0",
    licence_url=HOMEPAGE,
    citation=(
        "Bailey, Strezhnev & Voeten (2017), Estimating Dynamic State Preferences from United Nations Voting Data, "
        "Journal of Conflict Resolution"
    ),
    cadence="yearly",
    area_scheme="iso3",
    months=12,
    by_hand=(
        f"download the newest Stata file of ideal points (Idealpoints….dta) at {HOMEPAGE} (columns iso3c, year, "
        "idealpointall, q5all, q95all and others), or save the same table as CSV, and pass it with --file"
    ),
)
CODE: Final = "iso3c"
YEAR: Final = "year"
SERIES: Final = ("idealpointall", "q5all", "q95all")
FIRST: Final = 1990
SERBIA: Final = ("YUG", ((1992, "SCG"), (2006, "SRB")))
"""Its code in the file, and what it was from which year on."""


class UnIdealPoints(ByHand):
    """Estimate and its 5th and 95th percentile per state and year."""

    spec = SPEC
    files: tuple[str, ...] = ("un-ideal-points/ideal_points_*.csv*", "un-ideal-points/Idealpoints*.dta*")

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the newest year in the file."""
        years = pd.to_numeric(_table(snapshot)[YEAR], errors="coerce").dropna()
        if years.empty:
            raise SourceChanged(ID, "no row has a year; download the file again", file=snapshot.name)
        return str(int(years.max()))

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the estimates of the newest file; a row without one is no row."""
        columns = {name: name for name in SERIES if name in series}
        if not columns or not snapshots:
            return concat_raw([])
        file, snapshot = newest(snapshots, self.vintage)[0]
        table = _table(snapshot)
        year = pd.to_numeric(table[YEAR], errors="coerce")
        code, changes = SERBIA
        named = table[CODE]
        for since, then in changes:
            named = named.mask((table[CODE] == code) & (year >= since), then)
        # What is no year is kept, to be set aside by row.
        kept = table.assign(**{CODE: named})[~(year < FIRST)]
        return figures_of(kept, file, columns, area=CODE, year=YEAR)


def _table(snapshot: Snapshot) -> pd.DataFrame:
    return stata_or_csv(ID, snapshot, (CODE, YEAR, *SERIES), (CODE,))


SOURCE = UnIdealPoints()
