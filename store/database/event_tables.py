"""Tables of the studies of dated events (`indicators.events`), kept with the scores."""

from typing import Final

from sqlalchemy import Column, Float, ForeignKey, Integer, String, Table

from scidip.store.database.schema import metadata

event_study: Final = Table(
    "event_study",
    metadata,
    Column("run_id", Integer, ForeignKey("run.run_id"), primary_key=True),
    Column("kind", String, primary_key=True),
    Column("outcome", String, primary_key=True),
    Column("part", String, primary_key=True),
    Column("lag", Integer, primary_key=True),
    Column("value", Float, nullable=False),
    Column("low", Float),
    Column("high", Float),
    Column("chance", Float),
    Column("events", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""A kind of event and what is followed: difference, trend before, placebo date, and the gap by years from the event."""

dated_event: Final = Table(
    "dated_event",
    metadata,
    Column("run_id", Integer, ForeignKey("run.run_id"), primary_key=True),
    Column("kind", String, primary_key=True),
    Column("outcome", String, primary_key=True),
    Column("ref_area", String, ForeignKey("area.ref_area"), primary_key=True),
    Column("counterpart_area", String, ForeignKey("area.ref_area"), primary_key=True),
    Column("time_period", Integer, primary_key=True),
    Column("why", String, nullable=False),
    Column("works", Float),
    Column("after", Integer),
    Column("difference", Float),
    Column("low", Float),
    Column("high", Float),
    Column("candidates", Integer),
    Column("controls", String, nullable=False),
    sqlite_with_rowid=False,
)
"""An event of a country, or of two: its own difference beside those of its candidates, or why it is not studied."""
