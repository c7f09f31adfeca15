"""Compute a formula over columns with NumPy, and say what it refuses.

An unknown operand (NaN) makes the result unknown, but for `first_known`. Known operands without a finite result (a
division by zero, a logarithm of zero or less, a root of less than zero) are refused, and so are zero and less in the
geometric and the harmonic mean.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from scidip.indicators.formulas.expressions import Call, Chain, Expression, Name, Negative, Number
from scidip.indicators.formulas.functions import FUNCTIONS, OPERATIONS, Function

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class Refusal:
    """What one operation of a formula refuses: where it stands, which cells, and its operands there."""

    part: str
    """The part of the formula it stands in; "" for the formula itself."""
    at: int
    cells: BoolArray
    operation: str
    operands: tuple[FloatArray, ...]

    @property
    def row(self) -> int:
        """The first unit that it refuses: the last axis are the units."""
        return int(np.nonzero(self.cells.reshape(-1, self.cells.shape[-1]).any(axis=0))[0][0])

    @property
    def units(self) -> int:
        """How many units it refuses."""
        return int(self.cells.reshape(-1, self.cells.shape[-1]).any(axis=0).sum())

    @property
    def why(self) -> str:
        """Why it is refused, after what `shown` says."""
        if self.operation in FUNCTIONS and FUNCTIONS[self.operation].positive:
            return "needs values above zero"
        return "has no finite value"

    def shown(self) -> str:
        """Return the operation with its operands in the first cell that it refuses, such as "10 / 0"."""
        flat = self.cells.reshape(-1, self.cells.shape[-1])
        cell = int(np.nonzero(flat[:, self.row])[0][0]) * flat.shape[-1] + self.row
        told = [f"{np.broadcast_to(o, self.cells.shape).ravel()[cell]:.6g}" for o in self.operands]
        if self.operation in OPERATIONS:
            return f" {self.operation} ".join(told)
        return f"{self.operation}({', '.join(told)})"


@dataclass
class Computation:
    """One formula over columns of one shape; the last axis are the units."""

    columns: Mapping[str, FloatArray]
    parts: Mapping[str, Expression]
    """By name, each after those that it needs."""
    refusals: list[Refusal] = field(default_factory=list)
    _found: dict[str, FloatArray] = field(default_factory=dict)
    _inside: str = ""

    def result(self, expression: Expression) -> FloatArray:
        """Return the values of *expression*, NaN where an operand is unknown or an operation refused."""
        shape = next(iter(self.columns.values())).shape
        for name, part in self.parts.items():
            self._inside = name
            self._found[name] = self._of(part)
        self._inside = ""
        found: FloatArray = np.array(np.broadcast_to(self._of(expression), shape), dtype=float)
        for refusal in self.refusals:
            found[refusal.cells] = np.nan
        return found

    def _of(self, expression: Expression) -> FloatArray:
        match expression:
            case Number(value=value):
                return np.asarray(value)
            case Name(code=code):
                return self.columns[code] if code in self.columns else self._found[code]
            case Negative(inner=inner):
                return -self._of(inner)
            case Call(function=name, arguments=arguments, at=at):
                return self._applied(name, FUNCTIONS[name].apply, [self._of(a) for a in arguments], at)
            case Chain(first=first, steps=steps):
                found = self._of(first)
                for step in steps:
                    operands = [found, self._of(step.right)]
                    found = self._applied(step.operation, OPERATIONS[step.operation], operands, step.at)
                return found

    def _applied(self, name: str, function: Function, operands: Sequence[FloatArray], at: int) -> FloatArray:
        with np.errstate(all="ignore"):
            found = np.asarray(function(*operands), dtype=float)
        known = ~np.isnan(np.broadcast_arrays(*operands)).any(axis=0)
        bad = known & ~np.isfinite(found)
        if name in FUNCTIONS and FUNCTIONS[name].positive:
            bad = bad | (known & (np.broadcast_arrays(*operands) <= np.zeros(1)).any(axis=0))
        if bad.any():
            shape = next(iter(self.columns.values())).shape
            cells = np.broadcast_to(bad, shape)
            self.refusals.append(Refusal(self._inside, at, cells, name, tuple(operands)))
            found = np.where(bad, np.nan, found)
        return found
