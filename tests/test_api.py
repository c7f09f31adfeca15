"""The API: every route, filters, pages, errors, and what hostile callers send."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate

from scidip.dashboard.server.factory import create_app
from scidip.findings.claims import pairwise
from scidip.indicators.vocabulary import NotRanked
from scidip.publish.api.openapi import LISTS, OF_TWO, TABLES, document
from scidip.store.queries import served
from tests.ahead import served_context


@pytest.fixture(scope="module")
def client(built_url):
    ctx = served_context(built_url)
    return create_app(ctx).server.test_client()


OF_A_COUNTRY = {"expected": "?area=DEU", "fields": "?area=DEU", "openness": "?area=DEU"}
"""What a list must be asked for that is about one country."""


@pytest.mark.parametrize("name", sorted({*TABLES, *LISTS} - {"compare", "pair", "claim", "citation"} - OF_TWO))
def test_every_route_answers_and_says_whose_it_is(client, name: str) -> None:
    address = f"/api/v1/{name}{OF_A_COUNTRY.get(name, '')}"
    answer = client.get(address)
    assert answer.status_code == 200 and answer.json["data"]
    assert {"data_version", "methodology_digest", "licence", "citation", "citation_short"} <= set(answer.json)
    assert answer.headers["X-Data-Version"] == answer.json["data_version"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304 and not again.data


def test_filters_are_names_of_columns(client) -> None:
    data = client.get("/api/v1/scores?ref_area=FRA,DEU&time_period=2018:2020&node=std").json["data"]
    assert {(d["ref_area"], d["time_period"]) for d in data} == {
        (a, y) for a in ("FRA", "DEU") for y in (2018, 2019, 2020)
    }
    assert all(d["rank_p05"] <= d["rank_p50"] <= d["rank_p95"] for d in data)


def test_why_an_area_is_not_ranked_is_a_code_and_an_english_sentence(client) -> None:
    asked = "/api/v1/scores?ref_area=FRA,GRL,TUV,TWN,PRK&time_period=2022&node=std"
    data = client.get(asked, headers={"Accept-Language": "fr", "Cookie": "scidip-language=fr"})
    found = {d["ref_area"]: (d["reason_code"], d["reason"]) for d in data.json["data"]}
    assert found["FRA"] == ("", "")
    assert found["GRL"] == ("TERRITORY", "Dependent territory: scored on the same scale, listed apart")
    assert found["TUV"] == ("SMALL_POPULATION", "Fewer than 500,000 people: scored on the same scale, listed apart")
    assert found["PRK"][0] == "FEW_FIGURES" and "National (" in found["PRK"][1]
    text = "North Korea ranks above Greece in 2022"
    told = client.get("/api/v1/claim", query_string={"text": text}).json["data"]["scores"]
    assert {(s["reason_code"], s["reason"]) for s in told} == {found["PRK"], found["FRA"]}
    columns = client.get("/api/v1/structure").json["data"]["tables"]["scores"]
    titles = {c["name"]: c["title"] for c in columns}
    assert all(code in titles["reason_code"] for code in NotRanked)
    document = (Path(__file__).parent.parent / "docs" / "api.md").read_text("utf-8")
    assert all(f"| `{code}` |" in document for code in NotRanked)


def test_pages_give_every_row_once(client) -> None:
    where, rows = ("/api/v1/observations?indicator=population,rd_expenditure_gdp&time_period=2015:2020", [])
    answer = client.get(f"{where}&limit=377").json
    rows += answer["data"]
    while answer["next"]:
        answer = client.get(f"{where}&limit=377&cursor={answer['next']}").json
        rows += answer["data"]
    whole = client.get(f"{where}&limit=10000").json
    assert whole["next"] is None and rows == whole["data"] and len(rows) > 1000


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("observations?ref_area=FRX", 400, "unknown_code"),
        ("observations?indicator=populatoin", 400, "unknown_code"),
        ("observations?limit=1000000", 400, "bad_limit"),
        ("observations?limit=-1", 400, "bad_limit"),
        ("observations?format=docx", 400, "unknown_format"),
        ("observations?time_period=2020:2018", 400, "bad_period"),
        ("observations?time_period=%F0%9F%98%80", 400, "bad_period"),
        ("observations?cursor=%00", 400, "bad_cursor"),
        ("observations?refarea=FRA", 400, "unknown_parameter"),
        ("scores?node='%3BDROP", 400, "unknown_code"),
        ("observation", 404, "unknown_route"),
        ("compare?a=FRA&b=FRX", 400, "unknown_code"),
        ("compare?a=FRA&b=DEU&year=1", 400, "unknown_year"),
    ],
)
def test_a_mistake_is_told_in_one_shape(client, query: str, status: int, code: str) -> None:
    answer = client.get(f"/api/v1/{query}")
    assert answer.status_code == status
    error = answer.json["error"]
    assert error["code"] == code and error["message"] and error["remedy"]


def test_an_unknown_code_comes_with_the_nearest_known(client) -> None:
    assert "population" in client.get("/api/v1/observations?indicator=populatoin").json["error"]["nearest"]


def test_a_cursor_of_other_figures_or_filters_is_refused(client, monkeypatch) -> None:
    cursor = client.get("/api/v1/scores?limit=5").json["next"]
    other = client.get(f"/api/v1/scores?limit=5&node=std&cursor={cursor}")
    assert other.json["error"]["code"] == "foreign_cursor"
    monkeypatch.setattr(served, "data_version", lambda engine: "0000000000")
    later = client.get(f"/api/v1/scores?limit=5&cursor={cursor}")
    assert later.status_code == 409 and later.json["error"]["code"] == "stale_cursor"


def test_what_may_not_be_passed_on_is_refused_with_where_to_get_it(client) -> None:
    held = next(i for i in client.get("/api/v1/indicators").json["data"] if i["withheld"] and i["arity"] == "area")
    answer = client.get(f"/api/v1/observations?indicator={held['code']}")
    assert answer.status_code == 403 and answer.json["error"]["message"] == held["withheld"]


def test_the_draws_of_compare_are_those_of_the_intervals(engine, catalogue, areas) -> None:
    year = served.scored_years(engine)[-1]
    places, scores = pairwise.simulated(engine, catalogue, areas, year)
    ranking = served.ranking(engine, "std", year).set_index("ref_area")
    from scidip.indicators.engine.ranks import ranks_of

    found = ranks_of(scores["std"])
    for place, code in list(enumerate(places))[::20]:
        assert sorted(found[:, place])[499] == ranking.loc[code, "rank_p50"]


def test_compare_gives_a_share_and_its_complement(client) -> None:
    one = client.get("/api/v1/compare?a=CHE&b=BRA").json["data"]
    other = client.get("/api/v1/compare?a=BRA&b=CHE").json["data"]
    assert one["probability"] + other["probability"] == pytest.approx(1)
    assert one["probability"] > 0.9 and one["a_above_b"]


def test_the_description_is_valid_openapi(client) -> None:
    validate(client.get("/api/v1/openapi.json").json)
    assert "<script" not in client.get("/api/v1/").text


VALUES = st.one_of(
    st.text(max_size=30),
    st.integers().map(str),
    st.sampled_from(
        ["FRA", "2018:2020", ":", "2020:", "std", "csv", "population", "a,b", "W10", "WyJ4Il0", "'", "%00"]
    ),
)


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_nothing_a_caller_sends_breaks_the_server(client, data) -> None:
    path, methods = data.draw(st.sampled_from(sorted(document()["paths"].items())))
    names = [p["name"] for p in methods["get"]["parameters"]] + ["other"]
    query = data.draw(st.dictionaries(st.sampled_from(names), VALUES, min_size=1, max_size=4))
    query.setdefault("limit" if "limit" in names else "other", "3")
    answer = client.get(f"/api/v1{path}", query_string=query)
    assert answer.status_code in (200, 304, 400, 403, 404, 409)
    if answer.status_code >= 400:
        assert {"code", "message", "remedy"} <= set(answer.json["error"])


def test_a_wrong_question_is_told_even_with_a_known_etag(client) -> None:
    tag = client.get("/api/v1/areas").headers["ETag"]
    for path in ("/api/v1/nonsense", "/api/v1/scores?ref_area=QQQ", "/api/v1/scores?format=pdf"):
        assert client.get(path, headers={"If-None-Match": tag}).status_code in (400, 404), path
    assert client.get("/api/v1/scores?limit=5", headers={"If-None-Match": tag}).status_code == 304
