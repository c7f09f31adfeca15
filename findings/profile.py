"""The profile of a country against its peers, and the figures in which it is highest and lowest."""

import pandas as pd

from scidip.figures.text import sentences
from scidip.findings.session import Desk
from scidip.indicators.language.current import _
from scidip.store.queries import area_queries, served

LISTED = 4
"""Strengths and weaknesses named."""
HALF = 50.0
"""Per cent of the ranked countries that a strength is ahead of, and a weakness is not."""


def profile(desk: Desk, own: pd.Series, peers: frozenset[str], year: int) -> pd.DataFrame:
    """Return a row for each measured dimension: node, name, factor, factor_name, score, peer_score.

    `peer_score` is the median of *peers*; peers without a score are left out.
    """
    framework = desk.catalogue.framework
    theirs = desk.query(served.year_scores, year=year)
    medians = theirs.loc[theirs.index.isin(peers)].median().to_dict()
    none = float("nan")
    rows = []
    for node in framework.level("dimension"):
        if node.not_measured:
            continue
        factor = framework.node(node.parent)
        both = (own.get(node.code, none), medians.get(node.code, none))
        rows.append((node.code, node.name, factor.code, factor.name, *both))
    return pd.DataFrame(rows, columns=["node", "name", "factor", "factor_name", "score", "peer_score"])


def finding(desk: Desk, frame: pd.DataFrame) -> str:
    """Return what the profile shows: the dimensions furthest above and furthest below the peers."""
    gap = (frame["score"] - frame["peer_score"]).dropna()
    if gap.empty:
        return _("Profile")
    best, worst = (
        sentences.dimension_named(desk.catalogue, str(frame.at[i, "node"])) for i in (gap.idxmax(), gap.idxmin())
    )
    if gap.max() > 0 > gap.min():
        words = _("Furthest above its peers in {best}, furthest below in {worst}")
    elif gap.max() > 0:
        words = _("Furthest above its peers in {best}")
    else:
        words = _("Furthest below its peers in {worst}")
    return words.format(best=best, worst=worst)


def extremes(desk: Desk, area: str, year: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the figures of the default framework with the highest and the lowest percentile among ranked countries.

    Columns of `area_queries.area_indicators`; up to four each. A strength is ahead of half of the ranked countries
    at least: where most have nothing, having nothing is a high percentile and no strength. A weakness is not ahead
    of half of them.
    """
    frame = desk.query(area_queries.area_indicators, ref_area=area, year=year).dropna(
        subset=["percentile", "obs_value"]
    )
    frame = frame[frame["indicator"].isin(desk.catalogue.framework.leaves)]
    strong = frame[frame["below"] >= HALF].sort_values(["below", "percentile"], ascending=False, kind="stable")
    weak = frame[frame["percentile"] <= HALF].sort_values("percentile", kind="stable")
    return strong.head(LISTED), weak.head(LISTED)
