"""Versions: what serves is entered when it has been scored; the last ones and those with a name are kept."""

from sqlalchemy import Connection, delete, insert, select, update

from scidip.store.database.schema import SCORES, run, vintage
from scidip.store.database.version_tables import version, version_run
from scidip.store.queries.served import version_of

KEEP_VERSIONS = 10
"""Versions without a name that can be read again, the present one included."""


def enter_version(connection: Connection) -> set[str]:
    """Enter what serves as a version, if it is scored, and drop those that are no longer kept.

    Return the subjects of whose runs some may no longer be needed. The same figures served before are the same version:
    it keeps its name and is of today.
    """
    columns = vintage.c.source_id, vintage.c.run_id, run.c.content_digest, run.c.finished_at
    served = connection.execute(select(*columns).join(run, run.c.run_id == vintage.c.run_id)).all()
    made = {r.source_id: r.finished_at for r in served}
    if SCORES not in made:
        return set()
    code = version_of({r.source_id: r.content_digest for r in served})
    changed = connection.execute(update(version).where(version.c.version == code).values(made_at=made[SCORES]))
    if not changed.rowcount:
        connection.execute(insert(version).values(version=code, made_at=made[SCORES], name=""))
    touched = _forget_runs(connection, [code])
    rows = [{"version": code, "source_id": r.source_id, "run_id": r.run_id} for r in served]
    connection.execute(insert(version_run), rows)
    return touched | drop_old(connection)


def drop_old(connection: Connection) -> set[str]:
    """Drop the versions that are no longer kept; return the subjects of their runs."""
    last = (
        select(version.c.version)
        .join(version_run, version_run.c.version == version.c.version)
        .where(version.c.name == "", version_run.c.source_id == SCORES)
        .order_by(version_run.c.run_id.desc())
        .offset(KEEP_VERSIONS)
    )
    old = list(connection.execute(last).scalars())
    touched = _forget_runs(connection, old)
    if old:
        connection.execute(delete(version).where(version.c.version.in_(old)))
    return touched


def _forget_runs(connection: Connection, versions: list[str]) -> set[str]:
    of_them = version_run.c.version.in_(versions)
    touched = set(connection.execute(select(version_run.c.source_id).where(of_them)).scalars())
    if touched:
        connection.execute(delete(version_run).where(of_them))
    return touched
