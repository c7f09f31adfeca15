"""Sessions of a PostgreSQL server: how they are opened, so that a page reads there what it reads in a file."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import URL, Dialect, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError

from scidip.indicators.errors import NotWritable

DRIVER: Final = "postgresql+psycopg"
"""The one driver that is used: bulk writes speak its own language."""
EXTRA: Final = "scidip[postgres]"
NAME: Final = "scidip"
"""What the server's own lists call a session of this program."""
_SETTINGS: Final = (
    # The plans of these queries are short: to compile them first takes longer than to run them.
    "jit = off",
    # The whole database fits into memory: to follow an index costs hardly more than to read on. By the server's own
    # guess, made for disks that turn, two million figures would be read through for the two hundred of an indicator.
    "random_page_cost = 1.1",
    # Visitors come many at a time: each of them is answered by one process of the server.
    "max_parallel_workers_per_gather = 0",
    # A writer that is cut off must let go of its lock in a minute, not in the system's two hours.
    "tcp_keepalives_idle = 30",
    "tcp_keepalives_interval = 10",
    "tcp_keepalives_count = 3",
)


def connecting(address: URL, *, writes: bool, **options: Any) -> Engine:
    """Return an engine that nothing has been asked yet. Raises ModuleNotFoundError when the driver is not installed.

    Who only reads sees one state of the database for as long as a connection is taken, and can write nothing.
    """
    if not writes:
        options["isolation_level"] = "REPEATABLE READ"
    options.setdefault("pool_pre_ping", True)
    engine = create_engine(address, connect_args={"application_name": NAME}, **options)

    @event.listens_for(engine, "connect")
    def opened(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for setting in _SETTINGS:
            cursor.execute(f"SET {setting}")
        cursor.close()
        connection.commit()
        if not writes:
            connection.read_only = True

    return engine


def refuse_standby(engine: Engine) -> None:
    """Raise NotWritable for a server that is a standby, or is set to be read only."""
    with engine.connect() as connection:
        if connection.scalar(text("SELECT current_setting('transaction_read_only') = 'on'")):
            raise NotWritable(
                f"the database {engine.url.render_as_string()} is a standby, or for reading only; write to its primary"
            )


def driver_connection(connection: Any) -> Any:
    """Return the driver's own connection under one of SQLAlchemy's."""
    return connection.connection.driver_connection


@contextmanager
def told_by_driver(dialect: Dialect, doing: str) -> Iterator[None]:
    """Let what the driver raises when it is used directly be of SQLAlchemy's classes, as everywhere else."""
    driver = dialect.loaded_dbapi
    try:
        yield
    except driver.Error as error:
        raise DBAPIError.instance(doing, None, error, driver.Error, dialect=dialect) from error
