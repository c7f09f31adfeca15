"""What changed between two years in a country's own figures, and how it is told."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import pandas as pd

from scidip.figures.rows import row_at
from scidip.figures.text import numbers, sentences
from scidip.findings.session import Desk
from scidip.indicators.engine.drivers import figure_points
from scidip.indicators.language.current import _
from scidip.store.queries import area_queries, served

ALONE = 0.25
"""Share of the whole change from which a figure counts as one that moved."""


@dataclass(frozen=True)
class Change:
    """The change of a node's score of an area on the figures known in both years."""

    since: int
    year: int
    figures: pd.DataFrame
    """indicator, dimension, points (of the node), value_before, period_before, value, period; the largest first."""

    @property
    def points(self) -> float:
        """The whole change, in points of the node."""
        return float(self.figures["points"].sum())

    @property
    def by_dimension(self) -> pd.Series:
        """Points by dimension, the largest in size first."""
        found = self.figures.groupby("dimension")["points"].sum()
        return found.loc[found.abs().sort_values(ascending=False, kind="stable").index]

    def moved(self, dimension: str = "") -> pd.DataFrame:
        """Return the figures, of a dimension or of all, that moved in the direction of their sum and by much of it."""
        own = self.figures
        if dimension:
            own = own[own["dimension"] == dimension]
        total = float(own["points"].sum())
        if total == 0:
            return own.head(0)
        return own[own["points"] / total >= ALONE]


def change_of(desk: Desk, area: str, node: str, since: int, year: int) -> Change:
    """Return what changed in an area's figures below a node (the index or a factor) between two scored years."""
    scores = {y: desk.query(served.year_scores, year=y) for y in (since, year)}
    dimensions = _scored_in_both(scores[since], scores[year], area)
    cells = {y: desk.query(area_queries.scored_figures, ref_area=area, year=y) for y in (since, year)}
    before, after = cells[since], cells[year]
    catalogue = desk.catalogue
    alike = _of_one_series(desk, before["own_period"], after["own_period"])
    was: dict[Any, float] = before["normalised"].reindex(alike).to_dict()
    now: dict[Any, float] = after["normalised"].reindex(alike).to_dict()
    points = figure_points(catalogue.framework, catalogue.indicators, was, now, dimensions, node)
    codes = points["indicator"]
    figures = points.assign(
        value_before=before["obs_value"].reindex(codes).to_numpy(),
        period_before=before["own_period"].reindex(codes).to_numpy(),
        value=after["obs_value"].reindex(codes).to_numpy(),
        period=after["own_period"].reindex(codes).to_numpy(),
    )
    return Change(since, year, figures)


def _of_one_series(desk: Desk, before: pd.Series, after: pd.Series) -> list[str]:
    """Return the indicators whose figures may be compared; *before* and *after*: the years that these are of."""
    both = [str(code) for code in before.index.intersection(after.index)]
    specs = desk.catalogue.indicators
    return [c for c in both if specs[c].is_one_series(int(before[c]), int(after[c]))]


def _scored_in_both(before: pd.DataFrame, after: pd.DataFrame, area: str) -> Collection[str]:
    if area not in before.index or area not in after.index:
        return ()
    known = row_at(before, area).notna() & row_at(after, area).reindex(before.columns).notna()
    return [str(node) for node in before.columns[known]]


def only_figure(desk: Desk, change: Change, dimension: str = "") -> str:
    """Return the single figure that made a change, with its values and years; "" when several moved, or none by much.

    "share of students from abroad: 3.1 % (2018), 6.4 % (2023)".
    """
    moved = change.moved(dimension)
    if len(moved) != 1:
        return ""
    row = moved.iloc[0]
    spec = desk.catalogue.indicators[str(row["indicator"])]
    words = _("{indicator}: {before} ({since}), {after} ({year})")
    return words.format(
        indicator=sentences.named(spec),
        before=numbers.value(row["value_before"], spec.unit),
        since=f"{row['period_before']:.0f}",
        after=numbers.value(row["value"], spec.unit),
        year=f"{row['period']:.0f}",
    )
