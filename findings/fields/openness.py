"""Openness and exposure of a country: how much it publishes with others, and on how few of them that rests."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd

from scidip.figures.rows import row_at
from scidip.findings.pair import layer_of
from scidip.findings.session import Desk
from scidip.indicators.language.current import N_
from scidip.indicators.pairs.layer import Layer
from scidip.indicators.specialisation import herfindahl
from scidip.indicators.vocabulary import ObsStatus
from scidip.store.queries import indicator_queries

TIES: Final = "copublications"
WORKS: Final = "international_works"
ENOUGH: Final = 30.0
"""Links with all partners in a year from which on shares of partners are told; as `copublication_diversity`."""
SIDES: Final = {
    "broad": N_("broad"),
    "middling": N_("neither broad nor concentrated"),
    "concentrated": N_("concentrated"),
}
"""In which third of all countries the Herfindahl index lies, the lowest first; none is better than another."""
COLUMNS: Final = ("works", "links", "partners", "herfindahl", "largest", "link_share", "works_share", "left")


@dataclass(frozen=True)
class Openness:
    """The joint publications of an area with all others, up to the year *asked*."""

    desk: Desk
    area: str
    asked: int

    @cached_property
    def layer(self) -> Layer:
        """The joint publications of all areas."""
        return layer_of(self.desk, TIES)

    @cached_property
    def year(self) -> int | None:
        """The newest year up to *asked* with enough links; None without any."""
        return max((int(y) for y in self.by_year.index if y <= self.asked), default=None)

    @cached_property
    def by_year(self) -> pd.DataFrame:
        """Return COLUMNS by year, of years with enough links.

        `works`: international works of the area; `links`: joint works with each partner, added up (a work with two
        partners counts with both); `herfindahl`: of the partners' shares in the links; `largest`: the partner with
        the most; its share in links and in works (per cent), and what share of the works is without it (`left`).
        Where the works of a year are not known, what rests on them is NaN. A year that was still being filled when it
        was read (provisional) is left out: what is missing is not spread evenly over partners.
        """
        works, frame = self._works(), self.layer.frame
        unfinished = set(frame.loc[frame["obs_status"] == ObsStatus.PROVISIONAL, "time_period"])
        found = {}
        for year in self.layer.years if self.area in self.layer.place else ():
            if year in unfinished:
                continue
            ties = self.layer.partners(self.area, year)
            ties = ties[ties > 0]
            if float(ties.sum()) >= ENOUGH:
                found[year] = _row(ties, works.get(year, np.nan))
        return pd.DataFrame.from_dict(found, orient="index", columns=list(COLUMNS))

    def _works(self) -> dict[int, float]:
        frame = self.desk.query(indicator_queries.indicator_series, code=WORKS, areas=(self.area,))
        return dict(zip(frame["time_period"].tolist(), frame["obs_value"].tolist(), strict=True))

    @cached_property
    def others(self) -> pd.DataFrame:
        """Every area with enough links in the year that is told of: links and herfindahl; index the area."""
        if self.year is None:
            return pd.DataFrame(columns=["links", "herfindahl"])
        matrix = np.nan_to_num(self.layer.matrix(self.year))
        links = matrix.sum(axis=1)
        enough = links >= ENOUGH
        return pd.DataFrame(
            {"links": links[enough], "herfindahl": [herfindahl(line) for line in matrix[enough]]},
            index=pd.Index(np.array(self.layer.areas)[enough], name="ref_area"),
        )

    @property
    def now(self) -> pd.Series:
        """The row of the year that is told of; only where there is one."""
        return row_at(self.by_year, self.year)

    @cached_property
    def thirds(self) -> tuple[float, float]:
        """The Herfindahl indices below which a third, and two thirds, of all countries lie; territories are none."""
        is_country = [self.desk.areas.kind(str(area)) != "territory" for area in self.others.index]
        low, high = np.quantile(self.others["herfindahl"].to_numpy(float)[is_country], (1 / 3, 2 / 3))
        return float(low), float(high)

    @property
    def side(self) -> str:
        """A code of SIDES."""
        own, (low, high) = float(self.now["herfindahl"]), self.thirds
        if own <= low:
            return "broad"
        return "concentrated" if own > high else "middling"


def _row(ties: pd.Series, works: float) -> tuple[float | int | str, ...]:
    largest, most, links = str(ties.index[0]), float(ties.iloc[0]), float(ties.sum())
    # A pair and the works are counted from the same records; a count above its own total would be none of theirs.
    share = 100 * most / works if works >= most else float("nan")
    return works, links, len(ties), herfindahl(ties), largest, 100 * most / links, share, 100 - share
