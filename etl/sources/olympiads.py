"""Medals at the International Mathematical Olympiad, by country and year.

Two shapes are read: the producer's own list of who took part (`etl.reading.answers.moresults`; address: its repository,
read in 2026), and a CSV with a line for each contest, year and team: `competition, year, code, country, participants,
gold, silver, bronze, …`. Only the International Olympiad (IMO) is read; the others in the file are of a region or for
girls. It was not held in 1980: what stands under that year are two substitute contests. Lines without a code are
contestants without a country, six a year from 2022 on; they are excluded and counted. Old states keep their own lines.

An older list of all-time totals with informatics and physics was wrong (no medal for Georgia, which has 112 at the IMO)
and is no longer read.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import pandas as pd

from scidip.etl.network.github import raw
from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.answers import moresults
from scidip.etl.reading.lists import read_list, years
from scidip.etl.reading.packed import unpacked
from scidip.etl.reading.tables import newest
from scidip.etl.source import concat_raw, raw_frame
from scidip.indicators.errors import SourceChanged
from scidip.indicators.model.source import SourceSpec

if TYPE_CHECKING:
    from scidip.etl.network.client import HttpClient

ID: Final = "olympiads"
SPEC: Final = SourceSpec(
    id=ID,
    kind="compiled",
    title="International Mathematical Olympiad",
    publisher="MOResults, from the sites of the olympiads",
    homepage="https://www.imo-official.org",
    licence="Facts, compiled on GitHub",
    licence_url="https://github.com/matholympiadresults/moresults-web",
    citation="Results of the International Mathematical Olympiad, compiled by MOResults, May 2026",
    area_scheme="iso3",
    months=12,
)

REPOSITORY: Final = "matholympiadresults/moresults-web"
RESULTS: Final = "apps/web/public/data/olympiad_data.json.gz"
MEDALS: Final = "imo_medals"
CONTEST: Final = "IMO"
NOT_HELD: Final = "1980"
KINDS: Final = moresults.KINDS
COLUMNS: Final = ("competition", "year", "code", *KINDS)
NO_COUNTRY: Final = "no country"
"""Stands for a line without a code; declared in `area_exclusions.csv`."""


class Olympiads:
    """Medals per country and year; a team without a medal is a zero, a year without a team no row."""

    spec = SPEC
    files: tuple[str, ...] = ("olympiads-by-year/math_olympiads_by_country_year*.csv",)

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot]:
        """Yield the file of all olympiads that the producer's pages are made of."""
        yield http.snapshot(ID, raw(REPOSITORY, RESULTS), name="olympiad_data.json.gz", begins=b"\x1f\x8b")

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the year of the newest International Olympiad in the file."""
        held = _lines(snapshot)["year"]
        known = [year for year in held.unique() if year.isdecimal()]
        if not known:
            raise SourceChanged(
                ID, f"no line is of the {CONTEST}; pass math_olympiads_by_country_year.csv", file=snapshot.name
            )
        latest: str = max(known)
        return latest

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the medals of the newest file."""
        if MEDALS not in series or not snapshots:
            return concat_raw([])
        file, snapshot = newest(snapshots, self.vintage)[0]
        lines = _lines(snapshot).reset_index(names="line")
        # A cell that is no number makes the sum none, and the row is set aside.
        each = lines[list(KINDS)].apply(pd.to_numeric, errors="coerce")
        return raw_frame(
            series=MEDALS,
            source_area=lines["code"].replace("", NO_COUNTRY),
            time_period=years(lines["year"]),
            obs_value=each.sum(axis="columns", skipna=False),
            file=file,
            row=lines["line"],
        )


def _lines(snapshot: Snapshot) -> pd.DataFrame:
    """Return the lines of the International Olympiad, years in which it was held; index is the line."""
    inside = unpacked(ID, snapshot)
    if inside.content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{"):
        table = moresults.teams(ID, inside, CONTEST)
    else:
        table = read_list(ID, inside, COLUMNS)
    return table[(table["competition"] == CONTEST) & (table["year"] != NOT_HELD)]


SOURCE = Olympiads()
