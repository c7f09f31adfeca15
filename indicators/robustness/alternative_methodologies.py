"""Other choices than the default ones, and what they do to the ranking: the arithmetic of the robustness page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scidip.indicators.engine.coverage import covered
from scidip.indicators.engine.published import aggregate, method_of, normalise
from scidip.indicators.engine.ranks import ranks_of
from scidip.indicators.errors import MethodError
from scidip.indicators.methods.impute import Layout
from scidip.indicators.model.catalogue import IndicatorSpec
from scidip.indicators.model.framework import Framework
from scidip.indicators.model.methodology import AggregateChoice, Coverage, Methodology, StepChoice
from scidip.indicators.model.observations import Matrix
from scidip.indicators.robustness.montecarlo import evaluate, uncertainty
from scidip.indicators.robustness.sensitivity import enumeration
from scidip.indicators.robustness.uncertain_inputs import AggregationChoice, LayerChoice, Model, WeightChoice, rules_of
from scidip.indicators.robustness.uncertainty import model_of
from scidip.indicators.robustness.varied.scored_cells import matrix_of
from scidip.indicators.robustness.varied.source_errors import drawings_of
from scidip.indicators.tree import tree_of

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
USUAL = 50
"""Points of a weight that leave it as the framework has it; twice as many points double it."""
NORMALISE: Mapping[str, StepChoice] = {
    "min_max": StepChoice(method="min_max", lower=0, upper=100, clip=True),
    "percentile_rank": StepChoice(method="percentile_rank", lower=0, upper=100),
    "z_score": StepChoice(method="z_score", mean=50, sd=15),
}
INTERVAL_SCALES = ("min_max", "percentile_rank")
"""What ranges of rank vary beside the chosen normalisation."""
AGGREGATE = ("arithmetic", "geometric", "harmonic")
"""Ways to put the factors together. Means other than the arithmetic see no score under the methodology's floor."""
MISSING: Mapping[str, Coverage | None] = {
    "half": None,
    "most": Coverage(dimension=0.6, factor=0.6, indicators=0.6, scored=0.6),
    "any": Coverage(dimension=0.0, factor=0.0, indicators=0.0, scored=0.0),
}
"""How much must be known for a dimension and a factor to be scored; None: as the methodology has it."""


RANKING = ("ref_area", "score", "rank", "rank_p05", "rank_p50", "rank_p95")


@dataclass(frozen=True)
class Choices:
    """One way of counting."""

    framework: str
    normalise: str = "min_max"
    aggregate: str = "arithmetic"
    missing: str = "half"
    points: Mapping[str, float] = field(default_factory=dict)
    """Points by node (factor or dimension); USUAL when not named, 0 leaves the node out."""


@dataclass(frozen=True)
class Laboratory:
    """The treated figures of all areas and years, for scoring one year in other ways."""

    is_answer_of_its_own: ClassVar = True
    matrix: Matrix
    """Its values are treated and oriented: more is better."""
    specs: Mapping[str, IndicatorSpec]
    frameworks: Mapping[str, Framework]
    methodology: Methodology
    _scales: dict[tuple[str, int], FloatArray] = field(default_factory=dict, repr=False)
    _drawn: list[FloatArray] = field(default_factory=list, repr=False)
    _ways: dict[int, tuple[list[Choices], FloatArray]] = field(default_factory=dict, repr=False)

    def scale(self, name: str, drawing: int = 0) -> FloatArray:
        """Return the figures normalised by the choice *name*, fitted on all ranked areas and years together.

        drawing: 0 for the figures as they are stated, else which one of those drawn within the errors of the sources.
        """
        if (name, drawing) not in self._scales:
            values = self._drawings()[drawing - 1] if drawing else self.matrix.values
            self._scales[name, drawing] = normalise(values, self.matrix.reference, NORMALISE[name])
        return self._scales[name, drawing]

    @property
    def drawings(self) -> int:
        """How many drawings within the errors of the sources there are."""
        return self.methodology.uncertain.source_errors if self.matrix.errors is not None else 0

    def _drawings(self) -> FloatArray:
        if not self._drawn:
            self._drawn.append(drawings_of(self.matrix, self.drawings))
        return self._drawn[0]

    def prepare(self) -> None:
        """Normalise the figures in every way; a question then starts from there."""
        for name in NORMALISE:
            for drawing in range(1 + self.drawings):
                self.scale(name, drawing)

    def framework(self, choices: Choices) -> Framework:
        """Return the framework with the chosen weights. Raises MethodError when nothing is left of it."""
        return weighted(self.frameworks[choices.framework], choices.points)

    def scores(self, choices: Choices, year: int) -> FloatArray:
        """Return the index of every area in *year*; NaN where it is not scored or outside the ranking."""
        index = self.nodes(choices, year)[self.frameworks[choices.framework].index_code]
        result: FloatArray = np.where(self.matrix.reference[:, self.matrix.years.index(year)], index, np.nan)
        return result

    def nodes(self, choices: Choices, year: int) -> dict[str, FloatArray]:
        """Return the score of every area in *year* by node; NaN where it is not scored."""
        framework = self.framework(choices)
        y = self.matrix.years.index(year)
        layer, method = self.scale(choices.normalise)[:, [y]], self._method(choices)
        known = covered(self.matrix, framework, method.coverage).scored
        allowed = {code: rows[:, [y]] for code, rows in known.items()}
        found = aggregate(layer, self.matrix.codes, self.specs, framework, method, allowed)
        return {code: scores[:, 0] for code, scores in found.items()}

    def ranking(self, choices: Choices, year: int) -> pd.DataFrame:
        """Return ref_area, score, rank, rank_p05, rank_p50, rank_p95 of the ranked areas, best first.

        The range is over the methodology's draws: weights jittered around the chosen ones; the chosen
        normalisation and mean, and beside them `INTERVAL_SCALES` and the means that the methodology names.
        With the default choices it is the published one.
        """
        scores = self.scores(choices, year)
        inside = np.nonzero(np.isfinite(scores))[0]
        if not len(inside):
            return pd.DataFrame(columns=list(RANKING), dtype=float)
        framework, method = self.framework(choices), self._method(choices)
        model = self._model(choices, year, inside)
        told = uncertainty(model, method.uncertain.draws, method.seed)[framework.index_code]
        points = told.intervals((0.05, 0.5, 0.95))[["rank_p05", "rank_p50", "rank_p95"]]
        frame = pd.DataFrame(
            {
                "ref_area": np.asarray(self.matrix.areas)[inside],
                "score": scores[inside],
                "rank": ranks_of(scores[inside][None])[0],
                **points,
            }
        )
        return frame.sort_values(["rank", "ref_area"], ignore_index=True)

    def model(self, choices: Choices, year: int) -> Model:
        """Return the model of what varies around *choices* in *year*, over the areas that are ranked there."""
        return self._model(choices, year, np.nonzero(np.isfinite(self.scores(choices, year)))[0])

    def _model(self, choices: Choices, year: int, inside: NDArray[np.int64]) -> Model:
        y = self.matrix.years.index(year)
        names = dict.fromkeys((choices.normalise, *INTERVAL_SCALES))
        layers = np.stack([[self.scale(name, d)[inside, y, :] for name in names] for d in range(1 + self.drawings)])
        tree = tree_of(self.framework(choices), self.specs, self.matrix.codes)
        areas, peers = (np.asarray(names)[inside] for names in (self.matrix.areas, self.matrix.peers))
        layout = Layout(areas, np.zeros(len(areas)), peers)
        drawings = layers[1:] if self.drawings else None
        return model_of(tree, method_of(self._method(choices)), layers[0], layout, drawings)

    def _method(self, choices: Choices) -> Methodology:
        """Return the methodology with the *choices*; what it varies is varied beside them."""
        usual = self.methodology.aggregate.method
        coverage, other = self.methodology.coverage, MISSING[choices.missing]
        varied = {"normalise": tuple(NORMALISE[name] for name in INTERVAL_SCALES)}
        return self.methodology.model_copy(
            update={
                "coverage": other.model_copy(update={"list_zero": coverage.list_zero}) if other else coverage,
                "normalise": NORMALISE[choices.normalise],
                "aggregate": AggregateChoice(per_level=(usual, usual, choices.aggregate)),
                "uncertain": self.methodology.uncertain.model_copy(update=varied),
            }
        )

    def alternatives(self) -> Iterator[Choices]:
        """Yield every combination of framework, normalisation, mean and a factor counting double (or none)."""
        for code, framework in self.frameworks.items():
            factors = [f.code for f in framework.level("factor")]
            weights: list[dict[str, float]] = [{}, *({f: 2.0 * USUAL} for f in factors)]
            for scale, mean, points in product(NORMALISE, AGGREGATE, weights):
                yield Choices(code, scale, mean, points=points)

    def ways(self, year: int) -> tuple[list[Choices], FloatArray]:
        """Return all `alternatives` and the ranks they give in *year*, (ways, areas); NaN where not ranked."""
        if year not in self._ways:
            indices = np.concatenate([self._indices(code, year) for code in self.frameworks])
            ranks = np.stack([ranks_of(index[None])[0] for index in indices])
            self._ways[year] = list(self.alternatives()), ranks
        return self._ways[year]

    def _indices(self, code: str, year: int) -> FloatArray:
        """Return the index of one framework in the order of `alternatives`, (ways, areas): one model, every option."""
        y, framework = self.matrix.years.index(year), self.frameworks[code]
        doubled = [{}, *({f.code: 2 * USUAL} for f in framework.level("factor"))]
        trees = tuple(tree_of(weighted(framework, points), self.specs, self.matrix.codes) for points in doubled)
        inputs = (
            LayerChoice("normalise", tuple(NORMALISE), same_scale=False),
            AggregationChoice("aggregate", (framework.index_code,), AGGREGATE),
            WeightChoice("weights", tuple(str(k) for k in range(len(trees))), trees),
        )
        layers = np.stack([self.scale(name)[:, y] for name in NORMALISE])
        rules = rules_of(trees[0], method_of(self._method(Choices(code))))
        model = Model(trees[0], layers, inputs, rules)
        every = enumeration(model)
        assert every is not None  # no weight is jittered, and the options are few
        found = evaluate(model, every)[framework.index_code]
        allowed = covered(self.matrix, framework, self.methodology.coverage).scored.values()
        enough = np.all([rows[:, y] for rows in allowed], axis=0)
        return np.where(self.matrix.reference[:, y] & enough, found, np.nan)

    def furthest(self, area: str, year: int) -> tuple[Choices, float] | None:
        """Return the way of counting that moves *area* furthest from its published rank, and its rank there.

        None for an area that is not ranked. Of ways that move it equally far, the one that lowers it.
        """
        choices, ranks = self.ways(year)
        own = ranks[:, self.matrix.areas.index(area)] if area in self.matrix.areas else np.empty(0)
        if not np.isfinite(own).any() or not np.isfinite(own[0]):
            return None
        moved = np.where(np.isfinite(own), np.abs(own - own[0]) + 0.5 * (own > own[0]), -1.0)
        k = int(moved.argmax())
        return choices[k], float(own[k])

    def survivors(self, year: int) -> pd.DataFrame:
        """Return each area's best and worst rank over all `alternatives`, and in how many it is in the top ten.

        Columns ref_area, best, worst, top_ten (share of the ways), ways. Areas that some way does not
        rank have its ranks left out.
        """
        choices, ranks = self.ways(year)
        seen = np.isfinite(ranks).any(axis=0)
        frame = pd.DataFrame(
            {
                "ref_area": np.asarray(self.matrix.areas)[seen],
                "best": np.nanmin(ranks[:, seen], axis=0),
                "worst": np.nanmax(ranks[:, seen], axis=0),
                "top_ten": (ranks[:, seen] <= 10).mean(axis=0),
                "ways": len(choices),
            }
        )
        return frame.sort_values(["worst", "best", "ref_area"], ignore_index=True)


def weighted(framework: Framework, points: Mapping[str, float]) -> Framework:
    """Return *framework* with each weight times points / USUAL; nodes of no points are left out.

    Raises MethodError for points outside 0 to 100 and when no factor is left.
    """
    wrong = {k: p for k, p in points.items() if not 0 <= p <= 100}
    if wrong:
        raise MethodError(f"points run from 0 to 100, not {wrong}")
    factors = []
    for factor in framework.factor:
        kept = tuple(
            d.model_copy(update={"weight": d.weight * points.get(d.code, USUAL) / USUAL})
            for d in factor.dimension
            if points.get(d.code, USUAL) > 0
        )
        if points.get(factor.code, USUAL) > 0 and any(d.indicators for d in kept):
            weight = factor.weight * points.get(factor.code, USUAL) / USUAL
            factors.append(factor.model_copy(update={"weight": weight, "dimension": kept}))
    if not factors:
        raise MethodError("every weight is zero: give at least one factor and one of its dimensions some points")
    # Made anew: a copy would keep the nodes that the old one remembers.
    return Framework(**{**{n: getattr(framework, n) for n in Framework.model_fields}, "factor": tuple(factors)})


def laboratory(
    cells: pd.DataFrame,
    outside: pd.DataFrame,
    specs: Mapping[str, IndicatorSpec],
    frameworks: Mapping[str, Framework],
    methodology: Methodology,
    peers: Mapping[str, str],
) -> Laboratory:
    """Return the laboratory over the cells of a score run.

    cells: indicator, ref_area, time_period, treated, obs_status, and where sources state errors `error`, see
    `source_errors.errors_of`. outside: ref_area, time_period of the rows outside the
    universe that is ranked. peers: by area, the group among which donors for its gaps are sought.
    """
    leaves = dict.fromkeys(i for f in frameworks.values() for i in f.leaves)
    return Laboratory(matrix_of(cells, outside, specs, tuple(leaves), peers), specs, frameworks, methodology)
