"""Weight: how much each child counts in its node.

Handbook step "Weighting". A weighter receives the children's values (units × children, NaN where
missing) and the weights that were given, and returns relative weights over the children; those of
`benefit_of_the_doubt` differ by unit (units × children). Unless it says otherwise, rows with a gap
are left out, and the weights returned add up to one.
"""

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from scidip.indicators.errors import MethodError
from scidip.indicators.methods.doubt import doubt_weights
from scidip.indicators.registry import Registry

FloatArray = NDArray[np.float64]
Weigh = Callable[..., FloatArray]

WEIGHTERS: Registry[Weigh] = Registry("weighting")


class NegativeWeights(MethodError):
    """A component gives some children negative weights; `children` are their places, from 0."""

    def __init__(self, children: tuple[int, ...]) -> None:
        self.children = children
        super().__init__(self._sentence("children " + ", ".join(str(k + 1) for k in children)))

    def of(self, codes: Sequence[str]) -> str:
        """Return the message with the children by their *codes*, which are in the order of the columns."""
        return self._sentence(", ".join(codes[k] for k in self.children))

    @staticmethod
    def _sentence(who: str) -> str:
        return (
            f"the first principal component has negative weights for {who}: they run against the "
            'others; check their direction, or set negative = "zero" or "keep"'
        )


@WEIGHTERS.register
def given(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the weights as they were given."""
    return weights.copy()


@WEIGHTERS.register
def equal(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the same weight for every child."""
    return np.full(values.shape[1], 1.0 / values.shape[1])


@WEIGHTERS.register
def principal_components(
    values: FloatArray, weights: FloatArray, *, negative: Literal["refuse", "zero", "keep"] = "refuse"
) -> FloatArray:
    """Return the loadings of the first principal component of the correlations.

    The sign is chosen so that the loadings add up to more than zero. Negative loadings are refused
    with a MethodError that says which children have them, unless *negative* allows them or sets
    them to zero.
    """
    _, vectors = np.linalg.eigh(_correlations(values))
    loadings = vectors[:, -1] * (1.0 if vectors[:, -1].sum() >= 0 else -1.0)
    below = np.nonzero(loadings < 0)[0]
    if below.size and negative == "refuse":
        raise NegativeWeights(tuple(below.tolist()))
    if negative == "zero":
        loadings = np.maximum(loadings, 0.0)
    return _scaled(loadings)


@WEIGHTERS.register
def correlation_balanced(values: FloatArray, weights: FloatArray, *, targets: tuple[float, ...] = ()) -> FloatArray:
    """Return weights under which the children's correlations with the node are as *targets*.

    *targets* are relative importances in the order of the children (equal when empty). For a
    weighted arithmetic mean the correlations are linear in the weights of the standardised
    children, so that where the exact solution has no negative weight it is the result; otherwise
    the squared differences of the relative correlations are minimised over weights of zero or more
    (after Becker et al. 2017, doi:10.1016/j.ecolind.2017.03.056).
    """
    wanted = np.asarray(targets or [1.0] * values.shape[1], dtype=float)
    if len(wanted) != values.shape[1] or np.any(wanted < 0) or wanted.sum() == 0:
        raise MethodError("targets must be one per child, none negative and not all zero")
    wanted = wanted / wanted.sum()
    correlations = _correlations(values)
    # Imported here: the solvers take half a second, which every start would pay.
    from scipy.optimize import nnls

    start = nnls(correlations, wanted)[0]
    if np.linalg.norm(correlations @ start - wanted) > 1e-10:
        start = _closest(correlations, wanted, start)
    return _scaled(start / _spreads(values))


@WEIGHTERS.register
def maximum_information(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the weights that maximise the sum of the children's correlations with the node.

    With R the children's correlations and v the weights of the standardised children, the sum is
    1'Rv / sqrt(v'Rv), which by the inequality of Cauchy and Schwarz is largest at equal v. The
    weights are therefore the inverse standard deviations: never negative, and exact.
    """
    return _scaled(1.0 / _spreads(values))


@WEIGHTERS.register
def entropy(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return weights by Shannon entropy: the more unevenly a child is spread, the more it counts.

    w ~ 1 + sum p ln p / ln n with p = x / sum x. MethodError on negative values. Zeleny (1982).
    """
    rows = _complete(values)
    if np.any(rows < 0) or np.any(rows.sum(axis=0) == 0):
        raise MethodError("entropy weights need values of zero or more, not all zero; use min_max")
    shares = rows / rows.sum(axis=0)
    logs = np.log(np.where(shares > 0, shares, 1.0))
    diversity = 1.0 + (shares * logs).sum(axis=0) / np.log(len(rows))
    return _scaled(np.maximum(diversity, 0.0))


@WEIGHTERS.register
def critic(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return weights by contrast and conflict: sd_j sum_k (1 - r_jk) on values scaled to 0-1.

    Diakoulaki, Mavrotas & Papayannakis (1995).
    """
    rows = _complete(values)
    spread = _spreads(values) / np.ptp(rows, axis=0)
    return _scaled(spread * (1.0 - _correlations(values)).sum(axis=1))


@WEIGHTERS.register
def benefit_of_the_doubt(
    values: FloatArray, weights: FloatArray, *, lower: float = 0.0, upper: float = 1.0
) -> FloatArray:
    """Return for each unit the weights that favour it most (units × children, adding up to one).

    A linear programme per unit (data envelopment analysis): maximise the unit's own score such
    that no unit scores above one under the same weights and each child's share of the score lies
    between *lower* and *upper*. A unit without values has weights NaN. Gaps are kept, see
    `doubt.doubt_weights`.
    """
    best = doubt_weights(values, lower, upper)
    total = best.sum(axis=1, keepdims=True)
    even = np.where(np.isnan(values), 0.0, 1.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        result: FloatArray = np.where(total > 0, best / total, even / even.sum(axis=1)[:, None])
    return result


def _complete(values: FloatArray) -> FloatArray:
    rows: FloatArray = values[~np.isnan(values).any(axis=1)]
    if len(rows) < 3:
        raise MethodError(f"only {len(rows)} rows have all children; impute first, or choose other weights")
    return rows


def _spreads(values: FloatArray) -> FloatArray:
    rows = _complete(values)
    spreads: FloatArray = rows.std(axis=0, ddof=1)
    if np.any(np.ptp(rows, axis=0) == 0):
        raise MethodError("a child has the same value everywhere; leave it out")
    return spreads


def _correlations(values: FloatArray) -> FloatArray:
    _spreads(values)
    correlations: FloatArray = np.atleast_2d(np.corrcoef(_complete(values), rowvar=False))
    return correlations


def _scaled(weights: FloatArray) -> FloatArray:
    total = weights.sum()
    if not abs(total) > 1e-12:
        raise MethodError("all weights come out as zero; choose another method")
    scaled: FloatArray = weights / total
    return scaled


def _closest(correlations: FloatArray, wanted: FloatArray, start: FloatArray) -> FloatArray:
    """Return non-negative v that brings Rv / sum(Rv) closest to *wanted*."""
    # Imported here: the solvers take half a second, which every start would pay.
    from scipy.optimize import minimize

    def gap(v: FloatArray) -> float:
        reached = correlations @ v
        total = reached.sum()
        return float(((reached / total - wanted) ** 2).sum()) if total > 1e-9 else 1e6

    even = np.full(len(wanted), 1.0 / len(wanted))
    tries = [
        minimize(gap, point, method="L-BFGS-B", bounds=[(0, None)] * len(wanted), tol=1e-14)
        for point in (start if start.sum() > 0 else even, even)
    ]
    best: FloatArray = min(tries, key=lambda t: float(t.fun)).x
    return best
