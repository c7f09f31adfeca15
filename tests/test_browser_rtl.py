"""Languages as they are seen: from right to left in Arabic and Persian, and the other scripts."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Visit, visit

COUNTRY = "/country?area=PRT"
PAGES = {
    "/": 1,
    COUNTRY: 6,
    "/ranking?region=South+Asia": 0,
    "/pair?a=FRA&b=DEU": 4,
    "/robustness": 0,
    "/network?area=PRT": 1,
    "/methodology": 0,
    "/compare": 6,
    "/indicator?indicator=articles_pm&view=trend": 2,
    "/audit": 2,
    "/tensions?area=KOR": 0,
    "/unesco?area=KEN": 0,
    "/negotiation?p=A!infra.80~B!national.90,visa.0~": 0,
    "/data-quality": 0,
    "/downloads": 0,
    "/glossary": 0,
}


RIGHT_TO_LEFT = {path: ("ar", "fa")[n % 2] for n, path in enumerate(PAGES)}
"""Half of the pages in each; the country and the first page, whose axes are looked at, stand first."""
RIGHT_TO_LEFT |= {"/": "ar", COUNTRY: "ar"}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_mirrors_and_stays_accessible(browser, live_server, path) -> None:
    """One load for the layout, the axes and the language: most of the time goes into loading."""
    with visit(browser, live_server) as seen:
        code = RIGHT_TO_LEFT[path]
        page = switched(seen) if path == COUNTRY else seen.go(in_language(path, code), plots=PAGES[path])
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        name, search = (page.locator(s).bounding_box() for s in (".site-name", ".site-search"))
        assert name["x"] > search["x"], "the name stands at the right"
        AXES.get(path, lambda _: None)(page)
        assert seen.violations() == []
        seen.narrow(390)
        assert seen.complaints == [] and seen.strangers == []


def in_language(path: str, code: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}lang={code}"


@pytest.mark.parametrize(
    ("code", "path"), [("es", "/"), ("ru", COUNTRY), ("zh", "/unesco?area=KEN"), ("zh", "/languages")]
)
def test_a_page_has_room_in_every_script(browser, live_server, code, path) -> None:
    """One page each: that nothing is cut off, and no word stands in English that has one of its own."""
    with visit(browser, live_server) as seen:
        page = seen.go(in_language(path, code), plots=PAGES.get(path, 0))
        expect(page.locator("html")).to_have_attribute("lang", code)
        assert seen.violations() == []
        assert page.locator(".site-nav a").first.inner_text() != "Overview"
        seen.narrow(390)
        assert seen.complaints == [] and seen.strangers == []


def switched(seen: Visit) -> Page:
    """Open a country in English and switch the language on the page; it is kept in the address."""
    page = seen.go(f"{COUNTRY}&lang=en", plots=6)
    page.locator("#languages summary").click()
    page.get_by_role("link", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("lang", "ar")
    seen.settle(plots=6)
    assert "area=PRT" in page.url and "lang=ar" in page.url
    expect(page.locator("h1")).to_have_text("البرتغال")
    return page


def labels_have_room(page: Page) -> None:
    for chart in ("#country-trend-std", "#country-neighbours"):
        left = page.locator(chart).bounding_box()["x"]
        labels = page.locator(f"{chart} .ytick text").all()
        assert len(labels) > 1
        assert all(label.bounding_box()["x"] >= left - 1 for label in labels)


def scales_run_from_left_to_right(page: Page) -> None:
    scales = page.locator(".ranking .scale").all()
    assert len(scales) == 2, "that of the first rows and that of all"
    for scale in scales:
        ends = [e.bounding_box()["x"] for e in scale.locator("span").all()]
        assert len(ends) > 1 and ends == sorted(ends), "rank 1 stands at the left, as its dot does"
    classes = page.locator(".legend li").first.inner_text()
    assert re.search("\u2066\\d+–\\d+\u2069", classes)


AXES = {COUNTRY: labels_have_room, "/": scales_run_from_left_to_right}
"""Axes run from left to right also here, and their labels have room."""
