"""Which file the log beside a database belongs to.

SQLite finds the log of a database (`-wal`, `-shm`) by its name. When another file is put in its place, the log
of the old one is taken for that of the new one, which destroys it. So every connection holds a small file beside
the database, `-open`, which says to which file the log belongs: by its number on the disk (the inode) and a random
mark in its header. A file with another identity is opened only when nobody holds the old one any more. Who dies
lets go: the hold is a lock of the operating system, not a number of a process.
"""

import fcntl
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from scidip.indicators.errors import DatabaseReplaced, StoreError

LOG, INDEX, HELD = "-wal", "-shm", "-open"
_MARK_AT = 60
"""Where SQLite keeps `user_version` in the header of the file."""
_WIDTH = 64


def beside(path: Path, suffix: str) -> Path:
    """Return the file that belongs to the database at *path*."""
    return path.with_name(path.name + suffix)


def new_mark() -> int:
    """Return a number that tells one database from another, for `PRAGMA user_version`."""
    return secrets.randbelow(2**31 - 1) + 1


def inode_of(path: Path) -> int:
    """Return the number of the file on its disk, 0 when it is not there."""
    try:
        return path.stat().st_ino
    except OSError:
        return 0


def log_size(path: Path) -> int:
    """Return the bytes in the log beside the database, 0 when there is none."""
    try:
        return beside(path, LOG).stat().st_size
    except OSError:
        return 0


class Hold:
    """That a connection has the database open; ends with `release` or with the process."""

    def __init__(self, file: BinaryIO | None, inode: int) -> None:
        self._file = file
        self.inode = inode

    def noted(self) -> int:
        """Return the number of the file that the log is noted to belong to, 0 for none."""
        return 0 if self._file is None else _recorded(self._file)[0]

    def release(self) -> None:
        """Let go."""
        if self._file is not None:
            self._file.close()


def take(path: Path) -> Hold:
    """Hold the database at *path*. Raises DatabaseReplaced while others have the file open that was there before.

    Where the file `-open` can be neither read nor made, the folder is for reading only and nobody replaces anything.
    """
    inode = inode_of(path)
    file = _opened(path)
    if file is None:
        return Hold(None, inode)
    try:
        if _lock(file, fcntl.LOCK_EX | fcntl.LOCK_NB):
            _adopt(file, path)
            _lock(file, fcntl.LOCK_SH)
            # Who may not write cannot note whose the log is; nobody else had it open.
            known = not file.writable() or _recorded(file)[0] in (0, inode)
        else:
            # Looked at first: who only waits for the others must not seem to be one of them.
            known = _recorded(file)[0] in (0, inode) and _lock(file, fcntl.LOCK_SH)
            known = known and _recorded(file)[0] in (0, inode)
        if not known:
            raise DatabaseReplaced(
                f"the file {path} was replaced while others have the old one open; the new one is read when they let "
                "go of it. `scidip restore FILE` puts another database in its place without this"
            )
    except BaseException:
        file.close()
        raise
    return Hold(file, inode)


def alone(path: Path) -> Hold | None:
    """Hold the database against all others, to exchange its file; None when others have it open."""
    file = _opened(path)
    if file is not None and not _lock(file, fcntl.LOCK_EX | fcntl.LOCK_NB):
        file.close()
        return None
    return Hold(file, inode_of(path))


def forget_log(path: Path) -> None:
    """Remove log and index of a database that nobody has open."""
    for suffix in (LOG, INDEX):
        with suppress(OSError):
            beside(path, suffix).unlink(missing_ok=True)


def forget_log_of(path: Path, inode: int) -> bool:
    """Remove the log of the file that was at *path* under the number *inode*; return whether that could be done.

    It cannot while others have that file open, and need not when another has already noted a newer file.
    """
    hold = alone(path)
    if hold is None:
        return False
    try:
        if hold.noted() == inode:
            forget_log(path)
        return True
    finally:
        hold.release()


def expect_mark(path: Path, mark: int | None) -> None:
    """Note that the file stays and its mark becomes *mark*; None: it is about to change, whatever it will be."""
    with suppress(OSError), beside(path, HELD).open("r+b") as file:
        _record(file, inode_of(path), mark)


def _opened(path: Path) -> BinaryIO | None:
    side = beside(path, HELD)
    for flags in (os.O_RDWR | os.O_CREAT, os.O_RDONLY):
        try:
            handle = os.open(side, flags | os.O_CLOEXEC, 0o666)
        except OSError:
            continue
        return os.fdopen(handle, "r+b" if flags & os.O_RDWR else "rb", buffering=0)
    return None


def _lock(file: BinaryIO, how: int) -> bool:
    try:
        fcntl.flock(file, how)
    except BlockingIOError:
        return False
    except OSError:
        # A disk that knows no such locks: nothing is exchanged safely there, and everything else goes on.
        return not how & fcntl.LOCK_NB
    return True


def _recorded(file: BinaryIO) -> tuple[int, int | None]:
    """Return inode and mark of the file that the log belongs to; 0 and None where nothing is noted."""
    words = os.pread(file.fileno(), _WIDTH, 0).split()
    with suppress(ValueError, IndexError):
        return int(words[0]), int(words[1]) if len(words) > 1 else None
    return 0, None


def _record(file: BinaryIO, inode: int, mark: int | None) -> None:
    text = f"{inode} {'' if mark is None else mark}".ljust(_WIDTH - 1) + "\n"
    with suppress(OSError):
        # In one piece, or another process could read half of it.
        os.pwrite(file.fileno(), text.encode(), 0)


def _adopt(file: BinaryIO, path: Path) -> None:
    """Note whose the log is, when nobody has the database open. Raises StoreError for the log of another file.

    Only here is the file itself read: closing it would end SQLite's own locks, if this process had any.
    """
    inode, mark = inode_of(path), _mark(path)
    was, its_mark = _recorded(file)
    same = inode == was and its_mark in (None, mark)
    if was and not same:
        if log_size(path):
            raise StoreError(
                f"{beside(path, LOG)} is the log of another file than {path}, which was put in its place: reading both "
                f"together would destroy it. If file and log were copied here together, remove {beside(path, HELD)}; "
                f"otherwise remove {beside(path, LOG)}. Then run the command again"
            )
        forget_log(path)
    if not (was and same and its_mark == mark):
        _record(file, inode, mark)


def _mark(path: Path) -> int:
    with suppress(OSError), path.open("rb") as file:
        return int.from_bytes(file.read(100)[_MARK_AT : _MARK_AT + 4], "big")
    return 0
