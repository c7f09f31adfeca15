"""Open the database: connection settings, and the check that it is of this version."""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError

from indicators.errors import SchemaMismatch, StoreError
from store.migrations import MIGRATIONS, applied, migrate

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "foreign_keys=ON",
    "busy_timeout=5000",
    "cache_size=-65536",
)


def open_engine(url: str, *, create: bool = False) -> Engine:
    """Return an engine on the database at *url*, with foreign keys enforced.

    With *create*, missing tables are made. Raises StoreError when there is no database, and
    SchemaMismatch when it is of another version; both say what to run.
    """
    path = make_url(url).database if url.startswith("sqlite") else None
    if path and path != ":memory:" and not create and not Path(path).exists():
        raise StoreError(f"there is no database at {path}; run `scidip build`")
    engine = create_engine(url)
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


def _set_pragmas(connection: Any, _record: Any) -> None:
    # The driver must not begin transactions by itself, or DDL and savepoints leave them early.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN")
