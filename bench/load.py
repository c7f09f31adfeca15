"""Fifty users clicking at once on a real server, each on other questions; what a visit weighs, and how soon it shows.

The start of the server, the load and the visits are bounded in count and time.
"""

import os
import random
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from answers import PATH, percentile, questions, ranked_areas, verdict  # noqa: E402

from scidip.app import create_context  # noqa: E402
from scidip.dashboard.server.factory import create_app  # noqa: E402
from scidip.settings import Settings  # noqa: E402

READ_AHEAD = 30.0
"""Seconds after the visits in which the server ends what it reads ahead."""
USERS, CLICKS, PAUSE = 50, 12, 1.0
"""Users at once, clicks of each, and the seconds a user looks before the next click."""
SEED = 50
WORST_CLICK, START, FIRST_MAP = 0.8, 3.0, 3.0
"""Seconds at most: the 95th percentile of the clicks, the start of the server, the first map in a browser."""
FIRST, LATER = 2_100_000, 300_000
"""Bytes at most that cross the wire, compressed: for the first page, and for each page opened after it."""
PAGES = (
    "/ranking",
    "/country",
    "/country?area=",
    "/compare",
    "/indicator",
    "/pair",
    "/pair?a=",
    "/network",
    "/robustness",
    "/methodology",
    "/audit",
    "/data-quality",
    "/downloads",
)
"""Pages opened one after the other by a click on the first link whose address begins so, as a visitor does."""
CLOCK = """new MutationObserver(function (_, watch) {
  if (!document.querySelector(".choroplethlayer path")) return;
  watch.disconnect();
  window.firstShape = performance.now();
}).observe(document, {subtree: true, childList: true});"""
"""Notes in the browser's own time, from the start of the visit, when the first shape of the map stands in the page."""
AT_ONCE = "--js-flags=--no-enable-lazy-source-positions"
"""Lets V8 note the lines of a script when it reads it. Whoever measures is attached as a debugger, which makes V8 read
Plotly's 4.5 MB again for the line of each error that Plotly throws and catches: half a second that no visitor pays."""
WAIT = 25.0
"""Seconds until what is packed and read ahead after the start is ready."""


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def drawn() -> list[list[dict[str, Any]]]:
    """Return the clicks of each user: callbacks and inputs drawn at random, no two users alike."""
    context = create_context(Settings.from_env())
    asked, areas = questions(create_app(context)), sorted(ranked_areas(context))
    chances = [random.Random(SEED + n) for n in range(USERS)]
    return [[c.choice(asked).drawn(c, areas) for _ in range(CLICKS)] for c in chances]


@contextmanager
def served() -> Iterator[tuple[str, float, int]]:
    """Serve the database of the settings; yield the address, the seconds until it answered, and its process."""
    port = free_port()
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "scidip.cli", "serve"],
        cwd=ROOT,
        env=os.environ | {"SCIDIP_PORT": str(port)},
        stdout=subprocess.DEVNULL,
    )
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(6000):
            try:
                httpx.get(f"{base}/health")
                break
            except httpx.TransportError:
                time.sleep(0.01)
        yield base, time.perf_counter() - begun, process.pid
    finally:
        process.terminate()
        process.wait(timeout=10)


def user(base: str, clicks: list[dict[str, Any]], wait: float, times: list[float], bad: list[str]) -> None:
    """Click, look, click again; note how long each answer took and which failed."""
    # Certificates are not asked for on the loopback; reading them fifty times would load the machine.
    with httpx.Client(base_url=base, timeout=30, verify=False) as client:
        time.sleep(wait)
        for body in clicks:
            start = time.perf_counter()
            answer = client.post(PATH, json=body)
            times.append(time.perf_counter() - start)
            if answer.status_code not in (200, 204):
                bad.append(f"{body['output'][:40]}: {answer.status_code}")
            time.sleep(PAUSE)


def crowd(base: str, what: str) -> None:
    """Print how long the clicks of all users took."""
    times: list[float] = []
    bad: list[str] = []
    users = [
        threading.Thread(target=user, args=(base, clicks, PAUSE * n / USERS, times, bad))
        for n, clicks in enumerate(drawn())
    ]
    start = time.perf_counter()
    for one in users:
        one.start()
    for one in users:
        one.join()
    high, seconds = percentile(times), time.perf_counter() - start
    print(
        f"{USERS} users, {len(times)} clicks on {what} (seed {SEED}) in {seconds:.0f} s: "
        f"median {1000 * percentile(times, 0.5):.0f} ms, 95th percentile {1000 * high:.0f} ms "
        f"(limit {1000 * WORST_CLICK:.0f} ms: {verdict(high, WORST_CLICK)}), {len(bad)} errors {bad[:3]}"
    )


@contextmanager
def browser() -> Iterator[Any]:
    """Yield a function that starts a browser with more arguments; None where there is no Chromium."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        yield None
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield lambda *more: playwright.chromium.launch(executable_path=found, args=["--no-sandbox", *more])


def visits(base: str, running: Any) -> None:
    """Print what a browser receives for the first page and for each later one, and when the first map is drawn.

    The first visitor of all comes as soon as the server answers; the second when it has read ahead.
    """
    _first_page(running.new_context().new_page(), base, "first visitor of all, first page")
    time.sleep(WAIT)
    page = running.new_context().new_page()
    received = _first_page(page, base, "a later visitor, first page")
    for path in PAGES:
        received[0] = 0.0
        page.locator(f'a[href^="{path}"]').first.click()
        page.wait_for_url(f"**{path}*")
        page.wait_for_load_state("networkidle")
        _weight(page.url.removeprefix(base).partition("&v=")[0], received[0], LATER)
    running.close()


def watched(base: str, running: Any) -> None:
    """Print when the map is drawn for a visitor whose every error is looked at by a debugger; it has no limit."""
    page = running.new_context().new_page()
    print(f"  with a debugger at work          {_first_map(page, base):10.2f} s")
    running.close()


def _first_map(page: Any, base: str) -> float:
    """Open the overview; return the seconds, by the browser's own clock, until the first shape of its map is there."""
    page.add_init_script(CLOCK)
    page.goto(f"{base}/")
    page.locator(".choroplethlayer path").first.wait_for()
    return float(page.evaluate("window.firstShape")) / 1000


def _first_page(page: Any, base: str, who: str) -> list[float]:
    """Open the overview, print its weight and when its map is drawn; return the running count of bytes."""
    wire, received = page.context.new_cdp_session(page), [0.0]

    def count(event: dict[str, Any]) -> None:
        received[0] += event["encodedDataLength"]

    wire.send("Network.enable")
    wire.on("Network.loadingFinished", count)
    seconds = _first_map(page, base)
    page.wait_for_load_state("networkidle")
    _weight(who, received[0], FIRST)
    print(f"  its map is drawn after {seconds:10.2f} s   limit {FIRST_MAP:.1f} s  {verdict(seconds, FIRST_MAP)}")
    return received


def _weight(what: str, size: float, limit: int) -> None:
    print(f"{what:34} {size / 1000:8,.0f} kB  limit {limit / 1000:,.0f} kB  {verdict(size, limit)}")


def main() -> None:
    """Serve the database of the settings, visit it, load it, print the figures, end the server."""
    with browser() as launch, ExitStack() as after:
        running = launch and launch(AT_ONCE)
        base, seconds, _ = after.enter_context(served())
        print(f"cold start of the server {seconds:6.2f} s   limit {START:.1f} s  {verdict(seconds, START)}")
        if launch:
            visits(base, running)
            watched(base, launch())
        else:
            print("bytes of a visit and the first map: not measured, there is no Chromium")
        time.sleep(READ_AHEAD)
        crowd(base, "questions nobody asked before")
        crowd(base, "the same questions again")


if __name__ == "__main__":
    main()
