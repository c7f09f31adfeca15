"""Laws that every registered method keeps, by being registered."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scidip.indicators.errors import MethodError
from scidip.indicators.methods import AGGREGATORS, IMPUTERS, NORMALISERS, RELATIVE_AGGREGATORS, TREATMENTS, WEIGHTERS
from scidip.indicators.methods.aggregate import outranking
from scidip.indicators.methods.impute import Layout
from scidip.indicators.methods.outliers import is_well_shaped, kurtosis, skewness
from scidip.indicators.tree import Tree, tree_of_rows
from tests import plain

numbers = st.floats(-1e6, 1e6).map(lambda x: round(x, 3))
samples = arrays(float, st.integers(4, 40), elements=st.one_of(numbers, st.just(float("nan"))))
positive = arrays(float, st.integers(1, 8), elements=st.floats(0.5, 100))
law = settings(max_examples=60, deadline=None)


def enough(sample: np.ndarray) -> bool:
    known = sample[~np.isnan(sample)]
    return known.size >= 4 and float(np.ptp(known)) > 1e-3


@pytest.mark.parametrize("name", NORMALISERS)
@law
@given(sample=samples)
def test_a_normaliser_keeps_order_shape_and_gaps(name: str, sample: np.ndarray) -> None:
    assume(enough(sample))
    result = NORMALISERS.call(name, sample)(sample)
    assert result.shape == sample.shape
    assert np.array_equal(np.isnan(result), np.isnan(sample))
    known = ~np.isnan(sample)
    ordered = result[known][np.argsort(sample[known])]
    assert np.all(np.diff(ordered) >= -1e-9)


@pytest.mark.parametrize("name", NORMALISERS)
@law
@given(sample=samples, seed=st.integers(0, 99))
def test_a_normaliser_does_not_mind_the_order_of_rows(name: str, sample: np.ndarray, seed: int) -> None:
    assume(enough(sample))
    shuffled = np.random.default_rng(seed).permutation(sample)
    first, second = NORMALISERS.call(name, sample), NORMALISERS.call(name, shuffled)
    assert np.allclose(first(sample), second(sample), equal_nan=True)


@pytest.mark.parametrize("name", NORMALISERS)
def test_a_constant_reference_maps_to_one_value(name: str) -> None:
    result = NORMALISERS.call(name, np.array([3.0, 3.0, 3.0]))(np.array([3.0, np.nan]))
    assert np.isfinite(result[0])
    assert np.isnan(result[1])


def test_min_max_hits_its_bounds_and_can_clip() -> None:
    reference = np.array([2.0, 4.0, 6.0])
    assert NORMALISERS.call("min_max", reference)(reference).tolist() == [0, 50, 100]
    beyond = NORMALISERS.call("min_max", reference, params={"clip": True})(np.array([0.0, 9.0]))
    assert beyond.tolist() == [0, 100]


def test_percentile_rank_counts_ties_half() -> None:
    reference = np.array([1.0, 2.0, 2.0, 3.0])
    assert NORMALISERS.call("percentile_rank", reference)(reference).tolist() == [12.5, 50, 50, 87.5]


@pytest.mark.parametrize("name", AGGREGATORS)
@law
@given(values=positive, factor=st.floats(0.1, 10))
def test_an_aggregate_lies_between_its_parts_and_ignores_the_scale_of_weights(
    name: str, values: np.ndarray, factor: float
) -> None:
    weights = np.linspace(1, 2, len(values))
    result = AGGREGATORS.call(name, values, weights)
    assert values.min() - 1e-9 <= result <= values.max() + 1e-9
    assert result == pytest.approx(AGGREGATORS.call(name, values, weights * factor))


@pytest.mark.parametrize("name", AGGREGATORS)
@law
@given(values=positive, raised=st.integers(0, 7))
def test_an_aggregate_never_falls_when_a_part_rises(name: str, values: np.ndarray, raised: int) -> None:
    higher = values.copy()
    higher[raised % len(values)] += 1
    weights = np.ones(len(values))
    assert AGGREGATORS.call(name, higher, weights) >= AGGREGATORS.call(name, values, weights) - 1e-9


@pytest.mark.parametrize("name", AGGREGATORS)
def test_an_aggregate_of_equal_parts_is_that_part_and_gaps_are_left_out(name: str) -> None:
    assert AGGREGATORS.call(name, np.array([5.0, 5.0, np.nan]), np.array([1.0, 2.0, 9.0])) == pytest.approx(5)
    assert np.isnan(AGGREGATORS.call(name, np.array([np.nan, np.nan]), np.ones(2)))


def test_the_geometric_mean_refuses_zero_and_says_what_to_do() -> None:
    with pytest.raises(MethodError, match="normalise to a scale that starts above zero"):
        AGGREGATORS.call("geometric", np.array([0.0, 4.0]), np.ones(2))


@pytest.mark.parametrize("name", TREATMENTS)
@law
@given(sample=samples)
def test_a_treatment_keeps_order_and_gaps(name: str, sample: np.ndarray) -> None:
    assume(enough(sample))
    treated = TREATMENTS.call(name, sample).apply(sample)
    assert np.array_equal(np.isnan(treated), np.isnan(sample))
    known = ~np.isnan(sample)
    assert np.all(np.diff(treated[known][np.argsort(sample[known])]) >= -1e-9)


def test_one_outlier_is_winsorised_to_the_next_value() -> None:
    sample = np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 1000])
    fitted = TREATMENTS.call("winsorise_log", sample)
    assert fitted.rule == "winsorised 1"
    assert fitted.apply(sample).max() == 9


def test_a_series_that_stays_skewed_is_logged() -> None:
    sample = np.exp(np.linspace(0, 12, 400))
    fitted = TREATMENTS.call("winsorise_log", sample)
    assert fitted.rule == "log"
    assert is_well_shaped(fitted.apply(sample), 2.0, 3.5)


def test_moments_equal_the_textbook() -> None:
    # Worked by hand for 1, 2, 3, 10: mean 4, m2 12.5, m3 45, m4 348.5.
    sample = np.array([1.0, 2, 3, 10])
    assert skewness(sample) == pytest.approx(45 / 12.5**1.5 * 12**0.5 / 2)
    assert kurtosis(sample) == pytest.approx(3 / 2 * (5 * (348.5 / 12.5**2 - 3) + 6))


def test_a_misspelt_parameter_is_named() -> None:
    (fault,) = NORMALISERS.faults("min_max", {"loewr": 1})
    assert "min_max" in fault
    assert "loewr" in fault


def tall(rows: int, columns: int, seed: int, gaps: float = 0.2) -> np.ndarray:
    random = np.random.default_rng(seed)
    values = random.lognormal(0, 1, (rows, columns))
    values[random.random(values.shape) < gaps] = np.nan
    return values


def small_tree() -> Tree:
    rows = [(f"i{k}", 1, "a" if k < 3 else "b", 1.0) for k in range(5)]
    rows += [("a", 2, "top", 1.0), ("b", 2, "top", 1.0), ("top", 3, "", 1.0)]
    return tree_of_rows(rows, {f"i{k}": -1 if k == 1 else 1 for k in range(5)})


def layout(rows: int, years: int = 4) -> Layout:
    units = np.array([f"u{k // years:03d}" for k in range(rows)])
    times = np.array([float(k % years) for k in range(rows)])
    groups = np.array(["north" if k // years % 2 else "south" for k in range(rows)])
    return Layout(units, times, groups, small_tree(), np.array([1.0, -1, 1, 1, 1]))


@pytest.mark.parametrize("name", IMPUTERS)
@pytest.mark.parametrize("seed", range(3))
def test_an_imputer_keeps_what_is_known_and_does_not_mind_the_order_of_rows(name: str, seed: int) -> None:
    values, described = tall(40, 5, seed), layout(40)
    filled = IMPUTERS.call(name, values, described)
    known = ~np.isnan(values)
    assert np.array_equal(filled[known], values[known])
    assert np.isnan(filled).sum() < np.isnan(values).sum()
    order = np.random.default_rng(seed).permutation(40)
    moved = Layout(
        described.units[order], described.times[order], described.groups[order], described.tree, described.directions
    )
    assert np.allclose(IMPUTERS.call(name, values[order], moved), filled[order], equal_nan=True, rtol=1e-7)


@pytest.mark.parametrize("name", IMPUTERS)
def test_an_imputer_leaves_an_empty_column_empty_or_fills_it_from_the_units_own(name: str) -> None:
    values = tall(40, 5, 1)
    values[:, 2] = np.nan
    filled = IMPUTERS.call(name, values, layout(40))
    assert np.isnan(filled[:, 2]).all()


@pytest.mark.parametrize("name", WEIGHTERS)
def test_weights_are_finite_never_negative_and_follow_the_children(name: str) -> None:
    values = np.random.default_rng(4).normal(0, 1, (60, 1)) + tall(60, 4, 4, gaps=0.05) + 5
    given = np.array([1.0, 2, 3, 4])
    weights = WEIGHTERS.call(name, values, given)
    assert weights.shape[-1] == 4
    assert np.all(weights >= -1e-12)
    assert np.all(np.isfinite(weights))
    order = [2, 0, 3, 1]
    moved = WEIGHTERS.call(name, values[:, order], given[order])
    if name != "benefit_of_the_doubt":  # several sets of weights may favour a unit equally
        assert np.allclose(moved, weights[..., order], atol=1e-6)


@pytest.mark.parametrize("name", RELATIVE_AGGREGATORS)
@pytest.mark.parametrize("seed", range(3))
def test_a_comparison_of_units_does_not_mind_their_order(name: str, seed: int) -> None:
    values, weights = tall(25, 6, seed, gaps=0.3), np.arange(1.0, 7)
    values[3] = np.nan
    scores = RELATIVE_AGGREGATORS.call(name, values, weights)
    assert np.isnan(scores[3])
    order = np.random.default_rng(seed).permutation(25)
    moved = RELATIVE_AGGREGATORS.call(name, values[order], weights)
    assert np.allclose(moved, scores[order], equal_nan=True)


@pytest.mark.parametrize("name", RELATIVE_AGGREGATORS)
def test_a_unit_that_is_better_in_everything_scores_at_least_as_high(name: str) -> None:
    values = tall(20, 5, 9, gaps=0)
    values[0] = values[1:].max(axis=0) + 1
    scores = RELATIVE_AGGREGATORS.call(name, values, np.ones(5))
    assert scores.argmax() == 0


SAMPLE = np.array([2.0, np.nan, 4, 4, 10, -2])


@pytest.mark.parametrize(
    ("name", "params", "expected"),
    [
        ("rank", {}, [2, 3, 3, 5, 1]),
        ("rank", {"ties": "average"}, [2, 3.5, 3.5, 5, 1]),
        ("borda", {}, [1, 2, 2, 4, 0]),
        ("percentile_rank", {"definition": "minimum", "upper": 1}, [0.25, 0.5, 0.5, 1, 0]),
        ("distance_to_max", {}, [4 / 12, 0.5, 0.5, 1, 0]),
        ("distance_to_reference", {"value": 4.0}, [4 / 6, 1, 1, 2, 0]),
        ("distance_to_reference", {"value": 4.0, "clip": True}, [4 / 6, 1, 1, 1, 0]),
        ("distance_to_target", {"target": 22.0}, [4 / 24, 6 / 24, 6 / 24, 0.5, 0]),
        ("fraction_of_max", {}, [0.2, 0.4, 0.4, 1, -0.2]),
        ("goalposts", {"lower": 0, "upper": 8, "scale": 10}, [2.5, 5, 5, 10, 0]),
        ("goalposts", {"lower": 0, "upper": 8, "clip": False}, [0.25, 0.5, 0.5, 1.25, -0.25]),
        ("scaled", {"lower": 2, "upper": 12}, [0, 20, 20, 80, -40]),
        ("z_score", {}, [-1.6 / 18.8**0.5, 0.4 / 18.8**0.5, 0.4 / 18.8**0.5, 6.4 / 18.8**0.5, -5.6 / 18.8**0.5]),
    ],
)
def test_normalisation_by_hand(name: str, params: dict, expected: list[float]) -> None:
    result = NORMALISERS.call(name, SAMPLE, params=params)(SAMPLE)
    assert np.isnan(result[1])
    assert result[[0, 2, 3, 4, 5]] == pytest.approx(expected)


def test_a_goalpost_may_be_a_logarithm() -> None:
    income = NORMALISERS.call("goalposts", np.ones(1), params={"lower": 100, "upper": 75_000, "log": True})
    assert income(np.array([100.0, 7_500_000**0.5, 80_000])).tolist() == pytest.approx([0, 0.5, 1])
    with pytest.raises(MethodError, match="leave `log` out"):
        income(np.array([0.0]))


def test_a_target_that_is_no_better_than_the_worst_is_refused() -> None:
    with pytest.raises(MethodError, match="not better than the worst value"):
        NORMALISERS.call("distance_to_target", SAMPLE, params={"target": -2.0})


def test_means_by_hand_with_a_gap() -> None:
    values, weights = np.array([[1.0, 2, 3, np.nan]]), np.array([2.0, 1, 1, 5])
    assert AGGREGATORS.call("harmonic", values, weights) == pytest.approx(4 / (2 + 1 / 2 + 1 / 3))
    power = AGGREGATORS.call("generalised", values, weights, params={"power": 2})
    assert power == pytest.approx(((2 + 4 + 9) / 4) ** 0.5)
    for power, same in ((-1, "harmonic"), (0, "geometric"), (1, "arithmetic")):
        found = AGGREGATORS.call("generalised", values, weights, params={"power": power})
        assert found == pytest.approx(AGGREGATORS.call(same, values, weights))


def test_copeland_by_hand() -> None:
    # Columns rank the rows 1 2 3 4, 3 2 1 4 and 2 3 1 4: the last wins all, the second beats 1 and 3.
    values = np.array([[1.0, 3, 2], [2, 2, 3], [3, 1, 1], [4, 5, 4]])
    assert RELATIVE_AGGREGATORS.call("copeland", values, np.ones(3)).tolist() == [-1, 1, -3, 3]
    assert outranking(values, np.ones(3))[1, 0] == pytest.approx(2 / 3)


@pytest.mark.parametrize("seed", range(4))
def test_copeland_on_complete_data_is_wins_less_losses(seed: int) -> None:
    values = np.round(tall(30, 7, seed, gaps=0), 1)
    weights = np.random.default_rng(seed).uniform(0.5, 2, 7)
    ours = RELATIVE_AGGREGATORS.call("copeland", values, weights)
    assert ours.tolist() == plain.copeland(values.tolist(), weights.tolist())


def test_benefit_of_the_doubt_by_hand() -> None:
    # The third is half way to the front on its better side; bounds take away its free choice.
    values = np.array([[4.0, 1], [1, 4], [2, 1], [np.nan, 2]])
    found = RELATIVE_AGGREGATORS.call("benefit_of_the_doubt", values, np.ones(2))
    assert found == pytest.approx([1, 1, 0.6, 0.5])
    equal = RELATIVE_AGGREGATORS.call(
        "benefit_of_the_doubt", values[:3], np.ones(2), params={"lower": 0.5, "upper": 0.5}
    )
    assert equal[2] < 0.6
    with pytest.raises(MethodError, match="lower the lower bound"):
        RELATIVE_AGGREGATORS.call("benefit_of_the_doubt", values[:3], np.ones(2), params={"lower": 0.6})


@pytest.mark.parametrize("seed", range(40))
def test_winsorising_and_logarithms_agree_with_the_definition_written_out(seed: int) -> None:
    random = np.random.default_rng(seed)
    sample = random.lognormal(0, random.uniform(0.3, 2.5), random.integers(8, 80))
    if seed % 3 == 0:
        sample = np.round(sample)  # ties
    if seed % 2:
        sample = -sample
    sample[0] = np.nan
    if np.unique(sample[1:]).size > 2:
        ours = TREATMENTS.call("winsorise_log", sample).apply(sample)
        expected = plain.winsorise_log(sample.tolist())
        assert ours == pytest.approx(expected, rel=1e-10, nan_ok=True)


def test_tied_points_count_each_towards_the_limit() -> None:
    sample = np.array([*range(40), 900.0, 900, 900, 5000, 5000, 5000])
    fitted = TREATMENTS.call("winsorise", sample, params={"max_points": 3})
    assert (fitted.rule, fitted.upper) == ("winsorised 3", 900)


def test_a_series_of_which_winsorising_leaves_one_value_stays_as_it_is() -> None:
    sample = np.array([0.0] * 20 + [1.0])
    for name in ("winsorise", "winsorise_log"):
        assert TREATMENTS.call(name, sample).rule == "none"


def test_box_cox_and_the_mirrored_logarithm_by_hand() -> None:
    sample = np.array([1.0, 2, 5])
    squared = TREATMENTS.call("box_cox", sample, params={"exponent": 2.0, "when": "always"})
    assert squared.apply(sample).tolist() == [0, 1.5, 12]
    left = TREATMENTS.call("log", -sample, params={"when": "always"}).apply(-sample)
    assert left == pytest.approx([-np.log(0.04), -np.log(1.04), -np.log(4.04)])


def test_imputation_across_units_by_hand() -> None:
    nan = np.nan
    values = np.array([[1.0, 8], [nan, 4], [4, nan], [7, nan], [nan, nan]])
    rows = Layout(np.array(list("abcde")), np.zeros(5), np.array(["x", "x", "y", "y", ""]), None, np.ones(0))
    assert IMPUTERS.call("mean", values, rows)[:, 0].tolist() == [1, 4, 4, 7, 4]
    assert IMPUTERS.call("median", values, rows)[4].tolist() == [4, 6]
    grouped = IMPUTERS.call("mean_by_group", values, rows)
    assert grouped[1, 0] == 1
    assert np.isnan(grouped[2:4, 1]).all()  # no one of the group has a value
    assert np.isnan(grouped[4]).all()  # no group


def test_hierarchical_imputation_takes_the_units_own_level_at_the_nearest_node() -> None:
    nan = np.nan
    #                 i0   i1(less is better)  i2 | i3   i4
    values = np.array([[0.0, 10, 0, 0, 0], [10, 0, 100, 1, 50], [5, nan, 75, 1, 0], [nan, nan, nan, 0.5, 10]])
    rows = Layout(np.array(list("abcd")), np.zeros(4), None, small_tree(), np.array([1.0, -1, 1, 1, 1]))
    filled = IMPUTERS.call("hierarchical_mean", values, rows)
    assert filled[2, 1] == pytest.approx(10 - 10 * (0.5 + 0.75) / 2)
    assert filled[3, 0] == pytest.approx(10 * (0.5 + 0.2) / 2)  # from the node above: i3, i4


def test_imputation_along_time_by_hand() -> None:
    nan = np.nan
    units, times = (np.array(["a"] * 5 + ["b"] * 2), np.array([2000.0, 2001, 2002, 2005, 2006, 2001, 2005]))
    values = np.array([[nan], [1], [nan], [9], [nan], [7], [nan]])
    rows = Layout(units, times)
    fill = {n: IMPUTERS.call(n, values, rows)[:, 0].tolist() for n in ("latest", "constant", "linear")}
    assert np.isnan(fill["latest"][0])
    assert fill["latest"][1:] == [1, 1, 9, 9, 7, 7]
    assert fill["constant"] == [1, 1, 1, 9, 9, 7, 7]
    assert fill["linear"] == [1, 1, 3, 9, 9, 7, 7]  # one value of b: constant
    short = IMPUTERS.call("latest", values, rows, params={"max_gap": 1})[:, 0]
    assert np.isnan(short[6])  # 2005 is two points of the data after 2001
    assert short[2] == 1


def test_expectation_maximisation_finds_the_regression() -> None:
    random = np.random.default_rng(3)
    first = random.normal(0, 1, 200)
    values = np.column_stack([first, 2 * first + 1 + random.normal(0, 0.1, 200)])
    values[::4, 1] = np.nan
    filled = IMPUTERS.call("expectation_maximisation", values, Layout(np.arange(200).astype(str), np.zeros(200)))
    seen = ~np.isnan(values[:, 1])
    slope, cut = np.polyfit(values[seen, 0], values[seen, 1], 1)
    assert filled[::4, 1] == pytest.approx(cut + slope * values[::4, 0])


def test_expectation_maximisation_bears_empty_rows_and_too_many_columns() -> None:
    values = tall(8, 12, 3, gaps=0.2)
    values[2] = np.nan
    where = Layout(np.arange(8).astype(str), np.zeros(8))
    try:
        filled = IMPUTERS.call("expectation_maximisation", values, where)
    except MethodError as error:
        assert "impute by group or by mean" in str(error)
    else:
        assert np.isfinite(filled).all()
    few = IMPUTERS.call("expectation_maximisation", values[:, :2], where)
    assert np.isfinite(few).all()


def test_principal_components_do_not_hide_negative_weights() -> None:
    base = np.random.default_rng(5).normal(0, 1, (50, 1))
    noise = np.random.default_rng(6).normal(0, 0.3, (50, 3))
    values = base * np.array([1.0, 1, -1]) + noise
    with pytest.raises(MethodError, match="negative weights for children 3"):
        WEIGHTERS.call("principal_components", values, np.ones(3))
    kept = WEIGHTERS.call("principal_components", values, np.ones(3), params={"negative": "keep"})
    assert kept[2] < 0
    zero = WEIGHTERS.call("principal_components", values, np.ones(3), params={"negative": "zero"})
    assert zero[2] == 0


def correlations_with_mean(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    mean = values @ weights
    return np.array([np.corrcoef(column, mean)[0, 1] for column in values.T])


def test_optimised_weights_reach_their_goal() -> None:
    values = tall(80, 4, 11, gaps=0) * np.array([1, 10, 100, 0.1])
    targets = np.array([1.0, 2, 1, 1.5])
    weights = WEIGHTERS.call("correlation_balanced", values, np.ones(4), params={"targets": tuple(targets)})
    found = correlations_with_mean(values, weights)
    assert found / found.sum() == pytest.approx(targets / targets.sum(), abs=1e-6)
    best = WEIGHTERS.call("maximum_information", values, np.ones(4))
    most = correlations_with_mean(values, best).sum()
    for seed in range(50):
        other = best * np.random.default_rng(seed).uniform(0.5, 1.5, 4)
        assert correlations_with_mean(values, other).sum() <= most + 1e-12


def test_where_targets_cannot_be_reached_no_weight_is_negative() -> None:
    base = np.random.default_rng(1).normal(0, 1, 90)
    noise = np.random.default_rng(2).normal(0, 0.2, (90, 3))
    values = np.column_stack([base, base, -base]) + noise
    weights = WEIGHTERS.call("correlation_balanced", values, np.ones(3), params={"targets": (1.0, 1.0, 1.0)})
    assert (weights >= 0).all()
