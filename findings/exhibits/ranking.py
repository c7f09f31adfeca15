"""Rankings as values: of one year, with the scores of the factors beside it, and of two years."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import pandas as pd

from scidip.figures.rankings import bands, indistinguishable
from scidip.figures.rows import each_row
from scidip.figures.text import numbers
from scidip.findings.exhibit import Column, Message, Table, area_column, coded
from scidip.findings.exhibits import columns as shared
from scidip.findings.session import Desk
from scidip.indicators.language.current import N_, sorting

CHANGES: Final[Mapping[str, str]] = {
    "no_change": N_("no change"),
    "coverage": N_("data coverage changed"),
    "others": N_("others moved, its own score did not move that way"),
    "clear": N_("clear"),
    "within_doubt": N_("within the doubt"),
}
"""What a change of rank is, as `figures.text.sentences.is_clear` says it."""
FULL_CAPTION: Final = N_("Countries by rank, each with the range of its rank, its factor scores and what they rest on")


def ranking(desk: Desk, frame: pd.DataFrame, node: str, year: int, full: bool, selected: str = "") -> Table:
    """Return a ranking (columns of `queries.ranking`): those with a rank, then those listed apart.

    With *full*, each row also has its score, coverage and share carried; without, of those listed apart only the
    *selected* one has a row.
    """
    columns = (
        shared.node_column(desk),
        shared.YEAR,
        area_column(desk.areas),
        *shared.RANGE,
        Column("overlaps_first", N_("Range overlaps with that of the first"), "flag"),
        *((*shared.SCORE, *shared.BASIS) if full else ()),
        *shared.REASON,
    )
    first = indistinguishable(frame).tolist()
    found = list(zip(each_row(frame), first, strict=True))
    names = shared.english_names(desk)
    known = [f for f in found if numbers.known(f[0].rank)]
    known.sort(key=lambda f: (f[0].rank, names[f[0].ref_area]))
    apart = [f for f in found if not numbers.known(f[0].rank)]
    listed = [*known, *(f for f in apart if full or f[0].ref_area == selected)]
    rows = [
        (
            node,
            year,
            r.ref_area,
            *shared.ranked(r),
            overlaps if numbers.known(r.rank) else None,
            *((*shared.scored(r), *shared.basis(r)) if full else ()),
            *shared.reason(desk, r),
        )
        for r, overlaps in listed
    ]
    return Table(ranking_caption(desk, node, year, len(known)), columns, tuple(rows))


def ranking_caption(desk: Desk, node: str, year: int, ranked: int) -> Message:
    """Return what stands above a ranking of so many areas."""
    words = N_("{title}, {year}: {n} countries by rank, with the range of each rank in 90 % of simulated methods.")
    return Message(words, {"title": shared.named(desk, node), "year": year, "n": ranked})


def full_ranking(desk: Desk, frame: pd.DataFrame, node: str, year: int, sort: str, beside: Sequence[str]) -> Table:
    """Return a ranking with the scores of the nodes *beside* it (columns of `ranking_with`), in the order of *sort*.

    sort: "rank", "name", "width" (of the range of the rank), "score", "coverage", "carried_share" or a node; with a
    minus in front, from the highest. Those without a rank come last, those with a score first.
    """
    columns = (
        shared.node_column(desk),
        shared.YEAR,
        area_column(desk.areas),
        *shared.RANGE,
        Column("band", N_("Band of overlapping ranges"), "integer"),
        *shared.SCORE,
        *(Column(f"score_{n}", shared.named(desk, n), unit="score") for n in beside),
        *shared.BASIS,
        *shared.REASON,
    )
    names = shared.english_names(desk)
    rows = [
        (
            node,
            year,
            r.ref_area,
            *shared.ranked(r),
            band,
            *shared.scored(r),
            *(shared.plain(getattr(r, n, None)) for n in beside),
            *shared.basis(r),
            *shared.reason(desk, r),
        )
        for r, band in _in_order(frame, names, sort)
    ]
    return Table(FULL_CAPTION, columns, tuple(rows))


def _in_order(frame: pd.DataFrame, names: Mapping[str, str], sort: str) -> list[tuple[Any, int | None]]:
    """Return the rows with the number of their band, from 1; None of those without a rank."""
    english = frame.assign(name=[names[a] for a in frame["ref_area"].tolist()])
    ranked = english[english["rank"].notna()].sort_values(["rank", "name"])
    numbered = bands(ranked).tolist()
    known = [(r, band + 1) for r, band in zip(each_row(ranked), numbered, strict=True)]
    if sort != "rank":
        known = _sorted(known, sort)
    apart = list(each_row(english[english["rank"].isna()]))
    apart.sort(key=lambda r: (not numbers.known(r.score), sorting(r.name)))
    return [*known, *((r, None) for r in apart)]


def _sorted(found: list[tuple[Any, int]], sort: str) -> list[tuple[Any, int]]:
    """Return rows by a column, those of a rank as they are; what has no value comes last in both directions."""
    key = sort.removeprefix("-")
    keys: Mapping[str, Callable[[Any], Any]] = {"width": lambda r: r.rank_p95 - r.rank_p05}
    of = keys.get(key, lambda r: getattr(r, key))
    lacking = [f for f in found if key != "name" and not numbers.known(of(f[0]))]
    known = [f for f in found if key == "name" or numbers.known(of(f[0]))]
    return [*sorted(known, key=lambda f: of(f[0]), reverse=sort.startswith("-")), *lacking]


def changes(desk: Desk, frame: pd.DataFrame, node: str, since: int, year: int) -> Table:
    """Return the ranks of two years and what their difference is; *frame* as of `rank_changes.movers`.

    `rank_change` is in places, up is positive.
    """
    before = tuple(
        Column(f"{c.key}_before", Message(N_("{what}, before"), {"what": Message(str(c.label))}), c.kind)
        for c in shared.RANGE
    )
    columns = (
        shared.node_column(desk),
        area_column(desk.areas),
        Column("base_period", N_("Earlier year"), "year"),
        *before,
        shared.YEAR,
        *shared.RANGE,
        Column("rank_change", N_("Change"), "integer"),
        coded("change", N_("Is it clear?"), CHANGES),
    )
    names = shared.english_names(desk)
    found = sorted(each_row(frame), key=lambda r: (r.rank, names[r.ref_area]))
    rows = [
        (
            node,
            r.ref_area,
            since,
            *(shared.whole(v) for v in (r.rank_before, r.rank_p05_before, r.rank_p95_before)),
            year,
            *shared.ranked(r),
            round(r.rank_before - r.rank),
            change_of(r),
        )
        for r in found
    ]
    words = N_("Ranks of {since} and {year} with their ranges")
    return Table(Message(words, {"since": since, "year": year}), columns, tuple(rows))


def change_of(row: Any) -> str:
    """Return the code, of CHANGES, of what a change of rank is."""
    if round(row.rank_before - row.rank) == 0:
        return "no_change"
    if row.is_of_coverage:
        return "coverage"
    if row.is_of_others:
        return "others"
    return "clear" if row.change_is_clear else "within_doubt"
