"""Draws that are alike are scored once: where few options vary, and no weight does, most of them are."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Draws = Mapping[str, NDArray[np.generic]]
"""By input: option numbers (draws), or for a jitter factors (draws × all edges, level by level)."""
Scores = dict[str, FloatArray]


def each_once(draws: Draws, score: Callable[[Draws], Scores]) -> Scores:
    """Return draws × units by node as *score* gives them, asked for the different ones among *draws* if these are few.

    Weights are never drawn alike: with them all are scored.
    """
    if not draws or any(drawn.ndim > 1 for drawn in draws.values()):
        return score(draws)
    columns = np.column_stack(list(draws.values()))
    _rows, first, again = np.unique(columns, axis=0, return_index=True, return_inverse=True)
    if 2 * len(first) > len(columns):
        return score(draws)
    found = score({name: drawn[first] for name, drawn in draws.items()})
    return {code: scores[again.ravel()] for code, scores in found.items()}
