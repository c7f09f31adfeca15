"""Every indicator of a country as a table: value, its own year, how it is known, score, origin."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from scidip.dashboard.core.component_tree import holding
from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import Element, aria, bar, el, mark
from scidip.figures.rows import each_row
from scidip.figures.text import numbers, sentences
from scidip.findings.exhibit import Table, said
from scidip.findings.exhibits import country as exhibits
from scidip.indicators.language.current import N_, _
from scidip.indicators.model.catalogue import Catalogue, IndicatorSpec
from scidip.indicators.model.framework import Node
from scidip.indicators.model.panel import Panel, Programme
from scidip.indicators.vocabulary import STATUS_WORDS

HEAD = (
    N_("Indicator"),
    N_("Value"),
    N_("Year"),
    N_("How it is known"),
    N_("Score 0–100"),
    N_("Percentile"),
    N_("Source, vintage, licence"),
)
COLUMNS = ("name", "value", "year", "status", "score", "percentile", "origin")


def factor_table(
    ctx: Context, factor: Node, area: str, indicators: pd.DataFrame, scores: Mapping[str, float], year: int
) -> Component:
    """Return the table of a factor: *indicators* as of `area_queries.area_indicators`, *scores* by node."""
    catalogue = ctx.catalogue
    found = {row.indicator: row for row in each_row(indicators)}
    bodies = [
        _dimension(catalogue, node, found, scores.get(node.code, float("nan")), year)
        for node in catalogue.framework.children(factor.code)
    ]
    values = exhibits.of_factor(ctx, factor, area, indicators, scores, year)
    return _framed(bodies, values, style={"--node": f"var(--{factor.code})"})


def panel_table(ctx: Context, panel: Panel, area: str, indicators: pd.DataFrame, year: int) -> Component:
    """Return the table of a panel, programme by programme; nothing in it is scored there."""
    catalogue = ctx.catalogue
    found = {row.indicator: row for row in each_row(indicators)}
    bodies = []
    for programme in panel.programme:
        aside = _("Not measured. {reason}").format(reason=programme.not_measured) if programme.not_measured else ""
        head = html.Tr(
            [
                html.Th(_noun(programme), scope="rowgroup", colSpan=1 if aside else 7, className="dimension"),
                *([html.Td(aside, colSpan=6, className="dimension-score")] if aside else []),
            ]
        )
        rows = [_row(catalogue.indicators[c], found.get(c), False, year) for c in programme.indicators]
        bodies.append(html.Tbody([head, *rows], className="not-measured" if aside else None))
    return _framed(bodies, exhibits.of_panel(ctx, panel, area, indicators, year))


def own_table(ctx: Context, area: str, indicators: pd.DataFrame, year: int) -> Component:
    """Return the table of what the institution supplied beside the catalogue, none of it scored."""
    found = {row.indicator: row for row in each_row(indicators)}
    rows = [_row(spec, found.get(spec.code), scored, year) for spec, scored in exhibits.own(ctx)]
    return _framed([el("Tbody", rows)], exhibits.of_own(ctx, area, indicators, year))


def _noun(programme: Programme) -> list[Any]:
    """Return the name of a programme, with what its figures stand for only in part where they are a proxy."""
    if not programme.proxy:
        return [programme.name]
    tag = html.Span(_("proxy"), className="tag")
    return [programme.name, " ", tag, html.Small(programme.proxy, className="below")]


def _framed(bodies: list[Any], values: Table, **more: Any) -> Component:
    caption = said(values.caption)
    table = html.Table(
        [
            html.Caption(caption),
            html.Colgroup([html.Col(className=f"col-{c}") for c in COLUMNS]),
            html.Thead(html.Tr([html.Th(_(h), scope="col") for h in HEAD])),
            *bodies,
        ],
        className="table indicators",
    )
    return html.Div(
        holding(table, values), className="table-frame", tabIndex=0, role="region", **more, **aria(label=caption)
    )


def _dimension(catalogue: Catalogue, node: Node, found: Mapping[str, Any], score: float, year: int) -> Element:
    aside = (
        _("Not measured. {reason}").format(reason=node.not_measured) if node.not_measured else _dimension_score(score)
    )
    head = el(
        "Tr",
        [
            el("Th", node.name, scope="rowgroup", colSpan=1 if node.not_measured else 4, className="dimension"),
            el("Td", aside, colSpan=6 if node.not_measured else 3, className="dimension-score"),
        ],
    )
    rows = [_row(catalogue.indicators[c], found.get(c), True, year) for c in node.indicators]
    rows += [_row(catalogue.indicators[c], found.get(c), False, year) for c in catalogue.framework.shown(node.code)]
    return el("Tbody", [head, *rows], className="not-measured" if node.not_measured else None)


def _dimension_score(score: float) -> str:
    return (
        _("Dimension score {score}").format(score=numbers.score(score))
        if numbers.known(score)
        else _("Too few figures for a dimension score")
    )


def _row(spec: IndicatorSpec, row: Any, is_scored: bool, year: int) -> Element:
    name = el("Th", _name(spec), scope="row")
    if row is None or not numbers.known(row.obs_value):
        why = [mark("missing"), sentences.not_known(spec, row, year)]
        return el("Tr", [name, el("Td", why, colSpan=6, className="missing-words")], className="is-missing")
    origin = ", ".join(
        str(part) for part in (row.source_title, row.vintage, row.licence) if isinstance(part, str) and part
    )
    return el(
        "Tr",
        [
            name,
            el("Td", numbers.value(row.obs_value, spec.unit), className="value"),
            el("Td", f"{row.time_period:.0f}", className="num"),
            el("Td", status(row, year), className="status"),
            *_score_cells(spec, row, is_scored),
            el("Td", origin or _("counted by scidip from complete lists"), className="origin"),
        ],
        **{"data-indicator": spec.code},
    )


def _name(spec: IndicatorSpec) -> list[Any]:
    """Return the name, which opens what it measures: with all definitions open nobody sees the figures."""
    notes = [spec.definition, *([spec.note] if spec.note else [])]
    less = [el("Span", _("less is better"), className="tag")] if spec.direction < 0 else []
    proxy = (
        [el("Span", _("proxy"), className="tag", title=_("Stands in for what no producer measures directly"))]
        if spec.proxy
        else []
    )
    summary = el("Summary", [el("Span", spec.name, className="indicator-name"), *proxy, *less])
    return [el("Details", [summary, el("Small", " ".join(notes), className="below")], className="defined")]


def status(row: Any, year: int) -> list[Any]:
    """Return the mark and the words: solid observed, hollow carried, half estimated or imputed."""
    code = row.obs_status if isinstance(row.obs_status, str) else "A"
    words = _(STATUS_WORDS.get(code, code))
    kind = "half" if code in ("E", "I", "U") else "solid"
    # The flag is None, not False, where there is no figure.
    if row.carried is True or (row.carried == 1):
        kind = "hollow" if kind == "solid" else "half-hollow"
        carried = _("carried to {year}").format(year=year)
        words = carried if code == "A" else f"{words}, {carried}"
    return [mark(kind), words]


def _score_cells(spec: IndicatorSpec, row: Any, is_scored: bool) -> list[Element]:
    """Return the cells of score and percentile; in the place of both, that the user's own figures have neither."""
    if spec.supplied_by:
        return [el("Td", _(exhibits.SCORING["supplied"]), colSpan=2, className="status")]
    return [
        el("Td", _score_cell(row.normalised, is_scored), className="score-cell"),
        el("Td", f"{row.percentile:.0f}" if numbers.known(row.percentile) else "", className="num"),
    ]


def _score_cell(normalised: float, is_scored: bool) -> Any:
    if not is_scored:
        return el("Span", _("shown, not scored"), className="muted")
    if not numbers.known(normalised):
        return el("Span", _("too old to score"), className="muted")
    return [el("Span", numbers.score(normalised), className="num"), bar(normalised)]
