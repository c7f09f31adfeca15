"""Tables of overview, ranking, indicator, data quality and of a country's figures: the values they hold are what they show."""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, parse_qsl, urlsplit

import numpy as np
import pandas as pd
import pytest
from flask import Flask

from scidip.dashboard.core import component_tree
from scidip.dashboard.core.context import Context
from scidip.dashboard.files import chart_part
from scidip.dashboard.pages.overview import since_vintage
from scidip.dashboard.server import factory
from scidip.dashboard.server.factory import create_app
from scidip.dashboard.widgets.indicator_table import factor_table, panel_table
from scidip.figures.text import numbers
from scidip.findings.exhibit import TYPES, UNIT, Column, Table
from scidip.findings.exhibits import quality as quality_exhibits
from scidip.findings.exhibits import ranking as ranking_exhibits
from scidip.indicators.language.current import ENGLISH, Language, speaking
from scidip.indicators.language.po_files import load_languages
from scidip.indicators.units import UNITS
from scidip.publish.render import table_files
from scidip.store.queries import area_queries, indicator_queries, served
from tests.test_pages import make_context

ROOT = Path(__file__).resolve().parent.parent
PATHS = (
    "/",
    "/?view=table&node=national",
    "/?area=VAT&year=2015",
    "/ranking",
    "/ranking?sort=-score&node=infra",
    "/ranking?sort=name&group=EU",
    "/ranking?sort=width",
    "/ranking?sort=-national",
    "/ranking?mode=two&group=OECD",
    "/ranking?mode=two&node=infra&since=2012",
    "/indicator?indicator=rd_expenditure_gdp&areas=PRT",
    "/indicator?view=ranking",
    "/indicator?view=ranking&indicator=std",
    "/indicator?view=ranking&indicator=collaboration",
    "/indicator?view=map&indicator=national",
    "/indicator?view=ranking&indicator=fields_medals",
    "/indicator?view=trend&areas=PRT,GRC,DEU",
    "/indicator?view=trend&indicator=std&areas=FRA,DEU",
    "/indicator?view=trend&indicator=collaboration",
    "/indicator?view=distribution&areas=GRC,DEU",
    "/indicator?view=distribution&indicator=national&areas=PRT,CHE",
    "/audit",
    "/audit?year=2019",
    "/data-quality",
    "/sources",
)
AREAS = ("PRT", "TCD", "VAT")
"""Areas whose figures are looked at: with many, with few, with hardly any."""
RELEASES = {"vintage"}
"""Texts that may be made of digits alone: a release may be named by its year."""
NUMBER = re.compile(r"\d[\d,.]*\d|\d")
ROWS_THAT_COUNT = {"apart-head", "band-head"}
"""Rows that say how many follow."""


class Shown(NamedTuple):
    """A table of a page, and the values it holds."""

    node: Any
    table: Table
    frame: pd.DataFrame


@pytest.fixture(scope="module")
def ctx(built_url, catalogue, areas, sources) -> Context:
    languages = load_languages(ROOT / "data" / "languages")
    made = make_context(built_url, catalogue, areas, sources, languages=languages)
    made.prepare()
    return made


@pytest.fixture(scope="module")
def server(ctx) -> Flask:
    return create_app(ctx).server


@pytest.fixture(scope="module")
def french(ctx) -> Language:
    return ctx.languages["fr"]


def _shown(page: Any) -> list[Shown]:
    nodes = [f.node for f in chart_part._walk(page) if component_tree.kind(f.node) == "Table"]
    found = [(node, component_tree.values_of(node)) for node in nodes]
    assert all(isinstance(table, Table) for _node, table in found), "a table without its values"
    return [Shown(node, table, table.frame()) for node, table in found if table]


def shown_on(server: Flask, ctx: Context, path: str, language: str) -> list[Shown]:
    """Return the tables of a page as rendered in a language, once; their frames made while it is spoken."""
    known: dict[tuple[str, str], list[Shown]] = server.extensions.setdefault("shown", {})
    if (path, language) not in known:
        known[path, language] = _rendered(server, ctx, path, language)
    return known[path, language]


def _rendered(server: Flask, ctx: Context, path: str, language: str) -> list[Shown]:
    address, _, query = path.partition("?")
    module = {m.PAGE.path: m for m in factory._pages()}[address]
    asked = f"{path}{'&' if query else '?'}lang={language}"
    with server.test_request_context(asked):
        server.preprocess_request()
        return _shown(factory.render(module, ctx, dict(parse_qsl(query))))


def figures_of(ctx: Context, area: str, language: Language, year: int | None = None) -> list[Shown]:
    """Return the tables of an area's figures: of each factor, and of each panel; of the newest year unless named."""
    year = year or ctx.years[-1]
    with speaking(language), ctx.at_one_moment():
        indicators = ctx.query(area_queries.area_indicators, ref_area=area, year=year)
        kept = ctx.query(served.area_scores, ref_area=area)
        now = kept[kept["time_period"] == year]
        scores = dict(zip(now["node"], now["score"], strict=True))
        made = [factor_table(ctx, f, area, indicators, scores, year) for f in ctx.catalogue.framework.level("factor")]
        made += [panel_table(ctx, p, area, indicators, year) for p in ctx.catalogue.panels.values()]
        return [shown for part in made for shown in _shown(part)]


Ask = Callable[[Language], list[Shown]]


@pytest.fixture(params=[*PATHS, *AREAS])
def ask(request, server, ctx) -> Ask:
    """What returns the tables of a page, or of an area's figures, in a language."""
    what = request.param
    if what in AREAS:
        return lambda language: figures_of(ctx, what, language)
    return lambda language: shown_on(server, ctx, what, language.code)


# --- every table ------------------------------------------------------------------------------


def test_a_table_holds_typed_values_that_are_the_same_in_every_language(ask, ctx, french) -> None:
    english = ask(ENGLISH)
    assert english
    for shown, other in zip(english, ask(french), strict=True):
        pd.testing.assert_frame_equal(shown.frame, other.frame)
        for column in shown.table.columns:
            assert str(shown.frame[column.key].dtype) == TYPES[column.kind]
            _assert_no_number_is_a_text(shown.frame)
        _assert_units(shown)
        _assert_ranges(shown)
        back = pd.read_csv(
            io.BytesIO(table_files.as_csv(shown.frame, [("Title", "1, 2")])),
            comment="#",
            dtype=dict.fromkeys(RELEASES, "string"),
        )
        _assert_read_back(back, shown.frame)


def _assert_no_number_is_a_text(frame: pd.DataFrame) -> None:
    for name in frame.select_dtypes("string"):
        texts = frame[name].dropna()
        digits = texts.str.fullmatch(r"[-−+]?[\d.,\s]+%?")
        assert name in RELEASES or not (len(texts) and digits.all()), name


def _assert_units(shown: Shown) -> None:
    known = {*UNITS, "score", "points", "percent"}
    for column in shown.table.columns:
        own = "unit" if column.key == "obs_value" else column.key + UNIT
        if column.key in ("first_value", "second_value"):
            own = column.key.replace("value", "unit")
        elif column.key in ("obs_value", "later_value") and not column.unit:
            own = "unit"
        elif not column.unit:
            # Without a unit are whole numbers that are counted or are places, and correlations.
            assert column.kind != "number" or column.key.startswith("correlation"), column.key
            continue
        units = shown.frame.loc[shown.frame[column.key].notna(), own]
        assert units.notna().all() and set(units) <= known, column.key


def _assert_ranges(shown: Shown) -> None:
    keys = {c.key for c in shown.table.columns}
    if "rank" in keys:
        assert {"rank_p05", "rank_p95"} <= keys
    if any(k in keys for k in ("score", "rank", "obs_value")):
        assert "time_period" in keys


def _assert_read_back(back: pd.DataFrame, frame: pd.DataFrame) -> None:
    assert back.columns.tolist() == frame.columns.tolist() and len(back) == len(frame)
    for name in frame:
        assert back[name].isna().tolist() == frame[name].isna().tolist(), name
        assert back[name].dropna().tolist() == frame[name].dropna().tolist(), name


# --- what is shown is what is held ------------------------------------------------------------


def test_every_number_of_a_row_is_one_of_the_values(ask, ctx) -> None:
    years = {str(year) for year in ctx.years}
    seen = 0
    for shown in ask(ENGLISH):
        values = Held(shown.table)
        for row in _rows(shown.node):
            words = component_tree.text(row, without={"below"})
            lacking = set(NUMBER.findall(words)) - values.of(row) - years
            assert not lacking, (lacking, words)
            seen += 1
    assert seen


def test_areas_stand_in_the_file_as_they_stand_on_the_page(ask) -> None:
    for shown in ask(ENGLISH):
        areas = [a for row in _rows(shown.node) if (a := _area(row))]
        if areas:
            assert shown.frame["ref_area"].tolist() == areas


def test_what_is_shown_says_where_a_row_ends(server, ctx) -> None:
    """A shortened list is saved as it is shown: those that are listed elsewhere are not in it."""
    short, _ = (shown_on(server, ctx, p, "en")[0] for p in ("/?area=VAT", "/?view=table"))
    assert short.frame["rank"].isna().sum() == 1
    assert short.frame["reason_code"].dropna().tolist() == ["NO_POPULATION"]
    assert "score" not in short.frame


def _rows(table: Any) -> Iterator[Any]:
    """Yield the rows of a table that show something of their own."""
    for body in component_tree.parts(table):
        if component_tree.kind(body) != "Tbody":
            continue
        for row in component_tree.parts(body):
            cells = [row, *component_tree.parts(row)]
            if not any(ROWS_THAT_COUNT & set(component_tree.classes(c)) for c in cells):
                yield row


def _area(row: Any) -> str:
    """Return the area whose page a row links to; "" of a row of none."""
    for part in _below(row):
        found = parse_qs(urlsplit(str(component_tree.of(part, "href") or "")).query).get("area")
        if found:
            return found[0]
    return ""


def _below(node: Any) -> Iterator[Any]:
    yield node
    for part in component_tree.parts(node):
        if component_tree.kind(part):
            yield from _below(part)


class Held:
    """The numbers of a table's values as pages write them: of each row of values once, whoever asks for them."""

    def __init__(self, table: Table) -> None:
        self.written = [(r, _written(table.columns, r)) for r in table.records()]
        self.all = {n for _, written in self.written for n in written}

    def of(self, row: Any) -> set[str]:
        """Return the numbers of what a row of the page is about; of the whole table when it names nothing."""
        indicator = component_tree.of(row, "data-indicator")
        key, value = ("indicator", indicator) if indicator else ("ref_area", _area(row))
        own = [written for record, written in self.written if value and record.get(key) == value]
        return set().union(*own) if own else self.all


def _written(columns: tuple[Column, ...], record: dict[str, Any]) -> set[str]:
    """Return the numbers of a row of values as pages write them."""
    said = [column.write(record[column.key]) for column in columns]
    for column in columns:
        value = record[column.key]
        if column.kind in ("number", "integer") and value is not None:
            said += [numbers.fixed(abs(value), n) for n in (0, 1, 2, 4)]
            said += [numbers.number(value), f"{value:.0%}", f"{value:.0f}"]
            said.append(numbers.value(value, column.unit or record.get("unit") or "count"))
        elif column.kind == "code" and value in UNITS:
            said.append(UNITS[value])
    return set(NUMBER.findall(" ".join(said)))


# --- single exhibits --------------------------------------------------------------------------


@pytest.mark.parametrize("sort", ["rank", "-rank", "-score", "width", "-infra", "coverage"])
def test_a_ranking_is_saved_in_the_order_that_is_chosen(server, ctx, sort) -> None:
    frame = shown_on(server, ctx, f"/ranking?sort={sort}", "en")[0].frame
    ranked = frame[frame["rank"].notna()]
    key = sort.removeprefix("-")
    of = {"width": ranked["rank_p95"] - ranked["rank_p05"], "infra": ranked["score_infra"]}.get(key, ranked.get(key))
    values = pd.Series(of).astype(float).tolist()
    assert values == sorted(values, reverse=sort.startswith("-"))
    assert frame["rank"].iloc[: len(ranked)].notna().all(), "those without a rank come last"
    kept = served.ranking(ctx.engine, "std", ctx.years[-1]).set_index("ref_area")
    own = frame.set_index("ref_area")
    both = kept.loc[own.index]
    for name in ("rank", "rank_p05", "rank_p95", "score", "score_p05", "score_p95", "coverage"):
        np.testing.assert_array_equal(own[name].astype(float), both[name].astype(float))


def test_values_of_a_long_table_are_made_when_they_are_asked_for(server, ctx, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_given: Any) -> Table:
        raise AssertionError("made for a view that is not saved")

    monkeypatch.setattr(ranking_exhibits, "full_ranking", refuse)
    module = {m.PAGE.path: m for m in factory._pages()}["/ranking"]
    with server.test_request_context("/ranking"):
        server.preprocess_request()
        page = factory.render(module, ctx, {})
        with pytest.raises(AssertionError, match="not saved"):
            chart_part.find(page, "table-1", "light")


def test_rows_of_a_source_are_loaded_left_out_or_in_quarantine(ctx) -> None:
    frame = quality_exhibits.outcomes(ctx).frame()
    wide = frame.pivot_table(index="source_id", columns="outcome", values="rows", aggfunc="sum")
    parts = wide[["loaded", "excluded", "quarantined"]].sum(axis=1)
    assert (wide["parsed"] == parts).all()
    ruled = wide["excluded_by_rule"].fillna(0)
    assert (ruled == wide["excluded"]).all()
    assert frame.loc[frame["outcome"] == "excluded_by_rule", "reason"].notna().all()


def test_what_the_newest_vintages_changed_is_saved_as_it_is_listed(ctx, monkeypatch) -> None:
    """Synthetic: the shipped figures have replaced nothing."""
    columns = ["source_id", "title", "finished_at", "new", "revised", "gone"]
    made = pd.DataFrame([("x", "A source", "2026-01-02T10:00", 1200, 3, 0)], columns=columns)
    monkeypatch.setattr(since_vintage, "changes_of", lambda _ctx: made)
    (shown,) = _shown(since_vintage.section(ctx))
    assert shown.frame.iloc[0].tolist() == ["x", "A source", "2026-01-02", 1200, 3, 0]
    (row,) = _rows(shown.node)
    assert component_tree.text(row) == "A source 2026-01-02 1,200 3 0"


def test_audited_sentences_are_counted_by_kind(french) -> None:
    """Synthetic: an audit of two kinds, one of them unknown to this version."""
    found = pd.DataFrame({"kind": ["pair", "other"], "checked": [10, 4], "untrue": [1, 0]})
    table = quality_exhibits.audit(found)
    with speaking(french):
        frame = table.frame()
    assert frame["kind_name"].tolist() == ["Sentences on two countries", "other"]
    assert frame[["checked", "true", "false"]].to_numpy().tolist() == [[10, 9, 1], [4, 4, 0]]


def test_a_figure_that_is_missing_says_why_and_what_comes_later(ctx) -> None:
    earlier = ctx.years[-4]
    frame = pd.concat([s.frame for a in AREAS for s in figures_of(ctx, a, ENGLISH, earlier)])
    assert {"own_year", "carried", "not_published", "not_known", "not_measured"} <= set(frame["status"].dropna())
    lacking = frame[frame["status"].isin(["not_published", "not_known"])]
    assert lacking["obs_value"].isna().all() and lacking["time_period"].isna().all()
    later = lacking[lacking["later_period"].notna()]
    assert len(later) and later["later_value"].notna().all()
    aside = frame[frame["status"] == "not_measured"]
    assert aside["remark"].notna().all() and aside["indicator"].isna().all()


def test_a_dimension_has_its_score_and_each_indicator_its_own(ctx) -> None:
    year = ctx.years[-1]
    kept = served.area_scores(ctx.engine, "PRT")
    scores = kept[kept["time_period"] == year].set_index("node")["score"]
    for shown in figures_of(ctx, "PRT", ENGLISH)[:3]:
        heads = shown.frame[shown.frame["node_score"].notna()]
        assert len(heads)
        for node, score in zip(heads["node"], heads["node_score"], strict=True):
            assert score == scores[node]
        aside = shown.frame[shown.frame["scoring"].eq("shown_only").fillna(False)]
        assert len(aside) or shown.frame["scoring"].notna().any()
        assert aside["normalised"].isna().all(), "shown, not scored"


def test_years_of_an_indicator_are_those_of_the_database(server, ctx) -> None:
    code = "rd_expenditure_gdp"
    trend, covered = shown_on(server, ctx, f"/indicator?view=trend&indicator={code}&areas=GRC", "en")
    kept = indicator_queries.indicator_series(ctx.engine, code, ("GRC",))
    own = trend.frame[trend.frame["status"] == "own_year"].iloc[::-1]
    assert own["time_period"].tolist() == kept["time_period"].tolist()
    assert own["obs_value"].tolist() == kept["obs_value"].tolist()
    areas = indicator_queries.indicator_coverage(ctx.engine, code).iloc[::-1]
    for name in ("time_period", "areas"):
        assert covered.frame[name].tolist() == areas[name].tolist()
