"""All per-area figures and scored cells that serve, read once: what is known of an area or an indicator is a slice.

The answers are those of the queries of the same name, value by value; only the database is not asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Engine, select

from scidip.indicators.lists import with_none
from scidip.indicators.vocabulary import NOT_APPLICABLE, oldest_current, oldest_known
from scidip.store import silence
from scidip.store.database.schema import indicator
from scidip.store.memory.figure_columns import Cells, Figures, Rows
from scidip.store.memory.figure_reading import (
    KEY,
    cells_query,
    columns_of,
    figures_query,
    read_cells,
    read_figures,
    read_origins,
    read_ranked,
)
from scidip.store.queries import list_queries
from scidip.store.queries.indicator_queries import places as places_of
from scidip.store.queries.served import frame_of as read
from scidip.store.silence import Silences

_WHENCE = ("source_title", "vintage", "licence")


@dataclass(frozen=True)
class FigureTable:
    """Every figure and scored cell: 350,000 figures and 110,000 cells take about 20 MB and two seconds to read."""

    listed: pd.DataFrame
    """The per-area indicators in the order of the catalogue: indicator."""
    areas: Sequence[str]
    """Codes of the areas with any figure, sorted."""
    places: pd.DataFrame
    """The areas of today: ref_area, name, region, income_group."""
    origins: pd.DataFrame
    """Where figures come from: source, source_title, vintage, licence, file."""
    lists: pd.DataFrame
    """Where complete lists speak, as of `list_queries.coverage`."""
    list_origins: pd.DataFrame
    """As of `list_queries.origins`."""
    figures: Figures
    cells: Cells

    def prepare(self) -> None:
        """Compute what the first question would wait for."""
        _ = self.cells.percentile
        self.indicator_values("", 0, 0)

    def area_indicators(self, ref_area: str, year: int) -> pd.DataFrame:
        """Return what `area_queries.area_indicators` returns."""
        place, count = self._area.get(ref_area, -1), len(self.listed)
        rows, cells = self.figures.newest_of_area(place, year), self.cells.of_area(place, year)
        then = self.figures.next_of_area(place, year)
        at, scored = self.figures.indicator[rows], self.cells.indicator[cells]
        silences = self._silences_of_area.get(ref_area, self._no_silence)
        own, value, status, quiet = silence.laid_over(
            _laid(self.figures.time_period[rows], at, count),
            _laid(self.figures.obs_value[rows], at, count),
            _laid(self.figures.obs_status[rows], at, count),
            silences.newest(year),
        )
        comes, value_then = silence.what_comes(
            _laid(self.figures.time_period[then], self.figures.indicator[then], count),
            _laid(self.figures.obs_value[then], self.figures.indicator[then], count),
            silences.next(year),
        )
        names = ("source", *_WHENCE, "file")
        whence = self._origins(names, rows, at, count)
        return pd.DataFrame(
            {
                "indicator": self.listed["indicator"],
                "time_period": own,
                "obs_value": value,
                "obs_status": status,
                "normalised": _laid(self.cells.normalised[cells], scored, count),
                "percentile": _laid(self.cells.percentile[cells], scored, count),
                "below": _laid(self.cells.below[cells], scored, count),
                "carried": own < oldest_current(year),
                "later_period": comes,
                "later_value": value_then,
                **{n: np.where(quiet, self._whose[n], whence[n]) for n in names},
            }
        )

    def indicator_values(self, code: str, year: int, max_age: int) -> pd.DataFrame:
        """Return what `indicator_queries.indicator_values` returns."""
        place, count = self._indicator.get(code, -1), len(self.places)
        rows = self.figures.newest_of_indicator(place, year)
        rows = rows[self._today[self.figures.area[rows]] >= 0]
        cells = self.cells.of_indicator(place, year)
        cells = cells[self._today[self.cells.area[cells]] >= 0]
        at, scored = self._today[self.figures.area[rows]], self._today[self.cells.area[cells]]
        own = _laid(self.figures.time_period[rows], at, count)
        value = _laid(self.figures.obs_value[rows], at, count)
        status = _laid(self.figures.obs_status[rows], at, count)
        silences = self._silences_of_indicator.get(code)
        none = np.full(count, np.nan) if silences is None else silences.newest(year)
        own, value, status, quiet = silence.laid_over(own, value, status, none)
        whence = self._origins(_WHENCE, rows, at, count)
        if silences is not None:
            whence = {n: np.where(quiet, self._whose[n][place], whence[n]) for n in _WHENCE}
        seen = own[np.isfinite(value)]
        newest = int(seen.max()) if len(seen) else year
        known = np.isfinite(value) & (own >= oldest_known(year, newest, max_age))
        frame = self.places.assign(
            time_period=own,
            obs_value=value,
            obs_status=status,
            **whence,
            normalised=_laid(self.cells.normalised[cells], scored, count),
            carried=own < oldest_current(year),
            is_known=known,
        )
        return frame.sort_values(["is_known", "obs_value", "name"], ascending=[False, False, True], ignore_index=True)

    def indicator_series(self, code: str, areas: tuple[str, ...]) -> pd.DataFrame:
        """Return what `indicator_queries.indicator_series` returns."""
        own = sorted((self._area[a], a) for a in set(areas) if a in self._area and a in self._names)
        at = self._indicator.get(code, -1)
        each = [self.figures.of_area_and_indicator(place, at) for place, _ in own]
        rows = np.concatenate([np.empty(0, dtype=np.int64), *each])
        frame = pd.DataFrame(
            {
                "ref_area": np.repeat(np.array([a for _, a in own], dtype=object), [len(e) for e in each]),
                "time_period": self.figures.time_period[rows].astype(np.int64),
                "obs_value": self.figures.obs_value[rows],
                "obs_status": self.figures.obs_status[rows],
            }
        )
        lists = self._lists_of_indicator.get(code)
        if lists is not None:
            mine = lists[lists["ref_area"].isin(areas) & lists["ref_area"].isin(list(self._names))]
            spelt = with_none(frame.assign(indicator=code, counterpart_area=NOT_APPLICABLE, file=-1, row=-1), mine)
            frame = spelt.sort_values(["ref_area", "time_period"], ignore_index=True)
        frame.insert(1, "name", frame["ref_area"].map(self._names))
        return frame[["ref_area", "name", "time_period", "obs_value", "obs_status"]]

    def scored_figures(self, ref_area: str, year: int) -> pd.DataFrame:
        """Return what `area_queries.scored_figures` returns."""
        rows = self.cells.of_area(self._area.get(ref_area, -1), year)
        listed = self.listed["indicator"].to_numpy()[self.cells.indicator[rows]]
        return pd.DataFrame(
            {
                "own_period": self.cells.own_period[rows].astype(np.int64),
                "obs_value": self.cells.obs_value[rows],
                "normalised": self.cells.normalised[rows],
            },
            index=pd.Index(listed, name="indicator"),
        ).sort_index()

    def normalised_cells(self, years: tuple[int, ...]) -> pd.DataFrame:
        """Return what `lab_queries.normalised_cells` returns, by year."""
        rows = np.nonzero(np.isin(self.cells.time_period, years))[0]
        return pd.DataFrame(
            {
                "indicator": self.listed["indicator"].to_numpy()[self.cells.indicator[rows]],
                "ref_area": np.asarray(self.areas, dtype=object)[self.cells.area[rows]],
                "time_period": self.cells.time_period[rows].astype(np.int64),
                "own_period": self.cells.own_period[rows].astype(np.int64),
                "normalised": self.cells.normalised[rows],
            }
        )

    @cached_property
    def _area(self) -> dict[str, int]:
        return {code: i for i, code in enumerate(self.areas)}

    @cached_property
    def _indicator(self) -> dict[str, int]:
        return {code: i for i, code in enumerate(self.listed["indicator"].tolist())}

    @cached_property
    def _names(self) -> dict[str, str]:
        return dict(zip(self.places["ref_area"].tolist(), self.places["name"].tolist(), strict=True))

    @cached_property
    def _lists_of_indicator(self) -> dict[str, pd.DataFrame]:
        return {str(code): part for code, part in self.lists.groupby("indicator")}

    @cached_property
    def _silences_of_area(self) -> dict[str, Silences]:
        codes = self.listed["indicator"].tolist()
        each = self.lists.groupby("ref_area")
        return {str(area): Silences.of(part, "indicator", codes) for area, part in each}

    @cached_property
    def _no_silence(self) -> Silences:
        return Silences.of(self.lists.head(0), "indicator", self.listed["indicator"].tolist())

    @cached_property
    def _silences_of_indicator(self) -> dict[str, Silences]:
        codes = self.places["ref_area"].tolist()
        each = self.lists.groupby("indicator")
        return {str(code): Silences.of(part, "ref_area", codes) for code, part in each}

    @cached_property
    def _whose(self) -> dict[str, NDArray[np.object_]]:
        """By indicator, where its list comes from."""
        whose = self.list_origins.reindex(self.listed["indicator"])
        return {str(n): whose[n].to_numpy(dtype=object) for n in whose}

    @cached_property
    def _today(self) -> Rows:
        """By area, its position among the areas of today; -1 for a former state."""
        order = {code: i for i, code in enumerate(self.places["ref_area"].tolist())}
        return np.array([order.get(code, -1) for code in self.areas], dtype=np.int64)

    @cached_property
    def _whence(self) -> dict[str, NDArray[np.object_]]:
        return {str(n): np.asarray(self.origins[n], dtype=object) for n in self.origins}

    def _origins(self, names: Sequence[str], rows: Rows, at: Any, count: int) -> dict[str, Any]:
        origin = self.figures.origin[rows]
        return {name: _laid(self._whence[name][origin], at, count) for name in names}


def _laid(values: NDArray[Any], at: NDArray[Any], count: int) -> Any:
    """Return *count* values of which those at some places are given; NaN elsewhere."""
    laid = np.full(count, np.nan, dtype=object if values.dtype == object else np.float64)
    laid[at] = values
    return laid


def figure_table(engine: Engine) -> FigureTable:
    """Return the figures and cells that serve now."""
    listed = read(
        engine, select(indicator.c.indicator).where(indicator.c.arity == "area").order_by(indicator.c.position)
    )
    codes = {code: i for i, code in enumerate(listed["indicator"].tolist())}
    origins = read_origins(engine)
    whence = {key: i for i, key in enumerate(zip(*(origins[c].tolist() for c in KEY), strict=True))}
    figures = columns_of(engine, figures_query())
    cells = columns_of(engine, cells_query())
    areas = sorted({*figures[1], *cells[1]})
    place = {area: i for i, area in enumerate(areas)}
    return FigureTable(
        listed,
        areas,
        places_of(engine),
        origins.drop(columns=list(KEY)),
        list_queries.coverage(engine),
        list_queries.origins(engine),
        read_figures(figures, codes, place, whence),
        read_cells(cells, codes, place, read_ranked(engine)),
    )
