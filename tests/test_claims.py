"""Claims: the grammar, the evaluation against the draws and the database, and one answer everywhere."""

import collections
import itertools
import re
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, urlparse

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text as sql

from scidip.cli import main
from scidip.dashboard.pages.claim import page
from scidip.dashboard.server.factory import create_app
from scidip.figures.text import numbers
from scidip.findings.claims import check, restated, sentences
from scidip.findings.claims import pairwise as above
from scidip.indicators.claims.claim import (
    EXAMPLES,
    GRAMMAR,
    LONGEST,
    Change,
    ClaimError,
    Expected,
    Joined,
    Moves,
    Order,
    Partners,
    Place,
    Together,
    TwoValues,
    Value,
    ValueChange,
)
from scidip.indicators.claims.grammar import understand
from scidip.indicators.claims.lexicon import SEVERAL, plain, words_of
from scidip.indicators.engine.batch_scoring import edge_spans
from scidip.indicators.engine.drivers import like_for_like, with_like_for_like
from scidip.indicators.events.held import ACCESSIONS
from scidip.indicators.language.current import Language, speaking
from scidip.indicators.robustness.montecarlo import blocks
from scidip.indicators.robustness.uncertain_inputs import Model, WeightChoice
from scidip.indicators.robustness.uncertainty import model_of
from scidip.indicators.vocabulary import NOT_APPLICABLE
from scidip.store.queries import lab_queries, served
from tests.ahead import served_context
from tests.test_pages import pieces

YEAR = 2022
FACTORS = ("infra", "national", "international")


@pytest.fixture(scope="module")
def words(areas, catalogue):
    return words_of(areas, catalogue)


@pytest.fixture(scope="module")
def ctx(built_url):
    return served_context(built_url)


@pytest.fixture(scope="module")
def known(ctx):
    return check.evidence_of(ctx)


# --- the grammar --------------------------------------------------------------------------------

UNDERSTOOD = {
    "Portugal ranks above Greece in national factors in 2022": Order("PRT", "GRC", True, "national", 2022),
    "portugal is ahead of greece in 2022 in the national factor.": Order("PRT", "GRC", True, "national", 2022),
    "In 2022, Portugal scored lower than Greece": Order("PRT", "GRC", False, "std", 2022),
    "In education, Iran is behind Türkiye": Order("IRN", "TUR", False, "education"),
    "Turkey outranks the UK": Order("TUR", "GBR", True, "std"),
    "South Korea ranks above North Korea": Order("KOR", "PRK", True, "std"),
    "DR Congo ranks above Congo-Brazzaville": Order("COD", "COG", True, "std"),
    "Guinea-Bissau ranks below Guinea": Order("GNB", "GIN", False, "std"),
    "Niger ranks below Nigeria": Order("NER", "NGA", False, "std"),
    "cote d’ivoire ranks above Ghana": Order("CIV", "GHA", True, "std"),
    "FRA ranks above DEU in copyright and intellectual property": Order("FRA", "DEU", True, "copyright"),
    "Chile is among the top 40 in 2022": Place("CHL", 40, True, "std", 2022),
    "Chile is in the top ten countries in the world": Place("CHL", 10, True, "std"),
    "Chile ranks 43rd in infrastructural factors": Place("CHL", 43, False, "infra"),
    "Chile is third": Place("CHL", 3, False, "std"),
    "The United States leads the international factor in 2020": Place("USA", 1, False, "international", 2020),
    "Estonia rose in national factors between 2012 and 2022": Change("EST", "rank", True, "national", 2012, 2022),
    "Estonia fell from 2012 to 2020": Change("EST", "rank", False, "std", 2012, 2020),
    "Estonia improved its rank since 2015": Change("EST", "rank", True, "std", 2015),
    "Estonia's score in education fell since 2015": Change("EST", "score", False, "education", 2015),
    "Chile's R&D spending was above 0.4 % of GDP in 2020": Value(
        "CHL", "rd_expenditure_gdp", "above", Decimal("0.4"), 2020
    ),
    "Chile's population was at most 20 million people in 2020": Value(
        "CHL", "population", "at_most", Decimal("20E6"), 2020
    ),
    "Chile's GDP was below US$ 1.5 trillion in 2020": Value("CHL", "gdp", "below", Decimal("1.5E12"), 2020),
    "Chile's researchers per million people were at least 1,000": Value(
        "CHL", "researchers_pm", "at_least", Decimal(1000)
    ),
    "Chile's rule of law was -0.5 in 2020": Value("CHL", "rule_of_law", "equal", Decimal("-0.5"), 2020),
    "Chile had a higher academic freedom than Peru in 2020": TwoValues("CHL", "PER", "academic_freedom", True, 2020),
    "Chile had fewer internationally co-authored works than Peru in 2020": TwoValues(
        "CHL", "PER", "international_works", False, 2020
    ),
    "Chile's life expectancy is higher than Peru's in 2020": TwoValues("CHL", "PER", "life_expectancy", True, 2020),
    "Sweden had a higher share of articles with authors abroad than Norway": TwoValues(
        "SWE", "NOR", "intl_coauthored_share", True
    ),
    "Chile's academic freedom fell between 2010 and 2020": ValueChange("CHL", "academic_freedom", False, 2010, 2020),
    "France and Germany published more together in 2020 than in 2010": Together("FRA", "DEU", True, 2020, 2010),
    "France and Germany publish more together than size and distance predict": Expected("FRA", "DEU", True, None),
    "China and Indonesia published fewer works together than is expected in 2022": Expected("CHN", "IDN", False, 2022),
    "Iran published fewer papers with China than with Germany in 2020": Partners("IRN", "CHN", "DEU", False, 2020),
    "Poland published more with the members of ESA after its accession than countries alike": Joined(
        "POL", "esa", True, True
    ),
    "Romania published fewer works after joining CERN in 2016 than similar countries": Joined(
        "ROU", "cern", False, False, 2016
    ),
    "More researchers moved from Iran to the USA than back in 2016-2020": Moves("IRN", "USA", True, 2016, 2020),
    "Fewer scholars moved from Peru to Chile than from Chile to Peru between 2011 and 2015": Moves(
        "PER", "CHL", False, 2011, 2015
    ),
    "More researchers moved from Peru to Chile than the other way in 2018": Moves("PER", "CHL", True, 2018, 2018),
}

REFUSED = {
    "": "empty",
    "   ": "empty",
    "Portugl ranks above Greece": "begins with “Portugl ranks above Greece”.*a country.*Known names like it: Portugal",
    "Portugal ranks above Grece in 2022": "as far as “Portugal ranks above”.*“Grece in 2022”.*like it: Greece",
    "Portugal ranks above Greece in nationl factors": "“nationl factors”.*national factor",
    "Portugal ranks above Greece in fields medals": "“fields medals”.*the index, a factor or a dimension",
    "Portugal ranks above Greece in 202": "a year, such as 2022",
    "Portugal ranks above Greece in 2022 in 2021": "“2021”",
    "Portugal ranks above Greece and Spain": "“and Spain”",
    "Portugal ranks above Portugal": "compared with itself",
    "Portugal": "ends there.*ranks above",
    "More researchers moved from Chile to Chile than back in 2018": "compared with itself",
    "More researchers moved from Chile to Peru than from Cuba to Peru in 2018": "same two countries",
    "More researchers moved from Chile to Peru than back in 2018-2016": "Write the earlier one first",
    "Portugal is great": "“great”.*“above”",
    "Congo ranks above Chad": "“Congo” may mean DR Congo or Congo .Brazzaville.",
    "Korea is third": "“Korea” may mean Republic of Korea or DPR Korea",
    "England ranks above France": "“England” has no figures of its own.*United Kingdom",
    "Yugoslavia ranks above Greece": "“Yugoslavia” is a former state",
    "us ranks above France": "begins with “us ranks",
    "Portugal rose": "between YEAR and YEAR",
    "Portugal rose from 2020 to 2010": "earlier one first",
    "Portugal rose 5 places since 2010": "“5 places since 2010”",
    "Portugal is among the top 0": "a whole number",
    "Portugal's researchers were above 5,000 % in 2020": "unit of this indicator .per million people.",
    "Portugal's rule of law was above 12,34 in 2020": "a number, such as",
    "Portugal's reserchers were above 3": "“reserchers were above 3”.*Researchers",
    "Chile's GDP was above € 3 billion in 2020": "“€” does not fit",
    "Chile had more researchers than Peru": "is a rate here .per million people.",
    "Germany leads Europe": "“Europe”",
    "France and Germany published more together in 2020 than in 2020": "Both years are 2020",
    "Iran published more with China than with China in 2020": "compared with itself",
    "x" * (LONGEST + 1): f"has {LONGEST + 1} characters",
    "<script>alert(1)</script>": "begins with “<script>alert",
    "'; DROP TABLE score; --": "begins with “'; DROP TABLE",
    "Portugal ranks above Greece'; DROP TABLE score": "DROP TABLE",
}


@pytest.mark.parametrize("text", UNDERSTOOD)
def test_a_sentence_is_understood(words, text: str) -> None:
    assert understand(text, words) == UNDERSTOOD[text]


@pytest.mark.parametrize("text", REFUSED)
def test_a_sentence_that_is_not_understood_is_told_where_and_what(words, text: str) -> None:
    with pytest.raises(ClaimError, match=REFUSED[text]):
        understand(text, words)


def test_the_examples_and_every_kind_of_the_grammar_are_understood(words) -> None:
    kinds = set()
    for form in (*EXAMPLES, *(form for _, form, _ in GRAMMAR)):
        text = form.replace("[UNIT] ", "").replace("[", "").replace("]", "")
        for hole, filling in (
            ("A's", "Chile's"),
            ("A ", "Chile "),
            ("than B", "than Peru"),
            ("above B", "above Peru"),
            ("and B", "and Peru"),
            ("with B", "with Peru"),
            ("to B", "to Peru"),
            ("YEAR–YEAR", "2016–2020"),
            ("with C", "with Cuba"),
            ("NODE", "education"),
            ("FIELD", "physics"),
            ("INDICATOR", "life expectancy"),
            (" N ", " 10 "),
            (" X ", " 70 "),
            ("between YEAR and YEAR", "between 2010 and 2020"),
            ("YEAR", "2020"),
            ("in 2020 than in 2020", "in 2020 than in 2010"),
        ):
            text = text.replace(hole, filling)
        kinds.add(type(understand(text, words)))
    assert kinds == {Order, Place, Change, Value, TwoValues, ValueChange, Together, Expected, Partners, Joined, Moves}


def test_every_country_is_found_by_its_name_unless_others_share_it(areas, words) -> None:
    present = areas.table[areas.table["kind"] != "former"]
    for code, name in zip(present["ref_area"], present["name"], strict=True):
        other = "Chad" if code != "TCD" else "Mali"
        if name.casefold() in SEVERAL:
            with pytest.raises(ClaimError, match="may mean"):
                understand(f"{name} ranks above {other}", words)
        else:
            found = understand(f"{name} ranks above {other}", words)
            assert isinstance(found, Order) and found.a == code, name


@st.composite
def any_claim(draw, words, catalogue, areas):
    """A claim of any kind with its years named."""
    present = sorted(areas.table.loc[areas.table["kind"] != "former", "ref_area"])
    a, b, c = draw(st.lists(st.sampled_from(present), min_size=3, max_size=3, unique=True))
    node = draw(st.sampled_from([n.code for n in catalogue.framework.nodes]))
    code = draw(st.sampled_from(sorted(words.units)))
    since = draw(st.integers(1950, 2020))
    year, yes = draw(st.integers(since + 1, 2040)), draw(st.booleans())
    digits = draw(st.integers(-(10**9), 10**9))
    exponent = draw(st.sampled_from((-3, -2, -1, 0)))
    number = Decimal(digits).scaleb(exponent)
    relation = draw(st.sampled_from(("above", "below", "at_least", "at_most", "equal")))
    return draw(
        st.sampled_from(
            (
                Order(a, b, yes, node, year),
                Place(a, draw(st.integers(1, 200)), yes, node, year),
                Change(a, draw(st.sampled_from(("rank", "score"))), yes, node, since, year),
                Value(a, code, relation, number, year),
                TwoValues(a, b, code, yes, year),
                ValueChange(a, code, yes, since, year),
                Together(a, b, yes, year, since),
                Expected(a, b, yes, year),
                Partners(a, b, c, yes, year),
                Joined(a, draw(st.sampled_from(sorted(ACCESSIONS))), draw(st.booleans()), yes, year),
                Moves(a, b, yes, since, draw(st.sampled_from((since, year)))),
            )
        )
    )


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_claim_restated_is_the_same_claim(words, catalogue, areas, data) -> None:
    claim = data.draw(any_claim(words, catalogue, areas))
    text = restated.restated(claim, SimpleNamespace(areas=areas, catalogue=catalogue))
    assert understand(text, words) == claim


def test_the_name_that_is_shown_for_an_area_means_it_alone(words) -> None:
    for code, name in words.areas.shown.items():
        assert words.areas.known[plain(name)] == (code,)


@pytest.mark.parametrize("text", ["12 million", "1.50 million", "3.40", "1,000", "2 trillion", "0.5", "10 thousand"])
def test_a_number_keeps_its_digits(words, text: str) -> None:
    claim = understand(f"Chile's population was {text} in 2020", words)
    again = understand(f"Chile's population was {restated.written(claim.number)} in 2020", words)
    assert again.number.as_tuple() == claim.number.as_tuple()


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=LONGEST))
def test_no_text_breaks_the_grammar(words, text: str) -> None:
    try:
        understand(text, words)
    except ClaimError as error:
        assert str(error)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(" ".join(UNDERSTOOD).split()), max_size=12).map(" ".join))
def test_no_shuffled_words_break_the_grammar(words, text: str) -> None:
    try:
        understand(text, words)
    except ClaimError as error:
        assert str(error)


# --- evaluation -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("holds", "share", "verdict"),
    [
        (True, 1.0, "supported"),
        (True, 0.95, "supported"),
        (True, 0.949, "within_uncertainty"),
        (False, 1.0, "within_uncertainty"),
        (False, 0.051, "within_uncertainty"),
        (False, 0.05, "not_supported"),
        (False, 0.0, "not_supported"),
        (True, 0.0, "within_uncertainty"),
    ],
)
def test_the_rule(holds: bool, share: float, verdict: str) -> None:
    assert check.of_share(holds, share) == verdict


@pytest.mark.parametrize("node", ["std", *FACTORS])
def test_an_order_is_the_share_of_the_draws(known, engine, areas, node: str) -> None:
    found = known.draws(YEAR, node)
    ranking = served.ranking(engine, node, YEAR).dropna(subset=["rank"])
    chosen = ranking["ref_area"].iloc[[0, 1, 20, 24, 60, 61, -1]].tolist()
    for a, b in pairwise(chosen):
        said = restated.restated(Order(a, b, True, node, YEAR), known)
        answer = check.check(said, known)
        assert answer.probability == pytest.approx(above.share_above(found, node, a, b))
        assert answer.holds
        back = check.check(restated.restated(Order(b, a, True, node, YEAR), known), known)
        assert back.holds is False
        assert back.probability + answer.probability == pytest.approx(1)


def test_the_ranks_of_an_answer_are_the_published_ones(known, engine) -> None:
    ranking = served.ranking(engine, "national", YEAR).set_index("ref_area")
    for area in ranking.index[ranking["rank"].notna()][::25]:
        claim = Place(area, 10, True, "national", YEAR)
        standing = check.check(restated.restated(claim, known), known).standings[0]
        row = ranking.loc[area]
        for name in ("rank", "rank_p05", "rank_p95", "score", "score_p05", "score_p95"):
            assert getattr(standing, name) == row[name], name
        ranks = above.ranks_in(known.draws(YEAR, "national"), "national", area)
        assert above.rank_range(ranks) == (row["rank_p05"], row["rank_p95"])


def test_a_place_agrees_with_the_range_of_the_rank(known, engine) -> None:
    ranking = served.ranking(engine, "std", YEAR)
    for row in ranking[ranking["rank"].notna()].iloc[5:150:30].itertuples():
        high, low = int(row.rank_p95), int(row.rank_p05)
        found = known.draws(YEAR, "std")
        assert above.share_at(found, "std", row.ref_area, high, within=True) >= 0.95
        assert above.share_at(found, "std", row.ref_area, high - 1, within=True) < 0.95
        inside = sum(above.share_at(found, "std", row.ref_area, n, within=False) for n in range(low, high + 1))
        assert 0.9 <= inside <= 1


def test_a_dimensions_draws_are_those_that_make_the_factor(known, catalogue, monkeypatch) -> None:
    """Each draw of a factor is the mean of its dimensions' draws, under the weights of that draw, stated or learnt."""
    made_of: list[Model] = []
    monkeypatch.setattr(above, "model_of", lambda *given: made_of.append(model_of(*given)) or made_of[-1])
    areas_, factors = above.simulated(known.engine, catalogue, known.areas, YEAR)
    model, method = made_of[0], catalogue.methodology
    drawn = next(blocks(model, method.uncertain.draws, method.seed))
    tree = model.tree
    measured = [d for d in catalogue.framework.children("national") if d.indicators]
    place = [f.code for f in tree.levels[1]].index("national")
    first = sum(len(d.children) for d in tree.levels[0])
    span = edge_spans(tree)[1][place]
    (choice,) = (i for i in model.inputs if isinstance(i, WeightChoice))
    own = np.array([t.levels[1][place].weights for t in choice.trees])[drawn["weighting"]]
    weights = drawn["weights"][:, first + span.start : first + span.stop] * own
    parts = np.stack([known.draws(YEAR, d.code)[1][d.code] for d in measured], axis=-1)
    share = weights[:, None, :] * ~np.isnan(parts)
    made = (share * np.nan_to_num(parts)).sum(axis=-1) / share.sum(axis=-1)
    known_there = np.isfinite(factors["national"])
    assert known_there.mean() > 0.8
    assert len(np.unique(own, axis=0)) == 2
    assert np.allclose(made[known_there], factors["national"][known_there])
    assert known.draws(YEAR, measured[0].code)[0] == areas_


def test_a_dimension_is_ranked_by_its_published_score(known, engine) -> None:
    scores = served.ranking(engine, "education", YEAR)
    scores = scores[scores["is_ranked"] & scores["score"].notna()].sort_values("score", ascending=False)
    area = scores["ref_area"].iloc[9]
    answer = check.check(restated.restated(Place(area, 10, True, "education", YEAR), known), known)
    assert answer.standings[0].rank == 10 and answer.holds
    assert answer.standings[0].ranked_areas == len(scores)
    low, high = answer.standings[0].rank_p05, answer.standings[0].rank_p95
    assert low <= np.median(above.ranks_in(known.draws(YEAR, "education"), "education", area)) <= high


def test_a_change_is_compared_draw_by_draw(known) -> None:
    before, after = known.draws(2018, "std"), known.draws(YEAR, "std")
    for area in ("PRT", "KOR", "BRA", "EST"):
        shares = {
            rose: check.check(
                restated.restated(Change(area, "rank", rose, "std", 2018, YEAR), known), known
            ).probability
            for rose in (True, False)
        }
        gain = above.ranks_in(before, "std", area) - above.ranks_in(after, "std", area)
        assert shares == {True: np.mean(gain > 0), False: np.mean(gain < 0)}
        same = np.mean(gain == 0)
        assert sum(shares.values()) + same == pytest.approx(1)
        by_score = check.check(restated.restated(Change(area, "score", True, "std", 2018, YEAR), known), known)
        old, new = (f[1]["std"][:, f[0].index(area)] for f in (before, after))
        assert by_score.probability == pytest.approx(np.mean(new > old))


def test_a_change_that_is_mostly_other_figures_is_within_uncertainty(known, engine, catalogue) -> None:
    """A change that leaves its earlier range is supported only where it remains on the same figures."""
    kinds: collections.Counter[bool] = collections.Counter()
    nodes = ("std", *(f.code for f in catalogue.framework.level("factor")))
    for since, node in itertools.product(range(YEAR - 1, 2010, -1), nodes):
        cells = lab_queries.normalised_cells(engine, (since, YEAR))
        like = like_for_like(cells, catalogue.indicators, catalogue.framework, catalogue.methodology, (since, YEAR))
        moved = with_like_for_like(served.movers(engine, node, YEAR, since), like[like["node"] == node])
        beyond = moved[moved["change_is_clear"] | moved["is_of_coverage"]]
        for row in beyond.groupby("is_of_coverage").head(5).itertuples():
            of_coverage = bool(row.is_of_coverage)
            if kinds[of_coverage] == 5:
                continue
            kinds[of_coverage] += 1
            claim = Change(row.ref_area, "rank", row.rank < row.rank_before, node, since, YEAR)
            answer = check.check(restated.restated(claim, known), known)
            assert answer.holds and answer.probability > 0.95
            wanted = "within_uncertainty" if of_coverage else "supported"
            assert answer.verdict == wanted, row.ref_area
            assert any("data coverage" in n for n in answer.notes) == of_coverage
        if min(kinds[True], kinds[False]) == 5:
            return
    assert kinds[True] and kinds[False]


def observed(engine, code: str):
    frame = served.observations(engine, [code])
    return frame[frame["counterpart_area"] == NOT_APPLICABLE]


def test_a_value_is_that_of_its_very_year(known, engine) -> None:
    row = observed(engine, "rd_expenditure_gdp").query("ref_area == 'CHL'").iloc[-1]
    value, year = row["obs_value"], row["time_period"]
    shown = numbers.number(value)
    for words_, verdict in (
        (f"was above {value - 0.1:.2f}", "supported"),
        (f"was below {value - 0.1:.2f}", "not_supported"),
        (f"was above {shown}", "not_supported"),
        (f"was at least {shown}", "supported"),
        (f"was at most {shown}", "supported"),
        (f"was {shown}", "supported"),
        (f"was {value:.1f}", "supported"),
        (f"was {value + 0.1:.1f}", "not_supported"),
    ):
        answer = check.check(f"Chile's R&D spending {words_} % in {year}", known)
        assert answer.verdict == verdict, words_
        assert answer.probability is None
        assert answer.figures[0].value == value and answer.figures[0].licence
    late = check.check(f"Chile's R&D spending was above 0 % in {year + 3}", known)
    assert late.verdict == "cannot_be_checked" and late.holds is None
    assert f"no figure for {year + 3}; the nearest is for {year}" in late.why
    assert late.instead == replace(late.claim, year=year)


def test_two_figures_that_are_written_alike_are_equal(known, engine) -> None:
    frame = observed(engine, "rd_expenditure_gdp")
    frame = frame[frame["time_period"] == 2019].assign(shown=lambda f: f["obs_value"].round(2))
    frame = frame[frame["obs_value"].between(1, 9)]
    twins = frame[frame.duplicated("shown", keep=False)].sort_values("obs_value")
    a, b = (twins.groupby("shown")["ref_area"].first().iloc[0], twins.groupby("shown")["ref_area"].last().iloc[0])
    for higher in (True, False):
        claim = TwoValues(a, b, "rd_expenditure_gdp", higher, 2019)
        answer = check.check(restated.restated(claim, known), known)
        assert answer.verdict == "not_supported" and "equal as published" in answer.why


def test_an_estimate_is_named_and_a_complete_list_means_none(known, engine) -> None:
    frame = served.observations(engine, ["net_student_flow"])
    row = frame[frame["obs_status"] == "E"].iloc[-1]
    claim = Value(row["ref_area"], "net_student_flow", "above", Decimal(-(10**9)), int(row["time_period"]))
    answer = check.check(restated.restated(claim, known), known)
    assert answer.verdict == "supported" and "estimated by the source" in answer.why
    prizes = observed(engine, "nobel_awards_birth")
    assert not ((prizes["ref_area"] == "TCD") & (prizes["time_period"] == 2020)).any()
    none = check.check("Chad's Nobel prizes of the year by birth was below 1 in 2020", known)
    assert none.verdict == "supported" and none.figures[0].value == 0
    assert any("names all there are" in note for note in none.notes)
    before = check.check("Chad's Nobel prizes of the year by birth was below 1 in 1801", known)
    assert before.verdict == "cannot_be_checked"


def test_pairs_are_compared_whichever_is_named_first(known, engine) -> None:
    query = (
        "SELECT time_period, obs_value FROM current_observation WHERE indicator = 'copublications' "
        "AND ref_area = 'DEU' AND counterpart_area = 'FRA'"
    )
    with engine.connect() as connection:
        value = {row[0]: row[1] for row in connection.execute(sql(query))}
    for text in (
        "France and Germany published more together in 2020 than in 2010",
        "Germany and France published more together in 2020 than in 2010",
    ):
        answer = check.check(text, known)
        assert [f.value for f in answer.figures] == [value[2020], value[2010]]
        assert answer.holds == (answer.figures[0].value > answer.figures[1].value)


def test_what_has_no_rank_or_no_score_cannot_be_checked(known, engine) -> None:
    ranking = served.ranking(engine, "std", YEAR)
    unranked = ranking[ranking["rank"].isna()]["name"].iloc[0]
    for text, why in (
        (f"{unranked} ranks above Greece in {YEAR}", "is not ranked in 2022: "),
        ("Portugal ranks above Greece in 1950", "no scores for 1950; the scored years are"),
        (f"Portugal ranks above Greece in sabbatical leave in {YEAR}", "is not measured: "),
    ):
        answer = check.check(text, known)
        assert (answer.verdict, answer.holds, answer.probability) == ("cannot_be_checked", None, None)
        assert why in answer.why


def test_a_missing_year_is_the_newest_and_is_said(known) -> None:
    answer = check.check("Portugal ranks above Greece", known)
    assert answer.claim.year == known.years[-1]
    assert f"{known.years[-1]}, the newest scored year" in answer.notes[0]
    with pytest.raises(ClaimError, match="earlier one first"):
        check.check(f"Portugal rose since {known.years[-1]}", known)


def test_ranks_among_other_countries_are_told(known, engine) -> None:
    since = 2014
    old, new = (served.ranking(engine, "std", y) for y in (since, YEAR))
    both = set(old["ref_area"][old["is_ranked"]]) & set(new["ref_area"][new["is_ranked"]])
    area = min(both)
    claim = Change(area, "rank", False, "std", since, YEAR)
    answer = check.check(restated.restated(claim, known), known)
    then = old[old["ref_area"].isin(both)].sort_values("score", ascending=False)["ref_area"]
    place = numbers.ordinal(then.tolist().index(area) + 1)
    said = f"{int(old['is_ranked'].sum())} countries are ranked in {since}"
    assert len(both) < new["is_ranked"].sum()
    assert any(said in n and f"Among the {len(both)} ranked in both years, it was {place} " in n for n in answer.notes)


# --- one answer everywhere --------------------------------------------------------------------------

EVERYWHERE = (
    "Portugal ranks above Greece in national factors in 2022",
    "Portugal is among the top 14 in 2022",
    "Portugal ranks 16th in 2022",
    "Estonia rose in infrastructural factors between 2012 and 2022",
    "Nigeria is ahead of Kenya in education in 2022",
    "Israel had a higher R&D spending than South Korea in 2021",
    "Andorra ranks above Malta in 2022",
)


def text_of(component) -> str:
    """All words of a component."""
    said = []
    for piece in pieces(component):
        children = getattr(piece, "children", None)
        for child in children if isinstance(children, list) else [children]:
            said += [child] if isinstance(child, str) else []
    return "\n".join(said)


@pytest.mark.parametrize("text", EVERYWHERE)
def test_page_command_and_api_give_one_answer(ctx, known, built_url, monkeypatch, text: str) -> None:
    answer = check.check(text, known)
    client = create_app(ctx).server.test_client()
    sent = client.get("/api/v1/claim", query_string={"text": text}).json["data"]
    assert (sent["verdict"], sent["probability"]) == (answer.verdict, answer.probability)
    assert sent["why"] == answer.why
    monkeypatch.setenv("SCIDIP_DATABASE_URL", built_url)
    told = CliRunner().invoke(main, ["claim", text])
    assert told.exit_code == 0
    verdict = check.VERDICTS[answer.verdict]
    assert told.output.startswith(verdict) and answer.why in told.output
    shown = text_of(page.answer(ctx, text))
    assert verdict in shown.splitlines() and answer.why in shown
    if answer.probability is not None:
        share = f"{sentences.per_cent(answer.probability)} of 1,000 simulated methods"
        assert share in told.output and share in shown
    link = urlparse(sent["link"])
    query = parse_qs(link.query)
    assert query["v"] == [ctx.data_version] and sent["link"] in told.output and sent["link"] in shown
    assert check.check(query["text"][0], known).claim == answer.claim


def test_the_command_exits_with_2_only_when_not_understood(built_url, monkeypatch) -> None:
    monkeypatch.setenv("SCIDIP_DATABASE_URL", built_url)
    refused = CliRunner().invoke(main, ["claim", "Portugal is nice"])
    assert refused.exit_code == 2 and EXAMPLES[0] in refused.output
    assert "Traceback" not in refused.output
    assert CliRunner().invoke(main, ["claim", "Greece ranks above Portugal in 2022"]).exit_code == 0


def test_the_api_tells_where_it_stopped_and_keeps_what_may_not_be_passed_on(ctx) -> None:
    client = create_app(ctx).server.test_client()
    empty = client.get("/api/v1/claim", query_string={"text": ""})
    assert (empty.status_code, empty.json["error"]["code"]) == (400, "empty_parameter")
    for text in ("Portugal ranks abve Greece", "<script>alert(1)</script>", "x" * 5000):
        answer = client.get("/api/v1/claim", query_string={"text": text})
        assert answer.status_code == 400
        error = answer.json["error"]
        assert error["code"] == "claim_not_understood" and error["message"] and error["examples"]
    held = [i for i in client.get("/api/v1/indicators").json["data"] if i["withheld"] and i["arity"] == "area"]
    seen = 0
    for spec in held:
        for year in range(2010, 2024):
            text = f"Germany's {spec['code']} was above -1,000 in {year}"
            sent = client.get("/api/v1/claim", query_string={"text": text}).json["data"]
            assert all(f["value"] is None and f["withheld"] for f in sent["figures"])
            if sent["verdict"] == "supported":
                seen += 1
                # Nor may the sentence give the figure away.
                assert "withheld" in sent["why"]
                break
    assert seen > 0


@pytest.mark.parametrize("text", [t for t in REFUSED if t.strip()])
def test_the_page_shows_hostile_text_as_text(ctx, text: str) -> None:
    shown = text_of(page.answer(ctx, text))
    assert "This claim was not understood." in shown


def test_the_answer_is_in_the_visitors_language(ctx, known) -> None:
    invented = Language("xx", "Invented", area_names={"PRT": "PORTUGALLIA", "GRC": "GRAECIA"})
    with speaking(invented):
        shown = text_of(page.layout(ctx, page.State(EVERYWHERE[0])))
    assert "PORTUGALLIA" in shown and "Claims are read in English for now" in shown
    assert "text=Portugal+ranks+above+Greece" in shown
    assert "in English for now" not in text_of(page.layout(ctx, page.State("")))


def test_the_answers_in_the_documents_are_real(known) -> None:
    text = (Path(__file__).resolve().parent.parent / "docs" / "claims.md").read_text("utf-8")
    rows = re.findall(r"^\| (.+) \| \*\*(.+)\.\*\* (.+) \|$", text.split("## Examples")[1], re.MULTILINE)
    assert len(rows) > 5
    for claim, verdict, why in rows:
        answer = check.check(claim, known)
        assert answer.why == why
        assert verdict.split(" (")[0] == check.VERDICTS[answer.verdict]
        if answer.probability is not None:
            assert f"({sentences.per_cent(answer.probability)} of" in verdict
