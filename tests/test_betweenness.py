"""Betweenness for all areas at once is what networkx finds one area at a time."""

import networkx as nx
import numpy as np
import pytest

from scidip.indicators.pairs.betweenness import betweenness


def network(seed: int, areas: int, ties: float, lengths: int | None) -> np.ndarray:
    """Return symmetric distances drawn by chance; of whole numbers up to *lengths*, so that many paths are equal."""
    chance = np.random.default_rng(seed)
    drawn = chance.random((areas, areas)) if lengths is None else chance.integers(1, lengths + 1, (areas, areas))
    upper = np.triu(np.where(chance.random((areas, areas)) < ties, drawn, 0.0), 1)
    return upper + upper.T


@pytest.mark.parametrize("lengths", [None, 1, 4])
@pytest.mark.parametrize("ties", [0.02, 0.1, 0.6])
@pytest.mark.parametrize("areas", [3, 20, 60])
def test_it_is_what_networkx_finds(areas: int, ties: float, lengths: int | None) -> None:
    for seed in range(4):
        distances = network(seed, areas, ties, lengths)
        found = nx.betweenness_centrality(nx.from_numpy_array(distances), weight="weight")
        assert betweenness(distances).tolist() == pytest.approx([found[k] for k in range(areas)], abs=1e-12)


def test_of_two_equal_paths_each_counts_half() -> None:
    square = np.array([[0, 1, 0, 1], [1, 0, 1, 0], [0, 1, 0, 1], [1, 0, 1, 0]], dtype=float)
    assert betweenness(square).tolist() == pytest.approx([1 / 6] * 4)
    assert not betweenness(np.zeros((5, 5))).any() and not betweenness(np.ones((2, 2))).any()
