"""WIPO, Global Innovation Index: the overall score (0 to 100) by edition.

Three shapes: a panel of editions (`Economies;Year;...;Global Innovation Index;...`, decimal comma,
byte order mark); the table of one edition (`Country;Score;...`, decimal point, ISO-8859-1)
whose year stands in the name of the file only; and the table behind WIPO's own page of ranks (`iso3, economy_name,
rank, score, giiyr, ...`, decimal comma), one edition, which is what is fetched. `Year` is the edition, not the year of
the data. Economies outside an edition have empty cells. Address: seen in three readers, 2026, which say that editions
from 2023 on are there.

Editions to 2020 may not be passed on in other form (CC BY-NC-ND); they are never read. Scores are
not comparable between editions, so the series serves to compare countries within one.
"""

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import pandas as pd

from scidip.etl.network.editions import newest_edition, years_back
from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.tables import column_table, figures_of, header_of
from scidip.etl.source import concat_raw, require_columns, text_of
from scidip.indicators.errors import SourceChanged
from scidip.indicators.model.source import SourceSpec

if TYPE_CHECKING:
    from scidip.etl.network.client import HttpClient

ID: Final = "gii"
HOMEPAGE: Final = "https://www.wipo.int/en/web/global-innovation-index"
SPEC: Final = SourceSpec(
    id=ID,
    kind="compiled",
    title="Global Innovation Index",
    publisher="World Intellectual Property Organization",
    homepage=HOMEPAGE,
    licence="CC BY 4.0",
    licence_url="https://creativecommons.org/licenses/by/4.0/",
    citation="WIPO, Global Innovation Index, editions from 2021",
    area_scheme="name",
    renews="years",
    months=12,
)
FILE: Final = "https://www.wipo.int/gii-ranking/data/bc_results_gii_{}.csv"
EDITIONS: Final = 3
"""How many years are looked back for an edition."""
REMEDY: Final = (
    f"download the table of an edition from {HOMEPAGE}, name it gii_pillars_<year>_edition.csv and pass it with --file"
)
SCORE: Final = "score"
FIRST_OPEN_EDITION: Final = 2021
PANEL: Final = ("Economies", "Year", "Global Innovation Index")
EDITION: Final = ("Country", "Score")
RANKS: Final = ("iso3", "score", "giiyr")
MISSING: Final = ["", "NA", "n/a"]
"""Where an economy has no score, or its line no edition; the area is a code of three letters, so Namibia's is none."""


class Gii:
    """The score per economy and edition, from the first edition under an open licence."""

    spec = SPEC
    files: tuple[str, ...] = ("gii/gii_pillars_*.csv",)

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot]:
        """Yield the table of the newest edition, which WIPO's own page of ranks reads."""

        def ask(address: str) -> Snapshot:
            return http.snapshot(ID, address, name=address.rsplit("/", 1)[1])

        yield newest_edition(ID, (FILE.format(year) for year in years_back(EDITIONS)), ask, REMEDY)

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the newest edition in the file."""
        return str(int(_read(0, snapshot)["time_period"].max()))

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the scores of every edition that may be passed on."""
        if SCORE not in series:
            return concat_raw([])
        return concat_raw([_read(file, snapshot) for file, snapshot in enumerate(snapshots)])


def _read(file: int, snapshot: Snapshot) -> pd.DataFrame:
    """Return the raw frame of a file, recognised by its header."""
    # Every byte is a character of ISO-8859-1, so the header can be seen in either file.
    header = header_of(text_of(ID, snapshot, "latin-1").removeprefix("ï»¿"), ";")
    if EDITION[0] in header and "Year" not in header:
        require_columns(ID, snapshot, header, EDITION)
        table = column_table(ID, snapshot, EDITION, texts=EDITION[:1], encoding="latin-1", sep=";")
        columns = {SCORE: EDITION[1]}
        return figures_of(table, file, columns, area=EDITION[0], year=_edition(snapshot))
    if {"iso3", "giiyr"} & set(header_of(text_of(ID, snapshot))):
        return _ranks(file, snapshot)
    table = column_table(ID, snapshot, PANEL, texts=(PANEL[0], PANEL[2]), sep=";")
    table = table.assign(**{PANEL[2]: _points(table[PANEL[2]])})
    year = pd.to_numeric(table["Year"], errors="coerce")
    open_ones = table[year.isna() | (year >= FIRST_OPEN_EDITION)]
    if open_ones[PANEL[2]].isna().all():
        raise SourceChanged(
            ID,
            f"there is no score of an edition from {FIRST_OPEN_EDITION} on, and older ones may "
            "not be passed on; give a newer edition",
            file=snapshot.name,
        )
    return figures_of(open_ones, file, {SCORE: PANEL[2]}, area=PANEL[0], year="Year")


def _ranks(file: int, snapshot: Snapshot) -> pd.DataFrame:
    """Return the raw frame of the table behind WIPO's page of ranks; its lines say of which edition they are."""
    table = column_table(ID, snapshot, RANKS, texts=RANKS, na_values=MISSING)
    editions = sorted({year for year in table["giiyr"].dropna() if re.fullmatch(r"20\d\d", year)})
    if len(editions) != 1 or int(editions[0]) < FIRST_OPEN_EDITION:
        raise SourceChanged(
            ID,
            f"the lines are of the editions {', '.join(editions) or 'none'} where one from {FIRST_OPEN_EDITION} on was "
            "expected; give the table of one edition",
            file=snapshot.name,
        )
    scores = table.assign(score=_points(table["score"]))
    if scores["score"].isna().all():
        raise SourceChanged(ID, "no line has a score; give the table of a newer edition", file=snapshot.name)
    return figures_of(scores, file, {SCORE: "score"}, area="iso3", year=int(editions[0]))


def _points(written: pd.Series) -> pd.Series:
    """Return numbers with a decimal comma as floats; with other text among them, as text.

    Left to the reader, one bad cell would leave the commas in all the others.
    """
    texts = written.str.replace(",", ".", regex=False)
    numbers = pd.to_numeric(texts, errors="coerce")
    return texts if (numbers.isna() & texts.notna()).any() else numbers


def _edition(snapshot: Snapshot) -> int:
    """Return the year of an edition's table, from its name; refuse one that may not be passed on."""
    found = re.search(r"(\d{4})_edition", snapshot.name)
    if found is None:
        raise SourceChanged(
            ID, "the table does not say its edition; name the file gii_pillars_<year>_edition.csv", file=snapshot.name
        )
    if int(found[1]) < FIRST_OPEN_EDITION:
        raise SourceChanged(
            ID, f"editions before {FIRST_OPEN_EDITION} may not be passed on; give a newer one", file=snapshot.name
        )
    return int(found[1])


SOURCE = Gii()
