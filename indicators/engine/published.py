"""The published index: a framework, a methodology and a matrix, handed to the engine (`composite`).

A row of the engine's is an area in a year. What is published beside the scores (ranks within the universe,
coverage, the reason of what is not ranked) is made here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

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
from scidip.indicators.engine.coverage import Covered, covered
from scidip.indicators.engine.score_tables import cell_table, score_table
from scidip.indicators.methods import NORMALISERS
from scidip.indicators.model.catalogue import IndicatorSpec
from scidip.indicators.model.framework import Framework
from scidip.indicators.model.methodology import Methodology, StepChoice
from scidip.indicators.model.observations import Matrix
from scidip.indicators.tree import Tree, tree_of

PEERS = "peers"
"""Code of the column of groups among which donors are sought."""
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class Published:
    """What the engine is handed, and what it made of it. Rows are areas × years, areas first."""

    figures: Figures
    tree: Tree
    method: CompositeMethod
    built: Composite
    covered: Covered


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
    ranked_in: Mapping[str, BoolArray]
    """By factor, area × year: whether the area takes part in the ranking of that factor."""
    published: Published


def figures_of(matrix: Matrix) -> Figures:
    """Return the matrix as the engine's figures, the universe that is ranked being the reference."""
    areas, years, codes = matrix.values.shape
    reference = matrix.reference.reshape(-1)
    peers = np.repeat(np.array(matrix.peers or [""] * areas, dtype=str), years)
    return Figures(
        np.repeat(np.array(matrix.areas, dtype=str), years),
        np.tile(np.array(matrix.years, dtype=float), areas),
        matrix.values.reshape(-1, codes),
        groups={PEERS: np.where(reference, peers, "")},
        reference=reference,
        errors=None if matrix.errors is None else matrix.errors.reshape(-1, codes),
    )


def method_of(methodology: Methodology) -> CompositeMethod:
    """Return the methodology of the published index as one of the engine.

    Whether enough is known for a factor says `coverage`, beside the engine; the index needs all factors. What may vary
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
            | {"min_available": (coverage.dimension, 0.0, 1.0), "floor": uncertain.floor}
        ),
        uncertain=UncertainStep(
            weights=uncertain.weights,
            impute=(),
            treat=(),
            normalise=tuple(choice for choice in others if choice != nominal),
            aggregate=uncertain.aggregate,
            weighting=uncertain.weighting,
            leave_out=uncertain.leave_out,
            gaps=uncertain.gaps,
            source_errors=uncertain.source_errors,
            group=PEERS,
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
    known = covered(matrix, framework, methodology.coverage)
    allowed = {code: rows.reshape(-1) for code, rows in known.scored.items()}
    figures, method = replace(figures_of(matrix), covered=allowed), method_of(methodology)
    tree = tree_of(framework, specs, matrix.codes)
    return Published(figures, tree, method, build(figures, tree, method), known)


def score(
    matrix: Matrix, specs: Mapping[str, IndicatorSpec], framework: Framework, methodology: Methodology
) -> ScoreResult:
    """Return the scores of *matrix*. Pure and deterministic: the same input gives the same bytes.

    Treatment and normalisation are fitted on the reference universe, pooled over all years, and
    applied to every area. A dimension and a factor are scored, and a factor is ranked, when what is known below
    them reaches the methodology's coverage (`coverage.covered`); the index when all factors are scored.
    """
    published = publish(matrix, specs, framework, methodology)
    built, shape = published.built, matrix.values.shape
    treated, normalised = built.treated.reshape(shape), built.normalised.reshape(shape)
    nodes = _on_grid(built.nodes, shape[:2])
    ranked = matrix.reference & ~np.isnan(nodes[framework.index_code])
    fits = [(f.code, f.rule, f.lower, f.upper) for f in built.fits]
    ranked_in = {code: ranked & rows for code, rows in published.covered.ranked.items()}
    return ScoreResult(
        score_table(matrix, nodes, ranked, framework, published.covered),
        cell_table(matrix, treated, normalised),
        pd.DataFrame(fits, columns=["indicator", "rule", "lower", "upper"]),
        normalised,
        ranked,
        ranked_in,
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
    known = covered(matrix, framework, methodology.coverage)
    nodes = aggregate(normalised, matrix.codes, specs, framework, methodology, known.scored)
    ranked = matrix.reference & ~np.isnan(nodes[framework.index_code])
    return score_table(matrix, nodes, ranked, framework, known)


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
    scored: Mapping[str, BoolArray] | None = None,
) -> dict[str, FloatArray]:
    """Return the score of every node (area × year) by code, NaN where it cannot be scored.

    scored, by factor: where enough is known (`coverage.Covered.scored`); None: wherever the shares allow.
    """
    areas, years = normalised.shape[:2]
    times = np.tile(np.arange(years, dtype=float), areas)
    tree = tree_of(framework, specs, codes)
    values = normalised.reshape(-1, len(codes))
    allowed = {code: rows.reshape(-1) for code, rows in (scored or {}).items()}
    found = aggregate_tree(values, times, tree, method_of(methodology).aggregate, covered=allowed)
    return _on_grid(found, (areas, years))


def _on_grid(nodes: NodeScores, shape: tuple[int, ...]) -> dict[str, FloatArray]:
    return {c: nodes.scores[:, k].reshape(shape) for k, c in enumerate(nodes.codes)}
