"""Formats: one file each under publish/formats/, and how a table becomes bytes or a file."""

import errno
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from scidip.indicators.registry import discover
from scidip.publish import formats as format_modules
from scidip.publish.export.tables import Table

PIECE = 1 << 18


@dataclass(frozen=True)
class Format:
    """A file format: `pieces` yields a table's bytes, never the whole at once for text formats."""

    label: str
    extension: str
    mimetype: str
    pieces: Callable[[Table], Iterator[bytes]]


def formats() -> dict[str, Format]:
    """Return every format by its code, the name of its file."""
    return discover(format_modules, "FORMAT")


def through_file(write: Callable[[IO[bytes]], Any]) -> Iterator[bytes]:
    """Yield what *write* puts into a temporary file, for formats that need to go back and forth."""
    with tempfile.TemporaryFile() as file:
        write(file)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def expect_writable(out: Path) -> None:
    """Raise an OSError that names *out* when no file can be written there: before the work, not after it."""
    if out.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(out))
    part = out.with_name(out.name + ".part")
    try:
        if not out.exists():
            part.touch()
            part.unlink()
    except OSError as error:
        error.filename = str(out)
        raise


def write_whole(out: Path, pieces: Iterator[bytes]) -> int:
    """Write to a file beside *out* and move it there; return the bytes. Nothing half-written is left.

    What is no file (a pipe, a device) is written to as it is: it cannot be replaced, and must not be. An
    OSError names *out*.
    """
    special = out.exists() and (not out.is_file() or Path("/dev") in out.absolute().parents)
    part, size = out if special else out.with_name(out.name + ".part"), 0
    try:
        try:
            with part.open("wb") as file:
                for piece in pieces:
                    size += file.write(piece)
            if not special:
                part.replace(out)
        finally:
            if not special:
                part.unlink(missing_ok=True)
    except OSError as error:
        error.filename, error.filename2 = str(out), None
        raise
    return size
