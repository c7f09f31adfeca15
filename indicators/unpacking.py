"""How much a packed file may unpack to: one rule for every archive and packed file that is read.

A megabyte of zeros packed well unpacks to a gigabyte. What statistical producers publish unpacks to
some hundred megabytes at most (V-Dem's country-years, 390 MB) and to about thirty times its size.
"""

import zipfile
import zlib
from typing import Final

LARGEST: Final = 512 << 20
"""Bytes that all files read from one archive may unpack to together."""
STEEPEST: Final = 250
"""How many times its packed size a file may unpack to; deflate reaches a thousand with zeros only."""
HARMLESS: Final = 16 << 20
"""Bytes below which the ratio does not matter: small tables of one repeated line pack very well."""
MOST_MEMBERS: Final = 2_000
_PIECE: Final = 1 << 20
_GZIP: Final = 16 + zlib.MAX_WBITS


class TooLarge(ValueError):
    """A packed file would unpack to more than is read; says to how much, and how much is."""


def check_archive(archive: zipfile.ZipFile, largest: int = LARGEST) -> None:
    """Raise TooLarge when the files of an archive are too many or too large, before any is unpacked.

    The sizes are those that the archive states: never more than that is unpacked, since zipfile
    stops there.
    """
    entries = archive.infolist()
    if len(entries) > MOST_MEMBERS:
        raise TooLarge(f"it holds {len(entries):,} files, and at most {MOST_MEMBERS:,} are read")
    total = 0
    for entry in entries:
        total += entry.file_size
        if total > largest:
            raise TooLarge(
                f"{entry.filename} would unpack to {entry.file_size:,} bytes, and at most "
                f"{largest:,} are read from one archive"
            )
        _check_ratio(entry.filename, entry.compress_size, entry.file_size)


def gunzip(content: bytes, largest: int = LARGEST) -> bytes:
    """Return what a gzip file holds, all its parts; raise TooLarge before more than *largest* is.

    Raises zlib.error or EOFError for a damaged file.
    """
    pieces, size = [], 0
    while content:
        unpacker = zlib.decompressobj(_GZIP)
        packed = len(content)
        while not unpacker.eof:
            piece = unpacker.decompress(content, _PIECE)
            content = unpacker.unconsumed_tail
            if not piece and not unpacker.eof and not content:
                raise EOFError("the file ends before its content does")
            pieces.append(piece)
            size += len(piece)
            if size > largest:
                raise TooLarge(f"it would unpack to more than {largest:,} bytes")
            _check_ratio("it", packed, size)
        # Zeros may be padded to the end of a file; anything else is another part.
        content = unpacker.unused_data.lstrip(b"\0")
    return b"".join(pieces)


def _check_ratio(name: str, packed: int, size: int) -> None:
    if size > HARMLESS and size > STEEPEST * packed:
        raise TooLarge(f"{name} would unpack to {size:,} bytes or more from {packed:,}, which no table does")
