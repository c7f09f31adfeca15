"""Poisson pseudo-maximum likelihood, with errors that hold although the counts are no Poisson ones.

The mean is exp(design @ coefficients); it alone must be right (Gourieroux, Monfort & Trognon 1984), the counts may be
spread as they like and zeros are counts like others. It is the usual estimator of gravity equations (Santos Silva &
Tenreyro 2006, The log of gravity, Review of Economics and Statistics 88(4)).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scidip.indicators.errors import ScidipError

FloatArray = NDArray[np.float64]
Places = NDArray[np.int64]
STEPS = 100
CLOSE = 1e-9
"""Largest change of a coefficient at which the fit has ended."""
FAR = 30.0
"""Bound of the linear predictor while the steps go on: exp(30) is more works than there are."""


@dataclass(frozen=True)
class Fit:
    """Coefficients (columns of the design), expected counts (rows), and how many steps it took."""

    coefficients: FloatArray
    expected: FloatArray
    steps: int


def fit(design: FloatArray, counts: FloatArray) -> Fit:
    """Return the fit of *counts* (rows; zero or more) by *design* (rows × columns), by reweighted least squares.

    Nothing may be missing. Raises ScidipError when the columns depend on each other or the steps do not end.
    """
    eta = np.log((counts + counts.mean()) / 2 + 1e-300)
    mu, before = np.exp(eta), np.full(design.shape[1], np.inf)
    for step in range(1, STEPS + 1):
        weighted = design * mu[:, None]
        found = solved(weighted.T @ design, weighted.T @ (eta + (counts - mu) / mu))
        eta = np.clip(design @ found, -FAR, FAR)
        mu = np.exp(eta)
        if np.abs(found - before).max() < CLOSE:
            return Fit(found, mu, step)
        before = found
    raise ScidipError(f"The gravity model did not settle in {STEPS} steps: a column explains the zeros alone.")


def solved(matrix: FloatArray, right: FloatArray) -> FloatArray:
    """Return the solution of normal equations (symmetric, positive). Raises ScidipError when they have none."""
    # Here: a server of an index of one's own starts without it.
    from scipy.linalg import cho_factor, cho_solve

    try:
        return np.asarray(cho_solve(cho_factor(matrix), right), dtype=np.float64)
    except np.linalg.LinAlgError as error:
        raise ScidipError("Columns of the gravity model depend on each other: it cannot be fitted.") from error


def predicted(design: FloatArray, coefficients: FloatArray) -> FloatArray:
    """Return the expected counts of the rows of a design."""
    return np.asarray(np.exp(np.clip(design @ coefficients, -FAR, FAR)), dtype=np.float64)


def pair_errors(design: FloatArray, counts: FloatArray, expected: FloatArray, pair: Places) -> FloatArray:
    """Return standard errors clustered by pair; *pair* numbers the pair of each row from zero.

    With one row for each pair they are the heteroskedasticity-robust ones. Corrected for few clusters: g / (g - 1).
    """
    sums = np.zeros((int(pair.max()) + 1, design.shape[1]))
    np.add.at(sums, pair, design * (counts - expected)[:, None])
    groups = len(np.unique(pair))
    return _errors(design, expected, sums.T @ sums * groups / (groups - 1))


def country_errors(
    design: FloatArray, counts: FloatArray, expected: FloatArray, first: Places, second: Places
) -> FloatArray:
    """Return standard errors that let any two pairs with a country in common go together; one row for each pair.

    Aronow, Samii & Assenova (2015), Cluster-robust variance estimation for dyadic data, Political Analysis 23(4):
    the sum over countries of the clustered products, less the products of each pair, which are counted twice.
    """
    scores = design * (counts - expected)[:, None]
    sums = np.zeros((int(max(first.max(), second.max())) + 1, design.shape[1]))
    np.add.at(sums, first, scores)
    np.add.at(sums, second, scores)
    return _errors(design, expected, sums.T @ sums - scores.T @ scores)


def _errors(design: FloatArray, expected: FloatArray, middle: FloatArray) -> FloatArray:
    bread = solved((design * expected[:, None]).T @ design, np.eye(design.shape[1]))
    return np.asarray(np.sqrt(np.maximum(np.diag(bread @ middle @ bread), 0.0)), dtype=np.float64)


def deviance(counts: FloatArray, expected: FloatArray) -> float:
    """Return the Poisson deviance, 0 where every count is as expected; smaller is better."""
    positive = counts > 0
    logs = np.zeros_like(counts)
    logs[positive] = counts[positive] * np.log(counts[positive] / expected[positive])
    return float(2 * (logs - (counts - expected)).sum())
