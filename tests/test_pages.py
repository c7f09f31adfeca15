"""Pages: the state is the address, whatever the address says; and an empty database is designed."""

import json
from collections import Counter
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from dash import html
from dash.development.base_component import Component
from plotly.utils import PlotlyJSONEncoder

from scidip.dashboard.core import fast_html
from scidip.dashboard.core.context import Context
from scidip.dashboard.core.page import PageState, make_id
from scidip.dashboard.core.query_cache import LARGE, LARGEST, SPARE, QueryCache
from scidip.dashboard.pages import downloads
from scidip.dashboard.pages.compare import page as compare
from scidip.dashboard.pages.country import page as country
from scidip.dashboard.pages.indicator import page as indicator
from scidip.dashboard.pages.overview import page as overview
from scidip.dashboard.pages.ranking import full_ranking
from scidip.dashboard.pages.ranking import page as ranking
from scidip.dashboard.server.factory import create_app, render
from scidip.dashboard.widgets import quantity, rank_changes
from scidip.figures.text import numbers, sentences
from scidip.store.database.engine import open_engine
from scidip.store.queries import break_queries, served
from tests.ahead import adopt
from tests.test_figures import ranking_frame

MODULES = (overview, ranking, country, compare, indicator, downloads)


def make_context(
    url: str, catalogue: Any, areas: Any, sources: Any, *, create: bool = False, ahead: bool = True, **more: Any
) -> Context:
    specs = {k: s.spec for k, s in sources.items()}
    pd.set_option("mode.string_storage", "python")  # as the server does
    made = Context(open_engine(url, create=create), catalogue, areas, specs, "test", **more)
    if ahead:
        adopt(made)
    return made


@pytest.fixture(scope="module")
def ctx(built_url, catalogue, areas, sources) -> Context:
    made = make_context(built_url, catalogue, areas, sources)
    made.prepare()
    return made


@pytest.fixture
def empty(tmp_path, catalogue, areas, sources) -> Context:
    return make_context(f"sqlite:///{tmp_path / 'empty.sqlite'}", catalogue, areas, sources, create=True)


def pieces(component: Any) -> Iterator[Component]:
    """Yield a component and all below it."""
    if isinstance(component, dict) and "props" in component:
        component = SimpleNamespace(**component["props"])
    if isinstance(component, Component | SimpleNamespace):
        yield component
        yield from pieces(getattr(component, "children", None))
    elif isinstance(component, list | tuple):
        for part in component:
            yield from pieces(part)


def ids(component: Component) -> list[str]:
    return [p.id for p in pieces(component) if isinstance(getattr(p, "id", None), str)]


def notices(component: Component) -> list[str]:
    return [p.children for p in pieces(component) if getattr(p, "className", None) == "notice"]


def text_of(component: Component) -> str:
    """Return the words of a component, without charts."""
    words = [p.children for p in pieces(component) if isinstance(p.children if hasattr(p, "children") else None, str)]
    return " ".join(words)


# --- state ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "state",
    [
        overview.State(),
        overview.State("national", 2015, "FRA", "table"),
        country.State("PRT"),
        country.State("KOR", 2012),
        ranking.State(group="EU", sort="-score"),
        ranking.State("infra", 2020, mode="two", since=2012, areas="PRT,GRC"),
        compare.State("PRT,GRC", 2019, "articles_pm", "infra", "population"),
        indicator.State("std", "trend", 2015, "PRT"),
        downloads.State("researchers_pm", "CHL"),
        downloads.State(area="CIV"),
    ],
)
def test_a_state_goes_into_an_address_and_comes_back(state: PageState) -> None:
    from urllib.parse import parse_qsl

    query = dict(parse_qsl(state.to_query().removeprefix("?")))
    assert type(state).from_query(query) == (state, [])


def test_the_usual_view_has_a_bare_address() -> None:
    assert overview.State().to_query() == ""


def test_unknown_keys_are_ignored() -> None:
    assert overview.State.from_query({"utm_source": "x", "node": "national"}) == (overview.State("national"), [])


HOSTILE = [
    "<script>alert(1)</script>",
    "std' OR 1=1; DROP TABLE score; --",
    "x" * 10_240,
    "../../etc/passwd",
    "\x00",
    "9" * 400,
    "-1",
    "1e3",
    "２０２０",
    "2_020",
    ["national", "infra"],
    "javascript:alert(1)",
    "{{7*7}}",
    "ÿ" * 50,
]


@pytest.mark.parametrize("bad", HOSTILE, ids=lambda b: repr(b)[:20])
@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.PAGE.name)
def test_a_bad_value_falls_back_with_a_notice(ctx, module, bad) -> None:
    # All fields at once: a page drawn once for each would take minutes.
    fields = module.State.__dataclass_fields__
    page = render(module, ctx, dict.fromkeys(fields, bad))
    assert len(notices(page)) == len(fields)
    assert all(len(notice) < 200 for notice in notices(page))
    json.dumps(page, cls=_Encoder)


@pytest.mark.parametrize("year", ["1850", "2150", "0"])
def test_a_year_without_scores_falls_back_with_a_notice(ctx, year) -> None:
    assert len(notices(render(overview, ctx, {"year": year}))) == 1


class _Encoder(json.JSONEncoder):
    def default(self, o: Any) -> Any:
        return o.to_plotly_json() if isinstance(o, Component | go.Figure) else str(o)


# --- pages ------------------------------------------------------------------------------------


def test_ids_are_unique_across_pages(ctx) -> None:
    pages = [render(m, ctx, {"area": "PRT"}) for m in MODULES]
    twice = [i for i, n in Counter(i for page in pages for i in ids(page)).items() if n > 1]
    assert twice == []
    assert make_id(country.PAGE)("year") == "country-year"


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.PAGE.name)
def test_an_empty_database_says_what_to_run(empty, module) -> None:
    words = text_of(render(module, empty, {"area": "PRT"}))
    if module.PAGE.needs_scores:
        assert "scidip build" in words
    json.dumps(render(module, empty, {}), cls=_Encoder)


@pytest.mark.parametrize("area", ["USA", "CHN", "VAT", "XKX", "MDV", "ATA", "TWN", "SMR", "PRK", "SUN"])
def test_every_kind_of_area_has_a_page(ctx, area) -> None:
    for year in (ctx.years[0], ctx.years[-1]):
        words = text_of(render(country, ctx, {"area": area, "year": str(year)})) if area in ctx.areas.codes else ""
        assert "nan" not in words.lower().split() and "N/A" not in words and "None" not in words


def test_every_year_and_factor_has_an_overview(ctx) -> None:
    for year in ctx.years:
        for node in ("std", "infra", "national", "international"):
            words = text_of(render(overview, ctx, {"node": node, "year": str(year)}))
            assert "nan" not in words.lower().split()


def test_a_country_page_states_the_catalogue_figure_with_year_and_origin(ctx) -> None:
    page = render(country, ctx, {"area": "USA", "year": "2020"})
    row = next(p for p in pieces(page) if getattr(p, "data-indicator", None) == "rd_expenditure_gdp")
    words = text_of(row)
    assert "3.42 % of GDP" in words or "3.47 % of GDP" in words
    assert "2020" in words and "CC BY 4.0" in words


def test_dimensions_without_a_source_are_listed_with_the_reason(ctx) -> None:
    words = text_of(render(country, ctx, {"area": "PRT"}))
    for node in ctx.catalogue.framework.level("dimension"):
        assert node.name in words
        assert not node.not_measured or node.not_measured in words


@pytest.mark.parametrize("codes", ["PRT,PRT", "PRT,ZZZ", "PRT,", "PRT,GRC,ESP,ITA,FRA,DEU,AUT,CHE,NLD", "PRT;GRC"])
def test_a_list_of_countries_is_refused_whole(ctx, codes) -> None:
    assert len(notices(render(compare, ctx, {"areas": codes}))) == 1


def test_a_list_of_countries_keeps_its_order_and_needs_two(ctx) -> None:
    words = text_of(render(compare, ctx, {"areas": "GRC,XKX,VAT,PRT"}))
    assert words.index("Greece") < words.index("Kosovo") < words.index("Portugal")
    assert "at least two" in text_of(render(compare, ctx, {"areas": "PRT"}))


@pytest.mark.parametrize("view", ["map", "trend", "distribution", "ranking"])
def test_every_indicator_and_node_has_every_view(ctx, view) -> None:
    # Every node, and of the indicators each kind once: by unit, by absence, by what it is made of.
    kinds = {
        (i.unit, i.absent, i.derive is None, i.code in ctx.catalogue.framework.leaves): i.code
        for i in ctx.catalogue.indicators.values()
        if i.arity == "area"
    }
    known = [c for c in quantity.codes(ctx) if c not in ctx.catalogue.indicators]
    for code in [*known[:6], *kinds.values()][:: 3 if view == "map" else 8]:
        page = render(indicator, ctx, {"indicator": code, "view": view, "areas": "PRT,VAT"})
        words = text_of(page).split()
        assert not {"nan", "None", "NaN"} & set(words) and notices(page) == [], code


def test_zero_is_not_missing_and_an_old_figure_does_not_stand_for_a_late_year(ctx) -> None:
    births = quantity.Quantity(ctx, "nobel_births").values(2023).set_index("ref_area")
    assert births.at["PRT", "score"] >= 0 and (births["score"] == 0).sum() > 50
    states = [a for a, kind in ctx.areas.kinds.items() if kind == "state"]
    assert births.loc[states, "is_ranked"].all(), "a complete list speaks of every state"
    assert not births.at["GUM", "is_ranked"], "not of a territory it never names"
    spec = ctx.catalogue.indicators["rd_expenditure_gdp"]
    spending = quantity.Quantity(ctx, "rd_expenditure_gdp").values(2023)
    known = spending[spending["is_ranked"]]
    assert (2023 - known["time_period"]).max() <= spec.max_age
    assert spending.loc[~spending["is_ranked"], "score"].isna().all()


def test_a_carried_point_repeats_the_figure_before_it(ctx) -> None:
    series = quantity.Quantity(ctx, "articles_pm").series(["PRT"], 2023)
    last = series[series["time_period"] == 2023].iloc[0]
    assert last["hollow"] and last["score"] == series[~series["hollow"]]["score"].iloc[-1]


def test_a_ranking_is_limited_to_members_of_the_year(ctx) -> None:
    def areas(year: str) -> set[str]:
        page = render(ranking, ctx, {"group": "EU", "year": year})
        return {getattr(p, "data-area") for p in pieces(page) if hasattr(p, "data-area")}

    assert "GBR" in areas("2018") and "GBR" not in areas("2021")
    assert areas("2021") == ctx.areas.members("EU", 2021)


def test_no_rank_in_the_full_ranking_stands_without_its_range(ctx) -> None:
    page = render(ranking, ctx, {"sort": "-score"})
    rows = [p for p in pieces(page) if hasattr(p, "data-area") and p.className is None]
    assert len(rows) > 100
    for row in rows:
        cells = [c["props"]["children"] for c in row.children]
        assert cells[0].isdigit() and cells[3], cells[:4]


def test_a_click_on_a_head_sorts_its_own_way_first_and_then_the_other() -> None:
    assert full_ranking.sorted_next("rank", "score") == "-score"
    assert full_ranking.sorted_next("-score", "score") == "score"
    assert full_ranking.sorted_next("score", "name") == "name"
    assert full_ranking.direction("-score", "score") == "descending"
    assert full_ranking.direction("-score", "rank") == "none"


def test_two_years_say_whether_anything_clearly_moved(ctx) -> None:
    words = text_of(render(ranking, ctx, {"mode": "two", "since": "2017", "areas": "PRT"}))
    assert "clearly changed" in words and "within the doubt" in words
    empty_words = text_of(render(ranking, ctx, {"mode": "two", "group": "G7", "region": "South Asia"}))
    assert "No country" in empty_words


def test_a_plain_element_is_what_dash_would_send() -> None:
    ours = fast_html.el("Td", ["x", fast_html.el("B", "y")], className="num", **{"data-label": "Score"})
    theirs = html.Td(["x", html.B("y")], className="num", **{"data-label": "Score"})
    assert json.loads(json.dumps(theirs, cls=_Encoder)) == ours
    link = html.A("Portugal", href="/country?area=PRT&year=2020", className="area-link", **{"data-inner": ""})
    assert fast_html.country("PRT", "Portugal", 2020) == json.loads(json.dumps(link, cls=_Encoder))


# --- the application --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def client(ctx):
    return create_app(ctx).server.test_client()


def test_headers_forbid_strangers_and_the_index_names_its_language(client) -> None:
    answer = client.get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self' 'sha256-" in policy and "unsafe-eval" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff" and answer.headers["Referrer-Policy"]
    assert '<html lang="en"' in answer.text and "<title>Science and Technology Diplomacy Observatory" in answer.text
    assert "max-age" in client.get("/assets/topojson/world_50m.json").headers["Cache-Control"]


def test_two_applications_in_one_process_keep_their_databases(ctx, empty) -> None:
    full, bare = create_app(ctx).server.test_client(), create_app(empty).server.test_client()
    assert ctx.data_version in full.get("/_dash-layout").text
    assert ctx.data_version not in bare.get("/_dash-layout").text


def test_files_are_streamed_and_unknown_codes_refused(client) -> None:
    answer = client.get("/download/observations.csv?indicator=researchers_pm&area=CHL")
    assert answer.status_code == 200 and answer.mimetype == "text/csv"
    assert answer.text.startswith("indicator,field,ref_area,")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert client.get("/download/scores.csv?node=national").text.count("\n") > 100
    for bad in ("indicator=%3Cscript%3E", "area=ZZZ", "indicator=' OR 1=1"):
        assert client.get(f"/download/observations.csv?{bad}").status_code == 404


# --- words and memory -------------------------------------------------------------------------


def test_leaders_that_cannot_be_told_apart_are_named_together() -> None:
    frame = ranking_frame(8).assign(
        name=list("ABCDEFGH"), rank_p05=[1, 1, 2, 5, 5, 6, 7, 8], rank_p95=[2, 3, 4, 6, 7, 8, 8, 8]
    )
    assert sentences.leaders(frame, 2022) == "A, B and C lead in 2022; their order is not certain."
    alone = frame.assign(rank_p05=frame["rank"], rank_p95=frame["rank"])
    assert sentences.leaders(alone, 2022) == "A leads in 2022, in 90 % of simulated methods."
    many = frame.assign(rank_p05=1.0)
    assert sentences.leaders(many, 2022) == "A, B, C, D and four others lead in 2022; their order is not certain."
    assert sentences.leaders(frame.head(0), 2022) == "No country is ranked in 2022."


def test_names_take_their_article_inside_a_sentence() -> None:
    assert sentences.in_text("United Kingdom") == "the United Kingdom"
    assert sentences.in_text("Switzerland") == "Switzerland"


def test_queries_are_remembered_until_the_figures_change(ctx, monkeypatch) -> None:
    asked = []

    def answer(engine, year):
        asked.append(year)
        return ranking_frame(3)

    first = ctx.query(answer, year=1)
    first.loc[0, "name"] = "spoilt"
    assert ctx.query(answer, year=1).loc[0, "name"] == "CHE" and asked == [1]
    monkeypatch.setattr(served, "data_version", lambda _engine: "another")
    ctx.query(answer, year=1)
    assert asked == [1, 1]


def test_the_memory_is_bounded() -> None:
    cache, asked = QueryCache(2), []
    for key in (1, 2, 3, 1):
        cache.get(key, lambda key=key: asked.append(key) or key)
    assert asked == [1, 2, 3, 1]


def asked_of(cache: QueryCache, *keys: Any, bytes_each: int = 8) -> list[Any]:
    """Ask for each of the keys, and return those that were not known."""
    asked = []
    for key in keys:
        cache.get(key, lambda key=key: asked.append(key) or np.zeros(bytes_each // 8))
    return asked


def test_a_large_answer_drives_no_others_out_and_large_ones_are_bounded_in_bytes() -> None:
    cache, small = QueryCache(), [("small", n) for n in range(20)]
    cache.settle("v1")
    assert asked_of(cache, *small, bytes_each=SPARE // 40) == small
    large = [("large", n) for n in range(3)]
    assert asked_of(cache, *large, bytes_each=SPARE * 2) == large
    assert asked_of(cache, large[2], *small) == []
    assert asked_of(cache, large[0]) == [large[0]]
    few = [("few", n) for n in range(4)]
    asked_of(cache, *few, bytes_each=LARGEST // 4)
    assert asked_of(cache, *few, *small) == [], "those that have room together stay together"
    assert asked_of(cache, ("one", "more"), bytes_each=LARGEST // 4) and asked_of(cache, few[0]) == [few[0]]
    huge = ("huge", 1)
    assert asked_of(cache, huge, huge, bytes_each=LARGEST + 8) == [huge, huge], "bounded in bytes"


def test_what_is_read_ahead_stays_also_after_an_update() -> None:
    cache = QueryCache()
    for version in ("v1", "v2", "v3"):
        layers = [(n, version) for n in range(5)]
        cache.begin()
        assert asked_of(cache, *layers, bytes_each=LARGE * 4) == layers
        cache.settle(version)
        others = [("small", version, n) for n in range(3)]
        asked_of(cache, ("large", version), bytes_each=LARGE * 4)
        asked_of(cache, *others, bytes_each=SPARE // 2)
        assert asked_of(cache, *layers) == [], "read ahead once and kept"
    assert asked_of(cache, (0, "v1")) == [(0, "v1")], "of an old version nothing is kept"


def drawn_line(page: Component, id_: str, place: int = -1) -> dict[str, Any]:
    """Return one of the lines of a chart on a page, as the browser receives it."""
    graph = next(p for p in pieces(page) if getattr(p, "id", None) == id_)
    return json.loads(json.dumps(graph.to_plotly_json(), cls=PlotlyJSONEncoder))["props"]["figure"]["data"][place]


def test_a_line_of_scores_breaks_where_other_figures_are_known(ctx) -> None:
    broken = rank_changes.breaks(ctx, "national")["FRA"]
    assert 2016 in broken, "diplomatic posts and statistical capacity are known from 2016"
    line = drawn_line(render(country, ctx, {"area": "FRA"}), "country-trend-national")
    gaps = [x + 0.5 for x, y in zip(line["x"], line["y"], strict=True) if y is None]
    assert gaps == broken
    page = render(compare, ctx, {"areas": "PRT,FRA"})
    line = drawn_line(page, "compare-trend-national")
    assert [x for x, y in zip(line["x"], line["y"], strict=True) if y is None] == [y - 0.5 for y in broken]


def test_breaks_are_kept_with_the_scores_as_they_are_computed_from_their_cells(
    ctx, built_url, catalogue, areas, sources, monkeypatch
) -> None:
    """Of every area and node; a database of before has none, and they are computed then."""
    kept = ctx.query(break_queries.breaks)
    assert len(kept) > 1000 and not kept.duplicated().any()
    computed = rank_changes._breaks(ctx)[list(kept.columns)]
    assert set(map(tuple, kept.values.tolist())) == set(map(tuple, computed.values.tolist()))
    nodes = [n.code for n in ctx.catalogue.framework.nodes]
    whole = {node: rank_changes.breaks(ctx, node) for node in nodes}
    monkeypatch.setattr(rank_changes.break_queries, "breaks", lambda _engine: kept.iloc[:0])
    another = make_context(built_url, catalogue, areas, sources, ahead=False)
    assert {node: rank_changes.breaks(another, node) for node in nodes} == whole


def test_a_trend_of_scores_is_told_since_its_line_last_broke(ctx) -> None:
    score = ctx.query(served.ranking, node="national", year=ctx.years[-1]).set_index("ref_area")
    broken = rank_changes.breaks(ctx, "national")
    area = next(a for a in score.index[score["rank"].notna()] if max(broken.get(a, [0])) == ctx.years[-1])
    page = render(indicator, ctx, {"indicator": "national", "view": "trend", "areas": area})
    words = text_of(page)
    assert f"{score.at[area, 'name']}: {numbers.score(score.at[area, 'score'])} in {ctx.years[-1]}" in words
    assert "other figures than the year before" in words
