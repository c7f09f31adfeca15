"""What serves of a source, with all that is known of it: what a run that renews a part carries on."""

from sqlalchemy import Engine, select

from scidip.indicators.vocabulary import OBSERVATION_COLUMNS
from scidip.store.database.model_tables import declared_indicator
from scidip.store.database.schema import derived_origin, observation, quarantine, run, run_file, snapshot
from scidip.store.queries.served import KEY, frame_of
from scidip.store.runs import Batch, FileRecord

QUARANTINE_COLUMNS = ("check_code", "message", "file", "row", "raw_json")
ORIGIN_COLUMNS = ("indicator", "title", "vintage", "licence")
DECLARED_COLUMNS = ("indicator", "file", "beside", "name", "unit", "definition", "direction")


def batch_of(engine: Engine, run_id: int) -> Batch:
    """Return the figures, quarantine, files, origins and declarations of a run as the batch it was published from.

    Exclusions are left out: they are counted by run, and cannot be told apart by series.
    """
    columns = [observation.c[name] for name in OBSERVATION_COLUMNS]
    figures = frame_of(engine, select(*columns).where(observation.c.run_id == run_id).order_by(*KEY))
    held = [quarantine.c[name] for name in QUARANTINE_COLUMNS]
    waiting = select(*held).where(quarantine.c.run_id == run_id).order_by(quarantine.c.position)
    origins = [derived_origin.c[name] for name in ORIGIN_COLUMNS]
    declared = [declared_indicator.c[name] for name in DECLARED_COLUMNS]
    told = select(*declared).where(declared_indicator.c.run_id == run_id).order_by(*declared[:2])
    with engine.connect() as connection:
        digest = connection.execute(select(run.c.content_digest).where(run.c.run_id == run_id))
        content = str(digest.scalar_one())
    return Batch(
        figures.astype({"obs_value": "float64", "time_period": "int64"}),
        frame_of(engine, waiting),
        {},
        _files(engine, run_id),
        content,
        origins=frame_of(
            engine, select(*origins).where(derived_origin.c.run_id == run_id).order_by(derived_origin.c.indicator)
        ),
        declared=frame_of(engine, told),
    )


def _files(engine: Engine, run_id: int) -> tuple[FileRecord, ...]:
    """Return the files of a run in their order."""
    query = (
        select(
            snapshot.c.name,
            run_file.c.sha256,
            snapshot.c.bytes,
            run_file.c.vintage,
            snapshot.c.url,
            snapshot.c.retrieved,
        )
        .join(snapshot, snapshot.c.sha256 == run_file.c.sha256)
        .where(run_file.c.run_id == run_id)
        .order_by(run_file.c.file)
    )
    with engine.connect() as connection:
        return tuple(FileRecord(*row) for row in connection.execute(query))
