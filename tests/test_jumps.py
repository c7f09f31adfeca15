"""Figures out of line with their own area's history, on invented lines and on the ones that were found."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scidip.etl.harmonise import harmonise
from scidip.etl.jumps import jumps
from scidip.etl.source import raw_frame
from scidip.indicators.model.catalogue import IndicatorSpec, Jump
from scidip.indicators.model.source import SourceSpec
from scidip.store.queries import served

SLOW, FAST = Jump(floor=0.2, confirm=3), Jump(floor=10)
SOURCE = SourceSpec(id="world_bank", title="t", publisher="p", homepage="h", licence="l", citation="c", kind="official")


def found(values, jump, years=None):
    years = np.arange(2010, 2010 + len(values)) if years is None else np.array(years)
    return jumps(years, np.array(values, dtype=float), jump)


@pytest.mark.parametrize(
    ("values", "jump", "places"),
    [
        ([0.28, 0.35, 9.9], SLOW, {2: 1}),  # the last one, with nothing to confirm it
        ([0.42, 0.40, 2.3, 2.5], SLOW, {2: 1, 3: 1}),  # two figures of a stock: not yet believed
        ([0.07, 0.07, 0.88, 0.89, 0.86, 0.79], SLOW, {}),  # three more of the new level: a change of definition
        ([60, 58, 8, 61], FAST, {2: 1}),  # one figure far below its neighbours
        ([60, 58, 580, 61], FAST, {2: 1}),  # and one far above
        ([20, 80, 320, 1300], FAST, {3: 2}),  # growth threefold a year is growth, until the last, unconfirmed
        ([1, 2, 9, 3], FAST, {}),  # under the floor a factor of three says nothing
        ([7.7, 0.60, 0.61, 0.60], SLOW, {0: 1}),  # the first one, against those that follow
        ([0.5, 3, 12, 40], FAST, {3: 2}),  # what spreads fast begins small
        ([5.0, 0.0, 5.1], Jump(floor=1, confirm=3), {1: 0}),  # a zero amid figures
    ],
)
def test_a_figure_jumps_against_the_last_one_believed(values, jump, places) -> None:
    assert found(values, jump) == places


def test_figures_far_apart_in_time_are_not_compared() -> None:
    assert found([6.0, 0.4], Jump(floor=0.2, confirm=3), years=[2014, 2023]) == {}


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=20), st.floats(1.001, 2.9))
def test_a_series_that_moves_by_less_than_threefold_never_jumps(steps, factor) -> None:
    values = np.cumprod([factor if int(s) % 2 else 1 / factor for s in steps]) * 100
    assert found(np.maximum.accumulate(values), FAST) == {}


def test_a_series_revised_by_a_factor_of_ten_as_a_whole_does_not_jump() -> None:
    """Its years agree among themselves; the gate holds such a vintage, row checks do not tear it apart."""
    line = [2.0, 2.1, 2.2, 2.3]
    assert found([10 * v for v in line], SLOW) == {}


def harmonised(areas, rows, history=None):
    spec = IndicatorSpec(
        code="x",
        name="x",
        definition="x",
        unit="percent",
        source="world_bank",
        series="X",
        jump={"floor": 0.2, "confirm": 3},
    )
    raw = raw_frame(
        series="X",
        source_area=[r[0] for r in rows],
        time_period=[r[1] for r in rows],
        obs_value=[r[2] for r in rows],
        row=range(1, len(rows) + 1),
    )
    return harmonise(raw, SOURCE, [spec], areas, 2026, history)


def test_a_jump_is_set_aside_with_its_evidence(areas) -> None:
    done = harmonised(areas, [("MKD", 2021, 0.28), ("MKD", 2022, 0.35), ("MKD", 2023, 9.9), ("FRA", 2023, 9.9)])
    entry = done.quarantined.iloc[0]
    assert (len(done.quarantined), entry["check_code"], entry["row"]) == (1, "VAL_JUMP", 3)
    assert entry["message"].startswith("9.9 in 2023 against 0.35 in 2022: more than three times")
    assert len(done.observations) == 3


def test_a_file_of_one_year_is_held_against_the_figures_that_serve(areas) -> None:
    history = harmonised(areas, [("MKD", 2021, 0.28), ("MKD", 2022, 0.35)]).observations
    assert len(harmonised(areas, [("MKD", 2023, 9.9)], history).quarantined) == 1
    assert len(harmonised(areas, [("MKD", 2023, 0.36)], history).quarantined) == 0
    # What the new file says of a year stands for what served.
    done = harmonised(areas, [("MKD", 2021, 9.7), ("MKD", 2022, 9.8), ("MKD", 2023, 9.9)], history)
    assert len(done.quarantined) == 0


@pytest.mark.parametrize(
    ("code", "area", "year"),
    [
        ("doctorate_holders_share", "MKD", 2023),
        ("doctorate_holders_share", "TUR", 2021),
        ("doctorate_holders_share", "TUR", 2022),
        ("doctorate_holders_share", "CRI", 2022),
        ("doctorate_holders_share", "CRI", 2023),
        ("secure_servers_pm", "CYP", 2023),
        ("education_spending_gdp", "SOM", 2023),
        ("medium_hightech_value_added", "MMR", 2022),
        ("doctorate_holders_share", "DEU", 2012),
        ("hightech_exports_share", "GUY", 2023),
    ],
)
def test_the_oddities_that_were_found_do_not_serve(engine, code, area, year) -> None:
    frame = served.observations(engine, [code])
    assert frame[(frame["ref_area"] == area) & (frame["time_period"] == year)].empty
    assert not frame[frame["ref_area"] == area].empty or code == "education_spending_gdp"


def test_no_scale_rests_on_a_figure_out_of_line_with_its_own_area(engine, catalogue) -> None:
    """The largest figure of every checked series has another of its own area beside it, within a factor of three."""
    checked = [s for s in catalogue.indicators.values() if s.jump is not None and s.arity == "area"]
    frame = served.observations(engine, [s.code for s in checked])
    held = [s for s in checked if s.code in set(frame["indicator"])]  # a source may have no figures yet
    for spec in held:
        own = frame[frame["indicator"] == spec.code]
        top = own.loc[own["obs_value"].idxmax()]
        line = own[(own["ref_area"] == top["ref_area"]) & (own["time_period"] != top["time_period"])]
        near = line[(line["time_period"] - top["time_period"]).abs() <= 3]["obs_value"]
        assert near.empty or (3 * near >= top["obs_value"]).any(), (spec.code, top.to_dict())
    assert len(held) > 20 and isinstance(frame, pd.DataFrame)
