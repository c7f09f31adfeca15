"""Columns that many exhibits share: the same key, words and unit for the same thing on every page."""

import math
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from scidip.figures.text import numbers, sentences
from scidip.findings.exhibit import Column, Message, Sentence, Value, Words, coded
from scidip.findings.session import Desk
from scidip.indicators.language.current import ENGLISH, N_, speaking
from scidip.indicators.model.not_ranked_reasons import read_reason, spoken
from scidip.indicators.vocabulary import DEFAULT_FRAMEWORK, STATUS_WORDS

STATUS: Final[Mapping[str, str]] = {
    "own_year": N_("of the year itself"),
    "carried": N_("carried"),
    "too_old": N_("too old"),
    "not_published": N_("no figure published"),
    "not_known": N_("not known"),
    "not_measured": N_("not measured"),
    "too_few": N_("too few figures"),
}
"""How a figure is known in the year asked for; of a missing one, why."""
RANGE: Final = (
    Column("rank", N_("Rank"), "integer"),
    Column("rank_p05", N_("Rank, 5 % point"), "integer"),
    Column("rank_p95", N_("Rank, 95 % point"), "integer"),
)
"""A rank never stands without its range."""
RANK: Final = (*RANGE, Column("ranked_areas", N_("Countries ranked"), "integer"))
SCORE: Final = (
    Column("score", N_("Score"), unit="score"),
    Column("score_p05", N_("Score, 5 % point"), unit="score"),
    Column("score_p95", N_("Score, 95 % point"), unit="score"),
)
BASIS: Final = (Column("coverage", N_("Coverage"), unit="share"), Column("carried_share", N_("Carried"), unit="share"))
"""Shares from 0 to 1: of the indicators that are known, and of the figures that are carried."""
REASON: Final = (
    Column("reason_code", N_("Reason, as a code"), "code"),
    Column("reason", N_("Why it is not ranked"), "text"),
)
ORIGIN: Final = (
    Column("source", N_("Source"), "text"),
    Column("vintage", N_("Vintage"), "text"),
    Column("licence", N_("Licence"), "text"),
)
COUNTED: Final = N_("counted by scidip from complete lists")
VALUE: Final = Column("obs_value", N_("Value"))
PERCENTILE: Final = Column("percentile", N_("Percentile"), unit="percent")
NODE: Final = N_("Index, factor or dimension")
YEAR: Final = Column("time_period", N_("Year"), "year")
UNIT: Final = Column("unit", N_("Unit"), "code")
OBS_STATUS: Final = coded("obs_status", N_("Status of the observation"), STATUS_WORDS)
HOW_KNOWN: Final = coded("status", N_("How it is known"), STATUS)


def node_column(desk: Desk, label: Words = NODE, key: str = "node", framework: str = DEFAULT_FRAMEWORK) -> Column:
    """Return a column of the nodes of a framework by their codes."""
    told = desk.catalogue.in_files if desk.catalogue.files else None
    # The catalogue is asked when a name is: files have names in English, whatever the page speaks.
    names = partial(_node_name, desk, framework)
    return Column(key, label, "code", names=names, told=told)


def _node_name(desk: Desk, framework: str, code: str) -> str:
    return desk.catalogue.frameworks[framework].node(code).name


def indicator_column(desk: Desk, key: str = "indicator", label: str = N_("Indicator")) -> Column:
    """Return a column of indicators by their codes."""
    return Column(key, label, "code", names=lambda code: desk.catalogue.indicators[code].name)


def scored_name(desk: Desk, code: str) -> str:
    """Return "Science and technology diplomacy", "Infrastructural factor" or the name of a dimension."""
    node = desk.catalogue.framework.node(code)
    return sentences.factor_title(node.name) if node.level == "factor" else node.name


def named(desk: Desk, code: str) -> Sentence:
    """Return the name of a node or an indicator, not yet in a language."""
    if code in desk.catalogue.indicators:
        return Sentence(lambda: desk.catalogue.indicators[code].name)
    return Sentence(lambda: scored_name(desk, code))


def english_names(desk: Desk) -> dict[str, str]:
    """Return the English name of every area: files are in the same order in every language."""
    with speaking(ENGLISH):
        return {code: desk.areas.name(code) for code in desk.areas.kinds}


def whole(value: Value) -> int | None:
    """Return a rank or a count as a whole number, None where there is none."""
    return None if plain(value) is None else round(value)


def plain(value: Value) -> Any:
    """Return a cell of a frame as a value, None for a missing one."""
    if value is None or value == "" or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value


def known(value: Value) -> float | None:
    """Return a number of a frame as a value, None where there is none."""
    return float(value) if numbers.known(value) else None


def text(words: Value) -> str | None:
    """Return a text of a frame as a value, None where there is none."""
    return words if isinstance(words, str) and words else None


def rank(row: Any) -> tuple[int | None, ...]:
    """Return the cells under RANK of a row of scores, all None where there is no rank."""
    if not numbers.known(row.rank):
        return (None,) * len(RANK)
    return (*ranked(row), whole(row.ranked_areas))


def ranked(row: Any) -> tuple[int | None, int | None, int | None]:
    """Return the cells under RANGE of a row of a ranking."""
    return whole(row.rank), whole(row.rank_p05), whole(row.rank_p95)


def scored(row: Any) -> tuple[Value, Value, Value]:
    """Return the cells under SCORE of a row of scores."""
    return plain(row.score), plain(row.score_p05), plain(row.score_p95)


def basis(row: Any) -> tuple[Value, Value]:
    """Return the cells under BASIS of a row of a ranking."""
    return plain(row.coverage), plain(row.carried_share)


def reason(desk: Desk, row: Any) -> tuple[Value, Value]:
    """Return the cells under REASON of a row of a ranking: code, and the sentence in the language spoken then."""
    if not row.reason_code:
        return None, None
    told = read_reason(row.reason_code, row.reason_params)
    return str(row.reason_code), Sentence(lambda: spoken(told, desk.catalogue.framework))


def origin(row: Any) -> tuple[Value, Value, Value]:
    """Return the cells under ORIGIN of a row of figures; what scidip counted itself says so."""
    found = [p if isinstance(p, str) and p else None for p in (row.source_title, row.vintage, row.licence)]
    return (found[0], found[1], found[2]) if any(found) else (Message(COUNTED), None, None)


def status_of(row: Any) -> str:
    """Return the SDMX status of a figure; observed where none is given."""
    return row.obs_status if isinstance(row.obs_status, str) and row.obs_status else "A"
