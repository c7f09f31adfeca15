"""One writer at a time: a lock held by the living and released by death.

In a file it is a lock of the operating system on `-writer` beside the database, so that neither a number of a
process (which repeats in containers) nor a time decides. In PostgreSQL it is an advisory lock of the session.
"""

import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from scidip.indicators.errors import DatabaseReplaced, NotWritable, RunInProgress, StoreError
from scidip.store.database import connections
from scidip.store.database.address import file_of
from scidip.store.database.holding import beside, forget_log_of, inode_of
from scidip.store.database.postgres import lock

WRITER = "-writer"
WAIT = 10.0
"""Seconds that a second writer waits before it says so."""
_STEP = 0.1
_mine = threading.local()


@contextmanager
def writing(engine: Engine, what: str, *, wait: float = WAIT) -> Iterator[None]:
    """Hold the writer's lock of a database; within a thread it may be taken again.

    *what* is told to whoever waits in vain. Raises RunInProgress after *wait* seconds. At the end the log is merged
    into the file, and a file that was replaced meanwhile is told (DatabaseReplaced).
    """
    path, key = file_of(engine.url), str(engine.url)
    held: set[str] = _mine.__dict__.setdefault("held", set())
    if key in held:
        yield
        return
    with _locked(engine, path, what, wait):
        inode = inode_of(path) if path else 0
        held.add(key)
        try:
            yield
        except Exception as error:
            # A connection opened after the exchange fails in a way of its own; the exchange is what happened.
            if path and inode_of(path) != inode:
                raise _went_with_the_old(engine, path, inode) from error
            raise
        finally:
            held.discard(key)
            truncate_log(engine)
        if path and inode_of(path) != inode:
            raise _went_with_the_old(engine, path, inode)


def is_writable(engine: Engine) -> bool:
    """Return whether a writer could begin: of a file, whether it and its folder may be written; else true."""
    path = file_of(engine.url)
    return path is None or (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))


def _went_with_the_old(engine: Engine, path: Path, inode: int) -> DatabaseReplaced:
    """Remove the log of the old file, which would keep the new one from being read; return what is to be told."""
    engine.dispose()
    _granted(lambda: forget_log_of(path, inode), WAIT)
    return DatabaseReplaced(
        f"the file {path} was replaced while it was written: what was written went with the old file; "
        "run the command again"
    )


@contextmanager
def _locked(engine: Engine, path: Path | None, what: str, wait: float) -> Iterator[None]:
    if path is not None:
        with locked_file(path, what, wait):
            yield
    elif engine.dialect.name == "postgresql":
        with lock.held(engine, what, lambda ask: _granted(ask, wait)):
            yield
    else:
        yield  # In memory: nobody else can reach it.


@contextmanager
def locked_file(path: Path, what: str, wait: float = WAIT) -> Iterator[None]:
    """Hold the writer's lock of the database at *path*. Raises RunInProgress, or NotWritable where none can be held."""
    side = beside(path, WRITER)
    try:
        handle = os.open(side, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise NotWritable(f"the database {path} cannot be written ({error.strerror})") from error
    with os.fdopen(handle, "r+b", buffering=0) as file:
        if not _granted(lambda: _flock(handle), wait):
            other = file.read(200).decode("utf-8", "replace").strip() or "another process"
            raise RunInProgress(
                f"the database {path} is being written ({other}); wait until that has ended and run the command again"
            )
        began = datetime.now(UTC).isoformat(timespec="seconds")
        # Only to be told: whether a writer lives is what the lock says. A full disk must not stand in the way.
        with suppress(OSError):
            file.truncate(0)
            file.write(f"{what}, since {began}".encode())
        yield


def _flock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _granted(ask: Callable[[], bool], wait: float) -> bool:
    end = time.monotonic() + wait
    while not ask():
        if time.monotonic() > end:
            return False
        time.sleep(_STEP)
    return True


def truncate_log(engine: Engine, wait: float = 1.0) -> bool:
    """Merge the log into the file and empty it; return whether that could be done.

    It cannot while somebody reads figures that only the log still holds; the next writer or the server does it then.
    """
    if file_of(engine.url) is None:
        return True
    with suppress(SQLAlchemyError, sqlite3.Error, StoreError):
        raw = engine.raw_connection()
        try:
            cursor = raw.cursor()
            cursor.execute(f"PRAGMA busy_timeout={int(wait * 1000)}")
            busy, _pages, _merged = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            cursor.execute(f"PRAGMA busy_timeout={connections.BUSY_TIMEOUT}")
            cursor.close()
            return not busy
        finally:
            raw.close()
    return False
