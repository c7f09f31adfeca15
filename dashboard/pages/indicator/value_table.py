"""The values of an indicator by country as a table: each with its own year, how it is known and its origin."""

from collections.abc import Collection
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from scidip.dashboard.core.component_tree import holding
from scidip.dashboard.core.fast_html import Element, aria, bar, country, el, mark, num
from scidip.dashboard.widgets.indicator_table import status
from scidip.dashboard.widgets.quantity import Quantity
from scidip.figures.rows import each_row
from scidip.figures.text import numbers
from scidip.findings.exhibit import said
from scidip.findings.exhibits import indicator as indicator_exhibits
from scidip.indicators.language.current import N_, _, sorting
from scidip.indicators.vocabulary import DEFAULT_INDEX

SHORT = (N_("Country"), N_("Value"), N_("Year"))
FULL = (N_("How it is known"), N_("Score 0–100"), N_("Source, vintage, licence"))


def value_table(
    quantity: Quantity, frame: pd.DataFrame, year: int, full: bool, chosen: Collection[str] = ()
) -> Component:
    """Return the values of *frame* (of `Quantity.values`), highest first, then the areas without one."""
    heads = (*SHORT, *(FULL if full else ()))
    known, rest = frame[frame["is_ranked"].astype(bool)], frame[~frame["is_ranked"].astype(bool)]
    top = float(known["score"].abs().max()) if len(known) else 0.0
    lines = [_row(quantity, r, top, year, full, r.ref_area in chosen) for r in each_row(known)]
    if len(rest):
        words = _("No figure that can stand for {year} ({n})").format(year=year, n=len(rest))
        lines.append(el("Tr", el("Td", words, colSpan=len(heads)), className="apart-head"))
        lines += [_missing(r, len(heads)) for r in each_row(rest.sort_values("name", key=lambda c: c.map(sorting)))]
    values = indicator_exhibits.figures(quantity.ctx, quantity.code, frame, year, full)
    caption = said(values.caption)
    table = html.Table(
        [
            html.Caption(caption),
            html.Thead(html.Tr([html.Th(_(h), scope="col", className=_kind(h)) for h in heads])),
            html.Tbody(lines),
        ],
        className="table ranking values" + (" values-full" if full else ""),
    )
    return html.Div(
        holding(table, values),
        className="ranking-frame",
        tabIndex=0,
        role="region",
        **aria(label=caption),
        style={"--node": f"var(--{quantity.factor if quantity.factor != DEFAULT_INDEX else 'ink'})"},
    )


def _kind(head: str) -> str:
    return "num" if head in ("Value", "Year", "Score 0–100") else ""


def _row(quantity: Quantity, row: Any, top: float, year: int, full: bool, is_chosen: bool) -> Element:
    share = 100 * abs(row.score) / top if top else 0.0
    cells = [
        el("Th", country(row.ref_area, row.name), scope="row"),
        num(_cell(quantity, row.score, share), "value-cell", **{"data-label": _("Value")}),
        num([f"{row.time_period:.0f}", *([] if full else [" ", *status(row, year)[:1]])], "year"),
    ]
    if full:
        cells += [
            el("Td", status(row, year), className="status"),
            num(numbers.score(row.normalised), **{"data-label": _("Score")}),
            el("Td", _origin(row), className="origin"),
        ]
    kind = "is-selected" if is_chosen else None
    return el("Tr", cells, className=kind, **{"data-area": row.ref_area})


def _cell(quantity: Quantity, value: float, share: float) -> list[Any]:
    return [el("Span", quantity.write(value)), bar(share)]


def _origin(row: Any) -> str:
    parts = (row.source_title, row.vintage, row.licence)
    known = [str(p) for p in parts if isinstance(p, str) and p]
    return ", ".join(known) or _("counted by scidip from complete lists")


def _missing(row: Any, columns: int) -> Element:
    words = (
        _("last figure {year}, too old").format(year=f"{row.time_period:.0f}")
        if numbers.known(row.time_period)
        else _(numbers.NOTHING)
    )
    said = [mark("missing"), words]
    return el(
        "Tr",
        [
            el("Th", country(row.ref_area, row.name), scope="row"),
            el("Td", said, colSpan=columns - 1, className="reason"),
        ],
        className="apart",
    )
