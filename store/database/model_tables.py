"""Tables of what is found beside the scores and kept with them: what is expected of pairs (`indicators.gravity`),
studies of dated events (`indicators.events`), where a line over the years breaks; and what users declare."""

from typing import Final

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, Table

from scidip.store.database.column_types import String, Text
from scidip.store.database.schema import metadata, score_key

tie_expectation: Final = Table(
    "tie_expectation",
    metadata,
    Column("run_id", Integer, ForeignKey("run.run_id"), primary_key=True),
    Column("time_period", Integer, primary_key=True),
    Column("ref_area", String, ForeignKey("area.ref_area"), primary_key=True),
    Column("counterpart_area", String, ForeignKey("area.ref_area"), primary_key=True),
    Column("actual", Float, nullable=False),
    Column("expected", Float, nullable=False),
    Column("low", Float, nullable=False),
    Column("high", Float, nullable=False),
    Column("by_effects", Float, nullable=False),
    Index("tie_expectation_by_pair", "run_id", "ref_area", "counterpart_area"),
    sqlite_with_rowid=False,
)
"""Joint works of a pair and a year, what is expected, the ends of nine of ten, what effects of countries expect."""

tie_model: Final = Table(
    "tie_model",
    metadata,
    Column("run_id", Integer, ForeignKey("run.run_id"), primary_key=True),
    Column("time_period", Integer, primary_key=True),
    Column("part", String, primary_key=True),
    Column("element", String, primary_key=True),
    Column("measure", String, primary_key=True),
    Column("value", Float, nullable=False),
    sqlite_with_rowid=False,
)
"""The model itself: coefficients and errors, deviance, coverage, and who is not in it (`gravity.expectation`)."""

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

score_break: Final = Table("score_break", metadata, *score_key(), sqlite_with_rowid=False)
"""Years whose score is not to be read as going on from the year before (`engine.drivers.steps_of_coverage`)."""

declared_indicator: Final = Table(
    "declared_indicator",
    metadata,
    Column("run_id", Integer, ForeignKey("run.run_id"), primary_key=True),
    Column("indicator", String, ForeignKey("indicator.indicator"), primary_key=True),
    Column("file", Integer, primary_key=True),
    *(Column(name, Text, nullable=False) for name in ("beside", "name", "unit", "definition")),
    Column("direction", Integer, nullable=False),
)
"""What the files of a user declare beside the catalogue, each for its own figures; of several the last one holds."""
