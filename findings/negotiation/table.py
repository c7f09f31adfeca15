"""The negotiating table: the room of the parties in an address, and the statement that is put to it."""

from itertools import pairwise

from scidip.findings.laboratory import lab_of
from scidip.findings.session import Desk
from scidip.indicators.negotiation.parties import Party
from scidip.indicators.negotiation.room import Room, Statement
from scidip.indicators.vocabulary import DEFAULT_FRAMEWORK

FIRSTS = (1, 3, 5, 10, 20, 50)
"""Places of which is asked who is always within."""
USUAL_FIRST = 10
DISPUTED = 40
"""Countries, from the first on, among whom a disputed order is sought for a first statement."""


def room_of(desk: Desk, parties: tuple[Party, ...], year: int) -> Room | None:
    """Return the room of parties over the default framework; None without parties. It is remembered nowhere."""
    return Room(lab_of(desk), DEFAULT_FRAMEWORK, year, parties) if parties else None


def statement_of(room: Room, a: str, b: str, first: int) -> Statement | None:
    """Return the statement asked for; without a country the first order that is disputed. None of too few countries."""
    if a and (b or first):
        return Statement(a, b, 0 if b else first)
    return Statement(a, first=USUAL_FIRST) if a else disputed(room)


def disputed(room: Room) -> Statement | None:
    """Return the foremost order of two neighbours on which the parties differ; without one that of the first two."""
    if len(room.areas) < 2:
        return None
    order = room.ranks.mean(axis=0).argsort(kind="stable")[:DISPUTED]
    pairs = [(room.areas[i], room.areas[j], bool(room.ahead[i, j])) for i, j in pairwise(order)]
    a, b = next(((a, b) for a, b, agreed in pairs if not agreed), pairs[0][:2])
    return Statement(a, b)
