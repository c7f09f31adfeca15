"""The documents as a site: built strictly, whole, without a dead link, and from nowhere else."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.browser import chromium

ROOT = Path(__file__).resolve().parent.parent
TOP = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "mkdocs.yml")
LOADED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href"}
"""Elements that make a browser ask for a file at once, and where its address stands."""
NOT_LOADED = {"canonical", "prev", "next", "alternate"}
"""Relations of `<link>` that are an address and no file to load."""


def build(folder: Path, out: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(out)]
    quiet = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    return subprocess.run(command, cwd=folder, env=quiet, capture_output=True, text=True)


class Parts(HTMLParser):
    """What a page refers to: `links` that are followed, `loads` that are fetched, `ids` that can be linked to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = {name: value or "" for name, value in attrs}
        if "id" in of:
            self.ids.add(of["id"])
        if tag == "a" and "href" in of:
            self.links.append(of["href"])
        if tag in LOADED and LOADED[tag] in of and of.get("rel") not in NOT_LOADED:
            self.loads.append(of[LOADED[tag]])


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("site")
    done = build(ROOT, out)
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="module")
def pages(site) -> dict[str, Parts]:
    found = {path.relative_to(site).as_posix(): Parts(path.read_text("utf-8")) for path in site.rglob("*.html")}
    return {name: parts for name, parts in found.items() if name != "404.html"}


def test_every_document_is_a_page_and_every_page_is_in_the_navigation(pages) -> None:
    documents = {p.relative_to(ROOT / "docs") for p in (ROOT / "docs").rglob("*.md")}
    outside = {"index.html", "contributing.html", "report.html", "changelog.html"}
    wanted = {d.with_suffix(".html").as_posix() for d in documents} | outside
    assert wanted | {"decisions/index.html"} == set(pages)
    assert set(pages) <= {urlsplit(link).path for link in pages["index.html"].links}


def test_the_home_page_is_the_readme(site) -> None:
    text = (site / "index.html").read_text("utf-8")
    for heading in re.findall(r"^## (.+)$", (ROOT / "README.md").read_text("utf-8"), re.M):
        assert heading in text
    assert 'src="overview.png"' in text


def dead(site: Path, pages: dict[str, Parts]) -> Iterator[str]:
    """Yield what leads nowhere: a file that is not there, or an anchor its page does not have."""
    ids = {name: parts.ids | {"__skip"} for name, parts in pages.items()}
    for name, parts in pages.items():
        for address in [*parts.links, *parts.loads]:
            split = urlsplit(address)
            if split.scheme or split.netloc:
                continue
            target = (site / name).parent / unquote(split.path) if split.path else site / name
            there = target.resolve().relative_to(site.resolve()).as_posix()
            if not target.exists() or (
                split.fragment and unquote(split.fragment) not in ids.get(there, split.fragment)
            ):
                yield f"{name}: {address}"


def test_no_link_is_dead(site, pages) -> None:
    assert list(dead(site, pages)) == []


def test_nothing_is_loaded_from_another_host(site, pages) -> None:
    loads = [(name, load) for name, parts in pages.items() for load in parts.loads]
    assert len(loads) > len(pages)
    assert [found for found in loads if urlsplit(found[1]).netloc] == []
    for sheet in site.rglob("*.css"):
        named = re.findall(r"(?:url\(|@import)\s*[\"']?((?:https?:)?//[^\"')]+)", sheet.read_text("utf-8"))
        assert named == [], sheet.name


def test_a_browser_asks_no_other_host_and_search_answers(site) -> None:
    """The library's script can fetch more than its page names: what it asks for is seen in a browser only."""
    handler = partial(QuietHandler, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        own = f"127.0.0.1:{server.server_port}"
        asked: list[str] = []
        with chromium() as browser:
            page = browser.new_page()
            page.on("request", lambda request: asked.append(request.url))
            for name in ("index.html", "architecture.html", "decisions/index.html"):
                page.goto(f"http://{own}/{name}", wait_until="networkidle")
            # The library listens to keys once its index is read: what is typed before is lost.
            for _ in range(30):
                page.fill(".md-search__input", "")
                page.locator(".md-search__input").press_sequentially("winsorisation")
                with suppress(PlaywrightTimeout):
                    page.wait_for_selector(".md-search-result__link", timeout=2000)
                    break
            assert page.locator(".md-search-result__link").count()
        server.shutdown()
    assert asked
    assert {urlsplit(url).netloc for url in asked if not url.startswith("data:")} == {own}


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing of each request."""


FAULTS = {
    ("docs/files.md", "[gone](gone.md)"): "'gone.md'",
    ("docs/files.md", "[gone](api.md#no-such-heading)"): "no-such-heading",
    ("docs/unlisted.md", "# Unlisted"): "unlisted.md",
    ("README.md", "[gone](docs/vanished.md)"): "vanished.md",
}
"""Where a fault is put, what it is, and how the warning names it: dead links, a dead anchor, a page of no menu."""


def test_the_build_fails_and_names_each_fault(tmp_path) -> None:
    """All in one build, which takes seconds; any warning ends a strict one."""
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    for name in TOP:
        shutil.copy(ROOT / name, tmp_path / name)
    for file, added in FAULTS:
        path = tmp_path / file
        path.write_text((path.read_text("utf-8") if path.exists() else "") + "\n\n" + added)
    done = build(tmp_path, tmp_path / "out")
    warned = [line for line in done.stderr.splitlines() if "WARNING" in line or line.startswith("  -")]
    assert done.returncode == 1
    assert [name for name in FAULTS.values() if not any(name in line for line in warned)] == [], done.stderr
