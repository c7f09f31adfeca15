"""What is read ahead of all questions, once for all processes that serve: one more process reads it, they map it.

So a visitor never waits for the reading, what reading takes is given back whole, and the numbers are held once.
"""

import fcntl
import gc
import hashlib
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

import numpy as np
import pandas as pd

from scidip.dashboard.core.context import Context, Held
from scidip.indicators.collector import without_collector
from scidip.indicators.errors import StoreError
from scidip.store import versions
from scidip.store.database.faults import DatabaseFault
from scidip.store.entering import KEEP_VERSIONS
from scidip.store.memory import mapped

log = logging.getLogger(__name__)

EXTENSION: Final = "scidip-read-ahead"
"""The name under which a server holds it."""
PREFIX: Final = "scidip-read-ahead-"
KEPT: Final = KEEP_VERSIONS + 2
"""Versions of which what was read is kept on disk: what serves, those before it, and a named one."""
ALIVE: Final = "alive"
"""The file of a folder that whoever uses the folder holds locked."""
LIMIT: Final = 600.0
"""Seconds that reading may take."""


class ReadAhead:
    """Where the processes that serve find what was read; made before they part, away when they end, or kept."""

    def __init__(self, command: Callable[[str, str], list[str]], visit: Callable[[str], list[str]]) -> None:
        """Read by the *command* for a file and the version of the past it is about ("" for what serves).

        *visit* is the command that then answers visitors ahead from that file.
        """
        _sweep(Path(tempfile.gettempdir()).glob(f"{PREFIX}*"))
        self._own = self._folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        self._alive = [_lived_in(self._own)]
        self._command, self._visit = command, visit
        self._tried: set[str] = set()
        self._visitor: subprocess.Popen[bytes] | None = None

    def keep(self, folder: Path, context: Context) -> None:
        """Keep what is read in a *folder* from one start to the next, under a name for all that it depends on.

        What is there under other names goes, but for what another server uses. Where others could write, or this one
        cannot, or the database is away, nothing is kept: what is read goes with the server.
        """
        try:
            own = folder / named(context)
            own.mkdir(mode=0o700, parents=True, exist_ok=True)
            about = own.stat()
            if about.st_uid != os.getuid() or about.st_mode & 0o022:
                log.warning("what is read ahead is not kept in %s: others can write there", own)
                return
            self._alive.append(_lived_in(own))
        except (OSError, StoreError, DatabaseFault) as error:
            log.warning("what is read ahead is not kept: %s", error)
            return
        self._folder = own
        _sweep(path for path in folder.iterdir() if path != own)

    def take(self, context: Context) -> bool:
        """Let *context* answer from what was read of the figures that serve; return whether it does."""
        held = self.read(context.data_version) if context.years else None
        if held is not None:
            with without_collector():
                context.adopt(held)
            gc.collect()
            gc.freeze()
        return held is not None

    def read(self, version: str, *, past: bool = False) -> Held | None:
        """Return what was read of the *version* that serves, or of one of the *past*.

        None when it could not be read apart: the database is away, other figures serve since, or the system starts
        no process. Then this one reads for itself.
        """
        path = self._folder / version
        held = _whole(path)  # without the lock: who reads another version holds it for as long as that takes
        if held is not None:
            return held
        try:
            with (self._folder / "lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)  # one of all processes lets it be read
                if not path.exists():
                    command = self._command(str(path), version if past else "")
                    subprocess.run(command, stdin=subprocess.DEVNULL, timeout=LIMIT, check=True)
                    self._forget()
            held = mapped.mapped(path)
        except (OSError, subprocess.SubprocessError) as error:
            log.warning("no process of its own could read ahead: %s", error)
        return held

    def read_past(self, context: Context) -> None:
        """Let the versions before the one that serves be read, one by one: a link to them is then as quick."""
        serves = context.data_version
        for version in versions.kept(context.engine)["version"].tolist()[: KEEP_VERSIONS + 1]:
            if version not in self._tried and version != serves and not self.has(version):
                self._tried.add(version)
                self.read(version, past=True)

    def answer(self, version: str, day: str) -> None:
        """Let what visitors ask be answered before they ask it: one more process does, once for all that serve."""
        if self._visitor is not None:
            self._visitor.poll()  # once it has ended, nothing of it stays
        try:
            (self._own / f"answered-{version}-{day}").touch(exist_ok=False)
            if self.has(version):
                command = self._visit(str(self._folder / version))
                self._visitor = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        except FileExistsError:
            return
        except OSError as error:
            log.warning("no process of its own could answer ahead: %s", error)

    def has(self, version: str) -> bool:
        """Return whether a version was read, so that it only has to be mapped."""
        return (self._folder / version).exists()

    def close(self) -> None:
        """Take the files away that are not kept; who has mapped them keeps them."""
        shutil.rmtree(self._own, ignore_errors=True)
        for lock in self._alive:
            lock.close()

    def _forget(self) -> None:
        files = sorted(self._folder.glob("[0-9a-f]" * 10), key=lambda p: p.stat().st_mtime, reverse=True)
        for old in files[KEPT:]:
            old.unlink(missing_ok=True)


def named(context: Context) -> str:
    """Return what names all that read figures depend on, but which figures: program, libraries and the database."""
    database = (context.engine.url, versions.begun(context.engine))
    parts = (context.code, sys.version, np.__version__, pd.__version__, *database)
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:20]


def _lived_in(folder: Path) -> IO[str]:
    """Return what marks a folder as used for as long as it is open."""
    alive = (folder / ALIVE).open("w")
    fcntl.flock(alive, fcntl.LOCK_SH)
    return alive


def _sweep(folders: Iterable[Path]) -> None:
    """Take away folders that nobody uses any more: of servers that were killed, of another program or database."""
    for folder in folders:
        with suppress(OSError), (folder / ALIVE).open("r+") as lock:  # another user's, or just being made
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)


def _whole(path: Path) -> Held | None:
    """Return what a file holds; None when there is none or it cannot be read, and then it is taken away."""
    try:
        held: Held = mapped.mapped(path)
        path.touch()  # those used last are kept
    except FileNotFoundError:
        return None
    except Exception as error:  # a disk that was full or failed: whatever unpickling says of what it left
        log.warning("what was read ahead is read again: %s: %s", path, error)
        path.unlink(missing_ok=True)
        return None
    return held


def command(file: str, past: str) -> list[str]:
    """Return how a reader is started: by the program that serves, with its settings."""
    return _calling("run_reader", file, past)


def visit(file: str) -> list[str]:
    """Return how the process is started that answers ahead from a *file* that was read."""
    return _calling("run_visitor", file, str(os.getpid()))


def _calling(name: str, *words: str) -> list[str]:
    return [sys.executable, "-c", f"import sys; from scidip import app; app.{name}(*sys.argv[1:])", *words]
