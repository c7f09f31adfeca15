"""Figures bear any frame: none, one or only missing rows; and they say so."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from scidip.figures import comparisons, lines, maps, networks, profiles, rankings, slopes, theme, trends, values
from scidip.figures.text import labels, numbers
from tests.test_architecture import ROOT

MODES = ("light", "dark")


def ranking_frame(n: int = 30) -> pd.DataFrame:
    codes = ["CHE", "SGP", "XKX", "SMR", *(f"Q{chr(65 + i // 26)}{chr(65 + i % 26)}" for i in range(n))][:n]
    ranks = np.arange(1.0, n + 1)
    return pd.DataFrame(
        {
            "ref_area": codes,
            "name": codes,
            "score": np.linspace(80, 20, n),
            "rank": ranks,
            "score_p05": np.linspace(75, 15, n),
            "score_p95": np.linspace(85, 25, n),
            "rank_p05": np.maximum(ranks - 2, 1),
            "rank_p50": ranks,
            "rank_p95": ranks + 3,
            "is_ranked": True,
            "reason": "",
            "coverage": 1.0,
            "carried_share": 0.0,
        }
    )


def profile_frame(n: int = 4) -> pd.DataFrame:
    rows = [(f"d{i}", f"Dimension {i}", "infra" if i < 2 else "national", "A factor", 40.0 + i, 50.0) for i in range(n)]
    return pd.DataFrame(rows, columns=["node", "name", "factor", "factor_name", "score", "peer_score"])


def trend_frame(n: int = 8) -> pd.DataFrame:
    frame = ranking_frame(n)
    return frame.assign(time_period=range(2010, 2010 + n), carried_share=np.linspace(0, 1, n) if n else [])


def lines_frame(n: int = 8) -> pd.DataFrame:
    frame = trend_frame(n).assign(ref_area="CHE", name="Switzerland", hollow=False, text="between")
    return pd.concat([frame, frame.assign(ref_area="SGP", name="Singapore")], ignore_index=True)


def value_frame(n: int = 30) -> pd.DataFrame:
    return ranking_frame(n).assign(hollow=False, text="2020", score=np.geomspace(900, 0.5, n) if n else [])


def movers_frame(n: int = 30) -> pd.DataFrame:
    frame = ranking_frame(n)
    before = {f"{c}_before": frame[c].to_numpy()[::-1] for c in ("rank", "rank_p05", "rank_p95")}
    return frame.assign(**before, change_is_clear=frame["rank"] > 3, is_of_coverage=False, is_of_others=False)


def coverage_frame(n: int = 5) -> pd.DataFrame:
    return pd.DataFrame({"time_period": range(2015, 2015 + n), "areas": range(n)})


def compare_frame(n: int = 4) -> pd.DataFrame:
    frame = profile_frame(n).drop(columns="peer_score").assign(ref_area="CHE", area_name="Switzerland")
    return pd.concat([frame, frame.assign(ref_area="SGP", area_name="Singapore")], ignore_index=True)


def pairs_frame(n: int = 30) -> pd.DataFrame:
    frame = value_frame(n)
    return frame.assign(x=frame["score"], y=frame["rank"], size=frame["score"])


FIGURES: dict[str, tuple[Callable[..., go.Figure], Callable[[int], pd.DataFrame]]] = {
    "map": (lambda f, m: maps.world(f, "infra", m, "CHE"), ranking_frame),
    "profile": (lambda f, m: profiles.dimensions(f, "median", m), profile_frame),
    "trend": (lambda f, m: trends.ribbon(f, "national", m, 2012), trend_frame),
    "value map": (lambda f, m: maps.world(f, "infra", m, step=0.1, tooltip=lambda r: r.text), value_frame),
    "lines": (lambda f, m: lines.chart(f, m, 2012), lines_frame),
    "distribution": (lambda f, m: values.distribution(f, "infra", m, ["SGP", "CHE"], "%"), value_frame),
    "slope": (lambda f, m: slopes.slope(f, "std", m, ["CHE", "SGP"], (2015, 2020)), movers_frame),
    "profiles": (lambda f, m: comparisons.profile(f, m), compare_frame),
    "scatter": (lambda f, m: comparisons.scatter(f, m, ["CHE"], "a", "b", "c"), pairs_frame),
    "ranking": (lambda f, m: rankings.intervals(f, "std", m, "CHE"), ranking_frame),
}


def said(figure: go.Figure) -> str:
    return " ".join(note.text for note in figure.layout.annotations)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_without_figures_says_so(name: str, mode: str) -> None:
    draw, frame = FIGURES[name]
    empty = draw(frame(0), mode)
    full = frame(4)
    blank = full.assign(
        **{c: np.nan for c in full.columns if c.startswith(("score", "rank")) or c in ("peer_score", "x", "y", "size")}
    )
    for figure in (empty, draw(blank, mode)):
        assert said(figure).endswith(".")
        assert not figure.data
        figure.to_json()


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_of_one_row_or_many_is_drawn(name: str) -> None:
    draw, frame = FIGURES[name]
    for n in (1, 4, 30):
        assert draw(frame(n), "light").data


@pytest.mark.parametrize("name", ["trend", "ranking"])
def test_a_figure_without_intervals_is_drawn(name: str) -> None:
    draw, frame = FIGURES[name]
    blank = dict.fromkeys(("score_p05", "score_p95", "rank_p05", "rank_p50", "rank_p95"), np.nan)
    assert draw(frame(5).assign(**blank), "dark").data


def test_no_tooltip_shows_a_rank_without_its_interval() -> None:
    frame = ranking_frame()
    for figure in (
        maps.world(frame, "std", "light"),
        rankings.intervals(frame, "std", "light"),
        trends.ribbon(trend_frame(), "std", "light"),
    ):
        texts = [t for trace in figure.data for t in (trace.text if trace.text is not None else ())]
        assert texts
        assert all("between" in text or "90 %" in text for text in texts)


def test_coverage_by_year_marks_the_year_shown_and_bears_no_rows() -> None:
    bars = values.coverage(coverage_frame(), "light", 2017, "infra").data[0]
    assert [c == theme.token("light", "infra") for c in bars.marker.color].index(True) == 2
    assert said(values.coverage(coverage_frame(0), "dark", 2017, "infra")).endswith(".")


def test_a_slope_tells_both_ranges_and_dots_a_change_within_the_doubt() -> None:
    figure = slopes.slope(movers_frame(6), "std", "light", ["CHE", "Q00"], (2015, 2020))
    line = next(t for t in figure.data if t.text is not None)
    assert line.line.dash == "dot" and line.text[0].count("between") == 2


def test_bands_start_anew_where_a_range_no_longer_overlaps_with_the_first() -> None:
    frame = ranking_frame(6).assign(rank_p05=[1, 1, 3, 4, 6, 6], rank_p95=[2, 4, 5, 5, 6, 6])
    assert rankings.bands(frame).tolist() == [0, 0, 1, 1, 2, 2]
    assert rankings.bands(frame.head(0)).empty
    unknown = frame.assign(rank_p05=np.nan, rank_p95=np.nan)
    assert rankings.bands(unknown).tolist() == list(range(6))


def test_names_are_kept_apart_in_order_and_moved_no_further_than_needed() -> None:
    assert labels.apart([1.0, 9.0], 2.0) == [1.0, 9.0]
    moved = labels.apart([5.0, 5.0, 5.1, 20.0], 2.0)
    assert all(b - a >= 2.0 - 1e-9 for a, b in zip(sorted(moved), sorted(moved)[1:], strict=False))
    assert moved[3] == 20.0 and labels.apart([], 1.0) == []


def test_zero_is_a_class_of_its_own_where_many_values_are_zero() -> None:
    many = pd.Series([0.0] * 10 + [1.0, 2.0, 5.0, 9.0, 20.0])
    bounds = maps.class_bounds(many)
    assert maps.has_zero_class(many) and bounds[:2] == [0.0, 1.0]
    assert maps.class_labels(bounds, zero=True)[0] == "0"
    assert not maps.has_zero_class(pd.Series([0.0] * 5)) and not maps.has_zero_class(pd.Series([1.0]))


def test_each_small_or_undrawn_country_has_a_dot() -> None:
    dots = [t for t in maps.world(ranking_frame(), "std", "light").data if t.type == "scattergeo"]
    assert {code for trace in dots for code in trace.customdata} == {"SGP", "XKX", "SMR"}


def test_countries_not_ranked_are_a_trace_of_their_own_drawn_first() -> None:
    frame = ranking_frame().assign(is_ranked=lambda f: f["ref_area"] != "CHE")
    assert list(maps.world(frame, "std", "light").data[0].locations) == ["CHE"]


def test_classes_cover_all_scores_and_are_few() -> None:
    bounds = maps.class_bounds(pd.Series([3.2, 9.0, 41.0, 77.7, 80.1, 80.2, np.nan]))
    assert bounds == sorted(set(bounds)) and bounds[0] <= 3.2 and bounds[-1] >= 80.2 and 2 <= len(bounds) <= 6
    assert maps.class_bounds(pd.Series([50.0] * 9)) == [50.0, 51.0]
    assert maps.class_bounds(pd.Series(dtype=float)) == []


def test_the_colours_are_those_of_the_style_sheet() -> None:
    css = (ROOT / "assets" / "base.css").read_text("utf-8")
    light, dark = css.split(':root[data-theme="dark"] {')
    for mode, part in (("light", light), ("dark", dark.split("}")[0])):
        for name, colour in theme.TOKENS[mode].items():
            assert f"--{name}: {colour};" in part, (mode, name)


def test_steps_of_a_scale_grow_evenly_to_the_full_colour() -> None:
    for mode in MODES:
        for node in ("infra", "national", "international", "std"):
            scale = theme.sequential(mode, node)
            assert scale[-1] == theme.token(mode, node)
            lightness = [theme._to_oklab(c)[0] for c in [theme.token(mode, "paper"), *scale]]
            steps = np.diff(lightness[1:])
            assert np.ptp(steps) < 0.01 and abs(steps).min() > 0.03


@pytest.mark.parametrize(
    ("amount", "unit", "text"),
    [
        (3.4213, "percent_gdp", "3.42 % of GDP"),
        (0.0, "per_million", "0 per million people"),
        (212, "countries", "212 countries"),
        (957475.0, "students", "957,475 students"),
        (0.012345, "ratio", "0.0123"),
        (45.67, "percent", "45.7 %"),
        (5.0, "percent_students", "5 % of tertiary students"),
        (1234.5, "per_million", "1,234 per million people"),
        (float("nan"), "percent", "no figure published"),
        (-1.5, "ratio", "−1.50"),
    ],
)
def test_values_are_written_with_their_unit(amount: float, unit: str, text: str) -> None:
    assert numbers.value(amount, unit) == text


@pytest.mark.parametrize(
    ("rank", "text"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (11, "11th"), (22, "22nd"), (113, "113th")]
)
def test_ordinals(rank: int, text: str) -> None:
    assert numbers.ordinal(rank) == text


def test_a_line_breaks_where_it_rests_on_other_figures() -> None:
    frame = trend_frame(5)
    line = trends.ribbon(frame, "std", "light", breaks=[2012, 2030]).data[-1]
    assert list(line.x) == [2010, 2011, 2011.5, 2012, 2013, 2014]
    assert line.y[2] is None and list(line.y[:2]) == frame["score"].tolist()[:2]
    assert len(line.text) == len(line.marker.color) == len(line.x)
    assert [trends.other_figures() in t for t in line.text] == [False] * 3 + [True] + [False] * 2
    first = trends.ribbon(frame, "std", "light", breaks=[2010]).data[-1]
    assert list(first.x) == list(range(2010, 2015))
    both = lines.chart(lines_frame(5), "light", breaks={"SGP": [2011, 2013]}).data[-2:]
    assert [list(t.y).count(None) for t in both] == [0, 2]
    assert both[1].x[1] == 2010.5


def test_names_near_the_edge_of_a_network_grow_inwards() -> None:
    nodes = pd.DataFrame(
        {
            "ref_area": ["RUS", "FRA", "USA"],
            "name": ["Russian Federation", "France", "United States of America"],
            "x": [-3.0, 0.5, 4.0],
            "y": [0.0, 1.0, 0.0],
            "size": [1.0, 0.5, 0.2],
            "text": ["a", "b", "c"],
        }
    )
    ties = pd.DataFrame({"source": [0], "target": [1], "weight": [2.0], "layer": [0]})
    drawn = networks.network(nodes, ties, "light", names=True).data[-1]
    assert list(drawn.textposition) == ["top right", "top center", "top left"]
    assert networks.network(nodes.head(1), ties.head(0), "light", names=True).data[-1].text == ("Russian Federation",)


def test_names_in_square_characters_have_the_room_that_they_take() -> None:
    assert labels.width(["不含该伙伴的成果"]) == labels.width(["x" * 14])
    assert labels.width(["Works"]) == 12 + 8 * 5
    for name in ("Republic of Korea", "x" * 60, "不" * 12, "不" * 30, "大韩民国 (x)" * 5):
        kept = labels.short(name)
        assert labels.length(kept.removesuffix("…")) <= labels.LONGEST
        assert (kept == name) is (labels.length(name) <= labels.LONGEST)
