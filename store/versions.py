"""Versions that are kept: which there are, how one is named for ever, what each takes of the disk."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine, Table, func, inspect, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from scidip.indicators.errors import ScidipError, UnknownVersion
from scidip.indicators.vocabulary import DEFAULT_FRAMEWORK, DEFAULT_INDEX
from scidip.store.database.as_of import as_of
from scidip.store.database.schema import DERIVED, SCORES, run, score
from scidip.store.database.version_tables import version, version_run
from scidip.store.entering import drop_old
from scidip.store.queries.served import data_version, frame_of
from scidip.store.runs import OF_A_RUN, prune

NEWEST = "newest"
"""What the figures that serve now are called where a version is asked for."""
LONGEST_NAME = 80
"""Characters of a version's name."""
COLUMNS = ["version", "made_at", "name", "score_run", "code_version", "methodology"]


def kept(engine: Engine) -> pd.DataFrame:
    """Return the versions that can be read, newest first: version, made_at, name, score_run, code_version, methodology.

    A database that was never written by this scidip has none: only its newest figures can be read.
    """
    with as_of(""):
        query = (
            select(
                version.c.version,
                version.c.made_at,
                version.c.name,
                version_run.c.run_id.label("score_run"),
                run.c.code_version,
                run.c.methodology,
            )
            .select_from(version.join(version_run, version_run.c.version == version.c.version))
            .join(run, run.c.run_id == version_run.c.run_id)
            .where(version_run.c.source_id == SCORES)
            .order_by(version_run.c.run_id.desc())
        )
        try:
            return frame_of(engine, query)
        except SQLAlchemyError:
            if inspect(engine).has_table(version.name):
                raise
            return pd.DataFrame(columns=COLUMNS)


def made_at(engine: Engine, code: str) -> str:
    """Return when a version was made. Raises UnknownVersion for one that is not kept."""
    known = kept(engine).set_index("version")["made_at"]
    if code not in known.index:
        raise UnknownVersion(code)
    return str(known[code])


def present(engine: Engine) -> str:
    """Return the version that serves now, whichever is read; "" for an empty database."""
    with as_of(""):
        return data_version(engine)


def begun(engine: Engine) -> str:
    """Return when the first run of a database began, which no other one built from the same files has; "" without."""
    with engine.connect() as connection:
        return str(connection.execute(select(func.min(run.c.started_at))).scalar() or "")


def find(engine: Engine, asked: str) -> str:
    """Return the version that a person means: by its ten digits, its name or NEWEST. Raises UnknownVersion.

    "" for the figures that serve now.
    """
    if asked in (NEWEST, present(engine)):
        return ""
    known = kept(engine)
    for column in ("version", "name"):
        found = known[known[column] == asked] if asked else known.head(0)
        if not found.empty:
            return str(found["version"].iloc[0])
    raise UnknownVersion(asked)


def runs_of(engine: Engine, code: str) -> dict[str, int]:
    """Return what served in a version: the run by source id (and "scidip", "scores")."""
    query = select(version_run.c.source_id, version_run.c.run_id).where(version_run.c.version == code)
    query = query.order_by(version_run.c.source_id)
    with engine.connect() as connection:
        return {r.source_id: int(r.run_id) for r in connection.execute(query)}


def renewed(now: Mapping[str, int], before: Mapping[str, int]) -> list[str]:
    """Return the sources of which a version has other runs than the one before it."""
    own = {s for s in {*now, *before} if s not in (DERIVED, SCORES)}
    return sorted(s for s in own if now.get(s) != before.get(s))


def give_name(engine: Engine, code: str, name: str) -> None:
    """Keep a version for ever under a name; "" lets it grow old like the others.

    Raises UnknownVersion, or ScidipError for a name that is too long, is no words, or is another version's.
    """
    if len(name) > LONGEST_NAME or any(not letter.isprintable() for letter in name):
        raise ScidipError(f"a name has at most {LONGEST_NAME} characters, all of which can be printed")
    versions = kept(engine)
    taken = versions[(versions["name"] == name) & (versions["version"] != code)] if name else versions.head(0)
    if not taken.empty:
        raise ScidipError(f"the version {taken['version'].iloc[0]} has that name already; give this one another")
    with engine.begin() as connection:
        done = connection.execute(update(version).where(version.c.version == code).values(name=name))
        if not done.rowcount:
            raise UnknownVersion(code)
        for subject in drop_old(connection):
            prune(connection, subject)


def listing(engine: Engine, *, sized: bool = True) -> list[dict[str, Any]]:
    """Return a record for each version, newest first: version, made_at, name, ranked, renewed, bytes.

    What the oldest one renewed is not known (None), nor are bytes unless *sized*: it takes a second.
    """
    with as_of(""):
        versions = kept(engine)
        held = {str(code): runs_of(engine, str(code)) for code in versions["version"]}
        ranked = _ranked(engine, [runs[SCORES] for runs in held.values()])
        sizes = _bytes(engine, held) if sized else {}
    records = []
    for place, row in enumerate(versions.itertuples(index=False)):
        code = str(row.version)
        before = held[str(versions["version"].iloc[place + 1])] if place + 1 < len(versions) else None
        records.append(
            {
                "version": code,
                "made_at": str(row.made_at),
                "name": str(row.name),
                "ranked": ranked.get(held[code][SCORES], 0),
                "renewed": None if before is None else renewed(held[code], before),
                "bytes": sizes.get(code),
            }
        )
    return records


def _ranked(engine: Engine, score_runs: Iterable[int]) -> dict[int, int]:
    """Return by score run how many areas are ranked in its newest year."""
    query = (
        select(score.c.run_id, score.c.time_period, func.count().label("ranked"))
        .where(
            score.c.run_id.in_(list(score_runs)),
            score.c.framework == DEFAULT_FRAMEWORK,
            score.c.node == DEFAULT_INDEX,
            score.c.is_ranked,
        )
        .group_by(score.c.run_id, score.c.time_period)
        .order_by(score.c.time_period)
    )
    with engine.connect() as connection:
        return {int(r.run_id): int(r.ranked) for r in connection.execute(query)}


def _bytes(engine: Engine, held: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """Return by version about how many bytes its own rows take: those of runs that no other version has.

    A row counts as the mean of its table with its indexes, as the database tells it; empty where it cannot.
    """
    users: dict[int, list[str]] = {}
    for code, runs in held.items():
        for run_id in runs.values():
            users.setdefault(run_id, []).append(code)
    found = dict.fromkeys(held, 0.0)
    try:
        with engine.connect() as connection:
            for table in OF_A_RUN:
                for run_id, size in _of_runs(connection, table).items():
                    if len(users.get(run_id, ())) == 1:
                        found[users[run_id][0]] += size
    except SQLAlchemyError:
        return {}
    return {code: round(size) for code, size in found.items()}


_SIZES = {
    "sqlite": text(
        "SELECT sum(pgsize) FROM dbstat WHERE aggregate = TRUE AND name IN "
        "(SELECT name FROM main.sqlite_master WHERE tbl_name = :name)"
    ),
    "postgresql": text("SELECT pg_total_relation_size(to_regclass(:name))"),
}
"""What tells the bytes of a table with its indexes."""


def _of_runs(connection: Connection, table: Table) -> dict[int, float]:
    """Return by run about how many bytes its rows in a table take."""
    size = connection.execute(_SIZES[connection.dialect.name], {"name": table.name}).scalar() or 0
    counts = connection.execute(select(table.c.run_id, func.count()).group_by(table.c.run_id)).all()
    rows = sum(n for _run, n in counts)
    return {int(run_id): size * n / rows for run_id, n in counts}
