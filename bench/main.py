"""Measure speed, side by side in one run: `make bench`. Ratios count; machines are noisy."""

import os
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

SHOWN = {"/country": {"area": "PRT"}}
"""What a page is asked to show, where it needs to be told."""
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import dash  # noqa: E402
import pandas as pd  # noqa: E402
from callbacks import requests_of  # noqa: E402
from sqlalchemy import Engine  # noqa: E402

from scidip.app import create_context  # noqa: E402
from scidip.dashboard.server.factory import create_app  # noqa: E402
from scidip.etl import bundle as bundles  # noqa: E402
from scidip.etl.rescore import rescore  # noqa: E402
from scidip.etl.run import load_bundle  # noqa: E402
from scidip.indicators.model.observations import conform  # noqa: E402
from scidip.program import Program  # noqa: E402
from scidip.settings import Settings  # noqa: E402
from scidip.store.queries import served  # noqa: E402
from scidip.store.runs import Batch, publish, running  # noqa: E402


def timed(action: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds an action took, and its result."""
    start = time.perf_counter()
    result = action()
    return time.perf_counter() - start, result


def bare_insert(path: Path, engine: Engine) -> tuple[float, int]:
    """Write the same rows with nothing but the driver, into a table with the same key."""
    frame = served.observations(engine)
    rows = list(zip([1] * len(frame), *(frame[c].tolist() for c in frame), strict=True))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(
            "CREATE TABLE observation (run_id INTEGER, indicator TEXT, ref_area TEXT, counterpart_area TEXT, "
            "time_period INTEGER, obs_value REAL, obs_status TEXT, file INTEGER, row INTEGER, "
            "PRIMARY KEY (run_id, indicator, ref_area, counterpart_area, time_period)) WITHOUT ROWID"
        )
        marks = ", ".join("?" * 9)

        def write() -> None:
            with connection:
                connection.executemany(f"INSERT INTO observation VALUES ({marks})", rows)

        return timed(write)[0], len(rows)


def build_speed(folder: Path) -> Engine:
    """Print what each part of a build takes, beside the bare driver."""
    program = Program(Settings.from_env({"SCIDIP_DATABASE_URL": f"sqlite:///{folder / 'bench.sqlite'}"}))
    shop = program.workshop
    load, outcomes = timed(lambda: load_bundle(shop, bundles.open_bundle(program.bundle_dir)))
    loaded = sum(o.counts["loaded"] for o in outcomes)
    scoring, _ = timed(lambda: rescore(shop))
    bare, rows = bare_insert(folder / "bare.sqlite", shop.engine)
    ratio = (load / loaded) / (bare / rows)
    print(f"bundle to database   {load:6.2f} s  {loaded:9,} rows  {loaded / load:9,.0f} rows/s")
    print(f"bare executemany     {bare:6.2f} s  {rows:9,} rows  {rows / bare:9,.0f} rows/s")
    print(f"  ratio per row      {ratio:6.2f}  (bundle read, checked, inserted with foreign keys / bare)")
    print(f"derive and score     {scoring:6.2f} s")
    return shop.engine


def growth(folder: Path) -> None:
    """Print how publishing grows with the rows: synthetic figures, 1, 3 and 10 times as many."""
    program = Program(Settings.from_env({"SCIDIP_DATABASE_URL": f"sqlite:///{folder / 'growth.sqlite'}"}))
    shop = program.workshop
    base = bundles.open_bundle(program.bundle_dir).read("openalex").observations.head(100_000)
    for times in (1, 3, 10):
        # Other years make other keys; the figures themselves do not matter here.
        copies = [base.assign(time_period=base["time_period"] - 40 * k) for k in range(times)]
        rows = conform(pd.concat(copies, ignore_index=True))
        batch = Batch(rows, pd.DataFrame(), {}, (), f"synthetic {times}")
        with running(shop.engine, "ingest", f"synthetic {times}", "bench") as run_id:
            seconds, _ = timed(
                lambda batch=batch, run_id=run_id, times=times: publish(
                    shop.engine, run_id, f"synthetic {times}", batch
                )
            )
        print(f"publish, {times:2}x         {seconds:6.2f} s  {len(rows):9,} rows  {len(rows) / seconds:9,.0f} rows/s")


def build_command(folder: Path) -> None:
    """Print what `scidip build` takes as a command, start of the interpreter included."""
    settings = {"SCIDIP_DATABASE_URL": f"sqlite:///{folder / 'command.sqlite'}"}
    command = [sys.executable, "-m", "scidip.cli", "build"]

    def run() -> None:
        subprocess.run(command, cwd=ROOT, env=os.environ | settings, check=True, capture_output=True)

    seconds, _ = timed(run)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"scidip build         {seconds:6.2f} s  (whole command; peak memory {peak:,.0f} MB)")
    print(f"scidip build again   {timed(run)[0]:6.2f} s  (nothing to do)")


def callback_speed(folder: Path) -> None:
    """Print the server time of each page and callback: first (nothing remembered), median, worst."""
    address = f"sqlite:///{folder / 'bench.sqlite'}"
    context = create_context(Settings.from_env({"SCIDIP_DATABASE_URL": address}))
    app = create_app(context)
    client = app.server.test_client()
    with app.server.test_request_context():
        shell = app.layout()
        layouts = [page["layout"](**SHOWN.get(page["path"], {})) for page in dash.page_registry.values()]
    print(f"{'page or callback':52} {'first':>8} {'median':>8} {'worst':>8}  ms")
    for page in dash.page_registry.values():

        def lay_out(page: dict[str, Any] = page) -> None:
            with app.server.test_request_context():
                page["layout"](**SHOWN.get(page["path"], {}))

        _report(f"page {page['path']}", lay_out)
    for name, body in requests_of(app, shell, layouts):

        def call(name: str = name, body: dict[str, Any] = body) -> None:
            answer = client.post("/_dash-update-component", json=body)
            if answer.status_code not in (200, 204):
                raise RuntimeError(f"{name} answered {answer.status_code}")

        _report(name, call)


def _report(name: str, action: Callable[[], Any]) -> None:
    times = [1000 * timed(action)[0] for _ in range(15)]
    print(f"{name[:52]:52} {times[0]:8.1f} {statistics.median(times):8.1f} {max(times[1:]):8.1f}")


def main() -> None:
    """Run all benchmarks in a temporary folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build_command(folder)
        build_speed(folder)
        growth(folder)
        callback_speed(folder)


if __name__ == "__main__":
    main()
