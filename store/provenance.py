"""Where a number comes from, and what changed between two vintages."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Engine, and_, func, select

from scidip.indicators.vocabulary import NOT_APPLICABLE, OBSERVATION_KEY
from scidip.store.database.schema import (
    derived_origin,
    indicator,
    observation,
    run,
    run_file,
    scored_cell,
    snapshot,
    source,
    treatment,
    vintage,
)
from scidip.store.queries.served import frame_of, same_origin, score_run


def figure(engine: Engine, code: str, ref_area: str, year: int) -> Mapping[str, Any] | None:
    """Return an area's newest figure up to *year* with all that is known of its origin, or None.

    Keys: time_period, obs_value, obs_status, unit, row, source, title, licence, citation, vintage,
    file, url, sha256, retrieved, run_id. For a derived figure `file` is None and `title`, `vintage`
    and `licence` name what it rests on.
    """
    query = (
        select(*_of_figure())
        .select_from(
            observation.join(vintage, vintage.c.run_id == observation.c.run_id)
            .join(indicator, indicator.c.indicator == observation.c.indicator)
            .join(source, source.c.source_id == indicator.c.source_id)
            .outerjoin(run_file, and_(run_file.c.run_id == observation.c.run_id, run_file.c.file == observation.c.file))
            .outerjoin(snapshot, snapshot.c.sha256 == run_file.c.sha256)
            .outerjoin(derived_origin, same_origin(observation.c))
        )
        .where(
            observation.c.indicator == code,
            observation.c.ref_area == ref_area,
            observation.c.counterpart_area == NOT_APPLICABLE,
            observation.c.time_period <= year,
        )
        .order_by(observation.c.time_period.desc())
        .limit(1)
    )
    with engine.connect() as connection:
        found = connection.execute(query).mappings().first()
    return dict(found) if found else None


def _of_figure() -> tuple[ColumnElement[Any], ...]:
    """Return the columns that say what a figure is and where it comes from."""
    return (
        observation.c.time_period,
        observation.c.obs_value,
        observation.c.obs_status,
        observation.c.row,
        observation.c.run_id,
        indicator.c.unit,
        source.c.source_id.label("source"),
        func.coalesce(derived_origin.c.title, source.c.title).label("title"),
        func.coalesce(derived_origin.c.licence, source.c.licence).label("licence"),
        source.c.citation,
        func.coalesce(derived_origin.c.vintage, run_file.c.vintage).label("vintage"),
        snapshot.c.name.label("file"),
        snapshot.c.url,
        snapshot.c.sha256,
        snapshot.c.retrieved,
    )


def ties(engine: Engine, code: str, ref_area: str, year: int) -> tuple[int, int, str]:
    """Return the year, the number of an area's pairs in a layer up to *year*, and the file's name."""
    side = (observation.c.ref_area == ref_area) | (observation.c.counterpart_area == ref_area)
    query = (
        select(observation.c.time_period, func.count(), func.max(snapshot.c.name))
        .select_from(
            observation.join(vintage, vintage.c.run_id == observation.c.run_id)
            .join(run_file, and_(run_file.c.run_id == observation.c.run_id, run_file.c.file == observation.c.file))
            .join(snapshot, snapshot.c.sha256 == run_file.c.sha256)
        )
        .where(observation.c.indicator == code, side, observation.c.time_period <= year)
        .group_by(observation.c.time_period)
        .order_by(observation.c.time_period.desc())
        .limit(1)
    )
    with engine.connect() as connection:
        found = connection.execute(query).first()
    return (int(found[0]), int(found[1]), str(found[2])) if found else (0, 0, "")


def cell(engine: Engine, code: str, ref_area: str, year: int) -> Mapping[str, Any] | None:
    """Return how a figure entered the score of a year: own_period, treated, normalised, rule, bounds."""
    same = and_(treatment.c.run_id == scored_cell.c.run_id, treatment.c.indicator == scored_cell.c.indicator)
    query = (
        select(
            scored_cell.c.own_period,
            scored_cell.c.obs_value,
            scored_cell.c.treated,
            scored_cell.c.normalised,
            treatment.c.rule,
            treatment.c.lower,
            treatment.c.upper,
        )
        .select_from(scored_cell.join(treatment, same))
        .where(
            scored_cell.c.run_id == score_run(),
            scored_cell.c.indicator == code,
            scored_cell.c.ref_area == ref_area,
            scored_cell.c.time_period == year,
        )
    )
    with engine.connect() as connection:
        found = connection.execute(query).mappings().first()
    return dict(found) if found else None


def vintages(engine: Engine, subject: str) -> pd.DataFrame:
    """Return the vintages of a source whose figures are kept, newest first: run_id, finished_at, loaded, files."""
    query = (
        select(run.c.run_id, run.c.finished_at, run.c.loaded)
        .where(run.c.subject == subject, run.c.kind == "ingest", run.c.status == "succeeded")
        .order_by(run.c.run_id.desc())
    )
    named = select(run_file.c.run_id, run_file.c.vintage).order_by(run_file.c.run_id, run_file.c.file)
    frame = frame_of(engine, query)
    of_runs = frame_of(engine, named.where(run_file.c.run_id.in_(frame["run_id"].tolist())))
    files = {run_id: ",".join(dict.fromkeys(each)) for run_id, each in of_runs.groupby("run_id")["vintage"]}
    return frame[frame["run_id"].isin(files)].assign(files=frame["run_id"].map(files)).reset_index(drop=True)


def of_run(engine: Engine, run_id: int) -> pd.DataFrame:
    """Return the observations of one run: the key and the value."""
    columns = [observation.c[k] for k in (*OBSERVATION_KEY, "obs_value")]
    return frame_of(engine, select(*columns).where(observation.c.run_id == run_id)).astype({"obs_value": "float64"})


def last_changes(engine: Engine, most: int) -> pd.DataFrame:
    """Return what the newest vintages changed: source_id, title, finished_at, new, revised, gone (numbers of figures).

    Of sources with two vintages kept, the *most* that were replaced last; newest first. Empty when every
    source stands at its first vintage.
    """
    rows = []
    titles = frame_of(engine, select(source.c.source_id, source.c.title).order_by(source.c.source_id))
    for subject, title in titles.itertuples(index=False):
        kept = vintages(engine, subject)
        if len(kept) > 1:
            rows.append((subject, title, kept["finished_at"].iloc[0], *kept["run_id"].iloc[:2]))
    rows = sorted(rows, key=lambda r: str(r[2]), reverse=True)[:most]
    found = []
    for subject, title, when, now, before in rows:
        kinds = compare(of_run(engine, int(before)), of_run(engine, int(now)))["change"]
        counts = [int((kinds == kind).sum()) for kind in ("new", "revised", "gone")]
        found.append((subject, title, when, *counts))
    columns = ["source_id", "title", "finished_at", "new", "revised", "gone"]
    return pd.DataFrame(found, columns=columns)


def compare(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Return what differs between two vintages: the key, change, old_value, new_value, relative.

    `change` is "new", "gone" or "revised"; `relative` is the revision over the old value (NaN when
    that is zero or there is none). Sorted by indicator, change and size of the revision.
    """
    key = list(OBSERVATION_KEY)
    both = old.merge(new, on=key, how="outer", suffixes=("_old", "_new"), indicator="side")
    side = both["side"].map({"left_only": "gone", "right_only": "new", "both": "same"}).astype(str)
    differs = (both["obs_value_old"] - both["obs_value_new"]).abs() > 1e-9 * both["obs_value_old"].abs()
    change = side.where(~((side == "same") & differs), "revised")
    base = both["obs_value_old"].where(both["obs_value_old"] != 0)
    table = both.assign(
        change=change,
        old_value=both["obs_value_old"],
        new_value=both["obs_value_new"],
        relative=(both["obs_value_new"] - both["obs_value_old"]) / base.abs(),
    )[[*key, "change", "old_value", "new_value", "relative"]]
    table = table[table["change"] != "same"]
    size = table["relative"].abs().fillna(0)
    return (
        table.assign(size=size)
        .sort_values(["indicator", "change", "size", *key[1:]], ascending=[True, True, False, True, True, True])
        .drop(columns="size")
        .reset_index(drop=True)
    )
