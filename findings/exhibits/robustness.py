"""What is shown of other ways of counting in tables: ranks, survivors, weights that swap, what ranks depend on."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scidip.figures.rows import each_row, row_at
from scidip.findings.exhibit import Column, Message, Table, area_column, coded
from scidip.findings.exhibits import columns
from scidip.findings.session import Desk
from scidip.indicators.language.current import N_

RANKED = {
    "ranked": N_("ranked in both"),
    "new": N_("ranked under these choices only"),
    "not_ranked": N_("not ranked under these choices"),
}
OF = {"mean_shift": N_("mean shift of all ranks"), "rank": N_("rank of the country")}
"""What a share of variation is of."""
VARIES = {"varies": N_("varies"), "constant": N_("does not change")}
OWN = ("rank", "rank_p05", "rank_p95")
PUBLISHED = ("rank_published", "rank_p05_published", "rank_p95_published")


def both_rankings(desk: Desk, frame: pd.DataFrame, year: int) -> Table:
    """Return the ranks under own choices beside the published ones.

    frame: ref_area; rank, rank_p05, rank_p95 and the same with `_published`, NaN where there is none.
    """
    heads = (
        area_column(desk.areas),
        columns.YEAR,
        *columns.RANK[:3],
        Column(PUBLISHED[0], N_("Published rank"), "integer"),
        Column(PUBLISHED[1], N_("Published rank, 5 % point"), "integer"),
        Column(PUBLISHED[2], N_("Published rank, 95 % point"), "integer"),
        Column("change", N_("Places gained"), "integer"),
        Column("clear", N_("Ranges do not overlap"), "flag"),
        coded("status", N_("Ranked"), RANKED),
    )
    listed = (frame[c].tolist() for c in ("ref_area", *OWN, *PUBLISHED))
    rows = tuple(_ranks(year, *cells) for cells in zip(*listed, strict=True))
    caption = Message(N_("Ranks under your choices beside the published ones, {year}"), {"year": year})
    return Table(caption, heads, rows)


def _ranks(year: int, area: str, *ranks: float) -> tuple[Any, ...]:
    rank, low, high, before, low_before, high_before = map(columns.whole, ranks)
    if rank is None or before is None:
        status = "not_ranked" if rank is None else "new"
        return (area, year, rank, low, high, before, low_before, high_before, None, None, status)
    clear = None
    if None not in (low, high, low_before, high_before):
        clear = ranks[2] < ranks[4] or ranks[1] > ranks[5]
    return (area, year, rank, low, high, before, low_before, high_before, before - rank, clear, "ranked")


def survivors(desk: Desk, frame: pd.DataFrame, year: int, most: int) -> Table:
    """Return the first *most* areas of `Laboratory.survivors`: the range of their ranks over all combinations."""
    heads = (
        area_column(desk.areas),
        columns.YEAR,
        Column("best", N_("Best rank"), "integer"),
        Column("worst", N_("Worst rank"), "integer"),
        Column("top_ten", N_("Among the first ten"), unit="percent"),
        Column("ways", N_("Ways of counting"), "integer"),
    )
    rows = tuple(
        (r.ref_area, year, columns.whole(r.best), columns.whole(r.worst), 100 * float(r.top_ten), int(r.ways))
        for r in each_row(frame.head(most))
    )
    words = N_("The {n} countries whose worst rank is best, {year}")
    return Table(Message(words, {"n": most, "year": year}), heads, rows)


def swap(desk: Desk, framework: str, year: int, below: str, above: str, weights: pd.DataFrame) -> Table:
    """Return the weights that would let *below* overtake *above*; *weights* as of `Reversal.weights`."""
    heads = (
        columns.node_column(desk, label=N_("Element"), framework=framework),
        area_column(desk.areas, "ref_area", N_("Overtakes")),
        area_column(desk.areas, "counterpart_area", N_("Is overtaken")),
        columns.YEAR,
        Column("weight", N_("Weight now"), unit="percent"),
        Column("weight_needed", N_("Weight needed"), unit="percent"),
        Column("change", N_("Change"), unit="percent"),
    )
    rows = tuple(
        (r.element, below, above, year, 100 * float(r.weight), 100 * float(r.changed), 100 * float(r.change))
        for r in each_row(weights)
    )
    return Table(N_("The weights that would swap them"), heads, rows)


def doubt(desk: Desk, year: int, words: Mapping[str, str], general: pd.DataFrame, own: Mapping[str, Any]) -> Table:
    """Return how much of the variation of ranks each choice holds: of all ranks, and of that of each area in *own*.

    words: the choices by code, in English. Frames: index the choice; total, total_low, total_high and variance.
    """
    heads = (
        coded("of", N_("What varies"), OF),
        area_column(desk.areas),
        columns.YEAR,
        coded("choice", N_("Choice"), words),
        Column("total", N_("Total index"), unit="percent"),
        Column("total_p05", N_("Total index, 5 % point"), unit="percent"),
        Column("total_p95", N_("Total index, 95 % point"), unit="percent"),
        coded("status", N_("Whether it varies"), VARIES),
    )
    parts = [("mean_shift", None, general), *(("rank", area, part) for area, part in own.items())]
    rows = tuple((of, area, year, choice, *_shares(part, choice)) for of, area, part in parts for choice in words)
    caption = N_(
        "Share of the variation of ranks that would vanish if a choice were fixed (total index, 90 % interval)"
    )
    return Table(caption, heads, rows)


CONSTANT = 1e-12
"""Variance under which a rank does not change."""


def _shares(part: pd.DataFrame, choice: str) -> tuple[Any, ...]:
    if part["variance"].iloc[0] < CONSTANT:
        return (None, None, None, "constant")
    row = row_at(part, choice)
    ends = [columns.known(100 * row[c]) for c in ("total", "total_low", "total_high")]
    return (*ends, "varies")
