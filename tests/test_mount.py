"""Under a path of an institution's site, by registration: every page, callback, file and route; and whose word counts."""

import json
import re
from collections.abc import Iterator
from typing import Any

import dash
import pytest

from scidip.dashboard.answers import response_cache
from scidip.dashboard.server import mount, waitress_worker
from scidip.dashboard.server.factory import create_app
from scidip.indicators.errors import ScidipError
from scidip.publish.render import browser
from scidip.settings import Settings
from tests.asking import pages_of_one_index
from tests.test_pages import make_context
from tests.test_routes import addresses, without_number

PREFIX = "/observatory"
SITE = f"https://example.org{PREFIX}"
PROXY = "192.0.2.7"
INSIDE = {"path", "address", "placeholder", "data-address", "data-text", "data-list", "data-notes", "data-print"}
INSIDE |= {"data-leave", "data-copy", "data-words", "pathname"}
"""Properties that hold addresses as they are written inside; `assets/address.js` completes what a browser asks for."""


# --- settings ---------------------------------------------------------------------------------


@pytest.mark.parametrize("given", ["observatory", "/observatory", "observatory/", "/observatory/", " /observatory/ "])
def test_a_prefix_is_taken_with_and_without_slashes(given) -> None:
    settings = Settings.from_env({"SCIDIP_URL_PREFIX": given, "SCIDIP_SITE": "https://example.org"})
    assert settings.site == SITE
    assert Settings.from_env({"SCIDIP_URL_PREFIX": given, "SCIDIP_SITE": f"{SITE}/"}).site == SITE
    assert Settings.from_env({"SCIDIP_URL_PREFIX": given}).site == f"http://127.0.0.1:8050{PREFIX}"


@pytest.mark.parametrize("given", ["", "/", "//"])
def test_no_prefix_is_the_root(given) -> None:
    assert Settings.from_env({"SCIDIP_URL_PREFIX": given}).site == "http://127.0.0.1:8050"


@pytest.mark.parametrize("given", ["a//b", "/a/../b", "/a b", "/a?b", "/a#b", 'a"b', "https://example.org/a", "/ä"])
def test_a_prefix_that_could_be_read_in_several_ways_is_refused(given) -> None:
    with pytest.raises(ScidipError, match="SCIDIP_URL_PREFIX must be a path like /observatory"):
        Settings.from_env({"SCIDIP_URL_PREFIX": given})


def test_a_site_with_another_path_than_the_prefix_is_refused() -> None:
    with pytest.raises(ScidipError, match="without a path but that of SCIDIP_URL_PREFIX"):
        Settings.from_env({"SCIDIP_URL_PREFIX": PREFIX, "SCIDIP_SITE": "https://example.org/else"})


def test_a_prefix_that_is_also_a_page_or_a_route_is_refused(built_url, catalogue, areas, sources) -> None:
    for taken in ("/country", "/api/x", "/assets", "/download"):
        with pytest.raises(ScidipError, match="is an address of the observatory; take another"):
            create_app(make_context(built_url, catalogue, areas, sources, site=f"https://example.org{taken}"))


# --- answers ----------------------------------------------------------------------------------


def test_the_prefix_is_put_before_addresses_of_ours_once_and_before_nothing_else() -> None:
    given = {
        "href": [
            "/",
            "/country?area=PRT",
            "//evil.example/",
            "https://example.org/x",
            "#a",
            "?lang=fr",
            "/observatoryx",
        ],
        "text": '"href":"/country" and href="/x"',
    }
    body = json.dumps([{"href": h} for h in given["href"]] + [given["text"]])
    for written in (body, body.replace('": "/', '": "\\u002f').replace("try?", "try?"), body.replace('": "', '":"')):
        once = mount.before(PREFIX, written.encode(), "application/json")
        *links, text = json.loads(once)
        expected = ["/observatory/", "/observatory/country?area=PRT", *given["href"][2:6], "/observatory/observatoryx"]
        assert [x["href"] for x in links] == expected and text == given["text"]
        assert mount.before(PREFIX, once, "application/json") == once
    page = b'<a href="/"></a><script src="/a.js"></script><form action="/f"></form><a href="//x"></a><p>href=/x</p>'
    once = mount.before("/a/b", page, "text/html")
    assert re.findall(rb'="([^"]*)"', once) == [b"/a/b/", b"/a/b/a.js", b"/a/b/f", b"//x"]
    assert mount.before("/a/b", once, "text/html") == once


@pytest.fixture(scope="module")
def app(built_url, catalogue, areas, sources):
    hosts = ("localhost", "example.org")
    return create_app(make_context(built_url, catalogue, areas, sources, site=SITE, hosts=hosts, proxy=PROXY))


@pytest.fixture(scope="module")
def plain(built_url, catalogue, areas, sources):
    return create_app(make_context(built_url, catalogue, areas, sources))


@pytest.fixture(autouse=True)
def no_browser(monkeypatch) -> None:
    monkeypatch.setattr(browser, "BROWSERS", ("no-such-browser",))


def strings(node: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text of a JSON document with the property that holds it."""
    if isinstance(node, dict):
        for name, inner in node.items():
            yield from strings(inner, name)
    elif isinstance(node, list):
        for inner in node:
            yield from strings(inner, key)
    elif isinstance(node, str):
        yield key, node


def at_root(text: str, paths: set[str]) -> bool:
    """Return whether a text is an address of the observatory as it is at the root of a site."""
    path = text.partition("?")[0]
    return text.startswith("/") and (path in paths or path.startswith(("/api/", "/download/", "/figure/", "/assets/")))


def misplaced(answer: bytes) -> int:
    """Return how many addresses of ours an answer holds; fail for one that is not under the prefix.

    What callbacks of controls answer is looked at in `test_answers`, where all of them are asked.
    """
    paths, links = {p["path"] for p in dash.page_registry.values() if p.get("path")} - {"/"}, 0
    for key, text in strings(json.loads(answer)):
        if key in ("href", "topojsonURL", "src") and text.startswith("/"):
            assert text.startswith(f"{PREFIX}/"), (key, text)
            links += 1
        assert key in INSIDE or not at_root(text, paths), (key, text)
    return links


def test_every_page_answers_with_addresses_under_the_prefix_only(app) -> None:
    client = app.server.test_client()
    links = misplaced(client.get(f"{PREFIX}/_dash-layout").get_data())
    # What another application of the same process has registered may still stand there.
    own = {m.PAGE.path for m in pages_of_one_index().values() if not hasattr(m, "exists")}
    assert len(own) > 20
    for path in sorted(p["path"] for p in dash.page_registry.values() if p.get("path") in own):
        answer = client.post(f"{PREFIX}/_dash-update-component", json=page_request(f"{PREFIX}{path}"))
        assert answer.status_code == 200 and "page-" in answer.text, path
        links += misplaced(answer.get_data())
    assert links > 500


def page_request(path: str, search: str = "") -> dict[str, Any]:
    inputs = [("_pages_location", "pathname", path), ("_pages_location", "search", search)]
    return {
        "output": ".._pages_content.children..._pages_store.data..",
        "outputs": [{"id": "_pages_content", "property": "children"}, {"id": "_pages_store", "property": "data"}],
        "inputs": [{"id": i, "property": p, "value": v} for i, p, v in inputs],
        "changedPropIds": ["_pages_location.pathname"],
        "state": [],
    }


def read(client, address, head):
    """Return a whole answer: one that is not read keeps its turn."""
    answer = client.get(address, headers=head)
    answer.get_data()
    return answer


def test_every_route_answers_under_the_prefix_as_at_the_root(app, plain) -> None:
    under, root = app.server.test_client(use_cookies=False), plain.server.test_client(use_cookies=False)
    head = {"Accept": "text/html"}
    for address in dict.fromkeys(addresses(plain)):
        found, expected = (read(c, a, head) for c, a in ((under, PREFIX + address), (root, address)))
        assert found.status_code == expected.status_code, address
        assert found.headers.get("Location", PREFIX).startswith((PREFIX, f"http://localhost{PREFIX}")), address
        stripped = read(under, address, head)
        assert stripped.status_code == expected.status_code, "a proxy may take the prefix off"
        if found.mimetype == "text/html":
            assert without_number(found.text) == without_number(stripped.text), address
            for link in re.findall(r'(?:href|src|action)="(/[^"]*)"', found.text):
                assert link.startswith(f"{PREFIX}/"), (address, link)
    document = under.get(f"{PREFIX}/api/v1/openapi.json").get_json()
    assert document["servers"] == [{"url": f"{PREFIX}/api/v1"}]
    assert f'"{SITE}/country"' in under.get(f"{PREFIX}/country").text, "its own address is that of the site"
    assert under.get(f"{PREFIX}/", headers=head).headers["Link"].startswith(f"<{PREFIX}/assets/")
    assert under.get("/observatoryx").status_code == 404


def test_a_language_is_remembered_under_the_prefix_only(app) -> None:
    given = app.server.test_client().get(f"{PREFIX}/glossary?lang=en")
    assert f"Path={PREFIX}" in given.headers["Set-Cookie"]


def test_kept_answers_are_of_one_prefix(app, plain) -> None:
    keys = set()
    for one in (app, plain):
        with one.server.test_request_context(response_cache.PATH, method="POST", json=page_request("/country")):
            one.server.preprocess_request()
            keys.add(response_cache._key(one.server.extensions["scidip"], ()))
    assert len(keys) == 2


# --- whose word counts ------------------------------------------------------------------------


@pytest.mark.parametrize(("peer", "status"), [(PROXY, 400), ("203.0.113.9", 200), ("127.0.0.1", 200)])
def test_the_word_of_a_stranger_on_the_prefix_is_not_believed(app, peer, status) -> None:
    client = app.server.test_client()
    asked = {"headers": {"X-Forwarded-Prefix": "/elsewhere"}, "environ_overrides": {mount.PEER: peer}}
    assert client.get(f"{PREFIX}/glossary", **asked).status_code == status
    same = {"headers": {"X-Forwarded-Prefix": "observatory/"}, "environ_overrides": {mount.PEER: PROXY}}
    assert client.get("/glossary", **same).status_code == 200
    # What the proxy took off is not taken off twice.
    assert client.get(f"{PREFIX}/glossary", **same).status_code == 404


@pytest.mark.parametrize(("proxy", "believed"), [("", False), ("127.0.0.1", True), ("192.0.2.1", False)])
def test_the_word_of_a_stranger_on_tls_and_name_is_not_believed(proxy, believed) -> None:
    from waitress.proxy_headers import proxy_headers_middleware

    told, seen = waitress_worker.told(4, proxy), {}

    def application(environ, _start):
        seen.update(environ)
        return []

    wrapped = mount.noting_peer(
        proxy_headers_middleware(
            application,
            trusted_proxy=told.trusted_proxy,
            trusted_proxy_headers=told.trusted_proxy_headers,
            clear_untrusted=told.clear_untrusted_proxy_headers,
        )
    )
    environ = {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost", "wsgi.url_scheme": "http", "SERVER_PORT": "80"}
    environ |= {"HTTP_X_FORWARDED_FOR": "203.0.113.9", "HTTP_X_FORWARDED_PROTO": "https"}
    wrapped(environ | {"HTTP_X_FORWARDED_HOST": "observatory.example.org"}, None)
    assert (seen["wsgi.url_scheme"], seen["HTTP_HOST"].partition(":")[0], seen["REMOTE_ADDR"]) == (
        ("https", "observatory.example.org", "203.0.113.9") if believed else ("http", "localhost", "127.0.0.1")
    )
    assert seen[mount.PEER] == "127.0.0.1" and seen[mount.TOLD]
    assert mount.is_trusted(seen, proxy) is believed
