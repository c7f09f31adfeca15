"""An index of one's own as tables for readers: results, and what the Handbook asks of an index beside its scores.

Statistics of the indicators, availability, correlations, Cronbach's alpha, principal components, effective weights,
what leaving each element out does, strengths and weaknesses, and the index beside another. OECD & JRC (2008), Handbook
on Constructing Composite Indicators, steps 4, 7 and 9. Each is of the ranked rows of one time, and a table has a column
Time where there is one. What cannot be computed is left out, with a note that says why.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from scidip.indicators.engine.ranks import ranks_of
from scidip.indicators.errors import MethodError
from scidip.indicators.formulas.nodes import can_be_left_out
from scidip.indicators.own_index.score import OwnIndex
from scidip.indicators.robustness.coherence import effective_weights, removal
from scidip.indicators.robustness.correlation import (
    Kind,
    correlations,
    cronbach_alpha,
    level_codes,
    parents_of,
    principal_components,
)
from scidip.indicators.robustness.uncertain_inputs import rules_of
from scidip.indicators.robustness.uncertainty import built_tree
from scidip.indicators.tree import Tree

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
KINDS: tuple[Kind, ...] = ("pearson", "spearman", "kendall")
MOST = 5
"""Strengths and weaknesses of a unit that are listed."""


@dataclass(frozen=True)
class Part:
    """The ranked rows of one time: places among the kept rows, and the scores of every level, the indicators first."""

    index: OwnIndex
    rows: IntArray
    levels: list[FloatArray]

    @property
    def tree(self) -> Tree:
        """The tree with the weights that the index was built with. Raises MethodError where units have their own."""
        return built_tree(self.index.composite)


def parts_of(index: OwnIndex) -> Iterator[tuple[float, Part]]:
    """Yield each time and its ranked rows."""
    nodes, tree = index.composite.nodes, index.input.tree
    ends = np.cumsum([len(level) for level in tree.levels])[:-1]
    for time in np.unique(nodes.times):
        here = nodes.times == time
        rows = np.nonzero(here if nodes.ranked is None else here & nodes.ranked)[0]
        if len(rows):
            levels = np.split(nodes.scores[rows], ends, axis=1)
            yield float(time), Part(index, rows, [index.composite.normalised[rows], *levels])


def keys_of(index: OwnIndex) -> pd.DataFrame:
    """Return uCode, uName and, where there is one, Time of the kept rows."""
    given, kept = index.input, index.composite.kept
    units = given.figures.units[kept]
    frame = pd.DataFrame({"uCode": units, "uName": [given.unit_names.get(u, u) for u in units.tolist()]})
    return frame.assign(Time=given.figures.times[kept]) if given.has_time else frame


def results(index: OwnIndex) -> pd.DataFrame:
    """Return names, scores and ranks of every node, the index first, sorted by time and rank; unranked rows last."""
    nodes, tree = index.composite.nodes, index.input.tree
    frame = keys_of(index)
    top_down = [n.code for level in reversed(tree.levels) for n in level]
    for code in top_down:
        place = nodes.codes.index(code)
        frame[code] = nodes.scores[:, place]
        frame[f"{code}_rank"] = nodes.ranks[:, place]
    by = [*(["Time"] if index.input.has_time else []), f"{top_down[0]}_rank", top_down[0], "uCode"]
    ascending = [b != top_down[0] for b in by]
    return frame.sort_values(by, ascending=ascending, na_position="last", kind="stable", ignore_index=True)


def statistics(part: Part) -> pd.DataFrame:
    """Return what the figures of each indicator are like, before treatment (COINr: get_stats)."""
    composite = part.index.composite
    values = composite.denominated[composite.kept][part.rows]
    rows = []
    for code, column in zip(part.index.input.tree.leaves, values.T, strict=True):
        known = column[~np.isnan(column)]
        spread = len(known) > 3 and np.ptp(known) > 0
        rows.append(
            {
                "iCode": code,
                "available": len(known),
                "availability": len(known) / len(column),
                "unique": len(np.unique(known)),
                "zeros": int((known == 0).sum()),
                "min": known.min() if len(known) else np.nan,
                "median": np.median(known) if len(known) else np.nan,
                "mean": known.mean() if len(known) else np.nan,
                "max": known.max() if len(known) else np.nan,
                "sd": known.std(ddof=1) if len(known) > 1 else np.nan,
                "skewness": stats.skew(known, bias=False) if spread else np.nan,
                "kurtosis": stats.kurtosis(known, bias=False) if spread else np.nan,
            }
        )
    return pd.DataFrame(rows)


def availability(part: Part) -> pd.DataFrame:
    """Return the share of the indicators below each node that each unit has, before imputation (get_data_avail)."""
    composite, tree = part.index.composite, part.index.input.tree
    known = ~np.isnan(composite.denominated[composite.kept][part.rows])
    frame = keys_of(part.index).loc[part.rows, ["uCode", "uName"]].reset_index(drop=True)
    for node in reversed(tree.nodes):
        frame[node.code] = known[:, list(tree.below(node))].mean(axis=1)
    return frame


def correlation(part: Part) -> pd.DataFrame:
    """Return Pearson's r of every two elements of a level, and of each with those above; node: what both go into."""
    names, parents = level_codes(part.index.input.tree), parents_of(part.index.input.tree)
    rows = []
    for low in range(len(names)):
        for high in range(low, len(names)):
            found = correlations(part.levels[low], None if low == high else part.levels[high])
            for j, first in enumerate(names[low]):
                for k, second in enumerate(names[high]):
                    if low == high and k <= j:
                        continue
                    shared = parents.get((low + 1, first), set()) & parents.get((low + 1, second), set())
                    node = ", ".join(sorted(shared)) if low == high else ""
                    rows.append((low + 1, high + 1, first, second, node, found.r[j, k], found.p[j, k], found.n[j, k]))
    return pd.DataFrame(rows, columns=["level_first", "level_second", "first", "second", "node", "r", "p", "n"])


def alpha(part: Part) -> pd.DataFrame:
    """Return Cronbach's alpha of the children of each node, covariances over the rows that a pair shares."""
    rows = [
        (n.code, n.level, len(n.children), cronbach_alpha(part.levels[n.level - 2][:, list(n.children)]))
        for n in part.index.input.tree.nodes
    ]
    return pd.DataFrame(rows, columns=["node", "level", "children", "alpha"])


def components(part: Part) -> pd.DataFrame:
    """Return the principal components of the children of each node: eigenvalues, shares and loadings, a row a loading.

    Of the correlations, over the rows without a gap; nodes with fewer than three such rows or a constant child are left
    out.
    """
    tree, rows = part.index.input.tree, []
    for node in tree.nodes:
        children = part.levels[node.level - 2][:, list(node.children)]
        try:
            found = principal_components(children)
        except MethodError:
            continue
        cumulative = np.cumsum(found.explained)
        for c, value in enumerate(found.eigenvalues):
            for k, child in enumerate(tree.children(node)):
                own = (found.explained[c], cumulative[c], child, found.loadings[k, c], found.rows)
                rows.append((node.code, c + 1, value, *own))
    columns = ["node", "component", "eigenvalue", "explained", "cumulative", "child", "loading", "rows"]
    return pd.DataFrame(rows, columns=columns)


def weights(part: Part) -> pd.DataFrame:
    """Return the effective weight of every element: its share of the index where nothing is missing.

    MethodError where a node is put together by a formula, which knows no weights.
    """
    if held := tuple(part.index.input.method.nodes):
        raise MethodError(
            f"[nodes] {', '.join(held)}: a formula knows no weights, so that elements have no share of the index"
        )
    return effective_weights(part.tree)


def removals(part: Part) -> pd.DataFrame:
    """Return by how many places the ranks of the index move when each element is left out (remove_elements).

    What a formula needs cannot be left out, and has no row.
    """
    tree, method = part.tree, part.index.input.method
    tables = []
    for level in range(1, len(tree.levels) + 1):
        table = removal(part.levels[0], tree, level, rules_of(tree, method)).table()
        left = [can_be_left_out(tree, method.nodes, code) for code in table["element"]] if method.nodes else True
        table = table[np.broadcast_to(left, len(table))]
        table.insert(0, "level", level)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def strengths(part: Part) -> pd.DataFrame:
    """Return the indicators on which each unit ranks best and worst, up to five of each (get_str_weak).

    Ranks are among the units that have the indicator, normalised, more is better; `value` is before treatment.
    """
    composite, tree = part.index.composite, part.index.input.tree
    raw, ranks = composite.denominated[composite.kept][part.rows], ranks_of(part.levels[0].T).T
    among = (~np.isnan(part.levels[0])).sum(axis=0)
    parents = parents_of(tree)
    keys = keys_of(part.index).loc[part.rows, ["uCode", "uName"]].to_numpy().tolist()
    rows = []
    for unit, (code, name) in enumerate(keys):
        known = [k for k in range(len(tree.leaves)) if not np.isnan(ranks[unit, k])]
        # A rank among few says less: places are compared as shares of those that have the indicator.
        known.sort(key=lambda k: (ranks[unit, k] / among[k], tree.leaves[k]))
        half = min(MOST, len(known) // 2)
        for kind, chosen in (("strength", known[:half]), ("weakness", known[::-1][:half])):
            for place, k in enumerate(chosen, 1):
                node = ", ".join(sorted(parents.get((1, tree.leaves[k]), set())))
                rows.append((code, name, kind, place, tree.leaves[k], node, raw[unit, k], ranks[unit, k], among[k]))
    columns = ["uCode", "uName", "kind", "place", "iCode", "node", "value", "rank", "of"]
    return pd.DataFrame(rows, columns=columns)


ANALYSES: dict[str, Callable[[Part], pd.DataFrame]] = {
    "statistics": statistics,
    "availability": availability,
    "correlations": correlation,
    "cronbach_alpha": alpha,
    "principal_components": components,
    "effective_weights": weights,
    "removal": removals,
    "strengths_weaknesses": strengths,
}
"""Every analysis by the name of its file."""


def analyses(index: OwnIndex) -> tuple[dict[str, pd.DataFrame], dict[str, str]]:
    """Return every analysis as a table, and by name why one could not be made."""
    found: dict[str, pd.DataFrame] = {}
    missing: dict[str, str] = {}
    for name, make in ANALYSES.items():
        try:
            found[name] = _over_times(index, make)
        except MethodError as error:
            missing[name] = str(error)
    return found, missing


def _over_times(index: OwnIndex, make: Callable[[Part], pd.DataFrame]) -> pd.DataFrame:
    tables = []
    for time, part in parts_of(index):
        table = make(part)
        if index.input.has_time:
            table.insert(0, "Time", time)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def comparison(index: OwnIndex, other: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the index beside others, and how they go together.

    other: uCode (and Time) and a column of scores for each other index, more being better. First table: a row per
    unit, with score and rank here and there, both ranks among those that both rank, and places gained there.
    Second: by other index n, Pearson's r, Spearman's rho and Kendall's tau-b.
    """
    top = index.input.tree.index.code
    keys = ["uCode", "Time"] if "Time" in other and index.input.has_time else ["uCode"]
    own = results(index).dropna(subset=[f"{top}_rank"])
    rows, together = [], []
    names = [str(c) for c in other.columns if c not in ("uCode", "uName", "Time")]
    for name in names:
        both = own[[*dict.fromkeys([*keys, "uCode", "uName"]), top]].merge(other[[*keys, name]], on=keys)
        both = both.dropna(subset=[top, name]).reset_index(drop=True)
        for moment, part in both.groupby("Time") if "Time" in keys else [(None, both)]:
            here, there = (ranks_of(part[c].to_numpy(float)[None])[0] for c in (top, name))
            frame = pd.DataFrame({"index": name, **{k: part[k] for k in dict.fromkeys([*keys, "uName"])}})
            rows.append(
                frame.assign(score=part[top], rank=here, other=part[name], other_rank=there, gained=here - there)
            )
            told = [correlations(part[[top]].to_numpy(float), part[[name]].to_numpy(float), k).r[0, 0] for k in KINDS]
            when = {} if moment is None else {"Time": moment}
            together.append({"index": name, **when, "n": len(part), **dict(zip(KINDS, told, strict=True))})
    table = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=["index", *keys])
    return table, pd.DataFrame(together)
