"""Reads about fields of science: the series of a measure by field, of an area and of all areas together."""

from math import fsum

import pandas as pd
from sqlalchemy import Engine, Select, select

from scidip.indicators.vocabulary import NOT_APPLICABLE
from scidip.store.database.schema import indicator, observation, vintage
from scidip.store.queries.served import frame_of


def by_field(engine: Engine, measures: tuple[str, ...]) -> pd.DataFrame:
    """Return the figures of areas by field, the total's too: ref_area, measure, field, time_period, obs_value."""
    o = observation.c
    query = select(o.ref_area, indicator.c.measure, indicator.c.field, o.time_period, o.obs_value)
    frame = frame_of(engine, _of(query, measures))
    return frame.astype({"time_period": "int64", "obs_value": "float64"})


def world_by_field(engine: Engine, measure: str) -> pd.DataFrame:
    """Return the sum over all areas of a measure that adds up over them: field, time_period, obs_value.

    Added here and rounded once: what a database makes of a sum depends on the order of its rows.
    """
    o = observation.c
    of = (indicator.c.field, o.time_period)
    frame = frame_of(engine, _of(select(*of, o.obs_value), (measure,)))
    keys = ["field", "time_period"]
    sums = [(*key, fsum(each)) for key, each in frame.groupby(keys, sort=True)["obs_value"]]
    return pd.DataFrame(sums, columns=[*keys, "obs_value"]).astype({"time_period": "int64", "obs_value": "float64"})


def _of(query: Select[tuple[object, ...]], measures: tuple[str, ...]) -> Select[tuple[object, ...]]:
    """Return *query* restricted to the figures that serve of some measures in all fields."""
    o = observation.c
    codes = select(indicator.c.indicator).where(indicator.c.measure.in_(measures))
    return query.join(indicator, indicator.c.indicator == o.indicator).where(
        # By "in", not by a join: SQLite then looks up run and indicator, where it might read the whole table.
        o.run_id.in_(select(vintage.c.run_id)),
        o.indicator.in_(codes),
        o.counterpart_area == NOT_APPLICABLE,
        o.obs_value.is_not(None),
    )
