"""Did it change anything: accessions to science organisations, on the page of a country."""

from collections.abc import Callable

from dash.development.base_component import Component

from scidip.dashboard.core.context import Context
from scidip.dashboard.widgets import event_sections
from scidip.figures.rows import each_row
from scidip.figures.theme import Mode
from scidip.findings.exhibit import Exhibit
from scidip.findings.exhibits.cooperation import event_years, events
from scidip.indicators.language.current import _
from scidip.store.queries import pair_queries

MakeId = Callable[[str], str]


def section(ctx: Context, area: str, mode: Mode, id_: MakeId) -> list[Component]:
    """Return what followed the accessions of *area*, beside countries alike; nothing where the lists hold none."""
    shown, by_year = events.of_country(ctx, area), event_years.of_country(ctx, area)
    if shown is None:
        return []
    parts = [event_sections.together(shown, _sources(ctx, shown))]
    if by_year is not None:
        parts.append(event_sections.by_year(by_year, mode, id_("event-years"), _sources(ctx, by_year)))
    return parts


def _sources(ctx: Context, shown: Exhibit) -> str:
    found = ctx.query(pair_queries.sources, codes=shown.series)
    origin = _("; ").join(f"{r.source_title}, {r.vintage}, {r.licence}" for r in each_row(found))
    return _("Sources: {sources}. Data version {version}.").format(sources=origin, version=ctx.data_version)
