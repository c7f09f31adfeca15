"""Figures of another edition: no difference between two editions is told as a change of a country."""

from dataclasses import replace

import pandas as pd
import pytest

from scidip.dashboard.widgets.quantity import Quantity
from scidip.findings.change import change_of
from scidip.findings.claims import check
from scidip.indicators.engine.drivers import like_for_like
from scidip.indicators.model.catalogue import Catalogue
from tests.test_pages import make_context

CODE = "tertiary_enrolment"
"""A scored indicator with figures of nearly every year, for which a break is invented here."""


def with_break(catalogue: Catalogue, code: str, *years: int) -> Catalogue:
    spec = catalogue.indicators[code].model_copy(update={"breaks": years})
    return replace(catalogue, indicators={**catalogue.indicators, code: spec})


def test_scores_on_the_same_figures_leave_out_a_figure_of_another_edition(catalogue) -> None:
    """Both areas stand still but for one indicator; only one has its figure of the new edition. Invented numbers."""
    framework = catalogue.framework
    codes = list(dict.fromkeys(framework.leaves))
    columns = ["indicator", "ref_area", "time_period", "own_period", "normalised"]
    still = [(code, area, year, 2018, 40.0) for code in codes for area in ("AAA", "BBB") for year in (2022, 2023)]
    cells = pd.DataFrame(still, columns=columns)
    jumped = cells["indicator"].eq(CODE) & cells["time_period"].eq(2023)
    cells.loc[jumped, "normalised"] = 100.0
    cells.loc[jumped & cells["ref_area"].eq("AAA"), "own_period"] = 2023

    def own(held: Catalogue) -> dict[str, tuple[float, float]]:
        like = like_for_like(cells, held.indicators, framework, held.methodology, (2022, 2023))
        found = like[like["node"] == "education"].set_index("ref_area")
        return {a: (found.at[a, "score_before"], found.at[a, "score"]) for a in ("AAA", "BBB")}

    assert all(after > before for before, after in own(catalogue).values())
    broken = own(with_break(catalogue, CODE, 2023))
    assert broken["AAA"] == pytest.approx((40.0, 40.0))
    assert broken["BBB"][1] > broken["BBB"][0], "its figure is carried from the same edition"
    assert own(with_break(catalogue, CODE, 2015)) == own(catalogue)


@pytest.fixture(scope="module")
def broken(built_url, catalogue, areas, sources):
    made = make_context(built_url, with_break(catalogue, CODE, 2020), areas, sources, ahead=False)
    made.prepare()
    return made


@pytest.fixture(scope="module")
def whole(built_url, catalogue, areas, sources):
    made = make_context(built_url, catalogue, areas, sources, ahead=False)
    made.prepare()
    return made


def test_what_changed_in_a_country_leaves_it_out(broken, whole) -> None:
    told = change_of(whole, "PRT", "std", 2018, 2023).figures.set_index("indicator")
    own = told.loc[CODE]
    assert own["period_before"] < 2020 <= own["period"], "or the test says nothing"
    left = change_of(broken, "PRT", "std", 2018, 2023).figures["indicator"]
    assert set(told.index) - set(left) == {CODE}


def test_a_claim_across_editions_cannot_be_checked(broken, whole) -> None:
    name = whole.catalogue.indicators[CODE].name
    text = f"Portugal's {name[0].lower()}{name[1:]} rose between 2018 and 2022"
    assert check.check(text, check.evidence_of(whole)).holds is not None
    answer = check.check(text, check.evidence_of(broken))
    assert (answer.verdict, answer.holds) == ("cannot_be_checked", None)
    assert "different editions" in answer.why and [f.time_period for f in answer.figures] == [2018, 2022]
    later = check.check(text.replace("2018", "2020"), check.evidence_of(broken))
    assert later.holds is not None


def test_a_line_over_the_years_breaks_where_another_edition_begins(broken, whole) -> None:
    series = Quantity(broken, CODE).series(["PRT"], 2023)
    assert Quantity(broken, CODE).breaks_in(series) == {"PRT": [2020]}
    assert Quantity(whole, CODE).breaks_in(series) == {}
    older = series[series["time_period"] < 2020]
    assert Quantity(broken, CODE).breaks_in(older) == {}, "an area without a figure of the new edition"


def test_the_mark_of_the_first_figure_of_an_edition_says_so(whole) -> None:
    series = Quantity(whole, "statistical_capacity").series(["NOR"], 2024).set_index("time_period")
    assert series.at[2024, "text"].endswith("break in series")
    assert "break" not in series.at[2019, "text"]
    assert Quantity(whole, "statistical_capacity").breaks_in(series.reset_index()) == {"NOR": [2024]}
