"""Researchers who came and left, partner by partner, on the page of a country."""

from dash.development.base_component import Component

from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import link
from scidip.dashboard.widgets import components
from scidip.figures.rows import each_row
from scidip.figures.text import numbers
from scidip.findings.exhibit import Column, said
from scidip.findings.exhibits.cooperation.country_moves import country_moves
from scidip.indicators.language.current import _
from scidip.store.queries import pair_queries

SHOWN = ("arrived", "left", "net", "net_rate", "net_openalex")


def section(ctx: Context, area: str, year: int) -> Component | None:
    """Return the largest sources and destinations of researchers, each a link to the pair; None without any."""
    shown = country_moves(ctx, area, year)
    if shown is None:
        return None
    column = {c.key: c for c in shown.table.columns}
    rows = [
        [
            link(column["counterpart_area"].write(r["counterpart_area"]), f"/pair?a={area}&b={r['counterpart_area']}"),
            *(_written(column[key], r[key]) for key in SHOWN),
        ]
        for r in shown.table.records()
    ]
    heads = (column["counterpart_area"].head, *(column[key].head for key in SHOWN))
    table = components.data_table(
        said(shown.table.caption), heads, rows, shown.table, "stack figures-table moves-table"
    )
    found = ctx.query(pair_queries.sources, codes=shown.series)
    origin = _("; ").join(f"{r.source_title}, {r.vintage}, {r.licence}" for r in each_row(found))
    source = _("Sources: {sources}. Data version {version}.").format(sources=origin, version=ctx.data_version)
    footer = f"{' '.join(map(said, shown.notes))} {source}"
    return components.titled(
        said(shown.finding),
        said(shown.subtitle),
        table,
        footer,
        full=f"/download/observations.csv?indicator=researcher_moves&area={area}",
    )


def _written(column: Column, value: float | None) -> str:
    """Return a cell without its unit, which stands above the column: researchers, or researchers per thousand."""
    if value is None:
        return "–"
    return numbers.value(value, "count") if column.unit == "people" else numbers.fixed(value, column.decimals or 0)
