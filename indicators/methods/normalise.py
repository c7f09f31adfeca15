"""Normalise: bring indicators of different units to one scale.

Handbook step "Normalisation". A normaliser receives a reference sample in which more is always
better and returns a transform that can be applied to any values. NaN is ignored in the reference
and kept in the result. A reference without spread maps to one value.
"""

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from scidip.indicators.errors import MethodError
from scidip.indicators.registry import Registry

FloatArray = NDArray[np.float64]
Transform = Callable[[FloatArray], FloatArray]
Normalise = Callable[..., Transform]
Ties = Literal["min", "average", "max"]

NORMALISERS: Registry[Normalise] = Registry("normalisation")
FLIPPED = {"goalposts": ("upper", "lower"), "distance_to_target": ("target",)}
"""Parameters in the unit of the indicator, which turn round with it: (upper, lower) change places."""


def _known(reference: FloatArray) -> FloatArray:
    known: FloatArray = reference[~np.isnan(reference)]
    return known


def _constant(value: float) -> Transform:
    return lambda values: np.where(np.isnan(values), np.nan, value)


@NORMALISERS.register
def min_max(reference: FloatArray, *, lower: float = 0.0, upper: float = 100.0, clip: bool = False) -> Transform:
    """Rescale so that the reference's minimum maps to *lower* and its maximum to *upper*.

    A constant reference maps to the midpoint. With *clip*, values beyond the reference stay within
    the bounds.
    """
    known = _known(reference)
    if known.size == 0 or known.max() == known.min():
        return _constant((lower + upper) / 2)
    low, span = known.min(), known.max() - known.min()

    def transform(values: FloatArray) -> FloatArray:
        scaled: FloatArray = (values - low) / span * (upper - lower) + lower
        return np.clip(scaled, lower, upper) if clip else scaled

    return transform


@NORMALISERS.register
def z_score(reference: FloatArray, *, mean: float = 0.0, sd: float = 1.0) -> Transform:
    """Shift and scale so that the reference has this *mean* and sample standard deviation *sd*.

    The standard deviation is over n - 1. A constant reference maps to *mean*.
    """
    known = _known(reference)
    spread = known.std(ddof=1) if known.size > 1 else 0.0
    if spread == 0 or known.max() == known.min():
        return _constant(mean)
    centre = known.mean()
    return lambda values: (values - centre) / spread * sd + mean


@NORMALISERS.register
def percentile_rank(
    reference: FloatArray,
    *,
    lower: float = 0.0,
    upper: float = 100.0,
    definition: Literal["midpoint", "minimum"] = "midpoint",
) -> Transform:
    """Map a value to the share of the reference below it, from *lower* to *upper*.

    "midpoint" counts ties (and the value itself) half, over n; "minimum" counts what is strictly
    below, over n - 1, so that the best value without a tie reaches *upper*.
    """
    ordered = np.sort(_known(reference))
    if ordered.size == 0 or (definition == "minimum" and ordered.size == 1):
        return _constant((lower + upper) / 2)

    def transform(values: FloatArray) -> FloatArray:
        below = np.searchsorted(ordered, values, side="left")
        if definition == "minimum":
            share = below / (ordered.size - 1)
        else:
            share = (below + np.searchsorted(ordered, values, side="right")) / 2 / ordered.size
        return np.where(np.isnan(values), np.nan, lower + share * (upper - lower))

    return transform


@NORMALISERS.register
def rank(reference: FloatArray, *, ties: Ties = "min") -> Transform:
    """Map a value to its rank in the reference: 1 is the lowest, more is better.

    Ties share their smallest, mean or largest rank.
    """
    ordered = np.sort(_known(reference))

    def transform(values: FloatArray) -> FloatArray:
        first = np.searchsorted(ordered, values, side="left") + 1.0
        last = np.maximum(np.searchsorted(ordered, values, side="right"), first)
        ranks = {"min": first, "average": (first + last) / 2, "max": last}[ties]
        return np.where(np.isnan(values), np.nan, ranks)

    return transform


@NORMALISERS.register
def borda(reference: FloatArray, *, ties: Ties = "min") -> Transform:
    """Map a value to its Borda points: how many of the reference it beats (rank less one)."""
    ranks = rank(reference, ties=ties)
    return lambda values: ranks(values) - 1


@NORMALISERS.register
def distance_to_max(reference: FloatArray) -> Transform:
    """Map to 1 - (max - x) / (max - min): the best of the reference has 1, the worst 0.

    A constant reference maps to the midpoint.
    """
    return min_max(reference, lower=0.0, upper=1.0)


@NORMALISERS.register
def distance_to_reference(reference: FloatArray, *, value: float | None = None, clip: bool = False) -> Transform:
    """Map to 1 - (value - x) / (value - min): *value*, such as one area's, has 1, the worst 0.

    *value* is on the scale of the reference (turned round where less is better); the maximum when
    not given. With *clip*, what is better than *value* counts as 1. Raises MethodError when *value*
    is missing or not above the minimum: there is then no distance to measure in.
    """
    known = _known(reference)
    if known.size == 0 or known.max() == known.min():
        return _constant(0.5)
    return _share_of_way(known, known.max() if value is None else value, clip, "reference value")


@NORMALISERS.register
def distance_to_target(reference: FloatArray, *, target: float | None = None, clip: bool = False) -> Transform:
    """Map to (x - min) / (target - min): the *target* has 1, the worst of the reference 0.

    *target* is in the unit of the indicator and turns round with it, which for "less is better" is
    (max - x) / (max - target). The maximum when not given. With *clip*, what is better than the
    target counts as 1. Raises MethodError when the target is not better than the worst value.
    """
    known = _known(reference)
    if known.size == 0 or known.max() == known.min():
        return _constant(0.5)
    return _share_of_way(known, known.max() if target is None else target, clip, "target")


def _share_of_way(known: FloatArray, goal: float, clip: bool, what: str) -> Transform:
    low = known.min()
    if not goal > low:
        raise MethodError(
            f"the {what} is not better than the worst value, so that scores would turn round; "
            "choose a better one, in the unit the indicator has at this step, or another method"
        )

    def transform(values: FloatArray) -> FloatArray:
        scaled: FloatArray = (values - low) / (goal - low)
        return np.minimum(scaled, 1.0) if clip else scaled

    return transform


@NORMALISERS.register
def fraction_of_max(reference: FloatArray) -> Transform:
    """Map to x / max; where the best is not above zero (less is better), to best / x.

    So 1 is the best of the reference in both directions, and an indicator turned round does not
    score higher for being worse.
    """
    known = _known(reference)
    if known.size == 0:
        return _constant(0.5)
    best = known.max()
    if best > 0:
        return lambda values: values / best

    def transform(values: FloatArray) -> FloatArray:
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(values >= best, 1.0, best / values)

    return transform


@NORMALISERS.register
def goalposts(
    reference: FloatArray,
    *,
    lower: float = 0.0,
    upper: float = 1.0,
    scale: float = 1.0,
    clip: bool = True,
    log: bool = False,
) -> Transform:
    """Map to *scale* (x - lower) / (upper - lower), between 0 and *scale* unless *clip* is off.

    The goalposts are in the unit of the indicator and turn round with it. With *log*, value and
    goalposts are taken as natural logarithms (all above zero). Does not look at the reference.
    Raises MethodError when the goalposts do not stand in order, or a logarithm does not exist.
    """
    if not lower < upper:
        raise MethodError("the upper goalpost must be above the lower one")
    low, high = (_signed_log(np.asarray(post, dtype=float)) if log else post for post in (lower, upper))

    def transform(values: FloatArray) -> FloatArray:
        share = ((_signed_log(values) if log else values) - low) / (high - low)
        result: FloatArray = (np.clip(share, 0.0, 1.0) if clip else share) * scale
        return result

    return transform


@NORMALISERS.register
def scaled(reference: FloatArray, *, lower: float = 0.0, upper: float = 100.0) -> Transform:
    """Map to 100 (x - lower) / (upper - lower), without bounds. Does not look at the reference.

    The parameters are on the oriented scale: where less is better, x comes with its sign turned.
    """
    if lower == upper:
        raise MethodError("the two values of `scaled` must differ")
    return lambda values: (values - lower) / (upper - lower) * 100.0


@NORMALISERS.register
def none(reference: FloatArray) -> Transform:
    """Leave the figures as they are, for a formula that takes them in their own unit.

    Does not look at the reference.
    """
    return lambda values: values.copy()


def _signed_log(values: FloatArray) -> FloatArray:
    """Return ln x, and -ln(-x) for what was turned round; both keep order within one sign."""
    if np.any(values == 0) or (np.any(values > 0) and np.any(values < 0)):
        raise MethodError("a logarithm needs values above zero; leave `log` out")
    result: FloatArray = np.sign(values) * np.log(np.abs(values))
    return result
