"""Researchers who came to a country and who left it, in its briefing."""

from scidip.findings.exhibit import said
from scidip.findings.exhibits.cooperation.country_moves import country_moves
from scidip.publish.briefs.brief import Grid, Part
from scidip.publish.briefs.country.subject import Country

TOP = 6
"""Partners named."""
SHOWN = ("arrived", "left", "net", "net_rate", "net_openalex")


def moves(country: Country) -> Part | None:
    """Return the partners with the most moves of researchers, both ways and net; None where no move is seen."""
    desk = country.desk
    shown = country_moves(desk, country.area, country.year)
    if shown is None:
        return None
    column = {c.key: c for c in shown.table.columns}
    partner = column["counterpart_area"]
    rows = [
        (partner.write(r["counterpart_area"]), *(column[key].write(r[key]) for key in SHOWN))
        for r in shown.table.records()[:TOP]
    ]
    head = (partner.head, *(column[key].head for key in SHOWN))
    return Part(
        "moves",
        said(shown.finding),
        said(shown.subtitle),
        (Grid(said(shown.table.caption), head, tuple(rows), (2.2, 1.3, 1.3, 1.3, 1.7, 1.3), (1, 2, 3, 4, 5)),),
        (1.0,),
        country.source(*shown.series),
        country.link,
        country.notes(*map(said, shown.notes), codes=shown.series),
    )
