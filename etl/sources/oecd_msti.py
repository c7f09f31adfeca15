"""OECD, Main Science and Technology Indicators: expenditure on research and development, as a percentage of GDP.

The data flow is DSD_MSTI@DF_MSTI of the agency OECD.STI.STP: 38 members, the EU and a few other economies; India is not
among them. Which code stands for the measure is not taken on trust: the structure message is asked for first, and the
code whose English name is *Gross domestic expenditure on R&D (GERD)* is looked up in its code list. Where no code or
more than one has that name the job refuses, as it does when PT_B1GQ is no longer a percentage of GDP. Half a dozen
readers of 2026 use the code G with that unit (versions 1.0 and 1.3, price base and transformation `_Z`). The names of
codes were found with one of them, who asked the service in August 2026: of CL_MEASURE G, *Gross Domestic Expenditure on
R&D (GERD)*, and of CL_UNIT_MEASURE PT_B1GQ, *Percentage of GDP*; these are the names that are looked for. No code list
or answer of the service itself was found stored, so they stay second hand, and a job of 2026 that takes G_FA or A for
the same shows why they are looked up. The figures are asked for in the version that the message states, with the
dimensions in the order that it states.

Files are SDMX-CSV in the shapes of `etl.reading.services.sdmx_csv`, versions 1 and 2. A file that holds codes alone
needs the structure message beside it; one saved with labels holds the names as well and needs none. The rows read are
yearly and as they are (no growth, no index). Areas are ISO3 codes; OECD and EU27_2020 are left out and counted. A file
carries no date: its vintage is the day it was read. The service gives 60 answers an hour; this job takes two.

Address: the OECD's page on its API (2024), and its readers of 2026. Not yet tried against the live service.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.packed import unpacked
from scidip.etl.reading.services.sdmx_csv import (
    BEGINS,
    FLOW,
    labels,
    message_in,
    refuse_other_answers,
    sdmx_figures,
    sdmx_table,
)
from scidip.etl.reading.services.sdmx_structures import Structure, structure
from scidip.etl.reading.tables import newest
from scidip.etl.reading.vintages import dated, order
from scidip.etl.source import concat_raw
from scidip.indicators.errors import SourceChanged
from scidip.indicators.model.source import SourceSpec

if TYPE_CHECKING:
    from scidip.etl.network.client import HttpClient

ID: Final = "oecd_msti"
HOMEPAGE: Final = "https://data-explorer.oecd.org/vis?df%5Bds%5D=dsDisseminateFinalDMZ&df%5Bid%5D=DSD_MSTI%40DF_MSTI&df%5Bag%5D=OECD.STI.STP"
SPEC: Final = SourceSpec(
    id=ID,
    kind="official",
    title="OECD MSTI",
    publisher="OECD",
    homepage=HOMEPAGE,
    licence="OECD terms, with attribution",
    licence_url="https://www.oecd.org/en/about/terms-conditions.html",
    citation="OECD, Main Science and Technology Indicators (OECD.STI.STP, DSD_MSTI@DF_MSTI)",
    area_scheme="iso3",
    months=6,
)
API: Final = "https://sdmx.oecd.org/public/rest"
AGENCY: Final = "OECD.STI.STP"
ID_OF_FLOW: Final = "DSD_MSTI@DF_MSTI"
STRUCTURE: Final = f"{API}/dataflow/{AGENCY}/{ID_OF_FLOW}/latest"
XML: Final = "application/vnd.sdmx.structure+xml; version=2.1"
CSV: Final = "application/vnd.sdmx.data+csv; charset=utf-8"
SERIES: Final = "GERD.PT_B1GQ"
"""The measure by its abbreviation, since its code is looked up, and the unit."""
UNIT: Final = "PT_B1GQ"
AREA: Final = "REF_AREA"
DIMENSIONS: Final = (AREA, "FREQ", "MEASURE", "UNIT_MEASURE", "TRANSFORMATION")
AS_IT_IS: Final = "_Z"
"""No transformation."""
GERD: Final = re.compile(
    r"gross domestic expenditure on (r ?& ?d|research and (experimental )?development)( \(gerd\))?"
)
NEAR: Final = re.compile("gerd|domestic expenditure", re.IGNORECASE)
"""Names told where none is the one that is looked for."""
OF_GDP: Final = re.compile(r"(percentage|per ?cent|%|share) of (the )?(gdp|gross domestic product).*")


class OecdMsti:
    """Expenditure as a percentage of GDP per country and year; a figure that is missing is no row."""

    spec = SPEC
    files: tuple[str, ...] = ("oecd-msti/*.xml*", "oecd-msti/*.csv*")

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot]:
        """Yield the structure message and the answer for all areas and years in the version that it states."""
        params: dict[str, str | int] = {"references": "descendants"}
        head = {"Accept": XML}
        layout = http.snapshot(ID, STRUCTURE, name="msti_structure.xml", params=params, headers=head, begins=b"<")
        found = _structure(layout)
        measure = _measure(layout.name, found.codes["MEASURE"], found.codes["UNIT_MEASURE"])
        asked = {"FREQ": "A", "MEASURE": measure, "UNIT_MEASURE": UNIT}
        url = f"{API}/data/{AGENCY},{ID_OF_FLOW},{found.version}/{found.key(**asked)}"
        name = f"msti_{found.version}.csv"
        answer = http.snapshot(ID, url, name=name, headers={"Accept": CSV}, begins=BEGINS, message=message_in)
        refuse_other_answers(ID, answer, sdmx_table(ID, answer, DIMENSIONS), {FLOW: f"{AGENCY}:{ID_OF_FLOW}", **asked})
        yield layout
        yield answer

    def vintage(self, snapshot: Snapshot) -> str:
        """Return what is known of this very file, else the day it was read."""
        if not _is_message(snapshot):
            sdmx_table(ID, snapshot, DIMENSIONS)
        return dated(snapshot)

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the figures of the newest table, its codes read by the names beside them or in a structure message."""
        messages = [snapshot for snapshot in snapshots if _is_message(snapshot)]
        found = [_structure(message) for message in messages]
        tables = [(file, snapshot) for file, snapshot in enumerate(snapshots) if not _is_message(snapshot)]
        if snapshots and not tables:
            raise SourceChanged(
                ID, "the structure message holds no figures; pass the table beside it", file=messages[0].name
            )
        if SERIES not in series:
            return concat_raw([])
        chosen = newest([snapshot for _, snapshot in tables], lambda snapshot: order(self.vintage(snapshot)))
        return concat_raw(
            [sdmx_figures(_rows(snapshot, found), tables[place][0], SERIES, AREA) for place, snapshot in chosen]
        )


def _structure(snapshot: Snapshot) -> Structure:
    found = structure(ID, snapshot, ID_OF_FLOW)
    if lacking := [name for name in DIMENSIONS if name not in found.dimensions]:
        raise SourceChanged(
            ID,
            f"the data flow has no dimension {', '.join(lacking)} any more (it has {', '.join(found.dimensions)}); "
            "update the job",
            file=snapshot.name,
        )
    return found


def _rows(snapshot: Snapshot, messages: Sequence[Structure]) -> pd.DataFrame:
    """Return the yearly rows of the measure in per cent of GDP, as they are."""
    table = sdmx_table(ID, snapshot, DIMENSIONS)
    named = {name: labels(ID, snapshot, name) for name in ("MEASURE", "UNIT_MEASURE")}
    told = next((m.codes for m in messages), {}) if not all(named.values()) else named
    if not told:
        raise SourceChanged(
            ID,
            "the file holds codes and not what they are called; pass the structure message beside it, or save the "
            f"table with labels from {HOMEPAGE}",
            file=snapshot.name,
        )
    measure = _measure(snapshot.name, told["MEASURE"], told["UNIT_MEASURE"])
    wanted = {"FREQ": "A", "MEASURE": measure, "UNIT_MEASURE": UNIT, "TRANSFORMATION": AS_IT_IS}
    is_series = table[FLOW] == f"{AGENCY}:{ID_OF_FLOW}"
    for column, code in wanted.items():
        is_series &= table[column] == code
    if not is_series.any():
        key = ", ".join(f"{column} {code}" for column, code in wanted.items())
        raise SourceChanged(ID, f"no row is of {ID_OF_FLOW} with {key}; ask for these", file=snapshot.name)
    return table[is_series]


def _measure(file: str, measures: Mapping[str, str], units: Mapping[str, str]) -> str:
    """Return the code of the measure by its name; raise SourceChanged where it or the unit is not as expected."""
    found = [code for code, name in measures.items() if GERD.fullmatch(_folded(name))]
    if len(found) != 1:
        near = [f"{code} is {name}" for code, name in measures.items() if NEAR.search(name)]
        raise SourceChanged(
            ID,
            f"{len(found) or 'no'} measures are called Gross domestic expenditure on R&D (GERD) where one is expected "
            f"({'; '.join(near)[:300] or f'{len(measures)} have other names'}); update the job, or pass an older file",
            file=file,
        )
    if not OF_GDP.fullmatch(_folded(units.get(UNIT, ""))):
        raise SourceChanged(
            ID,
            f"the unit {UNIT} is called {units.get(UNIT, 'nothing')!r} where a percentage of GDP is expected; "
            "update the job, or pass an older file",
            file=file,
        )
    return found[0]


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _is_message(snapshot: Snapshot) -> bool:
    return unpacked(ID, snapshot).content[:64].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")


SOURCE = OecdMsti()
