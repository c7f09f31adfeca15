"""SDMX of Eurostat and the OECD: shapes, flags, codes that are looked up, messages in place of data. Figures invented."""

import re
from pathlib import Path
from types import ModuleType

import httpx
import pandas as pd
import pytest

from scidip.etl.harmonise import Harmonised, harmonise
from scidip.etl.network.client import HttpClient
from scidip.etl.network.memory import AnswerMemory
from scidip.etl.network.snapshots import Snapshot, SnapshotStore
from scidip.etl.reading.services.sdmx_csv import code_of, message_in
from scidip.etl.remarks import remarks
from scidip.etl.source import Source
from scidip.etl.sources import eurostat_patents, eurostat_rd, eurostat_students, oecd_msti
from scidip.indicators.errors import SourceChanged, SourceRefused
from scidip.indicators.model.areas import Areas
from scidip.indicators.model.catalogue import Catalogue
from tests.replay.answering import Asked, Reply
from tests.replay.bodies import eurostat_patents as patents_body
from tests.replay.bodies import eurostat_rd as eurostat_body
from tests.replay.bodies import eurostat_students as students_body
from tests.replay.bodies import oecd_msti as oecd_body
from tests.replay.server import producers, replay

FOOTER = b"""<?xml version="1.0" encoding="UTF-8"?>
<message:GenericData xmlns:footer="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message/footer"
 xmlns:common="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/common"
 xmlns:message="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message">
<message:Header><message:ID>x</message:ID></message:Header>
<footer:Footer><footer:Message code="413" severity="Infomation"><common:Text xml:lang="en">Due to the large query the
response will be written to a file</common:Text></footer:Message></footer:Footer></message:GenericData>"""
ERROR = b"""<m:Error xmlns:m="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message"
 xmlns:c="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/common">
<m:ErrorMessage code="100"><c:Text>No results found.</c:Text></m:ErrorMessage></m:Error>"""
LAYOUT = Snapshot("layout.xml", oecd_body.layout())
CODES = Snapshot("msti.csv", oecd_body.table())
V2 = "STRUCTURE,STRUCTURE_ID,ACTION,REF_AREA,FREQ,MEASURE,UNIT_MEASURE,TRANSFORMATION,TIME_PERIOD,OBS_VALUE,OBS_STATUS"
FLOW = "OECD.STI.STP:DSD_MSTI@DF_MSTI(1.4)"


def eurostat(*lines: str, header: str = eurostat_body.HEADER, name: str = "rd_e_gerdtot.csv") -> Snapshot:
    text = "\n".join((header, *(f"{eurostat_body.START},{line}" for line in lines)))
    return Snapshot(name, (text + "\n").encode())


def parsed(*files: Snapshot, source: Source = eurostat_rd.SOURCE) -> pd.DataFrame:
    return source.parse(files, [eurostat_rd.SERIES, oecd_msti.SERIES])


def done(source: Source, files: list[Snapshot], catalogue: Catalogue, areas: Areas) -> Harmonised:
    specs = catalogue.of_source(source.spec.id)
    return harmonise(source.parse(files, [s.series for s in specs]), source.spec, specs, areas, 2026)


def settled(found: Harmonised) -> dict[tuple[str, int], tuple[float, str]]:
    rows = found.observations
    keys = zip(rows["ref_area"], rows["time_period"], strict=True)
    return dict(zip(keys, zip(rows["obs_value"], rows["obs_status"], strict=True), strict=True))


# --- what becomes of the rows ----------------------------------------------------------------


def test_eurostat_areas_flags_and_aggregates(catalogue: Catalogue, areas: Areas) -> None:
    found = done(eurostat_rd.SOURCE, [Snapshot("x.csv", eurostat_body.table())], catalogue, areas)
    assert settled(found) == {
        ("PRT", 2023): (1.75, "A"),
        ("PRT", 2024): (1.8, "P"),
        ("PRT", 1982): (0.28, "B"),
        ("GRC", 2023): (1.5, "A"),
        ("GBR", 2019): (2.7, "B"),
        ("CHN", 2022): (2.55, "A"),
    }
    assert found.excluded == {"an aggregate of Eurostat": 2} and found.quarantined.empty


def test_oecd_areas_flags_and_aggregates(catalogue: Catalogue, areas: Areas) -> None:
    found = done(oecd_msti.SOURCE, [LAYOUT, CODES], catalogue, areas)
    assert settled(found) == {
        ("PRT", 2023): (1.74, "A"),
        ("PRT", 1995): (0.52, "B"),
        ("KOR", 2023): (4.96, "P"),
        ("TWN", 2022): (3.97, "E"),
    }
    assert found.excluded == {"an aggregate of the OECD": 2} and found.quarantined.empty


@pytest.mark.parametrize(
    ("flag", "status"),
    [
        ("", "A"),
        ("p", "P"),
        ("e", "E"),
        ("b", "B"),
        ("u", "U"),
        ("i", "I"),
        ("s", "I"),
        ("f", "E"),
        ("d", "A"),
        ("ep", "E"),
        ("bdp", "B"),
        ("du", "U"),
        ("b: break in time series", "B"),
    ],
)
def test_of_several_flags_the_most_important_one_counts(flag: str, status: str) -> None:
    assert parsed(eurostat(f"PT,2023,1.75,{flag},"))["obs_status"].tolist() == [status]


def test_a_flag_that_nobody_knows_is_remarked() -> None:
    with remarks() as told:
        assert parsed(eurostat("PT,2023,1.75,xp,"))["obs_status"].tolist() == ["P"]
    assert told == ["the flag 'xp' (X) is not known, so that its figures are read as observed"]


def test_a_table_saved_without_flags_is_read_and_remarked() -> None:
    header = eurostat_body.HEADER.removesuffix(",OBS_FLAG,CONF_STATUS")
    with remarks() as told:
        assert parsed(eurostat("PT,2023,1.75", header=header))["obs_value"].tolist() == [1.75]
    assert len(told) == 1 and "no column OBS_FLAG or OBS_STATUS" in told[0]


def test_the_rows_of_the_series_are_taken_of_a_whole_table() -> None:
    whole = eurostat("PT,2023,1.75,,").content + b"ESTAT:RD_E_GERDTOT(1.0),22/09/26,A,BES,PC_GDP,PT,2023,1.1,,\n"
    frame = parsed(Snapshot("whole.csv", whole))
    assert frame[["source_area", "obs_value", "row"]].to_numpy().tolist() == [["PT", 1.75, 2]]


def test_the_newest_file_counts_and_an_undated_one_is_the_oldest() -> None:
    old, new = eurostat("PT,2023,1.7,,"), eurostat("PT,2023,1.75,,")
    older = Snapshot(old.name, old.content.replace(b"22/09/26", b"22/05/2026"))
    undated = Snapshot("x.csv", old.content.replace(b"22/09/26 23:00:00", b""))
    assert [eurostat_rd.SOURCE.vintage(s) for s in (older, new, undated)] == ["2026-05-22", "2026-09-22", "undated"]
    frame = parsed(undated, new, older)
    assert frame["obs_value"].tolist() == [1.75] and frame["file"].tolist() == [1]


# --- the OECD's shapes, and codes that are looked up -------------------------------------------


def labelled(cells: bool) -> Snapshot:
    """Return version 2 with labels: in the cells, or in columns of their own."""
    if cells:
        header = V2.replace("MEASURE,UNIT_MEASURE", "MEASURE: Measure,UNIT_MEASURE: Unit of measure")
        line = f"DATAFLOW,{FLOW}: MSTI,I,PRT: Portugal,A: Annual,G9: {oecd_body.NAME},PT_B1GQ: Percentage of GDP,_Z,"
    else:
        header = V2.replace("MEASURE,UNIT_MEASURE", "MEASURE,Measure,UNIT_MEASURE,Unit of measure")
        line = f"DATAFLOW,{FLOW},I,PRT,A,G9,{oecd_body.NAME},PT_B1GQ,Percentage of GDP,_Z,"
    return Snapshot("saved.csv", f"{header}\n{line}2023,1.74,P\n".encode())


@pytest.mark.parametrize("cells", [True, False])
def test_a_table_with_labels_needs_no_structure_message(cells: bool) -> None:
    frame = parsed(labelled(cells), source=oecd_msti.SOURCE)
    assert frame[["source_area", "obs_value", "obs_status"]].to_numpy().tolist() == [["PRT", 1.74, "P"]]


def test_version_two_with_codes_alone_is_read_beside_the_structure_message() -> None:
    table = Snapshot("v2.csv", f"{V2}\nDATAFLOW,{FLOW},I,PRT,A,XG,PT_B1GQ,_Z,2023,1.74,A\n".encode())
    assert parsed(table, LAYOUT, source=oecd_msti.SOURCE)["obs_value"].tolist() == [1.74]
    with pytest.raises(SourceChanged, match="holds codes and not what they are called; pass the structure message"):
        parsed(table, source=oecd_msti.SOURCE)
    with pytest.raises(SourceChanged, match="holds no figures; pass the table beside it"):
        parsed(LAYOUT, source=oecd_msti.SOURCE)


@pytest.mark.parametrize(
    ("layout", "told"),
    [
        (
            oecd_body.layout({"G": "GERD, current prices", "B": "BERD"}),
            r"no measures are called .*\(GERD\) where one is expected \(G is GERD, current prices\); update the job",
        ),
        (oecd_body.layout({}), "no measures are called .* \\(0 have other names\\)"),
        (oecd_body.layout({"G": oecd_body.NAME, "H": oecd_body.NAME.lower()}), "2 measures are called"),
        (oecd_body.layout(units={"PT_B1GQ": "Percentage of value added"}), "is called 'Percentage of value added'"),
        (oecd_body.layout(units={}), "is called 'nothing'"),
        (oecd_body.layout(dimensions=("REF_AREA", "FREQ", "MEASURE")), "no dimension UNIT_MEASURE, TRANSFORMATION"),
        (oecd_body.layout(flow="DSD_OTHER"), "does not hold the data flow DSD_MSTI@DF_MSTI"),
        (oecd_body.layout()[:-40], "is not whole XML"),
    ],
)
def test_a_structure_that_is_not_the_one_expected_is_refused(layout: bytes, told: str) -> None:
    def other(asked: Asked) -> Reply | None:
        return Reply(layout) if asked.path == oecd_body.LAYOUT else oecd_body.reply(asked)

    with (
        replay(producers() | {"sdmx.oecd.org": [other]}) as server,
        HttpClient(mirror=server.address, attempts=1) as http,
        pytest.raises(SourceChanged, match=told) as caught,
    ):
        list(oecd_msti.SOURCE.fetch([oecd_msti.SERIES], http))
    assert len(server.asked) == 1, "no figures are asked for"
    assert str(caught.value).startswith("oecd_msti: msti_structure.xml: ") and "\n" not in str(caught.value)


def test_the_names_that_a_reader_was_given_are_those_looked_for() -> None:
    """As one found them in the code lists in August 2026, the only such finding stored anywhere."""
    named = oecd_body.layout(
        {"G": "Gross Domestic Expenditure on R&D (GERD)", "T_RS": "Researchers"}, {"PT_B1GQ": "Percentage of GDP"}
    )
    table = Snapshot("msti.csv", oecd_body.table().replace(b"XG", b"G"))
    assert len(parsed(Snapshot("named.xml", named), table, source=oecd_msti.SOURCE)) == 6


def test_the_key_follows_the_order_of_the_message() -> None:
    turned = ("FREQ", "REF_AREA", "TRANSFORMATION", "UNIT_MEASURE", "MEASURE", "NEW")

    def other(asked: Asked) -> Reply:
        return Reply(oecd_body.layout(dimensions=turned)) if "dataflow" in asked.path else Reply(oecd_body.table())

    with replay({"sdmx.oecd.org": [other]}) as server, HttpClient(mirror=server.address, attempts=1) as http:
        list(oecd_msti.SOURCE.fetch([oecd_msti.SERIES], http))
    assert server.asked[1].path.rsplit("/", 1)[1] == "A...PT_B1GQ.XG."
    assert server.asked[1].headers["accept"].startswith("application/vnd.sdmx.data+csv")


def test_a_structure_message_of_sdmx_three_is_read() -> None:
    urn = "urn:sdmx:org.sdmx.infomodel."
    text = oecd_body.layout().decode().replace("<Ref", "<common:Ref")
    text = re.sub(r'<common:Ref id="(CL_\w)"[^>]*/>', rf"{urn}codelist.Codelist=OECD:\1(1.0)", text)
    text = re.sub(r'<common:Ref id="M"[^>]*/>', f"{urn}conceptscheme.Concept=OECD:CS(1.0).M", text)
    frame = parsed(Snapshot("three.xml", text.encode()), CODES, source=oecd_msti.SOURCE)
    assert len(frame) == 6 and "urn:sdmx" in text


# --- what is no data ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (FOOTER, r"answered no data: the answer is so large .* \(code 413\); ask again in half an hour"),
        (ERROR, r"answered no data: the service says: No results found\.; check the codes"),
        (b"<a><b/></a>", "it is XML without figures"),
        (b"<a>", "it is XML where CSV was asked for"),
    ],
)
def test_a_message_in_place_of_data_is_one_sentence_and_is_not_kept(body: bytes, told: str, tmp_path: Path) -> None:
    memory = AnswerMemory(tmp_path / "asked", SnapshotStore(tmp_path / "kept"), fresh_for=3600)
    bodies = iter([body, eurostat_body.table()])
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=next(bodies)))
    with HttpClient(transport=transport, memory=memory, sleep=lambda _: None) as http:
        with pytest.raises(SourceRefused, match=told) as caught:
            list(eurostat_rd.SOURCE.fetch([eurostat_rd.SERIES], http))
        assert "\n" not in str(caught.value)
        (answer,) = eurostat_rd.SOURCE.fetch([eurostat_rd.SERIES], http)
    assert answer.content == eurostat_body.table()
    with pytest.raises(SourceChanged, match=r"saved\.csv: "):
        parsed(Snapshot("saved.csv", body))


def test_data_are_no_message() -> None:
    assert message_in(eurostat_body.table()) == message_in(b"") == "" and code_of(" A: Annual") == "A"


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (eurostat("PT,2023,1.75,,", header=eurostat_body.HEADER.replace("unit", "u")), "the column unit is missing"),
        (eurostat("PT,2023,1.75,,", header=eurostat_body.HEADER.replace(",", ";")), "parted by semicolons"),
        (eurostat("PT,2023,1.75"), "row 2: the table is broken here"),
        (eurostat(), "no row is of ESTAT:RD_E_GERDTOT with A.TOTAL.PC_GDP"),
        (
            Snapshot("x.csv", eurostat_body.table(eurostat_body.START.replace("RD_E_GERDTOT", "RD_E_GERDACT"))),
            "no row is of ESTAT:RD_E_GERDTOT",
        ),
        (Snapshot("x.csv", b" \n"), "the file is empty"),
        (Snapshot("x.csv", b"<!DOCTYPE html><html></html>"), "this is a web page"),
    ],
)
def test_a_file_that_is_not_the_table_is_refused(file: Snapshot, told: str) -> None:
    for read in (parsed, eurostat_rd.SOURCE.vintage):
        with pytest.raises(SourceChanged, match=told) as caught:
            read(file)
        assert "\n" not in str(caught.value)


def test_text_where_a_figure_should_be_is_quarantined(catalogue: Catalogue, areas: Areas) -> None:
    found = done(
        eurostat_rd.SOURCE, [eurostat("PT,2023,secret,,", "PT,2022-Q1,1.7,,", "ZZ,2023,1,,")], catalogue, areas
    )
    assert found.observations.empty and len(found.quarantined) == 3 and not found.excluded


def test_all_are_shown_beside_what_is_held_and_scored_nowhere(catalogue: Catalogue) -> None:
    names = ("eurostat_rd", "oecd_msti", "eurostat_patents", "eurostat_students")
    codes = {spec.code for name in names for spec in catalogue.of_source(name)}
    beside = {
        "rd_expenditure_gdp_eurostat": "rd_expenditure_gdp",
        "rd_expenditure_gdp_oecd": "rd_expenditure_gdp",
        "epo_applications": "resident_patents",
        "epo_applications_inventors": "epo_applications",
        "student_flow_eurostat": "student_flow",
    }
    assert codes == set(beside)
    for framework in catalogue.frameworks.values():
        assert not codes & {code for node in framework.nodes for code in node.indicators}
    derived = {code for spec in catalogue.indicators.values() if spec.derive for code in spec.derive.of}
    assert not codes & derived
    checked = {(c.first, c.second) for c in catalogue.crosschecks.values()}
    assert {(first, second) for second, first in beside.items()} <= checked


# --- students by origin, and patents -----------------------------------------------------------


def test_students_are_pairs_of_countries_origin_first(catalogue: Catalogue, areas: Areas) -> None:
    found = done(eurostat_students.SOURCE, [Snapshot("x.csv", students_body.table())], catalogue, areas)
    rows = found.observations
    keys = zip(rows["ref_area"], rows["counterpart_area"], rows["time_period"], strict=True)
    assert dict(zip(keys, zip(rows["obs_value"], rows["obs_status"], strict=True), strict=True)) == {
        ("KEN", "PRT", 2024): (42.0, "A"),
        ("BRA", "PRT", 2024): (19_000.0, "P"),
        ("GBR", "GRC", 2023): (310.0, "E"),
        ("CHN", "DEU", 2023): (40_000.0, "A"),
        ("TUR", "LIE", 2023): (0.0, "A"),
    }
    assert found.excluded == {"an aggregate of Eurostat or no country": 4} and found.quarantined.empty


def test_patents_are_by_applicant_and_by_inventor(catalogue: Catalogue, areas: Areas) -> None:
    found = done(eurostat_patents.SOURCE, [Snapshot("x.csv", patents_body.table())], catalogue, areas)
    rows = found.observations.set_index(["indicator", "ref_area", "time_period"])["obs_value"]
    assert rows.to_dict() == {
        ("epo_applications", "PRT", 2024): 312.0,
        ("epo_applications", "GRC", 2023): 130.0,
        ("epo_applications", "GBR", 2024): 5800.0,
        ("epo_applications", "USA", 2014): 36_000.0,
        ("epo_applications_inventors", "PRT", 2024): 401.5,
        ("epo_applications_inventors", "CHN", 2024): 20_000.25,
    }
    assert found.excluded == {"an aggregate of Eurostat": 2} and found.quarantined.empty


@pytest.mark.parametrize("body", [patents_body, students_body])
def test_the_key_of_eurostat_follows_the_order_of_its_structure(body: ModuleType) -> None:
    turned = tuple(reversed(body.DIMENSIONS))
    source = {patents_body: eurostat_patents, students_body: eurostat_students}[body].SOURCE

    def other(asked: Asked) -> Reply:
        return Reply(body.layout(turned)) if "dataflow" in asked.path else Reply(body.table())

    with replay({"ec.europa.eu": [other]}) as server, HttpClient(mirror=server.address, attempts=1) as http:
        list(source.fetch([], http))
    asked = dict(zip(body.DIMENSIONS, body.DATA.rsplit("/", 1)[1].split("."), strict=True))
    assert [a.path.rsplit("/", 1)[1] for a in server.asked][1] == ".".join(asked[name] for name in turned)


@pytest.mark.parametrize(
    ("layout", "told"),
    [
        (patents_body.layout(("freq", "unit", "geo")), "has the dimensions freq, unit, geo where freq, coop_ptn, unit"),
        (patents_body.layout((*patents_body.DIMENSIONS, "ipc")), "has the dimensions .*ipc where"),
        (patents_body.layout().replace(b"PAT_EP_TOT", b"PAT_EP_NTOT"), "does not hold the data flow PAT_EP_TOT"),
    ],
)
def test_another_structure_of_a_data_set_is_told_before_figures_are_asked_for(layout: bytes, told: str) -> None:
    def other(asked: Asked) -> Reply:
        return Reply(layout) if "dataflow" in asked.path else Reply(patents_body.table())

    with (
        replay({"ec.europa.eu": [other]}) as server,
        HttpClient(mirror=server.address, attempts=1) as http,
        pytest.raises(SourceChanged, match=told) as caught,
    ):
        list(eurostat_patents.SOURCE.fetch([], http))
    assert len(server.asked) == 1 and "\n" not in str(caught.value)


def test_a_code_that_the_data_set_lists_no_more_is_told() -> None:
    lists = b'<structure:Codelist id="U"><structure:Code id="P_MHAB"/></structure:Codelist>'
    unit = b'<structure:Dimension id="unit" position="3"><structure:ConceptIdentity><Ref id="unit" '
    own = b'<structure:LocalRepresentation><structure:Enumeration><Ref id="U" /></structure:Enumeration>'
    plain = patents_body.layout()
    start, _, rest = plain.partition(unit)
    layout = start + unit + rest.replace(b"<structure:LocalRepresentation>", own, 1)
    layout = layout.replace(b"</structure:Codelists>", lists + b"</structure:Codelists>")

    def other(_asked: Asked) -> Reply:
        return Reply(layout)

    with (
        replay({"ec.europa.eu": [other]}) as server,
        HttpClient(mirror=server.address, attempts=1) as http,
        pytest.raises(SourceChanged, match=r"pat_ep_tot lists no unit NR any more \(it has P_MHAB\)"),
    ):
        list(eurostat_patents.SOURCE.fetch([], http))
