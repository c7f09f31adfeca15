"""Fields of science: the series add up, the index is what it says, its range covers, and known profiles come out."""

from urllib.parse import parse_qs, urlsplit

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scidip.dashboard.server.factory import create_app
from scidip.etl.network.snapshots import Snapshot
from scidip.etl.sources import ncses
from scidip.findings.claims import check
from scidip.findings.exhibits.cooperation import fields as exhibits
from scidip.findings.exhibits.cooperation import openness as openness_exhibits
from scidip.findings.exhibits.cooperation import openness_fields
from scidip.findings.fields.openness import TIES, Openness
from scidip.findings.fields.profile import FRACTIONAL, WHOLE, Profile, TwoProfiles
from scidip.findings.pair import layer_of
from scidip.indicators.errors import SourceChanged
from scidip.indicators.measures import relative_activity as stored_index
from scidip.indicators.model.fields import TOTAL, spread
from scidip.indicators.specialisation import Z, herfindahl, krugman, relative_activity, wilson
from scidip.store.queries import field_queries, pair_queries, served
from tests.ahead import served_context

SEI_2024 = "National Science Board, Science and Engineering Indicators 2024, NSB-2023-33, executive summary"
SHARES = {"CHN": ("ENG", 25), "USA": ("HEA", 37), "IND": ("COM", 21)}
"""Top field of a country and its share in the articles of 2022, per cent, as printed there."""
MOST_IN_HEALTH = ("USA", "JPN", "GBR")
"""Said there, in the conclusion: their output is concentrated in health sciences."""


@pytest.fixture(scope="module")
def ctx(built_url):
    return served_context(built_url)


@pytest.fixture(scope="module")
def series(engine) -> pd.DataFrame:
    """Every figure by field that serves: indicator, ref_area, time_period, obs_value, measure, field."""
    known = served.observations(engine, sources_only=True)
    codes = {i: i.rpartition("_")[2].upper() for i in known["indicator"].unique()}
    of = known["indicator"].map(lambda i: next((m for m in (WHOLE, FRACTIONAL) if str(i).startswith(m)), ""))
    rows = known[of != ""].assign(measure=of[of != ""])
    totals = rows["indicator"] == rows["measure"]
    return rows.assign(field=rows["indicator"].map(codes).where(~totals, TOTAL))


@pytest.mark.db
def test_the_fields_of_every_economy_and_year_add_up_to_its_total(series) -> None:
    parts = series[series["field"] != TOTAL].groupby(["measure", "ref_area", "time_period"])["obs_value"]
    totals = series[series["field"] == TOTAL].set_index(["measure", "ref_area", "time_period"])["obs_value"]
    assert (parts.size() == 14).all()
    gap = (parts.sum() - totals).dropna().abs()
    assert len(gap) == len(totals) > 7900
    assert gap[WHOLE].max() == 0
    assert gap[FRACTIONAL].max() < 0.05  # each of the fourteen is rounded to hundredths


@pytest.mark.db
@pytest.mark.parametrize(("year", "published"), [(2003, 1_236_106), (2022, 3_344_037)])
def test_the_world_is_the_sum_of_the_economies_but_for_what_has_no_country(engine, year: int, published: int) -> None:
    world = field_queries.world_by_field(engine, FRACTIONAL)
    total = world[(world["time_period"] == year) & (world["field"] == TOTAL)]["obs_value"].item()
    assert 0.99 * published < total < published


@pytest.mark.db
def test_no_aggregate_is_among_the_areas_of_a_field(series, areas) -> None:
    assert set(series["ref_area"]) <= areas.codes
    assert not {"WLD", "EUU", "OED"} & set(series["ref_area"])


@pytest.mark.db
def test_the_index_of_the_world_is_one_in_every_field_and_year(engine) -> None:
    world = field_queries.world_by_field(engine, FRACTIONAL).pivot(
        index="time_period", columns="field", values="obs_value"
    )
    fields = world.drop(columns=TOTAL)
    share = fields.div(fields.sum(axis=1), axis=0)
    index, low, high = relative_activity(fields, fields.sum(axis=1).to_numpy()[:, None], share)
    assert fields.shape == (20, 14)
    np.testing.assert_allclose(index, 1.0)
    assert (low < 1).all() and (high > 1).all()


@pytest.mark.db
def test_the_articles_of_all_countries_together_have_an_index_of_one(ctx) -> None:
    """Each country's index weighed by its articles: nobody can do more without others doing less."""
    year, parts = 2022, []
    for area in sorted(ctx.present_areas):
        profile = Profile(ctx, area, year)
        if profile.year == year:
            parts.append(profile.now.assign(total=profile.now["articles"].sum()))
    table = pd.concat(parts)
    table = table[table["total"] > 0]
    weighed = (table["activity"] * table["total"]).groupby(level=0).sum() / table["total"].groupby(level=0).sum()
    assert len(parts) > 190
    np.testing.assert_allclose(weighed, 1.0, atol=0.002)


@pytest.mark.db
def test_the_stored_index_is_that_of_the_page(engine, ctx) -> None:
    held = field_queries.by_field(engine, ("specialisation",)).query("ref_area == 'IRN' and time_period == 2022")
    shown = Profile(ctx, "IRN", 2022).now["activity"]
    found = held.set_index("field")["obs_value"]
    assert len(found) == 14
    np.testing.assert_allclose(found, shown[found.index], rtol=1e-3)


@pytest.mark.db
@pytest.mark.parametrize("area", SHARES)
def test_published_shares_of_the_top_field_come_out(ctx, area: str) -> None:
    field, percent = SHARES[area]
    now = Profile(ctx, area, 2022).now
    assert now["share"].idxmax() == field, SEI_2024
    assert round(now.loc[field, "share"]) == percent, SEI_2024


@pytest.mark.db
@pytest.mark.parametrize("area", MOST_IN_HEALTH)
def test_output_said_to_be_concentrated_in_health_sciences_is(ctx, area: str) -> None:
    assert Profile(ctx, area, 2022).now["share"].idxmax() == "HEA", SEI_2024


@pytest.mark.db
@pytest.mark.parametrize(
    ("area", "field"),
    [("BRA", "AGR"), ("KEN", "AGR"), ("CHL", "AST"), ("RUS", "PHY"), ("NLD", "PSY"), ("CHN", "MAT"), ("EGY", "CHE")],
)
def test_what_a_country_is_known_for_leads_its_profile(ctx, area: str, field: str) -> None:
    """No printed index of these was found: they are what such profiles are known to show, not a source's figures."""
    assert field in Profile(ctx, area, 2022).strong.index[:2]


@pytest.mark.db
def test_a_country_of_few_articles_says_so_and_names_no_field(ctx) -> None:
    for area in ("TUV", "VAT", "SMR"):
        shown = exhibits.specialisation(ctx, area, 2026)
        assert shown is not None and "too few to say" in str(shown.finding)
        assert {r["reading"] for r in shown.table.records()} == {"few"}
        assert exhibits.by_year(ctx, area, 2026) is None
    assert exhibits.specialisation(ctx, "HKG", 2026) is None


@pytest.mark.db
def test_two_profiles_meet_where_both_are_strong(ctx) -> None:
    both = TwoProfiles(Profile(ctx, "BRA", 2022), Profile(ctx, "KEN", 2022))
    assert both.where("both")[0] == "AGR"
    swapped = TwoProfiles(both.b, both.a)
    assert set(both.where("first")) == set(swapped.where("second"))
    assert both.apart == pytest.approx(swapped.apart) and 0 < both.apart < 2
    assert TwoProfiles(both.a, both.a).apart == 0
    assert np.isnan(TwoProfiles(Profile(ctx, "TUV", 2022), both.b).apart)


@pytest.mark.db
def test_the_matrix_of_artificial_intelligence_is_whole(engine) -> None:
    works, index = (pair_queries.layer(engine, code) for code in ("copublications_ai", "ai_collaboration_index"))
    assert works.years == index.years == (2022,)
    for layer in (works, index):
        matrix = layer.matrix(2022)
        assert matrix.shape == (60, 60) and np.isnan(np.diag(matrix)).all()
        off = ~np.eye(60, dtype=bool)
        assert np.isfinite(matrix[off]).all() and np.array_equal(matrix[off], matrix.T[off])
    assert works.value("CHN", "USA", 2022) == 13_631


@pytest.mark.db
def test_openness_adds_up_and_keeps_territories_apart(ctx) -> None:
    shown = Openness(ctx, "DEU", 2026)
    row = shown.now
    ties = layer_of(ctx, TIES).partners("DEU", shown.year)
    assert row["links"] == ties.sum() and row["partners"] == len(ties) and row["largest"] == ties.index[0]
    assert row["works_share"] + row["left"] == pytest.approx(100)
    assert 1 / len(ties) < row["herfindahl"] < 1
    assert shown.others.loc["DEU", "herfindahl"] == pytest.approx(row["herfindahl"])
    every = openness_exhibits.beside_all(ctx, "DEU", 2026).table.records()
    assert {r["ref_area"] for r in every if r["territory"]} >= {"PRI"}
    assert {"WLD", "EUU"}.isdisjoint(r["ref_area"] for r in every)


@pytest.mark.db
@pytest.mark.parametrize("area", ["IRN", "FRA", "SGP", "KOR"])
def test_openness_by_field_is_that_of_the_matrix(ctx, engine, area: str) -> None:
    """Added up by hand from the rows of the matrix; other countries, and years before it, have no such row."""
    frame = served.observations(engine, ["copublications_ai"])
    ends = frame[frame["counterpart_area"].ne("") & ((frame["ref_area"] == area) | (frame["counterpart_area"] == area))]
    partner = ends["counterpart_area"].where(ends["ref_area"] == area, ends["ref_area"])
    works = ends.groupby(partner)["obs_value"].sum().sort_values(ascending=False)
    (row,) = openness_fields.by_field(ctx, area, 2026).table.records()
    assert (row["field"], row["first_period"], row["time_period"]) == ("AI", 2003, 2022)
    assert row["links"] == works.sum() and row["partners"] == int((works > 0).sum())
    assert row["largest_partner"] == works.index[0]
    assert row["link_share"] == pytest.approx(100 * works.iloc[0] / works.sum())
    shares = works / works.sum()
    assert row["herfindahl"] == pytest.approx(float((shares**2).sum()))
    assert row["effective_partners"] == pytest.approx(1 / float((shares**2).sum()))
    told = str(openness_fields.by_field(ctx, area, 2026).finding)
    assert f"{100 * shares.iloc[0]:.0f} % of the links, 2003–2022" in told and "in artificial intelligence" in told
    assert openness_fields.by_field(ctx, "NRU", 2026) is None
    assert openness_fields.by_field(ctx, area, 2021) is None


@pytest.mark.db
def test_a_measure_is_asked_for_by_field_and_gives_its_total_alone_without(ctx) -> None:
    client = create_app(ctx).server.test_client()

    def asked(query: str) -> list[tuple[str, str]]:
        answer = client.get(f"/api/v1/observations?ref_area=DEU&time_period=2022&{query}").json
        return [(r["indicator"], r["field"]) for r in answer["data"]]

    assert asked(f"indicator={WHOLE}") == [(WHOLE, "_T")]
    assert asked(f"indicator={WHOLE}&field=COM,PHY") == [(f"{WHOLE}_com", "COM"), (f"{WHOLE}_phy", "PHY")]
    assert asked(f"indicator={WHOLE}_com") == [(f"{WHOLE}_com", "COM")]
    assert len(asked("indicator=specialisation")) == 14
    for name, key in (("fields", "country_specialisation"), ("openness", "country_openness")):
        shown = client.get(f"/api/v1/{name}?area=DEU").json["data"]["exhibits"]
        assert shown[0]["key"] == key and shown[0]["rows"]
        if name == "openness":
            assert [e["key"] for e in shown] == list(openness_fields.OF_COUNTRY)
    assert client.get("/api/v1/fields?area=XX").status_code == 400


@pytest.mark.db
@pytest.mark.parametrize(
    ("sentence", "verdict"),
    [
        ("Kenya is more specialised in agricultural sciences than the world in 2022", "supported"),
        ("Kenya is less specialized in agricultural sciences than the world in 2022", "not_supported"),
        ("Kenya is more specialised in physics than Ethiopia in 2022", "within_uncertainty"),
        ("Tuvalu is more specialised in physics than the world in 2022", "cannot_be_checked"),
    ],
)
def test_claims_on_specialisation_are_held_against_the_range(ctx, sentence: str, verdict: str) -> None:
    known = check.evidence_of(ctx)
    answer = check.check(sentence, known)
    assert answer.verdict == verdict
    text = parse_qs(urlsplit(check.link(answer, known)).query)["text"][0]
    again = check.check(text, known)
    assert again.verdict == verdict


# --- without a database ----------------------------------------------------------------------


@pytest.mark.unit
@settings(max_examples=60, deadline=None)
@given(st.integers(0, 400), st.integers(1, 400))
def test_a_range_holds_its_share_and_lies_between_none_and_all(count: int, more: int) -> None:
    low, high = wilson(count, count + more)
    assert 0 <= low <= count / (count + more) <= high <= 1


@pytest.mark.unit
@pytest.mark.parametrize(("p", "n"), [(0.01, 400), (0.1, 200), (0.25, 3000)])
def test_nine_of_ten_ranges_hold_the_truth(p: float, n: int) -> None:
    drawn = np.random.default_rng(25).binomial(n, p, 20_000)
    low, high = wilson(drawn, n)
    assert 0.86 < float(((low <= p) & (p <= high)).mean()) < 0.94  # counts are whole: never 0.90 to the digit


@pytest.mark.unit
def test_of_large_counts_the_range_is_that_of_the_location_quotient() -> None:
    """Moineddin, Beyene & Boyle (2003), by the delta method on the four cells of area and field."""
    x, area, field, world = 2_000.0, 20_000.0, 300_000.0, 3_300_000.0
    p = {"x": x / world, "a": area / world, "f": field / world}
    weights = {  # share of the cell, and what an article in it adds to the logarithm of the index
        (p["x"], 1 / p["x"] - 1 / p["a"] - 1 / p["f"] + 1),
        (p["a"] - p["x"], 1 - 1 / p["a"]),
        (p["f"] - p["x"], 1 - 1 / p["f"]),
        (1 - p["a"] - p["f"] + p["x"], 1.0),
    }
    error = np.sqrt(sum(share * effect**2 for share, effect in weights) / world)
    index, low, high = relative_activity(x, area, field / world)
    assert float(low) == pytest.approx(float(index) * np.exp(-Z * error), rel=2e-3)
    assert float(high) == pytest.approx(float(index) * np.exp(Z * error), rel=2e-3)


@pytest.mark.unit
def test_no_article_has_a_range_from_zero_and_no_country_has_none() -> None:
    index, low, high = relative_activity([0, 0], [100, 0], [0.1, 0.1])
    assert index[0] == low[0] == 0 and 0 < high[0] < 1
    assert np.isnan([index[1], low[1], high[1]]).all()


@pytest.mark.unit
def test_measures_of_profiles_and_partners() -> None:
    assert krugman([0.5, 0.5], [0.5, 0.5]) == 0 and krugman([1, 0], [0, 1]) == 2
    assert herfindahl([3]) == 1 and herfindahl([2, 2, 2, 2, 0]) == pytest.approx(0.25)
    assert np.isnan(herfindahl([]))


@pytest.mark.unit
def test_the_stored_index_needs_enough_at_the_share_of_the_world() -> None:
    part = pd.DataFrame(
        {"ref_area": ["A", "B", "C"], "time_period": 2020, "obs_value": [30.0, 10.0, 0.5], "obs_status": "A"}
    )
    whole = part.assign(obs_value=[100.0, 300.0, 5.0])
    found = stored_index([part, whole], minimum=10).set_index("ref_area")["obs_value"]
    share = 40.5 / 405
    assert found.to_dict() == pytest.approx({"A": 0.3 / share, "B": (10 / 300) / share})


@pytest.mark.unit
def test_an_entry_by_field_gives_a_series_for_each_and_keeps_its_total() -> None:
    class Named:
        name = "Physics"

    faults: list[str] = []
    entry = {"code": "a", "name": "A", "series": "1", "jump": {"floor": 2}, "by_field": {"PHY": "2", "XX": "3"}}
    total, physics = spread(dict(entry), {"PHY": Named()}, faults)
    assert total == {"code": "a", "name": "A", "series": "1", "jump": {"floor": 2}}
    assert physics == {"code": "a_phy", "name": "A: Physics", "series": "2", "measure": "a", "field": "PHY"}
    assert faults == ["a: by_field: there is no field 'XX' in fields.toml"]


MATRIX = (
    "table_id,row_id,region_country_or_economy,united_states,china\n10060,r1,United States,0,{}\n10060,r2,China,7,0\n"
)


@pytest.mark.unit
def test_a_square_table_is_read_once_a_pair_and_refused_where_it_is_not_the_same_both_ways() -> None:
    read = ncses.SOURCE.parse([Snapshot("m.csv", MATRIX.format(7).encode())], ["10060"])
    assert read[["source_area", "source_counterpart", "time_period", "obs_value"]].to_numpy().tolist() == [
        ["United States", "China", 2022, 7.0]
    ]
    with pytest.raises(SourceChanged, match="not the same both ways"):
        ncses.SOURCE.parse([Snapshot("m.csv", MATRIX.format(8).encode())], ["10060"])
    other = MATRIX.format(7).replace("china\n", "japan\n")
    with pytest.raises(SourceChanged, match="not the same economies"):
        ncses.SOURCE.parse([Snapshot("m.csv", other.encode())], ["10060"])


@pytest.mark.db
def test_the_producers_figures_of_2022_are_held(series) -> None:
    found = series[(series["measure"] == WHOLE) & (series["time_period"] == 2022) & (series["field"] != TOTAL)]
    totals = found.groupby("ref_area")["obs_value"].sum()
    assert totals["DEU"] == 175_863 and totals["IRN"] == 72_705
