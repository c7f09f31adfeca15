"""The parameters of a normalisation: what the methodology says, what the indicator itself has, and targets by area."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from scidip.indicators.engine.composite_methodology import OWN_DEFAULTS
from scidip.indicators.errors import MethodError
from scidip.indicators.methods.impute import Layout
from scidip.indicators.methods.normalise import FLIPPED
from scidip.indicators.model.methodology import StepChoice

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


def parameters_of(choice: StepChoice, own: Mapping[str, float | bool], direction: float) -> dict[str, float | bool]:
    """Return the parameters of a normaliser for an indicator, turned round with its direction.

    What the methodology says goes before what the indicator says of itself.
    """
    params: dict[str, float | bool] = dict(OWN_DEFAULTS.get(choice.method, {}))
    params |= {**own, **choice.params}
    if direction < 0 and choice.method in FLIPPED:
        names = FLIPPED[choice.method]
        full = {"lower": 0.0, "upper": 1.0} | params
        turned = {new: -full[old] for new, old in zip(reversed(names), names, strict=True) if old in full}
        params |= turned
    return params


def _value_of(area: str, oriented: FloatArray, layout: Layout, sample: BoolArray) -> float:
    """Return the last known value of *area* among the rows of the sample."""
    rows = np.nonzero(sample & (layout.units == area) & ~np.isnan(oriented))[0]
    if not rows.size:
        raise MethodError(f"{area}, whose value is to be the reference, has none")
    return float(oriented[rows[np.argmax(layout.times[rows])]])
