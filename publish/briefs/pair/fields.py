"""Fields of science in the briefing of a pair: two profiles, and joint articles by field."""

from scidip.findings.exhibit import Exhibit, said
from scidip.findings.exhibits.cooperation import fields
from scidip.findings.fields import drawn
from scidip.findings.pair import PairView
from scidip.indicators.language.current import _
from scidip.publish.briefs.brief import Chart, Grid, Part, Series
from scidip.publish.briefs.pair.subject import Pair

Sides = dict[str, dict[str, dict[str, object]]]
"""By field and area a row of the exhibit."""


def profiles(pair: Pair) -> Part | None:
    """Return the relative activity of both in each field; None where one has no articles by field."""
    view = pair.view
    shown, joint = fields.of_pair(view), fields.joint(view)
    if shown is None:
        return None
    by_field: Sides = {}
    for row in shown.table.records():
        by_field.setdefault(row["field"], {})[row["ref_area"]] = row
    notes = [*map(said, shown.notes), *([said(joint.finding), *map(said, joint.notes)] if joint else [])]
    codes = (*shown.series, *(joint.series if joint else ()))
    return Part(
        "fields",
        said(shown.finding),
        said(shown.subtitle),
        (_bars(view, by_field), _table(view, shown, by_field)),
        (0.4, 0.6),
        pair.source(*codes),
        pair.link,
        pair.notes(*notes, codes=codes),
    )


def _bars(view: PairView, by_field: Sides) -> Chart:
    sides = tuple(
        Series(name, tuple(_number(ways[area]) for ways in by_field.values()), colour)
        for area, name, colour in zip((view.a, view.b), view.names, ("ink", "accent"), strict=True)
    )
    a, b = view.spoken
    alt = _("Relative activity index of {a} and of {b} in each field of science; 1 is the world.").format(a=a, b=b)
    names = tuple(view.desk.catalogue.fields[f].label for f in by_field)
    return Chart("bars", alt, names, sides, _("Relative activity index, 1 is the world"), decimals=2)


def _table(view: PairView, shown: Exhibit, by_field: Sides) -> Grid:
    write = {c.key: c.write for c in shown.table.columns}
    rows = tuple(
        (
            write["field"](f),
            *(drawn.ranged(shown.table, ways[area]) for area in (view.a, view.b)),
            write["meeting"](ways[view.a]["meeting"]),
        )
        for f, ways in by_field.items()
    )
    head = (_("Field"), *view.names, _("Together"))
    return Grid(said(shown.table.caption), head, rows, (2.8, 1.7, 1.7, 2.2), (1, 2))


def _number(row: dict[str, object]) -> float | None:
    value = row["relative_activity"]
    return value if isinstance(value, float) else None
