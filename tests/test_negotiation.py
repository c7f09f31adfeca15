"""Negotiation: parties as they are given, what holds under all of them, and the smallest concession."""

import logging

import numpy as np
import pytest

from scidip.dashboard.pages.negotiation import page as negotiation
from scidip.dashboard.server.factory import create_app
from scidip.findings.laboratory import lab_of
from scidip.indicators.negotiation.concession import MARGIN, WRITTEN, holds, moved, smallest
from scidip.indicators.negotiation.parties import MOST, Party, PartyError, from_text, seated, to_text, weights_of
from scidip.indicators.negotiation.party_files import from_file
from scidip.indicators.negotiation.room import Room, Statement, total
from scidip.indicators.robustness.alternative_methodologies import Choices
from tests.asking import whole_page
from tests.test_pages import make_context

CHANCE = np.random.default_rng(20261130)


def drawn(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return weights of *n* elements, and how far one is ahead of eight others in each."""
    return CHANCE.dirichlet(np.ones(n)), CHANCE.normal(0, 12, (8, n))


def tried(own: np.ndarray, differences: np.ndarray, spared: int, cost: float) -> float:
    """Return the least cost of many weights at random, near and far, under which one is ahead; infinite without."""
    far = CHANCE.dirichlet(np.ones(len(own)), 4000)
    steps = CHANCE.uniform(0, min(1.0, 2 * cost + 0.02), (4000, 1))
    near = own + steps * (far - own)
    corners = own + np.linspace(0, 1, 60)[:, None, None] * (np.eye(len(own)) - own)
    every = np.vstack([far, near, corners.reshape(-1, len(own))])
    fits = (every @ differences.T < MARGIN + WRITTEN).sum(axis=1) <= spared
    return float((np.abs(every - own).sum(axis=1) / 2)[fits].min(initial=np.inf))


@pytest.mark.unit
@pytest.mark.parametrize("n", [3, 6])
@pytest.mark.parametrize("spared", [0, 2, 5])
def test_a_concession_makes_the_statement_true_and_no_smaller_one_is_found(n: int, spared: int) -> None:
    made = 0
    for _ in range(12):
        own, differences = drawn(n)
        found = smallest(own, differences, spared)
        if found is None:
            assert tried(own, differences, spared, 1.0) == np.inf
            continue
        assert found.weights.min() >= 0 and found.weights.sum() == pytest.approx(1)
        assert holds(found.weights, differences, spared)
        assert found.cost == pytest.approx(moved(own, found.weights))
        assert tried(own, differences, spared, found.cost) >= found.cost - 1e-7
        made += found.cost > 0
    assert made or spared == 5


@pytest.mark.unit
def test_a_concession_of_two_elements_is_the_one_computed_by_hand() -> None:
    # Ahead by 10 in one element, behind by 30 in the other: level at weights 3/4 and 1/4.
    found = smallest(np.array([0.5, 0.5]), np.array([[10.0, -30.0]]))
    beyond = (MARGIN + WRITTEN) / 40
    assert found is not None and found.weights == pytest.approx([0.75 + beyond, 0.25 - beyond])
    assert found.cost == pytest.approx(0.25 + beyond)


@pytest.mark.unit
def test_what_holds_costs_nothing_and_what_no_weights_do_is_said() -> None:
    own = np.array([0.2, 0.8])
    assert smallest(own, np.array([[1.0, 1.0]])).cost == 0.0  # type: ignore[union-attr]
    assert smallest(own, np.array([[-1.0, 0.0]])) is None
    assert smallest(own, np.array([[-1.0, 0.0], [-1.0, -2.0]]), spared=2).cost == 0.0  # type: ignore[union-attr]
    assert smallest(own, np.array([[-1.0, 0.0], [-1.0, -2.0]]), spared=1) is None


# --- parties ------------------------------------------------------------------------------------


BAD = {
    "A!infra.0,national.0,international.0~": "A: every weight is zero; give at least one factor",
    "A!infra.-5~": "A: infra has -5 points; points run from 0 to 100",
    "A!infra.101~": "A: infra has 101 points",
    "A!infro.5~": "A: there is no factor or dimension “infro”; did you mean infra?",
    "A!qqqq.5~": "A: there is no factor or dimension “qqqq”; known are infra,",
    "A!~": "A has no weights; name at least one factor or dimension",
    "A!infra.5~A!infra.6~": "Two parties are called A",
    "A!infra.5,infra.6~": "A: infra is named twice",
    "A!infra~": "A: “infra” is no weight; write the element and its points",
    "!infra.5~": "A party needs a name",
    f"{'x' * 50}!infra.5~": "is longer than 40 characters; shorten it",
    "A!infra.50~B!natio": "The link ends in the middle of a party, after “A”: it was cut off",
    "A!infra.5": "The link ends in the middle of its first party: it was cut off",
    "".join(f"P{k}!infra.50~" for k in range(30)): f"30 parties are more than the {MOST} that one room holds",
}


@pytest.mark.unit
@pytest.mark.parametrize("text", BAD)
def test_what_cannot_be_read_is_one_sentence(catalogue, text: str) -> None:
    with pytest.raises(PartyError) as refused:
        from_text(text, catalogue.framework)
    told = str(refused.value)
    assert BAD[text] in told and told.endswith((".", "?")) and len(told) < 700


FILES = {
    ("a.toml", 'name = "Nord"\n[weights]\ninfra = 80\nvisa = 0'): [("Nord", {"infra": 80, "visa": 0})],
    ("b.toml", '[[party]]\nname = "X"\nweights = {infra = 1}\n[[party]]\nname = "Y"\nweights = {Visas = 2.5}'): [
        ("X", {"infra": 1}),
        ("Y", {"visa": 2.5}),
    ],
    ("c.csv", "party,node,weight\nA,infra,80\nB,national,70\nA,visa,0\n"): [
        ("A", {"infra": 80, "visa": 0}),
        ("B", {"national": 70}),
    ],
    ("East.csv", "\ufeffNode;Weight\nInfrastructural;33,5\n"): [("East", {"infra": 33.5})],
}


@pytest.mark.unit
@pytest.mark.parametrize(("file", "text"), FILES, ids=[f for f, _ in FILES])
def test_files_are_read(catalogue, file: str, text: str) -> None:
    found = from_file(text, file, catalogue.framework)
    assert [(p.name, dict(p.points)) for p in found] == FILES[file, text]
    assert from_text(to_text(found), catalogue.framework) == found


@pytest.mark.unit
@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("a.toml", "name = ", "a.toml is not TOML"),
        ("a.toml", 'name = "N"', "N has no weights"),
        ("a.toml", "weights = 3", "a: weights is not a table"),
        ("a.toml", "[weights]\ninfra = true", "the weight of infra is “True”, which is no number"),
        ("a.csv", "x,y\n1,2\n", "a.csv has the columns x, y; expected are node and weight"),
        ("a.csv", "node,weight\ninfra,many\n", "the weight of infra is “many”, which is no number"),
        ("a.csv", "node,weight\n", "a.csv holds no party"),
        ("a.csv", "node,weight\ninfra,nan\n", "which is no number"),
        ("a.csv", "x" * 30_000, "a.csv is larger than 20000 characters"),
        ("a.csv", "party,node,weight\nA,,\n", "A has no weights"),
    ],
)
def test_a_file_that_is_none_is_told_of_in_one_sentence(catalogue, file: str, text: str, told: str) -> None:
    with pytest.raises(PartyError, match=told.replace("(", "\\(")):
        from_file(text, file, catalogue.framework)


def test_the_saved_table_of_weights_is_read_again(ctx, room, client) -> None:
    saved = client.get(f"/figure/negotiation.csv?part=table-1&p={TEXT}").get_data(as_text=True)
    assert saved.lstrip("\ufeff").startswith("#")
    assert from_file(saved, "weights.csv", ctx.catalogue.framework) == room.parties


@pytest.mark.unit
def test_parties_go_into_an_address_and_come_back(catalogue) -> None:
    parties = seated([Party("50 % ~ of! us", {"infra": 33.3333, "visa": 0}), Party("Übrige", {"national": 50})])
    assert from_text(to_text(parties), catalogue.framework) == parties
    assert weights_of("infra 80; Visas: 0\nnational=12.5 %", catalogue.framework, "A") == {
        "infra": 80,
        "visa": 0,
        "national": 12.5,
    }


# --- the room -----------------------------------------------------------------------------------


TEXT = "Nord!infra.80,visa.0~Sud!national.90,education.100~Est!international.10,infra.20,exhibitions.0~"


@pytest.fixture(scope="module")
def ctx(built_url, catalogue, areas, sources):
    return make_context(built_url, catalogue, areas, sources)


@pytest.fixture(scope="module")
def client(ctx):
    return create_app(ctx).server.test_client()


@pytest.fixture(scope="module")
def room(ctx) -> Room:
    framework = ctx.catalogue.framework
    return Room(lab_of(ctx), framework.code, 2022, from_text(TEXT, framework))


def test_scores_are_those_of_the_engine(room) -> None:
    assert len(room.areas) > 100
    for k, party in enumerate(room.parties):
        own = room.lab.scores(Choices(room.framework, points=party.points), room.year)[room.rows]
        np.testing.assert_allclose(room.scores[k], own, atol=1e-9)


def test_what_holds_under_all_holds_under_each(room) -> None:
    assert 0.5 < room.agreed_orders < 1
    ranks = room.ranks
    for i, j in zip(*np.nonzero(room.ahead), strict=True):
        assert (ranks[:, i] < ranks[:, j]).all()
    assert not (room.ahead & room.ahead.T).any()


def statements(room) -> list[Statement]:
    """Return orders of neighbours in the mean rank, and places just missed."""
    order = room.ranks.mean(axis=0).argsort(kind="stable")[:30]
    orders = [Statement(room.areas[j], room.areas[i]) for i, j in zip(order[:-1:3], order[1::3], strict=False)]
    return [*orders, *(Statement(room.areas[order[n]], first=n) for n in (3, 5, 10, 20))]


@pytest.mark.parametrize("level", ["factor", "dimension"])
def test_conceded_weights_make_the_statement_true_in_the_engine(ctx, room, level) -> None:
    moves = 0
    for said in statements(room):
        found = room.concessions(said, level)
        assert [c.offer == "holds" for c in found] == room.holds(said)
        for k, c in enumerate(found):
            if c.offer != "moved":
                continue
            moves += 1
            written = from_text(to_text([room.conceding(c, level)]), ctx.catalogue.framework)[0]
            scores = room.lab.scores(Choices(room.framework, points=written.points), room.year)[room.rows]
            own = scores[room.place(said.a)]
            others = (
                scores[room.place(said.b)] if said.b else np.sort(np.delete(scores, room.place(said.a)))[-said.first]
            )
            assert own > others, (said, room.parties[k])
        assert total(found) is None or total(found) == pytest.approx(sum(c.move.cost for c in found))
    assert moves >= 5


def test_dimensions_are_not_offered_for_places_nor_where_figures_are_missing(room) -> None:
    order = room.ranks.mean(axis=0).argsort(kind="stable")
    last, late = room.areas[order[-1]], room.areas[order[60]]
    assert {c.offer for c in room.concessions(Statement(last, first=10), "dimension")} == {"places"}
    assert "gaps" in {c.offer for c in room.concessions(Statement(last, late), "dimension")}


# --- the page -----------------------------------------------------------------------------------


def test_parties_join_by_text_link_and_file_and_a_fault_changes_nothing(ctx) -> None:
    framework = ctx.catalogue.framework
    held, fault = negotiation.joined(framework, "", "Nord", "infra 80, visa 0", [])
    assert not fault and to_text(held) == "Nord!infra.80,visa.0~"
    more, fault = negotiation.joined(
        framework, to_text(held), "Sud", "http://x.org/robustness?year=2020&w=national.90", []
    )
    assert not fault and more[1] == Party("Sud", {"national": 90})
    link, fault = negotiation.joined(framework, "", "", f"/negotiation?p={to_text(more)}&a=FRA", [])
    assert not fault and link == more
    files = [{"name": "Est.csv", "text": "node,weight\ninfra,10\n"}]
    assert [p.name for p in negotiation.joined(framework, to_text(more), "", "", files)[0]] == ["Nord", "Sud", "Est"]
    for typed, read in ((("", "infra -1"), []), (("X", ""), []), (("", ""), [{"name": "a.csv", "text": None}])):
        same, fault = negotiation.joined(framework, to_text(more), *typed, read)
        assert same == more and fault


def test_nothing_of_a_party_is_written_down(ctx, tmp_path, caplog) -> None:
    server = create_app(ctx, kept=tmp_path).server
    with caplog.at_level(logging.INFO, logger="scidip.access"):
        logging.getLogger("scidip.access").propagate = True
        client = server.test_client()
        client.get("/negotiation?p=Nordreich!infra.80~")
        whole_page(client, "/negotiation?p=Nordreich!infra.80~")
        client.get("/figure/negotiation.csv?part=table-1&p=Nordreich!infra.80~")
        whole_page(client, "/sources")
    assert "GET /negotiation" in caplog.text and "Nordreich" not in caplog.text
    kept = [f for f in tmp_path.rglob("*") if f.is_file()]
    assert any(b"/sources" in f.read_bytes() for f in kept), "what is asked of other pages is kept"
    assert not [f for f in kept if b"Nordreich" in f.read_bytes()]
