"""Reads about where figures come from: sources, files, runs, rows left out or held, agreement between series."""

import json
import math

import pandas as pd
from sqlalchemy import Engine, Subquery, and_, case, func, select

from scidip.indicators.vocabulary import NOT_APPLICABLE
from scidip.store.database.schema import (
    DERIVED,
    SCORES,
    crosscheck,
    crosscheck_worst,
    observation,
    quarantine,
    run,
    run_exclusion,
    run_file,
    snapshot,
    source,
    vintage,
)
from scidip.store.queries.served import frame_of, score_run


def sources(engine: Engine) -> pd.DataFrame:
    """Return the sources that serve: who, licence, citation, newest file, and what became of the rows."""
    newest = _newest_files()
    query = (
        select(
            source.c.source_id.label("source"),
            *(c for c in source.c if c.name != "source_id"),
            newest.c.vintage,
            newest.c.retrieved,
            run.c.run_id,
            run.c.parsed,
            run.c.loaded,
            run.c.excluded,
            run.c.quarantined,
        )
        .select_from(
            source.join(vintage, vintage.c.source_id == source.c.source_id)
            .join(run, run.c.run_id == vintage.c.run_id)
            .outerjoin(newest, newest.c.source_id == source.c.source_id)
        )
        .where(source.c.source_id != DERIVED)
        .order_by(source.c.title)
    )
    return frame_of(engine, query)


def renewals(engine: Engine) -> pd.DataFrame:
    """Return, for each source, how it renews and how that went.

    Columns: source, title, homepage, by_hand, months, vintage and retrieved (of the newest file that serves), newest
    (year of its newest figure), tried and status (of the last run), succeeded (when a run last published or found
    nothing new). What never was is None.
    """
    of_runs, newest, files, last = _runs(), _newest_periods(), _newest_files(), run.alias()
    query = (
        select(
            source.c.source_id.label("source"),
            *(source.c[name] for name in ("title", "homepage", "by_hand", "months")),
            files.c.vintage,
            files.c.retrieved,
            newest.c.newest,
            last.c.started_at.label("tried"),
            last.c.status,
            of_runs.c.succeeded,
        )
        .select_from(
            source.outerjoin(files, files.c.source_id == source.c.source_id)
            .outerjoin(newest, newest.c.source_id == source.c.source_id)
            .outerjoin(of_runs, of_runs.c.subject == source.c.source_id)
            .outerjoin(last, last.c.run_id == of_runs.c.last)
        )
        .where(source.c.source_id != DERIVED)
        .order_by(source.c.title)
    )
    return frame_of(engine, query)


def _runs() -> Subquery:
    """Return by subject the last run, and when one last published or found nothing new."""
    ended = run.c.status.in_(("succeeded", "unchanged"))
    return (
        select(
            run.c.subject,
            func.max(run.c.run_id).label("last"),
            func.max(case((ended, run.c.started_at))).label("succeeded"),
        )
        .where(run.c.kind == "ingest")
        .group_by(run.c.subject)
        .subquery()
    )


def _newest_periods() -> Subquery:
    return (
        select(vintage.c.source_id, func.max(observation.c.time_period).label("newest"))
        .join(observation, observation.c.run_id == vintage.c.run_id)
        .group_by(vintage.c.source_id)
        .subquery()
    )


def _newest_files() -> Subquery:
    return (
        select(
            vintage.c.source_id,
            func.max(run_file.c.vintage).label("vintage"),
            func.max(snapshot.c.retrieved).label("retrieved"),
        )
        .join(run_file, run_file.c.run_id == vintage.c.run_id)
        .join(snapshot, snapshot.c.sha256 == run_file.c.sha256)
        .group_by(vintage.c.source_id)
        .subquery()
    )


def quarantined_rows(engine: Engine) -> list[tuple[str, str, str, float]]:
    """Return source, series, area (in the producer's words) and value of every row that serves in quarantine.

    A value that is no number counts as infinite: how much is missing is not known.
    """
    query = select(vintage.c.source_id, quarantine.c.raw_json).join(vintage, vintage.c.run_id == quarantine.c.run_id)
    query = query.order_by(vintage.c.source_id, quarantine.c.position)
    with engine.connect() as connection:
        rows = [(source_id, json.loads(raw)) for source_id, raw in connection.execute(query)]
    return [(s, str(r.get("series", "")), str(r.get("source_area", "")), _amount(r.get("obs_value"))) for s, r in rows]


def _amount(text: object) -> float:
    try:
        value = float(str(text))
    except ValueError:
        return math.inf
    return value if math.isfinite(value) else math.inf


def exclusions(engine: Engine) -> pd.DataFrame:
    """Return the rows that were left out by declaration: source, why, rows."""
    query = (
        select(vintage.c.source_id.label("source"), run_exclusion.c.why, run_exclusion.c.rows)
        .join(vintage, vintage.c.run_id == run_exclusion.c.run_id)
        .order_by(vintage.c.source_id, run_exclusion.c.rows.desc(), run_exclusion.c.why)
    )
    return frame_of(engine, query)


def quarantined(engine: Engine) -> pd.DataFrame:
    """Return the quarantined rows: source, check_code, message, file (name), row, raw_json."""
    here = and_(run_file.c.run_id == quarantine.c.run_id, run_file.c.file == quarantine.c.file)
    query = (
        select(
            vintage.c.source_id.label("source"),
            quarantine.c.check_code,
            quarantine.c.message,
            snapshot.c.name.label("file"),
            quarantine.c.row,
            quarantine.c.raw_json,
        )
        .select_from(
            quarantine.join(vintage, vintage.c.run_id == quarantine.c.run_id)
            .outerjoin(run_file, here)
            .outerjoin(snapshot, snapshot.c.sha256 == run_file.c.sha256)
        )
        .order_by(vintage.c.source_id, quarantine.c.position)
    )
    return frame_of(engine, query)


def crosschecks(engine: Engine) -> pd.DataFrame:
    """Return how series that measure the same thing agree, as of the score run that serves."""
    columns = [c for c in crosscheck.c if c.name != "run_id"]
    return frame_of(engine, select(*columns).where(crosscheck.c.run_id == score_run()).order_by(crosscheck.c.code))


def crosscheck_cells(engine: Engine) -> pd.DataFrame:
    """Return the cells on which the series of each cross-check differ most, worst first."""
    columns = [c for c in crosscheck_worst.c if c.name != "run_id"]
    query = select(*columns).where(crosscheck_worst.c.run_id == score_run())
    return frame_of(engine, query.order_by(crosscheck_worst.c.code, crosscheck_worst.c.place))


def runs(engine: Engine) -> pd.DataFrame:
    """Return all runs, newest first."""
    return frame_of(engine, select(run).order_by(run.c.run_id.desc()))


def element_coverage(engine: Engine) -> pd.DataFrame:
    """Return, by indicator, how many areas have figures and up to which year: indicator, areas, newest."""
    query = (
        select(
            observation.c.indicator,
            func.count(observation.c.ref_area.distinct()).label("areas"),
            func.max(observation.c.time_period).label("newest"),
        )
        .join(vintage, vintage.c.run_id == observation.c.run_id)
        .where(observation.c.counterpart_area == NOT_APPLICABLE)
        .group_by(observation.c.indicator)
        .order_by(observation.c.indicator)
    )
    return frame_of(engine, query)


def file_vintages(engine: Engine) -> pd.DataFrame:
    """Return the files behind what serves: source, file (position), vintage."""
    query = (
        select(vintage.c.source_id.label("source"), run_file.c.file, run_file.c.vintage)
        .join(vintage, vintage.c.run_id == run_file.c.run_id)
        .order_by(vintage.c.source_id, run_file.c.file)
    )
    return frame_of(engine, query)


def observation_count(engine: Engine) -> int:
    """Return how many observations serve."""
    query = (
        select(func.sum(run.c.loaded))
        .join(vintage, vintage.c.run_id == run.c.run_id)
        .where(vintage.c.source_id != SCORES)
    )
    with engine.connect() as connection:
        return int(connection.execute(query).scalar() or 0)
