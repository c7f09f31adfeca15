"""Uncertainty: what the ranks would be had other, equally sensible choices been made.

Monte Carlo over the alternatives that a methodology names: every weight jittered, and for each draw
one of the normalisations and one of the ways to put the factors together (OECD/JRC Handbook, step
"Uncertainty and sensitivity analysis"; Saisana, Saltelli & Tarantola 2005).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scidip.indicators.engine.published import normalise, treat
from scidip.indicators.engine.ranks import ranks_of
from scidip.indicators.methods import AGGREGATORS
from scidip.indicators.model.catalogue import IndicatorSpec
from scidip.indicators.model.framework import Framework
from scidip.indicators.model.methodology import Methodology, StepChoice
from scidip.indicators.model.observations import Matrix

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
QUANTILES = (0.05, 0.50, 0.95)


@dataclass(frozen=True)
class Draws:
    """The alternatives of every draw. Weight arrays are draws × children, in framework order."""

    indicator: Mapping[str, FloatArray]
    """By dimension."""
    dimension: Mapping[str, FloatArray]
    """By factor; measured dimensions only."""
    factor: FloatArray
    normalisation: NDArray[np.int64]
    aggregation: NDArray[np.int64]


def draw(
    framework: Framework, specs: Mapping[str, IndicatorSpec], methodology: Methodology
) -> Draws:
    """Return the draws of *methodology*, the same for the same seed.

    The first draw of weights is not special: the default choice is one of many.
    """
    random = np.random.default_rng(methodology.seed)
    choice = methodology.uncertain

    def jitter(weights: list[float]) -> FloatArray:
        spread = random.uniform(
            1 - choice.weights, 1 + choice.weights, (choice.draws, len(weights))
        )
        jittered: FloatArray = spread * np.asarray(weights)
        return jittered

    factors = framework.level("factor")
    measured = {f.code: [d for d in framework.children(f.code) if d.indicators] for f in factors}
    return Draws(
        indicator={
            d.code: jitter([specs[i].weight for i in d.indicators])
            for f in factors
            for d in measured[f.code]
        },
        dimension={f.code: jitter([d.weight for d in measured[f.code]]) for f in factors},
        factor=jitter([f.weight for f in factors]),
        normalisation=random.integers(0, max(len(choice.normalise), 1), choice.draws),
        aggregation=random.integers(0, max(len(choice.aggregate), 1), choice.draws),
    )


def intervals(
    matrix: Matrix,
    ranked: BoolArray,
    specs: Mapping[str, IndicatorSpec],
    framework: Framework,
    methodology: Methodology,
) -> pd.DataFrame:
    """Return the 5, 50 and 95 % points of score and rank of the index and the factors.

    Columns: node, ref_area, time_period, score_p05, score_p50, score_p95, rank_p05, rank_p50,
    rank_p95, for the *ranked* rows. Rank intervals are over all draws; score intervals over the
    draws that keep the first normalisation named, because scores on another scale do not compare.
    """
    treated, _ = treat(matrix, methodology)
    oriented = treated * np.array([specs[c].direction for c in matrix.codes], dtype=float)
    choices = methodology.uncertain.normalise or (methodology.normalise,)
    scales = [_on_scale(oriented, matrix.reference, c) for c in choices]
    draws = draw(framework, specs, methodology)
    tables = []
    for y, year in enumerate(matrix.years):
        inside = np.nonzero(ranked[:, y])[0]
        if not len(inside):
            continue
        layers = [scale[inside, y, :] for scale in scales]
        simulated = simulate(layers, matrix.codes, framework, methodology, draws)
        areas = np.asarray(matrix.areas)[inside]
        for node, scores in simulated.items():
            tables.append(
                _quantiles(scores, draws.normalisation == 0).assign(
                    node=node, ref_area=areas, time_period=year
                )
            )
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def _on_scale(oriented: FloatArray, reference: BoolArray, choice: StepChoice) -> FloatArray:
    return normalise(oriented, reference, choice.method, choice.params)


def simulate(
    layers: list[FloatArray],
    codes: tuple[str, ...],
    framework: Framework,
    methodology: Methodology,
    draws: Draws,
) -> dict[str, FloatArray]:
    """Return draws × areas scores of the index and each factor.

    *layers* holds area × code values, one array per normalisation. Weighted arithmetic means below
    the factors are two matrix products, of values and of what is present.
    """
    n_draws, n_areas = len(draws.factor), len(layers[0])
    position = {code: k for k, code in enumerate(codes)}
    factors = framework.level("factor")
    results = {f.code: np.full((n_draws, n_areas), np.nan) for f in factors}
    index = np.full((n_draws, n_areas), np.nan)
    names = methodology.uncertain.aggregate or (methodology.aggregate.at(framework.index_code, 2),)
    for k, layer in enumerate(layers):
        chosen = draws.normalisation == k
        for factor in factors:
            results[factor.code][chosen] = _factor_scores(
                layer,
                position,
                framework,
                factor.code,
                draws,
                chosen,
                methodology.coverage.dimension,
            )
    below = np.stack([results[f.code] for f in factors], axis=-1)
    for k, name in enumerate(names):
        chosen = draws.aggregation == k
        scores = (
            np.maximum(below[chosen], methodology.uncertain.floor)
            if name != "arithmetic"
            else below[chosen]
        )
        index[chosen] = AGGREGATORS[name](scores, draws.factor[chosen][:, None, :])
    return {framework.index_code: index, **results}


def _factor_scores(
    layer: FloatArray,
    position: Mapping[str, int],
    framework: Framework,
    factor: str,
    draws: Draws,
    chosen: BoolArray,
    least_known: float,
) -> FloatArray:
    total = np.zeros((int(chosen.sum()), len(layer)))
    weight = np.zeros_like(total)
    measured = [d for d in framework.children(factor) if d.indicators]
    for j, dimension in enumerate(measured):
        values = layer[:, [position[i] for i in dimension.indicators]]
        means, scored = _means(values, draws.indicator[dimension.code][chosen], least_known)
        share = draws.dimension[factor][chosen][:, [j]] * scored
        total += share * means
        weight += share
    result: FloatArray = total / weight
    return result


def _means(
    values: FloatArray, weights: FloatArray, least_known: float
) -> tuple[FloatArray, BoolArray]:
    """Return draws × areas means of one dimension (0 where nothing is known), and which areas are scored."""
    present = ~np.isnan(values)
    scale = weights @ present.T.astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.where(scale > 0, (weights @ np.nan_to_num(values).T) / scale, 0.0)
    return means, present.any(axis=1) & (present.mean(axis=1) >= least_known)


def simulate_dimension(
    layers: list[FloatArray], dimension: str, methodology: Methodology, draws: Draws
) -> FloatArray:
    """Return draws × areas scores of one dimension, NaN where it is not scored.

    *layers* holds area × indicator values of that dimension, in its order, one array per normalisation.
    """
    result = np.full((len(draws.factor), len(layers[0])), np.nan)
    for k, layer in enumerate(layers):
        chosen = draws.normalisation == k
        means, scored = _means(
            layer, draws.indicator[dimension][chosen], methodology.coverage.dimension
        )
        result[chosen] = np.where(scored, means, np.nan)
    return result


def _quantiles(scores: FloatArray, on_default_scale: BoolArray) -> pd.DataFrame:
    ranks = ranks_of(scores)
    points = {"score": scores[on_default_scale], "rank": ranks}
    return pd.DataFrame(
        {
            f"{what}_p{round(100 * q):02d}": np.quantile(
                values, q, axis=0, method="linear" if what == "score" else "inverted_cdf"
            )
            for what, values in points.items()
            for q in QUANTILES
        }
    )
