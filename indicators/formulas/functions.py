"""What a formula may call, by name, over columns: an unknown operand gives an unknown result, but for `first_known`.

What has no finite value (a division by zero, the logarithm of zero) comes as infinite or NaN from known operands, and
is refused by who computes the formula (`formulas.computing`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Function = Callable[..., FloatArray]


@dataclass(frozen=True)
class Called:
    """A function of columns: how many it takes, and whether it refuses zero and less, as the mean of that name does."""

    apply: Function
    least: int
    most: int | None
    """None: any number."""
    positive: bool = False

    def takes(self, count: int) -> bool:
        """Return whether it can be called with so many operands."""
        return count >= self.least and (self.most is None or count <= self.most)

    @property
    def wants(self) -> str:
        """How many operands it takes, in words."""
        return f"{self.least}" if self.least == self.most else f"{self.least} or more"


def _mean(*columns: FloatArray) -> FloatArray:
    return np.asarray(sum(columns[1:], start=columns[0]) / len(columns))


def _geometric(*columns: FloatArray) -> FloatArray:
    return np.asarray(np.exp(_mean(*(np.log(c) for c in columns))))


def _harmonic(*columns: FloatArray) -> FloatArray:
    return np.asarray(1.0 / _mean(*(1.0 / np.asarray(c) for c in columns)))


def _least(*columns: FloatArray) -> FloatArray:
    return np.asarray(reduce(np.minimum, columns))


def _largest(*columns: FloatArray) -> FloatArray:
    return np.asarray(reduce(np.maximum, columns))


def _first_known(*columns: FloatArray) -> FloatArray:
    return np.asarray(reduce(lambda one, other: np.where(np.isnan(one), other, one), columns))


FUNCTIONS: Mapping[str, Called] = {
    "min": Called(_least, 2, None),
    "max": Called(_largest, 2, None),
    "abs": Called(np.abs, 1, 1),
    "log": Called(np.log, 1, 1),
    "exp": Called(np.exp, 1, 1),
    "sqrt": Called(np.sqrt, 1, 1),
    "mean": Called(_mean, 2, None),
    "geometric": Called(_geometric, 2, None, positive=True),
    "harmonic": Called(_harmonic, 2, None, positive=True),
    "first_known": Called(_first_known, 2, None),
}
"""All that a formula may call."""
OPERATIONS: Mapping[str, Function] = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "^": np.power}
"""What stands between two operands."""
