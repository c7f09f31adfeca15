"""Correlates of War, Intergovernmental Organizations v3: who belongs to what, and with whom.

Three tables and a key. Dyad counts (1990-2014), sums per state and year, and the wide table with
a column per organisation: 1 full member, 2 associate, 3 observer, 0 none, -9 missing, -1 not
alive that year. The key gives the names of the numeric state codes. A code outlives the state
that it was given to, so the names of HISTORIC hold for their years: code 345 is Yugoslavia, then
Serbia and Montenegro, then Serbia.

The wide table alone gives all three series: counted from it, sums and dyads of all years are those that others
distribute. It is what is fetched, with the key. Address: seen in four readers of 2026, the key's in another; one of
another file of the same host says that its certificate is not complete, so the fetch may fail: then pass both with
--file.

Only years from 1990 are read, those of the dyads; before, two German and two Yemeni codes would
stand side by side.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.packed import unpacked
from scidip.etl.reading.tables import floats, read_table, whole_years
from scidip.etl.source import concat_raw, raw_frame, require_columns, text_of
from scidip.indicators.errors import SourceChanged
from scidip.indicators.model.source import SourceSpec

if TYPE_CHECKING:
    from scidip.etl.network.client import HttpClient

ID: Final = "cow_igo"
SPEC: Final = SourceSpec(
    id=ID,
    kind="compiled",
    title="COW Intergovernmental Organizations",
    publisher="Correlates of War Project",
    homepage="https://correlatesofwar.org/data-sets/igos/",
    licence="Free for research, with citation",
    licence_url="https://correlatesofwar.org/data-sets/igos/",
    citation="Pevehouse, Nordstrom, McManus & Jamison (2020), COW IGO data, version 3",
    cadence="irregular",
    area_scheme="name",
    redistributable=False,
    months=60,
    where_to_get="Download version 3 at https://correlatesofwar.org/data-sets/igos/",
)

FILES: Final = "https://correlatesofwar.org/wp-content/uploads"
WIDE_FILE: Final = f"{FILES}/state_year_formatv3.zip"
KEY_FILE: Final = f"{FILES}/states2016.csv"
SHARED: Final = "shared"
MEMBERSHIPS: Final = "memberships"
SCIENCE: Final = "science"
DYADS: Final = ("ccode1", "ccode2", "year", "dyadigos")
STATES: Final = ("ccode", "year", "sum_igo_anytype")
NAMES: Final = ("stateabb", "ccode", "statenme", "styear", "endyear")
WIDE: Final = ("ccode", "year", "state")
BODIES: Final = (
    "cern",
    "esa",
    "eso",
    "embl",
    "embc",
    "iaea",
    "unesco",
    "wipo",
    "wmo",
    "iho",
    "iocc",
    "jinr",
    "epo",
    "eapo",
    "aripo",
    "aipo",
    "pices",
    "ices",
    "bipm",
    "icse",
)
"""Organisations of science and intellectual property (aipo is the OAPI, icse the CIESM)."""
KINDS: Final = {
    "names": (NAMES, {"stateabb", "statenme"}),
    "dyads": (DYADS, {"ccode1", "ccode2", "dyadigos"}),
    "states": (STATES, {"sum_igo_full", "sum_igo_anytype"}),
    "wide": ((*WIDE, *BODIES), {"state", "cern", "esa"}),
}
"""The columns that each kind of table must have, and those that give it away."""
BELONGS: Final = (1, 2)
ANY_STANDING: Final = (1, 2, 3)
UNKNOWN_STANDING: Final = "a standing that is not 1, 2, 3, 0, -1 or -9"
STANDINGS: Final = (1, 2, 3, 0, -9, -1)
FIRST: Final = 1990
HISTORIC: Final = (
    (345, 1990, 1991, "Yugoslavia"),
    (345, 1992, 2005, "Serbia and Montenegro"),
    (345, 2006, 9999, "Serbia"),
    (365, 1990, 1990, "Soviet Union"),
)
"""Code, first and last year, and what the state was called then (or today's successor)."""


class CowIgo:
    """Shared organisations per pair, and memberships per state, by year; zero is a figure."""

    spec = SPEC
    files: tuple[str, ...] = ("cow-igo/cow_igo_[dms]*.csv.gz", "cow-igo/cow_states*.csv")

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot]:
        """Yield the memberships by state and year, and the list of state codes; all series come from these two."""
        names = http.snapshot(ID, KEY_FILE, name="states2016.csv", begins=b"stateabb")
        wide = http.snapshot(ID, WIDE_FILE, name="state_year_formatv3.zip", begins=b"PK")
        for snapshot, expected in ((names, "names"), (wide, "wide")):
            if (kind := _read(snapshot)[0]) != expected:
                raise SourceChanged(ID, f"it is the table of {kind}, not of {expected}", file=snapshot.url)
        yield names
        yield wide

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the last year in the file."""
        table = _read(snapshot)[1]
        column = table["endyear" if "endyear" in table else "year"]
        years = pd.to_numeric(column, errors="coerce").dropna()
        return str(int(years.max())) if len(years) else ""

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the figures of the tables that are there; the key of states must be among them."""
        kinds = [_read(snapshot) for snapshot in snapshots]
        found = {kind: (i, table) for i, (kind, table) in enumerate(kinds)}
        if not found:
            return concat_raw([])
        if "names" not in found:
            raise SourceChanged(
                ID,
                "the list of state codes (stateabb, ccode, statenme) is not among the files; pass it as well",
                file=snapshots[0].name,
            )
        key = found["names"][1]
        codes = pd.to_numeric(key["ccode"], errors="coerce")
        names = dict(zip(codes, key["statenme"], strict=True))
        makers = {
            SHARED: (("dyads", _shared), ("wide", _shared_of_wide)),
            MEMBERSHIPS: (("states", _memberships), ("wide", _memberships_of_wide)),
            SCIENCE: (("wide", _science),),
        }
        frames = []
        for code, ways in makers.items():
            # What the project counted itself comes before what is counted here.
            for kind, make in [way for way in ways if code in series and way[0] in found][:1]:
                frames.append(make(found[kind][1], names, found[kind][0]))
        return concat_raw(frames)


def _read(snapshot: Snapshot) -> tuple[str, pd.DataFrame]:
    """Return the kind of a file and its table, codes as text, indexed by line."""
    plain = unpacked(ID, snapshot)
    text = text_of(ID, plain)
    columns = [_plain(c) for c in text.split("\n", 1)[0].rstrip("\r").split(",")]
    for kind, (wanted, telling) in KINDS.items():
        if telling & set(columns):
            require_columns(ID, snapshot, columns, wanted)
            # The tables are large and hold little text, so they are not read as text.
            table = read_table(ID, plain, text).rename(columns=_plain)
            return kind, table.set_axis(table.index + 2, axis="index")
    raise SourceChanged(
        ID,
        f"the header {', '.join(columns[:6])} is none of the four tables read here (dyad counts, "
        "sums per state, memberships by organisation, state codes); use the project's tables",
        file=snapshot.name,
        row=1,
    )


def _plain(column: str) -> str:
    """Return a column's name in small letters; the project's own tables have the organisations in capitals."""
    return column.strip().strip('"').lower()


def _named(table: pd.DataFrame, column: str, names: Mapping[int, str]) -> pd.Series:
    """Return the name that each state code had in its year; an unknown code stays a number."""
    codes = pd.to_numeric(table[column], errors="coerce")
    year = pd.to_numeric(table["year"], errors="coerce")
    known = codes.map(names)
    result = known.where(known.notna(), "code " + table[column].astype(str))
    for code, first, last, name in HISTORIC:
        then = (codes == code) & year.between(first, last)
        result = result.mask(then, name)
    return result


def _shared(table: pd.DataFrame, names: Mapping[int, str], file: int) -> pd.DataFrame:
    return raw_frame(
        series=SHARED,
        source_area=_named(table, "ccode1", names).to_numpy(),
        source_counterpart=_named(table, "ccode2", names).to_numpy(),
        time_period=whole_years(table["year"]).to_numpy(),
        obs_value=floats(table["dyadigos"]).to_numpy(),
        file=file,
        row=table.index.to_numpy(),
    )


def _memberships(table: pd.DataFrame, names: Mapping[int, str], file: int) -> pd.DataFrame:
    return _per_state(MEMBERSHIPS, table, table["sum_igo_anytype"], names, file)


def _memberships_of_wide(table: pd.DataFrame, names: Mapping[int, str], file: int) -> pd.DataFrame:
    """Return how many organisations each state belongs to in any standing."""
    standing = table[_organisations(table)]
    counts = standing.isin(ANY_STANDING).sum(axis=1).astype(float)
    return _per_state(MEMBERSHIPS, table, _known_only(counts, standing), names, file)


def _shared_of_wide(table: pd.DataFrame, names: Mapping[int, str], file: int) -> pd.DataFrame:
    """Return for each pair of states, by code, the organisations both belong to as members or associates."""
    frames = []
    kept = table[pd.to_numeric(table["year"], errors="coerce") >= FIRST]
    for year, rows in kept.groupby("year", sort=True):
        rows = rows.sort_values("ccode")
        standing = rows[_organisations(rows)]
        belongs = standing.isin(BELONGS).to_numpy(dtype=np.int32)
        both = belongs @ belongs.T
        one, other = np.triu_indices(len(rows), 1)
        known = standing.isin(STANDINGS).all(axis=1).to_numpy()
        shared = pd.Series(both[one, other].astype(float))
        sure = known[one] & known[other]
        name = _named(rows, "ccode", names).to_numpy()
        frames.append(
            raw_frame(
                series=SHARED,
                source_area=name[one],
                source_counterpart=name[other],
                time_period=year,
                obs_value=(shared if sure.all() else shared.astype(object).where(sure, UNKNOWN_STANDING)).to_numpy(),
                file=file,
                row=rows.index.to_numpy()[one],
            )
        )
    return concat_raw(frames)


def _organisations(table: pd.DataFrame) -> list[str]:
    return [column for column in table.columns if column not in WIDE]


def _known_only(counts: pd.Series, standing: pd.DataFrame) -> pd.Series:
    """Return the counts; where a standing is not known the count is not either: that is shown, not guessed."""
    known = standing.isin(STANDINGS).all(axis=1)
    return counts if known.all() else counts.astype(object).where(known, UNKNOWN_STANDING)


def _science(table: pd.DataFrame, names: Mapping[int, str], file: int) -> pd.DataFrame:
    standing = table[list(BODIES)]
    counts = standing.isin(BELONGS).sum(axis=1).astype(float)
    return _per_state(SCIENCE, table, _known_only(counts, standing), names, file)


def _per_state(
    series: str, table: pd.DataFrame, values: pd.Series, names: Mapping[int, str], file: int
) -> pd.DataFrame:
    # A year that is none is kept, to be seen in quarantine.
    kept = ~(pd.to_numeric(table["year"], errors="coerce") < FIRST)
    table, values = table[kept], values[kept]
    return raw_frame(
        series=series,
        source_area=_named(table, "ccode", names).to_numpy(),
        time_period=whole_years(table["year"]).to_numpy(),
        obs_value=floats(values).to_numpy(),
        file=file,
        row=table.index.to_numpy(),
    )


SOURCE = CowIgo()
