"""What is said of parties, of what holds under all of them, and of what they would concede."""

from collections.abc import Mapping

from scidip.figures.text import numbers, sentences
from scidip.findings.session import Desk
from scidip.indicators.language.current import N_, _, ngettext
from scidip.indicators.negotiation.concession import MARGIN
from scidip.indicators.negotiation.room import Concession, Room, Statement, total

OFFERS: Mapping[str, str] = {
    "holds": N_("holds already"),
    "moved": N_("after a concession"),
    "impossible": N_("under no weights"),
    "gaps": N_("not offered: figures are missing"),
    "places": N_("not offered for places"),
}
"""Whether a statement holds under the weights of a party, or what it would take."""
PRIVATE = N_(
    "The parties stand in the address of this page and nowhere else: a file is read and forgotten, nothing is written "
    "down, and the log of this server leaves the weights out. Who gets the link gets the weights."
)
UNIVERSE = N_(
    "Ranks are among the {n} countries that all parties rank, by the arithmetic mean. Only weights differ here; what "
    "other choices and gaps do to a rank is on the page of robustness."
)
METHOD = N_(
    "A concession is the smallest share of all weight, out of 100 points, that must go from some elements to others "
    "(half the sum of all changes) for the statement to hold by {margin} points of the score. Scores are linear in "
    "weights under the arithmetic mean, so it is a linear programme, of places a mixed integer one; nothing smaller "
    "does it. Of other means it is not offered. Parties move apart from each other: the smallest total is the sum."
)
GAPS = N_(
    "By dimension it is offered for two countries that have all dimensions with a weight: a gap shares its weight "
    "among the others, and the score is then not linear."
)


def method() -> str:
    """Return how a concession is found."""
    return _(METHOD).format(margin=numbers.fixed(MARGIN, 2))


def universe(room: Room) -> str:
    """Return among whom ranks are taken."""
    return _(UNIVERSE).format(n=len(room.areas))


def statement(desk: Desk, said: Statement) -> str:
    """Return a statement as it stands inside a sentence."""
    a = sentences.in_text(desk.areas.name(said.a))
    if said.b:
        return _("{a} ranks above {b}").format(a=a, b=sentences.in_text(desk.areas.name(said.b)))
    words = ngettext("{a} ranks first", "{a} is among the first {n}", said.first)
    return words.format(a=a, n=said.first)


def headline(desk: Desk, room: Room) -> str:
    """Return how much of the order holds under all parties, and who stays in front."""
    n = len(room.parties)
    share = numbers.fixed(100 * room.agreed_orders, 0)
    words = ngettext(
        "{share} % of all orders of two countries stand under the weights of {n} party",
        "{share} % of all orders of two countries hold under the weights of all {n} parties",
        n,
    )
    said = words.format(n=n, share=share)
    always = sum(1 for worst in room.ranks.max(axis=0) if worst <= 10)
    more = _("{always} of the first ten places are taken by the same countries")
    return f"{said}; {more.format(always=always)}."


def common(desk: Desk, room: Room) -> str:
    """Return who is first and among the first ten under all parties."""
    worst = room.ranks.max(axis=0)
    order = sorted(range(len(room.areas)), key=lambda i: (worst[i], room.areas[i]))
    names = [sentences.in_text(desk.areas.name(room.areas[i])) for i in order if worst[i] <= 10]
    if not names:
        return _("No country is among the first ten under all parties")
    words = ngettext(
        "{names} is among the first ten under all parties",
        "{names} are among the first ten under all parties",
        len(names),
    )
    return sentences.opening(words.format(names=sentences.listed(names)))


def disagreement(desk: Desk, room: Room) -> str:
    """Return of whom the ranks differ most."""
    spread = room.ranks.max(axis=0) - room.ranks.min(axis=0)
    k = int(spread.argmax())
    if not spread[k]:
        return _("The parties rank all countries alike")
    words = _("They differ most on {name}: from {best} to {worst}")
    best, worst = (numbers.ordinal(float(x)) for x in (room.ranks[:, k].min(), room.ranks[:, k].max()))
    return words.format(name=sentences.in_text(desk.areas.name(room.areas[k])), best=best, worst=worst)


def on_statement(desk: Desk, said: Statement, found: list[Concession]) -> str:
    """Return under how many parties a statement holds, and the smallest total concession."""
    told = sentences.opening(statement(desk, said))
    n = sum(c.offer == "holds" for c in found)
    if n == len(found):
        return _("{statement}: holds under all {n} parties").format(statement=told, n=n)
    words = _("{statement}: holds under {n} of {all} parties").format(statement=told, n=n, all=len(found))
    return f"{words}; {_cost(found)}"


def _cost(found: list[Concession]) -> str:
    whole = total(found)
    if whole is not None:
        words = _("the smallest concession of all together is {points} of 100 points")
        return words.format(points=numbers.fixed(100 * whole, 1))
    if any(c.offer == "impossible" for c in found):
        return _("no shift of these weights brings all of them to it")
    return _("a concession in these weights is not offered")
