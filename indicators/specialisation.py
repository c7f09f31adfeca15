"""Specialisation of areas by field: relative activity, its range, and how like two profiles are.

**Relative activity index** of an area in a field: share of the field in the area's articles over its share in the
world's (activity index, Frame 1977, *Interciencia* 2(3): 143-148; Schubert, Glänzel & Braun 1989, *Scientometrics*
16: 3-478; the location quotient of economic geography). 1 is neither more nor less. Counts are fractional: an article
of three countries counts a third in each, so that areas add up to the world, and the world's own index is 1. In whole
counts nearly every country would be specialised in astronomy, whose articles have many countries.

**Range** (90 %). The articles of an area in a year are taken as n draws that fall into the field with probability p;
of p the score interval of Wilson (1927, *JASA* 22: 209-212), recommended for small n and p near 0 by Brown, Cai &
DasGupta (2001, *Statistical Science* 16: 101-133):

    (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n),  z = 1.645

divided by the world's share, whose own chance error is smaller by the root of the area's share in the world. For large
counts it is the interval of the location quotient of Moineddin, Beyene & Boyle (2003, *Geographical Analysis* 35:
249-256), by the delta method. Fractional counts are sums of weights w ≤ 1 with the variance Σw² ≤ Σw, so a range made
as if they were whole is at least as wide as chance asks. It holds chance only: not which journals are in the data base,
nor how it sorts them into fields.
"""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
Z: Final = 1.6448536269514722
"""Quantile of the normal distribution for a range of 90 %."""
ENOUGH: Final = 10.0
"""Articles that an area would have in a field at the world's share, from which on the field is told of and ranked."""


def wilson(count: ArrayLike, total: ArrayLike, z: float = Z) -> tuple[FloatArray, FloatArray]:
    """Return the low and high end of the range of a share *count* / *total*; NaN where the total is zero or missing.

    Arrays of one shape, or broadcast; counts need not be whole.
    """
    k, n = np.broadcast_arrays(np.asarray(count, dtype=float), np.asarray(total, dtype=float))
    n = np.where(n > 0, n, np.nan)
    p = np.clip(k / n, 0.0, 1.0)
    middle, spread = p + z**2 / (2 * n), z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    scale = 1 + z**2 / n
    # The share itself lies inside, also where the last digit of a root would leave it a hair outside.
    return np.clip((middle - spread) / scale, 0.0, p), np.clip((middle + spread) / scale, p, 1.0)


def relative_activity(
    count: ArrayLike, total: ArrayLike, share: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the relative activity index and both ends of its range, from an area's counts and the world's *share*.

    NaN where the total or the world's share is zero or missing.
    """
    world = np.asarray(share, dtype=float)
    world = np.where(world > 0, world, np.nan)
    k, n = np.asarray(count, dtype=float), np.asarray(total, dtype=float)
    low, high = wilson(k, n)
    index: FloatArray = k / np.where(n > 0, n, np.nan) / world
    return index, low / world, high / world


def krugman(first: ArrayLike, second: ArrayLike) -> float:
    """Return the sum of the differences between two areas' shares of fields: 0 the same, 2 no field in common.

    Krugman (1991), *Geography and Trade*, p. 76. Shares add up to 1 each; NaN where one is missing.
    """
    return float(np.abs(np.asarray(first, dtype=float) - np.asarray(second, dtype=float)).sum())


def herfindahl(ties: ArrayLike) -> float:
    """Return the Herfindahl index of the shares of *ties*: 1 where all are with one partner, 1/n where n are alike.

    NaN without any tie.
    """
    values = np.asarray(ties, dtype=float)
    values = values[np.isfinite(values) & (values > 0)]
    return float(((values / values.sum()) ** 2).sum()) if values.size else float("nan")
