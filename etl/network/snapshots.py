"""Keep the bytes: every producer's file that was read, named by its SHA-256."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True)
class Snapshot:
    """A producer's file as it arrived: its bytes, name, where it came from and when.

    `retrieved` is an ISO date or the empty string when it is not known.
    """

    name: str
    content: bytes
    url: str = ""
    retrieved: str = ""

    @cached_property
    def sha256(self) -> str:
        """The digest that names the bytes."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class SnapshotStore:
    """A folder of files named by their digest."""

    folder: Path

    def put(self, snapshot: Snapshot) -> Snapshot:
        """Keep the bytes and return the snapshot unchanged. What is already there whole is not written."""
        target = self.folder / snapshot.sha256
        if not target.exists() or target.stat().st_size != len(snapshot.content):
            self.folder.mkdir(parents=True, exist_ok=True)
            part = target.with_suffix(".part")
            part.write_bytes(snapshot.content)
            part.replace(target)
        return snapshot

    def get(self, sha256: str) -> bytes:
        """Return the bytes of a digest; FileNotFoundError when they are not kept."""
        return (self.folder / sha256).read_bytes()
