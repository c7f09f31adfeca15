"""What is shown of countries beside each other in tables: two or three quantities, and all scores."""

from collections.abc import Mapping, Sequence
from typing import Any

from scidip.figures.text import numbers
from scidip.findings.exhibit import Column, Message, Table, area_column, coded
from scidip.findings.exhibits import columns
from scidip.findings.session import Desk
from scidip.indicators.language.current import N_

AXES = {"x": N_("across"), "y": N_("upwards"), "size": N_("area of the mark")}
"""What a quantity sets of the mark of a country."""
Found = Mapping[str, Any]
"""Rows by area: score (the value, NaN without one), time_period, and of an indicator its status and origin."""


def quantities(desk: Desk, areas: Sequence[str], axes: Mapping[str, tuple[str, Found]]) -> Table:
    """Return the figures of *areas* in each quantity, area by area: axis → (code of an indicator or node, rows)."""
    heads = (
        area_column(desk.areas),
        coded("axis", N_("Axis"), AXES),
        columns.indicator_column(desk),
        columns.node_column(desk),
        columns.YEAR,
        columns.VALUE,
        columns.UNIT,
        columns.OBS_STATUS,
        columns.HOW_KNOWN,
        *columns.ORIGIN,
    )
    rows = [
        (area, axis, *_quantity(desk, code, found.get(area))) for area in areas for axis, (code, found) in axes.items()
    ]
    caption = N_("The chosen countries, each figure with its own year")
    return Table(caption, heads, tuple(rows))


def _quantity(desk: Desk, code: str, row: Any) -> tuple[Any, ...]:
    spec = desk.catalogue.indicators.get(code)
    which = (code, None) if spec else (None, code)
    unit = spec.unit if spec else "score"
    if row is None or not numbers.known(row.score):
        return (*which, None, None, None, None, _missing(spec is not None, row), None, None, None)
    value = (columns.whole(row.time_period), float(row.score), unit)
    if spec is None:
        return (*which, *value, None, "own_year", None, None, None)
    status = "carried" if row.carried else "own_year"
    return (*which, *value, columns.text(row.obs_status), status, *columns.origin(row))


def _missing(of_indicator: bool, row: Any) -> str:
    if not of_indicator:
        return "too_few"
    return "too_old" if row is not None and numbers.known(row.obs_value) else "not_published"


def side_by_side(desk: Desk, areas: Sequence[str], found: Mapping[tuple[str, str], Any], year: int) -> Table:
    """Return index, factors and dimensions of *areas*, node by node; *found*: rows of scores by area and node."""
    heads = (
        columns.node_column(desk),
        area_column(desk.areas),
        columns.YEAR,
        *columns.SCORE,
        *columns.RANK,
        Column("carried_share", N_("Share of carried figures"), unit="share"),
        columns.HOW_KNOWN,
    )
    nodes = [n.code for n in desk.catalogue.framework.nodes if not n.not_measured]
    rows = [(n, a, year, *_standing(found.get((a, n)))) for n in nodes for a in areas]
    caption = Message(N_("Index, factors and dimensions, {year}"), {"year": year})
    return Table(caption, heads, tuple(rows))


def _standing(row: Any) -> tuple[Any, ...]:
    if row is None:
        return (*(None,) * (len(columns.SCORE) + len(columns.RANK) + 1), "too_few")
    status = "own_year" if numbers.known(row.score) else "too_few"
    return (*columns.scored(row), *columns.rank(row), columns.known(row.carried_share), status)
