"""United Nations, World Population Prospects: people by area and year, for areas that the World Bank leaves out.

Two shapes are read:

- the producer's table of demographic indicators, `WPP2024_Demographic_Indicators_Medium.csv.gz`: a line per location
  and year with `ISO3_code` (empty for groups of countries), `Time` and `TPopulation1July` in thousands. The name says
  the revision;
- the shape in which Gapminder passes the revision of 2024 on, `country,year,population`, with ISO3 codes in small
  letters and people as they are. It carries no date.

The years before that of the revision are estimates of the United Nations; from it on the files hold projections, which
are left out. Address: seen in a dozen readers of 2026; the revision of 2024 is the newest then, the next one was put
off to 2027.
"""

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import pandas as pd

from scidip.etl.network.editions import newest_edition, years_back
from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.packed import unpacked
from scidip.etl.reading.tables import column_table, figures_of, header_of
from scidip.etl.reading.vintages import dated
from scidip.etl.source import concat_raw, text_of
from scidip.indicators.errors import SourceChanged
from scidip.indicators.model.source import SourceSpec

if TYPE_CHECKING:
    from scidip.etl.network.client import HttpClient

ID: Final = "un_population"
DOWNLOADS: Final = "https://population.un.org/wpp/downloads"
SPEC: Final = SourceSpec(
    id=ID,
    kind="official",
    title="UN World Population Prospects",
    publisher="United Nations, DESA, Population Division",
    homepage="https://population.un.org/wpp/",
    licence="CC BY 3.0 IGO",
    licence_url="https://creativecommons.org/licenses/by/3.0/igo/",
    citation="United Nations, DESA, Population Division, World Population Prospects 2024, as passed on by Gapminder",
    cadence="every two years",
    area_scheme="iso3",
    months=36,
)
AREA: Final = "country"
YEAR: Final = "year"
SERIES: Final = "population"
LAST_ESTIMATE: Final = 2023
"""The last year of Gapminder's file that is an estimate."""
FILE: Final = (
    "https://population.un.org/wpp/assets/Excel%20Files/1_Indicator%20(Standard)/CSV_FILES/"
    "WPP{}_Demographic_Indicators_Medium.csv.gz"
)
REVISIONS: Final = 4
"""How many years are looked back for a revision."""
REMEDY: Final = (
    f"open {DOWNLOADS}, choose CSV format, download the table of demographic indicators, medium variant, and pass it "
    "with --file"
)
OFFICIAL: Final = ("ISO3_code", "LocTypeName", "Variant", "Time", "TPopulation1July")
COUNTRY: Final = "Country/Area"
VARIANT: Final = "Medium"
THOUSAND: Final = 1000.0


class UnPopulation:
    """People by area and year; estimates only."""

    spec = SPEC
    files: tuple[str, ...] = ("un-population/*population--by--country--year.csv",)

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot]:
        """Yield the table of the newest revision."""

        def ask(address: str) -> Snapshot:
            # The server may hand the file out unpacked.
            begins = (b"\x1f\x8b", b"SortOrder")
            return http.snapshot(ID, address, name=address.rsplit("/", 1)[1], begins=begins)

        yield newest_edition(ID, (FILE.format(year) for year in years_back(REVISIONS)), ask, REMEDY)

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the revision the file belongs to, as its name says or as it is known of this very file."""
        if _is_official(snapshot):
            return str(_revision(snapshot))
        column_table(ID, snapshot, (AREA, YEAR, SERIES), texts=(AREA,))
        return dated(snapshot)

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the estimates in the files."""
        if SERIES not in series:
            return concat_raw([])
        frames = []
        for file, snapshot in enumerate(snapshots):
            table = _official(snapshot) if _is_official(snapshot) else _passed_on(snapshot)
            frames.append(figures_of(table, file, {SERIES: SERIES}, area=AREA, year=YEAR))
        return concat_raw(frames)


def _is_official(snapshot: Snapshot) -> bool:
    header = header_of(text_of(ID, unpacked(ID, snapshot)))
    return len(set(OFFICIAL) & set(header)) > 1


def _revision(snapshot: Snapshot) -> int:
    """Return the year of the revision, which nothing inside the producer's table says."""
    found = re.search(r"WPP(20\d\d)_", snapshot.name) or re.search(r"WPP(20\d\d)_", snapshot.url)
    if found is None:
        raise SourceChanged(
            ID,
            "the name does not tell the revision; keep the name of the download, such as "
            "WPP2024_Demographic_Indicators_Medium.csv.gz",
            file=snapshot.name,
        )
    return int(found[1])


def _official(snapshot: Snapshot) -> pd.DataFrame:
    """Return area, year and people of the countries in the producer's table, estimates only."""
    revision = _revision(snapshot)
    table = column_table(ID, snapshot, OFFICIAL, texts=OFFICIAL[:3], usecols=OFFICIAL, index_col=None)
    kept = table["ISO3_code"].notna() & (table["LocTypeName"] == COUNTRY) & (table["Variant"] == VARIANT)
    if not kept.any():
        raise SourceChanged(
            ID,
            f"no line is of a {COUNTRY} in the variant {VARIANT}; give the table of that variant",
            file=snapshot.name,
        )
    table = table[kept].rename(columns={"ISO3_code": AREA, "Time": YEAR, "TPopulation1July": SERIES})
    table = table[~(pd.to_numeric(table[YEAR], errors="coerce") >= revision)]
    number = pd.to_numeric(table[SERIES], errors="coerce")
    # Cell by cell: one text in the column must not leave the others in thousands.
    return table.assign(**{SERIES: (number * THOUSAND).round().where(number.notna(), table[SERIES])})


def _passed_on(snapshot: Snapshot) -> pd.DataFrame:
    table = column_table(ID, snapshot, (AREA, YEAR, SERIES), texts=(AREA,))
    return table[~(pd.to_numeric(table[YEAR], errors="coerce") > LAST_ESTIMATE)]


SOURCE = UnPopulation()
