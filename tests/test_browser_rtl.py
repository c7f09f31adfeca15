"""The layout from right to left, proven with a test language of a few invented messages."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from playwright.sync_api import Browser, expect

from tests.browser import chromium, visit
from tests.conftest import ROOT, serve

PAGES = {
    "/": 1,
    "/country?area=PRT": 6,
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
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def arabic(tmp_path_factory, built_url) -> Iterator[str]:
    """The address of a server that also speaks a test language written from right to left."""
    folder: Path = tmp_path_factory.mktemp("data")
    for part in ("bundle", "catalogue", "codelists", "curated"):
        (folder / part).symlink_to(ROOT / "data" / part)
    (folder / "languages").mkdir()
    words = Catalog(locale="ar")
    words.add("Equal tiles", "بلاط")
    with (folder / "languages" / "ar.po").open("wb") as file:
        write_po(file, words)
    with serve(built_url, SCIDIP_DATA_DIR=str(folder)) as base:
        yield base


@pytest.mark.parametrize("path", PAGES)
def test_a_page_mirrors_and_stays_accessible(browser, arabic, path) -> None:
    with visit(browser, arabic) as seen:
        mark = "&" if "?" in path else "?"
        page = seen.go(f"{path}{mark}lang=ar", plots=PAGES[path])
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        name, search = (page.locator(s).bounding_box() for s in (".site-name", ".site-search"))
        assert name["x"] > search["x"], "the name stands at the right"
        assert seen.violations() == []
        seen.narrow(390)
        assert seen.complaints == [] and seen.strangers == []


def test_axes_run_from_left_to_right_and_their_labels_have_room(browser, arabic) -> None:
    with visit(browser, arabic) as seen:
        page = seen.go("/country?area=PRT&lang=ar", plots=6)
        for chart in ("#country-trend-std", "#country-neighbours"):
            left = page.locator(chart).bounding_box()["x"]
            labels = page.locator(f"{chart} .ytick text").all()
            assert len(labels) > 1
            assert all(label.bounding_box()["x"] >= left - 1 for label in labels)
        page = seen.go("/?lang=ar", plots=1)
        scales = page.locator(".ranking .scale").all()
        assert len(scales) == 2, "that of the first rows and that of all"
        for scale in scales:
            ends = [e.bounding_box()["x"] for e in scale.locator("span").all()]
            assert len(ends) > 1 and ends == sorted(ends), "rank 1 stands at the left, as its dot does"
        classes = page.locator(".legend li").first.inner_text()
        assert re.search("\u2066\\d+–\\d+\u2069", classes)


def test_the_language_is_switched_on_the_page_and_kept_in_the_address(browser, arabic) -> None:
    with visit(browser, arabic) as seen:
        page = seen.go("/country?area=PRT&lang=en", plots=6)
        page.locator("#languages summary").click()
        page.get_by_role("link", name="العربية").click()
        expect(page.locator("html")).to_have_attribute("lang", "ar")
        seen.settle(plots=6)
        assert "area=PRT" in page.url and "lang=ar" in page.url
        expect(page.locator("h1")).to_have_text("البرتغال")
