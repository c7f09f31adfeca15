"""Five thousand invented addresses of every route: how much the process grows. `python bench/memory.py [each]`."""

import gc
import logging
import random
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from answers import verdict  # noqa: E402

from scidip.app import create_context  # noqa: E402
from scidip.dashboard.answers.reading import prepare  # noqa: E402
from scidip.dashboard.server.factory import create_app  # noqa: E402
from scidip.settings import Settings  # noqa: E402
from tests.test_routes import addresses, held  # noqa: E402

EACH, SEED = 5000, 5
GROWTH = 20_000_000
SLOW = 0.02
"""Seconds of an answer from which a route is asked for a tenth only: what takes long is bounded by that already."""
SECONDS = 900.0


def main() -> None:
    """Print the growth by route, and of the whole."""
    each = int(sys.argv[1]) if len(sys.argv) > 1 else EACH
    logging.disable(logging.CRITICAL)
    context = create_context(Settings.from_env())
    app = create_app(context)
    prepare(context)
    client, chance, until = (app.server.test_client(use_cookies=False), random.Random(SEED), time.monotonic() + SECONDS)
    routes = list(dict.fromkeys(addresses(app)))
    for address in routes:
        client.get(address, headers={"Accept-Encoding": "br"}).close()
    gc.collect()
    first, asked = held(), 0
    for address in routes:
        mark, before, start = "&" if "?" in address else "?", held(), time.perf_counter()
        client.get(address).close()
        count = each if time.perf_counter() - start < SLOW else each // 10
        for n in range(count):
            if time.monotonic() > until:
                print(f"stopped after {SECONDS:.0f} s")
                break
            client.get(f"{address}{mark}x{chance.getrandbits(64)}={n}", headers={"Accept-Encoding": "br"}).close()
            asked += 1
        if (grown := held() - before) > 1_000_000:
            print(f"{address[:60]:60} {grown / 1e6:8.1f} MB", flush=True)
    gc.collect()
    grown = held() - first
    print(
        f"{asked:,} invented addresses of {len(routes)} routes: the process grew by {grown / 1e6:.1f} MB "
        f"(limit {GROWTH / 1e6:.0f} MB: {verdict(grown, GROWTH)})"
    )


if __name__ == "__main__":
    main()
