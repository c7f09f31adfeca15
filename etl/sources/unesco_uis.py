"""UNESCO Institute for Statistics (UIS): education, student mobility, scholarships.

Four shapes of file are read:

- one CSV per indicator from two bulk releases, `country,year,<name>` (SDG 4, September 2024) and
  `location,time,<name>` (education, February 2019). The series code is the third column's name
  in capitals with dots for underscores: ger_5t8 is GER.5T8. Areas are ISO3 in small letters; the
  release of 2019 puts numeric codes of UIS regions in the same column. No estimate flags;
- the API's CSV export `indicatorId,geoUnit,year,value,qualifier,magnitude`, several series in one
  file, names of regions ("ECA: SADC (...)") beside ISO3;
- the bulk service's `INDICATOR_ID,COUNTRY_ID,YEAR,VALUE,MAGNITUDE,QUALIFIER`, the same in other words
  (SDG_DATA_NATIONAL.csv, alone or in SDG.zip beside tables of names and of regions);
- the API's JSON answer with `hints` and `records`. A hint means a wrong code, though the status
  is 200.

In exports the magnitude NIL marks a true zero. NA marks a figure that does not apply: the export
writes 0 beside it, so the mark decides and there is no row. The qualifiers UIS_EST and NAT_EST
mean estimated. When several files hold a series only the newest release is read. Files carry no date
of their own but the API's release in the name; see `etl.reading.vintages`. Address of the API: from its own
OpenAPI document, 2026.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.packed import unpacked
from scidip.etl.reading.services.uis_answers import (
    API,
    FIELDS,
    applying,
    present_version,
    records,
    refuse_other_series,
    release,
)
from scidip.etl.reading.tables import floats, header_of, read_table, whole_years
from scidip.etl.reading.vintages import order
from scidip.etl.source import NotGiven, concat_raw, each, raw_frame, require_columns, text_of
from scidip.indicators.errors import SourceChanged
from scidip.indicators.model.source import SourceSpec

if TYPE_CHECKING:
    from scidip.etl.network.client import HttpClient

ID: Final = "unesco_uis"
SPEC: Final = SourceSpec(
    id=ID,
    kind="official",
    title="UNESCO UIS",
    publisher="UNESCO Institute for Statistics",
    homepage="https://databrowser.uis.unesco.org",
    licence="CC BY-SA 3.0 IGO",
    licence_url="https://creativecommons.org/licenses/by-sa/3.0/igo/",
    citation="UNESCO Institute for Statistics (UIS), https://databrowser.uis.unesco.org",
    area_scheme="iso3",
    months=6,
)

BULK_COLUMNS: Final = (("country", "year"), ("location", "time"))
"""The first two columns of the releases with a file per indicator."""
IN_ARCHIVES: Final = r"_DATA_NATIONAL\.csv$"
SERVICE_COLUMNS: Final = {
    "INDICATOR_ID": "indicatorId",
    "COUNTRY_ID": "geoUnit",
    "YEAR": "year",
    "VALUE": "value",
    "MAGNITUDE": "magnitude",
    "QUALIFIER": "qualifier",
}
"""The columns of the bulk service and what the API calls them."""

Shape = Literal["bulk", "export", "service", "json"]


class UnescoUis:
    """Yearly figures per country and UIS region, in the units of the series; missing is no row."""

    spec = SPEC
    files: tuple[str, ...] = (
        "uis-sdg-2024-09/*.csv",
        "uis-education-2019/*.csv",
        "student-flows/uis_inbound_total_and_netflow_*.csv",
    )

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot | NotGiven]:
        """Yield the API's answer for each series, all of the release that is current now."""
        version = present_version(ID, http)

        def ask(code: str) -> Snapshot:
            params = {"indicator": code, "version": version}
            name = f"uis_{code}_{version}.json"
            url = f"{API}/data/indicators"
            answer = http.snapshot(ID, url, name=name, params=params, begins=b"{")
            refuse_other_series(ID, answer, records(ID, answer), [code])
            return answer

        yield from each(series, ask)

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the release: an ISO date, or as much of one as is known."""
        return _sniff(0, snapshot).vintage

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the figures of *series*, each from the newest file that holds it."""
        best: dict[str, tuple[str, pd.DataFrame]] = {}
        for file, snapshot in enumerate(snapshots):
            table = _sniff(file, snapshot)
            if table.shape == "bulk" and table.columns[2] not in series:
                continue
            for code, frame in _figures(table, series).groupby("series", sort=False):
                if str(code) not in best or order(table.vintage) > order(best[str(code)][0]):
                    best[str(code)] = table.vintage, frame
        return concat_raw([best[code][1] for code in series if code in best])


@dataclass(frozen=True)
class _Table:
    """One file: its shape, columns (of bulk files with the series code third) and release."""

    file: int
    snapshot: Snapshot
    text: str
    shape: Shape
    columns: tuple[str, ...]
    vintage: str


def _sniff(file: int, snapshot: Snapshot) -> _Table:
    """Return what the first line tells about a file; the figures are not read yet."""
    inside = unpacked(ID, snapshot, IN_ARCHIVES)
    text = text_of(ID, inside)
    vintage = release(snapshot)
    snapshot = inside
    if text.lstrip().startswith(("{", "[")):
        return _Table(file, snapshot, text, "json", (), vintage)
    columns = tuple(header_of(text))
    if "indicatorId" in columns or "geoUnit" in columns:
        require_columns(ID, snapshot, columns, FIELDS)
        return _Table(file, snapshot, text, "export", columns, vintage)
    if {"INDICATOR_ID", "COUNTRY_ID"} & set(columns):
        require_columns(ID, snapshot, columns, tuple(SERVICE_COLUMNS))
        return _Table(file, snapshot, text, "service", columns, vintage)
    if len(columns) == 3 and columns[:2] in BULK_COLUMNS:
        code = columns[2].replace("_", ".").upper()
        return _Table(file, snapshot, text, "bulk", (*columns[:2], code), vintage)
    raise SourceChanged(
        ID,
        f"the header {', '.join(columns[:6])} is not one of those known (country,year,name; "
        f"location,time,name; {','.join(FIELDS)}; {','.join(SERVICE_COLUMNS)}); give the CSV "
        f"that the data browser or the bulk service of {SPEC.homepage} writes",
        file=snapshot.name,
        row=1,
    )


def _figures(table: _Table, series: Sequence[str]) -> pd.DataFrame:
    """Return the raw frame of the wanted series in a file."""
    if table.shape == "bulk":
        return _bulk(table)
    if table.shape == "json":
        return _records(table, records(ID, table.snapshot), series, below=1)
    texts = ("indicatorId", "geoUnit", "INDICATOR_ID", "COUNTRY_ID", "MAGNITUDE", "QUALIFIER")
    frame = _read(table, {c: str for c in texts if c in table.columns})
    return _records(table, frame.rename(columns=SERVICE_COLUMNS), series, below=2)


def _bulk(table: _Table) -> pd.DataFrame:
    area, year, code = table.columns
    frame = _read(table, {area: str})
    frame.columns = pd.Index(table.columns)
    kept = frame[frame[code].notna()]
    return raw_frame(
        series=code,
        source_area=kept[area].fillna("").str.strip().str.upper().to_numpy(),
        time_period=whole_years(kept[year]).to_numpy(),
        obs_value=floats(kept[code]).to_numpy(),
        file=table.file,
        row=kept.index.to_numpy() + 2,
    )


def _records(table: _Table, found: pd.DataFrame, series: Sequence[str], below: int) -> pd.DataFrame:
    """Return the raw frame of an export or an answer; *below* is the row of the first record."""
    wanted = applying(found[found["indicatorId"].isin(list(series))])
    return raw_frame(
        series=wanted["indicatorId"].to_numpy(),
        source_area=wanted["geoUnit"].fillna("").str.strip().to_numpy(),
        time_period=whole_years(wanted["year"]).to_numpy(),
        obs_value=floats(wanted["value"]).to_numpy(),
        obs_status=wanted["status"].to_numpy(),
        file=table.file,
        row=wanted.index.to_numpy() + below,
    )


def _read(table: _Table, dtype: dict[str, type]) -> pd.DataFrame:
    return read_table(ID, table.snapshot, table.text, dtype=dtype).rename(columns=str.strip)


SOURCE = UnescoUis()
