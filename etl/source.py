"""What a source is: a description, and how to fetch and read the producer's files."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol, runtime_checkable

import numpy as np
import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.encoding import decoded
from scidip.etl.reading.packed import unpacked
from scidip.indicators.errors import SourceChanged, SourceError, SourceRefused, SourceUnavailable
from scidip.indicators.model.source import SourceSpec
from scidip.indicators.vocabulary import NOT_APPLICABLE, RAW_COLUMNS

if TYPE_CHECKING:
    from scidip.etl.network.client import HttpClient


@dataclass(frozen=True)
class NotGiven:
    """A series that the producer's service did not give when it was asked for, and why."""

    series: str
    error: SourceError


class Source(Protocol):
    """A producer. `fetch` touches the network and understands nothing; `parse` the reverse."""

    spec: SourceSpec
    files: tuple[str, ...]
    """Glob patterns of the producer's files below a folder of downloads."""

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot | NotGiven]:
        """Yield the files of *series* from the producer's live service, and what it did not give."""
        ...

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the producer's own date or release name of this file (ISO date where it has one)."""
        ...

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the figures of *series* in these files as a raw frame.

        Columns are RAW_COLUMNS. `obs_value` may hold text where the producer wrote text: it is
        judged later, row by row. Cells the producer left empty are no rows. A file that is not
        in the known shape raises SourceChanged.
        """
        ...


class ByHand:
    """A source without a door for programs: whoever fetches it is told the steps to its file."""

    spec: SourceSpec

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot | NotGiven]:
        """Raise SourceUnavailable with the steps."""
        raise SourceUnavailable(self.spec.id, self.spec.by_hand)


@runtime_checkable
class StatesOrigins(Protocol):
    """A source whose files state title, vintage and licence for each indicator themselves."""

    def origins(self, snapshots: Sequence[Snapshot]) -> pd.DataFrame:
        """Return indicator, title, vintage and licence, one row per indicator."""
        ...


DOWN_AFTER: Final = 2
"""Series in a row that a service does not answer for; the others are not asked for then."""


def each(series: Sequence[str], ask: Callable[[str], Snapshot]) -> Iterator[Snapshot | NotGiven]:
    """Yield the answer to *ask* for each of the series: one that is not given does not stop the others.

    A service that does not answer at all is left alone after a few.
    """
    silent: list[SourceError] = []
    for code in series:
        if len(silent) >= DOWN_AFTER:
            yield NotGiven(code, silent[-1])
            continue
        try:
            answer: Snapshot | NotGiven = ask(code)
        except (SourceRefused, SourceChanged) as error:
            answer = NotGiven(code, error)
        except SourceUnavailable as error:
            silent.append(error)
            yield NotGiven(code, error)
            continue
        silent.clear()
        yield answer


def raw_frame(**columns: Any) -> pd.DataFrame:
    """Return a raw frame from arrays or scalars by column name; absent columns get their default.

    Defaults: `source_counterpart` not applicable, `obs_status` "A", `file` 0.
    """
    defaults: dict[str, Any] = {"source_counterpart": NOT_APPLICABLE, "obs_status": "A", "file": 0}
    length = max(len(v) for v in columns.values() if not np.isscalar(v))
    given = {name: columns.get(name, defaults.get(name)) for name in RAW_COLUMNS}
    return pd.DataFrame({k: pd.Series([v] * length) if np.isscalar(v) else v for k, v in given.items()})


def concat_raw(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the raw frames below one another; of none, an empty raw frame."""
    if not frames:
        return pd.DataFrame({name: [] for name in RAW_COLUMNS})
    return pd.concat(frames, ignore_index=True)[list(RAW_COLUMNS)]


def text_of(source: str, snapshot: Snapshot, encoding: str = "") -> str:
    """Return the text of a file, packed or plain; refuse an empty file, a web page or what is no text.

    Without an *encoding* the file says its own (`etl.reading.encoding`). Lines of old Macintoshes become
    lines. Raises SourceChanged with the remedy.
    """
    plain = unpacked(source, snapshot)
    if not plain.content.strip():
        raise SourceChanged(source, "the file is empty; download it again", file=plain.name)
    head = plain.content[:512].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith((b"<!doctype html", b"<html")):
        raise SourceChanged(
            source,
            "this is a web page, not data (an error page saved as a file?); download it again",
            file=plain.name,
            row=1,
        )
    text = plain.content.decode(encoding) if encoding else decoded(source, plain.name, plain.content)
    return text.replace("\r", "\n") if "\r" in text and "\n" not in text else text


def require_columns(source: str, snapshot: Snapshot, found: Sequence[str], wanted: Sequence[str], row: int = 1) -> None:
    """Raise SourceChanged unless every *wanted* column is among those *found* in the header at *row*."""
    missing = [c for c in wanted if c not in found]
    if missing:
        shown = ", ".join(map(str, list(found)[:8]))
        marks = {";": "semicolons", "\t": "tabs"}
        parted = next((n for m, n in marks.items() if len(found) == 1 and m in str(found[0])), "")
        if parted:
            raise SourceChanged(
                source,
                f"the cells are parted by {parted} ({shown[:120]}) where commas are read; save it as "
                "CSV UTF-8 (comma delimited), decimals with a point",
                file=snapshot.name,
                row=row,
            )
        raise SourceChanged(
            source,
            f"the column {', '.join(missing)} is missing; found {shown}; "
            f"give the table whose header has {', '.join(wanted)}, or name its columns so",
            file=snapshot.name,
            row=row,
        )
