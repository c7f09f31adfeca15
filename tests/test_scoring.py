"""Scores of the small world, worked by hand, and the laws of scoring."""

import numpy as np
import pandas as pd
import pytest

from scidip.indicators.engine.published import score
from scidip.indicators.lists import with_none
from scidip.indicators.model.not_ranked_reasons import in_english, read_reason
from scidip.indicators.model.observations import Matrix, newest_year, to_matrix
from scidip.indicators.robustness.montecarlo import sample
from scidip.indicators.robustness.published_intervals import intervals_of
from scidip.indicators.robustness.uncertainty import models
from tests import worlds


@pytest.fixture
def scored() -> pd.DataFrame:
    result = score(worlds.small_world(), worlds.specs(), worlds.framework(), worlds.methodology())
    return result.scores.set_index(["node", "ref_area", "time_period"])


def test_scores_of_2022_equal_those_worked_by_hand(scored: pd.DataFrame) -> None:
    # up: 10..40 over all years → 66.7, 100, 33.3; down: 5, 1, 3 → 0, 100, 50; prizes: 0..4.
    expected = {
        "one_a": {"ARE": (200 / 3) / 2, "CHE": 100.0, "DNK": (100 / 3 + 50) / 2},
        "two_a": {"ARE": 0.0, "CHE": 50.0, "DNK": 25.0},
        "std": {"ARE": 50 / 3, "CHE": 75.0, "DNK": 100 / 3},
    }
    for node, areas in expected.items():
        for area, value in areas.items():
            assert scored.at[(node, area, 2022), "score"] == pytest.approx(value), (node, area)


def test_ranks_are_given_within_the_universe_only(scored: pd.DataFrame) -> None:
    ranks = scored.loc[("std", slice(None), 2022), "rank"].droplevel([0, 2])
    assert ranks[["CHE", "DNK", "ARE"]].tolist() == [1, 2, 3]
    assert np.isnan(ranks["EGY"])
    assert scored.at[("std", "CHE", 2022), "ranked_areas"] == 3


def test_an_area_outside_the_universe_is_scored_on_the_same_scale_and_not_ranked(scored: pd.DataFrame) -> None:
    row = scored.loc[("one_a", "BRA", 2021)]
    assert row["score"] == pytest.approx(-100 / 3)
    assert not row["is_ranked"]
    assert read_reason(row["reason_code"], row["reason_params"]) == worlds.TOO_SMALL


def test_a_value_is_carried_no_further_than_its_age() -> None:
    matrix = worlds.small_world()
    row, up = worlds.AREAS.index("BRA"), matrix.codes.index("up")
    assert matrix.periods[row, :, up].tolist() == [2020, 2020, 0]
    assert matrix.carried[row, :, up].tolist() == [False, True, False]


def test_in_a_complete_list_absence_is_zero_from_its_first_year_on() -> None:
    matrix = worlds.small_world()
    prizes = matrix.values[worlds.AREAS.index("EGY"), :, matrix.codes.index("prizes")]
    assert np.isnan(prizes[0])
    assert prizes[1:].tolist() == [0, 0]


def test_what_is_missing_is_said(scored: pd.DataFrame) -> None:
    row = scored.loc[("std", "EGY", 2022)]
    assert row["reason_code"] == "FEW_FIGURES"
    lacking = '[{"all": 2, "known": 0, "node": "one"}, {"all": 1, "known": 0, "node": "two"}]'
    assert row["reason_params"] == f'{{"factors": {lacking}}}', "a zero that a list implies is not known"
    reason = read_reason(row["reason_code"], row["reason_params"])
    assert in_english(reason, worlds.framework()) == (
        "Too few figures: First (0 of 2 figures), Second (0 of 1 figures)"
    )


def shuffled(matrix: Matrix, seed: int) -> Matrix:
    order = np.random.default_rng(seed).permutation(len(matrix.areas))
    outside = [matrix.outside[i] for i in order]
    areas = [matrix.areas[i] for i in order]
    known = with_none(worlds.observations(), worlds.editions())
    return to_matrix(known, list(worlds.specs().values()), areas, matrix.years, outside)


def test_the_order_of_areas_does_not_matter() -> None:
    key = ["node", "ref_area", "time_period"]
    arguments = (worlds.specs(), worlds.framework(), worlds.methodology())
    first = score(worlds.small_world(), *arguments).scores.sort_values(key, ignore_index=True)
    second = score(shuffled(worlds.small_world(), 3), *arguments).scores.sort_values(key, ignore_index=True)
    pd.testing.assert_frame_equal(first, second)


def test_intervals_hold_the_median_and_repeat_with_the_seed() -> None:
    matrix, arguments = (worlds.small_world(), (worlds.specs(), worlds.framework(), worlds.methodology()))
    result = score(matrix, *arguments)
    first, second = (intervals_of(matrix, result, *arguments[1:]) for _ in range(2))
    pd.testing.assert_frame_equal(first, second)
    assert (first["rank_p05"] <= first["rank_p50"]).all()
    assert (first["rank_p50"] <= first["rank_p95"]).all()
    che = first[(first["node"] == "std") & (first["ref_area"] == "CHE")].iloc[-1]
    assert (che["rank_p05"], che["rank_p95"]) == (1, 1)  # first in every part: no choice moves it


def test_without_alternatives_the_interval_is_the_rank() -> None:
    method = worlds.methodology(uncertain={"draws": 20, "weights": 0})
    matrix, arguments = worlds.small_world(), (worlds.specs(), worlds.framework(), method)
    result = score(matrix, *arguments)
    spread = intervals_of(matrix, result, *arguments[1:])
    both = spread.merge(result.scores, on=["node", "ref_area", "time_period"])
    assert (both["rank_p05"] == both["rank"]).all()
    assert (both["rank_p95"] == both["rank"]).all()
    assert both["score_p50"].to_numpy() == pytest.approx(both["score"].to_numpy())


def test_weights_are_jittered_within_their_bound() -> None:
    method = worlds.methodology()
    given = score(worlds.small_world(), worlds.specs(), worlds.framework(), method).published
    _, model = next(models(given.figures, given.built, given.method))
    weights = np.asarray(sample(model, 200, np.random.default_rng(1))["weights"])
    assert weights.shape == (200, 3 + 2 + 2)  # of indicators, dimensions and factors
    assert 0.75 <= weights.min() < 0.76
    assert 1.24 < weights.max() <= 1.25


def test_the_newest_year_has_enough_figures_of_its_own() -> None:
    method = worlds.methodology(period={"first": 2020, "own_share": 1.0, "own_areas": 3})
    assert newest_year(worlds.observations(), list(worlds.specs().values()), method.period) == 2022
