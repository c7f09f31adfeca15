"""Measure what researchers and machines wait for: files, memory, the API, the package. Limits beside figures.

`python bench/exports.py`. The database of the settings is measured as it is; how memory grows is measured
on a synthetic one: the same figures, repeated in years long before, so that there are ten times as many.
"""

import json
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scidip.app import create_context  # noqa: E402
from scidip.dashboard.core.context import Context  # noqa: E402
from scidip.dashboard.server.factory import create_app  # noqa: E402
from scidip.publish.export import tables  # noqa: E402
from scidip.publish.export.data_package import package_pieces  # noqa: E402
from scidip.publish.export.recompute import recompute  # noqa: E402
from scidip.publish.export.tables import Table  # noqa: E402
from scidip.publish.export.writing import formats, write_whole  # noqa: E402
from scidip.settings import Settings  # noqa: E402
from scidip.store.table_rows import Chosen  # noqa: E402

TIMES = 10
SPAN = 300
"""Years between the copies of the synthetic database: more than the figures span."""


def show(what: str, figure: float, unit: str, limit: float | None = None, least: bool = False) -> None:
    """Print a figure with its limit beside it; *least*: the figure must reach it, else stay below."""
    bound = verdict = ""
    if limit is not None:
        bound = f"   limit {'≥' if least else '<'} {limit:,.0f} {unit}"
        verdict = "" if (figure >= limit if least else figure < limit) else "  OVER THE LIMIT"
    shown = f"{figure:,.0f}" if figure >= 100 else f"{figure:,.2f}"
    print(f"{what:46}{shown:>11} {unit:7}{bound}{verdict}", flush=True)


def seconds_of(action: Callable[[], Any], times: int = 3) -> float:
    """Return the seconds of the fastest of several runs: the others were disturbed."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        action()
        found.append(time.perf_counter() - start)
    return min(found)


def swallow(pieces: Iterator[bytes]) -> int:
    """Return the bytes of a file, written nowhere."""
    return sum(map(len, pieces))


def all_figures(ctx: Context, pairs: bool = False) -> Table:
    return tables.observations(ctx.engine, ctx.catalogue, Chosen(), pairs=pairs)


def speed(ctx: Context) -> None:
    """Print how fast every figure is written as CSV, and 50,000 rows in the other formats."""
    written = formats()
    rows = 0
    taken = 0.0
    for pairs in (False, True):
        table = all_figures(ctx, pairs)
        count = sum(1 for _ in table.rows())
        took = seconds_of(lambda table=table: swallow(written["csv"].pieces(table)))
        show(f"CSV, all figures per {'pair' if pairs else 'area'} ({count:,})", count / took, "rows/s")
        rows, taken = rows + count, taken + took
    show(f"CSV, all figures ({rows:,})", rows / taken, "rows/s", 200_000, least=True)
    limits = {"xlsx": 10.0}
    part = tables.observations(ctx.engine, ctx.catalogue, Chosen(limit=50_000), pairs=True)
    for code in written:
        took = seconds_of(lambda code=code: swallow(written[code].pieces(part)), 1)
        show(f"{written[code].label}, 50,000 rows", took, "s", limits.get(code))


def api(ctx: Context) -> None:
    """Print what the API takes for a filtered query, and to say that nothing has changed."""
    client = create_app(ctx).server.test_client()
    plain = {"Accept-Encoding": "gzip"}
    queries = {
        "scores of a country": "scores?ref_area=FRA&node=std",
        "scores of a year": "scores?node=std&time_period=2022",
        "figures of two countries": "observations?ref_area=FRA,DEU&indicator=rd_expenditure_gdp",
        "a pair": "pairs?indicator=copublications&ref_area=FRA&counterpart_area=DEU",
        "steps of a figure": "stages?ref_area=FRA&time_period=2022",
        "a citation": "citation?indicator=rd_expenditure_gdp&format=bibtex",
    }
    for what, query in queries.items():
        show(f"API, {what}", _median(client, query, plain, 200), "ms", 20)
    tag = client.get("/api/v1/scores?node=std").headers["ETag"]
    known = {"If-None-Match": tag}
    show("API, 304", _median(client, "scores?ref_area=FRA&node=std", known, 304), "ms", 3)


def _median(client: Any, query: str, headers: dict[str, str], status: int) -> float:
    times = []
    for _ in range(40):
        start = time.perf_counter()
        answer = client.get(f"/api/v1/{query}", headers=headers)
        times.append(1000 * (time.perf_counter() - start))
        if answer.status_code != status:
            raise RuntimeError(f"{query} answered {answer.status_code}")
    return statistics.median(times)


def package(ctx: Context, folder: Path) -> None:
    """Print what the data package takes to write, and to recompute."""
    path = folder / "scidip.zip"
    took = seconds_of(lambda: write_whole(path, package_pieces(ctx.engine, ctx.catalogue, ctx.areas)), 1)
    show(f"package, {path.stat().st_size / 1e6:.1f} MB", took, "s")
    faults: list[str] = []
    show("recompute", seconds_of(lambda: faults.extend(recompute(path)), 1), "s")
    print(f"{'':46}{'equal' if not faults else 'DIFFERS':>11}")


def synthetic(source: str, target: Path) -> int:
    """Write a database with ten times the figures per area; return how many there are."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
        columns = "indicator, ref_area, counterpart_area, obs_value, obs_status, file, row, run_id"
        with new:
            for k in range(1, TIMES):
                new.execute(
                    f"INSERT INTO observation (time_period, {columns}) SELECT time_period - {k * SPAN}, {columns} "
                    f"FROM observation WHERE counterpart_area = '_Z' AND time_period > {2200 - SPAN}"
                )
        query = "SELECT count(*) FROM observation WHERE counterpart_area = '_Z'"
        return int(new.execute(query).fetchone()[0])


def growth(source: str, folder: Path) -> None:
    """Print the memory that an export of everything adds, today's figures and ten times as many (synthetic)."""
    grown = folder / "synthetic.sqlite"
    count = synthetic(source, grown)
    for code in ("csv", "json", "parquet"):
        for name, path in (("today", source), (f"synthetic, {count:,} figures", str(grown))):
            command = [sys.executable, __file__, "--memory", path, code]
            done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
            told = json.loads(done.stdout)
            show(f"memory added, {code}, {name}", told["added"], "MB", 300)
    show("memory of the whole process, the last", told["peak"], "MB")


def memory(path: str, code: str) -> None:
    """Print, as JSON, by how much the peak of this process grew while everything was written."""
    ctx = create_context(Settings.from_env({"SCIDIP_DATABASE_URL": f"sqlite:///{path}"}))
    table = all_figures(ctx)
    swallow(formats()[code].pieces(tables.observations(ctx.engine, ctx.catalogue, Chosen(limit=10))))
    before = peak()
    swallow(formats()[code].pieces(table))
    print(json.dumps({"added": peak() - before, "peak": peak()}))


def peak() -> float:
    """Return the most memory this program has held, in MB.

    Not `ru_maxrss`: a process begins with that of the one which started it.
    """
    status = Path("/proc/self/status").read_text("utf-8")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024  # type: ignore[index]


def decks(folder: Path) -> None:
    """Print how long a country's slides take without pictures: the whole command, in a process of its own."""
    out = folder / "brief.pptx"
    command = [sys.executable, "-m", "scidip.cli", "brief", "IRN", "--no-pictures", "--out", str(out)]

    def write() -> None:
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)

    show("slides of a country, the whole command", seconds_of(write), "s", 3.0)


def main() -> None:
    """Measure the database of the settings."""
    settings = Settings.from_env()
    ctx = create_context(settings)
    with tempfile.TemporaryDirectory() as name:
        speed(ctx)
        api(ctx)
        package(ctx, Path(name))
        decks(Path(name))
        growth(settings.database_url.removeprefix("sqlite:///"), Path(name))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--memory"]:
        memory(*sys.argv[2:])
    else:
        main()
