"""A lock that is given in an order in which nobody waits out of proportion to what is asked for."""

import heapq
import itertools
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field

YIELDS = 30.0
"""For each second that an answer takes, those come first who ask within so many seconds for one that takes none."""
NAMES = 4096
"""Kinds of questions of which it is remembered how long an answer took."""
NEWEST = 0.2
"""Weight of the last answer in the mean of those of its kind."""


@dataclass(order=True)
class _Waiting:
    place: float
    number: int
    given: threading.Event = field(default_factory=threading.Event, compare=False)


class FairLock:
    """As `threading.Lock`, which lets whoever happens to run take it: some would wait for all that come later.

    Here whoever asked first is first, but for those whose answer takes long: they wait longer, by a bounded time.
    """

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._waiting: list[_Waiting] = []
        self._numbers = itertools.count()
        self._taken = False

    def acquire(self, timeout: float, takes: float = 0.0) -> bool:
        """Wait for the lock, *timeout* seconds at most; return whether it was given. It is for what *takes* so many."""
        with self._mutex:
            if not self._taken:
                self._taken = True
                return True
            own = _Waiting(time.monotonic() + YIELDS * takes, next(self._numbers))
            heapq.heappush(self._waiting, own)
        if own.given.wait(timeout):
            return True
        with self._mutex:
            if own.given.is_set():  # just now
                return True
            self._waiting.remove(own)
            heapq.heapify(self._waiting)
            return False

    def release(self) -> None:
        """Give the lock to whoever is first."""
        with self._mutex:
            if self._waiting:
                heapq.heappop(self._waiting).given.set()
            else:
                self._taken = False


class Durations:
    """How many seconds answers of a kind take: a mean in which the last ones count most. Safe between threads."""

    def __init__(self) -> None:
        self._means: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    def expected(self, name: str) -> float:
        """Return the mean of a kind, 0 of one that was never answered."""
        with self._lock:
            return self._means.get(name, 0.0)

    def note(self, name: str, seconds: float) -> None:
        """Take another answer into the mean; of too many kinds the one not answered for longest is forgotten."""
        with self._lock:
            before = self._means.pop(name, seconds)
            self._means[name] = before + NEWEST * (seconds - before)
            if len(self._means) > NAMES:
                self._means.popitem(last=False)
