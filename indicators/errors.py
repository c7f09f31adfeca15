"""Everything that can go wrong, as a tree.

ScidipError
├── CatalogueError        the catalogue in data/ has faults (all of them are listed)
├── AgencyError           the file of an agency has faults (all of them are listed)
├── SourceError           a producer's file or service
│   ├── SourceUnavailable it cannot be reached or is not there
│   │   └── SourceRefused it answers, but does not give this one thing (a series that was withdrawn)
│   │       └── BudgetSpent nothing more is asked today: what it may charge a day is spent
│   └── SourceChanged     it is there but not in the shape we know
├── DataError             figures that cannot be used (the first rows are shown)
├── InputFaults           the tables of a user's own index have faults (all of them are listed)
├── MethodError           a method was asked for something it cannot do
└── StoreError            the database
    ├── SchemaMismatch    it was made by another version
    ├── RunInProgress     another process is writing
    ├── DatabaseBusy      another program holds it locked
    ├── DatabaseReplaced  another file was put in its place while others have the old one open
    ├── NotWritable       it is for reading only
    ├── UnknownVersion    the version asked for is not kept
    └── RunHeld           new figures wait for a human to accept them
"""

from collections.abc import Sequence

import pandas as pd


class ScidipError(Exception):
    """Base of all errors that are told to the user as a sentence, without a trace."""


class CatalogueError(ScidipError):
    """The catalogue has faults; nothing starts until they are mended."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        lines = "\n".join(f"  - {fault}" for fault in self.faults)
        super().__init__(f"The catalogue has {len(self.faults)} fault(s):\n{lines}")


class AgencyError(ScidipError):
    """The file of an agency has faults; nothing starts until they are mended."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        lines = "\n".join(f"  - {fault}" for fault in self.faults)
        what = "fault" if len(self.faults) == 1 else "faults"
        super().__init__(f"The agency's file has {len(self.faults)} {what}; nothing was started or changed:\n{lines}")


class SourceError(ScidipError):
    """A producer's file or service cannot be used. Says which file, where in it, and the remedy."""

    def __init__(self, source: str, message: str, *, file: str = "", row: int | None = None) -> None:
        self.source, self.file, self.row = source, file, row
        where = f"{file}, row {row}" if file and row is not None else file
        super().__init__(": ".join(part for part in (source, where, message) if part))


class SourceUnavailable(SourceError):
    """The file or service is not there or does not answer."""


class SourceRefused(SourceUnavailable):
    """The service answers, but not with what was asked for; asked for something else, it may."""


class BudgetSpent(SourceRefused):
    """What a service may charge a day is spent, so that it was not asked. `left` are the requests still to be made."""

    def __init__(self, source: str, spent: float, budget: float, left: int = 0) -> None:
        self.spent, self.budget, self.left = spent, budget, left
        also = f"; about {left:,} requests are left" if left else ""
        super().__init__(
            source,
            f"its budget of the day is spent ({spent:.4f} of {budget:g} US dollars); what was answered is kept, "
            f"so run it again tomorrow, or raise the budget in the settings{also}",
        )


class SourceChanged(SourceError):
    """The file is not in the shape that the producer documents and this job reads."""


class DataError(ScidipError):
    """Figures break a rule of the observation table. Shows the first five offending rows."""

    def __init__(self, message: str, rows: pd.DataFrame | None = None) -> None:
        self.rows = rows
        shown = "" if rows is None or rows.empty else f"\n{rows.head(5).to_string(index=False)}"
        super().__init__(message + shown)


class InputFaults(ScidipError):
    """What the user brought cannot be scored; each fault says where it is and what to do."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        lines = "\n".join(f"  - {fault}" for fault in self.faults)
        what = "fault" if len(self.faults) == 1 else "faults"
        super().__init__(f"{len(self.faults)} {what} in the input; nothing was written:\n{lines}")


class MethodError(ScidipError):
    """A method was given what it cannot work with; the message says what to do instead."""


class StoreError(ScidipError):
    """The database cannot do what was asked."""


class SchemaMismatch(StoreError):
    """The database was made by another version of scidip."""


class RunInProgress(StoreError):
    """Another process is writing the database."""


class DatabaseBusy(StoreError):
    """Another program holds the database locked for longer than we wait."""


class DatabaseReplaced(StoreError):
    """Another file was put in the database's place while others have the old one open."""


class NotWritable(StoreError):
    """The database is for reading only."""


class UnknownVersion(StoreError):
    """The version asked for is not kept: it never was, or is older than those that are."""

    def __init__(self, version: str) -> None:
        self.version = version
        shown = version if len(version) <= 40 else f"{version[:39]}…"
        super().__init__(
            f"the version {shown!r} is not kept here: the last ten are, and those with a name; see `scidip versions`"
        )


class RunHeld(StoreError):
    """The new figures differ too much from those that are served; a human must accept them."""
