"""Environmental treaties by theme, on the page of a country."""

from dash.development.base_component import Component

from scidip.dashboard.core.context import Context
from scidip.dashboard.widgets import components
from scidip.figures.rows import each_row
from scidip.findings.exhibit import said
from scidip.findings.exhibits.cooperation import treaties
from scidip.indicators.language.current import _
from scidip.store.queries import pair_queries


def section(ctx: Context, area: str) -> Component | None:
    """Return how many treaties of each theme bind *area*, beside the median of all states; None without any."""
    shown = treaties.of_one(ctx, area)
    if shown is None:
        return None
    column = {c.key: c for c in shown.table.columns}
    keys = ("indicator", "obs_value", "median")
    rows = [[column[key].write(r[key]) for key in keys] for r in shown.table.records()]
    heads = tuple(column[key].head for key in keys)
    caption, style = said(shown.table.caption), "stack figures-table moves-table"
    table = components.data_table(caption, heads, rows, shown.table, style)
    found = ctx.query(pair_queries.sources, codes=shown.series)
    origin = _("; ").join(f"{r.source_title}, {r.vintage}, {r.licence}" for r in each_row(found))
    source = _("Sources: {sources}. Data version {version}.").format(sources=origin, version=ctx.data_version)
    footer = f"{' '.join(map(said, shown.notes))} {source}"
    return components.titled(said(shown.finding), said(shown.subtitle), table, footer, "figure-narrow")
