"""What moved a score: how many points each dimension brought, in two years."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from indicators.catalogue import Framework


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
