"""Betweenness of the areas of a network: the share of the shortest paths between two others that lead through each.

Brandes (2001), J. Math. Sociol. 25, 163-177, for all areas at once. `networkx.betweenness_centrality` gives the same in
twenty times as long, which every visitor who changes a layer would wait for; the tests hold the two to each other.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def betweenness(distances: FloatArray) -> FloatArray:
    """Return by area the share of the pairs of other areas whose shortest paths lead through it, 0 to 1.

    distances: areas × areas, symmetric, 0 where there is no tie. Of several paths of the same length each counts in
    part. With fewer than three areas all are 0.
    """
    n = len(distances)
    if n < 3:
        return np.zeros(n)
    starts, ends = np.nonzero(distances)
    length = dijkstra(csr_array(distances), directed=False)
    # A tie is on a shortest path from a source where it leads as far as the shortest path does, to the last digit:
    # both are the same sum in the same order.
    reached = length[:, starts] + distances[starts, ends]
    source, tie = np.nonzero((reached == length[:, ends]) & np.isfinite(reached))
    steps = _by_hops(source * n + starts[tie], source * n + ends[tie], n * n)
    paths, through = np.zeros(n * n), np.zeros(n * n)
    paths[:: n + 1] = 1.0
    for before, after in steps:
        np.add.at(paths, after, paths[before])
    for before, after in reversed(steps):
        np.add.at(through, before, paths[before] / paths[after] * (1.0 + through[after]))
    through[:: n + 1] = 0.0
    result: FloatArray = through.reshape(n, n).sum(axis=0) / ((n - 1) * (n - 2))
    return result


def _by_hops(before: IntArray, after: IntArray, places: int) -> list[tuple[IntArray, IntArray]]:
    """Return the last ties of shortest paths in groups, each after all that lead to where it begins.

    before, after: where a tie begins and ends, as a number of source and area together.
    """
    hops = np.zeros(places, dtype=np.int64)
    while True:
        further = hops.copy()
        np.maximum.at(further, after, hops[before] + 1)
        if np.array_equal(further, hops):
            break
        hops = further
    order = np.argsort(hops[after], kind="stable")
    bounds = np.flatnonzero(np.diff(hops[after][order])) + 1
    return [(before[part], after[part]) for part in np.split(order, bounds)] if len(order) else []
