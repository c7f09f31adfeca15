"""What a composite says about itself, worked by hand and against scipy."""

import numpy as np
import pytest
from composites import figures, large_tree, small_tree
from hypothesis import given, settings
from hypothesis import strategies as st

from scidip.indicators.engine.batch_scoring import Rules, scores_of
from scidip.indicators.engine.ranks import ranks_of
from scidip.indicators.errors import MethodError
from scidip.indicators.robustness.coherence import (
    ProfileRule,
    availability_by_indicator,
    availability_by_unit,
    compare,
    effective_weights,
    percentiles,
    removal,
    strengths_and_weaknesses,
)
from scidip.indicators.robustness.correlation import (
    alpha_table,
    correlation_table,
    correlations,
    covariances,
    cronbach_alpha,
    denominator_flags,
    principal_components,
    redundancy,
)
from scidip.indicators.tree import Tree, TreeNode

NAN = float("nan")


@pytest.mark.parametrize(
    ("kind", "reference"), [("pearson", "pearsonr"), ("spearman", "spearmanr"), ("kendall", "kendalltau")]
)
def test_correlations_equal_scipy_on_the_rows_that_a_pair_shares(kind, reference) -> None:
    from scipy import stats  # here, not above: half a second of every collection

    values = np.round(figures(25, 6, seed=3, gaps=0.2), 0)
    found = correlations(values, kind=kind)
    for j in range(6):
        for k in range(6):
            both = ~np.isnan(values[:, j]) & ~np.isnan(values[:, k])
            r, p = getattr(stats, reference)(values[both, j], values[both, k])
            assert found.r[j, k] == pytest.approx(r, abs=1e-12)
            assert found.p[j, k] == pytest.approx(p, abs=1e-9)
            assert found.n[j, k] == both.sum()


def test_a_constant_or_nearly_empty_column_has_no_correlation() -> None:
    values = np.array([[1.0, 5, NAN], [2, 5, 1], [3, 5, NAN], [4, 5, 2]])
    found = correlations(values)
    assert np.isnan(found.r[0, 1])
    assert np.isnan(found.p[0, 2])
    assert found.n[0, 2] == 2


def test_correlations_follow_the_tree_within_and_across_levels() -> None:
    values, tree = figures(30, 5, seed=1), small_tree()
    within = correlation_table(values, tree)
    assert list(zip(within["first"], within["second"], within["node"], strict=True)) == [
        ("a1", "a2", "A"),
        ("a1", "a3", "A"),
        ("a2", "a3", "A"),
        ("b1", "b2", "B"),
    ]
    assert len(correlation_table(values, tree, related=False)) == 10
    up = correlation_table(values, tree, (1, 2))
    assert up[["first", "second"]].to_numpy().tolist() == [
        ["a1", "A"],
        ["a2", "A"],
        ["a3", "A"],
        ["b1", "B"],
        ["b2", "B"],
    ]
    from scipy.stats import pearsonr

    index = scores_of(values, tree)["I"]
    both = ~np.isnan(values[:, 3])
    top = correlation_table(values, tree, (3, 1))
    assert top.loc[3, "r"] == pytest.approx(pearsonr(values[both, 3], index[both])[0])
    with pytest.raises(MethodError, match="levels run from 1 to 3"):
        correlation_table(values, tree, (1, 4))


def test_cronbachs_alpha_by_hand() -> None:
    # Variances 1 and 1, covariance 0.5: alpha = 2 (1 - 2/3) = 2/3. Equal columns: 1.
    values = np.array([[1.0, 1], [2, 3], [3, 2]])
    assert cronbach_alpha(values) == pytest.approx(2 / 3)
    assert cronbach_alpha(values[:, [0, 0, 0]]) == pytest.approx(1)
    assert np.isnan(cronbach_alpha(values[:, :1]))


def test_alpha_says_what_it_does_with_gaps() -> None:
    values = figures(40, 5, seed=2, gaps=0.2)
    full = values[~np.isnan(values).any(axis=1)]
    assert cronbach_alpha(values, "listwise") == pytest.approx(cronbach_alpha(full))
    assert cronbach_alpha(values, "pairwise") != pytest.approx(cronbach_alpha(full))
    table = alpha_table(values, small_tree(), "listwise")
    assert table["node"].tolist() == ["A", "B", "I"]
    assert set(table["gaps"]) == {"listwise"}


def test_pairwise_covariances_are_those_of_the_shared_rows() -> None:
    values = figures(20, 4, seed=5, gaps=0.3)
    found = covariances(values)
    for j in range(4):
        for k in range(4):
            both = ~np.isnan(values[:, j]) & ~np.isnan(values[:, k])
            expected = np.cov(values[both, j], values[both, k])[0, 1]
            assert found[j, k] == pytest.approx(expected, rel=1e-10)


def test_principal_components_explain_everything_and_keep_their_sign() -> None:
    values = figures(60, 5, seed=4)
    found = principal_components(values)
    full = values[~np.isnan(values).any(axis=1)]
    assert found.rows == len(full)
    assert found.explained.sum() == pytest.approx(1)
    assert np.all(np.diff(found.eigenvalues) <= 0)
    assert found.kaiser == (found.eigenvalues > 1).sum() == 1
    np.testing.assert_allclose(found.loadings @ found.loadings.T, np.corrcoef(full.T), atol=1e-12)
    largest = np.abs(found.directions).argmax(axis=0)
    assert np.all(found.directions[largest, range(5)] > 0)
    with pytest.raises(MethodError, match="impute first"):
        principal_components(np.full((9, 3), np.nan))
    with pytest.raises(MethodError, match=r"columns \[1\] are constant"):
        principal_components(np.array([[1.0, 2], [2, 2], [4, 2]]))


def test_two_columns_with_correlation_r_have_eigenvalues_one_plus_and_minus_r() -> None:
    values = np.array([[1.0, 1], [2, 3], [3, 2]])
    assert principal_components(values).eigenvalues == pytest.approx([1.5, 0.5])


def test_redundant_pairs_and_followers_of_size_are_flagged() -> None:
    random = np.random.default_rng(0)
    size = random.lognormal(size=40)
    values = random.normal(size=(40, 5))
    values[:, 2] = -values[:, 0] + 0.01 * random.normal(size=40)
    values[:, 3] = size + 0.01 * random.normal(size=40)
    flagged = redundancy(values, small_tree())
    assert flagged[["first", "second", "node"]].to_numpy().tolist() == [["a1", "a3", "A"]]
    assert flagged["r"][0] < -0.9
    followers = denominator_flags(values, size[:, None], (small_tree().leaves, ["population"]))
    assert followers[["indicator", "denominator"]].to_numpy().tolist() == [["b1", "population"]]


def test_effective_weights_by_hand() -> None:
    table = effective_weights(small_tree())
    assert table["code"].tolist() == ["a1", "a2", "a3", "b1", "b2", "A", "B", "I"]
    assert table["weight"].tolist() == pytest.approx([1 / 8, 1 / 4, 1 / 8, 3 / 8, 1 / 8, 1 / 2, 1 / 2, 1])
    assert effective_weights(large_tree()).groupby("level")["weight"].sum().tolist() == (pytest.approx([1, 1, 1, 1]))


def test_effective_weights_are_what_the_arithmetic_mean_applies() -> None:
    tree, values = large_tree(12, 4, 2), figures(9, 12, gaps=0)
    table = effective_weights(tree)
    weights = table[table["level"] == 1]["weight"].to_numpy()
    np.testing.assert_allclose(values @ weights, scores_of(values, tree)["index"])


def test_availability_counts_by_unit_node_and_indicator() -> None:
    values = np.array([[1.0, 0, NAN, 4, 4], [NAN, 0, NAN, NAN, NAN]])
    units = availability_by_unit(values, small_tree())
    assert units["n"].tolist() == [4, 1]
    assert units["share"].tolist() == [0.8, 0.2]
    assert units["A"].tolist() == pytest.approx([2 / 3, 1 / 3])
    assert units["B"].tolist() == [1, 0]
    table = availability_by_indicator(values, small_tree()).set_index("code")
    assert table.loc["a2"].tolist() == [2, 1, 2, 1]
    assert table.loc["a3", "n"] == 0


@pytest.mark.parametrize("level", [1, 2, 3])
@pytest.mark.parametrize("rules", [Rules(), Rules(min_available=0.8)])
def test_removal_equals_a_build_without_the_element(level: int, rules: Rules) -> None:
    tree, values = large_tree(12, 4, 2), figures(20, 12, seed=8, gaps=0.1)
    found = removal(values, tree, level, rules)
    for k, element in enumerate(found.elements):
        expected = scores_of(values, prune(tree, level, element), rules)["index"]
        np.testing.assert_allclose(found.scores[k], expected, rtol=1e-12)
    nominal = ranks_of(scores_of(values, tree, rules)["index"])
    np.testing.assert_array_equal(found.nominal_rank, nominal)
    table = found.table()
    assert table["mean_shift"].is_monotonic_decreasing
    assert set(table["element"]) == set(found.elements)


def prune(tree: Tree, level: int, element: str) -> Tree:
    """The same tree built without one element."""
    codes = tree.leaves if level == 1 else [n.code for n in tree.levels[level - 2]]
    gone = list(codes).index(element)
    levels = list(tree.levels)
    pruned = []
    for node in levels[level - 1]:
        stay = [k for k, c in enumerate(node.children) if c != gone]
        children = tuple(node.children[k] for k in stay)
        pruned.append(TreeNode(node.code, node.level, children, tuple(node.weights[k] for k in stay)))
    levels[level - 1] = tuple(pruned)
    return Tree(tree.leaves, tuple(levels))


def test_the_index_itself_cannot_be_removed() -> None:
    with pytest.raises(MethodError, match="levels 1 to 2"):
        removal(figures(5, 5), small_tree(), 3)


def test_percentiles_count_ties_half() -> None:
    column = np.array([[1.0], [2], [2], [5], [NAN]])
    assert percentiles(column)[:4, 0] == pytest.approx([0, 0.5, 0.5, 1])
    assert np.isnan(percentiles(column, min_peers=5)).all()


def test_strengths_and_weaknesses_follow_the_stated_rule() -> None:
    values = np.tile(np.arange(11.0)[:, None], (1, 5))
    values[0] = [10.5, 10.5, 5.5, -1, NAN]  # percentiles 1, 1, 0.5, 0
    rule = ProfileRule(count=2, min_coverage=0.8, min_peers=10)
    table = strengths_and_weaknesses(values, small_tree(), rule)
    own = table[table["unit"] == 0]
    assert own[["code", "kind"]].to_numpy().tolist() == [["a1", "strength"], ["a2", "strength"], ["b1", "weakness"]]
    assert own["rank"].tolist() == [1, 1, 11]
    assert own["of"].tolist() == [11, 11, 11]
    strict = ProfileRule(count=2, min_coverage=0.9, min_peers=10)
    assert 0 not in strengths_and_weaknesses(values, small_tree(), strict)["unit"].tolist()
    for word in ("2 indicators", "80 %", "10 areas", "50"):
        assert word in rule.words


def test_ties_at_the_edge_are_all_named() -> None:
    values = np.tile(np.arange(12.0)[:, None], (1, 5))
    table = strengths_and_weaknesses(values, small_tree(), ProfileRule(count=1))
    assert (table[table["unit"] == 11]["kind"] == "strength").sum() == 5


def test_methodologies_are_compared_with_the_first() -> None:
    base, other = np.array([4.0, 3, 2, 1, NAN]), np.array([3.0, 4, 2, NAN, 1])
    found = compare({"ours": base, "theirs": other})
    assert found.differences[1, :3].tolist() == [1, -1, 0]
    table = found.table(k=1).set_index("methodology")
    assert table.loc["ours", ["spearman", "mean_shift", "top_shared"]].tolist() == [1, 0, 1]
    row = table.loc["theirs"]
    assert row["spearman"] == pytest.approx(0.5)
    assert row["kendall"] == pytest.approx(1 / 3)
    assert row[["max_shift", "moved", "ranked_in_both", "top_shared"]].tolist() == [1, 2, 3, 0]


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 1000))
def test_nothing_depends_on_the_order_of_rows(seed: int) -> None:
    values, tree = figures(15, 5, seed=seed, gaps=0.15), small_tree()
    turned = np.random.default_rng(seed).permutation(15)
    assert np.allclose(correlations(values).r, correlations(values[turned]).r, equal_nan=True)
    first, second = removal(values, tree), removal(values[turned], tree)
    assert np.array_equal(first.ranks[:, turned], second.ranks, equal_nan=True)
