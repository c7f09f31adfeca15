"""Data quality: what is measured, how old it is, what was quarantined, how sources agree."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from dash import Dash, html
from dash.development.base_component import Component

from scidip.dashboard.core.context import Context
from scidip.dashboard.core.page import Page, PageState, make_id
from scidip.dashboard.pages.data_quality import sections
from scidip.figures.text import numbers
from scidip.indicators.language.current import N_, _
from scidip.store.queries import source_queries

PAGE = Page(path="/data-quality", title=N_("Data quality"), order=80)
ID = make_id(PAGE)


@dataclass(frozen=True)
class State(PageState):
    """The page has no choices: it is a report."""


def allowed(ctx: Context) -> Mapping[str, Any]:
    """Return what each part of the address may be: nothing is asked."""
    return {}


def layout(ctx: Context, state: State) -> Component:
    """Return the page."""
    sources = ctx.query(source_queries.sources)
    return html.Div(
        [
            _headline(ctx, sources),
            sections.elements(ctx),
            sections.thinnest(ctx),
            sections.outcomes(ctx),
            sections.quarantine(ctx),
            sections.agreement(ctx),
            sections.audit(ctx),
        ]
    )


def register(app: Dash, ctx: Context) -> None:
    """Register nothing: the page does not change once it is drawn."""


def _headline(ctx: Context, sources: pd.DataFrame) -> Component:
    dimensions = ctx.catalogue.framework.level("dimension")
    measured = sum(bool(d.indicators) for d in dimensions)
    parsed, held = int(sources["parsed"].sum()), int(sources["quarantined"].sum())
    supplied = ctx.supplied
    notes = (
        [_("Scores contain figures supplied by the user of this copy: {names}.").format(names=_(", ").join(supplied))]
        if supplied
        else []
    )
    return html.Div(
        [
            html.P(_("Data quality"), className="kicker"),
            html.H1(
                _("{measured} of {all} dimensions are measured; of {read} rows read, {held} were quarantined.").format(
                    measured=measured, all=len(dimensions), read=numbers.fixed(parsed, 0), held=numbers.fixed(held, 0)
                )
            ),
            html.P(
                _(
                    "Every row of a producer’s file ends in one of three places: loaded, left out by a declared "
                    "rule, or in quarantine with its reason. Nothing is imputed."
                ),
                className="lede",
            ),
            *(html.P(text, className="notice") for text in notes),
        ],
        className="headline",
    )
