"""The browser that draws loads no file and asks no host, whatever a figure or a document says."""

import base64
import http.server
import io
import shutil
import struct
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path

import plotly.graph_objects as go
import pytest
from pypdf import PdfReader

from scidip.publish.render import browser, confined
from scidip.publish.render.browser import PictureFailed, Pictures

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.skipif(
    not any(map(shutil.which, browser.BROWSERS)), reason="no browser is installed to draw with"
)
CANARY = (255, 0, 255)
WORD = "canary-in-a-file"


@pytest.fixture(scope="module")
def drawer() -> Iterator[Pictures]:
    made = Pictures(ROOT / "assets" / "topojson", timeout=60)
    yield made
    made.close()


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """The address of a server on this machine, and what it was asked."""
    seen: list[str] = []

    class Listening(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            self.wfile.write(canary())

        def log_message(self, *_: object) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listening)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()


def canary(size: int = 64) -> bytes:
    """A PNG of one colour that nothing of ours has."""
    rows = b"".join(b"\x00" + bytes(CANARY) * size for _ in range(size))
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ]
    chunks = (struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def with_image(source: str) -> go.Figure:
    image = {
        "source": source,
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": 1,
        "sizex": 1,
        "sizey": 1,
        "sizing": "stretch",
    }
    return go.Figure(go.Bar(y=[1]), layout={"images": [image]})


def drawn(drawer: Pictures, figure: go.Figure) -> bytes:
    """The picture; nothing when the browser refused to draw it."""
    try:
        return drawer.render(figure, "svg", 400, 300)
    except PictureFailed:
        return b""


def test_an_image_that_a_figure_carries_is_drawn(drawer: Pictures) -> None:
    """The control: were images never drawn, the tests below could not fail."""
    carried = "data:image/png;base64," + base64.b64encode(canary()).decode()
    assert b"base64," in drawn(drawer, with_image(carried))


def test_no_figure_makes_it_ask_a_host_not_even_this_machine(drawer: Pictures, asked) -> None:
    address, seen = asked
    for source in (f"{address}/a.png", address.replace("127.0.0.1", "localhost") + "/b.png"):
        assert b"base64," not in drawn(drawer, with_image(source))
    assert seen == []


def test_no_figure_makes_it_load_a_file(drawer: Pictures, tmp_path: Path) -> None:
    file = tmp_path / "canary.png"
    file.write_bytes(canary())
    assert b"base64," not in drawn(drawer, with_image(file.as_uri()))


def test_no_document_makes_it_load_a_file_or_ask_a_host(drawer: Pictures, tmp_path: Path, asked) -> None:
    address, seen = asked
    file = tmp_path / "canary.html"
    file.write_text(f"<h1>{WORD}</h1>")
    link = file.as_uri()
    html = f"""<h1>Ours</h1><iframe src="{link}"></iframe><object data="{link}"></object><embed src="{link}">
      <iframe src="{address}/frame"></iframe><img src="{address}/img"><link rel=stylesheet href="{address}/css">
      <style>@import "{address}/import"; body {{ background: url("{address}/url") }}</style>
      <script>fetch("{link}").then(r => r.text()).then(t => document.body.append(t));
      fetch("{address}/fetch"); new WebSocket("{address.replace("http", "ws")}/ws"); navigator.sendBeacon("{address}/b");
      </script><meta http-equiv=refresh content="0;url={link}">"""
    text = "".join(p.extract_text() for p in PdfReader(io.BytesIO(drawer.print_page(html))).pages)
    assert "Ours" in text and WORD not in text
    assert seen == []


def test_it_is_started_without_the_switches_that_open_it(drawer: Pictures) -> None:
    drawer.render(go.Figure(go.Bar(y=[1])), "svg", 200, 100)
    running = drawer._worker._browser.subprocess.pid  # type: ignore[union-attr]
    told = Path(f"/proc/{running}/cmdline").read_bytes().decode().split("\0")
    assert not set(told) & set(confined.OPEN)
    assert set(told) >= set(confined.CLOSED)
    own = Path(f"/proc/{running}/environ").read_bytes().decode().split("\0")
    assert {e.partition("=")[0] for e in own if e} <= set(confined.PASSED)
