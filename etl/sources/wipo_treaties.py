"""WIPO lists of contracting parties: the Patent Cooperation Treaty and the Madrid system.

The PCT list has no header: code, name and date, with tabs between. Dates are "24-Jan-78" or
"29 March 1978"; names and years carry the digits of footnotes ("United Kingdom7", "29 March
197810", "United States of America11, 12") and blanks that do not break. The Madrid list has a
date for the Agreement and one for the Protocol, in words, sometimes two for a state that left and
came back; the first of all is when the state first belonged. Unions of states (European Union,
OAPI) are declared exclusions.
"""

import csv
import io
import re
from collections.abc import Sequence
from typing import Final

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.lists import read_list, tally
from scidip.etl.source import ByHand, concat_raw, text_of
from scidip.indicators.errors import SourceChanged
from scidip.indicators.model.source import SourceSpec

ID: Final = "wipo_treaties"
SPEC: Final = SourceSpec(
    id=ID,
    kind="official",
    title="WIPO treaties",
    publisher="World Intellectual Property Organization",
    homepage="https://www.wipo.int/treaties/en/",
    licence="Terms of the site, with attribution",
    licence_url="https://www.wipo.int/tools/en/disclaim.html",
    citation="WIPO, contracting parties of the PCT and of the Madrid system, 2020",
    cadence="irregular",
    area_scheme="name",
    redistributable=False,
    where_to_get="See the lists of contracting parties at https://www.wipo.int/treaties/en/",
    months=12,
    by_hand=(
        "open https://www.wipo.int/treaties/en/, choose the PCT and its contracting parties, and copy the table "
        "into a text file with tabs between code, name and date (29 March 1978), without a header; do the same "
        "for the Madrid system as a CSV with the header party,madrid_agreement,madrid_protocol; pass both with "
        "--file"
    ),
)

PCT: Final = "pct"
MADRID: Final = "madrid"
MADRID_COLUMNS: Final = ("party", "madrid_agreement", "madrid_protocol")
SHORT_DATE: Final = re.compile(r"\d{1,2}-[A-Z][a-z]{2}-(\d{2})")
LONG_YEAR: Final = re.compile(r"[A-Za-z,]\s+(?:\d{1,2},?\s+)?(1[89]\d\d|20\d\d)[\d,]{0,3}(?:\s|$)")
OLDEST_SHORT: Final = 78
"""Two digits from here on are of the last century: the PCT has parties since 1978."""


class WipoTreaties(ByHand):
    """A 1 in the year a country first became a party; a complete list: no row means none."""

    spec = SPEC
    files: tuple[str, ...] = ("treaties-wipo/pct_*.tsv", "treaties-wipo/madrid_*.csv")

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the year of the newest accession in the file."""
        years = [y for y in _parties(snapshot)["year"] if str(y).isdecimal()]
        return max(years, default="")

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the accessions of each treaty from its file (of two, the newer)."""
        best: dict[str, tuple[str, int, pd.DataFrame]] = {}
        for file, snapshot in enumerate(snapshots):
            kind = _kind(snapshot)
            found = (self.vintage(snapshot), file, _parties(snapshot))
            if kind not in best or found[0] > best[kind][0]:
                best[kind] = found
        return concat_raw(
            [
                tally(code, best[code][2], area="party", period="year", file=best[code][1])
                for code in (PCT, MADRID)
                if code in series and code in best
            ]
        )


def _kind(snapshot: Snapshot) -> str:
    first = text_of(ID, snapshot).split("\n", 1)[0]
    if re.match(r"[A-Z]{2}\t[^\t]+\t", first):
        return PCT
    if set(MADRID_COLUMNS) & set(first.strip().split(",")):
        return MADRID
    raise SourceChanged(
        ID,
        f"the first line {first[:60].strip()!r} is neither a PCT record (code, name, date between "
        f"tabs) nor the Madrid header ({','.join(MADRID_COLUMNS)})",
        file=snapshot.name,
        row=1,
    )


def _parties(snapshot: Snapshot) -> pd.DataFrame:
    """Return party and year of accession, indexed by line; a date that is none stays as it is."""
    if _kind(snapshot) == MADRID:
        table = read_list(ID, snapshot, MADRID_COLUMNS)
        dates = table["madrid_agreement"] + " " + table["madrid_protocol"]
        table = table.assign(date=dates)
    else:
        table = _without_header(snapshot)
    return pd.DataFrame(
        {"party": table["party"].map(_without_footnotes), "year": table["date"].map(_year)}, index=table.index
    )


def _without_header(snapshot: Snapshot) -> pd.DataFrame:
    text = text_of(ID, snapshot)
    records = list(csv.reader(io.StringIO(text), delimiter="\t"))
    for line, cells in enumerate(records, 1):
        if cells and len(cells) != 3:
            raise SourceChanged(
                ID,
                f"the record has {len(cells)} cells instead of code, name and date; copy the list again",
                file=snapshot.name,
                row=line,
            )
    kept = {line: cells[1:] for line, cells in enumerate(records, 1) if cells}
    return pd.DataFrame.from_dict(kept, orient="index", columns=["party", "date"])


def _without_footnotes(name: str) -> str:
    return re.sub(r"[\d,\s]+$", "", name.replace("\u00a0", " ")).strip()


def _year(date: str) -> str:
    """Return the earliest year in a text of one or more dates."""
    text = date.replace("\u00a0", " ").strip()
    if match := SHORT_DATE.fullmatch(text):
        return f"{'19' if int(match[1]) >= OLDEST_SHORT else '20'}{match[1]}"
    return min(LONG_YEAR.findall(text), default=text or "no date")


SOURCE = WipoTreaties()
