"""Which of two areas stands above the other, and in what share of equally sensible ways of counting."""

from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Engine

from indicators.catalogue import Catalogue
from indicators.scoring import normalise
from indicators.uncertainty import draw, simulate
from store import table_rows
from store.table_rows import Chosen

Simulated = tuple[tuple[str, ...], dict[str, Any]]


def simulated(engine: Engine, catalogue: Catalogue, year: int) -> Simulated:
    """Return the ranked areas of *year* and, by node, their scores in every draw (draws × areas).

    The draws of the intervals, made again from the stored treated values: same seed, same numbers.
    """
    framework, method, specs = catalogue.framework, catalogue.methodology, catalogue.indicators
    cells = pd.DataFrame(table_rows.cell_rows(engine, Chosen()))
    index = pd.DataFrame(
        table_rows.score_rows(
            engine,
            ("ref_area", "time_period", "is_ranked", "reason"),
            Chosen({"node": [framework.index_code]}),
        ),
        columns=["ref_area", "time_period", "is_ranked", "reason"],
    )
    rows = pd.MultiIndex.from_frame(index[["ref_area", "time_period"]])
    codes = tuple(dict.fromkeys(framework.leaves))
    values = np.full((len(rows), 1, len(codes)), np.nan)
    known = cells[cells[0].isin(codes)]
    at = rows.get_indexer(pd.MultiIndex.from_arrays([known[2], known[1]]))
    values[at, 0, pd.Index(codes).get_indexer(known[0])] = known[5]
    oriented = values * np.array([specs[c].direction for c in codes], dtype=float)
    inside = (index["reason"] == "") | index["reason"].str.startswith("Too few figures")
    reference = inside.to_numpy(bool)[:, None]
    choices = method.uncertain.normalise or (method.normalise,)
    chosen = (index["is_ranked"].astype(bool) & (index["time_period"] == year)).to_numpy()
    layers = [normalise(oriented, reference, c.method, c.params)[chosen, 0] for c in choices]
    draws = draw(framework, specs, method)
    scores = simulate(layers, codes, framework, method, draws)
    return tuple(index["ref_area"][chosen]), scores


def share_above(found: Simulated, node: str, a: str, b: str) -> float:
    """Return the share of draws in which *a* scores above *b* on *node*; ties count half."""
    areas, scores = found
    first, second = (scores[node][:, areas.index(code)] for code in (a, b))
    return float(np.mean(first > second) + np.mean(first == second) / 2)
