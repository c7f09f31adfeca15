"""Where countries stand on a node in a year: the published scores and ranks that claims are about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scidip.figures.rows import row_at
from scidip.findings.claims import pairwise
from scidip.indicators.engine.drivers import like_for_like
from scidip.indicators.engine.ranks import ranks_of
from scidip.indicators.model.not_ranked_reasons import Reason, read_reason
from scidip.store import table_rows
from scidip.store.queries import lab_queries
from scidip.store.table_rows import Chosen

_COLUMNS = (
    "ref_area",
    "score",
    "score_p05",
    "score_p95",
    "rank",
    "rank_p05",
    "rank_p95",
    "ranked_areas",
    "carried_share",
    "is_ranked",
    "reason_code",
    "reason_params",
)


@dataclass(frozen=True)
class Standing:
    """The score and rank of a country with their 5-95 % ranges; None for what there is not."""

    ref_area: str
    node: str
    time_period: int
    score: float | None = None
    score_p05: float | None = None
    score_p95: float | None = None
    rank: float | None = None
    rank_p05: float | None = None
    rank_p95: float | None = None
    ranked_areas: int = 0
    carried_share: float | None = None
    reason: Reason | None = None
    """Why it has no rank."""


@dataclass(frozen=True)
class Alike:
    """Scores and places of two years from the figures known in both."""

    areas: int
    score_before: float
    score: float
    rank_before: float
    rank: float


def standings(known: Any, node: str, year: int, areas: Sequence[str]) -> tuple[Standing, ...]:
    """Return how *areas* stand on a scored node, in their order.

    *known* is the evidence of `claims`. Dimensions have no published rank: theirs is the place of the
    published score among the ranked areas, its range that of the draws.
    """
    rows = _rows(known, node, year)
    found = {r["ref_area"]: r for r in rows}
    if not any(r["rank"] for r in rows):
        _rank(rows, known.draws(year, node), node, areas)
    return tuple(_standing(found.get(a), a, node, year) for a in areas)


def among_both(known: Any, node: str, since: int, year: int, area: str) -> tuple[int, float, float]:
    """Return how many areas are ranked in both years, and the place of *area* among them in each."""
    years = [
        {r["ref_area"]: r["score"] for r in _rows(known, node, y) if r["is_ranked"] and r["score"] is not None}
        for y in (since, year)
    ]
    both = sorted(set(years[0]) & set(years[1]))
    then, now = (float(ranks_of(np.array([scores[a] for a in both]))[both.index(area)]) for scores in years)
    return len(both), then, now


def alike(known: Any, node: str, since: int, year: int, area: str) -> Alike | None:
    """Return how *area* stood in both years on the figures known in both; None when there are none.

    Places are among the areas ranked in both years. See `drivers.like_for_like`.
    """
    cells = lab_queries.normalised_cells(known.engine, (since, year))
    declared = known.declared
    frame = like_for_like(cells, declared.indicators, declared.framework, declared.methodology, (since, year))
    ranked = [
        {r["ref_area"] for r in _rows(known, node, y) if r["is_ranked"] and r["score"] is not None}
        for y in (since, year)
    ]
    own = frame[(frame["node"] == node) & frame["ref_area"].isin(ranked[0] & ranked[1])]
    own = own.dropna().set_index("ref_area")
    if area not in own.index:
        return None
    mine, places = row_at(own, area), row_at(own.rank(ascending=False, method="min"), area)
    return Alike(
        len(own),
        float(mine["score_before"]),
        float(mine["score"]),
        float(places["score_before"]),
        float(places["score"]),
    )


def _rows(known: Any, node: str, year: int) -> list[dict[str, Any]]:
    chosen = Chosen({"node": [node]}, year, year)
    found = table_rows.score_rows(known.engine, _COLUMNS, chosen)
    return [dict(zip(_COLUMNS, row, strict=True)) for row in found]


def _rank(rows: list[dict[str, Any]], draws: pairwise.Simulated, node: str, areas: Sequence[str]) -> None:
    """Give each row of a ranked area its rank, and *areas* the range of theirs."""
    ranked = [r for r in rows if r["is_ranked"] and r["score"] is not None]
    for row, rank in zip(ranked, ranks_of(np.array([r["score"] for r in ranked], float)), strict=True):
        row["rank"], row["ranked_areas"] = float(rank), len(ranked)
        if row["ref_area"] in areas:
            ranks = pairwise.ranks_in(draws, node, row["ref_area"])
            row["rank_p05"], row["rank_p95"] = pairwise.rank_range(ranks)


def _standing(row: dict[str, Any] | None, area: str, node: str, year: int) -> Standing:
    if row is None:
        return Standing(area, node, year)
    ranked = row["rank"] is not None
    reason = None if ranked else read_reason(row["reason_code"], row["reason_params"])
    left = ("ref_area", "is_ranked", "reason_code", "reason_params")
    values = {k: row[k] for k in _COLUMNS if k not in left}
    return Standing(area, node, year, **values, reason=reason)
