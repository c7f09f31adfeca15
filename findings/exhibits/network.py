"""What is shown of a network in tables: the best tied, the partners of one country, who would lose what."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from scidip.figures.rows import each_row
from scidip.findings.exhibit import Column, Message, Sentence, Table, area_column, coded
from scidip.findings.exhibits import columns
from scidip.findings.expected import ties as expected_ties
from scidip.findings.expected.ties import SIDES
from scidip.findings.network import NetworkView
from scidip.findings.pair import first_of
from scidip.indicators.gravity.pair_years import JOINT
from scidip.indicators.language.current import N_, _

Cells = tuple[Any, ...]


def codes(view: NetworkView, areas: Sequence[str]) -> Table:
    """Return the countries in the picture, by their codes."""
    return Table(N_("Countries in the picture"), (area_column(view.desk.areas),), tuple((a,) for a in sorted(areas)))


def _layer_columns(view: NetworkView) -> tuple[Column, ...]:
    """Return the columns that say which figures they are; of joined layers, each with its own year, in one text."""
    if len(view.codes) > 1:
        which = Column("layers", N_("Layers, each with its year"), "text")
    else:
        which = columns.indicator_column(view.desk)
    return which, Column("first_period", N_("From year"), "year"), columns.YEAR


def _layer(view: NetworkView) -> Cells:
    """Return the cells under `_layer_columns`; `first_period` stands where years are added up."""
    years = [year for year in view.years if year]
    newest = max(years, default=None)
    if len(view.codes) > 1:
        pairs = zip(view.codes, view.years, strict=True)
        return ("; ".join(f"{code} {year or ''}".rstrip() for code, year in pairs), None, newest)
    code = view.codes[0]
    return (code, None if newest is None else first_of(view.desk, code, newest), newest)


def _unit(view: NetworkView) -> str:
    """Return the unit of a tie; joined layers count in per mille of all ties."""
    return "per_mille" if len(view.codes) > 1 else view.desk.catalogue.indicators[view.codes[0]].unit


def best_tied(view: NetworkView, most: int) -> Table:
    """Return the first *most* areas by all their ties, with their kept ties, paths and community."""
    group_of = {a: k + 1 for k, group in enumerate(view.network.groups) for a in group}
    frame, layer, unit = view.network.centralities, _layer(view), _unit(view)
    heads = (
        area_column(view.desk.areas),
        *_layer_columns(view),
        Column("obs_value", N_("All ties")),
        columns.UNIT,
        Column("kept_ties", N_("Kept ties"), "integer"),
        Column("paths", N_("Betweenness"), unit="percent"),
        Column("community", N_("Community"), "integer"),
    )
    rows = tuple(
        (r.ref_area, *layer, float(r.strength), unit, int(r.ties), float(r.between), group_of.get(r.ref_area))
        for r in each_row(frame.head(most))
    )
    words = N_("Best-connected countries, {n} of {of}")
    return Table(Message(words, {"n": min(most, len(frame)), "of": len(frame)}), heads, rows)


def partners(view: NetworkView, area: str, most: int) -> Table:
    """Return the strongest *most* partners of *area*, each with its tie and what part of all ties that is."""
    network, layer, unit = view.network, _layer(view), _unit(view)
    i = network.areas.index(area)
    ties = network.all_ties[i]
    whole = float(ties.sum())
    heads = (
        area_column(view.desk.areas),
        area_column(view.desk.areas, "counterpart_area", N_("Partner")),
        *_layer_columns(view),
        Column("obs_value", N_("Tie")),
        columns.UNIT,
        Column("share", N_("Share of its ties"), unit="percent"),
    )
    values = [(p, float(ties[network.areas.index(p)])) for p in network.around(area, most + 1)[1:]]
    beside = _beside_expected(view, area)
    heads = (*heads, *EXPECTED) if beside else heads
    rows = tuple(
        (area, p, *layer, value, unit, 100 * value / whole, *(beside.get(p, NOTHING) if beside else ()))
        for p, value in values
    )
    name = view.desk.areas.name
    caption = Sentence(lambda: _("Partners of {name}").format(name=name(area)))
    return Table(caption, heads, rows)


EXPECTED = (
    Column("ratio", N_("Actual over expected"), unit="times", decimals=2),
    coded("side", N_("Reading"), SIDES),
    Column("expected_period", N_("Year of what is expected"), "year"),
)
NOTHING: Cells = (None, None, None)


def _beside_expected(view: NetworkView, area: str) -> dict[str, Cells]:
    """Return by partner the cells under `EXPECTED`; nothing where other ties than joint publications are shown."""
    years = [year for year in view.years if year]
    own = expected_ties.year_for(view.desk, max(years)) if view.codes == (JOINT,) and years else None
    if own is None:
        return {}
    return {t.b: (t.ratio, t.side, t.year) for t in expected_ties.of_area(view.desk, area, own)}


def losses(view: NetworkView, frame: pd.DataFrame, drop: str, tie: str, most: int) -> Table:
    """Return who would lose most if *drop*, or only its tie with *tie*, dropped out; *frame* as of `losses`."""
    layer, unit = _layer(view), _unit(view)
    heads = (
        area_column(view.desk.areas),
        area_column(view.desk.areas, "dropped_area", N_("Drops out")),
        area_column(view.desk.areas, "dropped_tie", N_("Only its tie with")),
        *_layer_columns(view),
        Column("obs_value", N_("Ties lost")),
        columns.UNIT,
        Column("share", N_("Share of its ties"), unit="percent"),
        Column("cut_off", N_("Cut off"), "flag"),
    )
    rows = tuple(
        (r.ref_area, drop, tie or None, *layer, float(r.lost), unit, 100 * float(r.share), bool(r.cut_off))
        for r in each_row(frame.head(most))
    )
    words = N_("Countries that would lose most, {n} of {of} (territories left out)")
    return Table(Message(words, {"n": min(most, len(frame)), "of": len(frame)}), heads, rows)
