"""The page of claims in a real browser: asked by keyboard, answered in the address, accessible in both themes."""

import re
from urllib.parse import quote_plus

import pytest
from playwright.sync_api import expect

from tests.browser import visit

CLAIM = "Portugal ranks above Greece in national factors in 2022"
ADDRESSES = (
    "/claim",
    f"/claim?text={quote_plus(CLAIM)}",
    "/claim?text=Switzerland+leads+the+index+in+2022",
    "/claim?text=Portugal+ranks+abve+%3Cscript%3Ealert(1)%3C/script%3E",
    f"/claim?text={quote_plus('Israel had a higher R&D spending than South Korea in 2021')}",
)


@pytest.mark.parametrize("path", ADDRESSES)
def test_the_page_is_quiet_local_accessible_and_never_scrolls_sideways(browser, live_server, path: str) -> None:
    with visit(browser, live_server) as seen:
        page = seen.go(path)
        page.locator(".behind summary").first.click()
        assert seen.violations() == []
        page.locator("#theme-switch").click()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        assert seen.violations(colours=True) == []
        for width in (390, 820):
            seen.narrow(width)
        assert seen.complaints == [] and seen.strangers == []


def test_a_claim_is_asked_by_keyboard_and_its_link_copied(browser, live_server) -> None:
    with visit(browser, live_server, permissions=["clipboard-read", "clipboard-write"]) as seen:
        page = seen.go("/claim")
        box = page.get_by_role("textbox", name="A claim about countries, in one sentence")
        box.fill(CLAIM)
        box.press("Enter")
        expect(page.locator("h1")).to_have_text("Supported")
        expect(page).to_have_url(re.compile(r"/claim\?text=Portugal\+ranks\+above.*&v=[0-9a-f]{10}"))
        page.get_by_role("button", name="Copy").click()
        expect(page.locator(".claim-copied")).to_have_text("Copied")
        link = page.evaluate("navigator.clipboard.readText()")
        assert link == live_server + page.locator(".claim-address").inner_text()
        page.goto(link)
        seen.settle()
        assert page.locator("h1").inner_text() == "Supported"
        assert page.locator(".notice").count() == 0
        page.get_by_role("link", name="What would swap the two").click()
        expect(page).to_have_url(re.compile(r"/robustness\?a=PRT&b=GRC"))
        assert seen.complaints == []


def test_an_example_answers_with_one_click(browser, live_server) -> None:
    with visit(browser, live_server) as seen:
        page = seen.go("/claim")
        page.locator(".claim-example").first.click()
        expect(page.locator("h1.verdict")).to_be_visible()
        assert page.get_by_role("textbox", name="A claim about countries").input_value() == CLAIM
        assert seen.complaints == []
