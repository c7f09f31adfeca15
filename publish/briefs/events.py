"""Whether dated events changed anything, in a briefing; that no effect is shown is an answer."""

from collections.abc import Callable

from scidip.findings.events import words
from scidip.findings.exhibit import Exhibit, said
from scidip.findings.exhibits.cooperation import events as exhibits
from scidip.indicators.language.current import _
from scidip.publish.briefs.brief import Block, Chart, Grid, Part, Series

Told = tuple[str, ...]
"""Caveats and counter-readings, as a part has them."""


def followed(
    shown: Exhibit | None, by_year: Exhibit | None, source: Callable[..., str], link: str, notes: Callable[..., Told]
) -> Part | None:
    """Return what followed the events, beside those alike and by year; None where the lists hold none.

    source: the line of sources of some series. notes: those of a part and what every part of the briefing is told with.
    """
    if shown is None:
        return None
    heads, rows = exhibits.read(shown)
    table = Grid(said(shown.table.caption), heads, tuple(map(tuple, rows)), (2.2, 2.4, 2.5, 2.5, 1.7), (2, 3))
    blocks: tuple[Block, ...] = (table,) if by_year is None else (_chart(by_year), table)
    told = [*shown.notes, *(() if by_year is None else (by_year.finding, *by_year.notes[1:]))]
    return Part(
        "events",
        f"{_(words.TITLE)} {said(shown.finding)}",
        said(shown.subtitle if by_year is None else by_year.subtitle),
        blocks,
        (1.0,) if by_year is None else (0.42, 0.58),
        source(*shown.series),
        link,
        notes(*map(said, told), codes=shown.series),
    )


def _chart(shown: Exhibit) -> Chart:
    """Return the difference by year from the event with the ends of its interval."""
    records = shown.table.records()
    ends = {"difference_high": _("High end, 95 %"), "difference_low": _("Low end, 95 %")}
    bounds = [Series(name, tuple(r[k] for r in records), "accent", bound=True) for k, name in ends.items()]
    line = Series(_("Beside those alike"), tuple(r["difference"] for r in records), "accent")
    return Chart(
        "lines",
        _("{title}. {subtitle}.").format(title=said(shown.finding), subtitle=said(shown.subtitle)),
        tuple(words.lag(r["years_from_event"]) for r in records),
        (line, *(b for b in bounds if any(v is not None for v in b.values))),
        _("Beside those alike, %; years from the event"),
        decimals=0,
        marked=next((i for i, r in enumerate(records) if r["years_from_event"] == 0), None),
    )
