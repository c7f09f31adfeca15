"""Scores and ranks of simulated methods, and their intervals."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scidip.indicators.engine.ranks import probability_above, quantiles

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

POINTS = (0.05, 0.25, 0.50, 0.75, 0.95)


@dataclass(frozen=True)
class Uncertainty:
    """What the draws say about one node. Scores and ranks are draws × units."""

    node: str
    scores: FloatArray
    ranks: FloatArray
    nominal_score: FloatArray
    nominal_rank: FloatArray
    comparable: BoolArray
    """draws: whether the scores are on the nominal scale."""

    def intervals(self, points: Sequence[float] = POINTS) -> pd.DataFrame:
        """Return a row per unit: score, rank and their quantiles, mean rank, share of draws ranked.

        Columns: score, score_p05 …, rank, rank_mean, rank_p05 …, ranked_share. Score quantiles
        (linear) are over the draws on the nominal scale; rank quantiles (values that occurred)
        over all. A unit without a score in any draw is NaN.
        """
        with np.errstate(invalid="ignore"):
            mean = np.nansum(self.ranks, axis=0) / (~np.isnan(self.ranks)).sum(axis=0)
        columns: dict[str, FloatArray] = {"score": self.nominal_score}
        score_points = quantiles(self.scores[self.comparable], points)
        columns |= {f"score_p{_percent(p)}": q for p, q in zip(points, score_points, strict=True)}
        columns |= {"rank": self.nominal_rank, "rank_mean": mean}
        rank_points = quantiles(self.ranks, points, observed=True)
        columns |= {f"rank_p{_percent(p)}": q for p, q in zip(points, rank_points, strict=True)}
        columns["ranked_share"] = (~np.isnan(self.ranks)).mean(axis=0)
        return pd.DataFrame(columns)

    def above(self) -> FloatArray:
        """Return units × units: the probability that the row ranks above the column."""
        return probability_above(self.ranks)

    def top(self, k: int) -> FloatArray:
        """Return by unit the probability of rank *k* or better; a draw without a rank is a no."""
        share: FloatArray = (self.ranks <= k).mean(axis=0)
        return share


def _percent(point: float) -> str:
    text = f"{100 * point:04.1f}"
    return text.removesuffix(".0")
