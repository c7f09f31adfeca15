"""Every figure of an area as values: of a factor, dimension by dimension, and of a panel beside the index."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import pandas as pd

from scidip.figures.rows import each_row
from scidip.figures.text import numbers
from scidip.findings.exhibit import Column, Message, Sentence, Table, Value, area_column
from scidip.findings.exhibits import columns as shared
from scidip.findings.session import Desk
from scidip.indicators.language.current import N_
from scidip.indicators.model.catalogue import IndicatorSpec, Panel
from scidip.indicators.model.framework import Node

FIGURE: Final = (
    shared.YEAR, Column("obs_value", N_("Value")), shared.UNIT, shared.HOW_KNOWN, shared.OBS_STATUS,
    Column("normalised", N_("Score 0–100"), unit="score"), Column("percentile", N_("Percentile"), unit="percent"),
    *shared.ORIGIN, Column("later_period", N_("Year of the first figure after it"), "year"),
    Column("later_value", N_("First figure after it")),
)  # fmt: skip
"""A figure of an area: `later_…` is what is known first after the year asked for, where nothing is known up to it."""
CAPTION: Final = N_("{name}: figures up to {year}, each with its own year")
NONE: Final = (None,) * len(FIGURE)


def of_factor(
    desk: Desk,
    factor: Node,
    area: str,
    indicators: pd.DataFrame,
    scores: Mapping[str, float],
    year: int,
) -> Table:
    """Return the figures of an area in a factor: a row for each dimension with its score, then its indicators.

    indicators: as of `area_queries.area_indicators`; scores: by node. A dimension's row has no indicator; `reason` says
    why one is not measured. `is_scored` is false of what is shown with a dimension only.
    """
    columns = (
        area_column(desk.areas), shared.node_column(desk, N_("Dimension")), shared.indicator_column(desk),
        Column("is_scored", N_("Scored"), "flag"), *FIGURE, Column("score", N_("Score"), unit="score"),
        Column("reason", N_("Why it is not measured"), "text"),
    )  # fmt: skip
    found = {row.indicator: row for row in each_row(indicators)}
    rows = [
        row
        for node in desk.catalogue.framework.children(factor.code)
        for row in _dimension(desk, node, area, found, scores.get(node.code), year)
    ]
    code = factor.code
    words = {"name": Sentence(lambda: shared.scored_name(desk, code)), "year": year}
    return Table(Message(CAPTION, words), columns, tuple(rows))


def _dimension(
    desk: Desk, node: Node, area: str, found: Mapping[str, Any], score: float | None, year: int
) -> Iterator[tuple[Value, ...]]:
    code, value = node.code, shared.plain(score)
    if node.not_measured:
        why = Sentence(lambda: desk.catalogue.framework.node(code).not_measured)
        yield (area, code, None, None, year, None, None, "not_measured", *NONE[4:], None, why)
    else:
        status = None if value is not None else "too_few"
        yield (area, code, None, None, year, None, None, status, *NONE[4:], value, None)
    for indicator, scored in (
        *((i, True) for i in node.indicators),
        *((i, False) for i in desk.catalogue.framework.shown(code)),
    ):
        spec = desk.catalogue.indicators[indicator]
        own = _figure(spec, found.get(indicator), scored)
        yield (area, code, indicator, scored, *own, None, None)


def of_panel(desk: Desk, panel: Panel, area: str, indicators: pd.DataFrame, year: int) -> Table:
    """Return the figures of an area in a panel, programme by programme; nothing in it is scored there.

    indicators: as of `area_queries.area_indicators`. A programme that is not measured has a row that says why.
    """
    code = panel.code
    columns = (
        area_column(desk.areas),
        Column("programme", N_("Programme"), "code", names=lambda key: _programme(desk, code, key).name),
        shared.indicator_column(desk), *FIGURE, Column("reason", N_("Why it is not measured"), "text"),
    )  # fmt: skip
    found = {row.indicator: row for row in each_row(indicators)}
    rows: list[tuple[Value, ...]] = []
    for programme in panel.programme:
        key = programme.code
        if programme.not_measured:
            why = _why(desk, code, key)
            rows.append((area, key, None, year, None, None, "not_measured", *NONE[4:], why))
        rows += [
            (area, key, i, *_figure(desk.catalogue.indicators[i], found.get(i), False), None)
            for i in programme.indicators
        ]
    words = {"name": Sentence(lambda: desk.catalogue.panels[code].name), "year": year}
    return Table(Message(CAPTION, words), columns, tuple(rows))


def _programme(desk: Desk, panel: str, key: str) -> Any:
    return next(p for p in desk.catalogue.panels[panel].programme if p.code == key)


def _why(desk: Desk, panel: str, key: str) -> Sentence:
    return Sentence(lambda: _programme(desk, panel, key).not_measured)


def _figure(spec: IndicatorSpec, row: Any, scored: bool) -> tuple[Value, ...]:
    """Return the cells under FIGURE of an indicator; *row* is None where nothing is known of it."""
    if row is None or not numbers.known(row.obs_value):
        status = "not_published" if spec.absent == "unknown" else "not_known"
        later = row if row is not None and numbers.known(row.later_period) else None
        period, value = (later.later_period, later.later_value) if later else (None, None)
        then = (shared.whole(period), shared.plain(value))
        return (None, None, spec.unit, status, *NONE[4:-2], *then)
    carried = row.carried is True or row.carried == 1
    return (
        shared.whole(row.time_period), row.obs_value, spec.unit, "carried" if carried else "own_year",
        shared.status_of(row), shared.plain(row.normalised) if scored else None, shared.plain(row.percentile),
        *shared.origin(row), None, None,
    )  # fmt: skip
