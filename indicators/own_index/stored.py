"""The tables that the pages read, from an index that was scored: its figures, scores, ranges, cells and treatments.

Every score is the engine's own; nothing is scored anew here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scidip.indicators.language.current import N_
from scidip.indicators.model.framework import Node
from scidip.indicators.model.not_ranked_reasons import Known, Reason
from scidip.indicators.own_index.describing import Naming, years_of
from scidip.indicators.own_index.score import OwnIndex
from scidip.indicators.own_index.workspace import Workspace
from scidip.indicators.robustness.published_intervals import COLUMNS, POINTS
from scidip.indicators.robustness.uncertainty import intervals
from scidip.indicators.vocabulary import DEFAULT_FRAMEWORK, NOT_APPLICABLE, NotRanked, ObsStatus

FloatArray = NDArray[np.float64]
OBSERVED, IMPUTED = ObsStatus.NORMAL.value, ObsStatus.IMPUTED.value
SCREENED_OUT = N_("Left out by the screening of this index")
NO_RANK = N_("Scored on the scale of the others, without a rank, as the methodology of this index says")


@dataclass(frozen=True)
class Stored:
    """Makes the tables of an index."""

    index: OwnIndex
    workspace: Workspace
    naming: Naming

    @cached_property
    def _areas(self) -> NDArray[np.str_]:
        known = {u.code: u.ref_area for u in self.workspace.units}
        return np.array([known[u] for u in self.index.input.figures.units.tolist()], dtype=str)

    @cached_property
    def _years(self) -> NDArray[np.int64]:
        return np.array(years_of(self.index, self.naming), dtype=np.int64)

    @cached_property
    def _leaves(self) -> NDArray[np.str_]:
        codes = self.workspace.codes
        return np.array([codes[leaf] for leaf in self.index.input.tree.leaves], dtype=str)

    @property
    def _kept(self) -> NDArray[np.bool_]:
        return self.index.composite.kept

    def _own(self, node: str) -> str:
        """Return the iCode of a node of the pages."""
        there = {code: own for own, code in self.workspace.codes.items()}
        return self.workspace.repeated.get(node) or there[node]

    def observations(self) -> pd.DataFrame:
        """Return the figures as observations, divided where META names a denominator; a row says its row of DATA."""
        values = self.index.composite.denominated
        row, column = np.nonzero(~np.isnan(values))
        return pd.DataFrame(
            {
                "indicator": self._leaves[column],
                "ref_area": self._areas[row],
                "counterpart_area": NOT_APPLICABLE,
                "time_period": self._years[row],
                "obs_value": values[row, column],
                "obs_status": OBSERVED,
                "file": 0,
                "row": row + 1,
            }
        )

    def cells(self) -> pd.DataFrame:
        """Return the cells that were scored, the imputed ones marked as such; see `published.ScoreResult.cells`."""
        built = self.index.composite
        row, column = at = np.nonzero(~np.isnan(built.treated) & ~np.isnan(built.normalised))
        given = built.denominated[self._kept][at]
        return pd.DataFrame(
            {
                "indicator": self._leaves[column],
                "ref_area": self._areas[self._kept][row],
                "time_period": self._years[self._kept][row],
                "own_period": self._years[self._kept][row],
                "obs_value": built.imputed[at],
                "treated": built.treated[at],
                "normalised": built.normalised[at],
                "obs_status": np.where(np.isnan(given), IMPUTED, OBSERVED),
            }
        )

    def treatments(self) -> pd.DataFrame:
        """Return what was done to each indicator; where each year is treated by itself, in the first."""
        codes = self.workspace.codes
        rows = [(codes[f.code], f.rule, f.lower, f.upper) for f in self.index.composite.fits]
        return pd.DataFrame(rows, columns=["indicator", "rule", "lower", "upper"]).drop_duplicates("indicator")

    def scores(self) -> pd.DataFrame:
        """Return a row for each node and row of DATA; see `published.ScoreResult.scores`."""
        return pd.concat([self._of_node(node) for node in self.workspace.framework.nodes], ignore_index=True)

    def _of_node(self, node: Node) -> pd.DataFrame:
        own, tree, kept = self._own(node.code), self.index.input.tree, self._kept
        nodes = self.index.composite.nodes
        place = nodes.codes.index(own)
        scores, ranks = np.full(len(kept), np.nan), np.full(len(kept), np.nan)
        scores[kept] = nodes.scores[:, place]
        if node.level != "dimension":
            ranks[kept] = nodes.ranks[:, place]
        ranked = np.zeros(len(kept), dtype=bool)
        ranked[kept] = ~np.isnan(nodes.ranks[:, place])
        below = list(tree.below(next(n for n in tree.nodes if n.code == own)))
        known = ~np.isnan(self.index.composite.denominated[:, below])
        filled = np.zeros(len(kept))
        filled[kept] = (~np.isnan(self.index.composite.imputed[:, below]) & ~known[kept]).mean(axis=1)
        reasons = [self._why(k, node, known) if not ranked[k] else None for k in range(len(kept))]
        return pd.DataFrame(
            {
                "framework": DEFAULT_FRAMEWORK,
                "node": node.code,
                "ref_area": self._areas,
                "time_period": self._years,
                "score": scores,
                "rank": ranks,
                "ranked_areas": [int(ranked[self._years == year].sum()) for year in self._years],
                "coverage": known.mean(axis=1),
                "carried_share": 0.0,
                "imputed_share": filled,
                "is_ranked": ranked,
                "reason_code": [r.code.value if r else "" for r in reasons],
                "reason_params": [r.params if r else "" for r in reasons],
            }
        )

    def _why(self, row: int, node: Node, known: NDArray[np.bool_]) -> Reason:
        """Return why a row of DATA has no rank in a node."""
        if not self._kept[row]:
            return Reason(NotRanked.OTHER, text=SCREENED_OUT)
        nodes, place = self.index.composite.nodes, int(self._kept[:row].sum())
        if nodes.ranked is not None and not nodes.ranked[place]:
            return Reason(NotRanked.OTHER, text=NO_RANK)
        told = Known(node.code, int(known[row].sum()), known.shape[1])
        return Reason(NotRanked.FEW_FIGURES, factors=(told,))

    def ranges(self, draws: int, seed: int) -> pd.DataFrame:
        """Return the 5, 50 and 95 % points of score and rank of index and factors, as `scidip composite` draws them.

        Raises MethodError when an alternative cannot be computed.
        """
        given = self.index.input
        found = intervals(given.figures, self.index.composite, given.method, draws, seed, points=POINTS)
        rows = found["row"].to_numpy(int)
        there = {"ref_area": self._areas[self._kept][rows], "time_period": self._years[self._kept][rows]}
        found = found.assign(**there)
        shown = [n for n in self.workspace.framework.nodes if n.level != "dimension"]
        parts = [found[found["node"] == self._own(n.code)].assign(node=n.code) for n in shown]
        whole = pd.concat(parts, ignore_index=True).dropna(subset=COLUMNS)
        return whole.assign(framework=DEFAULT_FRAMEWORK)[["framework", "node", "ref_area", "time_period", *COLUMNS]]

    def tables(self) -> Iterator[tuple[str, pd.DataFrame]]:
        """Yield the tables of the score run by name, without the ranges."""
        yield "score", self.scores()
        yield "scored_cell", self.cells()
        yield "treatment", self.treatments()
