"""Reads of the studies of dated events; of a database without them, nothing."""

import pandas as pd
from sqlalchemy import Engine, inspect, select

from scidip.indicators.events.held import DATED, STUDIES
from scidip.store.database.model_tables import dated_event, event_study
from scidip.store.queries.served import frame_of, score_run


def studies(engine: Engine) -> pd.DataFrame:
    """Return the studies that are held, columns STUDIES."""
    if not inspect(engine).has_table(event_study.name):
        return pd.DataFrame(columns=list(STUDIES))
    c = event_study.c
    query = select(*(c[name] for name in STUDIES)).where(c.run_id == score_run())
    return frame_of(engine, query.order_by(c.kind, c.outcome, c.part, c.lag))


def events(engine: Engine) -> pd.DataFrame:
    """Return every event that is held, columns DATED, by kind, what is followed and year."""
    if not inspect(engine).has_table(dated_event.name):
        return pd.DataFrame(columns=list(DATED))
    c = dated_event.c
    query = select(*(c[name] for name in DATED)).where(c.run_id == score_run())
    return frame_of(engine, query.order_by(c.kind, c.outcome, c.time_period, c.ref_area, c.counterpart_area))
