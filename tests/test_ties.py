"""Ties between areas, by hand on invented layers."""

import itertools

import numpy as np
import pandas as pd
import pytest

from scidip.dashboard.pages.pair import page as pair
from scidip.dashboard.pages.pair import sections
from scidip.figures.text import numbers
from scidip.findings.exhibits import pair as exhibits
from scidip.findings.pair import PairView, layer_of
from scidip.findings.pair_sentences import intensities
from scidip.indicators.pairs.intensity import pair_intensities
from scidip.indicators.pairs.layer import Layer, comparable, exposure, strongest_pairs
from scidip.indicators.pairs.out_of_line import FLOOR, out_of_line
from tests.test_pages import make_context

COLUMNS = ["ref_area", "counterpart_area", "time_period", "obs_value", "obs_status"]


def layer(*rows, directed: bool = False, lists_all: bool = False) -> Layer:
    frame = pd.DataFrame([(*row, "A") for row in rows], columns=COLUMNS)
    return Layer("invented", directed, lists_all, frame)


JOINT = layer(("A", "B", 2020, 6.0), ("A", "C", 2020, 2.0), ("B", "C", 2020, 4.0), ("A", "B", 2019, 1.0))


def test_an_undirected_layer_is_the_same_from_both_sides() -> None:
    assert JOINT.value("A", "B", 2020) == JOINT.value("B", "A", 2020) == 6.0
    assert JOINT.series("B", "A").to_dict() == {2019: 1.0, 2020: 6.0}
    assert np.isnan(JOINT.value("A", "A", 2020))
    assert np.isnan(JOINT.value("A", "C", 2019)), "a pair that is not listed is unknown"


def test_a_directed_layer_is_not() -> None:
    flows = layer(("A", "B", 2020, 9.0), ("B", "A", 2020, 3.0), ("C", "A", 2020, 1.0), directed=True)
    assert (flows.value("A", "B", 2020), flows.value("B", "A", 2020)) == (9.0, 3.0)
    assert flows.partners("A", 2020).to_dict() == {"B": 9.0}
    assert flows.partners("A", 2020, incoming=True).to_dict() == {"B": 3.0, "C": 1.0}


def test_where_a_layer_lists_all_no_tie_is_zero_and_is_no_partner() -> None:
    lists = layer(("A", "B", 2020, 2.0), ("B", "C", 2020, 1.0), lists_all=True)
    assert lists.value("A", "C", 2020) == 0.0
    assert list(lists.partners("A", 2020).index) == ["B"]
    assert lists.series("A", "C").to_dict() == {2020: 0.0}


def test_exposure_is_the_share_of_the_partner_and_its_place() -> None:
    found = exposure(JOINT, "C", "B", 2020)
    assert found is not None
    assert (found.value, found.share, found.place, found.of) == (4.0, 4 / 6, 1, 2)
    assert exposure(JOINT, "A", "D", 2020) is None
    assert exposure(JOINT, "D", "A", 2020) is None


def test_the_year_is_the_newest_up_to_the_asked_one() -> None:
    assert (JOINT.year_for(2025), JOINT.year_for(2019), JOINT.year_for(2000)) == (2020, 2019, 2019)
    assert layer().year_for(2020) is None


def test_summed_adds_the_years_up() -> None:
    assert JOINT.summed.value("A", "B", 2020) == 7.0


def test_a_pair_is_compared_with_those_of_the_nearest_totals() -> None:
    # Six areas of the same size: every pair has 1, but one has 5.
    areas = "ABCDEF"
    rows = [(a, b, 2020, 5.0 if a + b == "AB" else 1.0) for a in areas for b in areas if a < b]
    found = comparable(layer(*rows), "A", "B", 2020, nearest=6)
    assert found is not None
    assert (found.value, found.low, found.middle, found.high, found.reading) == (5.0, 1.0, 1.0, 1.0, "above")
    assert comparable(layer(*rows), "A", "B", 2020, nearest=15) is None, "too few others"
    assert comparable(JOINT, "A", "Z", 2020) is None


def test_intensities_are_those_of_the_whole_layer() -> None:
    found = JOINT.intensities("A", "C")
    part = JOINT.frame[JOINT.frame["time_period"] == 2020]
    expected = pair_intensities(part).set_index(["ref_area", "counterpart_area"]).loc[("A", "C")]
    assert found.loc[2020, ["there", "back", "affinity"]].tolist() == pytest.approx(
        [expected["intensity"], expected["intensity_back"], expected["affinity"]]
    )
    assert JOINT.intensities("A", "Z").empty


def test_partners_are_counted_by_year() -> None:
    assert JOINT.partner_counts("B") == {2019: 1, 2020: 2}
    assert JOINT.partner_counts("Z") == {}


def test_the_strongest_pairs_come_once_and_in_order() -> None:
    assert strongest_pairs(JOINT, 2020, 2) == [("A", "B", 6.0), ("B", "C", 4.0)]


# --- the page ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ctx(built_url, catalogue, areas, sources):
    return make_context(built_url, catalogue, areas, sources)


def figure_of(engine, code: str, a: str, b: str, year: int) -> float:
    """A figure straight from the table of observations."""
    from sqlalchemy import text

    query = text(
        "select obs_value from observation o join vintage v on v.run_id = o.run_id where indicator = :i and "
        "ref_area = :a and counterpart_area = :b and time_period = :y"
    )
    with engine.connect() as connection:
        return float(connection.execute(query, {"i": code, "a": a, "b": b, "y": year}).scalar_one())


def words(component) -> str:
    from tests.test_pages import pieces

    texts = []
    for piece in pieces(component):
        children = getattr(piece, "children", None)
        parts = children if isinstance(children, list | tuple) else [children]
        texts += [p for p in parts if isinstance(p, str)]
    return " | ".join(texts)


def test_a_pairs_figures_are_those_of_the_database(ctx, engine) -> None:
    view = PairView(ctx, "PRT", "DEU", 2023)
    works = figure_of(engine, "copublications", "DEU", "PRT", 2023)
    assert view.ties["copublications"].value() == works
    year = view.ties["student_flow"].year
    assert view.ties["student_flow"].value() == figure_of(engine, "student_flow", "PRT", "DEU", year)
    page = words(pair.layout(ctx, pair.State("PRT", "DEU")))
    partners = view.ties["copublications"].layer.partners("PRT", 2023)
    place = int((partners > works).sum()) + 1
    assert f"Germany is the {numbers.ordinal(place)} partner of Portugal" in page
    assert numbers.value(works, "works") in page
    assert numbers.value(view.ties["student_flow"].value(), "students") in page


def test_intensity_is_neutral_at_one_and_sees_both_sides(ctx) -> None:
    there = intensities(PairView(ctx, "PRT", "ESP", 2023))
    back = intensities(PairView(ctx, "ESP", "PRT", 2023))
    assert there["there"].tolist() == back["back"].tolist()
    assert there["there"].iloc[-1] > 1, "neighbours work together more than chance"


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"a": "FRA"},
        {"a": "FRA", "b": "FRA"},
        {"a": "VAT", "b": "TUV"},
        {"a": "XKX", "b": "TWN", "year": "2010"},
        {"a": "<script>", "b": "' OR 1"},
    ],
)
def test_every_pair_has_a_page(ctx, query) -> None:
    state, notices = pair.State.from_query(query, pair.allowed(ctx))
    page = words(pair.layout(ctx, state))
    assert len(page) > 100
    assert ("<script>" in str(query)) == bool(notices)


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("lists_all", [True, False])
def test_exposure_and_known_years_are_those_of_the_lists_they_shorten(directed: bool, lists_all: bool) -> None:
    """Synthetic: ties of four areas, drawn; some pairs and years have none."""
    random = np.random.default_rng(7)
    ties = [(a, b, y) for a in "ABCD" for b in "ABCD" for y in range(2018, 2021) if a < b or (directed and a > b)]
    kept = [t for t in ties if random.random() < 0.6]
    frame = pd.DataFrame(kept, columns=["ref_area", "counterpart_area", "time_period"])
    frame = frame.assign(obs_value=random.integers(0, 9, len(frame)).astype(float), obs_status="A", file=0)
    layer = Layer("made_up", directed, lists_all, frame)
    for a, b, year in ((a, b, y) for a in "ABCDX" for b in "ABCDX" for y in range(2018, 2021)):
        assert layer.known_years(a, b) == layer.series(a, b).index.tolist()
        for incoming in (True, False):
            listed = layer.partners(a, year, incoming=incoming)
            found = exposure(layer, a, b, year, incoming=incoming)
            assert (found is None) == (b not in listed.index)
            if found is not None:
                own = listed[b]
                expected = (own, own / listed.sum(), (listed > own).sum() + 1, len(listed))
                assert (found.value, found.share, found.place, found.of) == expected


@pytest.mark.parametrize("ends", [("KEN", "NOR"), ("PRT", "DEU"), ("KOR", "JPN"), ("FRA", "DEU")], ids="-".join)
def test_a_line_of_students_is_open_over_every_year_without_a_figure(ctx, ends) -> None:
    """As its subtitle says: nothing is drawn from one figure to the next where years lie between."""
    view = PairView(ctx, *ends, ctx.years[-1])
    layer_ = view.ties["student_flow"].layer
    graphs = [g for g in sections.trends(view, "light", "p-{}".format)._traverse_with_paths()]
    figures = {g.id: g.figure for _path, g in graphs if getattr(g, "id", "") == "p-students"}
    drawn = [trace for figure in figures.values() for trace in figure["data"] if trace["mode"] == "lines+markers"]
    held = [s for s in (layer_.series(*ends), layer_.series(*ends[::-1])) if len(s)]
    assert len(drawn) == len(held) > 0
    for trace in drawn:
        years = [x if y is not None else None for x, y in zip(trace["x"], trace["y"], strict=True)]
        joined = [(a, b) for a, b in itertools.pairwise(years) if a is not None and b is not None]
        assert all(b - a == 1 for a, b in joined), "a line leads over years that nobody counted"


def test_a_year_is_out_of_line_when_it_is_three_times_both_years_beside_it_or_a_third_of_both() -> None:
    def of(*figures: float) -> list[int]:
        return out_of_line(pd.Series(figures, index=range(2000, 2000 + len(figures))))

    assert of(52, 3156, 56) == [2001] and of(600, 150, 700) == [2001]
    assert of(100, 300, 100) == [], "three times is not more than three times"
    assert of(50, 199, 50) == [] and of(199, 10, 900) == [], "of too few works to tell"
    assert of(100, 400, 1300) == [] and of(1300, 400, 100) == [], "growth and decline"
    assert of(3156, 52) == [] and of(52, 3156) == [], "not judged without a year on both sides"
    assert of(52, np.nan, 3156, 56, 60) == [] and of() == []
    gap = pd.Series([52.0, 3156.0, 56.0], index=[2000, 2001, 2003])
    assert out_of_line(gap) == []


def test_whoever_sees_a_line_is_told_of_each_year_out_of_line(ctx) -> None:
    """By every pair with enough joint works; the words hold the figures of the source."""
    told = {}
    whole = layer_of(ctx, "copublications")
    for a, b in itertools.combinations(whole.areas, 2):
        series = whole.series(a, b)
        if len(series) and series.max() >= FLOOR and (years := out_of_line(series)):
            view = PairView(ctx, a, b, ctx.years[-1])
            notes = [str(note) for note in exhibits.joint(view).notes]
            assert notes == [str(note) for note in exhibits.intensity(view).notes]
            for year, note in zip(years, notes, strict=True):
                figures = [numbers.number(series[y]) for y in (year, year - 1, year + 1)]
                assert all(figure in note for figure in (str(year), *figures))
            told[a, b] = years
    assert told["CHE", "UKR"] == [2006, 2012] and told["COL", "CRI"] == [2020] and ("DEU", "FRA") not in told
    assert exhibits.joint(PairView(ctx, "DEU", "FRA", ctx.years[-1])).notes == ()
