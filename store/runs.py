"""Runs: opened before anything is read, closed with what became of every row.

A vintage is published in one transaction: readers see the old figures or the new, never half.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Engine, Integer, Table, delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from scidip.indicators.errors import RunHeld
from scidip.indicators.vocabulary import OBSERVATION_COLUMNS
from scidip.store.codelists import enter_declared
from scidip.store.database.model_tables import (
    dated_event,
    declared_indicator,
    event_study,
    score_break,
    tie_expectation,
    tie_model,
)
from scidip.store.database.postgres.bulk import copy_rows
from scidip.store.database.schema import (
    SCORES,
    crosscheck,
    crosscheck_worst,
    derived_origin,
    index_audit,
    list_coverage,
    observation,
    quarantine,
    run,
    run_exclusion,
    run_file,
    score,
    score_interval,
    scored_cell,
    snapshot,
    treatment,
    vintage,
)
from scidip.store.database.version_tables import version_run
from scidip.store.database.writing import writing

ABANDONED = "abandoned: its process ended without a word"
"""What people are told of a run that was killed; nothing is decided by it."""
KEEP_VINTAGES, KEEP_SCORES = 3, 1
"""Runs of a source, and of the scores, that stay whether a version refers to them or not."""


@dataclass(frozen=True)
class FileRecord:
    """A producer's file as the database knows it."""

    name: str
    sha256: str
    bytes: int
    vintage: str
    url: str = ""
    retrieved: str = ""


@dataclass(frozen=True)
class Batch:
    """All that an ingest run leaves behind."""

    observations: pd.DataFrame
    quarantined: pd.DataFrame
    """check_code, message, file, row, raw_json."""
    excluded: Mapping[str, int]
    """Reason → rows."""
    files: Sequence[FileRecord]
    content_digest: str
    parsed: int = field(default=-1)
    origins: pd.DataFrame = field(default_factory=pd.DataFrame)
    """For derived figures: indicator, title, vintage and licence of what they rest on."""
    declared: pd.DataFrame = field(default_factory=pd.DataFrame)
    """What the files declare beside the catalogue: columns of `declared_indicator`; `file` is the file's position."""
    coverage: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Beside derived figures: where complete lists speak, as of `lists.source_coverage`."""

    @property
    def counts(self) -> dict[str, int]:
        """parsed, loaded, excluded and quarantined rows."""
        loaded, out, held = (len(self.observations), sum(self.excluded.values()), len(self.quarantined))
        parsed = self.parsed if self.parsed >= 0 else loaded + out + held
        return {"parsed": parsed, "loaded": loaded, "excluded": out, "quarantined": held}


def now() -> str:
    """Return the present moment, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@contextmanager
def running(engine: Engine, kind: str, subject: str, code_version: str) -> Iterator[int]:
    """Yield the id of a run that is on record as "running" from its first moment, and hold the writer's lock.

    On any error but RunHeld the run is closed as failed, and the old vintage keeps serving. Raises RunInProgress
    when another process is writing.
    """
    with writing(engine, f"{kind} {subject}"):
        try:
            yield _opened(engine, kind, subject, code_version)
        except RunHeld:
            raise
        except BaseException as error:
            # What stopped the run may stop this too (a full disk): the next run then closes it.
            with suppress(SQLAlchemyError):
                _close_running(engine, str(error) or type(error).__name__)
            raise


def _close_running(engine: Engine, message: str) -> None:
    """Close as failed whatever is "running": who holds the writer's lock knows that it is his own or was killed.

    Not by its number: an interrupt may come when a run is on record and its number not yet known.
    """
    with engine.begin() as connection:
        connection.execute(
            update(run).where(run.c.status == "running").values(status="failed", finished_at=now(), message=message)
        )


def _opened(engine: Engine, kind: str, subject: str, code_version: str) -> int:
    """Enter a run in its own transaction, once what was killed is closed, and return its id."""
    _close_running(engine, ABANDONED)
    with engine.begin() as connection:
        values = {
            "kind": kind,
            "subject": subject,
            "status": "running",
            "started_at": now(),
            "code_version": code_version,
        }
        result = connection.execute(insert(run).values(**values))
        return int(result.inserted_primary_key[0])  # type: ignore[index]  # there is one after an insert


def close(connection: Connection, run_id: int, status: str, *, message: str = "", **counts: Any) -> None:
    """Close a run with its status and counts."""
    connection.execute(
        update(run).where(run.c.run_id == run_id).values(status=status, finished_at=now(), message=message, **counts)
    )


def current_run(connection: Connection, subject: str) -> Mapping[str, Any] | None:
    """Return the run whose figures of *subject* serve now, or None."""
    query = select(run).join(vintage, vintage.c.run_id == run.c.run_id).where(vintage.c.source_id == subject)
    found = connection.execute(query).mappings().first()
    return dict(found) if found else None


def publish(engine: Engine, run_id: int, subject: str, batch: Batch, *, message: str = "") -> None:
    """Write the batch, move the pointer and close the run with *message*, all in one transaction."""
    with engine.begin() as connection:
        _write_files(connection, run_id, subject, batch.files)
        enter_declared(connection, batch.declared)
        insert_frame(connection, declared_indicator, batch.declared, run_id)
        insert_frame(connection, observation, batch.observations[list(OBSERVATION_COLUMNS)], run_id)
        insert_frame(connection, quarantine, batch.quarantined.assign(position=range(len(batch.quarantined))), run_id)
        insert_frame(connection, derived_origin, batch.origins, run_id)
        insert_frame(connection, list_coverage, batch.coverage, run_id)
        exclusions = pd.DataFrame(list(batch.excluded.items()), columns=["why", "rows"])
        insert_frame(connection, run_exclusion, exclusions, run_id)
        point(connection, subject, run_id)
        counts: dict[str, Any] = batch.counts
        close(connection, run_id, "succeeded", content_digest=batch.content_digest, message=message, **counts)
        prune(connection, subject)


def _write_files(connection: Connection, run_id: int, source_id: str, files: Sequence[FileRecord]) -> None:
    known = set(connection.execute(select(snapshot.c.sha256)).scalars())
    for position, file in enumerate(files):
        if file.sha256 not in known:
            known.add(file.sha256)
            connection.execute(
                insert(snapshot).values(
                    sha256=file.sha256,
                    source_id=source_id,
                    name=file.name,
                    url=file.url,
                    retrieved=file.retrieved,
                    bytes=file.bytes,
                )
            )
        connection.execute(
            insert(run_file).values(run_id=run_id, file=position, sha256=file.sha256, vintage=file.vintage)
        )


def point(connection: Connection, subject: str, run_id: int) -> None:
    """Make *run_id* the run whose figures of *subject* serve."""
    connection.execute(delete(vintage).where(vintage.c.source_id == subject))
    connection.execute(insert(vintage).values(source_id=subject, run_id=run_id))


OF_A_RUN = (
    observation,
    declared_indicator,
    list_coverage,
    derived_origin,
    quarantine,
    run_exclusion,
    run_file,
    score,
    score_interval,
    scored_cell,
    treatment,
    crosscheck,
    crosscheck_worst,
    index_audit,
    tie_expectation,
    tie_model,
    event_study,
    dated_event,
    score_break,
)
"""The tables whose rows are of a run."""


def prune(connection: Connection, subject: str) -> None:
    """Drop the figures of all but the newest published runs of a subject; the run stays on record.

    What serves, and what a version that is kept refers to, stays too.
    """
    published = (
        select(run.c.run_id)
        .where(run.c.subject == subject, run.c.status == "succeeded")
        .order_by(run.c.run_id.desc())
        .offset(KEEP_SCORES if subject == SCORES else KEEP_VINTAGES)
    )
    old = list(connection.execute(published).scalars())
    needed = {r for table in (vintage, version_run) for r in connection.execute(select(table.c.run_id)).scalars()}
    gone = [run_id for run_id in old if run_id not in needed]
    for table in OF_A_RUN if gone else ():
        connection.execute(delete(table).where(table.c.run_id.in_(gone)))


def insert_frame(connection: Connection, table: Table, frame: pd.DataFrame, run_id: int) -> None:
    """Insert the rows of *frame* into *table* with this run id, NaN as NULL.

    Rows go to the driver as plain tuples: building a mapping per row takes longer than SQLite does.
    """
    if frame.empty:
        return
    columns = [c.name for c in table.columns if c.name != "run_id" and c.name in frame]
    lists = [_plain(frame[c], whole=isinstance(table.c[c].type, Integer)) for c in columns]
    names = [table.c.run_id.name, *columns]
    rows = zip([run_id] * len(frame), *lists, strict=True)
    if connection.dialect.name == "postgresql":
        copy_rows(connection, table, names, rows)
        return
    marks = ", ".join("?" * len(names))
    quote = connection.dialect.identifier_preparer.quote
    statement = f"INSERT INTO {table.name} ({', '.join(map(quote, names))}) VALUES ({marks})"
    connection.exec_driver_sql(statement, list(rows))


def _plain(series: pd.Series, *, whole: bool = False) -> list[Any]:
    """Return Python objects: a numpy integer would be stored as a blob, a NaN not as NULL.

    *whole* numbers are given as such where pandas made them floats, to hold a missing one.
    """
    if series.dtype.kind == "f":
        values = series.to_numpy()
        missing = np.isnan(values)
        if whole:
            return [None if m else int(v) for v, m in zip(values.tolist(), missing, strict=True)]
        return (
            values.tolist()
            if not missing.any()
            else [None if m else v for v, m in zip(values.tolist(), missing, strict=True)]
        )
    return series.tolist()


def raw_json(row: Mapping[str, Any]) -> str:
    """Return a raw row as canonical JSON."""
    return json.dumps({k: str(v) for k, v in row.items()}, ensure_ascii=False, sort_keys=True)
