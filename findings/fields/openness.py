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
from scidip.indicators.specialisation import FloatArray, herfindahl
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
    def every(self) -> "Links":
        """The joint publications of all areas."""
        return links_of(self.desk)

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
        every, works = self.every, self._works()
        place = every.areas.get(self.area)
        found = {}
        for n, year in enumerate(every.years):
            if place is not None and every.links[n, place] >= ENOUGH and year not in every.unfinished:
                found[year] = _row(every, n, place, works.get(year, np.nan))
        return pd.DataFrame.from_dict(found, orient="index", columns=list(COLUMNS))

    def _works(self) -> dict[int, float]:
        frame = self.desk.query(indicator_queries.indicator_series, code=WORKS, areas=(self.area,))
        return dict(zip(frame["time_period"].tolist(), frame["obs_value"].tolist(), strict=True))

    @cached_property
    def others(self) -> pd.DataFrame:
        """Every area with enough links in the year that is told of: links and herfindahl; index the area."""
        if self.year is None:
            return pd.DataFrame(columns=["links", "herfindahl"])
        when = self.every.years.index(self.year)
        enough = self.every.links[when] >= ENOUGH
        return pd.DataFrame(
            {"links": self.every.links[when, enough], "herfindahl": self.every.herfindahl[when, enough]},
            index=pd.Index(np.array(list(self.every.areas))[enough], name="ref_area"),
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


def _row(every: "Links", when: int, place: int, works: float) -> tuple[float | int | str, ...]:
    most, links = float(every.most[when, place]), float(every.links[when, place])
    # A pair and the works are counted from the same records; a count above its own total would be none of theirs.
    share = 100 * most / works if works >= most else float("nan")
    partners, index = int(every.partners[when, place]), float(every.herfindahl[when, place])
    return works, links, partners, index, every.largest[when][place], 100 * most / links, share, 100 - share


@dataclass(frozen=True)
class Links:
    """Joint works of every area with all others, (years, areas); zero and NaN where an area has none in a year."""

    years: tuple[int, ...]
    areas: dict[str, int]
    links: FloatArray
    partners: FloatArray
    herfindahl: FloatArray
    most: FloatArray
    """With the partner with whom there are most."""
    largest: tuple[tuple[str, ...], ...]
    unfinished: frozenset[int]
    """Years that were still being filled when they were read."""


def links_of(desk: Desk, code: str = TIES) -> Links:
    """Return the links of all areas in a layer of joint works, remembered until the figures change."""
    return desk.cache.get(("links_of_all", code, desk.data_version), lambda: _links(layer_of(desk, code)))


def _links(layer: Layer) -> Links:
    ties = [np.nan_to_num(layer.matrix(year)) for year in layer.years]
    links = np.array([t.sum(axis=1) for t in ties])
    named = np.array([*layer.areas, ""])
    return Links(
        layer.years,
        dict(layer.place),
        links,
        np.array([(t > 0).sum(axis=1) for t in ties], dtype=float),
        np.array([[herfindahl(line) for line in t] for t in ties]),
        np.array([t.max(axis=1, initial=0.0) for t in ties]),
        tuple(tuple(named[t.argmax(axis=1)].tolist()) if t.size else () for t in ties),
        frozenset(layer.frame.loc[layer.frame["obs_status"] == ObsStatus.PROVISIONAL, "time_period"].tolist()),
    )
