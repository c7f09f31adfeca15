"""CORDIS, Horizon 2020: who takes part in which project, with which contribution.

One record per participation: project (`rcn`), country, role, contribution of the Union in euros
(NA where a third party gets none) and dates. Countries are the codes of the European institutions:
EL for Greece, UK for the United Kingdom. Seven participations have no start year. The file is of
December 2020, so projects that begin in 2021 or later are the ones signed by then.

`participations` and `contribution` are per country and start year. `joint` counts, per pair of
countries and start year, the projects in which both take part.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import pandas as pd

from etl.lists import MISSING, read_list, tally
from etl.source import Snapshot, concat_raw
from etl.tables import newest
from indicators.catalogue import SourceSpec
from indicators.errors import SourceChanged, SourceUnavailable

if TYPE_CHECKING:
    from etl.http import HttpClient

ID: Final = "cordis"
SPEC: Final = SourceSpec(
    id=ID,
    title="CORDIS Horizon 2020",
    publisher="European Commission",
    homepage="https://cordis.europa.eu",
    licence="CC BY 4.0",
    licence_url="https://creativecommons.org/licenses/by/4.0/",
    citation="European Commission, CORDIS, H2020 projects, December 2020",
    area_scheme="iso2",
    renews="years",
)

PARTICIPATIONS: Final = "participations"
CONTRIBUTION: Final = "contribution"
JOINT: Final = "joint"
COLUMNS: Final = ("rcn", "role", "contribution", "country", "start_year")
ROLES: Final = ("coordinator", "participant", "partner")


class Cordis:
    """Participations, euros and joint projects by start year; complete lists."""

    spec = SPEC
    files: tuple[str, ...] = ("horizon2020-cordis/h2020_participations*.csv.gz",)

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot]:
        """Raise SourceUnavailable: the portal offers archives of another shape."""
        raise SourceUnavailable(
            ID,
            "the archives of the portal are not read directly; make a CSV of rcn, role, "
            "contribution, country, start_year and pass it with --file",
        )

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the newest start year in the file."""
        years = read_list(ID, snapshot, COLUMNS)["start_year"]
        return str(years[years.str.fullmatch(r"\d{4}")].max())

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the counts from the newest file."""
        if not snapshots:
            return concat_raw([])
        # Its vintage is inside the file, and reading a large file twice is slow.
        several = len(snapshots) > 1
        file, snapshot = newest(snapshots, self.vintage)[0] if several else (0, snapshots[0])
        table = _participations(snapshot)
        by = {"area": "country", "period": "start_year", "file": file}
        frames = []
        if PARTICIPATIONS in series:
            frames.append(tally(PARTICIPATIONS, table, **by))
        if CONTRIBUTION in series:
            paid = table[~table["contribution"].isin(MISSING)]
            frames.append(tally(CONTRIBUTION, paid, value="contribution", **by))
        if JOINT in series:
            frames.append(_joint(table, file))
        return concat_raw(frames)


def _participations(snapshot: Snapshot) -> pd.DataFrame:
    """Return one line per participation; refuse a role or a contribution that cannot be."""
    table = read_list(ID, snapshot, COLUMNS)
    amount = pd.to_numeric(table["contribution"], errors="coerce")
    wrong = {
        "role": ~table["role"].isin(ROLES),
        "contribution": amount.isna() & ~table["contribution"].isin(MISSING),
    }
    for column, bad in wrong.items():
        if bad.any():
            raise SourceChanged(
                ID,
                f"the {column} {table[column][bad].iloc[0]!r} is not known; update the job",
                file=snapshot.name,
                row=int(table.index[bad][0]),
            )
    return table


def _joint(table: pd.DataFrame, file: int) -> pd.DataFrame:
    """Return the projects that each pair of countries shares, by start year."""
    once = table.assign(line=table.index).drop_duplicates(["rcn", "country"])
    once = once[["rcn", "country", "start_year", "line"]]
    both = once.merge(once[["rcn", "country"]], on="rcn", suffixes=("", "_other"))
    both = both[both["country"] < both["country_other"]].set_index("line")
    return tally(
        JOINT, both, area="country", counterpart="country_other", period="start_year", file=file
    )


SOURCE = Cordis()
