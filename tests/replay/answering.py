"""What a replayed producer is asked, and what it answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

JSON = "application/json"
CSV = "text/csv; charset=utf-8"
ZIP = "application/zip"


@dataclass(frozen=True)
class Asked:
    """One request: the producer's host, the path on it, its parameters and its headers (names in small letters)."""

    host: str
    path: str
    query: Mapping[str, tuple[str, ...]]
    headers: Mapping[str, str]

    def first(self, name: str, default: str = "") -> str:
        """Return a parameter, the first of several."""
        return self.query.get(name, (default,))[0]


@dataclass(frozen=True)
class Reply:
    """One answer."""

    body: bytes
    type: str = JSON
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Producer = Callable[[Asked], Reply | None]
"""Answers what is asked of its hosts; None where nothing is there (404)."""
NOT_THERE = Reply(b'{"error": "not found"}', status=404)
