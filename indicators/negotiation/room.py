"""A room of several parties: the index under the weights of each, what holds under all, what a party would concede.

Scores are those of the one engine (`Laboratory`); only weights differ. Countries are those of which every factor is
scored under every party, so that ranks compare. With the arithmetic mean an index is the mean of its factors by the
party's weights; a gap in a dimension shares that dimension's weight among the others of its factor, which is not
linear, so that concessions in dimensions are offered for two countries that have all that carries weight.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from scidip.indicators.engine.ranks import ranks_of
from scidip.indicators.model.framework import Framework
from scidip.indicators.negotiation.concession import Move, holds, smallest
from scidip.indicators.negotiation.parties import DECIMALS, MOST_POINTS, Party
from scidip.indicators.robustness.alternative_methodologies import Choices, Laboratory, weighted

FloatArray = NDArray[np.float64]
Level = Literal["factor", "dimension"]
Offer = Literal["holds", "moved", "impossible", "gaps", "places"]
"""It holds; a concession; no weights do it; not offered, since figures are missing, or for places by dimension."""


@dataclass(frozen=True)
class Statement:
    """ "*a* ranks above *b*", or, without *b*, "*a* is among the first *first*"."""

    a: str
    b: str = ""
    first: int = 0


@dataclass(frozen=True)
class Concession:
    """What a party would have to shift for a statement to hold under its weights."""

    party: Party
    offer: Offer
    move: Move | None
    elements: tuple[str, ...]
    """The factors or dimensions whose weights move."""
    own: FloatArray
    """Their shares of all weight as the party has them, adding up to 1."""


@dataclass(frozen=True)
class Room:
    """Parties over one framework and year. Areas are in the order of their codes."""

    lab: Laboratory
    framework: str
    year: int
    parties: tuple[Party, ...]

    @property
    def whole(self) -> Framework:
        """The framework with its own weights."""
        return self.lab.frameworks[self.framework]

    @cached_property
    def _nodes(self) -> list[Mapping[str, FloatArray]]:
        """By party: the scores of all areas by node, factors at the framework's weights, dimensions at the party's."""
        return [self.lab.nodes(self._choices(_inside(self.whole, p)), self.year) for p in self.parties]

    def _choices(self, points: Mapping[str, float]) -> Choices:
        return Choices(self.framework, points=points)

    @cached_property
    def shares(self) -> list[dict[str, float]]:
        """By party: the share of each factor in the index, of those that have a score."""
        return [_factor_shares(weighted(self.whole, p.points)) for p in self.parties]

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        """Rows of the laboratory that are ranked by every party."""
        scored = np.ones(len(self.lab.matrix.areas), dtype=bool)
        for nodes in self._nodes:
            for factor in self.whole.level("factor"):
                if factor.code in nodes:
                    scored &= np.isfinite(nodes[factor.code])
        return np.nonzero(scored & self.lab.matrix.reference[:, self.lab.matrix.years.index(self.year)])[0]

    @cached_property
    def areas(self) -> tuple[str, ...]:
        """Codes of the countries that are ranked by every party."""
        return tuple(str(self.lab.matrix.areas[i]) for i in self.rows)

    def place(self, area: str) -> int | None:
        """Return where a country stands in `areas`; None for one that is not ranked by every party."""
        return self.areas.index(area) if area in self.areas else None

    def factor_scores(self, k: int) -> tuple[tuple[str, ...], FloatArray]:
        """Return the factors of party *k* that have a score, and areas × factors."""
        codes = tuple(f.code for f in self.whole.level("factor") if f.code in self._nodes[k])
        return codes, np.column_stack([self._nodes[k][code][self.rows] for code in codes])

    @cached_property
    def scores(self) -> FloatArray:
        """The index, parties × areas."""
        found = []
        for k, shares in enumerate(self.shares):
            codes, columns = self.factor_scores(k)
            found.append(columns @ np.array([shares.get(code, 0.0) for code in codes]))
        return np.stack(found)

    @cached_property
    def ranks(self) -> FloatArray:
        """Ranks, parties × areas: among the countries ranked by every party."""
        return ranks_of(self.scores)

    @cached_property
    def ahead(self) -> NDArray[np.bool_]:
        """areas × areas: whether the row ranks above the column under every party."""
        return np.asarray((self.ranks[:, :, None] < self.ranks[:, None, :]).all(axis=0), dtype=np.bool_)

    @property
    def agreed_orders(self) -> float:
        """The share of all pairs of countries whose order holds under every party."""
        n = len(self.areas)
        return float(self.ahead.sum() / (n * (n - 1) / 2)) if n > 1 else 1.0

    def holds(self, statement: Statement) -> list[bool]:
        """Return by party whether a statement on ranked countries holds, by `concession.MARGIN` points."""
        return [
            holds(self._own("factor", k, codes), differences, spared)
            for k in range(len(self.parties))
            for codes, differences, spared in [self._by_factor(k, statement)]
        ]

    def concessions(self, statement: Statement, level: Level = "factor") -> list[Concession]:
        """Return by party the smallest shift of weights of a level for a statement on ranked countries to hold."""
        return [self._concession(k, statement, level) for k in range(len(self.parties))]

    def _concession(self, k: int, statement: Statement, level: Level) -> Concession:
        party, (codes, differences, spared) = self.parties[k], self._by_factor(k, statement)
        own = self._own("factor", k, codes)
        if holds(own, differences, spared):
            return Concession(party, "holds", Move(own, 0.0), codes, own)
        if level == "dimension":
            if not statement.b:
                return Concession(party, "places", None, (), np.empty(0))
            found = self._by_dimension(k, statement)
            if found is None:
                return Concession(party, "gaps", None, (), np.empty(0))
            codes, differences = found
            own = self._own("dimension", k, codes)
        move = smallest(own, differences, spared)
        return Concession(party, "impossible" if move is None else "moved", move, codes, own)

    def _by_factor(self, k: int, statement: Statement) -> tuple[tuple[str, ...], FloatArray, int]:
        """Return factors, others × factors by how much the country is ahead, and how many others may be ahead."""
        codes, columns = self.factor_scores(k)
        a = self.areas.index(statement.a)
        others = [self.areas.index(statement.b)] if statement.b else [i for i in range(len(self.areas)) if i != a]
        return codes, columns[a] - columns[others], 0 if statement.b else statement.first - 1

    def _by_dimension(self, k: int, statement: Statement) -> tuple[tuple[str, ...], FloatArray] | None:
        """Return the dimensions that both countries have, 1 × dimensions by how much the first is ahead.

        None where one of both lacks a dimension that carries weight.
        """
        every = [d.code for d in self.whole.level("dimension") if d.code in self._dimensions]
        rows = [self.rows[self.areas.index(area)] for area in (statement.a, statement.b)]
        both = {code: self._dimensions[code][rows] for code in every}
        own = _dimension_shares(weighted(self.whole, self.parties[k].points))
        lacking = [code for code in every if not np.isfinite(both[code]).all()]
        if any(own.get(code, 0.0) > 0 for code in lacking):
            return None
        codes = tuple(code for code in every if code not in lacking)
        return codes, np.array([[both[code][0] - both[code][1] for code in codes]])

    @cached_property
    def _dimensions(self) -> Mapping[str, FloatArray]:
        """Scores of all areas by dimension, which no weight changes."""
        return self.lab.nodes(self._choices({}), self.year)

    def _own(self, level: Level, k: int, codes: tuple[str, ...]) -> FloatArray:
        shares = (
            self.shares[k] if level == "factor" else _dimension_shares(weighted(self.whole, self.parties[k].points))
        )
        return np.array([shares.get(code, 0.0) for code in codes])

    def conceding(self, concession: Concession, level: Level = "factor") -> Party:
        """Return the party with the weights of its concession, as points. Needs a move."""
        assert concession.move is not None
        shares = dict(zip(concession.elements, concession.move.weights.tolist(), strict=True))
        if level == "factor" or concession.offer == "holds":
            own = _inside(self.whole, concession.party)
            return Party(concession.party.name, own | _scaled(shares, _weights(self.whole, "factor")))
        points: dict[str, float] = {}
        totals: dict[str, float] = {}
        for factor in self.whole.level("factor"):
            inside = {d.code: shares.get(d.code, 0.0) for d in self.whole.children(factor.code) if not d.not_measured}
            totals[factor.code] = sum(inside.values())
            points |= _scaled(inside, _weights(self.whole, "dimension")) if totals[factor.code] > 0 else {}
        return Party(concession.party.name, points | _scaled(totals, _weights(self.whole, "factor")))


def total(found: list[Concession]) -> float | None:
    """Return the share of weight that all parties together would shift; None where one cannot, or it is not offered.

    Parties move apart from each other, so that the smallest total is the sum of the smallest moves.
    """
    return None if any(c.move is None for c in found) else sum(c.move.cost for c in found if c.move is not None)


def _inside(framework: Framework, party: Party) -> dict[str, float]:
    """Return the points of dimensions."""
    factors = {f.code for f in framework.level("factor")}
    return {code: points for code, points in party.points.items() if code not in factors}


def _weights(framework: Framework, level: Level) -> dict[str, float]:
    return {n.code: n.weight for n in framework.level(level)}


def _factor_shares(framework: Framework) -> dict[str, float]:
    """Return the share of each factor of a weighted framework."""
    weights = {f.code: f.weight for f in framework.level("factor")}
    return {code: w / sum(weights.values()) for code, w in weights.items()}


def _dimension_shares(framework: Framework) -> dict[str, float]:
    """Return the share of each measured dimension in the index of an area that has them all."""
    found: dict[str, float] = {}
    for code, share in _factor_shares(framework).items():
        inside = {d.code: d.weight for d in framework.children(code) if d.indicators}
        found |= {d: share * w / sum(inside.values()) for d, w in inside.items()}
    return found


def _scaled(shares: Mapping[str, float], weights: Mapping[str, float]) -> dict[str, float]:
    """Return shares as points that a framework's *weights* are multiplied by, the largest 100."""
    points = {code: share / weights[code] for code, share in shares.items()}
    top = max(points.values())
    return {code: round(MOST_POINTS * value / top, DECIMALS) for code, value in points.items()}
