"""The steps of the methodology of an index of one's own, in its own words."""

import json
from collections.abc import Iterator
from typing import Any, Final

from scidip.indicators.language.current import N_, _
from scidip.indicators.own_index.workspace import Workspace

HEADS: Final = {
    "denominate": N_("Division"),
    "screen": N_("Screening"),
    "reference": N_("Reference"),
    "impute": N_("Imputation"),
    "treat": N_("Treatment of outliers"),
    "normalise": N_("Normalisation"),
    "weight": N_("Weights"),
    "aggregate": N_("Aggregation"),
    "nodes": N_("Nodes by formula"),
    "rank": N_("Ranks"),
    "uncertain": N_("What is varied"),
}
"""The steps in their order, by the section of the methodology's file."""

EMPTY: Final[tuple[Any, ...]] = ({}, [], "")
"""Choices that say nothing."""


def written(step: Any) -> str:
    """Return the choices of a step as its file has them; what is empty is left out."""
    told = {key: _short(value) for key, value in step.items()}
    return ", ".join(
        f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in told.items() if value not in EMPTY
    )


def _short(value: Any) -> Any:
    """Return a formula without parts as its text alone, as the file may have it."""
    if isinstance(value, dict) and "formula" in value:
        left = {key: part for key, part in value.items() if part}
        return left["formula"] if len(left) == 1 else left
    return value


def taken(own: Workspace) -> Iterator[tuple[str, str]]:
    """Yield name and choices of each step that is taken, in order."""
    for key, head in HEADS.items():
        if own.steps.get(key):
            yield _(head), written(own.steps[key])
