"""Every figure of a country, in tables: factor by factor, its partners, and the panels beside the index."""

from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import aria, link
from scidip.dashboard.pages.country import moves, partners, treaties
from scidip.dashboard.widgets import save_menu
from scidip.dashboard.widgets.indicator_table import factor_table, own_table, panel_table
from scidip.findings.exhibits.country import own_title
from scidip.indicators.language.current import _
from scidip.indicators.model.panel import Panel
from scidip.indicators.vocabulary import oldest_current
from scidip.store.queries import area_queries


def section(ctx: Context, area: str, year: int, now: pd.DataFrame) -> list[Component]:
    """Return the tables of the figures behind the index of *area*, factor by factor; *now*: its scores by node."""
    indicators = ctx.query(area_queries.area_indicators, ref_area=area, year=year)
    scores: dict[Any, float] = now["score"].to_dict()
    carried = oldest_current(year) if ctx.own is None else year
    marks = [
        html.Li([html.Span(className=f"mark {kind}", **aria(hidden="true")), words])
        for kind, words in (
            ("solid", _("observed in its year")),
            ("hollow", _("older than {year}, and carried").format(year=carried)),
            ("half", _("estimated or imputed")),
            ("missing", _("no figure published")),
        )
    ]
    sections = [
        html.Section(
            _folded(f.name, _saved(factor_table(ctx, f, area, indicators, scores, year), area)),
            style={"--node": f"var(--{f.code})"},
        )
        for f in ctx.catalogue.framework.level("factor")
    ]
    if any(spec.supplied_by for spec in ctx.catalogue.indicators.values()):
        sections.append(html.Section(_folded(own_title(ctx), _saved(own_table(ctx, area, indicators, year), area))))
    head = html.Div([html.H2(_("Every figure")), html.Ul(marks, className="legend marks")], className="section-head")
    return [head, *sections]


def beside(ctx: Context, area: str, year: int) -> list[Component]:
    """Return what is not in the index: partners, researchers who moved, treaties, and the panels."""
    indicators = ctx.query(area_queries.area_indicators, ref_area=area, year=year)
    further = (moves.section(ctx, area, year), treaties.section(ctx, area))
    return [
        partners.section(ctx, area, year),
        *(part for part in further if part is not None),
        *(_panel(ctx, panel, indicators, area, year) for panel in ctx.catalogue.panels.values()),
    ]


def _saved(table: Component, area: str) -> list[Any]:
    """Return a table of a country with what saves it."""
    return [table, *save_menu.offer(table, f"/download/observations.csv?area={area}")]


def _panel(ctx: Context, panel: Panel, indicators: pd.DataFrame, area: str, year: int) -> Component:
    return html.Section(
        _folded(
            panel.name,
            [
                html.P([panel.description, " ", _unesco(area)], className="figure-subtitle"),
                *_saved(panel_table(ctx, panel, area, indicators, year), area),
            ],
        )
    )


def _unesco(area: str) -> Component:
    return link(_("All of it, with the knowledge gap"), f"/unesco?area={area}")


def _folded(title: str, parts: list[Any]) -> Component:
    """Return *parts* below a title that opens them: who looks for a decision reads past a hundred rows."""
    return html.Details([html.Summary(html.H2(title, className="factor-title")), *parts], className="fold")
