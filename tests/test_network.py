"""The network by hand on small invented graphs, against plain definitions, and on the page."""

import networkx as nx
import numpy as np
import pytest

from scidip.dashboard.pages.network import page
from scidip.findings.network import NETWORKS, NetworkView
from scidip.indicators.pairs.network import Network, joined, positions, weights
from tests.test_pages import make_context
from tests.test_ties import layer, words

AREAS = ("A", "B", "C", "D", "E")


def ties(**pairs: float) -> np.ndarray:
    matrix = np.zeros((5, 5))
    for name, value in pairs.items():
        i, j = AREAS.index(name[0]), AREAS.index(name[1])
        matrix[i, j] = matrix[j, i] = value
    return matrix


# Two triangles would be dull: A-B-C hang together, D hangs on C, E on D.
CHAIN = Network(AREAS, ties(AB=5, BC=4, AC=3, CD=2, DE=1), keep=5)


def test_only_the_strongest_ties_of_each_are_kept() -> None:
    one = Network(AREAS, ties(AB=5, BC=4, AC=3, CD=2, DE=1), keep=1)
    kept = {AREAS[i] + AREAS[j] for i, j in one.graph.edges}
    # A and B keep AB, C keeps BC, D keeps CD, E keeps DE; AC is nobody's strongest.
    assert kept == {"AB", "BC", "CD", "DE"}
    assert one.coverage == pytest.approx(12 / 15)
    assert CHAIN.coverage == 1.0


def test_centralities_follow_their_definitions() -> None:
    frame = CHAIN.centralities.set_index("ref_area")
    assert frame["strength"].to_dict() == {"B": 9, "C": 9, "A": 8, "D": 3, "E": 1}
    assert frame["ties"].to_dict() == {"A": 2, "B": 2, "C": 3, "D": 2, "E": 1}
    # Of the six pairs without D, three (A-E, B-E, C-E) have their only path through D.
    assert frame.at["D", "between"] == pytest.approx(100 * 3 / 6)
    assert frame.at["A", "between"] == frame.at["E", "between"] == 0
    assert frame["reach"].sum() == pytest.approx(100)
    plain = nx.pagerank(nx.from_numpy_array(CHAIN.all_ties))
    assert frame.at["C", "reach"] == pytest.approx(100 * plain[2], abs=1e-4)


def test_a_loss_tells_shares_and_who_is_cut_off() -> None:
    frame = CHAIN.losses("C").set_index("ref_area")
    assert frame["lost"].to_dict() == {"D": 2, "B": 4, "A": 3, "E": 0}
    assert frame.at["D", "share"] == pytest.approx(2 / 3)
    assert set(frame.index[frame["cut_off"]]) == {"D", "E"}
    tie = CHAIN.losses("D", "E").set_index("ref_area")
    assert tie["share"].to_dict() == pytest.approx({"E": 1.0, "D": 1 / 3})
    assert tie["cut_off"].to_dict() == {"E": True, "D": False}


def test_groups_are_the_same_each_time_and_leave_nobody_tied_out() -> None:
    assert CHAIN.groups == Network(AREAS, CHAIN.all_ties, 5).groups
    assert sorted(a for group in CHAIN.groups for a in group) == list(AREAS)
    assert Network(AREAS, np.zeros((5, 5)), 2).groups == []


def test_joined_layers_weigh_the_same_whatever_their_unit() -> None:
    small, large = ties(AB=1, BC=1), 1000 * ties(CD=1, DE=1)
    areas, both = joined([(AREAS, small), (AREAS, large)])
    assert areas == list(AREAS)
    assert both[0, 1] == both[3, 4] == pytest.approx(250)
    assert both.sum() / 2 == pytest.approx(1000)


def test_directed_layers_add_both_directions_and_unknown_is_none() -> None:
    flows = layer(("A", "B", 2020, 9.0), ("B", "A", 2020, 3.0), directed=True)
    assert weights(flows, 2020).tolist() == [[0, 12], [12, 0]]


def test_places_do_not_move() -> None:
    first, second = (positions(AREAS, CHAIN.all_ties) for _ in range(2))
    assert first == second and set(first) == set(AREAS)


def test_partners_stand_around_in_the_order_of_their_ties() -> None:
    assert CHAIN.around("C", 3) == ["C", "B", "A"]


# --- the page ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ctx(built_url, catalogue, areas, sources):
    return make_context(built_url, catalogue, areas, sources)


@pytest.mark.parametrize("code", NETWORKS)
def test_every_layer_has_a_network(ctx, code) -> None:
    text = words(page.layout(ctx, page.State(layers=code)))
    assert "has the most ties" in text


def test_strengths_are_the_sums_of_the_database(ctx, engine) -> None:
    from sqlalchemy import text

    view = NetworkView(ctx, ("copublications",), 2022, 2)
    found = view.network.centralities.set_index("ref_area").at["PRT", "strength"]
    query = text(
        "select sum(obs_value) from observation o join vintage v on v.run_id = o.run_id where "
        "indicator = 'copublications' and time_period = 2022 and (ref_area = 'PRT' or counterpart_area = 'PRT')"
    )
    with engine.connect() as connection:
        assert found == connection.execute(query).scalar_one()


@pytest.mark.parametrize(
    "query",
    [
        {"area": "IRN", "drop": "USA"},
        {"group": "EU", "drop": "DEU", "tie": "FRA"},
        {"layers": "joint_projects,shared_igos"},
        {"area": "VAT"},
        {"drop": "USA", "tie": "USA"},
        {"layers": ""},
        {"year": "2010", "keep": "5"},
    ],
)
def test_every_choice_has_a_page(ctx, query) -> None:
    state, notices = page.State.from_query(query, page.allowed(ctx))
    assert notices == []
    assert len(words(page.layout(ctx, state))) > 300


def test_hostile_choices_fall_back_with_notices(ctx) -> None:
    query = {"layers": "<script>", "keep": "999", "area": "x" * 10_000}
    state, notices = page.State.from_query(query, page.allowed(ctx))
    assert state == page.State() and len(notices) == 3
