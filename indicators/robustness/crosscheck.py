"""Cross-checks: how well two series that measure the same thing agree."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from scidip.indicators.model.catalogue import CrossCheck
from scidip.indicators.vocabulary import OBSERVATION_KEY

_KEY = list(OBSERVATION_KEY[1:])
WORST = 5


@dataclass(frozen=True)
class Agreement:
    """How two series agree on the cells that both have."""

    check: CrossCheck
    common: int
    """Cells that both have."""
    correlation: float
    """Pearson's, of the values or of their logarithms as the check says; NaN under three cells."""
    median_ratio: float
    """Median of first over second, cells with a second of zero left out."""
    within: float
    """Share of the common cells that differ by at most five per cent (two zeros agree)."""
    worst: pd.DataFrame
    """The cells that differ most: ref_area, counterpart_area, time_period, first, second."""

    @property
    def passes(self) -> bool:
        """Whether the correlation reaches what the check asks for."""
        return bool(self.correlation >= self.check.at_least)


def agreement(check: CrossCheck, first: pd.DataFrame, second: pd.DataFrame) -> Agreement:
    """Return how the observations of the check's two indicators agree.

    A check on logarithms leaves out cells that are not above zero in both.
    """
    both = first.merge(second, on=_KEY, suffixes=("_first", "_second"))
    if check.periods:
        both = both[both["time_period"].isin(check.periods)]
    if check.largest:
        large = _largest(both, check.largest)
        both = both[both["ref_area"].isin(large) & both["counterpart_area"].isin(large)]
    a, b = both["obs_value_first"].to_numpy(float), both["obs_value_second"].to_numpy(float)
    x, y = _on_scale(a, b, check.scale)
    spread = len(x) >= 3 and np.ptp(x) > 0 and np.ptp(y) > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = a / b
        gap = np.abs(a - b) / np.maximum(np.abs(a), np.abs(b))
    gap = np.where((a == 0) & (b == 0), 0.0, gap)
    order = np.argsort(-gap, kind="stable")[:WORST]
    columns = {"obs_value_first": "first", "obs_value_second": "second"}
    return Agreement(
        check=check,
        common=len(both),
        correlation=float(np.corrcoef(x, y)[0, 1]) if spread else float("nan"),
        median_ratio=float(np.median(ratio[b != 0])) if (b != 0).any() else float("nan"),
        within=float((gap <= 0.05).mean()) if len(both) else float("nan"),
        worst=both.iloc[order].rename(columns=columns)[[*_KEY, "first", "second"]].reset_index(drop=True),
    )


def _largest(both: pd.DataFrame, count: int) -> set[str]:
    """Return the areas whose ties in the second series add up to most."""
    ends = [both.set_index(side)["obs_value_second"] for side in ("ref_area", "counterpart_area")]
    totals = pd.concat(ends).groupby(level=0).sum().sort_values(ascending=False)
    return set(totals.index[:count])


def _on_scale(a: np.ndarray, b: np.ndarray, scale: str) -> tuple[np.ndarray, np.ndarray]:
    if scale == "linear":
        return a, b
    above = (a > 0) & (b > 0)
    return np.log(a[above]), np.log(b[above])
