"""Processes that make dear files, one for each lane, one file at a time: started when needed, ended when idle.

A process of its own can be given way by pages (it is nice), stopped in the middle, and ended with all it holds.
Orders and answers are JSON over a socket in a folder that only this user can open.
"""

import fcntl
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from types import FrameType
from typing import Any, Final

log = logging.getLogger(__name__)

PLACES: Final = 10
"""Orders of a lane that may wait or be filled at a time."""
HERE: Final = 8
"""Requests of a lane that one serving process lets wait: its other threads are for pages."""
EACH: Final = 4
"""Of these, the orders of one client."""
LIMIT: Final = {"tables": 240.0, "drawing": 60.0, "upload": 900.0}
"""Seconds that filling an order may take."""
IDLE: Final = 120.0
"""Seconds without an order after which a workshop ends, and its browser with it."""
START: Final = 40.0
"""Seconds that a workshop may take to open."""
GIVE_WAY: Final = 5
"""How nice a workshop is: while pages are asked for, they get three quarters of a processor that both want."""
LOOK: Final = 0.25
STUBBORN: Final = 10.0
"""Seconds that an order may take to stop, before its process is ended."""


class Busy(Exception):
    """All places are taken, or all that one client may have."""


class Left(Exception):
    """The client that wanted the file is gone."""


class _Stopped(BaseException):
    """The order that is being filled must end: no one wants it any more, or its time is over."""


class Workshops:
    """The way to the workshops, for all processes that serve; made before they part."""

    def __init__(self, command: Callable[[str, str], list[str]]) -> None:
        """Start workshops by the *command* for a folder and a lane."""
        self._folder = Path(tempfile.mkdtemp(prefix="scidip-workshop-"))
        self._command = command
        self._started: dict[str, subprocess.Popen[bytes]] = {}
        self._places = {lane: threading.BoundedSemaphore(HERE) for lane in LIMIT}

    def ask(self, lane: str, order: dict[str, Any], gone: Callable[[], bool]) -> dict[str, Any]:
        """Return what became of an order. Raises Busy; Left when *gone* says that the client has left."""
        if not self._places[lane].acquire(blocking=False):
            raise Busy
        try:
            for _ in range(2):
                with suppress(EOFError, OSError):  # it ended while this waited: another one is asked
                    return self._ask(lane, order, gone)
            raise Busy
        finally:
            self._places[lane].release()

    def close(self) -> None:
        """Take the sockets away; workshops end by themselves when their starter is gone."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _ask(self, lane: str, order: dict[str, Any], gone: Callable[[], bool]) -> dict[str, Any]:
        with self._connected(lane) as line:
            line.send_bytes(json.dumps(order).encode())
            while not line.poll(LOOK):
                if gone():
                    raise Left
            said: dict[str, Any] = json.loads(line.recv_bytes())
        if said["status"] == 0:
            raise Busy
        return said

    def _connected(self, lane: str) -> Connection:
        address = str(self._folder / lane)
        with suppress(OSError):
            return Client(address, "AF_UNIX")
        with (self._folder / f"{lane}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # one of all processes starts it
            with suppress(OSError):
                return Client(address, "AF_UNIX")
            Path(address).unlink(missing_ok=True)
            return self._start(lane, address)

    def _start(self, lane: str, address: str) -> Connection:
        old = self._started.get(lane)
        if old is not None:
            old.poll()
        started = subprocess.Popen(self._command(str(self._folder), lane), stdin=subprocess.DEVNULL)
        self._started[lane] = started
        until = time.monotonic() + START
        while time.monotonic() < until and started.poll() is None:
            with suppress(OSError):
                return Client(address, "AF_UNIX")
            time.sleep(0.05)
        raise OSError(f"the workshop for {lane} did not open")


@dataclass(eq=False)
class _Order:
    line: Connection
    told: dict[str, Any]
    until: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def is_unwanted(self) -> bool:
        """Return whether the one who waits has closed the line."""
        try:
            return self.line.poll()
        except OSError:
            return True

    def reply(self, said: dict[str, Any]) -> None:
        with suppress(OSError):
            self.line.send_bytes(json.dumps(said).encode())
        self.line.close()


class Workshop:
    """One lane's maker: takes orders in a thread, fills them one by one in the main thread."""

    def __init__(self, folder: str, lane: str, fill: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        self._limit, self._fill = LIMIT[lane], fill
        self._listener = Listener(str(Path(folder) / lane), "AF_UNIX", backlog=64)
        self._waiting: list[_Order] = []
        self._now: _Order | None = None
        self._change = threading.Condition()
        self._parent = os.getppid()

    def run(self) -> None:
        """Fill orders until none has come for a while, or whoever started this is gone."""
        signal.signal(signal.SIGUSR1, self._stop)
        for task in (self._take_in, self._look):
            threading.Thread(target=task, daemon=True).start()
        idle_since = time.monotonic()
        while os.getppid() == self._parent and time.monotonic() - idle_since < IDLE:
            with self._change:
                self._change.wait_for(lambda: self._waiting, timeout=1.0)
                self._now = self._waiting.pop(0) if self._waiting else None
                order = self._now
            if order is not None:
                self._one(order)
                idle_since = time.monotonic()
        with suppress(FileNotFoundError):  # the server that ended has taken the socket away
            self._listener.close()

    def _one(self, order: _Order) -> None:
        try:
            if order.is_unwanted():
                order.line.close()
                return
            order.until = time.monotonic() + self._limit
            said = self._fill(order.told)
            self._now = None
            self._tell(order, said)
        except _Stopped:
            self._now = None
            order.line.close() if order.is_unwanted() else order.reply(_TOO_LATE)
        except Exception:
            log.exception("an order could not be filled")
            order.reply(_TOO_LATE)
        finally:
            self._now = None

    def _tell(self, order: _Order, said: dict[str, Any]) -> None:
        """Answer all who wait for the same file."""
        with self._change:
            same = [o for o in self._waiting if o.told["key"] == order.told["key"]]
            self._waiting = [o for o in self._waiting if o not in same]
        for one in (order, *same):
            one.reply(said)

    def _take_in(self) -> None:
        while True:
            try:
                line = self._listener.accept()
                order = _Order(line, json.loads(line.recv_bytes()))
            except (OSError, EOFError, ValueError):
                if not Path(str(self._listener.address)).exists():
                    return
                continue
            with self._change:
                taken = [*self._waiting, *([self._now] if self._now else [])]
                own = sum(o.told["client"] == order.told["client"] for o in taken)
                if len(taken) < PLACES and own < EACH:
                    self._waiting.append(order)
                    self._change.notify()
                    continue
            order.reply(_BUSY)

    def _look(self) -> None:
        """Stop the order that no one waits for, or that takes too long; forget those given up while waiting."""
        stopping: tuple[_Order | None, float] = (None, 0.0)
        while True:
            time.sleep(LOOK)
            with self._change:
                for order in [o for o in self._waiting if o.is_unwanted()]:
                    self._waiting.remove(order)
                    order.line.close()
            now, clock = self._now, time.monotonic()
            if now is None or not now.until or not (clock > now.until or now.is_unwanted()):
                continue
            if stopping[0] is not now:
                stopping = (now, clock)
            elif clock - stopping[1] > STUBBORN:
                os._exit(1)
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGUSR1)

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        # Raised again at the next look, should it fall where Python lets nothing be raised.
        if self._now is not None:
            raise _Stopped


_BUSY: Final = {"status": 0}
_TOO_LATE: Final = {"status": 503, "body": "The file could not be made in time.", "type": "text/plain", "later": "30"}


def command(folder: str, lane: str) -> list[str]:
    """Return how a workshop is started: by the program that serves, with its settings."""
    return [sys.executable, "-c", "import sys; from scidip import app; app.run_workshop(*sys.argv[1:])", folder, lane]
