"""The upload page: off without a token; what it refuses, tells, publishes and removes, and that nothing is lost by it."""

import base64
import gzip
import hashlib
import io
import json
import logging
import sqlite3
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import httpx
import openpyxl
import pytest
from babel import Locale
from click.testing import CliRunner
from werkzeug.test import EnvironBuilder, run_wsgi_app

from scidip.cli import main
from scidip.dashboard.files import render_process
from scidip.dashboard.files.render_process import Busy
from scidip.dashboard.server.factory import create_app
from scidip.dashboard.upload import guard, routes, words
from scidip.etl.checks import CHECKS, VAL_JUMP
from scidip.etl.publishing import Outcome
from scidip.etl.supply import desk as desks
from scidip.etl.supply.desk import Desk
from scidip.indicators.errors import ScidipError
from scidip.indicators.supply import SHOWN
from scidip.settings import Settings
from scidip.store.database import writing
from scidip.store.database.engine import open_engine
from scidip.store.queries import served, supply_queries
from tests.conftest import ROOT, serve
from tests.test_pages import make_context

TOKEN = "correct horse battery"
HERE = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
HEADER = "indicator,ref_area,time_period,obs_value,obs_status,source,licence"


def table(*rows: str, code: str = "sabbatical_leave_share") -> bytes:
    return "\n".join([HEADER, *(f"{code},{row},A,Ministry,CC0" for row in rows)]).encode()


GOOD = table("France,2022,4.5", "DEU,2022,3", "PRT,2021,2")
MIXED = table("France,2022,4.9", "Narnia,2022,3", "ITA,2022,many", "ESP,2022,350", "PRT,2099,3", "GRC,MMXX,1")


class Here:
    """Fills the orders in this process, as they arrive in the other."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.asked = desk, list[dict[str, Any]]()

    def ask(self, lane: str, order: dict[str, Any], gone: Callable[[], bool]) -> dict[str, Any]:
        assert lane in render_process.LIMIT and not gone()
        self.asked.append(order)
        told: dict[str, Any] = json.loads(json.dumps(self.desk.fill(json.loads(json.dumps(order)))))
        return told


class Page:
    """The page on a database of its own, without figures but those that are put in."""

    def __init__(self, app: Any, worker: Here, url: str) -> None:
        self.app, self.worker, self.url = app, worker, url
        self.client = app.server.test_client()

    def send(self, action: str, content: bytes = b"", name: str = "mine.csv", **more: Any) -> Any:
        headers = more.pop("headers", HERE)
        data = {"token": TOKEN, "action": action, **more}
        if content:
            data["file"] = (io.BytesIO(content), name)
        return self.client.post("/upload", data=data, headers=headers)

    def publish(self, content: bytes, name: str = "mine.csv", **more: Any) -> Any:
        checked = hashlib.sha256(content).hexdigest()
        return self.send("publish", content, name, checked=checked, **more)

    def figures(self) -> dict[tuple[str, int], float]:
        engine = open_engine(self.url)
        frame = served.observations(engine)
        engine.dispose()
        return {(r.ref_area, r.time_period): r.obs_value for r in frame.itertuples()}

    def rows(self) -> list[tuple[Any, ...]]:
        """Return all that the database holds of runs, figures and files."""
        with closing(sqlite3.connect(self.url.removeprefix("sqlite:///"))) as base:
            tables = ("run", "observation", "quarantine", "snapshot", "run_file", "vintage", "derived_origin")
            return [(t, *row) for t in tables for row in base.execute(f"SELECT * FROM {t} ORDER BY 1, 2")]


@pytest.fixture
def page(tmp_path, catalogue, areas, sources, monkeypatch) -> Iterator[Page]:
    url = f"sqlite:///{tmp_path / 'own.sqlite'}"
    ctx = make_context(url, catalogue, areas, sources, create=True, ahead=False, upload_token=TOKEN)
    # A database without producers' figures cannot be scored; that it is asked for is counted.
    scored: list[object] = []
    monkeypatch.setattr(desks, "rescore", lambda shop: scored.append(shop) or Outcome("scores", "succeeded", {}))
    worker = Here(Desk(url, ROOT / "data", tmp_path, "default", "test"))
    made = Page(create_app(ctx, workshops=worker), worker, url)  # type: ignore[arg-type]
    made.scored = scored  # type: ignore[attr-defined]
    yield made
    ctx.engine.dispose()


# --- off, and the token -------------------------------------------------------------------------


def test_without_a_token_nothing_is_there(tmp_path, catalogue, areas, sources) -> None:
    url = f"sqlite:///{tmp_path / 'own.sqlite'}"
    ctx = make_context(url, catalogue, areas, sources, create=True, ahead=False)
    client = create_app(ctx, workshops=object()).server.test_client()  # type: ignore[arg-type]
    assert client.get("/upload").status_code == 404
    assert client.post("/upload", data={"token": "", "action": "list"}, headers=HERE).status_code == 404
    assert "Upload figures" not in client.get("/_dash-layout").get_data(as_text=True)
    assert Settings.from_env({}).upload_token == ""


def test_with_a_token_the_footer_leads_there_and_machines_do_not(page) -> None:
    assert "Upload figures" in page.client.get("/_dash-layout").get_data(as_text=True)
    for address in ("/sitemap.xml", "/llms.txt", "/robots.txt"):
        assert "upload" not in page.client.get(address).get_data(as_text=True)
    assert "upload." not in page.client.get("/").get_data(as_text=True), "no other page loads its style and script"


def test_a_short_token_is_refused_without_being_told_and_none_is_shown() -> None:
    with pytest.raises(ScidipError, match="has 11 characters and needs 16") as refused:
        Settings.from_env({"SCIDIP_UPLOAD_TOKEN": "guess me 12"})
    assert "guess" not in str(refused.value)
    assert TOKEN not in repr(Settings.from_env({"SCIDIP_UPLOAD_TOKEN": TOKEN}))
    with pytest.raises(ScidipError) as refused:
        Settings.from_env({"SCIDIP_UPLOAD_TOKEN": TOKEN + "\udcff"})
    assert "horse" not in str(refused.value)


@pytest.mark.parametrize("token", ["", "x", TOKEN[:-1], TOKEN + "x", TOKEN.upper(), "é" * 21, "\ud800x", "x" * 100_000])
def test_a_wrong_token_opens_nothing(page, token, caplog) -> None:
    answer = page.client.post(
        "/upload", data={"token": token.encode("utf-8", "replace"), "action": "list"}, headers=HERE
    )
    assert answer.status_code == 403 and "not the token" in answer.get_data(as_text=True)
    assert page.worker.asked == [] and TOKEN not in answer.get_data(as_text=True)
    assert len(token) < 16 or token[:16] not in caplog.text


def test_a_thousand_wrong_tokens_are_limited_by_client_and_leave_others_in_peace(page, monkeypatch, caplog) -> None:
    clock = [1000.0]
    monkeypatch.setattr(guard.time, "monotonic", lambda: clock[0])

    def wrong(client: str) -> Any:
        where = {"REMOTE_ADDR": client}
        return page.client.post("/upload", data={"token": "x" * 20}, headers=HERE, environ_base=where)

    with caplog.at_level(logging.DEBUG):
        told = [wrong("192.0.2.1") for _ in range(1000)]
    assert [a.status_code for a in told] == [403] * guard.WRONG + [429] * (1000 - guard.WRONG)
    assert 0 < int(told[-1].headers["Retry-After"]) <= 61
    assert "x" * 20 not in caplog.text
    right = {"data": {"token": TOKEN, "action": "list"}, "headers": HERE}
    assert page.client.post("/upload", **right, environ_base={"REMOTE_ADDR": "192.0.2.1"}).status_code == 429
    assert page.client.post("/upload", **right, environ_base={"REMOTE_ADDR": "192.0.2.2"}).status_code == 200
    assert {wrong(f"2001:db8::{n:x}").status_code for n in range(guard.WRONG)} == {403}
    assert wrong("2001:db8::ffff").status_code == 429, "one client has the whole network"
    clock[0] += guard.MINUTE
    assert page.client.post("/upload", **right, environ_base={"REMOTE_ADDR": "192.0.2.1"}).status_code == 200
    assert page.worker.asked == []


def test_what_is_remembered_of_wrong_clients_is_bounded(monkeypatch) -> None:
    monkeypatch.setattr(guard, "MOST", 50)
    wrong = guard.Wrong()
    for n in range(500):
        wrong.note(str(n))
    assert len(wrong._when) == 50


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
    ],
)
def test_only_a_page_of_this_server_may_send(page, headers) -> None:
    answer = page.send("list", headers=headers)
    assert answer.status_code == 403 and page.worker.asked == []
    assert page.client.post("/upload?token=" + TOKEN, headers=HERE).status_code == 403, "not from the address"


def test_nobody_keeps_or_lists_the_page_and_no_script_stands_in_it(page) -> None:
    for answer in (page.client.get("/upload"), page.send("list"), page.send("check", MIXED)):
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store" and "noindex" in answer.headers["X-Robots-Tag"]
        assert "script-src 'self' 'sha256-" in answer.headers["Content-Security-Policy"]
        assert "unsafe-inline" not in answer.headers["Content-Security-Policy"].partition("style-src")[0]
        text = answer.get_data(as_text=True)
        assert "<script>" not in text and " on" + "click" not in text and TOKEN not in text
        assert "Set-Cookie" not in answer.headers


# --- what is told -------------------------------------------------------------------------------


def test_a_check_tells_row_by_row_and_writes_nothing(page, tmp_path) -> None:
    page.publish(GOOD)
    before, files = page.rows(), sorted(p.name for p in (tmp_path / "snapshots").iterdir())
    text = page.send("check", MIXED).get_data(as_text=True)
    assert page.rows() == before and sorted(p.name for p in (tmp_path / "snapshots").iterdir()) == files
    for said in ("Narnia", "code of two or three letters", "“many” is not a number", "0 to 100", "2099", "MMXX"):
        assert said in text, said
    assert "<td>France</td><td>2022</td>" in text and "4.50</td>" in text and "4.90</td>" in text
    assert "5 of 6 rows are refused" in text and 'name="accept"' in text
    assert 'value="publish"' in text


def test_a_report_has_a_bound_and_says_how_much_it_leaves_out(page) -> None:
    text = page.send("check", table(*(f"Land {n},2022,1" for n in range(SHOWN + 7)), "FRA,2022,1")).get_data(
        as_text=True
    )
    assert text.count("<td>Land ") == SHOWN and "And 7 more rows." in text


def test_every_check_has_its_reason_and_remedy() -> None:
    known = {c.code for c in (*CHECKS, VAL_JUMP)}
    assert set(words.REASONS) == known - {"STATUS_UNKNOWN"}, "a strange status refuses the file"


TONGUES = (
    "en de fr es it pt nl sv da nb fi is pl cs sk hu ro bg ru uk el tr ar he fa hi bn ta th vi id ms zh ja ko sw am ka "
    "hy az et lv lt"
)


def test_names_of_a_country_in_forty_languages_are_known_or_refused_and_never_another_country(page, areas) -> None:
    named = {code: Locale.parse(code).territories["DE"] for code in TONGUES.split()}
    assert len(named) >= 40
    content = table(*(f"{name},{1970 + n},1" for n, name in enumerate(named.values())))
    page.send("check", content)
    report = page.worker.desk.fill({**page.worker.asked[-1], "action": "check"})["report"]
    assert sum(t["rows"] for t in report["taken"]) + report["refused_rows"] == len(named) == report["parsed"]
    assert page.publish(content).status_code == 200
    assert {area for area, _ in page.figures()} == {"DEU"}


# --- published and removed ----------------------------------------------------------------------


def test_what_is_published_is_scored_once_has_a_version_and_is_listed(page) -> None:
    text = page.publish(GOOD).get_data(as_text=True)
    assert page.figures() == {("FRA", 2022): 4.5, ("DEU", 2022): 3.0, ("PRT", 2021): 2.0}
    assert len(page.scored) == 1
    engine = open_engine(page.url)
    assert f"Published as data version {served.data_version(engine)}." in text
    (entry,) = supply_queries.entries(engine)
    engine.dispose()
    assert (entry.name, entry.figures, entry.first, entry.last, entry.waiting) == ("mine.csv", 3, 2021, 2022, 0)
    assert f"remove:{entry.sha256}" in text
    assert "serves already" in page.publish(GOOD).get_data(as_text=True)


def test_files_and_answers_mark_what_is_the_institutions_own(page) -> None:
    told = "Contains figures supplied by the user of this copy: sabbatical_leave_share."
    for there in (False, True):
        for table_ in ("scores", "observations"):
            answer = page.client.get(f"/api/v1/{table_}").get_json()
            assert answer["licence"].endswith(told) == there
        if not there:
            page.publish(GOOD)
    row = page.client.get("/api/v1/observations?indicator=sabbatical_leave_share").get_json()["data"][0]
    assert (row["source"], row["licence"]) == ("User: Ministry", "CC0")
    file = page.client.get("/download/observations.csv?indicator=sabbatical_leave_share").get_data(as_text=True)
    assert file.count("User: Ministry") == 3


def test_a_new_indicator_is_named_published_listed_and_removed(page) -> None:
    head = b"# indicator: our_grants\n# name: Grants we gave\n# unit: grants\n"
    grants = head + table("FRA,2022,4", code="our_grants") + b"\nrd_expenditure_gdp,FRA,2022,2.2,A,Ministry,CC0"
    text = page.send("check", grants).get_data(as_text=True)
    assert "Grants we gave, not scored (new)" in text and "beside what is published, not scored (new)" in text
    assert page.figures() == {}
    assert "Grants we gave; " in page.publish(grants).get_data(as_text=True)
    assert "template.csv?indicator=own_our_grants" in page.send("list").get_data(as_text=True)
    bad = page.send("check", grants.replace(b"# unit", b"# nuit"), "b.csv")
    assert bad.status_code == 422 and "is no word of a declaration" in bad.get_data(as_text=True)
    (entry,) = supply_queries.entries(open_engine(page.url))
    assert "Grants" not in page.send(f"remove:{entry.sha256}").get_data(as_text=True)


def test_what_surprises_is_published_only_when_it_is_accepted(page) -> None:
    page.publish(GOOD)
    before = page.rows()
    answer = page.publish(MIXED, "other.csv")
    assert answer.status_code == 409 and "accepted first" in answer.get_data(as_text=True) and page.rows() == before
    assert page.publish(MIXED, "other.csv", accept="yes").status_code == 200
    assert page.figures()["FRA", 2022] == 4.9 and len(page.figures()) == 3


def test_only_what_was_checked_is_published(page) -> None:
    assert page.send("publish", GOOD).status_code == 409
    assert page.send("publish", GOOD, checked=hashlib.sha256(MIXED).hexdigest()).status_code == 409
    page.publish(GOOD)
    stale = page.publish(MIXED, "other.csv", accept="yes", version="0123456789")
    assert stale.status_code == 409 and "other figures serve" in stale.get_data(as_text=True)
    assert page.figures()["FRA", 2022] == 4.5
    assert page.send("publish").status_code == 400 and page.send("check").status_code == 400
    assert page.send("drop everything", GOOD).status_code == 400


def test_a_file_is_removed_with_its_rows_in_quarantine_and_the_others_stay(page) -> None:
    page.publish(GOOD)
    page.publish(table("FRA,2019,1", "Narnia,2019,1").replace(b"Ministry,CC0", b"Survey,CC BY"), "b.csv", accept="yes")
    with closing(sqlite3.connect(page.url.removeprefix("sqlite:///"))) as base:
        ask = "SELECT title, licence FROM derived_origin JOIN vintage USING (run_id)"
        assert base.execute(ask).fetchall() == [("User: Ministry + User: Survey", "CC BY + CC0")]
        first, second = (e.sha256 for e in supply_queries.entries(open_engine(page.url)))
        text = page.send(f"remove:{second}").get_data(as_text=True)
        assert "Removed. The data version is now" in text and "b.csv" not in text and len(page.scored) == 3
        assert base.execute(ask).fetchall() == [("User: Ministry", "CC0")], "what the others state"
        assert base.execute("SELECT count(*) FROM quarantine JOIN vintage USING (run_id)").fetchone() == (0,)
    assert len(page.figures()) == 3
    assert page.send(f"remove:{second}").status_code == 422
    assert page.send(f"remove:{first}").status_code == 200
    assert page.figures() == {} and "Nothing yet." in page.send("list").get_data(as_text=True)
    assert page.publish(GOOD).status_code == 200 and len(page.figures()) == 3, "and put in again"


def test_the_command_removes_the_same(page, tmp_path, monkeypatch) -> None:
    page.publish(GOOD)
    monkeypatch.setenv("SCIDIP_DATABASE_URL", page.url)
    monkeypatch.setattr("scidip.commands.ingest.rescore", lambda shop, progress: Outcome("scores", "unchanged", {}))
    run = CliRunner().invoke
    for words_, told in (
        (["user", "--remove", "other.csv"], "no file 'other.csv' has figures here; those that have: mine.csv"),
        (["nobel", "--remove", "mine.csv"], "--remove is for the source user"),
        (["user", "--remove", "mine.csv", "--accept"], "goes with no other option"),
    ):
        result = run(main, ["ingest", *words_])
        assert result.exit_code != 0 and told in result.output + str(result.exception)
    result = run(main, ["ingest", "user", "--remove", hashlib.sha256(GOOD).hexdigest()[:8]])
    assert result.exit_code == 0, result.output
    assert "user: 3 figures of mine.csv were removed" in result.output and page.figures() == {}


# --- refused ------------------------------------------------------------------------------------


def workbook(**cells: Any) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(HEADER.split(","))
    sheet.append(["sabbatical_leave_share", "FRA", 2022, 4.5, "A", "Ministry", "CC0"])
    for place, value in cells.items():
        sheet[place] = value
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    made = io.BytesIO(content)
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, part)
    return made.getvalue()


def bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("table.csv", b"0" * (200 << 20))
    return made.getvalue()


HOSTILE: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "a zip bomb": ("t.zip", bomb, "would unpack to"),
    "a gzip bomb": ("t.csv.gz", lambda: gzip.compress(b"0" * (64 << 20)), "unpack to"),
    "a bomb in a workbook": ("t.xlsx", lambda: with_part(workbook(), "xl/x.xml", b" " * (64 << 20)), "would unpack to"),
    "a web page": ("t.csv", lambda: b"<!DOCTYPE html><html><script>alert(1)</script></html>", "this is a web page"),
    "a table of HTML": ("t.xls", lambda: b"<table><tr><td><img src=x onerror=alert(1)>", "is missing"),
    "macros": ("t.xlsm", lambda: with_part(workbook(), "xl/vbaProject.bin", b"x"), "the workbook holds macros"),
    "formulas never computed": ("t.xlsx", lambda: workbook(D2="=1+1"), "row 2: a formula without its value"),
    "nothing known": ("t.bin", lambda: bytes(range(256)) * 40, ""),
    "a damaged archive": ("t.xlsx", lambda: workbook()[:900], "damaged"),
    "another indicator": ("t.csv", lambda: table("FRA,2022,1", code="populous"), "does not take supplied figures"),
    "no licence": ("t.csv", lambda: table("FRA,2022,1").replace(b"CC0", b""), "without its source and licence"),
    "a name out of its folder": ("../../etc/<b>passwd.csv", lambda: b"a,b\n", "&lt;b&gt;passwd.csv"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_cannot_be_taken_is_one_sentence_and_changes_nothing(page, name, tmp_path) -> None:
    file, make, told = HOSTILE[name]
    page.publish(GOOD)
    before, content = page.rows(), make()
    assert len(content) < 2_000_000
    for answer in (page.send("check", content, file), page.publish(content, file, accept="yes")):
        assert answer.status_code == 422, answer.get_data(as_text=True)
        text = answer.get_data(as_text=True)
        said = text.partition('<p id="upload-told"')[2].partition("</p>")[0].partition(">")[2]
        assert told in said and 0 < len(said) < 600 and "\n" not in said.strip()
        assert (
            "<script>alert" not in text and "<img" not in text and str(tmp_path) not in text and "Traceback" not in text
        )
    kept = [row for row in page.rows() if row[0] != "run"]
    assert kept == [row for row in before if row[0] != "run"]
    assert page.send("list").status_code == 200


def test_an_upload_of_200_mb_is_refused_before_it_is_read(page) -> None:
    class Unread(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, _: Any) -> int:
            pytest.fail("the body was read")

    environ = EnvironBuilder("/upload", method="POST", content_type="multipart/form-data; boundary=x").get_environ()
    environ |= {"wsgi.input": Unread(), "CONTENT_LENGTH": str(200_000_000)}
    _body, status, _headers = run_wsgi_app(page.app.server, environ, buffered=True)
    assert status.startswith("413")


def test_a_database_for_reading_only_is_said_before_a_file_is_chosen(
    page, monkeypatch, catalogue, areas, sources
) -> None:
    ctx = make_context(page.url, catalogue, areas, sources, ahead=False, upload_token=TOKEN)
    page.client = create_app(ctx, workshops=page.worker).server.test_client()
    assert 'type="file"' in page.client.get("/upload").get_data(as_text=True)
    monkeypatch.setattr(writing.os, "access", lambda *_a, **_k: False)  # root may write all
    text = page.client.get("/upload").get_data(as_text=True)
    assert "can only be read" in text and 'type="file"' not in text
    answer = page.send("check", GOOD)
    assert answer.status_code == 503 and page.worker.asked == []
    assert page.worker.desk.fill({"action": "remove", "file": "0" * 64, "version": ""})["code"] == "readonly"


def test_while_another_writes_nothing_is_lost_and_it_is_said(page, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(writing.writing, "__kwdefaults__", {"wait": 0.2}, raising=False)
    monkeypatch.setattr(writing.writing.__wrapped__, "__kwdefaults__", {"wait": 0.2})
    held, done = threading.Event(), threading.Event()

    def another() -> None:
        engine = open_engine(page.url)
        with writing.writing(engine, "another"):
            held.set()
            done.wait(30)
        engine.dispose()

    thread = threading.Thread(target=another)
    thread.start()
    assert held.wait(30)
    try:
        before = page.rows()
        answer = page.publish(GOOD)
        assert answer.status_code == 503 and answer.headers["Retry-After"] == routes.LATER
        text = answer.get_data(as_text=True)
        assert "Somebody else is writing" in text and str(tmp_path) not in text and page.rows() == before
        assert page.send("check", GOOD).status_code == 200, "to look at a file needs no lock"
    finally:
        done.set()
        thread.join()
    assert page.publish(GOOD).status_code == 200


def test_a_fault_while_it_is_published_changes_nothing_and_says_nothing_of_the_inside(page, monkeypatch) -> None:
    page.publish(GOOD)
    before = page.rows()

    def fail(_shop: object) -> None:
        raise OSError("/srv/secret is full")

    monkeypatch.setattr(desks, "rescore", fail)
    answer = page.publish(table("FRA,2015,1"), "other.csv")
    assert answer.status_code == 500 and "secret" not in answer.get_data(as_text=True)
    assert page.rows() == before


def test_the_dear_work_is_bounded_and_stopped_in_time(page, monkeypatch) -> None:
    assert 0 < render_process.LIMIT[routes.LANE] <= 900

    def busy(*_: Any) -> Any:
        raise Busy

    monkeypatch.setattr(page.worker, "ask", busy)
    answer = page.send("check", GOOD)
    assert answer.status_code == 503 and answer.headers["Retry-After"]
    monkeypatch.setattr(page.worker, "ask", lambda *_: render_process._TOO_LATE)
    answer = page.publish(GOOD)
    assert answer.status_code == 503 and "took too long" in answer.get_data(as_text=True)


def test_a_check_ends_with_its_client_and_a_publication_does_not(page, monkeypatch) -> None:
    found = {}

    def ask(_lane: str, order: dict[str, Any], gone: Callable[[], bool]) -> dict[str, Any]:
        found[order["action"]] = gone()
        return render_process._TOO_LATE

    monkeypatch.setattr(page.worker, "ask", ask)
    for action in ("check", "publish", f"remove:{'0' * 64}"):
        data = {"token": TOKEN, "action": action, "checked": hashlib.sha256(GOOD).hexdigest()}
        data["file"] = (io.BytesIO(GOOD), "a.csv")
        left = {"waitress.client_disconnected": lambda: True}
        assert page.client.post("/upload", data=data, headers=HERE, environ_overrides=left).status_code == 503
    assert found == {"check": True, "publish": False, "remove": False}


def test_under_a_prefix_all_its_addresses_are_under_it(page, catalogue, areas, sources) -> None:
    site = "https://example.org/observatory"
    more = {"upload_token": TOKEN, "site": site, "hosts": ("*",)}
    ctx = make_context(page.url, catalogue, areas, sources, ahead=False, **more)
    client = create_app(ctx, workshops=page.worker).server.test_client()  # type: ignore[arg-type]
    text = client.get("/observatory/upload").get_data(as_text=True)
    assert 'action="/observatory/upload"' in text and 'src="/observatory/assets/upload.js"' in text
    data = {"token": TOKEN, "action": "check", "file": (io.BytesIO(GOOD), "a.csv")}
    answer = client.post("/observatory/upload", data=data, headers={"Origin": "https://example.org"})
    assert answer.status_code == 200


# --- served -------------------------------------------------------------------------------------


def test_a_served_page_checks_in_a_process_of_its_own_while_others_are_answered(built_url) -> None:
    own = {"SCIDIP_UPLOAD_TOKEN": TOKEN, "SCIDIP_ACCESS_LOG": ""}
    with serve(built_url, **own) as base, httpx.Client(base_url=base, timeout=120) as client:
        data, head = {"token": TOKEN, "action": "check"}, {"Origin": base}
        found: list[httpx.Response] = []
        file = {"file": ("mine.csv", MIXED)}
        asking = threading.Thread(
            target=lambda: found.append(httpx.post(f"{base}/upload", data=data, files=file, headers=head, timeout=120))
        )
        asking.start()
        others = [client.get("/health").status_code for _ in range(20)]
        wrong = [client.post("/upload", data={"token": "x" * 20}, headers=head).status_code for _ in range(1000)]
        asking.join()
        assert set(others) == {200} and set(wrong[10:]) == {429}
        assert found[0].status_code == 200 and "Narnia" in found[0].text
        large = client.post("/upload", content=b"x" * 3_000_000, headers={**head, "Content-Type": "text/plain"})
        assert large.status_code == 413
        assert client.get("/health").status_code == 200


def test_the_content_of_an_order_is_what_was_sent(page) -> None:
    page.send("check", GOOD)
    assert base64.b64decode(page.worker.asked[0]["content"]) == GOOD
    assert TOKEN not in json.dumps(page.worker.asked), "the token stays at the door"
