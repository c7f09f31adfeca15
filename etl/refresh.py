"""Renew what producers give to programs: each source and each series on its own, all told in one report."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from scidip.etl.network.client import HttpClient
from scidip.etl.network.memory import AnswerMemory
from scidip.etl.network.snapshots import SnapshotStore
from scidip.etl.publishing import Progress, Workshop, silent
from scidip.etl.run import ingest
from scidip.etl.source import Source
from scidip.indicators.errors import RunHeld, SourceError

Status = Literal["renewed", "unchanged", "in part", "held", "failed", "by hand"]
TOLD: Final = 3
"""Sentences told of a source before the last one, which says what to do."""
GOOD: Final[tuple[Status, ...]] = ("renewed", "unchanged", "by hand")


@dataclass(frozen=True)
class Renewed:
    """What became of one source."""

    source: str
    status: Status
    message: str = ""
    """What is to be done or known, one line."""
    loaded: int = 0
    """Figures of the answers, new or not."""
    seconds: float = 0.0
    dollars: float = 0.0
    """What the producer charged."""

    @property
    def is_good(self) -> bool:
        """Return whether nothing is left to be done about it that a program could have done."""
        return self.status in GOOD

    def as_json(self) -> dict[str, Any]:
        """Return the report's line as plain values."""
        return asdict(self)


def is_live(source: Source) -> bool:
    """Return whether a source has a door for programs."""
    return not source.spec.by_hand and source.spec.kind != "user"


def refresh(
    shop: Workshop,
    chosen: Iterable[Source],
    memory: AnswerMemory,
    store: SnapshotStore,
    http: Callable[[], HttpClient],
    progress: Progress = silent,
) -> list[Renewed]:
    """Fetch and publish each of the *chosen* sources; return what became of it.

    A source or series that fails or surprises keeps its old figures and never stops another. Nothing is scored.
    """
    return [_renewed(shop, source, memory, store, http, progress) for source in chosen]


def _renewed(
    shop: Workshop,
    source: Source,
    memory: AnswerMemory,
    store: SnapshotStore,
    http: Callable[[], HttpClient],
    progress: Progress,
) -> Renewed:
    name = source.spec.id
    if not is_live(source):
        return Renewed(name, "by hand", _line(source.spec.by_hand))
    progress(name)
    began, spent = time.monotonic(), memory.spent(name)
    status: Status
    try:
        outcome = ingest(shop, source, None, store, http, apart=True)
    except RunHeld as held:
        status, message, loaded = "held", _told(str(held).split("; ")), 0
    except SourceError as error:
        status, message, loaded = "failed", f"{error}; the old figures keep serving", 0
    else:
        loaded, left = outcome.counts["loaded"], (*outcome.failures, *outcome.held)
        status = "in part" if left else "unchanged" if outcome.status == "unchanged" else "renewed"
        message = _told(left)
    seconds = round(time.monotonic() - began, 2)
    return Renewed(name, status, _line(message), loaded, seconds, round(memory.spent(name) - spent, 6))


def _told(sentences: Sequence[str]) -> str:
    """Return the first sentences, and how many more there are: the run on record holds all."""
    if len(sentences) <= TOLD + 1:
        return "; ".join(sentences)
    first, last = sentences[:TOLD], sentences[-1]
    return "; ".join((*first, f"and {len(sentences) - TOLD - 1} more like these", last))


def _line(text: str) -> str:
    return " ".join(text.split())
