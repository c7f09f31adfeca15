"""The layout from right to left, proven with a test language of a few invented messages."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from playwright.sync_api import Page, expect

from tests.browser import Visit, visit
from tests.conftest import ROOT, one_for_all, serve

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


@pytest.fixture(scope="module")
def arabic(built_url) -> Iterator[str]:
    """The address of a server that also speaks a test language written from right to left; one for all workers."""
    folder = Path(built_url.removeprefix("sqlite:///")).parent / "arabic"
    with one_for_all(folder, lambda: speaking_arabic(built_url, folder / "data")) as base:
        yield base


@contextmanager
def speaking_arabic(url: str, folder: Path) -> Iterator[str]:
    folder.mkdir()
    for part in ("bundle", "catalogue", "codelists", "curated"):
        (folder / part).symlink_to(ROOT / "data" / part)
    (folder / "languages").mkdir()
    words = Catalog(locale="ar")
    words.add("Equal tiles", "بلاط")
    with (folder / "languages" / "ar.po").open("wb") as file:
        write_po(file, words)
    try:
        with serve(url, SCIDIP_DATA_DIR=str(folder)) as base:
            yield base
    finally:
        shutil.rmtree(folder)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_mirrors_and_stays_accessible(browser, arabic, path) -> None:
    """One load for the layout, the axes and the language: most of the time goes into loading."""
    with visit(browser, arabic) as seen:
        mark = "&" if "?" in path else "?"
        page = switched(seen) if path == COUNTRY else seen.go(f"{path}{mark}lang=ar", plots=PAGES[path])
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        name, search = (page.locator(s).bounding_box() for s in (".site-name", ".site-search"))
        assert name["x"] > search["x"], "the name stands at the right"
        AXES.get(path, lambda _: None)(page)
        assert seen.violations() == []
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
