"""Connections to a SQLite file: opened in the way that fits the file, and let go when another takes its place."""

import logging
import os
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from scidip.indicators.errors import DatabaseReplaced, NotWritable, StoreError
from scidip.store.database.address import uri_of
from scidip.store.database.faults import READ_ONLY
from scidip.store.database.holding import Hold, inode_of, log_size, take

log = logging.getLogger(__name__)

BUSY_TIMEOUT = 5000
"""Milliseconds that a statement waits for a lock."""
PATIENCE = 3.0
"""Seconds that a visitor waits until all have let go of a file that was replaced."""
_PRAGMAS = (
    "synchronous=NORMAL",
    "foreign_keys=ON",
    # Each connection has a cache of its own, and each thread a connection; the system's cache they share.
    "cache_size=-8192",
)
Signature = tuple[int, ...]


class Connection(sqlite3.Connection):
    """A connection that holds its file until it is closed."""

    hold: Hold | None = None

    def close(self) -> None:
        """Close, then let go: the last one to close merges and removes the log."""
        super().close()
        if self.hold is not None:
            self.hold.release()


class Opener:
    """Opens connections to the file at *path*, for writing or only for reading, and sees when it is replaced."""

    def __init__(self, path: Path, *, writes: bool) -> None:
        self.path, self.writes = path, writes
        self._lock = threading.Lock()
        self._seen: Signature | None = None
        self._awaited: Signature | None = None
        self._until = 0.0

    def __call__(self) -> sqlite3.Connection:
        """Return a new connection. Raises StoreError when there is no file, or another than others have open."""
        refuse_no_file(self.path)
        hold = take(self.path)
        try:
            connection = sqlite3.connect(
                uri_of(self.path, self._options()),
                uri=True,
                check_same_thread=False,
                timeout=BUSY_TIMEOUT / 1000,
                factory=Connection,
            )
        except BaseException:
            hold.release()
            raise
        connection.hold = hold
        try:
            if inode_of(self.path) != hold.inode:
                raise DatabaseReplaced(f"the file {self.path} was replaced while it was opened")
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        # The driver must not begin transactions by itself, or DDL and savepoints leave them early.
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("PRAGMA journal_mode=WAL" if self.writes else "PRAGMA query_only=ON").close()

    def _options(self) -> str:
        """Return how the file is opened: nothing is made that is not there, and no log where none can be made.

        SQLite needs its log and index to read a file in log mode, and would make them. Where the folder is for reading
        only, a file without a log is read as it lies (`immutable`); with one, log and index are read as they are.
        """
        if is_writable(self.path):
            return "mode=rw"
        if self.writes:
            raise NotWritable(f"the database {self.path} {READ_ONLY}")
        return "mode=ro" if log_size(self.path) else "mode=ro&immutable=1"

    def signature(self) -> Signature:
        """Return what changes when the file becomes another one. Raises StoreError when it is gone.

        Of a file that is for reading only to us nothing tells whether another writes it, so its time and size count.
        """
        refuse_no_file(self.path)
        found = self.path.stat()
        if is_writable(self.path):
            return (found.st_ino,)
        return found.st_ino, found.st_mtime_ns, found.st_size, int(log_size(self.path) > 0)

    def check(self, engine: Engine) -> None:
        """Let go of connections to a file that was replaced, and wait until all others have.

        Raises StoreError when the file is gone, DatabaseReplaced when others still have the old one open.
        """
        found = self.signature()
        if found == self._seen:
            return
        with self._lock:
            if found == self._seen:
                return
            if found != self._awaited:
                log.warning("the database %s was replaced or changed by others: it is opened anew", self.path)
                self._awaited, self._until = found, time.monotonic() + PATIENCE
            engine.dispose()
            _wait_for(self.path, self._until)
            self._seen, self._awaited = found, None

    def start(self) -> None:
        """Note the file as it is now."""
        self._seen = self.signature()


def refuse_no_file(path: Path) -> None:
    """Raise StoreError when there is no file at *path*."""
    if not path.exists():
        raise StoreError(f"there is no database at {path}; run `scidip build`")
    if not path.is_file():
        raise StoreError(f"{path} is no file, so it is not a database of scidip; see SCIDIP_DATABASE_URL")


def is_writable(path: Path) -> bool:
    """Return whether this user may write the file and, for its log, the folder."""
    effective = os.access in os.supports_effective_ids
    return all(os.access(p, os.W_OK, effective_ids=effective) for p in (path, path.parent))


def _wait_for(path: Path, until: float) -> None:
    while True:
        try:
            return take(path).release()
        except DatabaseReplaced:
            if time.monotonic() > until:
                raise
        time.sleep(0.05)


def watch_returns(engine: Engine, opener: Opener) -> None:
    """Close a connection to a replaced file when it is given back, or it would be held until the process ends."""

    @event.listens_for(engine, "checkin")
    def given_back(connection: Any, record: Any) -> None:
        hold = getattr(connection, "hold", None)
        if hold is not None and hold.inode != inode_of(opener.path):
            record.invalidate()
