"""What moved a score, and the case against a rank: sums by hand and against the database."""

import numpy as np
import pytest

from dashboard.lab import lab_of
from dashboard.pages import country
from indicators.drivers import contributions, drivers
from publish.findings import case
from store import queries
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
    frame = queries.area_scores(ctx.engine, ref_area=area)
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
    page = words(country.layout(ctx, country.State("USA")))
    assert "The case against this rank" in page
    assert "Counted otherwise, it would stand at 10" in page
    assert "Points of the index" in page


def test_a_country_that_is_not_ranked_has_a_page_without_a_case(ctx) -> None:
    page = words(country.layout(ctx, country.State("VAT")))
    assert "The case against" not in page and len(page) > 200


def test_the_words_of_a_way_name_what_differs(ctx) -> None:
    lab = lab_of(ctx)
    said = {case.way(ctx, c) for c in lab.alternatives()}
    assert len(said) == len(list(lab.alternatives()))
