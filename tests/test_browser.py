"""The pages in a real browser, on the database built from the bundle."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from scidip.figures.text import numbers
from scidip.indicators.vocabulary import EDITION
from scidip.store.queries import area_queries, indicator_queries, served
from tests.browser import Visit, visit

PAGES = {
    "/": 1,
    "/country": 0,
    "/country?area=PRT": 6,
    "/audit": 2,
    "/data-quality": 0,
    "/sources": 0,
    "/downloads": 0,
    "/glossary?term=carried": 0,
    "/methodology": 0,
    "/network?drop=USA": 1,
    "/tensions": 0,
    "/unesco": 0,
    "/negotiation?p=A!infra.80~B!national.90,visa.0~": 0,
    "/?view=tiles": 0,
    "/pair": 0,
    "/robustness?aggregate=geometric&a=PRT&b=GRC": 0,
    "/pair?a=FRA&b=DEU": 4,
    "/ranking?region=South+Asia": 0,
    "/ranking?mode=two&group=OECD": 1,
    "/compare?areas=PRT,GRC,XKX&x=rd_expenditure_gdp&y=articles_pm&size=population": 6,
    "/indicator?indicator=rd_expenditure_gdp&areas=PRT": 2,
    "/indicator?indicator=articles_pm&view=distribution&areas=PRT,NGA": 2,
    "/indicator?indicator=national&view=trend": 2,
}
"""Addresses and how many charts each has."""
LONG = {"/?view=table&node=national": 0, "/ranking": 0, "/indicator?indicator=visa_reach&view=ranking": 1}
"""Pages of more than 200 rows."""
PHONE = 390
WIDTHS = (820, PHONE)


@pytest.fixture
def visitor(browser: Browser, live_server: str) -> Iterator[Visit]:
    with visit(browser, live_server) as seen:
        yield seen


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_quiet_local_accessible_and_never_scrolls_sideways(browser, live_server, path) -> None:
    """One load for a screen, a phone, light and dark, and for what is done there: most of the time goes into loading."""
    with visit(browser, live_server) as seen:
        page = seen.go(path, plots=PAGES[path])
        assert page.locator("[role=option]").count() == 0, "entries of a list are made when it is opened"
        assert seen.idle == [], "a page that is opened asks for nothing that is not there"
        assert seen.violations() == []
        fingers = page.context.new_cdp_session(page)
        fingers.send("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 1})
        assert page.evaluate("matchMedia('(pointer: coarse)').matches")
        keeps_its_name_off_the_links(page)
        for width in WIDTHS:
            seen.narrow(width)
            keeps_its_name_off_the_links(page)
            if width == PHONE:
                assert seen.violations() == []
        fingers.send("Emulation.setTouchEmulationEnabled", {"enabled": False})
        page.set_viewport_size({"width": 1440, "height": 900})
        goes_dark_without_a_reload(seen)
        assert seen.violations(colours=True) == []
        THEN.get(path, lambda _: None)(seen)
        assert seen.complaints == []
        assert seen.strangers == []


@pytest.mark.parametrize("path", LONG)
def test_a_long_table_is_accessible_and_never_scrolls_sideways(visitor, path) -> None:
    page = visitor.go(path, plots=LONG[path])
    assert visitor.violations() == []
    if path == "/ranking":
        assert page.evaluate(MANY)
        goes_dark_without_a_reload(visitor)
    for width in WIDTHS:
        visitor.narrow(width)
    assert visitor.complaints == []


MANY = "document.querySelectorAll('main *').length > 2000"


def keeps_its_name_off_the_links(page: Page) -> None:
    """See that the name of the site never stands upon the links beside it."""
    name, link = (page.locator(s).first.bounding_box() for s in (".site-name", ".nav-link"))
    assert name["y"] + name["height"] <= link["y"] + 1, page.viewport_size


def goes_dark_without_a_reload(seen: Visit) -> None:
    """See that the theme changes the page that is open, and its charts.

    Dash tells every component of every change of its state: of the square of a thousand a visitor gets tired.
    """
    page = seen.page
    seen.answered()
    page.evaluate("() => { window.told = 0; dash_stores[0].subscribe(() => { window.told += 1; }); }")
    points = page.locator("#country-profile .point")
    before = points.last.evaluate("p => getComputedStyle(p).fill") if points.count() else ""
    page.locator("#theme-switch").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    if before:
        expect(points.last).not_to_have_css("fill", before)
    seen.settle()
    seen.answered()
    assert 5 < page.evaluate("window.told") < 200


def stays_dark(seen: Visit) -> None:
    seen.page.reload()
    assert seen.page.evaluate("document.documentElement.dataset.theme") == "dark"
    seen.settle()


def opens_a_country_from_the_map(seen: Visit) -> None:
    page = seen.page
    page.wait_for_selector(".choroplethlayer path")
    assert page.locator(".choroplethlayer path").count() > 150
    assert page.locator(".scattergeo path.point").count() > 5
    click_at(page, ".scattergeo path.point")
    expect(page).to_have_url(re.compile(r"/country\?area=[A-Z]{3}"))
    seen.settle(plots=6)


def has_a_profile_and_many_elements(seen: Visit) -> None:
    """See that what goes dark without a reload was large, and a chart."""
    assert seen.page.evaluate(MANY)
    assert seen.page.locator("#country-profile .point").count() > 0


def swaps_its_ends_and_its_link_reopens_it(seen: Visit) -> None:
    page = seen.page
    before = page.locator(".pair-layers").first.inner_text()
    page.get_by_role("button", name="Swap the two countries").click()
    expect(page).to_have_url(re.compile(r"/pair\?a=DEU&b=FRA&v="))
    expect(page.locator(".pair-layers").first).not_to_have_text(before)
    page.reload()
    seen.settle(plots=4)
    assert page.locator("#pair-a").input_value() == "Germany"


THEN = {
    "/": opens_a_country_from_the_map,
    "/country?area=PRT": has_a_profile_and_many_elements,
    "/glossary?term=carried": stays_dark,
    "/pair?a=FRA&b=DEU": swaps_its_ends_and_its_link_reopens_it,
}
"""What is done on some pages once they are open."""


def click_at(page: Page, selector: str) -> None:
    """Click where a mark is: Plotly catches the mouse with a layer above its marks."""
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.wait_for_selector(".hoverlayer .hovertext")
    page.mouse.click(x, y)


def test_a_link_in_a_table_opens_its_page_without_a_reload_and_back_returns(visitor) -> None:
    page = visitor.go("/", plots=1)
    page.evaluate("() => { window.stillHere = true; }")
    name = page.locator(".ranked-areas tr[data-area=PRT] a")
    name.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/country\?area=PRT"))
    expect(page.locator("h1")).to_have_text("Portugal")
    assert page.evaluate("() => window.stillHere === true")
    page.go_back()
    expect(page.locator(".ranked-areas tr[data-area=PRT]")).to_be_visible()
    with page.context.expect_page() as opened:
        page.locator(".ranked-areas tr[data-area=PRT] a").click(modifiers=["ControlOrMeta"])
    opened.value.wait_for_url("**/country?area=PRT*")
    opened.value.close()
    page.locator(".apart-head a").click()
    expect(page).to_have_url(re.compile(r"/ranking\?"))
    expect(page.locator(".full-ranking .apart").first).to_be_visible()
    visitor.settle()
    assert visitor.complaints == []


def test_the_ranking_is_whole_and_equals_the_database(visitor, engine) -> None:
    year = served.scored_years(engine)[-1]
    frame = served.ranking(engine, node="std", year=year).set_index("ref_area")
    ranked = frame[frame["rank"].notna()]
    page = visitor.go("/?view=table")
    rows = page.locator(".ranked-areas tr")
    assert rows.count() == len(ranked) > 100
    for area in (ranked.index[0], ranked.index[57], ranked.index[-1]):
        cells = page.locator(f"tr[data-area={area}] td").all_inner_texts()
        row = ranked.loc[area]
        assert cells[0] == f"{row['rank']:.0f}"
        assert cells[2] == numbers.interval(row["rank_p05"], row["rank_p95"])
        assert cells[3] == numbers.score(row["score"])


def test_a_figure_on_a_country_page_equals_the_database(visitor, engine) -> None:
    frame = area_queries.area_indicators(engine, ref_area="USA", year=2020).set_index("indicator")
    page = visitor.go("/country?area=USA&year=2020", plots=6)
    table = page.locator("details.fold", has=page.locator("tr[data-indicator=rd_expenditure_gdp]"))
    table.locator("summary").first.click()
    row = page.locator("tr[data-indicator=rd_expenditure_gdp]").inner_text()
    figure = frame.loc["rd_expenditure_gdp"]
    assert numbers.value(figure["obs_value"], "percent_gdp") in row
    assert f"{figure['time_period']:.0f}" in row
    assert f"{figure['source_title']}, {figure['vintage']}, {figure['licence']}" in row


def test_the_years_play_and_stop_at_the_last(visitor) -> None:
    page = visitor.go("/?view=table&year=2021")
    page.get_by_role("button", name="Play the years").click()
    expect(page.locator("#overview-play")).to_have_text("Stop")
    # The year between may pass unseen on a busy machine: what is asked for next overtakes it.
    expect(page.locator("#overview-play")).to_have_text("Play")
    assert page.locator("#overview-year").input_value() == f"Edition {EDITION}"
    expect(page.locator(".kicker").first).to_contain_text(f"Edition {EDITION}")
    assert visitor.complaints == []


def test_the_full_ranking_equals_the_database_and_sorts_by_keyboard(visitor, engine) -> None:
    year = served.scored_years(engine)[-1]
    frame = served.ranking(engine, node="std", year=year).set_index("ref_area")
    ranked = frame[frame["rank"].notna()]
    page = visitor.go("/ranking")
    for area in (ranked.index[0], ranked.index[80]):
        row = ranked.loc[area]
        words = page.locator(f"tr[data-area={area}]").inner_text().split()
        assert words[0] == f"{row['rank']:.0f}"
        assert numbers.interval(row["rank_p05"], row["rank_p95"]) in words
        assert numbers.score(row["score"]) in words
    page.locator("#ranking-by-national").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#ranking-head-national")).to_have_attribute("aria-sort", "descending")
    expect(page).to_have_url(re.compile("sort=-national"))
    national = served.ranking(engine, node="national", year=year).set_index("ref_area")["score"]
    best = national[national.index.isin(ranked.index)].idxmax()
    expect(page.locator("#ranking-rows tr").first).to_have_attribute("data-area", best)
    page.locator("#ranking-group").click()
    page.get_by_role("option", name="OECD").click()
    expect(page.locator("h1")).to_contain_text("in the OECD")
    page.get_by_text("Two years", exact=True).click()
    expect(page.locator("#ranking-slope .main-svg").first).to_be_visible()
    expect(page.locator("h1")).to_contain_text(re.compile("is beyond doubt|clearly changed rank"))
    assert page.locator("#ranking-one").is_hidden()
    sentence = page.locator("h1").inner_text()
    page.reload()
    visitor.settle(plots=1)
    assert page.locator("h1").inner_text() == sentence
    assert visitor.complaints == []


def test_an_indicator_equals_the_database_in_table_and_chart(visitor, engine) -> None:
    year = max(y for y in served.scored_years(engine) if y != EDITION)
    frame = indicator_queries.indicator_values(engine, "rd_expenditure_gdp", year, 5)
    frame = frame.set_index("ref_area")
    page = visitor.go("/indicator?indicator=rd_expenditure_gdp&view=ranking", plots=1)
    for area in ("PRT", "JPN"):
        words = page.locator(f"tr[data-area={area}]").inner_text()
        assert numbers.value(frame.at[area, "obs_value"], "percent_gdp") in words
        assert f"{frame.at[area, 'time_period']:.0f}" in words
        assert str(frame.at[area, "vintage"]) in words
    page.get_by_text("Map", exact=True).click()
    page.wait_for_selector(".choroplethlayer path")
    chart = page.locator("#indicator-map .js-plotly-plot").evaluate(
        "e => e.data[1].locations.map((a, i) => [a, e.data[1].text[i]])"
    )
    drawn = dict(chart)
    assert set(drawn) == set(frame.index[frame["is_known"]])
    assert numbers.value(frame.at["PRT", "obs_value"], "percent_gdp") in drawn["PRT"]
    expect(page).to_have_url(re.compile(r"\?indicator=rd_expenditure_gdp&v=[0-9a-f]{10}$"))
    assert visitor.complaints == []


def test_a_comparison_equals_the_database_and_its_link_reopens_it(browser, live_server, engine) -> None:
    year = served.scored_years(engine)[-1]
    scores = served.ranking(engine, node="std", year=year).set_index("ref_area")
    with visit(browser, live_server) as seen:
        page = seen.go("/compare?areas=PRT,GRC", plots=6)
        cells = page.locator("tr.level-index td").all_inner_texts()
        for area, words in zip(("PRT", "GRC"), cells, strict=True):
            row = scores.loc[area]
            assert numbers.score(row["score"]) in words
            assert numbers.interval(row["rank_p05"], row["rank_p95"]) in words
        page.locator("#compare-areas").click()
        page.keyboard.type("Irela")
        page.get_by_role("option", name="Ireland").click()
        expect(page).to_have_url(re.compile("areas=PRT,GRC,IRL"))
        expect(page.locator(".area-key a")).to_have_count(3)
        page.locator("#compare-x").fill("Researchers")
        page.get_by_role("option", name="Researchers", exact=True).click()
        expect(page).to_have_url(re.compile("x=researchers_pm"))
        address = page.evaluate("location.pathname + location.search")
        sentence = page.locator("h1").inner_text()
        assert seen.complaints == []
    with visit(browser, live_server) as seen:
        page = seen.go(address, plots=6)
        assert page.locator("h1").inner_text() == sentence
        assert page.locator(".area-key a").all_inner_texts() == ["Portugal", "Greece", "Ireland"]


def test_choices_are_in_the_address_a_permalink_reopens_them_and_a_menu_link_to_the_page_forgets_them(
    browser, live_server, engine
) -> None:
    year = served.scored_years(engine)[-2]
    with visit(browser, live_server) as seen:
        page = seen.go("/", plots=1)
        usual = page.locator("h1").inner_text()
        page.get_by_text("National", exact=True).first.click()
        expect(page).to_have_url(re.compile("node=national"))
        page.get_by_label("Year", exact=True).first.click()
        page.get_by_role("option", name=str(year)).click()
        expect(page).to_have_url(re.compile(f"year={year}"))
        sentence = page.locator("h1").inner_text()
        address = page.evaluate("location.pathname + location.search")
        page.reload()
        seen.settle(plots=1)
        assert page.locator("h1").inner_text() == sentence
    with visit(browser, live_server) as seen:
        page = seen.go(address, plots=1)
        assert page.locator("h1").inner_text() == sentence != usual
        page.get_by_role("link", name="Overview").click()
        expect(page.locator("h1")).to_have_text(usual)
        assert re.fullmatch(r"\?v=[0-9a-f]{10}", page.evaluate("location.search"))


def test_back_and_forward_return_to_what_was_seen(visitor) -> None:
    page = visitor.go("/", plots=1)
    page.get_by_text("International", exact=True).first.click()
    expect(page).to_have_url(re.compile("node=international"))
    expect(page.locator("h1")).to_contain_text("international")
    sentence = page.locator("h1").inner_text()
    page.locator(".ranked-areas a").first.click()
    expect(page).to_have_url(re.compile(r"/country\?area=[A-Z]{3}"))
    visitor.settle(plots=6)
    country = page.locator("h1").inner_text()
    page.go_back()
    expect(page.locator("h1")).to_have_text(sentence)
    page.go_forward()
    expect(page.locator("h1")).to_have_text(country)
    assert visitor.complaints == []


def test_the_skip_link_is_first_and_the_search_opens_a_country_by_keyboard(visitor) -> None:
    page = visitor.go("/downloads")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#content"
    page.get_by_placeholder("Find a country").focus()
    page.keyboard.type("Portug")
    page.wait_for_selector("[role=option][data-combobox-selected]:has-text('Portugal')")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/country\?area=PRT"))
    visitor.settle(plots=6)
    assert page.locator("h1").inner_text() == "Portugal"


def test_hostile_addresses_show_the_usual_view_and_say_so(visitor) -> None:
    page = visitor.go("/?node=<script>alert(1)</script>&year=99999999", plots=1)
    assert page.locator(".notice").count() == 2
    assert visitor.complaints == []


def test_the_files_are_served(visitor, engine) -> None:
    page = visitor.go("/downloads?indicator=researchers_pm&area=CHL")
    with page.expect_download() as waiting:
        page.locator("#downloads-observations").click()
    lines = waiting.value.path().read_text("utf-8").splitlines()
    assert lines[0].startswith("indicator,field,ref_area,")
    assert len(lines) > 5 and all(line.startswith("researchers_pm,_T,CHL,") for line in lines[1:])


def test_the_name_of_the_site_never_stands_upon_the_links_of_the_interface(visitor) -> None:
    page = visitor.page
    page.goto(visitor.base + "/api/v1/")
    page.wait_for_selector("h1")
    for width in (1440, *WIDTHS):
        page.set_viewport_size({"width": width, "height": 844})
        keeps_its_name_off_the_links(page)
