"""Reads about ties between areas."""

import pandas as pd
from sqlalchemy import Engine, and_, func, select, tuple_

from scidip.indicators.pairs import pooling
from scidip.indicators.pairs.layer import Layer
from scidip.indicators.vocabulary import NOT_APPLICABLE
from scidip.store.database.schema import area, indicator, list_coverage, observation, run_file, source, vintage
from scidip.store.queries.served import frame_of

_COLUMNS = ("ref_area", "counterpart_area", "time_period", "obs_value", "obs_status", "file")


def layer(engine: Engine, code: str, first: int = 0, of: str = "") -> Layer:
    """Return the ties of one pair indicator between areas that exist today, from the year *first* on.

    With *of* only those of one area, which is much quicker; nothing can be said of the others then.
    """
    spec = select(indicator.c.directed, indicator.c.absent, indicator.c.source_id).where(indicator.c.indicator == code)
    query = (
        select(*(observation.c[c] for c in _COLUMNS))
        .join(vintage, vintage.c.run_id == observation.c.run_id)
        .where(
            observation.c.indicator == code, observation.c.obs_value.is_not(None), observation.c.time_period >= first
        )
    )
    if of:
        query = query.where((observation.c.ref_area == of) | (observation.c.counterpart_area == of))
    with engine.connect() as connection:
        directed, absent, source_id = connection.execute(spec).one()
    kinds = frame_of(
        engine, select(area.c.ref_area, area.c.kind).where(area.c.kind != "former", area.c.ref_area != NOT_APPLICABLE)
    )
    frame: pd.DataFrame = frame_of(engine, query)
    both = frame["ref_area"].isin(kinds["ref_area"]) & frame["counterpart_area"].isin(kinds["ref_area"])
    lists_all = absent != "unknown"
    states = kinds.loc[kinds["kind"] == "state", "ref_area"]
    of_states = lists_all and absent != "none_among_named"
    speaks_of = frozenset(states) | _named(engine, source_id) if of_states else frozenset()
    return Layer(code, bool(directed), lists_all, frame[both].reset_index(drop=True), speaks_of)


def between(engine: Engine, a: str, b: str) -> pd.DataFrame:
    """Return the known figures of two areas in all pair indicators, as they stand in the layers, by year.

    Columns indicator, ref_area, counterpart_area, time_period, obs_value; of a directed indicator both ways.
    """
    o, ends = observation.c, (a, b)
    names = ("indicator", "ref_area", "counterpart_area", "time_period", "obs_value")
    # By way of the indicator's source, whose one run serves: all runs for all indicators would be tried else.
    query = (
        select(*(o[n] for n in names))
        .select_from(
            indicator.join(vintage, vintage.c.source_id == indicator.c.source_id).join(
                observation, and_(o.run_id == vintage.c.run_id, o.indicator == indicator.c.indicator)
            )
        )
        .where(
            indicator.c.arity == "pair", o.ref_area.in_(ends), o.counterpart_area.in_(ends), o.obs_value.is_not(None)
        )
    )
    found = frame_of(engine, query.order_by(o.indicator, o.time_period, o.ref_area))
    return found.astype({"time_period": "int64", "obs_value": "float64"})


def newest_years(engine: Engine, codes: tuple[str, ...]) -> dict[str, int]:
    """Return the newest year of some indicators that any pair has a known figure of; nothing of one without figures."""
    o = observation.c
    query = select(o.indicator, func.max(o.time_period).label("time_period")).where(
        o.run_id.in_(select(vintage.c.run_id)), o.indicator.in_(codes), o.obs_value.is_not(None)
    )
    found = frame_of(engine, query.group_by(o.indicator))
    return {str(code): int(year) for code, year in zip(found["indicator"], found["time_period"], strict=True)}


def of_pairs(engine: Engine, codes: tuple[str, ...], pairs: tuple[tuple[str, str], ...]) -> pd.DataFrame:
    """Return what some layers hold of some pairs, ends as given: indicator, ref_area, counterpart_area, time_period,
    obs_value; nothing of a pair that a layer does not list."""
    known = observation.c
    query = (
        select(known.indicator, known.ref_area, known.counterpart_area, known.time_period, known.obs_value)
        .join(vintage, vintage.c.run_id == known.run_id)
        .where(known.indicator.in_(codes), tuple_(known.ref_area, known.counterpart_area).in_(pairs))
    )
    return frame_of(engine, query)


def pooled(engine: Engine, code: str, window: int, of: str = "") -> Layer:
    """Return the ties of a complete list whose figure of a year is the sum of the *window* years up to it."""
    return pooling.pooled(layer(engine, code, of=of), window)


def _named(engine: Engine, source_id: str) -> frozenset[str]:
    """Return the areas of today that are no states and of which a source's lists speak."""
    query = (
        select(list_coverage.c.ref_area)
        .join(indicator, indicator.c.indicator == list_coverage.c.indicator)
        .where(indicator.c.source_id == source_id, list_coverage.c.run_id.in_(select(vintage.c.run_id)))
        .distinct()
    )
    return frozenset(frame_of(engine, query)["ref_area"])


def sources(engine: Engine, codes: tuple[str, ...]) -> pd.DataFrame:
    """Return who published some indicators, each once: source_title, vintage (newest), licence."""
    newest = (
        select(run_file.c.run_id, func.max(run_file.c.vintage).label("vintage")).group_by(run_file.c.run_id).subquery()
    )
    query = (
        select(source.c.title.label("source_title"), newest.c.vintage, source.c.licence)
        .select_from(
            indicator.join(source, source.c.source_id == indicator.c.source_id)
            .join(vintage, vintage.c.source_id == source.c.source_id)
            .outerjoin(newest, newest.c.run_id == vintage.c.run_id)
        )
        .where(indicator.c.indicator.in_(codes))
        .distinct()
        .order_by(source.c.title)
    )
    return frame_of(engine, query)
