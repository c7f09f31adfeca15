"""The tables of a score run: scores with ranks, coverage and reasons, and the cells behind them."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scidip.indicators.engine.coverage import Covered
from scidip.indicators.engine.ranks import ranks_of
from scidip.indicators.model.framework import Framework
from scidip.indicators.model.not_ranked_reasons import Known, Reason
from scidip.indicators.model.observations import Matrix
from scidip.indicators.vocabulary import NotRanked

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


def leaves_below(framework: Framework, code: str) -> tuple[str, ...]:
    """Return the scored indicators below a node, in reading order."""
    node = framework.node(code)
    return node.indicators + tuple(i for child in framework.children(code) for i in leaves_below(framework, child.code))


def why_unscored(
    nodes: Mapping[str, FloatArray], known: Covered, framework: Framework, area: int, year: int
) -> Reason | None:
    """Return that some factors have too few figures for a score, and which; None when all are scored."""
    factors = [f.code for f in framework.level("factor") if np.isnan(nodes[f.code][area, year])]
    return _too_few(known, framework, factors, area, year) if factors else None


def _too_few(known: Covered, framework: Framework, factors: Sequence[str], area: int, year: int) -> Reason:
    counts = (
        Known(code, int(known.informative[code][area, year]), len(leaves_below(framework, code))) for code in factors
    )
    return Reason(NotRanked.FEW_FIGURES, factors=tuple(counts))


def _of_factor(
    code: str,
    inside: BoolArray,
    whole: Sequence[Reason | None],
    places: Sequence[tuple[int, int]],
    known: Covered,
    framework: Framework,
) -> list[Reason | None]:
    """Return why each of *places* is not ranked in a factor: as in the index, else for want of its figures."""
    return [
        reason or (None if inside[a, y] else _too_few(known, framework, [code], a, y))
        for (a, y), reason in zip(places, whole, strict=True)
    ]


def score_table(
    matrix: Matrix, nodes: Mapping[str, FloatArray], ranked: BoolArray, framework: Framework, known: Covered
) -> pd.DataFrame:
    """Return the scores of every measured node, by node, area and year; see `published.ScoreResult.scores`."""
    informing = known.informs
    carried = matrix.carried & informing
    rows, columns = at = np.nonzero((~np.isnan(matrix.values)).any(axis=-1))
    position = {code: k for k, code in enumerate(matrix.codes)}
    places = list(zip(rows.tolist(), columns.tolist(), strict=True))
    whole = [matrix.outside[a][y] or why_unscored(nodes, known, framework, a, y) for a, y in places]
    tables = []
    for node in framework.nodes:
        if node.not_measured:
            continue
        leaves = [position[i] for i in leaves_below(framework, node.code)]
        count = informing[:, :, leaves].sum(axis=-1)
        inside, reasons = ranked, whole
        if node.level == "factor":
            inside = ranked & known.ranked[node.code]
            reasons = _of_factor(node.code, inside, whole, places, known, framework)
        ranks = ranks_within(nodes[node.code], inside) if node.level != "dimension" else np.full(ranked.shape, np.nan)
        tables.append(
            pd.DataFrame(
                {
                    "node": node.code,
                    "ref_area": np.asarray(matrix.areas)[rows],
                    "time_period": np.asarray(matrix.years)[columns],
                    "score": nodes[node.code][at],
                    "rank": ranks[at],
                    "ranked_areas": inside.sum(axis=0)[columns],
                    "coverage": (count / len(leaves))[at],
                    "carried_share": (carried[:, :, leaves].sum(axis=-1) / np.maximum(count, 1))[at],
                    "imputed_share": 0.0,
                    "is_ranked": inside[at],
                    "reason_code": [r.code.value if r else "" for r in reasons],
                    "reason_params": [r.params if r else "" for r in reasons],
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


def cell_table(matrix: Matrix, treated: FloatArray, normalised: FloatArray) -> pd.DataFrame:
    """Return the known cells of the matrix; see `published.ScoreResult.cells`."""
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
