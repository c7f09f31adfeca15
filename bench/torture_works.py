"""Kill a count of works at random moments and go on: the digest must be as of one nobody stopped. Ends with 1 if not.

Every partition is a step here, so that kills fall between steps, within one, and into the writing of results.
"""

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

import works_synthetic as synthetic  # noqa: E402

from scidip.etl.works.count import DOCUMENT, FIELD_TABLE  # noqa: E402
from scidip.etl.works.steps import WORK  # noqa: E402

WORKS, PARTITION = 120_000, 6_000
PROGRAM = """
import sys
from scidip.etl.works import engines
engines.STEP_BYTES["duckdb"] = 1
from scidip.cli import main
main(sys.argv[1:])
"""
"""The command, with a partition a step."""


def main() -> None:
    """Kill and go on, as often as asked; print what was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    with tempfile.TemporaryDirectory(prefix="scidip-works-") as name:
        folder = Path(name)
        snapshot = synthetic.write(folder / "snapshot", WORKS, partition=PARTITION)
        start = time.perf_counter()
        whole = _ended(_started(snapshot, folder / "whole"), folder / "whole")
        lasts = time.perf_counter() - start
        lost, killed, finished = _tortured(snapshot, folder / "out", whole, asked.kills, lasts, chance)
    print(
        f"{killed} kills of a count of {WORKS:,} works in {WORKS // PARTITION} steps ({lasts:.1f} s when nobody "
        f"kills it, seed {asked.seed}), {finished} counts finished: {len(lost)} lost; digest {whole[:16]}"
    )
    for what in lost:
        print(f"  {what}")
    sys.exit(bool(lost))


def _tortured(
    snapshot: Path, out: Path, whole: str, kills: int, lasts: float, chance: random.Random
) -> tuple[list[str], int, int]:
    """Return what was lost, how many kills there were and how many counts came to their end."""
    lost: list[str] = []
    killed = finished = 0
    while killed < kills or out.exists():
        process, start = _started(snapshot, out), time.perf_counter()
        fresh = not out.exists()
        try:
            # Starting takes half of the time, so that a third of the kills fall into the first step or before it.
            process.wait(timeout=chance.uniform(0.2, 1.1) * lasts if killed < kills else None)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            killed += 1
            lost += _half_written(out)
            continue
        digest = _ended(process, out)
        lost += [] if digest == whole else [f"after {killed} kills the digest is {digest[:16]}"]
        lost += [f"{p.name} is left" for p in out.glob(f"{WORK}/*")]
        finished += 1
        # On a machine that is less busy than it was, kills would come too late.
        lasts = min(lasts, time.perf_counter() - start) if fresh else lasts
        shutil.rmtree(out)
    return lost, killed, finished


def _started(snapshot: Path, out: Path) -> "subprocess.Popen[bytes]":
    words = ["works", "--from", str(snapshot), "--out", str(out), "--fields", "all", "--counting", "fractional"]
    quiet = subprocess.DEVNULL
    return subprocess.Popen([sys.executable, "-c", PROGRAM, *words], cwd=ROOT, stdout=quiet, stderr=quiet)


def _ended(process: "subprocess.Popen[bytes]", out: Path) -> str:
    """Return the digest that a count wrote when it ended."""
    if code := process.wait():
        return f"(ended with {code})"
    return str(json.loads((out / DOCUMENT).read_text("utf-8"))["digest"])


def _half_written(out: Path) -> list[str]:
    """Return what a kill left that is there and not whole: results in their place must be readable."""
    import pyarrow.parquet as pq

    lost = []
    for path in [*out.glob(f"{WORK}/step_*.parquet"), *out.glob(FIELD_TABLE)]:
        try:
            pq.ParquetFile(path).read()
        except Exception as error:
            lost.append(f"{path.name} is not whole: {error}")
    if (out / DOCUMENT).exists():
        try:
            json.loads((out / DOCUMENT).read_text("utf-8"))
        except ValueError as error:
            lost.append(f"{DOCUMENT} is not whole: {error}")
    return lost


if __name__ == "__main__":
    main()
