"""Which of two areas stands above the other, and in what share of the simulated methods."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Engine

from scidip.indicators.engine.published import method_of, normalise
from scidip.indicators.engine.ranks import quantiles, ranks_of
from scidip.indicators.methods.impute import Layout
from scidip.indicators.model.areas import Areas
from scidip.indicators.model.catalogue import Catalogue
from scidip.indicators.robustness.montecarlo import scores_of_draws
from scidip.indicators.robustness.uncertainty import alternatives_of, model_of
from scidip.indicators.robustness.varied.source_errors import drawn
from scidip.indicators.tree import tree_of
from scidip.indicators.vocabulary import LISTED_APART
from scidip.store import table_rows
from scidip.store.queries import lab_queries
from scidip.store.table_rows import Chosen

Simulated = tuple[tuple[str, ...], dict[str, Any]]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
STEP = 1e-9
"""Scores of two years that differ by less are the same: the rest is rounding noise."""


def simulated(engine: Engine, catalogue: Catalogue, areas: Areas, year: int) -> Simulated:
    """Return the ranked areas of *year* and, by node, their scores in every draw (draws × areas).

    The draws of the intervals, made again from the stored treated values: same seed, same numbers. A draw
    makes the same choices in every year, so that scores of two years compare draw by draw.
    """
    framework = catalogue.framework
    nodes = [framework.index_code, *(f.code for f in framework.level("factor"))]
    return _simulated(engine, catalogue, areas, year, nodes)


def simulated_dimension(engine: Engine, catalogue: Catalogue, areas: Areas, year: int, dimension: str) -> Simulated:
    """Return what `simulated` does, of one dimension; NaN for areas it does not score."""
    return _simulated(engine, catalogue, areas, year, [dimension])


def _simulated(engine: Engine, catalogue: Catalogue, known: Areas, year: int, nodes: Sequence[str]) -> Simulated:
    """Return the ranked areas of *year* and the draws of *nodes*.

    All indicators are read whatever is asked: which one a draw leaves out depends on what all of them weigh. NaN
    on a factor for areas that are not ranked in it.
    """
    framework, methodology = catalogue.framework, catalogue.methodology
    leaves, method = tuple(dict.fromkeys(framework.leaves)), method_of(methodology)
    areas, values, drawings, reference, chosen = _treated(engine, catalogue, year, leaves)
    layers = np.stack(
        [
            [normalise(each, reference, choice)[chosen, 0] for choice in alternatives_of(method).normalise]
            for each in (values, *drawings)
        ]
    )
    tree = tree_of(framework, catalogue.indicators, leaves)
    peers = np.array([known.peers.get(a, "") for a in areas])
    layout = Layout(np.array(areas), np.zeros(len(areas)), peers)
    model = model_of(tree, method, layers[0], layout, layers[1:] if len(drawings) else None)
    found = scores_of_draws(model, methodology.uncertain.draws, methodology.seed, nodes)
    factors = [n for n in nodes if framework.node(n).level == "factor"]
    for node in factors:
        found[node][:, ~np.isin(areas, _ranked_in(engine, node, year))] = np.nan
    return areas, found


def _ranked_in(engine: Engine, node: str, year: int) -> list[str]:
    chosen = Chosen({"node": [node], "time_period": [year]})
    return [area for area, ranked in table_rows.score_rows(engine, ("ref_area", "is_ranked"), chosen) if ranked]


def _treated(
    engine: Engine, catalogue: Catalogue, year: int, leaves: Sequence[str]
) -> tuple[tuple[str, ...], FloatArray, FloatArray, BoolArray, BoolArray]:
    """Return the ranked areas of *year*; of all areas and years the treated values (rows × 1 × leaves, more is better),
    the same drawn within the errors of their sources (drawings × the same), who is in the universe (rows × 1), and
    which rows are those of the areas.
    """
    chosen_cells = Chosen({"indicator": list(leaves)})
    cells = pd.DataFrame(table_rows.cell_rows(engine, chosen_cells), columns=table_rows.CELL_COLUMNS)
    names = ("ref_area", "time_period", "is_ranked", "reason_code")
    chosen_index = Chosen({"node": [catalogue.framework.index_code]})
    index = pd.DataFrame(table_rows.score_rows(engine, names, chosen_index), columns=list(names))
    rows = pd.MultiIndex.from_frame(index[["ref_area", "time_period"]])
    values = np.full((len(rows), 1, len(leaves)), np.nan)
    at = rows.get_indexer(pd.MultiIndex.from_frame(cells[["ref_area", "time_period"]]))
    place = (at, 0, pd.Index(leaves).get_indexer(pd.Index(cells["indicator"])))
    values[place] = cells["treated"]
    values *= np.array([catalogue.indicators[c].direction for c in leaves], dtype=float)
    errors = np.zeros(values.shape)
    errors[place] = lab_queries.stated_errors(engine, catalogue, cells)
    count = catalogue.methodology.uncertain.source_errors if errors.any() else 0
    areas, years = index["ref_area"].tolist(), index["time_period"].tolist()
    drawings = drawn(values[:, 0], errors[:, 0], areas, years, leaves, count)[:, :, None]
    inside = ~index["reason_code"].isin(LISTED_APART)
    reference = inside.to_numpy(bool)[:, None]
    chosen = (index["is_ranked"].astype(bool) & (index["time_period"] == year)).to_numpy()
    return tuple(index["ref_area"][chosen]), values, drawings, reference, chosen


def share_above(found: Simulated, node: str, a: str, b: str) -> float:
    """Return the share of draws in which *a* scores above *b* on *node*; ties count half."""
    areas, scores = found
    first, second = (scores[node][:, areas.index(code)] for code in (a, b))
    return float(np.mean(first > second) + np.mean(first == second) / 2)


def ranks_in(found: Simulated, node: str, area: str) -> NDArray[np.float64]:
    """Return the rank of *area* on *node* in every draw, among the areas that are scored there."""
    areas, scores = found
    column: NDArray[np.float64] = ranks_of(scores[node])[:, areas.index(area)]
    return column


def rank_range(ranks: NDArray[np.float64]) -> tuple[float, float]:
    """Return the 5 and 95 % points of an area's ranks, both ranks that occurred."""
    low, high = quantiles(ranks[:, None], (0.05, 0.95), observed=True)[:, 0]
    return float(low), float(high)


def share_at(found: Simulated, node: str, area: str, place: int, *, within: bool) -> float:
    """Return the share of draws in which *area* is *within* the first *place*, or exactly there."""
    ranks = ranks_in(found, node, area)
    return float(np.mean(ranks <= place if within else ranks == place))


def share_changed(before: Simulated, after: Simulated, node: str, area: str, *, by_score: bool, rose: bool) -> float:
    """Return the share of draws in which the rank (or score) of *area* is better after than before.

    Not *rose*: worse. Draw by draw; no change is neither.
    """
    if by_score:
        old, new = (f[1][node][:, f[0].index(area)] for f in (before, after))
        gain = new - old
    else:
        gain = ranks_in(before, node, area) - ranks_in(after, node, area)
    return float(np.mean(gain > STEP if rose else gain < -STEP))
