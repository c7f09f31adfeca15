"""What moved a score: how many points each dimension brought, in two years."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.catalogue import Coverage, Framework, IndicatorSpec, Methodology
from indicators.scoring import aggregate

ALL_KNOWN = Coverage(dimension=0.0, factor=0.0, indicators=0.0)
"""Whatever is known counts: both years already hold the same figures."""


def contributions(framework: Framework, scores: Mapping[str, float]) -> dict[str, float]:
    """Return the points of the index that each scored dimension brings; they add up to the index.

    scores: by node, NaN or absent when not scored. Of arithmetic means with weights shared among what is
    scored, as in the default methodology. Empty when a factor has no score.
    """
    factors = framework.level("factor")
    whole = sum(f.weight for f in factors)
    found: dict[str, float] = {}
    for factor in factors:
        if not np.isfinite(scores.get(factor.code, np.nan)):
            return {}
        known = [
            d for d in framework.children(factor.code) if np.isfinite(scores.get(d.code, np.nan))
        ]
        total = sum(d.weight for d in known)
        found |= {d.code: factor.weight / whole * d.weight / total * scores[d.code] for d in known}
    return found


def drivers(
    framework: Framework, before: Mapping[str, float], after: Mapping[str, float]
) -> pd.DataFrame:
    """Return what moved the index: node, before, after, change (points of the index), known (in both years).

    The changes add up to the change of the index. A dimension scored in one year only is `known` False: its
    change is one of coverage, not of the country. Largest change first; empty when the index is not scored twice.
    """
    then, now = contributions(framework, before), contributions(framework, after)
    if not then or not now:
        return pd.DataFrame(columns=["node", "before", "after", "change", "known"])
    nodes = [n.code for n in framework.level("dimension") if n.code in then or n.code in now]
    frame = pd.DataFrame(
        {
            "node": nodes,
            "before": [before.get(n, np.nan) for n in nodes],
            "after": [after.get(n, np.nan) for n in nodes],
            "change": [now.get(n, 0.0) - then.get(n, 0.0) for n in nodes],
            "known": [n in then and n in now for n in nodes],
        }
    )
    order = frame["change"].abs().sort_values(ascending=False, kind="stable").index
    return frame.loc[order].reset_index(drop=True)


def like_for_like(
    cells: pd.DataFrame,
    specs: Mapping[str, IndicatorSpec],
    framework: Framework,
    methodology: Methodology,
    years: tuple[int, int],
) -> pd.DataFrame:
    """Return the scores of two years from the same figures: node, ref_area, score_before, score.

    cells: indicator, ref_area, time_period, normalised (0-100, more is better). For each area only
    indicators with a figure in both years count, in dimensions that are scored in both, so a difference
    is the area's and not one of what is known about it. NaN where a node has no such figure.
    """
    tables = [
        cells[cells["time_period"] == y].pivot_table(
            index="ref_area", columns="indicator", values="normalised"
        )
        for y in years
    ]
    areas = tables[0].index.intersection(tables[1].index)
    codes = tuple(dict.fromkeys(framework.leaves))
    values = np.stack([t.reindex(index=areas, columns=codes).to_numpy(float) for t in tables], 1)
    scored = aggregate(values, codes, specs, framework, methodology)
    alike: NDArray[np.bool_] = np.asarray(np.isfinite(values).all(axis=1))
    for dimension in framework.level("dimension"):
        if dimension.indicators:
            columns = [codes.index(i) for i in dimension.indicators]
            known = np.asarray(np.isfinite(scored[dimension.code]).all(axis=1))
            alike[:, columns] &= known[:, None]
    layers = np.where(alike[:, None, :], values, np.nan)
    method = methodology.model_copy(update={"coverage": ALL_KNOWN})
    nodes = aggregate(layers, codes, specs, framework, method)
    return pd.concat(
        [
            pd.DataFrame(
                {"node": code, "ref_area": areas, "score_before": s[:, 0], "score": s[:, 1]}
            )
            for code, s in nodes.items()
        ],
        ignore_index=True,
    )


def with_like_for_like(movers: pd.DataFrame, like: pd.DataFrame) -> pd.DataFrame:
    """Return *movers* (of `queries.movers`) with the change of rank from the figures known in both years.

    like: scores of one node, of `like_for_like`. Adds `change_alike` (places, up is positive, among the
    areas of *movers*; NaN where none is left), `is_of_coverage`: the ranges do not overlap, and yet less
    than half of the change remains on the same figures. Such a change is not clear.
    """
    scores = movers[["ref_area"]].merge(like, on="ref_area", how="left")
    ranks = scores[["score_before", "score"]].rank(ascending=False, method="min")
    alike = (ranks["score_before"] - ranks["score"]).to_numpy(float)
    change = (movers["rank_before"] - movers["rank"]).to_numpy(float)
    apart = movers["change_is_clear"].to_numpy(bool)
    real = apart & (alike * np.sign(change) >= np.abs(change) / 2)
    return movers.assign(change_alike=alike, change_is_clear=real, is_of_coverage=apart & ~real)
