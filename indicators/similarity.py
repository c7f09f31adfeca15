"""Areas of a like structure: who is strong and weak in the same things, whatever the level."""

import numpy as np
import pandas as pd

COMMON = 2 / 3
"""Share of the dimensions that two areas must both have."""


def most_similar(profiles: pd.DataFrame, area: str, n: int) -> list[str]:
    """Return the *n* areas whose profile is most like that of *area*, the most similar first.

    profiles: areas × dimensions, scores, NaN missing. Each area's mean over its known dimensions is taken off, so that
    only the shape counts; the distance is the root of the mean squared difference over the dimensions that both
    have, two thirds of all at least. Empty when *area* has no profile.
    """
    if area not in profiles.index:
        return []
    shape = profiles.sub(profiles.mean(axis=1), axis=0)
    own = shape.loc[area]
    gap = (shape - own) ** 2
    enough = gap.notna().sum(axis=1) >= COMMON * profiles.shape[1]
    distance = np.sqrt(gap.mean(axis=1))[enough].drop(area, errors="ignore")
    return [str(a) for a in distance.sort_values(kind="stable").index[:n]]
