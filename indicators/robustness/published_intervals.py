"""The intervals of the published index: what the engine's uncertainty says of the ranked areas, year by year."""

import numpy as np
import pandas as pd

from scidip.indicators.engine.published import ScoreResult
from scidip.indicators.model.framework import Framework
from scidip.indicators.model.methodology import Methodology
from scidip.indicators.model.observations import Matrix
from scidip.indicators.robustness.uncertainty import intervals

POINTS = (0.05, 0.50, 0.95)
COLUMNS = [f"{what}_p{p}" for what in ("score", "rank") for p in ("05", "50", "95")]


def intervals_of(matrix: Matrix, result: ScoreResult, framework: Framework, methodology: Methodology) -> pd.DataFrame:
    """Return the 5, 50 and 95 % points of score and rank of the index and the factors.

    Columns: node, ref_area, time_period, score_p05, score_p50, score_p95, rank_p05, rank_p50,
    rank_p95, for the ranked rows. Rank intervals are over all draws; score intervals over the
    draws that keep the default normalisation, because scores on another scale do not compare.
    """
    given = result.published
    nodes = [framework.index_code, *(f.code for f in framework.level("factor"))]
    found = intervals(
        given.figures,
        given.built,
        given.method,
        methodology.uncertain.draws,
        methodology.seed,
        rows=result.ranked.reshape(-1),
        nodes=nodes,
        points=POINTS,
        ranked_in={code: rows.reshape(-1) for code, rows in result.ranked_in.items()},
    )
    if found.empty:
        return pd.DataFrame()
    area, year = np.divmod(found["row"].to_numpy(int), len(matrix.years))
    found = found.assign(ref_area=np.asarray(matrix.areas)[area], time_period=np.asarray(matrix.years)[year])
    return found[["node", "ref_area", "time_period", *COLUMNS]]
