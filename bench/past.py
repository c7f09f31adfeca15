"""What a version costs: the growth of the database, and a view of the past beside the same view of today.

`python bench/past.py`: on a copy of the database, to which it adds a version whose figures are invented. Both views
are made from queries, without what a server reads ahead; then as a server does that has read ahead what serves, and
then the versions before it.
"""

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scidip.app import create_context  # noqa: E402
from scidip.dashboard.core.context import Context  # noqa: E402
from scidip.dashboard.server.factory import create_app  # noqa: E402
from scidip.settings import Settings  # noqa: E402
from scidip.store import versions  # noqa: E402
from scidip.store.database.address import address_of, file_of  # noqa: E402
from scidip.store.database.engine import open_engine  # noqa: E402
from tests.dated import revise  # noqa: E402
from tests.test_time_machine import page_body  # noqa: E402

VIEWS = ("/", "/ranking", "/country?area=PRT", "/compare?areas=PRT,GRC", "/indicator", "/sources", "/data-quality")
LIMIT = 1.5
"""How many times as long a view of the past may take."""
RUNS = 5
NOTHING, PRESENT, BOTH = "both by query", "the present read ahead", "both read ahead"


def seconds(ask: Callable[[], object], forget: Callable[[], object]) -> float:
    """Return the median time of an answer that nothing is remembered of."""
    taken = []
    for _ in range(RUNS):
        forget()
        start = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def compared(context: Context, old: str, ahead: str) -> float:
    """Print each view's time now and as of a version; return how many times as long all of the past took."""
    server = create_app(context).server
    client = server.test_client()
    if ahead != NOTHING:
        context.prepare()
    if ahead == BOTH:
        context.prepare_past(old)

    def forget() -> None:
        server.extensions["scidip-answers"].forget()
        context.__dict__.pop("cache", None)

    totals = [0.0, 0.0]
    for view in VIEWS:
        path, _, query = view.partition("?")
        body = page_body(path, f"?{query}" if query else "")
        times = []
        for version in ("", old):
            headers = {"X-Scidip-Version": version} if version else {}
            times.append(
                seconds(lambda h=headers, b=body: client.post("/_dash-update-component", json=b, headers=h), forget)
            )
        totals = [a + b for a, b in zip(totals, times, strict=True)]
        print(f"  {view:<28}{times[0] * 1000:8.0f} ms now {times[1] * 1000:8.0f} ms then  x {times[1] / times[0]:.2f}")
    return totals[1] / totals[0]


def main() -> None:
    """Add a version to a copy of the database and print what it costs."""
    path = file_of(address_of(Settings.from_env().database_url))
    if path is None:
        raise SystemExit("the bench copies a database in a file")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "past.sqlite"
        shutil.copy(path, copy)
        writer = open_engine(f"sqlite:///{copy}", create=True)
        old, before = versions.present(writer), copy.stat().st_size
        revise(writer)
        writer.dispose()
        grown = copy.stat().st_size - before
        print(f"a version with one source revised: {grown / 1e6:.1f} MB more, of {before / 1e6:.1f} MB")
        settings = Settings.from_env(
            {"SCIDIP_DATABASE_URL": f"sqlite:///{copy}", "SCIDIP_DATA_DIR": str(ROOT / "data")}
        )
        for ahead in (NOTHING, PRESENT, BOTH):
            print(f"{ahead}:")
            context = create_context(settings)
            ratio = compared(context, old, ahead)
            print(f"  all views: x {ratio:.2f} (limit {LIMIT})")
            context.engine.dispose()


if __name__ == "__main__":
    main()
