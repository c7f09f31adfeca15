"""What ranges vary beside scales and means: weights learnt or chosen for each, and one indicator left out by weight."""

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event

from scidip.etl.publishing import Workshop
from scidip.indicators.engine.composite_methodology import CompositeMethod
from scidip.indicators.engine.learnt_weights import learnt_weights
from scidip.indicators.engine.power_means import Method
from scidip.indicators.errors import MethodError
from scidip.indicators.methods import RELATIVE_AGGREGATORS, WEIGHTERS
from scidip.indicators.methods.aggregate import benefit_of_the_doubt, bounded_benefit_of_the_doubt
from scidip.indicators.model.areas import Areas
from scidip.indicators.robustness.coherence import effective_weights, leave_out_by_weight, widths
from scidip.indicators.robustness.montecarlo import evaluate, sample, sample_input, uncertainty
from scidip.indicators.robustness.sensitivity import enumeration
from scidip.indicators.robustness.uncertain_inputs import (
    AggregationChoice,
    LayerChoice,
    LeaveOut,
    Model,
    WeightChoice,
    WeightJitter,
    mean_of,
    rules_of,
)
from scidip.store.codelists import sync_catalogue
from scidip.store.queries import served
from tests.composites import figures, large_tree, small_tree

tables = st.integers(0, 10_000).map(lambda seed: figures(12, 3, seed, gaps=0.15))


def by_hand(values: np.ndarray, steps: int = 4) -> list[float]:
    """The bounded benefit of the doubt of complete rows in plain loops."""
    k = values.shape[1]
    sets = [s for s in product(range(2, 7), repeat=k) if sum(s) == k * steps]
    means = [[sum(w * v for w, v in zip(s, row, strict=True)) for row in values] for s in sets]
    return [max(mean[i] / max(mean) for mean in means) for i in range(len(values))]


@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_bounded_benefit_of_the_doubt_is_what_plain_loops_find(seed: int) -> None:
    values = figures(8, 3, seed, gaps=0)
    assert np.allclose(bounded_benefit_of_the_doubt(values, np.ones(3)), by_hand(values), rtol=1e-12)


@given(tables)
@settings(max_examples=30, deadline=None)
def test_bounds_take_from_the_doubt_and_somebody_is_best(values: np.ndarray) -> None:
    bounded = bounded_benefit_of_the_doubt(values, np.ones(3))
    wider = bounded_benefit_of_the_doubt(values, np.ones(3), least=0, most=3)
    complete = ~np.isnan(values).any(axis=1)
    assert np.all(bounded <= wider + 1e-12)
    assert np.all(wider[complete] <= benefit_of_the_doubt(values[complete], np.ones(3)) + 1e-9)
    assert np.nanmax(bounded) == pytest.approx(1)
    assert np.allclose(bounded_benefit_of_the_doubt(values * 7, np.ones(3)), bounded)
    assert np.array_equal(bounded_benefit_of_the_doubt(values[::-1], np.ones(3)), bounded[::-1])


def test_a_gap_is_seen_among_those_that_have_what_it_has() -> None:
    values = np.array([[10.0, 20.0], [20.0, 10.0], [15.0, np.nan], [np.nan, np.nan]])
    found = bounded_benefit_of_the_doubt(values, np.ones(2))
    assert found[2] == pytest.approx(15 / 20)
    assert np.isnan(found[3])


def test_weights_that_nothing_can_meet_and_values_below_zero_are_refused() -> None:
    with pytest.raises(MethodError, match=r"no weights lie between 1\.5 and 2 times"):
        bounded_benefit_of_the_doubt(figures(4, 3), np.ones(3), least=1.5, most=2)
    with pytest.raises(MethodError, match="too many weights"):
        bounded_benefit_of_the_doubt(figures(4, 12), np.ones(12))
    with pytest.raises(MethodError, match="zero or more"):
        RELATIVE_AGGREGATORS.call("bounded_benefit_of_the_doubt", -figures(4, 3), np.ones(3), params={})


def test_learnt_weights_are_those_of_the_weighter_and_keep_the_weight_of_their_node() -> None:
    tree, values = small_tree(), figures(40, 5, seed=3, gaps=0)
    found = learnt_weights(tree, values, "principal_components")
    own = WEIGHTERS.call("principal_components", values[:, :3], np.ones(3), params={"negative": "zero"})
    assert found.levels[0][0].weights == pytest.approx(4 * own / own.sum())
    assert [sum(n.weights) for n in found.nodes] == pytest.approx([sum(n.weights) for n in tree.nodes])
    assert found.levels[0][0].weights != tree.levels[0][0].weights


def test_what_nobody_has_keeps_its_weight_and_a_node_without_enough_rows_all() -> None:
    tree, values = small_tree(), figures(40, 5, seed=3, gaps=0)
    values[:, 1] = np.nan
    values[1:, 4] = np.nan
    found = learnt_weights(tree, values, "principal_components")
    assert found.levels[0][0].weights[1] == 2.0
    assert found.levels[0][0].weights[0] + found.levels[0][0].weights[2] == pytest.approx(2.0)
    assert found.levels[0][1].weights == tree.levels[0][1].weights


def test_one_indicator_is_left_out_the_more_often_the_more_it_weighs() -> None:
    tree, values = small_tree(), figures(30, 5, gaps=0)
    chosen = leave_out_by_weight(tree, values)
    shares = effective_weights(tree).query("level == 1").set_index("code")["weight"]
    assert chosen.options == ("", *sorted(tree.leaves))
    assert chosen.chances[0] == pytest.approx(1 / 6)
    assert chosen.chances[1:] == pytest.approx([shares[c] * 5 / 6 for c in chosen.options[1:]])
    model = Model(tree, values, (chosen,))
    drawn = sample_input(model, chosen, 40_000, np.random.default_rng(5))
    assert np.bincount(drawn, minlength=6) / 40_000 == pytest.approx(chosen.chances, abs=0.01)
    assert enumeration(model) is None


def test_what_nobody_has_is_not_left_out_and_its_weight_is_the_others() -> None:
    values = figures(30, 5, gaps=0)
    values[:, 1] = np.nan
    chosen = leave_out_by_weight(small_tree(), values)
    assert "a2" not in chosen.options
    assert chosen.chances[1:3] == pytest.approx([4 / 5 / 4] * 2)


@pytest.mark.parametrize("chances", [(0.5, 0.2), (0.4, 0.6, 0.2)])
def test_chances_that_are_not_one_in_all_are_refused(chances: tuple[float, ...]) -> None:
    with pytest.raises(MethodError, match="one chance per option"):
        Model(small_tree(), figures(5, 5), (LeaveOut("out", ("", "a1"), chances),))


def test_equal_layers_are_scored_together_and_nothing_changes() -> None:
    tree, values = large_tree(), figures(40, 60)
    grid = np.stack([values, values, np.hstack([values[:, :30] + 1, values[:, 30:]]), values])
    options = ("a", "b", "c", "d")
    model = Model(tree, grid, (LayerChoice("gaps", options), WeightJitter("w", {1: 0.3})))
    assert model.first_alike.tolist() == [0, 0, 2, 0]
    assert {tuple(alike.tolist()) for alike in model.first_alike_of.values()} == {(0, 0, 2, 0), (0, 0, 0, 0)}
    drawn = {"gaps": np.arange(4).repeat(5), "w": np.tile(np.random.default_rng(0).uniform(size=(5, 71)), (4, 1))}
    found = evaluate(model, drawn)["index"].reshape(4, 5, 40)
    assert np.allclose(found[0], found[1])
    assert np.allclose(found[0], found[3])
    assert not np.allclose(found[0], found[2])


def test_learnt_weights_widen_the_range() -> None:
    """A country that is good where the others agree least gains or loses by who sets the weights."""
    tree, values = small_tree(), figures(60, 5, seed=8, gaps=0)
    other = learnt_weights(tree, values, "principal_components")
    jitter = WeightJitter("weights", {1: 0.05})
    alone = uncertainty(Model(tree, values, (jitter,)), 400, 1)["I"].intervals()
    both = uncertainty(Model(tree, values, (jitter, WeightChoice("w", ("a", "b"), (tree, other)))), 400, 1)["I"]
    width = (both.intervals()["rank_p95"] - both.intervals()["rank_p05"]).mean()
    assert width > 1.5 * (alone["rank_p95"] - alone["rank_p05"]).mean()


def test_a_changed_indicator_is_written_without_its_key(fresh_shop: Workshop, areas: Areas) -> None:
    """A key that is set, even to itself, makes SQLite look through every row that refers to it: 14 s of a build."""
    catalogue, engine = fresh_shop.catalogue, fresh_shop.engine
    code, spec = next(iter(catalogue.indicators.items()))
    renamed = {**catalogue.indicators, code: spec.model_copy(update={"name": "Another name"})}
    said: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _c, _u, statement, *_r: said.append(statement))
    sync_catalogue(engine, replace(catalogue, indicators=renamed), areas, {})
    updates = [s.partition(" WHERE ")[0] for s in said if s.startswith("UPDATE indicator")]
    assert len(updates) == 1
    assert "indicator=" not in updates[0]


def test_draws_taken_together_are_what_each_gives_alone() -> None:
    tree, values = small_tree(), figures(50, 5, seed=4, gaps=0.3)
    bounded = "bounded_benefit_of_the_doubt"
    method = CompositeMethod.model_validate({"aggregate": {"min_available": 0.4}})
    top = AggregationChoice("aggregate", ("I",), ("arithmetic", mean_of(method, bounded)))
    model = Model(tree, values, (top, WeightJitter("w", {1: 0.5, 2: 0.5})), rules_of(tree, method))
    drawn = sample(model, 60, np.random.default_rng(2))
    found = evaluate(model, drawn, ("A", "B", "I"))
    for k in np.nonzero(drawn["aggregate"] == 1)[0]:
        children = np.stack([found["A"][k], found["B"][k]], axis=-1)
        alone = RELATIVE_AGGREGATORS.call(bounded, children, np.ones(2), params={})
        assert np.allclose(found["I"][k], alone, equal_nan=True)
    assert np.isnan(found["I"]).any() and np.isnan(found["A"]).any()


def test_score_ranges_are_of_means_alone() -> None:
    """The bounded benefit of the doubt scores from 0 to 1: in a range of 0-100 it has no place, geometric means have."""
    tree, values = small_tree(), figures(40, 5, seed=4, gaps=0)
    method = CompositeMethod.model_validate({})
    bounded = mean_of(method, "bounded_benefit_of_the_doubt")
    jitter = WeightJitter("w", {1: 0.2, 2: 0.2})

    def scored(*options: Method) -> pd.DataFrame:
        return uncertainty(Model(tree, values, (AggregationChoice("aggregate", ("I",), options), jitter)), 600, 1)[
            "I"
        ].intervals()

    with_doubt, means = scored("arithmetic", "geometric", bounded), scored("arithmetic", "geometric")
    assert with_doubt["score_p05"].min() > 10
    assert (with_doubt[["score_p05", "score_p95"]] - means[["score_p05", "score_p95"]]).abs().max().max() < 1.5
    assert scored(bounded, "arithmetic")["score_p95"].max() <= 1
    assert (with_doubt["rank_p95"] - with_doubt["rank_p05"]).mean() > (means["rank_p95"] - means["rank_p05"]).mean()


@pytest.mark.parametrize("node", ["std", "infra", "national", "international"])
def test_the_published_score_lies_in_its_range_or_just_beside_it_on_its_own_scale(engine: Engine, node: str) -> None:
    held = served.ranking(engine, node, 2022)
    held = held[held["is_ranked"].astype(bool)]
    above = (held["score"] - held["score_p95"]).clip(lower=0)
    below = (held["score_p05"] - held["score"]).clip(lower=0)
    # Three means in four lie under the arithmetic one, so that a low score can stand just above its range.
    assert (above + below).max() < 0.5
    assert ((above + below) == 0).mean() > 0.9
    assert (held["score_p95"] - held["score_p05"]).max() < 50


def test_the_width_of_a_range_is_told_by_what_varies() -> None:
    """Weights that hardly move add little, an indicator left out adds much; all together are wider than each alone."""
    tree, values = small_tree(), figures(60, 5, seed=8, gaps=0)
    inputs = (WeightJitter("weights", {1: 0.01}), leave_out_by_weight(tree, values))
    table = widths(Model(tree, values, inputs), 300, 1).set_index("input")
    assert table.at["weights", "alone"] < table.at["leave_out", "alone"] <= table.at["all", "alone"]
    assert table.at["weights", "without"] == table.at["leave_out", "alone"]
    assert widths(Model(tree, values, inputs[:1]), 300, 1).set_index("input").at["weights", "without"] == 1.0
