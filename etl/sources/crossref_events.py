"""Crossref: records of conference papers by the country where the conference was held.

The 999 most frequent texts of "event location", with the number of records that carry them
(4.7 of 6.9 million, all years to early 2024). The text is free: most end with a country, many with
a state of the United States ("Orlando, FL"), some name a city only, and CA, GA or MD are codes of
states and of countries. So nothing is guessed: `data/curated/event_places.csv`, reviewed by hand,
says what an ending after the last comma means, or a whole text where the ending will not do.
Whatever is not in it is set aside as an unknown area. Events held online have no host. A weak
proxy: engineering conferences register their papers at Crossref, others do not.

Fetched by hand: the REST API counts by its facets, among which the place of an event is not
(documentation as stored in 2026), and `query.event-location` finds words, not places.
"""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading import vintages
from scidip.etl.reading.lists import read_list, tally
from scidip.etl.reading.tables import newest
from scidip.etl.source import ByHand, concat_raw
from scidip.indicators.errors import SourceChanged
from scidip.indicators.model.source import SourceSpec

ID: Final = "crossref_events"
SPEC: Final = SourceSpec(
    id=ID,
    kind="compiled",
    title="Crossref event locations",
    publisher="Crossref",
    homepage="https://www.crossref.org",
    licence="CC0",
    licence_url="https://creativecommons.org/publicdomain/zero/1.0/",
    citation="Crossref metadata, event locations, early 2024",
    cadence="irregular",
    area_scheme="name",
    renews="years",
    by_hand=(
        "Crossref counts by place in no service of its own: open https://github.com/LexaLutyi/crossref-monitoring, "
        "there docs/items/array/event/location/index.md, write its table of the most frequent places as a CSV with "
        "the header rank,event_location,n_records, name it crossref_event_locations_YEAR.csv after the last whole "
        "year that the records cover, and pass it with --file"
    ),
    months=12,
)

PAPERS: Final = "papers"
COLUMNS: Final = ("rank", "event_location", "n_records")
EXAMPLE: Final = "crossref_event_locations_2025.csv"
"""Records carry no year themselves: the list is of the last whole year that they cover."""
PLACES: Final = Path(__file__).resolve().parents[2] / "data" / "curated" / "event_places.csv"


class CrossrefEvents(ByHand):
    """Records of conference papers per country of the event, all years together."""

    spec = SPEC
    files: tuple[str, ...] = ("conference-hosts/crossref_event_locations_*.csv",)

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the last whole year covered."""
        return str(vintages.edition(ID, snapshot, EXAMPLE))

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the records per country from the first list."""
        if PAPERS not in series or not snapshots:
            return concat_raw([])
        file, snapshot = newest(snapshots, self.vintage)[0]
        table = _locations(snapshot)
        places = _places(PLACES)
        table = table.assign(country=table["event_location"].map(lambda t: _host(t, places)))
        year = vintages.edition(ID, snapshot, EXAMPLE)
        return tally(PAPERS, table, area="country", period=year, file=file, value="n_records")


def _locations(snapshot: Snapshot) -> pd.DataFrame:
    table = read_list(ID, snapshot, COLUMNS)
    bad = pd.to_numeric(table["n_records"], errors="coerce").isna()
    if bad.any():
        raise SourceChanged(
            ID,
            f"{table['n_records'][bad].iloc[0]!r} is not a number of records; make the list again",
            file=snapshot.name,
            row=int(table.index[bad][0]),
        )
    return table


def _places(path: Path) -> Mapping[tuple[str, str], str]:
    """Return (kind, place in small letters) → country of the reviewed table."""
    with path.open(encoding="utf-8", newline="") as lines:
        return {(r["kind"], r["place"].casefold()): r["country"] for r in csv.DictReader(lines)}


def _host(location: str, places: Mapping[tuple[str, str], str]) -> str:
    """Return the reviewed country of a text; the text itself where it was not reviewed."""
    text = location.strip(" ,")
    ending = text.rsplit(",", 1)[-1].strip()
    for key in (("place", text.casefold()), ("ending", ending.casefold())):
        if key in places:
            return places[key]
    return location


SOURCE = CrossrefEvents()
