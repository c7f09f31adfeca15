"""Counting works: time, peak memory and spill of DuckDB beside Polars and Spark, in one run. `make bench-works`.

Works are synthetic. The larger sizes hold the smaller; where the folder holds them they are not made again. Polars and
Spark run where they are installed (`pip install polars 'scidip[spark]'`), and are otherwise named as not measured.
"""

import argparse
import hashlib
import importlib.util
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

import works_synthetic as synthetic  # noqa: E402

FULL = 510_372_821
"""Works in the snapshot of June 2026, as its manifest has them."""
MEMORY = 2_000_000_000
BESIDE = 1.3
"""How many times the fastest engine's time DuckDB may take."""
BYTES_OF_A_WORK = 210
"""Packed, as they are drawn here. Real ones take some 1,300, most of them in columns that are not read."""


def verdict(figure: float, limit: float) -> str:
    """Return how a figure stands to its limit."""
    return "pass" if figure <= limit else "OVER THE LIMIT"


@dataclass(frozen=True)
class Measured:
    """What a count took: seconds, seconds of processor, peak bytes of memory and of spilled files, digest."""

    seconds: float
    processor: float
    memory: int
    spill: int
    digest: str


def main() -> None:
    """Print a line for each size and engine, growth, and what the full snapshot would take."""
    asked = _asked()
    folder = Path(asked.folder or tempfile.mkdtemp(prefix="scidip-works-"))
    try:
        sizes = [int(s) for s in asked.sizes.split(",")]
        _refuse_little_room(folder, max(sizes))
        made = _snapshots(folder, sizes)
        found = {n: {e: _measured(e, made[n], folder) for e in asked.engines.split(",")} for n in sizes}
        _judge(found)
    finally:
        if not asked.folder:
            shutil.rmtree(folder, ignore_errors=True)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1,3,10", help="millions of works; 30 is read from three copies of ten")
    parser.add_argument("--engines", default="duckdb,polars,spark")
    parser.add_argument("--folder", help="where the works are made and kept (default: made anew and removed)")
    return parser.parse_args()


def _refuse_little_room(folder: Path, millions: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    needed = min(millions, 10) * 1_000_000 * BYTES_OF_A_WORK * 2
    free = shutil.disk_usage(folder).free
    if free < needed:
        sys.exit(f"{folder} has {free / 1e9:.0f} GB free and {needed / 1e9:.0f} GB are needed; name another --folder")


def _snapshots(folder: Path, sizes: Sequence[int]) -> dict[int, Path]:
    """Return a snapshot for each size: the largest is drawn, the others are its first partitions by another name."""
    drawn = min(max(sizes), 10)
    whole = folder / f"p{drawn}"
    if not (whole / "manifest.json").exists():
        start = time.perf_counter()
        synthetic.write(whole, drawn * 1_000_000)
        print(f"{drawn} million synthetic works drawn in {time.perf_counter() - start:.0f} s", flush=True)
    return {n: whole if n == drawn else _linked(whole, folder / f"linked{n}", n * 1_000_000) for n in sizes}


def _linked(whole: Path, target: Path, works: int) -> Path:
    """Return a snapshot of the first *works* of another, or of copies of it one after another, by hard links."""
    entries = json.loads((whole / "manifest.json").read_text())["files"]
    entries.sort(key=lambda entry: entry["url"].split("/")[-1] + entry["url"])
    files: list[tuple[str, int, int]] = []
    while sum(f[2] for f in files) < works:
        entry = entries[len(files) % len(entries)]
        name = f"updated_date=2026-06-01/part_{len(files):04d}.parquet"
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        if not (target / name).exists():
            os.link(whole / "/".join(entry["url"].split("/")[-2:]), target / name)
        files.append((name, entry["meta"]["content_length"], entry["meta"]["record_count"]))
    shutil.copy(whole / "deleted_ids.csv", target)
    shutil.copytree(whole / "merged_ids", target / "merged_ids", dirs_exist_ok=True)
    synthetic.manifest_of(target, "parquet", files)
    return target


def _measured(engine: str, snapshot: Path, folder: Path) -> Measured | None:
    """Count a snapshot in a process of its own; None where the engine is not installed."""
    library = {"duckdb": "duckdb", "polars": "polars", "spark": "pyspark"}[engine]
    if importlib.util.find_spec(library) is None:
        print(f"{snapshot.name} {engine}: not measured, {library} is not installed", flush=True)
        return None
    out = folder / f"out-{engine}-{os.getpid()}"
    shutil.rmtree(out, ignore_errors=True)
    if engine == "polars":
        out.mkdir()
        words = [str(ROOT / "bench" / "works_polars.py"), str(snapshot), str(out / "rows.parquet")]
    else:
        # The table of all fields is the rows of a count but for what was set aside.
        words = ["-m", "scidip.cli", "works", "--from", str(snapshot), "--engine", engine, "--fields", "all"]
        words += ["--out", str(out), "--threads", str(os.cpu_count() or 1)]
    start, processor = time.perf_counter(), sum(os.times()[2:4])
    process = subprocess.Popen([sys.executable, *words], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    watch = _Watch(process.pid, out / ".counting" / "spill")
    with watch:
        said = process.communicate()[1].decode(errors="replace")
    if process.returncode:
        sys.exit(f"{engine} failed: {said[-600:]}")
    seconds = time.perf_counter() - start
    used = max(sum(os.times()[2:4]) - processor, watch.processor)
    took = Measured(seconds, used, watch.memory, watch.spill, _digest(out))
    shutil.rmtree(out)
    print(
        f"{snapshot.name} {engine}: {took.seconds:.1f} s, {took.processor:.1f} s of processor, "
        f"{took.memory / 1e6:.0f} MB, spilled {took.spill / 1e6:.0f} MB, digest {took.digest[:12]}",
        flush=True,
    )
    return took


def _digest(out: Path) -> str:
    """Return the digest of the counted rows, the same for all engines."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq
    from pyarrow import csv

    name = next(n for n in ("rows.parquet", "by_field/works_by_field.parquet") if (out / n).exists())
    rows = pq.read_table(out / name)
    rows = rows.filter(pc.invert(pc.starts_with(rows["area"].cast("string"), "~")))
    texts = {n: rows[n].cast("string") for n in ("area", "partner", "field")}
    for n, column in texts.items():
        rows = rows.set_column(rows.column_names.index(n), n, column)
    text = io.BytesIO()
    csv.write_csv(rows.combine_chunks(), text)
    return hashlib.sha256(text.getvalue()).hexdigest()


class _Watch:
    """Looks five times a second at the memory of a process and its children, and at what they spilled."""

    def __init__(self, pid: int, spill: Path) -> None:
        self._pid, self._spill_folder = pid, spill
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.memory = self.spill = 0
        self.processor = 0.0

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._end.wait(0.2):
            family = _family(self._pid)
            self.memory = max(self.memory, sum(map(_resident, family)))
            self.processor = max(self.processor, sum(map(_used, family)))
            self.spill = max(self.spill, _size(self._spill_folder))


def _family(pid: int) -> list[int]:
    try:
        texts = [p.read_text() for p in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:
        return [pid]
    return [pid, *(one for text in texts for child in text.split() for one in _family(int(child)))]


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def _used(pid: int) -> float:
    """Return the seconds of processor of a process: Spark's Java is not waited for by its parent."""
    try:
        cells = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(cells[11]) + int(cells[12])) / os.sysconf("SC_CLK_TCK")


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except OSError:
            continue
    return total


def _judge(found: dict[int, dict[str, Measured | None]]) -> None:
    """Print DuckDB beside the limits, its growth, and the full snapshot at its pace."""
    own = {n: took for n, engines in found.items() if (took := engines.get("duckdb"))}
    for n, took in own.items():
        others = [m for m in found[n].values() if m]
        slower = took.seconds / min(m.seconds for m in others)
        dearer = took.processor / min(m.processor for m in others)
        print(
            f"{n} million: DuckDB takes {slower:.2f} of the time of the fastest of {len(others)} engines "
            f"({verdict(slower, BESIDE)}; {dearer:.2f} of the least processor time), {took.memory / 1e6:.0f} MB "
            f"({verdict(took.memory, MEMORY)}), digests {'equal' if len({m.digest for m in others}) == 1 else 'DIFFER'}"
        )
    if len(own) > 1:
        small, large = min(own), max(own)
        a_million = (own[large].processor - own[small].processor) / (large - small)
        print(
            f"Growth from {small} to {large} million: {a_million:.1f} s of processor a million. At this pace "
            f"{FULL / 1e6:.0f} million works like these are {a_million * FULL / 1e6 / 3600:.1f} hours of processor."
        )


if __name__ == "__main__":
    main()
