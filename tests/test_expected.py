"""What is expected of ties: kept with the scores, the same everywhere, and nothing claimed that is not clear."""

import json
import sqlite3
from contextlib import closing

import pandas as pd
import pytest
from dash.development.base_component import Component

from scidip.dashboard.core.component_tree import text
from scidip.dashboard.pages.country import expected as country_section
from scidip.dashboard.pages.pair import expected as pair_section
from scidip.dashboard.server.factory import create_app
from scidip.findings.claims import check
from scidip.findings.exhibits.cooperation import expected as exhibits
from scidip.findings.exhibits.cooperation import openings as opening_exhibits
from scidip.findings.expected import openings, ties, words
from scidip.findings.fields.profile import Profile, TwoProfiles
from scidip.findings.pair import PairView
from scidip.findings.session import Reader
from scidip.indicators.gravity.expectation import KEPT, RANKED
from scidip.publish.reports import expected_lines
from scidip.store.database.engine import open_engine
from scidip.store.queries import expectation_queries
from tests.ahead import served_context

pytestmark = pytest.mark.db
SOME = ("PRT", "IRN", "KEN", "CHN")


@pytest.fixture(scope="module")
def ctx(built_url):
    return served_context(built_url)


@pytest.fixture(scope="module")
def year(ctx) -> int:
    found = ties.year_for(ctx, 9999)
    assert found is not None
    return found


def test_what_is_kept_holds_together(ctx, year) -> None:
    frame = ctx.query(expectation_queries.of_year, year=year)
    assert (frame["expected"] >= KEPT).all() and (frame["ref_area"] < frame["counterpart_area"]).all()
    assert (frame["low"] <= frame["high"]).all() and (frame["by_effects"] > 0).all()
    outside = {a for a in ctx.areas.kinds if ties.outside(ctx, a, year)}
    assert not outside & {*frame["ref_area"], *frame["counterpart_area"]}
    # Of the kept, about one in ten lies outside its interval.
    found = ties.of_year(ctx, year)
    assert all(t.expected >= RANKED for t in found)
    assert 0.05 < sum(t.side != "within" for t in found) / len(found) < 0.15


def test_intervals_hold_between_85_and_95_per_cent_out_of_sample(ctx) -> None:
    shares = list(expected_lines.coverage(ties.model(ctx)))
    assert len(shares) > 15
    assert all(0.85 <= pairs <= 0.95 for _year, pairs, _next in shares)
    assert all(0.85 <= later <= 0.95 for _year, _pairs, later in shares[1:])


def test_the_main_model_tells_more_than_size_and_region(ctx, year) -> None:
    of = {name: (pairs, later) for name, pairs, later in expected_lines.compared(ties.model(ctx), year)}
    for place in (0, 1):
        assert of["main model"][place] < 0.7 * of["size and region"][place] < of["size only"][place]


@pytest.mark.parametrize("area", SOME)
def test_ties_of_a_country_are_on_their_side_and_in_their_order(ctx, year, area) -> None:
    found = ties.of_area(ctx, area, year)
    assert [t.depth for t in found] == sorted(t.depth for t in found) and all(t.a == area for t in found)
    for t in found:
        beyond = t.ratio_low > 1 or (t.ratio_high is not None and t.ratio_high < 1)
        assert beyond == (t.side != "within") == (abs(t.depth) > 1)
    same = {t.b: t for t in found}
    other = next(t for t in ties.of_area(ctx, found[0].b, year) if t.b == area)
    assert (other.actual, other.expected) == (same[other.a].actual, same[other.a].expected)


@pytest.mark.parametrize("area", SOME)
def test_openings_follow_their_rule_and_each_has_its_counter_reading(ctx, year, area) -> None:
    found = openings.openings(ctx, area, year)
    assert 0 < len(found) <= openings.MOST
    for o in found:
        assert o.tie.ratio <= openings.LESS and o.tie.agreed and o.channels and openings.counter_words(o)
        assert any(code != "shared_igos" for code, _n in o.channels)
        assert (o.certainty == "weak") == (o.tie.side == "within")
        assert "{" not in openings.reason(ctx, o) + openings.counter_words(o)
    for o in openings.missed(ctx, area, year):
        assert o.tie.ratio >= openings.MORE and o.tie.agreed and o.tie.actual > o.tie.expected
    told = opening_exhibits.openings(ctx, area, year)
    assert told is not None
    for o, r in zip(found, told.table.records(), strict=True):
        two = TwoProfiles(*(Profile(ctx, a, o.tie.year) for a in (o.tie.a, o.tie.b)))
        shared = [ctx.catalogue.fields[f].label.lower() for f in two.where("both")[:1]]
        assert all(name in str(r["fields"]).lower() for name in shared) and (two.year is None) == (not str(r["fields"]))


def test_only_what_is_clear_by_both_readings_is_supported(ctx, year) -> None:
    known = check.evidence_of(ctx)
    clear = [t for t in ties.of_year(ctx, year) if t.side != "within" and t.agreed]
    shown = {*clear[:2], *clear[-2:]} | {next(t for t in ties.of_year(ctx, year) if t.side == "within")}
    shown |= {t for t in ties.of_year(ctx, year) if t.side != "within" and not t.agreed and len(shown) < 6}
    for tie in shown:
        more, fewer = (
            check.check(f"{tie.a} and {tie.b} published {word} works together than is expected in {year}", known)
            for word in ("more", "fewer")
        )
        verdicts = {more.verdict, fewer.verdict}
        if tie.side == "within" or not tie.agreed:
            assert verdicts == {"within_uncertainty"}
        else:
            supported = more if tie.side == "above" else fewer
            assert supported.verdict == "supported" and verdicts == {"supported", "not_supported"}
    for text_, why in (
        ("France and Tajikistan published more works together than is expected in 2022", "not in the model"),
        ("France and Germany published more works together than is expected in 1995", "2003"),
    ):
        answer = check.check(text_, known)
        assert answer.verdict == "cannot_be_checked" and why in answer.why


def test_page_interface_and_files_give_the_same(ctx, year) -> None:
    client = create_app(ctx).server.test_client()
    given = client.get(f"/api/v1/expected?area=PRT&year={year}").json["data"]
    assert given["year"] == year and given["outside"] == ""
    made = (exhibits.of_area, opening_exhibits.openings, opening_exhibits.missed)
    for shown, answer in zip((make(ctx, "PRT", year) for make in made), given["exhibits"], strict=True):
        frame = shown.table.frame()
        rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
        assert answer["rows"] == rows and answer["key"] == shown.key
        with ctx.at_one_moment():
            page = "".join(text(part) for part in country_section.section(ctx, "PRT", year))
        assert all(str(row["counterpart_area_name"]) in page for row in rows)
    refused = client.get("/api/v1/expected?area=XXZ")
    assert refused.status_code == 400 and refused.json["error"]["parameter"] == "area"
    outside = client.get(f"/api/v1/expected?area=TJK&year={year}").json["data"]
    assert outside["outside"] == "attribution" and outside["exhibits"] == []


def test_a_country_that_is_not_in_the_model_is_told_why(ctx, year) -> None:
    with ctx.at_one_moment():
        told = text(country_section.section(ctx, "TJK", year)[0])
        pair = pair_section.section(PairView(ctx, "FRA", "TJK", year), "light", lambda name: f"pair-{name}")
    assert "not in the model" in told and isinstance(pair, Component) and "OpenAlex gives it" in text(pair)
    assert "Less than 5" in words.why_none(ctx, "EST", "HND", year)


def test_what_lies_between_two_countries_is_said_with_its_year(ctx) -> None:
    told = words.apart(ctx, "FRA", "DEU")
    assert "km apart" in told and "a shared border" in told and "(2011)" in told and "Distance in UN votes" in told
    assert words.apart(ctx, "FRA", "XKX") == ""
    assert words.apart(ctx, "DEU", "FRA") == told


def test_the_command_prints_the_model(ctx, year) -> None:
    told = "\n".join(expected_lines.lines(ctx))
    assert f"Joint works {year}" in told and "farthest below" in told and "coverage of the 90 % interval" in told
    assert json.dumps(told)


def test_a_database_without_the_model_is_read(built_url, tmp_path, catalogue, areas) -> None:
    path = tmp_path / "before.sqlite"
    with (
        closing(sqlite3.connect(built_url.removeprefix("sqlite:///"))) as whole,
        closing(sqlite3.connect(path)) as base,
    ):
        whole.backup(base)
        for table in ("tie_expectation", "tie_model"):
            base.execute(f"DROP TABLE {table}")
        base.execute("DELETE FROM migration WHERE name = 'expectations_are_kept'")
        base.commit()
    before = Reader(open_engine(f"sqlite:///{path}"), catalogue, areas)
    assert ties.year_for(before, 2022) is None and isinstance(ties.model(before), pd.DataFrame)
    assert exhibits.of_pair(PairView(before, "FRA", "DEU", 2022)) is None
    assert exhibits.of_area(before, "FRA", 2022) is None and openings.openings(before, "FRA", 2022) == []
    assert list(expected_lines.lines(before)) == [
        "There is no gravity model: its sources are not in the database. Run `scidip build`."
    ]
