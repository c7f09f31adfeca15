"""The robustness page in a real browser."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import Visit, visit


@pytest.fixture
def visitor(browser: Browser, live_server: str) -> Iterator[Visit]:
    with visit(browser, live_server) as seen:
        yield seen


def test_a_weight_moves_the_ranking_and_its_link_reopens_it(visitor) -> None:
    page = visitor.go("/robustness")
    assert "published choices" in page.locator("h1").inner_text()
    box = page.get_by_label("Weight of International", exact=True).and_(page.locator("input"))
    box.fill("0")
    box.press("Enter")
    expect(page).to_have_url(re.compile(r"w=international\.0"))
    expect(page.locator("h1")).to_contain_text("moves furthest")
    first = page.locator(".lab-ranking tbody tr").first.get_attribute("data-area")
    page.reload()
    visitor.settle()
    assert page.locator(".lab-ranking tbody tr").first.get_attribute("data-area") == first
    assert box.input_value() == "0"
    page.get_by_role("link", name="Back to the default").click()
    expect(page.locator("h1")).to_contain_text("published choices")
    assert visitor.complaints == []


def test_a_slider_is_moved_by_keyboard_and_its_box_follows(visitor) -> None:
    page = visitor.go("/robustness")
    slider = page.get_by_role("slider", name="Weight of National")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("Weight of National", exact=True).and_(page.locator("input"))).to_have_value("55")
    expect(page).to_have_url(re.compile(r"w=national\.55"))
    assert visitor.complaints == []
