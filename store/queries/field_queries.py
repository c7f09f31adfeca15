"""Reads about fields of science: the series of a measure by field, of an area and of all areas together."""

import pandas as pd
from sqlalchemy import Engine, Select, func, select

from scidip.indicators.vocabulary import NOT_APPLICABLE
from scidip.store.database.schema import indicator, observation, vintage
from scidip.store.queries.served import frame_of


def area_by_field(engine: Engine, ref_area: str, measures: tuple[str, ...]) -> pd.DataFrame:
    """Return an area's figures by field, the total's field among them: measure, field, time_period, obs_value."""
    o = observation.c
    query = select(indicator.c.measure, indicator.c.field, o.time_period, o.obs_value)
    frame = frame_of(engine, _of(query, measures).where(o.ref_area == ref_area))
    return frame.astype({"time_period": "int64", "obs_value": "float64"})


def by_field(engine: Engine, measures: tuple[str, ...]) -> pd.DataFrame:
    """Return the same of all areas: ref_area, measure, field, time_period, obs_value."""
    o = observation.c
    query = select(o.ref_area, indicator.c.measure, indicator.c.field, o.time_period, o.obs_value)
    frame = frame_of(engine, _of(query, measures))
    return frame.astype({"time_period": "int64", "obs_value": "float64"})


def world_by_field(engine: Engine, measure: str) -> pd.DataFrame:
    """Return the sum over all areas of a measure that adds up over them: field, time_period, obs_value."""
    o = observation.c
    query = select(indicator.c.field, o.time_period, func.sum(o.obs_value).label("obs_value"))
    frame = frame_of(engine, _of(query, (measure,)).group_by(indicator.c.field, o.time_period))
    return frame.astype({"time_period": "int64", "obs_value": "float64"})


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
