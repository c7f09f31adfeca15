"""Saving from a page in a real browser: a picture, a drawing and a table, by mouse and by keyboard."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image
from playwright.sync_api import Browser, Download, Locator, Page, expect

from scidip.figures.text import numbers
from tests.browser import Visit, visit

SLOW = 60_000
"""Milliseconds: the server has just started, and starts its own browser with the first picture."""


@pytest.fixture
def visitor(browser: Browser, live_server: str) -> Iterator[Visit]:
    with visit(browser, live_server) as seen:
        seen.page.set_default_timeout(SLOW)
        yield seen


def opened(figure: Locator) -> Locator:
    figure.locator("details.save summary").click()
    return figure.locator("details.save")


def saved(page: Page, box: Locator, words: str) -> Download:
    with page.expect_download(timeout=SLOW) as wait:
        box.get_by_role("link", name=words, exact=True).first.click()
    return wait.value


def test_a_chart_a_table_and_a_panel_of_a_country_are_saved_as_they_stand(visitor: Visit) -> None:
    page = visitor.go("/country?area=PRT&year=2021", plots=6)
    profile = page.locator(".figure", has=page.locator("#country-profile"))
    box = opened(profile)
    png = saved(page, box, "PNG")
    assert re.fullmatch(r"scidip-country-profile-PRT-2021-wide-[0-9a-f]{10}\.png", png.suggested_filename)
    assert Image.open(Path(png.path())).size == (1600, 900)
    expect(box.get_by_role("status")).to_contain_text("Saved: scidip-country-profile")
    box.locator(".save-shape").select_option("square")
    svg = Path(saved(page, box, "SVG").path()).read_text("utf-8")
    finding = profile.locator(".figure-title").inner_text()
    assert f"Portugal – {finding}</title>" in svg
    for words in ("Score 0–100, 2021", "CC BY 4.0", "/country?area=PRT&amp;year=2021"):
        assert words in svg
    table = page.locator("section", has=page.get_by_role("heading", name="National", exact=True)).last
    table.locator("details.fold > summary").click()
    shown = pd.read_csv(io.BytesIO(Path(saved(page, opened(table), "CSV").path()).read_bytes()), comment="#")
    rows = table.locator("tr[data-indicator]")
    values = rows.locator("td.value").all_inner_texts()
    kept = shown[shown["obs_value"].notna()]
    written = [numbers.value(value, unit) for value, unit in zip(kept["obs_value"], kept["unit"], strict=True)]
    assert len(values) == len(written) > 5
    assert [v for v, w in zip(values, written, strict=True) if v.split()[0] != w.split()[0]] == []
    a_panel_is_chosen_by_name_and_the_list_closes_by_keyboard_and_by_a_click(page)
    assert not visitor.complaints and not visitor.strangers


def a_panel_is_chosen_by_name_and_the_list_closes_by_keyboard_and_by_a_click(page: Page) -> None:
    box = page.locator(".figure", has=page.locator("#country-trend-std")).locator("details.save")
    summary = box.locator("summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(box).to_have_attribute("open", "")
    box.locator(".save-part").select_option(label="National")
    svg = Path(saved(page, box, "SVG").path()).read_text("utf-8")
    assert "Over the years: National</title>" in svg
    page.keyboard.press("Escape")
    expect(box).not_to_have_attribute("open", "")
    expect(summary).to_be_focused()
    summary.click()
    page.locator("h1").click()
    expect(box).not_to_have_attribute("open", "")


def test_what_the_server_refuses_is_said_in_place(visitor: Visit) -> None:
    page = visitor.go("/?view=table")
    answer = '{"error": {"code": 503, "message": "No browser.", "remedy": "Install one."}}'
    page.route("**/figure/**", lambda route: route.fulfill(status=503, content_type="application/json", body=answer))
    box = opened(page.locator(".figure-ranking"))
    box.get_by_role("link", name="Excel").click()
    expect(box.get_by_role("status")).to_have_text("No browser. Install one.")
    page.unroute("**/figure/**")
    book = saved(page, box, "Excel")
    assert book.suggested_filename.endswith(".xlsx")


def test_an_open_list_is_accessible_in_light_and_dark_fits_a_phone_and_is_not_printed(browser, live_server) -> None:
    with visit(browser, live_server, width=390) as seen:
        page = seen.go("/pair?a=FRA&b=DEU", plots=4)
        box = opened(page.locator(".figure", has=page.locator("#pair-joint")))
        for theme in ("light", "dark"):
            if theme == "dark":
                page.locator("#theme-switch").click()
                seen.answered()
                opened(box.locator(".."))
            expect(page.locator("html")).to_have_attribute("data-theme", theme)
            expect(box.locator(".save-body")).to_be_visible()
            assert page.evaluate("document.documentElement.scrollWidth") <= 390
            assert not seen.violations(colours=theme == "dark")
            # No site may embed anything here: the frame is not offered.
            expect(box.locator(".save-embed")).to_be_hidden()
            for link in box.locator("summary, .save-row:not(.save-embed) :is(a, select)").all():
                size = link.bounding_box()
                assert size is not None and min(size["width"], size["height"]) >= 24
        assert page.locator("details.save").first.is_visible()
        page.emulate_media(media="print")
        assert not any(box.is_visible() for box in page.locator("details.save").all())
