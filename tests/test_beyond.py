"""Beyond the reference: reversals and rank bounds."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scidip.indicators.engine.batch_scoring import Rules, batch_scores, edge_weights, per_level, scores_of
from scidip.indicators.engine.ranks import ranks_of
from scidip.indicators.errors import MethodError
from scidip.indicators.robustness.coherence import removal
from scidip.indicators.robustness.correlation import alpha_table, correlation_table
from scidip.indicators.robustness.montecarlo import uncertainty
from scidip.indicators.robustness.rank_bounds import narrowing, observed_ranges, rank_bounds
from scidip.indicators.robustness.reversal import neighbours, reversal
from scidip.indicators.robustness.sensitivity import sensitivity
from scidip.indicators.robustness.uncertain_inputs import LeaveOut, Model, WeightJitter
from scidip.indicators.tree import Tree, TreeNode
from tests.composites import figures, large_tree, small_tree

NAN = float("nan")
law = settings(max_examples=25, deadline=None)


def flat_tree(count: int) -> Tree:
    """One node over *count* indicators of equal weight."""
    node = TreeNode("I", 2, tuple(range(count)), (1.0,) * count)
    return Tree(tuple(f"x{k}" for k in range(count)), ((node,),))


# --- reversal distance ---------------------------------------------------------------------------


def test_a_reversal_by_hand() -> None:
    # d = (3, -1): equal when w1 = w2 / 3, that is (1 - r) = (1 + r) / 3, r = 1/2.
    found = reversal(np.array([[4.0, 1.0], [1.0, 2.0]]), flat_tree(2), (0, 1))
    assert found.distance == pytest.approx(0.5)
    assert found.exact
    assert found.weights["change"].tolist() == pytest.approx([-0.5, 0.5])
    assert found.weights["changed"].tolist() == pytest.approx([0.25, 0.75])


def test_a_geometric_reversal_by_hand() -> None:
    # On logarithms d = (2 ln 2, -ln 2): w1 (1 - r) 2 = (1 + r): r = 1/3.
    values = np.array([[8.0, 1.0], [2.0, 2.0]])
    found = reversal(values, flat_tree(2), (1, 0), rules=Rules({"I": "geometric"}))
    assert (found.above, found.below) == (0, 1)
    assert found.distance == pytest.approx(1 / 3)


def test_a_unit_that_is_better_everywhere_cannot_be_overtaken() -> None:
    found = reversal(np.array([[4.0, 2.0], [1.0, 2.0]]), flat_tree(2), (0, 1))
    assert found.distance == found.lower == np.inf
    assert found.exact
    assert found.weights.empty


def test_units_that_tie_are_swapped_by_nothing() -> None:
    assert reversal(np.array([[4.0, 2.0], [2.0, 4.0]]), flat_tree(2), (0, 1)).distance == 0


MEANS = [["arithmetic"] * 3, ["geometric"] * 3, ["harmonic"] * 3, ["arithmetic", "arithmetic", "geometric"]]


@law
@given(
    seed=st.integers(0, 500),
    gaps=st.sampled_from([0.0, 0.2]),
    levels=st.sampled_from([(1,), (2,), (3,), (1, 2, 3)]),
    means=st.sampled_from(MEANS),
)
def test_a_reversal_is_reached_and_nothing_smaller_does_it(seed, gaps, levels, means) -> None:
    tree, values = large_tree(9, 4, 2), figures(2, 9, seed=seed, gaps=gaps)
    rules = Rules(per_level(tree, means))
    found = reversal(values, tree, (0, 1), levels, rules)
    pair = values[[found.above, found.below]]
    assert found.lower <= found.distance + 1e-9
    random = np.random.default_rng(seed)
    spread = min(found.distance if found.exact else found.lower, 1.0) * (1 - 1e-6)
    weights = []
    for depth, own in enumerate(edge_weights(tree)):
        ends = np.sign(random.uniform(-1, 1, (400, len(own))))
        inner = random.uniform(-1, 1, (400, len(own)))
        moves = np.concatenate([ends, inner]) if depth + 1 in levels else np.zeros((800, len(own)))
        weights.append(own * (1 + spread * moves))
    scores = batch_scores(pair, tree, weights, rules)["index"]
    assert np.all(scores[:, 0] >= scores[:, 1] - 1e-9)
    if np.isfinite(found.distance):
        moved = found.weights.set_index(["level", "element"])["changed"]
        changed = [w[None, :].copy() for w in edge_weights(tree)]
        names = [tree.leaves, *[[n.code for n in lv] for lv in tree.levels]]
        for level in levels:
            children = [c for n in tree.levels[level - 1] for c in n.children]
            changed[level - 1][0] = [moved[(level, names[level - 1][c])] for c in children]
        swapped = batch_scores(pair, tree, changed, rules)["index"][0]
        assert swapped[0] == pytest.approx(swapped[1], abs=1e-7)
        assert found.weights["change"].abs().max() == pytest.approx(found.distance)


def test_the_distance_is_the_spread_at_which_draws_begin_to_swap() -> None:
    tree, values = large_tree(12, 4, 2), figures(12, 12, seed=3, gaps=0)
    table = neighbours(values, tree, (2,))
    row = table[np.isfinite(table["distance"])].iloc[0]
    pair = values[[int(row["above"]), int(row["below"])]]
    for factor, swaps in ((0.99, False), (1.6, True)):
        spread = min(row["distance"] * factor, 1.0)
        model = Model(tree, pair, (WeightJitter("w", {2: spread}),))
        above = uncertainty(model, 4000, 0)["index"].above()[1, 0]
        assert (above > 0) == swaps


def test_every_neighbour_has_a_distance() -> None:
    values = figures(10, 5, gaps=0)
    values[4] = NAN
    table = neighbours(values, small_tree())
    assert len(table) == 8
    assert 4 not in [*table["above"], *table["below"]]
    assert table["rank"].tolist() == list(range(1, 9))
    with pytest.raises(MethodError, match="must both have a score"):
        reversal(values, small_tree(), (4, 0))


# --- rank bounds ---------------------------------------------------------------------------------


def test_rank_bounds_by_hand() -> None:
    # Scores: 50; a gap over 0-100 beside 40: 20-70; 60. So the second is 1st to 3rd.
    values = np.array([[50.0, 50], [40, NAN], [60, 60]])
    found = rank_bounds(values, flat_tree(2), (0, 100))
    assert found.score_low.tolist() == [50, 20, 60]
    assert found.score_high.tolist() == [50, 70, 60]
    assert found.best.tolist() == [2, 1, 1]
    assert found.worst.tolist() == [3, 3, 2]
    assert found.gaps.tolist() == [0, 1, 0]


@law
@given(seed=st.integers(0, 500), mean=st.sampled_from(["arithmetic", "geometric"]))
def test_rank_bounds_equal_brute_force_over_the_ends(seed: int, mean: str) -> None:
    random = np.random.default_rng(seed)
    values = random.integers(1, 9, (5, 5)).astype(float)
    values[tuple(random.integers(0, 5, (2, 4)))] = NAN
    if np.isnan(values).all(axis=0).any():
        return
    rules, tree = Rules({"I": mean}), small_tree()
    found = rank_bounds(values, tree, rules=rules)
    spans = observed_ranges(values)
    rows, columns = np.nonzero(np.isnan(values))
    seen = []
    for ends in product((0, 1), repeat=len(rows)):
        filled = values.copy()
        filled[rows, columns] = spans[columns, list(ends)]
        seen.append(ranks_of(scores_of(filled, tree, rules)["I"]))
    assert np.array_equal(np.min(seen, axis=0), found.best)
    assert np.array_equal(np.max(seen, axis=0), found.worst)


def test_the_most_useful_missing_figure_by_brute_force() -> None:
    values, tree = figures(12, 5, seed=6, gaps=0.15), small_tree()
    spans = observed_ranges(values)
    table = narrowing(values, tree, points=3)
    before = rank_bounds(values, tree)
    for row in table.head(6).itertuples():
        own, everyone = [], []
        for share in (0, 0.5, 1):
            known = values.copy()
            known[row.unit, row.column] = spans[row.column, 0] + share * np.ptp(spans[row.column])
            after = rank_bounds(known, tree, spans)
            less = (before.worst - before.best) - (after.worst - after.best)
            own.append(less[row.unit])
            everyone.append(less.sum())
        assert row.own == pytest.approx(np.mean(own))
        assert row.all == pytest.approx(np.mean(everyone))
    assert table["all"].is_monotonic_decreasing


def test_bounds_without_gaps_are_the_ranks_and_nothing_is_missing() -> None:
    values = figures(8, 5, gaps=0)
    found = rank_bounds(values, small_tree())
    assert np.array_equal(found.best, found.worst)
    assert np.array_equal(found.best, ranks_of(scores_of(values, small_tree())["I"]))
    assert narrowing(values, small_tree()).empty


def test_what_bounds_cannot_do_is_said() -> None:
    with pytest.raises(MethodError, match="no value to take a range from"):
        rank_bounds(np.array([[1.0, NAN], [2, NAN]]), flat_tree(2))
    with pytest.raises(MethodError, match="not put together by a mean"):
        rank_bounds(np.ones((2, 2)), flat_tree(2), rules=Rules({"I": "copeland"}))
    with pytest.raises(MethodError, match="must not end below"):
        rank_bounds(np.ones((2, 2)), flat_tree(2), (9, 1))


# --- nothing to go by ----------------------------------------------------------------------------


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("empty", ["one row", "all rows"])
def test_rows_without_figures_make_neither_noise_nor_numbers(empty: str) -> None:
    values, tree = figures(7, 5, seed=1), small_tree()
    values[slice(2, 3) if empty == "one row" else slice(None)] = NAN
    model = Model(tree, values, (WeightJitter("w", {1: 0.5}), LeaveOut("out", ("", "A"))))
    told = uncertainty(model, 20, 0)["I"]
    assert told.intervals().drop(columns="ranked_share").loc[2].isna().all()
    assert np.isnan(told.above()[2]).all()
    found = sensitivity(model, 10, 0)
    assert np.isnan(found.ranks.first[:, 2]).all()
    assert np.isnan(removal(values, tree).ranks[:, 2]).all()
    assert 2 not in neighbours(values, tree)["above"].tolist()
    for table in (correlation_table(values, tree, (1, 2)), alpha_table(values, tree)):
        assert not table.empty
