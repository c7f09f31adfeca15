"""Research Organization Registry: organisations by country and type.

Two shapes of file are read: a list of `iso2, name, types`, and the CSV of the registry's own dump in
either schema, alone or in its archive. The edition of May 2021 gives one type each (28 have none);
where an edition gives several they stand between semicolons and the organisation counts once per
figure. Since schema v2 types are in small letters and there is one more, funder. Organisations of the
dump that are withdrawn or no longer active are not counted; one in several countries counts in the
first, its seat.

The newest dump is named by its record at Zenodo, a new one about every month (address and record: the
registry's own guide to its data on Zenodo, read in 2026). Its archive holds the same as JSON, several
times larger, which is not unpacked.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading import packed
from scidip.etl.reading.answers.documents import document
from scidip.etl.reading.lists import read_list, tally
from scidip.etl.reading.tables import header_of, newest
from scidip.etl.source import concat_raw, text_of
from scidip.indicators.errors import SourceChanged
from scidip.indicators.model.source import SourceSpec
from scidip.indicators.unpacking import check_archive

if TYPE_CHECKING:
    from scidip.etl.network.client import HttpClient

ID: Final = "ror"
CONCEPT: Final = "6347574"
"""Number of all dumps together; asking for it leads to the newest."""
RECORD: Final = f"https://zenodo.org/api/records/{CONCEPT}"
CONTENT: Final = "https://zenodo.org/api/records/{record}/files/{name}/content"
ARCHIVE: Final = re.compile(r"v[\d.]+-\d{4}-\d{2}-\d{2}-ror-data\.zip")
SPEC: Final = SourceSpec(
    id=ID,
    kind="compiled",
    title="Research Organization Registry",
    publisher="ROR",
    homepage="https://ror.org",
    licence="CC0",
    licence_url="https://creativecommons.org/publicdomain/zero/1.0/",
    citation="Research Organization Registry, May 2021",
    cadence="monthly",
    area_scheme="iso2",
    renews="years",
    months=1,
)

COLUMNS: Final = ("iso2", "name", "types")
TYPES: Final = frozenset(
    {"Archive", "Company", "Education", "Facility", "Funder", "Government", "Healthcare", "Nonprofit", "Other"}
)
DUMP: Final = (
    ("locations.geonames_details.country_code", "names.types.ror_display", "types", "status"),
    ("country.country_code", "name", "types", "status"),
)
"""What the dump calls COLUMNS, and its status, by schema: the second and the first."""
IN_ARCHIVES: Final = (r"ror-data_schema_v2\.csv$", r"ror-data\.csv$")
LARGEST: Final = 2 << 30
"""Bytes that a dump may unpack to; only its CSV, a tenth of it, is."""
ACTIVE: Final = "active"
MONTH: Final = re.compile(r"(?:ror_|v[\d.]+-)(\d{4}-\d{2})[_-]")
NO_TYPE: Final = ("", "(none)")
SERIES: Final = {"all": TYPES, "research": frozenset({"Education", "Facility"}), "company": frozenset({"Company"})}
"""Series → the types that count in it; "all" counts those without a type too."""


class Ror:
    """Organisations per country at the date of the edition; a complete list."""

    spec = SPEC
    files: tuple[str, ...] = ("ror-institutions/ror_*_organisations.csv.gz",)

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot]:
        """Yield the archive of the newest dump."""
        record = document(ID, http.snapshot(ID, RECORD, name="record.json", begins=b"{"), "files")
        address, name = _newest_dump(record)
        yield http.snapshot(ID, address, name=name, begins=b"PK")

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the month in the file's name, or in that of the dump it holds."""
        inside = _inside(snapshot).name
        found = MONTH.search(inside.split("/")[-1]) or MONTH.search(snapshot.name)
        if found is None:
            raise SourceChanged(
                ID,
                "the name carries no month; name the file ror_YYYY-MM_organisations.csv, after the month of the dump",
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


def _newest_dump(record: dict[str, Any]) -> tuple[str, str]:
    """Return address and name of the archive that a record at Zenodo names."""
    told = "the record at Zenodo does not name one archive vX-YYYY-MM-DD-ror-data.zip; download it from " + RECORD
    files, number = record.get("files"), str(record.get("id") or "")
    concepts = {str(record.get("conceptrecid") or ""), str(record.get("conceptdoi") or "").rsplit(".", 1)[-1]}
    names = [str(f.get("key")) for f in files if isinstance(f, dict)] if isinstance(files, list) else []
    dumps = [name for name in names if ARCHIVE.fullmatch(name)]
    if len(dumps) != 1 or not number.isdecimal() or CONCEPT not in concepts:
        raise SourceChanged(ID, f"{told} and pass it with --file")
    return CONTENT.format(record=number, name=dumps[0]), dumps[0]


def _inside(snapshot: Snapshot) -> Snapshot:
    """Return the CSV of a dump, or the list that a file is."""
    if packed.is_archive(snapshot):
        with packed.opened(ID, snapshot, partial(check_archive, largest=LARGEST)) as archive:
            for pattern in IN_ARCHIVES:
                for name in archive.namelist():
                    if re.search(pattern, name):
                        content = packed.read(ID, snapshot, archive, name)
                        return replace(snapshot, name=f"{snapshot.name}/{name}", content=content)
    return packed.unpacked(ID, snapshot)


def _split(types: str) -> list[str]:
    return [t.capitalize() for t in map(str.strip, types.split(";")) if t not in NO_TYPE]


def _organisations(snapshot: Snapshot) -> pd.DataFrame:
    """Return one line per organisation; refuse a type never seen."""
    inside = _inside(snapshot)
    header = header_of(text_of(ID, inside))
    dump = next((names for names in DUMP if set(names) <= set(header)), ())
    table = _active(read_list(ID, inside, dump)) if dump else read_list(ID, inside, COLUMNS)
    for types in table["types"].unique():
        if new := set(_split(types)) - TYPES:
            raise SourceChanged(
                ID,
                f"the type {sorted(new)[0]!r} is none of {', '.join(sorted(TYPES))}; correct it, or write Other",
                file=inside.name,
                row=int(table.index[table["types"] == types][0]),
            )
    return table


def _active(dump: pd.DataFrame) -> pd.DataFrame:
    """Return COLUMNS of the organisations of a dump that are active."""
    table = dump.set_axis([*COLUMNS, "status"], axis="columns")
    table = table[table["status"].str.lower() == ACTIVE]
    return table.assign(iso2=table["iso2"].str.split(";").str[0].str.strip())


SOURCE = Ror()
