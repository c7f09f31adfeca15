"""What real files did to it: every case gives its right figures, or a remedy tried on that very file.

The cases lie beside the repository (../shared/cases) and are read where they are; small files of the same
kinds stand in this suite (test_spreadsheet, test_packed, test_sources).
"""

import dataclasses
from pathlib import Path

import pandas as pd
import pytest

from scidip.etl.harmonise import harmonise
from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.cordis_tables import REMEDY as CORDIS_REMEDY
from scidip.etl.reading.folder import readable_files
from scidip.etl.run import prepare
from scidip.indicators.errors import SourceChanged

CASES = Path(__file__).resolve().parent.parent.parent / "shared" / "cases"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the cases are not beside this repository (../shared/cases)")


@pytest.fixture
def figures(catalogue, areas, sources):
    """Read files of a case as a source and return its harmonised observations."""

    def read(source_id: str, *names: str) -> pd.DataFrame:
        source = sources[source_id]
        specs = catalogue.of_source(source_id)
        raw = source.parse([given(name) for name in names], [s.series for s in specs])
        done = harmonise(raw, source.spec, specs, areas, 2026)
        read.set_aside = done.quarantined["message"].tolist()
        return done.observations

    return read


def given(name: str) -> Snapshot:
    path = CASES / name
    return Snapshot(path.name, path.read_bytes(), retrieved="2026-11-28")


def value(frame: pd.DataFrame, code: str, area: str, year: int, other: str = "_Z") -> float:
    key = (
        (frame["indicator"] == code)
        & (frame["ref_area"] == area)
        & (frame["time_period"] == year)
        & (frame["counterpart_area"] == other)
    )
    (found,) = frame.loc[key, "obs_value"]
    return float(found)


def test_01_a_report_in_latin_1(figures, sources) -> None:
    name = "01-hdr-latin1/HDR25_Composite_indices_complete_time_series.csv"
    assert set(figures("undp_hdr", name)["ref_area"]) == {"CIV", "TUR"}
    raw = sources["undp_hdr"].parse([given(name)], ["hdi"]).set_index(["source_area", "time_period"])
    assert raw.loc[("CIV", 2023), "obs_value"] == 0.582
    assert raw.loc[("TUR", 2023), "obs_value"] == 0.853


def test_02_the_governance_workbook_of_2025(figures) -> None:
    frame = figures("worldbank_governance", "02-wgi-2025-workbook/wgidataset_with_sourcedata-2025.xlsx")
    for code in ("rule_of_law", "regulatory_quality", "government_effectiveness"):
        found = [value(frame, code, area, 2024) for area in ("DNK", "FRA", "XKX", "NAM")]
        assert found == [1.9, 1.2, -0.2, 0.3]


@pytest.mark.parametrize(
    "name",
    ["WDICSV.csv", "WDI_CSV.zip", "P_Data_Extract_From_World_Development_Indicators.csv", "API_SP.POP.TOTL_list.csv"],
)
def test_05_population_out_of_every_shape(figures, name: str) -> None:
    frame = figures("world_bank", f"05-wdi-other-shapes/{name}")
    assert value(frame, "population_wdi", "FRA", 2023) == 68_287_487


def test_05_a_download_saved_anew_in_france(figures, sources) -> None:
    name = "05-wdi-other-shapes/API_resaved_fr.csv"
    assert value(figures("world_bank", name), "rd_expenditure_gdp", "FRA", 2023) == 2.1847
    assert sources["world_bank"].vintage(given(name)) == "2026-07-13"
    plain = figures("world_bank", "05-wdi-other-shapes/API_SP.POP.TOTL_DS2_en_csv_v2_1.csv")
    assert value(plain, "population_wdi", "NAM", 2023) == 2_963_095


@pytest.mark.parametrize("name", ["SDG_DATA_NATIONAL.csv", "SDG.zip"])
def test_06_the_bulk_service_of_the_uis(sources, name: str) -> None:
    raw = sources["unesco_uis"].parse([given(f"06-uis-bulk/{name}")], ["GER.5T8", "MSEP.5T8"])
    found = raw[["series", "source_area", "time_period", "obs_value", "obs_status"]]
    assert set(found.itertuples(index=False, name=None)) == {
        ("GER.5T8", "FRA", 2022, 71.9, "A"),
        ("GER.5T8", "NAM", 2022, 27.1, "E"),
        ("MSEP.5T8", "FRA", 2022, 252_800.0, "A"),
    }


@pytest.mark.parametrize(
    ("source_id", "name"),
    [("unesco_uis", "data.csv"), ("world_bank", "population_newer.csv"), ("world_bank", "GB.XPD.RSDV.GD.ZS.csv")],
)
def test_07_the_vintage_is_the_day_the_file_was_read_or_none(sources, source_id, name) -> None:
    file = given(f"07-uis-vintage/{name}")
    assert sources[source_id].vintage(file) == "2026-11-28"
    assert sources[source_id].vintage(dataclasses.replace(file, retrieved="")) == "undated"


def test_08_the_registrys_dump_and_a_list_with_its_types(catalogue, sources) -> None:
    def counts(name: str) -> dict[tuple[str, str], float]:
        raw = sources["ror"].parse([given(f"08-ror-v2/{name}")], ["all", "research"])
        assert set(raw["time_period"]) == {2026}
        return dict(zip(zip(raw["series"], raw["source_area"], strict=True), raw["obs_value"], strict=True))

    assert counts("ror_2026-10_organisations.csv") == {
        ("all", "FR"): 2,
        ("all", "NA"): 1,
        ("research", "FR"): 1,
        ("research", "NA"): 1,
    }
    assert counts("v1.73-2026-10-ror-data_schema_v2.csv") == {("all", "FR"): 1, ("research", "FR"): 1}


def test_09_the_number_of_an_organisation_is_not_that_of_a_project(figures) -> None:
    for name in ("h2020_participations_two.csv", "h2020_participations_recipe.csv"):
        with pytest.raises(SourceChanged, match=r"number of an organisation.*write projectID"):
            figures("cordis", f"09-cordis-he/{name}")


def test_09_organisations_with_their_projects(sources) -> None:
    organisations = given("09-cordis-he/organization.csv")
    with pytest.raises(SourceChanged, match="does not say when a project begins") as refused:
        sources["cordis"].parse([organisations], ["joint"])
    assert CORDIS_REMEDY in str(refused.value)
    projects = Snapshot("project.csv", b'"id";"acronym";"startDate"\n101000001;A;2023-01-01\n101000002;B;2024-05-01\n')
    raw = sources["cordis"].parse([organisations, projects], ["joint", "contribution"])
    joint = raw[raw["series"] == "joint"]
    pairs = joint[["source_area", "source_counterpart", "time_period", "obs_value"]]
    assert set(pairs.itertuples(index=False, name=None)) == {
        ("EL", "FR", 2023, 1.0),
        ("FR", "NA", 2023, 1.0),
        ("EL", "NA", 2023, 1.0),
    }
    assert set(raw["file"]) == {0}


@pytest.mark.parametrize("name", ["V-Dem-CY-Full+Others-v16.csv", "V-Dem-CY-FullOthers-v16_csv.zip"])
def test_11_the_archive_it_comes_in(figures, sources, name: str) -> None:
    frame = figures("vdem", f"11-vdem-zip/{name}")
    found = {area: value(frame, "academic_freedom", area, 2025) for area in frame["ref_area"].unique()}
    assert found == {"SWE": 0.97, "NAM": 0.88, "XKX": 0.80, "PSE": 0.40, "TUR": 0.10}
    assert sources["vdem"].vintage(given(f"11-vdem-zip/{name}")) == "2026-03"


MEANT = {"FRA": 2.5, "CIV": 3.0, "TUR": 1.25, "NAM": 0.8}
AS_MEANT = (
    "a_excel_fr_cp1252_semicolon.csv",
    "b_excel_unicode_text.txt",
    "d_excel_en_cp1252.csv",
    "e_decimal_comma.csv",
    "j_sep_line.csv",
    "k_blank_in_code.csv",
    "m_workbook.xlsx",
    "o_names_not_codes.csv",
    "p_iso2.csv",
    "q_lower_codes.csv",
    "t_header_case.csv",
)
IN_PART = {
    "f_odd_values.csv": ({}, "'12%' is not a number"),
    "g_periods.csv": ({"FRA": 2.5, "NAM": 1.0}, "'2023-12-31' is not a year"),
    "l_twice.csv": ({"CIV": 3.0, "TUR": 1.25, "NAM": 0.8}, "appears with different values"),
    "r_sci.csv": ({"FRA": 2.5, "CIV": 3.0, "TUR": 3.0, "NAM": 0.8}, ""),
    "s_quarter.csv": ({}, "'2023-Q1' is not a year"),
    "u_thousands.csv": ({"FRA": 1.5, "TUR": 3.0}, "between thousands?"),
}


@pytest.mark.parametrize("name", AS_MEANT)
def test_15_a_sheet_is_read_as_its_writer_meant_it(figures, name: str) -> None:
    frame = figures("user", f"15-user-excel/{name}")
    assert dict(zip(frame["ref_area"], frame["obs_value"], strict=True)) == MEANT
    assert set(frame["time_period"]) == {2023} and set(frame["obs_status"]) == {"A"}
    assert figures.set_aside == []


@pytest.mark.parametrize("name", IN_PART)
def test_15_what_cannot_be_meant_is_set_aside_with_a_sentence(figures, name: str) -> None:
    right, told = IN_PART[name]
    frame = figures("user", f"15-user-excel/{name}")
    assert dict(zip(frame["ref_area"], frame["obs_value"], strict=True)) == right
    assert bool(figures.set_aside) == bool(told)
    assert any(told in sentence for sentence in figures.set_aside) or not told


def test_15_no_sheet_is_left_out_of_these_tests() -> None:
    names = {p.name for p in (CASES / "15-user-excel").iterdir()} - {"README"}
    assert names == {*AS_MEANT, *IN_PART, "n_short_rows.csv"}


def test_15_a_row_cut_short_is_refused(figures) -> None:
    with pytest.raises(SourceChanged, match="row 2: a figure without its source and licence; fill"):
        figures("user", "15-user-excel/n_short_rows.csv")


@pytest.mark.parametrize(
    ("source_id", "folder", "read"),
    [
        ("world_bank", "05-wdi-other-shapes", 6),
        ("unesco_uis", "06-uis-bulk", 2),
        ("vdem", "11-vdem-zip", 2),
        ("user", "15-user-excel", 17),
        ("ror", "08-ror-v2", 2),
    ],
)
def test_a_folder_is_read_but_for_what_is_none_of_the_source(
    catalogue, sources, source_id: str, folder: str, read: int
) -> None:
    files = [given(f"{folder}/{p.name}") for p in sorted((CASES / folder).iterdir())]
    series = [s.series for s in catalogue.of_source(source_id)]
    kept, passed = readable_files(sources[source_id], series, files)
    assert len(kept) == read and len(kept) + len(passed) == len(files)
    assert "README" in [name for name, _ in passed]
    assert all(why for _, why in passed)


def test_every_file_of_the_cases_given_to_every_source_is_read_or_told(fresh_shop) -> None:
    """No file of another producer, and none of its own, gives anything but figures or a sentence."""
    wrong = []
    for path in sorted(p for p in CASES.glob("*/*") if p.is_file() and p.suffix in (".csv", ".txt", ".zip", ".xlsx")):
        file = given(str(path.relative_to(CASES)))
        for source in fresh_shop.sources.values():
            try:
                prepare(fresh_shop, source, [file])
            except Exception as error:
                if type(error).__module__ != "scidip.indicators.errors" or file.name not in str(error):
                    wrong.append((path.name, source.spec.id, repr(error)))
    assert not wrong
