"""The tables of versions: states of `vintage` that can be read again."""

from sqlalchemy import Column, ForeignKey, Integer, Table

from scidip.store.database.column_types import String
from scidip.store.database.schema import metadata

version = Table(
    "version",
    metadata,
    Column("version", String, primary_key=True),
    Column("made_at", String, nullable=False),
    Column("name", String, nullable=False, server_default=""),
)
"""The states of `vintage` that were scored and can be read again, by their data version."""

version_run = Table(
    "version_run",
    metadata,
    Column("version", String, ForeignKey("version.version"), primary_key=True),
    Column("source_id", String, primary_key=True),
    Column("run_id", Integer, ForeignKey("run.run_id"), nullable=False),
)
"""What `vintage` held then."""
