"""Open the database: connection settings, and the check that it is of this version."""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from scidip.indicators.errors import NotWritable, SchemaMismatch, StoreError
from scidip.store.database.address import address_of, file_of, refuse_memory, shown
from scidip.store.database.as_of import watch_checkouts
from scidip.store.database.connections import Opener, is_writable, watch_returns
from scidip.store.database.faults import READ_ONLY, DatabaseFault, explained
from scidip.store.database.holding import expect_mark, log_size, new_mark
from scidip.store.database.migrations import MIGRATIONS, NOT_NEEDED, applied, migrate
from scidip.store.database.postgres import ground, session
from scidip.store.database.writing import locked_file, truncate_log, writing

__all__ = ("DATABASE_FAULTS", "DatabaseFault", "FileWatch", "is_database_away", "open_engine")

DATABASE_FAULTS = (DatabaseFault, sqlite3.Error)
"""All of them: where a connection is opened or emptied, the driver's own errors come through."""
_OURS = (DataError, IntegrityError, ProgrammingError)
"""What a database raises of a question that was put wrongly: no fault of its own."""

_OPENERS: WeakKeyDictionary[Engine, Opener] = WeakKeyDictionary()


def open_engine(url: str, *, create: bool = False) -> Engine:
    """Return an engine on the database at *url*, with foreign keys enforced.

    Without *create* it reads only: nothing is made, no log is left, and a file, folder or disk that is for reading
    only will do. With *create* it writes, and missing tables are made. Raises StoreError when there is no database
    or it cannot be used, NotWritable when *create* needs to write what is for reading only, and SchemaMismatch when
    it is of another version; all say what to run.
    """
    return engine_at(address_of(url), create=create)


def engine_at(address: URL, *, create: bool = False, **options: Any) -> Engine:
    """Return what `open_engine` does, of an address that is known; *options* are SQLAlchemy's."""
    path = file_of(address)
    if not create:
        refuse_memory(address)
    elif path:
        _make_file(path)
    engine = _connecting(address, path, writes=create, **options)
    try:
        if create:
            _migrate(engine, path)
        done = applied(engine)
    except DATABASE_FAULTS as error:
        engine.dispose()
        raise explained(error, shown(address)) from error
    except BaseException:
        engine.dispose()
        raise
    if path:
        _OPENERS[engine].start()
    _refuse_other_version(done, shown(address))
    return engine


def _refuse_other_version(done: set[str], where: str) -> None:
    known = {step.__name__ for step in MIGRATIONS}
    if not known - NOT_NEEDED <= done <= known:
        raise SchemaMismatch(
            f"the database {where} has the migrations {sorted(done) or 'none'}, "
            f"this version needs {sorted(known)}; "
            "run `scidip build` (or, for a newer database, update scidip)"
        )


def _connecting(address: URL, path: Path | None, *, writes: bool, **options: Any) -> Engine:
    """Return an engine that nothing has been asked yet. Raises StoreError when its driver is not installed."""
    if address.get_backend_name() == "postgresql":
        engine = _connecting_to_server(address, writes=writes, **options)
        watch_checkouts(engine)
        return engine
    opener = Opener(path, writes=writes) if path else None
    engine = create_engine(address, creator=opener) if opener else create_engine(address)
    watch_checkouts(engine)
    event.listen(engine, "begin", _begin)
    if opener is None:
        event.listen(engine, "connect", _as_ours)
    else:
        _OPENERS[engine] = opener
        watch_returns(engine, opener)
    return engine


def _connecting_to_server(address: URL, *, writes: bool, **options: Any) -> Engine:
    try:
        return session.connecting(address, writes=writes, **options)
    except ImportError as error:
        raise StoreError(
            f"the database {shown(address)} needs the driver psycopg, which is not installed; "
            f"install it with `pip install '{session.EXTRA}'`"
        ) from error


def _make_file(path: Path) -> None:
    """Make the folder and an empty file, so that the log has a file to belong to."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o666))
    except OSError as error:
        raise NotWritable(f"the database {path} cannot be made ({error.strerror})") from error
    if path.is_file() and not is_writable(path):
        raise NotWritable(f"the database {path} {READ_ONLY}")


def _migrate(engine: Engine, path: Path | None) -> None:
    """Bring the tables to this version, one process at a time; give a new file its mark."""
    if engine.dialect.name == "postgresql":
        session.refuse_standby(engine)
    with writing(engine, "migrate"):
        migrate(engine)
        if engine.dialect.name == "postgresql":
            with engine.begin() as connection:
                ground.lay(connection)
        if path is None:
            return
        with engine.begin() as connection:
            mark = connection.exec_driver_sql("PRAGMA user_version").scalar()
            if mark:
                return
            expect_mark(path, None)
            mark = new_mark()
            connection.exec_driver_sql(f"PRAGMA user_version={mark}")
        if truncate_log(engine):
            expect_mark(path, mark)


def is_database_away(error: Exception) -> bool:
    """Return whether *error* says that the database is locked, damaged or gone, not that it was asked wrongly."""
    away = isinstance(error, StoreError | DatabaseError | PoolTimeout)
    return away and not isinstance(error, _OURS)


class FileWatch:
    """Sees whether the file of a SQLite engine is still there and still the same; nothing else to watch."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._opener = _OPENERS.get(engine)

    def check(self) -> None:
        """Let go of connections to a file that was replaced. Raises StoreError when the file is gone.

        An open connection goes on reading a deleted file, so that nothing would tell until the next start.
        """
        if self._opener is not None:
            self._opener.check(self._engine)

    def look(self) -> None:
        """Do what can be done without a visitor: let go of a replaced file, merge a log that a writer had to leave."""
        if self._opener is None:
            return
        with suppress(StoreError, *DATABASE_FAULTS):
            self._opener.check(self._engine)
            path = self._opener.path
            if log_size(path) and is_writable(path):
                with locked_file(path, "merge the log", wait=0.0):
                    truncate_log(self._engine, wait=0.0)


def _as_ours(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys=ON")


def _begin(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN")
