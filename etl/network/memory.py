"""What producers answered before: an unchanged file is not sent again, and a refresh that was cut short goes on.

Beside each kept answer stands its address, when it was asked for, and the marks its producer gave it (ETag,
Last-Modified). The bytes are in the store of snapshots. What a producer charged stands here too, day by day.
"""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from scidip.etl.network.snapshots import Snapshot, SnapshotStore

SPENT: Final = "spent.json"


@dataclass(frozen=True)
class Remembered:
    """An answer that a producer gave: for which address, when (UTC), with which marks and bytes."""

    url: str
    asked: str
    sha256: str
    etag: str = ""
    last_modified: str = ""

    @property
    def conditions(self) -> dict[str, str]:
        """The headers of a request that sends the answer again only where it has changed."""
        marks = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: mark for name, mark in marks.items() if mark}

    def age(self, moment: datetime) -> float:
        """Return how many seconds before *moment* it was asked for; what is dated later is as good as not dated."""
        seconds = (moment - datetime.fromisoformat(self.asked)).total_seconds()
        return seconds if seconds >= 0 else float("inf")


class AnswerMemory:
    """Answers by address. A file that cannot be read is an answer that was never given."""

    def __init__(self, folder: Path, store: SnapshotStore, *, fresh_for: float = 0.0) -> None:
        """Keep what was asked in *folder* and the bytes in *store*.

        An answer younger than *fresh_for* seconds is taken without asking the producer.
        """
        self._folder, self.store, self._fresh_for = folder, store, fresh_for

    def known(self, url: str) -> Remembered | None:
        """Return what is known of the answer to *url*, if its bytes are still kept whole."""
        try:
            found = Remembered(**json.loads(self._file(url).read_text()))
            whole = hashlib.sha256(self.store.get(found.sha256)).hexdigest() == found.sha256
            found.age(datetime.now(UTC))
        except (OSError, ValueError, TypeError):
            return None
        return found if whole and found.url == url else None

    def is_fresh(self, known: Remembered) -> bool:
        """Return whether an answer is so young that the producer need not be asked."""
        return known.age(datetime.now(UTC)) < self._fresh_for

    def asked(self, url: str) -> str:
        """Return when *url* was last asked for, an ISO moment (UTC); "" where its answer is not kept."""
        known = self.known(url)
        return known.asked if known else ""

    def snapshot(self, known: Remembered, name: str) -> Snapshot:
        """Return the answer again, dated the day it was last confirmed."""
        return Snapshot(name, self.store.get(known.sha256), known.url, known.asked[:10])

    def keep(self, url: str, snapshot: Snapshot, headers: Mapping[str, str]) -> None:
        """Keep an answer. One that cannot be kept is asked for again next time."""
        with suppress(OSError):
            self.store.put(snapshot)
            moment = datetime.now(UTC).isoformat(timespec="seconds")
            marks = headers.get("etag", ""), headers.get("last-modified", "")
            self._write(self._file(url), asdict(Remembered(url, moment, snapshot.sha256, *marks)))

    def confirm(self, known: Remembered) -> Remembered:
        """Note that the producer said today that an answer still holds, and return it."""
        confirmed = Remembered(**{**asdict(known), "asked": datetime.now(UTC).isoformat(timespec="seconds")})
        with suppress(OSError):
            self._write(self._file(known.url), asdict(confirmed))
        return confirmed

    def spent(self, source: str) -> float:
        """Return the US dollars that were charged to *source* today (UTC)."""
        return self._spent().get(source, 0.0)

    def charge(self, source: str, dollars: float) -> None:
        """Note what was charged to *source*."""
        spent = self._spent()
        spent[source] = spent.get(source, 0.0) + dollars
        with suppress(OSError):
            self._write(self._folder / SPENT, {"day": _today(), "dollars": spent})

    def _spent(self) -> dict[str, float]:
        try:
            said = json.loads((self._folder / SPENT).read_text())
            return {str(k): float(v) for k, v in said["dollars"].items()} if said["day"] == _today() else {}
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return {}

    def _file(self, url: str) -> Path:
        return self._folder / f"{hashlib.sha256(url.encode()).hexdigest()[:32]}.json"

    def _write(self, target: Path, said: object) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(".part")
        part.write_text(json.dumps(said))
        part.replace(target)


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
