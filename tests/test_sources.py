"""The source jobs: known figures of the real files, and every bad file we know how to make."""

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import httpx
import pandas as pd
import pytest

from scidip.etl.network.client import HttpClient
from scidip.etl.network.snapshots import Snapshot
from scidip.etl.source import Source
from scidip.etl.sources import nobel, openalex, passport_index, unesco_uis, world_bank
from scidip.indicators.errors import SourceChanged, SourceError, SourceUnavailable
from scidip.indicators.vocabulary import RAW_COLUMNS

SOURCES: list[Source] = [world_bank.SOURCE, unesco_uis.SOURCE, openalex.SOURCE, passport_index.SOURCE, nobel.SOURCE]
SERIES = {
    "world_bank": ["GB.XPD.RSDV.GD.ZS", "SP.POP.TOTL", "SM.POP.TOTL", "IT.NET.BBND.P2"],
    "unesco_uis": ["GER.5T8", "26637", "MENF.5T8", "EA.8.AG25T99", "MSEP.5T8"],
    "openalex": ["copublications", "works"],
    "passport_index": ["requirement"],
    "nobel": ["affiliation", "birth"],
}
Parsed = tuple[pd.DataFrame, list[Snapshot]]


@pytest.fixture(scope="module")
def shared() -> Path:
    folder = Path(__file__).resolve().parent.parent.parent / "shared"
    if not (folder / "sources").is_dir():
        pytest.skip("the producers' files are not beside this repository (../shared/sources)")
    return folder


@pytest.fixture(scope="module")
def real(shared: Path) -> Callable[[Source], Parsed]:
    """Parse the real files of a source, once."""
    done: dict[str, Parsed] = {}

    def parsed(source: Source) -> Parsed:
        if source.spec.id not in done:
            root = shared / "sources"
            paths = [p for glob in source.files for p in sorted(root.glob(glob))]
            files = [Snapshot(str(p.relative_to(root)), p.read_bytes()) for p in paths if not p.name.startswith("_")]
            done[source.spec.id] = source.parse(files, SERIES[source.spec.id]), files
        return done[source.spec.id]

    return parsed


def text(name: str, *lines: str) -> Snapshot:
    return Snapshot(name, ("\n".join(lines) + "\n").encode())


def archive(name: str, **members: str) -> Snapshot:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as opened:
        for member, content in members.items():
            opened.writestr(zipfile.ZipInfo(member, (2024, 8, 27, 19, 0, 0)), content)
    return Snapshot(name, buffer.getvalue())


def figure(frame: pd.DataFrame, *key: object) -> pd.Series:
    columns = ["series", "source_area", "source_counterpart", "time_period"]
    wanted = dict(zip(columns if len(key) == 4 else [*columns[:2], columns[3]], key, strict=True))
    hit = frame[(frame[list(wanted)] == pd.Series(wanted)).all(axis=1)]
    assert len(hit) == 1, f"{len(hit)} rows for {key}"
    return hit.iloc[0]


def rows(frame: pd.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    return list(frame[list(columns)].itertuples(index=False, name=None))


# --- what all sources share ------------------------------------------------------------------


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.spec.id)
def test_the_real_files_give_clean_raw_frames(source: Source, real: Callable[[Source], Parsed]) -> None:
    frame, files = real(source)
    assert tuple(frame.columns) == RAW_COLUMNS
    assert set(frame["series"]) == set(SERIES[source.spec.id])
    assert frame["obs_value"].dtype == float and frame["obs_value"].notna().all()
    assert frame["time_period"].dtype == int and frame["time_period"].between(1900, 2030).all()
    assert not frame.duplicated(["series", "source_area", "source_counterpart", "time_period"]).any()
    assert frame["file"].between(0, len(files) - 1).all() and (frame["row"] > 0).all()


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.spec.id)
def test_without_files_there_are_no_figures(source: Source) -> None:
    assert source.parse([], SERIES[source.spec.id]).empty


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.spec.id)
@pytest.mark.parametrize("content", [b"", b"\n<!DOCTYPE html><html>Not found</html>"], ids=["empty", "web page"])
def test_an_empty_file_or_a_web_page_is_refused_with_the_remedy(source: Source, content: bytes) -> None:
    bad = Snapshot("passport-index-tidy-iso3_2025-01-12.csv", content)
    with pytest.raises(SourceChanged, match=f"{source.spec.id}: .*2025-01-12.csv.*download it again"):
        source.parse([bad], SERIES[source.spec.id])


# --- World Bank ------------------------------------------------------------------------------

EXPORT = (
    '\ufeff"Data Source","World Development Indicators",',
    "",
    '"Last Updated Date","2026-07-13",',
    "",
    '"Country Name","Country Code","Indicator Name","Indicator Code","2019","2020","2021",',
    '"Aruba","ABW","R&D, of GDP","GB.XPD.RSDV.GD.ZS","","","",',
    '"United States","USA","R&D, of GDP","GB.XPD.RSDV.GD.ZS","3.1","3.42","",',
    '"World","WLD","R&D, of GDP","GB.XPD.RSDV.GD.ZS","..","2.6","2.7",',
)
GERD = ["GB.XPD.RSDV.GD.ZS"]


def test_world_bank_gives_the_real_figure_with_its_vintage(real: Callable[[Source], Parsed]) -> None:
    frame, files = real(world_bank.SOURCE)
    usa = figure(frame, "GB.XPD.RSDV.GD.ZS", "USA", 2020)
    assert usa["obs_value"] == pytest.approx(3.42, abs=0.01)
    file = files[usa["file"]]
    assert world_bank.SOURCE.vintage(file) == "2026-07-13"
    line = file.content.decode("utf-8-sig").split("\n")[usa["row"] - 1]
    assert line.startswith('"United States","USA"') and str(usa["obs_value"]) in line


def test_world_bank_takes_population_from_the_newest_export_and_not_from_migrants(
    real: Callable[[Source], Parsed],
) -> None:
    frame, files = real(world_bank.SOURCE)
    assert figure(frame, "SP.POP.TOTL", "ABW", 1960)["obs_value"] == 54_922
    first = frame.groupby("series")["file"].first()
    named = {series: files[int(file)].name for series, file in first.items()}
    assert named["SP.POP.TOTL"] == "country-reference/population.csv"
    assert named["SM.POP.TOTL"] == "wdi-2025-compact/SM.POP.TOTL.csv"
    # The compact copy is six weeks younger, but the producer's own export is trusted more.
    assert named["IT.NET.BBND.P2"] == "wdi-api-2025/IT.NET.BBND.P2.csv"


def test_world_bank_export_counts_lines_and_leaves_out_what_is_missing() -> None:
    frame = world_bank.SOURCE.parse([text("x.csv", *EXPORT)], GERD)
    assert rows(frame, "source_area", "time_period", "obs_value", "row") == [
        ("USA", 2019, 3.1, 7),
        ("USA", 2020, 3.42, 7),
        ("WLD", 2020, 2.6, 8),
        ("WLD", 2021, 2.7, 8),
    ]


def test_world_bank_reads_the_archive_as_the_api_delivers_it() -> None:
    members = {"Metadata_Country_API_X.csv": "a", "API_X_DS2.csv": "\n".join(EXPORT)}
    file = archive("API_X.zip", **members)
    assert len(world_bank.SOURCE.parse([file], GERD)) == 4
    assert world_bank.SOURCE.vintage(file) == "2026-07-13"


def test_world_bank_keeps_text_where_a_number_should_be() -> None:
    lines = [line.replace('"3.42"', '"3.42 (e)"') for line in EXPORT]
    frame = world_bank.SOURCE.parse([text("x.csv", *lines)], GERD)
    assert figure(frame, GERD[0], "USA", 2020)["obs_value"] == "3.42 (e)"


def test_world_bank_reads_a_compact_file_by_its_name() -> None:
    file = text("wdi/SM.POP.TOTL.csv", "country_code,2005,2010", "ABW,32540.0,", "NAM,1,2")
    frame = world_bank.SOURCE.parse([file], ["SM.POP.TOTL"])
    assert rows(frame, "source_area", "time_period", "obs_value", "row") == [
        ("ABW", 2005, 32540.0, 2),
        ("NAM", 2005, 1.0, 3),
        ("NAM", 2010, 2.0, 3),
    ]
    assert world_bank.SOURCE.vintage(file) == "undated"
    assert world_bank.SOURCE.parse([file], GERD).empty


def test_world_bank_prefers_the_newest_export_and_the_first_of_equals() -> None:
    old = text("old.csv", *[line.replace("2026-07-13", "2025-04-15") for line in EXPORT])
    new, same = text("new.csv", *EXPORT), text("same.csv", *EXPORT)
    compact = text(f"{GERD[0]}.csv", "country_code,2020", "USA,9")
    frame = world_bank.SOURCE.parse([old, compact, new, same], GERD)
    assert set(frame["file"]) == {2}
    assert set(world_bank.SOURCE.parse([compact, old], GERD)["file"]) == {1}


def test_world_bank_leaves_a_year_that_is_none_as_it_is() -> None:
    lines = ("Country Name,Country Code,Year,Value", "Aruba,ABW,1960,5", "Aruba,ABW,c. 1961,6")
    frame = world_bank.SOURCE.parse([text("population.csv", *lines)], ["SP.POP.TOTL"])
    assert rows(frame, "time_period", "obs_value") == [(1960, 5.0), ("c. 1961", 6.0)]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (EXPORT[3:], "x.csv, row 2: the header is on line 2 instead of line 5"),
        (("", *EXPORT), "x.csv, row 6: the header is on line 6 instead of line 5"),
        ([s.replace("Country Code", "ISO3") for s in EXPORT], "row 5: the column Country Code is"),
        ([s.replace("2026-07-13", "July") for s in EXPORT], "row 3: the Last Updated Date"),
        ((*EXPORT, EXPORT[-1] + '"x","y",'), "x.csv, row 9: the table is broken"),
        ((*EXPORT, '"Zimbabwe","ZWE","R&'), "x.csv, row 9: the table is broken"),
        ((*EXPORT, EXPORT[-1].replace("GB.XPD", "SE.XPD")), "row 9: the file mixes"),
        (EXPORT[:5], "row 5: there is no figure below the header"),
        (("iso3,2003,2004", "USA,1,2"), "x.csv, row 1: the header iso3, 2003, 2004 is not one"),
        (("Country Name,Country Code,Year,People", "A,ABW,1960,1"), "row 1: the column Value is"),
    ],
    ids=[
        "no preamble",
        "moved header",
        "renamed column",
        "no stamp",
        "cells too many",
        "cut short",
        "two series",
        "no figures",
        "renamed compact",
        "renamed tidy",
    ],
)
def test_world_bank_refuses_a_changed_file(lines: tuple[str, ...], told: str) -> None:
    with pytest.raises(SourceChanged, match=told):
        world_bank.SOURCE.parse([text("x.csv", *lines)], GERD)


def test_world_bank_refuses_a_damaged_archive_and_one_without_the_table() -> None:
    whole = archive("API_X.zip", **{"API_X.csv": "\n".join(EXPORT)})
    with pytest.raises(SourceChanged, match=r"API_X.zip: the archive is damaged or cut short"):
        world_bank.SOURCE.parse([Snapshot("API_X.zip", whole.content[:200])], GERD)
    with pytest.raises(SourceChanged, match=r"x.zip: the archive holds no table .*: readme.txt"):
        world_bank.SOURCE.parse([archive("x.zip", **{"readme.txt": "hi"})], GERD)


# --- UNESCO UIS ------------------------------------------------------------------------------

UIS_EXPORT = (
    "indicatorId,geoUnit,year,value,qualifier,magnitude",
    "26637,DEU,2023,423197,,",
    '26637,"ECA: SADC (UNSDCode: 1, 2)",2020,12.5,UIS_EST,',
    "26637,AFG,2009,0,,NIL",
    "26637,AFG,2010,,,NIL",
    "26637,NRU,2009,0,,NA",
    "26637,TKL,2009,,,NA",
    "26637,FRA,2010,,,",
    "MENF.5T8,FRA,2010,-7,NAT_EST,",
)


def test_unesco_gives_the_real_figures(real: Callable[[Source], Parsed]) -> None:
    frame, files = real(unesco_uis.SOURCE)
    germany = figure(frame, "26637", "DEU", 2023)
    assert germany["obs_value"] == 423_197
    assert unesco_uis.SOURCE.vintage(files[germany["file"]]) == "2025"
    zimbabwe = figure(frame, "GER.5T8", "ZWE", 2020)
    assert zimbabwe["obs_value"] == 9.723605009088336
    file = files[zimbabwe["file"]]
    assert (file.name, unesco_uis.SOURCE.vintage(file)) == ("uis-sdg-2024-09/ger_5t8.csv", "2024-09")
    assert file.content.decode().splitlines()[zimbabwe["row"] - 1].startswith("zwe,2020,9.72")
    assert "40510" in set(frame.loc[frame["series"] == "MSEP.5T8", "source_area"])
    # 26637 is in the release of 2019 too; only the newest file is read.
    assert {files[f].name.split("/")[0] for f in frame.loc[frame["series"] == "26637", "file"]} == {"student-flows"}


def test_unesco_export_keeps_true_zeros_and_flags_estimates() -> None:
    frame = unesco_uis.SOURCE.parse([text("x.csv", *UIS_EXPORT)], ["MENF.5T8", "26637"])
    assert rows(frame, "series", "source_area", "obs_value", "obs_status", "row") == [
        ("MENF.5T8", "FRA", -7.0, "E", 9),
        ("26637", "DEU", 423197.0, "A", 2),
        ("26637", "ECA: SADC (UNSDCode: 1, 2)", 12.5, "E", 3),
        ("26637", "AFG", 0.0, "A", 4),
        ("26637", "AFG", 0.0, "A", 5),
    ]


def test_unesco_keeps_text_beside_a_blank_true_zero() -> None:
    file = text("x.csv", *UIS_EXPORT, "26637,ITA,2020,about 5,,")
    frame = unesco_uis.SOURCE.parse([file], ["26637"])
    assert figure(frame, "26637", "ITA", 2020)["obs_value"] == "about 5"
    assert figure(frame, "26637", "AFG", 2010)["obs_value"] == 0


def test_unesco_bulk_files_are_known_by_their_third_column() -> None:
    file = text("ea.csv", "country,year,ea_8_ag25t99", "alb,2019,0.5", "alb,2020,", "nam,2199,n/a")
    frame = unesco_uis.SOURCE.parse([file], ["EA.8.AG25T99"])
    assert rows(frame, "source_area", "time_period", "obs_value", "row") == [
        ("ALB", 2019, "0.5", 2),
        ("NAM", 2199, "n/a", 4),
    ]


def test_unesco_leaves_a_year_that_is_none_as_it_is() -> None:
    file = text("x.csv", "location,time,msep_5t8", "alb,2019,1", "alb,2019/20,2")
    frame = unesco_uis.SOURCE.parse([file], ["MSEP.5T8"])
    assert list(frame["time_period"]) == [2019, "2019/20"]
    assert unesco_uis.SOURCE.vintage(file) == "undated"


def test_unesco_reads_the_answer_of_the_service(shared: Path) -> None:
    recorded = (shared / "wire/uis/uis_data_records.json").read_bytes()
    file = Snapshot("uis_CR.1_20260507-91260335.json", recorded)
    frame = unesco_uis.SOURCE.parse([file], ["CR.1"])
    assert len(frame) == 14
    assert (figure(frame, "CR.1", "CHE", 2006)[["obs_value", "row"]] == [97.72, 1]).all()
    assert unesco_uis.SOURCE.vintage(file) == "2026-05-07"


def test_unesco_prefers_the_answer_of_the_service_to_older_files() -> None:
    record = {
        "indicatorId": "26637",
        "geoUnit": "DEU",
        "year": 2024,
        "value": None,
        "qualifier": None,
        "magnitude": "NIL",
    }
    answer = json.dumps({"hints": [], "records": [record]}).encode()
    live = Snapshot("uis_26637_20260507-91260335.json", answer)
    frame = unesco_uis.SOURCE.parse([text("x.csv", *UIS_EXPORT), live], ["26637"])
    assert rows(frame, "time_period", "obs_value", "file", "row") == [(2024, 0.0, 1, 1)]


def test_unesco_hint_is_an_error_though_the_status_was_good(shared: Path) -> None:
    recorded = (shared / "wire/uis/uis_data_unknown_geounit.json").read_bytes()
    with pytest.raises(SourceError, match=r"geoUnit could not be found, XXX; correct the code"):
        unesco_uis.SOURCE.parse([Snapshot("a.json", recorded)], ["CR.1"])


def test_unesco_true_empty_answer_is_no_figures(shared: Path) -> None:
    recorded = (shared / "wire/uis/uis_data_empty.json").read_bytes()
    assert unesco_uis.SOURCE.parse([Snapshot("a.json", recorded)], ["10"]).empty


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["iso,year,ger_5t8", "alb,2019,1"], "x.csv, row 1: the header iso, year, ger_5t8 is not"),
        (["", *UIS_EXPORT], "x.csv, row 1: the header  is not one"),
        (["# from UIS", *UIS_EXPORT], "x.csv, row 1: the header # from UIS is not one"),
        ([UIS_EXPORT[0].replace("value", "obs")], "x.csv, row 1: the column value is missing"),
        ([*UIS_EXPORT, '26637,"ECA: SA'], "x.csv, row 10: the table is broken"),
        ([*UIS_EXPORT, "26637,DEU,1,2,3,4,5,6"], "x.csv, row 10: the table is broken"),
        (['{"hints":[],"records":[', '{"indicatorId"'], "x.csv, row 3: the answer is not whole"),
        (['{"message":"Too much data requested"}'], "x.csv: Too much data requested"),
        (['{"records":[{"geoUnit":"DEU"}]}'], "the column indicatorId, year"),
        (["[1]"], "the answer is a list"),
    ],
    ids=[
        "renamed",
        "blank line above",
        "line above",
        "renamed in export",
        "cut short",
        "cells too many",
        "cut short JSON",
        "error as JSON",
        "keys renamed",
        "list",
    ],
)
def test_unesco_refuses_a_changed_file(lines: list[str], told: str) -> None:
    with pytest.raises(SourceChanged, match=told):
        unesco_uis.SOURCE.parse([text("x.csv", *lines)], ["GER.5T8", "26637"])


# --- OpenAlex --------------------------------------------------------------------------------

PAJEK = (
    "\ufeff% mat2Pajek Tue Aug 27 2024 \r\n*vertices 3 \r\n"
    '1 "US"\r\n2 "CN"\r\n3 "NA"\r\n*arcs\r\n'
    "1 1 900 \r\n1 2 84 \r\n1 3 2 \r\n2 1 84 \r\n2 2 700 \r\n3 1 2 \r\n"
)
BOTH = SERIES["openalex"]


def test_openalex_gives_the_real_pairs_and_works(real: Callable[[Source], Parsed]) -> None:
    frame, files = real(openalex.SOURCE)
    assert openalex.SOURCE.vintage(files[0]) == "2024-08-27"
    pairs = frame[(frame["series"] == "copublications")]
    sides = {("US", "CN"), ("CN", "US")}
    both = pairs[[p in sides for p in rows(pairs, "source_area", "source_counterpart")]]
    by_year = both.set_index("time_period")
    assert (by_year.loc[2020, "obs_value"], by_year.loc[2020, "obs_status"]) == (84_025, "A")
    assert (by_year.loc[2023, "obs_value"], by_year.loc[2023, "obs_status"]) == (72_794, "P")
    assert set(frame["time_period"]) == set(range(1990, 2024))
    last = figure(frame, "works", "AF", 2020)
    with zipfile.ZipFile(io.BytesIO(files[0].content)) as opened:
        line = opened.read("WrldCo2020.net").decode("utf-8-sig").splitlines()[last["row"] - 1]
    assert line.split() == ["1", "1", f"{last['obs_value']:g}"]


def test_openalex_gives_each_pair_once_and_the_diagonal_as_works() -> None:
    frame = openalex.SOURCE.parse([archive("w.zip", **{"WrldCo2023.net": PAJEK})], BOTH)
    shown = ("series", "source_area", "source_counterpart", "obs_value", "obs_status", "row")
    assert rows(frame, *shown) == [
        ("copublications", "US", "CN", 84.0, "P", 8),
        ("copublications", "US", "NA", 2.0, "P", 9),
        ("works", "US", "_Z", 900.0, "P", 7),
        ("works", "CN", "_Z", 700.0, "P", 11),
    ]


def test_openalex_ignores_sums_over_all_years_and_calls_older_years_complete() -> None:
    members = {"WrldCo2022.net": PAJEK, "WrldCoComp.net": "x", "WrldCo2022T.vec": "x"}
    frame = openalex.SOURCE.parse([archive("w.zip", **members)], ["works"])
    assert rows(frame, "series", "time_period", "obs_status") == [("works", 2022, "A")] * 2


def test_openalex_lets_directions_differ_by_one_work() -> None:
    """Each direction was its own query, and works were added in between."""
    file = archive("w.zip", **{"WrldCo2020.net": PAJEK.replace("2 1 84", "2 1 83")})
    frame = openalex.SOURCE.parse([file], ["copublications"])
    assert figure(frame, "copublications", "US", "CN", 2020)["obs_value"] == 84


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("2 1 84", "2 1 80", "row 8: the matrix is not symmetric: US-CN is 84 but CN-US is 80"),
        ("3 1 2 \r\n", "", "row 9: the matrix is not symmetric"),
        ("*arcs", "*edges", r"row 1: the line \*arcs is missing"),
        ("*vertices 3", "", r"row 1: the line \*vertices is missing"),
        ("2 1 84", "2 1 many", "row 10: this is not an arc"),
        ("2 1 84", "2 4 84", "row 10: this is not an arc"),
        ("2 1 84", "2 1", "row 10: this is not an arc"),
        ("2 1 84", "2 1 84 5 6 7", "row 10: this is not an arc"),
        ('2 "CN"', '7 "CN"', "row 4: '7 \"CN\"' is not the next vertex"),
        (PAJEK[PAJEK.index("1 1 900") :], "", r"row 6: there is no arc below"),
    ],
    ids=[
        "asymmetric",
        "one direction missing",
        "no arcs",
        "no vertices",
        "weight in words",
        "unknown vertex",
        "no weight",
        "too much",
        "vertices out of order",
        "nothing below",
    ],
)
def test_openalex_refuses_a_changed_matrix(old: str, new: str, told: str) -> None:
    file = archive("w.zip", **{"WrldCo2020.net": PAJEK.replace(old, new)})
    with pytest.raises(SourceChanged, match=f"w.zip/WrldCo2020.net, {told}"):
        openalex.SOURCE.parse([file], BOTH)


def test_openalex_refuses_an_archive_cut_short_or_of_other_things() -> None:
    whole = archive("w.zip", **{"WrldCo2020.net": PAJEK})
    with pytest.raises(SourceChanged, match=r"w.zip: the archive is damaged or cut short"):
        openalex.SOURCE.parse([Snapshot("w.zip", whole.content[:-30])], BOTH)
    broken = whole.content[:60] + b"\x00\x00\x00\x00\x00\x00" + whole.content[66:]
    with pytest.raises(SourceChanged, match=r"w.zip: the archive is damaged or cut short"):
        openalex.SOURCE.parse([Snapshot("w.zip", broken)], BOTH)
    with pytest.raises(SourceChanged, match=r"holds no WrldCoYYYY.net"):
        openalex.SOURCE.parse([archive("w.zip", **{"WrldCoComp.net": PAJEK})], BOTH)


# --- Passport Index --------------------------------------------------------------------------


def edition(day: str, *lines: str, column: str = "Requirement") -> Snapshot:
    return text(f"passport-index-tidy-iso3_{day}.csv", f"Passport,Destination,{column}", *lines)


def rules(*files: Snapshot) -> pd.DataFrame:
    return passport_index.SOURCE.parse(files, ["requirement"])


def test_passport_editions_are_complete(real: Callable[[Source], Parsed]) -> None:
    frame, files = real(passport_index.SOURCE)
    years = [2019, 2021, 2022, 2023, 2024, 2025, 2026]
    assert frame["time_period"].value_counts().to_dict() == dict.fromkeys(years, 199 * 198)
    assert sorted(passport_index.SOURCE.vintage(f)[:4] for f in files) == [str(y) for y in years]
    assert set(frame["obs_value"]) == {-1.0, 0.0, 1.0, 2.0, 3.0, 4.0}
    broken = frame[frame["obs_status"] == "B"]
    assert set(broken["time_period"]) == {2021, 2022} and len(broken) == 2 * 199 * 198
    assert figure(frame, "requirement", "AFG", "ALB", 2024)["obs_value"] == 1
    current = frame[frame["time_period"] == 2025]["obs_value"].value_counts()
    assert (current[2.0], current[-1.0]) == (819, 34)
    newest = frame[(frame["time_period"] == 2026) & (frame["obs_value"] == 4.0)]["source_area"].value_counts()
    assert {area: newest[area] for area in ("ARE", "DEU", "USA", "IRN", "AFG")} == {
        "ARE": 127,
        "DEU": 122,
        "USA": 112,
        "IRN": 13,
        "AFG": 4,
    }


def test_passport_edition_may_be_packed_and_serves_beside_the_older_ones() -> None:
    newer = edition("2026-02-17", "DEU,CHN,30", "DEU,GBR,eta")
    packed = Snapshot(f"{newer.name}.gz", gzip.compress(newer.content, mtime=0))
    older = edition("2025-01-12", "DEU,CHN,visa required", "DEU,GBR,180")
    assert passport_index.SOURCE.vintage(packed) == "2026-02-17"
    assert rows(rules(packed, older), "time_period", "source_counterpart", "obs_value", "file") == [
        (2025, "CHN", 0.0, 1),
        (2025, "GBR", 4.0, 1),
        (2026, "CHN", 4.0, 0),
        (2026, "GBR", 2.0, 0),
    ]


def test_passport_words_become_steps() -> None:
    words = ["no admission", "visa required", "e-visa", "ETA", "EVW", "visa on arrival", "visa free", "90"]
    frame = rules(edition("2025-01-12", *[f"AFG,X{i},{word}" for i, word in enumerate(words)]))
    assert list(frame["obs_value"]) == [-1, 0, 1, 2, 2, 3, 4, 4]
    assert (list(frame["row"]), set(frame["time_period"])) == ([*range(2, 10)], {2025})


def test_passport_old_codes_become_the_same_steps() -> None:
    lines = ["AFG,ALB,0", "AFG,DZA,1", "AFG,AND,2", "AFG,AGO,3"]
    frame = rules(edition("2019-12-17", *lines, column="Code"))
    assert list(frame["obs_value"]) == [0, 2, 3, 4]


def test_passport_own_country_and_blank_rules_are_no_rows() -> None:
    frame = rules(edition("2025-01-12", "AFG,AFG,-1", "ALB,ALB,visa free", "AFG,ALB,", "AFG,DZA,7"))
    assert rows(frame, "source_counterpart", "row") == [("DZA", 5)]


def test_passport_hidden_eta_is_found_with_the_help_of_a_later_edition() -> None:
    before = edition("2024-01-05", "AFG,CIV,e-visa", "AFG,ALB,e-visa")
    after = edition("2025-01-12", "AFG,CIV,eta", "AFG,ALB,e-visa")
    frame = rules(before, after)
    assert rows(frame, "time_period", "source_counterpart", "obs_value", "obs_status") == [
        (2024, "CIV", 2.0, "E"),
        (2024, "ALB", 1.0, "A"),
        (2025, "CIV", 2.0, "A"),
        (2025, "ALB", 1.0, "A"),
    ]
    assert list(rules(before)["obs_value"]) == [1.0, 1.0]


def test_passport_edition_full_of_bans_is_marked_as_a_break() -> None:
    lines = [f"AFG,X{i},visa required" for i in range(18)]
    some = rules(edition("2023-01-11", *lines, "AFG,ALB,7", "AFG,DZA,covid ban"))
    many = rules(edition("2021-01-25", *lines, "AFG,ALB,covid ban", "AFG,DZA,covid ban"))
    assert set(some["obs_status"]) == {"A"} and set(many["obs_status"]) == {"B"}


def test_passport_unknown_word_is_kept_for_the_judgement() -> None:
    frame = rules(edition("2022-11-21", "AFG,QAT,Hayya Entry Permit", "AFG,ALB,30"))
    assert list(frame["obs_value"]) == ["hayya entry permit", 4.0]


def test_passport_takes_the_last_edition_of_a_year() -> None:
    frame = rules(edition("2024-09-01", "AFG,ALB,7"), edition("2024-01-05", "AFG,ALB,e-visa"))
    assert rows(frame, "obs_value", "file") == [(4.0, 0)]


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (edition("2025-01-12", "AFG,ALB,7", column="Rule"), "row 1: the column Requirement is"),
        (
            text("passport-index-tidy-iso3_2025-01-12.csv", "note", "Passport,Destination,Code"),
            "row 1: the column Passport, Destination, Requirement is missing",
        ),
        (edition("2025-01-12", "AFG,ALB,7", "AFG,DZA,7,8,9"), "row 3: the table is broken"),
        (
            text("passport-index-tidy-iso3.csv", "Passport,Destination,Requirement"),
            "the name carries no date; name the file passport-index-tidy-iso3_YYYY-MM-DD.csv",
        ),
        (edition("2025-13-12", "AFG,ALB,7"), "the name carries no date"),
    ],
    ids=["renamed column", "moved header", "cells too many", "no date", "impossible date"],
)
def test_passport_refuses_a_changed_file(file: Snapshot, told: str) -> None:
    with pytest.raises(SourceChanged, match=told):
        rules(file)


# --- Nobel -----------------------------------------------------------------------------------

NOBEL = (
    '"full_name","born_country_code","year","organization_name","organization_country","category"',
    '"Ada","RU",2007,"University of',
    'Minnesota","USA","Physics"',
    '"Bo","IS",1955,"NULL","NULL","Literature"',
    '"Cy","RU",2007,"Harvard","USA","Economics"',
    '"Red Cross","NULL",2007,"","","Peace"',
)


def test_nobel_counts_of_the_real_file_are_plausible(real: Callable[[Source], Parsed]) -> None:
    frame, files = real(nobel.SOURCE)
    assert nobel.SOURCE.vintage(files[0]) == "2024"
    # Of 1,012 awards, 263 are of Peace and Literature, 3 of science have no institution and 31 no birth.
    sums = frame.groupby("series")["obs_value"].sum()
    assert (sums["affiliation"], sums["birth"]) == (1012 - 263 - 3, 1012 - 31)
    by_area = frame.groupby(["series", "source_area"])["obs_value"].sum()
    assert (by_area["affiliation", "USA"], by_area["birth", "US"]) == (396, 297)
    worked = frame[frame["series"] == "affiliation"]
    assert not (worked["source_area"] == "Iran").any(), "a Peace prize is no institution's"
    assert worked.loc[worked["source_area"] == "Norway", "obs_value"].sum() == 5, "nor one of Literature"
    # Marshall, and Warren, whose hospital in Perth the producer names without a country.
    assert figure(frame, "affiliation", "Australia", 2005)["obs_value"] == 2
    first = figure(frame, "birth", "IS", 1955)
    assert "Laxness" in files[0].content.decode().split("\r\n")[first["row"] - 1]


def test_nobel_counts_awards_and_notes_the_first_line() -> None:
    frame = nobel.SOURCE.parse([text("nobel.csv", *NOBEL)], ["affiliation", "birth"])
    assert rows(frame, "series", "source_area", "time_period", "obs_value", "row") == [
        ("affiliation", "USA", 2007, 2.0, 2),
        ("birth", "RU", 2007, 2.0, 2),
        ("birth", "IS", 1955, 1.0, 4),
    ]
    assert set(nobel.SOURCE.parse([text("nobel.csv", *NOBEL)], ["birth"])["series"]) == {"birth"}


def test_nobel_reads_the_answer_of_the_service(shared: Path) -> None:
    recorded = (shared / "wire/nobel/laureates_2.1_trimmed.json").read_bytes()
    frame = nobel.SOURCE.parse([Snapshot("laureates.json", recorded)], ["affiliation", "birth"])
    # Spence is record 1; the two awards of Bardeen count in their years.
    assert figure(frame, "affiliation", "USA", 2001)["row"] == 1
    assert figure(frame, "birth", "USA", 1956)["obs_value"] == 1
    assert figure(frame, "birth", "USA", 1972)["obs_value"] == 1
    # Salam worked in two countries: he counts once, whole, in each.
    assert figure(frame, "affiliation", "Italy", 1979)["obs_value"] == 1
    assert figure(frame, "affiliation", "United Kingdom", 1979)["obs_value"] == 1
    assert nobel.SOURCE.vintage(Snapshot("laureates.json", recorded)) == "2020"


def answered(*affiliations: object, category: str | None = "Physics") -> pd.DataFrame:
    prize = {"awardYear": "2025", "affiliations": list(affiliations)}
    prize |= {"category": {"en": category}} if category is not None else {}
    page = json.dumps({"laureates": [{"birth": None, "nobelPrizes": [prize]}]}).encode()
    return nobel.SOURCE.parse([Snapshot("p.json", page)], ["affiliation", "birth"])


def test_nobel_counts_a_laureate_once_in_each_country_of_an_institution() -> None:
    usa, japan = ({"countryNow": {"en": name}} for name in ("USA", "Japan"))
    counted = rows(answered(usa, japan, usa), "source_area", "obs_value")
    assert counted == [("USA", 1.0), ("Japan", 1.0)]
    for category in ("Peace", "Literature"):
        assert answered(usa, category=category).empty, "an employer named beside such a prize is no institution"
    assert len(answered(usa, category=None)) == 1
    with pytest.raises(SourceChanged, match="the prize 'Mathematics' is not among"):
        answered(usa, category="Mathematics")


def test_nobel_takes_null_for_what_is_not_known() -> None:
    assert answered(None, {"countryNow": None, "country": {"en": None}}).empty


def test_nobel_pages_are_put_together_and_an_older_file_is_left_aside() -> None:
    def page(year: str) -> Snapshot:
        born = {"place": {"countryNow": {"en": "Japan"}}}
        prizes = [{"awardYear": "2025", "affiliations": []}, {"awardYear": year}]
        return Snapshot(
            f"page{year}.json", json.dumps({"laureates": [{"birth": born, "nobelPrizes": prizes}]}).encode()
        )

    files = [text("nobel.csv", *NOBEL), page("1999"), page("2000")]
    frame = nobel.SOURCE.parse(files, ["birth"])
    assert rows(frame, "time_period", "obs_value", "file") == [(2025, 2.0, 1), (1999, 1.0, 1), (2000, 1.0, 2)]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([NOBEL[0].replace("organization_country", "country")], "row 1: the column organization_c"),
        (["Downloaded today", *NOBEL], "row 1: the column year, category"),
        ([*NOBEL, '"Di","SE",2008,"Uppsa'], "nobel.csv, row 7: the record does not end"),
        ([*NOBEL, '"Di","SE",2008'], "nobel.csv, row 7: the record has 3 cells instead of 6"),
        (['{"laureates": [{"id": "1"'], "nobel.csv, row 2: the answer is not whole JSON"),
        (['{"nobelPrizes": []}'], "the answer holds no laureates"),
    ],
    ids=["renamed column", "moved header", "cut short", "cells too few", "cut short JSON", "another answer"],
)
def test_nobel_refuses_a_changed_file(lines: list[str], told: str) -> None:
    with pytest.raises(SourceChanged, match=told):
        nobel.SOURCE.parse([text("nobel.csv", *lines)], ["birth"])


# --- fetching --------------------------------------------------------------------------------


def offline(answers: Callable[[httpx.URL], bytes]) -> HttpClient:
    transport = httpx.MockTransport(lambda r: httpx.Response(200, content=answers(r.url)))
    return HttpClient(transport=transport, pause=0)


def test_world_bank_fetches_an_archive_per_series_that_parse_can_read() -> None:
    body = archive("x", **{"API_X_DS2.csv": "\n".join(EXPORT)}).content
    got = list(world_bank.SOURCE.fetch(GERD, offline(lambda url: body)))
    assert got[0].url.endswith("/v2/en/indicator/GB.XPD.RSDV.GD.ZS?downloadformat=csv")
    assert len(world_bank.SOURCE.parse(got, GERD)) == 4


def test_world_bank_error_inside_a_good_answer_is_told() -> None:
    body = b'[{"message":[{"id":"120","key":"Invalid value","value":"is not valid"}]}]'
    (refused,) = world_bank.SOURCE.fetch(["NO.SUCH"], offline(lambda url: body))
    assert refused.series == "NO.SUCH"
    with pytest.raises(SourceUnavailable, match=r"Invalid value"):
        raise refused.error


def test_unesco_pins_the_release_it_fetches() -> None:
    def service(url: httpx.URL) -> bytes:
        if url.path.endswith("/versions/default"):
            return b'{"version":"20260507-91260335"}'
        assert dict(url.params) == {"indicator": "26637", "version": "20260507-91260335"}
        return b'{"hints":[],"records":[]}'

    (got,) = unesco_uis.SOURCE.fetch(["26637"], offline(service))
    assert unesco_uis.SOURCE.vintage(got) == "2026-05-07"


def test_passport_current_edition_is_dated_by_its_last_commit() -> None:
    def service(url: httpx.URL) -> bytes:
        if url.path.endswith("/commits"):
            year = b"2026" if "imorte" in url.path else b"2025"
            return b'[{"commit":{"author":{"date":"%s-01-12T09:00:00Z"}}}]' % year
        return b"Passport,Destination,Requirement\n"

    got = list(passport_index.SOURCE.fetch(["requirement"], offline(service)))
    years = [passport_index.SOURCE.vintage(file)[:4] for file in got]
    assert years == ["2019", "2021", "2022", "2023", "2024", "2025", "2026"]


def test_nobel_pages_end_with_the_count() -> None:
    def service(url: httpx.URL) -> bytes:
        first = int(url.params["offset"])
        ids = range(first, min(first + nobel.PAGE, nobel.PAGE + 1))
        laureates = ",".join(f'{{"id":"{number}"}}' for number in ids)
        return f'{{"laureates":[{laureates}],"meta":{{"count":{nobel.PAGE + 1}}}}}'.encode()

    got = list(nobel.SOURCE.fetch(["birth"], offline(service)))
    assert [file.name for file in got] == ["laureates_00000.json", "laureates_00500.json"]
    with pytest.raises(SourceChanged, match=r"no longer says how many"):
        list(nobel.SOURCE.fetch(["birth"], offline(lambda url: b'{"laureates":[]}')))
