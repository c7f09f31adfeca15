"""A PostgreSQL database as a SQLite file, and back: backup, restore, and the move from the one to the other."""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, Table, delete, select, text
from sqlalchemy.exc import SQLAlchemyError

from scidip.indicators.errors import StoreError
from scidip.store.database import copies
from scidip.store.database.address import shown
from scidip.store.database.engine import engine_at, open_engine
from scidip.store.database.faults import explained
from scidip.store.database.holding import new_mark
from scidip.store.database.postgres import session
from scidip.store.database.postgres.bulk import copy_rows, look_at_codes
from scidip.store.database.schema import metadata, migration, run
from scidip.store.database.writing import writing

_AT_ONCE: Final = 10_000
"""Rows held in memory."""
_ON_THE_SERVER: Final[dict[str, tuple[Any, ...]]] = {"sqlite": (), "postgresql": ("scidip_rows",)}
"""What a cursor is made with, so that the rows wait where they are and not in this process."""


def backup(address: URL, out: Path) -> int:
    """Write one moment of the database at *address* to the SQLite file *out*; return its bytes."""
    copies.refuse_target(out, None)
    engine = engine_at(address)
    try:
        with _folder_beside(out) as folder:
            part = folder / out.name
            with copies.sentences(out), _sentences(address):
                _fill(part, engine)
                copies.validate(part, part)
            part.replace(out)
    finally:
        engine.dispose()
    return out.stat().st_size


def restore(address: URL, file: Path) -> None:
    """Put what the SQLite *file* holds in the place of the database at *address*, in one transaction."""
    copies.refuse_file(file, None)
    with tempfile.TemporaryDirectory(prefix="scidip-restore-") as name:
        part = Path(name) / "part.sqlite"
        # A copy of our own is looked at and then used: the file may change under our hands.
        with copies.refusing_damage(file), copies.reading(file) as source:
            copies.copy_to_file(source, part)
            copies.validate(part, file)
        held, engine = open_engine(f"sqlite:///{part}"), engine_at(address, create=True)
        try:
            with writing(engine, "restore"), _sentences(address), held.connect() as rows, engine.begin() as target:
                _replace(rows, target)
        finally:
            held.dispose()
            engine.dispose()


def _fill(part: Path, engine: Engine) -> None:
    """Make the SQLite file *part* of the database of *engine*, with a mark of its own and without a log."""
    file = open_engine(f"sqlite:///{part}", create=True)
    with engine.connect() as source, file.begin() as target:
        for table in _tables():
            for rows in _parts(source, table):
                marks = ", ".join("?" * len(table.columns))
                target.exec_driver_sql(f"INSERT INTO {table.name} VALUES ({marks})", rows)
    file.dispose()
    with closing(sqlite3.connect(part, isolation_level=None)) as copy:
        copy.execute("PRAGMA journal_mode=DELETE").close()
        copy.execute(f"PRAGMA user_version={new_mark()}")


def _replace(source: Connection, target: Connection) -> None:
    """Delete all rows of *target* and write those of *source*: readers see the old ones until the transaction ends."""
    tables = _tables()
    for table in reversed(tables):
        target.execute(delete(table))
    for table in tables:
        names = [c.name for c in table.columns]
        copy_rows(target, table, names, (row for part in _parts(source, table) for row in part))
    last = text(
        "SELECT setval(pg_get_serial_sequence(:table, :key), (SELECT coalesce(max(run_id), 0) + 1 FROM run), false)"
    )
    target.execute(last, {"table": run.name, "key": run.c.run_id.name})
    look_at_codes(target)


def _tables() -> list[Table]:
    """Return the tables whose rows are copied, each after those it refers to; what was migrated is the target's own."""
    return [table for table in metadata.sorted_tables if table is not migration]


def _parts(source: Connection, table: Table) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows of a table in the order of its key, some thousands at a time, memory flat.

    By the driver: SQLAlchemy's own rows take four times as long, and no type needs it.
    """
    driver = session.driver_connection(source)
    cursor = driver.cursor(*_ON_THE_SERVER[source.dialect.name])
    with closing(cursor), session.told_by_driver(source.dialect, table.name):
        cursor.execute(str(select(table).order_by(*table.primary_key.columns).compile(dialect=source.dialect)))
        while part := cursor.fetchmany(_AT_ONCE):
            yield part


@contextmanager
def _folder_beside(out: Path) -> Iterator[Path]:
    """Yield a folder on the disk of *out*; it goes with what is in it."""
    try:
        folder = tempfile.TemporaryDirectory(dir=out.absolute().parent, prefix=f".{out.name}-")
    except OSError as error:
        raise StoreError(f"{out} cannot be written ({error.strerror})") from error
    with folder as name:
        yield Path(name)


@contextmanager
def _sentences(address: URL) -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise explained(error, shown(address)) from error
