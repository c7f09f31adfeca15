"""Several events together: the mean difference, how often chance alone makes as much, and what is left before.

**Chance.** In each of 4,999 draws every event goes to one of its candidates, at the same date; the mean of their
differences is what is seen where nothing happened. The probability is twice the share of draws whose mean lies at
least as far out on the same side, the study itself counted as one of them (Phipson & Smyth 2010, *SAGMB* 9: 39). If
the unit of an event differs from its candidates in nothing but the event, false alarms are as many as stated, whatever
the spread of the figures and however much they depend on the year before; ordinary errors make far too many
(Bertrand, Duflo & Mullainathan 2004, *QJE* 119: 249-275; MacKinnon & Webb 2020, *J. Econometrics* 218: 435-450). The
interval holds every difference that the draws do not refuse: the mean less the 97.5 and 2.5 % points of the draws.

**Before.** Two tests of the same kind say whether the units were on their way already: the slope of what is left of
the gap in the five years before (matching has taken most of it away), and the whole comparison at a placebo date six
years earlier, when nothing had happened yet. If either is beyond chance, the difference is not read as an effect. Where
neither is, little is proven: such tests see only large trends (Roth 2022, *AER: Insights* 4: 305-322).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from scidip.indicators.events.matching import Matched, matched
from scidip.indicators.events.windows import AFTER, BEFORE, EARLIER, Events, FloatArray, Panel, Unit, apart, quiet
from scidip.indicators.language.current import N_

DRAWS = 4999
LEVEL = 0.05
FEWEST_EVENTS = 2
Reading = Literal["more", "less", "none", "before", "few"]
READINGS = {
    "more": N_("more than in those alike"),
    "less": N_("less than in those alike"),
    "none": N_("no effect shown"),
    "before": N_("on its way before, so not read as an effect"),
    "few": N_("too few events"),
}


@dataclass(frozen=True)
class Difference:
    """A mean beside what chance makes of it; all in logarithms."""

    value: float
    low: float
    high: float
    """Ends of the interval of 95 %."""
    chance: float
    """Probability that chance alone makes as much."""
    events: int

    @property
    def is_clear(self) -> bool:
        """Whether chance makes as much in fewer than one case of twenty."""
        return self.chance <= LEVEL


@dataclass(frozen=True)
class Study:
    """Events of one kind beside those alike that had none."""

    events: tuple[Matched, ...]
    effect: Difference | None
    """The difference after the event; None with fewer than two events."""
    slope: Difference | None
    """What is left of a trend in the five years before, a year."""
    earlier: Difference | None
    """The same comparison six years earlier; None where fewer than two events reach so far back."""

    @property
    def reading(self) -> Reading:
        """What may be said."""
        return reading_of(self.effect, self.slope, self.earlier)

    @cached_property
    def path(self) -> tuple[tuple[int, float, int], ...]:
        """Years from the event, mean gap in logarithms, and how many events hold it; -5 to 5."""
        found = []
        for place in range(BEFORE + AFTER + 1):
            held = [m.gaps[0, place] for m in self.events if m.gaps.shape[1] > place]
            if held:
                found.append((place - BEFORE, float(np.mean(held)), len(held)))
        return tuple(found)


def reading_of(effect: Difference | None, slope: Difference | None, earlier: Difference | None) -> Reading:
    """Return what may be said of a difference, given both tests of the years before."""
    if effect is None:
        return "few"
    if not effect.is_clear:
        return "none"
    if any(t is not None and t.is_clear for t in (slope, earlier)):
        return "before"
    return "more" if effect.value > 0 else "less"


@dataclass(frozen=True)
class Studied:
    """A study, and why events are not in it."""

    study: Study
    left: Mapping[tuple[Unit, int], str]
    """Event → a key of `windows.WHY`."""


def studied(
    events: Events, panel_for: Callable[[Unit, int], Panel], busy: Events, *, seed: int = 18, draws: int = DRAWS
) -> Studied:
    """Return the study of *events*, each on the panel that *panel_for* gives for its unit and year.

    busy: the events whose units may not stand for others in the years around them; those studied, and any alike.
    """
    found: list[Matched] = []
    earlier: list[Matched] = []
    left: dict[tuple[Unit, int], str] = {}
    for (unit, year), is_apart in apart(events).items():
        if not is_apart:
            left[unit, year] = "repeated"
            continue
        panel = panel_for(unit, year)
        one = matched(panel, unit, year, quiet(panel.units, busy, year, panel.last))
        if isinstance(one, str):
            left[unit, year] = one
            continue
        found.append(one)
        moved = matched(panel, unit, year - EARLIER, quiet(panel.units, busy, year - EARLIER, panel.last))
        if isinstance(moved, Matched):
            earlier.append(moved)
    return Studied(together(found, earlier, seed, draws), left)


def together(events: Sequence[Matched], earlier: Sequence[Matched], seed: int, draws: int) -> Study:
    """Return the study of *events*; *earlier* are the same ones at the placebo date, as far as figures reach."""
    return Study(
        tuple(events),
        tested([m.differences for m in events], seed, draws),
        tested([m.slopes for m in events], seed + 1, draws),
        tested([m.differences for m in earlier], seed + 2, draws),
    )


def tested(found: Sequence[FloatArray], seed: int, draws: int) -> Difference | None:
    """Return the mean of the events' first figures beside the draws from their others; None below two events."""
    if len(found) < FEWEST_EVENTS:
        return None
    chance = np.random.default_rng(seed)
    value = float(np.mean([one[0] for one in found]))
    drawn = np.zeros(draws)
    for one in found:
        drawn += chance.choice(one[1:], draws)
    drawn /= len(found)
    beyond = min(int((drawn >= value).sum()), int((drawn <= value).sum()))
    low, high = (value - float(x) for x in np.quantile(drawn, (1 - LEVEL / 2, LEVEL / 2)))
    return Difference(value, low, high, min(1.0, 2 * (beyond + 1) / (draws + 1)), len(found))


def by_year(events: Sequence[Matched], seed: int = 18, draws: int = DRAWS) -> dict[int, Difference]:
    """Return the mean gap of each year from the event, -5 to 5, with its interval; years that two events hold.

    Each year is tested by itself: of eleven years one in two studies lies outside by chance.
    """
    found = {}
    for place in range(BEFORE + AFTER + 1):
        held = [m.gaps[:, place] for m in events if m.gaps.shape[1] > place]
        one = tested(held, seed + 3 + place, draws)
        if one is not None:
            found[place - BEFORE] = one
    return found


def own_range(one: Matched) -> tuple[float, float]:
    """Return between which differences nine of ten of an event's candidates lie, in logarithms."""
    low, high = np.quantile(one.differences[1:], (0.05, 0.95))
    return float(low), float(high)
