"""Reads of what the gravity model expects of pairs; of a database without it, nothing."""

import pandas as pd
from sqlalchemy import ColumnElement, Engine, inspect, select, tuple_

from scidip.indicators.gravity.expectation import EXPECTATION, MODEL
from scidip.store.database.model_tables import tie_expectation, tie_model
from scidip.store.database.schema import observation, vintage
from scidip.store.queries.served import frame_of, score_run

POINTS = ("un_ideal_point", "un_ideal_point_low", "un_ideal_point_high")


def _ties(engine: Engine, *where: ColumnElement[bool]) -> pd.DataFrame:
    if not inspect(engine).has_table(tie_expectation.name):
        return pd.DataFrame(columns=list(EXPECTATION))
    c = tie_expectation.c
    query = select(*(c[name] for name in EXPECTATION)).where(c.run_id == score_run(), *where)
    # Put in order here: asked for an order, SQLite reads all pairs in it instead of the few by their index.
    found = frame_of(engine, query).sort_values(["time_period", "ref_area", "counterpart_area"], ignore_index=True)
    return found


def of_pair(engine: Engine, a: str, b: str) -> pd.DataFrame:
    """Return the years of a pair, ascending, columns EXPECTATION; the ends in the order of the alphabet."""
    c, (first, second) = tie_expectation.c, sorted((a, b))
    return _ties(engine, c.ref_area == first, c.counterpart_area == second)


def of_area(engine: Engine, area: str, first: int, last: int) -> pd.DataFrame:
    """Return the pairs of an area from one year to another, ascending, columns EXPECTATION."""
    c = tie_expectation.c
    return _ties(engine, (c.ref_area == area) | (c.counterpart_area == area), c.time_period.between(first, last))


def of_year(engine: Engine, year: int) -> pd.DataFrame:
    """Return all pairs of a year, columns EXPECTATION."""
    return _ties(engine, tie_expectation.c.time_period == year)


def every(engine: Engine) -> pd.DataFrame:
    """Return all pairs of all years, columns EXPECTATION."""
    return _ties(engine)


def of_pairs(engine: Engine, pairs: tuple[tuple[str, str], ...], first: int, last: int) -> pd.DataFrame:
    """Return some pairs, ends in the order of the alphabet, from one year to another, columns EXPECTATION."""
    c = tie_expectation.c
    return _ties(engine, tuple_(c.ref_area, c.counterpart_area).in_(pairs), c.time_period.between(first, last))


def model(engine: Engine) -> pd.DataFrame:
    """Return the model of all years: time_period, part, element, measure, value."""
    if not inspect(engine).has_table(tie_model.name):
        return pd.DataFrame(columns=list(MODEL))
    c = tie_model.c
    query = select(*(c[name] for name in MODEL)).where(c.run_id == score_run())
    return frame_of(engine, query.order_by(c.time_period, c.part, c.element, c.measure))


def every_point(engine: Engine) -> pd.DataFrame:
    """Return the ideal points of all areas with their ends: ref_area, time_period, indicator, obs_value."""
    query = select(
        observation.c.ref_area, observation.c.time_period, observation.c.indicator, observation.c.obs_value
    ).join(vintage, vintage.c.run_id == observation.c.run_id)
    return frame_of(engine, query.where(observation.c.indicator.in_(POINTS)))


def points_of_year(engine: Engine, year: int) -> pd.DataFrame:
    """Return the ideal points of all areas in a year with their ends: ref_area, indicator, obs_value."""
    query = (
        select(observation.c.ref_area, observation.c.indicator, observation.c.obs_value)
        .join(vintage, vintage.c.run_id == observation.c.run_id)
        .where(observation.c.indicator.in_(POINTS), observation.c.time_period == year)
    )
    return frame_of(engine, query.order_by(observation.c.ref_area, observation.c.indicator))
