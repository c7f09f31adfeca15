"""What is worth saying about files that were read all the same: collected while they are read."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

_COLLECTED: Final[ContextVar[list[str] | None]] = ContextVar("collected", default=None)


def remark(sentence: str) -> None:
    """Add a sentence to those collected, once; where nobody collects, say nothing."""
    collected = _COLLECTED.get()
    if collected is not None and sentence not in collected:
        collected.append(sentence)


@contextmanager
def remarks() -> Iterator[list[str]]:
    """Collect what is remarked while the block runs."""
    told: list[str] = []
    token = _COLLECTED.set(told)
    try:
        yield told
    finally:
        _COLLECTED.reset(token)
