"""Citations: what reference managers read is what was meant, and every door gives the same."""

import io
import json
import re
import zipfile
from datetime import date

import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from scidip.cli import main
from scidip.dashboard.server.factory import create_app
from scidip.findings import terms
from scidip.publish.citation import styles, works
from scidip.publish.citation.styles import Work
from scidip.publish.export import tables
from scidip.publish.export.writing import formats
from scidip.store.queries import served
from scidip.store.table_rows import Chosen
from tests.ahead import served_context

PLAIN = Work("x", "A title", "0123456789", date(2026, 3, 5), "CC BY 4.0")


def read_bibtex(text: str) -> dict[str, str]:
    """Return the fields of one entry; fails on what BibTeX would misread."""
    found = re.fullmatch(r"@misc\{([A-Za-z0-9_:-]+),\n(.*)\n\}\n", text, re.DOTALL)
    assert found, text
    fields = {}
    for line in found[2].split("\n"):
        name, value = re.fullmatch(r"  ([a-z]+) = \{(.*)\},?", line).groups()
        depth = 0
        for sign in re.sub(r"\\[{}]", "", value):
            depth += (sign == "{") - (sign == "}")
            assert depth >= 0, line
        assert depth == 0, line
        if name != "url":
            bare = re.sub(r"\\([{}$&#_%]|textbackslash\{\}|textasciicircum\{\}|textasciitilde\{\})", "", value)
            assert not re.search(r"[\\$&#_%^~]", bare), line
        fields[name] = value
    return fields


BACK = {r"\textbackslash{}": "\\", r"\textasciicircum{}": "^", r"\textasciitilde{}": "~"}


def plain(value: str) -> str:
    """Return a BibTeX value as a reader sees it."""
    pattern = r"\\textbackslash\{\}|\\textasciicircum\{\}|\\textasciitilde\{\}|\\[{}$&#_%]|[{}]"
    return re.sub(pattern, lambda m: BACK.get(m[0], m[0][1:]), value)


def read_ris(text: str) -> list[tuple[str, str]]:
    """Return the tags of one record; fails on what the specification forbids."""
    assert text.endswith("ER  - \r\n") and text.replace("\r\n", "").isprintable()
    lines = [re.fullmatch(r"([A-Z][A-Z0-9])  - (.*)", line) for line in text.split("\r\n")[:-1]]
    assert all(lines)
    found = [(m[1], m[2]) for m in lines]
    assert found[0][0] == "TY" and found[-1] == ("ER", "") and all(v for _, v in found[:-1])
    return found


@given(st.text(min_size=1, max_size=60), st.text(max_size=40), st.sampled_from(["", "http://x.org/a?b={c}&d=\\ %"]))
def test_whatever_a_title_holds_reference_managers_read_it(title: str, who: str, address: str) -> None:
    said = " ".join("".join(c if c.isprintable() else " " for c in title).split())
    producers = ((who or "A & B", who or "A & B, Ltd", f"{who}, 100 % of {{x}}_y", "2024"),)
    work = Work("x", title, "0123456789", date(2026, 3, 5), "CC BY", producers, address=address)
    assert plain(read_bibtex(styles.bibtex(work))["title"]) == said
    if said:
        assert ("TI", said) in read_ris(styles.ris(work))


def test_both_lengths_name_data_version_and_day_of_access() -> None:
    assert "0123456789" in styles.short(PLAIN) and "2026-03-05" in styles.short(PLAIN)
    assert "Data version 0123456789" in styles.long(PLAIN) and "5 March 2026" in styles.long(PLAIN)
    assert len(styles.short(PLAIN)) < len(styles.long(PLAIN))


def test_a_series_names_its_producer_first_and_a_computed_one_its_inputs(engine, catalogue) -> None:
    codes = ["rd_expenditure_gdp", *(c for c, i in catalogue.indicators.items() if i.derive)]
    each = works.series_works(engine, catalogue, codes, "0123456789")
    assert styles.long(each[0]).startswith("World Bank, World Development Indicators (vintage ")
    assert styles.short(each[0]).startswith("World Bank WDI, by way of scidip")
    for work in each[1:]:
        assert "computed from: " in styles.long(work) and "computed by scidip" in styles.short(work)
        assert "author = {{Science and Technology Diplomacy Observatory}}" in styles.bibtex(work)


def test_every_series_and_table_can_be_read(engine, catalogue) -> None:
    each = works.series_works(engine, catalogue, list(catalogue.indicators), "0123456789", "http://x/")
    each += [works.table_work(what, "0123456789", "abc", "http://x/") for what in works.TABLES]
    assert len({w.key for w in each}) == len(each) > 100
    for work in each:
        read_bibtex(styles.bibtex(work))
        assert dict(read_ris(styles.ris(work)))["UR"] == work.address
        assert work.licence and not work.address.endswith("=")


@pytest.fixture(scope="module")
def client(built_url):
    ctx = served_context(built_url)
    return create_app(ctx).server.test_client()


def without_address(text: str) -> str:
    return re.sub(r" http://\S+", "", text)


def test_page_api_command_and_files_say_the_same(client, engine, catalogue, built_url, monkeypatch) -> None:
    code = "rd_expenditure_gdp"
    told = client.get(f"/api/v1/citation?indicator={code}").json["data"]
    monkeypatch.setenv("SCIDIP_DATABASE_URL", built_url)
    said = json.loads(CliRunner().invoke(main, ["cite", code, "--format", "json"]).output)
    assert said["citation"] == without_address(told["citation"])
    assert said["citation_short"] == told["citation_short"]
    listed = next(i for i in client.get("/api/v1/indicators").json["data"] if i["code"] == code)
    assert (listed["citation"], listed["citation_short"]) == (said["citation"], said["citation_short"])

    table = tables.observations(engine, catalogue, Chosen({"indicator": [code]}, 2020, 2020))
    head = json.loads(b"".join(formats()["json"].pieces(table)))
    assert head["series"][0]["citation"] == said["citation"]
    book = io.BytesIO(b"".join(formats()["xlsx"].pieces(table)))
    sheet = pd.read_excel(book, sheet_name="sources").set_index("Source or series")
    assert sheet.loc[code, "Please cite"] == said["citation"]
    assert sheet.loc[code, "Cite, short"] == said["citation_short"]
    method = pd.read_excel(book, sheet_name="methodology").set_index("What")["Value"]
    assert method["Citation"] == head["citation"] and method["Citation, short"] == head["citation_short"]
    page = client.get("/_dash-layout")
    assert page.status_code == 200


def test_the_package_cites_each_resource_and_each_series(package, engine, catalogue) -> None:
    with zipfile.ZipFile(package) as archive:
        described = json.loads(archive.read("datapackage.json"))
    version = served.data_version(engine)
    assert version in described["citation"] and version in described["citation_short"]
    by_name = {r["name"]: r for r in described["resources"]}
    assert "Scores and ranks" in by_name["scores"]["citation"]
    series = {s["indicator"] for s in by_name["observations"]["series"]}
    figures = {i.code for i in catalogue.indicators.values() if i.arity == "area"}
    assert series == figures - set(terms.withheld(engine, catalogue))


@pytest.mark.parametrize(
    ("form", "mimetype"),
    [("bibtex", "application/x-bibtex"), ("text", "text/plain"), ("ris", "application/x-research-info-systems")],
)
def test_the_api_sends_each_form(client, form: str, mimetype: str) -> None:
    answer = client.get(f"/api/v1/citation?what=scores&format={form}")
    assert answer.status_code == 200 and answer.mimetype == mimetype
    if form == "bibtex":
        read_bibtex(answer.text)
    if form == "ris":
        assert answer.data.count(b"\r\n") == answer.data.count(b"\n")
        read_ris(answer.text)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "one_of_two"),
        ("?indicator=population&what=scores", "one_of_two"),
        ("?indicator=populatoin", "unknown_code"),
        ("?what=score", "unknown_code"),
        ("?what=scores&format=docx", "unknown_format"),
    ],
)
def test_a_citation_of_nothing_is_refused(client, query: str, code: str) -> None:
    answer = client.get(f"/api/v1/citation{query}")
    assert answer.status_code == 400 and answer.json["error"]["code"] == code
