"""What moved a score, and the case against a rank: sums by hand and against the database."""

import numpy as np
import pandas as pd
import pytest

from scidip.dashboard.pages.country import page as country
from scidip.findings import counter_reading
from scidip.findings.laboratory import lab_of
from scidip.indicators.engine.drivers import (
    STEP,
    contributions,
    drivers,
    like_for_like,
    steps_of_coverage,
    with_like_for_like,
)
from scidip.store.queries import lab_queries, served
from tests.test_pages import make_context
from tests.test_robustness import framework
from tests.test_ties import words


@pytest.fixture(scope="module")
def ctx(built_url, catalogue, areas, sources):
    return make_context(built_url, catalogue, areas, sources)


def test_contributions_by_hand() -> None:
    scores = {"std": 55.0, "x": 40.0, "y": 70.0, "x_d": 40.0, "y_d": 70.0}
    assert contributions(framework(), scores) == {"x_d": 20.0, "y_d": 35.0}
    assert contributions(framework(), {**scores, "y": np.nan}) == {}


def test_drivers_add_up_by_hand_and_tell_changes_of_coverage() -> None:
    before = {"std": 55.0, "x": 40.0, "y": 70.0, "x_d": 40.0, "y_d": 70.0}
    after = {"std": 60.0, "x": 60.0, "y": 60.0, "x_d": 60.0, "y_d": 60.0}
    frame = drivers(framework(), before, after)
    assert frame[["node", "change"]].values.tolist() == [["x_d", 10.0], ["y_d", -5.0]]
    assert frame["known"].all()
    assert drivers(framework(), {}, after).empty


@pytest.mark.parametrize("area", ["PRT", "USA", "NGA", "VNM"])
def test_contributions_add_up_to_the_published_index(ctx, area) -> None:
    frame = served.area_scores(ctx.engine, ref_area=area)
    for year in (2016, ctx.years[-1]):
        scores = frame[frame["time_period"] == year].set_index("node")["score"].to_dict()
        found = contributions(ctx.catalogue.framework, scores)
        if found:
            assert sum(found.values()) == pytest.approx(scores["std"])


def test_the_way_that_moves_a_rank_furthest_is_the_furthest(ctx) -> None:
    lab, year = lab_of(ctx), ctx.years[-1]
    choices, ranks = lab.ways(year)
    found = lab.furthest("USA", year)
    assert found is not None
    own = ranks[:, lab.matrix.areas.index("USA")]
    assert abs(found[1] - own[0]) == np.nanmax(np.abs(own - own[0]))
    assert lab.scores(found[0], year).shape == (len(lab.matrix.areas),)
    assert lab.furthest("VAT", year) is None
    assert choices[0].points == {} and choices[0].aggregate == "arithmetic"


def test_a_country_page_tells_what_moved_it_and_the_case_against_it(ctx) -> None:
    year, ranks = ctx.years[-1], served.ranking(ctx.engine, ctx.index_code, ctx.years[-1]).dropna(subset=["rank"])
    for row in ranks.itertuples():
        _, rank = lab_of(ctx).furthest(row.ref_area, year)
        if not row.rank_p05 <= rank <= row.rank_p95:
            break
    page = words(country.layout(ctx, country.State(row.ref_area)))
    assert "The case against this rank" in page
    assert f"Counted otherwise, it would stand at {rank:.0f}" in page
    assert "Points of the index" in page


def test_a_country_that_is_not_ranked_has_a_page_without_a_case(ctx) -> None:
    page = words(country.layout(ctx, country.State("VAT")))
    assert "The case against" not in page and len(page) > 200


def test_the_words_of_a_way_name_what_differs(ctx) -> None:
    lab = lab_of(ctx)
    said = {counter_reading.way(ctx, c) for c in lab.alternatives()}
    assert len(said) == len(list(lab.alternatives()))


def test_a_change_that_new_figures_brought_is_not_clear(catalogue) -> None:
    """Two areas: one truly rises, the other only gains a figure. Invented numbers."""
    framework, codes = catalogue.framework, list(dict.fromkeys(catalogue.framework.leaves))
    cells = pd.DataFrame(
        [
            (code, area, year, value)
            for code in codes
            for area, year, value in (
                ("AAA", 2018, 20.0),
                ("AAA", 2023, 60.0),
                ("BBB", 2018, 40.0),
                ("BBB", 2023, 40.0),
            )
        ],
        columns=["indicator", "ref_area", "time_period", "normalised"],
    )
    cells["own_period"] = cells["time_period"]
    lost = (cells["ref_area"] == "BBB") & (cells["time_period"] == 2018) & (cells["indicator"] == codes[0])
    cells.loc[cells["indicator"].eq(codes[0]) & cells["ref_area"].eq("BBB"), "normalised"] = 100.0
    like = like_for_like(cells[~lost], catalogue.indicators, framework, catalogue.methodology, (2018, 2023))
    index = like[like["node"] == "std"].set_index("ref_area")
    assert index.loc["AAA", ["score_before", "score"]].tolist() == pytest.approx([20, 60])
    assert index.loc["BBB", ["score_before", "score"]].tolist() == pytest.approx([40, 40])
    movers = pd.DataFrame(
        {
            "ref_area": ["AAA", "BBB", "CCC"],
            "rank_before": [2.0, 3.0, 1.0],
            "rank": [1.0, 2.0, 3.0],
            "score_before": [20.0, 30.0, 50.0],
            "score": [60.0, 50.0, 10.0],
            "change_is_clear": [True, True, False],
        }
    )
    found = with_like_for_like(movers, like[like["node"] == "std"]).set_index("ref_area")
    assert found.loc["AAA", "change_is_clear"] and not found.loc["AAA", "is_of_coverage"]
    assert found.loc["BBB", "is_of_coverage"] and not found.loc["BBB", "change_is_clear"]
    assert not found.loc["CCC", "change_is_clear"] and not found.loc["CCC", "is_of_coverage"]
    fell = movers.assign(score=[10.0, 50.0, 10.0])
    other = with_like_for_like(fell, like[like["node"] == "std"]).set_index("ref_area")
    assert other.loc["AAA", "is_of_others"] and not other.loc["AAA", "change_is_clear"], "its own score fell"


def test_like_for_like_of_one_year_with_itself_moves_nobody(engine, catalogue) -> None:
    cells = lab_queries.normalised_cells(engine, (2022, 2023))
    now = cells[cells["time_period"] == 2023]
    twice = pd.concat([now, now.assign(time_period=2022)])
    like = like_for_like(twice, catalogue.indicators, catalogue.framework, catalogue.methodology, (2022, 2023))
    pd.testing.assert_series_equal(like["score"], like["score_before"], check_names=False)
    stored = served.ranking(engine, "std", 2023).set_index("ref_area")["score"].dropna()
    own = like[like["node"] == "std"].set_index("ref_area")["score"].reindex(stored.index)
    assert own.to_numpy() == pytest.approx(stored.to_numpy(), abs=1e-9)


def test_the_change_beside_is_that_of_the_published_scores(engine, catalogue) -> None:
    cells = lab_queries.normalised_cells(engine, (2022, 2023))
    like = like_for_like(cells, catalogue.indicators, catalogue.framework, catalogue.methodology, (2022, 2023))
    for node in ("std", "national", "visa"):
        before, after = (served.ranking(engine, node, y).set_index("ref_area")["score"] for y in (2022, 2023))
        change = like[like["node"] == node].set_index("ref_area")["change"]
        stored = (after - before).dropna()
        assert len(stored) > 10
        assert change.reindex(stored.index).to_numpy() == pytest.approx(stored.to_numpy(), abs=1e-9)


@pytest.mark.parametrize(
    ("change", "before", "after", "expected"),
    [
        (8.0, 40.0, 41.0, True),  # one of eight points is the country's
        (8.0, 40.0, 44.0, False),  # half of them are
        (-8.0, 40.0, 41.0, True),  # it rises on the same figures
        (-8.0, 40.0, 35.0, False),
        (8.0, np.nan, np.nan, True),  # nothing is known in both years
        (0.9 * STEP, 40.0, 40.0, False),  # too small to be looked at
        (np.nan, 40.0, 40.0, False),  # not scored in both years
    ],
)
def test_a_step_is_of_coverage_when_less_than_half_remains_on_the_same_figures(
    change: float, before: float, after: float, expected: bool
) -> None:
    like = pd.DataFrame(
        {"node": ["std"], "ref_area": ["AAA"], "score_before": [before], "score": [after], "change": [change]}
    )
    assert (len(steps_of_coverage(like)) == 1) is expected
