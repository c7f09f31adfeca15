"""Who does more than its income predicts: the score beside GDP per head, as a second reading.

Predicted is by a parabola in the logarithm of GDP per head, fitted to the ranked areas of the year: scores rise faster
among the rich. A straight line would put nearly all rich and all poorest countries above it.
"""

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from scidip.figures.rows import row_at
from scidip.findings.session import Desk
from scidip.indicators.robustness.coherence import follows, predicted
from scidip.indicators.vocabulary import OLDEST
from scidip.store.queries import indicator_queries, served

COLUMNS: Final = ("ref_area", "name", "score", "rank", "rank_p05", "rank_p95", "gdp_per_head", "gdp_period")


@dataclass(frozen=True)
class Income:
    """The ranked areas of a year with a GDP per head, the furthest above what it predicts first."""

    frame: pd.DataFrame
    """COLUMNS, and predicted (score), beyond (points above it), place (from 1)."""
    square: float
    """R²: the share of the variance of scores that the curve explains."""
    line: float
    """R² of a straight line in the logarithm of GDP per head: where it is much lower, a line would mislead."""
    first: int
    last: int
    """Years of the GDP, from and to; 0 without an area."""

    @property
    def areas(self) -> int:
        """How many areas there are."""
        return len(self.frame)

    def of(self, area: str) -> Any:
        """Return the row of an area; None of one that is not ranked or has no GDP per head."""
        own = self.frame.set_index("ref_area", drop=False)
        return row_at(own, area) if area in own.index else None


def income_of(desk: Desk, year: int) -> Income:
    """Return the scores of the ranked areas beside their GDP per head, remembered until the figures change."""
    key = ("income", year, desk.data_version)
    kept: Income = desk.cache.get(key, lambda: _income(desk, year))
    names = kept.frame["ref_area"].map(desk.areas.name)
    return replace(kept, frame=kept.frame.assign(name=names))


def _income(desk: Desk, year: int) -> Income:
    ranking = desk.query(served.ranking, node=desk.index_code, year=year)
    ranked = ranking[ranking["is_ranked"].astype(bool)].set_index("ref_area")
    gdp, people = (_known(desk, code, year).reindex(ranked.index) for code in ("gdp", "population"))
    own = ranked.assign(
        gdp_per_head=(gdp["obs_value"] / people["obs_value"]).astype(float), gdp_period=gdp["time_period"].astype(float)
    ).reset_index()[list(COLUMNS)]
    own = own[own["gdp_per_head"] > 0].reset_index(drop=True)
    scores, income = own["score"].to_numpy(float), np.log(own["gdp_per_head"].to_numpy(float))
    fitted = predicted(scores, income)
    squares = [follows(scores, income, degree)[0] for degree in (2, 1)]
    own = own.assign(predicted=fitted, beyond=scores - fitted).dropna(subset="beyond")
    own = own.sort_values(["beyond", "ref_area"], ascending=[False, True], ignore_index=True)
    own = own.assign(place=range(1, len(own) + 1))
    years = own["gdp_period"].astype(int)
    first, last = (int(years.min()), int(years.max())) if len(own) else (0, 0)
    return Income(own, squares[0], squares[1], first, last)


def _known(desk: Desk, code: str, year: int) -> pd.DataFrame:
    """Return obs_value and time_period by area of a figure that is not older than OLDEST years."""
    frame = desk.query(indicator_queries.indicator_values, code=code, year=year, max_age=OLDEST)
    return frame[frame["is_known"].astype(bool)].set_index("ref_area")[["obs_value", "time_period"]]
