"""Presentations in a real browser: made, stepped through, annotated, printed; and a page on paper."""

import json
import re
from collections.abc import Iterator
from io import BytesIO

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from scidip.dashboard.core import view_list
from scidip.dashboard.pages.present import views as present_views
from tests.browser import Visit, visit

DECK = "/present?views=/!Begin slowly.~/country?area=PRT!Portugal; then Greece~/pair?a=FRA;b=DEU"
DRAWN = ".stage iframe.is-on.is-drawn"


@pytest.fixture
def visitor(browser: Browser, live_server: str) -> Iterator[Visit]:
    with visit(browser, live_server) as seen:
        yield seen


def at(page: Page, place: str) -> None:
    expect(page.locator("#present-place")).to_have_text(place)


def quiet(seen: Visit) -> None:
    assert seen.complaints == []
    assert seen.strangers == []


def test_the_stage_is_stepped_by_keys_inside_and_outside_its_frames_and_the_notes_keep_step(visitor) -> None:
    page = visitor.page
    page.goto(visitor.base + DECK)
    page.wait_for_selector(DRAWN)
    visitor.look_for_map()
    expect(page.locator("#present-said")).to_contain_text(re.compile("View 1 of 3: .*(lead|first)"))
    assert visitor.violations() == []
    with page.expect_popup() as opened:
        page.keyboard.press("n")
    notes = opened.value
    expect(notes.locator("#present-notes-text")).to_have_text("Begin slowly.")
    page.keyboard.press("PageDown")
    at(page, "2 / 3")
    expect(notes.locator("#present-title")).to_have_text("Portugal")
    expect(notes.locator("#present-notes-text")).to_have_text("Portugal; then Greece")
    page.wait_for_selector(DRAWN)
    # The focus inside the frame: the keys still step, and nothing of the shell is left there.
    inside = page.frame_locator(DRAWN)
    expect(inside.locator(".site-header")).to_be_hidden()
    expect(inside.locator(".controls").first).to_be_hidden()
    expect(inside.locator(".figure-footer").first).to_be_visible()
    inside.locator("h1").click()
    page.keyboard.press("PageUp")
    at(page, "1 / 3")
    page.frame_locator(DRAWN).locator("h1").click()
    page.keyboard.press("End")
    at(page, "3 / 3")
    assert "at=3" in page.url
    page.keyboard.press("ArrowRight")
    expect(page.locator("#present-message")).to_have_text("This is the last view.")
    page.keyboard.press(".")
    expect(page.locator("#present-black")).to_be_visible()
    expect(notes.locator("#present-message")).to_have_text("The screen is black.")
    page.keyboard.press("b")
    expect(page.locator("#present-black")).to_be_hidden()
    notes.locator("[data-act=back]").click()
    at(page, "2 / 3")
    page.keyboard.press("?")
    expect(page.locator("#present-keys")).to_be_visible()
    page.keyboard.press("Escape")
    at(page, "2 / 3")
    page.keyboard.press("f")
    page.locator("html:fullscreen").wait_for(state="attached")
    page.keyboard.press("f")
    page.locator("html:not(:fullscreen)").wait_for(state="attached")
    page.keyboard.press("Escape")
    expect(page.locator(".view-row")).to_have_count(3)
    quiet(visitor)


def test_a_list_is_gathered_annotated_ordered_saved_opened_and_started(visitor, tmp_path) -> None:
    page = visitor.go("/pair?a=FRA&b=DEU", plots=4)
    page.locator(".add-in-header").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#add-view-said")).to_have_text("Added. The presentation has one view.")
    visitor.go("/present")
    expect(page.locator(".view-row b")).to_have_text(["France – Germany"])
    page.locator("#present-address").fill("javascript:alert(1)")
    page.keyboard.press("Enter")
    expect(page.locator("#present-notices .notice")).to_contain_text("is not an address of this site")
    page.locator("#present-address").fill(f"{visitor.base}/ranking?region=South+Asia&year=2021")
    page.keyboard.press("Enter")
    expect(page.locator(".view-row")).to_have_count(2)
    notes = "5 % & more; really ~ “yes”!\nNext line"
    page.locator(".view-notes").nth(1).fill(notes)
    page.locator("[data-act=up]").nth(1).click()
    expect(page.locator(".view-row b")).to_have_text(["Ranking", "France – Germany"])
    assert visitor.violations() == []
    # What the browser writes is what the server reads.
    query = page.url.partition("?")[2]
    text = dict(view_list.parse_qsl(query))["views"]
    views, refused = view_list.from_text(text, present_views.known())
    assert refused == []
    assert [v.address for v in views] == ["/ranking?region=South+Asia&year=2021", "/pair?a=FRA&b=DEU"]
    assert views[0].notes == notes
    assert view_list.encoded(text) in query
    with page.expect_download() as saved:
        page.locator("[data-act=save]").click()
    file = tmp_path / "list.json"
    saved.value.save_as(file)
    assert view_list.from_file(file.read_text("utf-8"), present_views.known())[1] == []
    page.locator("[data-act=clear]").click()
    expect(page.locator(".list-empty")).to_be_visible()
    for content, rows, told in ((file.read_text("utf-8"), 2, None), ("{", 2, "not JSON")):
        with page.expect_file_chooser() as chooser:
            page.locator("[data-act=open]").click()
        chooser.value.set_files({"name": "list.json", "mimeType": "application/json", "buffer": content.encode()})
        if told:
            expect(page.locator("#present-notices .notice")).to_contain_text(told)
        expect(page.locator(".view-row")).to_have_count(rows)
    expect(page.locator(".view-notes").first).to_have_value(notes)
    page.reload()
    expect(page.locator(".view-notes").first).to_have_value(notes)
    page.locator("[data-act=start]").click()
    page.wait_for_selector(DRAWN)
    listed = json.loads(page.locator("#present-stage").get_attribute("data-views"))
    assert [v["notes"] for v in listed] == [notes, ""]
    quiet(visitor)


def pages_of(page: Page) -> list[str]:
    """Return the text of each page of paper."""
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    found = PdfReader(BytesIO(printed)).pages
    return [p.extract_text() for p in found]


def test_a_presentation_prints_one_view_a_page(visitor) -> None:
    page = visitor.page
    page.goto(f"{visitor.base}{DECK}&mode=print")
    page.wait_for_selector("[data-ready=true]", timeout=120_000)
    visitor.look_for_map()
    printed = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True, print_background=True))).pages
    assert len(printed) == 3
    assert all(p.mediabox.width > p.mediabox.height for p in printed)
    for sheet, words in zip(printed, ("lead|first", r"Portugal is \d+(st|nd|rd|th)", "What ties them"), strict=True):
        text = " ".join(sheet.extract_text().split())
        assert re.search(words, text), text[:200]
        assert "data version" in text.lower()
        assert visitor.base in text
    assert "Begin slowly" not in printed[0].extract_text()
    quiet(visitor)


def test_a_page_prints_without_controls_and_with_its_address(browser, live_server) -> None:
    with visit(browser, live_server, theme="dark") as seen:
        page = seen.go("/pair?a=FRA&b=DEU", plots=4)
        text = " ".join(" ".join(pages_of(page)).split())
        assert f"Permanent address {live_server}/pair?a=FRA&b=DEU&v=" in text
        for word in ("Find a country", "Swap", "Robustness", "Add to presentation"):
            assert word not in text
        assert "What ties them" in text
        # Afterwards the screen is as it was.
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        expect(page.locator(".site-header")).to_be_visible()
        quiet(seen)
