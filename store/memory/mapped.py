"""What one process has read, mapped by the others: numbers are shared pages of one file, only the rest is copied.

A file holds how long its parts are, the objects (pickled), and the memory of their arrays (PEP 574), each beginning at
a multiple of 64 bytes. Who can write such a file can let its reader run anything, as with every pickle: it belongs
into a folder that only this user can write to.
"""

import mmap
import os
import pickle
import struct
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, Final

_ALIGNED: Final = 64
"""Bytes of a line of a processor's cache: no array begins within one."""
_NUMBER: Final = struct.Struct("<q")


def write(path: Path, whole: Any) -> None:
    """Write *whole* into a file that appears when complete. Raises OSError, and leaves nothing, for a full disk."""
    arrays: list[pickle.PickleBuffer] = []
    objects = pickle.dumps(whole, protocol=5, buffer_callback=arrays.append)
    parts = [memoryview(objects), *(array.raw() for array in arrays)]
    lengths = [len(parts), *(part.nbytes for part in parts)]
    part_of = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with part_of.open("wb") as file:
            file.write(b"".join(_NUMBER.pack(n) for n in lengths))
            for part in parts:
                file.write(b"\0" * (-file.tell() % _ALIGNED))
                file.write(part)
            file.flush()
            os.fsync(
                file.fileno()
            )  # a file that outlives a failure of the power holds what was written, or is not there
        part_of.replace(path)
    finally:
        part_of.unlink(missing_ok=True)


def mapped(path: Path) -> Any:
    """Return what a file holds; its arrays are the file's own pages and cannot be written into.

    The file may be deleted afterwards: its pages stay as long as an array of them. Raises OSError for a missing file.
    """
    with path.open("rb") as file:
        pages = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    (count,) = _NUMBER.unpack_from(pages)
    lengths = [_NUMBER.unpack_from(pages, _NUMBER.size * (1 + n))[0] for n in range(count)]
    ends = accumulate(lengths, lambda end, n: end + -end % _ALIGNED + n, initial=_NUMBER.size * (1 + count))
    objects, *arrays = (pages[end - n : end] for n, (_, end) in zip(lengths, pairwise(ends), strict=True))
    return pickle.loads(objects, buffers=arrays)
