"""Reads about the figures behind the scores of a year: of which years they are."""

from dataclasses import dataclass

import pandas as pd
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
    return described(own_periods(engine, year, codes), year)


def described(periods: pd.DataFrame, year: int) -> OwnYears:
    """Return of which years figures are; *periods*: own_period and figures, at least one row."""
    counts = periods.groupby("own_period")["figures"].sum().astype("int64").sort_index()
    total = int(counts.sum())
    median = int(counts.index[counts.cumsum() >= total / 2][0])
    older = float(counts[counts.index < oldest_current(year)].sum() / total)
    return OwnYears(total, int(counts.index.min()), int(counts.index.max()), median, older)


def own_periods(engine: Engine, year: int, codes: tuple[str, ...]) -> pd.DataFrame:
    """Return indicator, own_period and figures: how many of the ranked areas' figures in *year* are of which year.

    codes: the indicators that are looked at. Zeros that complete lists imply are left out.
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
        select(c.indicator, c.own_period, func.count().label("figures"))
        .join(score, ranked)
        .where(c.run_id == score_run(), c.time_period == year, c.obs_status != str(ObsStatus.NONE_LISTED))
        .where(c.indicator.in_(codes))
        .group_by(c.indicator, c.own_period)
        .order_by(c.indicator, c.own_period)
    )
    return frame_of(engine, query)
