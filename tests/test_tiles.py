"""A world of equal tiles: the shipped grid is what the rule gives, and every state is on it."""

import json
from pathlib import Path

import pandas as pd
import pytest

from scidip.dashboard.pages.overview import page as overview
from scidip.figures.maps import NOT_DRAWN
from scidip.figures.text import numbers
from scidip.indicators.model.tile_grid import tile_grid
from scidip.store.queries import served
from tests.test_pages import make_context
from tests.test_ties import words

ROOT = Path(__file__).resolve().parent.parent


def test_the_shipped_grid_is_what_the_rule_gives(areas) -> None:
    outlines = json.loads((ROOT / "assets" / "topojson" / "world_50m.json").read_text("utf-8"))
    shapes = outlines["objects"]["countries"]["geometries"]
    centres = {s["id"]: tuple(reversed(s["properties"]["ct"])) for s in shapes if s.get("properties")}
    states = areas.table.loc[areas.table["kind"].isin(("state", "economy")), "ref_area"]
    places = {a: NOT_DRAWN.get(a) or centres[a] for a in states}
    shipped = pd.read_csv(ROOT / "data" / "codelists" / "tile_grid.csv")
    pd.testing.assert_frame_equal(tile_grid(places), shipped, check_dtype=False)


def test_no_two_share_a_tile_and_neighbours_are_near(areas) -> None:
    assert len(set(areas.tiles.values())) == len(areas.tiles) > 190
    (a, b), (c, d) = areas.tiles["PRT"], areas.tiles["ESP"]
    assert abs(a - c) + abs(b - d) <= 4
    assert areas.tiles["NOR"][0] < areas.tiles["ZAF"][0] and areas.tiles["USA"][1] < areas.tiles["JPN"][1]


@pytest.fixture(scope="module")
def ctx(built_url, catalogue, areas, sources):
    return make_context(built_url, catalogue, areas, sources)


def test_every_ranked_state_has_a_tile_with_its_rank_and_range(ctx) -> None:
    page = words(overview.layout(ctx, overview.State(view="tiles")))
    row = served.ranking(ctx.engine, ctx.index_code, ctx.years[-1]).dropna(subset=["rank"]).iloc[1]
    low, high = (numbers.ordinal(row[end]) for end in ("rank_p05", "rank_p95"))
    assert f"{row['name']}: {numbers.ordinal(row['rank'])}, between {low} and {high}" in page
    assert "Kosovo: " in page and "Monaco: not ranked" in page
