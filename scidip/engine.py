"""The engine as a library: two tables and a methodology in; stages, scores, ranks and their intervals out.

    from scidip import engine
    index = engine.score(data, meta, {"aggregate": {"method": "geometric"}})
    index.scores["IDX"]
    index.intervals(draws=1000, seed=1)

The tables are those of `scidip composite`; `docs/composite.md` describes them and every method.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scidip.indicators.errors import InputFaults, MethodError
from scidip.indicators.own_index import tables
from scidip.indicators.own_index.score import OwnIndex, score_own_index
from scidip.indicators.own_index.text_table import TextTable
from scidip.indicators.robustness import uncertainty

__all__ = ["Index", "InputFaults", "MethodError", "score"]


@dataclass(frozen=True)
class Index:
    """A scored index. Every table has a row per unit kept: its index is uCode, or uCode and Time."""

    result: OwnIndex
    """All of it: the input as it was understood, every stage, the cells that were treated."""

    @property
    def scores(self) -> pd.DataFrame:
        """Scores of every node on the scale of the normalisation; NaN where too little is known."""
        return self._table(self.result.composite.nodes.scores)

    @property
    def ranks(self) -> pd.DataFrame:
        """Ranks of every node within a time, 1 the best, equal scores the smallest; NaN without a score."""
        return self._table(self.result.composite.nodes.ranks)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was noticed: columns left out, methods that changed nothing."""
        return self.result.warnings

    @property
    def results(self) -> pd.DataFrame:
        """Names, scores and ranks of every node, the index first, sorted by rank; units without a rank last."""
        return tables.results(self.result)

    def analyses(self) -> dict[str, pd.DataFrame]:
        """Return statistics, correlations, alpha, components, weights, removal and more by name, as `--analyses` does.

        What cannot be computed is not there.
        """
        return tables.analyses(self.result)[0]

    def intervals(self, draws: int, seed: int = 1) -> pd.DataFrame:
        """Return quantiles of score and rank of every node over *draws* of the alternatives, a row per unit and node.

        Raises MethodError when an alternative cannot be computed.
        """
        given = self.result.input
        found = uncertainty.intervals(given.figures, self.result.composite, given.method, draws, seed)
        units = self._rows()[found.pop("row").to_numpy()]
        return found.set_axis(units).set_index("node", append=True)

    def _table(self, values: NDArray[np.float64]) -> pd.DataFrame:
        return pd.DataFrame(values, index=self._rows(), columns=list(self.result.composite.nodes.codes))

    def _rows(self) -> pd.Index:
        figures, kept = self.result.input.figures, self.result.composite.kept
        units = pd.Index(figures.units[kept], name="uCode")
        if not self.result.input.has_time:
            return units
        return pd.MultiIndex.from_arrays([units, figures.times[kept]], names=["uCode", "Time"])


def score(data: pd.DataFrame, meta: pd.DataFrame, methodology: Mapping[str, Any] | None = None) -> Index:
    """Return the index of *data* (a row per unit, and per time) as *meta* arranges it (a row per column and node).

    *methodology* holds a mapping per step (by default min-max to 0–100 and arithmetic means). An empty cell is *no
    value*. Raises InputFaults with every fault of the three, each with its table and row.
    """
    tables = _as_text(data, "data"), _as_text(meta, "meta")
    return Index(score_own_index(*tables, methodology or {}, "the methodology"))


def _as_text(frame: pd.DataFrame, name: str) -> TextTable:
    """Return a frame as the text it would be read from; its header is row 1."""
    columns = [[_cell(value) for value in frame[column].tolist()] for column in frame.columns]
    rows = tuple(zip(*columns, strict=True))
    return TextTable(name, tuple(map(str, frame.columns)), rows, tuple(range(2, len(rows) + 2)))


def _cell(value: Any) -> str:
    """Return a cell's text: numbers with all their digits, whole ones whole (pandas reads 1 as 1.0 beside a gap)."""
    if pd.isna(value):
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
