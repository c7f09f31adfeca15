"""Much work in one transaction: what is the copy of a file, to a PostgreSQL server."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Engine, StaticPool, event

from scidip.store.database.as_of import watch_checkouts
from scidip.store.database.postgres import session

_POINT: Final = "scidip_"


@contextmanager
def one_transaction(engine: Engine) -> Iterator[tuple[Engine, Callable[[], None]]]:
    """Yield an engine on the database of *engine*, and what makes all that was done through it count at once.

    Each transaction of the engine is a part of one that ends with the second: until then, and for ever if it is not
    called, others see what was there before. All connections taken from it are one; of several taken at a time, the
    last one taken ends first. What is killed is taken back by the server.
    """
    within = session.connecting(
        engine.url, writes=True, poolclass=StaticPool, pool_pre_ping=False, pool_reset_on_return=None
    )
    _nest(within)
    watch_checkouts(within)
    try:
        with within.connect() as connection:
            connection.exec_driver_sql("SET idle_in_transaction_session_timeout = 0")  # producers may take an hour
            connection.commit()
            driver = session.driver_connection(connection)

        def put() -> None:
            with session.told_by_driver(within.dialect, "COMMIT"):
                type(driver).commit(driver)

        yield within, put
    finally:
        within.dispose()


def _nest(engine: Engine) -> None:
    """Let each transaction of *engine* be a savepoint of the driver's, which nobody ends by the way."""
    open_points: list[str] = []

    @event.listens_for(engine, "connect")
    def keep_open(connection: Any, _record: Any) -> None:
        connection.commit = connection.rollback = _nothing

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        open_points.append(f"{_POINT}{len(open_points)}")
        connection.exec_driver_sql(f"SAVEPOINT {open_points[-1]}")

    @event.listens_for(engine, "commit")
    def commit(connection: Any) -> None:
        _say(connection, f"RELEASE SAVEPOINT {open_points.pop()}")

    @event.listens_for(engine, "rollback")
    def rollback(connection: Any) -> None:
        point = open_points.pop()
        _say(connection, f"ROLLBACK TO SAVEPOINT {point}", f"RELEASE SAVEPOINT {point}")


def _say(connection: Any, *statements: str) -> None:
    # By the driver: the transaction that SQLAlchemy knows of is just ending.
    with session.told_by_driver(connection.dialect, "; ".join(statements)):
        for statement in statements:
            session.driver_connection(connection).execute(statement)


def _nothing() -> None:
    """End no transaction: only the whole of it ends."""
