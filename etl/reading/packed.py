"""The file that a packed file holds: gzip files, and archives as producers hand them out."""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from scidip.etl.remarks import remark
from scidip.indicators.errors import SourceChanged
from scidip.indicators.unpacking import TooLarge, check_archive, gunzip

if TYPE_CHECKING:
    from scidip.etl.network.snapshots import Snapshot


ZIP: Final = b"PK\x03\x04"
GZIP: Final = b"\x1f\x8b"
TABLES: Final = re.compile(r"\.(csv|tsv|txt|tab|json|xml)(\.gz)?$", re.IGNORECASE)
BESIDE: Final = re.compile(r"(^|/)(__MACOSX/|\.|read_?me|licen[cs]e|metadata)", re.IGNORECASE)
"""What lies beside the table in an archive and is no table."""
WORKBOOK: Final = "xl/workbook.xml"
DAMAGED: Final = "damaged or cut short; download it again"
DAMAGE: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, KeyError, ValueError)


def is_archive(snapshot: "Snapshot") -> bool:
    """Return whether a file is a zip archive, a workbook included."""
    return snapshot.content.startswith(b"PK")


def opened(
    source: str, snapshot: "Snapshot", check: Callable[[zipfile.ZipFile], None] = check_archive
) -> zipfile.ZipFile:
    """Return the archive in a file, its bounds checked. Raises SourceChanged when there is none."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(snapshot.content))
        check(archive)
    except TooLarge as error:
        raise _too_large(source, snapshot, error) from error
    except DAMAGE as error:
        raise SourceChanged(source, f"the archive is {DAMAGED}", file=snapshot.name) from error
    return archive


def unpacked(source: str, snapshot: "Snapshot", *wanted: str) -> "Snapshot":
    """Return the file inside a gzip file or archive; any other file as it is.

    *wanted* are regular expressions for the name of the table where an archive may hold several: the
    first that fits one counts.
    The file of a gzip file keeps its name; that of an archive is called `archive/member`.
    """
    if snapshot.content.startswith(GZIP):
        try:
            return unpacked(source, replace(snapshot, content=gunzip(snapshot.content)), *wanted)
        except TooLarge as error:
            raise _too_large(source, snapshot, error) from error
        except (OSError, EOFError, zlib.error) as error:
            raise SourceChanged(source, f"the file is {DAMAGED}", file=snapshot.name) from error
    if not is_archive(snapshot):
        return snapshot
    with opened(source, snapshot) as archive:
        name = _table_in(source, snapshot, archive, wanted)
        remark(f"{name} was read out of {snapshot.name}")
        member = replace(snapshot, name=f"{snapshot.name}/{name}", content=read(source, snapshot, archive, name))
    # A gzip file inside an archive is found; an archive inside one is not a table.
    return unpacked(source, member) if member.content.startswith(GZIP) else member


def read(source: str, snapshot: "Snapshot", archive: zipfile.ZipFile, name: str) -> bytes:
    """Return the content of a file of an archive. Raises SourceChanged when it cannot be unpacked."""
    try:
        return archive.read(name)
    except (RuntimeError, NotImplementedError) as error:
        # RuntimeError is that of a password, NotImplementedError that of another way of packing.
        raise SourceChanged(
            source, f"{name} cannot be unpacked ({error}); unpack it and pass the file itself", file=snapshot.name
        ) from error
    except DAMAGE as error:
        raise SourceChanged(source, f"the archive is {DAMAGED}", file=snapshot.name) from error


def _table_in(source: str, snapshot: "Snapshot", archive: zipfile.ZipFile, wanted: Sequence[str]) -> str:
    """Return the name of the one table in an archive."""
    names = archive.namelist()
    if WORKBOOK in names:
        raise SourceChanged(
            source,
            "this is an Excel workbook where a table in text is read; save its sheet as "
            "CSV UTF-8 (comma delimited) and pass that",
            file=snapshot.name,
        )
    tables = [n for n in names if TABLES.search(n) and not BESIDE.search(n)]
    fitting = ([n for n in tables if re.search(pattern, n.split("/")[-1], re.IGNORECASE)] for pattern in wanted)
    found = next(filter(None, fitting), tables)
    if len(found) == 1:
        return found[0]
    held = ", ".join((found or names)[:6]) or "nothing"
    told = "several tables" if found else "no table (csv, txt, json or xml)"
    raise SourceChanged(
        source, f"the archive holds {told}: {held}; unpack it and pass the table that is meant", file=snapshot.name
    )


def _too_large(source: str, snapshot: "Snapshot", error: TooLarge) -> SourceChanged:
    return SourceChanged(
        source, f"{error}; if the file is what it should be, unpack it and pass the table itself", file=snapshot.name
    )
