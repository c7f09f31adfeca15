"""What is known: a zero that a list implies is scored and informs of nothing. Synthetic figures."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from scidip.indicators.engine.coverage import covered, informs
from scidip.indicators.engine.published import score
from scidip.indicators.model.framework import Framework
from scidip.indicators.model.methodology import Coverage
from scidip.indicators.model.observations import Matrix
from scidip.indicators.robustness.published_intervals import intervals_of
from tests import worlds

FRAMEWORK = {
    "code": "f",
    "name": "F",
    "description": "",
    "reference": "tests",
    "index_code": "std",
    "index_name": "Index",
    "factor": [
        {"code": "one", "name": "One", "dimension": [{"code": "a", "name": "A", "indicators": ["i0"]}]},
        {
            "code": "two",
            "name": "Two",
            "dimension": [
                {"code": "b", "name": "B", "indicators": ["i1", "i2"]},
                {"code": "c", "name": "C", "indicators": ["i3"]},
                {"code": "d", "name": "D", "indicators": ["i4"]},
            ],
        },
    ],
}
COVERAGE = {"dimension": 0.5, "factor": 0.5, "indicators": 0.5, "least_dimensions": 2, "scored": 0.3, "small": 3}


def spec(code: str) -> object:
    given = dict(worlds.INDICATORS[0], code=code, series=code)
    return type(next(iter(worlds.specs().values()))).model_validate(given)


SPECS = {f"i{k}": spec(f"i{k}") for k in range(5)}


def matrix(rows: list[str]) -> Matrix:
    """Return areas of one year from words: "1" an observed figure, "0" an observed zero, "z" a list's zero, "." none."""
    values = {".": np.nan, "z": 0.0, "0": 0.0}
    status = {".": "", "z": "Z"}
    shape = (len(rows), 1, 5)
    held = np.array([[[values.get(c, float(c) if c.isdigit() else 0.0) for c in row]] for row in rows])
    marks = np.array([[[status.get(c, "A") for c in row]] for row in rows])
    areas = tuple(f"A{k:02d}" for k in range(len(rows)))
    return Matrix(
        areas,
        (2022,),
        tuple(SPECS),
        held,
        np.where(np.isnan(held), 0, 2022).astype(np.int64),
        marks,
        np.ones(shape[:2], dtype=bool),
        tuple((None,) for _ in rows),
    )


def scored(rows: list[str]) -> pd.DataFrame:
    method = worlds.methodology(coverage=COVERAGE)
    return score(matrix(rows), SPECS, Framework.model_validate(FRAMEWORK), method).scores.set_index(
        ["node", "ref_area"]
    )


def test_a_zero_of_a_list_does_not_inform_and_an_observed_one_does() -> None:
    assert informs(matrix(["1z0.."]), Coverage())[0, 0].tolist() == [True, False, True, False, False]


@pytest.mark.parametrize(
    ("row", "is_scored", "is_ranked"),
    [
        ("11111", True, True),
        ("101.z", True, False),
        ("1zzzz", False, False),
        ("1zz1z", True, False),
        ("1z01z", True, True),
        ("1....", False, False),
    ],
)
def test_a_factor_needs_informative_dimensions(row: str, is_scored: bool, is_ranked: bool) -> None:
    found = covered(matrix([row]), Framework.model_validate(FRAMEWORK), Coverage.model_validate(COVERAGE))
    assert (bool(found.scored["two"][0, 0]), bool(found.ranked["two"][0, 0])) == (is_scored, is_ranked)


def test_an_area_known_of_by_lists_alone_is_not_ranked_and_is_told_why() -> None:
    table = scored(["1zzzz", "21111", "32222", "43333"])
    row = table.loc[("two", "A00")]
    assert np.isnan(row["score"]) and not row["is_ranked"] and row["coverage"] == 0
    assert row["reason_code"] == "FEW_FIGURES" and '"known": 0' in row["reason_params"]
    assert np.isnan(table.loc[("std", "A00"), "rank"])


def test_a_thin_factor_enters_the_index_and_has_no_rank_of_its_own() -> None:
    table = scored(["1zz1z", "21111", "32222", "43333"])
    row = table.loc[("two", "A00")]
    assert np.isfinite(row["score"]) and np.isnan(row["rank"]) and not row["is_ranked"]
    assert row["reason_code"] == "FEW_FIGURES" and row["ranked_areas"] == 3
    assert table.loc[("std", "A00"), "rank"] == 4 and table.loc[("std", "A00"), "reason_code"] == ""


def test_more_of_what_a_list_counts_never_lowers_the_score() -> None:
    """An area with nothing in the list is not better off than one with something."""
    others = ["21111", "32222", "43333", "9" * 5]
    without = scored(["1z11z", *others]).loc[("two", "A00"), "score"]
    with_one = scored(["1z111", *others]).loc[("two", "A00"), "score"]
    assert with_one >= without


def test_ranges_of_a_factor_are_among_those_ranked_in_it() -> None:
    rows = ["1zz1z", "21111", "32222", "43333"]
    method, framework = worlds.methodology(coverage=COVERAGE), Framework.model_validate(FRAMEWORK)
    result = score(matrix(rows), SPECS, framework, method)
    spread = intervals_of(matrix(rows), result, framework, method)
    ranges = spread[spread["node"] == "two"]
    assert sorted(ranges["ref_area"]) == ["A01", "A02", "A03"] and ranges["rank_p95"].max() <= 3
    assert len(spread[spread["node"] == "std"]) == 4


def test_gaps_widen_the_range_of_whom_they_concern() -> None:
    random = np.random.default_rng(5)
    rows = ["".join(str(d) for d in random.integers(1, 10, 5)) for _ in range(12)]
    rows[0] = rows[0][:2] + ".." + rows[0][4]
    whole = replace(matrix(rows), peers=tuple("High | Here" for _ in rows))
    framework = Framework.model_validate(FRAMEWORK)

    def width(gaps: int) -> float:
        given = {"draws": 400, "weights": 0.25, "gaps": gaps}
        method = worlds.methodology(coverage=COVERAGE, uncertain=given)
        spread = intervals_of(whole, score(whole, SPECS, framework, method), framework, method)
        row = spread[(spread["node"] == "std") & (spread["ref_area"] == "A00")].iloc[0]
        return float(row["rank_p95"] - row["rank_p05"])

    assert width(5) > width(0)
