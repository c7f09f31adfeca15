"""The address of a database: what it names, and how it is shown without its password."""

import os
import re
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from scidip.indicators.errors import StoreError
from scidip.store.database.postgres.session import DRIVER

EXAMPLE = "for example sqlite:////srv/scidip/scidip.sqlite or postgresql+psycopg://user@host/scidip"
_SQLITE = ("sqlite", "sqlite+pysqlite")
_POSTGRES = ("postgres", "postgresql")
"""Without a driver named, as hosts of databases write it."""
_PASSWORD = re.compile(r"(://[^:@/]*:)[^@]*@")


def address_of(text: str, setting: str = "SCIDIP_DATABASE_URL") -> URL:
    """Return the parsed address of a database, that of PostgreSQL with the driver that is used.

    Raises StoreError when *text*, the value of a *setting*, is none that scidip can use.
    """
    shown = _PASSWORD.sub(r"\1***@", text)
    try:
        url = make_url(text)
        if url.drivername in _POSTGRES:
            url = url.set(drivername=DRIVER)
        backend = url.get_backend_name()
    except (SQLAlchemyError, ValueError) as error:
        raise StoreError(f"{setting} is not the address of a database: {shown!r}; {EXAMPLE}") from error
    if url.drivername not in (*_SQLITE, DRIVER):
        known = (
            "reads PostgreSQL by psycopg" if backend == "postgresql" else "keeps its figures in SQLite or PostgreSQL"
        )
        raise StoreError(f"{setting} names {url.drivername!r}: scidip {known}; {EXAMPLE}")
    if backend == "sqlite" and (url.query or url.host or (url.database or "").startswith("file:")):
        raise StoreError(f"{setting} is {shown!r}: give a plain path after sqlite:///; {EXAMPLE}")
    return url


def file_of(url: URL) -> Path | None:
    """Return the file of a SQLite database, links followed as SQLite does; None when it is in no file."""
    name = url.database or ""
    if url.get_backend_name() != "sqlite" or name in ("", ":memory:"):
        return None
    return Path(os.path.realpath(name))


def read_address(database: str, standby: str) -> str:
    """Return the address to read from: of the *standby* where one is named. Raises StoreError for a file's."""
    if not standby:
        return database
    for text, setting in ((standby, "SCIDIP_READ_URL"), (database, "SCIDIP_DATABASE_URL")):
        if address_of(text, setting).get_backend_name() != "postgresql":
            raise StoreError(f"SCIDIP_READ_URL names a standby of a PostgreSQL database, and {setting} names a file")
    return standby


def refuse_memory(url: URL) -> None:
    """Raise StoreError for a database in memory: what a command writes there is gone when it ends."""
    if url.get_backend_name() == "sqlite" and file_of(url) is None:
        raise StoreError(f"SCIDIP_DATABASE_URL names no file; {EXAMPLE}")


def shown(url: URL) -> str:
    """Return the address for messages: a path, or the address without its password."""
    path = file_of(url)
    return str(path) if path else url.difference_update_query(["password"]).render_as_string(hide_password=True)


def uri_of(path: Path, options: str) -> str:
    """Return a file as SQLite's own kind of address, of which the file may have any name."""
    return f"file:{quote(os.fsencode(path))}?{options}"
