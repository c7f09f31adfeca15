"""Reads about lines of scores over the years: where they break."""

import pandas as pd
from sqlalchemy import Engine, inspect, select

from scidip.indicators.vocabulary import DEFAULT_FRAMEWORK
from scidip.store.database.model_tables import score_break
from scidip.store.queries.served import frame_of, score_run


def breaks(engine: Engine) -> pd.DataFrame:
    """Return where the scores that serve do not go on from the year before: node, time_period, ref_area, by year.

    Empty where they were computed before that was kept.
    """
    columns = ["node", "time_period", "ref_area"]
    if not inspect(engine).has_table(score_break.name):
        return pd.DataFrame(columns=columns)
    c = score_break.c
    query = select(*(c[name] for name in columns)).where(c.run_id == score_run(), c.framework == DEFAULT_FRAMEWORK)
    return frame_of(engine, query.order_by(c.time_period, c.node, c.ref_area))
