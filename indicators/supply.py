"""Figures that an institution supplies of its own: what a file would bring, and what was brought, as values."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Self

SOURCE: Final = "user"
"""The source that such figures are of."""
SHOWN: Final = 500
"""Rows of a kind that a report tells one by one; of the others it tells how many they are."""


@dataclass(frozen=True)
class Taken:
    """What a file would bring of one indicator."""

    indicator: str
    rows: int
    areas: int
    first: int
    last: int
    """Years."""
    is_new: bool
    """Whether nothing of the indicator has been supplied before."""
    name: str = ""
    """What it is called by the file that declares it; "" of one of the catalogue."""
    beside: str = ""
    """Code of the catalogue's indicator that the figures would stand beside."""


@dataclass(frozen=True)
class Refused:
    """A row that would be set aside."""

    row: int
    """As a spreadsheet counts, the header being 1."""
    series: str
    area: str
    counterpart: str
    period: str
    value: str
    """As they stand in the file."""
    check: str
    """The code of the check that the row breaks."""
    message: str
    remedy: str


@dataclass(frozen=True)
class Replaced:
    """A figure that would take the place of another one. A figure without a value is None."""

    indicator: str
    ref_area: str
    counterpart_area: str
    time_period: int
    old: float | None
    new: float | None


@dataclass(frozen=True)
class Report:
    """What a file would bring, beside what serves. Nothing is written when it is made."""

    name: str
    sha256: str
    version: str
    """The data version that it was held against."""
    parsed: int
    """Filled-in rows."""
    taken: tuple[Taken, ...]
    refused: tuple[Refused, ...]
    """The first SHOWN."""
    refused_rows: int
    replaced: tuple[Replaced, ...]
    """The first SHOWN."""
    replaced_rows: int
    added: int
    """Figures where none was."""
    same: int
    """Figures that serve already as they are."""
    excluded: Mapping[str, int]
    """Reason → rows."""
    remarks: tuple[str, ...]
    """How the file was read."""
    many_refused: bool
    """Whether so many rows are refused that the figures would be held until a human accepts them."""
    held: tuple[str, ...]
    """Why they would be held otherwise, a sentence for each indicator."""

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """Return the report that `as_json` wrote."""
        parts = {
            "taken": tuple(Taken(**t) for t in plain["taken"]),
            "refused": tuple(Refused(**r) for r in plain["refused"]),
            "replaced": tuple(Replaced(**r) for r in plain["replaced"]),
            "remarks": tuple(plain["remarks"]),
            "held": tuple(plain["held"]),
        }
        return cls(**{**plain, **parts})


@dataclass(frozen=True)
class Entry:
    """A file of which figures serve, or rows wait in quarantine."""

    name: str
    sha256: str
    vintage: str
    """The day it was read."""
    indicators: tuple[str, ...]
    figures: int
    first: int
    last: int
    """Years of its figures; 0 when it has none."""
    waiting: int
    """Rows in quarantine."""
