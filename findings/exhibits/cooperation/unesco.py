"""UNESCO's nouns as values: how each is answered, and the knowledge gap of a country and of all."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import pandas as pd

from scidip.figures.rows import each_row, row_at
from scidip.figures.text import numbers, sentences
from scidip.findings.exhibit import Column, Exhibit, Message, Sentence, Table, area_column, coded
from scidip.findings.exhibits import columns
from scidip.findings.session import Desk
from scidip.findings.unesco.gap import COUNTED, PANEL, KnowledgeGap
from scidip.indicators.language.current import N_, _, ngettext
from scidip.indicators.model.panel import ANSWERS, TEXTS, Programme
from scidip.indicators.shortfall import FORMULA
from scidip.store.queries import indicator_queries


def counts(desk: Desk) -> dict[str, int]:
    """Return how many nouns have figures, a proxy, or are not measured."""
    told: list[str] = [p.answer for p in desk.catalogue.panels[PANEL].programme]
    return {answer: told.count(answer) for answer in ANSWERS}


def finding(desk: Desk) -> str:
    """Return how many of UNESCO's nouns are answered, and how."""
    n = counts(desk)
    words = _(
        "Of {all} things that UNESCO’s texts name, {figure} have figures, {proxy} a proxy; {none} are not measured"
    )
    return words.format(all=sum(n.values()), figure=n["figure"], proxy=n["proxy"], none=n["not_measured"])


def answers(desk: Desk, year: int) -> Exhibit:
    """Return every noun with its answer: a row for each indicator, one for what is not measured."""
    panel = desk.catalogue.panels[PANEL]
    heads = (
        Column("programme", N_("What the texts name"), "code", names=lambda c: _programmes(desk)[c].name),
        coded("text", N_("Text"), TEXTS),
        coded("answer", N_("Answer"), ANSWERS),
        columns.indicator_column(desk),
        Column("areas", N_("Countries with a figure"), unit="countries", decimals=0),
        Column("newest_period", N_("Newest year"), "year"),
        Column("median", N_("World median")),
        columns.UNIT,
        *columns.ORIGIN,
        columns.indicator_column(desk, "template", N_("Indicator that may be supplied")),
        Column("remark", N_("Remark"), "text"),
    )
    rows = tuple(row for p in panel.programme for row in _answered(desk, p, year))
    return Exhibit(
        "unesco_answers",
        Sentence(lambda: finding(desk)),
        Message(N_("Figures up to {year}, of states and economies, each with its own year"), {"year": year}),
        Table(Message(N_("What UNESCO’s texts name, and how it is answered, {year}"), {"year": year}), heads, rows),
        tuple(i for p in panel.programme for i in p.indicators),
    )


def _programmes(desk: Desk) -> dict[str, Programme]:
    return {p.code: p for p in desk.catalogue.panels[PANEL].programme}


def _answered(desk: Desk, programme: Programme, year: int) -> Iterator[tuple[Any, ...]]:
    noun = (programme.code, programme.text, programme.answer)
    if programme.not_measured:
        reason = Sentence(lambda: _programmes(desk)[programme.code].not_measured)
        yield (*noun, *(None,) * 8, programme.supply, reason)
        return
    remark = Sentence(lambda: _programmes(desk)[programme.code].proxy) if programme.proxy else None
    for code in programme.indicators:
        yield (*noun, code, *_world(desk, code, year), None, remark)


def _world(desk: Desk, code: str, year: int) -> tuple[Any, ...]:
    """Return countries, newest year, median, unit and origin of an indicator."""
    spec = desk.catalogue.indicators[code]
    frame = desk.query(indicator_queries.indicator_values, code=code, year=year, max_age=spec.max_age)
    known = frame[frame["is_known"] & frame["ref_area"].map(desk.areas.kinds).isin(COUNTED)]
    if known.empty:
        return (0.0, None, None, spec.unit, None, None, None)
    newest = known.sort_values("time_period", kind="stable").iloc[-1]
    return (
        float(len(known)),
        columns.whole(newest["time_period"]),
        float(known["obs_value"].median()),
        spec.unit,
        *columns.origin(newest),
    )


def of_country(desk: Desk, area: str, year: int) -> Exhibit | None:
    """Return the distance of a country's figures from the world median, element by element; None without a figure."""
    gap = KnowledgeGap(desk, year)
    if area not in gap.values.index:
        return None
    heads = (
        columns.indicator_column(desk, label=N_("Element")),
        area_column(desk.areas),
        columns.YEAR,
        columns.VALUE,
        Column("median", N_("World median")),
        Column("difference", N_("Figure minus median")),
        columns.UNIT,
        Column("of_median", N_("Figure as a share of the median"), unit="percent", decimals=0),
        Column("shortfall", N_("Shortfall"), unit="percent", decimals=0),
        Column("areas", N_("Countries with a figure"), unit="countries", decimals=0),
        columns.HOW_KNOWN,
        *columns.ORIGIN,
    )
    own = gap.figures[gap.figures["ref_area"] == area].set_index("indicator")
    rows = tuple(_element(gap, area, code, own) for code in gap.elements)
    return Exhibit(
        "unesco_knowledge_gap",
        Sentence(lambda: _of_country_words(gap, area)),
        Message(N_("Distance of each element from the world median, figures up to {year}"), {"year": year}),
        Table(Message(N_("Knowledge gap by element, {year}"), {"year": year}), heads, rows),
        gap.elements,
        (Message(FORMULA),),
    )


def _element(gap: KnowledgeGap, area: str, code: str, own: pd.DataFrame) -> tuple[Any, ...]:
    unit, line = gap.desk.catalogue.indicators[code].unit, columns.known(gap.lines[code])
    areas = float(gap.counted[code].notna().sum())
    if code not in own.index:
        return (code, area, None, None, line, None, unit, None, None, areas, "not_known", None, None, None)
    row = row_at(own, code)
    value = float(row["obs_value"])
    far = (None, None) if line is None else (value - line, 100 * value / line if line > 0 else None)
    short = columns.known(100 * float(gap.short[code][area]))
    status = "carried" if row["carried"] else "own_year"
    when = columns.whole(row["time_period"])
    return (code, area, when, value, line, far[0], unit, far[1], short, areas, status, *columns.origin(row))


def _of_country_words(gap: KnowledgeGap, area: str) -> str:
    name = sentences.opening(sentences.in_text(gap.desk.areas.name(area)))
    own = row_at(gap.short, area)
    known, below = int(own.notna().sum()), int((own > 0).sum())
    words = ngettext(
        "{name} lies below the world median in {below} of {n} element that is known",
        "{name} lies below the world median in {below} of {n} elements that are known",
        known,
    )
    return words.format(name=name, below=below, n=known)


def of_world(desk: Desk, year: int) -> Exhibit | None:
    """Return the mean shortfall of every state and economy, the largest first; None without figures."""
    gap = KnowledgeGap(desk, year)
    if gap.overall.empty:
        return None
    heads = (
        area_column(desk.areas),
        columns.YEAR,
        Column("shortfall", N_("Mean shortfall"), unit="percent", decimals=0),
        Column("below", N_("Elements below the median"), "integer"),
        Column("known", N_("Elements known"), "integer"),
        coded("status", N_("How it is known"), columns.STATUS),
    )
    rows = tuple(
        (
            r.ref_area,
            year,
            columns.known(100 * r.shortfall),
            int(r.below),
            int(r.known),
            "own_year" if numbers.known(r.shortfall) else "too_few",
        )
        for r in each_row(gap.overall)
    )
    return Exhibit(
        "unesco_knowledge_gap_world",
        Sentence(lambda: _world_words(gap)),
        Message(
            N_("Mean shortfall from the world median over {n} elements, figures up to {year}"),
            {"n": len(gap.elements), "year": year},
        ),
        Table(Message(N_("Knowledge gap of all countries, {year}"), {"year": year}), heads, rows),
        gap.elements,
        (Sentence(lambda: _named(gap)), Message(FORMULA)),
    )


def _world_words(gap: KnowledgeGap) -> str:
    known = gap.overall.dropna(subset=["shortfall"])
    words = _(
        "{below} of {n} countries lie below the world median in most elements; half fall short by {middle} % or more"
    )
    return words.format(
        below=int((known["below"] > known["known"] / 2).sum()),
        n=len(known),
        middle=numbers.fixed(100 * float(known["shortfall"].median()), 0),
    )


def _named(gap: KnowledgeGap) -> str:
    names = sentences.listed([sentences.in_text(gap.desk.catalogue.indicators[c].name) for c in gap.elements])
    return _("Elements: {names}.").format(names=names)


OF_WORLD: Final[Mapping[str, Callable[[Desk, int], Exhibit | None]]] = {
    "unesco_answers": answers,
    "unesco_knowledge_gap_world": of_world,
}
OF_COUNTRY: Final[Mapping[str, Callable[[Desk, str, int], Exhibit | None]]] = {"unesco_knowledge_gap": of_country}
"""Every exhibit by its key; each returns None where there is nothing to show."""
