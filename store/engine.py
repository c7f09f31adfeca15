"""Open the database: connection settings, and the check that it is of this version."""

from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    DatabaseError,
    DataError,
    IntegrityError,
    ProgrammingError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

from indicators.errors import SchemaMismatch, StoreError
from store.migrations import MIGRATIONS, applied, migrate

DatabaseFault = SQLAlchemyError
"""What a database raises that is locked, damaged or gone: for those who answer it."""
_OURS = (DataError, IntegrityError, ProgrammingError)
"""What a database raises of a question that was put wrongly: no fault of its own."""
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "foreign_keys=ON",
    "busy_timeout=5000",
    # Each connection has a cache of its own, and each thread a connection; the system's cache they share.
    "cache_size=-8192",
)


def open_engine(url: str, *, create: bool = False) -> Engine:
    """Return an engine on the database at *url*, with foreign keys enforced.

    With *create*, missing tables are made. Raises StoreError when there is no database, and
    SchemaMismatch when it is of another version; both say what to run.
    """
    path = make_url(url).database if url.startswith("sqlite") else None
    if path and path != ":memory:" and not create and not Path(path).exists():
        raise StoreError(f"there is no database at {path}; run `scidip build`")
    engine = create_engine(_existing(url, path) if path and not create else url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin)
    try:
        if create:
            migrate(engine)
        done = applied(engine)
    except DatabaseError as error:
        raise StoreError(
            f"{path or url} is not a database of scidip ({error.orig}); move it away and run `scidip build`"
        ) from error
    known = {step.__name__ for step in MIGRATIONS}
    if done != known:
        raise SchemaMismatch(
            f"the database {path or url} has the migrations {sorted(done) or 'none'}, "
            f"this version needs {sorted(known)}; "
            "run `scidip build` (or, for a newer database, update scidip)"
        )
    return engine


def _existing(url: str, path: str) -> str:
    """Return the address of a file that must be there: SQLite makes an empty one of any other address."""
    return f"sqlite:///file:{quote(path)}?mode=rw&uri=true" if path != ":memory:" else url


def is_database_away(error: Exception) -> bool:
    """Return whether *error* says that the database is locked, damaged or gone, not that it was asked wrongly."""
    away = isinstance(error, StoreError | DatabaseError | PoolTimeout)
    return away and not isinstance(error, _OURS)


class FileWatch:
    """Sees whether the file of a SQLite engine is still there and still the same; nothing else to watch."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        name = engine.url.database or ""
        is_file = engine.dialect.name == "sqlite" and name not in ("", ":memory:")
        self._path = Path(unquote(name.removeprefix("file:"))) if is_file else None
        self._inode = self._found()

    def check(self) -> None:
        """Let go of connections to a file that was replaced. Raises StoreError when the file is gone.

        An open connection goes on reading a deleted file, so that nothing would tell until the next start.
        """
        found = self._found()
        if found != self._inode:
            self._inode = found
            self._engine.dispose()

    def _found(self) -> int:
        if self._path is None:
            return 0
        try:
            return self._path.stat().st_ino
        except OSError as error:
            raise StoreError(f"there is no database at {self._path}; run `scidip build`") from error


def _set_pragmas(connection: Any, _record: Any) -> None:
    # The driver must not begin transactions by itself, or DDL and savepoints leave them early.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN")
