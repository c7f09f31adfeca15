"""How strong a tie is, given how much each side has of them: the standard measures for pairs.

All work on an undirected layer of counts of one period. An area's total is the sum of its ties,
unless totals of another kind (such as all its works) are given.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scidip.indicators.pairs.measures import both_directions

FloatArray = NDArray[np.float64]


def salton(joint: FloatArray, a: FloatArray, b: FloatArray) -> FloatArray:
    """Return joint / √(a b), the cosine of the two sets; NaN where a total is zero."""
    return _divide(joint, np.sqrt(a * b))


def jaccard(joint: FloatArray, a: FloatArray, b: FloatArray) -> FloatArray:
    """Return joint / (a + b - joint), the overlap over the union; NaN where both are empty."""
    return _divide(joint, a + b - joint)


def affinity(joint: FloatArray, a: FloatArray, b: FloatArray, total: float) -> FloatArray:
    """Return joint · total / (a b), the probabilistic affinity: 1 when ties fall by chance.

    Zitt, Bassecoulard & Okubo (2000); also called association strength.
    """
    return _divide(joint * total, a * b)


def relative_intensity(joint: FloatArray, a: FloatArray, b: FloatArray, total: FloatArray | float) -> FloatArray:
    """Return RIC(A, B) = (joint / a) / ((b - joint) / (total - a)), neutral at 1, asymmetric.

    The share of B in A's ties over the share of B in the ties of all others (Fuchs, Sivertsen &
    Rousseau 2021). NaN where A has no ties or B has none but with A.
    """
    return _divide(_divide(joint, a), _divide(b - joint, total - a))


def pair_intensities(pairs: pd.DataFrame, totals: Mapping[str, float] | None = None) -> pd.DataFrame:
    """Return the measures of each pair: ref_area, counterpart_area, joint, salton, jaccard, affinity,
    intensity (seen from ref_area) and intensity_back (seen from counterpart_area).

    *pairs* are the rows of one period of an undirected layer, each pair once. Without *totals* an
    area's total is the number of its ties; a tie then has two ends, so in the relative intensity
    the ties of all others are the ends of the ties that do not touch the area.
    """
    strength = both_directions(pairs).groupby("ref_area")["obs_value"].sum()
    size = pd.Series(totals, dtype=float) if totals is not None else strength
    joint = pairs["obs_value"].to_numpy(float)
    a = pairs["ref_area"].map(size).to_numpy(float)
    b = pairs["counterpart_area"].map(size).to_numpy(float)
    ends = float(strength.sum())
    own = pairs["ref_area"].map(strength).to_numpy(float)
    other = pairs["counterpart_area"].map(strength).to_numpy(float)
    return pd.DataFrame(
        {
            "ref_area": pairs["ref_area"].to_numpy(),
            "counterpart_area": pairs["counterpart_area"].to_numpy(),
            "joint": joint,
            "salton": salton(joint, a, b),
            "jaccard": jaccard(joint, a, b),
            "affinity": affinity(joint, own, other, ends),
            "intensity": relative_intensity(joint, own, other, ends - own),
            "intensity_back": relative_intensity(joint, other, own, ends - other),
        }
    )


def _divide(top: FloatArray, bottom: FloatArray | float) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        result: FloatArray = np.where(np.asarray(bottom) == 0, np.nan, top / bottom)
    return result
