"""The API as the web sees it: methods, headers, packing, pages that add up, and a description that is whole."""

import csv
import gzip
import io

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from scidip.dashboard.server.factory import create_app
from scidip.publish.api.openapi import COLUMNS, DEFAULT_LIMIT, LISTS, MAX_LIMIT, OF_TWO, TABLES, document
from scidip.publish.export import tables
from scidip.publish.export.writing import formats
from scidip.publish.formats.csv import LOGICAL
from scidip.store.table_rows import Chosen
from tests.ahead import served_context

SOME = {
    "observations": "indicator=population,rd_expenditure_gdp&time_period=2010:2020",
    "pairs": "indicator=copublications&ref_area=FRA,DEU&time_period=2018:2020",
    "scores": "node=std,national&time_period=2015:2020",
    "stages": "indicator=rd_expenditure_gdp&time_period=2015:2020",
}


@pytest.fixture(scope="module")
def client(built_url):
    ctx = served_context(built_url)
    return create_app(ctx).server.test_client()


@pytest.mark.parametrize("name", sorted(TABLES))
def test_pages_to_the_end_are_the_export(client, engine, catalogue, name: str) -> None:
    address, rows, cursor = f"/api/v1/{name}?{SOME[name]}&limit=613", [], ""
    while cursor is not None:
        answer = client.get(address + (f"&cursor={cursor}" if cursor else "")).json
        assert answer["count"] == len(answer["data"]) <= 613
        rows += answer["data"]
        cursor = answer["next"]
    assert len(rows) > 613
    file = client.get(f"/api/v1/{name}?{SOME[name]}&format=csv")
    lines = list(csv.DictReader(io.StringIO(file.text)))
    told = [
        {k: "" if v is None else LOGICAL.get(v, str(v)) if isinstance(v, bool) else str(v) for k, v in row.items()}
        for row in rows
    ]
    assert told == lines
    first, last = map(int, SOME[name].split("time_period=")[1].split(":"))
    values = {k: v.split(",") for k, v in (p.split("=") for p in SOME[name].split("&")) if k != "time_period"}
    make = {"pairs": lambda *a: tables.observations(*a, pairs=True)}.get(name) or getattr(tables, name)
    table = make(engine, catalogue, Chosen(values, first, last))
    assert b"".join(formats()["csv"].pieces(table)) == file.data


@pytest.mark.parametrize("code", sorted(formats()))
def test_pages_of_files_add_up_too(client, code: str) -> None:
    cut = client.get(f"/api/v1/scores?{SOME['scores']}&format={code}&limit=10")
    assert cut.status_code == 200 and cut.headers["X-Next-Cursor"]
    assert cut.mimetype == formats()[code].mimetype.split(";")[0]
    last = client.get(f"/api/v1/scores?node=std&ref_area=FRA&time_period=2020&format={code}&limit=10")
    assert "X-Next-Cursor" not in last.headers


@pytest.mark.parametrize(
    "path", ["scores?node=std", "areas", "citation?what=scores", "scores?node=std&format=csv", "", "openapi.json"]
)
def test_head_is_get_without_its_body(client, path: str) -> None:
    got, head = client.get(f"/api/v1/{path}"), client.head(f"/api/v1/{path}")
    assert head.status_code == got.status_code == 200 and head.data == b""
    assert head.mimetype == got.mimetype and head.headers.get("ETag") == got.headers.get("ETag")


@pytest.mark.parametrize("packing", ["gzip", "br", "zstd"])
def test_a_packed_answer_holds_the_same_and_its_tag_is_known_again(client, packing: str) -> None:
    plain = client.get("/api/v1/scores?node=std", headers={"Accept-Encoding": "identity"})
    packed = client.get("/api/v1/scores?node=std", headers={"Accept-Encoding": packing})
    assert packed.headers["Content-Encoding"] == packing and len(packed.data) < len(plain.data) / 4
    assert "Accept-Encoding" in packed.headers["Vary"] and "Content-Encoding" not in plain.headers
    if packing == "gzip":
        assert gzip.decompress(packed.data) == plain.data
    for answer in (plain, packed):
        tag = answer.headers["ETag"]
        for sent in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            again = client.get("/api/v1/scores?node=std", headers={"If-None-Match": sent, "Accept-Encoding": packing})
            assert again.status_code == 304 and not again.data, sent
            assert again.headers["ETag"].startswith(plain.headers["ETag"].rstrip('"'))
    other = client.get("/api/v1/scores?node=std", headers={"If-None-Match": '"0000000000"'})
    assert other.status_code == 200


def test_a_page_of_another_site_may_ask_whether_anything_changed(client) -> None:
    """If-None-Match is no simple header: a browser asks first whether it may be sent."""
    asked = {
        "Origin": "https://example.org",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "if-none-match",
    }
    answer = client.options("/api/v1/scores", headers=asked)
    assert answer.status_code == 200 and answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "GET" in answer.headers["Access-Control-Allow-Methods"]
    assert answer.headers["Access-Control-Allow-Headers"].lower() == "if-none-match"
    got = client.get("/api/v1/scores?limit=5", headers={"Origin": "https://example.org"})
    shown = {h.strip() for h in got.headers["Access-Control-Expose-Headers"].split(",")}
    assert {h for h, _ in got.headers if h.startswith("X-") and h != "X-Content-Type-Options"} <= shown


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
@pytest.mark.parametrize("path", ["", "scores", "nowhere/at/all"])
def test_writing_is_refused_in_the_one_shape(client, method: str, path: str) -> None:
    answer = client.open(f"/api/v1/{path}", method=method)
    assert answer.status_code == 405 and answer.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert answer.json["error"]["code"] == "reading_only"


def test_headers_are_plain(client) -> None:
    for name in sorted({*TABLES, *LISTS} - {"compare", "pair", "expected", "citation"}):
        for header, value in client.get(f"/api/v1/{name}").headers.items():
            assert value.isascii() and "\n" not in value, header


def test_the_description_is_valid_and_whole(client) -> None:
    told = client.get("/api/v1/openapi.json").json
    assert list(OpenAPIV31SpecValidator(told).iter_errors()) == []
    assert set(told["paths"]) == {f"/{n}" for n in {*TABLES, *LISTS} - OF_TWO} and told == document()
    for name in TABLES:
        operation = told["paths"][f"/{name}"]["get"]
        schema = told["components"]["schemas"][name.capitalize()]
        assert list(schema["properties"]) == [c.name for c in COLUMNS[name]]
        content = operation["responses"]["200"]["content"]
        assert set(content) == {f.mimetype for f in formats().values()}
        known = {p["name"]: p for p in operation["parameters"]}
        assert known["limit"]["schema"]["maximum"] == MAX_LIMIT
        assert known["format"]["schema"]["enum"] == list(formats())
    for path, operations in told["paths"].items():
        for parameter in operations["get"]["parameters"]:
            assert parameter["description"], (path, parameter["name"])


def test_the_readable_page_states_every_address_filter_and_limit(client) -> None:
    page = client.get("/api/v1/").text
    told = document()
    for path, operations in told["paths"].items():
        assert f"<code>{path}</code>" in page
        for parameter in operations["get"]["parameters"]:
            assert f"<code>{parameter['name']}</code>" in page or parameter["name"] in ("format", "cursor")
    for number in (f"{DEFAULT_LIMIT:,}", f"{MAX_LIMIT:,}", "500"):
        assert number in page
    assert "<script" not in page and "http://127.0.0.1:8050/api/v1/scores" in page
