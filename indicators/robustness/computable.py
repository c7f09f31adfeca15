"""Which alternatives of an index cannot be computed, found before any draw is made and named by their keys."""

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from scidip.indicators.engine.composite_methodology import CompositeMethod
from scidip.indicators.errors import MethodError
from scidip.indicators.robustness.montecarlo import evaluate, nominal_draw
from scidip.indicators.robustness.uncertain_inputs import AggregationChoice, LayerChoice, Model, label

Chosen = dict[str, int]
"""By input, the number of the option that is taken; the nominal one where it is not named."""


def refuse_uncomputable(models: Sequence[Model], method: CompositeMethod) -> None:
    """Raise MethodError with every alternative of *models*, alone or with one other, that cannot be computed.

    Each is named as the *method* names it. Under the weights of the index: weights that are jittered may
    still meet what a mean refuses.
    """
    found = dict.fromkeys(f for model in models for f in _faults(model, method))
    if found:
        raise MethodError("\n  - ".join(found))


def _faults(model: Model, method: CompositeMethod) -> Iterator[str]:
    ways = list(_ways(model))
    try:
        evaluate(model, _draws(model, ways))
    except MethodError:
        refused: list[Chosen] = []
        for way in ways:
            if any(known.items() <= way.items() for known in refused):
                continue
            try:
                evaluate(model, _draws(model, [way]))
            except MethodError as error:
                refused.append(way)
                named = " with ".join(_named(model, method, name, k) for name, k in way.items())
                yield f"{named or 'the index itself'}: {error}"


def _ways(model: Model) -> Iterator[Chosen]:
    """Yield the nominal choice, each option alone, and each two of different inputs."""
    options = [
        (i.name, k)
        for i in model.inputs
        if isinstance(i, LayerChoice | AggregationChoice)
        for k in range(1, len(i.options))
    ]
    yield {}
    yield from ({name: k} for name, k in options)
    yield from (dict(pair) for pair in combinations(options, 2) if pair[0][0] != pair[1][0])


def _draws(model: Model, ways: Sequence[Chosen]) -> dict[str, NDArray[np.generic]]:
    draws = {n: np.repeat(d, len(ways), axis=0) for n, d in nominal_draw(model).items()}
    for row, way in enumerate(ways):
        for name, k in way.items():
            draws[name][row] = k
    return draws


def _named(model: Model, method: CompositeMethod, name: str, k: int) -> str:
    """Return an option as the methodology names it, or that it is tried because none is named."""
    chosen = next(i for i in model.inputs if i.name == name)
    assert isinstance(chosen, LayerChoice | AggregationChoice)  # `_ways` takes no others
    option = label(chosen.options[k])
    if name.startswith("aggregate_at"):
        return f'[uncertain.aggregate_at] {name.removeprefix("aggregate_at ")} = "{option}"'
    if method.uncertain is not None and getattr(method.uncertain, name):
        return f'[uncertain] {name} = "{option}"'
    return f'{name} = "{option}" (tried since [uncertain] names no {name}; name your own there)'
