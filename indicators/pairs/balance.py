"""Two opposite flows: net, how far one matches the other, and whether either is clearly larger."""

import math
from dataclasses import dataclass
from typing import Literal

Direction = Literal["there", "back", "even", "few"]
FEW = 20
"""Moves both ways up to which no direction is named."""
NORMAL_95 = 1.96


@dataclass(frozen=True)
class Balance:
    """Moves from a to b (`there`) and from b to a (`back`) within the same years: whole numbers, none is zero."""

    there: float
    back: float

    @property
    def total(self) -> float:
        """Moves both ways."""
        return self.there + self.back

    @property
    def net(self) -> float:
        """What is left to a: arrivals minus departures."""
        return self.back - self.there

    @property
    def matched(self) -> float:
        """How many moves each way have a counterpart the other way: the smaller of the two.

        It says nothing of persons: whether those who came are those who had left is not in the files.
        """
        return min(self.there, self.back)

    @property
    def direction(self) -> Direction:
        """Which way is clearly larger; "few" where there are fewer than `FEW` moves, "even" where neither is.

        Clearly: were each move as likely one way as the other, a difference as large would come about in less than
        one of twenty cases (sign test, normal approximation of the binomial: |there - back| > 1.96 √total).
        """
        if self.total < FEW:
            return "few"
        if abs(self.net) <= NORMAL_95 * math.sqrt(self.total):
            return "even"
        return "back" if self.net > 0 else "there"


@dataclass(frozen=True)
class TwoCounts:
    """The same flows as two producers count them."""

    first: Balance
    second: Balance
    usual: float
    """The second's total over the first's in all pairs together; NaN without moves."""
    apart: float = 3.0
    """From so many times the usual ratio on, or so many times below it, neither is read as a level."""

    @property
    def ratio(self) -> float:
        """The second's total over the first's; NaN where the first has none."""
        return self.second.total / self.first.total if self.first.total else math.nan

    @property
    def are_apart(self) -> bool:
        """Whether the second counts many times more or fewer than it usually does; of few moves nothing is said."""
        if self.first.direction == self.second.direction == "few" or not self.usual > 0:
            return False
        beside = self.ratio / self.usual if self.first.total else math.inf
        return not 1 / self.apart <= beside <= self.apart

    @property
    def direction(self) -> Direction:
        """The way that both call larger; "even" where they do not agree, "few" where the first has few moves."""
        if self.first.direction == "few":
            return "few"
        return self.first.direction if self.first.direction == self.second.direction else "even"
