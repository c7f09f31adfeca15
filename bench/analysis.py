"""Measure the analysis of a composite: `python bench/analysis.py`. One core; best of three.

The case is synthetic: 200 units × 60 indicators in 8 dimensions and 3 factors, 5 % gaps; four
uncertain inputs (normalisation, imputation, aggregation, all weights ± 25 %).
"""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # before numpy: it reads these once

import resource  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable  # noqa: E402
from pathlib import Path  # noqa: E402

sys.path[:0] = [str(Path(__file__).resolve().parent.parent)]

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

from scidip.indicators.engine.batch_scoring import scores_of  # noqa: E402
from scidip.indicators.robustness.coherence import removal  # noqa: E402
from scidip.indicators.robustness.correlation import correlations, principal_components  # noqa: E402
from scidip.indicators.robustness.montecarlo import uncertainty  # noqa: E402
from scidip.indicators.robustness.rank_bounds import narrowing, rank_bounds  # noqa: E402
from scidip.indicators.robustness.reversal import neighbours, reversal  # noqa: E402
from scidip.indicators.robustness.sensitivity import sensitivity  # noqa: E402
from scidip.indicators.robustness.uncertain_inputs import (  # noqa: E402
    AggregationChoice,
    LayerChoice,
    Model,
    WeightJitter,
)
from scidip.indicators.tree import Tree, TreeNode  # noqa: E402


def tree_of_size(leaves: int = 60, dimensions: int = 8, factors: int = 3) -> Tree:
    """Return an index of equal weights, split as evenly as it goes."""

    def nodes(prefix: str, level: int, below: int, count: int) -> tuple[TreeNode, ...]:
        return tuple(
            TreeNode(f"{prefix}{k}", level, tuple(part.tolist()), (1.0,) * len(part))
            for k, part in enumerate(np.array_split(np.arange(below), count))
        )

    levels = (nodes("d", 2, leaves, dimensions), nodes("f", 3, dimensions, factors), nodes("index", 4, factors, 1))
    return Tree(tuple(f"i{k}" for k in range(leaves)), levels)


def figures(units: int, leaves: int, seed: int = 0) -> np.ndarray:
    """Return normalised values in 1-100 with a common factor and 5 % gaps."""
    random = np.random.default_rng(seed)
    raw = 50 + 12 * random.normal(size=(units, 1)) + 12 * random.normal(size=(units, leaves))
    return np.where(random.random(raw.shape) < 0.05, np.nan, np.clip(raw, 1, 100))


def model_of_size(units: int = 200, leaves: int = 60) -> Model:
    """Return the case with its four uncertain inputs."""
    tree, values = tree_of_size(leaves), figures(units, leaves)
    filled = np.where(np.isnan(values), np.nanmedian(values, axis=0), values)
    layers = np.stack([np.stack([v, 1 + 99 * (v / 100) ** 2]) for v in (values, filled)], axis=1)
    return Model(
        tree,
        layers,
        (
            LayerChoice("normalisation", ("min_max", "squared"), same_scale=False),
            LayerChoice("imputation", ("none", "median")),
            AggregationChoice("aggregation", (tree.index.code,), ("arithmetic", "geometric")),
            WeightJitter("weights", {1: 0.25, 2: 0.25, 3: 0.25}),
        ),
    )


def seconds(action: Callable[[], object], times: int = 3) -> float:
    """Return the shortest time of several."""
    best = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        action()
        best = min(best, time.perf_counter() - start)
    return best


def full_uncertainty(model: Model, draws: int) -> pd.DataFrame:
    """Return what a page needs: intervals, the matrix of pairs and the chances of the top ten."""
    told = uncertainty(model, draws, seed=1)[model.tree.index.code]
    told.above()
    return told.intervals().assign(top_10=told.top(10))


def main() -> None:
    """Print timings beside their bounds, then growth and memory."""
    model = model_of_size()
    tree, values = model.tree, figures(200, 60)
    index = tree.index.code

    def scorer(v: np.ndarray) -> np.ndarray:
        return scores_of(v, tree)[index]

    filled = np.nan_to_num(values, nan=50.0)
    rows: list[tuple[str, Callable[[], object], float | None, int]] = [
        ("single aggregation", lambda: scorer(values), 0.04, 3),
        ("uncertainty, N = 1,000, four inputs", lambda: full_uncertainty(model, 1000), 0.5, 3),
        ("Sobol, 600 runs, bootstrap 200", lambda: sensitivity(model, 100, seed=1), 0.5, 3),
        ("removal of 60 elements", lambda: removal(values, tree).table(), 0.2, 3),
        ("correlations, Pearson", lambda: correlations(values), None, 1),
        ("correlations, Spearman", lambda: correlations(values, kind="spearman"), None, 1),
        ("correlations, Kendall", lambda: correlations(values, kind="kendall"), None, 1),
        ("principal components", lambda: principal_components(filled), None, 3),
        ("rank bounds", lambda: rank_bounds(values, tree), None, 3),
        ("which missing figure narrows most", lambda: narrowing(values, tree), None, 1),
        ("reversal of all 199 neighbours", lambda: neighbours(values, tree), None, 1),
        ("reversal by 60 weights, with gaps", lambda: reversal(values, tree, (0, 1), (1,)), None, 1),
    ]
    for what, action, bound, times in rows:
        aim = "" if bound is None else f"   (bound {bound:g} s)"
        print(f"{what:38s}{seconds(action, times):8.3f} s{aim}")
    print(f"peak memory so far {peak()} MB   (bound 500 MB)")
    growth(model)
    print(f"peak memory in the end {peak()} MB")


def peak() -> int:
    """Return the most memory this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def growth(model: Model) -> None:
    """Print how the two analyses grow with draws, units and indicators."""
    print("\nuncertainty (s) by draws, units, indicators")
    for draws in (500, 1000, 2000, 4000, 10_000):
        print(f"  N = {draws:<8d}{seconds(lambda d=draws: full_uncertainty(model, d), 2):8.3f}")
    for units in (50, 100, 200, 400, 800):
        other = model_of_size(units)
        print(f"  units {units:<8d}{seconds(lambda m=other: full_uncertainty(m, 1000), 2):8.3f}")
    for leaves in (15, 30, 60, 120, 240):
        other = model_of_size(200, leaves)
        print(f"  indicators {leaves:<3d}{seconds(lambda m=other: full_uncertainty(m, 1000), 2):8.3f}")
    print("Sobol (s) by runs")
    for base in (50, 100, 200, 400):
        taken = seconds(lambda b=base: sensitivity(model, b, seed=1), 2)
        print(f"  runs {6 * base:<8d}{taken:8.3f}")


if __name__ == "__main__":
    main()
