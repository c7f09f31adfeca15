"""The words every part of scidip shares: column names, keys and code lists (SDMX nouns)."""

from enum import StrEnum
from typing import Final

from scidip.indicators.language.current import N_

NOT_APPLICABLE: Final = "_Z"
"""Stands in `counterpart_area` for figures about one area, so that the column can be in the key."""

OBSERVATION_KEY: Final = ("indicator", "ref_area", "counterpart_area", "time_period")
OBSERVATION_COLUMNS: Final = (*OBSERVATION_KEY, "obs_value", "obs_status", "file", "row")
"""One observation. `file` and `row` say where in the source it was read: the position of the
file among those of the run, and the line (or record) number in it, counted from 1."""

DEFAULT_FRAMEWORK: Final = "three_factors"
"""The paper's own framework; every read that names no framework is about it."""

PUBLISHED: Final = "published"
"""Names the published index where a folder names one of the user's own."""
DEFAULT_METHODOLOGY: Final = "default"
"""The methodology by which is scored where no other is chosen."""

DEFAULT_INDEX: Final = "std"
"""The index of that framework (its `index_code`), as the store and addresses name it."""

OWN_DATABASE: Final = "scidip.sqlite"
"""The database in the folder of an index of one's own."""

SCORES_LICENCE: Final = "CC BY 4.0"
OWN_LICENCE: Final = "as the user who brought the index says"
"""The terms of the published scores, and those of an index of one's own."""

RAW_COLUMNS: Final = (
    "series",
    "source_area",
    "source_counterpart",
    "time_period",
    "obs_value",
    "obs_status",
    "file",
    "row",
)
"""What a source's `parse` returns: the producer's own words, one line per figure."""

EDITION: Final = 2026
"""The newest edition of the index: of each series the latest figure within its maximum age, kept as that year's."""

CURRENT_FOR: Final = 3
"""Up to so many years older than the edition, a figure is current in it; an older one is carried."""


OLDEST: Final = 8
"""In an edition no figure counts that is more years older."""


def oldest_known(year: int, newest: int, max_age: int) -> int:
    """Return the first year whose figures can stand for *year*: at most *max_age* years back.

    In an edition the age counts from the *newest* year of the series, which may lag behind, up to `OLDEST` years.
    """
    return max(min(newest, year) - max_age, year - OLDEST) if year == EDITION else year - max_age


def oldest_current(year: int) -> int:
    """Return the first year whose figures are not carried in the scores of *year*: itself, or that of an edition."""
    return year - CURRENT_FOR if year == EDITION else year


WITHIN: Final = " | "
"""A group named `wider | narrower` lies within the group `wider`."""

FIRST_PERIOD: Final = 1800
LAST_PERIOD: Final = 2100


class ObsStatus(StrEnum):
    """SDMX observation status (CL_OBS_STATUS), the codes in use here."""

    NORMAL = "A"
    BREAK = "B"
    ESTIMATED = "E"
    IMPUTED = "I"
    MISSING = "M"
    NOT_EXISTING = "O"
    PROVISIONAL = "P"
    LOW_RELIABILITY = "U"
    NONE_LISTED = "Z"
    """Ours, not SDMX's, and never that of a stored observation: a zero read from a complete list without an entry."""


STATUS_WORDS: Final[dict[str, str]] = {
    "A": N_("observed"),
    "B": N_("break in series"),
    "E": N_("estimated by the source"),
    "I": N_("imputed"),
    "M": N_("missing"),
    "O": N_("does not exist"),
    "P": N_("provisional"),
    "U": N_("low reliability"),
    "Z": N_("none in the complete list"),
}


class NotRanked(StrEnum):
    """Why an area has no rank: the codes in use here. `indicators.model.not_ranked_reasons` has their parameters."""

    TERRITORY = "TERRITORY"
    NO_POPULATION = "NO_POPULATION"
    SMALL_POPULATION = "SMALL_POPULATION"
    FEW_FIGURES = "FEW_FIGURES"
    OTHER = "OTHER"
    """A sentence of an older database that none of the others says."""


NOT_RANKED: Final[dict[NotRanked, str]] = {
    NotRanked.TERRITORY: N_("Dependent territory: scored on the same scale, listed apart"),
    NotRanked.NO_POPULATION: N_("No population figure in the sources: listed apart"),
    NotRanked.SMALL_POPULATION: N_("Fewer than {people} people: scored on the same scale, listed apart"),
    NotRanked.FEW_FIGURES: N_("Too few figures: {parts}"),
    NotRanked.OTHER: "{text}",
}

LISTED_APART: Final = frozenset(NotRanked) - {NotRanked.FEW_FIGURES}
"""Codes of areas outside the universe: methods are not fitted on them. Too few figures leave an area inside."""
