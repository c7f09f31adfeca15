"""Reads about one area: what is known of it up to a year, and how its figures were scored."""

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Engine, Subquery, and_, case, func, select

from scidip.indicators.vocabulary import DEFAULT_FRAMEWORK, DEFAULT_INDEX, NOT_APPLICABLE, oldest_current
from scidip.store import silence
from scidip.store.database.schema import (
    derived_origin,
    indicator,
    observation,
    run_file,
    score,
    scored_cell,
    snapshot,
    source,
    vintage,
)
from scidip.store.queries import list_queries
from scidip.store.queries.served import ORIGIN, frame_of, same_origin, score_run


def area_indicators(engine: Engine, ref_area: str, year: int) -> pd.DataFrame:
    """Return, for every per-area indicator, the area's newest figure up to *year* and its origin.

    Columns: indicator, time_period, obs_value, obs_status, normalised, percentile, below, carried, later_period,
    later_value, source, source_title, vintage, licence, file. Without a figure, `time_period` and `obs_value` are
    NaN. Where a complete list has no row in its newest year up to *year*, the value is zero, of the list's own year,
    with the status of such a zero. `later_…` is what is known first after *year*. `normalised` (0-100),
    `percentile` (ranked areas with the same score or a lower one, in per cent) and `below` (those with a lower one)
    are NaN for what is not scored. A derived figure names the titles, vintages
    and licences of what it rests on.
    """
    codes = area_indicator_codes(engine)
    lists = list_queries.coverage(engine, ref_area=ref_area)
    silences = silence.Silences.of(lists, "indicator", codes)
    figures = _latest(engine, ref_area, year).set_index("indicator").reindex(codes)
    cells = _cells_of(engine, ref_area, year).set_index("indicator").reindex(codes)
    own, value, status, quiet = silence.laid_over(
        figures["time_period"].to_numpy(float),
        figures["obs_value"].to_numpy(float),
        figures["obs_status"].to_numpy(object),
        silences.newest(year),
    )
    later = _next(engine, ref_area, year).set_index("indicator").reindex(codes)
    comes, value_then = silence.what_comes(
        later["later_period"].to_numpy(float), later["later_value"].to_numpy(float), silences.next(year)
    )
    return pd.DataFrame(
        {
            "indicator": codes,
            "time_period": own,
            "obs_value": value,
            "obs_status": status,
            **{c: cells[c].to_numpy(float) for c in ("normalised", "percentile", "below")},
            "carried": own < oldest_current(year),
            "later_period": comes,
            "later_value": value_then,
            **_whence(figures, list_queries.origins(engine).reindex(codes), quiet),
        }
    )


def _whence(figures: pd.DataFrame, lists: pd.DataFrame, quiet: np.ndarray) -> dict[str, np.ndarray]:
    """Return the origin of each figure: of the complete list where its silence (*quiet*) is the figure."""
    names = ("source", "source_title", "vintage", "licence", "file")
    return {c: np.where(quiet, lists[c].to_numpy(object), figures[c].to_numpy(object)) for c in names}


def scored_figures(engine: Engine, ref_area: str, year: int) -> pd.DataFrame:
    """Return an area's figures that were scored in a year: own_period, obs_value, normalised; index indicator."""
    names = ("indicator", "own_period", "obs_value", "normalised")
    query = select(*(scored_cell.c[n] for n in names)).where(
        scored_cell.c.run_id == score_run(), scored_cell.c.time_period == year, scored_cell.c.ref_area == ref_area
    )
    types = {"own_period": "int64", "obs_value": "float64", "normalised": "float64"}
    return frame_of(engine, query).astype(types).set_index("indicator").sort_index()


def area_indicator_codes(engine: Engine) -> list[str]:
    """Return the codes of the per-area indicators in the order of the catalogue."""
    query = select(indicator.c.indicator).where(indicator.c.arity == "area").order_by(indicator.c.position)
    with engine.connect() as connection:
        return list(connection.execute(query).scalars())


def _next(engine: Engine, ref_area: str, year: int) -> pd.DataFrame:
    """Return an area's first figure after *year* of each indicator: indicator, later_period, later_value."""
    o = observation.c
    later = (o.time_period > year) & o.obs_value.is_not(None)
    placed = _placed(ref_area, later, o.time_period.asc())
    query = select(
        placed.c.indicator, placed.c.time_period.label("later_period"), placed.c.obs_value.label("later_value")
    ).where(placed.c.place == 1)
    types = {"later_period": "float64", "later_value": "float64", "indicator": "object"}
    return frame_of(engine, query).astype(types)


def _latest(engine: Engine, ref_area: str, year: int) -> pd.DataFrame:
    """Return an area's newest figure up to *year* of each indicator, with its origin."""
    placed = _placed(ref_area, observation.c.time_period <= year, observation.c.time_period.desc())
    query = (
        select(
            placed.c.indicator,
            placed.c.time_period,
            placed.c.obs_value,
            placed.c.obs_status,
            source.c.source_id.label("source"),
            *ORIGIN,
            snapshot.c.name.label("file"),
        )
        .select_from(
            placed.join(indicator, indicator.c.indicator == placed.c.indicator)
            .join(source, source.c.source_id == indicator.c.source_id)
            .outerjoin(run_file, and_(run_file.c.run_id == placed.c.run_id, run_file.c.file == placed.c.file))
            .outerjoin(derived_origin, same_origin(placed.c))
            .outerjoin(snapshot, snapshot.c.sha256 == run_file.c.sha256)
        )
        .where(placed.c.place == 1)
    )
    # An area without any figure gives no rows, from which no type can be told.
    words = dict.fromkeys(["obs_status", "source", "source_title", "vintage", "licence", "file"], "object")
    return frame_of(engine, query).astype({"obs_value": "float64", "time_period": "float64"} | words)


def _placed(ref_area: str, among: ColumnElement[bool], order: ColumnElement[int]) -> Subquery:
    """Return an area's figures *among* some, each with its place by *order* among those of its indicator (1: first)."""
    o = observation.c
    place = func.row_number().over(partition_by=o.indicator, order_by=order).label("place")
    return (
        select(o.run_id, o.indicator, o.time_period, o.obs_value, o.obs_status, o.file, place)
        .join(vintage, vintage.c.run_id == o.run_id)
        .where(
            o.indicator.in_(select(indicator.c.indicator).where(indicator.c.arity == "area")),
            o.ref_area == ref_area,
            o.counterpart_area == NOT_APPLICABLE,
            among,
        )
        .subquery()
    )


def _cells_of(engine: Engine, ref_area: str, year: int) -> pd.DataFrame:
    """Return the area's scored cells of a year and their percentile: ranked areas (and itself) not above it."""
    ranked = (
        select(score.c.ref_area)
        .where(
            score.c.run_id == score_run(),
            score.c.framework == DEFAULT_FRAMEWORK,
            score.c.node == DEFAULT_INDEX,
            score.c.time_period == year,
            score.c.is_ranked,
        )
        .scalar_subquery()
    )
    other = scored_cell.alias("other")
    own = [scored_cell.c[c] for c in ("indicator", "normalised")]
    # The database counts who is not above: ten thousand cells need not come out for it.
    reached = func.sum(case((other.c.normalised <= scored_cell.c.normalised, 1), else_=0))
    passed = func.sum(case((other.c.normalised < scored_cell.c.normalised, 1), else_=0))
    same = (scored_cell.c[k] == other.c[k] for k in ("run_id", "indicator", "time_period"))
    query = (
        select(*own, reached.label("reached"), passed.label("passed"), func.count().label("areas"))
        .select_from(scored_cell.join(other, and_(*same)))
        .where(
            scored_cell.c.run_id == score_run(),
            scored_cell.c.time_period == year,
            scored_cell.c.ref_area == ref_area,
            (other.c.ref_area == ref_area) | other.c.ref_area.in_(ranked),
        )
        .group_by(*own)
    )
    numbers = dict.fromkeys(("normalised", "reached", "passed", "areas"), "float64")
    cells = frame_of(engine, query).astype({"indicator": "object", **numbers})
    return cells.assign(
        percentile=100 * (cells["reached"] / cells["areas"]), below=100 * (cells["passed"] / cells["areas"])
    )
