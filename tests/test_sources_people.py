"""Sources of people: researchers who move, laureates, authors. Small files in the producers' shape, and the real ones."""

import gzip
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from scidip.etl.harmonise import Harmonised, harmonise
from scidip.etl.network.snapshots import Snapshot
from scidip.etl.run import files_below
from scidip.etl.source import Source
from scidip.etl.sources import ipcc_authors, scholarly_migration, science_prizes
from scidip.indicators.errors import SourceChanged
from scidip.indicators.model.areas import Areas
from scidip.indicators.model.catalogue import Catalogue
from scidip.indicators.vocabulary import RAW_COLUMNS

SOURCES: list[Source] = [ipcc_authors.SOURCE, scholarly_migration.SOURCE, science_prizes.SOURCE]
BY_ID = {source.spec.id: source for source in SOURCES}
SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "sources"
Done = Callable[[str], tuple[pd.DataFrame, Harmonised]]


def text(name: str, *lines: str) -> Snapshot:
    return Snapshot(name, ("\n".join(lines) + "\n").encode())


def changed(file: Snapshot, old: str, new: str) -> Snapshot:
    assert old.encode() in file.content
    return Snapshot(file.name, file.content.replace(old.encode(), new.encode()))


# Invented figures, one small file in the producer's shape for each source.
MOVES = text(
    "scopus_2024_V1_scholarlymigration_country.csv",
    "year,countrycode,padded_population_of_researchers,paddedpop,number_of_inmigrations,number_of_outmigrations,"
    "netmigration,outmigrationrate,inmigrationrate,netmigrationrate",
    "1996.0,NAM,90,90,0,0,0,0.0,0.0,0.0",
    "1997.0,NAM,95,95,2,1,1,0.01,0.02,0.01",
    "1998.0,NAM,100,100,4,3,1,0.03,0.04,0.01",
    "2020.0,NAM,200,200,8,9,-1,0.045,0.04,-0.005",
    "2021.0,NAM,190,190,1,1,0,0.005,0.005,0.0",
    "2022.0,NAM,0,0,1,1,0,0.0,0.0,0.0",
    "2020.0,FRA,300,300,0,6,-6,0.02,0.0,-0.02",
)
FLOWS = text(
    "scopus_2024_V1_scholarlymigration_countryflows.csv",
    "migrationfrom,migrationto,year,n_migrations,n_migrations_back,netmigrations",
    ",NAM,2018.0,900,0,900",
    "NAM,,2018.0,800,0,800",
    "FRA,NAM,1997.0,3,5,-2",
    "FRA,NAM,1998.0,4,9,-5",
    "NAM,FRA,2020.0,7,2,5",
    "FRA,GEO,2020.0,6,1,5",
    "FRA,NAM,2021.0,1,1,0",
)
FLOWS_OPENALEX = text(
    "openalex_2023_V1_scholarlymigration_countryflows.csv",
    "migrationfrom,migrationto,year,n_migrations,n_migrations_back,netmigrations",
    "FR,NA,1998.0,8,9,-1",
    "FR,nan,2019.0,5,3,2",
    "GE,FR,2019.0,5,3,2",
    "FR,,2019.0,500,3,2",
)
PRIZES = text(
    "science_prizes_1901-2026.csv",
    "award_record_id,year,prize_name,category,laureate_type,full_name,birth_country,citizenship_countries,"
    "affiliation_name,affiliation_country",
    "n1,2024,Nobel Prize,Physics,Individual,A,Norway,Norway,Lund,Sweden",
    "w1,1994/1995,Wolf Prize,Medicine,Individual,B,Italy,Italy; France,X,Switzerland",
    "b1,2021 (special),Breakthrough Prize,Mathematics,Individual,C,India,India,Y,Switzerland",
    "b2,2021,Breakthrough Prize,Fundamental Physics,Organization,A collaboration,,,CERN,Switzerland",
    "l1,2021,Lasker Award,Lasker–Bloomberg Public Service Award,Individual,D,Chile,Chile,Z,Chile",
    "k1,2021,Kavli Prize,Astrophysics,Individual,E,Spain,Spain,,",
    "g1,2021,Canada Gairdner International Award,,Individual,F,Peru,Peru,,",
    "f1,2022,Fields Medal,,Individual,G,Ukraine,Ukraine,EPFL,Switzerland",
    "a1,2025,Abel Prize,,Individual,H,Japan,Japan,Kyoto,Japan",
)
FURTHER = text(
    "science_prizes_extra_affiliations.csv",
    "award_record_id,position,affiliation_name,affiliation_country",
    "n1,2,Copenhagen,Denmark",
    "n1,3,Uppsala,Sweden",
    "n1,4,At home,",
    "b2,2,A laboratory,United States",
    "g1,2,Toronto,Canada",
)
AUTHORS = text(
    "ipcc_ar6_authors_by_country_All.csv",
    "country,count,continent",
    "US,9,North America",
    "UK,5,Europe",
    "South Korea,4,Asia",
    "Austria,2,Africa",
    "Tonga,1,Africa",
)
FILES: dict[str, list[Snapshot]] = {
    "ipcc_authors": [AUTHORS],
    "scholarly_migration": [MOVES, FLOWS, FLOWS_OPENALEX],
    "science_prizes": [PRIZES, FURTHER],
}

EXCLUDED: dict[str, dict[str, int]] = {
    "scholarly_migration": {
        "an institution whose country is not known": 1,
        "mixed up with the state of Georgia in the file beside it": 1,
        "mixed up with the state of Georgia: 83 % of the arrivals of 2016-2020 come from the United States": 1,
    }
}
"""Rows of the small files that a declared rule leaves out."""


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


def values(frame: pd.DataFrame) -> dict[tuple[object, object], object]:
    keys = ["source_area", "time_period", "obs_value"]
    return {(area, year): value for area, year, value in frame[keys].itertuples(index=False)}


# --- what all sources share ------------------------------------------------------------------


@pytest.mark.parametrize("source_id", BY_ID)
def test_the_small_files_are_read_packed_or_plain(source_id: str, catalogue: Catalogue, areas: Areas) -> None:
    files = FILES[source_id]
    raw, harmonised = read(source_id, files, catalogue, areas)
    assert tuple(raw.columns) == RAW_COLUMNS and len(raw) and (raw["row"] > 1).all()
    assert harmonised.quarantined.empty and harmonised.excluded == EXCLUDED.get(source_id, {})
    assert all(BY_ID[source_id].vintage(f) for f in files)
    packed = [Snapshot(f"{f.name}.gz", gzip.compress(f.content)) for f in files]
    assert read(source_id, packed, catalogue, areas)[0].equals(raw)


@pytest.mark.parametrize("source_id", BY_ID)
def test_without_files_or_series_there_are_no_figures(source_id: str, catalogue: Catalogue) -> None:
    series = [s.series for s in catalogue.of_source(source_id)]
    assert series and BY_ID[source_id].parse([], series).empty
    assert parsed(source_id, "of another source").empty


@pytest.mark.parametrize("source_id", BY_ID)
@pytest.mark.parametrize(
    "content",
    [b"", b"<!DOCTYPE html><html>Not found</html>", b"\x1f\x8b\x08cut", b"a,b\n1,2\n"],
    ids=["empty", "web page", "damaged archive", "another table"],
)
def test_a_wrong_file_is_refused_with_its_name(source_id: str, content: bytes, catalogue: Catalogue) -> None:
    name = FILES[source_id][0].name
    with pytest.raises(SourceChanged, match=f"{source_id}: {name}"):
        parsed(source_id, *(s.series for s in catalogue.of_source(source_id)), files=[Snapshot(name, content)])


@pytest.mark.parametrize(
    ("source_id", "file", "old", "new", "code"),
    [
        ("scholarly_migration", MOVES, ",FRA,", ",EUE,", "AREA_UNKNOWN"),
        ("scholarly_migration", MOVES, ",FRA,", ",,", "AREA_UNKNOWN"),
        ("scholarly_migration", MOVES, "2020.0,FRA", "2O20,FRA", "PERIOD_INVALID"),
        ("scholarly_migration", MOVES, "300,300,0,6", "300,300,0,-6", "VAL_RANGE"),
        ("scholarly_migration", MOVES, "300,300,0,6", "300,300,0,six", "VAL_TEXT"),
        ("scholarly_migration", FLOWS, "FRA,NAM,1998", "FRA,EUE,1998", "COUNTERPART_UNKNOWN"),
        ("scholarly_migration", FLOWS, "2020.0,7", "twenty,7", "PERIOD_INVALID"),
        ("scholarly_migration", FLOWS_OPENALEX, "1998.0,8", "1998.0,-8", "VAL_RANGE"),
        ("ipcc_authors", AUTHORS, "Tonga", "Tango", "AREA_UNKNOWN"),
        ("ipcc_authors", AUTHORS, "Tonga,1", "Tonga,one", "VAL_TEXT"),
        ("ipcc_authors", AUTHORS, "Tonga,1", "Tonga,999", "VAL_RANGE"),
        ("science_prizes", PRIZES, "EPFL,Switzerland", "EPFL,Suisse", "AREA_UNKNOWN"),
        ("science_prizes", FURTHER, "Toronto,Canada", "Toronto,", "AREA_UNKNOWN"),
        ("science_prizes", PRIZES, "f1,2022", "f1,about 2022", "PERIOD_INVALID"),
    ],
)
def test_a_row_that_cannot_be_goes_to_quarantine_and_none_is_lost(
    source_id: str, file: Snapshot, old: str, new: str, code: str, catalogue: Catalogue, areas: Areas
) -> None:
    files = [changed(f, old, new) if f is file else f for f in FILES[source_id]]
    raw, harmonised = read(source_id, files, catalogue, areas)
    assert set(harmonised.quarantined["check_code"]) == {code}
    settled = len(harmonised.observations) + len(harmonised.quarantined)
    assert settled + sum(harmonised.excluded.values()) == len(raw)


# --- researchers who move --------------------------------------------------------------------


def test_moves_are_read_from_1998_to_2020() -> None:
    # Before 1998 no move can be seen; after 2020 the papers that would show one are not out.
    assert values(parsed("scholarly_migration", "arrivals")) == {("NAM", 1998): 4, ("NAM", 2020): 8, ("FRA", 2020): 0}
    assert values(parsed("scholarly_migration", "departures"))["NAM", 2020] == 9
    assert values(parsed("scholarly_migration", "researchers"))["NAM", 1998] == 100


def test_other_files_of_the_database_are_refused() -> None:
    from_openalex = changed(changed(MOVES, ",NAM,", ",NA,"), ",FRA,", ",FR,")
    with pytest.raises(SourceChanged, match="two letters: this is the file from OpenAlex"):
        parsed("scholarly_migration", "arrivals", files=[from_openalex])
    with pytest.raises(SourceChanged, match="number_of_inmigrations"):
        parsed("scholarly_migration", "arrivals", files=[text(MOVES.name, "year,countrycode", "2018.0,NAM")])


def test_moves_have_two_ends_and_the_producers_are_told_apart_by_their_codes(
    catalogue: Catalogue, areas: Areas
) -> None:
    def ties(series: str, *files: Snapshot) -> dict[tuple[object, ...], object]:
        frame = parsed("scholarly_migration", series, files=list(files))
        keys = ["source_area", "source_counterpart", "time_period", "obs_value"]
        return {row[:3]: row[3] for row in frame[keys].itertuples(index=False)}

    both = (FLOWS_OPENALEX, MOVES, FLOWS)
    # First and last papers, 1997 and 2021 are no moves that are read.
    assert ties("moves", *both) == {("FRA", "NAM", 1998): 4, ("NAM", "FRA", 2020): 7, ("FRA", "GEO", 2020): 6}
    assert set(ties("moves_openalex", *both)) == {("FR", "NA", 1998), ("FR", "nan", 2019), ("GE", "FR", 2019)}
    assert ties("moves", FLOWS_OPENALEX) == {} == ties("moves_openalex", MOVES, FLOWS)
    older = Snapshot(FLOWS.name.replace("2024", "2022"), FLOWS.content.replace(b"2020.0,7", b"2020.0,5"))
    assert ties("moves", older, FLOWS) == ties("moves", FLOWS, older) == ties("moves", FLOWS)
    _, small = read("scholarly_migration", list(both), catalogue, areas)
    held = small.observations.set_index(["indicator", "ref_area", "counterpart_area", "time_period"])["obs_value"]
    assert held["researcher_moves_openalex", "FRA", "NAM", 1998] == 8
    assert small.excluded["an institution whose country is not known"] == 1 and sum(small.excluded.values()) == 3


@pytest.fixture(scope="module")
def flows() -> pd.DataFrame:
    """The producer's moves between two countries; rows with a blank end are first and last papers."""
    path = SHARED / "scholarly-migration" / "scopus_2024_V1_scholarlymigration_countryflows.csv.gz"
    if not path.exists():
        pytest.skip("the producers' files are not beside this repository (../shared/sources)")
    table = pd.read_csv(path, keep_default_na=False, dtype={"migrationfrom": str, "migrationto": str})
    return table[(table["migrationfrom"] != "") & (table["migrationto"] != "")]


def test_arrivals_are_the_moves_between_two_countries(done: Done, flows: pd.DataFrame) -> None:
    raw, _ = done("scholarly_migration")
    own = raw.set_index(["series", "source_area", "time_period"])["obs_value"]
    for series, end, column in (
        ("arrivals", "migrationto", "source_counterpart"),
        ("departures", "migrationfrom", "source_area"),
    ):
        moves = flows.groupby([end, "year"])["n_migrations"].sum().rename_axis(["source_area", "time_period"])
        kept = raw[raw["series"] == "moves"].groupby([column, "time_period"])["obs_value"].sum()
        both = pd.concat([own[series], moves, kept.rename_axis(moves.index.names)], axis="columns", join="inner")
        assert len(both) > 4000 and (both.nunique(axis="columns") == 1).all()


def test_countries_whose_moves_are_mixed_up_are_excluded_and_counted(
    done: Done, flows: pd.DataFrame, catalogue: Catalogue, areas: Areas
) -> None:
    _, small = read("scholarly_migration", [changed(MOVES, ",FRA,", ",GEO,")], catalogue, areas)
    assert set(small.observations["ref_area"]) == {"NAM"} and sum(small.excluded.values()) == 3
    _, real = done("scholarly_migration")
    kept = real.observations
    assert not {"GEO", "COD", "COG"} & ({*kept["ref_area"]} | {*kept["counterpart_area"]})
    recent = flows[flows["year"].between(2016, 2020)]
    shares = recent.groupby(["migrationto", "migrationfrom"])["n_migrations"].sum()
    shares = shares / shares.groupby("migrationto").transform("sum")
    # What the reasons say, and of larger countries no other has such a neighbour.
    assert round(shares["GEO", "USA"], 2) == 0.83 and round(shares["COD", "COG"], 2) == 0.77
    researchers = real.observations.query("indicator == 'researchers' and time_period == 2020")
    large = set(researchers.loc[researchers["obs_value"] >= 2500, "ref_area"])
    assert shares[shares.index.get_level_values("migrationto").isin(large)].max() < 0.7


def test_researchers_of_the_real_file_and_what_is_set_aside(done: Done) -> None:
    raw, harmonised = done("scholarly_migration")
    assert set(raw["time_period"]) == set(range(1998, 2021))
    held = harmonised.observations
    totals = held.groupby(["indicator", "time_period"])["obs_value"].sum()
    assert 1.6 < totals["researcher_moves_openalex", 2020] / totals["researcher_moves", 2020] < 1.7
    recent = held[(held["indicator"] == "researcher_moves") & (held["time_period"] > 2015)]
    largest = recent.groupby(["ref_area", "counterpart_area"])["obs_value"].sum().nlargest(5)
    assert list(largest.index) == [("CHN", "USA"), ("USA", "CHN"), ("CAN", "USA"), ("GBR", "USA"), ("USA", "GBR")]
    assert totals["researcher_arrivals", 2020] > 149_000
    # Four years of a code for the European Union.
    assert (
        set(harmonised.quarantined["check_code"]) == {"AREA_UNKNOWN", "COUNTERPART_UNKNOWN"}
        and len(harmonised.quarantined) == 29
    )
    assert harmonised.quarantined["message"].str.contains("'EUE'").all()


# --- laureates -------------------------------------------------------------------------------


def test_a_laureate_counts_once_in_each_country_of_an_affiliation() -> None:
    found = parsed("science_prizes", "awards")
    # Not where they were born or are citizens; neither organisations, nor prizes that are left out, nor 2025, whose
    # Nobel prizes are not in the table.
    assert values(found) == {
        ("Sweden", 2024): 1,
        ("Denmark", 2024): 1,
        ("Switzerland", 1995): 1,
        ("Switzerland", 2021): 1,
        ("Canada", 2021): 1,
        ("Switzerland", 2022): 1,
    }
    places = found.set_index(["source_area", "time_period"])[["file", "row"]]
    assert tuple(places.loc[("Denmark", 2024)]) == (1, 2) and tuple(places.loc[("Switzerland", 2022)]) == (0, 9)
    assert science_prizes.SOURCE.vintage(PRIZES) == "2024"


def test_two_laureates_of_a_year_are_two() -> None:
    both = changed(PRIZES, "Y,Switzerland", "Y,Canada")
    assert values(parsed("science_prizes", "awards", files=[FURTHER, both]))["Canada", 2021] == 2


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ([PRIZES], "the table of further affiliations is not among the files"),
        ([FURTHER], "the table of awards is not among the files"),
        ([changed(PRIZES, "Kavli", "Kyivli"), FURTHER], "row 7: the prize 'Kyivli Prize' is new"),
        ([PRIZES, changed(FURTHER, "g1,2", "g2,2")], "row 6: the award 'g2' is not among those of science_prizes_1901"),
    ],
)
def test_awards_without_their_affiliations_are_refused(files: list[Snapshot], told: str) -> None:
    with pytest.raises(SourceChanged, match=told):
        parsed("science_prizes", "awards", files=files)


def test_the_prizes_of_the_real_file(done: Done) -> None:
    raw, harmonised = done("science_prizes")
    assert harmonised.quarantined.empty and harmonised.excluded == {}
    assert raw["time_period"].agg(["min", "max"]).tolist() == [1901, 2025]
    own = harmonised.observations.set_index(["ref_area", "time_period"])["obs_value"]
    # Parisi had the Nobel and the Wolf prize; the four collaborations of 2025 at CERN are none of Switzerland's.
    assert own["ITA", 2021] == 2 and ("CHE", 2025) not in own.index
    since = own[own.index.get_level_values("time_period") >= 1996].groupby("ref_area").sum()
    # With the award for public service it would be 30: South Africa had two of these.
    assert len(since) == 29 and "ZAF" not in since.index and since["HKG"] >= 3


# --- authors of the IPCC ---------------------------------------------------------------------


def test_authors_stand_under_the_year_they_were_selected_in(catalogue: Catalogue, areas: Areas) -> None:
    _, harmonised = read("ipcc_authors", [AUTHORS], catalogue, areas)
    own = harmonised.observations.set_index(["ref_area", "time_period"])["obs_value"]
    # The continents, wrong for Austria and Tonga, play no part.
    assert own.to_dict() == {("AUT", 2018): 2, ("GBR", 2018): 5, ("KOR", 2018): 4, ("TON", 2018): 1, ("USA", 2018): 9}


@pytest.mark.parametrize(
    "name", ["ipcc_ar5_authors_by_country_All.csv", "ipcc_ar6_authors_by_country_WG1.csv", "authors.csv"]
)
def test_another_assessment_or_a_single_working_group_is_refused(name: str) -> None:
    with pytest.raises(SourceChanged, match=rf"{name}: the name does not tell an assessment that is known \(AR6\)"):
        parsed("ipcc_authors", "authors", files=[Snapshot(name, AUTHORS.content)])


def test_the_authors_of_the_real_file_are_those_the_ipcc_announced(done: Done) -> None:
    raw, harmonised = done("ipcc_authors")
    # "721 experts from 90 countries": ipcc.ch, 6 April 2018.
    assert (len(raw), raw["obs_value"].sum()) == (90, 721)
    assert harmonised.quarantined.empty and harmonised.excluded == {}
    own = harmonised.observations.set_index("ref_area")["obs_value"]
    assert (own.size, own["USA"], own["DEU"], own["GBR"], own["IRN"], own["AUT"]) == (90, 74, 45, 45, 4, 6)
