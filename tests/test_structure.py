"""The structures of the tables: every column of every SDMX-CSV is one of their components, and no other is."""

import csv
import io
from xml.etree import ElementTree

import pytest

from scidip.app import create_server
from scidip.publish.export import sdmx_structure
from scidip.settings import Settings

CSV_ONLY = ["STRUCTURE", "STRUCTURE_ID", "ACTION"]
NAMESPACE = {
    "str": "http://www.sdmx.org/resources/sdmxml/schemas/v3_0/structure",
    "com": "http://www.sdmx.org/resources/sdmxml/schemas/v3_0/common",
}


@pytest.fixture(scope="module")
def client(built_url):
    return create_server(Settings.from_env({"SCIDIP_DATABASE_URL": built_url})).test_client()


@pytest.fixture(scope="module")
def told(client) -> ElementTree.Element:
    answer = client.get("/api/v1/structure.xml")
    assert (answer.status_code, answer.mimetype) == (200, "application/vnd.sdmx.structure+xml")
    return ElementTree.fromstring(answer.data)


@pytest.mark.parametrize("name", sdmx_structure.TABLES)
def test_the_columns_of_a_table_are_the_components_of_its_structure(client, told, name) -> None:
    few = "ref_area=PRT&counterpart_area=ESP" if name == "PAIRS" else "ref_area=PRT"
    body = client.get(f"/api/v1/{name.lower()}?{few}&time_period=2019:2020&format=sdmx_csv").text
    header, first = list(csv.reader(io.StringIO(body)))[:2]
    flow = told.find(f".//str:Dataflow[@id='{name}']", NAMESPACE)
    assert first[:2] == ["dataflow", f"{flow.get('agencyID')}:{name}({flow.get('version')})"]
    held = told.find(f".//str:DataStructure[@id='{name}']", NAMESPACE)
    assert flow.find("str:Structure", NAMESPACE).text.endswith(f"={sdmx_structure.AGENCY}:{name}(1.0)")
    components = [
        c.get("id") for part in held.iter() for c in part if c.tag.endswith(("Dimension", "}Measure", "}Attribute"))
    ]
    assert header == [*CSV_ONLY, *header[3:]] and sorted(header[3:]) == sorted(components)
    times = held.findall(".//str:TimeDimension", NAMESPACE)
    assert [t.get("id") for t in times] == ["TIME_PERIOD"]


def test_every_concept_that_is_named_is_there_and_has_words(told) -> None:
    concepts = told.findall(".//str:Concept", NAMESPACE)
    known = {c.get("id") for c in concepts}
    assert all(c.find("com:Name", NAMESPACE).text for c in concepts)
    named = [c.text.rpartition(".")[2] for c in told.findall(".//str:ConceptIdentity", NAMESPACE)]
    assert set(named) == known and len(known) == len(concepts)
