"""Medals at the science olympiads of schools: mathematics (IMO), informatics (IOI), physics (IPhO).

One JSON document with all-time totals per country, kinds of medal by contest and their sum. There
are no years, so everything stands under the last year covered, which the file's name gives. Teams
of former states are merged into successors or missing; that is how the list was made.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from etl.source import Snapshot, concat_raw, raw_frame, text_of
from indicators.catalogue import SourceSpec
from indicators.errors import SourceChanged, SourceUnavailable

if TYPE_CHECKING:
    from etl.http import HttpClient

ID: Final = "olympiads"
SPEC: Final = SourceSpec(
    id=ID,
    kind="compiled",
    title="Science olympiads",
    publisher="Results of IMO, IOI and IPhO",
    homepage="https://www.imo-official.org",
    licence="Facts, compiled on GitHub",
    licence_url="https://github.com/FiiL123/medals",
    citation="Results of IMO, IOI and IPhO to 2025, compiled by FiiL123/medals",
    area_scheme="iso3",
)

MEDALS: Final = "medals"
CONTESTS: Final = ("IMO", "IOI", "IPhO")
KINDS: Final = ("gold", "silver", "bronze")


class Olympiads:
    """Medals of all time per country, under the last year covered; a complete list."""

    spec = SPEC
    files: tuple[str, ...] = ("olympiads/olympiad_medals_*.json",)

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot]:
        """Raise SourceUnavailable: each contest has its own pages."""
        raise SourceUnavailable(
            ID, "the totals have no live file; pass olympiad_medals_toYYYY.json with --file"
        )

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the last year covered, from the file's name."""
        found = re.search(r"to(\d{4})\.json$", snapshot.name)
        if found is None:
            raise SourceChanged(
                ID,
                "the name does not say up to which year; name the file olympiad_medals_toYYYY.json",
                file=snapshot.name,
            )
        return found[1]

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the totals of every file, each under its own year."""
        if MEDALS not in series:
            return concat_raw([])
        return concat_raw([self._totals(file, s) for file, s in enumerate(snapshots)])

    def _totals(self, file: int, snapshot: Snapshot) -> pd.DataFrame:
        rows = [(c, n, i) for i, (c, n) in enumerate(_countries(snapshot), 1)]
        codes, totals, places = zip(*rows, strict=True)
        return raw_frame(
            series=MEDALS,
            source_area=list(codes),
            time_period=int(self.vintage(snapshot)),
            obs_value=list(totals),
            file=file,
            row=list(places),
        )


def _countries(snapshot: Snapshot) -> Iterator[tuple[str, float]]:
    """Yield code and medals in order; refuse totals that are not the sum of their parts."""
    listed = _document(snapshot)
    for place, entry in enumerate(listed, 1):
        try:
            medals = entry["medals"]
            total = sum(medals[contest][kind] for contest in CONTESTS for kind in KINDS)
            stated, code = medals["combined"]["total"], str(entry["code"]).strip()
        except (KeyError, TypeError) as error:
            raise SourceChanged(
                ID,
                f"the record lacks {error}; it needs code and medals by contest and kind",
                file=snapshot.name,
                row=place,
            ) from error
        if total != stated:
            raise SourceChanged(
                ID,
                f"{code} has {total} medals by contest but {stated} in all; download it again",
                file=snapshot.name,
                row=place,
            )
        yield code, float(total)


def _document(snapshot: Snapshot) -> list[Any]:
    try:
        document = json.loads(text_of(ID, snapshot))
    except json.JSONDecodeError as error:
        raise SourceChanged(
            ID, "this is not whole JSON; download it again", file=snapshot.name, row=error.lineno
        ) from error
    listed = document.get("countries") if isinstance(document, dict) else None
    if not isinstance(listed, list) or not listed:
        raise SourceChanged(
            ID, "there is no list of countries; use olympiad_medals_toYYYY.json", file=snapshot.name
        )
    return listed


SOURCE = Olympiads()
