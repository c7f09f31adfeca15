"""Copies of any database, as one SQLite file: of a file by SQLite's own interface, of a server table by table."""

from pathlib import Path

from scidip.store.database import copies
from scidip.store.database.address import address_of
from scidip.store.database.postgres import portable


def backup(url: str, out: Path) -> int:
    """Write a copy of the database at *url* to the file *out*, whole or not at all; return its bytes.

    The copy is one moment of the database, whatever is written meanwhile, and can be restored to either kind. Raises
    StoreError when there is no database, or when *out* is something that must not be replaced.
    """
    address = address_of(url)
    return portable.backup(address, out) if address.get_backend_name() == "postgresql" else copies.backup(url, out)


def restore(url: str, file: Path) -> None:
    """Put the database in *file* in the place of that at *url*; who reads meanwhile sees the old or the new one.

    So a file moves to PostgreSQL. Raises StoreError, SchemaMismatch for a file of another version, or RunInProgress
    while something is written; then the database is as it was.
    """
    address = address_of(url)
    if address.get_backend_name() == "postgresql":
        portable.restore(address, file)
    else:
        copies.restore(url, file)
