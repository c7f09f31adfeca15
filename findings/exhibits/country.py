"""What is shown of a country in tables: its figures, the highest and lowest of them, what moved its score."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from scidip.figures.rows import each_row
from scidip.figures.text import numbers, sentences
from scidip.findings import profile
from scidip.findings.counter_reading import Moved
from scidip.findings.exhibit import Column, Message, Sentence, Table, Words, area_column, coded
from scidip.findings.exhibits import columns
from scidip.findings.session import Desk, institution
from scidip.indicators.language.current import N_, _
from scidip.indicators.model.catalogue import IndicatorSpec
from scidip.indicators.model.framework import Node
from scidip.indicators.model.panel import ANSWERS, Panel

POSITIONS = {"highest": N_("Highest"), "lowest": N_("Lowest")}
SCORING = {
    "scored": N_("scored"),
    "shown_only": N_("shown, not scored"),
    "too_old": N_("too old to score"),
    "supplied": N_("not scored: supplied by the user of this copy"),
}
"""Whether a figure enters the score of its dimension."""
Cells = tuple[Any, ...]


def extremes(desk: Desk, area: str, year: int) -> Table:
    """Return the scored figures furthest up and furthest down among ranked countries, as of `profile.extremes`."""
    high, low = profile.extremes(desk, area, year)
    heads = (
        coded("position", N_("Position"), POSITIONS),
        area_column(desk.areas),
        columns.indicator_column(desk),
        Column("proxy", N_("A proxy"), "flag"),
        columns.YEAR,
        columns.VALUE,
        columns.UNIT,
        columns.OBS_STATUS,
        columns.HOW_KNOWN,
        columns.PERCENTILE,
        *columns.ORIGIN,
    )
    rows = []
    for position, part in (("highest", high), ("lowest", low)):
        for row in each_row(part):
            spec = desk.catalogue.indicators[row.indicator]
            rows.append(
                (
                    position,
                    area,
                    row.indicator,
                    spec.proxy,
                    columns.whole(row.time_period),
                    columns.known(row.obs_value),
                    spec.unit,
                    columns.text(row.obs_status),
                    _status(row),
                    columns.known(row.percentile),
                    *columns.origin(row),
                )
            )
    caption = Message(N_("Highest and lowest figures, {year}"), {"year": year})
    return Table(caption, heads, tuple(rows))


def _status(row: Any) -> str:
    return "carried" if row.carried is True or row.carried == 1 else "own_year"


def moved(desk: Desk, area: str, found: Moved, most: int) -> Table:
    """Return the first *most* dimensions that moved the index, with their scores of both years and points brought."""
    heads = (
        columns.node_column(desk, label=N_("Dimension")),
        columns.node_column(desk, N_("Factor"), "parent"),
        area_column(desk.areas),
        Column("since", N_("Since"), "year"),
        columns.YEAR,
        Column("score_before", N_("Score before"), unit="score"),
        columns.SCORE[0],
        Column("change", N_("Points of the index"), unit="points"),
        Column("change_alike", N_("On the same figures"), unit="points"),
        Column("scored_in_both", N_("Scored in both years"), "flag"),
    )
    node = desk.catalogue.framework.node
    rows = tuple(
        (
            r.node,
            node(r.node).parent,
            area,
            found.since,
            found.year,
            columns.known(r.before),
            columns.known(r.after),
            float(r.change),
            float(r.alike),
            bool(r.known),
        )
        for r in each_row(found.frame.head(most))
    )
    caption = Message(N_("What moved the index from {since} to {year}"), {"since": found.since, "year": found.year})
    return Table(caption, heads, rows)


def of_factor(
    desk: Desk, factor: Node, area: str, figures: pd.DataFrame, scores: Mapping[str, float], year: int
) -> Table:
    """Return the figures of a factor's indicators: *figures* as of `area_queries.area_indicators`, *scores* by node.

    A dimension that is not measured has one row, without an indicator.
    """
    framework, found = desk.catalogue.framework, {row.indicator: row for row in each_row(figures)}
    specs, head = desk.catalogue.indicators, columns.node_column(desk, label=N_("Dimension"))
    group_score = Column("node_score", N_("Dimension score"), unit="score")
    rows: list[Cells] = []
    for node in framework.children(factor.code):
        group = (node.code, columns.known(scores.get(node.code)))
        if node.not_measured:
            rows.append((*group, *_not_measured(area, _node_reason(desk, node.code))))
        rows += [(*group, *_figure(desk, specs[c], area, found.get(c), True, year)) for c in node.indicators]
        shown = framework.shown(node.code)
        rows += [(*group, *_figure(desk, specs[c], area, found.get(c), False, year)) for c in shown]
    caption = _caption(lambda: sentences.factor_title(desk.catalogue.framework.node(factor.code).name), year)
    return Table(caption, (head, group_score, *_figure_columns(desk)), tuple(rows))


def of_panel(desk: Desk, panel: Panel, area: str, figures: pd.DataFrame, year: int) -> Table:
    """Return the figures of a panel's indicators, none of which is scored there."""
    found = {row.indicator: row for row in each_row(figures)}
    code, specs = panel.code, desk.catalogue.indicators
    head = Column("programme", N_("Programme"), "code", names=lambda c: _programmes(desk, code)[c].name)
    rows: list[Cells] = []
    for programme in panel.programme:
        noun = (programme.code, programme.answer)
        if programme.not_measured:
            rows.append((*noun, *_not_measured(area, _aim_reason(desk, code, programme.code))))
        rows += [(*noun, *_figure(desk, specs[c], area, found.get(c), False, year)) for c in programme.indicators]
    caption = _caption(lambda: desk.catalogue.panels[code].name, year)
    answer = coded("answer", N_("Answer"), ANSWERS)
    return Table(caption, (head, answer, *_figure_columns(desk)), tuple(rows))


def own(desk: Desk) -> list[tuple[IndicatorSpec, bool]]:
    """Return what stands beside the catalogue, and before it the producer's, with whether that one is scored."""
    known, leaves = desk.catalogue.indicators, desk.catalogue.framework.leaves
    found: list[tuple[IndicatorSpec, bool]] = []
    for spec in (s for s in known.values() if s.supplied_by):
        if spec.beside in known:
            found.append((known[spec.beside], spec.beside in leaves))
        found.append((spec, False))
    return found


def of_own(desk: Desk, area: str, figures: pd.DataFrame, year: int) -> Table:
    """Return the figures of `own`; none but those of producers is scored."""
    found = {row.indicator: row for row in each_row(figures)}
    rows = [_figure(desk, spec, area, found.get(spec.code), scored, year) for spec, scored in own(desk)]
    caption = _caption(lambda: own_title(desk), year)
    return Table(caption, tuple(_figure_columns(desk)), tuple(rows))


def own_title(desk: Desk) -> str:
    """Return whose figures they are."""
    return _("Figures of {institution}").format(institution=institution(desk))


def _programmes(desk: Desk, panel: str) -> Mapping[str, Any]:
    return {p.code: p for p in desk.catalogue.panels[panel].programme}


def _caption(name: Any, year: int) -> Words:
    words = N_("{name}: figures up to {year}, each with its own year")
    return Sentence(lambda: _(words).format(name=name(), year=year))


def _node_reason(desk: Desk, code: str) -> Sentence:
    return Sentence(lambda: desk.catalogue.framework.node(code).not_measured)


def _aim_reason(desk: Desk, panel: str, code: str) -> Sentence:
    return Sentence(lambda: _programmes(desk, panel)[code].not_measured)


def _figure_columns(desk: Desk) -> Sequence[Column]:
    return (
        columns.indicator_column(desk),
        area_column(desk.areas),
        columns.YEAR,
        columns.VALUE,
        columns.UNIT,
        columns.OBS_STATUS,
        columns.HOW_KNOWN,
        Column("normalised", N_("Score 0–100"), unit="score"),
        coded("scoring", N_("Whether it is scored"), SCORING),
        columns.PERCENTILE,
        *columns.ORIGIN,
        Column("later_period", N_("Year of the first figure after it"), "year"),
        Column("later_value", N_("First figure after it")),
        Column("remark", N_("Remark"), "text"),
    )


def _not_measured(area: str, reason: Sentence) -> Cells:
    return (None, area, *(None,) * 4, "not_measured", *(None,) * 8, reason)


def _figure(desk: Desk, spec: IndicatorSpec, area: str, row: Any, is_scored: bool, year: int) -> Cells:
    """Return the cells of an indicator: a figure with its origin, or why there is none."""
    code = spec.code
    if row is None or not numbers.known(row.obs_value):
        status = "not_published" if spec.absent == "unknown" else "not_known"
        later = (columns.whole(row.later_period), columns.known(row.later_value)) if row is not None else (None, None)
        unit = spec.unit if later[1] is not None else None
        silence = _silence(desk, code, row, year)
        return (code, area, None, None, unit, None, status, *(None,) * 6, *later, silence)
    scoring = "scored" if numbers.known(row.normalised) else "too_old"
    return (
        code,
        area,
        columns.whole(row.time_period),
        float(row.obs_value),
        spec.unit,
        columns.text(row.obs_status) or "A",
        _status(row),
        columns.known(row.normalised) if is_scored else None,
        scoring if is_scored else ("supplied" if spec.supplied_by else "shown_only"),
        columns.known(row.percentile),
        *columns.origin(row),
        None,
        None,
        None if any(columns.origin(row)) else Message(N_("counted by scidip from complete lists")),
    )


def _silence(desk: Desk, code: str, row: Any, year: int) -> Sentence:
    return Sentence(lambda: sentences.not_known(desk.catalogue.indicators[code], row, year))
