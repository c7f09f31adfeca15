"""Fields medallists by the country of the institution they worked at.

One record per medal, from the list in Wikipedia. The affiliation ends with the country ("Harvard
University, US"); of two that run together ("Hebrew University of Jerusalem, Israel Princeton
University, US") the first counts, as with the Nobel prizes. Where there was none when the medal was
awarded (Perelman, who declined it) the last known one stands in.

Fetched by hand: the medals in PrizeAtlas, which are there for programs, have other affiliations in
six of the years to 2022 and so are no continuation of these.
"""

import re
from collections.abc import Sequence
from typing import Final

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.lists import read_list, tally
from scidip.etl.reading.tables import newest
from scidip.etl.source import ByHand, concat_raw
from scidip.indicators.model.source import SourceSpec

ID: Final = "fields_medals"
SPEC: Final = SourceSpec(
    id=ID,
    kind="compiled",
    title="Fields Medal",
    publisher="Wikipedia",
    homepage="https://en.wikipedia.org/wiki/Fields_Medal",
    licence="CC BY-SA 4.0",
    licence_url="https://creativecommons.org/licenses/by-sa/4.0/",
    citation="Wikipedia, Fields Medal, June 2025",
    cadence="every four years",
    area_scheme="name",
    by_hand=(
        "open https://en.wikipedia.org/wiki/Fields_Medal and write its list of medallists as a CSV, a line for each "
        "medal since 1936, with the header year,medalist,affiliation_when_awarded,affiliation_current_or_last, each "
        "affiliation ending with a comma and the country, as in Harvard University, US; name it "
        "fields_medal_1936-YEAR.csv and pass it with --file"
    ),
    months=48,
)

AFFILIATION: Final = "affiliation"
COLUMNS: Final = ("year", "medalist", "affiliation_when_awarded", "affiliation_current_or_last")
NONE: Final = ("", "None")
COUNTRIES: Final = (
    "Australia",
    "Belgium",
    "Brazil",
    "Canada",
    "China",
    "Finland",
    "France",
    "Germany",
    "India",
    "Iran",
    "Israel",
    "Italy",
    "Japan",
    "Norway",
    "Russia",
    "Sweden",
    "Switzerland",
    "UK",
    "USSR",
    "US",
    "Vietnam",
)
"""Countries that are looked for inside a text; at its end any name is taken."""
INSIDE: Final = re.compile(rf",\s*({'|'.join(COUNTRIES)})(?=\s|,|$)")


class FieldsMedals(ByHand):
    """Medals of the year per country of affiliation; a complete list."""

    spec = SPEC
    files: tuple[str, ...] = ("fields-medal/fields_medal_*.csv",)

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the year of the newest medals."""
        return str(read_list(ID, snapshot, COLUMNS)["year"].max())

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the counts from the newest list."""
        if AFFILIATION not in series or not snapshots:
            return concat_raw([])
        file, snapshot = newest(snapshots, self.vintage)[0]
        medals = read_list(ID, snapshot, COLUMNS)
        now, then = medals["affiliation_current_or_last"], medals["affiliation_when_awarded"]
        worked = then.where(~then.isin(NONE), now)
        medals = medals.assign(country=worked.map(_country))
        return tally(AFFILIATION, medals, area="country", period="year", file=file)


def _country(affiliation: str) -> str:
    """Return the first country in a text, or what follows its last comma."""
    found = INSIDE.search(affiliation)
    return found[1] if found else affiliation.rsplit(",", 1)[-1].strip()


SOURCE = FieldsMedals()
