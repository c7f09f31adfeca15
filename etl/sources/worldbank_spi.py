"""World Bank, Statistical Performance Indicators: how well a country's statistical system works.

`SPI_index.csv` (packed or plain, byte order mark): one row per economy and year, `iso3c`, `date`
and 76 scores, NA where an economy was not assessed. Only the overall score, `SPI.INDEX`, is read.
The rows begin in 2004, but the overall score exists from 2016 on, and the description that comes with it promises a
year more than there is. The file carries no date, so its vintage is the last year with a score.

Editions are not one series: that of 2025 revised the method and all years, and only its year 2024 is at hand
(`spi_2024.csv`, the same columns). Each year is read from the newest file that has it; the first year of a file
that does not begin in 2016 is marked as a break.

The live figures are those of the Bank's API: its IQ.SPI.OVRL is the same score, all years of one edition, dated by the
day the database was last updated. Groups of countries stand among them and are left out by the Bank's own list.
Address and code: seen in a dozen readers, 2026.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.services.world_bank_answers import (
    API,
    MOST,
    answer,
    groups,
    is_country_list,
    refuse_other_series,
    table_of,
)
from scidip.etl.reading.tables import column_table, figures_of
from scidip.etl.reading.vintages import dated
from scidip.etl.source import concat_raw, text_of
from scidip.indicators.errors import SourceChanged
from scidip.indicators.model.source import SourceSpec
from scidip.indicators.vocabulary import ObsStatus

if TYPE_CHECKING:
    from scidip.etl.network.client import HttpClient

ID: Final = "worldbank_spi"
HOMEPAGE: Final = "https://www.worldbank.org/en/programs/statistical-performance-indicators"
SPEC: Final = SourceSpec(
    id=ID,
    kind="official",
    title="World Bank SPI",
    publisher="World Bank",
    homepage=HOMEPAGE,
    licence="CC BY 4.0",
    licence_url="https://creativecommons.org/licenses/by/4.0/",
    citation="World Bank, Statistical Performance Indicators, editions of 2023 (to 2019) and 2025 (2024)",
    area_scheme="iso3",
    renews="years",
    months=12,
)
AREA: Final = "iso3c"
YEAR: Final = "date"
SCORE: Final = "SPI.INDEX"
SCORED_FROM: Final = 2016
"""The first year of an edition that is whole; a file that begins later goes on where an older edition ended."""
API_CODE: Final = "IQ.SPI.OVRL"
"""What the Bank's API calls the overall score, in its World Development Indicators."""
DATABASE: Final = 2
REMEDY: Final = "pass SPI_index.csv with --file"
MISSING: Final = ["", "NA"]
"""Not assessed; economies have codes of three letters, so Namibia's NA cannot be meant."""


class WorldBankSpi:
    """The overall score (0 to 100) per economy and year; not assessed is no row."""

    spec = SPEC
    files: tuple[str, ...] = ("wb-spi-2023/SPI_index.csv.gz", "wb-spi-2024/spi_20*.csv")

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot]:
        """Yield the API's answer for the score, all years of the current edition, and the Bank's list of countries."""
        wanted: dict[str, str | int] = {"source": DATABASE, "format": "json", "per_page": MOST}
        listing: dict[str, str | int] = {"format": "json", "per_page": MOST}
        url = f"{API}/country/all/indicator/{API_CODE}"
        scores = http.snapshot(ID, url, name="spi_overall.json", params=wanted, begins=b"[")
        refuse_other_series(ID, scores, table_of(ID, scores, answer(ID, scores, REMEDY)), API_CODE)
        countries = http.snapshot(ID, f"{API}/country", name="wb_countries.json", params=listing, begins=b"[")
        groups(ID, countries, answer(ID, countries, REMEDY))
        yield scores
        yield countries

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the day an answer was last updated; of a file, the last year that has an overall score."""
        if _is_answer(snapshot):
            return answer(ID, snapshot, REMEDY).updated or dated(snapshot)
        table = _table(snapshot)
        years = pd.to_numeric(table[YEAR][table[SCORE].notna()], errors="coerce").dropna()
        if years.empty:
            raise SourceChanged(ID, f"no row has a {SCORE} with its year; use SPI_index.csv", file=snapshot.name)
        return str(int(years.max()))

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the scores of each year from the newest file that has it."""
        columns = {SCORE: SCORE} if SCORE in series else {}
        lists = [s for s in snapshots if _is_answer(s) and is_country_list(answer(ID, s, REMEDY))]
        groups_of = [groups(ID, s, answer(ID, s, REMEDY)) for s in lists]
        tables = [(file, snapshot) for file, snapshot in enumerate(snapshots) if snapshot not in lists]
        # Of two files of one vintage the first counts.
        newest = sorted(tables, key=lambda file: (self.vintage(file[1]), -file[0]), reverse=True)
        frames: list[pd.DataFrame] = []
        for file, snapshot in newest:
            known = {year for frame in frames for year in frame["time_period"]}
            table = _table(snapshot)
            table = table[~table[AREA].isin(frozenset().union(*groups_of))]
            found = _with_break(figures_of(table, file, columns, area=AREA, year=YEAR))
            frames.append(found[~found["time_period"].isin(known)])
        return concat_raw(frames[::-1])


def _with_break(scores: pd.DataFrame) -> pd.DataFrame:
    """Return the scores of a file, the first year marked as a break where it is not that of the whole series."""
    years = pd.to_numeric(scores["time_period"], errors="coerce")
    begins = (years == years.min()) & (years > SCORED_FROM)
    return scores.assign(obs_status=scores["obs_status"].mask(begins, str(ObsStatus.BREAK)))


def _is_answer(snapshot: Snapshot) -> bool:
    return text_of(ID, snapshot).lstrip().startswith(("[", "{"))


def _table(snapshot: Snapshot) -> pd.DataFrame:
    """Return area, year and score; index: the line of a file, or the number of the record in an answer."""
    if not _is_answer(snapshot):
        return column_table(ID, snapshot, (AREA, YEAR, SCORE), texts=(AREA,), na_values=MISSING)
    table = table_of(ID, snapshot, answer(ID, snapshot, REMEDY))
    refuse_other_series(ID, snapshot, table, API_CODE)
    return table.rename(columns={"code": AREA, "year": YEAR, "value": SCORE})


SOURCE = WorldBankSpi()
