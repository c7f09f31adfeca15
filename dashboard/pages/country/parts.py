"""The parts of a country's page below its beginning, in the order of a decision."""

from collections.abc import Callable

import pandas as pd
from dash.development.base_component import Component

from scidip.dashboard.core.context import Context
from scidip.dashboard.pages.country import counter_reading, events, expected, fields, figures
from scidip.figures.theme import Mode
from scidip.indicators.language.current import N_
from scidip.store.queries import served

MakeId = Callable[[str], str]
TITLES = {
    "cooperation": N_("Expected ties, openings and what would be missed"),
    "science": N_("Fields of science"),
    "openness": N_("Openness and exposure"),
    "changes": N_("What changed"),
    "events": N_("Whether an accession changed anything"),
    "against": N_("What speaks against it"),
    "figures": N_("Every figure"),
    "beside": N_("Beside the index: partners, treaties, UNESCO"),
}
"""What each is called in the list of contents, by the name that a link can end with."""
OF_AN_OWN_INDEX = ("changes", "against", "figures")
"""Those that an index of one's own has."""
DRAWN = frozenset({"science", "openness", "events"})
"""Those with charts, which are drawn anew in another theme."""


def scores(ctx: Context, area: str, year: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the scores of all years, and those of *year* by node."""
    found = ctx.query(served.area_scores, ref_area=area)
    return found, found[found["time_period"] == year].set_index("node")


def part(ctx: Context, name: str, area: str, year: int, mode: Mode, id_: MakeId) -> list[Component]:
    """Return a part of the page of *area*, by its name in TITLES; nothing where there is nothing to show."""
    if ctx.own is not None and (name not in OF_AN_OWN_INDEX or (name == "against" and not ctx.own.can_be_varied)):
        return []
    made: dict[str, Callable[[], list[Component]]] = {
        "cooperation": lambda: expected.section(ctx, area, year),
        "science": lambda: fields.section(ctx, area, year, mode, id_),
        "openness": lambda: fields.exposed(ctx, area, year, mode, id_),
        "changes": lambda: _present(counter_reading.moved(ctx, area, year, scores(ctx, area, year)[0])),
        "events": lambda: events.section(ctx, area, mode, id_),
        "against": lambda: _present(counter_reading.against(ctx, area, year, scores(ctx, area, year)[1])),
        "figures": lambda: figures.section(ctx, area, year, scores(ctx, area, year)[1]),
        "beside": lambda: figures.beside(ctx, area, year),
    }
    return made[name]()


def _present(shown: Component | None) -> list[Component]:
    return [] if shown is None else [shown]
