"""The phrases that the grammar of claims knows, and what each of them means."""

from scidip.indicators.claims.claim import Relation
from scidip.indicators.language.current import N_

STANDS = (
    "ranks",
    "rank",
    "ranked",
    "is ranked",
    "was ranked",
    "are ranked",
    "were ranked",
    "stands",
    "stood",
    "is",
    "are",
    "was",
    "were",
    "placed",
    "scores",
    "score",
    "scored",
)
ABOVE = {
    "above": True,
    "below": False,
    "ahead of": True,
    "behind": False,
    "higher than": True,
    "lower than": False,
    "better than": True,
    "worse than": False,
}
OUTRANKS = {"outranks": True, "outranked": True, "outscores": True, "outscored": True}
TOP = ("among the top", "in the top", "within the top", "amongst the top", "one of the top")
LEADS = ("leads", "lead", "led", "tops", "topped")
UP = {
    **dict.fromkeys(("rose", "climbed", "moved up", "improved", "advanced", "increased", "grew", "went up"), True),
    **dict.fromkeys(
        ("fell", "dropped", "moved down", "worsened", "slipped", "declined", "decreased", "shrank", "went down"), False
    ),
}
OF_RANK = ("rank", "ranking", "position", "place", "standing")
IS = ("is", "was", "are", "were", "stood", "stands", "has been")
RELATIONS: dict[str, Relation] = {
    "above": "above",
    "over": "above",
    "more than": "above",
    "higher than": "above",
    "greater than": "above",
    "below": "below",
    "under": "below",
    "less than": "below",
    "fewer than": "below",
    "lower than": "below",
    "at least": "at_least",
    "at most": "at_most",
    "no more than": "at_most",
    "no less than": "at_least",
}
HIGHER = {"higher": True, "greater": True, "larger": True, "bigger": True, "lower": False, "smaller": False}
NUMBERS = {"more": True, "fewer": False, "less": False}
COUNTED = ("count", "people", "students", "countries", "works", "usd", "eur", "usd_ppp")
"""Units of which one can have "more"; of a rate one has a higher or a lower one."""
SPECIALISED = {
    **dict.fromkeys(("more specialised in", "more specialized in"), True),
    **dict.fromkeys(("less specialised in", "less specialized in"), False),
}
THE_WORLD = ("than the world", "than the world average", "than the rest of the world")
MORE = {"more": True, "fewer": False, "less": False}

THAN_EXPECTED = ("than is expected", "than expected", "than size and distance predict", "than the model expects")

SAID = N_(
    "what is said of it: “ranks above …”, “is among the top …”, “ranks 5th”, “rose …”, “'s … was …”, “had a higher …”, "
    "“published more …” or “and …”"
)
