"""How often the comparison raises a false alarm, and how often it sees an effect that is there: made figures only.

The made world has sixty units over thirty years. The log of a unit's works is a level and a growth of its own, the
growth of the world, and what stays from the year before (autoregressive, 0.8, as strong as in the series held: the
spread of yearly changes is 0.13, about that of countries with a few hundred joint works a year). Twelve units have an
event in a year drawn at random; from the year after on their works are more by the *effect*.
"""

from collections.abc import Iterator

import numpy as np

from scidip.indicators.events.study import Study, studied
from scidip.indicators.events.windows import BEFORE, FEWEST_AFTER, Events, Panel

UNITS, YEARS, EVENTS, FIRST = 60, 30, 12, 1993
STAYS, SPREAD, GROWTHS = 0.8, 0.13, 0.02
RUNS = 500
EFFECTS = (0.0, 0.1, 0.2, 0.4)
DRAWS = 999
OTHERS = 1_000_000
"""Draws of a study must not be those that its world was made of."""


def world(seed: int, effect: float, events: int = EVENTS) -> tuple[Panel, Events]:
    """Return a made panel and its events; *effect* 0.1 is ten percent more works from the year after on."""
    chance = np.random.default_rng(seed)
    years = np.arange(YEARS)
    noise = np.zeros((UNITS, YEARS))
    for year in years:
        noise[:, year] = (STAYS * noise[:, year - 1] if year else 0.0) + chance.normal(0, SPREAD, UNITS)
    common = np.cumsum(chance.normal(0.05, 0.03, YEARS))
    growth = chance.normal(0, GROWTHS, (UNITS, 1)) * years
    logs = chance.normal(6.5, 1.0, (UNITS, 1)) + common + growth + noise
    units = [(f"U{i:02}",) for i in range(UNITS)]
    places = chance.choice(UNITS, events, replace=False)
    dates = chance.integers(BEFORE, YEARS - FEWEST_AFTER, events)
    for place, date in zip(places, dates, strict=True):
        logs[place, date + 1 :] += np.log1p(effect)
    dated = [(units[i], FIRST + int(d)) for i, d in zip(places, dates, strict=True)]
    return Panel(tuple(units), FIRST, logs, np.exp(logs), logs), dated


def rates(runs: int = RUNS, events: int = EVENTS) -> Iterator[tuple[float, float, float]]:
    """Yield for each effect the share of runs in which it is clear, and in which the years before are."""
    for effect in EFFECTS:
        studies = [_studied(seed, effect, events) for seed in range(runs)]
        clear = [s.effect is not None and s.effect.is_clear for s in studies]
        before = [any(t is not None and t.is_clear for t in (s.slope, s.earlier)) for s in studies]
        yield effect, float(np.mean(clear)), float(np.mean(before))


def _studied(seed: int, effect: float, events: int) -> Study:
    panel, dated = world(seed, effect, events)
    return studied(dated, lambda _unit, _year: panel, dated, seed=OTHERS + seed, draws=DRAWS).study
