"""Copies of the database: made while it serves, and put in its place while it serves.

Both go through SQLite's own interface for backups: a copy is one moment of the database, and a restored one is
written in a single transaction, so that whoever reads sees the old figures or the new ones.
"""

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from scidip.indicators.errors import DatabaseBusy, SchemaMismatch, StoreError
from scidip.store.database.address import address_of, file_of, refuse_memory, shown, uri_of
from scidip.store.database.connections import BUSY_TIMEOUT, Connection, refuse_no_file
from scidip.store.database.faults import code_of, explained
from scidip.store.database.holding import alone, beside, expect_mark, forget_log, inode_of, log_size, new_mark, take
from scidip.store.database.migrations import MIGRATIONS
from scidip.store.database.schema import metadata
from scidip.store.database.writing import WAIT, locked_file

ASIDE = "-before-restore"
"""What is added to the name of a damaged file that a restored one replaces."""
_UNUSABLE = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_READONLY)
"""What SQLite says of a file that cannot be written over page by page: damaged, or with pages of another size."""


def backup(url: str, out: Path) -> int:
    """Write a copy of the database at *url* to *out*, whole or not at all; return its bytes.

    The copy is one file without a log, whatever is written meanwhile. Raises StoreError when there is no database,
    when it is damaged, or when *out* is something that must not be replaced.
    """
    path = _file(url)
    refuse_no_file(path)
    refuse_target(out, path)
    part = out.with_name(f"{out.name}.{secrets.token_hex(4)}.part")
    try:
        with sentences(path), reading(path) as source:
            copy_to_file(source, part)
            validate(part, path)
        part.replace(out)
    finally:
        _remove(part)
    return out.stat().st_size


def restore(url: str, file: Path, *, wait: float = WAIT) -> None:
    """Put the database in *file* in the place of that at *url*; who reads meanwhile sees the old or the new one.

    Raises StoreError, SchemaMismatch for a file of another version, or RunInProgress while something is written;
    then the database is as it was. A database that is damaged is kept beside, under a name ending in ASIDE.
    """
    path = _file(url)
    refuse_file(file, path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{path.parent} cannot be made ({error.strerror})") from error
    with locked_file(path, "restore", wait):
        part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
        try:
            # A copy of our own is looked at and then used: the file may change under our hands.
            with refusing_damage(file), reading(file) as source:
                copy_to_file(source, part)
                validate(part, file)
            with sentences(path):
                _put(part, path)
        finally:
            _remove(part)


def exchange(part: Path, path: Path) -> None:
    """Put the database *part*, which nobody has open, in the place of that at *path*; the caller holds its lock.

    Raises StoreError for a damaged file and SchemaMismatch for one of another version.
    """
    with sentences(part), closing(sqlite3.connect(part, isolation_level=None)) as copy:
        copy.execute("PRAGMA journal_mode=DELETE").close()
        copy.execute(f"PRAGMA user_version={new_mark()}")
    validate(part, part)
    with sentences(path):
        _put(part, path)


def _put(part: Path, path: Path) -> None:
    """Write *part* over the database, in one transaction; where that cannot be, exchange the files."""
    if path.exists() and path.stat().st_size:
        try:
            return _write_over(part, path)
        except sqlite3.Error as error:
            if code_of(error) not in _UNUSABLE:
                raise
    hold = alone(path)
    if hold is None:
        raise DatabaseBusy(
            f"the database {path} is damaged and still open: stop the server, restore, and start it again"
        )
    try:
        if path.exists():
            path.replace(beside(path, ASIDE))
        forget_log(path)
        part.replace(path)
        expect_mark(path, None)
    finally:
        hold.release()


def _write_over(part: Path, path: Path) -> None:
    hold = take(path)
    inode = hold.inode
    with closing(sqlite3.connect(uri_of(path, "mode=rw"), uri=True, factory=Connection)) as target:
        target.hold = hold
        target.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT * 6}")
        target.execute("PRAGMA journal_mode=WAL").close()
        expect_mark(path, None)
        with closing(sqlite3.connect(uri_of(part, "mode=ro&immutable=1"), uri=True)) as source:
            source.backup(target)
        mark = target.execute("PRAGMA user_version").fetchone()[0]
        # Who still reads the old figures keeps the log; the server empties it when they have ended.
        target.execute("PRAGMA busy_timeout=1000")
        busy = target.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if not busy:
            expect_mark(path, mark)
        if inode_of(path) != inode:
            raise StoreError(f"the file {path} was replaced meanwhile; run the command again")


def copy_to_file(source: sqlite3.Connection, part: Path) -> None:
    """Write one moment of *source* to a new file without a log, with a mark of its own, and on the disk."""
    _remove(part)
    with closing(sqlite3.connect(part, isolation_level=None)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE").close()
        copy.execute(f"PRAGMA user_version={new_mark()}")
    with part.open("rb") as file:
        os.fsync(file.fileno())


def validate(part: Path, named: Path) -> None:
    """Raise StoreError when a file is damaged, and SchemaMismatch when it is not of this version."""
    with closing(sqlite3.connect(uri_of(part, "mode=ro&immutable=1"), uri=True)) as copy:
        tables = {r[0] for r in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not tables & set(metadata.tables):
            raise SchemaMismatch(f"{named} is a database, but not one of scidip")
        done = {r[0] for r in copy.execute("SELECT name FROM migration")}
        if done != (known := {step.__name__ for step in MIGRATIONS}) or set(metadata.tables) - tables:
            raise SchemaMismatch(
                f"{named} is of another version of scidip (migrations {sorted(done) or 'none'}, this version needs "
                f"{sorted(known)}); use the version that made it"
            )
        for check in ("integrity_check(1)", "foreign_key_check"):
            found = copy.execute(f"PRAGMA {check}").fetchone()
            if found not in (None, ("ok",)):
                raise StoreError(f"{named} is damaged ({found[0]}); use another copy")


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Yield a connection that leaves nothing behind: what has no log is read as it lies."""
    options = "mode=rw" if log_size(path) else "mode=ro&immutable=1"
    hold = take(path) if beside(path, "-open").exists() else None
    if hold is not None and os.access(path, os.W_OK):
        options = "mode=rw"  # Others may be writing: only SQLite's locks give one moment of it.
    with closing(sqlite3.connect(uri_of(path, options), uri=True, factory=Connection)) as source:
        source.hold = hold
        source.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT}")
        source.execute("PRAGMA query_only=ON")
        yield source


def _file(url: str) -> Path:
    address = address_of(url)
    refuse_memory(address)
    path = file_of(address)
    if path is None:
        raise StoreError(
            f"{shown(address)} is not in a file; `scidip backup` and `scidip restore` copy it all the same"
        )
    return path


def refuse_file(file: Path, path: Path | None) -> None:
    """Raise StoreError for what cannot be restored from, to *path* if that is a file."""
    if not file.exists():
        raise StoreError(f"there is no file {file}; `scidip backup {file}` makes one")
    if not file.is_file():
        raise StoreError(f"{file} is no file; give one that `scidip backup` has made")
    if path is None:
        return
    if path.exists() and not path.is_file():
        raise StoreError(f"{path} is no file, so no database can be put there; see SCIDIP_DATABASE_URL")
    if path.exists() and file.samefile(path):
        raise StoreError(f"{file} is the database itself; give a copy that `scidip backup` has made")


def refuse_target(out: Path, path: Path | None) -> None:
    """Raise StoreError where a copy (of *path* if that is a file) would replace what is none."""
    if out.exists() and not out.is_file():
        raise StoreError(f"{out} is no file; name the file to write")
    if path is not None and out.exists() and out.samefile(path):
        raise StoreError(f"{out} is the database itself; name another file")
    if out.exists() and out.stat().st_size and not _is_sqlite(out):
        raise StoreError(f"{out} is there and is no database; name another file, or remove it first")


def _is_sqlite(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            return opened.read(16) == b"SQLite format 3\x00"
    except OSError as error:
        raise StoreError(f"{file} cannot be read ({error.strerror})") from error


def _remove(part: Path) -> None:
    for suffix in ("", "-journal", "-wal", "-shm"):
        with suppress(OSError):
            beside(part, suffix).unlink(missing_ok=True)


@contextmanager
def refusing_damage(file: Path) -> Iterator[None]:
    """Tell what SQLite raises of a file to restore from."""
    try:
        yield
    except sqlite3.Error as error:
        if code_of(error) in _UNUSABLE:
            raise StoreError(
                f"{file} is no database, or is damaged; give a copy that `scidip backup` has made"
            ) from error
        raise explained(error, str(file)) from error


@contextmanager
def sentences(path: Path) -> Iterator[None]:
    """Tell what SQLite raises of the database at *path*."""
    try:
        yield
    except sqlite3.Error as error:
        raise explained(error, str(path)) from error
