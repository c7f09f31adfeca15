"""How far countries fall short of the world median, element by element, and over all of them.

The shortfall of a country in an element is max(0, (M - x) / M), x its figure and M the median of all countries with
one: the poverty gap of Foster, Greer & Thorbecke (1984, alpha = 1) with the median for the line, country by country.
Each country counts once, whatever its size. All elements must be such that more is better and none is negative.
"""

import numpy as np
import pandas as pd

from scidip.indicators.language.current import N_

FORMULA = N_(
    "Shortfall: (median − figure) / median, 0 where the figure is at or above the median. Median: of all states and "
    "economies with a figure no older than its maximum carry-forward, each counted once. Mean: over the elements that "
    "are known, all alike; none where fewer than half are known. A missing figure is neither a shortfall nor none."
)
LEAST = 0.5
"""Share of the elements that must be known for a country's mean."""


def medians(values: pd.DataFrame) -> pd.Series:
    """Return the median of each element over the countries that have a figure (areas × elements, NaN missing)."""
    return values.median(skipna=True)


def shortfalls(values: pd.DataFrame, lines: pd.Series) -> pd.DataFrame:
    """Return areas × elements: the shortfall from the *lines*, 0 to 1; 0 for figures at or above them.

    A missing figure has no shortfall (NaN), nor has an element whose median is not positive.
    """
    line = lines.where(lines > 0)
    return ((line - values) / line).clip(lower=0)


def mean_shortfall(short: pd.DataFrame, least: float = LEAST) -> pd.DataFrame:
    """Return by area: shortfall (mean over the known elements), below (elements below their median), known.

    Elements count the same. NaN for an area of which less than the share *least* of the elements is known: a gap in
    the figures is neither none nor all of the distance.
    """
    known = short.notna().sum(axis=1)
    enough = known >= np.ceil(least * short.shape[1])
    return pd.DataFrame(
        {"shortfall": short.mean(axis=1).where(enough), "below": (short > 0).sum(axis=1), "known": known}
    )
