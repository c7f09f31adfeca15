"""Negotiation: parties as they are given, what holds under all of them, and the smallest concession."""

import numpy as np
import pytest

from scidip.indicators.negotiation.concession import MARGIN, WRITTEN, holds, moved, smallest

CHANCE = np.random.default_rng(20261130)


def drawn(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return weights of *n* elements, and how far one is ahead of eight others in each."""
    return CHANCE.dirichlet(np.ones(n)), CHANCE.normal(0, 12, (8, n))


def tried(own: np.ndarray, differences: np.ndarray, spared: int, cost: float) -> float:
    """Return the least cost of many weights at random, near and far, under which one is ahead; infinite without."""
    far = CHANCE.dirichlet(np.ones(len(own)), 4000)
    steps = CHANCE.uniform(0, min(1.0, 2 * cost + 0.02), (4000, 1))
    near = own + steps * (far - own)
    corners = own + np.linspace(0, 1, 60)[:, None, None] * (np.eye(len(own)) - own)
    every = np.vstack([far, near, corners.reshape(-1, len(own))])
    fits = (every @ differences.T < MARGIN + WRITTEN).sum(axis=1) <= spared
    return float((np.abs(every - own).sum(axis=1) / 2)[fits].min(initial=np.inf))


@pytest.mark.unit
@pytest.mark.parametrize("n", [3, 6])
@pytest.mark.parametrize("spared", [0, 2, 5])
def test_a_concession_makes_the_statement_true_and_no_smaller_one_is_found(n: int, spared: int) -> None:
    made = 0
    for _ in range(12):
        own, differences = drawn(n)
        found = smallest(own, differences, spared)
        if found is None:
            assert tried(own, differences, spared, 1.0) == np.inf
            continue
        assert found.weights.min() >= 0 and found.weights.sum() == pytest.approx(1)
        assert holds(found.weights, differences, spared)
        assert found.cost == pytest.approx(moved(own, found.weights))
        assert tried(own, differences, spared, found.cost) >= found.cost - 1e-7
        made += found.cost > 0
    assert made or spared == 5


@pytest.mark.unit
def test_a_concession_of_two_elements_is_the_one_computed_by_hand() -> None:
    # Ahead by 10 in one element, behind by 30 in the other: level at weights 3/4 and 1/4.
    found = smallest(np.array([0.5, 0.5]), np.array([[10.0, -30.0]]))
    beyond = (MARGIN + WRITTEN) / 40
    assert found is not None and found.weights == pytest.approx([0.75 + beyond, 0.25 - beyond])
    assert found.cost == pytest.approx(0.25 + beyond)


@pytest.mark.unit
def test_what_holds_costs_nothing_and_what_no_weights_do_is_said() -> None:
    own = np.array([0.2, 0.8])
    assert smallest(own, np.array([[1.0, 1.0]])).cost == 0.0  # type: ignore[union-attr]
    assert smallest(own, np.array([[-1.0, 0.0]])) is None
    assert smallest(own, np.array([[-1.0, 0.0], [-1.0, -2.0]]), spared=2).cost == 0.0  # type: ignore[union-attr]
    assert smallest(own, np.array([[-1.0, 0.0], [-1.0, -2.0]]), spared=1) is None
