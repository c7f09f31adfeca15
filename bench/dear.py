"""Twenty decks, twenty PDF and twenty workbooks at once, from twenty clients: `/health` and a page do not wait.

`python bench/dear.py`. Bounded in count and time; everything on the loopback interface (Linux: all of 127/8).
"""

import collections
import sys
import threading
import time
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from answers import percentile, verdict  # noqa: E402
from crowd import wait_until_calm  # noqa: E402
from load import served  # noqa: E402

CLIENTS = 20
SECONDS = 90.0
"""How long the files are waited for, and `/health` is asked."""
HEALTH = 0.3
"""Seconds at most: the slowest answer of `/health`."""
AREAS = (
    "PRT",
    "GRC",
    "FRA",
    "DEU",
    "ESP",
    "ITA",
    "CHL",
    "BRA",
    "IND",
    "CHN",
    "USA",
    "CAN",
    "JPN",
    "KOR",
    "ZAF",
    "KEN",
    "EGY",
    "TUR",
    "POL",
    "SWE",
)


def addresses(n: int) -> list[str]:
    """Return what the client *n* asks for."""
    area = AREAS[n]
    return [
        f"/download/brief.pptx?area={area}",
        f"/download/brief.pdf?area={area}",
        f"/api/v1/scores?format=xlsx&time_period={2010 + n % 14}",
    ]


def ask(base: str, n: int, address: str, seen: "collections.Counter[str]", leave: bool) -> None:
    """Ask for a file, note what came; with *leave*, go away after a second."""
    transport = httpx.HTTPTransport(verify=False, local_address=f"127.0.0.{n + 2}")
    kind = address.partition("?")[0].rpartition("/")[2]
    with httpx.Client(transport=transport, base_url=base, timeout=1.0 if leave else SECONDS) as client:
        try:
            answer = client.get(address)
            later = " with Retry-After" if "Retry-After" in answer.headers else ""
            seen[f"{kind} {answer.status_code}{later}"] += 1
        except httpx.HTTPError as error:
            seen[f"{kind} {type(error).__name__}"] += 1


def crowd(base: str, leave: bool) -> None:
    """Ask for everything at once; meanwhile ask for health and a page, and print how long they took."""
    seen: collections.Counter[str] = collections.Counter()
    asking = [
        threading.Thread(target=ask, args=(base, n, address, seen, leave))
        for n in range(CLIENTS)
        for address in addresses(n)
    ]
    start = time.monotonic()
    for one in asking:
        one.start()
    times: dict[str, list[float]] = {"/health": [], "/ranking": []}
    visitor = httpx.Client(base_url=base, timeout=60, verify=False)
    while time.monotonic() - start < SECONDS and (any(a.is_alive() for a in asking) or time.monotonic() - start < 15):
        for path, found in times.items():
            begun = time.perf_counter()
            visitor.get(path)
            found.append(time.perf_counter() - begun)
        time.sleep(0.2)
    for one in asking:
        one.join(timeout=SECONDS)
    what = "whose clients left after a second" if leave else "at once"
    print(f"{3 * CLIENTS} dear files {what}: {time.monotonic() - start:.0f} s, {dict(sorted(seen.items()))}")
    for path, found in times.items():
        said = f"limit {1000 * HEALTH:.0f} ms: {verdict(max(found), HEALTH)}" if path == "/health" else "no limit"
        print(
            f"  meanwhile {path}: {len(found)} answers, median {1000 * percentile(found, 0.5):.0f} ms, 95th percentile "
            f"{1000 * percentile(found):.0f} ms, worst {1000 * max(found):.0f} ms ({said})"
        )


def main() -> None:
    """Serve the database of the settings; load it twice."""
    with served() as (base, _, process):
        wait_until_calm(process)
        crowd(base, leave=False)
        crowd(base, leave=True)


if __name__ == "__main__":
    main()
