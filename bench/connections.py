"""Idle, half-sent and slowly read connections, and how soon another visitor is answered meanwhile.

`python bench/connections.py [--server command …]`. Bounded in count and time; everything on the loopback interface.
"""

import argparse
import random
import socket
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from answers import percentile, verdict  # noqa: E402
from crowd import wait_until_calm  # noqa: E402
from load import served  # noqa: E402

IDLE, HALF, SLOW = 200, 50, 50
SECONDS = 25.0
"""How long the other visitor goes on asking."""
WORST = 1.0
"""Seconds at most: the 95th percentile of the other visitor's pages."""
PAGES = ("/", "/ranking", "/country?area=PRT", "/health", "/api/v1/areas", "/pair?a=FRA&b=DEU")
HALVES = (
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
    b"G",
    b"POST /_dash-update-component HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    b"Content-Length: 1000\r\n\r\n{",
)
"""Requests that never end: in the head, in the first word, in the body."""
LONG = b"GET /download/scores.csv HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def attack(port: int, stack: ExitStack, stop: threading.Event) -> None:
    """Open the connections; those that are half sent and slowly read go on by a byte now and then."""
    held: dict[str, list[socket.socket]] = {"idle": [], "half": [], "slow": []}
    for kind, count in (("idle", IDLE), ("half", HALF), ("slow", SLOW)):
        for n in range(count):
            one = socket.create_connection(("127.0.0.1", port), timeout=10)
            stack.callback(one.close)
            if kind == "slow":
                one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            if kind != "idle":
                one.sendall(HALVES[n % len(HALVES)] if kind == "half" else LONG)
            held[kind].append(one)

    def drip() -> None:
        while not stop.wait(1.0):
            for one in held["half"]:
                _quietly(one.sendall, b"x")
            for one in held["slow"]:
                one.settimeout(0.01)
                _quietly(one.recv, 16)

    threading.Thread(target=drip, daemon=True).start()


def _quietly(act: object, value: object) -> None:
    try:
        act(value)  # type: ignore[operator]
    except OSError:
        return


def visit(base: str, seconds: float) -> tuple[list[float], int]:
    """Return how long each page took another visitor, who asks on a new connection each time, and the failures."""
    times, bad, until, chance = [], 0, time.monotonic() + seconds, random.Random(3)
    while time.monotonic() < until:
        start = time.perf_counter()
        try:
            bad += httpx.get(base + chance.choice(PAGES), timeout=20, verify=False).status_code != 200
        except httpx.HTTPError:
            bad += 1
        times.append(time.perf_counter() - start)
        time.sleep(0.2)
    return times, bad


def measure(base: str, what: str) -> None:
    """Print how soon the other visitor is answered before and while the connections are held."""
    for _ in range(60):  # the file that is read slowly is kept: making it is measured elsewhere
        if httpx.get(f"{base}/download/scores.csv", timeout=60).status_code == 200:
            break
    with ExitStack() as stack:
        stop = threading.Event()
        stack.callback(stop.set)
        before, _ = visit(base, 5)
        attack(int(base.rpartition(":")[2]), stack, stop)
        times, bad = visit(base, SECONDS)
    high = percentile(times)
    print(
        f"{what}: {IDLE} idle, {HALF} half-sent, {SLOW} slowly read; another visitor's {len(times)} pages: before "
        f"median {1000 * percentile(before, 0.5):.0f} ms; then median {1000 * percentile(times, 0.5):.0f} ms, "
        f"95th percentile {1000 * high:.0f} ms, worst {1000 * max(times):.0f} ms, {bad} failed "
        f"(limit {1000 * WORST:.0f} ms: {verdict(high, WORST) if not bad else 'FAILED'})"
    )


def main() -> None:
    """Serve the database of the settings, or take the address of a server; measure."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--base", help="address of a server that runs already")
    given = asked.parse_args()
    if given.base:
        measure(given.base, given.base)
        return
    with served() as (base, _, process):
        wait_until_calm(process)
        measure(base, "scidip serve")


if __name__ == "__main__":
    main()
