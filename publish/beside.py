"""Two indices side by side: where each is found, and their table as a file."""

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Protocol

from scidip.findings.beside import exhibits
from scidip.findings.beside.sides import Beside, Side, read_side
from scidip.indicators.errors import ScidipError
from scidip.indicators.vocabulary import DEFAULT_INDEX, OWN_LICENCE, SCORES_LICENCE
from scidip.publish.citation.styles import NAME
from scidip.publish.citation.works import today
from scidip.publish.render import table_files
from scidip.publish.workspace import read_workspace
from scidip.store.database.address import read_address
from scidip.store.database.engine import open_engine

KINDS: Final = ("csv", "xlsx", "json")


class Where(Protocol):
    """Where an index is: what the settings say of it."""

    @property
    def workspace(self) -> Path | None:
        """The folder of an index of one's own; None for the published one."""

    @property
    def database_url(self) -> str:
        """The address of its database."""

    @property
    def read_url(self) -> str:
        """The address of a standby that is read instead; empty without."""

    @property
    def beside(self) -> str:
        """Which index stands beside it; empty for none."""


def side_of(where: Where) -> Side:
    """Return an index as it is now. Raises ScidipError for a folder that is no workspace, and without scores."""
    own = read_workspace(where.workspace)
    engine = open_engine(read_address(where.database_url, where.read_url))
    try:
        name, licence = (own.name, OWN_LICENCE) if own else (NAME, SCORES_LICENCE)
        found = read_side(engine, DEFAULT_INDEX, name, licence, own)
    finally:
        engine.dispose()
    if found is None:
        raise ScidipError(f"{name} has no scores yet; run `scidip build`, or name another index")
    return found


def beside_of(where: Where, of_index: Callable[[str], Where]) -> Beside | None:
    """Return the index that is shown with the one beside it; None where none is asked for."""
    return Beside(side_of(where), side_of(of_index(where.beside))) if where.beside else None


def named(beside: Beside | None) -> list[str]:
    """Return what names the index beside, for answers that are kept."""
    if beside is None:
        return []
    return [hashlib.sha256(f"{beside.second.name} {beside.second.version}".encode()).hexdigest()[:10]]


def as_file(beside: Beside, kind: str) -> bytes:
    """Return the table of both in a format of KINDS, with where it comes from."""
    table, notes = exhibits.table(beside), notes_of(beside)
    frame = table.frame()
    if kind == "csv":
        return table_files.as_csv(frame, notes)
    if kind == "xlsx":
        return table_files.as_xlsx(frame, notes, ("Table", "Notes"))
    return json.dumps(document(beside), ensure_ascii=False, indent=1).encode()


def notes_of(beside: Beside) -> Sequence[tuple[str, str]]:
    """Return what the file says of itself: both indices, and the finding."""
    sides = (("First", beside.first), ("Second", beside.second))
    return [
        *((what, f"{s.name}, {s.year}, data version {s.version}; licence: {s.licence}") for what, s in sides),
        ("Finding", exhibits.finding(beside)),
        ("Certainty", exhibits.certainty(beside)),
        ("Retrieved", today().isoformat()),
    ]


def document(beside: Beside) -> dict[str, object]:
    """Return both indices, how they correlate and the rows, with the types of the columns, for JSON."""
    table = exhibits.table(beside)
    frame = table.frame()
    sides = (("first", beside.first), ("second", beside.second))
    n = len(beside.both)
    return {
        **{end: {"name": s.name, "year": s.year, "data_version": s.version, "licence": s.licence} for end, s in sides},
        "spearman": None if beside.correlation != beside.correlation else beside.correlation,
        "n": n,
        "apart": beside.apart,
        "finding": exhibits.finding(beside),
        "columns": [{"name": c.key, "type": c.kind, "unit": c.unit, "title": c.head} for c in table.columns],
        "rows": frame.astype(object).where(frame.notna(), None).to_dict("records"),
    }


def put(beside: Beside, out: Path) -> bytes:
    """Return the bytes of the file *out*, whose ending says the format. Raises ScidipError for another ending."""
    kind = out.suffix.removeprefix(".").lower()
    if kind not in KINDS:
        raise ScidipError(f"{out.name}: end the name with one of .{', .'.join(KINDS)}")
    return as_file(beside, kind)
