"""Reading as of a version: for whom AS_OF is set, `vintage` is what it was then, on every connection that is taken.

The tables of a connection's own (`temp`) are found before those of the file, so that every query works unchanged: it
joins the vintages of that version, and sees the runs up to its day. In PostgreSQL a schema of views lies before the
tables instead (`postgres/versions.py`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Engine, event

from scidip.indicators.errors import UnknownVersion
from scidip.store.database.postgres import versions
from scidip.store.database.schema import CURRENT_OBSERVATION

AS_OF: ContextVar[str] = ContextVar("as_of", default="")
"""The version that is read; "" for the newest figures. Each thread has its own."""
_SHADOWS = (("VIEW", "current_observation"), ("VIEW", "run"), ("TABLE", "vintage"))
"""What is laid over the file's own, in the order of taking it away."""
_KEPT = "scidip as of"


@contextmanager
def as_of(version: str) -> Iterator[None]:
    """Read within as of a *version* that is kept; "" reads the newest figures."""
    before = AS_OF.set(version)
    try:
        yield
    finally:
        AS_OF.reset(before)


def watch_checkouts(engine: Engine) -> None:
    """Let each connection that is taken from *engine* show the version its taker reads."""
    if engine.dialect.name == "postgresql":
        versions.watch_checkouts(engine, AS_OF.get)
        return

    @event.listens_for(engine, "checkout")
    def taken(connection: Any, record: Any, _proxy: Any) -> None:
        version, shown = AS_OF.get(), record.info.get(_KEPT)
        if not version and shown is None:
            return
        # A writer may meanwhile have entered the version anew, with other runs of the same figures: what others
        # write changes the state of a file.
        state = connection.execute("PRAGMA data_version").fetchone()[0] if version else None
        now = (version, state) if version else None
        if now == shown:
            return
        # Until it is known to be done, nobody may believe that it is.
        record.info[_KEPT] = ()
        _lift(connection)
        if version:
            _lay(connection, version)
        if now is None:
            del record.info[_KEPT]
        else:
            record.info[_KEPT] = now


@contextmanager
def _writable(connection: Any) -> Iterator[None]:
    """Let a connection that only reads make tables of its own, for this moment."""
    reads_only = connection.execute("PRAGMA query_only").fetchone()[0]
    connection.execute("PRAGMA query_only=OFF")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA query_only={reads_only}")


def _lift(connection: Any) -> None:
    with _writable(connection):
        for kind, name in _SHADOWS:
            connection.execute(f"DROP {kind} IF EXISTS temp.{name}")


def _lay(connection: Any, version: str) -> None:
    there = connection.execute("SELECT 1 FROM main.sqlite_master WHERE name = 'version_run'").fetchone()
    query = "SELECT source_id, run_id FROM main.version_run WHERE version = ?"
    rows = connection.execute(query, (version,)).fetchall() if there else []
    _refuse_none(rows, version)
    with _writable(connection):
        connection.execute("CREATE TEMP TABLE vintage (source_id VARCHAR PRIMARY KEY, run_id INTEGER NOT NULL)")
        connection.executemany("INSERT INTO temp.vintage VALUES (?, ?)", rows)
        last = max(run_id for _source, run_id in rows)
        connection.execute(f"CREATE TEMP VIEW run AS SELECT * FROM main.run WHERE run_id <= {int(last)}")
        connection.execute(CURRENT_OBSERVATION.replace("CREATE VIEW", "CREATE TEMP VIEW"))


def _refuse_none(rows: Any, version: str) -> None:
    """Raise UnknownVersion for a version without runs: an empty one would be shown as if there were no figures."""
    if not rows:
        raise UnknownVersion(version)
