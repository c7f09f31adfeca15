"""Sensitivity: known functions give known indices, and enumeration agrees with sampling."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scidip.indicators.engine.ranks import ranks_of
from scidip.indicators.errors import MethodError
from scidip.indicators.robustness.montecarlo import evaluate
from scidip.indicators.robustness.sensitivity import enumeration, saltelli, sensitivity
from scidip.indicators.robustness.sobol import Sums, exact_indices, sobol_indices
from scidip.indicators.robustness.uncertain_inputs import LayerChoice, Model, WeightJitter
from tests.composites import figures, four_inputs, large_tree, small_tree

ISHIGAMI_FIRST = np.array([0.31390519, 0.44241114, 0.0])
ISHIGAMI_TOTAL = np.array([0.55758886, 0.44241114, 0.24368366])


def designed(function, base: int, seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    a, b = random.uniform(-np.pi, np.pi, (2, base, 3))
    rows = [a, b]
    for column in range(3):
        mixed = a.copy()
        mixed[:, column] = b[:, column]
        rows.append(mixed)
    return function(np.concatenate(rows))[:, None]


def ishigami(x: np.ndarray) -> np.ndarray:
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_the_ishigami_function_has_its_known_indices() -> None:
    found = sobol_indices(designed(ishigami, 20_000, 1), ["a", "b", "c"], ["y"])
    assert found.first[:, 0] == pytest.approx(ISHIGAMI_FIRST, abs=0.02)
    assert found.total[:, 0] == pytest.approx(ISHIGAMI_TOTAL, abs=0.02)
    assert found.variance[0] == pytest.approx(13.8446, rel=0.02)


def test_the_bootstrap_is_honest() -> None:
    """A 90 % interval holds the truth about nine times in ten: never under eight here."""
    held = np.zeros((2, 3))
    for seed in range(60):
        found = sobol_indices(designed(ishigami, 200, seed), ["a", "b", "c"], ["y"], seed=seed)
        held[0] += (found.first_low[:, 0] <= ISHIGAMI_FIRST) & (found.first_high[:, 0] >= ISHIGAMI_FIRST)
        held[1] += (found.total_low[:, 0] <= ISHIGAMI_TOTAL) & (found.total_high[:, 0] >= ISHIGAMI_TOTAL)
    assert held.min() >= 48


def test_a_large_mean_does_not_blow_up_the_indices() -> None:
    plain = sobol_indices(designed(ishigami, 200, 4), ["a", "b", "c"], ["y"])
    lifted = sobol_indices(designed(lambda x: ishigami(x) + 1e5, 200, 4), ["a", "b", "c"], ["y"])
    assert lifted.raw_first == pytest.approx(plain.raw_first, abs=1e-8)


def test_a_constant_output_has_no_variance_to_share() -> None:
    found = sobol_indices(np.full((50, 1), 7.3), ["a", "b", "c"], ["y"])
    for part in (found.variance, found.first, found.total, found.total_high, found.raw_first):
        assert np.all(part == 0)
    exact = exact_indices(np.full((2, 3, 1), 7.3), ["a", "b"], ["y"])
    assert exact.first.tolist() == exact.total.tolist() == [[0], [0]]


@settings(max_examples=60, deadline=None)
@given(runs=arrays(float, (30, 2), elements=st.integers(0, 5).map(float)))
def test_first_order_lies_between_nothing_and_total_whatever_comes(runs: np.ndarray) -> None:
    found = sobol_indices(runs, ["a", "b", "c"], ["y", "z"], replicates=50)
    assert np.all((found.first >= 0) & (found.first <= found.total) & (found.total <= 1))
    assert np.all((found.first_low <= found.first) & (found.first <= found.first_high))
    assert np.all((found.total_low <= found.total) & (found.total <= found.total_high))


@settings(max_examples=60, deadline=None)
@given(grid=arrays(float, (2, 3, 2, 1), elements=st.integers(0, 9).map(float)))
def test_exact_indices_equal_their_definition(grid: np.ndarray) -> None:
    found = exact_indices(grid, ["a", "b", "c"], ["y"])
    y = grid[..., 0]
    if y.var() == 0:
        assert found.total.sum() == 0
        return
    for j in range(3):
        alone = np.moveaxis(y, j, 0).reshape(y.shape[j], -1).mean(axis=1).var() / y.var()
        rest = y.mean(axis=j).var() / y.var()
        assert found.first[j, 0] == pytest.approx(alone, abs=1e-9)
        assert found.total[j, 0] == pytest.approx(1 - rest, abs=1e-9)
    assert found.first.sum() <= 1 + 1e-9 <= found.total.sum() + 2e-9


def test_by_hand_an_interaction_only_shows_in_the_total() -> None:
    both_or_none = np.array([[1.0, 0.0], [0.0, 1.0]])[..., None]
    found = exact_indices(both_or_none, ["a", "b"], ["y"])
    assert found.first[:, 0].tolist() == [0, 0]
    assert found.total[:, 0].tolist() == [1, 1]
    added = exact_indices(np.array([[0.0, 1.0], [3.0, 4.0]])[..., None], ["a", "b"], ["y"])
    assert added.first[:, 0] == pytest.approx([0.9, 0.1])
    assert added.total[:, 0] == pytest.approx([0.9, 0.1])


def discrete(units: int = 20) -> Model:
    base = four_inputs(units, large_tree(12, 4, 2))
    return Model(base.tree, base.layers, base.inputs[:-1])


def test_few_alternatives_are_enumerated_and_sampling_agrees() -> None:
    model = discrete()
    exact = sensitivity(model, 2, 0, k=5)
    assert exact.shift.exact
    assert exact.shift.runs == 8
    sampled = sensitivity(model, 4000, 0, k=5, exact_limit=1)
    assert not sampled.shift.exact
    assert sampled.shift.first == pytest.approx(exact.shift.first, abs=0.06)
    assert sampled.shift.total == pytest.approx(exact.shift.total, abs=0.06)
    # the exact first-order effect of the first input, straight from its definition
    ways = enumeration(model)
    assert ways is not None
    ranks = ranks_of(evaluate(model, ways)["index"])
    unit = int(np.argmax(ranks.var(axis=0)))
    means = [ranks[ways["normalisation"] == k, unit].mean() for k in (0, 1)]
    assert exact.ranks.first[0, unit] == pytest.approx(np.var(means) / ranks[:, unit].var())


def test_the_design_swaps_whole_inputs() -> None:
    model = four_inputs(5, large_tree(6, 3, 2))
    draws = saltelli(model, 10, np.random.default_rng(0))
    a, b = ({n: d[s] for n, d in draws.items()} for s in (slice(0, 10), slice(10, 20)))
    for j, swapped in enumerate(draws):
        rows = slice(20 + 10 * j, 30 + 10 * j)
        for name, values in draws.items():
            assert np.array_equal(values[rows], (b if name == swapped else a)[name])


def test_indices_are_given_for_the_shift_each_unit_and_the_top() -> None:
    found = sensitivity(four_inputs(25, large_tree(12, 4, 2)), 50, 3, k=5)
    assert found.shift.first.shape == (4, 1)
    assert found.ranks.total.shape == found.top.total.shape == (4, 25)
    assert found.shift.runs == 300
    table = found.ranks.table()
    assert list(table.columns[:2]) == ["output", "input"]
    assert len(table) == 100
    again = sensitivity(four_inputs(25, large_tree(12, 4, 2)), 50, 3, k=5)
    assert again.ranks.table().equals(table)


def test_a_unit_that_loses_its_rank_has_no_index_for_it() -> None:
    values = figures(8, 5, gaps=0)
    worse = values.copy()
    worse[2] = np.nan
    model = Model(
        small_tree(), np.stack([values, worse]), (LayerChoice("gaps", ("filled", "open")), WeightJitter("w", {1: 0.4}))
    )
    found = sensitivity(model, 30, 0)
    assert np.isnan(found.ranks.first[:, 2]).all()
    assert np.isfinite(np.delete(found.ranks.first, 2, axis=1)).all()
    assert np.isfinite(found.top.first).all()


def test_nothing_uncertain_is_refused() -> None:
    with pytest.raises(MethodError, match="at least one input"):
        sensitivity(Model(small_tree(), figures(4, 5), ()), 10, 0)
    with pytest.raises(MethodError, match="two base runs"):
        sensitivity(four_inputs(5, large_tree(6, 3, 2)), 1, 0)


def test_runs_added_part_by_part_give_what_they_give_together() -> None:
    runs = np.random.default_rng(1).normal(50, 10, (5 * 60, 4))
    whole = sobol_indices(runs, "abc", "wxyz", 30, 2)
    sums, parts = Sums(3, 60, 30, 2), runs.reshape(5, 60, 4)
    for rows in (slice(0, 7), slice(7, 59), slice(59, 60)):
        sums.add(parts[:, rows].reshape(-1, 4))
    found = sums.indices("abc", "wxyz")
    for name in ("variance", "first", "total", "first_low", "total_high", "raw_first", "raw_total"):
        assert getattr(found, name) == pytest.approx(getattr(whole, name), abs=1e-9), name
