"""What is held of two indices, and what they say of the units in both."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Engine

from scidip.indicators.own_index.workspace import Workspace
from scidip.store.queries import served

LEAST: Final = 3
"""Units below which no correlation is told."""
TAKEN: Final = ("score", "rank", "rank_p05", "rank_p95", "ranked_areas")
BOTH, FIRST, SECOND = "both", "first", "second"


@dataclass(frozen=True)
class Side:
    """An index in its newest year."""

    name: str
    year: int
    version: str
    """The data version of its figures."""
    licence: str
    frame: pd.DataFrame
    """By unit: name, score, rank, rank_p05, rank_p95, ranked_areas; NaN where there is none.

    A country is known by its code, any other unit by its uCode after a colon: a unit called FRA that is no country
    is not France.
    """


def read_side(engine: Engine, index: str, name: str, licence: str, own: Workspace | None) -> Side | None:
    """Return what is held of the index with the code *index* in its newest year; None without scores."""
    years = served.scored_years(engine)
    if not years:
        return None
    frame = served.ranking(engine, index, years[-1])
    keys = _keys(own)
    found = frame.assign(key=[keys.get(code, code) for code in frame["ref_area"]]).set_index("key")
    return Side(name, years[-1], served.data_version(engine), licence, found[["name", *TAKEN]])


def _keys(own: Workspace | None) -> Mapping[str, str]:
    units = own.units if own is not None else ()
    return {u.ref_area: u.ref_area if u.is_country else f":{u.code}" for u in units}


@dataclass(frozen=True)
class Beside:
    """Two indices side by side."""

    first: Side
    second: Side

    @cached_property
    def frame(self) -> pd.DataFrame:
        """A row for each unit, those in both first, by their rank in the first; index: key.

        name; where ("both", "first", "second"); score, rank, rank_p05, rank_p95, ranked_areas of each with the ending
        _first or _second; and among the units ranked in both place, place_p05, place_p95 with these endings, difference
        (places lost in the second) and overlap (1.0, 0.0). NaN where there is none.
        """
        one, two = (s.frame.add_suffix(f"_{end}") for s, end in ((self.first, FIRST), (self.second, SECOND)))
        whole = one.join(two, how="outer")
        here = [whole[f"name_{end}"].notna() for end in (FIRST, SECOND)]
        whole["where"] = np.select([here[0] & here[1], here[0]], [BOTH, FIRST], SECOND)
        whole["name"] = whole[f"name_{FIRST}"].fillna(whole[f"name_{SECOND}"])
        both = whole[whole[f"rank_{FIRST}"].notna() & whole[f"rank_{SECOND}"].notna()]
        for end in (FIRST, SECOND):
            places = _places(both, end)
            whole = whole.join(places)
        whole["difference"] = whole[f"place_{SECOND}"] - whole[f"place_{FIRST}"]
        whole["overlap"] = _overlap(whole)
        order = {BOTH: 0, FIRST: 1, SECOND: 2}
        whole["order"] = whole["where"].map(order)
        return whole.sort_values(["order", f"rank_{FIRST}", f"rank_{SECOND}", "name"], kind="stable").drop(
            columns=["order", f"name_{FIRST}", f"name_{SECOND}"]
        )

    @property
    def both(self) -> pd.DataFrame:
        """The rows of the units that both rank."""
        return self.frame[self.frame["difference"].notna()]

    @property
    def apart(self) -> int:
        """How many of these have ranges that do not overlap."""
        return int((self.both["overlap"] == 0.0).sum())

    @cached_property
    def correlation(self) -> float:
        """Spearman's rank correlation of the scores of the units that both rank; NaN with fewer than three."""
        pair = self.both[[f"score_{FIRST}", f"score_{SECOND}"]]
        return float(pair.corr(method="spearman").to_numpy(float)[0, 1]) if len(pair) >= LEAST else float("nan")

    def only(self, where: str) -> list[str]:
        """Return the names of the units that are in one index only, "first" or "second"."""
        return sorted(self.frame.loc[self.frame["where"] == where, "name"])


def _places(both: pd.DataFrame, end: str) -> pd.DataFrame:
    """Return the places among the units that both rank, with the ends of their ranges.

    An end of a range is a rank among all units of its index: it is moved to the place that this rank would have here.
    """
    ranks = both[f"rank_{end}"].to_numpy(float)
    place = both[f"rank_{end}"].rank(method="min")
    order = np.sort(ranks)
    low: NDArray[Any] = np.searchsorted(order, both[f"rank_p05_{end}"].to_numpy(float), side="left") + 1.0
    high: NDArray[Any] = np.searchsorted(order, both[f"rank_p95_{end}"].to_numpy(float), side="right") * 1.0
    unknown = both[f"rank_p05_{end}"].isna().to_numpy()
    ends = {
        f"place_{end}": place,
        f"place_p05_{end}": np.where(unknown, np.nan, np.minimum(low, place)),
        f"place_p95_{end}": np.where(unknown, np.nan, np.maximum(high, place)),
    }
    return pd.DataFrame(ends, index=both.index)


def _overlap(whole: pd.DataFrame) -> pd.Series:
    low, high = ([whole[f"place_{p}_{end}"] for end in (FIRST, SECOND)] for p in ("p05", "p95"))
    meets = (low[0] <= high[1]) & (low[1] <= high[0])
    known = low[0].notna() & low[1].notna()
    return meets.astype(float).where(known)
