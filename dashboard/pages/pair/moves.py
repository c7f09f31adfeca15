"""Researchers who moved, on the page of a pair: by year and producer, and five years together."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from scidip.dashboard.core.fast_html import el
from scidip.dashboard.widgets import components
from scidip.figures import lines
from scidip.figures.text import numbers
from scidip.figures.theme import Mode
from scidip.findings import pair_sentences
from scidip.findings.exhibit import Exhibit, said
from scidip.findings.exhibits.cooperation import moves
from scidip.findings.pair import PairView, span
from scidip.indicators.language.current import _

MakeId = Callable[[str], str]
Record = Mapping[str, Any]
NONE = float("nan")


def section(pair: PairView, mode: Mode, make: MakeId) -> Component | None:
    """Return who moved in each direction, over time and five years together; None where no move is seen."""
    by_year, together = moves.moves(pair), moves.balance(pair)
    parts = [_by_year(pair, by_year, mode, make) if by_year else None, _together(pair, together) if together else None]
    return html.Div([p for p in parts if p], className="pair-trends") if any(parts) else None


def _by_year(pair: PairView, shown: Exhibit, mode: Mode, make: MakeId) -> Component:
    rows = shown.table.records()
    producer, value = shown.table.columns[0], shown.table.columns[-1]
    body: list[Component] = []
    for code in dict.fromkeys(r["indicator"] for r in rows):
        name = producer.write(code)
        own = [r for r in rows if r["indicator"] == code]
        label = _("Researchers who moved, {producer}. The table below holds the figures.").format(producer=name)
        figure = lines.chart(_points(pair, own, value.write), mode, pair.year)
        body += [el("H3", name, className="chart-name"), components.graph(make(code), figure, label)]
    listed = sorted(rows, key=lambda r: -r["time_period"])
    cells = [
        [f"{producer.write(r['indicator'])}, {_way(pair, r)}, {r['time_period']}", value.write(r["obs_value"])]
        for r in listed
    ]
    heads = (_("Producer, direction and year"), value.head)
    table = components.as_table(_("The figures as a table"), said(shown.table.caption), heads, cells, shown.table)
    footer = f"{_joined(shown)} {pair_sentences.sources(pair, *shown.series)}"
    return components.titled(said(shown.finding), said(shown.subtitle), [*body, table], footer)


def _points(pair: PairView, rows: Sequence[Record], write: Callable[[float], str]) -> pd.DataFrame:
    """Return the points of a chart, the first country's line first."""
    ordered = sorted(rows, key=lambda r: (r["ref_area"] != pair.a, r["time_period"]))
    return pd.DataFrame(
        [
            {
                "ref_area": _way(pair, r),
                "name": _way(pair, r),
                "time_period": r["time_period"],
                "score": r["obs_value"],
                "score_p05": NONE,
                "score_p95": NONE,
                "hollow": False,
                "text": f"{_way(pair, r)}, {r['time_period']}: {write(r['obs_value'])}",
            }
            for r in ordered
        ]
    )


def _way(pair: PairView, row: Record) -> str:
    name = pair.desk.areas.name
    return _("{a} → {b}").format(a=name(row["ref_area"]), b=name(row["counterpart_area"]))


def _joined(shown: Exhibit) -> str:
    return " ".join(map(said, shown.notes))


def _together(pair: PairView, shown: Exhibit) -> Component:
    producer, *_others = shown.table.columns
    written = {c.key: c for c in shown.table.columns}
    keys = ("moved_there", "moved_back", "net", "matched")
    heads = (_("Years and producer"), *(written[k].head for k in keys), written["direction"].head)
    rows = [
        [
            f"{span(r['first_period'], r['time_period'])}, {producer.write(r['indicator'])}",
            *(numbers.value(r[k], "count") for k in keys),
            _which(pair, r["direction"], written["direction"].write),
        ]
        for r in shown.table.records()
    ]
    table = components.data_table(
        said(shown.table.caption), heads, rows, shown.table, "stack figures-table moves-table"
    )
    footer = f"{_joined(shown)} {pair_sentences.sources(pair, *shown.series)}"
    return components.titled(said(shown.finding), said(shown.subtitle), table, footer)


def _which(pair: PairView, direction: str, write: Callable[[str], str]) -> str:
    """Return which way more, with the names of both."""
    a, b = pair.names if direction == "there" else reversed(pair.names)
    return _("{a} → {b}").format(a=a, b=b) if direction in ("there", "back") else write(direction)
