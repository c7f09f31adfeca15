"""US National Center for Science and Engineering Statistics (NCSES): Indicators 2024.

The tables were published as pages and flattened by a converter, each in its own way:

- `table,title,path,economy,year,value`: tables by region, country or economy. The converter lost
  the years, which were put back by position; that is right only if every line of a table has the
  same years, so this is checked;
- `path,year,value`: table 10001, articles by kind of authorship;
- `economy_a,economy_b,year,...`: tables 10003 and 10006, joint articles of pairs, upper triangle
  with an empty diagonal;
- `table_id,row_id,time_period,column_level_1,...`: table 10946, whose `time_period` is the
  country, with the year in brackets where it is not 2021;
- `table_id,row_id,region_country_or_economy_full_path,...,field_2003,...`: table 10578;
- `table,field,count,path,economy,year,value`: tables 9971-9984 and 9986-9999, articles by field, where the years were
  put back as above;
- `table_id,row_id,region_country_or_economy,` and a column for each economy in the order of the rows: tables 10060 and
  10062, joint articles on artificial intelligence and their index, one figure for 2003-22. Each pair stands twice, the
  same; the diagonal is zero and means nothing.

Names are the last step of a path ("World -> Asia -> Japan") and carry HTML: footnotes such as
<sup>a</sup> and entities. Regions, offices and the World stand among the countries. `na`, `ne`
and `D` mean no figure. A state is given zeros for years in which it did not exist.

Series: the number of the table, for some with the part that is read ("10946/abroad").
"""

import html
import re
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.packed import unpacked
from scidip.etl.reading.tables import column_table, figures_of, floats, header_of, whole_years
from scidip.etl.reading.vintages import dated
from scidip.etl.source import ByHand, concat_raw, raw_frame, text_of
from scidip.indicators.errors import SourceChanged
from scidip.indicators.model.source import SourceSpec

ID: Final = "ncses"
HOMEPAGE: Final = "https://ncses.nsf.gov/indicators"
SPEC: Final = SourceSpec(
    id=ID,
    kind="official",
    title="NCSES Indicators",
    publisher="US National Center for Science and Engineering Statistics",
    homepage=HOMEPAGE,
    licence="US public domain",
    citation="National Science Board, Science and Engineering Indicators 2024",
    cadence="every two years",
    area_scheme="name",
    months=24,
    by_hand=(
        f"open {HOMEPAGE}, choose the newest report on publications output, download its supplemental tables, and "
        "write the one of articles by region, country or economy into a CSV with the header "
        "table,title,path,economy,year,value (a line per economy and year, table 9985 for whole and 9970 for "
        "fractional counts, path the name of the economy, the same years for each); the tables by field of science "
        "have the header table,field,count,path,economy,year,value; pass it with --file"
    ),
)
MISSING: Final = ["", "na", "NA", "ne", "D"]
STEP: Final = " -> "
PAIRS: Final = "10003"
AUTHORSHIP: Final = "10001/international"
ABROAD: Final = "10946/abroad"
VENTURE: Final = "10578"
INTERNATIONAL: Final = "With international institutions"
FINANCED: Final = ("R&D source of funds", "Rest of the world")
MATRICES: Final = ("10060", "10062")
"""Tables of a row and a column for each economy."""
LAST_OF_ALL: Final = 2022
"""The last of the years that those tables add up, under which their figures stand."""
USUAL_YEAR: Final = 2021
"""Table 10946 gives this year where a country's name says no other."""
EXISTED: Final[dict[str, tuple[int, int]]] = {
    "Kosovo": (2008, 9999),
    "Montenegro": (2007, 9999),
    "Serbia": (2007, 9999),
    "Serbia and Montenegro": (0, 2006),
    "South Sudan": (2011, 9999),
    "Yugoslavia": (0, 2008),
}
"""First and last year in which a zero of this name is a figure."""

Reader = Callable[[int, Snapshot, Sequence[str]], pd.DataFrame]


class Ncses(ByHand):
    """Figures by country and year in the units of the tables; not available is no row."""

    spec = SPEC
    files: tuple[str, ...] = (
        "ncses-sei/ncses_articles_by_coauthorship_*.csv",
        "ncses-sei/ncses_coauthorship_pairs_*.csv",
        "ncses-sei/ncses_country_series.csv.gz",
        "ncses-sei/ncses_articles_by_field_*.csv.gz",
        "ncses-sei/ncses_ai_copublication_matrix_*.csv",
        "ncses-sei/ncses_ai_collaboration_index_*.csv",
        "ncses-rd/ncses_10578.csv",
        "ncses-rd/ncses_10946.csv",
    )

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the year of the edition where it is known of this very table."""
        _reader(snapshot)
        return dated(snapshot)

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the figures of *series*."""
        return concat_raw([_reader(snapshot)(file, snapshot, series) for file, snapshot in enumerate(snapshots)])


def _reader(snapshot: Snapshot) -> Reader:
    """Return the function that reads a file, by its header."""
    header = header_of(text_of(ID, unpacked(ID, snapshot)))
    for columns, reader in READERS.items():
        if set(columns) <= set(header):
            return reader
    raise SourceChanged(
        ID,
        f"the header {', '.join(header[:6])} is none of the seven known; a table "
        "`table_id,row_id,time_period,value` has lost its headings and cannot be read",
        file=snapshot.name,
        row=1,
    )


def _country_series(file: int, snapshot: Snapshot, series: Sequence[str]) -> pd.DataFrame:
    wanted = ("table", "path", "year", "value")
    table = column_table(ID, snapshot, wanted, texts=("table", "path"), na_values=MISSING)
    frames = []
    for code, rows in table[table["table"].isin(list(series))].groupby("table", sort=False):
        _refuse_lost_years(snapshot, rows)
        rows = _named(rows, "path")
        frames.append(figures_of(rows, file, {str(code): "value"}, area="area", year="year"))
    return concat_raw(frames)


def _refuse_lost_years(snapshot: Snapshot, rows: pd.DataFrame) -> None:
    """Raise SourceChanged where a path of a table has other years than the table's first one."""
    years = rows.groupby("path", sort=False)["year"].agg(tuple)
    other = years[[found != years.iloc[0] for found in years]]
    if len(other):
        path = other.index[0]
        raise SourceChanged(
            ID,
            f"{path!r} has {len(other.iloc[0])} years where the table has {len(years.iloc[0])}, "
            "so the years put back by position cannot be right; rebuild the file",
            file=snapshot.name,
            row=int(rows.index[rows["path"] == path][0]),
        )


def _authorship(file: int, snapshot: Snapshot, series: Sequence[str]) -> pd.DataFrame:
    table = column_table(ID, snapshot, AUTHORSHIP_COLUMNS, texts=("path",), na_values=MISSING)
    _refuse_lost_years(snapshot, table)
    if AUTHORSHIP not in series:
        return concat_raw([])
    steps = table["path"].str.split(STEP)
    rows = table[steps.str[-1] == INTERNATIONAL]
    # The World's own lines lack the step that names a country.
    country = steps.loc[rows.index].map(lambda path: path[1] if len(path) > 3 else path[0])
    rows = _named(rows.assign(path=country), "path")
    return figures_of(rows, file, {AUTHORSHIP: "value"}, area="area", year="year")


def _pairs(file: int, snapshot: Snapshot, series: Sequence[str]) -> pd.DataFrame:
    table = column_table(ID, snapshot, PAIR_COLUMNS, texts=PAIR_COLUMNS[:2], na_values=MISSING)
    if PAIRS not in series:
        return concat_raw([])
    rows = table[table["coauthored_articles"].notna()]
    return raw_frame(
        series=PAIRS,
        source_area=rows["economy_a"].fillna("").map(_name).to_numpy(),
        source_counterpart=rows["economy_b"].fillna("").map(_name).to_numpy(),
        time_period=whole_years(rows["year"]).to_numpy(),
        obs_value=floats(rows["coauthored_articles"]).to_numpy(),
        file=file,
        row=rows.index.to_numpy(),
    )


def _financed(file: int, snapshot: Snapshot, series: Sequence[str]) -> pd.DataFrame:
    table = column_table(ID, snapshot, FINANCED_COLUMNS, texts=("time_period",), na_values=MISSING)
    if ABROAD not in series:
        return concat_raw([])
    group, part = FINANCED
    rows = table[table["column_level_1"].fillna("").str.startswith(group) & (table["column_level_2"] == part)]
    if rows.empty:
        raise SourceChanged(ID, f"there is no column {part!r} under {group!r}; give table 10946", file=snapshot.name)
    year = rows["time_period"].str.extract(r"\((\d{4})\)")[0]
    country = rows["time_period"].str.replace(r"\s*\(\d{4}\)", "", regex=True)
    rows = _named(rows.assign(time_period=country), "time_period")
    rows = rows.assign(year=year.fillna(str(USUAL_YEAR)).astype(int))
    return figures_of(rows, file, {ABROAD: "value"}, area="area", year="year")


def _venture(file: int, snapshot: Snapshot, series: Sequence[str]) -> pd.DataFrame:
    header = header_of(text_of(ID, unpacked(ID, snapshot)))
    fields = [name for name in header if re.fullmatch(r"field_\d{4}", name)]
    table = column_table(ID, snapshot, (*VENTURE_COLUMNS, *fields), texts=("table_id",), na_values=MISSING)
    if set(table["table_id"].dropna()) != {VENTURE} or not fields:
        raise SourceChanged(
            ID, f"this is not table {VENTURE}, the only one of its shape that is read", file=snapshot.name
        )
    rows = _named(table, VENTURE_COLUMNS[1])
    return concat_raw(
        [
            figures_of(rows, file, {VENTURE: name}, area="area", year=int(name[-4:]))
            for name in fields
            if VENTURE in series
        ]
    )


def _matrix(file: int, snapshot: Snapshot, series: Sequence[str]) -> pd.DataFrame:
    """Return each pair of a square table once; raise SourceChanged where rows and columns are not the same economies.

    A table that is not the same both ways is not read: which of the two figures is right cannot be told.
    """
    header = header_of(text_of(ID, unpacked(ID, snapshot)))
    names = header[len(MATRIX_COLUMNS) :]
    table = column_table(ID, snapshot, header, texts=MATRIX_COLUMNS, na_values=MISSING)
    areas = table[MATRIX_COLUMNS[-1]].fillna("").map(_name)
    if [re.sub(r"\W+", "_", a.lower()).strip("_") for a in areas] != names:
        raise SourceChanged(ID, "rows and columns are not the same economies in the same order", file=snapshot.name)
    values = table[names].to_numpy(dtype=float)
    if not np.array_equal(values, values.T, equal_nan=True):
        row = int(np.nonzero((values != values.T).any(axis=1))[0][0])
        raise SourceChanged(ID, "the table is not the same both ways", file=snapshot.name, row=int(table.index[row]))
    first, second = (places for places in np.triu_indices(len(names), 1))
    known = ~np.isnan(values[first, second])
    first, second = first[known], second[known]
    found = raw_frame(
        series=table["table_id"].to_numpy()[first],
        source_area=areas.to_numpy()[first],
        source_counterpart=areas.to_numpy()[second],
        time_period=np.full(len(first), LAST_OF_ALL),
        obs_value=values[first, second],
        file=file,
        row=table.index.to_numpy()[first],
    )
    return found[found["series"].isin(set(MATRICES) & set(series))]


def _named(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return the rows with the column `area`, without zeros of states that did not exist."""
    rows = rows.assign(area=rows[column].fillna("").map(_name))
    if "year" not in rows:
        return rows
    span = rows["area"].map(lambda name: EXISTED.get(name, (0, 9999)))
    year = pd.to_numeric(rows["year"], errors="coerce")
    outside = (year < span.str[0]) | (year > span.str[1])
    return rows[~outside | (rows["value"] != 0)]


def _name(path: str) -> str:
    """Return the country at the end of a path, without HTML."""
    name = re.sub(r"<sup>.*?</sup>", "", path.split(STEP)[-1])
    return html.unescape(name).strip()


FIELD_COLUMNS: Final = ("table", "field", "count", "path", "economy", "year", "value")
MATRIX_COLUMNS: Final = ("table_id", "row_id", "region_country_or_economy")
SERIES_COLUMNS: Final = ("table", "title", "path", "economy", "year", "value")
AUTHORSHIP_COLUMNS: Final = ("path", "year", "value")
PAIR_COLUMNS: Final = ("economy_a", "economy_b", "year", "coauthored_articles")
FINANCED_COLUMNS: Final = ("table_id", "time_period", "column_level_1", "column_level_2", "value")
VENTURE_COLUMNS: Final = ("table_id", "region_country_or_economy_full_path")
READERS: Final[dict[tuple[str, ...], Reader]] = {
    SERIES_COLUMNS: _country_series,
    FIELD_COLUMNS: _country_series,
    AUTHORSHIP_COLUMNS: _authorship,
    PAIR_COLUMNS: _pairs,
    FINANCED_COLUMNS: _financed,
    VENTURE_COLUMNS: _venture,
    MATRIX_COLUMNS: _matrix,
}
"""The readers by the columns that give them away; the most demanding first."""

SOURCE = Ncses()
