"""Claims about researchers who moved: held against two producers, whose counts are never added."""

from collections.abc import Sequence
from typing import Any, Final

from scidip.figures.text import numbers, sentences
from scidip.findings.claims.figures import Figure, Verdict
from scidip.findings.claims.names import named
from scidip.findings.exhibits.cooperation.moves import NOTES
from scidip.findings.exhibits.cooperation.moves_words import PRODUCERS
from scidip.indicators.claims.claim import Moves
from scidip.indicators.language.current import N_, _
from scidip.indicators.pairs.balance import Balance

RULE: Final = N_(
    "Two producers count the moves, Scopus and OpenAlex. Supported: both count more that way, each by more than chance "
    "would make it in 19 of 20 cases, and at least 20 moves in all. Not supported: neither counts more that way. "
    "Otherwise: within uncertainty."
)


def balances(claim: Moves, found: Sequence[Figure]) -> tuple[Balance, ...]:
    """Return what each producer counts, all years of the claim together; *found* as `figures.wanted` asks for it."""

    def total(code: str, area: str) -> float:
        return sum(float(f.value or 0) for f in found if f.indicator == code and f.ref_area == area)

    return tuple(Balance(total(code, claim.a), total(code, claim.b)) for code in PRODUCERS)


def verdict(claim: Moves, found: Sequence[Figure]) -> tuple[Verdict, bool]:
    """Return the verdict, and whether the first producer's figures are as the claim has it."""
    counted = balances(claim, found)
    so = [(b.there > b.back) if claim.more else (b.there < b.back) for b in counted]
    way = "there" if claim.more else "back"
    if all(b.direction == way for b in counted):
        return "supported", so[0]
    return ("within_uncertainty" if any(so) else "not_supported"), so[0]


def why(claim: Moves, found: Sequence[Figure], known: Any) -> str:
    """Return the counts of both producers, both ways."""
    first, second = balances(claim, found)
    words = _(
        "From {a} to {b}: {n} by the count of Scopus and {x} by that of OpenAlex; the other way: {m} and {y} ({years})."
    )
    told = {"n": first.there, "m": first.back, "x": second.there, "y": second.back}
    return sentences.opening(
        words.format(
            a=named(known, claim.a),
            b=named(known, claim.b),
            years=str(claim.year) if claim.since == claim.year else numbers.span(claim.since, claim.year),
            **{key: numbers.value(amount, "count") for key, amount in told.items()},
        )
    )


def not_held(known: Any) -> str:
    """Return of which years and countries the moves are not held."""
    words = _("Not every year of this claim is held for both countries by both producers. {note}")
    return words.format(note=known.catalogue.indicators[next(iter(PRODUCERS))].note)


def notes(known: Any) -> tuple[str, ...]:
    """Return what a careful reader should know of moves."""
    return tuple(_(note) for note in NOTES)
