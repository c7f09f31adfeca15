"""What takes long to make, kept from one session of tests to the next: named by a digest of the files it is made of."""

import hashlib
import os
import shutil
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "scidip-tests"
KEPT = 8
"""Files of a kind that are kept, the last used ones: as many checkouts can be worked on side by side."""


def digest_of(names: Iterable[str], beside: str = "") -> str:
    """Return twenty hex digits that name the content of files and folders of the repository, and what is *beside*."""
    digest = hashlib.sha256(f"{sys.version}{beside}".encode())
    for path in (ROOT / name for name in names):
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(f"{file.relative_to(ROOT)} {file.stat().st_size} ".encode() + file.read_bytes())
    return digest.hexdigest()[:20]


def place(digest: str, ending: str) -> Path:
    """Return where the file of a digest is kept."""
    return FOLDER / f"{digest}{ending}"


def take(known: Path, path: Path) -> bool:
    """Copy a file that is kept to *path*; return whether there was one."""
    if not known.exists():
        return False
    shutil.copy(known, path)
    known.touch()
    return True


def keep(path: Path, known: Path) -> None:
    """Keep a copy of *path* as *known* if the disk allows, and of its kind only those that were used last."""
    with suppress(OSError):
        known.parent.mkdir(parents=True, exist_ok=True)
        for old in sorted(known.parent.glob(f"*{known.suffix}"), key=lambda f: f.stat().st_mtime)[: -KEPT + 1]:
            old.unlink()
        part = known.parent / f"part{os.getpid()}{known.suffix}"
        shutil.copy(path, part)
        part.replace(known)
