"""The published index: a framework, a methodology and a matrix, handed to the engine (`composite`).

A row of the engine's is an area in a year. What is published beside the scores (ranks within the universe,
coverage, the reason of what is not ranked) is made here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scidip.indicators.engine.aggregation import NodeScores, aggregate_tree
from scidip.indicators.engine.composite import Composite, Figures, build, layout_of
from scidip.indicators.engine.composite import normalise as normalise_rows
from scidip.indicators.engine.composite_methodology import (
    AggregateStep,
    CompositeMethod,
    NormaliseStep,
    TreatStep,
    UncertainStep,
)
from scidip.indicators.engine.ranks import ranks_of
from scidip.indicators.methods import NORMALISERS
from scidip.indicators.model.catalogue import IndicatorSpec
from scidip.indicators.model.framework import Framework
from scidip.indicators.model.methodology import Methodology, StepChoice
from scidip.indicators.model.not_ranked_reasons import Known, Reason
from scidip.indicators.model.observations import Matrix
from scidip.indicators.tree import Tree, tree_of
from scidip.indicators.vocabulary import NotRanked

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class Published:
    """What the engine is handed, and what it made of it. Rows are areas × years, areas first."""

    figures: Figures
    tree: Tree
    method: CompositeMethod
    built: Composite


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
    published: Published


def figures_of(matrix: Matrix) -> Figures:
    """Return the matrix as the engine's figures, the universe that is ranked being the reference."""
    areas, years, codes = matrix.values.shape
    return Figures(
        np.repeat(np.array(matrix.areas, dtype=str), years),
        np.tile(np.array(matrix.years, dtype=float), areas),
        matrix.values.reshape(-1, codes),
        reference=matrix.reference.reshape(-1),
    )


def method_of(methodology: Methodology) -> CompositeMethod:
    """Return the methodology of the published index as one of the engine.

    A factor needs its share of dimensions and of all indicators below, the index all factors. What may vary
    is varied beside the default choice, never without it.
    """
    uncertain, nominal = methodology.uncertain, _whole(methodology.normalise)
    others = [_whole(choice) for choice in uncertain.normalise]
    coverage = methodology.coverage
    return CompositeMethod(
        treat=TreatStep.model_validate(methodology.treat.model_dump()),
        normalise=NormaliseStep.model_validate(nominal.model_dump()),
        aggregate=AggregateStep.model_validate(
            methodology.aggregate.model_dump()
            | {
                "min_available": (coverage.dimension, coverage.factor, 1.0),
                "min_indicators": (0.0, coverage.indicators, 0.0),
                "floor": uncertain.floor,
            }
        ),
        uncertain=UncertainStep(
            weights=uncertain.weights,
            impute=(),
            treat=(),
            normalise=tuple(choice for choice in others if choice != nominal),
            aggregate=uncertain.aggregate,
        ),
    )


def _whole(choice: StepChoice) -> StepChoice:
    """Return a normalisation with all its parameters: those not given are the function's, not an index's own."""
    params = NORMALISERS.complete(choice.method, choice.params)
    return StepChoice.model_validate({"method": choice.method, **params})


def publish(
    matrix: Matrix, specs: Mapping[str, IndicatorSpec], framework: Framework, methodology: Methodology
) -> Published:
    """Return what the engine makes of *matrix*; deterministic. All columns are treated and normalised."""
    figures, method = figures_of(matrix), method_of(methodology)
    tree = tree_of(framework, specs, matrix.codes)
    return Published(figures, tree, method, build(figures, tree, method))


def score(
    matrix: Matrix, specs: Mapping[str, IndicatorSpec], framework: Framework, methodology: Methodology
) -> ScoreResult:
    """Return the scores of *matrix*. Pure and deterministic: the same input gives the same bytes.

    Treatment and normalisation are fitted on the reference universe, pooled over all years, and
    applied to every area. A dimension and a factor are scored when the share of what is known below
    them reaches the methodology's coverage; the index when all factors are scored.
    """
    published = publish(matrix, specs, framework, methodology)
    built, shape = published.built, matrix.values.shape
    treated, normalised = built.treated.reshape(shape), built.normalised.reshape(shape)
    nodes = _on_grid(built.nodes, shape[:2])
    ranked = matrix.reference & ~np.isnan(nodes[framework.index_code])
    fits = [(f.code, f.rule, f.lower, f.upper) for f in built.fits]
    return ScoreResult(
        _score_table(matrix, nodes, ranked, framework),
        _cell_table(matrix, treated, normalised),
        pd.DataFrame(fits, columns=["indicator", "rule", "lower", "upper"]),
        normalised,
        ranked,
        published,
    )


def score_normalised(
    matrix: Matrix,
    normalised: FloatArray,
    specs: Mapping[str, IndicatorSpec],
    framework: Framework,
    methodology: Methodology,
) -> pd.DataFrame:
    """Return the table of scores from values (area × year × code) already on the scale."""
    nodes = aggregate(normalised, matrix.codes, specs, framework, methodology)
    ranked = matrix.reference & ~np.isnan(nodes[framework.index_code])
    return _score_table(matrix, nodes, ranked, framework)


def normalise(values: FloatArray, reference: BoolArray, choice: StepChoice) -> FloatArray:
    """Return *values* (area × year × code, more is better) on the scale of *choice*, fitted on the *reference*."""
    areas, years, codes = values.shape
    rows = areas * years
    tree = Tree(tuple(map(str, range(codes))), ())
    figures = Figures(np.zeros(rows, dtype=str), np.zeros(rows), values.reshape(rows, codes))
    layout = layout_of(figures, np.ones(rows, dtype=bool), tree, None)
    step = NormaliseStep.model_validate(_whole(choice).model_dump())
    found = normalise_rows(figures.values, layout, step, {}, reference.reshape(rows))
    return found.reshape(values.shape)


def aggregate(
    normalised: FloatArray,
    codes: tuple[str, ...],
    specs: Mapping[str, IndicatorSpec],
    framework: Framework,
    methodology: Methodology,
) -> dict[str, FloatArray]:
    """Return the score of every node (area × year) by code, NaN where it cannot be scored."""
    areas, years = normalised.shape[:2]
    times = np.tile(np.arange(years, dtype=float), areas)
    tree = tree_of(framework, specs, codes)
    values = normalised.reshape(-1, len(codes))
    found = aggregate_tree(values, times, tree, method_of(methodology).aggregate)
    return _on_grid(found, (areas, years))


def _on_grid(nodes: NodeScores, shape: tuple[int, ...]) -> dict[str, FloatArray]:
    return {c: nodes.scores[:, k].reshape(shape) for k, c in enumerate(nodes.codes)}


def leaves_below(framework: Framework, code: str) -> tuple[str, ...]:
    """Return the scored indicators below a node, in reading order."""
    node = framework.node(code)
    return node.indicators + tuple(i for child in framework.children(code) for i in leaves_below(framework, child.code))


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
    places = list(zip(rows.tolist(), columns.tolist(), strict=True))
    reasons = [matrix.outside[a][y] or why_unscored(matrix, nodes, framework, a, y) for a, y in places]
    codes, params = [r.code.value if r else "" for r in reasons], [r.params if r else "" for r in reasons]
    tables = []
    for node in framework.nodes:
        if node.not_measured:
            continue
        leaves = [position[i] for i in leaves_below(framework, node.code)]
        known = present[:, :, leaves].sum(axis=-1)
        ranks = ranks_within(nodes[node.code], ranked) if node.level != "dimension" else np.full(ranked.shape, np.nan)
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
                    "carried_share": (carried[:, :, leaves].sum(axis=-1) / np.maximum(known, 1))[rows, columns],
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
