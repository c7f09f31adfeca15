"""CORDIS, Horizon 2020 and Horizon Europe: who takes part in which project, with which contribution.

Two shapes of file are read (`etl.reading.cordis_tables`): a list of participations of our own, and the
portal's `organization.csv` together with `project.csv`, which alone knows when a project begins. The
portal's archive is renewed about every month (address: the portal's users, read in 2026).

One record per participation: project (`rcn`), country, role, contribution of the Union in euros
(NA where a third party gets none) and dates. Countries are the codes of the European institutions:
EL for Greece, UK for the United Kingdom. Seven participations have no start year. The file is of
December 2020, so projects that begin in 2021 or later are the ones signed by then.

`participations` and `contribution` are per country and start year. `joint` counts, per pair of
countries and start year, the projects in which both take part.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.cordis_tables import ID, participations, vintage_of
from scidip.etl.reading.lists import MISSING, tally
from scidip.etl.source import concat_raw
from scidip.indicators.model.source import SourceSpec

if TYPE_CHECKING:
    from scidip.etl.network.client import HttpClient

SPEC: Final = SourceSpec(
    id=ID,
    kind="official",
    title="CORDIS Horizon 2020",
    publisher="European Commission",
    homepage="https://cordis.europa.eu",
    licence="CC BY 4.0",
    licence_url="https://creativecommons.org/licenses/by/4.0/",
    citation="European Commission, CORDIS, H2020 projects, December 2020",
    area_scheme="iso2",
    renews="years",
    months=1,
)

ARCHIVE: Final = "https://cordis.europa.eu/data/cordis-h2020projects-csv.zip"
PARTICIPATIONS: Final = "participations"
CONTRIBUTION: Final = "contribution"
JOINT: Final = "joint"


class Cordis:
    """Participations, euros and joint projects by start year; complete lists."""

    spec = SPEC
    files: tuple[str, ...] = ("horizon2020-cordis/h2020_participations*.csv.gz",)

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot]:
        """Yield the portal's archive of Horizon 2020."""
        yield http.snapshot(ID, ARCHIVE, name=ARCHIVE.rsplit("/", 1)[-1], begins=b"PK")

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the newest start year in a list, or the day the portal last changed a record."""
        return vintage_of(snapshot)

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the counts from the newest file."""
        if not snapshots:
            return concat_raw([])
        file, table = participations(snapshots)
        counted = partial(tally, area="country", period="start_year", file=file)
        frames = []
        if PARTICIPATIONS in series:
            frames.append(counted(PARTICIPATIONS, table))
        if CONTRIBUTION in series:
            paid = table[~table["contribution"].isin(MISSING)]
            frames.append(counted(CONTRIBUTION, paid, value="contribution"))
        if JOINT in series:
            frames.append(_joint(table, file))
        return concat_raw(frames)


def _joint(table: pd.DataFrame, file: int) -> pd.DataFrame:
    """Return the projects that each pair of countries shares, by start year."""
    once = table.assign(line=table.index).drop_duplicates(["rcn", "country"])
    once = once[["rcn", "country", "start_year", "line"]]
    both = once.merge(once[["rcn", "country"]], on="rcn", suffixes=("", "_other"))
    both = both[both["country"] < both["country_other"]].set_index("line")
    return tally(JOINT, both, area="country", counterpart="country_other", period="start_year", file=file)


SOURCE = Cordis()
