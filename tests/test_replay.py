"""The client of the producers against the replay server: what is good, and each fault."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from scidip.etl.network.client import HttpClient
from scidip.etl.network.memory import AnswerMemory
from scidip.etl.network.snapshots import SnapshotStore
from scidip.indicators.errors import SourceError, SourceRefused, SourceUnavailable
from tests.replay.answering import CSV, Asked, Reply
from tests.replay.faults import CUT, DRIP, ENDLESS, FAULTS, NOT_MODIFIED
from tests.replay.server import Replay, replay

URL = "https://data.example.org/series.csv"
BODY = b"area,year,value\nPRT,2024,1.5\n"


def paged(asked: Asked) -> Reply | None:
    return Reply(BODY + asked.first("page", "1").encode(), CSV) if asked.path == "/series.csv" else None


@pytest.fixture
def server():
    with replay({"data.example.org": [paged]}) as found:
        yield found


def client(server: Replay, **more) -> HttpClient:
    return HttpClient(mirror=server.address, attempts=2, sleep=lambda _: None, **more)


def memory(tmp_path, fresh_for: float = 0.0) -> AnswerMemory:
    return AnswerMemory(tmp_path / "asked", SnapshotStore(tmp_path / "kept"), fresh_for=fresh_for)


def test_all_that_is_asked_goes_to_the_mirror_and_the_snapshot_names_the_producer(server) -> None:
    got = client(server).snapshot("s", URL, name="x.csv", params={"page": 2})
    assert got.content == BODY + b"2" and got.url == f"{URL}?page=2"
    assert [(a.host, a.path, a.first("page")) for a in server.asked] == [("data.example.org", "/series.csv", "2")]


@pytest.mark.parametrize("fault", [*FAULTS, CUT, NOT_MODIFIED])
def test_a_fault_is_one_sentence_that_names_the_address(server, fault) -> None:
    server.faults["*"] = fault
    if fault == "changed columns":  # a matter of the one who reads it
        assert client(server).snapshot("s", URL, name="x").content.startswith(b"new area")
        return
    with pytest.raises(SourceError) as caught:
        client(server).snapshot("s", URL, name="x", begins=b"area")
    assert URL in str(caught.value) and "\n" not in str(caught.value)
    assert len(server.asked) == (2 if fault in ("429", "500", CUT) else 1), "only what may pass is asked again"


def test_what_drips_is_left_alone_in_time(server) -> None:
    server.faults["*"] = DRIP
    with pytest.raises(SourceUnavailable, match="was not read whole within 3 seconds"):
        client(server, timeout=0.3).snapshot("s", URL, name="x")


def test_who_pages_without_end_gives_the_first_page_again(server) -> None:
    server.faults["*"] = ENDLESS
    assert client(server).snapshot("s", URL, name="x", params={"page": 7}).content == BODY + b"1"


def test_an_unchanged_answer_is_not_sent_again(server, tmp_path) -> None:
    known = memory(tmp_path)
    first = client(server, memory=known).snapshot("s", URL, name="x")
    again = client(server, memory=known).snapshot("s", URL, name="x")
    assert again.content == first.content and server.asked[1].headers["if-none-match"]
    assert "if-none-match" not in server.asked[0].headers


def test_a_fresh_answer_is_not_asked_for_and_a_damaged_one_is(server, tmp_path) -> None:
    known = memory(tmp_path, fresh_for=3600)
    first = client(server, memory=known).snapshot("s", URL, name="x")
    assert client(server, memory=known).snapshot("s", URL, name="x") == first and len(server.asked) == 1
    (tmp_path / "kept" / first.sha256).write_bytes(b"cut")
    assert client(server, memory=known).snapshot("s", URL, name="x") == first and len(server.asked) == 2
    assert (tmp_path / "kept" / first.sha256).read_bytes() == BODY + b"1", "it is whole again"


def test_a_spent_budget_stops_what_costs(tmp_path) -> None:
    def dear(asked: Asked) -> Reply:
        return Reply(BODY, CSV, headers={"x-ratelimit-cost-usd": "0.4"})

    with replay({"data.example.org": [dear]}) as server:
        http = client(server, memory=memory(tmp_path), budgets={"s": 1.0})
        for page in range(3):
            http.snapshot("s", URL, name="x", params={"page": page})
        with pytest.raises(SourceRefused, match=r"budget of the day is spent \(1\.2000 of 1 US dollars\)"):
            http.snapshot("s", URL, name="x", params={"page": 3})
        assert len(server.asked) == 3
        http.snapshot("other", URL, name="x", params={"page": 3})


def test_what_is_dated_later_than_now_is_asked_for_again(server, tmp_path) -> None:
    known = memory(tmp_path, fresh_for=3600)
    client(server, memory=known).snapshot("s", URL, name="x")
    said = known.known(URL)
    assert said is not None and known.is_fresh(said)
    set_back = datetime.fromisoformat(said.asked) - timedelta(hours=2)
    assert said.age(set_back) == float("inf"), "the clock was set back since"
    assert not known.is_fresh(replace(said, asked=(datetime.now(UTC) + timedelta(days=1)).isoformat()))
