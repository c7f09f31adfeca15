"""Columns that tables of several subjects share: the words of our exports, the same for the same thing everywhere."""

from typing import Any

from scidip.figures.text import numbers
from scidip.findings.exhibit import Column, Words, coded
from scidip.findings.session import Desk
from scidip.indicators.language.current import N_
from scidip.indicators.vocabulary import DEFAULT_FRAMEWORK, STATUS_WORDS

YEAR = Column("time_period", N_("Year"), "year")
VALUE = Column("obs_value", N_("Value"))
UNIT = Column("unit", N_("Unit"), "code")
OBS_STATUS = coded("obs_status", N_("SDMX status"), STATUS_WORDS)
ORIGIN = (
    Column("source", N_("Source"), "text"),
    Column("vintage", N_("Vintage"), "text"),
    Column("licence", N_("Licence"), "text"),
)
PERCENTILE = Column("percentile", N_("Percentile"), unit="percent")
SCORE = (
    Column("score", N_("Score"), unit="score"),
    Column("score_p05", N_("Score, 5 % point"), unit="score"),
    Column("score_p95", N_("Score, 95 % point"), unit="score"),
)
NODE = N_("Node")
RANK = (
    Column("rank", N_("Rank"), "integer"),
    Column("rank_p05", N_("Rank, 5 % point"), "integer"),
    Column("rank_p95", N_("Rank, 95 % point"), "integer"),
    Column("ranked_areas", N_("Countries ranked"), "integer"),
)
KNOWN = {
    "published": N_("published"), "carried": N_("carried"), "not_published": N_("not published"),
    "not_known": N_("not known"), "not_measured": N_("not measured"), "too_old": N_("too old"),
    "too_few_figures": N_("too few figures"),
}  # fmt: skip
"""How a figure is known; of a missing one, why."""
STATUS = coded("status", N_("How it is known"), KNOWN)


def indicators(desk: Desk) -> Column:
    """Return a column of indicators by their codes."""
    return Column(
        "indicator", N_("Indicator"), "code", names=lambda c: desk.catalogue.indicators[c].name
    )


def nodes(
    desk: Desk, key: str = "node", label: Words = NODE, framework: str = DEFAULT_FRAMEWORK
) -> Column:
    """Return a column of the nodes of a framework by their codes."""
    return Column(
        key, label, "code", names=lambda c: desk.catalogue.frameworks[framework].node(c).name
    )


def known(amount: Any) -> float | None:
    """Return a number, None where there is none."""
    return float(amount) if numbers.known(amount) else None


def whole(amount: Any) -> int | None:
    """Return a whole number (a rank, a year, a count), None where there is none."""
    return round(amount) if numbers.known(amount) else None


def text(words: Any) -> str | None:
    """Return a text, None where there is none."""
    return words if isinstance(words, str) and words else None


def origin(row: Any) -> tuple[str | None, str | None, str | None]:
    """Return the cells under ORIGIN of a row with source_title, vintage and licence."""
    return text(row.source_title), text(row.vintage), text(row.licence)


def score(row: Any) -> tuple[float | None, ...]:
    """Return the cells under SCORE; *row* as of the table of scores."""
    return known(row.score), known(row.score_p05), known(row.score_p95)


def rank(row: Any) -> tuple[int | None, ...]:
    """Return the cells under RANK, all None where there is no rank; *row* as of the table of scores."""
    if not numbers.known(row.rank):
        return (None,) * len(RANK)
    return whole(row.rank), whole(row.rank_p05), whole(row.rank_p95), whole(row.ranked_areas)
