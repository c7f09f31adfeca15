"""What a database raises, as sentences: told apart by the codes of SQLite and PostgreSQL, never by their words."""

import sqlite3

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from scidip.indicators.errors import DatabaseBusy, NotWritable, StoreError
from scidip.store.database.postgres.faults import told_by_server

DatabaseFault = SQLAlchemyError
"""What a database raises that is locked, damaged or gone: for those who answer it."""

REMEDY = (
    "put a copy made by `scidip backup` in its place with `scidip restore FILE`, or move it away and run `scidip build`"
)
READ_ONLY = "cannot be written: the file, its folder or the disk is for reading only for this user"
_SAID: dict[int, tuple[type[StoreError], str]] = {
    sqlite3.SQLITE_READONLY: (NotWritable, READ_ONLY),
    sqlite3.SQLITE_PERM: (NotWritable, READ_ONLY),
    sqlite3.SQLITE_BUSY: (DatabaseBusy, "is being written by another process; try again when it has ended"),
    sqlite3.SQLITE_LOCKED: (DatabaseBusy, "is being written by another process; try again when it has ended"),
    sqlite3.SQLITE_FULL: (
        StoreError,
        "could not be written: the disk is full. What served before still serves; make room and run the command again",
    ),
    sqlite3.SQLITE_CORRUPT: (StoreError, f"is damaged; {REMEDY}"),
    sqlite3.SQLITE_NOTADB: (StoreError, f"is not a database of scidip; {REMEDY}"),
    sqlite3.SQLITE_CANTOPEN: (StoreError, "cannot be opened; see that this user may read and write it and its folder"),
    sqlite3.SQLITE_IOERR: (StoreError, "could not be read or written; see that the disk is there and not full"),
}


def code_of(error: BaseException) -> int:
    """Return SQLite's primary result code of an error, 0 when it has none."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return int(getattr(cause, "sqlite_errorcode", 0) or 0) & 0xFF


def explained(error: BaseException, where: str) -> StoreError:
    """Return the error to show for what the database at *where* raised: what is wrong, and the remedy."""
    code = code_of(error)
    if code in _SAID:
        kind, words = _SAID[code]
        name = getattr(getattr(error, "orig", error), "sqlite_errorname", "")
        return kind(f"the database {where} {words} ({name})")
    if (told := told_by_server(error)) is not None:
        kind, words = told
        return kind(f"the database {where} {words}")
    cause = getattr(error, "orig", None) or error
    first = next(iter(str(cause).strip().splitlines()), type(cause).__name__)
    return StoreError(f"the database {where} cannot be used: {first}")
