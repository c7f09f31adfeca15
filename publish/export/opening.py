"""What scidip hands out as one zip file and reads again: a data package, a capsule."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Final

from scidip.indicators.unpacking import check_archive

DAMAGE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
)
"""What reading a damaged package can raise; RuntimeError is that of encrypted files."""


@contextmanager
def opened(path: Path, largest: int) -> Iterator[zipfile.ZipFile]:
    """Yield the archive at *path* once its table of contents is found harmless; nothing is unpacked to disk.

    Raises one of DAMAGE, ValueError for what no package holds: over *largest* bytes, repeated files, names that lead
    outside; OSError where the file cannot be read.
    """
    with zipfile.ZipFile(path) as archive:
        check_archive(archive, largest)
        _refuse_strange(archive)
        yield archive


def _refuse_strange(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    names = [e.filename for e in entries]
    for entry in entries:
        parts = PurePosixPath(entry.filename.replace("\\", "/")).parts
        if ".." in parts or entry.filename.startswith(("/", "\\")) or ":" in entry.filename:
            raise ValueError(f"the name {entry.filename!r} leads outside the package")
    if len(set(names)) != len(names):
        raise ValueError("two files have the same name")
