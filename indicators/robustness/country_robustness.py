"""What a country's rank rests on: which weights would swap two, which choice matters, what gaps could do."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scidip.indicators.engine.batch_scoring import Rules
from scidip.indicators.robustness.alternative_methodologies import AGGREGATE, NORMALISE, Choices, Laboratory
from scidip.indicators.robustness.rank_bounds import RankBounds, narrowing, rank_bounds
from scidip.indicators.robustness.reversal import Reversal, reversal
from scidip.indicators.robustness.sensitivity import Sensitivity, sensitivity
from scidip.indicators.robustness.uncertain_inputs import AggregationChoice, LayerChoice, Model, WeightJitter
from scidip.indicators.tree import Tree, tree_of

FloatArray = NDArray[np.float64]
PLAUSIBLE = (0.1, 0.9)
"""A gap is taken to lie between these quantiles of what others have."""
BASE_RUNS = 256
SEED = 20261124


@dataclass(frozen=True)
class Ranked:
    """The ranked areas of one year under the default choices, ready for the analyses."""

    lab: Laboratory
    framework: str
    year: int

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        """Positions of the ranked areas in the laboratory's matrix."""
        scores = self.lab.scores(Choices(self.framework), self.year)
        return np.nonzero(np.isfinite(scores))[0]

    @cached_property
    def areas(self) -> list[str]:
        """The ranked areas."""
        return [self.lab.matrix.areas[i] for i in self.rows]

    @cached_property
    def _columns(self) -> list[int]:
        return [self.lab.matrix.codes.index(i) for i in self.lab.frameworks[self.framework].leaves]

    def values(self, scale: str = "min_max") -> FloatArray:
        """Return areas × indicators of the framework, normalised, more is better, NaN missing."""
        y = self.lab.matrix.years.index(self.year)
        chosen: FloatArray = self.lab.scale(scale)[self.rows, y][:, self._columns]
        return chosen

    @cached_property
    def tree(self) -> Tree:
        """The framework's tree, without indicators that no area has a figure of in the year."""
        tree = tree_of(self.lab.frameworks[self.framework], self.lab.specs)
        known = (~np.isnan(self.values())).sum(axis=0)
        if not known.any():
            return tree
        for place, code in enumerate(tree.leaves):
            if not known[place]:
                tree = tree.without(code)
        return tree

    def swap(self, a: str, b: str) -> Reversal | None:
        """Return the smallest change of weights that swaps two areas: of the factors, else of the dimensions.

        None when one of them is not ranked. Infinite when neither level can do it.
        """
        if a not in self.areas or b not in self.areas or a == b:
            return None
        pair = (self.areas.index(a), self.areas.index(b))
        found = reversal(self.values(), self.tree, pair)
        if np.isfinite(found.distance):
            return found
        return reversal(self.values(), self.tree, pair, levels=(2,))

    @cached_property
    def sensitivity(self) -> Sensitivity:
        """Which choice the ranks depend on: Sobol indices of normalisation, mean and weights (each ±25 %)."""
        scales = tuple(NORMALISE)
        spread = self.lab.methodology.uncertain.weights
        inputs = (
            LayerChoice("normalise", scales, same_scale=False),
            AggregationChoice("aggregate", (self.tree.index.code,), AGGREGATE),
            WeightJitter("weights", {1: spread, 2: spread, 3: spread}),
        )
        layers = np.stack([self.values(name) for name in scales])
        model = Model(self.tree, layers, inputs, Rules(floor=self.lab.methodology.uncertain.floor))
        return sensitivity(model, BASE_RUNS, SEED, replicates=100)

    @cached_property
    def ranges(self) -> FloatArray:
        """Indicators × 2: what a gap may plausibly hold, the middle eight tenths of what others have."""
        values = self.values()
        known = np.where(np.isnan(values).all(axis=0), 0.0, values)
        result: FloatArray = np.nanquantile(known, PLAUSIBLE, axis=0).T
        return result

    @cached_property
    def bounds(self) -> RankBounds:
        """Best and worst rank of every area over plausible values of everybody's gaps."""
        return rank_bounds(self.values(), self.tree, self.ranges)

    @cached_property
    def narrowing(self) -> pd.DataFrame:
        """How much knowing each missing figure would narrow the bounds (`rank_bounds.narrowing`)."""
        return narrowing(self.values(), self.tree, self.ranges)

    def wanted(self, area: str) -> pd.Series | None:
        """Return the missing figure that would narrow an area's bounds most: code, width, own; None without gaps."""
        found = self.narrowing[self.narrowing["unit"] == self.areas.index(area)]
        found = found[found["own"] > 0].sort_values("own", ascending=False, kind="stable")
        return found.iloc[0] if len(found) else None
