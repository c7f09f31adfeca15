"""A shape of file that nobody thought of is told as a sentence, like those that were."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from scidip.etl.network.snapshots import Snapshot
from scidip.indicators.errors import SourceChanged

UNFORESEEN: Final = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError, csv.Error)
"""What reading a file can raise that is built as no reader expects."""


@contextmanager
def told(source: str, snapshots: Sequence[Snapshot]) -> Iterator[None]:
    """Raise SourceChanged in the place of whatever reading *snapshots* raises unforeseen.

    The trace stays with the error (`scidip --debug`).
    """
    try:
        yield
    except UNFORESEEN as error:
        why = " ".join(str(error).split())[:200]
        advice = (
            "give the files one by one to see which it is"
            if len(snapshots) > 1
            else "compare its first lines with the shapes in docs/sources.md"
        )
        raise SourceChanged(
            source,
            f"it is built in a way that is not known ({type(error).__name__}: {why}); {advice}",
            file=", ".join(s.name for s in snapshots[:3]),
        ) from error
