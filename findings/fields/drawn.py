"""An exhibit of fields as what a chart draws."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from scidip.figures.text import numbers
from scidip.findings.exhibit import Exhibit, Table
from scidip.findings.session import Desk

COLUMNS = ("field", "name", "place", "activity", "low", "high", "is_told", "text")
Record = Mapping[str, Any]


def dots(desk: Desk, shown: Exhibit, areas: Sequence[str]) -> pd.DataFrame:
    """Return a row for each field and area: what `figures.cooperation.fields.profile` draws."""
    places = {area: place for place, area in enumerate(areas)}
    rows = [
        (
            r["field"],
            desk.catalogue.fields[r["field"]].label,
            places[r["ref_area"]],
            *(r[c] for c in ("relative_activity", "relative_activity_p05", "relative_activity_p95")),
            r["reading"] != "few",
            _text(desk, shown.table, r, many=len(areas) > 1),
        )
        for r in shown.table.records()
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def years(desk: Desk, shown: Exhibit) -> pd.DataFrame:
    """Return a row for each field and year: what `figures.lines.chart` draws."""
    names = {c: desk.catalogue.fields[c].tag for c in {r["field"] for r in shown.table.records()}}
    return pd.DataFrame(
        [
            {
                "ref_area": r["field"],
                "name": names[r["field"]],
                "time_period": r["time_period"],
                "score": r["relative_activity"],
                "score_p05": r["relative_activity_p05"],
                "score_p95": r["relative_activity_p95"],
                "hollow": False,
                "text": f"<b>{names[r['field']]}</b>, {r['time_period']}<br>{ranged(shown.table, r)}",
            }
            for r in reversed(shown.table.records())
        ]
    )


def ranged(table: Table, row: Record) -> str:
    """Return the index of a row with its range: "2.10 (1.93–2.28)"."""
    write = {c.key: c.write for c in table.columns}
    index, low, high = (
        write[c](row[c]) for c in ("relative_activity", "relative_activity_p05", "relative_activity_p95")
    )
    return f"{index} ({numbers.span(low, high)})"


def _text(desk: Desk, table: Table, row: Record, *, many: bool) -> str:
    reading = next(c for c in table.columns if c.key == "reading").write(row["reading"])
    lead = [f"<b>{desk.catalogue.fields[row['field']].name}</b>"]
    if many:
        lead.append(desk.areas.name(row["ref_area"]))
    return "<br>".join([*lead, ranged(table, row), reading])
