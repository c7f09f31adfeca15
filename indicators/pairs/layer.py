"""A layer of ties between areas as matrices, one for each year: who is tied to whom, and how strongly.

Row i, column j is the figure from area i to area j. In an undirected layer the matrix is symmetric.
NaN is unknown; where the layer lists all there are, no tie is zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scidip.indicators.pairs.intensity import affinity, relative_intensity

FloatArray = NDArray[np.float64]
Places = NDArray[np.int64]
NEAREST = 40
"""Pairs that a pair is compared with."""


@dataclass(frozen=True)
class Layer:
    """The ties of one pair indicator in all years."""

    code: str
    directed: bool
    lists_all: bool
    """Whether a pair that is not listed has none, instead of being unknown."""
    frame: pd.DataFrame
    """Columns ref_area, counterpart_area, time_period, obs_value, obs_status, file; undirected pairs once."""
    speaks_of: frozenset[str] = frozenset()
    """Where the layer lists all: the areas it speaks of, also those without a single tie."""
    _matrices: dict[int, FloatArray] = field(default_factory=dict, repr=False)

    @cached_property
    def areas(self) -> tuple[str, ...]:
        """The areas with any tie in any year, and those that a complete list speaks of, sorted."""
        silent = self.speaks_of if self.lists_all else frozenset()
        ends = (self.frame[c].unique() for c in ("ref_area", "counterpart_area"))
        return tuple(sorted(silent.union(*ends)))

    @cached_property
    def place(self) -> dict[str, int]:
        """Position of each area in the matrices."""
        return {area: i for i, area in enumerate(self.areas)}

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The years with figures, ascending; of a complete list every year from its first to its last."""
        found = np.unique(self.frame["time_period"])
        if self.lists_all and len(found):
            found = np.arange(found[0], found[-1] + 1)
        return tuple(int(y) for y in found)

    def is_none(self, a: str, b: str, year: int) -> bool:
        """Return whether a complete list speaks of both areas in *year* and has no tie of theirs."""
        known = self.lists_all and year in self.years and a in self.place and b in self.place
        return known and self.value(a, b, year) == 0.0

    @cached_property
    def counts(self) -> dict[int, int]:
        """How many ties each year has, by year, ascending."""
        years, counts = np.unique(self.frame["time_period"], return_counts=True)
        return dict(zip(years.tolist(), counts.tolist(), strict=True))

    def year_for(self, year: int) -> int | None:
        """Return the newest year of the layer up to *year*, the first one when all are later; None without any."""
        if not self.years:
            return None
        return max((y for y in self.years if y <= year), default=self.years[0])

    @cached_property
    def _columns(self) -> tuple[Places, Places, Places, FloatArray]:
        def places(column: str) -> Places:
            return np.asarray(pd.Categorical(self.frame[column], categories=list(self.areas)).codes, dtype=np.int64)

        years = np.asarray(self.frame["time_period"], dtype=np.int64)
        values = np.asarray(self.frame["obs_value"], dtype=np.float64)
        return places("ref_area"), places("counterpart_area"), years, values

    @cached_property
    def _by_pair(self) -> tuple[Places, Places]:
        """The pair of each row as one number, sorted, and the rows in that order."""
        rows, columns, _, _ = self._columns
        pair = rows * len(self.areas) + columns
        order = np.argsort(pair, kind="stable")
        return pair[order], order

    def _rows_of(self, i: int, j: int) -> Places:
        """Return the rows from the area at *i* to that at *j*."""
        pairs, order = self._by_pair
        pair = i * len(self.areas) + j
        start, end = np.searchsorted(pairs, np.array((pair, pair + 1), dtype=pairs.dtype))  # else all are cast
        return order[start:end]

    def prepare(self) -> None:
        """Compute what every question needs: the order of the pairs, and the newest year's matrix."""
        if self.years:
            self.matrix(self.years[-1])
            self.series(self.areas[0], self.areas[-1])
            if not self.directed:
                _ = self.strengths

    @cached_property
    def summed(self) -> "Layer":
        """The layer with all years added up, under its newest year: for things that happen once, as projects begin."""
        key = ["ref_area", "counterpart_area"]
        total = self.frame.groupby(key, as_index=False)["obs_value"].sum()
        last = self.years[-1] if self.years else 0
        whole = total.assign(time_period=last, obs_status="A")
        return Layer(self.code, self.directed, self.lists_all, whole, self.speaks_of)

    def matrix(self, year: int) -> FloatArray:
        """Return the ties of *year*, (areas, areas); the diagonal is NaN. Do not write into it."""
        if year not in self._matrices:
            rows, columns, years, values = self._columns
            here = years == year
            n = len(self.areas)
            made = np.full((n, n), 0.0 if self.lists_all and year in self.years else np.nan)
            made[rows[here], columns[here]] = values[here]
            if not self.directed:
                made[columns[here], rows[here]] = values[here]
            np.fill_diagonal(made, np.nan)
            self._matrices[year] = made
        return self._matrices[year]

    @cached_property
    def strengths(self) -> FloatArray:
        """Return the sum of all ties of each area, (years, areas); for undirected layers."""
        rows, columns, years, values = self._columns
        totals = np.zeros((len(self.years), len(self.areas)))
        when = np.searchsorted(np.asarray(self.years), years)
        np.add.at(totals, (when, rows), values)
        np.add.at(totals, (when, columns), values)
        return totals

    def intensities(self, a: str, b: str) -> pd.DataFrame:
        """Return how strong the tie of *a* and *b* is for their size, by year: there, back, affinity.

        `there` is the relative intensity seen from *a*, `back` seen from *b* (1 is neutral), `affinity` the
        probabilistic one; see `indicators.pairs.intensity`. Undirected layers; years without a tie are left out.
        """
        joint = self.series(a, b)
        if joint.empty:
            return pd.DataFrame(columns=["there", "back", "affinity"], dtype=float)
        when = np.searchsorted(np.asarray(self.years), np.asarray(joint.index, dtype=np.int64))
        own, other = (self.strengths[when, self.place[area]] for area in (a, b))
        ends, tie = self.strengths[when].sum(axis=1), np.asarray(joint, dtype=np.float64)
        found = {
            "there": relative_intensity(tie, own, other, ends - own),
            "back": relative_intensity(tie, other, own, ends - other),
            "affinity": affinity(tie * 1.0, own, other, 1.0) * ends,
        }
        return pd.DataFrame(found, index=joint.index).dropna()

    def value(self, a: str, b: str, year: int) -> float:
        """Return the figure from *a* to *b* in *year*; NaN when it is unknown or an area has no ties at all."""
        if a not in self.place or b not in self.place:
            return float("nan")
        return float(self.matrix(year)[self.place[a], self.place[b]])

    def series(self, a: str, b: str) -> pd.Series:
        """Return the known figures from *a* to *b* by year; where the layer lists all, every year's."""
        if a not in self.place or b not in self.place:
            return pd.Series(dtype=float)
        here, (_, _, years, values) = self._rows_by_year(a, b), self._columns
        found = pd.Series(values[here], index=years[here])
        return found.reindex(list(self.years), fill_value=0.0) if self.lists_all else found

    def known_years(self, a: str, b: str) -> list[int]:
        """Return the years of `series`, ascending, without their figures."""
        if a not in self.place or b not in self.place:
            return []
        return list(self.years) if self.lists_all else self._columns[2][self._rows_by_year(a, b)].tolist()

    def _rows_by_year(self, a: str, b: str) -> Places:
        here = self._rows_of(self.place[a], self.place[b])
        if not self.directed:
            here = np.concatenate([here, self._rows_of(self.place[b], self.place[a])])
        return here[np.argsort(self._columns[2][here], kind="stable")]

    def breaks(self, a: str, b: str) -> list[int]:
        """Return the years in which the figures from *a* to *b* begin to come from another of the producer's files.

        Such lists may count differently (by nationality or by mobility), so a step there is not one of the pair.
        """
        if a not in self.place or b not in self.place:
            return []
        own = self.frame.iloc[self._rows_of(self.place[a], self.place[b])]
        listed = sorted(zip(own["time_period"].tolist(), own["file"].tolist(), strict=True))
        return [int(year) for (_, before), (year, file) in pairwise(listed) if file != before]

    def partner_counts(self, area: str) -> dict[int, int]:
        """Return with how many others an area has a figure above zero, by year; what it sends in a directed layer."""
        if area not in self.place:
            return {}
        rows, columns, years, values = self._columns
        own = rows == self.place[area]
        if not self.directed:
            own |= columns == self.place[area]
        found, counts = np.unique(years[own & (values > 0)], return_counts=True)
        return dict(zip(found.tolist(), counts.tolist(), strict=True))

    def partners(self, area: str, year: int, *, incoming: bool = False) -> pd.Series:
        """Return the figures of an area with all others by partner, largest first; zeros and unknowns left out."""
        if area not in self.place:
            return pd.Series(dtype=float)
        matrix = self.matrix(year)
        line = matrix[:, self.place[area]] if incoming else matrix[self.place[area]]
        found = pd.Series(line, index=list(self.areas))
        return found[found > 0].sort_values(ascending=False, kind="stable")


@dataclass(frozen=True)
class Exposure:
    """How much of an area's ties go to one partner."""

    value: float
    share: float
    """Of the area's total with all partners, 0 to 1."""
    place: int
    """Among its partners, 1 is the largest; ties share the better place."""
    of: int
    """Partners with a figure above zero."""


def exposure(layer: Layer, area: str, partner: str, year: int, *, incoming: bool = False) -> Exposure | None:
    """Return how much *area* depends on *partner*; None when there is no tie of a known size.

    In a directed layer the total is what *area* sends to all, or with *incoming* what it receives.
    """
    if not {area, partner} <= layer.place.keys():
        return None
    matrix = layer.matrix(year).T if incoming else layer.matrix(year)
    line, own = matrix[layer.place[area]], float(matrix[layer.place[area], layer.place[partner]])
    if not own > 0:
        return None
    ties = np.sort(line[line > 0])[::-1]  # added up from the largest on, as a list of partners is
    return Exposure(own, own / float(ties.sum()), int((ties > own).sum()) + 1, len(ties))


@dataclass(frozen=True)
class Comparison:
    """A pair's figure beside those of comparable pairs."""

    value: float
    low: float
    middle: float
    high: float
    pairs: int

    @property
    def reading(self) -> str:
        """Where the figure lies: "above", "within" or "below" the middle eight tenths."""
        if self.value > self.high:
            return "above"
        return "below" if self.value < self.low else "within"


def comparable(layer: Layer, a: str, b: str, year: int, nearest: int = NEAREST) -> Comparison | None:
    """Return the figure from *a* to *b* beside the pairs whose totals are nearest to theirs.

    The rule: of all other pairs with a known figure, the *nearest* ones in the logarithm of (all that the
    first area sends) x (all that the second receives). It knows nothing of distance or language. 10th
    percentile, median and 90th percentile of those pairs. None without a figure, without totals, or
    with fewer than *nearest* other pairs.
    """
    value = layer.value(a, b, year)
    if not np.isfinite(value):
        return None
    matrix = layer.matrix(year)
    sent, received = np.nansum(matrix, axis=1), np.nansum(matrix, axis=0)
    i, j = layer.place[a], layer.place[b]
    if sent[i] <= 0 or received[j] <= 0:
        return None
    with np.errstate(divide="ignore"):
        size = np.log(sent)[:, None] + np.log(received)[None, :]
    others = np.isfinite(matrix) & np.isfinite(size)
    others[i, j] = others[j, i] = False
    if not layer.directed:
        others = np.triu(others)
    distance = np.abs(size - size[i, j])[others]
    if distance.size < nearest:
        return None
    near = np.argpartition(distance, nearest - 1)[:nearest]
    low, middle, high = np.quantile(matrix[others][near], (0.1, 0.5, 0.9))
    return Comparison(value, float(low), float(middle), float(high), nearest)


def strongest_pairs(layer: Layer, year: int, n: int) -> list[tuple[str, str, float]]:
    """Return the *n* largest figures of a year as (from, to, figure); undirected pairs once."""
    matrix = layer.matrix(year)
    known = np.nan_to_num(matrix if layer.directed else np.triu(matrix))
    order = np.argsort(known, axis=None, kind="stable")[::-1][:n]
    rows, columns = np.unravel_index(order, known.shape)
    found: Sequence[tuple[int, int]] = list(zip(rows.tolist(), columns.tolist(), strict=True))
    return [(layer.areas[i], layer.areas[j], float(known[i, j])) for i, j in found if known[i, j] > 0]
