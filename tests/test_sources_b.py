"""The second group of source jobs: known figures of the real files, and every trap they hold."""

import dataclasses
import gzip
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import httpx
import pandas as pd
import pytest

from scidip.etl.harmonise import Harmonised, harmonise
from scidip.etl.network.client import HttpClient
from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading import oecd_students
from scidip.etl.run import files_below
from scidip.etl.source import ByHand, Source
from scidip.etl.sources import (
    arwu,
    bigscience,
    cordis,
    cow_igo,
    crossref_events,
    doaj,
    factbook,
    fields_medals,
    ieadb,
    leiden,
    lowy,
    olympiads,
    ror,
    student_flows,
    wipo_treaties,
    world_expos,
    world_heritage,
)
from scidip.indicators.errors import SourceChanged, SourceUnavailable
from scidip.indicators.model.areas import Areas
from scidip.indicators.model.catalogue import Catalogue
from scidip.indicators.vocabulary import RAW_COLUMNS

SOURCES: list[Source] = [
    arwu.SOURCE,
    bigscience.SOURCE,
    cordis.SOURCE,
    cow_igo.SOURCE,
    crossref_events.SOURCE,
    doaj.SOURCE,
    factbook.SOURCE,
    fields_medals.SOURCE,
    ieadb.SOURCE,
    leiden.SOURCE,
    lowy.SOURCE,
    olympiads.SOURCE,
    ror.SOURCE,
    student_flows.SOURCE,
    wipo_treaties.SOURCE,
    world_expos.SOURCE,
    world_heritage.SOURCE,
]
BY_ID = {source.spec.id: source for source in SOURCES}
SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "sources"
Done = Callable[[str], tuple[pd.DataFrame, Harmonised]]


def text(name: str, *lines: str) -> Snapshot:
    return Snapshot(name, ("\n".join(lines) + "\n").encode())


def packed(file: Snapshot) -> Snapshot:
    return Snapshot(file.name, gzip.compress(file.content))


def changed(file: Snapshot, old: str, new: str) -> Snapshot:
    assert old.encode() in file.content
    return Snapshot(file.name, file.content.replace(old.encode(), new.encode()))


# One small file in the producer's shape for each source.
ARWU = text(
    "arwu.csv",
    "name,region,region_code,year,rank",
    "A,United States,us,2004,1",
    "B,China-Taiwan,tw,2004,401-500",
    "C,China-Hong Kong,hk,2004,501-600",
    "D,Taiwan,tw,2025,500",
    "E,United States,us,2025,501",
)
BIG = text(
    "big.csv",
    "organisation,country,status,accession,accession_year",
    "CERN,Yugoslavia,former member,29 September 1954,1954",
    "CERN,Spain,member,1 January 1983,1983",
    "CERN,Turkey,associate,6 May 2015,2015",
    "CERN,India,associate,16 January 2017,2017",
    "ESA,European Union,observer (EU),28 May 2004,2004",
    "ESA,Slovenia,member,1 January 2025,2025",
    "CERN,Slovenia,member,21 June 2025,2025",
    "EMBL,Serbia,prospect,2023,2023",
    "ECMWF,Georgia,co-operating,1 December 2021,2021",
)
CORDIS = text(
    "h2020.csv",
    "rcn,role,pic,type,contribution,country,start_year",
    "1,coordinator,9,HES,100.5,EL,2019",
    "1,participant,8,REC,50,UK,2019",
    "1,participant,7,PRC,NA,EL,2019",
    "2,partner,6,OTH,5,UK,2019",
    "3,coordinator,5,HES,7,FR,NA",
    "3,participant,4,HES,7,UK,NA",
)
STATES = text(
    "cow_states2016.csv",
    "stateabb,ccode,statenme,styear,endyear",
    "USA,2,United States of America,1816,2016",
    "ANT,58,Antigua & Barbuda,1981,2016",
    "YUG,345,Yugoslavia,1878,2016",
    "RUS,365,Russia,1816,2016",
    "GER,255,Germany,1816,1945",
    "GER,255,Germany,1990,2016",
)
DYADS = text(
    "dyads.csv",
    '"ccode1","ccode2","year","dyadigos"',
    "2,345,1991,30",
    "2,345,1995,31",
    "2,345,2010,32",
    "2,365,1990,33",
    "2,365,1991,34",
    "2,58,2000,0",
)
WIDE = text(
    "wide.csv",
    "ccode,year,state," + ",".join(cow_igo.BODIES) + ",opec",
    "2,1989,usa," + ",".join(["1"] * 20) + ",1",
    "2,1990,usa,1,2,3,0,-9,-1," + ",".join(["0"] * 14) + ",1",
)
PLACES = text(
    "events_2023.csv",
    "rank,event_location,n_records",
    '1,"Beijing, China",10',
    "2,Beijing China,5",
    '3,"San Diego, CA",7',
    '4,"Atlanta, Georgia",2',
    '5,"Seattle, WA, USA",1',
    "6,Online,99",
    '7,"Qatar National Convention Center (QNCC), Doha, Qatar,",4',
    '8,",",3',
)
JOURNALS = text(
    "doaj.csv",
    "journal_title,country_of_pub,APC,date_added_to_doaj",
    '"Anais\nda Academia",Brazil,FALSE,2004-04-23',
    "ACME,Italy,TRUE,2014-12-22",
    "ACTA,Brazil,TRUE,2004-05-01",
)
FACTS = text(
    "factbook.csv",
    "region,gec,name,name_long,geoparks_total,space_agency,io_participation",
    'asia,ch,China,PRC,49 (2025),CNSA,"APEC, IAEA, IHO, UNESCO (executive board, 2025), WIPO"',
    "europe,gm,Germany,FRG,8,DLR,",
    "africa,cg,DRC,Democratic Republic of the Congo,1,,WMO",
    "europe,au,Austria,Republic of Austria,3 (2024),,",
    "east,ae,none,United Arab Emirates,,UAESA,",
    "europe,ee,,,,EUSPA,CERN (observer)",
)
MEDALS = text(
    "fields.csv",
    "year,icm_location,medalist,affiliation_when_awarded,affiliation_current_or_last",
    '1998,Berlin,R. B.,"University of California, Berkeley, US University of Cambridge, UK",x',
    '2006,Madrid,G. P. (declined),None,"Steklov Institute, Russia"',
    '1970,Nice,S. N.,"Moscow State University, USSR",x',
    '2022,Helsinki,M. V.,"EPFL, Switzerland",x',
)
AGREEMENTS = text(
    "ieadb.csv",
    "manyID,treatyID,Title,Begin,stateID,End,Rat,Force,DocType",
    "a,T1,Peaceful Uses Of Atomic Energy,1956,CAN,,,1956-04-28,B",
    "a,T1,Peaceful Uses Of Atomic Energy,1956,IND,,,1956-04-28,B",
    "b,T2,On Scientific Research,1969,IND,,,2899-01-01,B",
    "b,T2,On Scientific Research,1969,PHL,,,2899-01-01,B",
    "c,T3,Marine Science And Technology,1990,CAN,,1993-03-05,1992-01-01,M",
    "d,T4,Fishing,1950,CAN,,,1951-01-01,B",
    "e,T5,Research With The EC,1989,NOR,,,1990-01-01,B",
    "f,T6,Technology,2018,IND,2019-05-01,,2018-01-01,B",
    "f,T6,Technology,2018,CAN,2019-05-01,,2018-01-01,B",
)
RANKING = text("cwts_2020.csv", '"University","TCS","PP_int_collab"', "A,1,40", "B,1,60", "C,1,90")
COUNTRIES = text("countries.csv", "University,Country", "A,Denmark", "B,Denmark")
POSTS = text(
    "posts.csv",
    "year,sending_country,post_city,receiving_country,type_of_post,post_type_title",
    "2023,China,Taipei,Taiwan*,Other,Office",
    "2023,China,Taichung,Taiwan,Consulate / Consulate-General,C",
    "2023,China,New York,United States,Permanent Mission,Mission to UN",
    "2023,European External Action Service,Kyiv,Ukraine,Embassy / High Commission,E",
    "2023,Türkiye,Abidjan,Cote D'Ivoire,Embassy / High Commission,Embassy",
    "2016,Turkey,Seoul,Korea Republic of (South Korea),Embassy / High Commission,Embassy",
    "2023,Türkiye,Abidjan,Cote d'Ivoire,Consulate / Consulate-General,C",
    "2023,Türkiye,Hargeisa,Somaliland*,Consulate / Consulate-General,C",
)
OLYMPIADS = text(
    "math_olympiads_by_country_year.csv",
    "competition,year,code,country,participants,gold,silver,bronze,honourable_mention,total_score",
    "IMO,1979,ROU,Romania,8,1,4,1,0,240",
    "IMO,1980,LUX,Luxembourg,4,0,1,0,0,90",
    "EGMO,2024,ROU,Romania,4,1,2,1,0,120",
    "IMO,2024,,,6,2,3,1,0,190",
    "IMO,2024,USS,Soviet Union,6,0,0,1,0,9",
    "IMO,2025,GEO,Georgia,6,0,1,2,3,130",
    "IMO,2025,ROU,Romania,6,0,0,0,2,70",
)
ORGANISATIONS = text(
    "ror_2021-05_organisations.csv",
    "iso2,name,types",
    "NA,University of Namibia,Education",
    "NA,Mine,Company",
    "AD,Institute,Facility;Company",
    "AD,Nameless,",
)
BY_HOST = text(
    "hosts.csv",
    "year,dest_country_name,origin_country_lumped,value_lumped,cond_all",
    "2014,Germany,China,100,- - - -",
    "2014,Germany,Other countries,300,- - - -",
    "2014,Germany,Asia: unknown countries,50,- - c -",
    "2014,Chile,Venezuala,7,a - - d",
)
BY_ORIGIN = text(
    "origins.csv",
    "year,origin_country_name,dest_country_lumped,value_lumped,cond_all",
    "2014,China,Germany,100,- - - -",
    "2014,China,Italy,20,- - c -",
)
MATRIX = text(
    "matrix.csv",
    "COUNTRY_OF_SCHOOL,COUNTRY_OF_ORIGIN,YEAR,TOTAL_INTL_STUDENTS",
    "Germany,China,2014,200",
    "Italy,China,2013,40",
    "Italy,China,2014,40",
    "Turkey,Iran,2013,6",
    "Slovakia,Iran,2015,6",
    "Slovakia,Iran,2016,6",
    "Colombia,Peru,2015,8",
    "Slovenia,Italy,2018,2",
    "Costa Rica,Peru,2019,1",
    "Costa Rica,Peru,2018,12",
    "Germany,CuraÃ§ao,2014,4",
    "Germany,Germany,2014,0",
    "Germany,South Korea,2014,0",
)
SHARES = Snapshot(
    "shares.csv",
    "REF_AREA,Origin,Destination,TIME_PERIOD,Percentage_of_students\r\nPOL,Poland,Ukraine,2022,36.0\r\n"
    "POL,Poland,Korea,2022,0.01\r\nPOL,Poland,Korea,2022,0.4\r\nPER,Peru,Chile,2022,0\r\nMEX,Mexico,Mexico,2022,\r\n"
    "POL,Poland,World,2022,100\r\nPOL,Poland,Curaçao,2022,0\r\n".encode()
    + b"POL,Poland,C\x99te d'Ivoire,2022,0.1\r\n",
)
ABROAD = text("abroad.csv", "REF_AREA,Reference area,TIME_PERIOD,TOTAL_STUDENTS", "TUR,Turkey,2022,49506")
PCT = text(
    "pct.tsv",
    "CF\tCentral African Republic\t24-Jan-78",
    "GB\tUnited Kingdom7\t24-Jan-78",
    "US\tUnited States of America11,\u00a012\t24-Jan-78",
    "QA\tQatar\u00a02\u00a0\t3-Aug-11",
    "VC\tSaint Vincent and the Grenadines2\t\u00a06 August 2002",
    "RU\tRussian Federation2\t29 March 197810",
    "PA\tPanama\t7\u00a0September\u00a02012",
    "VN\tViet Nam\u00a0\u00a0\t10-Mar-93",
)
MADRID = text(
    "madrid.csv",
    "party,madrid_agreement,madrid_protocol",
    'Afghanistan,,"June 26, 2018"',
    'Spain,"July 1, 1892","December 1, 1995"',
    'Serbia14,"September 1, 19243 April 1, 1998",',
    'European Union,,"October 1, 2004"',
    'India,,"July 8, 2013,8"',
    'Indonesia,"January 2, 20",8',
)
FAIRS = text(
    "fairs.csv",
    "start_year,name_of_exposition,country,city",
    "1873,Welt,Austria-Hungary,Vienna",
    "1880,M,Colony of Victoria,Melbourne",
    "1965,IVA,West Germany,Munich",
    "2010,E,People's Republic of China,Shanghai",
)


def site(category: str, year: int, codes: str, states: str) -> str:
    return (
        f"<row><category>{category}</category><date_inscribed>{year}</date_inscribed><iso_code>"
        f"{codes}</iso_code><states>{states}</states></row>"
    )


HERITAGE = text(
    "whc.xml",
    '<?xml version="1.0" encoding="UTF-8"?><query columns="4" rows="3">',
    site("Natural", 2007, "al,de", "Albania,Germany"),
    site("Cultural", 2007, "de", "Germany"),
    site("Cultural", 1981, "", "Jerusalem (Site proposed by Jordan)"),
    "</query>",
)

FILES: dict[str, list[Snapshot]] = {
    "arwu": [ARWU],
    "bigscience": [BIG],
    "cordis": [CORDIS],
    "cow_igo": [DYADS, WIDE, STATES],
    "crossref_events": [PLACES],
    "doaj": [JOURNALS],
    "factbook": [FACTS],
    "fields_medals": [MEDALS],
    "ieadb": [AGREEMENTS],
    "leiden": [RANKING, COUNTRIES],
    "lowy": [POSTS],
    "olympiads": [OLYMPIADS],
    "ror": [ORGANISATIONS],
    "student_flows": [BY_HOST, BY_ORIGIN, MATRIX, SHARES, ABROAD],
    "wipo_treaties": [PCT, MADRID],
    "world_expos": [FAIRS],
    "world_heritage": [HERITAGE],
}


@pytest.fixture(scope="module")
def done(catalogue: Catalogue, areas: Areas) -> Done:
    """Parse and harmonise the real files of a source, once; skip where they are not."""

    @cache
    def both(source_id: str) -> tuple[pd.DataFrame, Harmonised]:
        if not SHARED.is_dir():
            pytest.skip("the producers' files are not beside this repository (../shared/sources)")
        return read(source_id, files_below(BY_ID[source_id], SHARED), catalogue, areas)

    return both


def read(source_id: str, files: list[Snapshot], catalogue: Catalogue, areas: Areas) -> tuple[pd.DataFrame, Harmonised]:
    source, specs = BY_ID[source_id], catalogue.of_source(source_id)
    raw = source.parse(files, [s.series for s in specs])
    return raw, harmonise(raw, source.spec, specs, areas, 2026)


def parsed(source_id: str, *series: str, files: list[Snapshot] | None = None) -> pd.DataFrame:
    return BY_ID[source_id].parse(FILES[source_id] if files is None else files, series)


def cells(frame: pd.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    return list(frame[list(columns)].itertuples(index=False, name=None))


def values(frame: pd.DataFrame) -> dict[tuple[object, ...], object]:
    """Area (and counterpart), year → value."""
    keys = ["source_area", "source_counterpart", "time_period", "obs_value"]
    return {tuple(k for k in (a, b, y) if k != "_Z"): v for a, b, y, v in frame[keys].itertuples(index=False)}


# --- what all sources share ------------------------------------------------------------------


@pytest.mark.parametrize("source_id", BY_ID)
def test_the_real_files_give_clean_figures(source_id: str, done: Done) -> None:
    raw, harmonised = done(source_id)
    assert tuple(raw.columns) == RAW_COLUMNS and (raw["row"] > 0).all()
    # A repeated row would be a second spelling of a country that was counted on its own.
    assert "repeated row" not in harmonised.excluded
    assert "series not in the catalogue" not in harmonised.excluded
    codes = set(harmonised.quarantined["check_code"])
    assert codes <= {"PAIR_SELF", "PERIOD_INVALID"}, harmonised.quarantined.to_string()
    assert len(harmonised.quarantined) <= 10


@pytest.mark.parametrize("source_id", BY_ID)
def test_the_small_files_are_read_packed_or_plain(source_id: str, catalogue: Catalogue, areas: Areas) -> None:
    files = FILES[source_id]
    raw, harmonised = read(source_id, files, catalogue, areas)
    assert len(raw) and "AREA_UNKNOWN" not in set(harmonised.quarantined["check_code"])
    assert all(BY_ID[source_id].vintage(f) for f in files)
    if files[0].name.endswith(".csv"):
        again, _ = read(source_id, [packed(f) for f in files], catalogue, areas)
        assert again.equals(raw)


@pytest.mark.parametrize("source_id", BY_ID)
def test_without_files_there_are_no_figures(source_id: str, catalogue: Catalogue) -> None:
    series = [s.series for s in catalogue.of_source(source_id)]
    assert series and BY_ID[source_id].parse([], series).empty


@pytest.mark.parametrize("source_id", sorted(set(BY_ID) - {"cow_igo", "leiden", "olympiads"}))
def test_a_table_with_a_header_alone_holds_no_figures(source_id: str, catalogue: Catalogue) -> None:
    heads = [
        Snapshot(f.name, f.content.split(b"\n", 1)[0] + b"\n")
        for f in FILES[source_id]
        if not f.name.endswith((".tsv", ".xml"))
    ]
    series = [s.series for s in catalogue.of_source(source_id)]
    assert BY_ID[source_id].parse(heads, series).empty


@pytest.mark.parametrize("source_id", BY_ID)
@pytest.mark.parametrize(
    "content",
    [b"", b"<!DOCTYPE html><html>Not found</html>", b"\x1f\x8b\x08cut", b"a,b\n1,2\n"],
    ids=["empty", "web page", "damaged archive", "another table"],
)
def test_a_wrong_file_is_refused_with_its_name(source_id: str, content: bytes, catalogue: Catalogue) -> None:
    series = [s.series for s in catalogue.of_source(source_id)]
    name = {"ror": "ror_2021-05_x.csv"}.get(source_id, "wrong.csv")
    with pytest.raises(SourceChanged, match=f"{source_id}: {name}"):
        BY_ID[source_id].parse([Snapshot(name, content)], series)


@pytest.mark.parametrize("source_id", sorted(i for i, source in BY_ID.items() if isinstance(source, ByHand)))
def test_what_is_not_live_says_what_to_pass(source_id: str) -> None:
    with pytest.raises(SourceUnavailable, match=f"{source_id}: .* with --file"):
        list(BY_ID[source_id].fetch([], HttpClient(contact="test")))


@pytest.mark.parametrize(
    ("source_id", "file", "old", "new"),
    [
        ("arwu", ARWU, "region,", "country,"),
        ("bigscience", BIG, ",status,", ",standing,"),
        ("cordis", CORDIS, "rcn,", "project,"),
        ("cow_igo", DYADS, "dyadigos", "igos"),
        ("cow_igo", WIDE, ",wmo,", ",wmo2,"),
        ("crossref_events", PLACES, "n_records", "records"),
        ("doaj", JOURNALS, "APC,", "apc,"),
        ("factbook", FACTS, "geoparks_total", "geoparks"),
        ("fields_medals", MEDALS, "affiliation_when_awarded", "affiliation"),
        ("ieadb", AGREEMENTS, "stateID", "state"),
        ("leiden", COUNTRIES, "University", "Name"),
        ("lowy", POSTS, "type_of_post", "kind"),
        ("olympiads", OLYMPIADS, "silver", "Silver"),
        ("ror", ORGANISATIONS, "types", "type"),
        ("student_flows", MATRIX, "YEAR", "Year"),
        ("student_flows", BY_HOST, "value_lumped", "value"),
        ("wipo_treaties", MADRID, "madrid_protocol", "protocol"),
        ("world_expos", FAIRS, "start_year", "year"),
        ("world_heritage", HERITAGE, "date_inscribed", "inscribed"),
    ],
)
def test_a_changed_heading_is_refused(source_id: str, file: Snapshot, old: str, new: str, catalogue: Catalogue) -> None:
    files = [changed(f, old, new) if f is file else f for f in FILES[source_id]]
    series = [s.series for s in catalogue.of_source(source_id)]
    with pytest.raises(SourceChanged, match=f"{source_id}: {file.name}"):
        BY_ID[source_id].parse(files, series)


@pytest.mark.parametrize(
    ("source_id", "file", "old", "new"),
    [
        ("arwu", ARWU, "China-Taiwan", "China/Taiwan"),
        ("bigscience", BIG, "Spain", "Espagne"),
        ("cordis", CORDIS, ",EL,", ",QQ,"),
        ("cow_igo", STATES, "Antigua &", "Antigua+"),
        ("crossref_events", PLACES, "San Diego, CA", "San Diego, ZZ"),
        ("doaj", JOURNALS, "Italy", "Italie"),
        ("factbook", FACTS, "Germany", "Allemagne"),
        ("fields_medals", MEDALS, "Switzerland", "Suisse"),
        ("ieadb", AGREEMENTS, "CAN", "KAN"),
        ("leiden", COUNTRIES, "Denmark", "Danmark2"),
        ("lowy", POSTS, "Turkey", "Turquie"),
        ("olympiads", OLYMPIADS, "GEO", "GEA"),
        ("ror", ORGANISATIONS, "AD,", "QQ,"),
        ("student_flows", MATRIX, "Iran", "Perse"),
        ("wipo_treaties", PCT, "Panama", "Panamá2"),
        ("world_expos", FAIRS, "West Germany", "Westdeutschland"),
        ("world_heritage", HERITAGE, "al,de", "qq,de"),
    ],
)
def test_a_new_spelling_goes_to_quarantine_and_nothing_else_does(
    source_id: str, file: Snapshot, old: str, new: str, catalogue: Catalogue, areas: Areas
) -> None:
    files = [changed(f, old, new) if f is file else f for f in FILES[source_id]]
    raw, harmonised = read(source_id, files, catalogue, areas)
    unknown = harmonised.quarantined["check_code"].isin(["AREA_UNKNOWN", "COUNTERPART_UNKNOWN"])
    assert unknown.any()
    settled = len(harmonised.observations) + len(harmonised.quarantined)
    assert settled + sum(harmonised.excluded.values()) == len(raw)


@pytest.mark.parametrize(
    ("source_id", "file", "old", "new"),
    [
        ("student_flows", MATRIX, "Germany,Germany,2014,0", "Germany,Germany,2014,9"),
        ("lowy", POSTS, "Ankara", "Ankara"),
        ("cow_igo", DYADS, "2,58,2000,0", "2,2,2000,5"),
    ],
)
def test_a_pair_with_itself_goes_to_quarantine(
    source_id: str, file: Snapshot, old: str, new: str, catalogue: Catalogue, areas: Areas
) -> None:
    if source_id == "lowy":
        old, new = "China,Taipei,Taiwan*", "China,Hong Kong,China"
    files = [changed(f, old, new) if f is file else f for f in FILES[source_id]]
    _, harmonised = read(source_id, files, catalogue, areas)
    assert "PAIR_SELF" in set(harmonised.quarantined["check_code"])


@pytest.mark.parametrize(
    ("source_id", "file", "old", "new", "code"),
    [
        ("cow_igo", DYADS, "1991,34", "1991,999", "VAL_RANGE"),
        ("cow_igo", DYADS, "1991,34", "1991,many", "VAL_TEXT"),
        ("cow_igo", DYADS, "365,1991,", "365,199l,", "PERIOD_INVALID"),
        ("cow_igo", WIDE, "2,1990,", "2,199o,", "PERIOD_INVALID"),
        ("factbook", FACTS, "49 (2025)", "4900 (2025)", "VAL_RANGE"),
        ("factbook", FACTS, "49 (2025)", "many (2025)", "VAL_TEXT"),
        ("leiden", RANKING, "40", "-400", "VAL_RANGE"),
        ("student_flows", BY_ORIGIN, "20,", "-20,", "VAL_RANGE"),
        ("student_flows", ABROAD, "49506", "c. 49506", "VAL_TEXT"),
        ("student_flows", MATRIX, "Iran,2016,6", "Iran,2016,six", "VAL_TEXT"),
        ("student_flows", BY_HOST, "China,100", "China,many", "VAL_TEXT"),
        ("student_flows", SHARES, "2022,36.0", "2022,most", "VAL_TEXT"),
        ("world_expos", FAIRS, "1965", "about 1965", "PERIOD_INVALID"),
        ("world_expos", FAIRS, "2010", "2110", "PERIOD_FUTURE"),
    ],
)
def test_a_value_that_cannot_be_goes_to_quarantine(
    source_id: str, file: Snapshot, old: str, new: str, code: str, catalogue: Catalogue, areas: Areas
) -> None:
    files = [changed(f, old, new) if f is file else f for f in FILES[source_id]]
    _, harmonised = read(source_id, files, catalogue, areas)
    assert code in set(harmonised.quarantined["check_code"])


@pytest.mark.parametrize(
    ("source_id", "file", "old", "new", "told"),
    [
        ("arwu", ARWU, "401-500", "top", "row 3: the rank 'top' is neither"),
        ("bigscience", BIG, "co-operating", "friend", "row 10: the status 'friend' is new"),
        ("bigscience", BIG, "ECMWF", "ITER", "row 10: the organisation 'ITER' is new"),
        ("cordis", CORDIS, "partner", "guest", "row 5: the role 'guest'"),
        ("cordis", CORDIS, "100.5", "lots", "row 2: the contribution 'lots'"),
        ("crossref_events", PLACES, "China,5", "China,five", "row 3: 'five' is not a number"),
        ("doaj", JOURNALS, "TRUE,2014", "maybe,2014", "row 4: the charge 'maybe'"),
        ("leiden", RANKING, "60", "high", "row 3: the share 'high' is not a number"),
        ("lowy", POSTS, "Other", "Kiosk", "row 2: the type of post 'Kiosk' is none of Consulate"),
        ("olympiads", OLYMPIADS, "IMO,", "APMO,", "no line is of the IMO"),
        ("ror", ORGANISATIONS, "Education", "Kindergarten", "row 2: the type 'Kindergarten'"),
        ("wipo_treaties", PCT, "\t24-Jan-78\n", "\n", "row 1: the first line"),
        ("world_heritage", HERITAGE, 'rows="3"', 'rows="4"', "says 4 sites but holds 3"),
        ("world_heritage", HERITAGE, "Natural", "Virtual", "row 1: the category 'Virtual'"),
        ("world_heritage", HERITAGE, "</query>", "", "this is not whole XML"),
        ("lowy", POSTS, ",Other,Office\n", "\n", "row 2: the table is broken"),
        ("ror", ORGANISATIONS, "NA,Mine,", '"NA,Mine,', "row 3: the table is broken"),
    ],
)
def test_what_the_job_does_not_know_is_told_with_its_row(
    source_id: str, file: Snapshot, old: str, new: str, told: str, catalogue: Catalogue
) -> None:
    files = [changed(f, old, new) if f is file else f for f in FILES[source_id]]
    series = [s.series for s in catalogue.of_source(source_id)]
    with pytest.raises(SourceChanged, match=told):
        BY_ID[source_id].parse(files, series)


# --- students --------------------------------------------------------------------------------


def test_the_oecd_matrix_is_halved_where_it_is_doubled() -> None:
    found = values(parsed("student_flows", "flow_oecd"))
    assert found["China", "Germany", 2014] == 100
    # Single already: Italy and Turkey 2013, Slovakia to 2015, Colombia 2014 and 2015.
    assert (found["China", "Italy", 2013], found["China", "Italy", 2014]) == (40, 20)
    assert found["Iran", "Turkey", 2013] == 6 and found["Peru", "Colombia", 2015] == 8
    assert (found["Iran", "Slovakia", 2015], found["Iran", "Slovakia", 2016]) == (6, 3)
    # Slovenia and Costa Rica 2019 are dropped, and the empty diagonal.
    assert ("Italy", "Slovenia", 2018) not in found and ("Peru", "Costa Rica", 2019) not in found
    assert found["Peru", "Costa Rica", 2018] == 6 and ("Germany", "Germany", 2014) not in found
    assert found["Curaçao", "Germany", 2014] == 2 and found["Republic of Korea", "Germany", 2014] == 0


def test_one_text_among_the_cells_leaves_the_others_repaired() -> None:
    files = [changed(MATRIX, "Iran,2016,6", "Iran,2016,six"), changed(BY_HOST, "a,100", "a,many")]
    oecd = values(parsed("student_flows", "flow_oecd", files=files))
    assert oecd["Iran", "Slovakia", 2016] == "six" and oecd["China", "Germany", 2014] == 100
    # A total of which a part is not known is not known.
    assert values(parsed("student_flows", "hosted", files=files)) == {("Chile", 2014): 7}


def test_the_flows_of_the_uis_are_completed_by_the_oecd() -> None:
    frame = parsed("student_flows", "flow")
    found = values(frame)
    germany = frame[(frame["source_area"] == "China") & (frame["source_counterpart"] == "Germany")]
    assert cells(germany, "obs_value", "obs_status", "file", "row") == [(100.0, "A", 0, 2)]
    italy = frame[(frame["source_counterpart"] == "Italy") & (frame["time_period"] == 2014)]
    assert cells(italy, "obs_value", "obs_status", "file") == [(20.0, "E", 1)]
    assert found["Iran", "Turkey", 2013] == 6 and found["Venezuela", "Chile", 2014] == 7


def test_two_lists_of_the_uis_that_disagree_are_shown(catalogue: Catalogue, areas: Areas) -> None:
    files = [BY_HOST, changed(BY_ORIGIN, "Germany,100", "Germany,101")]
    _, harmonised = read("student_flows", files, catalogue, areas)
    assert list(harmonised.quarantined["check_code"]) == ["KEY_DUPLICATE"] * 2


def test_others_are_left_out_of_pairs_but_not_of_totals(catalogue: Catalogue, areas: Areas) -> None:
    assert values(parsed("student_flows", "hosted"))["Germany", 2014] == 450
    _, harmonised = read("student_flows", [BY_HOST], catalogue, areas)
    assert harmonised.excluded == {"all others in one row": 1, "origin known by continent only": 1}


def test_the_swapped_shares_are_read_the_right_way_round() -> None:
    frame = parsed("student_flows", "share_oecd", files=[SHARES])
    found = values(frame)
    # Ukrainians are 36 per cent of the foreign students in Poland.
    assert found["Ukraine", "Poland", 2022] == 36
    # The larger of two Koreas is the Republic; both are marked as inferred.
    assert found["Korea", "Poland", 2022] == 0.4 and found["North Korea", "Poland", 2022] == 0.01
    assert set(frame.loc[frame["source_area"].str.endswith("Korea"), "obs_status"]) == {"E"}
    # Two encodings in one file; Peru and Mexico report nothing.
    assert {"Curaçao", "Côte d'Ivoire"} <= set(frame["source_area"])
    assert set(frame["source_counterpart"]) == {"Poland"}


def test_the_repaired_matrix_equals_the_uis_in_its_common_cells(
    done: Done, catalogue: Catalogue, areas: Areas, capsys: pytest.CaptureFixture[str]
) -> None:
    done("student_flows")  # skips where the files are not there
    files = files_below(BY_ID["student_flows"], SHARED)
    uis = [f for f in files if "uis_top10" in f.name]
    _, lists = read("student_flows", uis, catalogue, areas)
    _, everything = read("student_flows", files, catalogue, areas)
    key = ["ref_area", "counterpart_area", "time_period"]
    flow = lists.observations[lists.observations["indicator"] == "student_flow"]
    oecd = everything.observations[everything.observations["indicator"] == "student_flow_oecd"]
    common = flow.merge(oecd, on=key, suffixes=("", "_oecd"))
    # The parts of the doubled sums were rounded, so a halved cell may be two students off.
    apart = (common["obs_value"] - common["obs_value_oecd"]).abs()
    equal = apart <= 2
    with capsys.disabled():
        print(f"\nOECD equals UIS in {equal.sum():,} of {len(common):,} cells ({equal.mean():.1%})")
    assert len(common) > 10_000 and equal.mean() >= 0.95
    # Where one doubtful host and year is left out, nearly all the rest agrees to the student.
    assert (apart[common["obs_status_oecd"] == "A"] <= 2).mean() >= 0.99


def test_every_host_and_year_of_the_exceptions_is_in_the_real_matrix(done: Done) -> None:
    raw, _ = done("student_flows")
    oecd = raw[raw["series"] == "flow_oecd"]
    hosts = set(zip(oecd["source_counterpart"], oecd["time_period"], strict=True))
    assert hosts >= oecd_students.ONCE and not hosts & oecd_students.DROPPED
    assert len({host for host, _ in hosts}) == 38 and set(oecd["time_period"]) == set(range(2013, 2020))


# --- diplomacy and organisations -------------------------------------------------------------


def test_lowy_gives_the_published_totals_of_2023(done: Done) -> None:
    _, harmonised = done("lowy")
    posts = harmonised.observations.query("indicator == 'diplomatic_posts_abroad' and time_period == 2023")
    totals = posts.set_index("ref_area")["obs_value"]
    assert (totals["CHN"], totals["USA"], totals["TUR"]) == (274, 271, 252)
    assert len(totals) == 65  # 66 senders, of which one is the EEAS
    assert harmonised.excluded["an organisation of states, not a state"] == 268


def test_lowy_counts_posts_between_countries_without_missions(catalogue: Catalogue, areas: Areas) -> None:
    assert values(parsed("lowy", "posts"))["China", 2023] == 3
    _, harmonised = read("lowy", [POSTS], catalogue, areas)
    pairs = harmonised.observations.query("indicator == 'diplomatic_posts'")
    assert cells(pairs, "ref_area", "counterpart_area", "time_period", "obs_value") == [
        ("CHN", "TWN", 2023, 2.0),
        ("TUR", "CIV", 2023, 2.0),
        ("TUR", "KOR", 2016, 1.0),
    ]
    assert harmonised.excluded == {"an organisation of states, not a state": 2, "not in the code list of areas": 1}


def test_cow_codes_carry_the_name_the_state_had() -> None:
    found = values(parsed("cow_igo", "shared"))
    usa = "United States of America"
    assert found == {
        (usa, "Yugoslavia", 1991): 30,
        (usa, "Serbia and Montenegro", 1995): 31,
        (usa, "Serbia", 2010): 32,
        (usa, "Soviet Union", 1990): 33,
        (usa, "Russia", 1991): 34,
        (usa, "Antigua & Barbuda", 2000): 0,
    }


def test_cow_counts_members_and_associates_only_and_from_1990() -> None:
    frame = parsed("cow_igo", "science")
    assert cells(frame, "time_period", "obs_value", "row") == [(1990, 2.0, 3)]
    strange = changed(WIDE, "1,2,3,0", "1,2,7,0")
    assert isinstance(parsed("cow_igo", "science", files=[strange, STATES])["obs_value"][0], str)


def test_cow_one_bad_cell_leaves_the_others_named(catalogue: Catalogue, areas: Areas) -> None:
    files = [changed(DYADS, "365,1991,", "X,199l,"), STATES]
    _, harmonised = read("cow_igo", files, catalogue, areas)
    assert list(harmonised.quarantined["check_code"]) == ["COUNTERPART_UNKNOWN"]
    assert len(harmonised.observations) == 5


def test_cow_needs_the_key_of_its_codes_and_shows_a_code_that_is_not_in_it() -> None:
    with pytest.raises(SourceChanged, match=r"the list of state codes .* is not among the files"):
        parsed("cow_igo", "shared", files=[DYADS])
    strange = changed(DYADS, "2,58,", "2,4711,")
    assert "code 4711" in set(parsed("cow_igo", "shared", files=[strange, STATES])["source_counterpart"])


def test_cow_real_dyads_are_all_there(done: Done) -> None:
    _, harmonised = done("cow_igo")
    shared = harmonised.observations.query("indicator == 'shared_igos'")
    assert len(shared) == 445_374 and (shared["ref_area"] < shared["counterpart_area"]).all()
    assert {"YUG", "SUN", "CSK", "SCG", "XKX"} <= set(shared["ref_area"]) | set(shared["counterpart_area"])


def test_cern_has_25_members_and_10_associates(done: Done) -> None:
    raw, _ = done("bigscience")
    sums = raw.groupby("series")["obs_value"].sum()
    assert sums[["cern", "esa", "embl", "eso", "ecmwf"]].tolist() == [25, 23, 29, 16, 23]
    table = pd.read_csv(next(SHARED.glob("memberships-bigscience/*.csv")))
    cern = table[table["organisation"] == "CERN"]
    assert cern["status"].str.startswith("associate").sum() == 10
    # CERN 25, ESA 23, EMBL 29, ESO 16, ECMWF 23 full members.
    assert sums["joined"] == 25 + 23 + 29 + 16 + 23


def test_accessions_leave_out_former_members_prospects_and_what_cow_counted() -> None:
    assert values(parsed("bigscience", "joined")) == {("Spain", 1983): 1, ("Slovenia", 2025): 2}
    assert set(values(parsed("bigscience", "associated"))) == {("Turkey", 2015), ("India", 2017), ("Georgia", 2021)}
    # Turkey is an associate of CERN in COW's 2014 already; ECMWF is not among its science bodies.
    assert values(parsed("bigscience", "since_cow")) == {("India", 2017): 1, ("Slovenia", 2025): 2}


# --- treaties --------------------------------------------------------------------------------


def test_wipo_dates_and_names_lose_their_footnotes() -> None:
    assert set(values(parsed("wipo_treaties", "pct"))) == {
        ("Central African Republic", 1978),
        ("United Kingdom", 1978),
        ("United States of America", 1978),
        ("Qatar", 2011),
        ("Saint Vincent and the Grenadines", 2002),
        ("Russian Federation", 1978),
        ("Panama", 2012),
        ("Viet Nam", 1993),
    }
    madrid = values(parsed("wipo_treaties", "madrid"))
    assert {("Afghanistan", 2018), ("Spain", 1892), ("Serbia", 1924), ("India", 2013)} <= set(madrid)
    assert ("Indonesia", "January 2, 20 8") in madrid  # a year that was cut: for quarantine


def test_wipo_real_lists_have_153_and_106_parties(done: Done) -> None:
    raw, harmonised = done("wipo_treaties")
    assert raw.groupby("series")["obs_value"].sum().to_dict() == {"pct": 153, "madrid": 106}
    assert len(harmonised.quarantined) == 2 and sum(harmonised.excluded.values()) == 2


def test_ieadb_impossible_dates_bind_nobody() -> None:
    treaties = values(parsed("ieadb", "treaties"))
    # 2899 stands for a blank; fishing is no science; Canada ratified T3 a year after its entry.
    assert treaties == {
        ("CAN", 1956): 1,
        ("IND", 1956): 1,
        ("CAN", 1993): 1,
        ("NOR", 1990): 1,
        ("IND", 2018): 1,
        ("CAN", 2018): 1,
        ("IND", 2020): -1,
        ("CAN", 2020): -1,
    }


def test_ieadb_pairs_are_in_force_every_year_until_the_end() -> None:
    pairs = values(parsed("ieadb", "agreements"))
    assert pairs["CAN", "IND", 1956] == 1 and pairs["CAN", "IND", 2017] == 1
    assert pairs["CAN", "IND", 2018] == 2 and pairs["CAN", "IND", 2020] == 1
    assert len(pairs) == 2020 - 1956 + 1  # none for Norway and the EC, none for 2899


def test_treaties_stand_under_the_themes_their_titles_name_and_are_told_by_their_number() -> None:
    numbered = text(
        "ieadb_memberships_x.csv",
        "manyID,treatyID,Title,Begin,stateID,End,Rat,Force,DocType,ieadbID",
        # One treaty, two states that joined in other years: this copy gives it two values of treatyID.
        "a,T_1973A,Convention On Fishing In The Baltic Sea,1973,DNK,,,1974-01-01,M,9",
        "a,T_1980A,Convention On Fishing In The Baltic Sea,1980,POL,,,1981-01-01,M,9",
        "b,U,Treaty Banning Nuclear Tests In The Atmosphere And Under Water,1963,DNK,,,1963-10-10,M,8",
        "b,U,Treaty Banning Nuclear Tests In The Atmosphere And Under Water,1963,POL,1970-01-01,,1963-10-10,M,8",
        "c,V,Indus Waters Treaty,1960,POL,,,2899-01-01,B,7",
        "d,W,Treaty On The Nile Waters,1960,POL,,,1961-01-01,B,6",
    )
    files = [numbered]
    assert values(parsed("ieadb", "theme_fisheries", files=files)) == {("DNK", 2020): 1, ("POL", 2020): 1}
    assert values(parsed("ieadb", "theme_nuclear", files=files)) == {("DNK", 2020): 1, ("POL", 2020): 0}
    # Entry into force of the other water treaty is not known.
    assert values(parsed("ieadb", "theme_water", files=files)) == {("DNK", 2020): 0, ("POL", 2020): 1}
    assert values(parsed("ieadb", "theme_air", files=files)) == {("DNK", 2020): 0, ("POL", 2020): 0}
    joint = parsed("ieadb", "both_sea", files=files)
    assert joint[["source_area", "source_counterpart", "obs_value"]].to_numpy().tolist() == [["DNK", "POL", 1.0]]
    assert parsed("ieadb", "both_nuclear", files=files).empty
    # A file with a number of its own in treatyID needs no other.
    assert values(parsed("ieadb", "theme_sea")) == {("CAN", 2020): 1, ("IND", 2020): 0, ("NOR", 2020): 0}


def test_treaties_between_two_states_by_theme_in_the_real_list(done: Done) -> None:
    raw, _ = done("ieadb")
    both = raw[raw["source_counterpart"] != "_Z"].set_index(["series", "source_area", "source_counterpart"])[
        "obs_value"
    ]
    assert both["both_water", "IND", "PAK"] == 2  # the Indus Waters Treaty, and help for a project on the Prek Thnot
    assert both["both_fisheries", "CAN", "USA"] > 30 > both["both_fisheries", "DEU", "FRA"]


# --- institutions, rankings, people ----------------------------------------------------------


def test_ror_counts_each_organisation_once(done: Done) -> None:
    raw, _ = done("ror")
    assert raw.loc[raw["series"] == "all", "obs_value"].sum() == 100_467
    assert values(parsed("ror", "all")) == {("NA", 2021): 2, ("AD", 2021): 2}
    assert values(parsed("ror", "research")) == {("NA", 2021): 1, ("AD", 2021): 1}
    assert values(parsed("ror", "company")) == {("NA", 2021): 1, ("AD", 2021): 1}


def test_ror_needs_its_month_in_the_name() -> None:
    with pytest.raises(SourceChanged, match=r"name the file ror_YYYY-MM"):
        parsed("ror", "all", files=[Snapshot("ror.csv", ORGANISATIONS.content)])


def test_arwu_counts_to_rank_500_in_all_years(done: Done) -> None:
    found = values(parsed("arwu", "top500"))
    assert found == {("United States", 2004): 1, ("China-Taiwan", 2004): 1, ("Taiwan", 2025): 1}
    raw, harmonised = done("arwu")
    assert raw.groupby("time_period")["obs_value"].sum().between(500, 501).all()
    taiwan = harmonised.observations.query("ref_area == 'TWN'")
    assert set(taiwan["time_period"]) == set(range(2003, 2026))


@pytest.mark.parametrize("table", [RANKING, PLACES])
def test_a_table_without_a_year_is_of_the_year_in_its_name_or_refused(table) -> None:
    source_id, series, others = (
        ("leiden", "pp_int_collab", [COUNTRIES]) if table is RANKING else ("crossref_events", "papers", [])
    )
    newer = dataclasses.replace(table, name="any_2024.csv")
    assert set(parsed(source_id, series, files=[newer, *others])["time_period"]) == {2024}
    assert BY_ID[source_id].vintage(newer) == "2024"
    nameless = dataclasses.replace(table, name="table.csv")
    with pytest.raises(SourceChanged, match=r"put the year into the name, as in \w+_20\d\d\.csv"):
        parsed(source_id, series, files=[nameless, *others])


def test_leiden_means_are_over_the_universities_with_a_country(done: Done) -> None:
    assert values(parsed("leiden", "pp_int_collab")) == {("Denmark", 2020): 50}
    with pytest.raises(SourceChanged, match=r"the table of countries is not among the files"):
        parsed("leiden", "pp_int_collab", files=[RANKING])
    assert len(done("leiden")[1].observations) == 63


def test_fields_medals_are_64_and_the_first_affiliation_counts(done: Done) -> None:
    assert set(values(parsed("fields_medals", "affiliation"))) == {
        ("US", 1998),
        ("Russia", 2006),
        ("USSR", 1970),
        ("Switzerland", 2022),
    }
    raw, harmonised = done("fields_medals")
    assert raw["obs_value"].sum() == 64 == harmonised.observations["obs_value"].sum()
    assert set(harmonised.observations.query("time_period == 1970")["ref_area"]) == {"GBR", "USA", "SUN"}


def test_olympiads_are_those_of_all_countries_by_year(done: Done) -> None:
    found = values(parsed("olympiads", "imo_medals"))
    # The substitute contests of 1980 and the contest for girls are left out.
    assert found == {("ROU", 1979): 6, ("no country", 2024): 6, ("USS", 2024): 1, ("GEO", 2025): 3, ("ROU", 2025): 0}
    kept = done("olympiads")[1]
    own = kept.observations.set_index(["ref_area", "time_period"])["obs_value"]
    assert (own["CHN", 2025], own["IRN", 2025], own["USA", 1994], own["SUN", 1991]) == (6, 6, 6, 6)
    assert own.groupby("ref_area").sum()["GEO"] == 112, "as the site of the olympiad has it"
    assert kept.excluded["contestants without a country"] == 4


def test_cordis_joins_projects_once_per_pair(catalogue: Catalogue, areas: Areas) -> None:
    assert values(parsed("cordis", "joint")) == {("EL", "UK", 2019): 1, ("FR", "UK", "NA"): 1}
    assert values(parsed("cordis", "contribution"))["EL", 2019] == 100.5
    assert values(parsed("cordis", "participations"))["EL", 2019] == 2
    _, harmonised = read("cordis", [CORDIS], catalogue, areas)
    pair = harmonised.observations.query("indicator == 'joint_projects'")
    assert cells(pair, "ref_area", "counterpart_area") == [("GBR", "GRC")]
    assert set(harmonised.quarantined["check_code"]) == {"PERIOD_INVALID"}


def test_cordis_real_participations_are_all_there(done: Done) -> None:
    raw, harmonised = done("cordis")
    assert raw.loc[raw["series"] == "participations", "obs_value"].sum() == 144_726
    assert set(harmonised.observations["ref_area"]) >= {"GRC", "GBR", "DEU"}


# --- open access, events, UNESCO -------------------------------------------------------------


def test_doaj_counts_journals_and_the_line_they_begin_on(done: Done) -> None:
    frame = parsed("doaj", "journals", "no_charge")
    assert cells(frame, "series", "source_area", "time_period", "obs_value", "row") == [
        ("journals", "Brazil", 2004, 2.0, 2),
        ("journals", "Italy", 2014, 1.0, 4),
        ("no_charge", "Brazil", 2004, 1.0, 2),
    ]
    raw, _ = done("doaj")
    assert raw.groupby("series")["obs_value"].sum().to_dict() == {"journals": 16_623, "no_charge": 11_877}


def test_places_are_decided_by_the_reviewed_table(done: Done) -> None:
    assert values(parsed("crossref_events", "papers")) == {
        ("China", 2023): 15,
        ("United States", 2023): 10,
        ("Online", 2023): 99,
        ("Qatar", 2023): 4,
        ("Unknown", 2023): 3,
    }
    raw, harmonised = done("crossref_events")
    assert raw["obs_value"].sum() == 4_690_917
    assert set(harmonised.excluded) == {"held online: hosted nowhere", "the place is not given"}


def test_the_reviewed_places_name_known_countries_once(areas: Areas) -> None:
    table = pd.read_csv(crossref_events.PLACES, keep_default_na=False)
    assert set(table["kind"]) == {"ending", "place"} and not table.duplicated(["kind", "place"]).any()
    for country in set(table["country"]) - {"Online", "Unknown"}:
        assert areas.resolve("crossref_events", country, "name").ref_area, country


def test_expositions_of_former_states_go_to_their_heirs(catalogue: Catalogue, areas: Areas, done: Done) -> None:
    _, harmonised = read("world_expos", [FAIRS], catalogue, areas)
    assert cells(harmonised.observations, "ref_area", "time_period") == [
        ("AUS", 1880),
        ("AUT", 1873),
        ("CHN", 2010),
        ("DEU", 1965),
    ]
    assert done("world_expos")[0]["obs_value"].sum() == 70


def test_heritage_counts_sites_across_borders_in_each_country(done: Done) -> None:
    assert values(parsed("world_heritage", "sites")) == {
        ("al", 2007): 1,
        ("de", 2007): 2,
        ("Jerusalem (Site proposed by Jordan)", 1981): 1,
    }
    assert values(parsed("world_heritage", "natural")) == {("al", 2007): 1, ("de", 2007): 1}
    _, harmonised = done("world_heritage")
    assert len(world_heritage.sites(files_below(BY_ID["world_heritage"], SHARED)[0])) == 1_199
    assert harmonised.excluded == {"the Old City of Jerusalem is listed under no state": 2}
    assert harmonised.observations["ref_area"].nunique() == 168


def test_heritage_is_read_from_the_datahub_too(done: Done) -> None:
    records = [
        {
            "category": "Natural",
            "date_inscribed": "2007",
            "iso_codes": "AL, DE",
            "states_names": ["Albania", "Germany"],
        },
        {
            "category": "Cultural",
            "date_inscribed": "1981",
            "iso_codes": None,
            "states_names": ["Jerusalem (Site proposed by Jordan)"],
        },
    ]
    body = json.dumps(records).encode()
    asked: list[httpx.URL] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        return httpx.Response(200, content=body)

    http = HttpClient(transport=httpx.MockTransport(answer), pause=0)
    live = list(world_heritage.SOURCE.fetch(["sites"], http))
    assert "iso_codes" in asked[0].params["select"]
    assert values(parsed("world_heritage", "sites", files=live)) == {
        ("AL", 2007): 1,
        ("DE", 2007): 1,
        ("Jerusalem (Site proposed by Jordan)", 1981): 1,
    }
    with pytest.raises(SourceChanged, match="this is not whole JSON"):
        parsed("world_heritage", "sites", files=[Snapshot("cut.json", body[:50])])
    with pytest.raises(SourceChanged, match="there is no row with category"):
        parsed("world_heritage", "sites", files=[Snapshot("none.json", b"[]")])


def test_factbook_is_joined_on_names_and_numbers_lose_their_year(
    catalogue: Catalogue, areas: Areas, done: Done
) -> None:
    _, harmonised = read("factbook", [FACTS], catalogue, areas)
    parks = harmonised.observations.query("indicator == 'unesco_geoparks'")
    # GEC ch is China (CH would be Switzerland), gm Germany (Gambia), au Austria (Australia).
    assert cells(parks, "ref_area", "time_period", "obs_value") == [
        ("AUT", 2024, 3.0),
        ("CHN", 2025, 49.0),
        ("COD", 2025, 1.0),
        ("DEU", 2025, 8.0),
    ]
    agencies = harmonised.observations.query("indicator == 'space_agency'")
    assert list(agencies["ref_area"]) == ["ARE", "CHN", "DEU"]
    # UNESCO has a standing in brackets, with a comma inside.
    bodies = harmonised.observations.query("indicator == 'un_science_memberships'")
    assert cells(bodies, "ref_area", "obs_value") == [("CHN", 3.0), ("COD", 1.0)]
    _, real = done("factbook")
    parks = real.observations.query("indicator == 'unesco_geoparks'")
    assert (len(parks), parks["obs_value"].sum()) == (49, 233)
