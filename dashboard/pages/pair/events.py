"""Did it change anything: agreements of two countries, on the page of a pair."""

from collections.abc import Callable

from dash import html
from dash.development.base_component import Component

from scidip.dashboard.widgets import event_sections
from scidip.figures.theme import Mode
from scidip.findings import pair_sentences
from scidip.findings.exhibits.cooperation import event_years, events
from scidip.findings.pair import PairView


def section(pair: PairView, mode: Mode, id_: Callable[[str], str]) -> Component | None:
    """Return what followed the agreements of both, beside pairs alike; None where the list holds none."""
    shown, by_year = events.of_pair(pair), event_years.of_pair(pair)
    if shown is None:
        return None
    parts = [event_sections.together(shown, pair_sentences.sources(pair, *shown.series))]
    if by_year is not None:
        sources = pair_sentences.sources(pair, *by_year.series)
        parts.append(event_sections.by_year(by_year, mode, id_("event-years"), sources))
    return html.Div(parts, id="events")
