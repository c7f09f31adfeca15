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

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.packed import unpacked
from scidip.etl.reading.tables import floats, header_of, read_table, whole_years
from scidip.etl.reading.vintages import dated, order
from scidip.etl.source import NotGiven, concat_raw, each, raw_frame, require_columns, text_of
from scidip.indicators.errors import SourceChanged, SourceRefused
from scidip.indicators.model.catalogue import SourceSpec

if TYPE_CHECKING:
    from scidip.etl.network.client import HttpClient

ID: Final = "unesco_uis"
API: Final = "https://api.uis.unesco.org/api/public"
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
EXPORT_COLUMNS: Final = ("indicatorId", "geoUnit", "year", "value", "qualifier", "magnitude")
ESTIMATES: Final = ("UIS_EST", "NAT_EST")
RELEASE: Final = re.compile(r"(\d{4})(\d{2})(\d{2})-[0-9a-f]{8}")
"""The API's version names, such as 20260507-91260335."""

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
        answer = http.snapshot(ID, f"{API}/versions/default", name="version.json", begins=b"{")
        version = str(_document(answer).get("version") or "")
        if not version:
            raise SourceChanged(ID, "the service no longer names its version; update the job", file=answer.name)

        def ask(code: str) -> Snapshot:
            params = {"indicator": code, "version": version}
            name = f"uis_{code}_{version}.json"
            url = f"{API}/data/indicators"
            answer = http.snapshot(ID, url, name=name, params=params, begins=b"{")
            _refuse_hints(answer.name, _document(answer))
            _refuse_other_series(answer, _answer(answer), code)
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
    release = RELEASE.search(snapshot.name) or RELEASE.search(snapshot.url)
    vintage = "-".join(release.groups()) if release else dated(snapshot)
    snapshot = inside
    if text.lstrip().startswith(("{", "[")):
        return _Table(file, snapshot, text, "json", (), vintage)
    columns = tuple(header_of(text))
    if "indicatorId" in columns or "geoUnit" in columns:
        require_columns(ID, snapshot, columns, EXPORT_COLUMNS)
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
        f"location,time,name; {','.join(EXPORT_COLUMNS)}; {','.join(SERVICE_COLUMNS)}); give the CSV "
        f"that the data browser or the bulk service of {SPEC.homepage} writes",
        file=snapshot.name,
        row=1,
    )


def _figures(table: _Table, series: Sequence[str]) -> pd.DataFrame:
    """Return the raw frame of the wanted series in a file."""
    if table.shape == "bulk":
        return _bulk(table)
    if table.shape == "json":
        return _records(table, _answer(table.snapshot), series, below=1)
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


def _records(table: _Table, records: pd.DataFrame, series: Sequence[str], below: int) -> pd.DataFrame:
    """Return the raw frame of an export or an answer; *below* is the row of the first record."""
    wanted = records[records["indicatorId"].isin(list(series))]
    value = wanted["value"]
    nil = value.isna() & (wanted["magnitude"] == "NIL")
    if nil.any():
        value = floats(value.astype(object).mask(nil, 0.0).infer_objects())
    kept = value.notna() & (wanted["magnitude"] != "NA")
    wanted = wanted[kept]
    return raw_frame(
        series=wanted["indicatorId"].to_numpy(),
        source_area=wanted["geoUnit"].fillna("").str.strip().to_numpy(),
        time_period=whole_years(wanted["year"]).to_numpy(),
        obs_value=floats(value[kept]).to_numpy(),
        obs_status=np.where(wanted["qualifier"].isin(ESTIMATES), "E", "A"),
        file=table.file,
        row=wanted.index.to_numpy() + below,
    )


def _read(table: _Table, dtype: dict[str, type]) -> pd.DataFrame:
    return read_table(ID, table.snapshot, table.text, dtype=dtype).rename(columns=str.strip)


def _answer(snapshot: Snapshot) -> pd.DataFrame:
    """Return the records of an API answer; refuse one that carries a hint or is an error."""
    answer = _document(snapshot)
    name = snapshot.name
    _refuse_hints(name, answer)
    records = answer.get("records")
    if not isinstance(records, list):
        told = str(answer.get("message", "there are no records in the answer"))
        raise SourceChanged(ID, f"{told}; ask for less or update the job", file=name)
    frame = pd.DataFrame(records, columns=None if records else list(EXPORT_COLUMNS))
    require_columns(ID, snapshot, list(frame.columns), EXPORT_COLUMNS)
    return frame


def _refuse_other_series(snapshot: Snapshot, records: pd.DataFrame, code: str) -> None:
    """Raise SourceRefused for records of another series: the service ignores parameters it does not know."""
    others = records["indicatorId"][records["indicatorId"] != code]
    if len(others):
        raise SourceRefused(
            ID, f"the service was asked for {code} and gave {others.iloc[0]}; ask again later", file=snapshot.name
        )


def _refuse_hints(name: str, answer: dict[str, Any]) -> None:
    """Raise SourceRefused when the answer carries a hint: the service does not know the series."""
    if hints := answer.get("hints"):
        told = "; ".join(str(h.get("message", h)) if isinstance(h, dict) else str(h) for h in hints)
        raise SourceRefused(ID, f"the service says: {told}; correct the code and ask again", file=name)


def _document(snapshot: Snapshot) -> dict[str, Any]:
    try:
        document = json.loads(text_of(ID, snapshot))
    except json.JSONDecodeError as error:
        raise SourceChanged(
            ID, "the answer is not whole JSON; download it again", file=snapshot.name, row=error.lineno
        ) from error
    if not isinstance(document, dict):
        raise SourceChanged(
            ID, "the answer is a list where hints and records were expected; update the job", file=snapshot.name
        )
    return document


SOURCE = UnescoUis()
