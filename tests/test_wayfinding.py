"""What programs look for at a site names what there is, by its whole address, and nothing that is not there."""

import re
from xml.etree import ElementTree

import pytest

from scidip.dashboard.machines.wayfinding import SPACE
from scidip.dashboard.server.factory import create_app
from tests.test_mount import PREFIX, SITE
from tests.test_pages import empty, make_context

__all__ = ["empty"]


@pytest.fixture(scope="module")
def app(built_url, catalogue, areas, sources):
    return create_app(make_context(built_url, catalogue, areas, sources, site=SITE, hosts=("localhost",)))


def test_every_address_that_a_language_model_is_told_is_there(app) -> None:
    client = app.server.test_client()
    answer = client.get(f"{PREFIX}/llms.txt", headers={"Accept-Language": "fr"})
    assert answer.mimetype == "text/markdown" and answer.text.startswith(
        "# Science and Technology Diplomacy Observatory"
    )
    links = re.findall(r"\]\(([^)]*)\)", answer.text)
    assert len(links) > 25 and all(link.startswith(f"{SITE}/") for link in links)
    assert {m.PAGE.path for m in app.pages.values()} <= {link.removeprefix(SITE) for link in links}
    asked = {"Sec-Fetch-Mode": "navigate"}
    for link in links:
        # Some lists ask what is compared: they are there and say so.
        found = client.get(link.removeprefix(SITE), headers=asked)
        assert found.status_code in (200, 400), link
        found.get_data()
    assert re.search(r"Data version [0-9a-f]{10}; newest year 20\d\d", answer.text)


def test_the_sitemap_lists_pages_countries_and_indicators_once(app) -> None:
    root = ElementTree.fromstring(app.server.test_client().get("/sitemap.xml").get_data())
    found = [e.text for e in root.iter(f"{{{SPACE}}}loc")]
    assert len(found) == len(set(found)) and all(a.startswith(f"{SITE}/") for a in found)
    for address in ("/", "/country?area=PRT", "/indicator?indicator=population", "/methodology"):
        assert f"{SITE}{address}" in found
    assert 250 < len(found) < 5_000


def test_crawlers_are_asked_to_leave_what_is_dear(app) -> None:
    client = app.server.test_client()
    text = client.get("/robots.txt").text
    assert f"Sitemap: {SITE}/sitemap.xml" in text and f"Disallow: {PREFIX}/figure/" in text
    assert "Disallow: /\n" not in text
    known = [rule.rule for rule in app.server.url_map.iter_rules()] + ["/embed/", "/metrics"]
    for path in re.findall(rf"Disallow: {PREFIX}(\S+)", text):
        assert any(rule.startswith(path) for rule in known), path


def test_the_manifest_and_its_sign_are_there(app) -> None:
    client = app.server.test_client()
    document = client.get(f"{PREFIX}/").text
    assert f'<link rel="manifest" href="{PREFIX}/manifest.webmanifest">' in document
    said = client.get("/manifest.webmanifest").get_json(force=True)
    assert said["start_url"] == f"{PREFIX}/"
    for icon in said["icons"]:
        assert client.get(icon["src"]).mimetype == icon["type"]
    assert client.get("/favicon.ico").headers["Location"] == f"{PREFIX}/assets/favicon.svg"


def test_without_figures_nothing_is_made_up(empty) -> None:
    client = create_app(empty).server.test_client()
    assert "No figures yet" in client.get("/llms.txt").text
    assert "/country?" not in client.get("/sitemap.xml").text
