"""Every route, by registration: its headers, whose name it says, what of it is remembered, and how much."""

import gc
import json
import random
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import dash
import pytest

from scidip.dashboard.server.factory import create_app
from scidip.dashboard.server.security import FIXED
from scidip.publish.citation import works
from scidip.publish.render import browser
from tests.asking import page_body
from tests.test_pages import make_context

EACH = 40
"""Invented addresses of each route; `bench/memory.py` asks five thousand."""
GROWTH = 20_000_000
"""Bytes that a process may grow by, and by which all of its memories are bounded together."""
SITE = "https://observatory.example.org"
EVIL = "evil.example.com"
NAMES = {
    "path": ["country", "base.css", "topojson/world_50m.json"],
    "name": ["overview", "ranking"],
    "kind": ["csv"],
    "code": ["html"],
    "package_name": ["dash", "plotly"],
    "fingerprinted_path": ["x.js", "package_data/plotly.min.js"],
    "filename": ["base.css", "topojson/world_50m.json"],
}
"""What the variable parts of addresses are filled with."""
RIGHT = {
    "/figure/<name>.<kind>": {"part": "table-1"},
    "/download/brief.<code>": {"area": "PRT", "year": "2020"},
    "/download/observations.csv": {"indicator": "population"},
    "/download/scores.csv": {"node": "std"},
}


def make_app(built_url, catalogue, areas, sources, **more):
    """An application of its own; no browser draws for it: pictures are left out of its briefings."""
    ctx = make_context(built_url, catalogue, areas, sources, site=SITE, hosts=("localhost", EVIL), **more)
    return create_app(ctx)


@pytest.fixture(autouse=True)
def no_browser(monkeypatch) -> None:
    monkeypatch.setattr(browser, "BROWSERS", ("no-such-browser",))


@pytest.fixture(scope="module")
def app(built_url, catalogue, areas, sources):
    return make_app(built_url, catalogue, areas, sources)


def addresses(app: dash.Dash) -> Iterator[str]:
    """Yield an address of every route that is read, and of every page, table and list."""
    for rule in app.server.url_map.iter_rules():
        if "GET" not in rule.methods:
            continue
        for n in range(3):
            values = {a: NAMES.get(a, ["x"])[n % len(NAMES.get(a, ["x"]))] for a in rule.arguments}
            with app.server.test_request_context():
                address = app.server.url_map.bind("localhost").build(rule.endpoint, values)
            query = urlencode(RIGHT.get(rule.rule, {}))
            yield f"{address}?{query}" if query else address
            if not rule.arguments:
                break
    yield from (p["path"] for p in dash.page_registry.values() if p.get("path"))
    yield from (f"/api/v1/{n}" for n in ("areas", "indicators", "sources", "runs", "methodologies", "structure"))
    yield from (
        "/api/v1/citation?what=scores",
        "/api/v1/scores?limit=3",
        "/indicator?indicator=population",
        "/downloads",
    )


def bodies() -> list[dict[str, Any]]:
    """Return what asks for the pages that carry citations and links."""
    asked = (("/downloads", ""), ("/indicator", "?indicator=population"), ("/country", "?area=PRT"))
    return [page_body(path, search) for path, search in asked]


def everything(app: dash.Dash, host: str) -> dict[str, str]:
    """Return what every address answers to who calls the server by *host*."""
    client, found = app.server.test_client(use_cookies=False), {}
    head = {"Host": host, "X-Forwarded-Host": EVIL, "Accept": "text/html"}
    for address in dict.fromkeys(addresses(app)):
        answer = client.get(address, headers=head)
        found[address] = f"{answer.headers.get('Location', '')} {answer.get_data().decode('latin-1')}"
    for body in bodies():
        answer = client.post("/_dash-update-component", json=body, headers=head)
        assert answer.status_code == 200
        found[json.dumps(body)] = answer.text
    return found


def without_number(text: str) -> str:
    """Without the number of the request, and what Dash writes of the application itself, in no fixed order."""
    text = re.sub(r'<script id="_dash-config".*?</script>', "", text, flags=re.DOTALL)
    return re.sub(r"(request(?:&#34;|\"): ?\"|: )[0-9a-f]{10}", "", text)


def test_no_answer_says_what_the_visitor_called_the_server(app) -> None:
    said = everything(app, EVIL)
    assert len(said) > 40
    assert not [address for address, text in said.items() if EVIL in text]
    assert sum(SITE in text for text in said.values()) >= 5, "the site's own name stands in citations and links"


def test_nothing_of_one_visitor_or_one_day_is_sent_to_another(
    app, built_url, catalogue, areas, sources, monkeypatch
) -> None:
    monkeypatch.setattr(works, "today", lambda: date(2030, 1, 1))
    first = everything(app, EVIL)
    monkeypatch.setattr(works, "today", lambda: date(2031, 2, 3))
    later = everything(app, "localhost")
    assert any("2030" in t and "1 January 2030" in t for t in first.values()), "the day is said"
    assert not [a for a, t in later.items() if "2030-01-01" in t or "1 January 2030" in t]
    fresh = everything(make_app(built_url, catalogue, areas, sources, ahead=False), "localhost")
    differ = [a for a in fresh if without_number(fresh[a]) != without_number(later[a])]
    assert differ == [], "one that remembers nothing answers the same"


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW"])
def test_the_same_headers_stand_on_every_answer(app, method) -> None:
    client = app.server.test_client(use_cookies=False)
    some = [*dict.fromkeys(addresses(app)), "/no/such/page", "/api/v1/no", "/assets/no.css", "/figure/x.y", "/%00"]
    for address in some if method == "GET" else some[::6]:
        answer = client.open(address, method=method)
        for name, value in FIXED.items():
            assert answer.headers.get(name) == value, (method, address, answer.status_code)
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"], (method, address)
        assert re.fullmatch("[0-9a-f]{10}", answer.headers["X-Request-Id"])
        assert "Server" not in answer.headers and "X-Powered-By" not in answer.headers


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.test",
        "localhost.evil.test",
        "localhost@evil.test",
        "127.0.0.1.evil.test",
        "localhost/evil",
        "x" * 5000,
        "localhost:abc",
        "[::1",
        "localhost evil",
    ],
)
def test_a_name_that_is_not_this_servers_is_refused(app, host) -> None:
    client = app.server.test_client(use_cookies=False)
    for address in ("/", "/api/v1/areas", "/download/scores.csv", "/no"):
        answer = client.get(address, headers={"Host": host})
        assert answer.status_code == 400, (host, address)


TRAVERSALS = (
    "/assets/../settings.py",
    "/assets/..%2f..%2fsettings.py",
    "/assets/%2e%2e/%2e%2e/etc/passwd",
    "/assets//etc/passwd",
    "/assets/....//settings.py",
    "/assets/..%5c..%5csettings.py",
    "/_dash-component-suites/dash/../../settings.py",
    "/_dash-component-suites/dash/..%2f..%2fflask/app.py",
    "/_dash-component-suites/os/../etc/passwd",
    "/figure/..%2f..%2fx.csv",
    "/download/..%2fscidip.sqlite",
    "/api/v1/../../etc/passwd",
    "/assets/%00",
    "//etc/passwd",
    "/figure/overview.csv?part=../../etc/passwd",
    "/api/v1/citation?what=../../../etc/passwd",
    "/data/scidip.sqlite",
)


@pytest.mark.parametrize("address", TRAVERSALS)
def test_no_address_leads_out_of_what_is_served(app, address) -> None:
    answer = app.server.test_client(use_cookies=False).get(address)
    assert answer.status_code in (308, 400, 404), address
    text = answer.get_data()
    assert b"root:" not in text and b"from_env" not in text and b"SQLite format" not in text


def held() -> int:
    """The bytes that this process holds, as the system sees it."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def invented(app: dash.Dash, chance: random.Random, each: int) -> Iterator[str]:
    """Yield *each* addresses of every route, no two alike."""
    for address in dict.fromkeys(addresses(app)):
        mark = "&" if "?" in address else "?"
        for _ in range(each):
            yield f"{address}{mark}x{chance.getrandbits(64)}={chance.getrandbits(64)}"


def test_invented_addresses_are_not_remembered(app) -> None:
    client, chance = app.server.test_client(use_cookies=False), random.Random(5)
    still = [a for a in addresses(app) if a.startswith(("/assets/", "/_dash-component-suites/"))]
    for address in invented(app, chance, 2):
        client.get(address, headers={"Accept-Encoding": "br"})
    gc.collect()
    before = held()
    for _ in range(3):
        for n, address in enumerate(invented(app, chance, EACH // 3)):
            if n % 9 == 0 or any(address.startswith(s) for s in still):
                client.get(address, headers={"Accept-Encoding": "br"}).close()
    gc.collect()
    assert held() - before < GROWTH
