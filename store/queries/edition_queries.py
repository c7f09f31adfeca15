"""Reads about the figures behind the scores of a year: of which years they are."""

import pandas as pd
from sqlalchemy import Engine, and_, func, select

from scidip.indicators.vocabulary import DEFAULT_FRAMEWORK, DEFAULT_INDEX, ObsStatus
from scidip.store.database.schema import score, scored_cell
from scidip.store.queries.served import frame_of, score_run


def own_years(engine: Engine, year: int) -> pd.Series:
    """Return how many figures behind the scores of the ranked areas in *year* are of each year, ascending.

    Zeros that complete lists imply are not counted: they are no figures.
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
        .group_by(c.own_period)
        .order_by(c.own_period)
    )
    return frame_of(engine, query).set_index("own_period")["figures"].astype("int64")
