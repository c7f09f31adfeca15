"""Reads for files: rows streamed from the database, so that memory does not grow with the table."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Engine, Select, and_, select

from store.queries import KEY, ORIGIN, same_origin, scores_query
from store.schema import derived_origin, indicator, observation, run_file, score, source, vintage

_BATCH = 10_000


def closed_sources(engine: Engine) -> list[str]:
    """Return the ids of the sources whose data may not be passed on."""
    with engine.connect() as connection:
        return list(
            connection.execute(
                select(source.c.source_id).where(~source.c.redistributable)
            ).scalars()
        )


def export_rows(
    engine: Engine,
    indicators: Sequence[str],
    areas: Sequence[str] | None = None,
    *,
    pairs: bool = False,
) -> Iterator[tuple[Any, ...]]:
    """Yield current observations with unit, status, source title, vintage and licence, sorted by key.

    Rows come from the database a batch at a time, so that memory does not grow with the table.
    With *pairs* the counterpart follows the area.
    """
    counterpart = [observation.c.counterpart_area] if pairs else []
    query = (
        select(
            observation.c.indicator, observation.c.ref_area, *counterpart, observation.c.time_period,
            observation.c.obs_value, indicator.c.unit, observation.c.obs_status, *ORIGIN,
        )
        .select_from(
            observation.join(vintage, vintage.c.run_id == observation.c.run_id)
            .join(indicator, indicator.c.indicator == observation.c.indicator)
            .join(source, source.c.source_id == indicator.c.source_id)
            .outerjoin(run_file, and_(run_file.c.run_id == observation.c.run_id, run_file.c.file == observation.c.file))
            .outerjoin(derived_origin, same_origin(observation.c))
        )
        .where(observation.c.indicator.in_(list(indicators)))
        .order_by(indicator.c.position, observation.c.run_id, *KEY)
    )  # fmt: skip
    if areas is not None:
        query = query.where(observation.c.ref_area.in_(list(areas)))
    yield from _stream(engine, query)


def score_rows(
    engine: Engine, nodes: Sequence[str], columns: Sequence[str]
) -> Iterator[tuple[Any, ...]]:
    """Yield the scores of some nodes with these columns, by node, year and area."""
    base = scores_query().where(score.c.node.in_(list(nodes))).subquery()
    query = select(*(base.c[c] for c in columns)).order_by(
        base.c.node, base.c.time_period, base.c.ref_area
    )
    yield from _stream(engine, query)


def _stream(engine: Engine, query: Select[Any]) -> Iterator[tuple[Any, ...]]:
    with engine.connect() as connection:
        result = connection.execution_options(yield_per=_BATCH).execute(query)
        for row in result:
            yield tuple(row)
