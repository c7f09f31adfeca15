"""Measure the composite engine on figures it makes up: 200 areas × 60 indicators, and 20 years.

The limits are those of the tracker; the reference (COINr 1.1 in R, on this class of machine) needs
0.12 s for the build, 2.8 s for the panel, 0.07 s for Copeland and 7.7 s for the 60 removals.
"""

import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scidip.indicators.engine.batch_scoring import Rules
from scidip.indicators.engine.composite import Figures, build
from scidip.indicators.engine.methodology_faults import parse
from scidip.indicators.methods import RELATIVE_AGGREGATORS
from scidip.indicators.robustness.coherence import removal
from scidip.indicators.tree import Tree, tree_of_rows

METHOD = {
    "screen": {"min_available": 0.5},
    "impute": {"method": "mean_by_group", "group": "region"},
    "treat": {"method": "winsorise_log", "max_points": 5},
    "normalise": {"method": "min_max", "lower": 1, "upper": 100},
    "aggregate": {"per_level": ["arithmetic", "arithmetic", "geometric"]},
}


def made_up(areas: int, indicators: int, years: int = 1) -> tuple[Figures, Tree]:
    """Return skewed figures with gaps, and a tree of 8 dimensions and 3 factors."""
    random = np.random.default_rng(1)
    common = random.normal(0, 1, (areas * years, 1))
    values = np.exp(common + random.normal(0, 1, (areas * years, indicators)))
    values[random.random(values.shape) < 0.05] = np.nan
    rows = [(f"i{k}", 1, f"d{k * 8 // indicators}", 1.0) for k in range(indicators)]
    rows += [(f"d{k}", 2, f"f{k * 3 // 8}", 1.0) for k in range(8)]
    rows += [(f"f{k}", 3, "index", 1.0) for k in range(3)] + [("index", 4, "", 1.0)]
    tree = tree_of_rows(rows, {f"i{k}": -1 if k % 4 == 0 else 1 for k in range(indicators)})
    units = np.tile([f"a{k:04d}" for k in range(areas)], years)
    region = np.tile([f"r{k % 5}" for k in range(areas)], years)
    times = np.repeat(2000.0 + np.arange(years), areas)
    return Figures(units, times, values, groups={"region": region}), tree


def fastest(action: Callable[[], Any], times: int = 7) -> float:
    """Return the seconds of the fastest of several runs: the others were disturbed."""
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def show(name: str, seconds: float, limit: float) -> None:
    """Print a line with the limit beside what was measured."""
    verdict = "" if seconds < limit else "  OVER THE LIMIT"
    print(f"{name:44} {seconds:8.4f} s   limit {limit:5.2f} s{verdict}")


def main() -> None:
    """Print what each task takes, and how a build grows."""
    method, _ = parse(METHOD)
    assert method is not None
    figures, tree = made_up(200, 60)
    panel, _ = made_up(200, 60, 20)
    values = build(figures, tree, method).normalised
    print("areas × indicators: 200 × 60")
    show("build, all steps and ranks", fastest(lambda: build(figures, tree, method).nodes.ranks), 0.04)
    show("panel of 20 years", fastest(lambda: build(panel, tree, method).nodes.ranks, 3), 0.30)
    weights = np.ones(60)
    rules = Rules({"index": "geometric"})
    show("Copeland of 60 indicators", fastest(lambda: RELATIVE_AGGREGATORS["copeland"](values, weights)), 0.02)
    show("removal of each of 60 indicators", fastest(lambda: removal(values, tree, 1, rules), 3), 0.20)
    print("growth of a build (seconds)")
    for areas, indicators in ((100, 60), (200, 60), (400, 60), (800, 60), (200, 120), (200, 240)):
        grown, shape = made_up(areas, indicators)
        print(f"  {areas:5} × {indicators:4} {fastest(lambda g=grown, s=shape: build(g, s, method), 3):10.4f}")
    print(f"most memory used: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
