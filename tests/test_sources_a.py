"""The source jobs of governance, development, NCSES and migration: traps, bad files, known figures."""

import gzip
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import httpx
import openpyxl
import pandas as pd
import pytest

from scidip.etl.harmonise import Harmonised, harmonise
from scidip.etl.network.client import HttpClient
from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.tables import newest
from scidip.etl.source import Source
from scidip.etl.sources import (
    gapminder_migration,
    gii,
    ncses,
    qog,
    uis_gerd,
    un_egov,
    undp_hdr,
    unesco_uis,
    vdem,
    world_bank,
    worldbank_governance,
    worldbank_spi,
)
from scidip.indicators.errors import SourceChanged, SourceError, SourceUnavailable
from scidip.indicators.model.areas import Areas
from scidip.indicators.model.catalogue import Catalogue
from scidip.indicators.vocabulary import RAW_COLUMNS

SOURCES: list[Source] = [
    gapminder_migration.SOURCE,
    gii.SOURCE,
    ncses.SOURCE,
    qog.SOURCE,
    uis_gerd.SOURCE,
    un_egov.SOURCE,
    undp_hdr.SOURCE,
    vdem.SOURCE,
    worldbank_governance.SOURCE,
    worldbank_spi.SOURCE,
]
Parsed = Callable[[Source], tuple[pd.DataFrame, list[Snapshot]]]


def text(name: str, *lines: str, encoding: str = "utf-8") -> Snapshot:
    return Snapshot(name, ("\n".join(lines) + "\n").encode(encoding))


def packed(name: str, *lines: str) -> Snapshot:
    return Snapshot(name, gzip.compress(text(name, *lines, encoding="utf-8-sig").content, mtime=0))


def workbook(name: str, **sheets: Sequence[Sequence[object]]) -> Snapshot:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, lines in sheets.items():
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(list(line))
    buffer = io.BytesIO()
    book.save(buffer)
    return Snapshot(name, buffer.getvalue())


def rows(frame: pd.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    return list(frame[list(columns)].itertuples(index=False, name=None))


AREA_YEAR_VALUE = ("source_area", "time_period", "obs_value")


def figure(frame: pd.DataFrame, series: str, area: str, year: int) -> float:
    hit = frame[(frame["series"] == series) & (frame["source_area"] == area) & (frame["time_period"] == year)]
    assert len(hit) == 1, f"{len(hit)} rows for {series} {area} {year}"
    return float(hit.iloc[0]["obs_value"])


@pytest.fixture
def settled(catalogue: Catalogue, areas: Areas) -> Callable[..., Harmonised]:
    """Parse files and harmonise them with the catalogue as it is."""

    def settle(source: Source, *files: Snapshot) -> Harmonised:
        specs = catalogue.of_source(source.spec.id)
        raw = source.parse(files, [s.series for s in specs])
        done = harmonise(raw, source.spec, specs, areas, 2026)
        assert len(raw) == len(done.observations) + sum(done.excluded.values()) + len(done.quarantined)
        return done

    return settle


# --- small bodies in the producers' shapes ---------------------------------------------------

WGI_HEADER = ("codeindyr", "code", "countryname", "year", "indicator", "estimate", "stddev")
WGI = [
    WGI_HEADER,
    ("DEUrl2023", "DEU", "Germany", 2023, "rl", 1.55, 0.16),
    ("ROMrl2023", "ROM", "Romania", 2023, "rl", 0.4, 0.16),
    ("ZARrl2023", "ZAR", "Congo, Dem. Rep.", 2023, "rl", -1.6, 0.16),
    ("TUVrl2023", "TUV", "Tuvalu", 2023, "rl", "..", ".."),
    ("DEUge2023", "DEU", "Germany", 2023, "ge", 1.19, 0.26),
]
SPI = [
    "country,iso3c,date,SPI.INDEX.PIL1,SPI.INDEX",
    "Germany,DEU,2019,90,87.5",
    "Germany,DEU,2004,40,NA",
    "Namibia,NAM,2019,60,",
]
EGOV = [
    "Survey Year,Country Name,E-Government Rank,E-Government Index,Online Service Index",
    '2024,"Iraq ",148,0.45721,0.18755',
    '2024,"Georgia (Country)",69,0.78,0.7',
]
HDR = [
    "iso3,country,hdicode,hdi_rank_2022,hdi_2021,hdi_2022,hdi_f_2022,gii_2022,mys_2022,le_2022,eys_2022",
    "DEU,Germany,Very High,7,0.948,0.950,0.94,0.07,14.3,81,17.3",
    "PRK,Korea (Democratic People's Rep. of),,,,,,,,73,",
    "ZZK.WORLD,World,,,0.735,0.739,0.72,0.46,8.7,72,13",
]
VDEM = [
    "country_name,country_text_id,year,v2xca_academ,v2x_libdem,regime_label",
    "Germany,DEU,2025,0.88,0.8,Liberal Democracy",
    "German Democratic Republic,DDR,1990,0.5,,Electoral Democracy",
    "Palestine/West Bank,PSE,2025,0.3,,Closed Autocracy",
    "Palestine/Gaza,PSG,2025,0.1,,Closed Autocracy",
    "Somaliland,SML,2025,0.4,,Electoral Autocracy",
    "Zanzibar,ZZB,2025,0.4,,Electoral Autocracy",
    "Kosovo,XKX,2025,0.8,,Electoral Democracy",
]
QOG = ["ccode,cname,ccodealp,aii_acc,wef_uic,wef_wlf", "276,Germany,DEU,,5.37,4", "4,X,AFG,1,,"]
GERD = [
    "INDICATOR,Indicator,LOCATION,Country,TIME,Time,Value,Flag Codes,Flags",
    '"EXPPPP_CUR_SF_FUNABFS","GERD, abroad","DEU","Germany","2013","2013","5309217.1",,',
    '"EXPPPP_CUR_SF_FUNABFS","x","KWT","Kuwait","2013","2013",,"n","Magnitude nil"',
    '"EXPPPP_CUR_SF_FUNABFS","x","CHN","China","2013","2013",,"a","not applicable"',
    '"EXPPPP_CUR_SF_FUNABFS","x","USA","USA","2013","2013","1.5","‡","UIS Estimation"',
    '"EXPPPP_CUR_SF_FUNABFS","x","OMN","Oman","2013","2013",,"+; n","National; nil"',
    '"EXPPPP_CUR_TA_BARES","x","DEU","Germany","2013","2013","3","",""',
]
EMIGRANTS = ["country,time,emigrant_pc", "afg,1990,62.07", "hos,2024,1.0"]
GII_PANEL = [
    "Economies;Year;ID;Institutions;Global Innovation Index",
    "Switzerland;2013;9;80;66,6",
    "Switzerland;2021;9;80;65,5",
    "Cote dIvoire;2022;9;40;20",
    "Belize;2022;9;;",
]
GII_2025 = ["Country;Score;Institutions", "Switzerland;66;80", "Côte d'Ivoire;20.5;40"]
SERIES = [
    "table,title,path,economy,year,value",
    "9985,Articles,World,World,2006,1236106",
    "9985,Articles,World,World,2007,1345967",
    "9985,Articles,World -> Europe -> Other -> Serbia<sup>c</sup>,Serbia<sup>c</sup>,2006,0",
    "9985,Articles,World -> Europe -> Other -> Serbia<sup>c</sup>,Serbia<sup>c</sup>,2007,3629",
    "9985,Articles,World -> Africa -> C&#244;te d&#8217;Ivoire,C&#244;te d&#8217;Ivoire,2006,180",
    "9985,Articles,World -> Africa -> C&#244;te d&#8217;Ivoire,C&#244;te d&#8217;Ivoire,2007,0",
    "9985,Articles,World -> Middle East -> West Bank<sup>e</sup>,West Bank<sup>e</sup>,2006,85",
    "9985,Articles,World -> Middle East -> West Bank<sup>e</sup>,West Bank<sup>e</sup>,2007,ne",
    "10054,Closed access,World,World,2006,1",
]
AUTHORSHIP = [
    "path,year,value",
    "World -> Total articles,2022,3344037",
    "World -> Total articles -> With international institutions,2022,760000",
    "World -> Germany -> Total articles,2022,180000",
    "World -> Germany -> Total articles -> With international institutions,2022,98072",
]
PAIRS = [
    "economy_a,economy_b,year,coauthored_articles,collaboration_index",
    "World,World,2003,200301,",
    "World,Canada,2003,19747,",
    "Canada,Canada,2003,,",
    "South Korea,Canada,2003,194,0.56",
]
FINANCED = [
    "table_id,row_id,time_period,column_level_1,column_level_2,column_hierarchy_depth,value",
    '10946,r001,Australia (2019),"GERD (PPP US$billions)",,1,24.1',
    "10946,r009,Australia (2019),R&D source of funds: Share of total (percent),Rest of the world,2,NA",
    "10946,r117,Chile (2020),R&D source of funds: Share of total (percent),Rest of the world,2,9.1",
    "10946,r161,Israel<sup>c</sup>,R&D source of funds: Share of total (percent),Other domestic,2,0.8",
    "10946,r162,Israel<sup>c</sup>,R&D source of funds: Share of total (percent),Rest of the world,2,50.2",
    "10946,r369,Non-OECD -> Argentina,R&D source of funds: Share of total (percent),Rest of the world,2,18.3",
    "10946,r400,EU-27,R&D source of funds: Share of total (percent),Rest of the world,2,9.9",
]
VENTURE = [
    "table_id,row_id,region_country_or_economy_full_path,level_1,level_2,field_2003,field_2022",
    "10578,r001,Total,Total,,22804,540643",
    "10578,r002,Total -> United States,Total,United States,18202,247925",
    "10578,r005,Total -> United Kingdom<sup>a</sup>,Total,United Kingdom<sup>a</sup>,713,37131",
    "10578,r006,Total -> EU-27<sup>b</sup>,Total,EU-27<sup>b</sup>,851,61911",
]
BODIES: dict[str, Snapshot] = {
    "worldbank_governance": workbook("wgidataset.xlsx", Sheet1=WGI),
    "worldbank_spi": packed("SPI_index.csv.gz", *SPI),
    "un_egov": text("EGOV_DATA_2024.csv", *EGOV),
    "undp_hdr": packed("HDR.csv.gz", *HDR),
    "vdem": text("vdem.csv", *VDEM),
    "qog": text("qog_std_cs_jan25.csv", *QOG),
    "uis_gerd": packed("gerd.csv.gz", *GERD),
    "gapminder_migration": text("emigrant_pc.csv", *EMIGRANTS),
    "gii": text("gii_pillars.csv", *GII_PANEL, encoding="utf-8-sig"),
    "ncses": packed("ncses_country_series.csv.gz", *SERIES),
}


# --- what all share --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(catalogue: Catalogue) -> Parsed:
    """Parse the real files of a source, once."""
    root = Path(__file__).resolve().parent.parent.parent / "shared" / "sources"
    if not root.is_dir():
        pytest.skip("the producers' files are not beside this repository (../shared/sources)")
    done: dict[str, tuple[pd.DataFrame, list[Snapshot]]] = {}

    def parsed(source: Source) -> tuple[pd.DataFrame, list[Snapshot]]:
        name = source.spec.id
        if name not in done:
            paths = sorted({p for pattern in source.files for p in root.glob(pattern)})
            files = [Snapshot(str(p.relative_to(root)), p.read_bytes()) for p in paths if not p.name.startswith("_")]
            done[name] = source.parse(files, [s.series for s in catalogue.of_source(name)]), files
        return done[name]

    return parsed


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.spec.id)
def test_the_real_files_give_clean_raw_frames(source: Source, real: Parsed, catalogue: Catalogue) -> None:
    frame, files = real(source)
    assert tuple(frame.columns) == RAW_COLUMNS
    assert set(frame["series"]) == {s.series for s in catalogue.of_source(source.spec.id)}
    assert frame["obs_value"].dtype == float and frame["obs_value"].notna().all()
    assert frame["time_period"].dtype == int and frame["time_period"].between(1990, 2025).all()
    key = ["series", "source_area", "source_counterpart", "time_period"]
    assert not frame.duplicated(key).any()
    assert frame["file"].between(0, len(files) - 1).all() and (frame["row"] > 0).all()


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.spec.id)
def test_every_area_of_the_real_files_is_known(
    source: Source, real: Parsed, catalogue: Catalogue, areas: Areas
) -> None:
    specs = catalogue.of_source(source.spec.id)
    done = harmonise(real(source)[0], source.spec, specs, areas, 2026)
    unknown = done.quarantined[done.quarantined["check_code"] != "VAL_JUMP"]
    assert unknown.empty, unknown["message"].unique()


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.spec.id)
def test_without_files_there_are_no_figures(source: Source, catalogue: Catalogue) -> None:
    assert source.parse([], [s.series for s in catalogue.of_source(source.spec.id)]).empty


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.spec.id)
@pytest.mark.parametrize("content", [b"", b"\n<!DOCTYPE html><html>Not found</html>"], ids=["empty", "web page"])
def test_an_empty_file_or_a_web_page_is_refused_with_the_remedy(
    source: Source, content: bytes, catalogue: Catalogue
) -> None:
    bad = Snapshot("qog_std_cs_jan25.csv", content)
    with pytest.raises(SourceChanged, match=f"{source.spec.id}: .*jan25.csv.*download it again"):
        source.parse([bad], [s.series for s in catalogue.of_source(source.spec.id)])


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.spec.id)
def test_the_file_of_another_producer_is_refused(source: Source, catalogue: Catalogue) -> None:
    series = [s.series for s in catalogue.of_source(source.spec.id)]
    for other, body in BODIES.items():
        if other == source.spec.id or source is qog.SOURCE:
            continue
        with pytest.raises(SourceChanged):
            source.parse([body], series)
    assert not source.parse([BODIES[source.spec.id]], series).empty


@pytest.mark.parametrize(
    ("source", "header"),
    [
        (worldbank_spi.SOURCE, SPI[0]),
        (un_egov.SOURCE, EGOV[0]),
        (undp_hdr.SOURCE, HDR[0]),
        (vdem.SOURCE, VDEM[0]),
        (qog.SOURCE, QOG[0]),
        (uis_gerd.SOURCE, GERD[0]),
        (gapminder_migration.SOURCE, EMIGRANTS[0]),
        (gii.SOURCE, GII_PANEL[0]),
    ],
    ids=lambda value: "" if isinstance(value, str) else value.spec.id,
)
def test_a_header_alone_is_refused_or_holds_no_figures(source: Source, header: str, catalogue: Catalogue) -> None:
    series = [s.series for s in catalogue.of_source(source.spec.id)]
    try:
        assert source.parse([text("qog_std_cs_jan25.csv", header)], series).empty
    except SourceChanged as refused:
        assert "no row has" in str(refused) or "no score" in str(refused)


@pytest.mark.parametrize("source", [s for s in SOURCES if s.spec.by_hand], ids=lambda s: s.spec.id)
def test_a_source_without_a_service_says_which_file_to_give(source: Source) -> None:
    with pytest.raises(SourceUnavailable, match="--file"):
        list(source.fetch(["x"], HttpClient()))


@pytest.mark.parametrize("name", ["worldbank_spi", "undp_hdr", "uis_gerd", "ncses"])
def test_a_packed_file_that_is_cut_short_is_refused(name: str, catalogue: Catalogue) -> None:
    (source,) = [s for s in SOURCES if s.spec.id == name]
    whole = BODIES[name]
    with pytest.raises(SourceChanged, match="damaged or cut short; download it again"):
        source.parse([Snapshot(whole.name, whole.content[:-12])], ["x"])


def test_of_two_files_the_newer_one_is_read_whatever_their_order() -> None:
    files = [Snapshot("b", b"1"), Snapshot("a", b"2")]
    assert newest(files, lambda s: s.name) == [(0, files[0])]
    assert newest(files[::-1], lambda s: s.name) == [(1, files[0])]
    assert newest([], lambda s: s.name) == []


# --- governance ------------------------------------------------------------------------------


def test_governance_reads_old_codes_and_leaves_out_two_dots(settled) -> None:
    done = settled(worldbank_governance.SOURCE, BODIES["worldbank_governance"])
    law = done.observations[done.observations["indicator"] == "rule_of_law"]
    assert rows(law.sort_values("row"), "ref_area", "obs_value", "row") == [
        ("DEU", 1.55, 2),
        ("ROU", 0.4, 3),
        ("COD", -1.6, 4),
    ]
    assert done.quarantined.empty
    assert worldbank_governance.SOURCE.vintage(BODIES["worldbank_governance"]) == "2024"


def test_governance_finds_the_long_sheet_behind_a_cover() -> None:
    book = workbook("w.xlsx", Cover=[("Worldwide Governance Indicators",)], Data=WGI)
    assert len(worldbank_governance.SOURCE.parse([book], ["rl"])) == 3


def test_governance_gives_the_standard_error_of_each_estimate() -> None:
    old = [
        ("code", "year", "indicator", "estimate", "stddev"),
        ("DEU", 2022, "rl", 1.5, 0.16),
        ("FRA", 2022, "rl", 1, ".."),
    ]
    names = ["Economy (code)", "Year", "Governance dimension", "Governance estimate (approx. -2.5 to +2.5)"]
    new = [(*names, "Standard error of estimate"), ("DEU", 2024, "rl", 1.6, 0.15)]
    read = worldbank_governance.SOURCE.parse([workbook("old.xlsx", Sheet1=old)], ["rl", "rl.se"])
    assert read[["series", "source_area", "obs_value", "row"]].values.tolist() == [
        ["rl", "DEU", 1.5, 2],
        ["rl", "FRA", 1.0, 3],
        ["rl.se", "DEU", 0.16, 2],
    ]
    later = worldbank_governance.SOURCE.parse([workbook("new.xlsx", rl=new)], ["rl.se"])
    assert later["obs_value"].tolist() == [0.15]
    answer = Snapshot("wgi_rl.se.json", wgi_answer("GOV_WGI_RL.STD.ERR"))
    assert worldbank_governance.SOURCE.parse([answer], ["rl", "rl.se"])["series"].tolist() == ["rl.se"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            workbook("w.xlsx", RuleofLaw=[("Rule of Law",), ("Country/Territory", "Code")]),
            "no sheet begins with the columns .* there are RuleofLaw .*Updates before 2024",
        ),
        (workbook("w.xlsx", Sheet1=[[c.replace("estimate", "score") for c in WGI_HEADER]]), "no sheet begins"),
        (workbook("w.xlsx", Sheet1=[WGI_HEADER]), "no row has a year"),
        (Snapshot("w.xlsx", BODIES["worldbank_governance"].content[:900]), "damaged"),
        (text("w.csv", "a,b", "1,2"), "neither the workbook nor an answer"),
        (Snapshot("w.json", b'[{"pages":2}, []]'), "one page of several"),
        (Snapshot("w.json", b'[{"pages":0}, null]'), "holds no records"),
        (Snapshot("w.json", b'[{"pages":1}, [{"date"'), "not whole JSON"),
    ],
    ids=[
        "older shape",
        "changed heading",
        "no figures",
        "cut short",
        "a table",
        "pages",
        "no data",
        "cut short answer",
    ],
)
def test_governance_refuses_a_changed_file(body: Snapshot, told: str) -> None:
    with pytest.raises(SourceChanged, match=told):
        worldbank_governance.SOURCE.parse([body], ["rl"])


def test_governance_value_out_of_range_and_unknown_economy_are_quarantined(settled) -> None:
    odd = [*WGI, ("x", "DEU", "Germany", 2022, "rl", 92.9, 0), ("x", "QQQ", "New", 2023, "rl", 1, 0)]
    done = settled(worldbank_governance.SOURCE, workbook("w.xlsx", Sheet1=odd))
    assert done.quarantined["check_code"].tolist() == ["VAL_RANGE", "AREA_UNKNOWN", "AREA_UNKNOWN"]
    assert done.quarantined["row"].tolist() == [7, 8, 8], "the unknown one has an estimate and a standard error"


def wgi_answer(code: str) -> bytes:
    record = {
        "indicator": {"id": code},
        "country": {"id": "DE", "value": "Germany"},
        "countryiso3code": "DEU",
        "date": "2024",
        "value": 1.5,
    }
    empty = record | {"date": "2025", "value": None}
    return json.dumps([{"pages": 1, "lastupdated": "2025-10-01"}, [empty, record]]).encode()


def test_governance_asks_for_the_code_the_service_has_now_and_prefers_its_newer_answer() -> None:
    asked: list[str] = []

    def service(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        if request.url.path.endswith("/v2/indicator"):
            listing = [{"pages": 1}, [{"id": "GOV_WGI_RL.EST"}, {"id": "GOV_WGI_RL.SC"}]]
            return httpx.Response(200, json=listing)
        return httpx.Response(200, content=wgi_answer("GOV_WGI_RL.EST"))

    client = HttpClient(transport=httpx.MockTransport(service), pause=0)
    (got,) = worldbank_governance.SOURCE.fetch(["rl"], client)
    assert asked[-1].endswith("/country/all/indicator/GOV_WGI_RL.EST")
    frame = worldbank_governance.SOURCE.parse([BODIES["worldbank_governance"], got], ["rl", "ge"])
    assert rows(frame[frame["series"] == "rl"], *AREA_YEAR_VALUE, "file", "row") == [("DEU", 2024, 1.5, 1, 2)]
    assert set(frame.loc[frame["series"] == "ge", "file"]) == {0}
    assert worldbank_governance.SOURCE.vintage(got) == "2025-10-01"
    (refused,) = worldbank_governance.SOURCE.fetch(["ge"], client)
    assert "lists no estimate GE.EST; pass wgidataset.xlsx" in str(refused.error)


def test_governance_error_inside_a_good_answer_is_told() -> None:
    body = Snapshot("w.json", b'[{"message":[{"id":"120","value":"The value is not valid"}]}]')
    with pytest.raises(SourceError, match="the service says: The value is not valid"):
        worldbank_governance.SOURCE.parse([body], ["rl"])


# --- statistical performance, e-government ---------------------------------------------------


def test_spi_scores_exist_only_where_assessed() -> None:
    frame = worldbank_spi.SOURCE.parse([BODIES["worldbank_spi"]], ["SPI.INDEX"])
    assert rows(frame, *AREA_YEAR_VALUE, "row") == [("DEU", 2019, 87.5, 2)]
    assert worldbank_spi.SOURCE.vintage(BODIES["worldbank_spi"]) == "2019"


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (
            [SPI[0].replace("SPI.INDEX,", "x,").replace(",SPI.INDEX", ",SPI"), *SPI[1:]],
            "the column SPI.INDEX is missing",
        ),
        ([SPI[0], SPI[2]], "no row has a SPI.INDEX"),
        ([*SPI, "Germany,DEU,2018,1,2,3"], "row 5: the table is broken here"),
    ],
    ids=["changed heading", "release without scores", "a cell too many"],
)
def test_spi_refuses_a_changed_file(lines: list[str], told: str) -> None:
    with pytest.raises(SourceChanged, match=told):
        worldbank_spi.SOURCE.parse([packed("SPI_index.csv.gz", *lines)], ["SPI.INDEX"])


def test_spi_of_another_edition_is_a_break_and_takes_no_year_from_the_older_one(settled) -> None:
    older = packed("SPI_index.csv.gz", SPI[0], "Germany,DEU,2016,80,81", "Germany,DEU,2019,90,87.5")
    newer = text("spi_2024.csv", "iso3c,date,SPI.INDEX.PIL1,SPI.INDEX", "DEU,2024,90,88.1", "IRN,2024,60,63.5")
    told = ("ref_area", "time_period", "obs_value", "obs_status")
    for files in ((older, newer), (newer, older)):
        assert rows(settled(worldbank_spi.SOURCE, *files).observations, *told) == [
            ("DEU", 2016, 81.0, "A"),
            ("DEU", 2019, 87.5, "A"),
            ("DEU", 2024, 88.1, "B"),
            ("IRN", 2024, 63.5, "B"),
        ]
    whole = text("SPI_index.csv", SPI[0], "Germany,DEU,2016,80,70", "Germany,DEU,2019,90,71", "Germany,DEU,2024,90,88")
    assert rows(settled(worldbank_spi.SOURCE, older, whole).observations, *told[1:]) == [
        (2016, 70.0, "A"),
        (2019, 71.0, "A"),
        (2024, 88.0, "A"),
    ]


def test_spi_real_scores_of_2024_are_another_edition(real: Parsed, catalogue: Catalogue) -> None:
    frame, _ = real(worldbank_spi.SOURCE)
    found = frame[frame["time_period"] == 2024]
    assert len(found) == 188 and set(found["obs_status"]) == {"B"}
    assert set(frame["obs_status"][frame["time_period"] != 2024]) == {"A"}
    spec = catalogue.indicators["statistical_capacity"]
    assert spec.breaks == (2024,)
    assert spec.is_one_series(2016, 2019) and not spec.is_one_series(2019, 2024) and spec.is_one_series(2024, 2025)


def test_egov_names_have_blanks_and_no_codes(settled) -> None:
    done = settled(un_egov.SOURCE, BODIES["un_egov"])
    assert set(done.observations["ref_area"]) == {"IRQ", "GEO"}
    assert un_egov.SOURCE.vintage(BODIES["un_egov"]) == "2024"


def test_egov_surveys_stand_beside_each_other_and_early_zeros_are_no_figures(settled) -> None:
    rest = [",90,0,0.2", ",80,0.3,0", ",70,0.4,0.5"]
    surveys = [
        text(f"EGOV_DATA_{year}.csv", EGOV[0], *[f'{year},"{n} "{r}' for n, r in zip(names, rest, strict=True)])
        for year, names in ((2012, ("Libya", "Zambia", "Chad")), (2014, ("Eritrea", "Guinea", "Chad")))
    ]
    found = settled(un_egov.SOURCE, *surveys).observations
    assert set(rows(found, "indicator", "ref_area", "time_period", "obs_value")) == {
        ("egovernment_online_service", "LBY", 2012, 0.2),
        ("egovernment_index", "ZMB", 2012, 0.3),
        ("egovernment_index", "TCD", 2012, 0.4),
        ("egovernment_online_service", "TCD", 2012, 0.5),
        ("egovernment_index", "ERI", 2014, 0.0),
        ("egovernment_online_service", "ERI", 2014, 0.2),
        ("egovernment_index", "GIN", 2014, 0.3),
        ("egovernment_online_service", "GIN", 2014, 0.0),
        ("egovernment_index", "TCD", 2014, 0.4),
        ("egovernment_online_service", "TCD", 2014, 0.5),
    }


def test_egov_real_surveys_hold_all_members_and_the_leaders_that_were_published(real: Parsed) -> None:
    frame, _ = real(un_egov.SOURCE)
    index = frame[frame["series"] == "E-Government Index"]
    early = {2003: 173, 2004: 178, 2005: 179, 2008: 182, 2010: 183, 2012: 190}
    later = dict.fromkeys((2014, 2016, 2018, 2020, 2022, 2024), 193)
    assert index["time_period"].value_counts().to_dict() == early | later
    first = index.loc[index.groupby("time_period")["obs_value"].idxmax()].set_index("time_period")["source_area"]
    leaders = {2014: "Republic of Korea", 2018: "Denmark", 2020: "Denmark", 2022: "Denmark", 2024: "Denmark"}
    assert {year: first[year] for year in leaders} == leaders
    assert first[2016] == "United Kingdom of Great Britain and Northern Ireland"


def test_egov_new_spelling_and_a_rank_in_place_of_an_index_are_quarantined(settled) -> None:
    odd = [*EGOV, '2024,"Republik Irak ",1,0.5,0.5', '2024,"France ",9,9,0.9']
    done = settled(un_egov.SOURCE, text("EGOV_DATA_2024.csv", *odd))
    codes = done.quarantined["check_code"].tolist()
    assert sorted(codes) == ["AREA_UNKNOWN", "AREA_UNKNOWN", "VAL_RANGE"]


def test_egov_refuses_a_changed_heading() -> None:
    bad = text("EGOV_DATA_2026.csv", EGOV[0].replace("E-Government Index", "EGDI"), *EGOV[1:])
    with pytest.raises(SourceChanged, match="row 1: the column E-Government Index is missing"):
        un_egov.SOURCE.parse([bad], ["E-Government Index"])


# --- human development, academic freedom, survey of executives --------------------------------


def test_hdr_reads_columns_by_year_and_leaves_out_groups_and_gender(settled) -> None:
    frame = undp_hdr.SOURCE.parse([BODIES["undp_hdr"]], ["hdi", "mys"])
    assert figure(frame, "hdi", "DEU", 2022) == 0.950  # and not hdi_f_2022 or hdi_rank_2022
    assert len(frame) == 6 and undp_hdr.SOURCE.vintage(BODIES["undp_hdr"]) == "2024"
    done = settled(undp_hdr.SOURCE, BODIES["undp_hdr"])
    assert done.excluded == {"a group of countries of the Human Development Report": 5}
    assert done.quarantined.empty


def test_hdr_of_2025_names_its_codes_otherwise_and_is_never_mixed_with_an_older_report(settled) -> None:
    head = HDR[0].replace("iso3", "code").replace("hdi_2021", "hdi_2023")
    newer = packed("HDR25.csv.gz", head, "DEU,Germany,Very High,5,0.959,0.955,0.94,0.07,14.3,81,17.3")
    assert undp_hdr.SOURCE.vintage(newer) == "2025"
    done = settled(undp_hdr.SOURCE, BODIES["undp_hdr"], newer).observations
    hdi = done[done["indicator"] == "hdi"]
    assert rows(hdi, "ref_area", "time_period", "obs_value") == [("DEU", 2022, 0.955), ("DEU", 2023, 0.959)]
    assert set(done["file"]) == {1}, "2021 and North Korea stand in the older report only"


def test_hdr_refuses_a_table_of_one_year_only() -> None:
    bad = text("HDR_table_1.csv", "HDI rank,Country,Value", "1,Switzerland,0.967")
    with pytest.raises(SourceChanged, match="the column iso3 is missing"):
        undp_hdr.SOURCE.parse([bad], ["hdi"])
    bad = text("HDR.csv", "iso3,country,hdi", "CHE,Switzerland,0.967")
    with pytest.raises(SourceChanged, match="there is no column hdi_<year>"):
        undp_hdr.SOURCE.parse([bad], ["hdi"])


def test_vdem_keeps_the_former_state_and_leaves_out_parts_judged_apart(settled) -> None:
    done = settled(vdem.SOURCE, BODIES["vdem"])
    assert sorted(done.observations["ref_area"]) == ["DDR", "DEU", "PSE", "XKX"]
    assert sum(done.excluded.values()) == 3 and done.quarantined.empty
    assert vdem.SOURCE.vintage(BODIES["vdem"]) == "2026-03"


def test_vdem_reads_only_the_newest_version() -> None:
    older = text("vdem_v14.csv", VDEM[0], "Germany,DEU,2023,0.97,0.8,x", "Peru,PER,2023,0.5,,x")
    frame = vdem.SOURCE.parse([older, BODIES["vdem"]], ["v2xca_academ"])
    assert set(frame["file"]) == {1}


def test_vdem_refuses_a_changed_heading_and_a_value_out_of_range_is_quarantined(settled) -> None:
    bad = text("vdem.csv", VDEM[0].replace("v2xca_academ", "v2xca_academ_new"), *VDEM[1:])
    with pytest.raises(SourceChanged, match="the column v2xca_academ is missing"):
        vdem.SOURCE.parse([bad], ["v2xca_academ"])
    done = settled(vdem.SOURCE, text("vdem.csv", *VDEM, "France,FRA,2025,88,,x"))
    assert done.quarantined["check_code"].tolist() == ["VAL_RANGE"]


def test_qog_enters_the_survey_under_the_year_that_stands_for_it() -> None:
    older = text("qog_std_cs_jan24.csv", QOG[0], "276,Germany,DEU,,1.0,4")
    frame = qog.SOURCE.parse([BODIES["qog"], older], ["wef_uic"])
    assert rows(frame, *AREA_YEAR_VALUE, "file", "row") == [("DEU", 2018, 5.37, 0, 2)]
    assert qog.SOURCE.vintage(BODIES["qog"]) == "2025-01"
    assert not qog.SPEC.redistributable and "gu.se" in qog.SPEC.where_to_get


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (text("cross_section.csv", *QOG), "the name does not tell the edition"),
        (text("qog_std_cs_jan26.csv", "ccode,cname,ccodealp", "276,Germany,DEU"), "the column wef_uic is missing"),
        (text("qog_std_cs_jan25.csv", *EGOV), "the column ccodealp, wef_uic is missing"),
    ],
    ids=["no edition", "variable dropped", "another producer's file"],
)
def test_qog_refuses_a_changed_file(body: Snapshot, told: str) -> None:
    with pytest.raises(SourceChanged, match=told):
        qog.SOURCE.parse([body], ["wef_uic"])


# --- R&D by source of funds, emigrants, GII --------------------------------------------------


def test_gerd_flags_tell_nil_from_not_applicable_and_mark_estimates() -> None:
    frame = uis_gerd.SOURCE.parse([BODIES["uis_gerd"]], ["EXPPPP_CUR_SF_FUNABFS"])
    assert rows(frame, "source_area", "obs_value", "obs_status") == [
        ("DEU", 5309217.1, "A"),
        ("KWT", 0.0, "A"),
        ("USA", 1.5, "E"),
        ("OMN", 0.0, "E"),
    ]


def test_gerd_is_given_in_dollars_and_a_text_among_figures_is_quarantined(settled) -> None:
    odd = '"EXPPPP_CUR_SF_FUNABFS","x","FRA","France","2013","2013","many",,'
    done = settled(uis_gerd.SOURCE, packed("gerd.csv.gz", *GERD, odd))
    held = done.observations.set_index("ref_area")["obs_value"]
    assert held["DEU"] == pytest.approx(5_309_217_100) and held["KWT"] == 0
    assert done.quarantined["check_code"].tolist() == ["VAL_TEXT"]


def test_gerd_refuses_the_wide_table_without_flags() -> None:
    wide = text("expenditure_wide.csv", "LOCATION,Country,TIME,Government", "ALB,Albania,2007,1")
    with pytest.raises(SourceChanged, match="the column INDICATOR, Value, Flag Codes is missing"):
        uis_gerd.SOURCE.parse([wide], ["EXPPPP_CUR_SF_GOVFS"])


def test_emigrants_have_small_codes_and_one_of_their_own(settled) -> None:
    done = settled(gapminder_migration.SOURCE, BODIES["gapminder_migration"])
    assert rows(done.observations, "indicator", "ref_area", "obs_value") == [
        ("emigrant_stock_share", "AFG", 62.07),
        ("emigrant_stock_share", "VAT", 1.0),
    ]
    immigrants = text("immigrant_pc.csv", "country,time,immigrant_pc", "afg,1990,0.5")
    with pytest.raises(SourceChanged, match="is not country,time and one of emigrant_n"):
        gapminder_migration.SOURCE.parse([immigrants], ["emigrant_pc"])


def test_gii_reads_decimal_commas_and_leaves_editions_alone_that_may_not_be_passed_on(settled) -> None:
    done = settled(gii.SOURCE, BODIES["gii"])
    assert rows(done.observations, "ref_area", "time_period", "obs_value", "row") == [
        ("CHE", 2021, 65.5, 3),
        ("CIV", 2022, 20.0, 4),
    ]
    assert gii.SOURCE.vintage(BODIES["gii"]) == "2022"


def test_gii_one_bad_cell_does_not_spoil_the_others(settled) -> None:
    odd = text("gii_pillars.csv", *GII_PANEL, "Peru;2022;9;80;n/a", "Chile;2022;9;80;340,2")
    done = settled(gii.SOURCE, odd)
    assert len(done.observations) == 2
    assert done.quarantined["check_code"].tolist() == ["VAL_TEXT", "VAL_RANGE"]


def test_gii_table_of_an_edition_is_latin_1_and_dated_by_its_name(settled) -> None:
    body = text("gii_pillars_2025_edition.csv", *GII_2025, encoding="latin-1")
    done = settled(gii.SOURCE, body)
    assert rows(done.observations, "ref_area", "time_period", "obs_value") == [("CHE", 2025, 66.0), ("CIV", 2025, 20.5)]
    for name, told in [
        ("GII.csv", "does not say its edition"),
        ("gii_pillars_2019_edition.csv", "before 2021 may not be passed on"),
    ]:
        with pytest.raises(SourceChanged, match=told):
            gii.SOURCE.parse([Snapshot(name, body.content)], ["score"])


def test_gii_a_panel_of_closed_editions_only_is_refused() -> None:
    with pytest.raises(SourceChanged, match="no score of an edition from 2021 on"):
        gii.SOURCE.parse([text("gii.csv", *GII_PANEL[:2])], ["score"])


# --- NCSES -----------------------------------------------------------------------------------


def test_ncses_names_lose_their_footnotes_and_regions_are_left_out(settled) -> None:
    done = settled(ncses.SOURCE, BODIES["ncses"])
    assert rows(done.observations, "indicator", "ref_area", "time_period", "obs_value") == [
        ("articles_whole_count", "CIV", 2006, 180.0),
        ("articles_whole_count", "CIV", 2007, 0.0),
        ("articles_whole_count", "SRB", 2007, 3629.0),
    ]
    assert sum(done.excluded.values()) == 3 and done.quarantined.empty


def test_ncses_zeros_of_years_without_the_state_are_no_figures() -> None:
    frame = ncses.SOURCE.parse([BODIES["ncses"]], ["9985"])
    assert "Serbia" in set(frame["source_area"])
    assert (frame.loc[frame["source_area"] == "Serbia", "time_period"] == 2007).all()


def test_ncses_years_that_were_put_back_wrongly_are_refused() -> None:
    short = [*SERIES[:-2], SERIES[-1]]
    with pytest.raises(SourceChanged, match=r"row 8: .*West Bank.* has 1 years where .* has 2"):
        ncses.SOURCE.parse([packed("ncses_country_series.csv.gz", *short)], ["9985"])


def test_ncses_articles_with_authors_abroad_carry_the_country_of_the_path(settled) -> None:
    done = settled(ncses.SOURCE, text("authorship.csv", *AUTHORSHIP))
    assert rows(done.observations, "ref_area", "time_period", "obs_value", "row") == [("DEU", 2022, 98072.0, 5)]
    assert done.excluded == {"a region of NCSES": 1}


def test_ncses_pairs_are_stored_once_without_world_and_diagonal(settled) -> None:
    done = settled(ncses.SOURCE, text("pairs.csv", *PAIRS))
    assert rows(done.observations, "ref_area", "counterpart_area", "obs_value") == [("CAN", "KOR", 194.0)]
    assert done.excluded == {"a region of NCSES": 2}


def test_ncses_funds_from_abroad_take_year_and_country_from_the_name(settled) -> None:
    done = settled(ncses.SOURCE, text("ncses_10946.csv", *FINANCED))
    assert rows(done.observations, "ref_area", "time_period", "obs_value") == [
        ("ARG", 2021, 18.3),
        ("CHL", 2020, 9.1),
        ("ISR", 2021, 50.2),
    ]
    assert done.excluded == {"a region of NCSES": 1} and done.quarantined.empty


def test_ncses_venture_capital_is_given_in_dollars(settled) -> None:
    done = settled(ncses.SOURCE, text("ncses_10578.csv", *VENTURE))
    held = done.observations.set_index(["ref_area", "time_period"])["obs_value"]
    assert held[("USA", 2022)] == 247_925e6 and held[("GBR", 2003)] == 713e6
    assert len(held) == 4 and done.quarantined.empty


@pytest.mark.parametrize("lines", [SERIES, AUTHORSHIP, PAIRS], ids=["series", "authors", "pairs"])
def test_ncses_a_header_alone_holds_no_figures_and_a_blank_line_is_none(lines: list[str]) -> None:
    series = ["9985", "10001/international", "10003"]
    assert ncses.SOURCE.parse([text("ncses.csv", lines[0])], series).empty
    whole = ncses.SOURCE.parse([text("ncses.csv", *lines)], series)
    assert len(ncses.SOURCE.parse([text("ncses.csv", *lines, "")], series)) == len(whole) > 0


def test_ncses_new_spelling_is_quarantined(settled) -> None:
    lines = [line.replace("Israel", "Yisrael") for line in FINANCED]
    done = settled(ncses.SOURCE, text("ncses_10946.csv", *lines))
    assert done.quarantined["check_code"].tolist() == ["AREA_UNKNOWN"]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["table_id,row_id,time_period,value", "5820,r001,World,na"], "has lost its headings"),
        ([line.replace("10578,", "6248,") for line in VENTURE], "this is not table 10578"),
        (
            [line.replace("Rest of the world", "Abroad") for line in FINANCED],
            "there is no column 'Rest of the world' under 'R&D source of funds'",
        ),
    ],
    ids=["lost headings", "another table", "changed heading"],
)
def test_ncses_refuses_a_table_it_cannot_trust(lines: list[str], told: str) -> None:
    with pytest.raises(SourceChanged, match=told):
        ncses.SOURCE.parse([text("ncses.csv", *lines)], ["10578", "10946/abroad"])


# --- known figures of the real files ---------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "series", "area", "year", "value"),
    [
        (worldbank_governance.SOURCE, "rl", "DEU", 2023, 1.551208),
        (worldbank_governance.SOURCE, "rq", "DEU", 2023, 1.456975),
        (worldbank_spi.SOURCE, "SPI.INDEX", "DEU", 2019, 87.5),
        (un_egov.SOURCE, "Online Service Index", "Ireland", 2024, 0.87678),
        (undp_hdr.SOURCE, "hdi", "DEU", 2023, 0.959),
        (undp_hdr.SOURCE, "mys", "DEU", 2023, 14.296372),
        (vdem.SOURCE, "v2xca_academ", "CHN", 2024, 0.066),
        (qog.SOURCE, "wef_uic", "USA", 2018, 5.852442),
        (gapminder_migration.SOURCE, "emigrant_n", "syr", 2024, 8_927_523),
        (gii.SOURCE, "score", "Switzerland", 2021, 65.5),
        (gii.SOURCE, "score", "Switzerland", 2025, 66.0),
        (uis_gerd.SOURCE, "EXPPPP_CUR_SF_BUSENTFS", "DEU", 2013, 67_403_474.3),
        (ncses.SOURCE, "9985", "World", 2003, 1_236_106),
        (ncses.SOURCE, "9970", "World", 2003, 1_236_106),
        (ncses.SOURCE, "10001/international", "Germany", 2022, 98_072),
        (ncses.SOURCE, "10946/abroad", "Germany", 2021, 6.9),
        (ncses.SOURCE, "10946/abroad", "Israel", 2021, 50.2),
        (ncses.SOURCE, "10578", "United States", 2022, 247_925),
        (ncses.SOURCE, "10558", "Germany", 2022, 1_570),
        (unesco_uis.SOURCE, "MOR.5T8.40510", "40030", 2012, 1.67792),
        (unesco_uis.SOURCE, "GER.5T8.GPIA", "ABW", 1999, 1.14028),
        (unesco_uis.SOURCE, "EA.8.AG25T99.F", "AFG", 2017, 0.068376),
        (world_bank.SOURCE, "BX.GSR.ROYL.CD", "USA", 2022, 137.833e9),
        (world_bank.SOURCE, "BM.GSR.ROYL.CD", "IRL", 2023, 153.215663e9),
        (world_bank.SOURCE, "IP.PAT.NRES", "USA", 2019, 336_340),
        (world_bank.SOURCE, "IC.BUS.NREG", "GBR", 2022, 790_311),
        (world_bank.SOURCE, "SM.POP.NETM", "UKR", 2022, -5_699_445),
        (world_bank.SOURCE, "SP.POP.TECH.RD.P6", "LUX", 2003, 3_766.86),
        (world_bank.SOURCE, "BX.GRT.TECH.CD.WD", "AFG", 2005, 1_062_410_000),
    ],
)
def test_known_figures(real: Parsed, source: Source, series: str, area: str, year: int, value: float) -> None:
    assert figure(real(source)[0], series, area, year) == pytest.approx(value, rel=0.01)


def test_ncses_pairs_agree_with_the_totals_of_the_world(real: Parsed) -> None:
    frame, _ = real(ncses.SOURCE)
    pairs = frame[frame["series"] == "10003"]
    hit = pairs[(pairs["source_area"] == "Canada") & (pairs["source_counterpart"] == "United States")]
    assert hit.set_index("time_period").loc[2003, "obs_value"] == 9985
    assert set(pairs["time_period"]) == {2003, 2022}


def test_gii_holds_no_edition_that_may_not_be_passed_on(real: Parsed) -> None:
    assert real(gii.SOURCE)[0]["time_period"].min() == 2021
