"""What the audit of the index prints: every finding with its figure, weak points by rule."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scidip.figures.rows import each_row
from scidip.findings.laboratory import ranked_of
from scidip.findings.session import Desk
from scidip.indicators.engine.batch_scoring import Rules
from scidip.indicators.robustness import coherence
from scidip.indicators.robustness.alternative_methodologies import INTERVAL_SCALES
from scidip.indicators.robustness.correlation import alpha_table, level_values
from scidip.indicators.vocabulary import DEFAULT_FRAMEWORK, oldest_current
from scidip.publish.reports.lines import validity_table
from scidip.store.queries import edition_queries, indicator_queries, served

FloatArray = NDArray[np.float64]
LOW_ALPHA = 0.3
ENOUGH_WITHIN = 0.9
NAMED = 15


def told(desk: Desk, year: int) -> Iterator[str]:
    """Yield the lines of the audit of the default framework in *year*; nothing is printed that is not computed here."""
    ranked = ranked_of(desk, DEFAULT_FRAMEWORK, year)
    scores = desk.query(served.ranking, node=desk.index_code, year=year).set_index("ref_area")
    own = scores.reindex(ranked.areas)
    ranges = own[["rank_p05", "rank_p95"]].to_numpy(float)
    values, tree = ranked.values(), ranked.tree
    yield f"Audit of the index, {year}: {len(ranked.areas)} ranked"
    yield from _figures(desk, year)
    yield from _factors(desk, year)
    yield from _coherence(values, tree)
    yield from _balance(values, tree)
    rules = Rules(floor=desk.catalogue.methodology.uncertain.floor)
    yield from _stability(ranked.areas, values, tree, rules, ranges)
    yield from _alternatives(ranked, ranges, desk.catalogue.methodology.uncertain.floor)
    yield from _income(desk, year, own["score"])
    yield from _neighbours(desk)


def _figures(desk: Desk, year: int) -> Iterator[str]:
    own = desk.query(edition_queries.own_years, year=year, codes=desk.catalogue.framework.leaves)
    yield f"\nFigures: {own.figures:,}, of {own.first}–{own.last}, median {own.median}"
    yield f"  older than {oldest_current(year)}: {own.older:.1%}"


def _factors(desk: Desk, year: int) -> Iterator[str]:
    yield "\nFactors: ranked, scored zero among the ranked, coverage and carried share (medians)"
    income = desk.areas.table.set_index("ref_area")["income_group"]
    for node in (desk.index_code, *(f.code for f in desk.catalogue.framework.level("factor"))):
        frame = desk.query(served.ranking, node=node, year=year)
        inside = frame[frame["is_ranked"].astype(bool)]
        zero = inside[inside["score"] == 0]["ref_area"]
        groups = income.reindex(zero).value_counts().to_dict()
        yield (
            f"  {node:<16}{len(inside):>5}{len(zero):>5}   {inside['coverage'].median():.2f}  "
            f"{inside['carried_share'].median():.2f}" + (f"   zeros: {groups}" if groups else "")
        )


def _coherence(values: FloatArray, tree: Any) -> Iterator[str]:
    yield f"\nCoherence: Cronbach's alpha (under {LOW_ALPHA} is named)"
    for row in each_row(alpha_table(values, tree)):
        mark = "  low" if row.children > 1 and row.alpha < LOW_ALPHA else ""
        if row.children > 1:
            yield f"  {row.node:<32}{row.children:>3} parts   {row.alpha:6.2f}{mark}"
    against = coherence.against(values, tree)
    yield f"  Indicators that run against their dimension: {len(against)}"
    for row in each_row(against):
        yield f"    {row.first} in {row.second}: {row.r:.2f} over {row.n:.0f}"


def _balance(values: FloatArray, tree: Any) -> Iterator[str]:
    table = coherence.balance(values, tree)
    strong = table[table["ratio"] > coherence.TOO_STRONG]
    weak = table[table["ratio"] < coherence.TOO_WEAK]
    yield f"\nBalance: effective over intended weight; {len(strong)} of {len(table)} over 2, {len(weak)} under 1/3"
    for row in each_row(pd.concat([strong, weak]).sort_values("ratio")):
        yield f"  {row.code:<36} meant {row.intended:.3f}, has {row.effective:.3f} ({row.ratio:.2f})"


def _stability(areas: list[str], values: FloatArray, tree: Any, rules: Rules, ranges: FloatArray) -> Iterator[str]:
    table = coherence.stability(values, tree, rules, ranges)
    beyond = table[table["outside"] > 0].sort_values("outside", ascending=False)
    yield f"\nStability: {len(beyond)} of {len(table)} indicators, left out, move somebody out of the range"
    for row in each_row(beyond.head(NAMED)):
        yield (
            f"  {row.code:<36} {row.outside:>3} of {len(areas)} outside, shift {row.mean_shift:.1f} on average, "
            f"{row.max_shift:.0f} at most"
        )


def _alternatives(ranked: Any, ranges: FloatArray, floor: float) -> Iterator[str]:
    scales = {name: ranked.values(name) for name in INTERVAL_SCALES}
    trees = ranked.tree
    found = coherence.alternatives(scales, trees, floor)
    yield "\nAlternatives: share of countries whose rank there lies in their published range"
    published = level_values(next(iter(scales.values())), trees)[-1][:, 0]
    for name, ranks in found.items():
        share = coherence.within(ranks, ranges)
        same = np.corrcoef(ranks, pd.Series(-published).rank())[0, 1]
        mark = "" if share >= ENOUGH_WITHIN else f"  under {ENOUGH_WITHIN:.0%}"
        yield f"  {name:<24}{share:>7.1%}   rank correlation {same:.3f}{mark}"
    inside = np.all([(r >= ranges[:, 0]) & (r <= ranges[:, 1]) for r in found.values()], axis=0)
    yield f"  under every one of them {inside.mean():>7.1%}"


def _income(desk: Desk, year: int, scores: pd.Series) -> Iterator[str]:
    frames = {
        c: desk.query(indicator_queries.indicator_values, code=c, year=year, max_age=8) for c in ("gdp", "population")
    }
    held = {c: f.set_index("ref_area")["obs_value"].reindex(scores.index).astype(float) for c, f in frames.items()}
    income = np.log((held["gdp"] / held["population"]).to_numpy())
    square, n = coherence.follows(scores.to_numpy(float), income)
    yield f"\nSeparation from income: R² with the logarithm of GDP per head {square:.2f} over {n}"
    rest = pd.Series(coherence.beyond_income(scores.to_numpy(float), income), index=scores.index).dropna().sort_values()
    best = ", ".join(f"{a} {v:+.0f}" for a, v in rest[::-1].head(NAMED).items())
    yield f"  More than income predicts (points): {best}"


def _neighbours(desk: Desk) -> Iterator[str]:
    yield "\nPublished neighbours"
    for row in each_row(validity_table(desk.engine, desk.catalogue)):
        yield f"  {row.name} ({row.newest}): correlation {row.correlation:.2f} over {row.areas}"
