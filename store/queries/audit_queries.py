"""Reads for the audit of the index: what of it is kept with the scores."""

import pandas as pd
from sqlalchemy import Engine, inspect, select

from scidip.indicators.audit.computed import COLUMNS
from scidip.store.database.schema import index_audit
from scidip.store.queries.served import frame_of, score_run


def index_audit_rows(engine: Engine, year: int) -> pd.DataFrame:
    """Return the rows of `Computed.rows` that were kept of *year*; none of a year or a database without them."""
    if not inspect(engine).has_table(index_audit.name):
        return pd.DataFrame(columns=list(COLUMNS))
    query = (
        select(*(index_audit.c[name] for name in COLUMNS))
        .where(index_audit.c.run_id == score_run(), index_audit.c.time_period == year)
        .order_by(index_audit.c.position)
    )
    return frame_of(engine, query)
