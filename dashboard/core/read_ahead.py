"""What is read ahead of all questions, once for all processes that serve: one more process reads it, they map it.

So a visitor never waits for the reading, what reading takes is given back whole, and the numbers are held once.
"""

import fcntl
import gc
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from scidip.dashboard.core.context import Context, Held
from scidip.indicators.collector import without_collector
from scidip.store import versions
from scidip.store.entering import KEEP_VERSIONS
from scidip.store.memory import mapped

log = logging.getLogger(__name__)

EXTENSION: Final = "scidip-read-ahead"
"""The name under which a server holds it."""
PREFIX: Final = "scidip-read-ahead-"
KEPT: Final = KEEP_VERSIONS + 2
"""Versions of which what was read is kept on disk: what serves, those before it, and a named one."""
LIMIT: Final = 600.0
"""Seconds that reading may take."""


class ReadAhead:
    """Where the processes that serve find what was read; made before they part, away when they end."""

    def __init__(self, command: Callable[[str, str], list[str]], visit: Callable[[str], list[str]]) -> None:
        """Read by the *command* for a file and the version of the past it is about ("" for what serves).

        *visit* is the command that then answers visitors ahead from that file.
        """
        _sweep()
        self._folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        self._alive = (self._folder / "alive").open("w")
        fcntl.flock(self._alive, fcntl.LOCK_EX)
        self._command, self._visit = command, visit
        self._tried: set[str] = set()
        self._visitor: subprocess.Popen[bytes] | None = None

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
        try:
            with (self._folder / "lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)  # one of all processes lets it be read
                if not path.exists():
                    command = self._command(str(path), version if past else "")
                    subprocess.run(command, stdin=subprocess.DEVNULL, timeout=LIMIT, check=True)
                    self._forget()
            held: Held = mapped.mapped(path)
        except (OSError, subprocess.SubprocessError) as error:
            log.warning("no process of its own could read ahead: %s", error)
            return None
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
            (self._folder / f"answered-{version}-{day}").touch(exist_ok=False)
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
        """Take the files away; who has mapped them keeps them."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _forget(self) -> None:
        files = sorted(self._folder.glob("[0-9a-f]" * 10), key=lambda p: p.stat().st_mtime, reverse=True)
        for old in files[KEPT:]:
            old.unlink(missing_ok=True)


def _sweep() -> None:
    """Take away what servers left that were killed: nobody holds the lock of their folder any more."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError), (folder / "alive").open("r+") as lock:  # another user's, or just being made
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)


def command(file: str, past: str) -> list[str]:
    """Return how a reader is started: by the program that serves, with its settings."""
    return _calling("run_reader", file, past)


def visit(file: str) -> list[str]:
    """Return how the process is started that answers ahead from a *file* that was read."""
    return _calling("run_visitor", file, str(os.getpid()))


def _calling(name: str, *words: str) -> list[str]:
    return [sys.executable, "-c", f"import sys; from scidip import app; app.{name}(*sys.argv[1:])", *words]
