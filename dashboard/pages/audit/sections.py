"""The sections of the audit: each an exhibit as a table, two of them with a chart."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import country, link
from scidip.dashboard.widgets import components
from scidip.figures import audits
from scidip.figures.text import sentences
from scidip.figures.theme import Mode
from scidip.findings.audit.exhibits import EXHIBITS
from scidip.findings.audit.index_audit import IndexAudit
from scidip.findings.audit.shown import cells
from scidip.findings.exhibit import Exhibit, Table, Value, said
from scidip.indicators.language.current import _

LONG = 20
"""Rows above which a table is folded under its words."""
ENDS = 10
"""Countries named at each end of what income predicts."""
SHOWN = 8
"""Indicators drawn at each end of the balance of weights."""
MakeId = Callable[[str], str]


def all_of(ctx: Context, audit: IndexAudit, mode: Mode, make: MakeId) -> list[Component]:
    """Return the sections in the order of the exhibits."""
    charts = {"balance": _balance, "income": _income}
    found: list[Component] = []
    for key, exhibit in EXHIBITS.items():
        shown = exhibit(ctx, audit)
        body = charts[key](ctx, audit, shown, mode, make) if key in charts else []
        found.append(_section(ctx, audit, shown, body))
    return found


def _section(ctx: Context, audit: IndexAudit, shown: Exhibit, chart: Sequence[Component]) -> Component:
    title = _("What was found, by rule") if shown.key == "audit_weak_points" else said(shown.finding)
    footer = [part for note in shown.notes for part in (said(note), " ")]
    return components.titled(
        sentences.opening(title),
        f"{said(shown.subtitle)}.",
        [*chart, _table(ctx, shown.table, audit.year)],
        [*footer, *components.score_footer(ctx, audit.year)],
        "audit-section",
    )


def _table(ctx: Context, table: Table, year: int) -> Component:
    """Return the table of an exhibit; a long one folded."""
    caption = said(table.caption)
    heads, rows = _rows(ctx, table, table.records(), year)
    if len(rows) > LONG:
        words = _("All {n} rows: {table}").format(n=len(rows), table=caption)
        return components.as_table(words, caption, heads, rows, table)
    return components.data_table(caption, heads, rows, table, "stack")


def _rows(
    ctx: Context, table: Table, records: Sequence[Mapping[str, Value]], year: int
) -> tuple[Sequence[str], list[list[Any]]]:
    """Return heads and rows as they are read; areas and indicators are links."""
    read = cells(table, records)
    rows: list[list[Any]] = []
    for record, texts in zip(records, read.rows, strict=True):
        row: list[Any] = list(texts)
        for place, column in enumerate(read.columns):
            code = record[column.key]
            if column.key == "ref_area":
                row[place] = country(code, texts[place], year)
            elif column.key in ("indicator", "element") and code in ctx.catalogue.indicators:
                row[place] = link(texts[place], f"/indicator?indicator={code}")
        rows.append(row)
    return read.heads, rows


def _balance(ctx: Context, audit: IndexAudit, shown: Exhibit, mode: Mode, make: MakeId) -> list[Component]:
    """Return the indicators at both ends as bars: the weight carried, a tick at the weight meant."""
    records = pd.DataFrame(shown.table.records())
    ends = pd.concat([records.head(SHOWN), records.iloc[SHOWN:].tail(SHOWN)])
    framework = ctx.catalogue.framework
    factor = {i: f.code for f in framework.level("factor") for d in framework.children(f.code) for i in d.indicators}
    frame = ends.assign(
        name=[ctx.catalogue.indicators[i].name for i in ends["indicator"]], factor=ends["indicator"].map(factor)
    )
    words = _("The {n} indicators that carry least and the {n} that carry most of the weight they are meant to carry")
    label = words.format(n=SHOWN)
    note = _("Bar: weight carried; tick: weight meant; shares of the index")
    chart = components.graph(make("balance"), audits.weights(frame, mode), f"{label}. {note}.")
    return [html.H3(label, className="panel-title"), html.P(note, className="muted"), chart]


def _income(ctx: Context, audit: IndexAudit, shown: Exhibit, mode: Mode, make: MakeId) -> list[Component]:
    """Return scores against income, and the countries furthest above and below what it predicts."""
    frame = audit.income.frame
    ends = [*frame["ref_area"].head(ENDS), *frame["ref_area"].tail(ENDS)]
    label = _(
        "Scores against GDP per head of {n} countries, with the curve of what income predicts. The tables hold them."
    )
    chart = components.graph(make("income"), audits.income(frame, mode, set(ends)), label.format(n=len(frame)))
    records = shown.table.records()
    sides = (
        (_("Furthest above what income predicts"), records[:ENDS]),
        (_("Furthest below what income predicts"), records[::-1][:ENDS]),
    )
    lists = [_side(ctx, shown.table, words, chosen, audit.year) for words, chosen in sides]
    return [chart, html.Div(lists, className="two-columns")]


def _side(ctx: Context, table: Table, words: str, chosen: Sequence[Mapping[str, Value]], year: int) -> Component:
    heads, rows = _rows(ctx, table, chosen, year)
    keys = [c.key for c in cells(table, []).columns]
    kept = [keys.index(k) for k in ("ref_area", "beyond", "gdp_period", "rank")]
    held = Table(words, table.columns, tuple(tuple(r.values()) for r in chosen))
    short = [[row[k] for k in kept] for row in rows]
    return html.Div(components.data_table(words, [heads[k] for k in kept], short, held, "figures-table audit-ends"))
