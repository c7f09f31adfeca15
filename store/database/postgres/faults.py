"""What a PostgreSQL server raises, as sentences: told apart by its codes (SQLSTATE), never by its words."""

from typing import Final

from sqlalchemy.exc import DBAPIError

from scidip.indicators.errors import DatabaseBusy, NotWritable, StoreError

_NO_ANSWER: Final = (
    StoreError,
    "cannot be reached; see that the server runs, that the address is right and that it lets this machine and user in",
)
_SAID: Final[dict[str, tuple[type[StoreError], str]]] = {
    "25006": (NotWritable, "cannot be written: it is a standby, or was opened for reading only"),
    "40001": (DatabaseBusy, "was changed while it was read; ask again (a standby: see hot_standby_feedback)"),
    "40P01": (DatabaseBusy, "is being written by another process; try again when it has ended"),
    "42501": (
        NotWritable,
        "cannot be written: this user may not; it must own the database, to make tables and a schema",
    ),
    "53100": (
        StoreError,
        "could not be written: the disk of the server is full. What served before still serves; make room and run the "
        "command again",
    ),
    "55P03": (DatabaseBusy, "is being written by another process; try again when it has ended"),
    "57014": (DatabaseBusy, "took longer than the server allows (statement_timeout); try again"),
    "57P01": (StoreError, "was stopped by its operator; run the command again when it is back"),
    "XX001": (StoreError, "is damaged; restore a copy made by `scidip backup` into an empty database"),
}


def told_by_server(error: BaseException) -> tuple[type[StoreError], str] | None:
    """Return the kind of error and the words for what psycopg raised; None for what is not known or not its."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if not type(cause).__module__.startswith("psycopg"):
        return None
    code = str(getattr(cause, "sqlstate", None) or "")
    if not code and type(cause).__name__ in ("OperationalError", "ConnectionTimeout"):
        return _at_the_door(str(cause))
    kind, words = _SAID.get(code, (None, ""))
    return None if kind is None else (kind, f"{words} ({code})")


def _at_the_door(said: str) -> tuple[type[StoreError], str]:
    """Return what to tell of a connection that was refused: of that the driver gives the server's words and no code."""
    first = next((line.strip() for line in said.splitlines() if line.strip()), "")
    kind, words = _NO_ANSWER
    return kind, f"{words} ({first})"
