"""What a complete list says by having no row, laid over the figures that are held."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scidip.indicators.vocabulary import ObsStatus

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Silences:
    """Stretches of years in which complete lists speak, so that no row means none: of one area, or one indicator."""

    place: NDArray[np.intp]
    """Of each stretch, the position of its indicator (or area) among *count* codes."""
    first: Floats
    last: Floats
    count: int

    @classmethod
    def of(cls, coverage: pd.DataFrame, key: str, codes: Sequence[str]) -> Self:
        """Return the stretches of *coverage* by *key*, indicator or ref_area; codes that are not asked for are left."""
        position = {code: i for i, code in enumerate(codes)}
        place = np.array([position.get(k, -1) for k in coverage[key].tolist()], dtype=np.intp)
        asked = place >= 0
        first, last = (coverage[c].to_numpy(float)[asked] for c in ("first_period", "last_period"))
        return cls(place[asked], first, last, len(codes))

    def newest(self, year: int) -> Floats:
        """Return, for each code, the newest year up to *year* in which no row means none; NaN without one."""
        spoken = self.first <= year
        found = np.full(self.count, np.nan)
        np.fmax.at(found, self.place[spoken], np.minimum(self.last[spoken], year))
        return found

    def next(self, year: int) -> Floats:
        """Return, for each code, the first year after *year* in which no row means none; NaN without one."""
        later = self.last > year
        found = np.full(self.count, np.nan)
        np.fmin.at(found, self.place[later], np.maximum(self.first[later], year + 1))
        return found


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
