"""Score: from the matrix of figures to composite scores and ranks, in the Handbook's steps."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scidip.indicators.engine.ranks import ranks_of
from scidip.indicators.methods import AGGREGATORS, NORMALISERS, TREATMENTS
from scidip.indicators.model.catalogue import IndicatorSpec
from scidip.indicators.model.framework import Framework
from scidip.indicators.model.methodology import Methodology
from scidip.indicators.model.not_ranked_reasons import Known, Reason
from scidip.indicators.model.observations import Matrix
from scidip.indicators.vocabulary import NotRanked

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class ScoreResult:
    """Scores of one framework under one methodology."""

    scores: pd.DataFrame
    """node, ref_area, time_period, score, rank, ranked_areas, coverage, carried_share,
    imputed_share, is_ranked, reason_code, reason_params: one row per node, area and year that has
    any figure."""
    cells: pd.DataFrame
    """indicator, ref_area, time_period, own_period, obs_value, treated, normalised, obs_status."""
    treatments: pd.DataFrame
    """indicator, rule, lower, upper: what was done to each series."""
    normalised: FloatArray
    """area × year × code, 0-100, more is better."""
    ranked: BoolArray
    """area × year: whether the area takes part in the ranking."""


def score(
    matrix: Matrix,
    specs: Mapping[str, IndicatorSpec],
    framework: Framework,
    methodology: Methodology,
) -> ScoreResult:
    """Return the scores of *matrix*. Pure and deterministic: the same input gives the same bytes.

    Treatment and normalisation are fitted on the reference universe, pooled over all years, and
    applied to every area. A dimension and a factor are scored when the share of what is known below
    them reaches the methodology's coverage; the index when all factors are scored.
    """
    treated, treatments = treat(matrix, methodology)
    oriented = treated * np.array([specs[c].direction for c in matrix.codes], dtype=float)
    normalised = normalise(
        oriented, matrix.reference, methodology.normalise.method, methodology.normalise.params
    )
    scores, ranked = score_normalised(matrix, normalised, specs, framework, methodology)
    return ScoreResult(
        scores, _cell_table(matrix, treated, normalised), treatments, normalised, ranked
    )


def score_normalised(
    matrix: Matrix,
    normalised: FloatArray,
    specs: Mapping[str, IndicatorSpec],
    framework: Framework,
    methodology: Methodology,
) -> tuple[pd.DataFrame, BoolArray]:
    """Return the table of scores and who is ranked, from values (area × year × code) already on the scale."""
    node_scores = aggregate(normalised, matrix.codes, specs, framework, methodology)
    ranked = matrix.reference & ~np.isnan(node_scores[framework.index_code])
    return _score_table(matrix, node_scores, ranked, framework), ranked


def treat(matrix: Matrix, methodology: Methodology) -> tuple[FloatArray, pd.DataFrame]:
    """Return the treated values (area × year × code) and what was done to each series."""
    treated = np.empty_like(matrix.values)
    log = []
    for k, code in enumerate(matrix.codes):
        values = matrix.values[:, :, k]
        choice = methodology.treat
        fitted = TREATMENTS.call(choice.method, values[matrix.reference], params=choice.params)
        treated[:, :, k] = fitted.apply(values)
        log.append((code, fitted.rule, fitted.lower, fitted.upper))
    return treated, pd.DataFrame(log, columns=["indicator", "rule", "lower", "upper"])


def normalise(
    oriented: FloatArray, reference: BoolArray, method: str, params: Mapping[str, object]
) -> FloatArray:
    """Return *oriented* (area × year × code, more is better) on the scale of *method*."""
    result = np.empty_like(oriented)
    for k in range(oriented.shape[-1]):
        transform = NORMALISERS.call(method, oriented[:, :, k][reference], params=params)
        result[:, :, k] = transform(oriented[:, :, k])
    return result


def aggregate(
    normalised: FloatArray,
    codes: tuple[str, ...],
    specs: Mapping[str, IndicatorSpec],
    framework: Framework,
    methodology: Methodology,
) -> dict[str, FloatArray]:
    """Return the score of every node (area × year) by code, NaN where it cannot be scored."""
    position = {code: k for k, code in enumerate(codes)}
    nodes: dict[str, FloatArray] = {}
    choice = methodology.aggregate
    for factor in framework.level("factor"):
        measured = [d for d in framework.children(factor.code) if d.indicators]
        for dimension in measured:
            columns = [position[i] for i in dimension.indicators]
            weights = np.array([specs[i].weight for i in dimension.indicators])
            combine = AGGREGATORS[choice.at(dimension.code, 0)]
            scores = combine(normalised[:, :, columns], weights)
            known = (~np.isnan(normalised[:, :, columns])).mean(axis=-1)
            nodes[dimension.code] = np.where(
                known >= methodology.coverage.dimension, scores, np.nan
            )
        below = np.stack([nodes[d.code] for d in measured], axis=-1)
        combined = AGGREGATORS[choice.at(factor.code, 1)](
            below, np.array([d.weight for d in measured])
        )
        columns = [position[i] for d in measured for i in d.indicators]
        enough = (~np.isnan(below)).mean(axis=-1) >= methodology.coverage.factor
        enough &= (~np.isnan(normalised[:, :, columns])).mean(
            axis=-1
        ) >= methodology.coverage.indicators
        nodes[factor.code] = np.where(enough, combined, np.nan)
    factors = framework.level("factor")
    below = np.stack([nodes[f.code] for f in factors], axis=-1)
    combined = AGGREGATORS[choice.at(framework.index_code, 2)](
        below, np.array([f.weight for f in factors])
    )
    nodes[framework.index_code] = np.where(np.isnan(below).any(axis=-1), np.nan, combined)
    return nodes


def leaves_below(framework: Framework, code: str) -> tuple[str, ...]:
    """Return the scored indicators below a node, in reading order."""
    node = framework.node(code)
    return node.indicators + tuple(
        i for child in framework.children(code) for i in leaves_below(framework, child.code)
    )


def why_unscored(
    matrix: Matrix, nodes: Mapping[str, FloatArray], framework: Framework, area: int, year: int
) -> Reason | None:
    """Return that some factors have too few figures, and which; None when all are scored."""
    known = {c for k, c in enumerate(matrix.codes) if not np.isnan(matrix.values[area, year, k])}
    short = []
    for factor in framework.level("factor"):
        if np.isnan(nodes[factor.code][area, year]):
            leaves = leaves_below(framework, factor.code)
            short.append(Known(factor.code, len(known.intersection(leaves)), len(leaves)))
    return Reason(NotRanked.FEW_FIGURES, factors=tuple(short)) if short else None


def _score_table(
    matrix: Matrix, nodes: Mapping[str, FloatArray], ranked: BoolArray, framework: Framework
) -> pd.DataFrame:
    present = ~np.isnan(matrix.values)
    carried = matrix.carried
    has_any = present.any(axis=-1)
    rows, columns = np.nonzero(has_any)
    position = {code: k for k, code in enumerate(matrix.codes)}
    ranked_counts = ranked.sum(axis=0)
    reasons = [
        matrix.outside[a][y] or why_unscored(matrix, nodes, framework, a, y)
        for a, y in zip(rows.tolist(), columns.tolist(), strict=True)
    ]
    codes = [r.code.value if r else "" for r in reasons]
    params = [r.params if r else "" for r in reasons]
    tables = []
    for node in framework.nodes:
        if node.not_measured:
            continue
        leaves = [position[i] for i in leaves_below(framework, node.code)]
        known = present[:, :, leaves].sum(axis=-1)
        ranks = (
            ranks_within(nodes[node.code], ranked)
            if node.level != "dimension"
            else np.full(ranked.shape, np.nan)
        )
        tables.append(
            pd.DataFrame(
                {
                    "node": node.code,
                    "ref_area": np.asarray(matrix.areas)[rows],
                    "time_period": np.asarray(matrix.years)[columns],
                    "score": nodes[node.code][rows, columns],
                    "rank": ranks[rows, columns],
                    "ranked_areas": ranked_counts[columns],
                    "coverage": (known / len(leaves))[rows, columns],
                    "carried_share": (carried[:, :, leaves].sum(axis=-1) / np.maximum(known, 1))[
                        rows, columns
                    ],
                    "imputed_share": 0.0,
                    "is_ranked": ranked[rows, columns],
                    "reason_code": codes,
                    "reason_params": params,
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def ranks_within(scores: FloatArray, ranked: BoolArray) -> FloatArray:
    """Return ranks per year among the *ranked* rows: 1 is best, ties share the smallest, else NaN."""
    ranks = np.full(scores.shape, np.nan)
    for y in range(scores.shape[1]):
        inside = ranked[:, y]
        ranks[inside, y] = ranks_of(scores[inside, y])
    return ranks


def _cell_table(matrix: Matrix, treated: FloatArray, normalised: FloatArray) -> pd.DataFrame:
    area, year, code = np.nonzero(~np.isnan(matrix.values))
    at = (area, year, code)
    return pd.DataFrame(
        {
            "indicator": np.asarray(matrix.codes)[code],
            "ref_area": np.asarray(matrix.areas)[area],
            "time_period": np.asarray(matrix.years)[year],
            "own_period": matrix.periods[at],
            "obs_value": matrix.values[at],
            "treated": treated[at],
            "normalised": normalised[at],
            "obs_status": matrix.statuses[at],
        }
    )
