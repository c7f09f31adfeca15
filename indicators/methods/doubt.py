"""The weights that favour each unit most: linear programmes of data envelopment analysis (Cherchye et al. 2007)."""

import numpy as np
from numpy.typing import NDArray

from scidip.indicators.errors import MethodError

FloatArray = NDArray[np.float64]
MOST_CORNERS = 5
"""Children up to which the corners of the weights allowed are found once for all units; they grow fast with more."""


def doubt_weights(values: FloatArray, lower: float, upper: float) -> FloatArray:
    """Return units × children weights that maximise each unit's own score; NaN for an empty unit.

    Maximise sum_k w_k x_ik such that sum_k w_k x_jk <= 1 for every unit j and each share
    w_k x_ik of the unit's score lies between *lower* and *upper*; w >= 0. A child that the unit
    lacks gets no weight; a child that a peer lacks counts as zero for the peer. Cherchye et al.
    (2007). Raises MethodError on negative values and on bounds that no weights can meet.
    """
    if np.any(values < 0):
        raise MethodError("the benefit of the doubt needs values of zero or more; use min_max")
    result = np.full(values.shape, np.nan)
    peers = np.nan_to_num(values)
    has = ~np.isnan(values)
    for present in np.unique(has[has.any(axis=1)], axis=0):
        rows = (has == present).all(axis=1)
        result[rows] = 0.0
        rows &= peers.any(axis=1)
        own = values[np.ix_(rows, present)]
        result[np.ix_(rows, present)] = _best(own, peers[:, present], lower, upper)
    return result


def _best(own: FloatArray, peers: FloatArray, lower: float, upper: float) -> FloatArray:
    """Return the best weights of units that have the same children, none of them without any value above zero."""
    worth = peers.any(axis=0)
    if len(own) < 2 or lower > 0 or upper < 1 or worth.sum() > MOST_CORNERS:
        found = [_own_weights(unit, peers, lower, upper) for unit in own]
        return np.array(found).reshape(own.shape)
    corners = np.zeros((1, own.shape[1]))
    if worth.any():
        inside = _corners(np.unique(peers[:, worth], axis=0))
        corners = np.zeros((len(inside), own.shape[1]))
        corners[:, worth] = inside
    best: FloatArray = corners[(own @ corners.T).argmax(axis=1)]
    return best


def _corners(peers: FloatArray) -> FloatArray:
    """Return the corners of the weights w >= 0 under which no peer scores above one; no column is all zero.

    Without bounds on shares the programmes of all units have the same weights to choose from, and one of the corners is
    the best for each (the facets of the frontier).
    """
    most = peers.max(axis=0)
    if peers.shape[1] == 1:
        only: FloatArray = 1 / most[None, :]
        return only
    # Imported here: it takes a tenth of a second, which every start would pay.
    from scipy.spatial import HalfspaceIntersection

    scaled = peers / most
    children = scaled.shape[1]
    under_one = np.column_stack([scaled, -np.ones(len(scaled))])
    over_zero = np.column_stack([-np.eye(children), np.zeros(children)])
    found = HalfspaceIntersection(np.vstack([under_one, over_zero]), np.full(children, 0.5 / children)).intersections
    corners: FloatArray = np.maximum(found, 0.0) / most
    # A corner is known to rounding: none may let a peer above one.
    corners /= np.maximum((peers @ corners.T).max(axis=0), np.finfo(float).tiny)[:, None]
    return corners


def _own_weights(own: FloatArray, peers: FloatArray, lower: float, upper: float) -> FloatArray:
    k = len(own)
    rows = [np.unique(peers, axis=0)]
    if lower > 0:
        rows.append(lower * own[None, :] - np.diag(own))
    if upper < 1 and k > 1:
        rows.append(np.diag(own) - upper * own[None, :])
    left = np.vstack(rows)
    right = np.concatenate([np.ones(len(rows[0])), np.zeros(len(left) - len(rows[0]))])
    # Imported here: the solvers take half a second, which every start would pay.
    from scipy.optimize import linprog

    solved = linprog(-own, A_ub=left, b_ub=right, bounds=(0, None), method="highs")
    if solved.x is None or not own @ solved.x > 0:
        raise MethodError(
            f"no weights give each of {k} parts a share between {lower:g} and {upper:g}; lower the "
            "lower bound, raise the upper one, or normalise to a scale above zero"
        )
    best: FloatArray = solved.x
    return best
