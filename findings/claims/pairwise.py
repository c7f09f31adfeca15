"""Which of two areas stands above the other, and in what share of the simulated methods."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Engine

from scidip.indicators.engine.published import normalise
from scidip.indicators.engine.ranks import quantiles, ranks_of
from scidip.indicators.model.catalogue import Catalogue
from scidip.indicators.robustness.published_intervals import draw, simulate, simulate_dimension
from scidip.indicators.vocabulary import LISTED_APART
from scidip.store import table_rows
from scidip.store.table_rows import Chosen

Simulated = tuple[tuple[str, ...], dict[str, Any]]
Layers = tuple[tuple[str, ...], list[NDArray[np.float64]]]
STEP = 1e-9
"""Scores of two years that differ by less are the same: the rest is rounding noise."""


def simulated(engine: Engine, catalogue: Catalogue, year: int) -> Simulated:
    """Return the ranked areas of *year* and, by node, their scores in every draw (draws × areas).

    The draws of the intervals, made again from the stored treated values: same seed, same numbers. A draw
    makes the same choices in every year, so that scores of two years compare draw by draw.
    """
    framework, method, specs = catalogue.framework, catalogue.methodology, catalogue.indicators
    codes = tuple(dict.fromkeys(framework.leaves))
    areas, layers = _layers(engine, catalogue, year, codes)
    draws = draw(framework, specs, method)
    return areas, simulate(layers, codes, framework, method, draws)


def simulated_dimension(
    engine: Engine, catalogue: Catalogue, year: int, dimension: str
) -> Simulated:
    """Return what `simulated` does, of one dimension; NaN for areas it does not score."""
    framework, method = catalogue.framework, catalogue.methodology
    codes = next(n.indicators for n in framework.nodes if n.code == dimension)
    areas, layers = _layers(engine, catalogue, year, codes)
    draws = draw(framework, catalogue.indicators, method)
    return areas, {dimension: simulate_dimension(layers, dimension, method, draws)}


def _layers(engine: Engine, catalogue: Catalogue, year: int, codes: Sequence[str]) -> Layers:
    """Return the ranked areas of *year* and their area × code values, an array per normalisation."""
    framework, method, specs = catalogue.framework, catalogue.methodology, catalogue.indicators
    cells = pd.DataFrame(
        table_rows.cell_rows(engine, Chosen({"indicator": list(codes)})), columns=range(8)
    )
    names = ("ref_area", "time_period", "is_ranked", "reason_code")
    chosen_index = Chosen({"node": [framework.index_code]})
    index = pd.DataFrame(table_rows.score_rows(engine, names, chosen_index), columns=list(names))
    rows = pd.MultiIndex.from_frame(index[["ref_area", "time_period"]])
    values = np.full((len(rows), 1, len(codes)), np.nan)
    at = rows.get_indexer(pd.MultiIndex.from_arrays([cells[2], cells[1]]))
    values[at, 0, pd.Index(codes).get_indexer(pd.Index(cells[0]))] = cells[5]
    oriented = values * np.array([specs[c].direction for c in codes], dtype=float)
    inside = ~index["reason_code"].isin(LISTED_APART)
    reference = inside.to_numpy(bool)[:, None]
    choices = method.uncertain.normalise or (method.normalise,)
    chosen = (index["is_ranked"].astype(bool) & (index["time_period"] == year)).to_numpy()
    layers = [normalise(oriented, reference, c.method, c.params)[chosen, 0] for c in choices]
    return tuple(index["ref_area"][chosen]), layers


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


def share_outranking(found: Simulated, node: str, a: str, b: str) -> float:
    """Return the share of draws in which *a* has a better rank than *b*; a tie is not better."""
    return float(np.mean(ranks_in(found, node, a) < ranks_in(found, node, b)))


def share_at(found: Simulated, node: str, area: str, place: int, *, within: bool) -> float:
    """Return the share of draws in which *area* is *within* the first *place*, or exactly there."""
    ranks = ranks_in(found, node, area)
    return float(np.mean(ranks <= place if within else ranks == place))


def share_changed(
    before: Simulated, after: Simulated, node: str, area: str, *, by_score: bool, rose: bool
) -> float:
    """Return the share of draws in which the rank (or score) of *area* is better after than before.

    Not *rose*: worse. Draw by draw; no change is neither.
    """
    if by_score:
        old, new = (f[1][node][:, f[0].index(area)] for f in (before, after))
        gain = new - old
    else:
        gain = ranks_in(before, node, area) - ranks_in(after, node, area)
    return float(np.mean(gain > STEP if rose else gain < -STEP))
