"""The network client, against services that exist only here."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from scidip.etl.network.client import HttpClient, user_agent
from scidip.indicators.errors import SourceUnavailable

URL = "https://data.example.org/series"
Service = Callable[[httpx.Request], httpx.Response]


class Sleeps(list[float]):
    """Notes how long it was asked to sleep, and does not."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def sleeps() -> Sleeps:
    return Sleeps()


def client(service: Service, sleeps: Sleeps, pause: float = 0.0) -> HttpClient:
    transport = httpx.MockTransport(service)
    return HttpClient(
        contact="me@example.org", version="1.2.3", transport=transport, sleep=sleeps, pause=pause, attempts=3
    )


def in_turn(*answers: httpx.Response | Exception) -> Service:
    waiting = list(answers)

    def service(request: httpx.Request) -> httpx.Response:
        answer = waiting.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return service


def test_a_body_becomes_a_snapshot_that_says_where_and_when(sleeps: Sleeps) -> None:
    with client(lambda r: httpx.Response(200, content=b"a,b\n"), sleeps) as http:
        got = http.snapshot("src", URL, name="x.csv", params={"page": 2})
    assert (got.name, got.content, got.url) == ("x.csv", b"a,b\n", f"{URL}?page=2")
    assert got.retrieved == datetime.now(UTC).date().isoformat()


def test_every_call_says_who_is_calling(sleeps: Sleeps) -> None:
    seen: list[str] = []

    def service(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["User-Agent"])
        return httpx.Response(200, content=b"x")

    client(service, sleeps).snapshot("src", URL, name="x")
    assert seen == ["scidip/1.2.3 (me@example.org)"]


def test_the_contact_fits_a_header() -> None:
    assert user_agent("zoë\n@example.org", "1.2.3") == "scidip/1.2.3 (zo @example.org)"
    assert "SCIDIP_CONTACT" in user_agent()


@pytest.mark.parametrize(
    "failure",
    [
        httpx.Response(429),
        httpx.Response(503),
        httpx.Response(400, content=b"\xef\xbb\xbf<!DOCTYPE html><p>Request Error"),
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("slow"),
    ],
    ids=["too many calls", "overloaded", "web page as bad request", "refused", "timed out"],
)
def test_a_passing_failure_is_tried_again(failure: httpx.Response | Exception, sleeps: Sleeps) -> None:
    http = client(in_turn(failure, httpx.Response(200, content=b"ok")), sleeps)
    assert http.snapshot("src", URL, name="x").content == b"ok"
    assert len(sleeps) == 1 and sleeps[0] <= 60


@pytest.mark.parametrize("status", [401, 404, 501])
def test_a_lasting_failure_is_not_tried_again(status: int, sleeps: Sleeps) -> None:
    http = client(in_turn(httpx.Response(status)), sleeps)
    with pytest.raises(SourceUnavailable, match=f"src: {URL} answered {status}; check"):
        http.snapshot("src", URL, name="x")
    assert not sleeps


def test_after_the_last_attempt_the_reason_is_told(sleeps: Sleeps) -> None:
    http = client(lambda r: httpx.Response(502), sleeps)
    with pytest.raises(SourceUnavailable, match="answered 502, 3 times; try again later"):
        http.snapshot("src", URL, name="x")


def test_the_pause_that_a_service_asks_for_is_kept(sleeps: Sleeps) -> None:
    busy = httpx.Response(429, headers={"Retry-After": "7"})
    client(in_turn(busy, httpx.Response(200, content=b"ok")), sleeps).snapshot("s", URL, name="x")
    assert sleeps == [7.0]


def test_a_pause_given_as_a_date_is_kept(sleeps: Sleeps) -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    busy = httpx.Response(503, headers={"Retry-After": moment})
    client(in_turn(busy, httpx.Response(200, content=b"ok")), sleeps).snapshot("s", URL, name="x")
    assert 25 < sleeps[0] <= 30


def test_a_pause_that_cannot_be_read_is_ours_to_choose(sleeps: Sleeps) -> None:
    busy = httpx.Response(503, headers={"Retry-After": "soon"})
    client(in_turn(busy, httpx.Response(200, content=b"ok")), sleeps).snapshot("s", URL, name="x")
    assert 0 < sleeps[0] <= 60


def test_a_service_that_asks_for_an_hour_is_left_alone(sleeps: Sleeps) -> None:
    http = client(in_turn(httpx.Response(429, headers={"Retry-After": "3600"})), sleeps)
    with pytest.raises(SourceUnavailable, match="asks to wait 3600 seconds"):
        http.snapshot("src", URL, name="x")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"\n<HTML><body>Sorry", "a web page instead of data"),
        (b"  \n", "answered nothing"),
        (b'[{"message":[{"value":"not valid"}]}]', "not valid.*check the series codes"),
    ],
    ids=["web page", "nothing", "error as JSON"],
)
def test_status_200_alone_is_not_trusted(body: bytes, told: str, sleeps: Sleeps) -> None:
    http = client(lambda r: httpx.Response(200, content=body), sleeps)
    with pytest.raises(SourceUnavailable, match=told):
        http.snapshot("src", URL, name="x", begins=b"PK")


def test_calls_to_one_host_are_spaced_and_others_need_not_wait(sleeps: Sleeps) -> None:
    http = client(lambda r: httpx.Response(200, content=b"x"), sleeps, pause=5.0)
    http.snapshot("src", URL, name="x")
    http.snapshot("src", "https://other.example.org/", name="x")
    assert not sleeps
    http.snapshot("src", URL, name="x")
    assert len(sleeps) == 1 and 4 < sleeps[0] <= 5
