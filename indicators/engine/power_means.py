"""Means of powers: which methods of aggregation are one, and their scale."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scidip.indicators import methods
from scidip.indicators.registry import Registry

FloatArray = NDArray[np.float64]
Combine = Callable[[FloatArray, FloatArray], FloatArray]


@dataclass(frozen=True)
class PowerMean:
    """The generalised mean of a power: 1 is arithmetic, 0 geometric, -1 harmonic."""

    power: float


Method = str | PowerMean | Combine
"""A mean, or a function of (units × children, weights) to units that is called for each draw."""
MEANS: Mapping[str, float] = {"arithmetic": 1.0, "geometric": 0.0, "harmonic": -1.0}


REGISTRIES: tuple[Registry[Any], ...] = tuple(
    getattr(methods, name) for name in ("AGGREGATORS", "RELATIVE_AGGREGATORS") if hasattr(methods, name)
)
"""Where methods that are not means are found by name."""


def unknown(method: Method) -> str:
    """Return a sentence on a method's name that nobody knows, "" when it is in order."""
    if not isinstance(method, str) or any(method in r for r in (MEANS, *REGISTRIES)):
        return ""
    known = sorted({*MEANS, *(name for registry in REGISTRIES for name in registry)})
    return f"aggregation method {method!r} is not known; known are {', '.join(known)}"


def power_of(method: Method) -> float | None:
    """Return the power of a mean, None for a method that is not one."""
    if isinstance(method, PowerMean):
        return method.power
    return MEANS.get(method) if isinstance(method, str) else None


def on_scale(values: FloatArray, power: float) -> FloatArray:
    """Return *values* where the mean of this power is arithmetic, more still being more."""
    if power == 1:
        return values
    with np.errstate(invalid="ignore", divide="ignore"):
        moved: FloatArray = np.log(values) if power == 0 else np.sign(power) * values**power
    return moved


def off_scale(means: FloatArray, power: float) -> FloatArray:
    """Return what `on_scale` maps to *means*."""
    if power == 1:
        return means
    with np.errstate(invalid="ignore", divide="ignore"):
        back: FloatArray = np.exp(means) if power == 0 else (np.sign(power) * means) ** (1 / power)
    return back
