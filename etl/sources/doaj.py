"""Directory of Open Access Journals: journals by country of publication and year listed.

Two shapes are read: a list of July 2021 and the directory's own CSV, renewed every week (address: the
directory's code and its users, columns: its users, all read in 2026). Both have one record per journal,
with the day it was added and whether it charges authors (`APC`). Journals that were removed since are
not in the file, so earlier years are a little low. `journals` counts by the year added, `no_charge`
those among them without charges to authors.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.lists import read_list, tally
from scidip.etl.reading.packed import unpacked
from scidip.etl.reading.tables import header_of, newest
from scidip.etl.source import concat_raw, text_of
from scidip.indicators.errors import SourceChanged
from scidip.indicators.model.source import SourceSpec

if TYPE_CHECKING:
    from scidip.etl.network.client import HttpClient

ID: Final = "doaj"
API: Final = "https://doaj.org/csv"
HOSTS: Final = ("s3.eu-west-2.amazonaws.com",)
"""Where the directory keeps its files."""
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
    months=1,
)

JOURNALS: Final = "journals"
NO_CHARGE: Final = "no_charge"
COLUMNS: Final = ("journal_title", "country_of_pub", "APC", "date_added_to_doaj")
OWN: Final = ("Journal title", "Country of publisher", "APC", "Added on Date")
"""What the directory itself calls COLUMNS."""
CHARGES: Final = {"TRUE": True, "FALSE": False, "Yes": True, "No": False}


class Doaj:
    """Journals added per country and year; a complete list."""

    spec = SPEC
    files: tuple[str, ...] = ("open-access/doaj_journals_*.csv.gz",)

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot]:
        """Yield the directory's list of journals, which stands on a server of its own."""
        yield http.snapshot(
            ID, API, name="doaj_journals.csv", begins=(b"Journal title", b'"Journal title"'), hosts=HOSTS
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
    own = "Country of publisher" in header_of(text_of(ID, unpacked(ID, snapshot)))
    table = read_list(ID, snapshot, OWN if own else COLUMNS).set_axis(list(COLUMNS), axis="columns")
    new = ~table["APC"].isin(CHARGES)
    if new.any():
        raise SourceChanged(
            ID,
            f"the charge {table['APC'][new].iloc[0]!r} is neither TRUE nor FALSE (nor Yes or No); write one of them",
            file=snapshot.name,
            row=int(table.index[new][0]),
        )
    return table


SOURCE = Doaj()
