"""Tables of the pages about countries, methods, networks, claims and files: values, the same in every language."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pandas as pd
import pytest

from scidip.dashboard.core import component_tree
from scidip.dashboard.core.component_tree import kind, parts, text, values_of
from scidip.dashboard.core.context import Context
from scidip.dashboard.files import chart_part
from scidip.dashboard.pages.methodology import coherence
from scidip.dashboard.server import factory
from scidip.dashboard.server.factory import create_app
from scidip.figures.text import numbers
from scidip.findings.audit.validity import validity_table
from scidip.findings.exhibit import Table, said
from scidip.findings.laboratory import ranked_of
from scidip.findings.network import NetworkView
from scidip.indicators.language.current import ENGLISH, Language, speaking
from scidip.indicators.language.po_files import load_language
from scidip.indicators.vocabulary import oldest_current
from scidip.publish.render import table_files
from scidip.store.queries import area_queries, served
from tests.test_pages import make_context

FRENCH = Path(__file__).resolve().parent.parent / "data" / "languages" / "fr.po"
PARTIES = "p=Balanced!infra.50~Research!national.90,copyright.80~Open!international.90,visa.100,education.30~"
STATES = {
    "/country": ("area=PRT", "area=AND", "area=XKX&year=2012", "area=GRL"),
    "/compare": ("areas=PRT,GRC,XKX", "areas=PRT,AND&x=articles_pm&y=infra&size=population&year=2015"),
    "/robustness": ("", "aggregate=geometric&missing=any&w=infra.80&a=PRT&b=GRC", "framework=four_factors&year=2015"),
    "/claim": (
        "",
        "text=Portugal ranks above Greece in 2022",
        "text=Andorra is among the top 10 in 2020",
        "text=Portugal and Spain published more together in 2022 than in 2015",
        "text=Portugal's researchers was above 4000 in 2020",
    ),
    "/methodology": ("", "framework=four_factors"),
    "/network": (
        "",
        "area=PRT&layers=joint_projects",
        "layers=copublications,student_flow&drop=USA",
        "drop=FRA&tie=DEU&group=EU",
    ),
    "/downloads": ("",),
    "/tensions": ("", "area=KOR&year=2021"),
    "/unesco": ("", "area=KEN", "area=AND"),
    "/negotiation": (PARTIES, f"{PARTIES}&a=JPN&b=FRA&level=dimension", f"{PARTIES}&a=FRA&first=10&year=2020"),
}
"""The pages that this file is about, each in states that show other tables or other gaps."""
VIEWS = [f"{path}?{query}".rstrip("?") for path, queries in STATES.items() for query in queries]
TABLES_OF = {
    "/country": 5,
    "/compare": 2,
    "/robustness": 3,
    "/claim": 1,
    "/methodology": 10,
    "/network": 1,
    "/downloads": 3,
    "/tensions": 1,
    "/unesco": 2,
    "/negotiation": 4,
}
"""Tables that every state of a page has at least."""
EDITIONS = {"vintage"}
"""Columns of names that may look like numbers: an edition is called 2023."""
RANGES = (("rank", "rank_p05", "rank_p95"), ("rank_published", "rank_p05_published", "rank_p95_published"))
"""Ranks, and the columns of the range of each."""
NUMBER = re.compile(r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?")


@pytest.fixture(scope="module")
def ctx(built_url, catalogue, areas, sources) -> Context:
    return make_context(built_url, catalogue, areas, sources)


@pytest.fixture(scope="module")
def french() -> Language:
    return load_language(FRENCH)


@pytest.fixture(scope="module")
def server(ctx):
    return create_app(ctx).server


def tables_of(server, ctx: Context, view: str, language: Language = ENGLISH) -> list[Any]:
    """Return the components of all tables of a view, in reading order, as rendered in *language*."""
    address, _, query = view.partition("?")
    module = {m.PAGE.path: m for m in factory._pages()}[address]
    with server.test_request_context(view):
        server.preprocess_request()
        with speaking(language):
            page = factory.render(module, ctx, dict(parse_qsl(query)))
    return [f.node for f in chart_part._walk(page) if kind(f.node) == "Table"]


@pytest.fixture(scope="module")
def rendered(server, ctx):
    """The tables of a view, rendered once in each language."""
    known: dict[tuple[str, str], list[Any]] = {}

    def get(view: str, language: Language = ENGLISH) -> list[Any]:
        key = (view, language.code)
        if key not in known:
            known[key] = tables_of(server, ctx, view, language)
        return known[key]

    return get


def values(tables: list[Any]) -> list[Table]:
    found = [values_of(t) for t in tables]
    assert None not in found, [text(t)[:60] for t, v in zip(tables, found, strict=True) if v is None]
    return found  # type: ignore[return-value]


@pytest.mark.parametrize("view", VIEWS)
def test_every_table_holds_its_values_under_its_own_caption(rendered, view) -> None:
    tables = rendered(view)
    assert len(tables) >= TABLES_OF[view.partition("?")[0]]
    for table, held in zip(tables, values(tables), strict=True):
        caption = next(text(p) for p in parts(table) if kind(p) == "Caption")
        assert said(held.caption) == caption
        assert held.rows, caption


@pytest.mark.parametrize("view", VIEWS)
def test_the_values_are_the_same_whatever_language_the_page_is_in(rendered, french, view) -> None:
    here, there = values(rendered(view)), values(rendered(view, french))
    assert len(here) == len(there)
    for one, other in zip(here, there, strict=True):
        with speaking(french):
            frame = other.frame()
        pd.testing.assert_frame_equal(one.frame(), frame)


@pytest.mark.parametrize("view", VIEWS)
def test_the_words_of_columns_follow_the_language(rendered, french, view) -> None:
    with speaking(french):
        french_heads = [c.head for t in values(rendered(view, french)) for c in t.columns]
    english = [c.head for t in values(rendered(view)) for c in t.columns]
    assert sum(a != b for a, b in zip(english, french_heads, strict=True)) > len(english) / 2


@pytest.mark.parametrize("view", VIEWS)
def test_numbers_are_numbers_and_stand_with_their_units_years_and_ranges(rendered, view) -> None:
    for held in values(rendered(view)):
        frame, keys = held.frame(), {c.key for c in held.columns}
        for name in frame.columns[frame.dtypes == "string"]:
            cells = frame[name].dropna()
            if len(cells) and name not in EDITIONS:
                assert not cells.str.fullmatch(r"[\s\d.,+\-−%]+").all(), (said(held.caption), name)
        for column in held.columns:
            if column.kind == "number":
                assert column.unit or "unit" in keys, (said(held.caption), column.key)
        if "obs_value" in keys:
            assert {"unit", "time_period"} <= set(frame.columns)
            known = frame[frame["obs_value"].notna()]
            assert known["unit"].notna().all() and known["time_period"].notna().all()
        if "score" in keys or "rank" in keys:
            assert "time_period" in keys
        for name, low, high in RANGES:
            if name in keys:
                assert (frame[name].isna() | frame[low].notna() & frame[high].notna()).all()
        assert not (frame == "–").any(axis=None)


@pytest.mark.parametrize("view", VIEWS)
def test_every_number_in_a_cell_on_screen_is_among_the_values_of_its_row(rendered, view) -> None:
    """Per row where a row on screen is one of the table; where it is several, as years side by side, per table."""
    for table, held in zip(rendered(view), values(rendered(view)), strict=True):
        rows = list(screen_rows(table))
        # "carried to 2023": the year of the page stands in the caption, not in each row.
        page = set(NUMBER.findall(said(held.caption)))
        written = [spelled(held, row) | page for row in held.rows]
        if len(rows) != len(written):
            written = [set().union(*written)] * len(rows)
        for cells, allowed in zip(rows, written, strict=True):
            shown = {n for cell in cells for n in NUMBER.findall(cell)}
            assert shown <= allowed, (said(held.caption), cells, shown - allowed)


def screen_rows(table: Any) -> Iterator[list[str]]:
    """Yield the words of the cells of each row of figures: not of the names of rows, nor of heads of groups."""
    for body in parts(table):
        for row in parts(body) if kind(body) == "Tbody" else ():
            first = next(iter(parts(row)))
            if component_tree.of(first, "scope") == "rowgroup" and not _not_measured(body):
                continue
            yield [" ".join(map(text, parts(cell))) for cell in parts(row) if kind(cell) == "Td"]


def _not_measured(body: Any) -> bool:
    return "not-measured" in component_tree.classes(body)


def spelled(held: Table, row: tuple[Any, ...]) -> set[str]:
    """Return how the numbers of a row of values may be written on screen, to different decimals and as percentages."""
    found: set[str] = set()
    unit = dict(zip((c.key for c in held.columns), row, strict=True)).get("unit")
    for column, value in zip(held.columns, row, strict=True):
        if value is None:
            continue
        words = [column.write(value)]
        if column.kind in ("number", "integer"):
            words += [numbers.fixed(v, d) for v in (abs(value), 100 * value) for d in range(4)]
            words += [numbers.number(abs(value)), numbers.value(value, str(unit or column.unit))]
        found |= {n for w in words for n in NUMBER.findall(w)}
    return found


@pytest.mark.parametrize("view", VIEWS)
def test_a_file_read_back_is_the_table(rendered, view) -> None:
    for held in values(rendered(view)):
        frame = held.frame()
        file = table_files.as_csv(frame, [("Title", said(held.caption))])
        read = pd.read_csv(
            io.BytesIO(file), comment="#", dtype=dict(frame.dtypes), keep_default_na=False, na_values=[""]
        )
        pd.testing.assert_frame_equal(read, frame)


# --- against the database ---------------------------------------------------------------------


def test_the_figures_of_a_country_are_those_of_the_database(rendered, ctx) -> None:
    kept = area_queries.area_indicators(ctx.engine, "PRT", ctx.years[-1]).set_index("indicator")
    frames = [t.frame() for t in values(rendered("/country?area=PRT"))]
    figures = pd.concat([f for f in frames if "scoring" in f], ignore_index=True)
    known = figures[figures["obs_value"].notna()]
    silence = figures["obs_value"].isna() & figures["later_value"].isna()
    assert len(known) > 50 and (silence == figures["unit"].isna()).all()
    for row in known.to_dict("records"):
        figure = kept.loc[row["indicator"]]
        assert row["ref_area"] == "PRT" and row["obs_value"] == figure["obs_value"]
        assert row["time_period"] == figure["time_period"]
        assert row["unit"] == ctx.catalogue.indicators[row["indicator"]].unit
        assert (row["status"] == "carried") == (figure["time_period"] < oldest_current(ctx.years[-1]))
        if row["scoring"] == "scored":
            assert row["normalised"] == figure["normalised"]
        else:
            assert pd.isna(row["normalised"])
    silent = figures[figures["obs_value"].isna()]
    assert set(silent["status"]) <= {"not_published", "not_known", "not_measured"}
    assert silent["remark"].notna().all() and silent["indicator"].isna().eq(silent["status"] == "not_measured").all()


def test_a_comparison_holds_the_scores_and_ranks_of_the_database(rendered, ctx) -> None:
    shown = values(rendered("/compare?areas=PRT,GRC,XKX"))[-1].frame()
    assert set(shown["ref_area"]) == {"PRT", "GRC", "XKX"}
    columns = ["score", "score_p05", "score_p95", "rank", "rank_p05", "rank_p95", "carried_share"]
    for area, part in shown.groupby("ref_area"):
        scores = served.area_scores(ctx.engine, str(area))
        now = scores[scores["time_period"] == ctx.years[-1]].set_index("node")
        own = part.set_index("node")
        wanted = now[columns].reindex(own.index)
        # A dimension has a score and no rank; nothing is put where there is none.
        pd.testing.assert_frame_equal(own[columns].astype("float64"), wanted, check_names=False)
    assert len(shown) > 45


def test_quantities_of_a_comparison_have_one_row_for_each_country_and_axis(rendered, ctx) -> None:
    view = "/compare?areas=PRT,AND&x=articles_pm&y=infra&size=population&year=2015"
    shown = values(rendered(view))[0].frame()
    assert shown[["ref_area", "axis"]].to_numpy().tolist() == [
        [a, x] for a in ("PRT", "AND") for x in ("x", "y", "size")
    ]
    score = served.area_scores(ctx.engine, "PRT").set_index(["node", "time_period"]).at[("infra", 2015), "score"]
    row = shown.iloc[1]
    assert (row["node"], row["obs_value"], row["unit"], row["time_period"]) == ("infra", score, "score", 2015)
    assert shown.loc[shown["node"].isna(), "indicator"].tolist() == ["articles_pm", "population"] * 2


def test_own_ranks_stand_beside_the_published_ones(rendered, ctx) -> None:
    shown = values(rendered("/robustness"))[0].frame().set_index("ref_area")
    kept = served.ranking(ctx.engine, ctx.index_code, ctx.years[-1]).set_index("ref_area")
    kept = kept[kept["rank"].notna()]
    assert set(shown.index) == set(kept.index)
    kept = kept.loc[shown.index]
    for name in ("rank", "rank_p05", "rank_p95"):
        published = name.replace("rank", "rank_published") if name == "rank" else f"{name}_published"
        assert shown[published].tolist() == kept[name].tolist()
        assert shown[name].tolist() == kept[name].tolist(), "the choices are the published ones"
    assert set(shown["change"]) == {0} and not shown["clear"].any()


def test_an_area_without_a_rank_under_own_choices_has_no_change(rendered) -> None:
    view = "/robustness?aggregate=geometric&missing=any&w=infra.80&a=PRT&b=GRC"
    shown = values(rendered(view))[0].frame()
    both = shown["rank"].notna() & shown["rank_published"].notna()
    assert (shown["change"].notna() == both).all() and (shown["status"] == "ranked").eq(both).all()
    moved = shown[both]
    assert (moved["change"] == moved["rank_published"] - moved["rank"]).all() and moved["change"].ne(0).any()


def test_the_best_tied_and_the_partners_are_those_of_the_network(rendered, ctx) -> None:
    view = NetworkView(ctx, ("copublications",), ctx.years[-1], 2)
    shown = values(rendered("/network"))[-1].frame()
    kept = view.network.centralities.head(len(shown))
    for column, own in (("ref_area",) * 2, ("obs_value", "strength"), ("kept_ties", "ties"), ("paths", "between")):
        assert shown[column].tolist() == kept[own].tolist()
    assert set(shown["time_period"]) == set(view.years) and set(shown["unit"]) == {"works"}
    around = NetworkView(ctx, ("joint_projects",), ctx.years[-1], 2).network
    partners = values(rendered("/network?area=PRT&layers=joint_projects"))[-1].frame()
    ties = around.all_ties[around.areas.index("PRT")]
    for row in partners.to_dict("records"):
        value = ties[around.areas.index(row["counterpart_area"])]
        assert (row["obs_value"], row["share"]) == (value, pytest.approx(100 * value / ties.sum()))


def test_consistency_and_validity_are_those_that_were_computed(rendered, ctx) -> None:
    held = {said(t.caption): t.frame() for t in values(rendered("/methodology"))}
    alpha = next(f for f in held.values() if "alpha" in f).set_index("node")
    kept = coherence._alpha(ranked_of(ctx, "three_factors", ctx.years[-1])).set_index("node")
    assert alpha.index.tolist() == kept.index.tolist()
    pd.testing.assert_series_equal(alpha["alpha"], kept["alpha"], check_index=False)
    assert alpha["parts"].tolist() == kept["children"].tolist()
    valid = held["Correlation with published indices"]
    wanted = validity_table(ctx.engine, ctx.catalogue)
    assert valid["indicator"].tolist() == wanted["code"].tolist()
    assert valid["correlation"].tolist() == wanted["correlation"].tolist()
