"""The audit of the index in a year: what was kept with the scores, or is computed now, and what is asked beside it."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from scidip.findings.audit import weak_points
from scidip.findings.audit.income import Income, income_of
from scidip.findings.audit.validity import published_figures
from scidip.findings.laboratory import ranked_of
from scidip.findings.session import Desk
from scidip.indicators.audit.computed import Computed, computed, of_rows
from scidip.indicators.audit.rules import WeakPoint
from scidip.indicators.vocabulary import DEFAULT_FRAMEWORK
from scidip.store.queries import audit_queries, edition_queries, served


@dataclass(frozen=True)
class IndexAudit:
    """What is measured of the index of the default framework in a year."""

    year: int
    ranked: int
    """Areas that are ranked."""
    own: edition_queries.OwnYears
    factors: pd.DataFrame
    """The index and its factors: node, ranked, scored_zero, coverage and carried_share (medians of the ranked),
    figures, median_period, older (share of the figures that count as carried), indicators, proxies."""
    computed: Computed
    income: Income
    is_kept: bool
    """Whether what takes long was kept with the scores."""

    @property
    def weak(self) -> tuple[WeakPoint, ...]:
        """The weak points by rule."""
        return weak_points.weak_points(self.ranked, self.factors, self.computed, self.income)


def audit_of(desk: Desk, year: int) -> IndexAudit | None:
    """Return the audit of *year*, remembered until the figures change; None when nobody is ranked."""
    key = ("index audit", year, desk.data_version)
    found: IndexAudit | None = desk.cache.get(key, lambda: _audit(desk, year))
    return found


def _audit(desk: Desk, year: int) -> IndexAudit | None:
    published = desk.query(served.ranking, node=desk.index_code, year=year)
    published = published[published["is_ranked"].astype(bool)].set_index("ref_area")
    if published.empty:
        return None
    rows = desk.query(audit_queries.index_audit_rows, year=year)
    kept = of_rows(rows) if len(rows) else _computed(desk, year, published)
    periods = desk.query(edition_queries.own_periods, year=year, codes=desk.catalogue.framework.leaves)
    own = edition_queries.described(periods, year)
    return IndexAudit(
        year, len(published), own, _factors(desk, year, periods), kept, income_of(desk, year), bool(len(rows))
    )


def _computed(desk: Desk, year: int, published: pd.DataFrame) -> Computed:
    key = ("published_indices", desk.data_version)
    indices = desk.cache.get(key, lambda: published_figures(desk.engine, desk.catalogue))
    return computed(ranked_of(desk, DEFAULT_FRAMEWORK, year), published, indices)


def _factors(desk: Desk, year: int, periods: pd.DataFrame) -> pd.DataFrame:
    framework = desk.catalogue.framework
    rows = []
    for node in (desk.index_code, *(f.code for f in framework.level("factor"))):
        below = framework.level("dimension") if node == desk.index_code else framework.children(node)
        rows.append(_factor(desk, year, node, [i for d in below for i in d.indicators], periods))
    return pd.DataFrame(rows)


def _factor(desk: Desk, year: int, node: str, indicators: list[str], periods: pd.DataFrame) -> dict[str, Any]:
    frame = desk.query(served.ranking, node=node, year=year)
    inside = frame[frame["is_ranked"].astype(bool)]
    part = periods[periods["indicator"].isin(indicators)]
    own = edition_queries.described(part, year) if len(part) else None
    return {
        "node": node,
        "ranked": len(inside),
        "scored_zero": int((inside["score"] == 0).sum()),
        "coverage": float(inside["coverage"].median()),
        "carried_share": float(inside["carried_share"].median()),
        "figures": own.figures if own else 0,
        "median_period": own.median if own else None,
        "older": own.older if own else float("nan"),
        "indicators": len(indicators),
        "proxies": sum(desk.catalogue.indicators[i].proxy for i in indicators),
    }
