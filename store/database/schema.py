"""All tables, in the order a reader meets them."""

from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Column, Float, ForeignKey, Index, Integer, MetaData, Table

from scidip.store.database.column_types import Letter, Size, String, Text

metadata = MetaData()

SCHEMA_VERSION = "1"

migration = Table(
    "migration", metadata, Column("name", String, primary_key=True), Column("applied_at", String, nullable=False)
)

# --- code lists, synchronised from data/ -----------------------------------------------------

source = Table(
    "source",
    metadata,
    Column("source_id", String, primary_key=True),
    Column("title", String, nullable=False),
    Column("publisher", String, nullable=False),
    Column("homepage", String, nullable=False),
    Column("licence", String, nullable=False),
    Column("licence_url", String, nullable=False),
    Column("citation", Text, nullable=False),
    Column("redistributable", Boolean, nullable=False),
    Column("where_to_get", Text, nullable=False),
    Column("by_hand", Text, nullable=False, server_default=""),
    Column("months", Integer, nullable=False, server_default="12"),
)

science_field = Table(
    "field", metadata, Column("field", String, primary_key=True), Column("name", String, nullable=False)
)
"""Fields of science; `_T` is the total of all of them, which every other series is of."""

indicator = Table(
    "indicator",
    metadata,
    Column("indicator", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("arity", String, nullable=False),
    Column("directed", Boolean, nullable=False),
    Column("source_id", String, ForeignKey("source.source_id"), nullable=False),
    Column("absent", String, nullable=False),
    Column("position", Integer, nullable=False),
    Column("measure", String, nullable=False, server_default=""),
    Column("field", String, nullable=False, server_default="_T"),
)

area = Table(
    "area",
    metadata,
    Column("ref_area", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("name", "region", "income_group", "kind")),
)

# --- runs and what they read --------------------------------------------------------------------

snapshot = Table(
    "snapshot",
    metadata,
    Column("sha256", String, primary_key=True),
    Column("source_id", String, ForeignKey("source.source_id"), nullable=False),
    Column("name", String, nullable=False),
    Column("url", Text, nullable=False),
    Column("retrieved", String, nullable=False),
    Column("bytes", Size, nullable=False),
)

run = Table(
    "run",
    metadata,
    Column("run_id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("status", String, nullable=False),
    Column("started_at", String, nullable=False),
    Column("finished_at", String),
    Column("code_version", String, nullable=False),
    Column("content_digest", String, nullable=False, server_default=""),
    Column("parsed", Integer, nullable=False, server_default="0"),
    Column("loaded", Integer, nullable=False, server_default="0"),
    Column("excluded", Integer, nullable=False, server_default="0"),
    Column("quarantined", Integer, nullable=False, server_default="0"),
    Column("message", Text, nullable=False, server_default=""),
    Column("methodology", String, nullable=False, server_default=""),
    CheckConstraint("status IN ('running','succeeded','unchanged','held','failed')", name="run_status"),
    CheckConstraint("kind IN ('ingest','derive','score')", name="run_kind"),
    CheckConstraint("status <> 'succeeded' OR parsed = loaded + excluded + quarantined", name="rows_conserved"),
)

run_file = Table(
    "run_file",
    metadata,
    Column("run_id", Integer, ForeignKey("run.run_id"), primary_key=True),
    Column("file", Integer, primary_key=True),
    Column("sha256", String, ForeignKey("snapshot.sha256"), nullable=False),
    Column("vintage", String, nullable=False),
)

run_exclusion = Table(
    "run_exclusion",
    metadata,
    Column("run_id", Integer, ForeignKey("run.run_id"), primary_key=True),
    Column("why", String, primary_key=True),
    Column("rows", Integer, nullable=False),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("run_id", Integer, ForeignKey("run.run_id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("check_code", String, nullable=False),
    Column("message", Text, nullable=False),
    Column("file", Integer, nullable=False),
    Column("row", Integer, nullable=False),
    Column("raw_json", Text, nullable=False),
)

vintage = Table(
    "vintage",
    metadata,
    Column("source_id", String, primary_key=True),
    Column("run_id", Integer, ForeignKey("run.run_id"), nullable=False),
)

# --- figures --------------------------------------------------------------------------------------

observation = Table(
    "observation",
    metadata,
    Column("run_id", Integer, ForeignKey("run.run_id"), primary_key=True),
    Column("indicator", String, ForeignKey("indicator.indicator"), primary_key=True),
    Column("ref_area", String, ForeignKey("area.ref_area"), primary_key=True),
    Column("counterpart_area", String, ForeignKey("area.ref_area"), primary_key=True),
    Column("time_period", Integer, primary_key=True),
    Column("obs_value", Float),
    Column("obs_status", Letter, nullable=False),
    Column("file", Integer, nullable=False),
    Column("row", Integer, nullable=False),
    sqlite_with_rowid=False,
)

list_coverage = Table(
    "list_coverage",
    metadata,
    Column("run_id", Integer, ForeignKey("run.run_id"), primary_key=True),
    Column("indicator", String, ForeignKey("indicator.indicator"), primary_key=True),
    Column("ref_area", String, ForeignKey("area.ref_area"), primary_key=True),
    Column("first_period", Integer, primary_key=True),
    Column("last_period", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""Of complete lists: the years in which an area without a row has none."""

derived_origin = Table(
    "derived_origin",
    metadata,
    Column("run_id", Integer, ForeignKey("run.run_id"), primary_key=True),
    Column("indicator", String, ForeignKey("indicator.indicator"), primary_key=True),
    Column("title", Text, nullable=False),
    Column("vintage", Text, nullable=False),
    Column("licence", Text, nullable=False),
)

# --- scores ---------------------------------------------------------------------------------------


def score_key() -> list[Column[Any]]:
    """Return the columns that name a score: run, framework, node, year and area."""
    return [
        Column("run_id", Integer, ForeignKey("run.run_id"), primary_key=True),
        Column("framework", String, primary_key=True),
        Column("node", String, primary_key=True),
        Column("time_period", Integer, primary_key=True),
        Column("ref_area", String, ForeignKey("area.ref_area"), primary_key=True),
    ]


score = Table(
    "score",
    metadata,
    *score_key(),
    Column("score", Float),
    Column("rank", Integer),
    Column("ranked_areas", Integer, nullable=False),
    Column("coverage", Float, nullable=False),
    Column("carried_share", Float, nullable=False),
    Column("imputed_share", Float, nullable=False),
    Column("is_ranked", Boolean, nullable=False),
    Column("reason_code", String, nullable=False, server_default=""),
    Column("reason_params", Text, nullable=False, server_default=""),
    Index("score_by_area", "run_id", "ref_area"),
    sqlite_with_rowid=False,
)

score_interval = Table(
    "score_interval",
    metadata,
    *score_key(),
    *(Column(f"{what}_p{q}", Float, nullable=False) for what in ("score", "rank") for q in ("05", "50", "95")),
    sqlite_with_rowid=False,
)

scored_cell = Table(
    "scored_cell",
    metadata,
    Column("run_id", Integer, ForeignKey("run.run_id"), primary_key=True),
    Column("indicator", String, ForeignKey("indicator.indicator"), primary_key=True),
    Column("time_period", Integer, primary_key=True),
    Column("ref_area", String, ForeignKey("area.ref_area"), primary_key=True),
    Column("own_period", Integer, nullable=False),
    Column("obs_value", Float, nullable=False),
    Column("treated", Float, nullable=False),
    Column("normalised", Float, nullable=False),
    Column("obs_status", Letter, nullable=False),
    sqlite_with_rowid=False,
)

treatment = Table(
    "treatment",
    metadata,
    Column("run_id", Integer, ForeignKey("run.run_id"), primary_key=True),
    Column("indicator", String, ForeignKey("indicator.indicator"), primary_key=True),
    Column("rule", String, nullable=False),
    Column("lower", Float),
    Column("upper", Float),
)

crosscheck = Table(
    "crosscheck",
    metadata,
    Column("run_id", Integer, ForeignKey("run.run_id"), primary_key=True),
    Column("code", String, primary_key=True),
    Column("first", String, nullable=False),
    Column("second", String, nullable=False),
    Column("scale", String, nullable=False),
    Column("common", Integer, nullable=False),
    Column("correlation", Float),
    Column("at_least", Float, nullable=False),
    Column("median_ratio", Float),
    Column("within", Float),
    Column("note", Text, nullable=False),
)

crosscheck_worst = Table(
    "crosscheck_worst",
    metadata,
    Column("run_id", Integer, ForeignKey("run.run_id"), primary_key=True),
    Column("code", String, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("ref_area", String, nullable=False),
    Column("counterpart_area", String, nullable=False),
    Column("time_period", Integer, nullable=False),
    Column("first", Float, nullable=False),
    Column("second", Float, nullable=False),
)

index_audit = Table(
    "index_audit",
    metadata,
    Column("run_id", Integer, ForeignKey("run.run_id"), primary_key=True),
    Column("time_period", Integer, primary_key=True),
    Column("position", Integer, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("part", "element", "with_element", "measure")),
    Column("value", Float, nullable=False),
)
"""What of the audit of the index takes long to compute (`indicators.audit.computed`), for the years that are kept."""

audit = Table(
    "audit",
    metadata,
    Column("data_version", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("seed", Integer, nullable=False),
    Column("checked_at", String, nullable=False),
    Column("checked", Integer, nullable=False),
    Column("untrue", Integer, nullable=False),
)

DERIVED = "scidip"
"""The source id of figures that scidip derives from others."""
SCORES = "scores"
"""The pointer's name for the scores that serve."""

CURRENT_OBSERVATION = (
    "CREATE VIEW current_observation AS SELECT observation.* FROM observation "
    "JOIN vintage ON vintage.run_id = observation.run_id"
)
