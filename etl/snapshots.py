"""Keep the bytes: every producer's file that was read, named by its SHA-256."""

from dataclasses import dataclass
from pathlib import Path

from scidip.etl.source import Snapshot


@dataclass(frozen=True)
class SnapshotStore:
    """A folder of files named by their digest."""

    folder: Path

    def put(self, snapshot: Snapshot) -> Snapshot:
        """Keep the bytes and return the snapshot unchanged. What is already there is not written."""
        target = self.folder / snapshot.sha256
        if not target.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            part = target.with_suffix(".part")
            part.write_bytes(snapshot.content)
            part.replace(target)
        return snapshot

    def get(self, sha256: str) -> bytes:
        """Return the bytes of a digest; FileNotFoundError when they are not kept."""
        return (self.folder / sha256).read_bytes()
