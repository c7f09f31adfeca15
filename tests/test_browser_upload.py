"""The upload page in a real browser: a file is checked by keyboard, the report is read out, nothing is kept."""

import pytest
from playwright.sync_api import expect

from tests.browser import visit
from tests.conftest import serve
from tests.test_upload import MIXED, TOKEN


@pytest.fixture(scope="module")
def served(built_url):
    with serve(built_url, SCIDIP_UPLOAD_TOKEN=TOKEN, SCIDIP_ACCESS_LOG="") as base:
        yield base


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 390)])
def test_a_file_is_checked_without_leaving_the_page_and_nothing_is_kept(browser, served, theme, width) -> None:
    with visit(browser, served, theme, width) as seen:
        page = seen.page
        page.goto(f"{served}/upload")
        expect(page.locator("html")).to_have_attribute("data-theme", theme)
        page.get_by_label("Token").fill(TOKEN)
        page.get_by_label("File").set_input_files({"name": "mine.csv", "mimeType": "text/csv", "buffer": MIXED})
        page.get_by_role("button", name="Check").press("Enter")
        expect(page.get_by_role("status")).to_have_text(
            "The file was checked. Nothing has been published yet.", timeout=90_000
        )
        expect(page.locator("#upload-report")).to_be_focused()
        expect(page.get_by_role("heading", name="What is refused")).to_be_visible()
        expect(page.get_by_role("cell", name="Narnia", exact=True)).to_be_visible()
        assert page.get_by_label("Token").input_value() == TOKEN, "for the next step, in the form and nowhere else"
        kept = "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href])"
        assert TOKEN not in page.evaluate(kept)
        assert seen.violations() == [] and seen.violations(colours=True) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert seen.complaints == [] and seen.strangers == []


def test_a_file_that_is_too_large_is_said_before_it_is_sent(browser, served) -> None:
    with visit(browser, served) as seen:
        page = seen.page
        page.goto(f"{served}/upload")
        page.get_by_label("Token").fill(TOKEN)
        large = {"name": "large.csv", "mimeType": "text/csv", "buffer": b"x" * 3_000_000}
        page.get_by_label("File").set_input_files(large)
        page.get_by_role("button", name="Check").click()
        expect(page.get_by_role("status")).to_have_text("The file is too large: at most 2 MB can be sent.")
        assert seen.complaints == []
