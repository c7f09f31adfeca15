"""Reads about one indicator (or node) across areas: values, series, coverage, origin, treatment."""

from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Engine, Select, and_, func, select

from scidip.indicators.lists import with_none
from scidip.indicators.vocabulary import DEFAULT_FRAMEWORK, NOT_APPLICABLE, oldest_current, oldest_known
from scidip.store import silence
from scidip.store.database.schema import (
    area,
    derived_origin,
    indicator,
    observation,
    run_file,
    score,
    scored_cell,
    source,
    treatment,
    vintage,
)
from scidip.store.queries import list_queries
from scidip.store.queries.served import ORIGIN, frame_of, ranking, same_origin, score_run

_ORIGIN = ["source_title", "vintage", "licence"]


def indicator_values(engine: Engine, code: str, year: int, max_age: int) -> pd.DataFrame:
    """Return every present area's newest figure of an indicator up to *year*, highest first.

    Columns: ref_area, name, region, income_group, obs_value, time_period (its own year), obs_status,
    normalised (0-100, NaN when not scored in *year*), carried, is_known, source_title, vintage,
    licence. `is_known` is False without a figure and for one older than *max_age* years. Where a complete list has
    no row in its newest year up to *year*, the value is zero, of the list's own year.
    """
    today = places(engine)
    areas = today["ref_area"].tolist()
    parts = [
        part.set_index("ref_area").reindex(areas).reset_index(drop=True)
        for part in (_newest(engine, code, year), _normalised(engine, code, year))
    ]
    frame = pd.concat([today, *parts], axis=1)
    lists = list_queries.coverage(engine, code)
    own, value, status, quiet = silence.laid_over(
        frame["time_period"].to_numpy(float),
        frame["obs_value"].to_numpy(float),
        frame["obs_status"].to_numpy(object),
        silence.Silences.of(lists, "ref_area", areas).newest(year),
    )
    frame = frame.assign(time_period=own, obs_value=value, obs_status=status)
    if len(lists):
        whose = list_queries.origins(engine).reindex([code]).iloc[0]
        for column in _ORIGIN:
            frame[column] = np.where(quiet, whose[column], frame[column].to_numpy(object))
    seen = frame.loc[frame["obs_value"].notna(), "time_period"]
    newest = int(seen.max()) if len(seen) else year
    known = frame["obs_value"].notna() & (frame["time_period"] >= oldest_known(year, newest, max_age))
    return frame.assign(carried=frame["time_period"] < oldest_current(year), is_known=known).sort_values(
        ["is_known", "obs_value", "name"], ascending=[False, False, True], ignore_index=True
    )


def places(engine: Engine) -> pd.DataFrame:
    """Return the areas of today: ref_area, name, region, income_group."""
    columns = [area.c[c] for c in ("ref_area", "name", "region", "income_group")]
    real = area.c.ref_area != NOT_APPLICABLE
    return frame_of(engine, select(*columns).where(area.c.kind != "former", real).order_by(area.c.ref_area))


def _newest(engine: Engine, code: str, year: int) -> pd.DataFrame:
    place = func.row_number().over(partition_by=observation.c.ref_area, order_by=observation.c.time_period.desc())
    figures = _figures(code).where(observation.c.time_period <= year)
    chosen = figures.add_columns(place.label("place")).subquery()
    same_file = and_(run_file.c.run_id == chosen.c.run_id, run_file.c.file == chosen.c.file)
    names = ("ref_area", "time_period", "obs_value", "obs_status")
    query = (
        select(*(chosen.c[n] for n in names), *ORIGIN)
        .select_from(
            chosen.join(indicator, indicator.c.indicator == chosen.c.indicator)
            .join(source, source.c.source_id == indicator.c.source_id)
            .outerjoin(run_file, same_file)
            .outerjoin(derived_origin, same_origin(chosen.c))
        )
        .where(chosen.c.place == 1)
    )
    types = {"obs_value": "float64", "time_period": "float64", "obs_status": "object"}
    return frame_of(engine, query).astype(types | dict.fromkeys(_ORIGIN, "object"))


def _figures(code: str) -> Select[Any]:
    """Return the query of the serving figures of a per-area indicator."""
    return (
        select(*(c for c in observation.c if c.name not in ("counterpart_area", "row")))
        # By "in", not by a join: SQLite then looks up run and indicator, where it might read the whole table.
        .where(
            observation.c.run_id.in_(select(vintage.c.run_id)),
            observation.c.indicator == code,
            observation.c.counterpart_area == NOT_APPLICABLE,
            observation.c.obs_value.is_not(None),
        )
    )


def _normalised(engine: Engine, code: str, year: int) -> pd.DataFrame:
    query = select(scored_cell.c.ref_area, scored_cell.c.normalised).where(
        scored_cell.c.run_id == score_run(), scored_cell.c.indicator == code, scored_cell.c.time_period == year
    )
    return frame_of(engine, query).astype({"normalised": "float64", "ref_area": "object"})


def indicator_series(engine: Engine, code: str, areas: tuple[str, ...]) -> pd.DataFrame:
    """Return every figure of some areas: ref_area, name, time_period, obs_value, obs_status.

    Where a complete list has no row, the zero that this means.
    """
    held = frame_of(engine, _figures(code).where(observation.c.ref_area.in_(areas)))
    lists = list_queries.coverage(engine, code)
    spelt = with_none(held.assign(row=-1, counterpart_area=NOT_APPLICABLE), lists[lists["ref_area"].isin(areas)])
    names = places(engine).set_index("ref_area")["name"]
    frame = spelt.assign(name=spelt["ref_area"].map(names))
    types = {"time_period": "int64", "obs_value": "float64"}
    found = frame[["ref_area", "name", "time_period", "obs_value", "obs_status"]].dropna(subset="name")
    return found.astype(types).sort_values(["ref_area", "time_period"], ignore_index=True)


def indicator_coverage(engine: Engine, code: str) -> pd.DataFrame:
    """Return, by year, how many areas have a figure of that year itself: time_period, areas."""
    figures = _figures(code).subquery()
    query = (
        select(figures.c.time_period, func.count(figures.c.ref_area.distinct()).label("areas"))
        .group_by(figures.c.time_period)
        .order_by(figures.c.time_period)
    )
    return frame_of(engine, query).astype({"time_period": "int64", "areas": "int64"})


def node_coverage(engine: Engine, node: str) -> pd.DataFrame:
    """Return, by year, how many areas have a score of a node: time_period, areas."""
    query = (
        select(score.c.time_period, func.count(score.c.score).label("areas"))
        .where(score.c.run_id == score_run(), score.c.framework == DEFAULT_FRAMEWORK, score.c.node == node)
        .group_by(score.c.time_period)
        .order_by(score.c.time_period)
    )
    return frame_of(engine, query).astype({"time_period": "int64", "areas": "int64"})


def indicator_origins(engine: Engine, code: str) -> pd.DataFrame:
    """Return where an indicator's figures come from, a row for each file: source_title, vintage, licence."""
    each = _figures(code).subquery()
    files = select(each.c.run_id, each.c.indicator, each.c.file).distinct().subquery()
    same_file = and_(run_file.c.run_id == files.c.run_id, run_file.c.file == files.c.file)
    query = (
        select(*ORIGIN)
        .select_from(
            files.join(indicator, indicator.c.indicator == files.c.indicator)
            .join(source, source.c.source_id == indicator.c.source_id)
            .outerjoin(run_file, same_file)
            .outerjoin(derived_origin, same_origin(files.c))
        )
        .distinct()
    )
    return frame_of(engine, query).sort_values(_ORIGIN, ignore_index=True)


def treatment_of(engine: Engine, code: str) -> dict[str, Any]:
    """Return how an indicator was treated before it was normalised: rule, lower, upper; {} if not scored."""
    columns = [treatment.c[c] for c in ("rule", "lower", "upper")]
    query = select(*columns).where(treatment.c.run_id == score_run(), treatment.c.indicator == code)
    with engine.connect() as connection:
        row = connection.execute(query).mappings().first()
    return dict(row) if row else {}


def newest_figure(engine: Engine) -> int | None:
    """Return the newest year any per-area indicator has a figure of."""
    query = (
        select(func.max(observation.c.time_period))
        .join(vintage, vintage.c.run_id == observation.c.run_id)
        .where(observation.c.counterpart_area == NOT_APPLICABLE)
    )
    with engine.connect() as connection:
        newest = connection.execute(query).scalar()
    return int(newest) if newest is not None else None


def ranking_with(engine: Engine, node: str, year: int, beside: tuple[str, ...]) -> pd.DataFrame:
    """Return a ranking (columns of `ranking`) with the scores of other nodes in columns of their names."""
    query = select(score.c.ref_area, score.c.node, score.c.score).where(
        score.c.run_id == score_run(),
        score.c.framework == DEFAULT_FRAMEWORK,
        score.c.time_period == year,
        score.c.node.in_(beside),
    )
    scores = frame_of(engine, query).astype({"score": "float64"})
    wide = scores.pivot(index="ref_area", columns="node", values="score").reindex(columns=list(beside))
    return ranking(engine, node, year).merge(wide, left_on="ref_area", right_index=True, how="left")
