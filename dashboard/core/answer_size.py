"""How many bytes a remembered answer holds, near enough to bound a memory by it."""

import sys
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

MOST_LOOKED_AT = 4_000
"""Things within one answer that are looked at; of the rest, the mean of these is taken."""
TEXT = 64
"""Bytes of a cell of text, near enough: asking each for its size takes longer than most tables took to read."""
SHARED = (type, type(sys), str)
"""What is not gone into: classes and modules belong to all, letters have nothing in them."""
OF_ITS_OWN = "is_answer_of_its_own"
"""True in a class whose things are remembered by themselves: an answer that holds one is not larger by it."""


def size_of(answer: Any) -> int:
    """Return the bytes of an answer: of tables and arrays as they say, of other things by walking through them."""
    seen: set[int] = set()
    size, looked, stack = 0, 0, [answer]
    while stack and looked < MOST_LOOKED_AT:
        one = stack.pop()
        if id(one) in seen or (one is not answer and getattr(type(one), OF_ITS_OWN, False)):
            continue
        seen.add(id(one))
        looked += 1
        size += _own_size(one)
        stack.extend(_parts(one))
    return size + (len(stack) * size // looked if looked else 0)


def _own_size(one: Any) -> int:
    if isinstance(one, pd.DataFrame):
        return len(one) * (8 + sum(_cell(dtype, len(one)) for dtype in one.dtypes))
    if isinstance(one, pd.Series | pd.Index):
        return len(one) * (8 + _cell(one.dtype, len(one)))
    if isinstance(one, np.ndarray):
        return int(one.nbytes)
    return sys.getsizeof(one, 0)


def _cell(dtype: Any, rows: int) -> int:
    """Return the bytes of a cell of a column: of text as if each were its own, which in long tables it is not."""
    return TEXT if dtype.kind == "O" and rows < MOST_LOOKED_AT else 8


def _parts(one: Any) -> Iterator[Any]:
    if isinstance(one, (pd.DataFrame, pd.Series, pd.Index, np.ndarray, *SHARED)):
        return
    if isinstance(one, Mapping):
        yield from one.keys()
        yield from one.values()
    elif isinstance(one, list | tuple | set | frozenset):
        yield from one
    elif hasattr(one, "__dict__"):
        yield from vars(one).values()
