"""How an index of one's own is made: the steps of its methodology, in its own words."""

import json
from typing import Any

from dash import html
from dash.development.base_component import Component

from scidip.dashboard.widgets import components
from scidip.figures.text import sentences
from scidip.indicators.language.current import N_, _
from scidip.indicators.own_index.workspace import Workspace

HEADS = {
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


def headline(own: Workspace) -> Component:
    """Return what the index is made of."""
    words = _("{indicators} indicators, {dimensions} dimensions, {factors} factors, one index.")
    said = words.format(
        indicators=len(own.indicators),
        dimensions=len(own.framework.level("dimension")),
        factors=sentences.count(len(own.framework.level("factor"))),
    )
    files = ", ".join(own.inputs)
    lede = _("Structure, figures and methodology are the user’s: {files}.").format(files=files)
    return html.Div(
        [html.P(_("Methodology"), className="kicker"), html.H1(said), html.P(lede, className="lede")],
        className="headline",
    )


def steps(own: Workspace) -> Component:
    """Return the choice of each step; what is not there was skipped."""
    items = [
        html.Div(
            [html.Dt(_(head)), html.Dd(html.Code(_written(own.steps[key])) if own.steps.get(key) else _("skipped"))]
        )
        for key, head in HEADS.items()
    ]
    notes = [html.P(note, className="muted") for note in own.notes]
    return components.titled(
        _("Every step"),
        _("As in the file of the methodology; a step without a section is skipped."),
        [html.Dl(items, className="reasons"), *notes],
        _("The same tables and methodology give the same scores in {command}.").format(command="scidip composite"),
    )


def _written(step: Any) -> str:
    told = {key: _short(value) for key, value in step.items()}
    return ", ".join(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in told.items() if value != {})


def _short(value: Any) -> Any:
    """Return a formula without parts as its text alone, as the file may have it."""
    if isinstance(value, dict) and "formula" in value:
        left = {key: part for key, part in value.items() if part}
        return left["formula"] if len(left) == 1 else left
    return value
