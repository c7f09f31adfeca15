"""Briefings: what the files hold is what the database holds, everything fits, nothing leaves the file."""

import gettext
import io
import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner
from pptx import Presentation
from pptx.util import Pt
from pypdf import PdfReader

from scidip.cli import main
from scidip.dashboard.server.factory import create_app
from scidip.findings.pair import PairView
from scidip.findings.session import Reader
from scidip.indicators.language.current import ENGLISH, Language, speaking
from scidip.publish.briefs import fitting, pdf
from scidip.publish.briefs.brief import Chart, Grid, Picture
from scidip.publish.briefs.making import Maker, brief_of
from scidip.publish.briefs.origin import Asked
from scidip.publish.briefs.slides.charts import shown
from scidip.publish.export import tables
from scidip.publish.render.browser import BROWSERS, Pictures
from scidip.store.queries import served
from scidip.store.table_rows import Chosen
from tests.test_pages import make_context

YEAR = 2023
SITE = "https://example.org"
COUNTRIES = ("USA", "IRN", "PRT", "GBR", "BIH", "NRU", "BVT", "XKX")
PAIRS = (("FRA", "DEU"), ("GBR", "IRN"), ("NRU", "BVT"))
QUESTIONS = [(a,) for a in COUNTRIES] + list(PAIRS)
IN_A_BROWSER = pytest.mark.skipif(
    not any(map(shutil.which, BROWSERS)), reason="no chromium on this machine: nothing to print with"
)


class Longer(gettext.NullTranslations):
    """A language whose every message is 40 % longer than in English; fields stay."""

    def gettext(self, message: str) -> str:
        more = round(0.4 * len(re.sub(r"\{\w*\}", "", message)))
        return message + ("" if more < 2 else " " + ("onger wo rdsl " * 40)[:more].strip())

    def ngettext(self, one: str, many: str, n: int) -> str:
        return self.gettext(one if n == 1 else many)

    def pgettext(self, context: str, message: str) -> str:
        return self.gettext(message)


LONGER = Language("la", "Longer", messages=Longer())
RTL = Language("ar", "Test", direction="rtl")


@pytest.fixture(scope="module")
def desk(engine, catalogue, areas) -> Reader:
    return Reader(engine, catalogue, areas)


@pytest.fixture(scope="module")
def brief(desk):
    made = {}

    def ask(*areas: str, language: Language = ENGLISH):
        key = (areas, language.code)
        if key not in made:
            with speaking(language):
                asked = brief_of(Asked(desk, YEAR, SITE), areas)
                made[key] = asked, Maker().make(asked, "pptx")
        return made[key]

    return ask


def deck_of(data: bytes):
    return Presentation(io.BytesIO(data))


def texts(slide) -> list[str]:
    return [s.text_frame.text for s in slide.shapes if s.has_text_frame]


def named(slide, name: str):
    return next(s for s in slide.shapes if s.name == name)


@pytest.mark.parametrize("about", QUESTIONS, ids="-".join)
def test_every_slide_has_a_finding_a_source_a_date_a_frozen_link_and_notes(brief, desk, about) -> None:
    told, data = brief(*about)
    deck = deck_of(data)
    assert 6 <= len(deck.slides) <= 15
    for slide, part in zip(deck.slides, told.parts, strict=True):
        assert slide.shapes.title.text_frame.text, part.code
        assert named(slide, "Source").text_frame.text.startswith("Source"), part.code
        assert desk.data_version in named(slide, "Date").text_frame.text
        link = named(slide, "Link").text_frame.paragraphs[0].runs[0].hyperlink.address
        assert link.startswith(SITE) and f"v={desk.data_version}" in link
        assert f"year={YEAR}" in link
        notes = slide.notes_slide.notes_text_frame.text
        assert "Counter-reading" in notes, part.code
        assert "Caveat" in notes or "Too few figures" in notes, part.code
        assert part.source in notes, "what was cut on the slide is whole in the notes"
    assert len({s.shapes.title.text_frame.text for s in deck.slides}) == len(deck.slides)


@pytest.mark.parametrize("about", QUESTIONS, ids="-".join)
def test_charts_and_pictures_have_words_and_the_document_says_what_it_is(brief, about) -> None:
    told, data = brief(*about)
    deck = deck_of(data)
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.has_chart or shape.has_table or shape.shape_type == 13:
                assert shape._element.xpath(".//p:cNvPr")[0].get("descr"), shape.name
    said = deck.core_properties
    assert said.author == "scidip"
    assert said.title == told.title
    assert said.subject and said.keywords and said.language == "en"
    assert deck.slide_width * 9 == pytest.approx(deck.slide_height * 16, rel=1e-3)


@pytest.mark.parametrize("about", QUESTIONS, ids="-".join)
def test_charts_hold_the_numbers_that_the_briefing_says(brief, about) -> None:
    told, data = brief(*about)
    for slide, part in zip(deck_of(data).slides, told.parts, strict=True):
        held = [s.chart for s in slide.shapes if s.has_chart]
        meant = [b for b in part.blocks if isinstance(b, Chart)]
        assert len(held) == len(meant)
        for chart, block in zip(held, meant, strict=True):
            series = [list(s.values) for s in chart.plots[0].series]
            for own, (_name, values) in zip(series, shown(block), strict=True):
                assert own == pytest.approx(
                    [v for v in values if v is not None] if None in values else list(values)
                ) or own == list(values)


def chart_of(deck, told, code: str, place: int = 0):
    at = [p.code for p in told.parts].index(code)
    return [s.chart for s in deck.slides[at].shapes if s.has_chart][place]


@pytest.mark.parametrize("area", ["USA", "IRN", "PRT", "GBR"])
def test_the_position_is_that_of_the_scores_that_are_exported(brief, engine, catalogue, area) -> None:
    told, data = brief(area)
    chart = chart_of(deck_of(data), told, "position")
    table = tables.scores(engine, catalogue, Chosen({"ref_area": [area]}))
    rows = [dict(zip(table.header, r, strict=True)) for r in table.rows()]
    here = {r["node"]: r for r in rows if r["time_period"] == YEAR and r["framework"] == "three_factors"}
    nodes = ["std", "infra", "national", "international"]
    low, step, more = (list(s.values) for s in chart.plots[0].series)
    for i, node in enumerate(nodes):
        row = here[node]
        assert low[i] == row["rank_p05"]
        assert low[i] + step[i] == row["rank"]
        assert low[i] + step[i] + more[i] == row["rank_p95"]


def test_profile_and_trend_are_those_of_the_database(brief, engine, catalogue) -> None:
    told, data = brief("IRN")
    deck = deck_of(data)
    frame = served.area_scores(engine, ref_area="IRN")
    now = frame[frame["time_period"] == YEAR].set_index("node")["score"]
    measured = [n for n in catalogue.framework.level("dimension") if not n.not_measured]
    scored = [now[n.code] for n in measured if now.notna()[n.code]]
    assert list(chart_of(deck, told, "profile").plots[0].series[0].values) == pytest.approx(scored)
    trend = chart_of(deck, told, "trend").plots[0]
    years = [int(c) for c in trend.categories]
    index = frame[(frame["node"] == "std")].set_index("time_period").loc[years]
    assert list(trend.series[0].values) == pytest.approx(index["score"].tolist())
    assert list(trend.series[1].values) == pytest.approx(index["score_p05"].tolist())
    assert list(trend.series[2].values) == pytest.approx(index["score_p95"].tolist())


def test_the_api_gives_the_same_figures_for_the_same_question(brief, built_url, catalogue, areas, sources) -> None:
    told, data = brief("FRA", "DEU")
    client = create_app(make_context(built_url, catalogue, areas, sources)).server.test_client()
    asked = "indicator=copublications&ref_area=DEU&counterpart_area=FRA&limit=100"
    rows = client.get(f"/api/v1/pairs?{asked}").json["data"]
    chart = chart_of(deck_of(data), told, "joint").plots[0]
    assert rows
    by_year = {str(r["time_period"]): r["obs_value"] for r in rows}
    assert dict(zip(chart.categories, chart.series[0].values, strict=True)) == by_year
    scores = client.get(f"/api/v1/scores?ref_area=IRN&node=std&time_period={YEAR}").json["data"]
    own = next(r for r in scores if r["framework"] == "three_factors")
    low, step, _more = (
        s.values[0] for s in chart_of(deck_of(brief("IRN")[1]), brief("IRN")[0], "position").plots[0].series
    )
    assert (low, low + step) == (own["rank_p05"], own["rank"])


def test_exposure_is_that_of_the_page_of_the_pair(brief, desk) -> None:
    told, data = brief("FRA", "DEU")
    view = PairView(desk, "FRA", "DEU", YEAR)
    left, right = chart_of(deck_of(data), told, "exposure").plots[0].series
    tie = view.ties["copublications"]
    assert left.values[0] == pytest.approx(-100 * tie.exposure().share)
    assert right.values[0] == pytest.approx(100 * tie.exposure(back=True).share)


def boxes(slide):
    """Yield the text boxes of a slide: name, paragraphs with their size and face, width and height in points."""
    for shape in slide.shapes:
        if shape.has_text_frame and shape.text_frame.text:
            lines = [
                (p.text, r.font.size / Pt(1), r.font.name == "Georgia", bool(r.font.bold))
                for p in shape.text_frame.paragraphs
                for r in p.runs
            ]
            yield shape.name, lines, shape.width / Pt(1), shape.height / Pt(1), shape


CASES = [(q, language) for q in QUESTIONS for language in (ENGLISH, LONGER)]


@pytest.mark.parametrize(("about", "language"), CASES, ids=lambda v: getattr(v, "code", None) or "-".join(v))
def test_every_text_fits_its_box_and_every_box_its_slide(brief, about, language) -> None:
    deck = deck_of(brief(*about, language=language)[1])
    for number, slide in enumerate(deck.slides, start=1):
        for name, lines, wide, tall, shape in boxes(slide):
            where = f"slide {number}, {name}: {lines}"
            need = sum(_height(text, size, wide, serif, bold) for text, size, serif, bold in lines)
            assert need <= tall + 1, where
            assert all(size >= 8 for _t, size, _s, _b in lines), where
            assert shape.left >= 0 and shape.left + shape.width <= deck.slide_width, where
            assert shape.top >= 0 and shape.top + shape.height <= deck.slide_height, where
        foot = named(slide, "Source").top
        for shape in slide.shapes:
            if shape.has_chart or shape.has_table:
                assert shape.top + shape.height <= foot, f"slide {number}: {shape.name}"
            if shape.has_table:
                _fits(shape, f"slide {number}, {shape.name}")


WIDTHS = (
    dict(
        zip(
            " abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
            (
                278,
                556,
                556,
                500,
                556,
                556,
                278,
                556,
                556,
                222,
                222,
                500,
                222,
                833,
                556,
                556,
                556,
                556,
                333,
                500,
                278,
                556,
                500,
                722,
                500,
                500,
                500,
                667,
                667,
                722,
                722,
                667,
                611,
                778,
                722,
                278,
                500,
                667,
                556,
                833,
                722,
                778,
                667,
                778,
                722,
                667,
                611,
                722,
                667,
                944,
                667,
                667,
                611,
            ),
            strict=True,
        )
    )
    | dict.fromkeys(".,:;'’|/[]", 278)
    | dict.fromkeys("()-“”", 333)
    | {"→": 1000, "…": 1000, "%": 889}
)
"""The widths of Helvetica in thousandths of the type size; what is not named takes 556."""


def _height(text: str, size: float, wide: float, serif: bool, bold: bool = False) -> float:
    """An estimate of its own: published widths of a face, a tenth more for serifs, a twentieth for bold."""
    more = size / 1000 * (1.1 if serif else 1.0) * (1.06 if bold else 1.0)
    lines, used = 1, 0.0
    for word in text.split():
        own = sum(WIDTHS.get(c, 556) for c in word) * more
        if used and used + WIDTHS[" "] * more + own > wide:
            lines, used = lines + 1, 0.0
        used += own + (WIDTHS[" "] * more if used else 0)
    return lines * size * 1.2


def _fits(shape, where: str) -> None:
    table = shape.table
    for row in table.rows:
        for cell, column in zip(row.cells, table.columns, strict=True):
            runs = cell.text_frame.paragraphs[0].runs
            if runs and runs[0].text:
                font = runs[0].font
                wide = (column.width - cell.margin_left - cell.margin_right) / Pt(1)
                need = _height(runs[0].text, font.size / Pt(1), wide, False, bool(font.bold))
                assert need <= row.height / Pt(1) + 1, f"{where}: {runs[0].text}"


def test_a_long_name_is_cut_at_a_word() -> None:
    name = "United Kingdom of Great Britain and Northern Ireland"
    found = fitting.fit(name, 150, 20, 20, 12)
    assert found.size == 12 and found.text.endswith("…")
    assert name.startswith(found.text[:-1]) and name[len(found.text) - 1] == " "
    assert fitting.fit(name, 600, 40, 20, 12) == fitting.Fitted(name, 20)
    assert fitting.lines("a" * 200, 10, 100) > 5, "a word longer than a line is broken"


class Document(HTMLParser):
    """What a document asks of the network, and its sections."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag, attrs) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        if tag in ("script", "link", "iframe", "object", "embed"):
            self.asked.append(tag)
        for name in ("src", "srcset", "data", "poster", "background"):
            if name in given and not str(given[name]).startswith("data:"):
                self.asked.append(f"{tag} {name}={given[name]}")


@pytest.mark.parametrize("about", QUESTIONS, ids="-".join)
def test_the_document_asks_nothing_of_the_network_and_says_what_the_slides_say(brief, about) -> None:
    told, _data = brief(*about)
    text = Maker().make(told, "html").decode()
    found = Document()
    found.feed(text)
    assert found.asked == []
    assert "@import" not in text and not re.search(r"url\((?!data:)", text)
    assert found.tags.count("section") == len(told.parts)
    assert found.tags.count("h1") == 1
    plain = re.sub(r"\s+", " ", text)
    from html import escape

    for part in told.parts:
        assert escape(part.finding.rstrip(".")) in plain
        assert escape(part.source) in plain and escape(part.link) in plain
        for note in part.notes:
            assert escape(note) in plain
        for block in part.blocks:
            if isinstance(block, Grid):
                assert all(escape(cell) in plain for row in block.rows for cell in row)
            if isinstance(block, Picture):
                assert escape(block.alt) in plain, "what the picture would show is said"
    svg = sum(isinstance(b, Chart) for p in told.parts for b in p.blocks)
    assert found.tags.count("svg") == svg


def test_right_to_left_slides_are_mirrored(brief) -> None:
    _told, data = brief("PRT", language=RTL)
    english = deck_of(brief("PRT")[1])
    deck = deck_of(data)
    for ours, theirs in zip(deck.slides, english.slides, strict=True):
        mine, other = named(ours, "Source"), named(theirs, "Source")
        assert mine.left == pytest.approx(deck.slide_width - other.left - other.width, abs=2000)
        assert mine.text_frame.paragraphs[0]._p.pPr.get("rtl") == "1"
    tables_ = [s for slide in deck.slides for s in slide.shapes if s.has_table]
    assert tables_ and all(t.table._tbl.tblPr.get("rtl") == "1" for t in tables_)


def test_terms_of_withheld_series_are_in_the_notes_where_they_are_shown(brief) -> None:
    told, _data = brief("FRA", "DEU")
    layers = next(p for p in told.parts if p.code == "layers")
    assert any("shared_igos may not be passed on" in n for n in layers.notes)


def test_a_pair_without_ties_says_so(brief) -> None:
    told, _data = brief("NRU", "BVT")
    assert "no joint publication" in told.parts[0].finding
    assert not any(p.code in ("joint", "students") for p in told.parts)
    assert any("that is not zero" in n for n in told.parts[0].notes)


def test_a_country_without_a_rank_has_no_position_and_no_case(brief) -> None:
    told, _data = brief("NRU")
    codes = [p.code for p in told.parts]
    assert "missing" in codes and "position" not in codes and "neighbours" not in codes
    assert "not ranked" in told.parts[0].finding


@IN_A_BROWSER
@pytest.mark.parametrize("about", [("IRN",), ("NRU",), ("FRA", "DEU")], ids="-".join)
def test_the_pdf_has_two_pages_of_a4_that_hold_the_findings(brief, about) -> None:
    told, _data = brief(*about)
    pictures = Pictures(Path("assets/topojson"), timeout=60)
    try:
        read = PdfReader(io.BytesIO(Maker(pictures).make(told, "pdf")))
    finally:
        pictures.close()
    assert len(read.pages) == 2
    assert all(float(p.mediabox.width) == pytest.approx(595, abs=1.5) for p in read.pages)
    text = re.sub(r"\s+", " ", " ".join(p.extract_text() for p in read.pages))
    text = re.sub(r"–\s(?=\d)", "–", text)  # a line may end within a span of years
    printed = {c for sheet in told.sheets for row in sheet for column in row for c in column}
    for part in told.parts:
        if part.code in printed | {"headline"}:
            is_named = told.spare.get(part.code, "?") in text.replace("\u00a0", " ")
            assert part.finding.rstrip(".") in text or is_named, part.code
    assert told.data_version in text


def test_paper_that_is_full_leaves_out_what_it_can_do_without_and_names_it() -> None:
    """The first sheet has room for two parts at a readable size, the second for all of its parts."""
    asked = []

    def printer(html: str) -> bytes:
        scale = float(re.search(r"zoom:([\d.]+)", html)[1])
        asked.append(scale)
        first = html.count("<h2>one") + html.count("<h2>two") + html.count("<h2>three")
        sheets = html.count("class=sheet")
        return b"/Type /Page\n" * (sheets + (first > 2 or (first == 2 and scale > pdf.READABLE + 0.1)))

    parts = [_part(c, c) for c in ("headline", "one", "two", "three", "four")]
    told = _brief(
        *parts,
        sheets=(((("one",),), (("two",),), (("three",),)), ((("four",),),)),
        spare={"four": "Fourth", "two": "Second", "one": "First"},
    )
    made = pdf.two_pages(told, printer)
    assert made.count(b"/Type /Page\n") == 2
    assert asked == [0.8, 0.8, 0.8, 1.0, 0.93, 0.86]
    html = pdf.printed(told, 0.86, ["two"])
    assert "<h2>two" not in html and "<h2>one" in html and "<h2>four" in html
    assert html.count("Left out here for want of room, and on the page: Second.") == 1


def test_a_pdf_that_needs_more_room_is_set_smaller() -> None:
    asked = []

    def printer(html: str) -> bytes:
        asked.append(float(re.search(r"zoom:([\d.]+)", html)[1]))
        return b"/Type /Page\n" * (4 - len(asked)) + b"/Type /Pages\n"

    part = _part("headline")
    told = _brief(part, sheets=((), ()))
    assert pdf.two_pages(told, printer).count(b"/Type /Page\n") == 2
    assert asked == [1.0, 0.93]


def _part(code: str, finding: str = "f"):
    from scidip.publish.briefs.brief import Part, Words

    return Part(code, finding, "s", (Words(("w",)),), (1.0,), "source", SITE, ("n",))


def _brief(*parts, **more):
    from datetime import date

    from scidip.publish.briefs.brief import Brief

    return Brief("t", "k", "s", (), parts, SITE, "c", YEAR, "v", date(2026, 1, 1), "stem", **more)


@pytest.fixture
def scidip(built_url, monkeypatch):
    monkeypatch.setenv("SCIDIP_DATABASE_URL", built_url)
    return lambda *arguments: CliRunner().invoke(main, ["brief", *arguments])


def test_the_command_writes_whole_files_and_says_what_it_left_out(scidip, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    done = scidip("IRN", "--out", str(tmp_path / "iran.pptx"), "--site", SITE)
    assert done.exit_code == 0, done.output
    assert "none is installed" in done.output
    deck = deck_of((tmp_path / "iran.pptx").read_bytes())
    assert not [s for slide in deck.slides for s in slide.shapes if s.shape_type == 13]
    refused = scidip("IRN", "--format", "pdf", "--format", "pptx", "--out", str(tmp_path / "both"))
    assert refused.exit_code == 1 and "none is installed" in refused.output
    assert sorted(p.name for p in tmp_path.iterdir()) == ["iran.pptx"], "nothing half-written"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("IRQN",), "unknown area IRQN; did you mean IRQ, IRN"),
        (("FRA", "FRA"), "no tie with itself"),
        (("FRA", "DEU", "ITA"), "about one country or about two"),
        (("FRA", "--year", "1900"), "no scores of 1900; there are those of"),
        (("FRA", "--format", "docx"), "unknown format docx"),
        (("FRA", "--lang", "xx"), "unknown language xx"),
        (("FRA", "--no-pictures", "--out", "/no/such/folder/x.pptx"), "No such file or directory"),
    ],
)
def test_what_cannot_be_answered_is_a_sentence(scidip, arguments, sentence) -> None:
    done = scidip(*arguments)
    assert done.exit_code in (1, 2)
    assert sentence in done.output and "Traceback" not in done.output


@pytest.fixture(scope="module")
def client(built_url, catalogue, areas, sources):
    return create_app(make_context(built_url, catalogue, areas, sources)).server.test_client()


def test_the_pages_offer_the_briefing_and_it_is_sent(client, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    answer = client.get(f"/download/brief.pptx?area=PRT&year={YEAR}")
    assert answer.status_code == 200
    assert f'filename="scidip-brief-PRT-{YEAR}.pptx"' in answer.headers["Content-Disposition"]
    assert len(deck_of(answer.data).slides) == 15
    pair = client.get(f"/download/brief.html?a=FRA&b=DEU&year={YEAR}")
    assert pair.status_code == 200 and "France" in pair.text
    refused = client.get("/download/brief.pdf?area=PRT")
    assert refused.status_code == 503 and "none is installed" in refused.text
    for wrong in ("area=XXX", "a=FRA&b=FRA", "a=FRA", "", "area=PRT&year=1900", "area=PRT&year=x"):
        assert client.get(f"/download/brief.pptx?{wrong}").status_code == 404, wrong
    assert client.get("/download/brief.exe?area=PRT").status_code == 404


def test_the_country_and_the_pair_page_link_to_their_briefing(built_url, catalogue, areas, sources) -> None:
    from scidip.dashboard.pages.country import page
    from scidip.dashboard.pages.pair import page as pair
    from tests.test_ties import words

    ctx = make_context(built_url, catalogue, areas, sources)
    assert "Take a briefing:" in words(page.layout(ctx, page.State("PRT")))
    assert f"/download/brief.pptx?a=FRA&b=DEU&year={ctx.years[-1]}" in str(pair.layout(ctx, pair.State("FRA", "DEU")))
    assert "/download/brief" not in str(pair.layout(ctx, pair.State("FRA", "")))


def test_a_briefing_names_supplied_figures(desk) -> None:
    class Supplied(Asked):
        @property
        def supplied(self) -> frozenset[str]:
            return frozenset({"academic_freedom"})

    line = Supplied(desk, YEAR, SITE).score_source
    assert "supplied by the user of this copy: academic freedom" in line
    assert "supplied" not in replace(Asked(desk, YEAR, SITE)).score_source


def test_students_published_one_way_are_told_as_that(brief, desk) -> None:
    told, _data = brief("GBR", "IRN")
    part = next(p for p in told.parts if p.code == "students")
    flow = desk.query(served.observations, indicators=("student_flow",))
    there = flow[(flow["ref_area"] == "IRN") & (flow["counterpart_area"] == "GBR")]
    newest = there.sort_values("time_period").iloc[-1]
    assert part.finding.startswith(f"{newest['obs_value']:,.0f} students from Iran to the United")
    assert part.finding.endswith(f"in {newest['time_period']}; the other way is not published")


def test_a_deck_in_another_language_speaks_it_and_names_its_language(brief) -> None:
    _told, data = brief("GBR", language=LONGER)
    deck = deck_of(data)
    assert deck.core_properties.language == "la"
    assert "onger" in deck.slides[0].notes_slide.notes_text_frame.text
