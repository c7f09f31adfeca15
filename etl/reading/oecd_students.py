"""The OECD's student matrices as they circulate, and their repair.

`matrix` (hosts by origins, 2013-2019): whoever made the file added totals to their parts, so every
cell is twice the true figure, except those in ONCE. Slovenia and Costa Rica 2019 are near zero
against every other source and are dropped; Germany 2014 and the United States 2013 and 2014 lie
5 to 10 % above the UIS and are marked. Parts were rounded before they were added, so a repaired
cell may be a student or two off. The diagonal is zero and dropped where it is.

`shares` (2022): the columns are named the wrong way round. `Origin` is the country that reports,
hence the host, and `Destination` is where its foreign students come from (as Ukraine and Belarus
for Poland). Lines are in two encodings, some letters are Mac Roman. Every host has two rows named
Korea, because the longer name of the North was cut: the larger is taken as the Republic. A host
whose shares are all zero (Peru) reported nothing.
"""

from typing import Final

import numpy as np
import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.lists import numbers, read_list, years
from scidip.etl.reading.packed import unpacked

HOST: Final = "host"
ORIGIN: Final = "origin"
MATRIX: Final = ("COUNTRY_OF_SCHOOL", "COUNTRY_OF_ORIGIN", "YEAR", "TOTAL_INTL_STUDENTS")
SHARES: Final = ("Origin", "Destination", "TIME_PERIOD", "Percentage_of_students")
ABROAD: Final = ("Reference area", "TIME_PERIOD", "TOTAL_STUDENTS")
ONCE: Final = frozenset(
    {("Italy", 2013), ("Turkey", 2013), ("Colombia", 2014), ("Colombia", 2015)}
    | {("Slovakia", year) for year in (2013, 2014, 2015)}
)
"""Hosts and years whose cells are not doubled."""
DROPPED: Final = frozenset({("Costa Rica", 2019)} | {("Slovenia", y) for y in range(2013, 2020)})
"""Hosts and years that contradict every other source."""
DOUBTFUL: Final = frozenset({("Germany", 2014), ("United States of America", 2013), ("United States of America", 2014)})
"""Hosts and years that lie well above the UIS after the repair: of low reliability."""
KOREA: Final = "Korea"
NORTH: Final = "North Korea"


def matrix(source: str, snapshot: Snapshot) -> pd.DataFrame:
    """Return host, origin, period, value and status of the repaired matrix, indexed by line."""
    table = read_list(source, snapshot, MATRIX).set_axis([HOST, ORIGIN, "period", "value"], axis="columns")
    table = table.assign(origin=mended(table[ORIGIN]), period=years(table["period"]), value=numbers(table["value"]))
    cell = pd.Series(list(zip(table[HOST], table["period"], strict=True)), index=table.index)
    # Cell by cell: one text in the column must not leave the others doubled.
    number = pd.to_numeric(table["value"], errors="coerce")
    half = number.notna() & ~cell.isin(ONCE)
    table["value"] = table["value"].where(~half, number / 2)
    table["status"] = np.where(cell.isin(DOUBTFUL), "U", "A")
    own = (table[HOST] == table[ORIGIN]) & (table["value"] == 0)
    return table[~cell.isin(DROPPED) & ~own]


def shares(source: str, snapshot: Snapshot) -> pd.DataFrame:
    """Return host, origin, period, value (per cent) and status, indexed by line."""
    table = read_list(source, _one_encoding(source, snapshot), SHARES).set_axis(
        [HOST, ORIGIN, "period", "value"], axis="columns"
    )
    table = table[table["value"] != ""]
    table = table.assign(origin=mended(table[ORIGIN]), period=years(table["period"]), value=numbers(table["value"]))
    reported = (table["value"] != 0).groupby(table[HOST]).transform("any")
    table = table[reported & (table[HOST] != table[ORIGIN])].assign(status="A")
    koreas = table[table[ORIGIN] == KOREA]
    twice = koreas[koreas.duplicated([HOST, "period"], keep=False)]
    size = pd.to_numeric(twice["value"], errors="coerce")
    smaller = size.dropna().groupby([twice[HOST], twice["period"]]).idxmin()
    table.loc[twice.index, "status"] = "E"
    table.loc[smaller, ORIGIN] = NORTH
    return table


def abroad(source: str, snapshot: Snapshot) -> pd.DataFrame:
    """Return origin, period and value (students abroad), indexed by line."""
    table = read_list(source, snapshot, ABROAD).set_axis([ORIGIN, "period", "value"], axis=1)
    return table.assign(period=years(table["period"]), value=numbers(table["value"]))


def mended(names: pd.Series) -> pd.Series:
    """Return names with letters restored that were read in the wrong encoding."""
    return names.map({name: _mended(name) for name in names.unique()})


def _mended(name: str) -> str:
    try:
        return name.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return name


def _one_encoding(source: str, snapshot: Snapshot) -> Snapshot:
    """Return the file in UTF-8; lines that are not are read as Mac Roman."""
    lines = []
    for line in unpacked(source, snapshot).content.split(b"\n"):
        try:
            lines.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            lines.append(line.decode("mac_roman"))
    return Snapshot(snapshot.name, "\n".join(lines).encode(), snapshot.url, snapshot.retrieved)
