"""What is said of researchers who moved: which way more, whether two producers agree, and by which rule."""

from collections.abc import Mapping
from typing import Final

from scidip.figures.text import numbers, sentences
from scidip.findings.pair import POOLED, PairView
from scidip.indicators.language.current import N_, _
from scidip.indicators.pairs.balance import FEW, TwoCounts

PRODUCERS: Final[Mapping[str, str]] = {"researcher_moves": N_("Scopus"), "researcher_moves_openalex": N_("OpenAlex")}
"""Who counts, by layer: the first is the layer of the pages, the second checks it."""
WINDOW: Final = POOLED["researcher_moves"]
DIRECTIONS: Final[Mapping[str, str]] = {
    "there": N_("from the first to the second"),
    "back": N_("from the second to the first"),
    "even": N_("neither clearly"),
    "few": N_("too few to say"),
}


def years(last: int) -> str:
    """Return the years that stand together, "2016–2020"."""
    return numbers.span(last - WINDOW + 1, last)


def finding(pair: PairView, found: TwoCounts | None, last: int) -> str:
    """Return which way more researchers moved within five years; a direction only where both producers call it."""
    if found is None:
        return _("Researchers who moved: only one of the two producers speaks of both countries")
    a, b = pair.spoken
    first, second = found.first, found.second
    if found.direction == "back":
        a, b = b, a
        first, second = (type(one)(one.back, one.there) for one in (first, second))
    told = {
        "a": a,
        "b": b,
        "n": numbers.value(first.there, "count"),
        "m": numbers.value(first.back, "count"),
        "x": numbers.value(second.there, "count"),
        "y": numbers.value(second.back, "count"),
        "years": years(last),
    }
    return sentences.opening(_sentence(found).format(**told))


def _sentence(found: TwoCounts) -> str:
    if found.are_apart:
        return _(
            "How many researchers moved is not settled: from {a} to {b} Scopus counts {n} and OpenAlex {x}, the other "
            "way {m} and {y} ({years})"
        )
    if found.direction == "few":
        return _("Few researchers moved: {n} from {a} to {b} and {m} the other way ({years})")
    if found.direction in ("there", "back"):
        return _("More researchers moved from {a} to {b} ({n}) than the other way ({m}), {years}")
    if found.first.direction == "even" and found.second.direction in ("even", "few"):
        return _("About as many researchers moved from {a} to {b} ({n}) as the other way ({m}), {years}")
    if found.first.direction == "even":
        return _(
            "Scopus counts about as many researchers who moved from {a} to {b} ({n}) as the other way ({m}), {years}; "
            "OpenAlex does not ({x} and {y})"
        )
    return _(
        "Scopus counts {n} researchers who moved from {a} to {b} and {m} the other way ({years}); OpenAlex does not "
        "confirm which way more ({x} and {y})"
    )


def agreement(found: TwoCounts | None, last: int) -> str:
    """Return how far the two producers agree on a pair."""
    if found is None or not found.first.total:
        return _("Only one of the two producers sees moves between the two")
    told = {"ratio": numbers.number(found.ratio), "usual": numbers.number(found.usual), "years": years(last)}
    if found.are_apart:
        return _(
            "The two producers are far apart: OpenAlex counts {ratio} times as many moves as Scopus, in all pairs "
            "together {usual} times ({years})"
        ).format(**told)
    words = {
        True: _("OpenAlex counts {ratio} times as many moves as Scopus, in all pairs together {usual} times ({years})"),
        False: _(
            "The producers do not agree which way more; OpenAlex counts {ratio} times as many moves as Scopus, in all "
            "pairs together {usual} times ({years})"
        ),
    }
    agree = found.first.direction == found.second.direction or "few" in (found.first.direction, found.second.direction)
    return words[agree].format(**told)


def rule() -> str:
    """Return when a direction is named."""
    words = _(
        "A direction is named from {n} moves on, where the difference is larger than chance would make it in 19 of 20 "
        "cases, and in a sentence only where both producers name the same."
    )
    return words.format(n=FEW)
