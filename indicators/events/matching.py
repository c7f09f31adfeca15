"""One event beside those like it that had none: who they are, and by how much more or less the event's unit grew.

**Candidates** are the units without an event in the years around it that are nearest in size in the year before (at
most 40). **Controls** of a unit are the five candidates whose five years before are most like its own: the distance is
over the path, each less its own mean, and over the level, each by its spread among the candidates. The difference of
one unit is its change (mean of the years after less mean of the years before, in logarithms) less the mean change of
its controls: a difference-in-differences with a matched set for each event (Imai, Kim & Wang 2023, *AJPS* 67: 587-605;
Heckman, Ichimura & Todd 1997, *RES* 64: 605-654). Each event has its own window and clean controls, so that no unit
that had an event stands for one that had none (Goodman-Bacon 2021, *J. Econometrics* 225: 254-277; Callaway & Sant'Anna
2021, same issue: 200-230).

Each candidate is then treated as if it had had the event, with its own five controls among the other candidates. What
is seen there is chance, and whatever else happens to countries without the event (Abadie, Diamond & Hainmueller 2010,
*JASA* 105: 493-505).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from scidip.indicators.events.windows import AFTER, BEFORE, FloatArray, Mask, Panel, Places, Unit, why_not_dated

CONTROLS = 5
CANDIDATES = 40
FEWEST = 10
"""Candidates below which chance cannot be told."""
FEWEST_WORKS = 20.0
"""Works a year before an event, below which a change in percent is a matter of a few works."""


@dataclass(frozen=True)
class Matched:
    """An event beside its controls, and each candidate beside its own. First row: the event's unit."""

    unit: Unit
    year: int
    controls: tuple[Unit, ...]
    candidates: tuple[Unit, ...]
    gaps: FloatArray
    """(1 + candidates) × years from -5 on: log outcome less its mean before, less the same of the controls."""
    before: float
    """Works a year in the five years before."""

    @property
    def after(self) -> int:
        """How many years after the event are held, at most five."""
        return int(self.gaps.shape[1]) - BEFORE - 1

    @cached_property
    def differences(self) -> FloatArray:
        """The mean gap of the years after; first the event's unit, then the candidates."""
        return np.asarray(self.gaps[:, BEFORE + 1 :].mean(axis=1), dtype=np.float64)

    @cached_property
    def slopes(self) -> FloatArray:
        """How fast the gap widens in the years before, a year: what is left of a trend after matching."""
        years = np.arange(BEFORE) - (BEFORE - 1) / 2
        return np.asarray(self.gaps[:, :BEFORE] @ years / (years @ years), dtype=np.float64)


def matched(panel: Panel, unit: Unit, year: int, free: Mask) -> Matched | str:
    """Return an event beside its controls, or why it cannot be studied, a key of `windows.WHY`.

    free: which units had no event around that year and may stand for the others.
    """
    if why := why_not_dated(year, panel.first, panel.last):
        return why
    if unit not in panel.units:
        return "few"
    here, own = panel.units.index(unit), panel.place(year)
    window = slice(own - BEFORE, min(own + AFTER, panel.outcome.shape[1] - 1) + 1)
    before = slice(own - BEFORE, own)
    works = panel.works[:, before].mean(axis=1)
    if works[here] < FEWEST_WORKS:
        return "few"
    whole = np.asarray(np.isfinite(panel.outcome[:, window]).all(axis=1))
    if not whole[here]:
        return "gaps"
    if not np.isfinite(panel.size[here, own - 1]):
        return "unmodelled"
    fit = free & whole & (works >= FEWEST_WORKS) & np.isfinite(panel.size[:, own - 1])
    fit[here] = False
    places = _nearest(panel.size[:, own - 1], here, np.flatnonzero(fit))
    if len(places) < FEWEST:
        return "alone"
    rows = np.concatenate([[here], places])
    chosen = _controls(panel.outcome[rows][:, before])
    changes = panel.outcome[rows][:, window] - panel.outcome[rows][:, before].mean(axis=1, keepdims=True)
    gaps = changes - changes[chosen].mean(axis=1)
    names = [panel.units[i] for i in rows]
    return Matched(
        unit, year, tuple(names[i] for i in chosen[0]), tuple(names[1:]), np.asarray(gaps), float(works[here])
    )


def _nearest(size: FloatArray, here: int, places: Places) -> Places:
    order = np.argsort(np.abs(size[places] - size[here]), kind="stable")
    return places[order[:CANDIDATES]]


def _controls(paths: FloatArray) -> Places:
    """Return for each row the places of its five nearest; the first row, the event's unit, is nobody's control."""
    level = paths.mean(axis=1, keepdims=True)
    path = paths - level
    spread = [max(float(part[1:].std()), 1e-9) for part in (path, level)]
    points = np.hstack([path / spread[0] / np.sqrt(paths.shape[1]), level / spread[1]])
    distance = ((points[:, None, :] - points[None, :, :]) ** 2).sum(axis=2)
    np.fill_diagonal(distance, np.inf)
    distance[:, 0] = np.inf
    return np.argsort(distance, axis=1, kind="stable")[:, :CONTROLS]
