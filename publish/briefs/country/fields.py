"""Fields of science, and openness and exposure, in the briefing of a country."""

from collections.abc import Mapping
from typing import Any

from scidip.figures.text import numbers
from scidip.findings.exhibit import Exhibit, said
from scidip.findings.exhibits.cooperation import fields, openness
from scidip.findings.fields import drawn
from scidip.indicators.language.current import _
from scidip.publish.briefs.brief import Chart, Grid, Part, Series
from scidip.publish.briefs.country.subject import Country

COLOURS = {"more": "accent", "few": "rule"}
"""The colour of a bar by what the index lets one say; others are muted."""
YEARS = 12
"""Years of openness that are listed."""


def specialisation(country: Country) -> Part | None:
    """Return the relative activity in each field with its range; None without articles by field."""
    shown = fields.specialisation(country.desk, country.area, country.year)
    if shown is None:
        return None
    return Part(
        "fields",
        said(shown.finding),
        said(shown.subtitle),
        (_bars(country, shown), _table(shown)),
        (0.42, 0.58),
        country.source(*shown.series),
        country.link,
        country.notes(*map(said, shown.notes), codes=shown.series),
    )


def _bars(country: Country, shown: Exhibit) -> Chart:
    records = shown.table.records()
    alt = _("Relative activity index of {name} in each field of science; 1 is the world.")
    index = Series(
        country.name,
        tuple(r["relative_activity"] for r in records),
        colours=tuple(COLOURS.get(r["reading"], "muted") for r in records),
    )
    names = tuple(country.desk.catalogue.fields[r["field"]].label for r in records)
    axis = _("Relative activity index, 1 is the world")
    return Chart("bars", alt.format(name=country.spoken), names, (index,), axis, decimals=2)


def _table(shown: Exhibit) -> Grid:
    write = {c.key: c.write for c in shown.table.columns}
    rows = tuple(
        (
            write["field"](r["field"]),
            drawn.ranged(shown.table, r),
            write["share"](r["share"]),
            write["reading"](r["reading"]),
        )
        for r in shown.table.records()
    )
    head = (_("Field"), _("Index (90 % range)"), _("Share"), _("Reading"))
    return Grid(said(shown.table.caption), head, rows, (3.2, 1.9, 1.0, 2.0), (1, 2))


def exposure(country: Country) -> Part | None:
    """Return the volume and concentration of joint publications by year; None without enough of them."""
    shown = openness.by_year(country.desk, country.area, country.year)
    if shown is None:
        return None
    records, heads = shown.table.records(), {c.key: c for c in shown.table.columns}
    left = [r for r in reversed(records) if r["works_left"] is not None]
    rows = tuple(_year(r, heads["largest_partner"].write(r["largest_partner"])) for r in records[:YEARS])
    head = (_("Year"), *(heads[k].head for k in ("works", "effective_partners", "largest_partner", "works_left")))
    table = Grid(said(shown.table.caption), head, rows, (0.8, 1.5, 1.3, 2.0, 1.3), (1, 2, 4))
    alt = _("Share of the international works of {name} without its largest partner, by year.")
    line = Series(heads["works_left"].head, tuple(r["works_left"] for r in left), "accent")
    chart = Chart(
        "lines",
        alt.format(name=country.spoken),
        tuple(str(r["time_period"]) for r in left),
        (line,),
        _("{name}, %").format(name=heads["works_left"].head),
    )
    return Part(
        "openness",
        said(shown.finding),
        said(shown.subtitle),
        (chart, table) if left else (table,),
        (0.42, 0.58) if left else (1.0,),
        country.source(*shown.series),
        country.link,
        country.notes(*map(said, shown.notes), codes=shown.series),
    )


def _year(row: Mapping[str, Any], partner: str) -> tuple[str, ...]:
    """Return a row of the table: whole works, effective partners, the largest partner, what is left without it."""
    works, left = (numbers.fixed(_plain(row[k]), d) for k, d in (("works", 0), ("works_left", 1)))
    return (str(row["time_period"]), works, numbers.fixed(row["effective_partners"]), partner, f"{left} %")


def _plain(value: float | None) -> float:
    return float("nan") if value is None else value
