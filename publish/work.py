"""A file that is dear to make: what it depends on and how it is made, for whoever serves it to arrange."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal

from scidip.store.table_rows import Chosen

Lane = Literal["tables", "drawing"]
EXTENSION: Final = "scidip-dear"
"""Under which a server holds what answers with a `Work`."""


@dataclass(frozen=True)
class Work:
    """A dear file. `key` is all that it depends on beside figures, language and day."""

    lane: Lane
    key: tuple[Any, ...]
    mimetype: str
    name: str
    """Its name on the visitor's disk."""
    make: Callable[[], Iterable[bytes]]


FEW: Final = 5
"""Codes of a column up to which a table is small."""
_SMALL: Final = {
    "observations": (("indicator",), ("ref_area",)),
    "pairs": (("indicator", "ref_area"), ("ref_area", "counterpart_area")),
    "scores": (("node",), ("ref_area",)),
    "stages": (("indicator",), ("ref_area",)),
}
"""Columns of which a few codes make a table small, by table."""


def is_small(name: str, chosen: Chosen) -> bool:
    """Return whether the chosen rows of a table are few enough to be streamed to whoever asks."""
    return any(all(0 < len(chosen.values.get(column, ())) <= FEW for column in columns) for columns in _SMALL[name])


def key_of(chosen: Chosen) -> tuple[Any, ...]:
    """Return what tells one choice of rows from another, however it was asked for."""
    values = sorted((column, sorted(map(str, codes))) for column, codes in chosen.values.items())
    return (*map(repr, values), chosen.first, chosen.last)
