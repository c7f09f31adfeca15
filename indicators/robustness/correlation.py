"""Correlations between columns and levels, and what they say about consistency.

Handbook step "Multivariate analysis". Gaps: every pair of columns uses the rows that have both
("pairwise"), and says how many; principal components use the rows without a gap ("listwise").
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scidip.indicators.engine.batch_scoring import Rules, scores_of
from scidip.indicators.errors import MethodError
from scidip.indicators.tree import Tree

FloatArray = NDArray[np.float64]
Kind = Literal["pearson", "spearman", "kendall"]
Gaps = Literal["pairwise", "listwise"]


@dataclass(frozen=True)
class Correlations:
    """Coefficients, two-sided p-values and the numbers of rows used; columns × other columns."""

    r: FloatArray
    p: FloatArray
    n: NDArray[np.int64]


def correlations(values: FloatArray, others: FloatArray | None = None, kind: Kind = "pearson") -> Correlations:
    """Return the correlations of the columns of *values* (units × k) with those of *others*.

    others: units × m, default the same columns. Pairwise complete: Spearman ranks anew among the
    rows that a pair shares. p: Student's t on n - 2 degrees for Pearson and Spearman, scipy's exact
    or normal test for Kendall's tau-b. NaN when fewer than three rows are shared or one column is
    constant among them.
    """
    same = others is None
    right = values if others is None else others
    r = np.full((values.shape[1], right.shape[1]), np.nan)
    p, n = r.copy(), np.zeros(r.shape, dtype=np.int64)
    known, known_right = ~np.isnan(values), ~np.isnan(right)
    n[:] = known.T.astype(np.int64) @ known_right.astype(np.int64)
    for j in range(r.shape[0]):
        for k in range(j if same else 0, r.shape[1]):
            both = known[:, j] & known_right[:, k]
            r[j, k], p[j, k] = _pair(values[both, j], right[both, k], kind)
            if same:
                r[k, j], p[k, j] = r[j, k], p[j, k]
    return Correlations(r, p if kind == "kendall" else _student(r, n), n)


def correlation_table(
    values: FloatArray,
    tree: Tree,
    levels: tuple[int, int] = (1, 1),
    kind: Kind = "pearson",
    *,
    related: bool = True,
    rules: Rules | None = None,
) -> pd.DataFrame:
    """Return the correlations within one level or between two, a row per pair.

    values: units × leaves, normalised, more is better. levels: 1 are the indicators, the last the
    index. With *related*: within a level only children of the same node, between levels only
    elements with the node they go into. Columns: first, second, node (their parent; within a level
    only), r, p, n.
    """
    low, high = sorted(levels)
    columns = level_values(values, tree, rules)
    if not 1 <= low <= high <= len(columns):
        raise MethodError(f"levels run from 1 to {len(columns)}, not {low} and {high}")
    names = level_codes(tree)
    parents = parents_of(tree)
    found = correlations(columns[low - 1], None if low == high else columns[high - 1], kind)
    rows = []
    for j, first in enumerate(names[low - 1]):
        for k, second in enumerate(names[high - 1]):
            if low == high:
                shared = parents.get((low, first), set()) & parents.get((low, second), set())
                if k <= j or (related and not shared):
                    continue
                node = ", ".join(sorted(shared))
            else:
                if related and second not in _ancestors(parents, low, first, high):
                    continue
                node = ""
            rows.append((first, second, node, found.r[j, k], found.p[j, k], found.n[j, k]))
    return pd.DataFrame(rows, columns=["first", "second", "node", "r", "p", "n"])


def level_values(values: FloatArray, tree: Tree, rules: Rules | None = None) -> list[FloatArray]:
    """Return units × elements scores of every level, the indicators first."""
    scores = scores_of(values, tree, rules)
    return [values] + [np.stack([scores[n.code] for n in lv], axis=1) for lv in tree.levels]


def level_codes(tree: Tree) -> list[tuple[str, ...]]:
    """Return the codes of every level, the indicators first."""
    return [tree.leaves, *(tuple(n.code for n in level) for level in tree.levels)]


def parents_of(tree: Tree) -> dict[tuple[int, str], set[str]]:
    """Return the nodes that an element (level, code) goes into."""
    parents: dict[tuple[int, str], set[str]] = {}
    for names, level in zip(level_codes(tree), tree.levels, strict=False):
        for node in level:
            for child in node.children:
                parents.setdefault((node.level - 1, names[child]), set()).add(node.code)
    return parents


def cronbach_alpha(values: FloatArray, gaps: Gaps = "pairwise") -> float:
    """Return Cronbach's alpha of the columns: k/(k-1) (1 - sum of variances / sum of covariances).

    gaps: "listwise" uses rows without a gap; "pairwise" takes each covariance over the rows that
    have both columns (and each variance over all rows of its column), which can leave the range of
    a true alpha. NaN for fewer than two columns or no spread. Cronbach, Psychometrika 16 (1951).
    """
    columns = values.shape[1]
    covariance = covariances(values, gaps)
    total = covariance.sum()
    if columns < 2 or np.isnan(total) or total == 0:
        return float("nan")
    return float(columns / (columns - 1) * (1 - np.trace(covariance) / total))


def alpha_table(values: FloatArray, tree: Tree, gaps: Gaps = "pairwise", rules: Rules | None = None) -> pd.DataFrame:
    """Return Cronbach's alpha of the children of every node: node, level, children, alpha, gaps."""
    columns = level_values(values, tree, rules)
    rows = [
        (
            node.code,
            node.level,
            len(node.children),
            cronbach_alpha(columns[node.level - 2][:, list(node.children)], gaps),
            gaps,
        )
        for node in tree.nodes
    ]
    return pd.DataFrame(rows, columns=["node", "level", "children", "alpha", "gaps"])


def covariances(values: FloatArray, gaps: Gaps = "pairwise") -> FloatArray:
    """Return the sample covariances (n - 1) of the columns; NaN where under two rows are shared."""
    if gaps == "listwise":
        values = values[~np.isnan(values).any(axis=1)]
    known = ~np.isnan(values)
    count = known.sum(axis=0)
    means = np.where(known, values, 0.0).sum(axis=0) / np.maximum(count, 1)
    centred = np.where(known, values - means, 0.0)
    mask = known.astype(float)
    n = mask.T @ mask
    sums = centred.T @ mask
    with np.errstate(invalid="ignore", divide="ignore"):
        products = centred.T @ centred - sums * sums.T / n
        result: FloatArray = np.where(n > 1, products / (n - 1), np.nan)
    return result


@dataclass(frozen=True)
class Components:
    """Principal components, the largest first; k columns, c components."""

    eigenvalues: FloatArray
    explained: FloatArray
    """Share of the variance, by component."""
    directions: FloatArray
    """k × c unit vectors; the entry of largest size of each is positive."""
    loadings: FloatArray
    """k × c directions times the root of the eigenvalue: with scaling, correlations with them."""
    kaiser: int
    """Components with an eigenvalue above one (Kaiser's rule; meant for scaled columns)."""
    rows: int
    """Rows without a gap, which are the ones used."""


def principal_components(values: FloatArray, *, scale: bool = True) -> Components:
    """Return the principal components of the columns of *values* (units × k), rows with gaps out.

    With *scale* of the correlations, otherwise of the covariances. Raises MethodError with fewer
    than three full rows or, scaled, a constant column.
    """
    full = values[~np.isnan(values).any(axis=1)]
    if len(full) < 3:
        raise MethodError(
            f"principal components need three rows without a gap, there are {len(full)}; "
            "impute first or drop the emptiest columns"
        )
    matrix = covariances(full)
    if scale:
        spread = np.sqrt(np.diag(matrix))
        if np.any(spread <= 1e-12 * np.abs(full).max(initial=0.0)):
            flat = np.nonzero(spread <= 1e-12 * np.abs(full).max(initial=0.0))[0].tolist()
            raise MethodError(f"columns {flat} are constant; leave them out or do not scale")
        matrix = matrix / np.outer(spread, spread)
    eigenvalues, vectors = np.linalg.eigh(matrix)
    eigenvalues, vectors = np.maximum(eigenvalues[::-1], 0.0), vectors[:, ::-1]
    largest = vectors[np.abs(vectors).argmax(axis=0), np.arange(vectors.shape[1])]
    vectors = vectors * np.where(largest < 0, -1.0, 1.0)
    return Components(
        eigenvalues,
        eigenvalues / eigenvalues.sum(),
        vectors,
        vectors * np.sqrt(eigenvalues),
        int((eigenvalues > 1 + 1e-12).sum()),
        len(full),
    )


def _pair(first: FloatArray, second: FloatArray, kind: Kind) -> tuple[float, float]:
    n = len(first)
    if n < 3 or np.ptp(first) == 0 or np.ptp(second) == 0:
        return float("nan"), float("nan")
    if kind == "kendall":
        # Here, since it takes a third of a second to import and few answers need it.
        from scipy import stats

        result = stats.kendalltau(first, second)
        return float(result.statistic), float(result.pvalue)
    if kind == "spearman":
        first, second = _mid_ranks(first), _mid_ranks(second)
    x, y = first - first.mean(), second - second.mean()
    return float(np.clip(x @ y / np.sqrt((x @ x) * (y @ y)), -1, 1)), float("nan")


def _mid_ranks(values: FloatArray) -> FloatArray:
    """Return ranks from 1, ties sharing their mean (several times faster than scipy's)."""
    ordered = np.sort(values)
    below = np.searchsorted(ordered, values, side="left")
    ranks: FloatArray = (below + np.searchsorted(ordered, values, side="right") + 1) / 2
    return ranks


def _student(r: FloatArray, n: NDArray[np.int64]) -> FloatArray:
    """Return the two-sided p-values of coefficients from n pairs, on n - 2 degrees of freedom."""
    from scipy import stats

    with np.errstate(invalid="ignore", divide="ignore"):
        size = np.abs(r) * np.sqrt(np.maximum(n - 2, 0) / (1 - r**2))
    p: FloatArray = np.where(np.isnan(r), np.nan, 2 * stats.t.sf(size, np.maximum(n - 2, 1)))
    return p


def _ancestors(parents: dict[tuple[int, str], set[str]], level: int, code: str, upper: int) -> set[str]:
    found = {code}
    for step in range(level, upper):
        found = {p for c in found for p in parents.get((step, c), set())}
    return found
