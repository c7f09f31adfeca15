"""The weak points of the index: each figure of the audit held against its rule."""

from collections.abc import Iterator

import pandas as pd

from scidip.figures.rows import each_row
from scidip.findings.audit.income import Income
from scidip.indicators.audit.computed import EVERY, Computed
from scidip.indicators.audit.rules import WeakPoint, found
from scidip.indicators.vocabulary import DEFAULT_INDEX


def weak_points(ranked: int, factors: pd.DataFrame, computed: Computed, income: Income) -> tuple[WeakPoint, ...]:
    """Return the weak points by rule, those that concern the whole index first."""
    measured = [WeakPoint("follows_income", DEFAULT_INDEX, income.square, {"n": income.areas})]
    measured += _whole(computed)
    measured += _factors(ranked, factors)
    measured += _parts(ranked, computed)
    return found(measured)


def _whole(computed: Computed) -> Iterator[WeakPoint]:
    for row in each_row(computed.neighbours):
        yield WeakPoint(
            "near_neighbour", row.indicator, row.correlation, {"n": int(row.areas), "edition": int(row.edition)}
        )
    for row in each_row(computed.alternatives):
        if row.method != EVERY:
            yield WeakPoint("other_method", row.method, row.within)


def _factors(ranked: int, factors: pd.DataFrame) -> Iterator[WeakPoint]:
    """Yield what is measured of the index and each factor: who is ranked in it, the years of its figures, zeros."""
    for row in each_row(factors):
        n = int(row.ranked)
        if row.node != DEFAULT_INDEX:
            yield WeakPoint("few_ranked", row.node, n / ranked, {"n": n, "of": ranked})
        yield WeakPoint("old_figures", row.node, float(row.older), {"n": int(row.figures)})
        if row.indicators:
            share = {"n": int(row.proxies), "of": int(row.indicators)}
            yield WeakPoint("proxies", row.node, row.proxies / row.indicators, share)
        if n:
            yield WeakPoint("scored_zero", row.node, row.scored_zero / n, {"n": int(row.scored_zero), "of": n})


def _parts(ranked: int, computed: Computed) -> Iterator[WeakPoint]:
    """Yield what is measured of each dimension and indicator."""
    for row in each_row(computed.removal):
        yield WeakPoint("moves_ranks", row.indicator, row.outside / ranked, {"n": int(row.outside), "of": ranked})
    for row in each_row(computed.alpha):
        yield WeakPoint("low_alpha", row.node, float(row.alpha), {"n": int(row.parts)})
    for row in each_row(computed.fit):
        yield WeakPoint("against_dimension", row.indicator, float(row.r), {"node": row.node})
    for row in each_row(computed.balance):
        for rule in ("too_strong", "too_weak"):
            yield WeakPoint(
                rule, row.indicator, float(row.ratio), {"intended": row.intended, "effective": row.effective}
            )
