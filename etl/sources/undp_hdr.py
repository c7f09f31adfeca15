"""UNDP, Human Development Report: the composite indices as one wide table.

`iso3, country, ...` (`code, country, ...` in the report of 2025) and one column per series and year, such as
`hdi_1990` to `hdi_2022`: over a thousand columns (packed or plain, byte order mark). Codes that begin with ZZ are the
report's own groups of countries. Beware: `gii` is gender inequality here, not innovation. The file carries no date; the
report that reaches year Y comes out in spring of Y + 2. Each report revises all years, so only the newest one is read.
Address: those of the reports of 2021-22, 2023-24 and 2025 seen in readers of 2026.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

import pandas as pd

from scidip.etl.network.editions import newest_edition, years_back
from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.packed import unpacked
from scidip.etl.reading.tables import header_of, newest, present, read_table
from scidip.etl.source import concat_raw, raw_frame, require_columns, text_of
from scidip.indicators.errors import SourceChanged
from scidip.indicators.model.source import SourceSpec

if TYPE_CHECKING:
    from scidip.etl.network.client import HttpClient

ID: Final = "undp_hdr"
HOMEPAGE: Final = "https://hdr.undp.org/data-center/documentation-and-downloads"
SPEC: Final = SourceSpec(
    id=ID,
    kind="official",
    title="UNDP HDR",
    publisher="United Nations Development Programme",
    homepage=HOMEPAGE,
    licence="CC BY 3.0 IGO",
    licence_url="https://creativecommons.org/licenses/by/3.0/igo/",
    citation="UNDP, Human Development Report, composite indices: complete time series",
    area_scheme="iso3",
    months=12,
)
FILE: Final = "https://hdr.undp.org/sites/default/files/{0}_HDR/HDR{1}_Composite_indices_complete_time_series.csv"
REMEDY: Final = f"download the complete time series of the composite indices from {HOMEPAGE} and pass it with --file"
EDITIONS: Final = 3
"""How many years are looked back for a report; there was none in 2023."""
AREAS: Final = ("code", "iso3")
"""What the column of codes was called, latest first."""
KEY_SERIES: Final = "hdi"
"""The series every edition has; its columns say which years the file covers."""


class UndpHdr:
    """Series of the report per country and year, in their own units; blank is no row."""

    spec = SPEC
    files: tuple[str, ...] = ("undp-hdr-*/HDR*_Composite_indices_complete_time_series.csv*",)

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot]:
        """Yield the table of the newest report; each report has an address of its own."""

        def ask(address: str) -> Snapshot:
            return http.snapshot(ID, address, name=address.rsplit("/", 1)[1])

        yield newest_edition(ID, _addresses(), ask, REMEDY)

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the year in which the report came out, by the years it covers."""
        text = text_of(ID, unpacked(ID, snapshot))
        return str(max(_years(snapshot, header_of(text), KEY_SERIES)) + 2)

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the figures of *series* from the newest report."""
        frames = []
        for file, snapshot in newest(snapshots, self.vintage):
            text = text_of(ID, unpacked(ID, snapshot))
            area = _area_column(header_of(text))
            table = read_table(ID, snapshot, text, dtype={area: str}).rename(columns=str.strip)
            frames += [_figures(table.rename(columns={area: "area"}), file, snapshot, code) for code in series]
        return concat_raw(frames)


def _addresses() -> Iterator[str]:
    """Yield the addresses that the newest reports may have: of one year (2025), or of two (2023-24)."""
    for year in years_back(EDITIONS):
        yield FILE.format(year, f"{year % 100:02}")
        both = f"-{year % 100:02}"
        yield FILE.format(f"{year - 1}{both}", f"{(year - 1) % 100:02}{both}")


def _figures(table: pd.DataFrame, file: int, snapshot: Snapshot, code: str) -> pd.DataFrame:
    """Return the raw frame of one series; the codes are in the column `area`."""
    years = _years_of(snapshot, list(table.columns), code)
    row, column, value = present(table[[f"{code}_{year}" for year in years]])
    return raw_frame(
        series=code,
        source_area=table["area"].fillna("").str.strip().to_numpy()[row],
        time_period=pd.Series(years).to_numpy()[column],
        obs_value=value,
        file=file,
        row=row + 2,
    )


def _area_column(header: Sequence[str]) -> str:
    """Return what the column of codes is called in this report; without one, what it was called first."""
    return next((name for name in AREAS if name in header), AREAS[-1])


def _years(snapshot: Snapshot, header: Sequence[str], code: str) -> list[int]:
    """Return the years that *code* has columns for in a file with a column of codes."""
    require_columns(ID, snapshot, header, (_area_column(header),))
    return _years_of(snapshot, header, code)


def _years_of(snapshot: Snapshot, header: Sequence[str], code: str) -> list[int]:
    """Return the years that *code* has columns for; a file without any is not the report's."""
    found = [re.fullmatch(rf"{re.escape(code)}_(\d{{4}})", name) for name in header]
    years = [int(match[1]) for match in found if match]
    if not years:
        raise SourceChanged(
            ID,
            f"there is no column {code}_<year>; use the complete time series of the composite indices",
            file=snapshot.name,
            row=1,
        )
    return years


SOURCE = UndpHdr()
