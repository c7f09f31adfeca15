"""Who does more than its income predicts: a second reading, for the front page."""

from dash import dcc, html
from dash.development.base_component import Component

from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import country
from scidip.dashboard.widgets import components, save_menu
from scidip.findings.audit.income import income_of
from scidip.findings.audit.income_exhibits import front
from scidip.findings.audit.shown import cells
from scidip.findings.exhibit import said
from scidip.indicators.language.current import _

READ = ("ref_area", "beyond", "rank", "gdp_period")
"""Columns of the table on the front page; all are in what is saved of it."""


def section(ctx: Context, year: int) -> list[Component]:
    """Return the first countries above what their GDP per head predicts; nothing where nobody has both figures."""
    found = income_of(ctx, year)
    if not found.areas:
        return []
    shown = front(ctx, year, found)
    read, records = cells(shown.table), shown.table.records()
    places = [[c.key for c in read.columns].index(key) for key in READ]
    rows = [
        [country(record["ref_area"], texts[places[0]], year), *(texts[k] for k in places[1:])]
        for record, texts in zip(records, read.rows, strict=True)
    ]
    caption = said(shown.subtitle)
    table = components.data_table(
        caption, [read.heads[k] for k in places], rows, shown.table, "figures-table audit-ends"
    )
    more = components.sentence(
        _("All {n} countries, and how far scores follow income: {page}."),
        n=str(found.areas),
        page=dcc.Link(_("Audit"), href="/audit" if year == ctx.years[-1] else f"/audit?year={year}"),
    )
    return [
        html.H2(said(shown.finding), className="figure-title"),
        html.P(f"{caption}.", className="figure-subtitle"),
        table,
        html.P([*(f"{said(note)} " for note in shown.notes), *more], className="figure-footer"),
        *save_menu.offer(table),
    ]
