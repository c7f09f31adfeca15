"""Openings of a country in its briefing: partners below what is expected to whom a channel is open."""

from scidip.findings.exhibit import said
from scidip.findings.exhibits.cooperation import openings as exhibits
from scidip.findings.partners import own_layer
from scidip.indicators.language.current import _
from scidip.publish.briefs.brief import Grid, Part
from scidip.publish.briefs.country.subject import Country

MOST = 5
"""Partners on a slide; the page has them all."""
SHOWN = ("counterpart_area", "obs_value", "expected", "ratio", "certainty")


def openings(country: Country) -> Part | None:
    """Return the partners farthest below what is expected; None where there are none."""
    desk = country.desk
    shown = exhibits.openings(
        desk, country.area, country.year, layer_for=lambda desk, code: own_layer(desk, code, country.area)
    )
    if shown is None:
        return None
    columns = {c.key: c for c in shown.table.columns}
    records = shown.table.records()[:MOST]
    rows = tuple(tuple(columns[key].write(r[key]) for key in SHOWN) for r in records)
    head = tuple(columns[key].head for key in SHOWN)
    table = Grid(said(shown.table.caption), head, rows, (2.6, 1.6, 1.6, 1.6, 1.4), (1, 2, 3))
    told = [_("{reason} Against it: {counter}").format(reason=r["reason"], counter=r["counter"]) for r in records]
    return Part(
        "openings",
        said(shown.finding),
        said(shown.subtitle),
        (table,),
        (1.0,),
        country.source(*shown.series),
        country.asked.link("/country", area=country.area),
        country.notes(*told, *map(said, shown.notes), codes=shown.series),
    )
