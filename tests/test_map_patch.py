"""A map is redrawn by what has moved, and looks as if it had been drawn anew."""

import json
from copy import deepcopy
from typing import Any

import pandas as pd
import pytest
from dash import Patch, html
from plotly.utils import PlotlyJSONEncoder

from scidip.dashboard.pages.indicator import page as indicator
from scidip.dashboard.pages.overview import page as overview
from scidip.dashboard.widgets import map_patch
from scidip.figures import maps
from scidip.store.memory.score_table import score_table
from scidip.store.queries import served
from tests.test_pages import ctx as ctx  # the database of the pages
from tests.test_pages import make_context as make_context


def plain(answer: Any) -> Any:
    return json.loads(json.dumps(answer, cls=PlotlyJSONEncoder))


def applied(before: Any, patch: Patch) -> Any:
    """Do what the browser does with a patch: assign each value at its place."""
    after = deepcopy(before)
    for step in plain(patch)["operations"]:
        assert step["operation"] == "Assign"
        at = after
        for key in step["location"][:-1]:
            at = at[key]
        at[step["location"][-1]] = step["params"]["value"]
    return after


def overview_view(ctx, year: int, node: str = "std", theme: Any = "light", area: str = "", kind: str = "map"):
    return overview.view(ctx, overview.State(node=node, view=kind, area=area), year, theme)


def indicator_view(ctx, year: int, code: str = "rd_expenditure_gdp", theme: Any = "light"):
    state = indicator.State(code)
    quantity = indicator.quantity_of(ctx, state)
    return indicator.body(quantity, quantity.values(year), state, year, theme)


MAP, OTHER = overview.ID("map"), indicator.ID("map")


@pytest.mark.parametrize("before, after", [(2022, 2023), (2023, 2018), (2015, 2016)])
def test_a_patched_overview_is_the_one_drawn_anew(ctx, before, after) -> None:
    old, new = overview_view(ctx, before), overview_view(ctx, after)
    answer, note = map_patch.redrawn(new, MAP, map_patch.note_of(old, MAP))
    assert isinstance(answer, Patch)
    assert applied(plain(old), answer) == plain(new)
    assert note == map_patch.note_of(new, MAP)
    sent = json.dumps(plain(answer))
    assert '"projection"' in json.dumps(plain(new)) and '"projection"' not in sent


def test_a_patched_indicator_is_the_one_drawn_anew_and_its_classes_are_right(ctx) -> None:
    old, new = indicator_view(ctx, 2019), indicator_view(ctx, 2023)
    answer, _ = map_patch.redrawn(new, OTHER, map_patch.note_of(old, OTHER))
    assert isinstance(answer, Patch)
    page = applied(plain(old), answer)
    assert page == plain(new)
    figure = _figure(page, OTHER)
    quantity = indicator.quantity_of(ctx, indicator.State("rd_expenditure_gdp"))
    frame = quantity.values(2023).query("is_ranked").set_index("ref_area")
    bounds = maps.class_bounds(frame["score"], quantity.step(frame["score"]))
    shapes = figure["data"][1]
    drawn = dict(zip(shapes["locations"], shapes["z"], strict=True))
    assert set(drawn) == set(frame.index)
    for area, place in drawn.items():
        assert place == int(pd.Series(bounds[1:-1]).le(frame.at[area, "score"]).sum())


def test_another_factor_recolours_and_still_patches(ctx) -> None:
    old, new = overview_view(ctx, 2023), overview_view(ctx, 2023, "national")
    answer, _ = map_patch.redrawn(new, MAP, map_patch.note_of(old, MAP))
    assert isinstance(answer, Patch) and applied(plain(old), answer) == plain(new)


def test_the_theme_a_chosen_country_and_another_view_redraw_in_full(ctx) -> None:
    note = map_patch.note_of(overview_view(ctx, 2022), MAP)
    for other in (
        overview_view(ctx, 2023, theme="dark"),
        overview_view(ctx, 2023, area="PRT"),
        overview_view(ctx, 2023, kind="tiles"),
        overview_view(ctx, 2023, kind="table"),
    ):
        assert map_patch.redrawn(other, MAP, note)[0] is other
    assert map_patch.redrawn(overview_view(ctx, 2023), MAP, None)[0] is not None
    table = map_patch.note_of(overview_view(ctx, 2023, kind="table"), MAP)
    new = overview_view(ctx, 2023)
    assert table is None and map_patch.redrawn(new, MAP, table)[0] is new


@pytest.mark.parametrize("note", [{"path": []}, {"path": "x", "still": 1, "moving": {}}])
def test_a_note_that_the_server_did_not_write_gets_the_whole_view(ctx, note) -> None:
    new = overview_view(ctx, 2023)
    assert map_patch.redrawn(new, MAP, note)[0] is new
    assert map_patch.note_of(html.Div("no map"), MAP) is None


def test_the_prepared_table_answers_as_the_database_does(ctx) -> None:
    table, engine = score_table(ctx.engine), ctx.engine
    same = {"check_dtype": False, "check_index_type": False, "check_column_type": False}
    for node, year in (("std", 2023), ("national", 2016), ("std", 1900)):
        asked = served.ranking(engine, node, year)
        pd.testing.assert_frame_equal(table.ranking(node, year), asked, **same)
    pd.testing.assert_frame_equal(table.movers("std", 2023, 2018), served.movers(engine, "std", 2023, 2018), **same)
    for area in ("PRT", "TUV", "XXX"):
        asked = served.area_scores(engine, area)
        pd.testing.assert_frame_equal(table.area_scores(area), asked, **same)
    asked = served.year_scores(engine, 2020)
    pd.testing.assert_frame_equal(table.year_scores(2020)[asked.columns], asked, **same)


def test_the_prepared_table_serves_only_the_figures_it_was_read_from(ctx, monkeypatch) -> None:
    before = ctx.query(served.ranking, node="std", year=2021)
    ctx.prepare()
    monkeypatch.setattr(served, "data_version", lambda _engine: "another")
    asked = []
    monkeypatch.setattr(served, "frame_of", lambda *a: asked.append(a) or _frame_of(*a))
    pd.testing.assert_frame_equal(ctx.query(served.ranking, node="std", year=2021), before)
    assert asked


_frame_of = served.frame_of


def _figure(node: Any, id_: str) -> Any:
    if isinstance(node, dict):
        if node.get("props", {}).get("id") == id_:
            return node["props"]["figure"]
        return next((f for v in node.values() if (f := _figure(v, id_))), None)
    if isinstance(node, list):
        return next((f for v in node if (f := _figure(v, id_))), None)
    return None
