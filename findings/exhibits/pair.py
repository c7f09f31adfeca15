"""What is shown of two countries, as exhibits: every layer, trends, exposure, complementarity."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pandas as pd

from scidip.figures.rows import each_row
from scidip.findings import pair_sentences
from scidip.findings.exhibit import Column, Exhibit, Message, Sentence, Table, Words, area_column, coded
from scidip.findings.exhibits.cooperation import event_years, events, expected, fields, moves, treaties
from scidip.findings.pair import STATUS, VISA_RULES, LayerView, PairView, layer_of
from scidip.findings.session import Desk
from scidip.indicators.language.current import N_
from scidip.indicators.pairs.layer import strongest_pairs
from scidip.indicators.pairs.out_of_line import out_of_line

Record = Mapping[str, Any]
Series = tuple[str, str, pd.Series, list[int]]
"""From, to, figures by year, years in which another list begins."""
LAYER = "indicator"


def _ends(pair: PairView) -> tuple[Column, Column]:
    areas = pair.desk.areas
    return (area_column(areas, "ref_area", N_("From")), area_column(areas, "counterpart_area", N_("To")))


def _layer_column(pair: PairView) -> Column:
    return Column(LAYER, N_("Tie"), "code", names=lambda code: pair.desk.catalogue.indicators[code].name)


def layers(pair: PairView) -> Exhibit:
    """Return every layer: a row for each direction, one for both where a layer has no direction.

    A row without a figure says in `status` what that means; `first_period` stands where years are added up.
    """
    columns = (
        _layer_column(pair),
        *_ends(pair),
        Column("both_ways", N_("Both ways"), "flag"),
        Column("first_period", N_("From year"), "year"),
        Column("time_period", N_("Year"), "year"),
        Column("obs_value", N_("Figure")),
        Column("unit", N_("Unit"), "code"),
        Column("meaning", N_("Meaning"), "text"),
        coded("status", N_("How it is known"), STATUS),
        Column("comparable_p10", N_("Comparable pairs, 10th percentile")),
        Column("comparable_p90", N_("Comparable pairs, 90th percentile")),
        coded("reading", N_("Reading"), pair_sentences.READINGS),
    )
    rows = [_layer_row(view, back) for view in pair.ties.values() for back in _ways(view)]
    return Exhibit(
        "pair_layers",
        N_("What ties them"),
        N_("Each layer in both directions where it has two"),
        Table(N_("Every layer of ties between the two, each figure with its own year"), columns, tuple(rows)),
        tuple(pair.ties),
    )


def _ways(view: LayerView) -> tuple[bool, ...]:
    return (False, True) if view.spec.directed else (False,)


def _layer_row(view: LayerView, back: bool) -> tuple[Any, ...]:
    year, known = view.years[back], view.comparison(back=back)
    value = None if year is None else view.value(back=back)
    compared = known if known is not None and known.high > 0 else None
    meaning = None
    if value is not None and view.code == "visa_rule":
        meaning = Message(VISA_RULES[round(value)])
    return (
        view.code,
        *view.ends(back),
        not view.spec.directed,
        view.first_period if year is not None else None,
        year,
        value,
        view.spec.unit,
        meaning,
        "published" if value is not None else view.missing,
        compared.low if compared else None,
        compared.high if compared else None,
        compared.reading if compared else None,
    )


def _by_year(pair: PairView, caption: Words, value: Column, found: list[Series]) -> Table:
    """Return figures by year, the newest first."""
    columns = (
        *_ends(pair),
        Column("time_period", N_("Year"), "year"),
        value,
        Column("series_break", N_("Another list from here on"), "flag"),
    )
    rows = [
        (a, b, int(year), float(amount), int(year) in breaks)
        for a, b, series, breaks in found
        for year, amount in sorted(zip(series.index, series, strict=True), reverse=True)
    ]
    return Table(caption, columns, tuple(rows))


def joint(pair: PairView) -> Exhibit | None:
    """Return joint publications by year; None without any."""
    series = pair.ties["copublications"].layer.series(pair.a, pair.b)
    if series.empty:
        return None
    subtitle = N_("Works with authors in both, by year")
    value = Column("obs_value", N_("Joint publications"), unit="works")
    table = _by_year(pair, subtitle, value, [(pair.a, pair.b, series, [])])
    finding = Sentence(lambda: pair_sentences.joint_words(series))
    return Exhibit("pair_joint", finding, subtitle, table, ("copublications",), _out_of_line(series))


def _out_of_line(series: pd.Series) -> tuple[Sentence, ...]:
    """Return a note on each year of joint publications that is out of line with those beside it."""
    return tuple(Sentence(partial(pair_sentences.out_of_line_words, series, y)) for y in out_of_line(series))


def intensity(pair: PairView) -> Exhibit | None:
    """Return how strong the tie is for the size of both, by year, seen from each; None without joint publications."""
    found = pair_sentences.intensities(pair)
    if found.empty:
        return None
    subtitle = N_(
        "Relative intensity: the partner’s share in its joint publications over its share in those of all others; "
        "1 is neither more nor less"
    )
    ways: list[Series] = [(pair.a, pair.b, found["there"], []), (pair.b, pair.a, found["back"], [])]
    table = _by_year(pair, subtitle, Column("obs_value", N_("Relative intensity"), unit="times"), ways)
    finding = Sentence(lambda: pair_sentences.intensity_words(pair, found))
    notes = _out_of_line(pair.ties["copublications"].layer.series(pair.a, pair.b))
    return Exhibit("pair_intensity", finding, subtitle, table, ("copublications",), notes)


def students(pair: PairView) -> Exhibit | None:
    """Return the students who go each way, by year; None with fewer than two figures."""
    layer = pair.ties["student_flow"].layer
    ways = [(a, b, layer.series(a, b), layer.breaks(a, b)) for a, b in ((pair.a, pair.b), (pair.b, pair.a))]
    if sum(len(series) for _a, _b, series, _breaks in ways) < 2:
        return None
    subtitle = N_("Students of the first enrolled in the second, by year; years without a figure are left open")
    table = _by_year(pair, subtitle, Column("obs_value", N_("Students"), unit="students"), ways)
    notes = tuple(_break_note(pair, a, b, years) for a, b, _series, years in ways if years)
    return Exhibit("pair_students", N_("Students, both ways"), subtitle, table, ("student_flow",), notes)


def _break_note(pair: PairView, a: str, b: str, years: list[int]) -> Sentence:
    return Sentence(lambda: pair_sentences.break_words(pair, a, b, years))


def exposure(pair: PairView) -> Exhibit | None:
    """Return how much each depends on the other, a row for each layer and end; None where neither does in any."""
    columns = (
        _layer_column(pair),
        *_ends(pair),
        Column("time_period", N_("Year"), "year"),
        Column("share", N_("Share of the partner in all ties"), unit="percent", decimals=1),
        Column("place", N_("Place among the partners"), "integer"),
        Column("partners", N_("Partners"), "integer"),
    )
    found = [(view, back, view.exposure(back=back)) for view in pair.ties.values() for back in (False, True)]
    rows = [
        (view.code, *view.ends(back), view.years[back], 100 * own.share, own.place, own.of)
        for view, back, own in found
        if own is not None
    ]
    if not rows:
        return None
    return Exhibit(
        "pair_exposure",
        Sentence(lambda: pair_sentences.exposure_words(pair)),
        N_("The partner’s share in each one’s ties with all partners, and its place among them"),
        Table(N_("Exposure: the partner’s share in all ties of each"), columns, tuple(rows)),
        tuple(pair.ties),
        (N_("Students: share of those abroad whose host is published."),),
    )


def complementarity(pair: PairView) -> Exhibit | None:
    """Return the scores of both in the dimensions that both have; None where there is no such dimension."""
    frame, both = pair_sentences.dimensions(pair)
    if both.empty:
        return None
    year = min(pair.year, pair.desk.years[-1])
    columns = (
        Column("node", N_("Dimension"), "code", names=lambda code: pair.desk.catalogue.framework.node(code).name),
        Column("parent", N_("Factor"), "code", names=lambda code: pair.desk.catalogue.framework.node(code).name),
        area_column(pair.desk.areas),
        Column("time_period", N_("Year"), "year"),
        Column("score", N_("Score"), unit="score"),
    )
    listed = frame[frame["node"].isin(both.index)]
    rows = [(r.node, r.factor, r.ref_area, year, float(r.score)) for r in each_row(listed)]
    return Exhibit(
        "pair_complementarity",
        Sentence(lambda: pair_sentences.complement_words(pair, both)),
        Message(N_("Score of each dimension, 0–100, {year}"), {"year": year}),
        Table(Message(N_("Dimension scores of both, {year}"), {"year": year}), columns, tuple(rows)),
        (),
    )


def strongest(desk: Desk, most: int) -> Exhibit:
    """Return the pairs with the most joint publications of the newest usual year."""
    layer = layer_of(desk, "copublications")
    year = layer.year_for(desk.years[-1])
    pairs = strongest_pairs(layer, year, most) if year else []
    columns = (
        area_column(desk.areas, "ref_area", N_("Country")),
        area_column(desk.areas, "counterpart_area", N_("Partner")),
        Column("time_period", N_("Year"), "year"),
        Column("obs_value", N_("Joint publications"), unit="works"),
    )
    rows = tuple((a, b, year, float(value)) for a, b, value in pairs)
    return Exhibit(
        "strongest_pairs",
        N_("The strongest ties in research"),
        Message(N_("Joint publications of {year}; large countries have large numbers"), {"year": year}),
        Table(N_("Pairs with the most joint publications"), columns, rows),
        ("copublications",),
    )


EXHIBITS: Mapping[str, Callable[[PairView], Exhibit | None]] = {
    "pair_layers": layers,
    "pair_joint": joint,
    "pair_intensity": intensity,
    "pair_expected": expected.of_pair,
    "pair_students": students,
    "pair_moves": moves.moves,
    "pair_moves_balance": moves.balance,
    "pair_treaties": treaties.of_two,
    "pair_events": events.of_pair,
    "pair_event_years": event_years.of_pair,
    "pair_exposure": exposure,
    "pair_complementarity": complementarity,
    "pair_specialisation": fields.of_pair,
    "pair_joint_by_field": fields.joint,
}
"""Every exhibit of a pair by its key; each returns None where there is nothing to show."""
