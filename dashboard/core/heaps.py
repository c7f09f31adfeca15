"""What the C library keeps of memory that answers took."""

import ctypes
from contextlib import suppress
from typing import Final

ARENAS: Final = -8
"""The number by which GNU's C library calls the most heaps it may have (M_ARENA_MAX)."""


def share() -> None:
    """Let the C library keep one heap for all threads: each would hold what its largest answer once took."""
    with suppress(OSError, AttributeError):  # another C library than GNU's
        ctypes.CDLL("libc.so.6").mallopt(ARENAS, 1)


def give_back() -> None:
    """Give the system back what answers took and no longer need: the C library keeps it, in pieces."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)
