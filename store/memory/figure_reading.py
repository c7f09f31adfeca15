"""The figures of the scored years and their cells, read in one go."""

from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Engine, and_, select

from scidip.indicators.vocabulary import DEFAULT_FRAMEWORK, DEFAULT_INDEX, NOT_APPLICABLE
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
from scidip.store.memory.figure_columns import Cells, Figures
from scidip.store.queries.served import ORIGIN, same_origin, score_run, shared
from scidip.store.queries.served import frame_of as read

_AT_ONCE = 20_000
"""Rows fetched at once: a visitor's request gets its turn between two such portions."""
KEY = ("run_id", "code", "position")
"""What tells the origin of a figure: the run, the indicator, the file."""


def figures_query() -> Any:
    """Return the query of every figure of an area that serves."""
    c = observation.c
    columns = (c.indicator, c.ref_area, c.time_period, c.obs_value, c.obs_status, c.run_id, c.file)
    return select(*columns).where(
        c.run_id.in_(select(vintage.c.run_id)),
        c.indicator.in_(select(indicator.c.indicator).where(indicator.c.arity == "area")),
        c.counterpart_area == NOT_APPLICABLE,
    )


def cells_query() -> Any:
    """Return the query of every scored cell that serves."""
    c = scored_cell.c
    columns = (c.indicator, c.ref_area, c.time_period, c.own_period, c.obs_value, c.normalised)
    return select(*columns).where(c.run_id == score_run())


def columns_of(engine: Engine, query: Any) -> list[list[Any]]:
    """Return the columns of a query's rows as lists."""
    with engine.connect() as connection:
        result = connection.execution_options(yield_per=_AT_ONCE).execute(query)
        columns: list[list[Any]] = [[] for _ in list(result.keys())]
        known: dict[Any, Any] = {}
        while part := result.fetchmany(_AT_ONCE):
            for column, values in zip(columns, zip(*part, strict=True), strict=True):
                column.extend(shared(values, known))
    return columns


def read_figures(
    columns: list[list[Any]], codes: dict[str, int], place: dict[str, int], whence: dict[tuple[Any, ...], int]
) -> Figures:
    """Return the rows of `figures_query` by area, indicator and year, codes as places in *codes*, *place*, *whence*."""
    code, area, year, value, status, run, file = columns
    one = {s: s for s in status}
    places = np.array([place[a] for a in area], dtype=np.int16)
    indicators = np.array([codes[c] for c in code], dtype=np.int16)
    years = np.array(year, dtype=np.int16)
    order = np.lexsort((years, indicators, places))
    origin = [whence[key] for key in zip(run, code, file, strict=True)]
    return Figures(
        places[order],
        indicators[order],
        years[order],
        np.array(value, dtype=np.float64)[order],
        np.array([one[s] for s in status], dtype=object)[order],
        np.array(origin, dtype=np.int16)[order],
    )


def read_cells(
    columns: list[list[Any]], codes: dict[str, int], place: dict[str, int], ranked: set[tuple[str, int]]
) -> Cells:
    """Return the rows of `cells_query` by year, indicator and area, each with whether its area is *ranked* then."""
    code, area, year, own, value, normalised = columns
    places = np.array([place[a] for a in area], dtype=np.int16)
    indicators = np.array([codes[c] for c in code], dtype=np.int16)
    years = np.array(year, dtype=np.int16)
    order = np.lexsort((places, indicators, years))
    inside = np.array([key in ranked for key in zip(area, year, strict=True)], dtype=bool)
    return Cells(
        places[order],
        indicators[order],
        years[order],
        np.array(own, dtype=np.int16)[order],
        np.array(value, dtype=np.float64)[order],
        np.array(normalised, dtype=np.float64)[order],
        inside[order],
    )


def read_ranked(engine: Engine) -> set[tuple[str, int]]:
    """Return area and year of every rank on the index."""
    query = select(score.c.ref_area, score.c.time_period).where(
        score.c.run_id == score_run(),
        score.c.framework == DEFAULT_FRAMEWORK,
        score.c.node == DEFAULT_INDEX,
        score.c.is_ranked,
    )
    with engine.connect() as connection:
        return {(a, int(y)) for a, y in connection.execute(query)}


def read_origins(engine: Engine) -> pd.DataFrame:
    """Return the origin of every run, indicator and file; source, source_title, vintage, licence, file."""
    c = observation.c
    each = (
        select(c.run_id, c.indicator, c.file)
        .where(c.run_id.in_(select(vintage.c.run_id)), c.counterpart_area == NOT_APPLICABLE)
        .distinct()
        .subquery()
    )
    query = select(
        each.c.run_id,
        each.c.indicator.label("code"),
        each.c.file.label("position"),
        source.c.source_id.label("source"),
        *ORIGIN,
        snapshot.c.name.label("file"),
    ).select_from(
        each.join(indicator, indicator.c.indicator == each.c.indicator)
        .join(source, source.c.source_id == indicator.c.source_id)
        .outerjoin(run_file, and_(run_file.c.run_id == each.c.run_id, run_file.c.file == each.c.file))
        .outerjoin(derived_origin, same_origin(each.c))
        .outerjoin(snapshot, snapshot.c.sha256 == run_file.c.sha256)
    )
    return read(engine, query)
