"""Researchers who moved: sums of years, two opposite flows, two producers, and what is said of them."""

import math

import pandas as pd
import pytest

from scidip.findings.claims import moved
from scidip.findings.claims.figures import Figure, wanted
from scidip.findings.exhibits.cooperation import country_moves, moves, moves_words
from scidip.findings.pair import POOLED, PairView, layer_of
from scidip.indicators.claims.claim import Moves
from scidip.indicators.pairs import pooling
from scidip.indicators.pairs.balance import Balance, TwoCounts
from scidip.indicators.pairs.layer import Layer
from scidip.store.queries import indicator_queries
from tests.ahead import served_context

COLUMNS = ["ref_area", "counterpart_area", "time_period", "obs_value", "obs_status", "file"]


def layer(*rows: tuple[str, str, int, float], lists_all: bool = True) -> Layer:
    return Layer("made_up", True, lists_all, pd.DataFrame([(*r, "A", 0) for r in rows], columns=COLUMNS))


@pytest.mark.unit
def test_years_together_are_the_sum_of_whole_windows() -> None:
    yearly = layer(("A", "B", 2000, 1), ("A", "B", 2002, 4), ("B", "A", 2003, 2), ("A", "C", 2000, 7))
    pooled = pooling.pooled(yearly, 3)
    assert pooled.years == (2002, 2003) and pooled.areas == yearly.areas
    assert [pooled.value("A", "B", y) for y in pooled.years] == [5, 4]
    assert [pooled.value("B", "A", y) for y in pooled.years] == [0, 2]
    # The only move of C is of 2000, outside the second window: none, and not unknown.
    assert [pooled.value("A", "C", y) for y in pooled.years] == [7, 0]
    assert math.isnan(pooled.value("A", "D", 2003))
    with pytest.raises(ValueError, match="no complete list"):
        pooling.pooled(layer(("A", "B", 2000, 1), lists_all=False), 3)


@pytest.mark.unit
@pytest.mark.parametrize(
    ("there", "back", "direction"),
    [
        (2871, 718, "there"),
        (718, 2871, "back"),
        (18824, 18694, "even"),
        (12, 7, "few"),
        (20, 0, "there"),
        (0, 0, "few"),
    ],
)
def test_a_direction_is_named_where_chance_would_not_make_it(there: float, back: float, direction: str) -> None:
    found = Balance(there, back)
    assert found.direction == direction and found.net == back - there and found.matched == min(there, back)
    mirrored = {"there": "back", "back": "there"}
    assert Balance(back, there).direction == mirrored.get(direction, direction)


@pytest.mark.unit
def test_two_producers_are_apart_where_their_ratio_is_not_the_usual_one() -> None:
    near = TwoCounts(Balance(200, 100), Balance(300, 200), usual=1.7)
    assert not near.are_apart and near.direction == "there"
    assert TwoCounts(Balance(200, 100), Balance(2000, 1000), usual=1.7).are_apart
    assert TwoCounts(Balance(0, 0), Balance(40, 40), usual=1.7).are_apart
    assert not TwoCounts(Balance(1, 0), Balance(9, 4), usual=1.7).are_apart
    assert TwoCounts(Balance(200, 100), Balance(200, 300), usual=1.7).direction == "even"


@pytest.mark.unit
@pytest.mark.parametrize(
    ("counts", "more", "verdict"),
    [
        ((60, 10, 90, 30), True, "supported"),
        ((60, 10, 90, 30), False, "not_supported"),
        ((60, 10, 30, 90), True, "within_uncertainty"),
        ((8, 3, 9, 2), True, "within_uncertainty"),
        ((5, 5, 7, 7), True, "not_supported"),
    ],
)
def test_a_claim_of_moves_is_held_against_both_producers(counts: tuple[int, ...], more: bool, verdict: str) -> None:
    claim = Moves("IRN", "USA", more, 2016, 2016)
    found = tuple(Figure(*w, value, "people", "A") for w, value in zip(wanted(claim), counts, strict=True))
    assert moved.verdict(claim, found)[0] == verdict


@pytest.fixture(scope="module")
def ctx(built_url: str):
    return served_context(built_url)


@pytest.mark.db
def test_what_is_said_of_pairs(ctx) -> None:
    def told(a: str, b: str) -> str:
        shown = moves.moves(PairView(ctx, a, b, 2023))
        return "" if shown is None else str(shown.finding)

    assert told("IRN", "USA").startswith("More researchers moved from Iran to the United States (2,871)")
    assert told("USA", "IRN") == told("IRN", "USA")
    assert "is not settled" in told("IND", "PAK") and told("KEN", "NOR").startswith("Few researchers moved: 2 from")
    assert "OpenAlex does not" in told("CHN", "USA")
    # Left out by the source's own confusion, and not told as none.
    assert told("GEO", "USA") == "" and PairView(ctx, "GEO", "USA", 2023).ties["researcher_moves"].year is None
    zero = PairView(ctx, "TUV", "NRU", 2023).ties["researcher_moves"]
    assert zero.value() == 0 and zero.when == "2016–2020"


@pytest.mark.db
def test_periods_end_with_the_year_that_is_asked_and_do_not_overlap(ctx) -> None:
    assert moves.periods(ctx, 2023) == [2020, 2015, 2010, 2005] and moves.periods(ctx, 2012) == [2012, 2007, 2002]
    shown = moves.balance(PairView(ctx, "FRA", "DEU", 2023))
    assert shown is not None
    for row in shown.table.records():
        yearly = moves.yearly(ctx, row["indicator"], "FRA", "DEU")
        assert yearly.index[0] == 1998 and yearly.index[-1] == 2020
        assert row["moved_there"] == yearly.loc[row["first_period"] : row["time_period"]].sum()
        assert row["time_period"] - row["first_period"] + 1 == POOLED[row["indicator"]] == moves_words.WINDOW


@pytest.mark.db
def test_a_country_adds_up_to_the_figures_of_the_source(ctx) -> None:
    """Net per thousand researchers is the indicator of the catalogue, but for what goes to the countries left out."""
    for area in ("IRN", "KEN", "FRA"):
        found = country_moves.moves_of(ctx, area, 2020)
        assert found is not None
        own = ctx.query(indicator_queries.indicator_series, code="researcher_net_migration", areas=(area,))
        held = own.set_index("time_period")["obs_value"][2020]
        assert found.rate(found.whole.net) == pytest.approx(held, abs=0.2)
        shown = country_moves.country_moves(ctx, area, 2023)
        assert shown is not None
        ties = layer_of(ctx, "researcher_moves")
        for row in shown.table.records():
            assert row["arrived"] == ties.value(row["counterpart_area"], area, 2020)
            assert row["net"] == row["arrived"] - row["left"]
    assert country_moves.moves_of(ctx, "GEO", 2020) is None
