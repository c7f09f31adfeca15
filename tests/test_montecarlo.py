"""Uncertainty: many draws at once equal one build after the other, and their laws hold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scidip.indicators.engine.batch_scoring import Rules, per_level, scores_of
from scidip.indicators.engine.power_means import PowerMean
from scidip.indicators.engine.ranks import probability_above, quantiles, ranks_of
from scidip.indicators.errors import MethodError
from scidip.indicators.methods import AGGREGATORS
from scidip.indicators.robustness.montecarlo import evaluate, nominal_scores, sample, uncertainty
from scidip.indicators.robustness.uncertain_inputs import (
    AggregationChoice,
    LayerChoice,
    LeaveOut,
    Model,
    WeightChoice,
    WeightJitter,
    without,
)
from scidip.indicators.tree import Tree, TreeNode
from tests.composites import figures, four_inputs, large_tree, small_tree

NAN = float("nan")
law = settings(max_examples=50, deadline=None)
rankings = arrays(float, (7, 6), elements=st.one_of(st.integers(0, 4).map(float), st.just(float("nan"))))


def one_build(values, tree, weights, methods, rules, gone=""):
    """Score one draw node by node with the registered aggregators: slow and plain."""
    found, position = {}, 0
    for depth, level in enumerate(tree.levels):
        names = tree.leaves if depth == 0 else [n.code for n in tree.levels[depth - 1]]
        for node in level:
            below = (
                values[:, list(node.children)]
                if depth == 0
                else np.stack([found[names[c]] for c in node.children], axis=-1)
            )
            own = weights[position : position + len(node.children)]
            position += len(node.children)
            stays = [k for k, c in enumerate(node.children) if names[c] != gone]
            below, own = below[:, stays], own[stays]
            if methods[node.code] == "geometric" and rules.floor is not None:
                below = np.maximum(below, rules.floor)
            score = AGGREGATORS[methods[node.code]](below, own)
            share = (~np.isnan(below)).mean(axis=1) if stays else np.zeros(len(below))
            found[node.code] = np.where(share >= rules.min_available, score, np.nan)
    return found


@pytest.mark.parametrize("rules", [Rules(), Rules(min_available=0.7), Rules(floor=20.0)])
def test_every_draw_equals_a_build_of_its_own(rules: Rules) -> None:
    tree = large_tree(12, 4, 2)
    base = four_inputs(15, tree, leave_out=True)
    removals = LeaveOut("left out", ("", "i0", "d1", "f0", "i7"))
    model = Model(tree, base.layers, (*base.inputs[:-1], removals), rules)
    draws = sample(model, 40, np.random.default_rng(3))
    nodes = [n.code for n in tree.nodes]
    fast = evaluate(model, draws, nodes)
    nominal = np.concatenate([w for n in tree.nodes for w in [np.array(n.weights)]])
    for k in range(40):
        values = model.layers[draws["normalisation"][k], draws["imputation"][k]]
        methods = dict.fromkeys(nodes, "arithmetic")
        methods["index"] = ("arithmetic", "geometric")[draws["aggregation"][k]]
        gone = removals.options[draws["left out"][k]]
        slow = one_build(values, tree, nominal * draws["weights"][k], methods, rules, gone)
        for node in nodes:
            if node != gone:
                np.testing.assert_allclose(fast[node][k], slow[node], rtol=1e-12)


def test_a_method_that_is_no_mean_is_called_for_each_draw() -> None:
    tree, values = small_tree(), figures(6, 5, gaps=0)

    def smallest(children: np.ndarray, weights: np.ndarray) -> np.ndarray:
        return children.min(axis=-1)

    model = Model(
        tree,
        values,
        (AggregationChoice("how", ("I",), ("harmonic", smallest)),),
        Rules(per_level(tree, ["arithmetic", "arithmetic"])),
    )
    scores = evaluate(model, {"how": np.array([0, 1])}, ["A", "B", "I"])
    both = np.stack([scores["A"][0], scores["B"][0]])
    np.testing.assert_allclose(scores["I"][0], 2 / (1 / both).sum(axis=0))
    np.testing.assert_allclose(scores["I"][1], both.min(axis=0))


def test_power_means_include_the_named_ones_and_thresholds_go_by_level() -> None:
    tree, values = small_tree(), figures(20, 5, seed=7, gaps=0.2)
    for power, name in ((1, "arithmetic"), (0, "geometric"), (-1, "harmonic")):
        by_power = scores_of(values, tree, Rules(per_level(tree, [PowerMean(power)] * 2)))
        by_name = scores_of(values, tree, Rules(per_level(tree, [name] * 2)))
        np.testing.assert_array_equal(by_power["I"], by_name["I"])
    square = scores_of(np.array([[3.0, 3, 3, 4, NAN]]), tree, Rules({"I": PowerMean(2)}))
    assert square["I"][0] == pytest.approx(12.5**0.5)
    strict = scores_of(values, tree, Rules(min_available=(1.0, 0.0)))
    loose = scores_of(values, tree, Rules(min_available=(0.0, 1.0)))
    assert np.array_equal(np.isnan(strict["A"]), np.isnan(values[:, :3]).any(axis=1))
    assert np.array_equal(np.isnan(strict["I"]), np.isnan(strict["A"]) & np.isnan(strict["B"]))
    assert np.array_equal(np.isnan(loose["I"]), np.isnan(loose["A"]) | np.isnan(loose["B"]))


def test_units_that_a_mean_refuses_can_be_left_empty() -> None:
    values = np.array([[0.0, 4, 4, 2, 2], [4, 4, 4, 2, 2]])
    rules = Rules({"A": "geometric", "I": "geometric"}, leave_empty=True)
    scores = scores_of(values, small_tree(), rules)
    assert np.isnan(scores["A"][0])
    assert scores["I"] == pytest.approx([2, 8**0.5])
    model = Model(small_tree(), values, (LeaveOut("out", ("", "a1")),), rules)
    without_it = evaluate(model, {"out": np.array([0, 1])}, ["A"])["A"]
    assert np.isnan(without_it[0, 0])
    assert without_it[1] == pytest.approx([4, 4])
    above = Rules({"I": "geometric"}, leave_empty=True)
    zero = np.array([[0.0, 0, 0, 2, 2]])
    assert np.isnan(scores_of(zero, small_tree(), above)["I"][0])


def test_worked_by_hand() -> None:
    # A = (1*10 + 2*40) / 3 = 30 (a3 is missing), B = (3*20 + 60) / 4 = 30, index 30; geometric
    # index of 30 and 30 is 30; without a2: A = 10, index (10 + 30) / 2 = 20.
    values = np.array([[10.0, 40.0, np.nan, 20.0, 60.0]])
    model = Model(
        small_tree(),
        values,
        (AggregationChoice("how", ("I",), ("arithmetic", "geometric")), LeaveOut("left out", ("", "a2"))),
    )
    draws = {"how": np.array([0, 1, 0]), "left out": np.array([0, 0, 1])}
    assert evaluate(model, draws)["I"][:, 0] == pytest.approx([30, 30, 20])
    assert nominal_scores(model)["I"][0] == pytest.approx(30)


def test_other_weights_are_whole_sets() -> None:
    tree = small_tree()
    a, b = tree.levels[0]
    only_b = Tree(tree.leaves, ((a, b), (TreeNode("I", 3, (0, 1), (0.0, 1.0)),)))
    values = figures(4, 5, gaps=0)
    model = Model(tree, values, (WeightChoice("whose", ("ours", "b"), (tree, only_b)),))
    scores = evaluate(model, {"whose": np.array([1])}, ["B", "I"])
    np.testing.assert_allclose(scores["I"], scores["B"])


def test_faults_of_the_inputs_are_told_together() -> None:
    with pytest.raises(MethodError) as told:
        Model(
            small_tree(),
            np.zeros((3, 5)),
            (
                LayerChoice("x", ("one", "two")),
                WeightJitter("x", {9: 0.5}),
                LeaveOut("y", ("", "nobody")),
                AggregationChoice("z", ("Q",), ("arithmetic", "averge")),
            ),
        )
    for word in ("two inputs are named 'x'", "layers have shape", "level 9", "nobody", "'Q'", "'averge'"):
        assert word in str(told.value)


def test_a_geometric_mean_of_zero_is_refused_with_a_remedy() -> None:
    model = Model(small_tree(), np.zeros((2, 5)), (), Rules({"A": "geometric"}))
    with pytest.raises(MethodError, match="give a floor"):
        nominal_scores(model)


def test_draws_are_scored_in_blocks_without_a_trace(monkeypatch) -> None:
    model = four_inputs(20, large_tree(12, 4, 2), leave_out=True)
    draws = sample(model, 60, np.random.default_rng(0))
    whole = evaluate(model, draws, ["d0", "index"])
    monkeypatch.setattr("scidip.indicators.robustness.montecarlo.BLOCK", 7)
    parts = evaluate(model, draws, ["d0", "index"])
    for node, scores in whole.items():
        np.testing.assert_allclose(parts[node], scores, rtol=1e-12)
    with pytest.raises(MethodError, match="at least one draw"):
        uncertainty(model, 0, 0)


def test_the_same_seed_gives_the_same_and_another_not() -> None:
    model = four_inputs(20, large_tree(12, 4, 2))
    first, second, other = (uncertainty(model, 50, seed)["index"] for seed in (1, 1, 2))
    assert first.intervals().equals(second.intervals())
    assert not first.intervals().equals(other.intervals())


def test_the_order_of_units_does_not_matter() -> None:
    model = four_inputs(30, large_tree(12, 4, 2))
    turned = np.random.default_rng(0).permutation(30)
    other = Model(model.tree, model.layers[:, :, turned], model.inputs, model.rules)
    one = uncertainty(model, 60, 5)["index"]
    two = uncertainty(other, 60, 5)["index"]
    assert np.array_equal(one.ranks[:, turned], two.ranks)
    np.testing.assert_allclose(one.intervals().to_numpy()[turned], two.intervals().to_numpy(), rtol=1e-12)
    assert np.array_equal(one.above()[np.ix_(turned, turned)], two.above())


def test_no_jitter_and_no_alternatives_is_the_nominal_ranking() -> None:
    values = figures(10, 5)
    model = Model(small_tree(), values, (WeightJitter("w", {1: 0.0, 2: 0.0}),))
    told = uncertainty(model, 8, 0)["I"].intervals()
    for column in ("rank_p05", "rank_p95", "rank_mean"):
        assert told[column].equals(told["rank"])
    np.testing.assert_allclose(told["score"], scores_of(values, small_tree())["I"])


def test_score_intervals_keep_to_one_scale() -> None:
    model = four_inputs(20, large_tree(12, 4, 2))
    told = uncertainty(model, 200, 0)["index"]
    same = uncertainty(without(model, ["normalisation"]), 200, 0)["index"]
    assert 0 < told.comparable.sum() < 200
    gap = told.intervals()["score_p50"] - same.intervals()["score_p50"]
    assert gap.abs().max() < 3


def test_scores_of_a_method_on_another_scale_stay_out_of_score_intervals() -> None:
    def wins(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
        return 1000 + np.nansum(values, axis=1)

    choice = AggregationChoice("how", ("I",), ("arithmetic", wins))
    told = uncertainty(Model(small_tree(), figures(9, 5), (choice,)), 30, 0)["I"]
    assert told.scores.max() > 1000 > told.intervals()["score_p95"].max()


def test_a_unit_without_figures_has_no_rank_and_harms_nobody() -> None:
    values = figures(10, 5)
    values[3] = np.nan
    told = uncertainty(Model(small_tree(), values, (WeightJitter("w", {1: 0.5}),)), 20, 0)["I"]
    frame = told.intervals()
    assert frame.loc[3, ["rank", "rank_p05", "score_p95"]].isna().all()
    assert frame.drop(index=3).notna().all().all()
    assert np.isnan(told.above()[3]).all()
    assert told.top(10)[3] == 0


@law
@given(scores=rankings)
def test_ranks_are_those_of_the_textbook(scores: np.ndarray) -> None:
    from scipy.stats import rankdata

    for row, ranks in zip(scores, ranks_of(scores), strict=True):
        known = ~np.isnan(row)
        assert np.array_equal(np.isnan(ranks), ~known)
        assert np.array_equal(ranks[known], rankdata(-row[known], method="min"))


@law
@given(scores=rankings)
def test_probabilities_are_complementary(scores: np.ndarray) -> None:
    above = probability_above(ranks_of(scores))
    meet = ~np.isnan(above)
    np.testing.assert_allclose((above + above.T)[meet], 1)
    for a in range(6):
        for b in range(6):
            both = ~np.isnan(scores[:, a]) & ~np.isnan(scores[:, b])
            x, y = scores[both, a], scores[both, b]
            if both.any():
                assert above[a, b] == pytest.approx(((x > y) + 0.5 * (x == y)).mean())


@law
@given(draws=rankings)
def test_quantiles_are_ordered_and_numpys(draws: np.ndarray) -> None:
    points = (0.05, 0.5, 0.95)
    for observed, method in ((False, "linear"), (True, "inverted_cdf")):
        found = quantiles(draws, points, observed=observed)
        for k, column in enumerate(draws.T):
            known = column[~np.isnan(column)]
            if len(known):
                assert np.all(np.diff(found[:, k]) >= 0)
                assert found[:, k] == pytest.approx(np.quantile(known, points, method=method))
            else:
                assert np.isnan(found[:, k]).all()


def test_chances_of_the_top_add_up_to_its_places() -> None:
    told = uncertainty(four_inputs(25, large_tree(12, 4, 2)), 100, 0)["index"]
    assert told.top(5).sum() == pytest.approx(5)
    assert np.all(np.diff([told.top(k) for k in range(1, 26)], axis=0) >= 0)
