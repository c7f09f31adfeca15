"""Uncertainty and sensitivity of an index, ours or a user's own, from the alternatives its methodology names.

Each year is analysed by itself, on the layers (imputation × treatment × normalisation) computed
once over all years. The first option of every choice is the one the index was built with.
OECD/JRC Handbook, step "Uncertainty and sensitivity analysis"; Saisana, Saltelli & Tarantola (2005).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scidip.indicators.engine.composite import Composite, Figures, impute, layout_of, normalise, treat
from scidip.indicators.engine.composite_methodology import (
    CompositeMethod,
    ImputeStep,
    NormaliseStep,
    TreatStep,
    UncertainStep,
)
from scidip.indicators.errors import MethodError
from scidip.indicators.formulas.nodes import taken_as_they_are
from scidip.indicators.methods.donors import donors
from scidip.indicators.methods.impute import Layout
from scidip.indicators.model.methodology import StepChoice
from scidip.indicators.robustness import montecarlo
from scidip.indicators.robustness.computable import refuse_uncomputable
from scidip.indicators.robustness.sensitivity import sensitivity
from scidip.indicators.robustness.simulated import POINTS
from scidip.indicators.robustness.sobol import Indices
from scidip.indicators.robustness.uncertain_inputs import LayerChoice, Model, rules_of
from scidip.indicators.robustness.varied.source_errors import drawn
from scidip.indicators.robustness.varied.structure import inputs_of
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
    figures: Figures,
    composite: Composite,
    method: CompositeMethod,
    draws: int,
    seed: int,
    *,
    rows: BoolArray | None = None,
    nodes: Sequence[str] = (),
    points: Sequence[float] = POINTS,
    ranked_in: Mapping[str, BoolArray] | None = None,
    progress: montecarlo.Progress | None = None,
) -> pd.DataFrame:
    """Return score and rank intervals of the *nodes* (default: all): row (of the kept ones), node, and quantiles.

    Of the *rows* that are ranked among each other, by default those of the reference; *ranked_in*, by node, where
    fewer of them are. See
    `simulated.Uncertainty.intervals` for the columns; a time at a time, there node by node. Memory
    is bounded whatever is asked. Raises MethodError when an alternative cannot be computed, before
    any draw is made, with the keys of the methodology that name it.
    """
    codes = tuple(nodes) or composite.nodes.codes
    tables = [pd.DataFrame(columns=["row", "node"])]
    every = list(models(figures, composite, method, rows))
    refuse_uncomputable([model for _, model in every], method)
    for places, model in every:
        for some, inside in _ranked_alike(codes, places, ranked_in or {}):
            for code, table in montecarlo.intervals(model, draws, seed, some, points, inside, progress):
                table.insert(0, "node", code)
                table.insert(0, "row", places)
                tables.append(table[inside])
    return pd.concat(tables[1:] or tables, ignore_index=True)


def _ranked_alike(
    codes: Sequence[str], places: NDArray[np.int64], ranked_in: Mapping[str, BoolArray]
) -> Iterator[tuple[list[str], BoolArray]]:
    """Yield the nodes in which the same ones of *places* are ranked, and which these are; none without any."""
    every = np.ones(len(places), dtype=bool)
    alike: dict[bytes, tuple[list[str], BoolArray]] = {}
    for code in codes:
        inside: BoolArray = ranked_in[code][places] if code in ranked_in else every
        alike.setdefault(inside.tobytes(), ([], inside))[0].append(code)
    yield from (found for found in alike.values() if found[1].any())


def shares(figures: Figures, composite: Composite, method: CompositeMethod, base: int, seed: int) -> pd.DataFrame:
    """Return Sobol indices of the index's ranking: output, row (-1: none), time, input, indices.

    Outputs are `mean_rank_shift`, and per row `rank` and `top_10`. *base* runs per input and two
    more are made, fewer when the alternatives can be enumerated. Raises MethodError as `intervals`.
    """
    tables = []
    every = list(models(figures, composite, method))
    refuse_uncomputable([model for _, model in every], method)
    for rows, model in every:
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
    percentile = StepChoice.model_validate({"method": "percentile_rank", "definition": "midpoint", "upper": 100.0})
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


def models(
    figures: Figures, composite: Composite, method: CompositeMethod, rows: BoolArray | None = None
) -> Iterator[tuple[NDArray[np.int64], Model]]:
    """Yield for each time the rows (of the kept ones) that are ranked and the model of what varies.

    *rows*: which of the kept ones are ranked, by default those of the reference; a time without any
    is left out.
    """
    inside = composite.nodes.ranked if rows is None else rows
    layers, drawings = layers_of(figures, composite, method)
    tree = built_tree(composite)
    group = method.uncertain.group if method.uncertain else ""
    groups = figures.groups[group][composite.kept] if group else None
    layout = Layout(figures.units[composite.kept], composite.nodes.times, groups)
    for time in np.unique(composite.nodes.times):
        here = composite.nodes.times == time
        places = np.nonzero(here if inside is None else here & inside)[0]
        if len(places):
            own = None if drawings is None else drawings[..., places, :]
            yield places, model_of(tree, method, layers[..., places, :], layout.at(places), own)


def model_of(
    tree: Tree, method: CompositeMethod, layers: FloatArray, layout: Layout, drawings: FloatArray | None = None
) -> Model:
    """Return the model of what the *method* varies, over *layers* as `layers_of` gives them, for one time.

    layout: of the rows; its groups are those within which donors for gaps are sought. drawings: the same layers with
    figures drawn within the errors of their sources, one after the other; None where no source states any. A gap is
    filled with a figure as it is stated.
    """
    options = alternatives_of(method)
    axes = [
        LayerChoice(name, tuple(_label(o) for o in choices), same_scale=name != "normalise")
        for name, choices in (("impute", options.impute), ("treat", options.treat), ("normalise", options.normalise))
        if len(choices) > 1
    ]
    grid = layers.reshape(*(len(a.options) for a in axes), *layers.shape[-2:])
    gaps = method.uncertain.gaps if method.uncertain and np.isnan(layers).any() else 0
    if gaps:
        axes.append(LayerChoice("gaps", (*("left",) * gaps, *(f"donors {draw}" for draw in range(1, gaps + 1)))))
        grid = _completed(grid, layout, gaps)
    if drawings is not None:
        names = (f"drawn {draw}" for draw in range(1, len(drawings) + 1))
        axes.append(LayerChoice("source_errors", ("stated", *names)))
        each = drawings.reshape(len(drawings), *grid.shape[: -3 if gaps else -2], *layers.shape[-2:])
        grid = _with_drawings(grid, np.expand_dims(each, -3) if gaps else each)
    nominal = layers.reshape(-1, *layers.shape[-2:])[0]
    jitter, others = inputs_of(tree, method, nominal)
    rules = rules_of(tree, method)
    return Model(tree, grid, (*jitter, *axes, *others), rules)


def _completed(grid: FloatArray, layout: Layout, gaps: int) -> FloatArray:
    """Return the grid of layers with an axis before rows and leaves: as it is, and each completion of its gaps.

    As it is stands there as often as there are completions, so that half of the draws leave the gaps.
    """
    flat = grid.reshape(-1, *grid.shape[-2:])
    found = [
        np.stack([*[layer] * gaps, *(donors(layer, layout, draw=d) for d in range(1, gaps + 1))]) for layer in flat
    ]
    return np.stack(found).reshape(*grid.shape[:-2], 2 * gaps, *grid.shape[-2:])


def _with_drawings(grid: FloatArray, drawings: FloatArray) -> FloatArray:
    """Return the grid of layers with an axis before rows and leaves: as it is, then with each drawing's own figures."""
    return np.stack([grid, *(np.where(np.isnan(own), grid, own) for own in drawings)], axis=-3)


def layers_of(figures: Figures, composite: Composite, method: CompositeMethod) -> tuple[FloatArray, FloatArray | None]:
    """Return imputations × treatments × normalisations × kept rows × leaves; and drawings × the same, if there are any.

    A drawing within the errors of the sources starts from the treated figures: an error is stated in the unit of the
    figure, and says nothing of one that treatment has moved.
    """
    options = alternatives_of(method)
    raw, inside = composite.denominated[composite.kept], composite.nodes.ranked
    held = taken_as_they_are(composite.tree, method)
    times, leaves = composite.nodes.times, composite.tree.leaves
    count = method.uncertain.source_errors if method.uncertain and figures.errors is not None else 0
    shape = (1 + count, len(options.impute), len(options.treat), len(options.normalise))
    built = np.empty((*shape, *raw.shape))
    for i, step in enumerate(options.impute):
        layout = layout_of(figures, composite.kept, composite.tree, step)
        imputed = impute(raw, layout, step)
        for j, treatment in enumerate(options.treat):
            treated = treat(imputed, times, leaves, treatment, inside)[0]
            for e, values in enumerate((treated, *_drawings(figures, composite, treated, count))):
                for k, scale in enumerate(options.normalise):
                    chosen = _scale_step(scale, method.normalise, held)
                    built[e, i, j, k] = normalise(values, layout, chosen, figures.parameters, inside)
    return built[0], built[1:] if count else None


def _drawings(figures: Figures, composite: Composite, treated: FloatArray, count: int) -> FloatArray:
    """Return *count* drawings of the *treated* figures; of figures that were not treated, for others have no error."""
    if not count or figures.errors is None:
        return np.empty((0, *treated.shape))
    errors = np.where(treated == composite.denominated[composite.kept], figures.errors[composite.kept], 0.0)
    units = [str(u) for u in figures.units[composite.kept]]
    years = composite.nodes.times.astype(int).tolist()
    return drawn(treated, errors, units, years, composite.tree.leaves, count)


def _scale_step(scale: StepChoice, nominal: NormaliseStep, held: Sequence[str]) -> NormaliseStep:
    """Return a step of another *scale*; the indicators in *held* keep theirs."""
    if scale is nominal:
        return nominal
    learnt = nominal.model_dump(include={"reference", "base_year", "area"})
    own = {code: StepChoice(method=c.method, **c.params) for code in held for c in [nominal.at(code)]}
    return NormaliseStep.model_validate(learnt | scale.model_dump() | {"per_indicator": own})


def _label(choice: StepChoice | None) -> str:
    return choice.method if choice else "none"


def built_tree(composite: Composite) -> Tree:
    """Return the tree with the weights that the index was built with."""
    found, tree = composite.nodes.weights, composite.tree
    for node in tree.nodes:
        own = found[node.code]
        if own.ndim > 1:
            raise MethodError(f"[weight] {node.code}: uncertainty needs weights that are the same for all units")
        if own.min(initial=0.0) < 0:
            codes = np.array(tree.children(node))[own < 0]
            raise MethodError(
                f"[weight] {node.code}: uncertainty needs weights of zero or more; that of {', '.join(codes)} is below"
            )
    levels = tuple(
        tuple(replace(node, weights=tuple(found[node.code].tolist())) for node in level) for level in tree.levels
    )
    return replace(tree, levels=levels)
