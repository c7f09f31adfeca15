"""Across tensions: distances of positions, who is listed by rule, and neutral words."""

import itertools
import math

import numpy as np
import pytest

from scidip.dashboard.core.component_tree import text
from scidip.dashboard.pages.tensions import page as tensions_page
from scidip.findings.exhibits.cooperation import tensions as exhibits
from scidip.findings.exhibits.cooperation import treaties
from scidip.findings.expected import positions
from scidip.findings.expected import ties as expected_ties
from scidip.findings.expected.positions import Positions
from scidip.findings.pair import PairView
from scidip.store.queries import expectation_queries
from tests.test_pages import make_context

YEAR = 2022


@pytest.fixture(scope="module")
def ctx(built_url, catalogue, areas, sources):
    return make_context(built_url, catalogue, areas, sources)


@pytest.mark.unit
def test_distances_have_their_range_and_their_place() -> None:
    known = Positions(2000, {"A": (-1.0, 0.3), "B": (2.0, 0.4), "C": (2.1, 0.0)})
    found = known.between("B", "A")
    assert found is not None and (found.apart, found.low, found.high) == (3.0, 2.5, 3.5)
    assert known.between("B", "C").low == 0.0  # type: ignore[union-attr]  # not below nothing
    assert known.between("A", "D") is None
    assert known.distances == pytest.approx([0.1, 3.0, 3.1])
    assert known.nearer(3.05) == pytest.approx(2 / 3) and known.nearer(0.1) == 0
    assert Positions(2000, {}).nearer(1.0) == 0


def test_every_pair_obeys_its_rule_and_none_that_does_is_missing(ctx) -> None:
    """From the stored figures, by the rule as it is told."""
    frame = expectation_queries.points_of_year(ctx.engine, YEAR).pivot(
        index="ref_area", columns="indicator", values="obs_value"
    )
    point, low, high = (frame[c] for c in expectation_queries.POINTS)
    apart = {tuple(sorted(p)): abs(point[p[0]] - point[p[1]]) for p in itertools.combinations(frame.index, 2)}
    far, near = np.quantile(list(apart.values()), [0.9, 0.1])
    ties = [t for t in expected_ties.of_year(ctx, YEAR) if (t.a, t.b) in apart]
    expected = {
        "more": {(t.a, t.b) for t in ties if apart[t.a, t.b] >= far and t.ratio_low > 1 and t.agreed},
        "fewer": {
            (t.a, t.b) for t in ties if apart[t.a, t.b] <= near and (t.ratio_high or 0) < 1 and t.agreed and t.low
        },
    }
    counted = sorted((-t.actual, t.a, t.b) for t in ties if apart[t.a, t.b] >= far)[:25]
    expected["most"] = {(a, b) for _n, a, b in counted}
    for group in exhibits.TITLES:
        rows = exhibits.of_group(ctx, YEAR, group=group).table.records()
        assert {(r["ref_area"], r["counterpart_area"]) for r in rows} == expected[group]
        for r in rows:
            a, b = r["ref_area"], r["counterpart_area"]
            half = math.hypot(*((high[c] - low[c]) / 2 for c in (a, b)))
            assert r["un_distance"] == pytest.approx(apart[a, b])
            assert r["un_distance_p95"] == pytest.approx(apart[a, b] + half)
            assert r["ratio_p05"] <= r["ratio"] <= (r["ratio_p95"] or math.inf)


def test_treaties_are_those_of_the_page_of_the_pair(ctx) -> None:
    for r in exhibits.of_group(ctx, YEAR, group="fewer").table.records()[:4]:
        a, b = r["ref_area"], r["counterpart_area"]
        shown = treaties.of_two(PairView(ctx, a, b, ctx.years[-1]))
        assert {row["indicator"]: row["both"] for row in shown.table.records()} == {
            code: r[code] for code in (treaties.BOTH + theme for theme in treaties.THEMES)
        }


def test_a_country_sees_its_own_and_the_reverse_holds_japan_and_korea(ctx) -> None:
    own = exhibits.of_group(ctx, YEAR, "KOR", group="fewer").table.records()
    assert all("KOR" in (r["ref_area"], r["counterpart_area"]) for r in own)
    assert ("JPN", "KOR") in {(r["ref_area"], r["counterpart_area"]) for r in own}
    assert exhibits.of_group(ctx, YEAR, "KOR", group="more") is None
    told = text(tensions_page.layout(ctx, tensions_page.State("KOR")))
    assert "No pair of Republic of Korea is in this list." in told
    assert "Chosen by rule: distance in UN votes among the largest tenth" in told


def test_words_are_neutral(ctx) -> None:
    told = text(tensions_page.layout(ctx, tensions_page.State())).casefold()
    for word in ("enem", "hostil", "rival", "adversar", "ally", "allies", "conflict", "friend"):
        assert word not in told, word
    assert "positions of governments, not relations" in told


def test_the_distance_of_a_pair_is_that_of_the_newest_common_session(ctx) -> None:
    found = positions.of_pair(ctx, "USA", "IRN")
    assert found is not None and 2.5 < found.low < found.apart < found.high and found.year >= YEAR
    assert positions.of_pair(ctx, "USA", "TWN") is None
