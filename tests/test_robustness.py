"""Other ways of counting: exact at the default, by hand on a small invented world, and on the page."""

import numpy as np
import pandas as pd
import pytest

from scidip.dashboard.pages.robustness import page as robustness
from scidip.dashboard.pages.robustness import state as labs
from scidip.findings import laboratory as findings
from scidip.indicators.errors import MethodError
from scidip.indicators.model.catalogue import IndicatorSpec
from scidip.indicators.model.framework import Framework
from scidip.indicators.robustness.alternative_methodologies import (
    AGGREGATE,
    MISSING,
    NORMALISE,
    Choices,
    laboratory,
    weighted,
)
from scidip.indicators.robustness.country_robustness import Ranked
from scidip.store.queries import served
from tests.test_pages import make_context
from tests.test_ties import words


@pytest.fixture(scope="module")
def ctx(built_url, catalogue, areas, sources):
    return make_context(built_url, catalogue, areas, sources)


def test_the_default_choices_give_the_published_scores_ranks_and_ranges(ctx) -> None:
    lab = findings.lab_of(ctx)
    for year in (2012, ctx.years[-1]):
        assert year in ctx.years
        made = lab.ranking(Choices("three_factors"), year).set_index("ref_area")
        frame = served.ranking(ctx.engine, node="std", year=year).set_index("ref_area")
        published = frame[frame["rank"].notna()]
        assert set(made.index) == set(published.index)
        made = made.loc[published.index]
        assert np.abs(made["score"] - published["score"]).max() < 1e-9
        for column in ("rank", "rank_p05", "rank_p50", "rank_p95"):
            assert (made[column] == published[column]).all(), column


# --- a small invented world: two factors of one dimension of one indicator each ------------------


def framework() -> Framework:
    return Framework.model_validate(
        {
            "code": "two",
            "name": "Two",
            "description": "",
            "reference": "",
            "index_code": "std",
            "index_name": "Index",
            "factor": [
                {"code": f, "name": f.upper(), "dimension": [{"code": f"{f}_d", "name": f, "indicators": [f"{f}_i"]}]}
                for f in ("x", "y")
            ],
        }
    )


def small(catalogue):
    specs = {
        c: IndicatorSpec(code=c, name=c, definition="invented", unit="count", source="s", series="s")
        for c in ("x_i", "y_i")
    }
    # A leads in x, B in y; C is in the middle of both.
    values = {"A": (100.0, 20.0), "B": (10.0, 100.0), "C": (50.0, 60.0), "D": (0.0, 0.0)}
    cells = pd.DataFrame(
        [(i, a, 2020, v) for a, pair in values.items() for i, v in zip(("x_i", "y_i"), pair, strict=True)],
        columns=["indicator", "ref_area", "time_period", "treated"],
    )
    none = pd.DataFrame(columns=["ref_area", "time_period"])
    return laboratory(cells.assign(obs_status="A"), none, specs, {"two": framework()}, catalogue.methodology, {})


def order(lab, **choices) -> list[str]:
    return lab.ranking(Choices("two", **choices), 2020)["ref_area"].tolist()


def test_weights_decide_by_hand(catalogue) -> None:
    lab = small(catalogue)
    scores = lab.scores(Choices("two"), 2020)
    assert scores.tolist() == [60.0, 55.0, 55.0, 0.0]
    assert order(lab, points={"x": 100})[0] == "A"
    assert order(lab, points={"y": 100})[0] == "B"
    double = lab.scores(Choices("two", points={"x": 100}), 2020)
    assert double[0] == pytest.approx((2 * 100 + 20) / 3)
    only = lab.scores(Choices("two", points={"y": 0}), 2020)
    assert only.tolist() == [100.0, 10.0, 50.0, 0.0]


def test_a_mean_that_does_not_make_up_prefers_the_balanced(catalogue) -> None:
    lab = small(catalogue)
    assert order(lab, aggregate="geometric")[0] == "C"
    assert order(lab, aggregate="harmonic")[0] == "C"
    assert lab.scores(Choices("two", aggregate="geometric"), 2020)[2] == pytest.approx((50 * 60) ** 0.5)


def test_a_framework_without_weights_is_refused() -> None:
    with pytest.raises(MethodError, match="every weight is zero"):
        weighted(framework(), {"x": 0, "y_d": 0})
    with pytest.raises(MethodError, match="0 to 100"):
        weighted(framework(), {"x": 101})


def test_survivors_span_all_ways(catalogue) -> None:
    lab = small(catalogue)
    frame = lab.survivors(2020).set_index("ref_area")
    assert frame["ways"].iloc[0] == len(NORMALISE) * len(AGGREGATE) * 3
    assert frame.loc["A", "best"] == 1 and frame.loc["D", "worst"] == 4 == frame.loc["D", "best"]
    assert (frame["top_ten"] == 1).all()


def test_the_swap_of_two_is_the_smallest_change_by_hand(catalogue) -> None:
    # A 60, C 55: with weights 1-r on x and 1+r on y, A = 100(1-r)+20(1+r), C = 50(1-r)+60(1+r); equal at r = 1/9.
    found = Ranked(small(catalogue), "two", 2020).swap("A", "C")
    assert found is not None and found.distance == pytest.approx(1 / 9)


# --- the page ------------------------------------------------------------------------------------


def test_every_choice_has_a_page_and_the_weights_survive_the_address(ctx) -> None:
    for query in (
        {},
        {"framework": "four_factors"},
        {"missing": "most", "normalise": "z_score", "aggregate": "harmonic"},
        {"w": "infra.80,visa.0", "a": "PRT", "b": "GRC"},
        {"a": "VAT", "b": "VAT"},
        {"year": "2010"},
    ):
        state, notices = robustness.State.from_query(query, robustness.allowed(ctx))
        assert notices == [], query
        assert state.to_query().count("=") == len([v for v in query.values()])
        assert len(words(robustness.layout(ctx, state))) > 500


@pytest.mark.parametrize(
    "text", ["infra.101", "infra.-5", "infra.5,infra.6", "nothing.5", "infra", "infra.x", "<script>", "infra.5."]
)
def test_weights_that_are_none_fall_back_with_a_notice(ctx, text) -> None:
    state, notices = robustness.State.from_query({"w": text}, robustness.allowed(ctx))
    assert state.w == "" and len(notices) == 1


def test_all_weights_zero_says_what_to_do(ctx) -> None:
    zero = ",".join(f"{f}.0" for f in ("infra", "national", "international"))
    page = words(robustness.layout(ctx, robustness.State(w=zero)))
    assert "Give at least one factor" in page


def test_the_table_of_missing_rules_has_words_for_each() -> None:
    assert set(labs.MISSING) == set(MISSING) and set(findings.NORMALISE) == set(NORMALISE)
    assert set(findings.AGGREGATE) == set(AGGREGATE)
