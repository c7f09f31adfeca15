"""What a source is: a description, and how to fetch and read the producer's files."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np
import pandas as pd

from indicators.catalogue import SourceSpec
from indicators.errors import SourceChanged
from indicators.vocabulary import NOT_APPLICABLE, RAW_COLUMNS

if TYPE_CHECKING:
    from etl.http import HttpClient


@dataclass(frozen=True)
class Snapshot:
    """A producer's file as it arrived: its bytes, name, where it came from and when.

    `retrieved` is an ISO date or the empty string when it is not known.
    """

    name: str
    content: bytes
    url: str = ""
    retrieved: str = ""

    @cached_property
    def sha256(self) -> str:
        """The digest that names the bytes."""
        return hashlib.sha256(self.content).hexdigest()


class Source(Protocol):
    """A producer. `fetch` touches the network and understands nothing; `parse` the reverse."""

    spec: SourceSpec
    files: tuple[str, ...]
    """Glob patterns of the producer's files below a folder of downloads."""

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot]:
        """Yield the files of *series* from the producer's live service."""
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


@runtime_checkable
class StatesOrigins(Protocol):
    """A source whose files state title, vintage and licence for each indicator themselves."""

    def origins(self, snapshots: Sequence[Snapshot]) -> pd.DataFrame:
        """Return indicator, title, vintage and licence, one row per indicator."""
        ...


def raw_frame(**columns: Any) -> pd.DataFrame:
    """Return a raw frame from arrays or scalars by column name; absent columns get their default.

    Defaults: `source_counterpart` not applicable, `obs_status` "A", `file` 0.
    """
    defaults: dict[str, Any] = {"source_counterpart": NOT_APPLICABLE, "obs_status": "A", "file": 0}
    length = max(len(v) for v in columns.values() if not np.isscalar(v))
    given = {name: columns.get(name, defaults.get(name)) for name in RAW_COLUMNS}
    return pd.DataFrame(
        {k: pd.Series([v] * length) if np.isscalar(v) else v for k, v in given.items()}
    )


def concat_raw(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the raw frames below one another; of none, an empty raw frame."""
    if not frames:
        return pd.DataFrame({name: [] for name in RAW_COLUMNS})
    return pd.concat(frames, ignore_index=True)[list(RAW_COLUMNS)]


def text_of(source: str, snapshot: Snapshot, encoding: str = "utf-8-sig") -> str:
    """Return the text of a file that should be plain text; refuse an empty file or a web page.

    Raises SourceChanged with the remedy.
    """
    if not snapshot.content.strip():
        raise SourceChanged(source, "the file is empty; download it again", file=snapshot.name)
    head = snapshot.content[:512].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith((b"<!doctype html", b"<html")):
        raise SourceChanged(
            source,
            "this is a web page, not data (an error page saved as a file?); download it again",
            file=snapshot.name,
            row=1,
        )
    try:
        return snapshot.content.decode(encoding)
    except UnicodeDecodeError as error:
        row = snapshot.content[: error.start].count(b"\n") + 1
        raise SourceChanged(
            source,
            f"the text is not {encoding}; save it as {encoding} or download it again",
            file=snapshot.name,
            row=row,
        ) from error


def require_columns(
    source: str, snapshot: Snapshot, found: Sequence[str], wanted: Sequence[str], row: int = 1
) -> None:
    """Raise SourceChanged unless every *wanted* column is among those *found* in the header at *row*."""
    missing = [c for c in wanted if c not in found]
    if missing:
        shown = ", ".join(map(str, list(found)[:8]))
        raise SourceChanged(
            source,
            f"the column {', '.join(missing)} is missing; found {shown}; "
            "use the producer's original file or update the job",
            file=snapshot.name,
            row=row,
        )
