"""Pictures: the formats, the map without network, and a browser that is slow, dead or not there."""

import io
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import plotly.graph_objects as go
import pytest
from pypdf import PdfReader

from scidip.figures import maps
from scidip.publish.render import browser as pictures
from scidip.publish.render.browser import NoBrowser, PictureFailed, Pictures, PicturesBusy, PictureTimeout

ROOT = Path(__file__).resolve().parent.parent
OUTLINES = ROOT / "assets" / "topojson"
needs_browser = pytest.mark.skipif(
    not any(map(shutil.which, pictures.BROWSERS)), reason="no browser is installed to draw with"
)
BAR = go.Figure(go.Bar(x=["a", "b"], y=[3, 4]), layout={"title": {"text": "Two bars"}})


@pytest.fixture(scope="module")
def drawer() -> Iterator[Pictures]:
    made = Pictures(OUTLINES, timeout=60)
    yield made
    made.close()


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def world() -> go.Figure:
    frame = pd.DataFrame(
        {
            "ref_area": ["PRT", "BRA", "SMR"],
            "name": ["Portugal", "Brazil", "San Marino"],
            "score": [20.0, 40.0, 60.0],
            "is_ranked": True,
            "rank": [3.0, 2.0, 1.0],
            "rank_p05": 1.0,
            "rank_p95": 3.0,
        }
    )
    return maps.world(frame, "index", "light")


@needs_browser
def test_a_bar_is_drawn_in_every_format(drawer: Pictures) -> None:
    assert size(drawer.render(BAR, "png", 800, 450)) == (800, 450)
    assert size(drawer.render(BAR, "png", 800, 450, scale=2)) == (1600, 900)
    svg = drawer.render(BAR, "svg", 800, 450).decode()
    assert svg.startswith("<svg") and "Two bars" in svg
    page = PdfReader(io.BytesIO(drawer.render(BAR, "pdf", 800, 450))).pages[0]
    assert page.mediabox.width / page.mediabox.height == pytest.approx(800 / 450, rel=0.01)


@needs_browser
def test_the_map_shows_land_although_the_browser_has_no_network(drawer: Pictures) -> None:
    svg = drawer.render(world(), "svg", 1600, 900).decode()
    land = re.search(r'<g class="layer land">.*?</g>', svg, re.DOTALL)
    assert land and land[0].count("L") > 10_000, "the outlines of land are missing"
    assert svg.count('class="choroplethlocation"') == 3, "one for each country, San Marino's empty"
    assert svg.count('class="point"') == 1, "San Marino is a dot"
    assert drawer.render(world(), "png", 800, 450).startswith(b"\x89PNG")
    assert drawer.render(world(), "pdf", 800, 450).startswith(b"%PDF")


@needs_browser
def test_a_document_is_printed_on_pages_of_its_own_size(drawer: Pictures) -> None:
    html = "<h1>One</h1><p style='break-before:page'>Two</p><img src='http://example.org/x.png'>"
    pages = PdfReader(io.BytesIO(drawer.print_page(html))).pages
    assert ["One" in pages[0].extract_text(), "Two" in pages[1].extract_text()] == [True, True]
    assert [round(float(v)) for v in pages[0].mediabox[2:]] in ([595, 842], [596, 842])
    wide = drawer.print_page(f"<style>@page {{ size: A4 landscape }}</style>{html}")
    box = PdfReader(io.BytesIO(wide)).pages[0].mediabox
    assert box.width > box.height


@needs_browser
def test_threads_share_the_one_browser(drawer: Pictures) -> None:
    drawn: list[bytes] = []
    threads = [threading.Thread(target=lambda: drawn.append(drawer.render(BAR, "png", 400, 300))) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [size(png) for png in drawn] == [(400, 300)] * 5


@needs_browser
def test_a_figure_that_cannot_be_drawn_is_refused_and_the_next_is_drawn(drawer: Pictures) -> None:
    elsewhere = Pictures(Path("/no/such/folder"), timeout=30)
    try:
        with pytest.raises(PictureFailed):
            elsewhere.render(world(), "png", 400, 300)
        assert size(elsewhere.render(BAR, "png", 400, 300)) == (400, 300)
    finally:
        elsewhere.close()


@needs_browser
def test_a_browser_that_was_killed_is_replaced(drawer: Pictures) -> None:
    drawer.render(BAR, "png", 400, 300)
    first = drawer._worker._browser.subprocess.pid  # type: ignore[union-attr]
    os.killpg(first, signal.SIGKILL)
    assert size(drawer.render(BAR, "png", 400, 300)) == (400, 300)
    second = drawer._worker._browser.subprocess.pid  # type: ignore[union-attr]
    assert second != first


@needs_browser
def test_a_page_that_never_ends_runs_into_the_time_out_and_leaves_no_browser_behind(
    drawer: Pictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawer.render(BAR, "png", 400, 300)
    browser = drawer._worker._browser.subprocess  # type: ignore[union-attr]
    with monkeypatch.context() as hasty:
        hasty.setattr(drawer, "_timeout", 1.5)
        started = time.monotonic()
        with pytest.raises(PictureTimeout, match=r"within 1\.5 seconds"):
            drawer.print_page("<script>while (true) {}</script>")
        assert time.monotonic() - started < 15
    assert browser.poll() is not None
    assert size(drawer.render(BAR, "png", 400, 300)) == (400, 300)


def test_without_a_browser_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "BROWSERS", ("no-such-browser",))
    lonely = Pictures(OUTLINES, timeout=30)
    try:
        with pytest.raises(NoBrowser, match="Install the package chromium"):
            lonely.render(BAR, "png", 400, 300)
    finally:
        lonely.close()


def test_a_browser_that_ends_at_once_is_told_apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "broken-browser"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(pictures, "BROWSERS", (str(broken),))
    lonely = Pictures(OUTLINES, timeout=30)
    try:
        with pytest.raises(NoBrowser, match="could be started"):
            lonely.render(BAR, "png", 400, 300)
    finally:
        lonely.close()


def test_a_full_queue_refuses_at_once() -> None:
    full = Pictures(OUTLINES)
    for _ in range(pictures.QUEUE):
        full._places.acquire()
    with pytest.raises(PicturesBusy, match="Ask again"):
        full.render(BAR, "png", 400, 300)


@needs_browser
def test_a_program_that_drew_ends_by_itself_and_takes_its_browser_with_it() -> None:
    program = (
        "from pathlib import Path; import plotly.graph_objects as go\n"
        "from scidip.publish.render.browser import Pictures\n"
        f"p = Pictures(Path({str(OUTLINES)!r}), timeout=60)\n"
        "print(len(p.render(go.Figure(go.Bar(y=[1])), 'png', 400, 300)))\n"
        "print(p._worker._browser.subprocess.pid)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and done.stderr == ""
    length, browser = map(int, done.stdout.split())
    assert length > 1000
    with pytest.raises(ProcessLookupError):
        os.killpg(browser, 0)
