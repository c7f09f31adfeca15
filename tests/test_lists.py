"""What a complete list says by silence: when, of whom, and what is derived from it. On invented lists."""

import pandas as pd
import pytest

from scidip.indicators.lists import collapsed, source_coverage, with_none
from scidip.indicators.model.catalogue import Catalogue, IndicatorSpec
from scidip.indicators.model.observations import derive, to_matrix
from scidip.indicators.vocabulary import NOT_APPLICABLE, OBSERVATION_COLUMNS
from scidip.store import silence
from tests.worlds import framework, methodology


def spec(code: str, **more: object) -> IndicatorSpec:
    given = {"code": code, "name": code, "definition": code, "unit": "count"} | more
    return IndicatorSpec.model_validate(given)


EDITIONS = spec("universities", source="s", series="U", absent="none_in_edition", max_age=1)
EVENTS = spec("prizes", source="p", series="P", absent="none_in_span", max_age=0)
OTHER_EVENTS = spec("births", source="p", series="B", absent="none_in_span", max_age=0)
PEOPLE = spec("people", source="w", series="W", max_age=3)
TOTAL = spec(
    "prizes_since",
    derive={"measure": "running_total", "of": ["prizes"], "since": 2000},
    absent="none_in_span",
    max_age=2,
)
PER_HEAD = spec(
    "universities_pc",
    derive={"measure": "ratio", "of": ["universities", "people"]},
    absent="none_in_edition",
    max_age=1,
)


@pytest.fixture(scope="module")
def invented() -> Catalogue:
    specs = (EDITIONS, EVENTS, OTHER_EVENTS, PEOPLE, TOTAL, PER_HEAD)
    return Catalogue({s.code: s for s in specs}, {"small": framework()}, {"plain": methodology()})


def known(*rows: tuple[str, str, int, float], file: int = 0) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["indicator", "ref_area", "time_period", "obs_value"])
    return frame.assign(counterpart_area=NOT_APPLICABLE, obs_status="A", file=file, row=1)[list(OBSERVATION_COLUMNS)]


FIGURES = known(
    # A list with a gap in its editions: 2003, 2004, 2006.
    ("universities", "FRA", 2003, 2.0),
    ("universities", "FRA", 2004, 3.0),
    ("universities", "DEU", 2006, 1.0),
    # Events of two kinds in one file: nothing happened anywhere in 2002, and the file goes on to 2005.
    ("prizes", "FRA", 2001, 1.0),
    ("prizes", "DEU", 2003, 2.0),
    ("births", "ITA", 2005, 1.0),
    # The denominator is held for Italy, which the list never names, and not for Spain.
    ("people", "FRA", 2003, 60.0),
    ("people", "DEU", 2006, 80.0),
    ("people", "ITA", 2003, 50.0),
)


def spoken(invented, areas, aside=()) -> pd.DataFrame:
    return source_coverage(invented, areas, FIGURES, aside)


def years_of(coverage: pd.DataFrame, code: str, area: str) -> list[tuple[int, int]]:
    own = coverage[(coverage["indicator"] == code) & (coverage["ref_area"] == area)]
    return list(zip(own["first_period"], own["last_period"], strict=True))


def test_a_list_with_a_gap_in_its_editions_speaks_only_in_the_years_it_has(invented, areas) -> None:
    coverage = spoken(invented, areas)
    assert years_of(coverage, "universities", "ESP") == [(2003, 2004), (2006, 2006)]
    matrix = to_matrix(
        with_none(FIGURES, coverage), [EDITIONS], ["DEU", "ESP", "FRA"], range(2002, 2009), [[None] * 7] * 3
    )
    none = float("nan")
    expected = {
        # 2002: before the list. 2005: the edition of 2004 is carried. 2007: that of 2006. 2008: too old.
        "DEU": [none, 0, 0, 0, 1, 1, none],
        "ESP": [none, 0, 0, 0, 0, 0, none],
        "FRA": [none, 2, 3, 3, 0, 0, none],
    }
    for place, (area, row) in enumerate(expected.items()):
        assert matrix.values[place, :, 0].tolist() == pytest.approx(row, nan_ok=True), area
    assert matrix.periods[1, :, 0].tolist() == [0, 2003, 2004, 2004, 2006, 2006, 0]
    assert matrix.statuses[1, 1, 0] == "Z" and matrix.statuses[2, 1, 0] == "A"


def test_events_are_covered_to_the_last_of_their_file_and_years_without_any_count(invented, areas) -> None:
    coverage = spoken(invented, areas)
    assert years_of(coverage, "prizes", "ESP") == [(2001, 2005)]
    assert years_of(coverage, "births", "ESP") == [(2005, 2005)]
    whole = derive(invented, dict(tuple(with_none(FIGURES, coverage).groupby("indicator"))))
    stored, silent = collapsed(invented, whole)
    total = stored[stored["indicator"] == "prizes_since"].set_index(["ref_area", "time_period"])["obs_value"]
    assert total["FRA", 2005] == 1.0 and total["DEU", 2005] == 2.0 and ("ESP", 2005) not in total
    assert years_of(silent, "prizes_since", "ESP") == [(2000, 2005)]
    assert years_of(silent, "prizes_since", "DEU") == [(2000, 2002)]


def test_none_per_head_needs_its_denominator(invented, areas) -> None:
    whole = derive(invented, dict(tuple(with_none(FIGURES, spoken(invented, areas)).groupby("indicator"))))
    stored, silent = collapsed(invented, whole)
    ratio = stored[stored["indicator"] == "universities_pc"].set_index(["ref_area", "time_period"])["obs_value"]
    assert ratio["FRA", 2003] == pytest.approx(2 / 60)
    assert years_of(silent, "universities_pc", "ITA") == [(2003, 2004), (2006, 2006)]
    assert years_of(silent, "universities_pc", "ESP") == [], "no population: not known, never zero"


def test_of_an_economy_a_list_speaks_only_where_it_was_reviewed_or_its_source_names_it(invented, areas) -> None:
    coverage = spoken(invented, areas)
    assert years_of(coverage, "universities", "HKG") == []
    named = pd.concat([FIGURES, known(("universities", "HKG", 2006, 1.0))], ignore_index=True)
    found = source_coverage(invented, areas, named)
    assert years_of(found, "universities", "HKG") == [(2003, 2004), (2006, 2006)]


def test_a_row_that_was_set_aside_is_not_none(invented, areas) -> None:
    aside = {("prizes", "ESP")}
    coverage = spoken(invented, areas, aside)
    assert years_of(coverage, "prizes", "ESP") == [] and years_of(coverage, "prizes", "ITA") != []
    whole = derive(invented, dict(tuple(with_none(FIGURES, coverage).groupby("indicator"))))
    _, silent = collapsed(invented, whole, aside)
    assert years_of(silent, "prizes_since", "ESP") == []


def test_the_registry_files_hong_kong_elsewhere_so_it_is_missing_there(engine, areas) -> None:
    from scidip.store.queries import list_queries

    coverage = list_queries.coverage(engine)
    for code in ("research_organisations", "research_companies", "research_bodies"):
        for area in ("HKG", "MAC", "PRI"):
            assert years_of(coverage, code, area) == [], (code, area)
    assert not areas.list_areas["ror", "HKG"]
    # Taiwan has counts, and a population from the United Nations: a figure per head, not zero.
    from scidip.store.queries import served

    frame = served.observations(engine, ["research_organisations_pm", "population"])
    own = frame[(frame["ref_area"] == "TWN") & (frame["time_period"] == 2021)].set_index("indicator")["obs_value"]
    assert own["population"] == 23_558_333 and own["research_organisations_pm"] > 1


def test_no_list_speaks_before_its_first_or_after_its_last_year(engine, catalogue) -> None:
    from scidip.store.queries import list_queries, served

    coverage = list_queries.coverage(engine)
    frame = served.observations(engine, list(set(coverage["indicator"])))
    held = frame.groupby("indicator")["time_period"].agg(["min", "max"])
    spans = coverage.groupby("indicator").agg(first=("first_period", "min"), last=("last_period", "max"))
    for code, span in spans.iterrows():
        if catalogue.indicators[code].absent.endswith("edition") and code in held.index:
            assert held.at[code, "min"] <= span["first"] and span["last"] <= held.at[code, "max"], code
    assert spans.loc["unesco_geoparks"].tolist() == [2025, 2025], "its rows are of 2024 and 2025: it is of the last"


def test_no_list_is_silent_of_an_area_that_its_only_edition_names(engine, catalogue) -> None:
    """A file in which each area stands once is one edition, whatever years its rows have."""
    from scidip.store.queries import list_queries, served

    coverage = list_queries.coverage(engine).set_index(["indicator", "ref_area"]).sort_index()
    lists = [c for c, i in catalogue.indicators.items() if i.absent.endswith("edition") and i.series]
    frame = served.observations(engine, lists)
    dated = 0
    for code, own in frame.groupby("indicator"):
        if own["file"].nunique() == 1 and own["ref_area"].is_unique:
            dated += own["time_period"].nunique() > 1
            named = coverage.index.intersection([(code, area) for area in own["ref_area"]])
            spans = coverage.loc[named]
            years = own.set_index(["indicator", "ref_area"]).loc[named.unique(), "time_period"]
            assert (spans["last_period"] <= years.reindex(spans.index)).all(), code
    assert dated, "no list has rows of several years"


def test_an_edition_with_rows_of_several_years_is_silent_only_of_who_has_none(areas) -> None:
    dated = spec("parks", source="s", series="P", absent="none_in_dated_edition", max_age=3)
    world = Catalogue({"parks": dated}, {"small": framework()}, {"plain": methodology()})
    figures = known(("parks", "FRA", 2024, 9.0), ("parks", "DEU", 2025, 8.0))
    coverage = source_coverage(world, areas, figures)
    assert years_of(coverage, "parks", "FRA") == years_of(coverage, "parks", "DEU") == []
    assert years_of(coverage, "parks", "ITA") == [(2025, 2025)]


def test_silence_is_laid_over_older_figures_and_under_newer_ones() -> None:
    import numpy as np

    own = np.array([2003.0, 2006.0, np.nan, np.nan])
    value = np.array([5.0, 6.0, np.nan, np.nan])
    status = np.array(["A", "A", np.nan, np.nan], dtype=object)
    none = np.array([2004.0, 2004.0, 2004.0, np.nan])
    year, found, said, quiet = silence.laid_over(own, value, status, none)
    assert year[:3].tolist() == [2004, 2006, 2004] and found[:3].tolist() == [0, 6, 0]
    assert said[:3].tolist() == ["Z", "A", "Z"] and quiet.tolist() == [True, False, True, False]
    assert np.isnan(year[3]) and np.isnan(found[3])
