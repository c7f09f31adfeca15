"""What is expected of a pair, in words."""

import math

from scidip.figures.text import numbers, sentences
from scidip.findings.expected import positions
from scidip.findings.expected import ties as expected_ties
from scidip.findings.expected.ties import Tie
from scidip.findings.pair import figures_between
from scidip.findings.session import Desk
from scidip.indicators.gravity.pair_years import BETWEEN, OUTSIDE
from scidip.indicators.language.current import N_, _

NEVER_A_FORECAST = N_(
    "What is expected is what pairs of the same size, distance, border, language, colonial tie, common organisations "
    "and distance in UN votes publish together in that year. It compares, it does not forecast, and it is no target."
)
FLOOR = N_(
    "Listed are ties of which at least 20 joint works are expected, of countries with at least 50 works of their own. "
    "Order: distance from what is expected, measured by the spread of pairs of which as much is expected."
)
MEAN = N_("What is expected is a mean: half of all ties lie below {median} times what is expected ({year}).")
BY_EFFECTS = N_(
    "Second reading: what is expected when each country has a level of its own, from how much it publishes with all."
)


def works(value: float) -> str:
    """Return a number of works, whole."""
    return numbers.value(float(round(value)), "count")


def times(value: float | None) -> str:
    """Return a ratio with two decimals, from ten on with one; "–" where there is none."""
    return "–" if value is None else numbers.fixed(value, 2 if value < 10 else 1)


def finding(desk: Desk, tie: Tie) -> str:
    """Return how the joint works of a pair stand beside what is expected, for its newest year."""
    words = {
        "above": _("{a} and {b} publish more together than is expected: {n} works in {year}, {expected} expected"),
        "below": _("{a} and {b} publish less together than is expected: {n} works in {year}, {expected} expected"),
        "within": _(
            "{a} and {b}: {n} joint works in {year}, {expected} expected; within what nine of ten pairs like them do"
        ),
    }[tie.side]
    a, b = (sentences.in_text(desk.areas.name(code)) for code in (tie.a, tie.b))
    said = words.format(a=a, b=b, n=works(tie.actual), year=tie.year, expected=works(tie.expected))
    return sentences.opening(said)


def between(tie: Tie) -> str:
    """Return the interval of a pair and the second reading, as a note."""
    words = _(
        "Nine of ten pairs of which as much is expected lie between {low} and {high} works. With a level of its own "
        "for each country, {effects} are expected."
    )
    return words.format(low=works(tie.low), high=works(tie.high), effects=works(tie.by_effects))


def is_mean(desk: Desk, year: int) -> str:
    """Return the note that what is expected is a mean."""
    median = expected_ties.value(expected_ties.model(desk), year, "about", "median_ratio", "value")
    return _(MEAN).format(median=times(median), year=year)


def why_none(desk: Desk, a: str, b: str, year: int) -> str:
    """Return why nothing is expected of a pair in the model's year: who is not in the model, or too small a figure."""
    for area in (a, b):
        why = expected_ties.outside(desk, area, year)
        if why:
            name = sentences.in_text(desk.areas.name(area))
            words = _("Nothing is expected: {name} is not in the model of {year}, because {why}.")
            return words.format(name=name, year=year, why=_(OUTSIDE[why]))
    return _("Less than 5 joint works are expected in {year}: too few to compare.").format(year=year)


def apart(desk: Desk, a: str, b: str) -> str:
    """Return what lies between two countries: distance, border, language, colonial tie, UN votes; "" where unknown."""
    frame = figures_between(desk, BETWEEN.values(), a, b)
    known = dict(zip(frame["indicator"].tolist(), frame["obs_value"].tolist(), strict=True))
    found = {name: known.get(code, float("nan")) for name, code in BETWEEN.items()}
    if math.isnan(found["distance"]):
        return _political(desk, a, b)
    words = [
        _("{n} km apart").format(n=works(found["distance"])),
        _("a shared border") if found["border"] else _("no shared border"),
        _("a common official language") if found["language"] else _("no common official language"),
        _("a colonial tie") if found["colony"] else _("no colonial tie"),
    ]
    return _("{facts} (2011).").format(facts=_(", ").join(words)) + " " + _political(desk, a, b)


def _political(desk: Desk, a: str, b: str) -> str:
    """Return the distance of both in UN votes of the newest common year, with its range and its place; "" without."""
    found = positions.of_pair(desk, a, b)
    if found is None:
        return ""
    nearer = 100 * positions.of_year(desk, found.year).nearer(found.apart)
    words = _("Distance in UN votes: {n} ({low}–{high}, {year}); {share} % of all pairs of states are nearer.")
    if nearer < 1 or nearer > 99:
        words = _("Distance in UN votes: {n} ({low}–{high}, {year}); more than 99 % of all pairs of states are nearer.")
        if nearer < 1:
            words = _("Distance in UN votes: {n} ({low}–{high}, {year}); hardly a pair of states is nearer.")
    n, low, high = (numbers.fixed(x) for x in (found.apart, found.low, found.high))
    return words.format(n=n, low=low, high=high, year=found.year, share=numbers.fixed(nearer, 0))


def of_country(ties: int, above: int, below: int, year: int) -> str:
    """Return how many ties of a country lie beyond the interval on either side."""
    words = _("Clearly above what is expected: {above} of {n} ties; clearly below: {below} ({year})")
    return words.format(n=ties, above=above, below=below, year=year)


def of_openings(n: int, clear: int) -> str:
    """Return how many partners are listed as openings, and how many of them are not weak."""
    words = _("Partners below what is expected to whom a channel is open: {n}, clearly below: {clear}")
    return words.format(n=n, clear=clear)


def most_missed(desk: Desk, partner: str) -> str:
    """Return which tie has the most works beyond what is expected."""
    words = _("The tie with {name} has the most works beyond what is expected")
    return words.format(name=sentences.in_text(desk.areas.name(partner)))
