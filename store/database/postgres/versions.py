"""Reading as of a version in PostgreSQL: a schema of views is looked through before the tables.

The views (`ground.py`) are always there and hold what `version_run` holds of the version that a setting of the session
names. So nothing is written, which a standby could not; and a change of the path lets prepared plans be made anew.
"""

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import Engine, event

from scidip.indicators.errors import UnknownVersion
from scidip.store.database.postgres.ground import VERSION_SETTING, versions_schema

_KEPT: Final = "scidip as of"


def watch_checkouts(engine: Engine, asked: Callable[[], str]) -> None:
    """Let each connection that is taken from *engine* show the version that is *asked* then; "" for the newest.

    Raises UnknownVersion for a version without runs: an empty one would be shown as if there were no figures.
    """

    @event.listens_for(engine, "checkout")
    def taken(connection: Any, record: Any, _proxy: Any) -> None:
        version, shown = asked(), record.info.get(_KEPT)
        if not version and shown is None:
            return
        record.info[_KEPT] = ""
        cursor = connection.cursor()
        try:
            if shown != version:
                cursor.execute("RESET search_path")
            if version:
                _show(cursor, version, is_shown=shown == version)
        finally:
            # What was set within a transaction that is taken back is taken back with it.
            connection.commit()
            cursor.close()
        if version:
            record.info[_KEPT] = version
        else:
            del record.info[_KEPT]


def _show(cursor: Any, version: str, *, is_shown: bool) -> None:
    cursor.execute("SELECT to_regclass('version_run') IS NOT NULL, current_schema()")
    is_there, schema = cursor.fetchone()
    if is_there:
        cursor.execute("SELECT EXISTS (SELECT FROM version_run WHERE version = %s)", (version,))
        is_there = cursor.fetchone()[0]
    if not is_there:
        raise UnknownVersion(version)
    if not is_shown:
        path = ", ".join('"' + name.replace('"', '""') + '"' for name in (versions_schema(schema), schema))
        cursor.execute(
            "SELECT set_config('search_path', %s, false), set_config(%s, %s, false)", (path, VERSION_SETTING, version)
        )
