"""What search engines for data read of a page, and that it harms neither the page nor its policy."""

import json
import re

import pytest

from scidip.dashboard.server.factory import create_app
from scidip.findings import terms
from scidip.publish.citation import schema_org
from scidip.publish.citation.schema_org import Described
from tests.ahead import served_context

HTML = {"Accept": "text/html"}
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
NEEDED = {
    "@context",
    "@type",
    "name",
    "description",
    "identifier",
    "url",
    "license",
    "creator",
    "publisher",
    "citation",
    "version",
    "variableMeasured",
    "measurementTechnique",
    "includedInDataCatalog",
}


@pytest.fixture(scope="module")
def ctx(built_url):
    return served_context(built_url)


@pytest.fixture(scope="module")
def client(ctx):
    return create_app(ctx).server.test_client()


def read(client, path: str) -> dict:
    found = BLOCK.findall(client.get(path, headers=HTML).text)
    assert len(found) == 1
    return json.loads(found[0])


@pytest.mark.parametrize("code", ["rd_expenditure_gdp", "copublications", "std", "national"])
def test_a_page_describes_its_data_and_its_files_are_there(client, ctx, code: str) -> None:
    page = "downloads" if code == "copublications" else "indicator"
    told = read(client, f"/{page}?indicator={code}")
    assert set(told) >= NEEDED and told["@type"] == "Dataset"
    assert 50 <= len(told["description"]) <= 5000 and told["version"] == ctx.data_version
    assert told["isAccessibleForFree"] is True and told["variableMeasured"]["unitText"]
    assert told["license"].startswith("https://")
    for file in told["distribution"]:
        path = file["contentUrl"].removeprefix(ctx.site)
        assert client.head(path).mimetype == file["encodingFormat"], path
    data = client.get(f"{path}&limit=10000").json["data"]
    assert data
    if code == "rd_expenditure_gdp":
        first, last = map(int, told["temporalCoverage"].split("/"))
        years = {row["time_period"] for row in data}
        assert (min(years), max(years)) == (first, last)


def test_what_may_not_be_passed_on_has_no_files_but_says_where_it_is(client, ctx) -> None:
    held = terms.refusals(ctx.engine, ctx.catalogue)
    code = next(c for c in held if ctx.catalogue.indicators[c].arity == "area")
    told = read(client, f"/indicator?indicator={code}")
    assert "distribution" not in told and "isAccessibleForFree" not in told
    assert told["conditionsOfAccess"] == held[code]


def test_every_indicator_is_described(client, ctx) -> None:
    for code, spec in ctx.catalogue.indicators.items():
        page = "indicator" if spec.arity == "area" else "downloads"
        told = read(client, f"/{page}?indicator={code}")
        assert told["identifier"] == f"scidip:{code}" and told["name"] == spec.name
        assert told["license"] and told["creator"]


def test_other_pages_say_nothing_and_the_policy_is_as_before(client) -> None:
    plain, described = (client.get(p, headers=HTML) for p in ("/ranking", "/indicator"))
    assert not BLOCK.search(plain.text)
    policy = "Content-Security-Policy"
    assert plain.headers[policy] == described.headers[policy]
    assert "unsafe" not in described.headers[policy].split("style-src")[0]


def test_no_text_ends_the_block() -> None:
    hostile = '</script><script>alert(1)</script><!-- & "\u2028'
    one = Described("x", hostile, hostile, "u", "v", hostile, hostile, "/x", "/y?z=1")
    block = schema_org.script(schema_org.dataset(one, "http://x/"))
    inside = BLOCK.fullmatch(block)[1]
    assert not set("<>&") & set(inside) and json.loads(inside)["name"] == hostile


def test_a_hostile_query_is_not_written_into_the_document(client) -> None:
    answer = client.get("/indicator?indicator=%3C/script%3E%3Cscript%3Ealert(1)", headers=HTML)
    assert "<script>alert(1)" not in answer.text
    assert len(BLOCK.findall(answer.text)) == 1
