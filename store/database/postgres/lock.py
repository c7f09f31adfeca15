"""The writer's lock of a PostgreSQL database: an advisory lock of a session, which ends with its process."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from scidip.indicators.errors import RunInProgress
from scidip.store.database.postgres.session import NAME

KEY: Final = 0x5C1D1B
"""The number under which a database is locked."""
_LONGEST: Final = 63
"""Bytes of a session's name that a server keeps."""
_ASK: Final = text("SELECT pg_try_advisory_lock(:key)")
_END: Final = text("SELECT pg_advisory_unlock(:key)")
_NAMED: Final = text(
    "SELECT set_config('application_name', :name, false), set_config('idle_session_timeout', '0', false)"
)
_WHO: Final = text(
    "SELECT a.application_name, to_char(a.state_change AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS') "
    "FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid "
    "WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 0 AND l.objid = :key AND l.objsubid = 1 "
    "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


@contextmanager
def held(engine: Engine, what: str, granted: Callable[[Callable[[], bool]], bool]) -> Iterator[None]:
    """Hold the lock in a session of its own, named by *what* is done.

    granted: asks again until it is given or time is over. Raises RunInProgress, which says who writes and since when.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not granted(lambda: bool(connection.scalar(_ASK, {"key": KEY}))):
            raise RunInProgress(
                f"the database is being written ({_who(connection)}); "
                "wait until that has ended and run the command again"
            )
        try:
            connection.execute(_NAMED, {"name": f"{NAME}: {what}".encode()[:_LONGEST].decode(errors="ignore")})
            yield
        finally:
            with suppress(SQLAlchemyError):
                connection.execute(_END, {"key": KEY})
            # The session is not used again: what was set is gone with it.
            connection.detach()


def _who(connection: Connection) -> str:
    found = connection.execute(_WHO, {"key": KEY}).first()
    return f"{found[0].removeprefix(NAME + ': ')}, since {found[1]}+00:00" if found else "another process"
