"""Articles of all areas by field and year, held once as arrays: every country's profile is read from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeVar

import numpy as np
import pandas as pd

from scidip.findings.session import Desk
from scidip.indicators.model.fields import parts_of
from scidip.indicators.specialisation import ENOUGH, FloatArray, relative_activity
from scidip.store.queries import field_queries

WHOLE: Final = "articles_whole_count"
FRACTIONAL: Final = "articles_fractional_ncses"
SERIES: Final = (FRACTIONAL, WHOLE)
MARGIN: Final = 1.1
"""What is more or less than the world is so by this factor: in large countries a hundredth is beyond chance."""

Code = TypeVar("Code", bound=int | str)


@dataclass(frozen=True)
class Indices:
    """Relative activity of some fields (last axis), and what it lets one say; all of one shape."""

    articles: FloatArray
    share: FloatArray
    """Of the articles in all fields, 0 to 1; NaN without any."""
    world_share: FloatArray
    expected: FloatArray
    """Articles that the area would have at the world's share."""
    activity: FloatArray
    low: FloatArray
    high: FloatArray
    reading: np.ndarray
    """A code of `profile.READINGS`."""


@dataclass(frozen=True)
class FieldCounts:
    """Articles by area, year and field; NaN where a figure is not held. Fields are those that add up to the total."""

    areas: dict[str, int]
    years: tuple[int, ...]
    fields: dict[str, int]
    fractional: FloatArray
    whole: FloatArray
    world: FloatArray
    """Fractional counts of all areas together by year and field; each article counts once."""

    @cached_property
    def complete(self) -> np.ndarray:
        """Whether an area has figures in all fields of a year."""
        known: np.ndarray = np.all(np.isfinite(self.fractional), axis=2)
        return known

    @cached_property
    def indices(self) -> Indices:
        """The fields themselves, of all areas and years."""
        return self._indices(self.fractional, self.fractional, self.world)

    def of_groups(self, area: str, year: int, groups: Sequence[Sequence[str]]) -> Indices:
        """Return the indices of groups of fields, each added up, of an area in a year."""
        own, world = self.fractional[self.areas[area], self.years.index(year)], self.world[self.years.index(year)]
        members = [[self.fields[f] for f in group] for group in groups]
        return self._indices(
            np.array([added(own[m]) for m in members]), own, world, np.array([added(world[m]) for m in members])
        )

    def _indices(
        self, articles: FloatArray, own: FloatArray, world: FloatArray, part: FloatArray | None = None
    ) -> Indices:
        # Of the fields themselves, which add up to the producer's total but for its rounding.
        total, all_articles = added(own)[..., None], added(world)[..., None]
        share = np.broadcast_to((world if part is None else part) / all_articles, articles.shape)
        index, low, high = relative_activity(articles, total, share)
        expected = total * share
        more, less = (low > 1) & (index >= MARGIN), (high < 1) & (index <= 1 / MARGIN)
        told = np.select([expected < ENOUGH, more, less], ["few", "more", "less"], "as_world")
        of_all = articles / np.where(total > 0, total, np.nan)
        return Indices(articles, of_all, share, expected, index, low, high, told)


def added(values: FloatArray) -> FloatArray:
    """Return the sum over the last axis, added one after the other: the same whatever the layout in memory."""
    total: FloatArray = np.add.accumulate(values, axis=-1)[..., -1]
    return total


def counts_of(desk: Desk) -> FieldCounts:
    """Return the articles of all areas, remembered until the figures change."""
    return desk.cache.get(("field_counts", desk.data_version), lambda: _read(desk))


def _read(desk: Desk) -> FieldCounts:
    fields = _placed(parts_of(desk.catalogue.fields, "ncses"))
    frame = field_queries.by_field(desk.engine, SERIES)
    frame = frame[frame["field"].isin(list(fields))]
    areas, years = _placed(sorted(frame["ref_area"].unique())), _placed(sorted(set(frame["time_period"].tolist())))
    shape = (len(areas), len(years), len(fields))
    fractional, whole = (_cube(frame[frame["measure"] == measure], (areas, years, fields), shape) for measure in SERIES)
    everywhere = field_queries.world_by_field(desk.engine, FRACTIONAL)
    everywhere = everywhere[everywhere["field"].isin(list(fields)) & everywhere["time_period"].isin(list(years))]
    world = np.full(shape[1:], np.nan)
    world[everywhere["time_period"].map(years), everywhere["field"].map(fields)] = everywhere["obs_value"]
    return FieldCounts(areas, tuple(years), fields, fractional, whole, world)


def _cube(
    frame: pd.DataFrame, places: tuple[dict[Any, int], dict[Any, int], dict[Any, int]], shape: tuple[int, ...]
) -> FloatArray:
    cube = np.full(shape, np.nan)
    columns = ("ref_area", "time_period", "field")
    at = tuple(np.array([p[code] for code in frame[c].tolist()], int) for c, p in zip(columns, places, strict=True))
    cube[at] = frame["obs_value"]
    return cube


def _placed(codes: Sequence[Code]) -> dict[Code, int]:
    return {code: n for n, code in enumerate(codes)}
