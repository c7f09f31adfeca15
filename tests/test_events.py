"""Dated events: the comparison on made figures, lists of a user's own, and what is held."""

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from scidip.app import create_context
from scidip.commands.events import events_command
from scidip.dashboard.core.component_tree import text
from scidip.dashboard.pages.country import events as country_events
from scidip.dashboard.pages.pair import events as pair_events
from scidip.dashboard.server.factory import create_app
from scidip.figures.cooperation import gaps
from scidip.findings.claims import restated
from scidip.findings.claims.check import check, evidence_of
from scidip.findings.events import words as event_words
from scidip.findings.events.followed import Gap, of_unit
from scidip.findings.exhibits.cooperation import event_years
from scidip.findings.exhibits.cooperation import events as exhibits
from scidip.findings.pair import PairView
from scidip.indicators.errors import InputFaults
from scidip.indicators.events import held
from scidip.indicators.events.calibration import FIRST, rates, world
from scidip.indicators.events.lists import events_of
from scidip.indicators.events.matching import Matched, matched
from scidip.indicators.events.study import READINGS, Difference, by_year, reading_of, studied
from scidip.indicators.events.windows import WHY, Panel, apart, quiet, why_not_dated
from scidip.indicators.events.works import joint_works
from scidip.indicators.language.current import ENGLISH, speaking
from scidip.program import Program
from scidip.publish.briefs.country.brief import what_followed
from scidip.publish.briefs.country.subject import Country
from scidip.publish.briefs.origin import Asked
from scidip.settings import Settings
from tests.ahead import served_context

EFFECT = 0.3


def flat_panel(units: int = 15, years: int = 20) -> Panel:
    """A world in which every unit grows alike, with a small wave of its own."""
    place, year = np.arange(units)[:, None], np.arange(years)[None, :]
    logs = 5 + 0.1 * place + 0.05 * year + 0.01 * np.sin(place + year)
    return Panel(tuple((f"U{i:02}",) for i in range(units)), 2000, logs, np.exp(logs), logs.copy())


@pytest.mark.unit
def test_an_effect_put_in_is_found_to_the_percent() -> None:
    panel, unit, year = flat_panel(), ("U07",), 2009
    panel.outcome[7, 10:] += np.log1p(EFFECT)
    one = matched(panel, unit, year, quiet(panel.units, [(unit, year)], year, panel.last))
    assert isinstance(one, Matched)
    assert np.expm1(one.differences[0]) == pytest.approx(EFFECT, abs=0.03)
    assert unit not in one.candidates and one.after == 5 and len(one.controls) == 5
    assert abs(one.slopes[0]) < 0.01 and np.abs(one.differences[1:]).max() < 0.03
    assert one.gaps.shape == (15, 11) and one.before == pytest.approx(float(panel.works[7, 4:9].mean()))


@pytest.mark.unit
def test_each_reason_not_to_compare_is_told() -> None:
    panel = flat_panel()
    free = np.ones(len(panel.units), dtype=bool)
    assert [why_not_dated(y, 2000, 2019) for y in (1999, 2004, 2005, 2016, 2017, 2020)] == [
        *("outside", "before", "", "", "after", "outside")
    ]
    assert matched(panel, ("U03",), 2017, free) == "after"
    panel.works[2] = 1.0
    assert matched(panel, ("U02",), 2009, free) == "few" == matched(panel, ("nobody",), 2009, free)
    panel.outcome[4, 9] = np.nan
    assert matched(panel, ("U04",), 2009, free) == "gaps"
    panel.size[5] = np.nan
    assert matched(panel, ("U05",), 2009, free) == "unmodelled"
    assert matched(panel, ("U06",), 2009, ~free) == "alone"
    twice = [(("U06",), 2008), (("U06",), 2010), (("U06",), 2017)]
    assert list(apart(twice).values()) == [True, False, True]
    assert studied(twice[1:2] + twice[:1], lambda _u, _y: panel, twice).left == {(("U06",), 2010): "repeated"}
    assert {"outside", "before", "after", "few", "gaps", "unmodelled", "alone", "repeated"} == set(WHY)


@pytest.mark.unit
def test_false_alarms_are_as_many_as_stated_and_power_grows_with_the_effect() -> None:
    # 500 runs each are printed by `scidip events --calibrate`; here few, so the bounds are wide: of 60 worlds without an
    # effect more than nine would be clear in one case of five hundred if one in twenty is.
    found = list(rates(60, 4))
    clear = [c for _effect, c, _before in found]
    assert clear[0] <= 9 / 60
    assert clear == sorted(clear) and clear[-1] > 0.5
    assert all(before <= 16 / 60 for _effect, _clear, before in found)


@pytest.mark.unit
def test_a_study_says_no_effect_first_and_never_reads_what_began_before() -> None:
    def tested(value: float, chance: float) -> Difference:
        return Difference(value, value - 0.1, value + 0.1, chance, 5)

    calm, loud = tested(0.0, 0.6), tested(0.3, 0.01)
    assert reading_of(None, None, None) == "few"
    assert reading_of(tested(0.3, 0.2), calm, calm) == "none"
    assert reading_of(loud, calm, None) == "more" and reading_of(tested(-0.3, 0.01), calm, calm) == "less"
    assert reading_of(loud, loud, calm) == reading_of(loud, calm, loud) == "before"


@pytest.mark.unit
def test_each_year_around_an_event_has_an_interval_that_chance_alone_leaves_as_often_as_stated() -> None:
    panel, dated = world(3, 0.4)
    study = studied(dated, lambda _u, _y: panel, dated).study
    found = by_year(study.events)
    assert list(found) == list(range(-5, 6)) and found == by_year(study.events)
    assert {lag: (one.value, one.events) for lag, one in found.items()} == {
        lag: (pytest.approx(value), events) for lag, value, events in study.path
    }
    assert all(one.low <= one.value <= one.high for one in found.values())
    assert sum(one.is_clear for lag, one in found.items() if lag > 0) >= 3
    assert by_year(study.events[:1]) == {}
    rows = held.study_rows("cern", "member_works", study)
    path = rows[rows["part"] == "path"]
    assert path[["low", "high", "chance"]].notna().all(axis=None) and list(path["lag"]) == list(range(-5, 6))
    # Without an effect, of eleven years in each of thirty worlds one in twenty lies outside: 16 or 17 of 330.
    quiet_worlds = [world(seed, 0.0) for seed in range(30)]
    clear = [
        one.is_clear
        for panel, dated in quiet_worlds
        for one in by_year(studied(dated, lambda _u, _y, p=panel: p, dated, draws=499).study.events, draws=499).values()
    ]
    assert len(clear) == 330 and sum(clear) <= 40


@pytest.mark.unit
def test_the_interval_and_the_probability_agree_and_draws_repeat() -> None:
    panel, dated = world(3, 0.4)
    one, again = (studied(dated, lambda _u, _y: panel, dated).study for _ in range(2))
    assert one.effect == again.effect and one.effect is not None
    assert (one.effect.low > 0 or one.effect.high < 0) == one.effect.is_clear
    assert one.effect.events == len(one.events) and [lag for lag, _v, _n in one.path] == list(range(-5, 6))
    alone = studied(dated[:1], lambda _u, _y: panel, dated[:1]).study
    assert alone.effect is None and alone.reading == "few"
    assert all(FIRST + 5 <= m.year <= panel.last - 3 for m in one.events)


def codes(word: str) -> str:
    return {"fra": "FRA", "france": "FRA", "deu": "DEU"}.get(word.lower(), "")


@pytest.mark.unit
def test_all_faults_of_a_list_are_told_at_once_with_their_lines() -> None:
    rows = [
        (2, {"country": "France", "date": "2012-05-01", "label": "one"}),
        (3, {"country": "Atlantis", "date": "2012"}),
        (4, {"country": "FRA", "date": "2012"}),
        (5, {"country": "FRA", "partner": "France", "date": "2010"}),
        (6, {"country": "DEU", "partner": "FRA", "date": "soon"}),
        (7, {"country": "", "date": "2010"}),
    ]
    with pytest.raises(InputFaults) as told:
        events_of(rows, codes)
    lines = "\n".join(told.value.faults)
    for words in (
        "line 3: 'Atlantis' is no country",
        "line 4: the event of FRA in 2012 stands in line 2 already",
        "line 5: FRA stands beside itself",
        "line 6: 'soon' is no date",
        "line 7: the country is missing",
    ):
        assert words in lines
    assert len(told.value.faults) == 5
    with pytest.raises(InputFaults, match="no event under the header"):
        events_of([], codes)
    (given,) = events_of([(2, {"country": "FRA", "partner": "DEU", "date": "2012", "label": "x"})], codes)
    assert given.unit == ("DEU", "FRA") and given.year == 2012


@pytest.mark.unit
def test_joint_works_with_members_and_of_a_pair() -> None:
    areas = pd.DataFrame(
        {
            "ref_area": ["AAA", "BBB", "CCC", "OLD"],
            "kind": ["state", "state", "state", "former"],
            "region": ["here", "here", "there", "here"],
            "income_group": ["high", "low", None, "high"],
        }
    )
    rows = [("AAA", "BBB", 2000, 5.0), ("AAA", "CCC", 2001, 7.0), ("BBB", "OLD", 2000, 9.0), ("AAA", "BBB", 2002, 1.0)]
    frame = pd.DataFrame(rows, columns=["ref_area", "counterpart_area", "time_period", "obs_value"])
    expected = pd.DataFrame(
        {"time_period": [2001], "ref_area": ["AAA"], "counterpart_area": ["BBB"], "expected": [6.0]}
    )
    works = joint_works(frame.assign(indicator="copublications"), areas, expected)
    assert works is not None and (works.first, works.last, works.areas) == (2000, 2001, ("AAA", "BBB", "CCC"))
    assert works.totals.tolist() == [[5.0, 7.0], [5.0, 0.0], [0.0, 7.0]]
    assert works.with_members({"CCC"}).tolist() == [[0.0, 7.0], [0.0, 0.0], [0.0, 0.0]]
    assert np.isfinite(works.of_country("AAA", "international_works").size[:, 0]).tolist() == [True, True, False]
    assert np.isfinite(works.of_country("AAA", "member_works", {"BBB"}).size[:, 0]).tolist() == [True, False, False]
    pair = works.of_pair("AAA", "BBB", 1999)
    assert pair.units == (("AAA", "BBB"), ("AAA", "CCC"), ("BBB", "CCC"))
    assert pair.size[0, 0] == pytest.approx(np.log(6.0)) and np.isnan(pair.size[1:]).all()
    assert pair.outcome[0, 0] == pytest.approx(np.log(5.5) - 2 * np.log(5.5))
    assert joint_works(frame.assign(indicator="other"), areas, expected) is None
    studies, dated = held.tables(frame.assign(indicator="other"), areas, expected)
    assert list(studies) == list(held.STUDIES) and list(dated) == list(held.DATED) and studies.empty and dated.empty


@pytest.mark.unit
def test_an_agreement_is_dated_when_one_more_is_in_force() -> None:
    years, values = range(2000, 2006), (1.0, 1.0, 2.0, 2.0, 0.0, 1.0)
    frame = pd.DataFrame(
        {
            "indicator": held.AGREEMENTS,
            "ref_area": "FRA",
            "counterpart_area": "DEU",
            "time_period": years,
            "obs_value": values,
        }
    )
    assert held.agreements(frame) == [(("DEU", "FRA"), y) for y in (2000, 2002, 2005)]


@pytest.fixture(scope="module")
def ctx(built_url):
    return create_context(Settings.from_env({"SCIDIP_DATABASE_URL": built_url}))


@pytest.mark.db
def test_what_is_held_is_compared_and_said_without_a_cause(ctx) -> None:
    with ctx.at_one_moment():
        shown = exhibits.of_country(ctx, "POL")
        assert shown is not None
        rows = shown.table.records()
        esa = {r["outcome"]: r for r in rows if r["event"] == "esa"}
        assert set(esa) == set(held.OF_COUNTRIES) and esa["member_works"]["time_period"] == 2012
        for r in rows:
            if r["not_studied"] is None:
                assert (
                    r["difference_p05"] < r["difference_p95"] and r["all_low"] <= r["all_difference"] <= r["all_high"]
                )
                assert len(r["controls"].split()) == 5 and "POL" not in r["controls"]
        # Joined in 1991, one year after the joint works begin: said, not compared.
        assert [r["not_studied"] for r in rows if r["event"] == "cern"] == ["before"]
        told = text(country_events.section(ctx, "POL", "light", str))
        assert (
            "Did it change anything?" in told
            and "Accession to ESA, 2012" in told
            and "An event rarely comes alone" in told
        )
        pair = text(pair_events.section(PairView(ctx, "BRA", "PER", ctx.years[-1]), "light", str))
        assert "Did it change anything?" in pair and "Agreement on science" in pair
        said = " ".join(map(str, (shown.finding, *shown.notes)))
        assert "no effect shown" in said and "caus" not in said and "effect of" not in said
        assert exhibits.of_country(ctx, "BRA") is None
        assert exhibits.of_pair(PairView(ctx, "FRA", "DEU", ctx.years[-1])) is None
        outside = exhibits.of_country(ctx, "DEU")
        assert outside is not None and "not compared, because the figures end before it" in str(outside.finding)
        with speaking(ctx.languages["fr"]):
            pd.testing.assert_frame_equal(exhibits.of_country(ctx, "POL").table.frame(), shown.table.frame())
            assert str(shown.finding) != _english(shown)


@pytest.mark.db
def test_the_years_around_an_event_stand_around_zero_on_page_slide_and_in_files(ctx) -> None:
    with ctx.at_one_moment():
        shown = event_years.of_country(ctx, "POL")
        rows = shown.table.records()
        assert [r["years_from_event"] for r in rows] == list(range(-5, 6))
        assert all(r["difference_low"] < r["difference"] < r["difference_high"] for r in rows)
        frame = shown.table.frame()
        assert set(frame["difference_unit"]) == {"percent"} and set(frame["event_name"]) == {"accession to EMBL"}
        figure = gaps.chart(event_years.drawn(shown), "light").to_plotly_json()
        (upright,) = figure["layout"]["shapes"]
        assert upright["x0"] == upright["x1"] == 0 and figure["layout"]["yaxis"]["zeroline"]
        assert figure["data"][-1]["y"] == [r["difference"] for r in rows]
        low, high = figure["layout"]["yaxis"]["range"]
        assert low < min(r["difference_low"] for r in rows) and high > max(r["difference_high"] for r in rows)
        told = text(country_events.section(ctx, "POL", "light", str))
        assert "beyond chance in none of the 5 years after the event" in told and "no effect shown" in told
        part = what_followed(Country(Asked(ctx, ctx.years[-1], "http://x"), "POL"))
        chart = part.blocks[0]
        assert part.finding.startswith("Did it change anything? ") and "no effect shown" in part.finding
        assert chart.categories[chart.marked] == "0" and chart.series[0].values[-1] == rows[-1]["difference"]
        assert what_followed(Country(Asked(ctx, ctx.years[-1], "http://x"), "BRA")) is None
        assert event_years.of_country(ctx, "BRA") is None is event_years.of_country(ctx, "DEU")
        assert event_years.of_pair(PairView(ctx, "BRA", "PER", ctx.years[-1])) is not None


@pytest.mark.unit
def test_scores_of_an_earlier_version_have_years_without_an_interval() -> None:
    path = [Gap(lag, 0.1, None, None, 3) for lag in range(-5, 6)]
    assert event_words.by_year(path) == "Year by year before and after the event"
    assert event_years.ranged({"difference": 3.2, "difference_low": None, "difference_high": None}) == "+3 %"
    clear = [Gap(lag, 0.1, 0.01 * (lag > 3) - 0.001, 0.2, 3) for lag in range(-5, 6)]
    assert event_words.by_year(clear) == "Year by year: beyond chance in 2 of the 5 years after the event"
    frame = pd.DataFrame({"time_period": [-1, 0, 1], "score": 1.0, "score_p05": np.nan, "score_p95": np.nan})
    assert len(gaps.chart(frame.assign(name="", text=""), "dark").data) == 1
    assert not gaps.chart(frame.assign(name="", text="", score=np.nan), "dark").data


@pytest.mark.db
def test_the_api_says_no_effect_shown_as_an_answer(built_url) -> None:
    client = create_app(served_context(built_url)).server.test_client()
    every = client.get("/api/v1/events").json["data"]
    assert every["area"] == "" and [e["key"] for e in every["exhibits"]] == list(event_years.OF_WORLD)
    studies, years = (e["rows"] for e in every["exhibits"])
    assert {r["reading"] for r in studies} <= set(READINGS) and "none" in {r["reading"] for r in studies}
    assert len(years) == 11 * len(studies)
    one = client.get("/api/v1/events?area=POL").json["data"]["exhibits"]
    assert [e["key"] for e in one][2:] == ["country_events", "country_event_years"]
    assert all(c["unit"] == "percent" for e in one for c in e["columns"] if c["name"].startswith("difference"))
    assert len(client.get("/api/v1/events?area=BRA").json["data"]["exhibits"]) == 2
    assert client.get("/api/v1/events?area=XXX").status_code == 400
    said = client.get("/api/v1/openapi.json").json["paths"]["/events"]["get"]
    assert "no effect shown" in said["summary"] and said["parameters"][0]["name"] == "area"


@pytest.mark.db
def test_a_claim_about_an_accession_is_within_uncertainty_unless_it_leaves_those_alike(ctx) -> None:
    known = evidence_of(ctx)
    said = "{} published {} with the members of {} after its accession than countries alike"
    answer = check(said.format("Poland", "more", "ESA"), known)
    assert answer.verdict == "within_uncertainty" and answer.claim.year == 2012 and answer.probability is None
    assert "no effect shown" in " ".join(answer.notes) and "not what the accession did" in answer.rule
    assert check(said.format("Poland", "more", "CERN"), known).verdict == "cannot_be_checked"
    assert "lists that are held" in check(said.format("Brazil", "more", "ESO"), known).why
    with ctx.at_one_moment():
        every = [e for a in ctx.present_areas for e in of_unit(ctx, a) if e.outcome == "member_works" and e.is_studied]
    verdicts = set()
    for e in every:
        both = [
            check(said.format(restated.named(known, e.unit[0]), word, e.kind.upper()), known).verdict
            for word in ("more", "fewer")
        ]
        verdicts.add(tuple(both))
        assert (both == ["within_uncertainty"] * 2) == e.is_usual
    assert ("within_uncertainty",) * 2 in verdicts


def _english(shown) -> str:
    with speaking(ENGLISH):
        return str(shown.finding)


@pytest.mark.db
def test_a_list_of_ones_own_by_the_command(built_url, tmp_path) -> None:
    program = Program(Settings.from_env({"SCIDIP_DATABASE_URL": built_url}))

    def told(content: str, *more: str) -> str:
        (tmp_path / "list.csv").write_text(content, "utf-8")
        done = CliRunner().invoke(events_command, [str(tmp_path / "list.csv"), *more], obj=program)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            return str(done.exception)
        return done.output

    out = tmp_path / "out.csv"
    whole = told(
        "country;partner;date;label\nTürkiye;;2015;CERN\nUKR;;2016-10-05;CERN\nBRA;PER;2006;x\n", "--out", str(out)
    )
    assert "Countries of the list, 2 events" in whole and "Pairs of the list: one event only" in whole
    assert list(pd.read_csv(out)["line"]) == [2, 3, 4]
    assert "None of 1 events can be compared" in told("country,date\nFRA,1912\n")
    assert "line 2: 'Atlantis' is no country" in told("country,date\nAtlantis,2012\n")
    program.close()
