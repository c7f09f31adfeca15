"""Which database is read: a file, a PostgreSQL server, or a standby of one, and how far that is behind."""

from typing import Any, Final

from sqlalchemy import Engine, text

_ROLE: Final = text(
    "SELECT pg_is_in_recovery() AS is_standby, "
    "CASE WHEN pg_is_in_recovery() THEN EXISTS (SELECT FROM pg_stat_wal_receiver) END AS receives, "
    "CASE WHEN pg_is_in_recovery() AND pg_last_wal_receive_lsn() IS DISTINCT FROM pg_last_wal_replay_lsn() "
    "THEN CAST(extract(epoch FROM now() - pg_last_xact_replay_timestamp()) AS float) ELSE 0 END AS behind"
)


def standing(engine: Engine) -> dict[str, Any]:
    """Return kind ("sqlite", "postgresql") and, of a server, role ("primary", "standby").

    Of a standby also whether it *receives* what its primary writes, and behind_seconds: the age of the last thing it
    has applied while it has more to apply, 0 when it has applied all that it received.
    """
    kind = engine.dialect.name
    if kind != "postgresql":
        return {"kind": kind}
    with engine.connect() as connection:
        found = connection.execute(_ROLE).one()
    if not found.is_standby:
        return {"kind": kind, "role": "primary"}
    behind = None if found.behind is None else round(found.behind, 3)
    return {"kind": kind, "role": "standby", "receives": bool(found.receives), "behind_seconds": behind}
