"""Where the reference (COINr 1.1) is wrong: what it does, and that ours does not."""

import numpy as np
import pytest

from scidip.indicators.engine.composite import Figures, build
from scidip.indicators.engine.methodology_faults import parse
from scidip.indicators.methods import AGGREGATORS, IMPUTERS, NORMALISERS, RELATIVE_AGGREGATORS
from scidip.indicators.methods.aggregate import outranking
from scidip.indicators.methods.impute import Layout
from scidip.indicators.tree import tree_of_rows

NAN = float("nan")


def test_gaps_in_copeland_do_not_favour_the_later_row() -> None:
    """There, the lower triangle is 1 less the upper one, so what is missing counts for it."""
    values = np.array([[1.0, NAN, NAN], [1.0, 5, 5], [1.0, 5, 5]])
    forward = outranking(values, np.ones(3))
    backward = outranking(values[::-1], np.ones(3))[::-1, ::-1]
    assert np.array_equal(forward, backward)
    assert RELATIVE_AGGREGATORS.call("copeland", values, np.ones(3)).tolist() == [0, 0, 0]


def test_a_tie_is_a_tie_however_weights_add_up() -> None:
    """There, 0.5 is compared exactly with sums such as 1/49 + 1/49 + …."""
    random = np.random.default_rng(0)
    for children in range(2, 50, 2):
        half = random.permutation(np.repeat([0.0, 1.0], children // 2))
        values = np.stack([half, 1 - half])
        weights = np.full(children, 1 / children)
        assert RELATIVE_AGGREGATORS.call("copeland", values, weights).tolist() == [0, 0]


def test_the_generalised_mean_leaves_gaps_out_like_the_others() -> None:
    """There, one gap makes it empty."""
    found = AGGREGATORS.call("generalised", np.array([1.0, NAN, 3]), np.ones(3), params={"power": 2})
    assert found == pytest.approx(5**0.5)


def test_the_choice_of_ties_is_heeded() -> None:
    """There, ranks take the smallest whatever is asked for."""
    sample = np.array([1.0, 2, 2, 3])
    found = NORMALISERS.call("rank", sample, params={"ties": "average"})(sample)
    assert found.tolist() == [1, 2.5, 2.5, 4]


def test_less_is_better_in_the_fraction_of_the_best() -> None:
    """There, -x / max(-x) = x / min x: the worse, the higher."""
    sample = -np.array([10.0, 20, 40])
    found = NORMALISERS.call("fraction_of_max", sample)(sample)
    assert found.tolist() == [1, 0.5, 0.25]


def test_a_panel_may_come_in_any_order_and_with_single_values() -> None:
    """There, a panel is put together year by year and pasted over the original order; a unit with
    one value stops linear imputation."""
    units = np.array(["b", "a", "a", "b", "c", "c"])
    times = np.array([2001.0, 2002, 2000, 2000, 2001, 2000])
    values = np.array([[NAN], [4], [2], [10], [NAN], [7]])
    found = IMPUTERS.call("linear", values, Layout(units, times))[:, 0]
    assert found.tolist() == [10, 4, 2, 10, 7, 7]
    assert IMPUTERS.call("latest", values, Layout(units, times))[:, 0].tolist() == found.tolist()


def test_targets_go_to_the_children_they_name() -> None:
    """There, targets follow the order of the table and correlations another one."""
    random = np.random.default_rng(2)
    names = ["zeta", "alpha", "mid"]
    values = random.normal(0, 1, (80, 3)) + random.normal(0, 1, (80, 1))
    found = {}
    for order in ([0, 1, 2], [2, 0, 1]):
        rows = [(names[k], 1, "top", 1.0) for k in order] + [("top", 2, "", 1.0)]
        tree = tree_of_rows(rows, dict.fromkeys(names, 1))
        method, faults = parse({"weight": {"method": "correlation_balanced", "targets": {"zeta": 1.2}}})
        assert faults == []
        units = np.arange(80).astype(str)
        built = build(Figures(units, np.zeros(80), values[:, order]), tree, method)
        x, y = built.normalised, built.nodes.scores[:, 0]
        correlations = [np.corrcoef(c, y)[0, 1] for c in x.T]
        found[tuple(order)] = dict(zip(tree.leaves, correlations, strict=True))
    first, second = found.values()
    assert first == pytest.approx(second)
    assert first["zeta"] == pytest.approx(1.2 * first["alpha"])
    assert first["mid"] == pytest.approx(first["alpha"])


def test_one_treatment_for_a_series_over_all_years() -> None:
    """There, each year is treated by itself: logarithms in one year, raw values in the next, on one
    scale."""
    random = np.random.default_rng(1)
    calm, wild = random.uniform(0, 10, 30), random.lognormal(0, 3, 30)
    values = np.concatenate([calm, wild])[:, None]
    tree = tree_of_rows([("x", 1, "top", 1.0), ("top", 2, "", 1.0)], {"x": 1})
    units, times = np.tile(np.arange(30).astype(str), 2), np.repeat([0.0, 1.0], 30)
    method, _ = parse({"treat": {"method": "winsorise_log"}})
    treated = build(Figures(units, times, values), tree, method).treated[:, 0]
    assert np.all(np.diff(treated[np.argsort(values[:, 0])]) >= 0)
