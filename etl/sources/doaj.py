"""Directory of Open Access Journals: journals by country of publication and year listed.

One record per journal of July 2021, with the day it was added and whether it charges authors
(`APC`). Journals that were removed since are not in the file, so earlier years are a little low.
`journals` counts by the year added, `no_charge` those among them without charges to authors.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.lists import read_list, tally
from scidip.etl.reading.tables import newest
from scidip.etl.source import concat_raw
from scidip.indicators.errors import SourceChanged, SourceUnavailable
from scidip.indicators.model.catalogue import SourceSpec

if TYPE_CHECKING:
    from scidip.etl.network.client import HttpClient

ID: Final = "doaj"
SPEC: Final = SourceSpec(
    id=ID,
    kind="compiled",
    title="DOAJ",
    publisher="Directory of Open Access Journals",
    homepage="https://doaj.org",
    licence="CC BY-SA 4.0",
    licence_url="https://creativecommons.org/licenses/by-sa/4.0/",
    citation="Directory of Open Access Journals, July 2021",
    area_scheme="name",
)

JOURNALS: Final = "journals"
NO_CHARGE: Final = "no_charge"
COLUMNS: Final = ("journal_title", "country_of_pub", "APC", "date_added_to_doaj")
CHARGES: Final = {"TRUE": True, "FALSE": False}


class Doaj:
    """Journals added per country and year; a complete list."""

    spec = SPEC
    files: tuple[str, ...] = ("open-access/doaj_journals_*.csv.gz",)

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot]:
        """Raise SourceUnavailable: the directory's CSV has other headings and asks for a form."""
        raise SourceUnavailable(
            ID,
            "the directory's own CSV is not read directly; make a CSV of journal_title, "
            "country_of_pub, APC, date_added_to_doaj and pass it with --file",
        )

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the day the newest journal was added."""
        return str(_journals(snapshot)["date_added_to_doaj"].max())[:10]

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the counts from the newest file."""
        if not snapshots:
            return concat_raw([])
        file, snapshot = newest(snapshots, self.vintage)[0]
        table = _journals(snapshot)
        table = table.assign(year=table["date_added_to_doaj"].str.slice(0, 4))
        chosen = {JOURNALS: table, NO_CHARGE: table[~table["APC"].map(CHARGES).astype(bool)]}
        counted = partial(tally, area="country_of_pub", period="year", file=file)
        return concat_raw([counted(code, chosen[code]) for code in chosen if code in series])


def _journals(snapshot: Snapshot) -> pd.DataFrame:
    """Return one line per journal; refuse a word about charges that is neither yes nor no."""
    table = read_list(ID, snapshot, COLUMNS)
    new = ~table["APC"].isin(CHARGES)
    if new.any():
        raise SourceChanged(
            ID,
            f"the charge {table['APC'][new].iloc[0]!r} is neither TRUE nor FALSE; write one of them",
            file=snapshot.name,
            row=int(table.index[new][0]),
        )
    return table


SOURCE = Doaj()
