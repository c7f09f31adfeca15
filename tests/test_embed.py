"""A part of a page elsewhere: who may show it, which parts there are, what services are told, what a pasted link shows."""

import re
from html import unescape

import pytest

from scidip.dashboard.core.languages import HEADER
from scidip.dashboard.embed import frames, oembed, views
from scidip.dashboard.files.chart_part import find, names
from scidip.dashboard.server.factory import create_app, render
from scidip.dashboard.widgets.components import THEME_HEADER
from scidip.indicators.errors import ScidipError
from scidip.publish.render import browser
from scidip.settings import Settings
from tests.test_mount import PREFIX, SITE, page_request
from tests.test_pages import make_context

ORIGIN = "https://newspaper.example"
BEGAN = {"country": {"area": "PRT"}, "pair": {"a": "FRA", "b": "DEU"}, "claim": {"text": "Portugal leads the index"}}


@pytest.fixture(autouse=True)
def no_browser(monkeypatch) -> None:
    monkeypatch.setattr(browser, "BROWSERS", ("no-such-browser",))


@pytest.fixture(scope="module")
def ctx(built_url, catalogue, areas, sources):
    return make_context(
        built_url, catalogue, areas, sources, site=SITE, hosts=("localhost",), embeds=(ORIGIN, "http://localhost:3000")
    )


@pytest.fixture(scope="module")
def app(ctx):
    return create_app(ctx)


@pytest.fixture
def client(app):
    return app.server.test_client(use_cookies=False)


# --- settings ---------------------------------------------------------------------------------


@pytest.mark.parametrize("given", ["*", "https://*.example.org", "https://example.org,*"])
def test_a_wildcard_among_origins_is_refused_in_one_sentence(given) -> None:
    with pytest.raises(
        ScidipError, match=r"must name each site in full, as https://example\.org, not '.*': with a wild"
    ):
        Settings.from_env({"SCIDIP_EMBED_ORIGINS": given})


@pytest.mark.parametrize(
    "given",
    ["example.org", "https://example.org/path", "https://a b", "https://a;script-src *".replace("*", "x"), "'self'"],
)
def test_what_is_no_origin_is_refused(given) -> None:
    with pytest.raises(ScidipError, match=r"SCIDIP_EMBED_ORIGINS must be origins like https://example\.org"):
        Settings.from_env({"SCIDIP_EMBED_ORIGINS": given})


def test_origins_are_a_list_with_or_without_a_slash_at_the_end() -> None:
    given = Settings.from_env({"SCIDIP_EMBED_ORIGINS": f" {ORIGIN}/, http://localhost:3000,{ORIGIN} "})
    assert given.embed_origins == (ORIGIN, "http://localhost:3000")
    assert Settings.from_env({}).embed_origins == ()


# --- frames -----------------------------------------------------------------------------------


def ancestors(answer) -> str:
    return re.search("frame-ancestors ([^;]*)", answer.headers["Content-Security-Policy"])[1]


def test_only_frames_may_be_embedded_and_only_by_the_sites_named(client) -> None:
    assert ancestors(client.get(f"{PREFIX}/embed/ranking")) == f"'self' {ORIGIN} http://localhost:3000"
    for address in ("/", "/ranking", "/embedx", "/api/v1/", "/figure/overview.csv?part=table-1", "/oembed", "/nowhere"):
        assert ancestors(client.get(address, headers={"Accept": "text/html"})) == "'self'", address


def test_a_frame_of_no_page_is_not_found(client) -> None:
    for name in ("nowhere", "none", "country/x", "%3Cscript%3E"):
        assert client.get(f"/embed/{name}", headers={"Accept": "text/html"}).status_code == 404, name
    assert client.get("/embed/country?area=PRT").status_code == 200


def test_every_part_of_every_page_has_a_frame(app, ctx) -> None:
    """By registration: charts, tables and the headline of each page, with its source, and the way to the page."""
    seen = 0
    for path, module in app.pages.items():
        if path.startswith(frames.FOLDER) or module.PAGE.name == "present":
            continue
        query = BEGAN.get(module.PAGE.name, {})
        with app.server.test_request_context(path):
            app.server.preprocess_request()
            made = frames.framed(module, ctx, {**query, "part": frames.HEADLINE, "theme": "dark", "lang": "en"}, render)
            page, foot = made.children[1], made.children[2]
            link = foot.children[0].href
            assert link.startswith(f"{SITE}{module.PAGE.path}") and "part=" not in link and "theme=" not in link
            assert ctx.data_version in str(foot.to_plotly_json())
            for part in names(page):
                assert find(page, part, "light") is not None, (path, part)
                seen += 1
    assert seen >= 40


def test_a_part_that_is_not_there_is_said_with_those_that_are(client) -> None:
    body = page_request(f"{PREFIX}/embed/country", "?area=PRT&part=nothing<script>")
    said = client.post("/_dash-update-component", json=body).get_json()
    words = said["response"]["_pages_content"]["children"]["props"]["children"]["props"]["children"]
    assert "no part “nothing<script>”" in words and "headline, country-profile" in words


def test_a_frame_of_figures_that_serve_no_more_says_so(client) -> None:
    body = page_request(f"{PREFIX}/embed/country", "?area=PRT&part=country-profile&v=0123456789")
    said = client.post("/_dash-update-component", json=body).text
    assert "This link was made with" in said and "0123456789" in said


def test_a_frame_has_no_cookies_and_says_its_theme_and_language_in_headers(client) -> None:
    asked = {THEME_HEADER: "dark", HEADER: "en", "Accept-Language": "fr"}
    layout = client.get("/_dash-layout", headers=asked)
    assert layout.headers["Content-Language"] == "en" and '"forceColorScheme":"dark"' in layout.text
    document = client.get("/embed/country?area=PRT&theme=dark").text
    assert 'data-embed="dark"' in document and "noindex" in document
    assert f'<link rel="canonical" href="{SITE}/country?area=PRT">' in document
    assert "data-embed=" not in client.get("/country?area=PRT").text


# --- oEmbed -----------------------------------------------------------------------------------


def test_oembed_answers_how_a_view_is_embedded(client) -> None:
    link = f"{SITE}/country?area=PRT&year=2023"
    answer = client.get("/oembed", query_string={"url": link, "format": "json", "maxwidth": "500"})
    said = answer.get_json()
    assert (said["version"], said["type"], said["title"], said["width"]) == ("1.0", "rich", "Portugal", 500)
    source = unescape(re.search('src="([^"]*)"', said["html"])[1])
    assert source == f"{SITE}/embed/country?area=PRT&year=2023&part=country-profile"
    assert said["thumbnail_url"].startswith(f"{SITE}/figure/country.png?area=PRT&year=2023&part=country-profile")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    again = client.get("/oembed", query_string={"url": source}).get_json()
    assert again["html"].split("width")[0] == said["html"].split("width")[0], "of a frame, the same frame"


@pytest.mark.parametrize(
    "link",
    [
        "",
        "https://evil.example/country",
        f"{SITE}.evil.example/country",
        f"{SITE}/nowhere",
        f"{SITE}/embed/x",
        "/country",
    ],
)
def test_oembed_knows_no_address_of_others(client, link) -> None:
    assert client.get("/oembed", query_string={"url": link}).status_code == 404


def test_oembed_refuses_other_formats_and_no_address_gets_out_of_its_quotes(client) -> None:
    assert client.get("/oembed", query_string={"url": SITE, "format": "xml"}).status_code == 501
    hostile = f'{SITE}/country?area=PRT&part="><script>alert(1)</script>'
    said = client.get("/oembed", query_string={"url": hostile}).get_json()["html"]
    assert "<script" not in said and said.count("<") == 2
    assert oembed.iframe('a"b', "<i>", 1, 2).startswith('<iframe src="a&quot;b" title="&lt;i&gt;" width="1"')


# --- previews ---------------------------------------------------------------------------------


def told(document: str) -> dict[str, str]:
    found = re.findall(r'<meta (?:name|property)="([^"]*)" content="([^"]*)">', document)
    return {name: unescape(content) for name, content in found}


def test_a_pasted_link_shows_title_sentence_and_picture(client) -> None:
    said = told(client.get(f"{PREFIX}/country?area=PRT").text)
    assert said["og:title"] == "Portugal" and said["og:url"] == f"{SITE}/country?area=PRT"
    assert re.match(r"Portugal is \d+\w\w of \d+ in \d{4}; between", said["og:description"])
    assert said["og:image"].startswith(f"{SITE}/figure/country.png?area=PRT&part=country-profile&shape=wide&v=")
    assert said["description"] == said["og:description"] and said["twitter:card"] == "summary_large_image"
    picture = said["og:image"].removeprefix(SITE)
    assert client.get(picture, headers={"Accept": "application/json"}).status_code == 503, "no browser here; no 404"
    text = told(client.get("/glossary").text)
    assert "og:image" not in text and text["twitter:card"] == "summary"
    found = re.search(
        r'<link rel="alternate" type="application/json\+oembed" href="([^"]*)"', client.get("/ranking").text
    )
    assert client.get(unescape(found[1]).removeprefix(SITE)).status_code == 200


def test_no_page_is_made_for_a_preview_nobody_sees_or_while_another_is_made(app, monkeypatch) -> None:
    made = []
    monkeypatch.setattr(views, "_read", lambda *_: made.append(1) or views.View("a", "b", "", ""))
    client = app.server.test_client()
    client.get("/country?area=GRC", headers={"Sec-Fetch-Mode": "navigate"})
    with views._MAKING:
        assert told(client.get("/country?area=GRC").text)["og:title"] == "Countries"
    client.get("/country?area=GRC&nothing=<x>&year=17")  # an address that is refused in part
    assert made == []
    for _ in range(3):
        client.get("/country?area=GRC&other=1")
    assert made == [1], "made once, whatever else the address says"


def test_no_address_gets_out_of_the_quotes_of_a_preview(client) -> None:
    for address in ('/country?area="><script>alert(1)</script>', '/embed/country?area=PRT&part="><script>x</script>'):
        assert "<script>" not in re.sub(r"<script[^>]*>", "", client.get(address).text.replace("<script>var", ""))
        assert "><script>alert" not in client.get(address).text


def test_a_long_sentence_is_cut_between_words() -> None:
    assert views.shortened("a short one") == "a short one"
    cut = views.shortened("word " * 100, 52)
    assert len(cut) <= 53 and cut.endswith("word …")
