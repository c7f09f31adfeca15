"""Published indices that the score is compared with and not made to equal."""

from typing import Final

import pandas as pd

from scidip.indicators.robustness.coherence import pearson

PUBLISHED_INDICES: Final = ("hdi", "gii_score")
"""Indicators that hold published indices."""


def neighbours(scores: pd.Series, figures: pd.DataFrame, until: int | None = None) -> pd.DataFrame:
    """Return indicator, edition, correlation and areas: how scores go with the newest edition of each published index.

    scores: by ref_area, of the ranked. figures: indicator, ref_area, time_period, obs_value. *until* is the last
    edition that may be taken; None: any. An index without figures has no row; fewer than three common areas give NaN.
    """
    rows: list[tuple[str, int, float, int]] = []
    for code in PUBLISHED_INDICES:
        own = figures[figures["indicator"] == code]
        if until is not None:
            own = own[own["time_period"] <= until]
        if own.empty:
            continue
        newest = int(own["time_period"].max())
        values = own[own["time_period"] == newest].set_index("ref_area")["obs_value"]
        r, n = pearson(*pd.concat([scores, values], axis=1, join="inner").to_numpy(float).T)
        rows.append((code, newest, r, n))
    return pd.DataFrame(rows, columns=["indicator", "edition", "correlation", "areas"])
