"""The chain from figures to scores: worked by hand, written out the slow way, and its laws."""

import math

import numpy as np
import pytest

from scidip.indicators.engine.aggregation import aggregate_tree
from scidip.indicators.engine.composite import Figures, build
from scidip.indicators.engine.composite_methodology import CompositeMethod
from scidip.indicators.engine.methodology_faults import parse
from scidip.indicators.errors import MethodError
from scidip.indicators.tree import Tree, tree_of_rows
from tests import plain


def method(**sections: object) -> CompositeMethod:
    found, faults = parse(sections)
    assert found is not None
    assert faults == []
    return found


def tree(directions: tuple[int, ...] = (1, -1, 1, 1), weights: tuple[float, ...] = (1, 1, 1, 3)) -> Tree:
    rows = [(f"x{k}", 1, "a" if k < 2 else "b", w) for k, w in enumerate(weights)]
    rows += [("a", 2, "top", 2.0), ("b", 2, "top", 1.0), ("top", 3, "", 1.0)]
    return tree_of_rows(rows, {f"x{k}": d for k, d in enumerate(directions)})


def figures(values: list[list[float]], **more: object) -> Figures:
    rows = len(values)
    units = np.array([chr(97 + k) for k in range(rows)])
    return Figures(units, np.zeros(rows), np.array(values, dtype=float), **more)


NAN = math.nan
SMALL = [[0.0, 10, 1, 5], [5, 0, 3, NAN], [10, 20, NAN, NAN], [NAN, NAN, 5, 15]]


def test_a_small_index_worked_by_hand() -> None:
    result = build(figures(SMALL), tree(), method())
    # min-max: x0 0 50 100; x1 (less is better) 50 100 0; x2 0 50 - 100; x3 0 - - 100
    a, b, top = result.nodes.scores.T
    assert a == pytest.approx([25, 75, 50, NAN], nan_ok=True)
    assert b == pytest.approx([0, 50, NAN, 100], nan_ok=True)
    assert top == pytest.approx([50 / 3, (2 * 75 + 50) / 3, 50, 100])
    assert result.nodes.ranks[:, 2].tolist() == [4, 2, 3, 1]


def test_availability_counts_children_and_leaves_scores_out() -> None:
    full = build(figures(SMALL), tree(), method(aggregate={"min_available": 1}))
    assert np.isnan(full.nodes.scores[:, 2]).tolist() == [False, True, True, True]
    half = build(figures(SMALL), tree(), method(aggregate={"min_available": [1, 0.5]}))
    assert np.isnan(half.nodes.scores[:, 1]).tolist() == [False, True, True, False]
    assert not np.isnan(half.nodes.scores[:, 2]).any()


def test_ties_share_the_smallest_rank_and_what_has_no_score_has_no_rank() -> None:
    values = [[1.0, 0, 0, 0], [1, 0, 0, 0], [3, 1, 1, 1], [0, 2, 0, 0], [NAN, NAN, NAN, NAN]]
    ranks = build(figures(values), tree((1, 1, 1, 1)), method()).nodes.ranks[:, 0]
    assert ranks == pytest.approx([3, 3, 2, 1, NAN], nan_ok=True) or ranks[4] != ranks[4]
    assert ranks[0] == ranks[1]


def test_division_and_screening_come_first() -> None:
    by = np.array([[1.0, 1, 2, 1], [1, 1, 4, 1], [1, 1, 1, 1], [1, 1, NAN, 1]])
    given = figures(SMALL, denominators=by)
    result = build(given, tree(), method(screen={"min_available": 0.5}))
    assert result.denominated[:, 2] == pytest.approx([0.5, 0.75, NAN, NAN], nan_ok=True)
    assert result.kept.tolist() == [True, True, True, False]
    assert len(result.nodes.scores) == 3
    forced = method(screen={"min_available": 0.9, "include": ["d"], "exclude": ["a"]})
    assert build(given, tree(), forced).kept.tolist() == [False, False, False, True]
    off = method(denominate={"enabled": False})
    assert build(given, tree(), off).denominated == pytest.approx(given.values, nan_ok=True)


def test_goalposts_and_targets_turn_round_with_the_indicator() -> None:
    values = [[0.0, 10, 0, 0], [5, 30, 1, 1], [9, 20, 2, 2]]
    posts = {"x1": {"goalposts": {"lower": 0.0, "upper": 40.0}}}
    per = {"method": "goalposts"}
    step = method(normalise={"method": "min_max", "per_indicator": {"x1": per}})
    found = build(figures(values, parameters=posts), tree(), step).normalised[:, 1]
    assert found == pytest.approx([0.75, 0.25, 0.5])
    aim = method(normalise={"per_indicator": {"x1": {"method": "distance_to_target", "target": 5}}})
    found = build(figures(values), tree(), aim).normalised[:, 1]
    assert found == pytest.approx([20 / 25, 0, 10 / 25])
    best = method(normalise={"per_indicator": {"x1": {"method": "distance_to_reference"}}, "area": "c"})
    found = build(figures(values), tree(), best).normalised[:, 1]
    assert found == pytest.approx([2, 0, 1])


def skewed(rows: int = 60, years: int = 1, seed: int = 1) -> tuple[Figures, Tree]:
    random = np.random.default_rng(seed)
    values = random.lognormal(0, random.uniform(0.2, 2, 4), (rows * years, 4))
    values[random.random(values.shape) < 0.1] = np.nan
    units = np.tile([f"u{k:03d}" for k in range(rows)], years)
    times = np.repeat(np.arange(2000.0, 2000 + years), rows)
    group = np.tile(np.where(np.arange(rows) % 3, "n", "s"), years)
    return Figures(units, times, values, groups={"zone": group}), tree()


CHAIN = {
    "screen": {"min_available": 0.5},
    "impute": {"method": "mean_by_group", "group": "zone"},
    "treat": {"method": "winsorise_log", "max_points": 2},
    "normalise": {"lower": 1},
    "aggregate": {"per_level": ["arithmetic", "geometric"]},
}


@pytest.mark.parametrize("seed", range(5))
def test_the_chain_agrees_with_its_definition_written_out(seed: int) -> None:
    given, shape = skewed(seed=seed)
    ours = build(given, shape, method(**CHAIN))
    kept = [list(row) for row in given.values.tolist() if len(plain.known(row)) / 4 >= 0.5]
    zone = [
        g
        for g, row in zip(given.groups["zone"].tolist(), given.values.tolist(), strict=True)
        if len(plain.known(row)) / 4 >= 0.5
    ]
    columns = []
    for k, sign in enumerate((1, -1, 1, 1)):
        column = [row[k] for row in kept]
        of = {g: plain.known([x for x, z in zip(column, zone, strict=True) if z == g]) for g in "ns"}
        column = [math.fsum(of[z]) / len(of[z]) if math.isnan(x) else x for x, z in zip(column, zone, strict=True)]
        column = [sign * x for x in plain.winsorise_log(column, 2)]
        columns.append(plain.min_max(column, 1, 100))
    for row in range(len(kept)):
        a = plain.weighted([columns[0][row], columns[1][row]], [1, 1], "arithmetic")
        b = plain.weighted([columns[2][row], columns[3][row]], [1, 3], "arithmetic")
        top = plain.weighted([a, b], [2, 1], "geometric")
        assert ours.nodes.scores[row].tolist() == pytest.approx([a, b, top], rel=1e-10)


def shuffled(given: Figures, order: np.ndarray) -> Figures:
    return Figures(
        given.units[order],
        given.times[order],
        given.values[order],
        groups={code: labels[order] for code, labels in given.groups.items()},
    )


IMPUTES = ("mean", "median_by_group", "hierarchical_mean", "expectation_maximisation", "latest", "constant", "linear")


@pytest.mark.parametrize("name", IMPUTES)
@pytest.mark.parametrize("top", ["arithmetic", "copeland"])
def test_the_order_of_rows_of_a_panel_does_not_matter(name: str, top: str) -> None:
    given, shape = skewed(20, 4)
    chosen = CHAIN | {
        "screen": {"min_available": 0},
        "impute": {"method": name, "group": "zone"},
        "aggregate": {"per_node": {"top": top}},
    }
    order = np.random.default_rng(8).permutation(len(given.units))
    one, two = (build(f, shape, method(**chosen)).nodes.scores for f in (given, shuffled(given, order)))
    assert np.allclose(two, one[order], rtol=1e-9, equal_nan=True)


def test_a_panel_is_fitted_on_its_reference() -> None:
    given, shape = skewed(20, 3)
    pooled = build(given, shape, method()).normalised
    assert np.nanmax(pooled, axis=0) == pytest.approx(100)
    yearly = build(given, shape, method(normalise={"reference": "each_year"})).normalised
    for year in (2000, 2001, 2002):
        rows = given.times == year
        assert np.nanmax(yearly[rows], axis=0) == pytest.approx(100)
        alone = Figures(given.units[rows], given.times[rows], given.values[rows])
        assert build(alone, shape, method()).normalised == pytest.approx(yearly[rows], nan_ok=True)
    base = method(normalise={"reference": "base_year", "base_year": 2000})
    first = build(given, shape, base).normalised
    rows = given.times == 2000
    assert first[rows] == pytest.approx(yearly[rows], nan_ok=True)
    assert np.nanmax(first) > 100
    ranks = build(given, shape, method()).nodes.ranks[:, 2]
    assert [np.nanmin(ranks[given.times == y]) for y in (2000, 2001, 2002)] == [1, 1, 1]


def test_each_node_may_have_its_own_method_and_weights() -> None:
    given, shape = skewed()
    mixed = build(
        given,
        shape,
        method(
            impute={"method": "median"},
            normalise={"lower": 1},
            weight={"method": "given", "per_node": {"b": "equal", "top": "critic"}},
            aggregate={"per_node": {"a": "harmonic", "top": "generalised"}, "power": 3},
        ),
    )
    x = mixed.normalised
    assert mixed.nodes.weights["b"].tolist() == [0.5, 0.5]
    assert mixed.nodes.scores[:, 0] == pytest.approx(2 / (1 / x[:, 0] + 1 / x[:, 1]))
    assert mixed.nodes.scores[:, 1] == pytest.approx(x[:, 2:].mean(axis=1))
    weights = mixed.nodes.weights["top"]
    below = mixed.nodes.scores[:, :2]
    assert mixed.nodes.scores[:, 2] == pytest.approx(((below**3) @ weights) ** (1 / 3))


def test_the_benefit_of_the_doubt_gives_each_unit_its_own_weights() -> None:
    given, shape = skewed()
    found = build(
        given,
        shape,
        method(
            impute={"method": "mean"}, weight={"method": "benefit_of_the_doubt", "lower": 0.1}, normalise={"lower": 1}
        ),
    )
    assert found.nodes.weights["top"].shape == (60, 2)
    assert found.nodes.weights["top"].sum(axis=1) == pytest.approx(1)


def test_a_geometric_mean_refuses_zero_by_the_name_of_its_node() -> None:
    with pytest.raises(MethodError, match=r"^a: the geometric mean needs values above zero"):
        build(figures(SMALL), tree(), method(aggregate={"method": "geometric"}))
    kept = method(aggregate={"method": "geometric", "if_refused": "leave_empty"})
    result = build(figures(SMALL), tree(), kept)
    assert np.isnan(result.nodes.scores[:, 0]).tolist() == [True, False, True, True]
    assert any("left empty" in note for note in result.notes)


def test_touched_cells_are_logged_before_and_after() -> None:
    values = [[float(k), 0.0, float(k), float(k)] for k in range(12)]
    values[11] = [500.0, 1, 11, 11]
    result = build(figures(values), tree((1, 1, 1, 1)), method(treat={}))
    log = result.touched
    assert log.row.tolist() == [11]
    assert (log.column[0], log.before[0], log.after[0], log.rule[0]) == (0, 500, 10, "winsorised high")


def test_a_tree_without_an_element_keeps_its_columns() -> None:
    given, shape = skewed()
    values = build(given, shape, method()).normalised
    less = aggregate_tree(values, given.times, shape.without("x0"), method().aggregate)
    blank = values.copy()
    blank[:, 0] = np.nan
    same = aggregate_tree(blank, given.times, shape, method().aggregate)
    assert np.allclose(less.scores, same.scores, equal_nan=True)
    assert shape.without("a").without("x2").leaves == shape.leaves
    assert [n.code for n in shape.without("a").nodes] == ["b", "top"]
    with pytest.raises(KeyError):
        shape.without("nobody")


def test_who_is_outside_the_reference_moves_no_scale_and_has_no_rank() -> None:
    values = [[0.0, 1, 1, 1], [5, 2, 2, 2], [10, 3, 3, 3], [1000, 4, 9, 9]]
    outside = method(reference={"exclude": ["d"]}, treat={"method": "winsorise_log", "max_points": 1})
    among = build(figures(values[:3]), tree(), method(treat={"method": "winsorise_log", "max_points": 1}))
    found = build(figures(values), tree(), outside)
    assert found.nodes.scores[:3] == pytest.approx(among.nodes.scores)
    assert found.nodes.ranks[:3].tolist() == among.nodes.ranks.tolist()
    assert np.isnan(found.nodes.ranks[3]).all()
    assert np.isfinite(found.nodes.scores[3]).all()
    with pytest.raises(MethodError, match="leaves no row to fit on"):
        build(figures(values), tree(), method(reference={"exclude": list("abcd")}))


def test_a_share_of_all_indicators_below_is_asked_for() -> None:
    """Row 1 has both children of the top and three of four indicators, row 2 two of four, row 3 one child."""
    asked = method(aggregate={"min_indicators": [0, 0.75]})
    found = build(figures(SMALL), tree(), asked).nodes.scores
    assert np.isnan(found[:, 2]).tolist() == [False, False, True, True]
    assert np.isnan(found[:, 0]).tolist() == [False, False, False, True]


def test_a_floor_is_what_a_geometric_mean_sees_of_less() -> None:
    plain_values = [[0.0, 10, 0, 0], [10, 0, 10, 10]]
    found = build(
        figures(plain_values), tree(), method(aggregate={"per_level": ["arithmetic", "geometric"], "floor": 1})
    )
    assert found.nodes.scores[:, 2] == pytest.approx([1, 100])


def test_a_negative_component_weight_names_the_indicator() -> None:
    random = np.random.default_rng(5)
    common = random.normal(0, 1, (50, 1))
    values = np.hstack([common * [1, 1, -1], common]) + random.normal(0, 0.3, (50, 4))
    rows = [(code, 1, "top", 1.0) for code in ("rain", "sun", "debt", "snow")] + [("top", 2, "", 1.0)]
    shape = tree_of_rows(rows, dict.fromkeys(("rain", "sun", "debt", "snow"), 1))
    units = np.array([f"u{k}" for k in range(50)])
    with pytest.raises(MethodError, match=r"\[weight\] top: .* negative weights for debt:"):
        build(Figures(units, np.zeros(50), values), shape, method(weight={"method": "principal_components"}))


def test_an_indicator_without_a_figure_leaves_the_others_as_they_are() -> None:
    empty = [[*row[:3], NAN] for row in SMALL]
    found = build(figures(empty), tree(), method(treat={}))
    assert np.isnan(found.normalised[:, 3]).all()
    assert found.nodes.scores[:, 0] == pytest.approx([25, 75, 50, NAN], nan_ok=True)
    one = build(figures([[1.0, 2, 3, 4]]), tree(), method(treat={}))
    assert one.nodes.ranks.tolist() == [[1, 1, 1]]
