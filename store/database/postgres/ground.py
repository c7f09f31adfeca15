"""What a PostgreSQL database has beside the tables: checks of codes by statement, and the views of earlier versions.

**Codes are checked by statement.** A foreign key of PostgreSQL looks up its parent for each row: four of them take
two minutes for the two million figures of a build. A file checks them in passing. So the large tables have none here,
but a trigger that looks at each *distinct* code once for all rows that a statement has written, and refuses it.
Nothing deletes what they refer to, while runs are on record.

**Earlier versions** are read through a schema of views that lies before the tables for whoever asks for one
(`versions_schema`): a standby can make no temporary table, and a plan that was prepared knows no table made later.
"""

import hashlib
from typing import Final

from sqlalchemy import Connection, Table, text

from scidip.indicators.errors import SchemaMismatch
from scidip.store.database.model_tables import tie_expectation
from scidip.store.database.schema import list_coverage, observation, score, score_interval, scored_cell

CHECKED: Final[tuple[Table, ...]] = (observation, list_coverage, score, score_interval, scored_cell, tie_expectation)
"""The tables whose codes are checked by statement."""
VERSION_SETTING: Final = "scidip.version"
"""The setting of a session that names the version it reads."""
_SUFFIX: Final = "_as_of"
_REFUSE: Final = """
CREATE OR REPLACE FUNCTION scidip_refuse_unknown_codes() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  unknown text;
  place int := 0;
BEGIN
  WHILE place < TG_NARGS LOOP
    EXECUTE 'SELECT f.code::text FROM (SELECT DISTINCT ' || quote_ident(TG_ARGV[place]) || ' AS code FROM fresh) f '
      || 'WHERE NOT EXISTS (SELECT FROM ' || quote_ident(TG_ARGV[place + 1]) || ' p WHERE p.'
      || quote_ident(TG_ARGV[place + 2]) || ' = f.code) LIMIT 1' INTO unknown;
    IF unknown IS NOT NULL THEN
      RAISE foreign_key_violation USING MESSAGE = TG_TABLE_NAME || '.' || TG_ARGV[place] || ' has the code '
        || quote_literal(unknown) || ', which is not in ' || TG_ARGV[place + 1];
    END IF;
    place := place + 3;
  END LOOP;
  RETURN NULL;
END
$body$
"""


def lay(connection: Connection) -> None:
    """Bring what lies beside the tables to this version; nothing is done where it is.

    Raises SchemaMismatch for tables whose text is in another order: a database that an earlier scidip began.
    """
    schema = str(connection.scalar(text("SELECT current_schema()")))
    _refuse_other_order(connection)
    for table in CHECKED:
        _drop_keys(connection, table)
    statements = [_REFUSE, *map(_check, CHECKED), *_views(schema)]
    mark = hashlib.sha256("".join(statements).encode()).hexdigest()[:20]
    known = text("SELECT obj_description(to_regnamespace(:name)::oid, 'pg_namespace')")
    if connection.scalar(known, {"name": versions_schema(schema)}) == mark:
        return
    for statement in statements:
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(f"COMMENT ON SCHEMA {_quoted(versions_schema(schema))} IS '{mark}'")


def versions_schema(schema: str) -> str:
    """Return the name of the schema of views through which those in *schema* are read as of a version."""
    return schema + _SUFFIX


def _refuse_other_order(connection: Connection) -> None:
    order = text(
        "SELECT c.collname FROM pg_attribute a JOIN pg_collation c ON c.oid = a.attcollation "
        "WHERE a.attrelid = to_regclass('observation') AND a.attname = 'ref_area'"
    )
    if connection.scalar(order) != "C":
        raise SchemaMismatch(
            "this PostgreSQL database was begun by an earlier scidip, which kept text in the server's order; "
            "make an empty one (`createdb`), name it in SCIDIP_DATABASE_URL and run `scidip build`"
        )


def _drop_keys(connection: Connection, table: Table) -> None:
    found = text("SELECT conname FROM pg_constraint WHERE conrelid = to_regclass(:name) AND contype = 'f'")
    for key in connection.execute(found, {"name": table.name}).scalars().all():
        connection.exec_driver_sql(f"ALTER TABLE {table.name} DROP CONSTRAINT {_quoted(str(key))}")


def _check(table: Table) -> str:
    """Return what lets the codes of *table* be checked by statement."""
    referred = sorted((k.parent.name, k.column.table.name, k.column.name) for k in table.foreign_keys)
    arguments = ", ".join(f"'{word}'" for key in referred for word in key)
    return (
        f"CREATE OR REPLACE TRIGGER scidip_codes AFTER INSERT ON {table.name} REFERENCING NEW TABLE AS fresh "
        f"FOR EACH STATEMENT EXECUTE FUNCTION scidip_refuse_unknown_codes({arguments})"
    )


def _views(schema: str) -> list[str]:
    own, over = _quoted(schema), _quoted(versions_schema(schema))
    asked = f"current_setting('{VERSION_SETTING}', true)"
    return [
        f"CREATE SCHEMA IF NOT EXISTS {over}",
        f"CREATE OR REPLACE VIEW {over}.vintage AS SELECT source_id, run_id FROM {own}.version_run "
        f"WHERE version = {asked}",
        f"CREATE OR REPLACE VIEW {over}.run AS SELECT * FROM {own}.run WHERE run_id <= "
        f"(SELECT max(run_id) FROM {own}.version_run WHERE version = {asked})",
        f"CREATE OR REPLACE VIEW {over}.current_observation AS SELECT o.* FROM {own}.observation o "
        f"JOIN {over}.vintage v ON v.run_id = o.run_id",
    ]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
