"""Derived figures, worked by hand."""

import pandas as pd
import pytest

from scidip.indicators.measures import MEASURES
from scidip.indicators.pairs import measures  # noqa: F401


def areal(*rows: tuple[str, int, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["ref_area", "time_period", "obs_value"]).assign(obs_status="A")


def pairs(*rows: tuple[str, str, int, float], status: str = "A") -> pd.DataFrame:
    columns = ["ref_area", "counterpart_area", "time_period", "obs_value"]
    return pd.DataFrame(rows, columns=columns).assign(obs_status=status)


def values(frame: pd.DataFrame) -> dict[tuple[str, int], float]:
    return {(r.ref_area, r.time_period): r.obs_value for r in frame.itertuples()}


def test_a_ratio_takes_the_denominator_of_the_year_or_of_one_shortly_before() -> None:
    top = areal(("FRA", 2020, 10), ("FRA", 2024, 10), ("ITA", 2020, 6))
    bottom = areal(("FRA", 2018, 5), ("FRA", 2020, 4), ("ITA", 2021, 3))
    result = MEASURES.call("ratio", [top, bottom], params={"per": 100, "max_age": 3})
    assert values(result) == {("FRA", 2020): 250}  # 2024 is too far, ITA's lies ahead


def test_a_denominator_of_zero_gives_no_ratio() -> None:
    assert MEASURES.call("ratio", [areal(("FRA", 2020, 1)), areal(("FRA", 2020, 0))]).empty


def test_a_ratio_is_as_sure_as_its_least_sure_part() -> None:
    estimated = areal(("FRA", 2020, 4)).assign(obs_status="E")
    assert MEASURES.call("ratio", [areal(("FRA", 2020, 1)), estimated])["obs_status"].tolist() == ["E"]


def test_the_exchange_balance_is_one_when_all_flow_is_inward() -> None:
    inbound = areal(("AUS", 2020, 100), ("NPL", 2020, 0), ("FRA", 2020, 30))
    net = areal(("AUS", 2020, 100), ("NPL", 2020, -80), ("FRA", 2020, 10))
    result = values(MEASURES.call("exchange_balance", [inbound, net]))
    assert result == {("AUS", 2020): 1, ("NPL", 2020): -1, ("FRA", 2020): pytest.approx(10 / 50)}


def test_a_running_total_starts_at_its_year_and_fills_the_years_between() -> None:
    events = areal(("FRA", 1970, 5), ("FRA", 1976, 2), ("ITA", 1978, 1))
    result = values(MEASURES.call("running_total", [events], params={"since": 1975}))
    assert result[("FRA", 1975)] == 0
    assert result[("FRA", 1977)] == 2
    assert result[("ITA", 1978)] == 1


def test_a_share_is_the_first_part_of_all_parts_of_the_same_year() -> None:
    abroad = areal(("FRA", 2014, 2), ("ITA", 2014, 0), ("FRA", 2015, 1), ("USA", 2014, 5))
    state = areal(("FRA", 2014, 5), ("ITA", 2014, 0), ("USA", 2014, 5), ("DEU", 2014, 9))
    firms = areal(("FRA", 2014, 3), ("DEU", 2014, 1)).assign(obs_status="E")
    every = MEASURES.call("share", [abroad, state, firms], params={"per": 100})
    assert values(every) == {("FRA", 2014): 20}  # others lack a part, ITA sums up to nothing
    assert every["obs_status"].tolist() == ["E"]
    first_two = MEASURES.call("share", [abroad, state, firms], params={"required": 2})
    assert values(first_two) == {("FRA", 2014): 0.2, ("USA", 2014): 0.5}
    assert first_two["obs_status"].tolist() == ["E", "A"]


def test_the_first_available_series_wins_and_the_next_fills_its_gaps() -> None:
    new = areal(("FRA", 2021, 7), ("FRA", 2015, float("nan")))
    old = areal(("FRA", 2015, 6), ("FRA", 2021, 1), ("ITA", 2015, 4))
    result = values(MEASURES.call("first_available", [new, old]))
    assert result == {("FRA", 2021): 7, ("FRA", 2015): 6, ("ITA", 2015): 4}


def test_a_share_of_few_cases_is_not_given() -> None:
    share = areal(("FRA", 2020, 1.5), ("FSM", 2020, 18.75), ("ITA", 2020, 2))
    cases = areal(("FRA", 2020, 100), ("FSM", 2020, 16), ("ITA", 2019, 500))
    result = MEASURES.call("where_enough", [share, cases], params={"minimum": 100})
    assert values(result) == {("FRA", 2020): 1.5}


@pytest.mark.parametrize("name", ["share", "first_available", "where_enough"])
def test_measures_of_several_series_bear_that_one_is_not_there_yet(name: str) -> None:
    params = {"minimum": 1} if name == "where_enough" else {}
    here, nothing = areal(("FRA", 2020, 1)), areal()
    kept = int(name == "first_available")
    assert len(MEASURES.call(name, [here, nothing], params=params)) == kept
    assert len(MEASURES.call(name, [nothing, here], params=params)) == kept
    assert MEASURES.call(name, [nothing, nothing], params=params).empty


TRIANGLE = pairs(("DEU", "FRA", 2020, 30.0), ("DEU", "USA", 2020, 10.0), ("FRA", "USA", 2020, 5.0))


def test_pair_measures_count_an_undirected_tie_for_both() -> None:
    assert values(MEASURES.call("strength", [TRIANGLE])) == {("DEU", 2020): 40, ("FRA", 2020): 35, ("USA", 2020): 15}
    partners = values(MEASURES.call("partners", [TRIANGLE], params={"minimum": 10}))
    assert partners == {("DEU", 2020): 2, ("FRA", 2020): 1, ("USA", 2020): 1}


def test_diversity_is_one_minus_the_herfindahl_index() -> None:
    result = values(MEASURES.call("diversity", [TRIANGLE], params={"minimum": 20}))
    assert result[("DEU", 2020)] == pytest.approx(1 - (0.75**2 + 0.25**2))
    assert ("USA", 2020) not in result


def test_visa_shares_count_from_the_named_side_and_leave_out_broken_years() -> None:
    rules = pairs(("FRA", "USA", 2023, 2.0), ("IND", "USA", 2023, 0.0), ("USA", "FRA", 2023, 4.0))
    broken = pairs(("FRA", "USA", 2021, -1.0), status="B")
    layer = pd.concat([rules, broken], ignore_index=True)
    openness = values(MEASURES.call("share_admitted", [layer], params={"side": "destination"}))
    assert openness == {("USA", 2023): 50, ("FRA", 2023): 100}
    reach = values(MEASURES.call("share_admitted", [layer], params={"side": "passport"}))
    assert reach == {("FRA", 2023): 100, ("IND", 2023): 0, ("USA", 2023): 100}


# --- directed layers, and lists brought to date ------------------------------------------------

FLOWS = [("FRA", "DEU", 2020, 60.0), ("ITA", "DEU", 2020, 30.0), ("ESP", "DEU", 2020, 5.0), ("FRA", "ITA", 2020, 4.0)]


def test_flow_total_and_reach_look_from_either_side() -> None:
    sent = MEASURES.call("flow_total", [pairs(*FLOWS)], params={"side": "from"})
    assert values(sent) == {("ESP", 2020): 5, ("FRA", 2020): 64, ("ITA", 2020): 30}
    got = MEASURES.call("flow_total", [pairs(*FLOWS)], params={"side": "to"})
    assert values(got) == {("DEU", 2020): 95, ("ITA", 2020): 4}
    hosts = MEASURES.call("reach", [pairs(*FLOWS)], params={"side": "from", "minimum": 5})
    assert values(hosts) == {("ESP", 2020): 1, ("FRA", 2020): 1, ("ITA", 2020): 1}


def test_a_side_that_does_not_exist_is_a_fault_of_the_catalogue() -> None:
    assert MEASURES.faults("reach", {"side": "both"})


def test_the_rest_is_one_group_in_the_diversity_of_the_largest() -> None:
    total = areal(("DEU", 2020, 100.0), ("ITA", 2020, 3.0))
    result = MEASURES.call("diversity_of_largest", [pairs(*FLOWS), total], params={"side": "to", "largest": 2})
    # Germany: 60, 30 and a rest of 10; Italy's total is less than its one flow, so the flow is all.
    assert values(result)["DEU", 2020] == pytest.approx(1 - (0.36 + 0.09 + 0.01))
    assert values(result)["ITA", 2020] == 0


def test_diversity_of_the_largest_needs_a_total_that_says_something() -> None:
    total = areal(("DEU", 2020, 100.0))
    result = MEASURES.call("diversity_of_largest", [pairs(*FLOWS), total], params={"side": "to", "minimum": 101})
    assert result.empty


def test_a_figure_that_rests_on_an_unsure_pair_is_estimated() -> None:
    sure, unsure = pairs(FLOWS[0]), pairs(FLOWS[3], status="U")
    layer = pd.concat([sure, unsure], ignore_index=True)
    result = MEASURES.call("flow_total", [layer], params={"side": "to"})
    assert dict(zip(result["ref_area"], result["obs_status"], strict=True)) == {"DEU": "A", "ITA": "E"}


def test_a_running_total_adds_lists_and_reports_from_a_year_on() -> None:
    pct, madrid = areal(("FRA", 1978, 1)), areal(("FRA", 1892, 1), ("ITA", 1980, 1))
    result = MEASURES.call("running_total", [pct, madrid], params={"since": 1891, "reported_from": 1979})
    assert values(result) == {("FRA", 1979): 2, ("FRA", 1980): 2, ("ITA", 1979): 0, ("ITA", 1980): 1}


def test_a_total_of_a_window_forgets_what_is_older_and_begins_with_the_first_whole_one() -> None:
    events = areal(("FRA", 1999, 9), ("FRA", 2000, 5), ("FRA", 2002, 2), ("ITA", 2004, 1))
    given = {"since": 2000, "window": 3}
    result = MEASURES.call("running_total", [events], params=given)
    assert values(result) == {
        ("FRA", 2002): 7,
        ("FRA", 2003): 2,
        ("FRA", 2004): 2,
        ("ITA", 2002): 0,
        ("ITA", 2003): 0,
        ("ITA", 2004): 1,
    }
    assert min(MEASURES.call("running_total", [events], params=given | {"reported_from": 2004})["time_period"]) == 2004
    listed = areal(("FRA", 2000, 1), ("FRA", 2001, 0), ("FRA", 2002, 0), ("FRA", 2003, 0))
    listed["obs_status"] = ["A", "Z", "Z", "Z"]
    status = MEASURES.call("running_total", [listed], params=given).set_index("time_period")["obs_status"]
    assert status.to_dict() == {2002: "A", 2003: "Z"}, "an entry before the window is none in it"


def test_a_stock_that_ended_goes_on_with_later_events() -> None:
    stock = areal(("FRA", 2013, 3), ("FRA", 2014, 4), ("ITA", 2014, 2))
    events = areal(("FRA", 2012, 9), ("ITA", 2016, 1), ("BRA", 2015, 1))
    result = MEASURES.call("brought_to_date", [stock, events])
    assert values(result) == {
        ("FRA", 2013): 3,
        ("FRA", 2014): 4,
        ("ITA", 2014): 2,
        ("FRA", 2015): 4,
        ("FRA", 2016): 4,
        ("ITA", 2015): 2,
        ("ITA", 2016): 3,
        ("BRA", 2015): 1,
        ("BRA", 2016): 1,
    }
    continued = result["time_period"] > 2014
    assert (result["obs_status"] == continued.map({True: "E", False: "A"})).all()
    assert values(MEASURES.call("brought_to_date", [stock, events[:1]])) == values(stock)


def test_a_pooled_ratio_needs_each_of_its_years() -> None:
    # ITA lacks 2019, and no window of three years is whole for it.
    came = areal(
        *(("FRA", y, n) for y, n in ((2018, 1), (2019, 0), (2020, 5), (2021, 3))), ("ITA", 2018, 9), ("ITA", 2020, 9)
    )
    there = areal(*((a, y, 10 + y - 2018) for a in ("FRA", "ITA") for y in range(2018, 2022)))
    result = MEASURES.call("pooled_ratio", [came, there], params={"years": 3, "per": 1000})
    assert values(result) == {("FRA", 2020): pytest.approx(6 / 33 * 1000), ("FRA", 2021): pytest.approx(8 / 36 * 1000)}


def test_a_pooled_ratio_stands_only_on_enough_and_can_take_away() -> None:
    came, left = (areal(("FRA", 2019, n), ("FRA", 2020, n), ("NRU", 2019, n), ("NRU", 2020, n)) for n in (4, 6))
    there = areal(("FRA", 2019, 200), ("FRA", 2020, 300), ("NRU", 2019, 199), ("NRU", 2020, 300))
    params = {"years": 2, "minimum": 500, "per": 1000}
    assert values(MEASURES.call("pooled_ratio", [came, left, there], params=params)) == {("FRA", 2020): 40}
    net = MEASURES.call("pooled_ratio", [came, left, there], params={**params, "signs": [1, -1]})
    assert values(net) == {("FRA", 2020): -8}
    with pytest.raises(ValueError, match="1 signs for 2 inputs"):
        MEASURES.call("pooled_ratio", [came, left, there], params={**params, "signs": [1]})
    nobody = areal(("FRA", 2019, 0), ("FRA", 2020, 0))
    assert MEASURES.call("pooled_ratio", [came, nobody], params={"years": 2}).empty


def test_a_pooled_ratio_is_as_sure_as_the_least_sure_of_its_years() -> None:
    came = areal(("FRA", 2018, 1), ("FRA", 2019, 1), ("FRA", 2020, 1), ("FRA", 2021, 1))
    there = came.assign(obs_status=["A", "E", "A", "A"])
    result = MEASURES.call("pooled_ratio", [came, there], params={"years": 2})
    assert dict(zip(result["time_period"], result["obs_status"], strict=True)) == {2019: "E", 2020: "E", 2021: "A"}


def test_a_total_of_a_window_forgets_what_lies_further_back() -> None:
    events = areal(("FRA", 1969, 7), ("FRA", 1970, 2), ("FRA", 1972, 1), ("ITA", 1973, 4))
    result = values(MEASURES.call("running_total", [events], params={"window": 3, "since": 1970}))
    assert result == {("FRA", 1972): 3, ("FRA", 1973): 1, ("ITA", 1972): 0, ("ITA", 1973): 4}


def test_a_total_of_a_window_without_an_entry_stays_none_by_list() -> None:
    events = areal(("FRA", 1970, 2), ("FRA", 1971, 0), ("FRA", 1972, 0)).assign(obs_status=["A", "Z", "Z"])
    result = MEASURES.call("running_total", [events], params={"window": 2, "since": 1970})
    assert values(result) == {("FRA", 1971): 2, ("FRA", 1972): 0}
    assert result["obs_status"].tolist() == ["A", "Z"]
