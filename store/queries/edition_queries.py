"""Reads about the figures behind the scores of a year: of which years they are."""

from dataclasses import dataclass

from sqlalchemy import Engine, and_, func, select

from scidip.indicators.vocabulary import DEFAULT_FRAMEWORK, DEFAULT_INDEX, ObsStatus, oldest_current
from scidip.store.database.schema import score, scored_cell
from scidip.store.queries.served import frame_of, score_run


@dataclass(frozen=True)
class OwnYears:
    """Of which years the figures behind the scores of a year are."""

    figures: int
    first: int
    last: int
    median: int
    older: float
    """Share of the figures that count as carried: older than `oldest_current`."""


def own_years(engine: Engine, year: int, codes: tuple[str, ...]) -> OwnYears:
    """Return of which years the figures of the indicators *codes* in the scores of the ranked areas in *year* are.

    Zeros that complete lists imply are not counted: they are no figures. *year* is scored.
    """
    c, s = scored_cell.c, score.c
    ranked = and_(
        s.run_id == c.run_id,
        s.ref_area == c.ref_area,
        s.time_period == c.time_period,
        s.framework == DEFAULT_FRAMEWORK,
        s.node == DEFAULT_INDEX,
        s.is_ranked,
    )
    query = (
        select(c.own_period, func.count().label("figures"))
        .join(score, ranked)
        .where(c.run_id == score_run(), c.time_period == year, c.obs_status != str(ObsStatus.NONE_LISTED))
        .where(c.indicator.in_(codes))
        .group_by(c.own_period)
        .order_by(c.own_period)
    )
    counts = frame_of(engine, query).set_index("own_period")["figures"].astype("int64")
    total = int(counts.sum())
    median = int(counts.index[counts.cumsum() >= total / 2][0])
    older = float(counts[counts.index < oldest_current(year)].sum() / total)
    return OwnYears(total, int(counts.index.min()), int(counts.index.max()), median, older)
