"""The network of ties of one layer and year: who is central, what holds it together, what a loss would do.

All of it is about the ties that are kept: of each area its strongest ones. Directed layers are read as the
sum of both directions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scidip.indicators.pairs.betweenness import betweenness
from scidip.indicators.pairs.layer import Layer

if TYPE_CHECKING:
    # In functions otherwise: it takes a fifth of a second to import, and a server starts without a network.
    import networkx as nx

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
SEED = 7


def weights(layer: Layer, year: int) -> FloatArray:
    """Return symmetric weights of a year: undirected figures, or both directions added; 0 for none and unknown."""
    matrix = np.nan_to_num(layer.matrix(year))
    matrix = np.maximum(matrix, 0.0)
    result: FloatArray = matrix + matrix.T if layer.directed else matrix
    return result


def joined(parts: Sequence[tuple[Sequence[str], FloatArray]]) -> tuple[list[str], FloatArray]:
    """Return several layers as one: each tie's share of its layer's total, averaged over the layers, in per mille.

    So every layer weighs the same, whatever its unit. parts: (areas, symmetric weights) of each layer.
    """
    areas = sorted({a for names, _ in parts for a in names})
    place = {a: i for i, a in enumerate(areas)}
    total = np.zeros((len(areas), len(areas)))
    for names, matrix in parts:
        whole = matrix.sum() / 2
        index = np.array([place[a] for a in names], dtype=np.int64)
        if whole > 0:
            total[np.ix_(index, index)] += 1000 * matrix / whole / len(parts)
    return areas, total


def foremost(parts: Sequence[tuple[Sequence[str], FloatArray]], areas: Sequence[str]) -> IntArray:
    """Return, for each pair of *areas*, the position of the layer in which most of its joined tie lies.

    parts: as of `joined`. Ties of equal shares go to the earlier layer.
    """
    place = {a: i for i, a in enumerate(areas)}
    shares = np.zeros((len(parts), len(areas), len(areas)))
    for layer, (names, matrix) in enumerate(parts):
        inside = [k for k, a in enumerate(names) if a in place]
        index = np.array([place[names[k]] for k in inside], dtype=np.int64)
        whole = matrix.sum() / 2
        if whole > 0 and len(inside):
            shares[layer][np.ix_(index, index)] = matrix[np.ix_(inside, inside)] / whole
    found: IntArray = shares.argmax(axis=0)
    return found


@dataclass(frozen=True)
class Network:
    """The kept ties between some areas."""

    areas: tuple[str, ...]
    all_ties: FloatArray
    """Symmetric weights of all ties, zero on the diagonal."""
    keep: int
    """Of each area its so many strongest ties are kept; a tie stays when either end keeps it."""

    @cached_property
    def kept(self) -> FloatArray:
        """The weights of the kept ties."""
        n = len(self.areas)
        mask = np.zeros((n, n), dtype=bool)
        order = np.argsort(-self.all_ties, axis=1, kind="stable")[:, : self.keep]
        mask[np.arange(n)[:, None], order] = True
        mask |= mask.T
        result: FloatArray = np.where(mask & (self.all_ties > 0), self.all_ties, 0.0)
        return result

    @cached_property
    def graph(self) -> "nx.Graph[int]":
        """The kept ties as a graph of positions, `weight` the figure."""
        import networkx as nx

        graph: nx.Graph[int] = nx.Graph()
        graph.add_nodes_from(range(len(self.areas)))
        rows, columns = np.nonzero(np.triu(self.kept))
        for i, j in zip(rows.tolist(), columns.tolist(), strict=True):
            weight = float(self.kept[i, j])
            graph.add_edge(i, j, weight=weight)
        return graph

    @cached_property
    def coverage(self) -> float:
        """The share of all ties (by figure) that the kept ones hold; 0 without ties."""
        whole = float(self.all_ties.sum())
        return float(self.kept.sum()) / whole if whole else 0.0

    @cached_property
    def centralities(self) -> pd.DataFrame:
        """ref_area, strength, ties, between, reach of every area with a tie, strongest first.

        strength: sum of all its ties, kept or not. ties: how many are kept. between: share of the shortest paths
        between other areas that lead through it, a strong tie being short (Freeman 1977; Newman 2001). reach:
        PageRank of the kept ties in per cent, high for those tied to the well-tied.
        """
        between = betweenness(np.divide(1.0, self.kept, out=np.zeros_like(self.kept), where=self.kept > 0))
        import networkx as nx

        rank = nx.pagerank(self.graph, weight="weight") if self.graph.number_of_edges() else {}
        frame = pd.DataFrame(
            {
                "ref_area": self.areas,
                "strength": self.all_ties.sum(axis=1),
                "ties": (self.kept > 0).sum(axis=1),
                "between": 100 * between,
                "reach": [100 * rank.get(i, 0.0) for i in range(len(self.areas))],
            }
        )
        known = frame[frame["strength"] > 0]
        return known.sort_values(["strength", "ref_area"], ascending=[False, True], ignore_index=True)

    @cached_property
    def groups(self) -> list[list[str]]:
        """The communities of the kept ties, largest first (Louvain, seed fixed); areas without a tie left out."""
        tied = self.graph.subgraph([i for i in self.graph if self.graph.degree(i)])
        if not len(tied):
            return []
        import networkx as nx

        found = nx.community.louvain_communities(tied, weight="weight", seed=SEED)
        named = [sorted(self.areas[i] for i in group) for group in found]
        return sorted(named, key=lambda group: (-len(group), group))

    def without(self, area: str, partner: str = "") -> "Network":
        """Return the network without an area, or without the tie of an area and a partner."""
        ties = self.all_ties.copy()
        i = self.areas.index(area)
        if partner:
            j = self.areas.index(partner)
            ties[i, j] = ties[j, i] = 0.0
        else:
            ties[i, :] = ties[:, i] = 0.0
        return Network(self.areas, ties, self.keep)

    def losses(self, area: str, partner: str = "") -> pd.DataFrame:
        """Return who loses what when an area (or one tie) drops out: ref_area, lost, share, cut_off; most first.

        lost: figure of the ties that are gone; share: of all the area's ties, 0 to 1; cut_off: True for areas that
        were in the largest connected part of the kept ties and no longer are, no other tie taking its place. Areas
        that lose nothing are left out, and the area itself when it drops out.
        """
        i = self.areas.index(area)
        gone = self.all_ties[i].copy()
        if partner:
            keep = np.zeros(len(self.areas))
            j = self.areas.index(partner)
            keep[j] = gone[j]
            gone = keep
            gone[i] = keep[j]
        left = self._kept_without(i, self.areas.index(partner) if partner else None)
        before, after = self._main(self.kept), self._main(left)
        total = self.all_ties.sum(axis=1)
        share = np.divide(gone, total, out=np.zeros_like(gone), where=total > 0)
        cut = [k in before and k not in after for k in range(len(self.areas))]
        frame = pd.DataFrame({"ref_area": self.areas, "lost": gone, "share": share, "cut_off": cut})
        hit = (frame["lost"] > 0) | frame["cut_off"]
        if not partner:
            hit &= frame["ref_area"] != area
        return frame[hit].sort_values(["share", "ref_area"], ascending=[False, True], ignore_index=True)

    def _kept_without(self, i: int, j: int | None) -> FloatArray:
        left = self.kept.copy()
        if j is None:
            left[i, :] = left[:, i] = 0.0
        else:
            left[i, j] = left[j, i] = 0.0
        return left

    def _main(self, ties: FloatArray) -> set[int]:
        """Return the positions of the largest connected part."""
        import networkx as nx

        graph: nx.Graph[int] = nx.from_numpy_array(ties > 0)
        parts = sorted(nx.connected_components(graph), key=lambda part: (-len(part), min(part)))
        return set(parts[0]) if parts and len(parts[0]) > 1 else set()

    def around(self, area: str, most: int) -> list[str]:
        """Return an area and its strongest partners, strongest first."""
        i = self.areas.index(area)
        order = np.argsort(-self.all_ties[i], kind="stable")
        near = [self.areas[j] for j in order.tolist() if self.all_ties[i, j] > 0][: most - 1]
        return [area, *near]


def positions(areas: Sequence[str], ties: FloatArray, seed: int = SEED) -> dict[str, tuple[float, float]]:
    """Return a place for each area, tied areas near each other (Fruchterman and Reingold; seed fixed).

    Given the ties of all years together, the places stay the same from year to year. Weights count by their
    logarithm, or the largest pair alone would shape the picture.
    """
    import networkx as nx

    graph: nx.Graph[int] = nx.from_numpy_array(np.log1p(ties))
    found = nx.spring_layout(graph, weight="weight", seed=seed, iterations=150, k=1.6 / max(len(areas), 1) ** 0.5)
    return {area: (float(found[i][0]), float(found[i][1])) for i, area in enumerate(areas)}
