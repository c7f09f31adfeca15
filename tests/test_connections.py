"""A real server, and visitors who are idle, slow, or send what is no request: nobody else waits for them."""

import json
import re
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import ClassVar
from urllib.parse import urlsplit

import httpx
import pytest

from scidip.dashboard.server import waitress_worker
from scidip.dashboard.server.security import FIXED
from tests.conftest import serve

MANY = 120
"""Connections of a kind: more than threads of the server that was (16), and cheap."""


@pytest.fixture(scope="module")
def served(built_url) -> Iterator[str]:
    with serve(built_url, "scidip.cli", SCIDIP_ACCESS_LOG="") as base:
        yield base


def connect(base: str, sent: bytes = b"", timeout: float = 10.0) -> socket.socket:
    parts = urlsplit(base)
    one = socket.create_connection((parts.hostname, parts.port), timeout=timeout)
    if sent:
        one.sendall(sent)
    return one


def another(base: str, limit: float) -> None:
    """Another visitor, on a new connection, has a page before the server lets go the held ones, after *limit* seconds.

    How fast is measured by `bench/connections.py`.
    """
    answer = httpx.get(f"{base}/ranking", timeout=limit * 0.8, verify=False)
    assert answer.status_code == 200


def read_all(one: socket.socket) -> bytes:
    found = b""
    while piece := one.recv(65536):
        found += piece
    return found


def test_idle_connections_hold_nobody_up(served) -> None:
    with ExitStack() as stack:
        for _ in range(MANY):
            stack.enter_context(connect(served))
        another(served, waitress_worker.IDLE_TIME)


HALVES = (
    b"G",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
    b"POST /_dash-update-component HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{",
    b"POST /_dash-update-component HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
)


def test_half_sent_requests_hold_nobody_up_and_are_closed(served, monkeypatch) -> None:
    with ExitStack() as stack:
        for n in range(MANY):
            stack.enter_context(connect(served, HALVES[n % len(HALVES)]))
        another(served, waitress_worker.HEADER_TIME)
    # The limits of time, without waiting for them: a channel that began so long ago is late, a younger one is not.
    for sent, limit in ((HALVES[1], waitress_worker.HEADER_TIME), (HALVES[2], waitress_worker.BODY_TIME)):
        channel = a_channel(sent)
        begun = channel._began
        assert not channel.is_late(begun + limit - 1) and channel.is_late(begun + limit + 1)
        time.sleep(0.01)
        channel.received(b"x")
        assert channel._began == begun, "a byte now and then does not begin the time anew"


def a_channel(sent: bytes) -> waitress_worker.Channel:
    """A channel as waitress makes it, which has received some bytes."""
    here, _there = socket.socketpair()

    class Server:
        active_channels: ClassVar[dict[int, object]] = {}

    channel = waitress_worker.Channel(Server(), here, ("127.0.0.1", 1), waitress_worker.told(4, ""), map={})
    channel.received(sent)
    return channel


def test_slow_readers_of_a_large_file_hold_nobody_up(served) -> None:
    whole = "/download/observations.csv?indicator=population&indicator=rd_expenditure_gdp&indicator=articles_pm"
    with ExitStack() as stack:
        for _ in range(24):
            one = stack.enter_context(connect(served))
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            one.sendall(f"GET {whole} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        time.sleep(2)
        another(served, waitress_worker.READING_TIME / 10)


ODD = {
    "two lengths": (
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nContent-Length: 30\r\n\r\nabcd",
        {400},
    ),
    "length and chunks": (
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n",
        {400, 405},
    ),
    "another coding": (
        b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        {400, 501},
    ),
    "a sign before the length": (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: +4\r\n\r\nabcd", {400}),
    "a space before the colon": (b"GET / HTTP/1.1\r\nHost : localhost\r\n\r\n", {400}),
    "a folded line": (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n", {200, 400}),
    "a bare line feed": (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: a\nTransfer-Encoding: chunked\r\n\r\n", {400}),
    "a NUL": (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: a\x00b\r\n\r\n", {200, 400}),
    "garbage": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", {400}),
    "no version": (b"GET /\r\n\r\n", {200, 400}),
    "whole target of another host": (b"GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n", {200, 400, 404}),
    "a target without a slash": (b"GET x HTTP/1.1\r\nHost: localhost\r\n\r\n", {400, 404}),
    "a star": (b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n", {200, 400, 404, 405}),
    "a tunnel": (b"CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n", {400, 404, 405, 501}),
    "another name": (b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", {400}),
    "two names": (b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n", {400}),
    "a target of bytes": (b"GET /\xff\xfe%ff%00 HTTP/1.1\r\nHost: localhost\r\n\r\n", {400, 404}),
    "a body of 3 MB announced": (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3000000\r\n\r\n", {413}),
}


@pytest.mark.parametrize("name", sorted(ODD))
def test_odd_requests_get_one_answer_or_a_refusal(served, name) -> None:
    sent, known = ODD[name]
    with connect(served, sent.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1)) as one:
        found = read_all(one)
    statuses = [int(s) for s in re.findall(rb"HTTP/1\.[01] (\d{3}) ", found)]
    assert statuses and statuses[0] in known, found[:300]
    assert len(statuses) == 1, "what stands in a body is no request"
    assert b"evil.example" not in found.partition(b"\r\n\r\n")[2]
    head = found.partition(b"\r\n\r\n")[0].decode("latin-1").lower()
    for header in (*FIXED, "Content-Security-Policy"):
        assert header.lower() in head, (name, header)


TOO_LONG = {
    431: b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ",
    413: b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n\r\n",
}


@pytest.mark.parametrize("status", sorted(TOO_LONG))
@pytest.mark.parametrize("more", [waitress_worker.LARGEST_HEAD + 1, 8_000_000])
def test_who_sends_too_much_is_told_so_while_he_sends(served, status, more) -> None:
    with connect(served, TOO_LONG[status] + b"x" * more) as one:
        found = read_all(one)
    assert re.match(rb"HTTP/1\.[01] %d " % status, found)
    assert set(json.loads(found.partition(b"\r\n\r\n")[2])["error"]) == {"code", "message", "remedy", "request"}


def test_a_refused_visitor_who_goes_on_sending_is_closed_in_the_end() -> None:
    channel = a_channel(HALVES[2])
    channel.lingers = True
    channel.handle_close()
    began = channel._ended
    assert channel.readable() and not channel.is_late(began + waitress_worker.LINGER_TIME - 1)
    assert channel.is_late(began + waitress_worker.LINGER_TIME + 1)
    channel.handle_close()
    assert channel.socket is None or channel.socket.fileno() == -1


@pytest.mark.parametrize(("proxy", "believed"), [("", False), ("127.0.0.1", True), ("192.0.2.1", False)])
def test_the_word_of_a_stranger_on_his_address_is_not_believed(proxy, believed) -> None:
    from waitress.proxy_headers import proxy_headers_middleware

    told, seen = waitress_worker.told(4, proxy), []

    def application(environ, _start):
        seen.append(environ["REMOTE_ADDR"])
        return []

    wrapped = proxy_headers_middleware(
        application,
        trusted_proxy=told.trusted_proxy,
        trusted_proxy_count=told.trusted_proxy_count,
        trusted_proxy_headers=told.trusted_proxy_headers,
        clear_untrusted=told.clear_untrusted_proxy_headers,
    )
    environ = {
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_X_FORWARDED_FOR": "203.0.113.9",
        "wsgi.url_scheme": "http",
        "SERVER_NAME": "x",
        "SERVER_PORT": "80",
        "HTTP_HOST": "x",
    }
    wrapped(environ, lambda *_: None)
    assert seen == ["203.0.113.9" if believed else "127.0.0.1"]
