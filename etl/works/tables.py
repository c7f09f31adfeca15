"""What a count becomes: figures that are published, tables by field, and an account of what was read."""

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from scidip.etl.works.counting import LARGEST_TEAM, PARTS, SET_ASIDE, TOTAL, UNIT, UNKNOWN, Request
from scidip.etl.works.fields import FIELDS
from scidip.indicators.vocabulary import NOT_APPLICABLE

if TYPE_CHECKING:
    import pyarrow as pa

FIGURES: Final = ("series", "area", "partner", "year", "value", "status", "snapshot", "types")
"""Columns of the published file."""
WORKS: Final = {"whole": "works_whole", "fractional": "works_fractional"}
JOINT: Final = {"whole": "joint_whole", "fractional": "joint_fractional"}
INTERNATIONAL: Final = "international_share"
TEAM: Final = "team_size"
BY_FIELD: Final = ("area", "partner", "year", "field")


@dataclass(frozen=True)
class Account:
    """How many works were read, and what became of them; `at` is the day of the snapshot."""

    read: int
    counted: int
    set_aside: Mapping[str, int]
    without_country: int
    without_field: int
    large_teams: int

    @property
    def sentences(self) -> tuple[str, ...]:
        """The account in words: what was read is what was counted and what was set aside."""
        aside = ", ".join(f"{n:,} {SET_ASIDE[code]}" for code, n in self.set_aside.items() if n) or "none"
        return (
            f"{self.read:,} works read: {self.counted:,} counted; set aside: {aside}.",
            f"Of those counted, {self.without_country:,} have no known country, {self.without_field:,} no field, and "
            f"{self.large_teams:,} have {LARGEST_TEAM} authors or more, of whom the first {LARGEST_TEAM} are counted.",
        )


def account_of(rows: "pa.Table") -> Account:
    """Return the account of the rows of a count."""
    import pyarrow.compute as pc

    def total(area: str, measure: str = "works", field: str = "") -> int:
        chosen = pc.equal(rows["area"], area)
        if field:
            chosen = pc.and_(chosen, pc.equal(rows["field"], field))
        return int(pc.sum(rows.filter(chosen)[measure]).as_py() or 0)

    aside = {code: total(code) for code in SET_ASIDE}
    counted = total(TOTAL)
    return Account(
        counted + sum(aside.values()),
        counted,
        aside,
        total(UNKNOWN),
        total(TOTAL, field=UNKNOWN),
        total(TOTAL, "large_teams"),
    )


def totals(rows: "pa.Table") -> "pa.Table":
    """Return the counted rows with all fields added up, sorted by area, partner and year."""
    import pyarrow.compute as pc

    counted = rows.filter(pc.invert(pc.starts_with(rows["area"], "~")))
    measures = [name for name in rows.column_names if name not in BY_FIELD]
    found = counted.group_by(["area", "partner", "year"]).aggregate([(name, "sum") for name in measures])
    found = found.select(["area", "partner", "year", *(f"{name}_sum" for name in measures)])
    found = found.rename_columns(["area", "partner", "year", *measures])
    return found.sort_by([(name, "ascending") for name in ("area", "partner", "year")])


def figures(rows: "pa.Table", request: Request, snapshot: str) -> bytes:
    """Return the published figures as CSV: all fields together, countries and pairs, in the columns FIGURES.

    A share is in percent of the country's works; both it and the team size are by whole counting. A country or pair
    without a work has no row. The year of the snapshot and the one before are provisional.
    """
    text = io.StringIO()
    text.write(",".join(FIGURES) + "\n")
    after = f"{snapshot},{'+'.join(request.types)}"
    newest = int(snapshot[:4]) - 1
    for row in totals(rows).to_pylist():
        if row["area"] in (TOTAL, UNKNOWN):
            continue
        key = f"{row['area']},{'' if row['partner'] == NOT_APPLICABLE else row['partner']},{row['year']}"
        status = "P" if row["year"] >= newest else "A"
        for series, value in _values(row, request):
            text.write(f"{series},{key},{value},{status},{after}\n")
    return text.getvalue().encode()


def _values(row: Mapping[str, Any], request: Request) -> list[tuple[str, str]]:
    """Return the series of a country or of a pair with their values as text."""
    count = row["works"] if request.counting == "whole" else f"{row[PARTS] / UNIT:.6f}"
    if row["partner"] != NOT_APPLICABLE:
        return [(JOINT[request.counting], str(count))]
    return [
        (WORKS[request.counting], str(count)),
        (INTERNATIONAL, f"{100 * row['international'] / row['works']:.6f}"),
        (TEAM, f"{row['authors'] / row['works']:.6f}"),
    ]


def by_field(rows: "pa.Table", codes: tuple[str, ...]) -> "pa.Table":
    """Return the counted rows of the fields *codes* (and of none, where all are asked for), sorted by KEY."""
    import pyarrow as pa
    import pyarrow.compute as pc

    wanted = pa.array([*codes, UNKNOWN] if len(codes) == len(FIELDS) else list(codes))
    counted = pc.invert(pc.starts_with(rows["area"], "~"))
    return rows.filter(pc.and_(counted, pc.is_in(rows["field"], value_set=wanted)))


def digest(rows: "pa.Table") -> str:
    """Return the SHA-256 of the rows as CSV: equal on every engine, whatever the steps were."""
    from pyarrow import csv

    text = io.BytesIO()
    csv.write_csv(rows, text)
    return hashlib.sha256(text.getvalue()).hexdigest()
