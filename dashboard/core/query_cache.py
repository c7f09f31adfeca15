"""A memory of answered queries, bounded in number and bytes."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import Any, TypeVar

import pandas as pd

from scidip.dashboard.core.answer_size import size_of

Answer = TypeVar("Answer")

CACHE_SIZE = 2048
"""Answers kept; a ranking of 200 areas is about 50 kB."""
SPARE = 20 * 1024 * 1024
"""Bytes of answers that are kept beside those read ahead."""
LARGE = 2 * 1024 * 1024
"""Bytes of an answer beside which the others are kept: a simulation of ten times as much would drive them all out."""
LARGEST = 48 * 1024 * 1024
"""Bytes of the large answers that are kept beside those read ahead: such as the layers of a version of the past."""
UNREAD = 256 * 1024 * 1024
"""Bytes that are kept while figures are read ahead: the layers of ties and the laboratory are half of it."""


class QueryCache:
    """A memory of answers bounded in number and bytes, the least recently used forgotten first.

    What was there when it was told to `settle` stays: every page needs it. Beside it little is kept, large answers
    apart from the others. Safe between threads.
    """

    def __init__(self, size: int = CACHE_SIZE) -> None:
        self._size, self._bytes = size, 0
        self._reading_ahead = True
        self._settled: dict[Hashable, Any] = {}
        self._answers: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._large: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, ask: Callable[[], Answer]) -> Answer:
        """Return the answer kept under *key*, or ask and keep it. Frames come out as copies."""
        answer: Any
        with self._lock:
            known, answer = self._known(key)
        if not known:
            answer = ask()
            self._keep(key, answer, size_of(answer))
        # A shallow copy of a frame is enough: pandas copies what is written to.
        if isinstance(answer, pd.DataFrame):
            answer = answer.copy(deep=False)
        elif isinstance(answer, list | dict):
            answer = answer.copy()
        mine: Answer = answer
        return mine

    def _known(self, key: Hashable) -> tuple[bool, Any]:
        if key in self._settled:
            return True, self._settled[key]
        for kept in (self._answers, self._large):
            if key in kept:
                kept.move_to_end(key)
                return True, kept[key][0]
        return False, None

    def begin(self) -> None:
        """Keep what is asked from now on whatever its size, until told to `settle`: figures are read ahead."""
        with self._lock:
            self._reading_ahead = True

    def settle(self, version: str) -> None:
        """Keep for good what is of the data *version*, and from now on little beside it."""
        with self._lock:
            rest = [*self._settled.items(), *((k, a) for k, (a, _size) in self._answers.items())]
            self._settled = {k: a for k, a in rest if isinstance(k, tuple) and version in k}
            self._answers.clear()
            self._large.clear()
            self._reading_ahead, self._bytes = False, 0

    def settled(self) -> dict[Hashable, Any]:
        """Return what stays, for another process to `adopt`."""
        with self._lock:
            return dict(self._settled)

    def adopt(self, settled: Mapping[Hashable, Any], version: str) -> None:
        """Keep for good what another process has *settled* of the data *version*."""
        with self._lock:
            self._answers.update((key, (answer, 0)) for key, answer in settled.items())
        self.settle(version)

    def _keep(self, key: Hashable, answer: Any, size: int) -> None:
        with self._lock:
            if size > LARGE and not self._reading_ahead:
                if size <= LARGEST:
                    self._large[key] = (answer, size)
                while sum(size for _answer, size in self._large.values()) > LARGEST:
                    self._large.popitem(last=False)
                return
            self._bytes += size - self._answers.pop(key, (None, 0))[1]
            self._answers[key] = (answer, size)
            most = UNREAD if self._reading_ahead else SPARE
            while len(self._answers) > 1 and (self._bytes > most or len(self._answers) > self._size):
                self._bytes -= self._answers.popitem(last=False)[1][1]
