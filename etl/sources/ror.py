"""Research Organization Registry: organisations by country and type.

One record per organisation with an ISO2 code, a name and types. The edition of May 2021 gives one
type each (28 have none); where an edition gives several they stand between semicolons and the
organisation counts once per figure.
"""

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import pandas as pd

from etl.lists import read_list, tally
from etl.source import Snapshot, concat_raw
from etl.tables import newest
from indicators.catalogue import SourceSpec
from indicators.errors import SourceChanged, SourceUnavailable

if TYPE_CHECKING:
    from etl.http import HttpClient

ID: Final = "ror"
SPEC: Final = SourceSpec(
    id=ID,
    title="Research Organization Registry",
    publisher="ROR",
    homepage="https://ror.org",
    licence="CC0",
    licence_url="https://creativecommons.org/publicdomain/zero/1.0/",
    citation="Research Organization Registry, May 2021",
    cadence="monthly",
    area_scheme="iso2",
    renews="years",
)

COLUMNS: Final = ("iso2", "name", "types")
TYPES: Final = frozenset(
    {
        "Archive",
        "Company",
        "Education",
        "Facility",
        "Government",
        "Healthcare",
        "Nonprofit",
        "Other",
    }
)
NO_TYPE: Final = ("", "(none)")
SERIES: Final = {
    "all": TYPES,
    "research": frozenset({"Education", "Facility"}),
    "company": frozenset({"Company"}),
}
"""Series → the types that count in it; "all" counts those without a type too."""


class Ror:
    """Organisations per country at the date of the edition; a complete list."""

    spec = SPEC
    files: tuple[str, ...] = ("ror-institutions/ror_*_organisations.csv.gz",)

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot]:
        """Raise SourceUnavailable: the dump is a large archive of another shape."""
        raise SourceUnavailable(
            ID,
            "the registry's dump (Zenodo record 6347574) is not read directly; write it as a CSV "
            "of iso2, name, types called ror_YYYY-MM_organisations.csv and pass it with --file",
        )

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the month in the file's name."""
        found = re.search(r"ror_(\d{4}-\d{2})_", snapshot.name)
        if found is None:
            raise SourceChanged(
                ID,
                "the name carries no month; name the file ror_YYYY-MM_organisations.csv",
                file=snapshot.name,
            )
        return found[1]

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the counts from the newest edition."""
        if not snapshots:
            return concat_raw([])
        file, snapshot = newest(snapshots, self.vintage)[0]
        year, table = int(self.vintage(snapshot)[:4]), _organisations(snapshot)
        kinds = {text: set(_split(text)) for text in table["types"].unique()}
        frames = []
        for code, wanted in SERIES.items():
            if code in series:
                texts = [text for text, types in kinds.items() if types & wanted]
                chosen = table if code == "all" else table[table["types"].isin(texts)]
                frames.append(tally(code, chosen, area="iso2", period=year, file=file))
        return concat_raw(frames)


def _split(types: str) -> list[str]:
    return [t for t in (part.strip() for part in types.split(";")) if t not in NO_TYPE]


def _organisations(snapshot: Snapshot) -> pd.DataFrame:
    """Return one line per organisation; refuse a type never seen."""
    table = read_list(ID, snapshot, COLUMNS)
    for types in table["types"].unique():
        if new := set(_split(types)) - TYPES:
            raise SourceChanged(
                ID,
                f"the type {sorted(new)[0]!r} is new; say in the job what it counts as",
                file=snapshot.name,
                row=int(table.index[table["types"] == types][0]),
            )
    return table


SOURCE = Ror()
