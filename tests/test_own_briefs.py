"""Briefings on units of an index of one's own: what its tables hold, marked as the user's, in every format. Synthetic."""

import io
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pptx import Presentation
from pypdf import PdfReader

from scidip.cli import main
from scidip.findings.session import Reader
from scidip.indicators.own_index.workspace import Workspace
from scidip.program import Program
from scidip.publish.briefs import html, pdf
from scidip.publish.briefs.brief import Brief, Cards, Chart, Grid, Picture, Words
from scidip.publish.briefs.making import Maker, brief_of
from scidip.publish.briefs.origin import Asked
from scidip.publish.render.browser import BROWSERS
from scidip.settings import Settings
from tests.asking import whole_page
from tests.test_own_index import DATA, META
from tests.test_own_workspace import asem_like, opened, run, served_by

IN_A_BROWSER = pytest.mark.skipif(
    not any(map(shutil.which, BROWSERS)), reason="no chromium on this machine: nothing to print with"
)
PUBLISHED = re.compile(
    r"three.factor|diplomacy|observatory(?!\.$)|CC BY|published|carried|World Bank states|UNESCO|Vaziri|81 alternative",
    re.IGNORECASE,
)
"""Words that are of the published index only; one sentence says that the index is not the observatory's."""
PANEL = "uCode,Time,x,y\n" + "".join(
    f"{unit},{year},{k + year % 7},{3 * k % 5 + year % 3}\n"
    for k, unit in enumerate(("FRA", "DEU", "here", "there"))
    for year in range(2015, 2022)
)
FLAT = "iCode,Type,Level,Parent,Weight,Direction\nx,Indicator,1,top,1,1\ny,Indicator,1,top,1,-1\ntop,Aggregate,2,,1,1\n"
Z_SCORES = "[normalise]\nmethod = 'z_score'\n"
CASES = {
    "asem": ("", "", ""),
    "small": (DATA, META, ""),
    "z-scores": (DATA, META, Z_SCORES),
    "no ranges": (DATA, META, Z_SCORES + "[uncertain]\naggregate = ['geometric']\n"),
    "panel of one level": (PANEL, FLAT, ""),
    "unit without a rank": (DATA, META, "[reference]\nexclude = ['AA']\n"),
    "screened": (DATA.replace("AA,Aland", "AA,Åland & <b>"), META, "[screen]\nexclude = ['AA']\n"),
}


def made(folder: Path, case: str) -> tuple[Workspace, list[Brief]]:
    """Open the index of a case; return it with the briefings of its first units."""
    data, meta, method = CASES[case]
    if data:
        done = opened(folder, data, meta, method)
    else:
        done = run("workspace", *asem_like(folder), "--out", folder / "own", "--uncertainty", "50")
    assert done.exit_code in (0, 3), done.output
    program = Program(Settings.from_env({"SCIDIP_WORKSPACE": str(folder / "own")}))
    desk = Reader(program.engine, program.catalogue, program.areas, own=program.own)
    asked = Asked(desk, desk.years[-1], "https://example.org")
    assert program.own is not None
    found = [brief_of(asked, [unit.ref_area]) for unit in program.own.units[:4]]
    program.close()
    return program.own, found


def words_of(brief: Brief) -> list[str]:
    """Return every text of a briefing."""
    found = [brief.title, brief.kicker, brief.subject, *brief.keywords, brief.citation, brief.stem]
    for part in brief.parts:
        found += [part.finding, part.subtitle, part.source, *part.notes]
        for block in part.blocks:
            found += _texts(block)
    return found


def _texts(block: Any) -> list[str]:
    match block:
        case Chart():
            return [block.alt, block.axis, *block.categories, *(s.name for s in block.series)]
        case Grid():
            return [block.caption, *block.head, *(text for row in block.rows for text in row)]
        case Cards():
            return [text for c in block.cards for text in (c.name, c.figure, c.range, c.basis)]
        case Words():
            return list(block.paragraphs)
        case Picture():
            return [block.alt, *(words for _colour, words in block.legend)]
    raise TypeError(block)


@pytest.mark.parametrize("case", CASES)
def test_a_briefing_holds_what_the_tables_hold_and_nothing_of_the_published_index(tmp_path, case) -> None:
    own, briefs = made(tmp_path, case)
    for brief in briefs:
        codes = [part.code for part in brief.parts]
        assert codes[0] == "headline" and codes[-1] == "sources" and 3 <= len(codes) <= 9
        assert len(codes) == len(set(codes))
        assert own.can_be_varied or "case" not in codes
        for part in brief.parts:
            assert part.finding and part.source.startswith("Source") and part.blocks, part.code
            assert len(part.blocks) == len(part.shares)
            for block in part.blocks:
                assert _texts(block), f"{part.code} has an empty block"
                assert not isinstance(block, Grid) or block.rows, f"{part.code} has a table without rows"
        for text in words_of(brief):
            assert not PUBLISHED.search(text), text
            assert "nan" not in text.lower().split() and "{" not in text.replace("{}", "") and "-1 other" not in text
        assert own.name in brief.whose and own.name in brief.kicker and own.name in brief.title
        assert all(any(name in text for text in words_of(brief)) for name in own.inputs)


@pytest.mark.parametrize("case", ["asem", "small", "panel of one level"])
def test_a_rank_is_never_without_its_range(tmp_path, case) -> None:
    for brief in made(tmp_path, case)[1]:
        for card in (c for part in brief.parts for b in part.blocks if isinstance(b, Cards) for c in b.cards):
            assert card.range and (card.figure == "Not ranked" or re.search(r"between|90 %", card.range)), card
        for chart in (b for part in brief.parts for b in part.blocks if isinstance(b, Chart) and b.kind == "ranges"):
            assert len(chart.series) == 3


def test_where_there_are_no_ranges_every_rank_says_so(tmp_path) -> None:
    for brief in made(tmp_path, "no ranges")[1]:
        cards = [c for part in brief.parts for b in part.blocks if isinstance(b, Cards) for c in b.cards]
        assert all(c.range == "range not computed" for c in cards if c.figure != "Not ranked")
        assert not any("other countries" in part.finding for part in brief.parts)


@pytest.mark.parametrize("case", CASES)
def test_every_sheet_says_whose_index_it_is(tmp_path, case) -> None:
    own, briefs = made(tmp_path, case)
    brief = briefs[0]
    document = html.document(brief, lambda _p: None)
    assert "is an index of the user’s own" in document and "<b>" not in document
    assert pdf.printed(brief).count("is an index of the user’s own") == pdf.PAGES
    deck = Presentation(io.BytesIO(Maker().make(brief, "pptx")))
    for slide in deck.slides:
        kicker = next(s for s in slide.shapes if s.name == "Kicker").text_frame.text
        assert "an index of the user’s own" in kicker
        assert own.name in slide.notes_slide.notes_text_frame.text
    assert len(deck.slides) == len(brief.parts)


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    assert opened(folder, DATA, META, "", "--name", "Ålesund — index/1").exit_code == 0
    return folder / "own"


def test_a_briefing_is_taken_from_the_page_of_a_unit(small) -> None:
    client = served_by(small).test_client()
    for code, kind in (("html", "text/html"), ("pptx", "presentationml")):
        file = client.get(f"/download/brief.{code}?area=CC")
        assert file.status_code == 200 and kind in file.headers["Content-Type"]
        assert "alesund-index-1-brief-CC-" in file.headers["Content-Disposition"]
    for code in ("pptx", "pdf", "html"):
        assert f"/download/brief.{code}?area=CC" in str(whole_page(client, "/country?area=CC"))
    assert client.get("/download/brief.html?a=AA&b=CC").status_code == 404
    assert client.get("/download/brief.html?area=FRA").status_code == 404


@pytest.mark.parametrize("by", ["option", "environment"])
def test_a_briefing_is_written_from_the_shell(small, tmp_path, by) -> None:
    words, env = ["brief", "CC", "--format", "html", "--out", str(tmp_path / "out")], {"SCIDIP_WORKSPACE": ""}
    if by == "option":
        words += ["--workspace", str(small)]
    else:
        env = {"SCIDIP_WORKSPACE": str(small)}
    done = CliRunner().invoke(main, words, env=env)
    assert done.exit_code == 0, done.output
    (file,) = (tmp_path / "out").iterdir()
    assert file.name.startswith("alesund-index-1-brief-CC-") and "Celand" in file.read_text("utf-8")
    pair = CliRunner().invoke(main, ["brief", "CC", "AA"], env={"SCIDIP_WORKSPACE": str(small)})
    assert pair.exit_code == 1 and "has no pairs; name one unit" in pair.output


@IN_A_BROWSER
def test_the_printed_briefing_is_two_pages_each_marked(small, tmp_path) -> None:
    out = tmp_path / "b.pdf"
    done = CliRunner().invoke(main, ["brief", "CC", "--out", str(out)], env={"SCIDIP_WORKSPACE": str(small)})
    assert done.exit_code == 0, done.output
    pages = PdfReader(out).pages
    assert len(pages) == 2
    assert all("index of the user" in page.extract_text() for page in pages)
