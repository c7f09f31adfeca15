"""A figure in a page of another site, in a real browser: the part alone, as high as it is, and only where it is allowed."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import visit
from tests.conftest import free_port, one_for_all, serve

PAGE = """<!DOCTYPE html><html lang="en"><title>Newspaper</title><h1>News</h1>{frames}<script>
addEventListener("message", function (event) {{
  document.querySelectorAll("iframe").forEach(function (frame) {{
    if (event.source === frame.contentWindow && event.data.type === "scidip:height") frame.height = event.data.height;
  }});
}});</script></html>"""
PARTS = {
    "chart": "country?area=PRT&part=country-profile",
    "table": "ranking?part=table-1&theme=dark",
    "card": "pair?a=FRA&b=DEU&part=headline&v=0123456789",
}


@contextmanager
def newspaper(page: str, port: int) -> Iterator[str]:
    """Yield the address of a page of another site: another port of this machine."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page.encode() if self.path == "/" else b"")

        def log_message(self, *_args) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def open_to(url: str, port: int) -> Iterator[str]:
    origins = f"http://127.0.0.1:{port},https://news.example"
    with serve(url, SCIDIP_EMBED_ORIGINS=origins, SCIDIP_ACCESS_LOG="") as base:
        yield f"{base} {port}"


@pytest.fixture(scope="module")
def embedding(built_url) -> Iterator[tuple[str, int]]:
    """A server of parts, one for all workers: its address, and the port of a site that may embed them."""
    folder = Path(built_url.removeprefix("sqlite:///")).parent / "embedding"
    with one_for_all(folder, lambda: open_to(built_url, free_port())) as both:
        base, _, port = both.partition(" ")
        yield base, int(port)


def test_a_part_stands_alone_in_a_page_of_a_site_that_is_named_and_in_no_other(browser, embedding) -> None:
    base, named = embedding
    other = free_port()
    with visit(browser, base) as seen:
        page = seen.page
        frames = "".join(
            f'<iframe id="{name}" title="{name}" width="900" height="80" src="{base}/embed/{address}"></iframe>'
            for name, address in PARTS.items()
        )
        with (
            newspaper(PAGE.format(frames=frames), named) as there,
            newspaper(PAGE.format(frames=frames), other) as else_,
        ):
            page.goto(there)
            chart, table, card = (page.frame_locator(f"#{name}") for name in PARTS)
            # Three pages at once, each made for the first time.
            for inside, first in ((chart, "#country-profile .main-svg"), (table, "table"), (card, "h1")):
                inside.locator(first).first.wait_for(timeout=120_000)
            expect(chart.locator(".embed-kicker")).to_have_text("Portugal")
            expect(chart.locator("#country-trend-std")).to_be_hidden()
            expect(table.locator("table").first).to_be_visible()
            expect(card.locator("h1")).to_be_visible()
            expect(card.locator(".notice")).to_contain_text("0123456789")
            for inside in (chart, table, card):
                expect(inside.locator(".site-header")).to_be_hidden()
                expect(inside.locator(".controls").first).to_be_hidden()
                expect(inside.locator(".embed-foot a")).to_be_visible()
            assert table.locator("html").get_attribute("data-theme") == "dark"
            heights = {name: int(page.locator(f"#{name}").get_attribute("height")) for name in PARTS}
            assert heights["table"] > heights["chart"] > 400 > heights["card"] > 100, heights
            with page.context.expect_page() as opened:
                table.locator("a.area-link").first.click()
            assert "/country?area=" in opened.value.url
            page.goto(else_)
            page.wait_for_timeout(1500)
            assert page.frame_locator("#chart").locator(".embed").count() == 0
        assert all("frame-ancestors" in c or "favicon" in c or "404" in c for c in seen.complaints), seen.complaints


def test_the_menu_offers_a_frame_and_a_picture_to_be_pasted(browser, embedding) -> None:
    base, _ = embedding
    allowed = ["clipboard-read", "clipboard-write"]
    with visit(browser, base, permissions=allowed) as seen:
        page = seen.go("/country?area=PRT&year=2023", plots=1)
        box = page.locator("section:has(#country-profile) details.save")
        box.locator("summary").click()
        box.locator("[data-copies=frame]").click()
        expect(box.locator(".save-said")).to_contain_text("Copied: <iframe")
        text = page.evaluate("navigator.clipboard.readText()")
        assert f'src="{base}/embed/country?area=PRT&amp;year=2023&amp;part=country-profile"' in text
        box.locator("[data-copies=picture]").click()
        expect(box.locator(".save-said")).to_contain_text("/figure/country.png?")
        address = page.evaluate("navigator.clipboard.readText()")
        assert address.startswith(f"{base}/figure/country.png?area=PRT&year=2023") and "&v=" in address
        assert seen.complaints == []
