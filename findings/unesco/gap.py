"""The knowledge gap: how far a country's figures lie below the world median, from the panel's `compared` indicators."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from scidip.findings.session import Desk
from scidip.indicators.model.panel import Panel
from scidip.indicators.shortfall import mean_shortfall, medians, shortfalls
from scidip.store.queries import indicator_queries

PANEL = "unesco"
COUNTED = ("state", "economy")
"""Kinds of areas whose figures make the median; territories have a distance from it."""


@dataclass(frozen=True)
class KnowledgeGap:
    """Figures up to a year of the elements compared, and their distance from the world median."""

    desk: Desk
    year: int

    @property
    def panel(self) -> Panel:
        """The panel in the language that is spoken."""
        return self.desk.catalogue.panels[PANEL]

    @property
    def elements(self) -> tuple[str, ...]:
        """Codes of the indicators compared."""
        return tuple(code for p in self.panel.programme for code in p.compared)

    @cached_property
    def figures(self) -> pd.DataFrame:
        """The known figures: indicator, ref_area, obs_value, time_period, source_title, vintage, licence."""
        return self._remembered("figures", self._figures)

    def _figures(self) -> pd.DataFrame:
        parts = []
        for code in self.elements:
            age = self.desk.catalogue.indicators[code].max_age
            frame = self.desk.query(indicator_queries.indicator_values, code=code, year=self.year, max_age=age)
            parts.append(frame[frame["is_known"]].assign(indicator=code))
        return pd.concat(parts, ignore_index=True)

    def _remembered(self, what: str, compute: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """Return what is the same for all countries, computed once until the figures change."""
        key = ("knowledge gap", what, self.year, self.desk.data_version)
        found: pd.DataFrame = self.desk.cache.get(key, compute)
        return found

    @cached_property
    def values(self) -> pd.DataFrame:
        """Areas × elements, NaN where there is no figure."""
        return self._remembered("values", self._values)

    def _values(self) -> pd.DataFrame:
        wide = self.figures.pivot_table(index="ref_area", columns="indicator", values="obs_value")
        return wide.reindex(columns=list(self.elements))

    @cached_property
    def counted(self) -> pd.DataFrame:
        """The figures that make the medians."""
        kinds = self.desk.areas.kinds
        return self.values[[kinds.get(area) in COUNTED for area in self.values.index]]

    @cached_property
    def lines(self) -> pd.Series:
        """The world median of each element."""
        return medians(self.counted)

    @cached_property
    def short(self) -> pd.DataFrame:
        """Areas × elements: the shortfall, 0 to 1."""
        return self._remembered("short", lambda: shortfalls(self.values, self.lines))

    @cached_property
    def overall(self) -> pd.DataFrame:
        """By area: shortfall, below, known; states and economies, the largest shortfall first, unknown ones last."""
        found = mean_shortfall(self.short.loc[self.counted.index])
        return (
            found.rename_axis("ref_area").reset_index().sort_values(["shortfall", "ref_area"], ascending=[False, True])
        )
