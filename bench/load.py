"""Fifty users clicking at once on a real server, bounded in count and time; and what a first visit weighs."""

import gzip
import os
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from callbacks import requests_of  # noqa: E402

from app import create_context  # noqa: E402
from dashboard import pages, shell  # noqa: E402
from dashboard.factory import create_app  # noqa: E402
from settings import Settings  # noqa: E402

USERS, CLICKS, PAUSE = 50, 12, 1.0
"""Users at once, clicks of each, and the seconds a user looks before the next click."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def bodies() -> list[tuple[str, dict[str, Any]]]:
    """Return the callbacks of all pages, with inputs as the pages set them."""
    from importlib import import_module

    from indicators.registry import discover

    context = create_context(Settings.from_env())
    app = create_app(context)
    modules = [import_module(f"{pages.__name__}.{n}") for n in discover(pages, "PAGE")]
    with app.server.test_request_context("/"):
        layouts = [m.layout(context, m.State()) for m in modules]
        return requests_of(app, shell.layout(context, [m.PAGE for m in modules]), layouts)


def user(
    base: str,
    asked: list[tuple[str, dict[str, Any]]],
    first: int,
    times: list[float],
    bad: list[str],
) -> None:
    with httpx.Client(base_url=base, timeout=30) as client:
        time.sleep(PAUSE * first / USERS)
        for click in range(CLICKS):
            name, body = asked[(first + click) % len(asked)]
            start = time.perf_counter()
            answer = client.post("/_dash-update-component", json=body)
            times.append(time.perf_counter() - start)
            if answer.status_code not in (200, 204):
                bad.append(f"{name}: {answer.status_code}")
            time.sleep(PAUSE)


def weights(base: str) -> None:
    """Print what a first visit loads, compressed: the document, its scripts and styles, map and data."""
    with httpx.Client(base_url=base, headers={"Accept-Encoding": "gzip"}) as client:
        document = client.get("/")
        files = re.findall(r'(?:src|href)="(/[^"]+\.(?:js|css)[^"]*)"', document.text)
        size = len(gzip.compress(document.content))
        for file in dict.fromkeys(files):
            size += _sent(client, file)
        map_ = _sent(client, "/assets/topojson/world_50m.json")
        print(
            f"first visit, scripts and styles  {size / 1000:8,.0f} kB compressed; the map {map_ / 1000:,.0f} kB more"
        )


def _sent(client: httpx.Client, path: str) -> int:
    with client.stream("GET", path) as answer:
        return sum(len(part) for part in answer.iter_raw())


def main() -> None:
    """Serve the database of the settings, load it, print the figures, end the server."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "serve"], cwd=ROOT, env=os.environ | {"SCIDIP_PORT": str(port)},
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                httpx.get(f"{base}/health")
                break
            except httpx.TransportError:
                time.sleep(0.1)
        weights(base)
        asked, times, bad = bodies(), [], []
        with httpx.Client(base_url=base, timeout=60) as client:
            for _, body in asked:
                client.post("/_dash-update-component", json=body)
        crowd = [
            threading.Thread(target=user, args=(base, asked, n, times, bad)) for n in range(USERS)
        ]
        start = time.perf_counter()
        for one in crowd:
            one.start()
        for one in crowd:
            one.join()
        seconds = time.perf_counter() - start
        worst = statistics.quantiles(times, n=20)[-1]
        print(
            f"{USERS} users, {len(times)} clicks in {seconds:.0f} s: median {1000 * statistics.median(times):.0f} ms, "
            f"95th percentile {1000 * worst:.0f} ms, {len(bad)} errors {bad[:3]}"
        )
    finally:
        process.terminate()
        process.wait(timeout=10)


if __name__ == "__main__":
    main()
