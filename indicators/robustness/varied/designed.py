"""Runs that somebody designed: which option of each uncertain choice is taken in each, instead of by chance."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scidip.indicators.engine.composite import Composite, Figures
from scidip.indicators.engine.composite_methodology import CompositeMethod
from scidip.indicators.engine.ranks import ranks_of
from scidip.indicators.errors import MethodError
from scidip.indicators.robustness.montecarlo import evaluate, nominal_draw
from scidip.indicators.robustness.uncertain_inputs import AggregationChoice, Model, WeightJitter, label
from scidip.indicators.robustness.uncertainty import models
from scidip.indicators.wording import did_you_mean

COLUMNS = ["run", "row", "score", "rank"]


def designed(
    figures: Figures, composite: Composite, method: CompositeMethod, design: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """Return the index in every run of a *design*: run (from 1), row (of the kept ones), score, rank within its time.

    design: by name of a choice its option in each run, by name; "" is the option the index was built with, as are all
    choices that are not named; weights are not jittered. Raises MethodError for names that the model does not have, and
    for a run that cannot be computed.
    """
    tables = [pd.DataFrame(columns=COLUMNS)]
    for rows, model in models(figures, composite, method):
        scores = evaluate(model, _draws(model, design))[model.tree.index.code]
        run, place = (g.ravel() for g in np.indices(scores.shape))
        ranks = ranks_of(scores).ravel()
        tables.append(pd.DataFrame({"run": run + 1, "row": rows[place], "score": scores.ravel(), "rank": ranks}))
    return pd.concat(tables[1:] or tables, ignore_index=True).sort_values(["run", "row"], ignore_index=True)


def choices_of(model: Model) -> dict[str, tuple[str, ...]]:
    """Return the names of the options of every choice, the one the index was built with first."""
    found = {}
    for chosen in model.inputs:
        if not isinstance(chosen, WeightJitter):
            is_method = isinstance(chosen, AggregationChoice)
            found[chosen.name] = (
                tuple(label(o) for o in chosen.options) if is_method else tuple(map(str, chosen.options))
            )
    return found


def _draws(model: Model, design: Mapping[str, Sequence[str]]) -> dict[str, NDArray[np.generic]]:
    known, runs = choices_of(model), max((len(column) for column in design.values()), default=0)
    faults = [f"{name} does not vary{did_you_mean(name, known)}" for name in design if name not in known]
    draws = {n: np.repeat(d, runs, axis=0) for n, d in nominal_draw(model).items()}
    for name, column in design.items():
        for run, option in enumerate(column):
            if name not in known or not option:
                continue
            if option not in known[name]:
                faults.append(f"run {run + 1}, {name}: {option} is none of {', '.join(filter(None, known[name]))}")
                continue
            draws[name][run] = known[name].index(option)
    if faults:
        raise MethodError("the design does not fit: " + "; ".join(faults))
    return draws
