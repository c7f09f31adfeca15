"""Peers by rule: the shape of a profile by hand, and each rule on the page."""

import numpy as np
import pandas as pd
import pytest

from scidip.dashboard.pages.country import page
from scidip.findings.peers import RULES, peers
from scidip.indicators.similarity import most_similar
from scidip.store.queries import served
from tests.test_pages import make_context
from tests.test_ties import words


def test_only_the_shape_counts() -> None:
    profiles = pd.DataFrame(
        {"x": [10, 60, 30, 10], "y": [20, 70, 20, np.nan], "z": [30, 80, 10, np.nan]},
        index=["low", "high", "turned", "thin"],
        dtype=float,
    )
    assert most_similar(profiles, "low", 2) == ["high", "turned"], "the same shape on another level comes first"
    assert most_similar(profiles, "nobody", 2) == []


@pytest.fixture(scope="module")
def ctx(built_url, catalogue, areas, sources):
    return make_context(built_url, catalogue, areas, sources)


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_peers_and_the_page_names_them(ctx, rule) -> None:
    own = "GRC,ITA" if rule == "own" else ""
    found, whose = peers(ctx, "PRT", 2023, rule, own.split(",") if own else ())
    assert found
    assert whose in words(page.layout(ctx, page.State("PRT", peers=rule, own=own)))


def test_neighbours_are_the_five_above_and_below(ctx) -> None:
    frame = served.ranking(ctx.engine, node="std", year=2023)
    order = frame[frame["rank"].notna()].sort_values(["rank", "ref_area"])["ref_area"].tolist()
    at = order.index("PRT")
    found, _ = peers(ctx, "PRT", 2023, "neighbours")
    assert found == set(order[at - 5 : at] + order[at + 1 : at + 6])
    first, _ = peers(ctx, order[0], 2023, "neighbours")
    assert first == set(order[1:6])


def test_a_country_without_group_or_rank_is_measured_against_the_world(ctx) -> None:
    for rule in ("region", "income", "neighbours", "own"):
        found, whose = peers(ctx, "VAT", 2023, rule)
        assert len(found) > 100 or "Europe" in whose
