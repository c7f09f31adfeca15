"""CIA World Factbook, last edition (February 2026): geoparks, space agencies, memberships.

One record per entry, keyed by GEC codes, which look like ISO codes and are not (ch is China, au is
Austria), so the name decides. Numbers come with their year, "49 (2025)"; without one they are of
the edition. Geoparks across borders count in each country. A text in `space_agency` means that
there is one. `io_participation` lists organisations with the standing in brackets where it is not
full membership; only bodies of the United Nations are read from it, because its entries on CERN and
ESA are ten years old.

The site is closed. Two shapes are read: a table of all entries, and the archive of the repository factbook.json, which
holds the last state of each entry (`europe/gr.json`). Address and shape: seen in eight readers and in the repository.

Where there is no short name the long one stands in (the Central African Republic has only that).
"""

import html
import json
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.lists import read_list
from scidip.etl.reading.packed import is_archive, opened, read
from scidip.etl.reading.tables import newest
from scidip.etl.reading.vintages import dated
from scidip.etl.source import concat_raw, raw_frame
from scidip.indicators.errors import SourceChanged
from scidip.indicators.model.source import SourceSpec

if TYPE_CHECKING:
    from scidip.etl.network.client import HttpClient

ID: Final = "factbook"
SPEC: Final = SourceSpec(
    id=ID,
    kind="official",
    title="World Factbook",
    publisher="Central Intelligence Agency",
    homepage="https://www.cia.gov/the-world-factbook/",
    licence="Public domain",
    citation="The World Factbook, last edition, February 2026",
    cadence="ended in 2026",
    area_scheme="name",
    renews="years",
    months=60,
)

GEOPARKS: Final = "geoparks"
SPACE_AGENCY: Final = "space_agency"
UN_SCIENCE: Final = "un_science"
COLUMNS: Final = ("gec", "name", "name_long", "geoparks_total", "space_agency", "io_participation")
ARCHIVE: Final = "https://github.com/factbook/factbook.json/archive/refs/heads/master.zip"
ENTRY: Final = re.compile(r"/[a-z]{2}\.json$")
PLACES: Final = {
    "name": ("Government", "Country name", "conventional short form"),
    "name_long": ("Government", "Country name", "conventional long form"),
    "geoparks_total": ("Environment", "Geoparks", "total global geoparks and regional networks"),
    "space_agency": ("Space", "Space agency/agencies"),
    "io_participation": ("Government", "International organization participation"),
}
"""Where COLUMNS, but for the code, stand in an entry."""
NO_NAME: Final = ("", "none")
EDITION: Final = 2025
"""The year of figures without one of their own: the last whole year of the last edition."""
BODIES: Final = frozenset({"IAEA", "IHO", "UNESCO", "WIPO", "WMO"})
BETWEEN: Final = re.compile(r",\s*(?![^(]*\))")
"""A comma that is not inside brackets."""
WITH_YEAR: Final = re.compile(r"([\d,]+)\s*(?:\((\d{4})\))?")
NAMES: Final = {
    "cg": "Democratic Republic of the Congo",
    "dr": "Dominican Republic",
    "ee": "European Union",
    "gz": "Gaza Strip",
}
"""Names that were cut or lost when the file was made, by GEC code."""


class Factbook:
    """Geoparks and memberships per country, and a 1 for a space agency; no row means none."""

    spec = SPEC
    files: tuple[str, ...] = ("cia-factbook-2026/factbook_*.csv",)

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot]:
        """Yield the archive of all entries of the last edition, as the repository keeps it."""
        answer = http.snapshot(ID, ARCHIVE, name="factbook.zip", begins=b"PK", hosts=("codeload.github.com",))
        _entries(answer)
        yield answer

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the day of the newest entry in an archive; of a table, what is known of that very file."""
        if not is_archive(snapshot):
            return dated(snapshot)
        with opened(ID, snapshot) as archive:
            days = [info.date_time[:3] for info in archive.infolist() if ENTRY.search(info.filename)]
        return "{:04}-{:02}-{:02}".format(*max(days)) if days else dated(snapshot)

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the figures of the first file (there is one edition)."""
        if not snapshots:
            return concat_raw([])
        file, snapshot = newest(snapshots, self.vintage)[0]
        edition = _edition(self.vintage(snapshot))
        table = _entries(snapshot) if is_archive(snapshot) else read_list(ID, snapshot, COLUMNS)
        name = table["name"].where(~table["name"].isin(NO_NAME), table["name_long"])
        table = table.assign(name=table["gec"].map(NAMES).fillna(name))
        frames = []
        if GEOPARKS in series:
            frames.append(_geoparks(table[table["geoparks_total"] != ""], file, edition))
        if SPACE_AGENCY in series:
            having = table[table["space_agency"] != ""]
            frames.append(_figures(SPACE_AGENCY, having, file, edition, 1.0))
        if UN_SCIENCE in series:
            belonging = table[table["io_participation"] != ""]
            counts = belonging["io_participation"].map(lambda t: float(len(_full(t) & BODIES)))
            frames.append(_figures(UN_SCIENCE, belonging, file, edition, counts.to_numpy()))
        return concat_raw(frames)


def _edition(vintage: str) -> int:
    """Return the year of figures without one of their own: the last whole year of the edition."""
    year = vintage[:4]
    return min(int(year) - 1, EDITION) if year.isdecimal() else EDITION


def _entries(snapshot: Snapshot) -> pd.DataFrame:
    """Return COLUMNS of the entries in an archive, indexed by their order in it, counted from 1."""
    rows = []
    with opened(ID, snapshot) as archive:
        for name in sorted(n for n in archive.namelist() if ENTRY.search(n)):
            try:
                entry = json.loads(read(ID, snapshot, archive, name))
            except ValueError as error:
                raise SourceChanged(ID, f"{name} is not whole JSON; download it again", file=snapshot.name) from error
            rows.append((name[-7:-5], *(_text(entry, path) for path in PLACES.values())))
    table = pd.DataFrame(rows, columns=list(COLUMNS), index=pd.RangeIndex(1, len(rows) + 1), dtype="str")
    lacking = [" / ".join(path) for column, path in PLACES.items() if (table[column] == "").all()]
    if lacking:
        raise SourceChanged(
            ID,
            f"no entry has {lacking[0]}; give the archive of the repository factbook.json, an entry per country",
            file=snapshot.name,
        )
    return table


def _text(entry: Any, path: Sequence[str]) -> str:
    """Return the text at a place of an entry, without marks of a page; "" where there is none."""
    for step in (*path, "text"):
        entry = entry.get(step) if isinstance(entry, dict) else None
    text = " ".join(html.unescape(re.sub(r"<[^>]*>", " ", entry)).split()) if isinstance(entry, str) else ""
    return "" if text == "NA" else text


def _full(organisations: str) -> set[str]:
    """Return the organisations of a list without a standing in brackets."""
    return {entry.strip() for entry in BETWEEN.split(organisations)}


def _geoparks(table: pd.DataFrame, file: int, edition: int) -> pd.DataFrame:
    """Return the numbers with their years; a text that is no number stays to be judged."""
    read = table["geoparks_total"].map(WITH_YEAR.fullmatch)
    values = [
        float(m[1].replace(",", "")) if m else text for m, text in zip(read, table["geoparks_total"], strict=True)
    ]
    years = [int(m[2]) if m and m[2] else edition for m in read]
    return _figures(GEOPARKS, table, file, years, values)


def _figures(series: str, table: pd.DataFrame, file: int, years: list[int] | int, values: object) -> pd.DataFrame:
    return raw_frame(
        series=series,
        source_area=table["name"].to_numpy(),
        time_period=years,
        obs_value=values,
        file=file,
        row=table.index.to_numpy(),
    )


SOURCE = Factbook()
