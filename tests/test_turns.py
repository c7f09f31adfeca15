"""Tables that are sent while they are read: a few at a time, so that pages find a connection to the database."""

import gc
import threading

import pytest
from flask import Flask, Response

from scidip.dashboard.server import turns

FILE = "/download/table"


@pytest.fixture
def server() -> Flask:
    """A server that counts the tables under way, and one address beside them."""
    server = Flask(__name__)
    server.under_way, server.most = 0, 0

    @server.get(FILE)
    def table() -> Response:
        def rows():
            server.under_way += 1
            server.most = max(server.most, server.under_way)
            try:
                yield b"a"
                yield b"b"
            finally:
                server.under_way -= 1

        return Response(rows())

    @server.get("/page")
    def page() -> str:
        return "page"

    turns.register(server)
    return server


def begun(server: Flask) -> tuple[object, object]:
    """A request whose visitor has read the first piece."""
    response = server.test_client().get(FILE)
    pieces = response.iter_encoded()
    assert next(pieces) == b"a"
    return response, pieces


def test_a_table_keeps_its_turn_until_its_last_row(server, monkeypatch) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.05)
    held = [begun(server) for _ in range(turns.AT_ONCE)]
    refused = server.test_client().get(FILE)
    assert refused.status_code == 503 and refused.headers["Retry-After"]
    assert server.test_client().get("/page").data == b"page"
    assert list(held[0][1]) == [b"b"]
    assert server.test_client().get(FILE).data == b"ab"
    assert server.most == turns.AT_ONCE


def test_who_leaves_in_the_middle_gives_his_turn_back(server, monkeypatch) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.05)
    for response, _pieces in [begun(server) for _ in range(turns.AT_ONCE)]:
        response.close()
    assert server.test_client().get(FILE).data == b"ab"
    assert server.test_client().head(FILE).status_code == 200
    assert server.test_client().get(FILE).data == b"ab"


def test_an_answer_that_nobody_reads_or_closes_gives_its_turn_back(server, monkeypatch) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.05)
    for _ in range(3 * turns.AT_ONCE):
        assert server.test_client().get(FILE).status_code == 200
        gc.collect()


def test_waiting_is_bounded(server, monkeypatch) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 20.0)
    held = [begun(server) for _ in range(turns.AT_ONCE)]
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda: found.append(server.test_client().get(FILE).status_code))
        for _ in range(turns.WAITING + 5)
    ]
    for thread in threads:
        thread.start()
    while len(found) < 5:
        threading.Event().wait(0.01)
    assert found[:5] == [503] * 5
    for response, _pieces in held:
        response.close()
    for thread in threads:
        thread.join()
    assert sorted(found) == [200] * turns.WAITING + [503] * 5
