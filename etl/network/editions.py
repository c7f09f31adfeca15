"""Producers that publish each edition at an address of its own: the newest one is found by asking, newest first."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from scidip.indicators.errors import SourceRefused

if TYPE_CHECKING:
    from scidip.etl.network.snapshots import Snapshot


def years_back(how_many: int) -> Iterator[int]:
    """Yield this year (UTC) and those before it, newest first."""
    this = datetime.now(UTC).year
    yield from range(this, this - how_many, -1)


def newest_edition(
    source: str, addresses: Iterable[str], ask: Callable[[str], "Snapshot"], otherwise: str
) -> "Snapshot":
    """Return the answer of the first of *addresses* that has one.

    An address without a file is that of an edition that is not out yet. Raises SourceRefused with the remedy
    *otherwise* when none has one, and whatever *ask* raises for a service that does not answer at all.
    """
    refused: list[SourceRefused] = []
    for address in addresses:
        try:
            return ask(address)
        except SourceRefused as error:
            refused.append(error)
    last = str(refused[-1]).removeprefix(f"{source}: ") if refused else "no address is known"
    raise SourceRefused(source, f"no edition is at one of its {len(refused)} usual addresses ({last}); {otherwise}")
