"""Operators see who asked what, and find a fault by the number that its page shows."""

import logging
import re

import pytest
from sqlalchemy import insert

from scidip.dashboard.server import access_log
from scidip.dashboard.server.factory import create_app
from scidip.store.database.engine import open_engine
from scidip.store.database.schema import run
from tests.test_pages import make_context


@pytest.fixture
def app(tmp_path, catalogue, areas, sources):
    url = f"sqlite:///{tmp_path / 'own.sqlite'}"
    open_engine(url, create=True).dispose()
    return create_app(make_context(url, catalogue, areas, sources))


def lines(caplog, client, address: str, **more) -> tuple[list[str], object]:
    with caplog.at_level(logging.INFO, logger=access_log.LOG.name):
        answer = client.get(address, **more)
    return [r.getMessage() for r in caplog.records if r.name == access_log.LOG.name], answer


@pytest.mark.parametrize("address", ["/", "/health-no", "/api/v1/areas", "/assets/base.css", "/figure/x.y"])
def test_each_request_is_one_line_with_client_number_status_and_time(app, caplog, address) -> None:
    found, answer = lines(caplog, app.server.test_client(), address, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    number = answer.headers["X-Request-Id"]
    assert len(found) == 1
    assert re.fullmatch(rf"192\.0\.2\.7 {number} GET \S+ {answer.status_code} \S+ \d+ms", found[0])


def test_an_address_cannot_begin_another_line(app, caplog) -> None:
    found, _ = lines(caplog, app.server.test_client(), "/x%0a127.0.0.1%20forged%0d%1b[2J%c2%85?y=%0az")
    assert len(found) == 1 and not re.search(r"[\x00-\x1f\x7f\x85]", found[0])
    assert "forged" in found[0]


def test_a_fault_is_found_in_the_log_by_the_number_in_its_page(app, caplog) -> None:
    def fail() -> None:
        raise RuntimeError("secret of the inside")

    app.server.add_url_rule("/fails", view_func=fail)
    for accept in ("text/html", "application/json"):
        caplog.clear()
        answer = app.server.test_client().get("/fails", headers={"Accept": accept})
        number = answer.headers["X-Request-Id"]
        assert answer.status_code == 500 and number in answer.text and "secret" not in answer.text
        faults = [r for r in caplog.records if r.levelno >= logging.ERROR]
        assert len(faults) == 1 and number in faults[0].getMessage() and faults[0].exc_info


def test_the_runs_of_the_api_do_not_say_what_failed_inside(app, tmp_path) -> None:
    with open_engine(f"sqlite:///{tmp_path / 'own.sqlite'}", create=True).begin() as connection:
        needed = {c.name: "x" for c in run.columns if not c.nullable and c.name != "run_id"}
        numbers = {c.name: 0 for c in run.columns if c.type.python_type is int and c.name in needed}
        connection.execute(
            insert(run).values(
                **needed
                | numbers
                | {"kind": "ingest", "status": "failed", "message": "/srv/secret/file.csv is not there"}
            )
        )
    answer = app.server.test_client().get("/api/v1/runs")
    assert answer.status_code == 200 and answer.json["data"][0]["status"] == "failed"
    assert "secret" not in answer.text


def test_a_line_is_dated_and_goes_where_the_setting_says(tmp_path) -> None:
    path, before = tmp_path / "access.log", logging.getLogger().handlers[:]
    level, own = access_log.LOG.level, access_log.LOG.handlers[:]
    try:
        access_log.begin_logs(str(path))
        access_log.LOG.info("192.0.2.7 asked")
    finally:
        logging.getLogger().handlers[:] = before
        for handler in access_log.LOG.handlers:
            handler.close()
        access_log.LOG.handlers[:] = own
        access_log.LOG.setLevel(level)
        access_log.LOG.propagate = True
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00 192\.0\.2\.7 asked\n", path.read_text())
