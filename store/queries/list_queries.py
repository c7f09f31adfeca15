"""Reads about complete lists: in which years the absence of a row means none, and whose lists they are."""

import pandas as pd
from sqlalchemy import Engine, and_, func, select

from scidip.store.database.schema import (
    derived_origin,
    indicator,
    list_coverage,
    observation,
    run_file,
    snapshot,
    source,
    vintage,
)
from scidip.store.queries.served import ORIGIN, frame_of, same_origin

_YEARS = {"first_period": "int64", "last_period": "int64"}


def coverage(engine: Engine, code: str = "", ref_area: str = "") -> pd.DataFrame:
    """Return where complete lists speak: indicator, ref_area, first_period, last_period, sorted.

    Between the two years, both included, an area without a figure has none. All, or those of one indicator or area.
    """
    c = list_coverage.c
    query = select(c.indicator, c.ref_area, c.first_period, c.last_period).where(c.run_id.in_(select(vintage.c.run_id)))
    if code:
        query = query.where(c.indicator == code)
    if ref_area:
        query = query.where(c.ref_area == ref_area)
    query = query.order_by(c.indicator, c.ref_area, c.first_period)
    return frame_of(engine, query).astype({"indicator": "object", "ref_area": "object"} | _YEARS)


def origins(engine: Engine) -> pd.DataFrame:
    """Return whose each list is: source, source_title, vintage, licence, file; index indicator.

    Of several files the last one, which is the newest.
    """
    newest = (
        select(observation.c.run_id, observation.c.indicator, func.max(observation.c.file).label("file"))
        .where(
            observation.c.run_id.in_(select(vintage.c.run_id)),
            observation.c.indicator.in_(select(indicator.c.indicator).where(indicator.c.absent != "unknown")),
        )
        .group_by(observation.c.run_id, observation.c.indicator)
        .subquery()
    )
    same_file = and_(run_file.c.run_id == newest.c.run_id, run_file.c.file == newest.c.file)
    query = select(
        newest.c.indicator, source.c.source_id.label("source"), *ORIGIN, snapshot.c.name.label("file")
    ).select_from(
        newest.join(indicator, indicator.c.indicator == newest.c.indicator)
        .join(source, source.c.source_id == indicator.c.source_id)
        .outerjoin(run_file, same_file)
        .outerjoin(derived_origin, same_origin(newest.c))
        .outerjoin(snapshot, snapshot.c.sha256 == run_file.c.sha256)
    )
    return frame_of(engine, query).astype("object").set_index("indicator").sort_index()
