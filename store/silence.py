"""What a complete list says by having no row, laid over the figures that are held."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.vocabulary import ObsStatus

Floats = NDArray[np.float64]


def newest_silence(coverage: pd.DataFrame, key: str, year: int) -> pd.Series:
    """Return, by *key* (indicator or ref_area), the newest year up to *year* in which no row means none."""
    spoken = coverage[coverage["first_period"] <= year]
    return spoken.groupby(key)["last_period"].max().clip(upper=year).astype("float64")


def first_silence_after(coverage: pd.DataFrame, key: str, year: int) -> pd.Series:
    """Return, by *key*, the first year after *year* in which no row means none."""
    later = coverage[coverage["last_period"] > year]
    return later.groupby(key)["first_period"].min().clip(lower=year + 1).astype("float64")


def laid_over(
    own: Floats, value: Floats, status: NDArray[Any], none: Floats
) -> tuple[Floats, Floats, NDArray[Any], NDArray[np.bool_]]:
    """Return year, value and status of what is known last, and where that is a list's silence.

    own, value, status: of the newest figure; none: the year of the newest silence; NaN where there is none. A figure
    stands where it is not older than the silence.
    """
    quiet = np.isfinite(none) & ~(own >= none)
    said = status.copy()
    said[quiet] = str(ObsStatus.NONE_LISTED)
    return np.where(quiet, none, own), np.where(quiet, 0.0, value), said, quiet


def what_comes(later: Floats, later_value: Floats, none: Floats) -> tuple[Floats, Floats]:
    """Return year and value of what is known first after a year: a figure, or a list's silence (zero)."""
    quiet = np.isfinite(none) & ~(later <= none)
    return np.where(quiet, none, later), np.where(quiet, 0.0, later_value)
