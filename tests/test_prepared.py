"""What is read ahead answers as the database does; figures and rows are plain until more is wanted of them."""

import copy
import json

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from scidip.dashboard.core import context
from scidip.figures import theme
from scidip.figures.rows import each_row
from scidip.store.memory.figure_columns import Cells
from scidip.store.memory.figure_table import figure_table
from scidip.store.memory.prepared import read_ahead
from scidip.store.queries import area_queries, indicator_queries, lab_queries, pair_queries, served
from tests.test_pages import make_context

SAME = {"check_dtype": False, "check_index_type": False, "check_column_type": False}


@pytest.fixture(scope="module")
def prepared(engine, catalogue):
    return read_ahead(engine, tuple(catalogue.frameworks))


@pytest.mark.parametrize("area", ["PRT", "TUV", "XKX", "PSE", "SUN", "XXX"])
@pytest.mark.parametrize("year", [2011, 2023])
def test_what_was_scored_of_an_area_is_what_the_database_says(prepared, engine, area, year) -> None:
    ask = {"ref_area": area, "year": year}
    ahead = prepared.answering(area_queries.scored_figures, ask)()
    pd.testing.assert_frame_equal(ahead, area_queries.scored_figures(engine, **ask), **SAME)


@pytest.mark.parametrize("area", ["PRT", "TUV", "XKX", "PSE", "SUN", "XXX"])
@pytest.mark.parametrize("year", [2011, 2023])
def test_what_is_known_of_an_area_is_what_the_database_says(prepared, engine, area, year) -> None:
    asked = area_queries.area_indicators(engine, area, year)
    pd.testing.assert_frame_equal(prepared.figures.area_indicators(area, year), asked, **SAME)


def test_what_is_known_of_an_indicator_is_what_the_database_says(prepared, engine, catalogue) -> None:
    codes = [i.code for i in catalogue.indicators.values() if i.arity == "area"]
    assert len(codes) > 40
    for place, code in enumerate((*codes, "no_such_indicator")):
        year = 2023 - 11 * (place % 2)
        asked = indicator_queries.indicator_values(engine, code, year, 5)
        found = prepared.figures.indicator_values(code, year, 5)
        pd.testing.assert_frame_equal(found, asked, **SAME)


def test_the_series_of_an_indicator_are_those_of_the_database(prepared, engine, catalogue) -> None:
    areas = ("PRT", "TUV", "SUN", "XXX", "KEN")
    codes = [i.code for i in catalogue.indicators.values() if i.arity == "area"]
    for code in (*codes, "no_such_indicator"):
        ask = {"code": code, "areas": areas}
        found = prepared.answering(indicator_queries.indicator_series, ask)()
        pd.testing.assert_frame_equal(found, indicator_queries.indicator_series(engine, **ask), **SAME)


def test_the_cells_of_two_years_are_those_of_the_database(prepared, engine) -> None:
    keys = ["indicator", "ref_area", "time_period"]
    found, asked = (
        frame.sort_values(keys, ignore_index=True)
        for frame in (
            prepared.figures.normalised_cells((2018, 2023)),
            lab_queries.normalised_cells(engine, (2018, 2023)),
        )
    )
    assert len(asked) > 1000
    pd.testing.assert_frame_equal(found, asked, **SAME)


def test_other_frameworks_are_read_ahead_too(prepared, engine, catalogue) -> None:
    assert len(catalogue.frameworks) > 1
    for code, framework in catalogue.frameworks.items():
        kwargs = {"node": framework.index_code, "year": 2023, "framework": code}
        found = prepared.answering(served.ranking, kwargs)
        pd.testing.assert_frame_equal(found(), served.ranking(engine, **kwargs), **SAME)


def test_what_is_not_read_ahead_is_left_to_the_database(prepared) -> None:
    assert prepared.answering(pair_queries.sources, {"codes": ("student_flow",)}) is None
    assert prepared.answering(served.ranking, {"node": "x", "year": 1, "framework": "y"}) is None


def test_the_scores_of_a_year_are_not_written_into_by_whoever_asked(
    prepared, built_url, catalogue, areas, sources, monkeypatch
) -> None:
    monkeypatch.setattr(context, "read_ahead", lambda *_: prepared)
    ctx = make_context(built_url, catalogue, areas, sources, ahead=False)
    ctx.prepare()
    first = ctx.query(served.year_scores, year=2023)
    first.loc[first.index[0], "std"] = -1.0
    again = ctx.query(served.year_scores, year=2023)
    assert (again["std"].dropna() >= 0).all()


def test_a_percentile_is_the_share_of_the_ranked_and_oneself_with_the_same_or_a_lower_score() -> None:
    cells = Cells(
        area=np.arange(5, dtype=np.int16),
        indicator=np.zeros(5, dtype=np.int16),
        time_period=np.full(5, 2020, dtype=np.int16),
        own_period=np.full(5, 2020, dtype=np.int16),
        obs_value=np.zeros(5),
        normalised=np.array([10.0, 20.0, 20.0, 40.0, 30.0]),
        is_ranked=np.array([True, True, True, True, False]),
    )
    # Of four ranked: first 1 of 4, two level with 3 of 4 not above them, last 4 of 4; the fifth 4 of five with itself.
    assert cells.percentile.tolist() == [25.0, 75.0, 75.0, 100.0, 80.0]
    assert cells.below.tolist() == [0.0, 25.0, 25.0, 75.0, 60.0]


def test_an_empty_database_is_read_ahead_as_empty(fresh_shop) -> None:
    table = figure_table(fresh_shop.engine)
    frame = table.area_indicators("PRT", 2023)
    assert len(frame) and frame["obs_value"].isna().all()
    pd.testing.assert_frame_equal(frame, area_queries.area_indicators(fresh_shop.engine, "PRT", 2023), **SAME)
    assert not indicator_queries.indicator_values(fresh_shop.engine, "gdp", 2023, 5)["is_known"].any()
    assert table.normalised_cells((2023,)).empty


def test_rows_are_those_of_the_table() -> None:
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", None], "c": [0.5, np.nan]}, index=[7, 9])
    found = list(each_row(frame))
    assert (found[0].a, found[0].c) == (1, 0.5)
    assert found[0].b == "x" and pd.isna(found[1].b) and type(found[0].a) is int
    assert list(each_row(frame.head(0))) == []


def test_a_figure_is_plain_until_more_is_wanted() -> None:
    figure = theme.figure("light", [{"type": "scatter", "x": [1], "y": [float("nan")]}], height=90)
    sent = figure.to_plotly_json()
    assert sent["data"] == [{"type": "scatter", "x": [1], "y": [None]}]
    assert "_data_objs" not in vars(figure), "nothing of Plotly's has been made"
    assert isinstance(figure, go.Figure) and figure.layout.height == 90 and figure.data[0].x == (1,)
    assert figure.update_layout(height=80).to_plotly_json()["layout"]["height"] == 80
    assert copy.deepcopy(figure).layout.height == 80
    assert json.loads(figure.to_json())["layout"]["height"] == 80
    with pytest.raises(AttributeError):
        _ = figure.no_such_thing
