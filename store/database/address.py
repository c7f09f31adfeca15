"""The address of a database: what it names, and how it is shown without its password."""

import os
import re
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from scidip.indicators.errors import StoreError

EXAMPLE = "for example sqlite:////srv/scidip/scidip.sqlite or postgresql+psycopg://user@host/scidip"
_SQLITE = ("sqlite", "sqlite+pysqlite")
_PASSWORD = re.compile(r"(://[^:@/]*:)[^@]*@")


def address_of(text: str) -> URL:
    """Return the parsed address of a database. Raises StoreError when *text* is none that scidip can use."""
    shown = _PASSWORD.sub(r"\1***@", text)
    try:
        url = make_url(text)
        backend = url.get_backend_name()
    except (SQLAlchemyError, ValueError) as error:
        raise StoreError(f"SCIDIP_DATABASE_URL is not the address of a database: {shown!r}; {EXAMPLE}") from error
    if url.drivername not in _SQLITE and backend != "postgresql":
        raise StoreError(
            f"SCIDIP_DATABASE_URL names {url.drivername!r}: scidip keeps its figures in SQLite or PostgreSQL; {EXAMPLE}"
        )
    if backend == "sqlite" and (url.query or url.host or (url.database or "").startswith("file:")):
        raise StoreError(f"SCIDIP_DATABASE_URL is {shown!r}: give a plain path after sqlite:///; {EXAMPLE}")
    return url


def file_of(url: URL) -> Path | None:
    """Return the file of a SQLite database, links followed as SQLite does; None when it is in no file."""
    name = url.database or ""
    if url.get_backend_name() != "sqlite" or name in ("", ":memory:"):
        return None
    return Path(os.path.realpath(name))


def refuse_memory(url: URL) -> None:
    """Raise StoreError for a database in memory: what a command writes there is gone when it ends."""
    if url.get_backend_name() == "sqlite" and file_of(url) is None:
        raise StoreError(f"SCIDIP_DATABASE_URL names no file; {EXAMPLE}")


def shown(url: URL) -> str:
    """Return the address for messages: a path, or the address without its password."""
    path = file_of(url)
    return str(path) if path else url.render_as_string(hide_password=True)


def uri_of(path: Path, options: str) -> str:
    """Return a file as SQLite's own kind of address, of which the file may have any name."""
    return f"file:{quote(os.fsencode(path))}?{options}"
