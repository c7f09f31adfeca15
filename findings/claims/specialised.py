"""Claims about specialisation: whether the ranges of the index let one say it."""

from typing import Any, Final

from scidip.figures.text import numbers
from scidip.findings.claims.names import named
from scidip.findings.fields.profile import Profile
from scidip.findings.session import Reader
from scidip.indicators.claims.claim import Claim, TwoValues, Value, ValueChange
from scidip.indicators.claims.lexicon import SPECIALISATION
from scidip.indicators.language.current import N_, _

RULE: Final = N_(
    "The relative activity index rests on counts of articles, which chance moves: each has a 90 % range. Within "
    "uncertainty: the number of the claim lies inside the range, or the two ranges overlap. Otherwise the published "
    "figures decide."
)
Range = tuple[float, float]


def ranges(claim: Claim, known: Any) -> tuple[Range, ...]:
    """Return the range of each index that a claim is about; none for a claim about something else."""
    if not isinstance(claim, Value | TwoValues | ValueChange):
        return ()
    spec = known.declared.indicators[claim.indicator]
    if spec.measure != SPECIALISATION:
        return ()
    return tuple(_range(known, area, spec.field, year) for area, year in _points(claim))


def _points(claim: Value | TwoValues | ValueChange) -> tuple[tuple[str, int], ...]:
    year = int(claim.year or 0)
    if isinstance(claim, TwoValues):
        return (claim.a, year), (claim.b, year)
    if isinstance(claim, ValueChange):
        return (claim.area, claim.since), (claim.area, year)
    return ((claim.area, year),)


def _range(known: Any, area: str, field: str, year: int) -> Range:
    profile = Profile(Reader(known.engine, known.declared, known.areas), area, year)
    if profile.year != year:
        return float("nan"), float("nan")
    low, high = (profile.now[end].to_dict()[field] for end in ("activity_p05", "activity_p95"))
    return float(low), float(high)


def within(claim: Claim, found: tuple[Range, ...]) -> bool:
    """Return whether chance alone could turn a claim round: its number is in the range, or the ranges overlap."""
    (low, high), *others = found
    if isinstance(claim, Value):
        return low <= float(claim.number) <= high
    return low <= others[0][1] and others[0][0] <= high


def note(claim: Claim, found: tuple[Range, ...], known: Any) -> str:
    """Return the ranges in a sentence."""
    points = _points(claim) if isinstance(claim, Value | TwoValues | ValueChange) else ()
    told = [
        f"{named(known, area)} {year}: {numbers.span(numbers.fixed(low, 2), numbers.fixed(high, 2))}"
        for (area, year), (low, high) in zip(points, found, strict=True)
    ]
    return _("90 % range of chance: {ranges}.").format(ranges=_("; ").join(told))
