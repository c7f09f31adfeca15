"""Between which counts nine of ten pairs lie of which as much is expected: split conformal prediction.

The score of a pair is log((actual + 1/2) / (expected + 1/2)), where *expected* is from a fit that did not see the
pair. Pairs of about the same expected count form a group; the 5 and 95 % points of their scores, with the correction
for a finite sample (Lei, G'Sell, Rinaldo, Tibshirani & Wasserman 2018, JASA 113), are the ends of the interval of the
next pair like them. Between groups the ends are interpolated. No spread has to be assumed: small counts and large ones
have their own. It holds for a pair drawn from those like it, not for each pair whatever is known of it.
"""

from dataclasses import dataclass

import numpy as np

from scidip.indicators.gravity.poisson import FloatArray

SHARE = 0.9
GROUPS = 20
HALF = 0.5


@dataclass(frozen=True)
class Band:
    """Ends of the scores by the logarithm of the expected count, both ascending with it."""

    at: FloatArray
    low: FloatArray
    high: FloatArray

    def of(self, expected: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the counts between which nine of ten lie, for each expected one."""
        where = np.log(expected + HALF)
        ends = (np.interp(where, self.at, end) for end in (self.low, self.high))
        low, high = (np.maximum((expected + HALF) * np.exp(end) - HALF, 0.0) for end in ends)
        return low, high


def band_of(counts: FloatArray, expected: FloatArray, share: float = SHARE) -> Band:
    """Return the band from pairs that the fit behind *expected* did not see; at least twenty of them."""
    where = np.log(expected + HALF)
    scores = np.log(counts + HALF) - where
    order = np.argsort(where, kind="stable")
    groups = np.array_split(order, min(GROUPS, max(1, len(order) // 20)))
    tail = (1 - share) / 2
    ends = [(float(where[g].mean()), *_ends(scores[g], tail)) for g in groups]
    at, low, high = (np.array(column) for column in zip(*ends, strict=True))
    return Band(at, low, high)


def _ends(scores: FloatArray, tail: float) -> tuple[float, float]:
    """Return the k-th smallest and the k-th largest score, k so that at most *tail* lies beyond, one more in mind."""
    k = max(int(np.floor(tail * (len(scores) + 1))), 1)
    ordered = np.sort(scores)
    return float(ordered[k - 1]), float(ordered[-k])


def coverage(counts: FloatArray, low: FloatArray, high: FloatArray) -> float:
    """Return the share of the counts that lie in their interval, ends included."""
    # A count is whole: 3 lies in an interval that begins at 3.2 no more than 2 does.
    return float(np.mean((counts >= low) & (counts <= high)))
