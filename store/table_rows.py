"""Rows for files and the API: streamed in key order, filtered, and resumable after a key."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, Select, and_, func, select, tuple_

from scidip.indicators.vocabulary import DEFAULT_FRAMEWORK
from scidip.store.database.schema import (
    derived_origin,
    indicator,
    observation,
    run_file,
    score,
    score_interval,
    scored_cell,
    source,
    vintage,
)
from scidip.store.queries.served import score_run

_BATCH = 200
"""Rows fetched at a time. Few on purpose: Python looks for garbage after every 700 new tuples that are still
held, and each look costs more than the rows. Batches that are gone before made reading three times as fast."""


@dataclass(frozen=True)
class Chosen:
    """Which rows: by column the values taken (a column not named takes all); rows after a key; how many."""

    values: Mapping[str, Collection[Any]] = field(default_factory=dict)
    first: int | None = None
    last: int | None = None
    after: tuple[Any, ...] | None = None
    limit: int | None = None

    def takes(self, column: str, value: Any) -> bool:
        """Return whether *value* of *column* is among the chosen."""
        return column not in self.values or value in self.values[column]

    def apply(self, query: Select[Any], columns: Mapping[str, Any]) -> Select[Any]:
        """Return *query* restricted to the chosen values of *columns* and years."""
        for name, values in self.values.items():
            if name in columns:
                query = query.where(columns[name].in_(list(values)))
        if self.first is not None:
            query = query.where(columns["time_period"] >= self.first)
        if self.last is not None:
            query = query.where(columns["time_period"] <= self.last)
        return query


def closed_sources(engine: Engine) -> dict[str, tuple[str, str, str]]:
    """Return title, licence and where to get it of each source whose data may not be passed on."""
    query = select(source).where(~source.c.redistributable).order_by(source.c.source_id)
    with engine.connect() as connection:
        rows = connection.execute(query).mappings()
        return {r["source_id"]: (r["title"], r["licence"], r["where_to_get"]) for r in rows}


def source_citations(engine: Engine) -> list[tuple[str, str, str]]:
    """Return title, licence and citation of every source."""
    query = select(source.c.title, source.c.licence, source.c.citation).order_by(source.c.title)
    with engine.connect() as connection:
        return [(r[0], r[1], r[2]) for r in connection.execute(query)]


@dataclass(frozen=True)
class Cited:
    """What is needed to cite a source; `vintage` is that of its newest file, "" when none is stated."""

    title: str
    publisher: str
    licence: str
    citation: str
    vintage: str


def cited_sources(engine: Engine) -> dict[str, Cited]:
    """Return every source by its id, with the newest vintage that serves."""
    newest = func.coalesce(func.max(run_file.c.vintage), "")
    columns = [source.c[c] for c in ("source_id", "title", "publisher", "licence", "citation")]
    query = (
        select(*columns, newest)
        .outerjoin(vintage, vintage.c.source_id == source.c.source_id)
        .outerjoin(run_file, run_file.c.run_id == vintage.c.run_id)
        .group_by(*columns)
        .order_by(source.c.source_id)
    )
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    return {r[0]: Cited(r[1], r[2], r[3], r[4], r[5]) for r in rows}


def observation_rows(
    engine: Engine, indicators: Sequence[str], chosen: Chosen, *, pairs: bool = False
) -> Iterator[tuple[Any, ...]]:
    """Yield indicator, field, ref_area, (counterpart_area,) time_period, value, unit, status, source, vintage, licence.

    An indicator at a time, along the primary key, so that nothing is sorted and memory does not
    grow with the table. `chosen.after` is (indicator, ref_area, counterpart_area, time_period).
    """
    left = chosen.limit
    names = sorted(indicators)
    if chosen.after:
        names = [n for n in names if n >= chosen.after[0]]
    with engine.connect() as connection:
        described = _described(connection)
        files = {
            (r.run_id, r.file): r.vintage
            for r in connection.execute(select(run_file.c.run_id, run_file.c.file, run_file.c.vintage))
        }
        for name in names:
            if name not in described or left == 0:
                continue
            run_id, unit, field_code, origin, derived = described[name]
            query = _of_indicator(name, run_id, chosen)
            if left is not None:
                query = query.limit(left)
            editions = {file: edition for (run, file), edition in files.items() if run == run_id}
            result = connection.execution_options(yield_per=_BATCH).execute(query)
            for part in result.partitions():
                left = None if left is None else left - len(part)
                if derived:
                    origins = dict.fromkeys({r[5] for r in part}, derived)
                else:
                    origins = {f: (origin[0], editions.get(f, ""), origin[1]) for f in {r[5] for r in part}}
                # A comprehension and a lookup a row: this line is half of what a large file takes.
                yield from (
                    [(name, field_code, a, o, y, v, unit, s, *origins[f]) for a, o, y, v, s, f in part]
                    if pairs
                    else [(name, field_code, a, y, v, unit, s, *origins[f]) for a, _, y, v, s, f in part]
                )


def _described(connection: Any) -> dict[str, tuple[int, str, str, tuple[str, str], tuple[str, str, str] | None]]:
    """Return, by indicator with figures, its run, unit, field, source title and licence, and derived origin."""
    query = (
        select(
            indicator.c.indicator,
            indicator.c.unit,
            vintage.c.run_id,
            source.c.title,
            source.c.licence,
            derived_origin.c.title,
            derived_origin.c.vintage,
            derived_origin.c.licence,
            indicator.c.field,
        )
        .join(vintage, vintage.c.source_id == indicator.c.source_id)
        .join(source, source.c.source_id == indicator.c.source_id)
        .outerjoin(
            derived_origin,
            and_(derived_origin.c.run_id == vintage.c.run_id, derived_origin.c.indicator == indicator.c.indicator),
        )
    )
    return {
        r[0]: (r[2], r[1], r[8], (r[3], r[4]), (r[5], r[6], r[7]) if r[5] is not None else None)
        for r in connection.execute(query)
    }


def _of_indicator(name: str, run_id: int, chosen: Chosen) -> Select[Any]:
    o = observation.c
    key = (o.ref_area, o.counterpart_area, o.time_period)
    query: Select[Any] = select(*key, o.obs_value, o.obs_status, o.file)
    query = query.where(o.run_id == run_id, o.indicator == name)
    columns = {"ref_area": o.ref_area, "counterpart_area": o.counterpart_area, "time_period": o.time_period}
    query = chosen.apply(query, columns)
    if chosen.after and chosen.after[0] == name:
        query = query.where(tuple_(*key) > tuple_(*chosen.after[1:]))
    return query.order_by(*key)


def score_rows(engine: Engine, names: Sequence[str], chosen: Chosen) -> Iterator[tuple[Any, ...]]:
    """Yield the columns *names* of the scores, by framework, node, year and area.

    The default framework unless others are chosen. `chosen.after` is such a key.
    """
    s, i = score.c, score_interval.c
    key = (s.framework, s.node, s.time_period, s.ref_area)
    same = and_(*(s[k] == i[k] for k in ("run_id", "framework", "node", "time_period", "ref_area")))
    columns = {c.name: c for c in (*i, *s)}
    query = select(*(columns[n] for n in names)).select_from(score.outerjoin(score_interval, same))
    query = query.where(s.run_id == score_run())
    if "framework" not in chosen.values:
        query = query.where(s.framework == DEFAULT_FRAMEWORK)
    query = chosen.apply(query, dict(s.items()))
    if chosen.after:
        query = query.where(tuple_(*key) > tuple_(*chosen.after))
    yield from stream(engine, query.order_by(*key), chosen.limit)


CELL_COLUMNS = (
    "indicator",
    "time_period",
    "ref_area",
    "own_period",
    "obs_value",
    "treated",
    "normalised",
    "obs_status",
)


def cell_rows(engine: Engine, chosen: Chosen) -> Iterator[tuple[Any, ...]]:
    """Yield indicator, year, area, own year, raw, treated, normalised and status of each scored figure."""
    c = scored_cell.c
    key = (c.indicator, c.time_period, c.ref_area)
    query: Select[Any] = select(*key, c.own_period, c.obs_value, c.treated, c.normalised, c.obs_status)
    query = chosen.apply(query.where(c.run_id == score_run()), dict(c.items()))
    if chosen.after:
        query = query.where(tuple_(*key) > tuple_(*chosen.after))
    yield from stream(engine, query.order_by(*key), chosen.limit)


def stream(engine: Engine, query: Select[Any], limit: int | None = None) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a query a batch at a time."""
    if limit is not None:
        query = query.limit(limit)
    with engine.connect() as connection:
        for row in connection.execution_options(yield_per=_BATCH).execute(query):
            yield tuple(row)
