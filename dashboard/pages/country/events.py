"""Did it change anything: accessions to science organisations, on the page of a country."""

from dash import html
from dash.development.base_component import Component

from scidip.dashboard.core.context import Context
from scidip.dashboard.widgets import components
from scidip.figures.rows import each_row
from scidip.findings.events import words
from scidip.findings.exhibit import said
from scidip.findings.exhibits.cooperation import events
from scidip.indicators.language.current import _
from scidip.store.queries import pair_queries


def section(ctx: Context, area: str) -> list[Component]:
    """Return what followed the accessions of *area*, beside countries alike; nothing where the lists hold none."""
    shown = events.of_country(ctx, area)
    if shown is None:
        return []
    heads, rows = events.read(shown)
    table = components.data_table(
        said(shown.table.caption), heads, rows, shown.table, "stack figures-table events-table"
    )
    found = ctx.query(pair_queries.sources, codes=shown.series)
    origin = _("; ").join(f"{r.source_title}, {r.vintage}, {r.licence}" for r in each_row(found))
    source = _("Sources: {sources}. Data version {version}.").format(sources=origin, version=ctx.data_version)
    lead, notes = shown.notes[:1], shown.notes[1:]
    body = [*(html.P(said(one)) for one in lead), table]
    title = f"{_(words.TITLE)} {said(shown.finding)}"
    return [components.titled(title, said(shown.subtitle), body, " ".join([*map(said, notes), source]))]
