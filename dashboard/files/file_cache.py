"""Files that were dear to make, kept on disk for all processes: by key, bounded in bytes, whole or not at all."""

import fcntl
import gzip
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Any

MOST = 1024 * 1024 * 1024
"""Bytes on disk at most; the files asked for least recently go first."""
LOCKS = 512
"""Files that stand for the locks of all keys: two keys may share one, and then wait for each other."""
SELDOM = 20
"""Room is made whenever a process has written this part of all that may be kept."""
LEVEL = 6
PIECE = 1 << 18
LOOK = 0.02
"""Seconds between two looks at a lock that another holds."""


class Kept:
    """A folder of files with what is said of each. Safe between threads and between processes."""

    def __init__(self, folder: Path, most: int = MOST) -> None:
        self._folder, self._most = folder, most
        self._unseen = most  # so that what earlier starts left is looked at with the first file
        self.own: tempfile.TemporaryDirectory[str] | None = None
        """The folder, where it goes when this program ends."""
        folder.mkdir(parents=True, exist_ok=True)

    def said(self, key: str) -> dict[str, Any] | None:
        """Return what is said of the file kept under *key*; None when there is none. It counts as asked for."""
        about = self._folder / f"{key}.json"
        try:
            found: dict[str, Any] = json.loads(about.read_text("utf-8"))
            os.utime(about)
        except (OSError, ValueError):
            return None
        return found

    def touch(self, key: str, moment: float | None = None) -> None:
        """Count the file as asked for now, or at another *moment*."""
        with suppress(OSError):  # it was forgotten meanwhile
            os.utime(self._folder / f"{key}.json", None if moment is None else (moment, moment))

    def newest(self) -> Iterator[tuple[float, dict[str, Any]]]:
        """Yield when each file was asked for last and what is said of it, the last ones first; it does not count."""
        for moment, about in reversed(self._by_moment()):
            with suppress(OSError, ValueError):
                said = json.loads(about.read_text("utf-8"))
                if isinstance(said, dict):
                    yield moment, said

    def path(self, key: str, packed: bool = False) -> Path:
        """Return where the file stands, or the one packed with gzip beside it."""
        return self._folder / (f"{key}.gz" if packed else key)

    def write(self, key: str, pieces: Iterable[bytes], said: Mapping[str, Any], *, packed: bool = False) -> None:
        """Keep a file, with *packed* also packed by gzip, and forget the oldest when there is no room."""
        self._folder.mkdir(parents=True, exist_ok=True)  # an operator may have emptied the disk
        with tempfile.TemporaryDirectory(dir=self._folder, prefix=".part-") as folder:
            whole, small = Path(folder) / "whole", Path(folder) / "small"
            with whole.open("wb") as file:
                file.writelines(pieces)
            if packed:
                with whole.open("rb") as source, gzip.GzipFile(small, "wb", LEVEL, mtime=0) as target:
                    shutil.copyfileobj(source, target, PIECE)
                small.replace(self.path(key, packed=True))
            size = whole.stat().st_size
            whole.replace(self.path(key))
            about = Path(folder) / "about"
            about.write_text(json.dumps({**said, "size": size, "packed": packed}), "utf-8")
            about.replace(self._folder / f"{key}.json")
        self._unseen += size
        if self._unseen * SELDOM > self._most:
            self._unseen = 0
            self._make_room()

    def read(self, key: str) -> bytes | None:
        """Return the whole file kept under *key*, a small one; None when there is none."""
        if self.said(key) is None:
            return None
        with suppress(OSError):
            return self.path(key).read_bytes()
        return None

    @contextmanager
    def locked(self, key: str, patience: float = 3600.0) -> Iterator[None]:
        """Hold the one lock of a key among all processes: what two ask for at once is made once.

        Whoever has waited as long as *patience* goes on without it.
        """
        with ExitStack() as held:
            with suppress(OSError):  # where the folder cannot be made again, all go on without locks
                self._folder.mkdir(parents=True, exist_ok=True)
                path = self._folder / f".lock-{int(key[:8], 16) % LOCKS}"
                file = held.enter_context(path.open("w"))
                until = time.monotonic() + patience
                while not _is_locked(file) and time.monotonic() < until:
                    time.sleep(LOOK)
            yield

    def _by_moment(self) -> list[tuple[float, Path]]:
        """Return when each file was asked for last, and where that is said, the last ones last."""
        found = []
        for about in self._folder.glob("*.json"):
            with suppress(OSError):
                found.append((about.stat().st_mtime, about))
        return sorted(found)

    def _make_room(self) -> None:
        found = [(about, self._size(about.stem)) for _, about in self._by_moment()]
        total = sum(size for _, size in found)
        for about, size in found[:-1]:
            if total <= self._most:
                return
            for path in (about, self.path(about.stem), self.path(about.stem, packed=True)):
                path.unlink(missing_ok=True)
            total -= size

    def _size(self, key: str) -> int:
        size = 0
        for path in (self.path(key), self.path(key, packed=True)):
            with suppress(OSError):
                size += path.stat().st_size
        return size


def keep_in(folder: Path | None, most: int = MOST) -> Kept:
    """Return what keeps files in *folder*, or for as long as this program runs where nothing can be written."""
    if folder is not None:
        with suppress(OSError):
            kept = Kept(folder, most)
            (folder / ".lock-0").touch()
            return kept
    own = tempfile.TemporaryDirectory(prefix="scidip-kept-")
    kept = Kept(Path(own.name), most)
    kept.own = own
    return kept


def _is_locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
