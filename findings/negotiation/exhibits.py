"""A room of parties as values: their weights, what holds, where they differ, what they would concede."""

from collections.abc import Iterator
from typing import Any, Final

from scidip.findings.exhibit import Column, Exhibit, Message, Sentence, Table, area_column, coded
from scidip.findings.exhibits import columns
from scidip.findings.negotiation import words
from scidip.findings.session import Desk
from scidip.indicators.language.current import N_
from scidip.indicators.negotiation.room import Concession, Level, Room, Statement

MOST = 20
"""Countries listed."""
LEVELS: Final = {"factor": N_("factor"), "dimension": N_("dimension")}
PARTY: Final = Column("party", N_("Party"), "text")


def weights(desk: Desk, room: Room) -> Table:
    """Return the share of each factor in the index of each party, and the points it gives."""
    heads = (
        PARTY,
        columns.node_column(desk, label=N_("Element"), framework=room.framework),
        coded("level", N_("Level"), LEVELS),
        Column("points", N_("Points given"), unit="points", decimals=1),
        Column("weight", N_("Share of the index"), unit="percent", decimals=1),
    )
    rows = tuple(row for k in range(len(room.parties)) for row in _weights(room, k))
    return Table(N_("Weights of the parties"), heads, rows)


def _weights(room: Room, k: int) -> Iterator[tuple[Any, ...]]:
    party, shares = room.parties[k], room.shares[k]
    for factor in room.whole.level("factor"):
        share = 100 * shares.get(factor.code, 0.0)
        yield party.name, factor.code, "factor", party.points.get(factor.code), share
        for node in room.whole.children(factor.code):
            if node.code in party.points:
                yield party.name, node.code, "dimension", party.points[node.code], None


def _places(room: Room) -> tuple[Column, ...]:
    return (
        Column("best", N_("Best rank of all parties"), "integer"),
        Column("worst", N_("Worst rank of all parties"), "integer"),
        Column("spread", N_("Places between"), "integer"),
        Column("ahead", N_("Countries behind it under all"), "integer"),
        Column("behind", N_("Countries ahead of it under all"), "integer"),
        *(
            Column(f"place_{k + 1}", Message("{party}", {"party": p.name}), "integer")
            for k, p in enumerate(room.parties)
        ),
    )


def _row(room: Room, i: int) -> tuple[Any, ...]:
    own = room.ranks[:, i]
    best, worst = int(own.min()), int(own.max())
    ahead, behind = int(room.ahead[i].sum()), int(room.ahead[:, i].sum())
    return (room.areas[i], room.year, best, worst, worst - best, ahead, behind, *map(int, own))


def common(desk: Desk, room: Room) -> Exhibit:
    """Return the countries whose worst rank is best: each is among the first so many under all parties."""
    worst, best = room.ranks.max(axis=0), room.ranks.min(axis=0)
    order = sorted(range(len(room.areas)), key=lambda i: (worst[i], best[i], room.areas[i]))[:MOST]
    return Exhibit(
        "negotiation_common",
        Sentence(lambda: words.common(desk, room)),
        N_("The countries whose worst rank is best: under every party they are among the first so many"),
        Table(
            Message(N_("What holds under all parties, {year}"), {"year": room.year}),
            (area_column(desk.areas), columns.YEAR, *_places(room)),
            tuple(_row(room, i) for i in order),
        ),
        (),
        (Sentence(lambda: words.universe(room)),),
    )


def disagreement(desk: Desk, room: Room) -> Exhibit:
    """Return the countries whose ranks differ most between the parties."""
    spread, mean = room.ranks.max(axis=0) - room.ranks.min(axis=0), room.ranks.mean(axis=0)
    order = sorted(range(len(room.areas)), key=lambda i: (-spread[i], mean[i], room.areas[i]))[:MOST]
    return Exhibit(
        "negotiation_disagreement",
        Sentence(lambda: words.disagreement(desk, room)),
        N_("The countries whose ranks lie farthest apart, with the rank of each party"),
        Table(
            Message(N_("Where the parties differ most, {year}"), {"year": room.year}),
            (area_column(desk.areas), columns.YEAR, *_places(room)),
            tuple(_row(room, i) for i in order),
        ),
        (),
        (Sentence(lambda: words.universe(room)),),
    )


def on_statement(desk: Desk, room: Room, said: Statement, found: list[Concession]) -> Exhibit:
    """Return by party whether a statement holds, and its smallest concession."""
    heads = (
        PARTY,
        area_column(desk.areas),
        area_column(desk.areas, "counterpart_area", N_("Compared with")),
        Column("first", N_("Among the first"), "integer"),
        columns.YEAR,
        Column("place", N_("Its rank"), "integer"),
        Column("other_place", N_("Rank of the other"), "integer"),
        coded("offer", N_("The statement holds"), words.OFFERS),
        Column("concession", N_("Concession"), unit="points", decimals=1),
    )
    return Exhibit(
        "negotiation_statement",
        Sentence(lambda: words.on_statement(desk, said, found)),
        N_("For each party its ranks, whether the statement holds, and the points of 100 it would shift"),
        Table(N_("The statement under each party"), heads, tuple(_on(room, said, k, c) for k, c in enumerate(found))),
        (),
        (Sentence(words.method), Message(words.GAPS)),
    )


def _on(room: Room, said: Statement, k: int, c: Concession) -> tuple[Any, ...]:
    places = [int(room.ranks[k, room.areas.index(area)]) if area else None for area in (said.a, said.b)]
    cost = None if c.move is None else 100 * c.move.cost
    return (c.party.name, said.a, said.b or None, said.first or None, room.year, *places, c.offer, cost)


def moves(desk: Desk, room: Room, found: list[Concession], level: Level) -> Table | None:
    """Return the weights before and after each concession, of elements that move; None where none does."""
    heads = (
        PARTY,
        columns.node_column(desk, label=N_("Element"), framework=room.framework),
        Column("weight", N_("Weight now"), unit="percent", decimals=1),
        Column("weight_needed", N_("Weight needed"), unit="percent", decimals=1),
        Column("change", N_("Change"), unit="points", decimals=1),
    )
    rows = tuple(row for c in found if c.offer == "moved" for row in _moves(c))
    return Table(N_("Weights before and after the concession"), heads, rows) if rows else None


LEAST = 0.0005
"""Share of all weight below which a change is none."""


def _moves(c: Concession) -> Iterator[tuple[Any, ...]]:
    assert c.move is not None
    for code, before, after in zip(c.elements, c.own.tolist(), c.move.weights.tolist(), strict=True):
        if abs(after - before) >= LEAST:
            yield c.party.name, code, 100 * before, 100 * after, 100 * (after - before)
