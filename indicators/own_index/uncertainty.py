"""Uncertainty and sensitivity of a user's own index, from the alternatives its methodology names.

Each year is analysed by itself, on the layers (imputation × treatment × normalisation) computed
once over all years. The first option of every choice is the one the index was built with.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scidip.indicators.engine.aggregation import node_scores
from scidip.indicators.engine.batch_scoring import MEANS, Method, Rules
from scidip.indicators.engine.composite import (
    Composite,
    Figures,
    impute,
    layout_of,
    normalise,
    treat,
)
from scidip.indicators.engine.composite_methodology import (
    CompositeMethod,
    ImputeStep,
    TreatStep,
    UncertainStep,
)
from scidip.indicators.errors import MethodError
from scidip.indicators.methods import RELATIVE_AGGREGATORS
from scidip.indicators.model.methodology import StepChoice
from scidip.indicators.robustness.montecarlo import uncertainty
from scidip.indicators.robustness.sensitivity import Indices, sensitivity
from scidip.indicators.robustness.uncertain_inputs import (
    AggregationChoice,
    Input,
    LayerChoice,
    LeaveOut,
    Model,
    WeightJitter,
)
from scidip.indicators.tree import Tree

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
TOP = 10
"""Sensitivity looks at membership of the first so many places."""


@dataclass(frozen=True)
class Alternatives:
    """The options of the three steps below the aggregation; the first of each is the nominal."""

    impute: tuple[ImputeStep | None, ...]
    treat: tuple[TreatStep | None, ...]
    normalise: tuple[StepChoice, ...]


def intervals(
    figures: Figures, composite: Composite, method: CompositeMethod, draws: int, seed: int
) -> pd.DataFrame:
    """Return score and rank intervals of every node: row (of the kept ones), node, and quantiles.

    See `montecarlo.Uncertainty.intervals` for the columns. Raises MethodError when an alternative
    cannot be computed.
    """
    codes = composite.nodes.codes
    tables = []
    for rows, model in _models(figures, composite, method):
        found = uncertainty(model, draws, seed, codes)
        for code in codes:
            table = found[code].intervals()
            table.insert(0, "node", code)
            table.insert(0, "row", rows)
            tables.append(table)
    return pd.concat(tables, ignore_index=True)


def shares(
    figures: Figures, composite: Composite, method: CompositeMethod, base: int, seed: int
) -> pd.DataFrame:
    """Return Sobol indices of the index's ranking: output, row (-1: none), time, input, indices.

    Outputs are `mean_rank_shift`, and per row `rank` and `top_10`. *base* runs per input and two
    more are made, fewer when the alternatives can be enumerated. Raises MethodError as `intervals`.
    """
    tables = []
    for rows, model in _models(figures, composite, method):
        found = sensitivity(model, base, seed, k=TOP)
        time = composite.nodes.times[rows[0]]
        parts = (("mean_rank_shift", found.shift), ("rank", found.ranks), (f"top_{TOP}", found.top))
        for output, indices in parts:
            table = _index_table(indices, output, rows)
            table.insert(2, "time", time)
            tables.append(table)
    return pd.concat(tables, ignore_index=True)


def _index_table(indices: Indices, output: str, rows: NDArray[np.int64]) -> pd.DataFrame:
    table = indices.table().rename(columns={"output": "row"})
    if output == "mean_rank_shift":
        table["row"] = -1
    else:
        table["row"] = rows[table["row"].astype(int).to_numpy()]
    table.insert(0, "output", output)
    return table


def alternatives_of(method: CompositeMethod) -> Alternatives:
    """Return the options of imputation, treatment and normalisation, the nominal one first.

    Without a section [uncertain]: with and without imputation and treatment where the methodology
    has them, and the mid-point percentile rank beside its normalisation.
    """
    step = method.uncertain or UncertainStep()
    off = (StepChoice(method="none"),)
    imputes = step.impute if step.impute is not None else off if method.impute else ()
    treats = step.treat if step.treat is not None else off if method.treat else ()
    percentile = StepChoice.model_validate(
        {"method": "percentile_rank", "definition": "midpoint", "upper": 100.0}
    )
    scales = step.normalise if step.normalise is not None else (percentile,)
    group = method.impute.group if method.impute else ""
    return Alternatives(
        (method.impute, *(_impute_step(c, group) for c in imputes)),
        (method.treat, *(_treat_step(c, method.treat) for c in treats)),
        (method.normalise, *scales),
    )


def _impute_step(choice: StepChoice, group: str) -> ImputeStep | None:
    if choice.method == "none":
        return None
    return ImputeStep.model_validate({"group": group} | choice.model_dump())


def _treat_step(choice: StepChoice, nominal: TreatStep | None) -> TreatStep | None:
    if choice.method == "none":
        return None
    learnt = nominal.model_dump(include={"reference", "base_year"}) if nominal else {}
    return TreatStep.model_validate(learnt | choice.model_dump())


def _models(
    figures: Figures, composite: Composite, method: CompositeMethod
) -> Iterator[tuple[NDArray[np.int64], Model]]:
    """Yield for each time the rows (of the kept ones) and the model of what varies."""
    options = alternatives_of(method)
    layers, inputs = _layers(figures, composite, method, options), _inputs(composite.tree, method)
    axes = [
        LayerChoice(name, tuple(_label(o) for o in choices), same_scale=name != "normalise")
        for name, choices in (
            ("impute", options.impute), ("treat", options.treat), ("normalise", options.normalise),
        )
        if len(choices) > 1
    ]  # fmt: skip
    layers = layers.reshape(*(len(a.options) for a in axes), *layers.shape[-2:])
    tree = _with_weights(composite)
    for time in np.unique(composite.nodes.times):
        rows = np.nonzero(composite.nodes.times == time)[0]
        rules = _rules(tree, method, len(rows))
        yield rows, Model(tree, layers[..., rows, :], (*axes, *inputs), rules)


def _layers(
    figures: Figures, composite: Composite, method: CompositeMethod, options: Alternatives
) -> FloatArray:
    """Return imputations × treatments × normalisations × rows × leaves."""
    raw = composite.denominated[composite.kept]
    times, leaves = composite.nodes.times, composite.tree.leaves
    built = []
    for step in options.impute:
        layout = layout_of(figures, composite.kept, composite.tree, step)
        imputed = impute(raw, layout, step)
        for treatment in options.treat:
            treated, _ = treat(imputed, times, leaves, treatment)
            for scale in options.normalise:
                chosen = method.normalise
                if scale is not method.normalise:
                    params = scale.model_dump() | {"per_indicator": {}}
                    kept = chosen.model_dump(include={"reference", "base_year", "area"})
                    chosen = type(chosen).model_validate(kept | params)
                built.append(normalise(treated, layout, chosen, figures.parameters))
    shape = (len(options.impute), len(options.treat), len(options.normalise))
    return np.stack(built).reshape(*shape, *raw.shape)


def _inputs(tree: Tree, method: CompositeMethod) -> list[Input]:
    step = method.uncertain or UncertainStep()
    inputs: list[Input] = []
    if step.weights > 0:
        spread = dict.fromkeys(range(1, len(tree.levels) + 1), step.weights)
        inputs.append(WeightJitter("weights", spread))
    if step.aggregate:
        top, position = tree.index.code, len(tree.levels) - 1
        nominal = method.aggregate.at(top, position)
        names = dict.fromkeys((nominal, *step.aggregate))
        inputs.append(AggregationChoice("aggregate", (top,), tuple(names)))
    if step.leave_out:
        inputs.append(LeaveOut("leave_out", ("", *tree.leaves)))
    return inputs


def _label(choice: StepChoice | None) -> str:
    return choice.method if choice else "none"


def _with_weights(composite: Composite) -> Tree:
    """Return the tree with the weights that the index was built with."""
    found = composite.nodes.weights
    if any(w.ndim > 1 or w.min() < 0 for w in found.values()):
        raise MethodError(
            "[weight] uncertainty needs weights of zero or more that are the same for all units"
        )
    levels = tuple(
        tuple(replace(node, weights=tuple(found[node.code].tolist())) for node in level)
        for level in composite.tree.levels
    )
    return replace(composite.tree, levels=levels)


def _rules(tree: Tree, method: CompositeMethod, rows: int) -> Rules:
    """Return the aggregation of every node; by name where draws can be scored all at once."""
    step = method.aggregate
    simple = isinstance(step.min_available, float) and step.if_refused == "stop"
    methods: dict[str, Method] = {}
    for position, level in enumerate(tree.levels):
        for node in level:
            name = step.at(node.code, position)
            if simple and name in MEANS and name not in RELATIVE_AGGREGATORS:
                methods[node.code] = name
            else:
                methods[node.code] = _combine(method, node.code, position, rows)
    needed = step.min_available if simple and isinstance(step.min_available, float) else 0.0
    return Rules(methods, min_available=needed)


def _combine(
    method: CompositeMethod, code: str, position: int, rows: int
) -> Callable[[FloatArray, FloatArray], FloatArray]:
    moment = np.zeros(rows)

    def combine(values: FloatArray, weights: FloatArray) -> FloatArray:
        return node_scores(values, moment, weights, method.aggregate, code, position)

    return combine
