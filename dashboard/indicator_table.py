"""Every indicator of a country as a table: value, its own year, how it is known, score, origin."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard.markup import Element, bar, el, mark
from figures import numbers
from indicators.catalogue import Catalogue, IndicatorSpec, Node, Panel
from indicators.vocabulary import STATUS_WORDS

HEAD = (
    "Indicator",
    "Value",
    "Year",
    "How it is known",
    "Score 0–100",
    "Percentile",
    "Source, vintage, licence",
)
COLUMNS = ("name", "value", "year", "status", "score", "percentile", "origin")


def factor_table(
    catalogue: Catalogue,
    factor: Node,
    indicators: pd.DataFrame,
    scores: Mapping[str, float],
    year: int,
) -> Component:
    """Return the table of a factor: *indicators* as of `queries.area_indicators`, *scores* by node."""
    found = {row.indicator: row for row in indicators.itertuples()}
    bodies = [
        _dimension(catalogue, node, found, scores.get(node.code, float("nan")), year)
        for node in catalogue.framework.children(factor.code)
    ]
    caption = f"{factor.name} factor: figures up to {year}, each with its own year"
    table = html.Table(
        [
            html.Caption(caption),
            html.Colgroup([html.Col(className=f"col-{c}") for c in COLUMNS]),
            html.Thead(html.Tr([html.Th(h, scope="col") for h in HEAD])),
            *bodies,
        ],
        className="table indicators",
    )
    return html.Div(
        table, className="table-frame", tabIndex=0, role="region", style={"--node": f"var(--{factor.code})"},
        **{"aria-label": caption},
    )  # fmt: skip


def panel_table(
    catalogue: Catalogue, panel: Panel, indicators: pd.DataFrame, year: int
) -> Component:
    """Return the table of a panel, programme by programme; nothing in it is scored there."""
    found = {row.indicator: row for row in indicators.itertuples()}
    bodies = []
    for programme in panel.programme:
        aside = f"Not measured. {programme.not_measured}" if programme.not_measured else ""
        head = html.Tr(
            [
                html.Th(
                    programme.name,
                    scope="rowgroup",
                    colSpan=1 if aside else 7,
                    className="dimension",
                ),
                *([html.Td(aside, colSpan=6, className="dimension-score")] if aside else []),
            ]
        )
        rows = [
            _row(catalogue.indicators[c], found.get(c), False, year) for c in programme.indicators
        ]
        bodies.append(html.Tbody([head, *rows], className="not-measured" if aside else None))
    caption = f"{panel.name}: figures up to {year}, each with its own year"
    table = html.Table(
        [
            html.Caption(caption),
            html.Colgroup([html.Col(className=f"col-{c}") for c in COLUMNS]),
            html.Thead(html.Tr([html.Th(h, scope="col") for h in HEAD])),
            *bodies,
        ],
        className="table indicators",
    )
    return html.Div(
        table, className="table-frame", tabIndex=0, role="region", **{"aria-label": caption}
    )


def _dimension(
    catalogue: Catalogue, node: Node, found: Mapping[str, Any], score: float, year: int
) -> Element:
    aside = f"Not measured. {node.not_measured}" if node.not_measured else _dimension_score(score)
    head = el(
        "Tr",
        [
            el(
                "Th",
                node.name,
                scope="rowgroup",
                colSpan=1 if node.not_measured else 4,
                className="dimension",
            ),
            el("Td", aside, colSpan=6 if node.not_measured else 3, className="dimension-score"),
        ],
    )
    rows = [_row(catalogue.indicators[c], found.get(c), True, year) for c in node.indicators]
    rows += [
        _row(catalogue.indicators[c], found.get(c), False, year)
        for c in catalogue.framework.shown(node.code)
    ]
    return el("Tbody", [head, *rows], className="not-measured" if node.not_measured else None)


def _dimension_score(score: float) -> str:
    return (
        f"Dimension score {numbers.score(score)}"
        if numbers.known(score)
        else "Too few figures for a dimension score"
    )


def _row(spec: IndicatorSpec, row: Any, is_scored: bool, year: int) -> Element:
    name = el("Th", _name(spec), scope="row")
    if row is None or not numbers.known(row.obs_value):
        if spec.absent == "zero":
            said = [
                mark("solid"),
                f"none up to {year}; the source’s list is complete",
            ]
        else:
            said = [
                mark("missing"),
                f"{numbers.NOTHING} up to {year}",
            ]
        return el(
            "Tr",
            [name, el("Td", said, colSpan=6, className="missing-words")],
            className="is-missing",
        )
    origin = ", ".join(
        str(part)
        for part in (row.source_title, row.vintage, row.licence)
        if isinstance(part, str) and part
    )
    return el(
        "Tr",
        [
            name,
            el("Td", numbers.value(row.obs_value, spec.unit), className="value"),
            el("Td", f"{row.time_period:.0f}", className="num"),
            el("Td", status(row, year), className="status"),
            el("Td", _score_cell(row.normalised, is_scored), className="score-cell"),
            el(
                "Td",
                f"{row.percentile:.0f}" if numbers.known(row.percentile) else "",
                className="num",
            ),
            el("Td", origin or "counted by scidip from complete lists", className="origin"),
        ],
        **{"data-indicator": spec.code},
    )


def _name(spec: IndicatorSpec) -> list[Any]:
    notes = [spec.definition, *([spec.note] if spec.note else [])]
    less = [el("Span", "less is better", className="tag")] if spec.direction < 0 else []
    proxy = (
        [
            el(
                "Span",
                "proxy",
                className="tag",
                title="Stands in for what no producer measures directly",
            )
        ]
        if spec.proxy
        else []
    )
    return [
        el("Span", spec.name, className="indicator-name"),
        *proxy,
        *less,
        el("Small", " ".join(notes), className="below"),
    ]


def status(row: Any, year: int) -> list[Any]:
    """Return the mark and the words: solid observed, hollow carried, half estimated or imputed."""
    code = row.obs_status if isinstance(row.obs_status, str) else "A"
    words = STATUS_WORDS.get(code, code)
    kind = "half" if code in ("E", "I", "U") else "solid"
    # The flag is None, not False, where there is no figure.
    if row.carried is True or (row.carried == 1):
        kind = "hollow" if kind == "solid" else "half-hollow"
        words = f"carried to {year}" if code == "A" else f"{words}, carried to {year}"
    return [mark(kind), words]


def _score_cell(normalised: float, is_scored: bool) -> Any:
    if not is_scored:
        return el("Span", "shown, not scored", className="muted")
    if not numbers.known(normalised):
        return el("Span", "too old to score", className="muted")
    return [el("Span", numbers.score(normalised), className="num"), bar(normalised)]
