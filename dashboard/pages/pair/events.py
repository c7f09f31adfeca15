"""Did it change anything: agreements of two countries, on the page of a pair."""

from dash import html
from dash.development.base_component import Component

from scidip.dashboard.widgets import components
from scidip.findings import pair_sentences
from scidip.findings.events import words
from scidip.findings.exhibit import said
from scidip.findings.exhibits.cooperation import events
from scidip.findings.pair import PairView
from scidip.indicators.language.current import _


def section(pair: PairView) -> Component | None:
    """Return what followed the agreements of both, beside pairs alike; None where the list holds none."""
    shown = events.of_pair(pair)
    if shown is None:
        return None
    heads, rows = events.read(shown)
    table = components.data_table(
        said(shown.table.caption), heads, rows, shown.table, "stack figures-table events-table"
    )
    lead, notes = shown.notes[:1], shown.notes[1:]
    body = [*(html.P(said(one)) for one in lead), table]
    footer = " ".join([*map(said, notes), pair_sentences.sources(pair, *shown.series)])
    title = f"{_(words.TITLE)} {said(shown.finding)}"
    return html.Div(components.titled(title, said(shown.subtitle), body, footer), id="events")
