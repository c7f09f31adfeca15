"""CEPII GeoDist: what lies between two countries. Distance, a shared border, a common language, a colonial tie.

One table of 2011, `dist_cepii`, as the CEPII hands it out (Stata) or saved as CSV with semicolons: `iso_o, iso_d`
and fourteen columns, every pair in both directions and each country with itself. Read are `dist` (kilometres between
the most populous cities), `contig`, `comlang_off` (a common official language) and `colony` (one has governed the
other for long). The file is of one state of the world: Montenegro, South Sudan and Kosovo are not in it, and Sudan
has the borders that it had before 2011. TMP is Timor-Leste.

Mayer, T. & Zignago, S. (2011), Notes on CEPII's distances measures: the GeoDist database, CEPII Working Paper 2011-25.
"""

from collections.abc import Sequence
from typing import Final

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.stata import stata_or_csv
from scidip.etl.reading.tables import floats, newest
from scidip.etl.source import ByHand, concat_raw, raw_frame
from scidip.indicators.errors import SourceChanged
from scidip.indicators.model.source import SourceSpec

ID: Final = "cepii_geodist"
HOMEPAGE: Final = "https://www.cepii.fr/CEPII/en/bdd_modele/bdd_modele_item.asp?id=6"
SPEC: Final = SourceSpec(
    id=ID,
    kind="compiled",
    title="CEPII GeoDist",
    publisher="CEPII",
    homepage=HOMEPAGE,
    licence="Etalab 2.0",
    licence_url=HOMEPAGE,
    citation="Mayer & Zignago (2011), Notes on CEPII's distances measures: the GeoDist database",
    cadence="once (2011)",
    area_scheme="iso3",
    months=60,
    by_hand=(
        f"download dist_cepii.dta at {HOMEPAGE} (columns iso_o, iso_d, dist, contig, comlang_off, colony and others), "
        "or save the same table as CSV with semicolons (dist_cepii.csv), and pass it with --file"
    ),
)
ENDS: Final = ("iso_o", "iso_d")
SERIES: Final = ("dist", "contig", "comlang_off", "colony")
EDITION: Final = 2011


class CepiiGeodist(ByHand):
    """Four figures per pair of countries, under the year of the edition; no is a figure (0)."""

    spec = SPEC
    files: tuple[str, ...] = ("cepii-geodist/dist_cepii.csv*", "cepii-geodist/dist_cepii.dta*")

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the year of the only edition. Raises SourceChanged when the file is another one."""
        _table(snapshot)
        return str(EDITION)

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return every pair once, in the direction of the alphabet."""
        wanted = [s for s in SERIES if s in series]
        if not wanted or not snapshots:
            return concat_raw([])
        file, snapshot = newest(snapshots, self.vintage)[0]
        table = _table(snapshot)
        once = table[table["iso_o"] < table["iso_d"]]
        return concat_raw([_figures(once, name, file) for name in wanted])


def _figures(table: pd.DataFrame, name: str, file: int) -> pd.DataFrame:
    known = table[table[name].notna()]
    return raw_frame(
        series=name,
        source_area=known["iso_o"].to_numpy(),
        source_counterpart=known["iso_d"].to_numpy(),
        time_period=EDITION,
        obs_value=floats(known[name]).to_numpy(),
        file=file,
        row=known.index.to_numpy(),
    )


def _table(snapshot: Snapshot) -> pd.DataFrame:
    """Return the table. Raises SourceChanged where a pair stands in one direction only, or twice otherwise."""
    table = stata_or_csv(ID, snapshot, (*ENDS, *SERIES), ENDS, ";")
    there = table.set_index(list(ENDS))
    back = table.set_index(list(ENDS[::-1]))
    if there.index.has_duplicates or not there.index.isin(back.index).all():
        raise SourceChanged(
            ID,
            "a pair stands in one direction only, or more than once: the table has every pair in both directions; "
            "download it again",
            file=snapshot.name,
        )
    return table


SOURCE = CepiiGeodist()
