"""Every raw row ends in one place, with its reason."""

import json

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scidip.etl.harmonise import Harmonised, harmonise
from scidip.etl.source import raw_frame
from scidip.indicators.model.areas import Areas
from scidip.indicators.model.catalogue import IndicatorSpec
from scidip.indicators.model.source import SourceSpec

SOURCE = SourceSpec(
    kind="official",
    id="world_bank",
    title="T",
    publisher="P",
    homepage="",
    licence="L",
    citation="C",
    area_scheme="iso3",
)
SPECS = [
    IndicatorSpec(
        code="rd", name="n", definition="d", unit="percent", source="world_bank", series="RD", plausible=(0, 10)
    ),
    IndicatorSpec(
        code="ties",
        name="n",
        definition="d",
        unit="works",
        source="world_bank",
        series="T",
        arity="pair",
        directed=False,
    ),
]


def done(areas: Areas, rows: list[tuple[object, ...]]) -> Harmonised:
    columns = ["series", "source_area", "source_counterpart", "time_period", "obs_value"]
    table = pd.DataFrame(rows, columns=columns)
    raw = raw_frame(**{c: table[c] for c in columns}, row=range(2, len(rows) + 2))
    return harmonise(raw, SOURCE, SPECS, areas, 2026)


def area_row(area: str, year: object = 2020, value: object = 1.0) -> tuple[object, ...]:
    return ("RD", area, "_Z", year, value)


@pytest.mark.parametrize(
    ("row", "code", "words"),
    [
        (area_row("Wonderland"), "AREA_UNKNOWN", "'Wonderland' is not known; add it to area_aliases.csv"),
        (area_row("FRA", 2199), "PERIOD_FUTURE", "the year 2199 lies in the future"),
        (area_row("FRA", "last year"), "PERIOD_INVALID", "'last year' is not a year"),
        (area_row("FRA", 2020, "many"), "VAL_TEXT", "'many' is not a number"),
        (area_row("FRA", 2020, 55.0), "VAL_RANGE", "55.0 lies outside the plausible range 0 to 10"),
        (("T", "FRA", "FRA", 2020, 3.0), "PAIR_SELF", "cannot be paired with itself (FRA)"),
        (("T", "FRA", "Wonderland", 2020, 3.0), "COUNTERPART_UNKNOWN", "'Wonderland' is not known"),
    ],
)
def test_a_bad_row_is_quarantined_with_code_sentence_and_itself(
    areas: Areas, row: tuple[object, ...], code: str, words: str
) -> None:
    result = done(areas, [row, area_row("DEU")])
    (entry,) = result.quarantined.to_dict("records")
    assert entry["check_code"] == code
    assert words in entry["message"]
    assert entry["row"] == 2
    assert json.loads(entry["raw_json"])["source_area"] == row[1]
    assert result.observations["ref_area"].tolist() == ["DEU"]


def test_the_same_key_with_different_values_is_quarantined_whole(areas: Areas) -> None:
    result = done(areas, [area_row("FRA", 2020, 1.0), area_row("FRA", 2020, 2.0), area_row("DEU")])
    assert result.quarantined["check_code"].tolist() == ["KEY_DUPLICATE"] * 2
    assert result.observations["ref_area"].tolist() == ["DEU"]


def test_the_same_row_twice_counts_once(areas: Areas) -> None:
    result = done(areas, [area_row("FRA"), area_row("FRA")])
    assert len(result.observations) == 1
    assert result.excluded == {"repeated row": 1}


def test_aggregates_are_excluded_and_counted(areas: Areas) -> None:
    result = done(areas, [area_row("WLD"), area_row("EUU"), area_row("FRA"), ("X", "FRA", "_Z", 2020, 1.0)])
    assert result.excluded == {"aggregate of the World Bank": 2, "series not in the catalogue": 1}
    assert len(result.observations) == 1


def test_an_undirected_pair_is_stored_once_in_the_order_of_its_codes(areas: Areas) -> None:
    result = done(areas, [("T", "USA", "FRA", 2020, 7.0)])
    (row,) = result.observations.to_dict("records")
    assert (row["ref_area"], row["counterpart_area"]) == ("FRA", "USA")


cells = st.tuples(
    st.sampled_from(["RD", "T", "X"]),
    st.sampled_from(["FRA", "DEU", "WLD", "nowhere"]),
    st.sampled_from(["_Z", "ITA", "FRA"]),
    st.sampled_from([2019, 2020, 2199, "x"]),
    st.sampled_from([1.0, 2.0, 99.0, "text"]),
)


@settings(max_examples=80, deadline=None)
@given(rows=st.lists(cells, min_size=1, max_size=30))
def test_rows_are_conserved(areas: Areas, rows: list[tuple[object, ...]]) -> None:
    result = done(areas, rows)
    assert len(rows) == len(result.observations) + sum(result.excluded.values()) + len(result.quarantined)
