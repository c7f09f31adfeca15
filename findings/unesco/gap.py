"""The knowledge gap: how far a country's figures lie below the world median, from the panel's `compared` indicators."""

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


def gap_of(desk: Desk, year: int) -> "KnowledgeGap":
    """Return the knowledge gap in a year, remembered until the figures change: it is the same for all countries."""

    def compute() -> KnowledgeGap:
        gap = KnowledgeGap(desk, year)
        _ = gap.short, gap.lines
        return gap

    found: KnowledgeGap = desk.cache.get(("knowledge gap", year, desk.data_version), compute)
    return found


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
        parts = []
        for code in self.elements:
            age = self.desk.catalogue.indicators[code].max_age
            frame = self.desk.query(indicator_queries.indicator_values, code=code, year=self.year, max_age=age)
            parts.append(frame[frame["is_known"]].assign(indicator=code))
        return pd.concat(parts, ignore_index=True)

    @cached_property
    def values(self) -> pd.DataFrame:
        """Areas × elements, NaN where there is no figure."""
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
        return shortfalls(self.values, self.lines)

    @cached_property
    def overall(self) -> pd.DataFrame:
        """By area: shortfall, below, known; states and economies, the largest shortfall first, unknown ones last."""
        found = mean_shortfall(self.short.loc[self.counted.index])
        return (
            found.rename_axis("ref_area").reset_index().sort_values(["shortfall", "ref_area"], ascending=[False, True])
        )
