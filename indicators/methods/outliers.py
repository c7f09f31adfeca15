"""Treat outliers: bring skewed series into a shape that a normalisation can bear.

Handbook step "Treatment of outliers". A treatment is fitted on a reference sample and can then be
applied to any value; every function here returns such a fitted treatment.

A series passes when |skewness| < 2 or excess kurtosis < 3.5 (bias-corrected moments). A series
too small or too flat to have these moments passes too: there is nothing to go by.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from scidip.indicators.registry import Registry

FloatArray = NDArray[np.float64]
When = Literal["skewed", "always"]
LOG_SHIFT = 0.01
"""The part of the range that is added before a logarithm, so that the smallest value has one."""


@dataclass(frozen=True)
class Treatment:
    """A fitted treatment: `apply` maps raw values to treated ones (NaN kept, order kept).

    `rule` names what was done: "none", "winsorised n", "log" or "box_cox". `lower` and `upper` are
    the bounds of the reference after winsorising; values beyond them count as the bound.
    """

    rule: str
    lower: float
    upper: float
    apply: Callable[[FloatArray], FloatArray]


Treat = Callable[..., Treatment]
TREATMENTS: Registry[Treat] = Registry("treatment")


def moments(values: FloatArray) -> tuple[float, float]:
    """Return bias-corrected skewness G1 and excess kurtosis G2 of *values* (no NaN among them).

    NaN when there are under three (four) values or no spread. Joanes & Gill (1998), "type 2".
    """
    n = len(values)
    if n < 3:
        return float("nan"), float("nan")
    if values[0] == values[-1] and values.max() == values.min():
        return float("nan"), float("nan")
    deviations = values - values.sum() / n
    squares = deviations * deviations
    m2 = float(squares.sum()) / n
    if m2 == 0:
        return float("nan"), float("nan")
    g1 = float((squares * deviations).sum()) / n / math.pow(m2, 1.5)
    g2 = float((squares * squares).sum()) / n / m2**2 - 3
    corrected = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * g2 + 6) if n > 3 else float("nan")
    return g1 * math.sqrt(n * (n - 1)) / (n - 2), corrected


def skewness(values: FloatArray) -> float:
    """Return the bias-corrected sample skewness G1; NaN under three values or without spread."""
    return moments(values)[0]


def kurtosis(values: FloatArray) -> float:
    """Return the bias-corrected excess kurtosis G2; NaN under four values or without spread."""
    return moments(values)[1]


def is_well_shaped(values: FloatArray, max_skewness: float, max_kurtosis: float) -> bool:
    """Return whether |G1| or G2 is under its bound (the Handbook fails a series on both).

    A sample too small or too flat to have moments counts as well shaped.
    """
    return _passes(*moments(values), max_skewness, max_kurtosis)


def _passes(g1: float, g2: float, max_skewness: float, max_kurtosis: float) -> bool:
    unknown = math.isnan(g1) or math.isnan(g2)
    return unknown or abs(g1) < max_skewness or g2 < max_kurtosis


@TREATMENTS.register
def none(reference: FloatArray) -> Treatment:
    """Leave every value as it is."""
    known = reference[~np.isnan(reference)]
    low, high = (float(known.min()), float(known.max())) if known.size else (np.nan, np.nan)
    return Treatment("none", low, high, lambda values: values.copy())


@TREATMENTS.register
def winsorise(
    reference: FloatArray, *, max_points: int = 5, max_skewness: float = 2.0, max_kurtosis: float = 3.5
) -> Treatment:
    """Set the outermost value to the next one inside until the series passes or *max_points* are met.

    The end is the one of the longer tail, chosen anew at each step. Tied values move together and
    each counts as a point, so that ties may overshoot *max_points*. What is reached is kept, passed
    or not. A series of which winsorising would leave a single value stays as it is.
    """
    known = np.sort(reference[~np.isnan(reference)])
    bounds = _winsorised(known, max_points, max_skewness, max_kurtosis)
    return none(reference) if bounds is None else _clipped(*bounds)


@TREATMENTS.register
def log(
    reference: FloatArray, *, when: When = "skewed", max_skewness: float = 2.0, max_kurtosis: float = 3.5
) -> Treatment:
    """Take logarithms of a series that does not pass (or of every series, *when* is "always").

    ln(x - min + 0.01 range) of the reference; -ln(max - x + 0.01 range) when the tail is on the
    left. Values outside the reference count as its bounds.
    """
    known = np.sort(reference[~np.isnan(reference)])
    if _stays(known, when, max_skewness, max_kurtosis):
        return none(reference)
    return _logarithm(known)


@TREATMENTS.register
def box_cox(
    reference: FloatArray,
    *,
    exponent: float = 0.0,
    when: When = "skewed",
    max_skewness: float = 2.0,
    max_kurtosis: float = 3.5,
) -> Treatment:
    """Transform a series that does not pass by Box and Cox with *exponent* (0: logarithm).

    ((x - min + 1)^exponent - 1) / exponent, mirrored when the tail is on the left. The added 1 is
    in the unit of the series: rescale a series that runs over much less or more than 1.
    """
    known = np.sort(reference[~np.isnan(reference)])
    if _stays(known, when, max_skewness, max_kurtosis):
        return none(reference)
    return _power(known, exponent)


@TREATMENTS.register
def winsorise_log(
    reference: FloatArray, *, max_points: int = 5, max_skewness: float = 2.0, max_kurtosis: float = 3.5
) -> Treatment:
    """Winsorise at most *max_points*; if that does not do, take logarithms of the original values.

    See `winsorise` and `log`. NaN is ignored in the reference and kept in the result. Values
    outside the reference are first brought to its bounds, so that what is scored against it cannot
    run beyond it.
    """
    known = np.sort(reference[~np.isnan(reference)])
    bounds = _winsorised(known, max_points, max_skewness, max_kurtosis)
    if bounds is None:
        return none(reference)
    return _clipped(*bounds) if bounds[-1] else _logarithm(known)


@TREATMENTS.register
def winsorise_box_cox(
    reference: FloatArray,
    *,
    exponent: float = 0.0,
    max_points: int = 5,
    max_skewness: float = 2.0,
    max_kurtosis: float = 3.5,
) -> Treatment:
    """Winsorise at most *max_points*; if that does not do, transform the original by Box and Cox."""
    known = np.sort(reference[~np.isnan(reference)])
    bounds = _winsorised(known, max_points, max_skewness, max_kurtosis)
    if bounds is None:
        return none(reference)
    return _clipped(*bounds) if bounds[-1] else _power(known, exponent)


def _stays(known: FloatArray, when: When, max_skewness: float, max_kurtosis: float) -> bool:
    flat = known.size < 2 or known[0] == known[-1]
    return flat or (when == "skewed" and is_well_shaped(known, max_skewness, max_kurtosis))


def _winsorised(
    known: FloatArray, max_points: int, max_skewness: float, max_kurtosis: float
) -> tuple[float, float, int, bool] | None:
    """Return lower and upper bound, points moved and whether the series passes; None: leave it."""
    g1, g2 = moments(known)
    if _passes(g1, g2, max_skewness, max_kurtosis):
        return None
    ordered, above, under = known.copy(), 0, 0
    passes = False
    while not passes and above + under < max_points:
        if g1 >= 0:
            first = int(np.searchsorted(ordered, ordered[-1], side="left"))
            above = len(ordered) - first
            ordered[first:] = ordered[first - 1]
        else:
            under = int(np.searchsorted(ordered, ordered[0], side="right"))
            ordered[:under] = ordered[under]
        if ordered[0] == ordered[-1]:
            return None
        g1, g2 = moments(ordered)
        passes = _passes(g1, g2, max_skewness, max_kurtosis)
    return float(ordered[0]), float(ordered[-1]), above + under, passes


def _clipped(low: float, high: float, points: int, passes: bool) -> Treatment:
    return Treatment(f"winsorised {points}", low, high, lambda values: np.clip(values, low, high))


def _logarithm(known: FloatArray) -> Treatment:
    low, high = float(known[0]), float(known[-1])
    shift = LOG_SHIFT * (high - low)
    return _mirrored("log", known, lambda distance: np.log(distance + shift))


def _power(known: FloatArray, exponent: float) -> Treatment:
    def curve(distance: FloatArray) -> FloatArray:
        if exponent == 0:
            return np.log(distance + 1)
        result: FloatArray = ((distance + 1) ** exponent - 1) / exponent
        return result

    return _mirrored("box_cox", known, curve)


def _mirrored(rule: str, known: FloatArray, curve: Callable[[FloatArray], FloatArray]) -> Treatment:
    """Return *curve* of the distance from the end opposite to the longer tail, order kept."""
    low, high = float(known[0]), float(known[-1])
    left_tailed = skewness(known) < 0

    def apply(values: FloatArray) -> FloatArray:
        inside = np.clip(values, low, high)
        return -curve(high - inside) if left_tailed else curve(inside - low)

    return Treatment(rule, low, high, apply)
