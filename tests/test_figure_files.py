"""Every chart and table of a page as a file: equal to the database, told apart by name, refused in words."""

import io
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from openpyxl import load_workbook
from PIL import Image
from pypdf import PdfReader

from scidip.cli import main
from scidip.dashboard.core import component_tree
from scidip.dashboard.core.context import Context
from scidip.dashboard.files import chart_part
from scidip.dashboard.server import factory
from scidip.dashboard.server.factory import create_app
from scidip.dashboard.widgets.components import data_table, titled
from scidip.figures import framed, theme
from scidip.figures.text import wrapping
from scidip.findings.exhibit import Column, Table
from scidip.findings.pair import PairView
from scidip.indicators.language.current import ENGLISH
from scidip.indicators.language.po_files import load_language
from scidip.publish.render import browser, table_files
from scidip.publish.render.browser import NoBrowser, PictureTimeout
from scidip.publish.render.metadata import described
from scidip.store.queries import area_queries, served
from tests.test_pages import make_context

needs_browser = pytest.mark.skipif(
    not any(map(shutil.which, browser.BROWSERS)), reason="no browser is installed to draw with"
)
ROOT = Path(__file__).resolve().parent.parent
MACHINE = {"Accept": "application/json"}
PEOPLE = {"Accept": "text/html"}
PAGES = (
    "/",
    "/?view=table&node=national",
    "/ranking",
    "/ranking?mode=two&group=OECD",
    "/country?area=PRT",
    "/pair?a=FRA&b=DEU",
    "/compare?areas=PRT,GRC,XKX",
    "/network",
    "/indicator?indicator=rd_expenditure_gdp&areas=PRT",
    "/robustness",
    "/methodology",
    "/audit",
    "/data-quality",
    "/sources",
    "/tensions",
    "/unesco",
    "/negotiation?p=A!infra.80~B!national.80~",
)


@pytest.fixture(scope="module")
def ctx(built_url, catalogue, areas, sources) -> Context:
    return make_context(built_url, catalogue, areas, sources)


@pytest.fixture(scope="module")
def client(ctx) -> Iterator[FlaskClient]:
    yield create_app(ctx).server.test_client()


def table(client: FlaskClient, address: str) -> pd.DataFrame:
    answer = client.get(f"/figure/{address}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return pd.read_csv(io.BytesIO(answer.data), comment="#")


# --- numbers ----------------------------------------------------------------------------------


@pytest.mark.parametrize("node", ["std", "national"])
def test_the_ranking_as_displayed_is_the_ranking_of_the_database(client, ctx, node) -> None:
    year = ctx.years[-1]
    shown = table(client, f"overview.csv?part=table-1&view=table&node={node}").set_index("ref_area")
    kept = served.ranking(ctx.engine, node, year).set_index("ref_area")
    assert set(shown.index) == set(kept.index)
    kept = kept.loc[shown.index]
    for name in ("rank", "rank_p05", "rank_p95", "score", "score_p05", "coverage"):
        np.testing.assert_allclose(shown[name], kept[name], rtol=1e-14)
    assert shown.loc[kept["rank"].isna(), "reason"].notna().all()
    assert set(shown["node"]) == {node} and set(shown["time_period"]) == {year}


def test_the_full_ranking_holds_the_scores_of_index_and_factors(client, ctx) -> None:
    shown = table(client, "ranking.csv?part=table-1").set_index("ref_area")
    for node in ("std", "infra", "national", "international"):
        kept = served.ranking(ctx.engine, node, ctx.years[-1]).set_index("ref_area")["score"]
        both = shown[f"score_{node}"].dropna()
        assert len(both) > 150
        np.testing.assert_allclose(both, kept.loc[both.index], rtol=1e-14)


def test_the_indicators_of_a_country_are_those_of_the_database(client, ctx) -> None:
    kept = area_queries.area_indicators(ctx.engine, "PRT", ctx.years[-1]).set_index("indicator")
    page = displayed_names(ctx, "/country?area=PRT")
    found = 0
    for part in (n for n in page if n.startswith("table-")):
        shown = table(client, f"country.csv?area=PRT&part={part}")
        if "scoring" not in shown:
            continue
        for row in shown[shown["obs_value"].notna()].to_dict("records"):
            figure = kept.loc[row["indicator"]]
            assert row["unit"] == ctx.catalogue.indicators[row["indicator"]].unit
            assert row["obs_value"] == pytest.approx(figure["obs_value"], rel=1e-12)
            assert row["time_period"] == figure["time_period"]
            if row["scoring"] == "scored":
                assert row["normalised"] == pytest.approx(figure["normalised"], rel=1e-12)
            found += 1
    assert found > 50


def test_a_comparison_holds_the_scores_of_the_database(client, ctx) -> None:
    parts = [n for n in displayed_names(ctx, "/compare?areas=PRT,GRC") if n.startswith("table-")]
    shown = table(client, f"compare.csv?areas=PRT,GRC&part={parts[-1]}")
    assert set(shown["ref_area"]) == {"PRT", "GRC"}
    for area, part in shown.groupby("ref_area"):
        scores = served.area_scores(ctx.engine, area)
        now = scores[scores["time_period"] == ctx.years[-1]].set_index("node")
        kept = now.loc[part["node"]]
        for column in ("score", "score_p05", "score_p95", "rank", "rank_p05", "rank_p95"):
            np.testing.assert_allclose(part[column], kept[column], rtol=1e-12)
    assert len(shown) > 2 * 15


def test_the_ties_of_a_pair_are_those_of_the_database(client, ctx) -> None:
    shown = table(client, "pair.csv?a=FRA&b=DEU&part=table-1").set_index(["indicator", "ref_area"])
    pair = PairView(ctx, "FRA", "DEU", ctx.years[-1])
    for code, view in pair.ties.items():
        for area, back in (("FRA", False), ("DEU", True))[: 1 + view.spec.directed]:
            row = shown.loc[(code, area)]
            if view.year is None:
                assert row["status"] == "not_listed" and np.isnan(row["obs_value"])
            else:
                assert row["obs_value"] == view.value(back=back) and row["unit"] == view.spec.unit
                assert row["time_period"] == view.years[back]
    joint = table(client, "pair.csv?a=FRA&b=DEU&part=pair-joint")
    newest = pair.ties["copublications"]
    kept = (joint["time_period"][0], joint["obs_value"][0], joint["unit"][0])
    assert kept == (newest.year, newest.value(), "works")


def displayed_names(ctx: Context, path: str) -> list[str]:
    return chart_part.names(page_of(ctx, path))


def page_of(ctx: Context, path: str):
    server = create_app(ctx).server
    address, _, query = path.partition("?")
    module = {m.PAGE.path: m for m in factory._pages()}[address]
    with server.test_request_context(path):
        server.preprocess_request()
        return factory.render(module, ctx, dict(parse_qsl(query)))


# --- files ------------------------------------------------------------------------------------


def test_notes_say_where_a_table_comes_from_and_leave_it_readable(client, ctx) -> None:
    answer = client.get("/figure/overview.csv?part=table-1&year=2019")
    notes = [line for line in answer.get_data(as_text=True).splitlines() if line.startswith("#")]
    said = "\n".join(notes)
    for word in ("# Source: Score 0–100, 2019.", "CC BY 4.0", f"# Data version: {ctx.data_version}", "# Retrieved: 20"):
        assert word in said
    assert f"# Link: {ctx.site}/?year=2019&v={ctx.data_version}" in said
    assert f"scidip-overview-table-1-2019-{ctx.data_version}.csv" in answer.headers["Content-Disposition"]


def test_a_workbook_holds_the_same_table_and_the_notes(client) -> None:
    shown = table(client, "compare.csv?areas=PRT,GRC&part=compare-scatter")
    answer = client.get("/figure/compare.xlsx?areas=PRT,GRC&part=compare-scatter")
    book = load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames == ["Table", "Notes"]
    head, *rows = book["Table"].iter_rows(values_only=True)
    read = pd.DataFrame(rows, columns=head).fillna(np.nan).astype(dict(shown.dtypes))
    pd.testing.assert_frame_equal(read, shown)
    assert book["Table"].freeze_panes == "A2"
    assert {"Source", "Link", "Retrieved"} <= {row[0] for row in book["Notes"].iter_rows(values_only=True)}


def test_texts_that_look_like_formulas_or_comments_are_only_texts() -> None:
    frame = pd.DataFrame({"=name": ["=1+1", "# one", 'a "b", c'], "n": [-2.5, np.nan, 3]})
    text = table_files.as_csv(frame, [("Title", "a\nb")]).decode()
    assert text.startswith("# Title: a b\n")
    read = pd.read_csv(io.StringIO(text), comment="#")
    assert read.columns.tolist() == ["'=name", "n"]
    assert read["'=name"].tolist() == ["'=1+1", "# one", 'a "b", c']
    assert read["n"].tolist()[::2] == [-2.5, 3] and np.isnan(read["n"][1])
    book = load_workbook(io.BytesIO(table_files.as_xlsx(frame, [("a", "=b")], ("T", "N"))))
    assert book["T"]["A2"].value == "'=1+1" and book["N"]["B1"].value == "'=b"


def test_a_saved_table_is_the_same_in_every_language(client, ctx) -> None:
    address = "compare.csv?areas=PRT,GRC&part=compare-scatter"
    french = factory.create_app(
        replace(ctx, languages={"en": ENGLISH, "fr": load_language(ROOT / "data/languages/fr.po")})
    ).server.test_client()
    answer = french.get(f"/figure/{address}&lang=fr")
    assert "# Colonne obs_value: Valeur" in answer.get_data(as_text=True)
    read = pd.read_csv(io.BytesIO(answer.data), comment="#")
    pd.testing.assert_frame_equal(read, table(client, address))


@pytest.mark.parametrize("path", PAGES)
def test_every_figure_in_full_with_a_chart_or_a_table_offers_to_save_it(ctx, path) -> None:
    page = page_of(ctx, path)
    parts = chart_part.names(page)
    assert len(parts) == len(set(parts))
    for found in chart_part._walk(page):
        if component_tree.kind(found.node) == "Section" and "figure" in component_tree.classes(found.node):
            inside = {component_tree.kind(f.node) for f in chart_part._walk(found.node)}
            assert ("Details" in inside) >= bool(inside & {"Graph", "Table"})
    for part in parts:
        shown = chart_part.find(page, part, "light")
        assert shown is not None and shown.title
        assert shown.figure is not None or shown.table is not None


def test_a_figure_without_chart_and_table_offers_nothing() -> None:
    section = titled("Title", "", "Too few figures.", "")
    assert not any(component_tree.kind(p) == "Details" for p in component_tree.parts(section))
    with_table = titled("Title", "", data_table("c", ["a"], [["1"]], Table("c", (Column("a", "a"),), ((1.0,),))), "")
    assert any(component_tree.kind(p) == "Details" for p in component_tree.parts(with_table))


# --- refusals ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("nowhere.png?part=x", 404, "nothing at this address"),
        ("overview.gif?part=overview-map", 404, "nothing at this address"),
        ("overview.png", 404, "no part “”"),
        ("overview.png?part=other", 404, "overview-map"),
        ("overview.png?part=table-1", 404, "no picture"),
        ("country.csv?area=PRT&part=country-profile", 404, "no table"),
        ("overview.png?part=overview-map&shape=round", 400, "wide, standard, square"),
        ("overview.png?part=overview-map&theme=blue", 400, "light, dark"),
        ("country.csv?area=ZZZ&part=table-1", 400, "ZZZ"),
        ("overview.csv?part=table-1&year=1066", 400, "1066"),
    ],
)
def test_what_cannot_be_sent_is_refused_in_words(client, address, status, words) -> None:
    answer = client.get(f"/figure/{address}", headers=MACHINE)
    error = answer.get_json()["error"]
    assert (answer.status_code, error["code"]) == (status, status)
    assert words in f"{error['message']} {error['remedy']}"
    page = client.get(f"/figure/{address}", headers=PEOPLE)
    assert page.status_code == status and page.mimetype == "text/html"


def test_only_reading_is_possible(client) -> None:
    assert client.post("/figure/overview.png?part=overview-map", json={"data": []}).status_code == 405


@pytest.mark.parametrize(
    ("fault", "words", "again"), [(NoBrowser(), "no browser", None), (PictureTimeout(20), "in time", "5")]
)
def test_without_a_picture_the_answer_says_why(client, monkeypatch: pytest.MonkeyPatch, fault, words, again) -> None:
    def refuse(*_given, **_more) -> bytes:
        raise fault

    monkeypatch.setattr(browser.Pictures, "render", refuse)
    answer = client.get("/figure/overview.svg?part=overview-map&node=infra", headers=MACHINE)
    assert answer.status_code == 503
    assert words in answer.get_json()["error"]["message"]
    assert answer.headers.get("Retry-After") == again


# --- pictures ---------------------------------------------------------------------------------


@needs_browser
def test_a_picture_says_what_it_shows_where_it_is_from_and_whose_it_is(client, ctx) -> None:
    address = "country.svg?area=PRT&part=country-profile&year=2021"
    svg = client.get(f"/figure/{address}").get_data(as_text=True)
    desc = re.search(r"<desc[^>]*>(.*?)</desc>", svg, re.DOTALL)
    title = re.search(r"<title[^>]*>(.*?)</title>", svg)
    assert title and title[1].startswith("Portugal – ")
    seen = re.sub(r"<[^>]+>", " ", svg[svg.index("</desc>") :])
    for words in ("2021", ctx.data_version, "CC BY 4.0", "/country?area=PRT&amp;year=2021", "Portugal"):
        assert words in seen, "to be read on the picture"
        assert desc and (words in desc[1] or words in title[1]), "and told to those who do not see it"


@needs_browser
@pytest.mark.parametrize("shape", framed.SIZES)
def test_a_png_has_the_size_of_its_shape_and_a_description(client, shape) -> None:
    answer = client.get(f"/figure/compare.png?areas=PRT,GRC&part=compare-scatter&shape={shape}")
    image = Image.open(io.BytesIO(answer.data))
    assert image.size == framed.SIZES[shape]
    assert "rank correlation" in image.text["Title"] or "together" in image.text["Title"]
    assert "data version" in image.text["Description"]
    assert image.convert("RGB").getpixel((2, 2)) == (0xFB, 0xFA, 0xF7)


@needs_browser
def test_a_pdf_names_itself_and_a_dark_picture_is_dark(client) -> None:
    path = "compare.{}?areas=PRT,GRC&part=compare-trend-std&theme={}"
    pdf = PdfReader(io.BytesIO(client.get(f"/figure/{path.format('pdf', 'light')}").data))
    assert len(pdf.pages) == 1
    assert pdf.metadata is not None and "Over the years: Index" in str(pdf.metadata.title)
    dark = client.get(f"/figure/{path.format('png', 'dark')}").data
    assert Image.open(io.BytesIO(dark)).convert("RGB").getpixel((2, 2)) == (0x10, 0x16, 0x1C)


def test_words_in_a_picture_are_written_as_its_format_provides() -> None:
    svg = described(b'<svg width="1"><g/></svg>', "svg", "A & B", "<c>").decode()
    assert svg.startswith('<svg width="1" role="img" aria-labelledby="title desc"><title id="title">A &amp; B<')
    file = io.BytesIO()
    Image.new("RGB", (3, 3)).save(file, "PNG")
    image = Image.open(io.BytesIO(described(file.getvalue(), "png", "Ä", "→ b")))
    image.load()
    assert image.text == {"Title": "Ä", "Description": "→ b"}


# --- frame ------------------------------------------------------------------------------------


def words(**more: str) -> framed.Words:
    return framed.Words("A finding " * 12, "what is shown", "source " * 60, "http://x/y", "today", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("shape", framed.SIZES)
def test_the_frame_keeps_its_text_off_the_chart_and_inside_the_picture(shape) -> None:
    chart = theme.figure("light", [{"type": "bar", "x": [1, 2], "y": [2, 1]}], height=300)
    made = framed.framed(chart, words(), shape)
    layout = made.figure.layout
    whole = int(made.width * made.scale), int(made.height * made.scale)
    assert whole == framed.SIZES[shape], "a browser cuts what is after the point"
    tops = [n for n in layout.annotations if n.y == 1]
    feet = [n for n in layout.annotations if n.y == 0]
    assert len(tops) >= 3 and len(feet) >= 3
    assert all(0 < n.yshift <= layout.margin.t for n in tops)
    assert all(-layout.margin.b <= n.yshift < 0 for n in feet)
    lowest = min(tops, key=lambda n: n.yshift)
    assert lowest.yshift > lowest.font.size
    for note in layout.annotations:
        assert wrapping.measured(note.text) * note.font.size < made.width * 1.05
    assert chart.layout.height == 300 and not chart.layout.annotations, "the chart itself is unchanged"


def test_a_chart_of_many_rows_is_drawn_smaller_and_never_without_bound() -> None:
    few, many = (
        theme.figure(
            "light",
            [{"type": "scatter", "x": [1] * n, "y": list(range(n))}],
            height=26 * n + 44,
            yaxis={"tickvals": list(range(n)), "ticktext": [f"Country {i}" for i in range(n)]},
        )
        for n in (8, 400)
    )
    small, large = (framed.framed(f, words(), "wide") for f in (few, many))
    assert small.scale > large.scale
    assert large.scale == pytest.approx(framed.UNIT / framed.LARGEST, rel=0.01)


def test_long_words_are_cut_and_markup_is_text() -> None:
    lines = wrapping.wrapped("x" * 300 + " <b>bold</b> & more", 20, 400)
    assert all(wrapping.measured(unescape(line)) * 20 <= 400 for line in lines)
    assert "&lt;b&gt;" in " ".join(lines) and "&amp;" in " ".join(lines)
    assert wrapping.wrapped("", 20, 400) == []


def test_the_key_of_a_map_has_the_colours_of_the_map(ctx) -> None:
    shown = chart_part.find(page_of(ctx, "/?node=national"), "overview-map", "light")
    assert shown is not None and isinstance(shown.figure, go.Figure)
    drawn = [c for t in shown.figure.data if t.type == "choropleth" for _, c in t.colorscale]
    assert {colour for sign, colour, _ in shown.key[:-2]} <= set(drawn)
    assert [said for _, _, said in shown.key[-2:]] == ["not ranked", "small country"]


# --- command line -----------------------------------------------------------------------------


def test_the_command_line_writes_what_the_address_sends(
    client, built_url, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCIDIP_DATABASE_URL", built_url)
    out = tmp_path / "scatter.csv"
    address = "/compare?areas=PRT,GRC"
    done = CliRunner().invoke(main, ["chart", address, "--part", "compare-scatter", "--out", str(out)])
    assert done.exit_code == 0, done.output
    sent = table(client, "compare.csv?areas=PRT,GRC&part=compare-scatter")
    pd.testing.assert_frame_equal(pd.read_csv(out, comment="#"), sent)


@pytest.mark.parametrize(
    ("part", "name", "words"),
    [("nothing", "x.csv", "Its parts are: compare-profile"), ("compare-profile", "x.doc", "end the name with")],
)
def test_the_command_line_refuses_in_words_and_writes_nothing(
    built_url, tmp_path, monkeypatch: pytest.MonkeyPatch, part, name, words
) -> None:
    monkeypatch.setenv("SCIDIP_DATABASE_URL", built_url)
    out = tmp_path / name
    done = CliRunner().invoke(main, ["chart", "/compare?areas=PRT,GRC", "--part", part, "--out", str(out)])
    assert done.exit_code != 0 and words in done.output
    assert not list(tmp_path.iterdir())
