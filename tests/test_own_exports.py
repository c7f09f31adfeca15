"""What is handed out of an index of one's own names that index, and nothing of the published framework. Synthetic."""

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from scidip.cli import main
from scidip.indicators.model.catalogue import Catalogue
from scidip.publish.api.openapi import FILTERS, LISTS, OF_PUBLISHED, OF_TWO, TABLES
from scidip.publish.citation.styles import NAME, TEXTS
from scidip.publish.export.writing import formats
from tests.test_own_index import DATA, META
from tests.test_own_workspace import opened, served_by

OWN = "Ålesund — index/1"
STEM = "alesund-index-1"
PAGES = (
    "/",
    "/ranking",
    "/country?area=AA",
    "/compare?areas=AA,BB",
    "/indicator?indicator=x1",
    "/indicator?indicator=std",
    "/robustness",
    "/methodology",
    "/downloads",
)
TABLES_HERE = [name for name in TABLES if name not in OF_PUBLISHED]
ASKED = {"citation": "?what=scores", "compare": "?a=AA&b=BB", "claim": "?text=Aland ranks above Beland in the index"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    found = tmp_path_factory.mktemp("own")
    done = opened(found, DATA, META, "", "--name", OWN, "--year", "2024")
    assert done.exit_code == 0, done.output
    return found / "own"


@pytest.fixture(scope="module")
def client(folder):
    return served_by(folder).test_client()


@pytest.fixture(scope="module")
def published(catalogue: Catalogue) -> re.Pattern[str]:
    """The words of the published framework: its codes and names, those of its index and factors, its terms."""
    frameworks = catalogue.frameworks.values()
    words = {
        NAME,
        "Diplomacy",
        "CC BY",
        "CC-BY",
        "UNESCO",
        *(f.code for f in frameworks),
        *(f.name for f in frameworks),
    }
    words |= {n.code for f in frameworks for n in f.nodes if n.level != "dimension"}
    words |= {n.name for f in frameworks for n in f.nodes if n.level == "factor"}
    # "national" is a word, and "international" too: as codes they stand alone in a cell.
    plain = {"national", "international"}
    named = "|".join(re.escape(w) for w in sorted({w for w in words if w.lower() not in plain}))
    return re.compile(
        rf"(?<![A-Za-z0-9_]){'(?:' + named + ')'}(?![A-Za-z0-9_])|(?<=[,\"]){'(?:national|international)'}(?=[,\"])"
    )


def texts(name: str, data: bytes) -> list[str]:
    """Return what a file says: of an archive or workbook, its members and their names."""
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return [t for n in archive.namelist() for t in (n, *texts(n, archive.read(n)))]
    if data[:4] == b"PAR1":
        frame = pd.read_parquet(io.BytesIO(data))
        schema = pq.read_schema(io.BytesIO(data))
        return [frame.to_csv(), str(schema.metadata), *(str(field.metadata) for field in schema)]
    return [data.decode("utf-8", errors="replace")]


def refuse(published: re.Pattern[str], name: str, data: bytes) -> None:
    # Addresses of pages keep the codes of the pages.
    for text in (re.sub(r"https?://[^\s\"<]+", "", text) for text in texts(name, data)):
        found = published.search(text)
        assert found is None, (name, text[max(0, found.start() - 80) : found.end() + 80])


@pytest.mark.parametrize("code", sorted(formats()))
@pytest.mark.parametrize("table", TABLES_HERE)
def test_no_table_in_any_format_has_a_word_of_the_published_framework(client, published, table, code) -> None:
    answer = client.get(f"/api/v1/{table}?format={code}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    refuse(published, f"{table}.{code}", answer.data)
    if code != "json":
        assert f'filename="{STEM}-{table}.' in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("code", sorted(formats()))
@pytest.mark.parametrize("what", ["observations", "scores", "stages"])
def test_nor_has_what_the_command_exports(folder, tmp_path, published, what, code) -> None:
    file = tmp_path / f"out.{formats()[code].extension}"
    words = ["export", "--format", code, "--out", str(file)]
    words += ["--stage"] if what == "stages" else ["--what", what]
    done = CliRunner().invoke(main, words, env={"SCIDIP_WORKSPACE": str(folder)})
    assert done.exit_code == 0, done.output
    refuse(published, file.name, file.read_bytes())


def test_nor_has_the_data_package(folder, tmp_path, published) -> None:
    file = tmp_path / "package.zip"
    words = ["export", "--what", "package", "--out", str(file)]
    done = CliRunner().invoke(main, words, env={"SCIDIP_WORKSPACE": str(folder)})
    assert done.exit_code == 0, done.output
    refuse(published, file.name, file.read_bytes())
    with zipfile.ZipFile(file) as archive:
        told = json.loads(archive.read("datapackage.json"))
        catalogue = json.loads(archive.read("catalogue.json"))
    assert (told["name"], told["title"]) == (STEM, OWN)
    assert [(f["code"], f["index_code"], f["name"]) for f in catalogue["frameworks"]] == [(STEM, "top", OWN)]


@pytest.mark.parametrize("name", sorted(set(LISTS) - OF_PUBLISHED - OF_TWO))
def test_nor_has_any_list_of_the_api(client, published, name) -> None:
    answer = client.get(f"/api/v1/{name}{ASKED.get(name, '')}")
    # Claims cannot be drawn again here; the refusal names claims about its own units.
    assert answer.status_code == (400 if name == "claim" else 200), answer.get_data(as_text=True)
    refuse(published, name, answer.data)


@pytest.mark.parametrize("name", sorted(OF_PUBLISHED))
def test_what_an_index_of_one_s_own_does_not_have_is_refused_in_a_sentence(client, name) -> None:
    answer = client.get(f"/api/v1/{name}?area=AA")
    assert answer.status_code == 404 and answer.get_json()["error"]["remedy"]
    assert f"/{name}" not in client.get("/api/v1/openapi.json").get_json()["paths"]


@pytest.mark.parametrize("address", ["/api/v1/", "/api/v1/openapi.json", "/api/v1/structure.xml", "/llms.txt"])
def test_the_description_of_the_api_is_of_the_own_index(client, published, address) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    refuse(published, address, answer.data)
    said = answer.get_data(as_text=True)
    assert address.endswith("xml") or OWN in said or json.dumps(OWN).strip('"') in said


@pytest.mark.parametrize("style", sorted(TEXTS))
@pytest.mark.parametrize("what", ["what=scores", "what=observations", "what=stages", "indicator=x1"])
def test_citations_name_the_own_index(client, published, style, what) -> None:
    answer = client.get(f"/api/v1/citation?{what}&format={style}")
    assert answer.status_code == 200
    refuse(published, f"{what} {style}", answer.data)
    if style != "text":
        assert f'filename="{STEM}-' in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("page", PAGES)
def test_nor_have_the_files_of_charts_and_tables(client, published, page) -> None:
    path, _, query = page.partition("?")
    name = path.strip("/") or "overview"
    told = client.get(f"/figure/{name}.csv?{query}{'&' if query else ''}part=none").get_data(as_text=True)
    parts = re.findall(r"[a-z0-9_-]+", told.partition("Its parts are: ")[2].partition(". ")[0].partition("<")[0])
    seen = 0
    for part in parts:
        for kind in ("csv", "xlsx"):
            answer = client.get(f"/figure/{name}.{kind}?{query}{'&' if query else ''}part={part}")
            if answer.status_code == 200:
                seen += 1
                refuse(published, f"{page} {part}.{kind}", answer.data)
                assert f'filename="{STEM}-' in answer.headers["Content-Disposition"]
    assert seen or path in ("/robustness",), (parts, told)


def test_files_of_downloads_are_named_after_the_own_index(client, published) -> None:
    for address in ("/download/scores.csv", "/download/scores.csv?node=std", "/download/observations.csv"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert f'filename="{STEM}-' in answer.headers["Content-Disposition"]
        refuse(published, address, answer.data)


@pytest.mark.parametrize("node", ["top", "std"])
def test_either_code_of_the_index_is_understood(client, folder, tmp_path, node) -> None:
    def rows(query: str) -> list[dict[str, Any]]:
        answer = client.get(f"/api/v1/scores?{query}")
        assert answer.status_code == 200, answer.get_data(as_text=True)
        found: list[dict[str, Any]] = answer.get_json()["data"]
        return found

    if node == "top":
        told = rows(f"node=top&framework={STEM}")
        assert {(r["framework"], r["node"]) for r in told} == {(STEM, "top")} and len(told) == 4
    file = tmp_path / "scores.csv"
    words = ["export", "--what", "scores", "--node", node, "--out", str(file)]
    done = CliRunner().invoke(main, words, env={"SCIDIP_WORKSPACE": str(folder)})
    assert done.exit_code == 0, done.output
    assert set(pd.read_csv(file)["node"]) == {"top"}


def test_pages_of_rows_follow_each_other_by_the_codes_of_files(client) -> None:
    whole = client.get("/api/v1/scores").get_json()["data"]
    seen, cursor = [], ""
    for _ in range(len(whole)):
        page = client.get(f"/api/v1/scores?limit=3{cursor}").get_json()
        seen += page["data"]
        if not page["next"]:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == whole and "node" in FILTERS["scores"]
