"""Composite: from a table of figures to the scores of every node, in the Handbook's steps.

    denominate → screen → impute → treat → normalise → weight → aggregate

Pure: arrays inside, labels at the edge, nothing read or written. A step that learns something
(bounds, moments) is fitted on a reference and applied to all rows: "pooled" over all years, which
keeps years comparable, "each_year", or "base_year"; where a reference universe is named, on its rows alone.
Every stage is kept. Sources: OECD/JRC (2008),
Handbook on Constructing Composite Indicators; the definitions of single steps agree with those of
the R package COINr 1.1 (Becker et al. 2022, doi:10.21105/joss.04567) except where noted.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from scidip.indicators.engine.aggregation import NodeScores, aggregate_tree
from scidip.indicators.engine.composite_methodology import (
    CompositeMethod,
    ImputeStep,
    NormaliseStep,
    ReferenceMode,
    ReferenceStep,
    ScreenStep,
    TreatStep,
)
from scidip.indicators.engine.normalisation_parameters import _value_of, parameters_of
from scidip.indicators.errors import MethodError
from scidip.indicators.formulas.nodes import formulas_of, naming_unit
from scidip.indicators.methods import IMPUTERS, NORMALISERS, TREATMENTS
from scidip.indicators.methods.impute import ALONG_TIME, Layout
from scidip.indicators.model.methodology import StepChoice
from scidip.indicators.tree import Tree

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]
StrArray = NDArray[np.str_]
RULES = ("winsorised high", "winsorised low", "log", "box_cox")
"""What may have happened to a treated cell."""


@dataclass(frozen=True)
class Figures:
    """What was measured: rows are a unit at a time, columns the leaves of a tree, in order."""

    units: StrArray
    times: FloatArray
    """All the same when there is but one time."""
    values: FloatArray
    """Rows × leaves; NaN where there is no figure."""
    denominators: FloatArray | None = None
    """Rows × leaves: what to divide by, 1 where nothing; None when nothing is divided."""
    groups: Mapping[str, StrArray] = field(default_factory=dict)
    """By code of the group column, the group of each row, "" where it has none."""
    parameters: Mapping[str, Mapping[str, Mapping[str, float | bool]]] = field(default_factory=dict)
    """By leaf and method of normalisation, what belongs to the indicator, such as its goalposts."""
    reference: BoolArray | None = None
    """By row: whether bounds, moments and weights are learnt from it, and it is ranked; None: all are."""
    errors: FloatArray | None = None
    """Rows × leaves: standard errors that producers state, 0 where none; None: nowhere. Scores do not use them."""
    covered: Mapping[str, BoolArray] = field(default_factory=dict)
    """By node and row: whether enough is known for a score there; nodes not named: see `AggregateStep`."""


@dataclass(frozen=True)
class TouchedCells:
    """Cells that treatment changed, as parallel arrays; rows count those that were kept."""

    row: IntArray
    column: IntArray
    before: FloatArray
    after: FloatArray
    rule: StrArray


@dataclass(frozen=True)
class Fit:
    """What treatment did to one indicator: the rule, and the bounds of the reference after it."""

    code: str
    rule: str
    lower: float
    upper: float


@dataclass(frozen=True)
class Composite:
    """An index with everything on the way to it."""

    tree: Tree
    kept: BoolArray
    """By row of the figures: whether screening left it in. All else is over the kept rows only."""
    denominated: FloatArray
    """All rows × leaves."""
    imputed: FloatArray
    treated: FloatArray
    normalised: FloatArray
    touched: TouchedCells
    fits: tuple[Fit, ...]
    """A fit per indicator, and per time where each is treated by itself; empty without treatment."""
    nodes: NodeScores
    notes: tuple[str, ...]
    """Sentences on what a reader should know: gaps left, columns without spread."""


def build(figures: Figures, tree: Tree, method: CompositeMethod) -> Composite:
    """Return the index of *figures* under *method*; deterministic, whatever the order of rows.

    Raises MethodError when a method is asked for what it cannot do; the message says where.
    """
    denominated = denominate(figures) if method.denominate.enabled else figures.values.copy()
    kept = screen(denominated, figures.units, method.screen)
    if not kept.any():
        raise MethodError("[screen] leaves no row; lower min_available")
    inside = reference_of(figures, kept, method.reference)
    raw, layout = denominated[kept], layout_of(figures, kept, tree, method.impute)
    imputed = impute(raw, layout, method.impute)
    treated, touched, learnt = treat(imputed, layout.times, tree.leaves, method.treat, inside)
    normalised = normalise(treated, layout, method.normalise, figures.parameters, inside)
    allowed = {code: rows[kept] for code, rows in figures.covered.items()}
    formulas = formulas_of(tree, method)
    with naming_unit(layout.units, layout.times):
        nodes = aggregate_tree(
            normalised, layout.times, tree, method.aggregate, method.weight, inside, allowed, formulas
        )
    if method.rank is not None:
        nodes = replace(nodes, decimals=method.rank.decimals)
    notes = (*_notes(imputed, treated, tree, method), *nodes.notes)
    return Composite(tree, kept, denominated, imputed, treated, normalised, touched, learnt, nodes, notes)


def reference_of(figures: Figures, kept: BoolArray, step: ReferenceStep | None = None) -> BoolArray | None:
    """Return which of the kept rows methods are fitted on and are ranked; None: all are.

    MethodError when there is none.
    """
    if figures.reference is None and (step is None or not step.exclude):
        return None
    inside = np.ones(len(figures.units), bool) if figures.reference is None else figures.reference
    left: BoolArray = (inside & ~np.isin(figures.units, step.exclude if step else ()))[kept]
    if not left.any():
        raise MethodError("[reference] leaves no row to fit on; exclude fewer units")
    return left


def denominate(figures: Figures) -> FloatArray:
    """Return the values divided by their denominators; NaN where either is missing."""
    if figures.denominators is None:
        return figures.values.copy()
    with np.errstate(divide="ignore", invalid="ignore"):
        result: FloatArray = figures.values / figures.denominators
    return result


def screen(values: FloatArray, units: StrArray, step: ScreenStep | None) -> BoolArray:
    """Return which rows have enough values (and enough of these not zero), or are told to stay.

    Units named in `exclude` go in any case.
    """
    if step is None:
        return np.ones(len(values), dtype=bool)
    known = (~np.isnan(values)).sum(axis=1)
    zeros = (values == 0).sum(axis=1)
    kept: BoolArray = known / values.shape[1] >= step.min_available
    kept &= (known - zeros) >= step.min_nonzero * known
    kept |= np.isin(units, step.include)
    kept &= ~np.isin(units, step.exclude)
    return kept


def fits(
    times: FloatArray, mode: ReferenceMode, base_year: float | None, reference: BoolArray | None = None
) -> Iterator[tuple[BoolArray, BoolArray]]:
    """Yield pairs of row masks: what to fit on (rows of the *reference* only), and what to apply it to."""
    every = np.ones(len(times), dtype=bool)
    inside = every if reference is None else reference
    if mode == "pooled":
        yield inside, every
    elif mode == "base_year":
        base = inside & (times == base_year)
        if not base.any():
            raise MethodError(f"there is no row of the base year {base_year:g}")
        yield base, every
    else:
        for time in np.unique(times):
            yield inside & (times == time), times == time


def impute(values: FloatArray, layout: Layout, step: ImputeStep | None) -> FloatArray:
    """Return *values* (rows × leaves) with gaps filled where the method knows how."""
    if step is None:
        return values.copy()
    result = _imputed(values, layout, step, step.reference)
    assert layout.tree is not None  # `build` gives one
    for code, choice in step.per_indicator.items():
        column = layout.tree.position[code]
        result[:, column] = _imputed(values, layout, choice, step.reference)[:, column]
    return result


def _imputed(values: FloatArray, layout: Layout, choice: StepChoice, mode: ReferenceMode) -> FloatArray:
    if choice.method in ALONG_TIME:
        filled: FloatArray = IMPUTERS.call(choice.method, values, layout, params=choice.params)
        return filled
    result = values.copy()
    for rows, _ in fits(layout.times, mode, None):
        with _naming("[impute]"):
            result[rows] = IMPUTERS.call(choice.method, values[rows], layout.take(rows), params=choice.params)
    return result


def layout_of(figures: Figures, kept: BoolArray, tree: Tree, step: ImputeStep | None) -> Layout:
    """Return what the kept rows and the columns of *figures* are, for imputation."""
    groups = figures.groups[step.group][kept] if step and step.group else None
    directions = np.asarray(tree.directions or [1] * len(tree.leaves), dtype=float)
    return Layout(figures.units[kept], figures.times[kept], groups, tree, directions)


def treat(
    values: FloatArray,
    times: FloatArray,
    codes: Sequence[str],
    step: TreatStep | None,
    reference: BoolArray | None = None,
) -> tuple[FloatArray, TouchedCells, tuple[Fit, ...]]:
    """Return the treated values (rows × leaves), a log of the cells that changed, and what was fitted."""
    result = values.copy()
    rules = np.zeros(values.shape, dtype=np.int8)
    learnt: list[Fit] = []
    if step:
        for sample, rows in fits(times, step.reference, step.base_year, reference):
            for k, code in enumerate(codes):
                choice = step.at(code)
                with _naming(f"[treat] {code}"):
                    fitted = TREATMENTS.call(choice.method, values[sample, k], params=choice.params)
                learnt.append(Fit(code, fitted.rule, fitted.lower, fitted.upper))
                if fitted.rule == "none":
                    continue
                result[rows, k] = fitted.apply(values[rows, k])
                cut = fitted.rule.startswith("winsorised")
                high = values[rows, k] > fitted.upper
                rules[rows, k] = np.where(high, 0, 1) if cut else RULES.index(fitted.rule)
    changed = ~np.isnan(values) & (result != values)
    row, column = np.nonzero(changed)
    at = (row, column)
    touched = TouchedCells(row, column, values[at], result[at], np.array(RULES)[rules[at]])
    return result, touched, tuple(learnt)


def normalise(
    values: FloatArray,
    layout: Layout,
    step: NormaliseStep,
    parameters: Mapping[str, Mapping[str, Mapping[str, float | bool]]],
    reference: BoolArray | None = None,
) -> FloatArray:
    """Return *values* (rows × leaves) oriented, more is better, and on the method's scale."""
    assert layout.tree is not None  # `build` gives one
    oriented = values * layout.directions
    result = np.empty_like(values)
    for sample, rows in fits(layout.times, step.reference, step.base_year, reference):
        for k, code in enumerate(layout.tree.leaves):
            choice = step.at(code)
            own = parameters.get(code, {}).get(choice.method, {})
            params = parameters_of(choice, own, layout.directions[k])
            with _naming(f"[normalise] {code}"):
                if choice.method == "distance_to_reference" and step.area:
                    params["value"] = _value_of(step.area, oriented[:, k], layout, sample)
                transform = NORMALISERS.call(choice.method, oriented[sample, k], params=params)
                result[rows, k] = transform(oriented[rows, k])
    return result


@contextmanager
def _naming(place: str) -> Iterator[None]:
    """Put *place* in front of the message of a MethodError."""
    try:
        yield
    except MethodError as error:
        raise MethodError(f"{place}: {error}") from error


def _notes(imputed: FloatArray, treated: FloatArray, tree: Tree, method: CompositeMethod) -> Iterator[str]:
    if method.impute:
        gaps = np.isnan(imputed).sum(axis=0).tolist()
        for code, count in zip(tree.leaves, gaps, strict=True):
            if count:
                yield f"{code}: {count} gap(s) could not be filled and stay empty"
    low, high = np.fmin.reduce(treated, axis=0), np.fmax.reduce(treated, axis=0)
    for code, flat in zip(tree.leaves, (low == high).tolist(), strict=True):
        if flat:
            yield f"{code}: one value in all rows that are scored; it tells no one apart"
