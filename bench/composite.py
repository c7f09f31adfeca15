"""Measure `scidip composite` as a command, on figures it makes up: processor seconds and memory of its own process.

Limits: a panel of 200 units × 60 indicators × 20 years takes less than two imports of the program beyond the
import itself; 1,000 units × 200 indicators with 10,000 draws stay within 1.5 GB.
"""

import csv
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from engine import made_up

METHOD = """
[impute]
method = "mean_by_group"
group = "region"
[treat]
max_points = 5
[normalise]
lower = 1
"""
DRAWS = 10_000


def write_tables(folder: Path, size: tuple[int, int, int]) -> list[str]:
    """Write DATA and META of units × indicators × years and a methodology; return the arguments that name them."""
    figures, tree = made_up(*size)
    with (folder / "DATA.csv").open("w", newline="") as file:
        data = csv.writer(file)
        data.writerow(["uCode", "Time", "region", *tree.leaves])
        regions = figures.groups["region"]
        for unit, time, region, row in zip(figures.units, figures.times, regions, figures.values, strict=True):
            cells = ["" if value != value else repr(float(value)) for value in row]
            data.writerow([unit, int(time), region, *cells])
    with (folder / "META.csv").open("w", newline="") as file:
        meta = csv.writer(file)
        meta.writerow(["iCode", "Type", "Level", "Parent", "Weight", "Direction"])
        parents = {c: n.code for n in tree.nodes for c in tree.children(n)}
        for code, direction in zip(tree.leaves, tree.directions, strict=True):
            meta.writerow([code, "Indicator", 1, parents[code], 1, direction])
        for node in tree.nodes:
            meta.writerow([node.code, "Aggregate", node.level, parents.get(node.code, ""), 1, 1])
        meta.writerow(["region", "Group", "", "", "", ""])
    (folder / "M.toml").write_text(METHOD)
    names = [str(folder / name) for name in ("DATA.csv", "META.csv", "M.toml", "out")]
    return ["composite", *names[:2], "--methodology", names[2], "--out", names[3]]


def taken(*arguments: str) -> tuple[float, float]:
    """Return processor seconds and MB at most of a run of Python."""
    process = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    assert status == 0, f"{' '.join(arguments)} failed"
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> None:
    """Print both measures beside their limits."""
    start = min(taken("-m", "scidip.cli", "composite", "--help")[0] for _ in range(3))
    with tempfile.TemporaryDirectory() as folder:
        command = write_tables(Path(folder), (200, 60, 20))
        beyond = min(taken("-m", "scidip.cli", *command)[0] for _ in range(3)) - start
        limit = 2 * start
        verdict = "" if beyond < limit else "  OVER THE LIMIT"
        print(f"panel as a command, beyond the start   {beyond:8.2f} s   limit {limit:8.2f} s{verdict}")
    with tempfile.TemporaryDirectory() as folder:
        command = write_tables(Path(folder), (1000, 200, 1))
        seconds, most = taken("-m", "scidip.cli", *command, "--uncertainty", str(DRAWS))
        verdict = "" if most < 1500 else "  OVER THE LIMIT"
        print(f"1,000 × 200, {DRAWS:,} draws: memory      {most:8.0f} MB  limit     1500 MB{verdict}")
        print(f"  processor time                       {seconds:8.1f} s")


if __name__ == "__main__":
    main()
