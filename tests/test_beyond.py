"""Beyond the reference: reversals, rank bounds, what-if, decomposition, imputation uncertainty."""

from itertools import product

import numpy as np
import pytest
from composites import figures, large_tree, small_tree
from hypothesis import given, settings
from hypothesis import strategies as st

from scidip.indicators.engine.batch_scoring import (
    Rules,
    batch_scores,
    edge_weights,
    per_level,
    scores_of,
)
from scidip.indicators.engine.ranks import ranks_of
from scidip.indicators.errors import MethodError
from scidip.indicators.robustness.coherence import removal, strengths_and_weaknesses
from scidip.indicators.robustness.correlation import alpha_table, correlation_table
from scidip.indicators.robustness.decomposition import CAUSES, decompose_ranks
from scidip.indicators.robustness.imputation_draws import (
    donor_draws,
    imputation_layers,
    left_out_means,
    residual_draws,
)
from scidip.indicators.robustness.montecarlo import uncertainty
from scidip.indicators.robustness.rank_bounds import (
    most_useful,
    narrowing,
    observed_ranges,
    rank_bounds,
)
from scidip.indicators.robustness.reversal import neighbours, reversal
from scidip.indicators.robustness.sensitivity import one_at_a_time, sensitivity
from scidip.indicators.robustness.uncertain_inputs import LeaveOut, Model, WeightJitter
from scidip.indicators.robustness.what_if import Change, needed_value, response, what_if
from scidip.indicators.tree import Tree, TreeNode

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


MEANS = [
    ["arithmetic"] * 3,
    ["geometric"] * 3,
    ["harmonic"] * 3,
    ["arithmetic", "arithmetic", "geometric"],
]


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
    assert most_useful(table)["unit"].is_unique


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


# --- what if -------------------------------------------------------------------------------------


def halved(values: np.ndarray) -> np.ndarray:
    return values / 2


def refitted(values: np.ndarray) -> np.ndarray:
    low, high = np.nanmin(values, axis=0), np.nanmax(values, axis=0)
    return (values - low) / (high - low) * 100


def test_what_if_by_hand() -> None:
    values = np.array([[10.0, 20], [20, 30], [40, 60]])
    found = what_if(values, [Change(0, 1, 100)], halved, flat_tree(2))
    assert found.score_before["I"].tolist() == [7.5, 12.5, 25]
    assert found.score_after["I"].tolist() == [27.5, 12.5, 25]
    assert found.rank_after["I"].tolist() == [1, 3, 2]
    assert found.unit(0).iloc[0].tolist() == ["I", 7.5, 27.5, 3, 1]
    with pytest.raises(MethodError, match="row 7"):
        what_if(values, [Change(7, 0, 1)], halved, flat_tree(2))


def test_a_new_maximum_moves_everybody_only_when_bounds_are_fitted_anew() -> None:
    values = np.array([[10.0, 20], [20, 30], [40, 60]])
    kept = what_if(values, [Change(0, 1, 100)], halved, flat_tree(2))
    moved = what_if(values, [Change(0, 1, 100)], refitted, flat_tree(2))
    assert np.array_equal(kept.score_before["I"][1:], kept.score_after["I"][1:])
    assert not np.array_equal(moved.score_before["I"][1:], moved.score_after["I"][1:])


def test_a_response_is_what_if_at_each_value_and_the_needed_value_is_its_edge() -> None:
    values, tree = figures(12, 5, seed=2), small_tree()
    candidates = np.linspace(0, 200, 9)
    curve = response(values, (3, 1), candidates, halved, tree)
    for row in curve.itertuples():
        found = what_if(values, [Change(3, 1, row.value)], halved, tree)
        assert row.score == pytest.approx(found.score_after["I"][3])
        assert row.rank == found.rank_after["I"][3]
    target = int(curve["rank"].iloc[-1])
    needed = needed_value(values, (3, 1), target, (0, 200), halved, tree)
    near = response(values, (3, 1), np.array([needed - 1e-4, needed]), halved, tree)["rank"]
    assert near[0] > target >= near[1]
    assert np.isnan(needed_value(values, (3, 1), 0, (0, 200), halved, tree))
    assert needed_value(values, (3, 1), 12, (0, 200), halved, tree) == 0


# --- decomposition over time ---------------------------------------------------------------------


def by_mean(values: np.ndarray) -> np.ndarray:
    return np.nanmean(values, axis=1)


def by_first(values: np.ndarray) -> np.ndarray:
    return values[:, 0]


def by_share_of_the_largest(values: np.ndarray) -> np.ndarray:
    return np.nanmean(values / np.nanmax(values, axis=0), axis=1)


def test_a_rank_lost_to_the_others_is_not_ones_own() -> None:
    old = np.array([[5.0, 5], [4, 4], [1, 1]])
    new = np.array([[5.0, 5], [9, 9], [1, 1]])
    found = decompose_ranks((old, new), (by_mean, by_mean)).table()
    assert found.loc[0, ["change", *CAUSES]].tolist() == [1, 0, 1, 0]
    assert found.loc[1, ["change", *CAUSES]].tolist() == [-1, -1, 0, 0]
    assert found.loc[2, ["change", *CAUSES]].tolist() == [0, 0, 0, 0]


def test_a_new_method_alone_is_to_blame_when_no_figure_moved() -> None:
    values = figures(9, 5, gaps=0)
    found = decompose_ranks((values, values), (by_mean, by_first))
    assert np.all(found.parts[:, :2] == 0)
    assert np.array_equal(found.parts[:, 2], found.new - found.old)


@law
@given(seed=st.integers(0, 500), order=st.sampled_from([None, CAUSES, CAUSES[::-1]]))
def test_the_parts_add_up_to_the_change(seed: int, order) -> None:
    old, new = figures(8, 4, seed=seed), figures(8, 4, seed=seed + 1)
    found = decompose_ranks((old, new), (by_mean, by_share_of_the_largest), order=order)
    np.testing.assert_allclose(found.parts.sum(axis=1), found.new - found.old, atol=1e-12)
    if order:
        assert np.all(found.parts == np.round(found.parts))


def test_the_short_cut_for_scorers_of_single_rows_changes_nothing() -> None:
    old, new = figures(9, 4, seed=1), figures(9, 4, seed=2)
    slow = decompose_ranks((old, new), (by_mean, by_first))
    fast = decompose_ranks((old, new), (by_mean, by_first), row_by_row=True)
    np.testing.assert_allclose(slow.parts, fast.parts)


def test_a_unit_that_came_or_went_has_no_parts_and_others_still_do() -> None:
    old, new = figures(6, 4, seed=1, gaps=0), figures(6, 4, seed=2, gaps=0)
    old[2] = NAN
    found = decompose_ranks((old, new), (total, total))
    assert np.isnan(found.parts[2]).any()
    rest = np.delete(np.arange(6), 2)
    np.testing.assert_allclose(found.parts[rest].sum(axis=1), (found.new - found.old)[rest])


def total(values: np.ndarray) -> np.ndarray:
    return values.sum(axis=1)


def test_faults_of_a_decomposition() -> None:
    values = figures(4, 3)
    with pytest.raises(MethodError, match="same units and columns"):
        decompose_ranks((values, values[:3]), (by_mean, by_mean))
    with pytest.raises(MethodError, match="once"):
        decompose_ranks((values, values), (by_mean, by_mean), order=["own", "own", "method"])


# --- imputation uncertainty ----------------------------------------------------------------------


def test_donors_come_from_the_group_and_known_figures_stay() -> None:
    values = np.array([[1.0], [2], [3], [NAN], [10], [20], [30], [NAN], [NAN]])
    groups = np.array(list("aaaabbbbc"))
    drawn = donor_draws(values, 300, np.random.default_rng(0), groups)
    known = ~np.isnan(values[:, 0])
    assert np.all(drawn[:, known, 0] == values[known, 0])
    assert set(drawn[:, 3, 0]) == {1, 2, 3}
    assert set(drawn[:, 7, 0]) == {10, 20, 30}
    assert set(drawn[:, 8, 0]) == {1, 2, 3, 10, 20, 30}
    again = donor_draws(values, 300, np.random.default_rng(0), groups)
    assert np.array_equal(drawn, again)


def test_residual_draws_centre_on_the_fit_and_stay_in_bounds() -> None:
    values = figures(60, 3, seed=1, gaps=0.2)
    fitted = left_out_means(values)
    drawn = residual_draws(values, fitted, 2000, np.random.default_rng(0))
    gap = tuple(np.argwhere(np.isnan(values))[0])
    assert drawn[:, *gap].mean() == pytest.approx(fitted[gap], abs=1.5)
    assert drawn[:, *gap].std() == pytest.approx(np.nanstd(values[:, gap[1]]), rel=0.1)
    bounds = np.tile([45.0, 55.0], (3, 1))
    held = residual_draws(values, fitted, 50, np.random.default_rng(0), bounds)
    assert held[:, *gap].min() >= 45
    assert held[:, *gap].max() <= 55
    with pytest.raises(MethodError, match="shape"):
        residual_draws(values, fitted[:5], 2, np.random.default_rng(0))


def test_left_out_means_leave_the_own_value_out() -> None:
    values = np.array([[1.0], [2], [6], [NAN]])
    assert left_out_means(values)[:, 0].tolist() == [4, 3.5, 1.5, 3]
    assert np.isnan(left_out_means(values, np.array([0, 1, 1, 0]))[0, 0])


def test_the_guesses_reach_the_intervals_of_the_units_that_were_guessed() -> None:
    tree, values = small_tree(), figures(30, 5, seed=4, gaps=0)
    values[0, 1:] = NAN
    values[1, 2] = NAN
    nominal = np.where(np.isnan(values), np.nanmean(values, axis=0), values)
    drawn = donor_draws(values, 40, np.random.default_rng(0))
    layers, choice = imputation_layers(nominal, drawn, halved)
    assert layers.shape == (41, 30, 5)
    told = uncertainty(Model(tree, layers, (choice,)), 400, 0)["I"].intervals()
    width = (told["score_p95"] - told["score_p05"]).to_numpy()
    assert width[0] > width[1] > 0
    assert np.all(width[2:] < 1e-9)


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
    assert len(one_at_a_time(model)) == 2
    assert np.isnan(removal(values, tree).ranks[:, 2]).all()
    assert 2 not in neighbours(values, tree)["above"].tolist()
    assert 2 not in strengths_and_weaknesses(values, tree)["unit"].tolist()
    assert np.isnan(decompose_ranks((values, values), (total, total)).parts[2]).all()
    for table in (correlation_table(values, tree, (1, 2)), alpha_table(values, tree)):
        assert not table.empty
