"""What is not read at all of a file that comes over the web, whatever is in it: bombs and macros."""

import zlib
from functools import partial
from typing import Final

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.packed import GZIP, is_archive, opened
from scidip.indicators.errors import SourceChanged
from scidip.indicators.supply import SOURCE
from scidip.indicators.unpacking import TooLarge, check_archive, gunzip

LARGEST: Final = 32 << 20
"""Bytes that a file may unpack to. A table of every area, every year and seven indicators is a tenth of it."""
MACROS: Final = ("vbaproject.bin", "vbadata.xml")


def refuse(snapshot: Snapshot) -> None:
    """Raise SourceChanged for a file that unpacks to more than LARGEST, or holds programs."""
    if is_archive(snapshot):
        with opened(SOURCE, snapshot, partial(check_archive, largest=LARGEST)) as archive:
            names = [name.lower() for name in archive.namelist()]
        if any(name.endswith(MACROS) for name in names):
            raise SourceChanged(
                SOURCE,
                "the workbook holds macros, which are not taken; save it as an Excel workbook without macros (.xlsx)",
                file=snapshot.name,
            )
    elif snapshot.content.startswith(GZIP):
        try:
            gunzip(snapshot.content, LARGEST)
        except TooLarge as error:
            raise SourceChanged(SOURCE, f"{error}; send the table itself", file=snapshot.name) from error
        except (OSError, EOFError, zlib.error) as error:
            raise SourceChanged(SOURCE, "the file is damaged; send it again", file=snapshot.name) from error
