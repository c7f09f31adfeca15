"""How each source renews, as values: by a program or by hand, when last, how new its figures are, what comes next."""

import re
from collections.abc import Mapping
from typing import Any, Final

from scidip.figures.rows import each_row
from scidip.findings.exhibit import Column, Table, coded
from scidip.findings.exhibits import columns as shared
from scidip.findings.exhibits.quality import SOURCE
from scidip.findings.session import Desk
from scidip.indicators.language.current import N_
from scidip.store.queries import source_queries

CAME_WITH: Final = "came_with"
"""Of figures that nobody has fetched or read on this copy: they are of the bundle."""
RENEWAL: Final[Mapping[str, str]] = {"live": N_("fetched by a program"), "by_hand": N_("by hand")}
STATUS: Final[Mapping[str, str]] = {
    CAME_WITH: N_("came with the program"),
    "succeeded": N_("renewed"),
    "unchanged": N_("nothing new"),
    "held": N_("held: differs too much"),
    "failed": N_("failed"),
    "running": N_("under way"),
}
"""How the last try ended."""
_DATE: Final = re.compile(r"(?P<year>(?:19|20)\d\d)(?:-(?P<month>0[1-9]|1[0-2]))?")


def renewals(desk: Desk) -> Table:
    """Return a row for each source that holds figures: how it renews, how that went, and what is to be done."""
    columns = (
        *SOURCE,
        coded("renewal", N_("How it renews"), RENEWAL),
        Column("newest_period", N_("Newest figure"), "year"),
        Column("vintage", N_("Newest vintage"), "text"),
        Column("retrieved", N_("File of"), "text"),
        Column("last_tried", N_("Last try"), "text"),
        coded("last_status", N_("How it ended"), STATUS),
        Column("last_success", N_("Last success"), "text"),
        Column("next_edition", N_("Next edition expected"), "text"),
        Column("by_hand", N_("What to do by hand"), "text"),
    )
    rows = [_row(r) for r in each_row(desk.query(source_queries.renewals)) if shared.plain(r.newest) is not None]
    return Table(N_("How each source renews"), columns, tuple(rows))


def _row(r: Any) -> tuple[Any, ...]:
    bundled = r.status == "succeeded" and not shared.plain(r.retrieved)
    return (
        r.source,
        r.title,
        "by_hand" if r.by_hand else "live",
        shared.whole(r.newest),
        shared.plain(r.vintage),
        _day(r.retrieved),
        None if bundled else _day(r.tried),
        CAME_WITH if bundled else shared.plain(r.status),
        None if bundled else _day(r.succeeded),
        next_edition(str(shared.plain(r.vintage) or ""), int(r.months)),
        r.by_hand or None,
    )


def _day(moment: Any) -> str | None:
    text = shared.plain(moment)
    return str(text)[:10] if text else None


def next_edition(vintage: str, months: int) -> str | None:
    """Return when an edition is expected *months* after *vintage*: a month, or a year where only that is known.

    The first year in the text counts. None where there is none. Of an edition known by its year alone the parts of a
    year say nothing, so that the next one is at least a year later.
    """
    found = _DATE.search(vintage)
    if not found:
        return None
    year = int(found["year"])
    if not found["month"]:
        return str(year + max(1, round(months / 12)))
    month = year * 12 + int(found["month"]) - 1 + months
    return f"{month // 12}-{month % 12 + 1:02d}"
