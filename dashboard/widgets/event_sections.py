"""What followed dated events, as sections: all of them in a table, and year by year around zero."""

from dash import html
from dash.development.base_component import Component

from scidip.dashboard.widgets import components
from scidip.figures.cooperation import gaps
from scidip.figures.theme import Mode
from scidip.findings.events import words
from scidip.findings.exhibit import Exhibit, said
from scidip.findings.exhibits.cooperation import event_years, events
from scidip.indicators.language.current import _


def together(shown: Exhibit, sources: str) -> Component:
    """Return the events of a country or a pair in a table, with the finding as the title."""
    heads, rows = events.read(shown)
    table = components.data_table(
        said(shown.table.caption), heads, rows, shown.table, "stack figures-table events-table"
    )
    lead, notes = shown.notes[:1], shown.notes[1:]
    body = [*(html.P(said(one)) for one in lead), table]
    title = f"{_(words.TITLE)} {said(shown.finding)}"
    return components.titled(title, said(shown.subtitle), body, " ".join([*map(said, notes), sources]))


def by_year(shown: Exhibit, mode: Mode, id_: str, sources: str) -> Component:
    """Return the difference by year from the event as a chart, with its folded table."""
    heads, rows = event_years.read(shown)
    title = said(shown.finding)
    label = _("{title}. The table below holds the figures.").format(title=title)
    table = components.as_table(_("The figures as a table"), said(shown.table.caption), heads, rows, shown.table)
    body = [components.graph(id_, gaps.chart(event_years.drawn(shown), mode), label), table]
    return components.titled(title, said(shown.subtitle), body, " ".join([*map(said, shown.notes), sources]))
