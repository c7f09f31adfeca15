"""Members of five European science organisations (CERN, ESA, EMBL, ESO, ECMWF) by accession.

One record per organisation and country, with its standing in words and the date, from the lists in
Wikipedia (August 2025). Former members and prospects have no standing now and are left out, and so
is the European Union as an observer; the lists do not say when anyone left, so they are lists of
today's members, not a history.

`joined` counts accessions as full member, `associated` those as associate or co-operating state.
`since_cow` counts accessions after 2014, of either kind, to CERN, ESA, EMBL and ESO by states that
the Correlates of War do not count there in 2014: added to its last figures, it brings them up to
date. Five associates of CERN are in both (EARLIER). `cern`, `esa`, `embl`, `eso` and `ecmwf` are 1 in the year a
state became a full member of the one organisation.
"""

from collections.abc import Sequence
from functools import partial
from typing import Final

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.lists import read_list, tally
from scidip.etl.reading.tables import newest
from scidip.etl.source import ByHand, concat_raw
from scidip.indicators.errors import SourceChanged
from scidip.indicators.model.source import SourceSpec

ID: Final = "bigscience"
SPEC: Final = SourceSpec(
    id=ID,
    kind="compiled",
    title="Members of science organisations",
    publisher="Wikipedia",
    homepage="https://en.wikipedia.org/wiki/CERN",
    licence="CC BY-SA 4.0",
    licence_url="https://creativecommons.org/licenses/by-sa/4.0/",
    citation="Wikipedia articles on CERN, ESA, EMBL, ESO and ECMWF, August 2025",
    area_scheme="name",
    by_hand=(
        "open the articles on CERN, European Space Agency, European Molecular Biology Laboratory, European Southern "
        "Observatory and European Centre for Medium-Range Weather Forecasts in https://en.wikipedia.org and write "
        "their lists of members as one CSV with the header organisation,country,status,accession_year: organisation "
        "is CERN, ESA, EMBL, ESO or ECMWF, status is member, associate, associate (pre-stage), associate or "
        "cooperating, co-operating, or begins with former, prospect or observer; name it "
        "bigscience_members_accession.csv and pass it with --file"
    ),
    months=12,
)

JOINED: Final = "joined"
ASSOCIATED: Final = "associated"
SINCE_COW: Final = "since_cow"
COLUMNS: Final = ("organisation", "country", "status", "accession_year")
ORGANISATIONS: Final = ("CERN", "ESA", "EMBL", "ESO", "ECMWF")
MEMBER: Final = "member"
ASSOCIATES: Final = ("associate", "associate (pre-stage)", "associate or cooperating", "co-operating")
NONE_NOW: Final = ("former", "prospect", "observer")
LAST_COW: Final = 2014
IN_COW: Final = ("CERN", "ESA", "EMBL", "ESO")
EARLIER: Final = frozenset({"Cyprus", "Pakistan", "Serbia", "Turkey", "Ukraine"})
"""Joined CERN later, but are counted there in 2014 as associates."""


class BigScience(ByHand):
    """Accessions per country and year; a complete list, so no row means none."""

    spec = SPEC
    files: tuple[str, ...] = ("memberships-bigscience/bigscience_members_accession*.csv",)

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the year of the newest accession."""
        return str(_members(snapshot)["accession_year"].max())

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the counts from the file with the newest accession."""
        if not snapshots:
            return concat_raw([])
        file, snapshot = newest(snapshots, self.vintage)[0]
        members = _members(snapshot)
        full, body = members["status"] == MEMBER, members["organisation"]
        late = pd.to_numeric(members["accession_year"], errors="coerce") > LAST_COW
        known = (body == "CERN") & members["country"].isin(EARLIER)
        chosen = {
            JOINED: full,
            ASSOCIATED: ~full,
            SINCE_COW: late & body.isin(IN_COW) & ~known,
            **{name.lower(): full & (body == name) for name in ORGANISATIONS},
        }
        counted = partial(tally, area="country", period="accession_year", file=file)
        return concat_raw([counted(code, members[rows]) for code, rows in chosen.items() if code in series])


def _members(snapshot: Snapshot) -> pd.DataFrame:
    """Return those who belong today; refuse an organisation or a standing never seen."""
    table = read_list(ID, snapshot, COLUMNS)
    gone = table["status"].str.startswith(NONE_NOW)
    for column, known in (("organisation", ORGANISATIONS), ("status", (MEMBER, *ASSOCIATES))):
        new = ~table[column].isin(known) & ~gone
        if new.any():
            raise SourceChanged(
                ID,
                f"the {column} {table[column][new].iloc[0]!r} is new; say in the job how it counts",
                file=snapshot.name,
                row=int(table.index[new][0]),
            )
    return table[~gone]


SOURCE = BigScience()
