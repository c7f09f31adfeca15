"""Environmental treaties of both countries by theme, on the page of a pair."""

from dash.development.base_component import Component

from scidip.dashboard.widgets import components
from scidip.findings import pair_sentences
from scidip.findings.exhibit import said
from scidip.findings.exhibits.cooperation import treaties
from scidip.findings.pair import PairView


def section(pair: PairView) -> Component | None:
    """Return how many treaties of each theme both are party to; None where the list does not name both."""
    shown = treaties.of_two(pair)
    if shown is None:
        return None
    column = {c.key: c for c in shown.table.columns}
    keys = ("indicator", "both", "first", "second")
    rows = [[column[key].write(r[key]) for key in keys] for r in shown.table.records()]
    heads = tuple(column[key].head for key in keys)
    caption, style = said(shown.table.caption), "stack figures-table moves-table"
    table = components.data_table(caption, heads, rows, shown.table, style)
    footer = f"{' '.join(map(said, shown.notes))} {pair_sentences.sources(pair, *shown.series)}"
    return components.titled(said(shown.finding), said(shown.subtitle), table, footer, "figure-narrow")
