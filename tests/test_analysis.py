"""What a composite says about itself, worked by hand and against scipy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scidip.indicators.engine.batch_scoring import Rules, scores_of
from scidip.indicators.engine.ranks import ranks_of
from scidip.indicators.errors import MethodError
from scidip.indicators.robustness.coherence import effective_weights, removal
from scidip.indicators.robustness.correlation import (
    alpha_table,
    correlation_table,
    correlations,
    covariances,
    cronbach_alpha,
    principal_components,
)
from scidip.indicators.tree import Tree, TreeNode
from tests.composites import figures, large_tree, small_tree

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


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 1000))
def test_nothing_depends_on_the_order_of_rows(seed: int) -> None:
    values, tree = figures(15, 5, seed=seed, gaps=0.15), small_tree()
    turned = np.random.default_rng(seed).permutation(15)
    assert np.allclose(correlations(values).r, correlations(values[turned]).r, equal_nan=True)
    first, second = removal(values, tree), removal(values[turned], tree)
    assert np.array_equal(first.ranks[:, turned], second.ranks, equal_nan=True)
