"""What is shown of files and sources in tables: the columns of the files, and whose the figures are."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from scidip.figures.rows import each_row
from scidip.findings.exhibit import Column, Message, Table, Words
from scidip.findings.exhibits import columns
from scidip.indicators.language.current import N_

OBSERVATION_COLUMNS = (
    ("indicator", N_("Code of the indicator; the catalogue gives its definition.")),
    ("ref_area", N_("ISO 3166-1 alpha-3 code of the country (XKX for Kosovo).")),
    ("counterpart_area", N_("The partner; only in files of pair layers.")),
    ("time_period", N_("The year the figure is about: its own year, never the year it was carried to.")),
    ("obs_value", N_("The figure, in the unit of the indicator.")),
    ("unit", N_("Code of the unit of measure.")),
    (
        "obs_status",
        N_("SDMX status: A observed, B break in series, E estimated by the source, P provisional, U low reliability."),
    ),
    ("source", N_("Who published it.")),
    ("vintage", N_("The date or release of the publisher’s file.")),
    ("licence", N_("The terms it was published under.")),
)
NODES = (
    "framework, node",
    N_("std is the index; infra, national and international are the factors; the rest are dimensions."),
)
OWN_NODES = (
    "framework, node",
    N_("The framework is called as the index is; its nodes as META calls them, the index among them."),
)
"""The same for an index of one's own."""
SCORE_COLUMNS = (
    ("score, score_p05, score_p50, score_p95", N_("Score 0–100, and the range it takes in 90 % of simulated methods.")),
    ("rank, rank_p05, rank_p50, rank_p95", N_("Rank and its range. Use them together.")),
    ("coverage", N_("Share of the measured dimensions that are known for the country.")),
    ("carried_share", N_("Share of the figures carried from an earlier year.")),
    ("is_ranked, reason, reason_code", N_("Whether the country is ranked, and if not, why.")),
)


def of_file(caption: Words, listed: Sequence[tuple[str, str]]) -> Table:
    """Return the columns of a file: their names and what they hold, marked for translation."""
    heads = (Column("column", N_("Column"), "text"), Column("meaning", N_("What it holds"), "text"))
    return Table(caption, heads, tuple((name, Message(words)) for name, words in listed))


def sources(frame: pd.DataFrame) -> Table:
    """Return the sources that serve: edition, licence, citation, and what became of their rows.

    frame: as of `source_queries.sources`; counts are None where nothing was loaded.
    """
    heads = (
        Column("source_id", N_("Code"), "code"),
        Column("source", N_("Source"), "text"),
        Column("publisher", N_("Publisher"), "text"),
        Column("vintage", N_("Vintage"), "text"),
        Column("loaded", N_("Figures"), "integer"),
        Column("excluded", N_("Left out"), "integer"),
        Column("quarantined", N_("Set aside"), "integer"),
        Column("licence", N_("Licence"), "text"),
        Column("licence_url", N_("Address of the licence"), "text"),
        Column("redistributable", N_("May be passed on"), "flag"),
        Column("citation", N_("Please cite"), "text"),
        Column("homepage", N_("Address of the source"), "text"),
    )
    rows = tuple(_source(row) for row in each_row(frame))
    return Table(N_("Sources with licence and citation"), heads, rows)


def _source(row: Any) -> tuple[Any, ...]:
    may = row.redistributable
    return (
        row.source,
        row.title,
        columns.text(row.publisher),
        columns.text(row.vintage),
        columns.whole(row.loaded),
        columns.whole(row.excluded),
        columns.whole(row.quarantined),
        columns.text(row.licence),
        columns.text(row.licence_url),
        True if pd.isna(may) else bool(may),
        columns.text(row.citation),
        columns.text(row.homepage),
    )
