"""The newest edition: of each series the latest figure within its age. Synthetic figures."""

import numpy as np
import pandas as pd
import pytest

from scidip.indicators.measures import mean_of_years, running_total
from scidip.indicators.model.methodology import Period
from scidip.indicators.model.observations import to_matrix
from scidip.indicators.vocabulary import CURRENT_FOR, EDITION, NOT_APPLICABLE, OLDEST, oldest_current, oldest_known
from tests import worlds

AREAS = ("AAA", "BBB", "CCC", "DDD", "EEE")


def long(rows: list[tuple[str, int, float]], status: str = "A") -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["ref_area", "time_period", "obs_value"])
    return frame.assign(
        indicator="up", counterpart_area=NOT_APPLICABLE, obs_status=status, file=0, row=range(len(frame))
    )


def edition_of(rows: list[tuple[str, int, float]]) -> tuple[list[float], list[int], list[bool]]:
    """Return values, own years and what is carried in the edition; the series may be one year older (`max_age`)."""
    specs = [worlds.specs()["up"]]
    years = [2022, 2023, EDITION]
    outside = [[None] * 3 for _ in AREAS]
    matrix = to_matrix(long(rows), specs, AREAS, years, outside, Period(edition=EDITION))
    return matrix.values[:, 2, 0].tolist(), matrix.periods[:, 2, 0].tolist(), matrix.carried[:, 2, 0].tolist()


def test_an_edition_holds_the_latest_figure_within_the_age_of_its_series() -> None:
    rows = [("AAA", 2023, 1.0), ("AAA", 2024, 2.0), ("BBB", 2023, 3.0), ("CCC", 2022, 4.0), ("DDD", EDITION + 1, 9.0)]
    values, periods, carried = edition_of(rows)
    assert values[:2] == [2.0, 3.0] and np.isnan(values[2:]).all(), "CCC lags two years behind the newest, DDD is later"
    assert periods == [2024, 2023, 0, 0, 0]
    assert carried == [False] * 5, "figures of up to three years before are current"


def test_a_series_that_lags_behind_stays_in_the_edition_up_to_a_bound_and_counts_as_carried() -> None:
    values, _, carried = edition_of([("AAA", EDITION - OLDEST, 1.0), ("BBB", EDITION - OLDEST - 1, 2.0)])
    assert values[0] == 1.0 and np.isnan(values[1])
    assert carried[:2] == [True, False]


def test_years_beside_the_edition_are_as_without_it() -> None:
    rows = [("AAA", 2021, 1.0), ("AAA", 2023, 2.0), ("BBB", 2024, 3.0)]
    specs, outside = [worlds.specs()["up"]], [[None] * 3 for _ in AREAS]
    both = to_matrix(long(rows), specs, AREAS, [2022, 2023, EDITION], outside, Period(edition=EDITION))
    alone = to_matrix(long(rows), specs, AREAS, [2022, 2023], [o[:2] for o in outside])
    assert np.array_equal(both.values[:, :2], alone.values, equal_nan=True)
    assert np.array_equal(both.periods[:, :2], alone.periods)


def test_ages_count_from_the_newest_of_the_series_in_an_edition_only() -> None:
    assert oldest_known(2023, 2020, 5) == 2018
    assert oldest_known(EDITION, EDITION - 3, 2) == EDITION - 5
    assert oldest_known(EDITION, EDITION + 1, 2) == EDITION - 2
    assert oldest_known(EDITION, EDITION - 7, 5) == EDITION - OLDEST
    assert oldest_current(2023) == 2023 and oldest_current(EDITION) == EDITION - CURRENT_FOR


def test_the_catalogue_and_the_code_name_the_same_edition(catalogue) -> None:
    assert catalogue.methodology.period.edition == EDITION


def test_a_mean_of_years_is_over_the_years_with_a_figure() -> None:
    found = mean_of_years(
        [long([("AAA", 2019, 100.0), ("AAA", 2023, 1.0), ("AAA", 2024, 4.0), ("BBB", 2024, 7.0)])], years=5
    )
    held = found.set_index(["ref_area", "time_period"])["obs_value"]
    assert held.to_dict() == {("AAA", 2019): 100, ("AAA", 2023): 50.5, ("AAA", 2024): 2.5, ("BBB", 2024): 7}


@pytest.mark.parametrize(("year", "total", "status"), [(2003, 5, "A"), (2004, 3, "A"), (2006, 0, "Z"), (2007, 2, "A")])
def test_a_running_total_forgets_what_is_older_than_its_window(year, total, status) -> None:
    zeros = long([("AAA", y, 0.0) for y in (2000, 2003, 2004, 2005, 2006)], "Z")
    events = pd.concat([long([("AAA", 2001, 2.0), ("AAA", 2002, 3.0), ("AAA", 2007, 2.0)]), zeros])
    found = running_total([events], window=3, since=2000).set_index("time_period")
    assert found.index.min() == 2002, "earlier windows are not whole"
    assert (found.at[year, "obs_value"], found.at[year, "obs_status"]) == (total, status)


def test_a_window_of_events_that_amount_to_nothing_is_known() -> None:
    events = pd.concat([long([("AAA", 2001, 0.0)]), long([("AAA", y, 0.0) for y in (2000, 2002, 2003, 2004)], "Z")])
    found = running_total([events], window=3, since=2000).set_index("time_period")["obs_status"]
    assert found.to_dict() == {2002: "A", 2003: "A", 2004: "Z"}, "a team without a medal is an observed zero"
