"""The choice of year, the newest edition among them, and of which years its figures are."""

from collections.abc import Sequence

import dash_mantine_components as dmc
import flask
from dash import html
from dash.development.base_component import Component

from scidip.dashboard.core.context import Context, current
from scidip.dashboard.widgets import components
from scidip.dashboard.widgets.ranking_table import share
from scidip.indicators.language.current import _
from scidip.indicators.vocabulary import EDITION, oldest_current
from scidip.store.queries import edition_queries


def name_of(year: int) -> str:
    """Return a year as it is chosen: the edition by its name; an index of one's own has none."""
    is_edition = year == EDITION and not (flask.has_app_context() and current().own is not None)
    return _("Edition {year}").format(year=year) if is_edition else str(year)


def year_select(id_: str, years: Sequence[int], chosen: int) -> Component:
    """Return the choice of year, newest first."""
    chooser: Component = dmc.Select(
        id=id_,
        label=_("Year"),
        value=str(chosen),
        data=[{"value": str(y), "label": name_of(y)} for y in reversed(years)],
        allowDeselect=False,
        className="control control-year",
        size="md",
        comboboxProps=components.WHEN_OPENED,
        checkIconPosition="right",
    )
    return chooser


def edition_note(ctx: Context, year: int) -> list[Component]:
    """Return the line on the years of an edition's figures; nothing for any other year."""
    if year != EDITION or ctx.own is not None:
        return []
    own = ctx.query(edition_queries.own_years, year=year, codes=ctx.catalogue.framework.leaves)
    words = _(
        "Edition {edition}: the latest figure of each series, of {first} to {last}, half of them of {median} or later; "
        "{share} are older than {current}."
    ).format(
        edition=year,
        first=own.first,
        last=own.last,
        median=own.median,
        share=share(own.older),
        current=oldest_current(year),
    )
    return [html.P(words, className="edition-note muted")]
