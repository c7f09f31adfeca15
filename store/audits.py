"""Audits of printed sentences: what was checked for which figures, and what was false."""

from collections.abc import Mapping

import pandas as pd
from sqlalchemy import Engine, delete, insert, select

from scidip.store.database.schema import audit
from scidip.store.queries.served import frame_of
from scidip.store.runs import now


def save(engine: Engine, data_version: str, seed: int, found: Mapping[str, tuple[int, int]]) -> None:
    """Keep what an audit found, by kind of sentence (checked, false), in the place of the last one."""
    moment = now()
    rows = [
        {
            "data_version": data_version,
            "kind": kind,
            "seed": seed,
            "checked_at": moment,
            "checked": checked,
            "untrue": false,
        }
        for kind, (checked, false) in found.items()
    ]
    with engine.begin() as connection:
        connection.execute(delete(audit))
        if rows:
            connection.execute(insert(audit), rows)


def last(engine: Engine, data_version: str) -> pd.DataFrame:
    """Return the audit of the figures that serve: kind, checked, untrue, checked_at; empty when there is none."""
    query = (
        select(audit.c.kind, audit.c.checked, audit.c.untrue, audit.c.checked_at)
        .where(audit.c.data_version == data_version)
        .order_by(audit.c.kind)
    )
    return frame_of(engine, query)
