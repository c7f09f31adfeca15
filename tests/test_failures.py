"""What is wrong is said: a page for people, one shape for machines, never a trace."""

import shutil
import sqlite3

import httpx
import pytest

from scidip.dashboard.server.factory import create_app
from scidip.store.database.engine import open_engine
from tests.conftest import serve
from tests.test_pages import make_context

HTML = {"Accept": "text/html"}
JSON = {"Accept": "application/json"}


@pytest.fixture
def served(tmp_path, catalogue, areas, sources):
    """A client of an app on an empty database, and the file of the database."""
    file = tmp_path / "own.sqlite"
    url = f"sqlite:///{file}"
    open_engine(url, create=True).dispose()
    app = create_app(make_context(url, catalogue, areas, sources))
    return app.server.test_client(), file


def test_an_address_that_is_no_page_answers_404(served) -> None:
    client, _ = served
    assert client.get("/nonsense", headers=HTML).status_code == 404
    assert client.get("/country", headers=HTML).status_code == 200
    found = client.get("/download/nothing.csv", headers=JSON)
    assert found.status_code == 404
    assert set(found.json["error"]) == {"code", "message", "remedy", "request"}


def test_a_vanished_database_is_told_and_an_empty_file_is_not_made_in_its_place(served) -> None:
    client, file = served
    assert client.get("/", headers=HTML).status_code == 200
    for part in file.parent.glob("own.sqlite*"):
        part.unlink()
    page = client.get("/country?area=PRT", headers=HTML)
    assert page.status_code == 503
    assert "scidip build" in page.text and "Traceback" not in page.text
    assert str(file) not in page.text
    assert client.get("/health", headers=JSON).json["error"]["code"] == 503
    assert not file.exists()


def test_a_database_put_in_its_place_is_read_without_a_new_start(served, tmp_path) -> None:
    client, file = served
    copy = tmp_path / "copy.sqlite"
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(file, copy)
    client.get("/", headers=HTML)
    file.unlink()
    assert client.get("/", headers=HTML).status_code == 503
    shutil.copy(copy, file)
    assert client.get("/", headers=HTML).status_code == 200


def test_a_damaged_database_is_told(served) -> None:
    client, file = served
    for part in file.parent.glob("own.sqlite*"):
        part.unlink()
    file.write_bytes(b"not a database at all" * 100)
    assert client.get("/download/scores.csv", headers=JSON).status_code == 503


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"output": "x.y"}', '{"output": ["x"]}', '{"output": "theme.data", "inputs": 5}']
)
def test_a_callback_that_no_page_has_is_refused(served, body) -> None:
    client, _ = served
    found = client.post("/_dash-update-component", data=body, content_type="application/json")
    assert found.status_code == 400
    assert found.json["error"]["message"]


def test_a_file_is_for_reading_only(served) -> None:
    client, _ = served
    assert client.post("/download/scores.csv", headers=JSON).status_code == 405


@pytest.mark.parametrize("value", ["<script>alert(1)</script>", "' OR 1=1 --", "x" * 10_000, "%00", "é" * 50])
def test_a_hostile_address_gives_a_page_without_its_words_as_code(served, value) -> None:
    client, _ = served
    page = client.get("/ranking", query_string={"node": value, "year": value, "v": value}, headers=HTML)
    assert page.status_code == 200
    assert "<script>alert" not in page.text


def test_two_processes_answer_alike_and_end_together(built_url) -> None:
    with serve(built_url, "scidip.cli", SCIDIP_WORKERS="2") as base, httpx.Client(base_url=base, timeout=30) as client:
        answers = {client.get("/health", headers={"Connection": "close"}).text for _ in range(12)}
        assert len(answers) == 1
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{base}/health", timeout=2)
