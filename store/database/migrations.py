"""Ordered steps that bring a database to the present schema, each with its record in one transaction."""

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, insert, inspect, select, text

from scidip.indicators.model.fields import TOTAL
from scidip.store.database.model_tables import (
    dated_event,
    declared_indicator,
    event_study,
    score_break,
    tie_expectation,
    tie_model,
)
from scidip.store.database.schema import (
    CURRENT_OBSERVATION,
    audit,
    index_audit,
    indicator,
    list_coverage,
    metadata,
    migration,
    run,
    science_field,
    score,
    source,
)
from scidip.store.database.version_tables import version, version_run
from scidip.store.entering import enter_version
from scidip.store.old_reasons import sentences_to_codes

Migration = Callable[[Connection], None]


def first_tables(connection: Connection) -> None:
    """Create every table and the view of current observations."""
    metadata.create_all(connection)
    connection.execute(text(CURRENT_OBSERVATION))


def lists_speak_between_years(connection: Connection) -> None:
    """Create the table of when complete lists speak; the next build fills it."""
    list_coverage.create(connection, checkfirst=True)


def audits_are_kept(connection: Connection) -> None:
    """Create the table of audited sentences."""
    audit.create(connection, checkfirst=True)


def reasons_are_codes(connection: Connection) -> None:
    """Say by code and parameters, no longer in a sentence, why an area is not ranked."""
    if "reason" in {c["name"] for c in inspect(connection).get_columns(score.name)}:
        sentences_to_codes(connection)


def scores_name_their_methodology(connection: Connection) -> None:
    """Keep with a run of scores by which methodology they are; "" for those of before: the default."""
    if run.c.methodology.name not in {c["name"] for c in inspect(connection).get_columns(run.name)}:
        connection.execute(text("ALTER TABLE run ADD COLUMN methodology VARCHAR NOT NULL DEFAULT ''"))


def index_audits_are_kept(connection: Connection) -> None:
    """Create the table of the audits of the index; the next scoring fills it."""
    index_audit.create(connection, checkfirst=True)


def sources_say_how_they_renew(connection: Connection) -> None:
    """Keep with a source the steps to a file that no program can fetch, and the months between two editions."""
    known = {c["name"] for c in inspect(connection).get_columns(source.name)}
    for name, kind in (("by_hand", "TEXT NOT NULL DEFAULT ''"), ("months", "INTEGER NOT NULL DEFAULT 12")):
        if name not in known:
            connection.execute(text(f"ALTER TABLE source ADD COLUMN {name} {kind}"))


def versions_are_kept(connection: Connection) -> None:
    """Create the tables of versions; what serves, if it is scored, is the first."""
    for table in (version, version_run):
        table.create(connection, checkfirst=True)
    enter_version(connection)


def series_have_fields(connection: Connection) -> None:
    """Give each series a field of science: the total of all, until the catalogue says otherwise; create their list."""
    science_field.create(connection, checkfirst=True)
    known = {c["name"] for c in inspect(connection).get_columns(indicator.name)}
    for name, default in ((indicator.c.measure.name, ""), (indicator.c.field.name, TOTAL)):
        if name not in known:
            connection.execute(text(f"ALTER TABLE indicator ADD COLUMN {name} VARCHAR NOT NULL DEFAULT '{default}'"))


def expectations_are_kept(connection: Connection) -> None:
    """Create the tables of what the gravity model expects of pairs; the next scoring fills them."""
    for table in (tie_expectation, tie_model):
        table.create(connection, checkfirst=True)


def event_studies_are_kept(connection: Connection) -> None:
    """Create the tables of the studies of dated events; the next scoring fills them."""
    for table in (event_study, dated_event):
        table.create(connection, checkfirst=True)


def breaks_are_kept(connection: Connection) -> None:
    """Create the table of the years before which a line of scores breaks; the next scoring fills it."""
    score_break.create(connection, checkfirst=True)


def own_indicators_are_kept(connection: Connection) -> None:
    """Create the table of the indicators that users declare in their files."""
    declared_indicator.create(connection, checkfirst=True)


MIGRATIONS: tuple[Migration, ...] = (
    first_tables,
    lists_speak_between_years,
    audits_are_kept,
    reasons_are_codes,
    scores_name_their_methodology,
    index_audits_are_kept,
    sources_say_how_they_renew,
    versions_are_kept,
    series_have_fields,
    expectations_are_kept,
    event_studies_are_kept,
    breaks_are_kept,
    own_indicators_are_kept,
)
NOT_NEEDED = frozenset(
    {
        *("index_audits_are_kept", "versions_are_kept", "expectations_are_kept", "event_studies_are_kept"),
        *("breaks_are_kept", "own_indicators_are_kept"),
    }
)
"""Migrations without which a database can be read: what they add is computed when it is not there, or is not shown."""


def applied(engine: Engine) -> set[str]:
    """Return the names of the migrations that the database has had."""
    if not inspect(engine).has_table(migration.name):
        return set()
    with engine.connect() as connection:
        return set(connection.execute(select(migration.c.name)).scalars())


def migrate(engine: Engine) -> None:
    """Apply what is missing, in order."""
    done = applied(engine)
    for step in MIGRATIONS:
        if step.__name__ not in done:
            with engine.begin() as connection:
                step(connection)
                now = datetime.now(UTC).isoformat(timespec="seconds")
                connection.execute(insert(migration).values(name=step.__name__, applied_at=now))
