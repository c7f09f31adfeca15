"""The quality of the figures as values: coverage, rows set aside, agreement of sources, audits, revisions."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import pandas as pd

from scidip.figures.rows import each_row
from scidip.findings.exhibit import Column, Message, Sentence, Table, Value, area_column, coded
from scidip.findings.exhibits import columns as shared
from scidip.findings.session import Desk
from scidip.indicators.language.current import N_, _
from scidip.indicators.vocabulary import NOT_APPLICABLE
from scidip.store.queries import served, source_queries

THINNEST: Final = 15
"""Ranked areas listed, those with the fewest figures."""
HELD: Final = 200
"""Rows in quarantine listed."""
WORST: Final = 3
"""Disagreements listed of each two series."""
KINDS: Final[Mapping[str, str]] = {
    "figure": N_("Figures of a country, with year and status"),
    "standing": N_("Where a country stands"),
    "change": N_("What moved a country’s score"),
    "percentile": N_("Strengths and weaknesses"),
    "pair": N_("Sentences on two countries"),
    "layer": N_("Layers of two countries, each direction"),
    "claim": N_("Verdicts of the claim checker"),
}
"""Kinds of audited sentences (`publish.audit`) in words."""
OUTCOMES: Final[Mapping[str, str]] = {
    "parsed": N_("read"),
    "loaded": N_("loaded"),
    "excluded": N_("left out"),
    "quarantined": N_("quarantined"),
    "excluded_by_rule": N_("left out by one rule"),
}
"""What became of rows: read = loaded + left out + quarantined; the rules divide what is left out."""
SCALES: Final[Mapping[str, str]] = {"log": N_("logarithms"), "linear": N_("as published")}
SOURCE_CODE: Final = Column("source_id", N_("Source, as a code"), "code")
SOURCE: Final = (SOURCE_CODE, Column("source", N_("Source"), "text"))


def audit(found: pd.DataFrame) -> Table:
    """Return how many printed sentences of each kind were true; *found* as of `audits.last`."""
    columns = (
        Column("kind", N_("What is said"), "code", names=lambda kind: _(KINDS.get(kind, kind))),
        Column("checked", N_("Checked"), "integer"),
        Column("true", N_("True"), "integer"),
        Column("false", N_("False"), "integer"),
    )
    rows = [(r.kind, int(r.checked), int(r.checked - r.untrue), int(r.untrue)) for r in each_row(found)]
    return Table(N_("Sentences held against the figures"), columns, tuple(rows))


def elements(desk: Desk) -> Table:
    """Return the scored indicators of each dimension: areas with any figure, newest year, how long one may be carried.

    A dimension that is not measured has one row, without an indicator, that says why.
    """
    columns = (
        shared.node_column(desk, N_("Dimension")),
        shared.indicator_column(desk),
        Column("proxy", N_("Proxy"), "flag"),
        Column("areas", N_("Areas"), "integer", unit="countries"),
        Column("newest_period", N_("Newest year"), "year"),
        Column("max_age", N_("Maximum carry-forward"), "integer", unit="years"),
        Column("reason", N_("Why it is not measured"), "text"),
    )
    covered = {r.indicator: r for r in each_row(desk.query(source_queries.element_coverage))}
    rows: list[tuple[Value, ...]] = []
    for node in desk.catalogue.framework.level("dimension"):
        if node.not_measured:
            rows.append((node.code, None, None, None, None, None, _why(desk, node.code)))
        for code in node.indicators:
            spec, known = desk.catalogue.indicators[code], covered.get(code)
            areas, newest = (int(known.areas), int(known.newest)) if known else (None, None)
            rows.append((node.code, code, spec.proxy, areas, newest, spec.max_age, None))
    return Table(N_("Indicators of each dimension with their coverage"), columns, tuple(rows))


def _why(desk: Desk, node: str) -> Sentence:
    return Sentence(lambda: desk.catalogue.framework.node(node).not_measured)


def thinnest(desk: Desk, year: int) -> Table:
    """Return the ranked areas with the fewest figures, the fewest first."""
    frame = desk.query(served.ranking, node=desk.index_code, year=year)
    thin = frame[frame["is_ranked"]].sort_values("coverage").head(THINNEST)
    columns = (shared.node_column(desk), shared.YEAR, area_column(desk.areas), *shared.BASIS, *shared.RANGE)
    rows = [(desk.index_code, year, r.ref_area, *shared.basis(r), *shared.ranked(r)) for r in each_row(thin)]
    words = N_("Ranked countries with the fewest figures, {year}")
    return Table(Message(words, {"year": year}), columns, tuple(rows))


def outcomes(desk: Desk) -> Table:
    """Return what became of the rows of each source, a row for each outcome.

    `reason` is the declared rule that left rows out; such rows are counted under "excluded" too.
    """
    columns = (
        *SOURCE,
        Column("vintage", N_("Newest vintage"), "text"),
        coded("outcome", N_("What became of them"), OUTCOMES),
        Column("reason", N_("Why left out"), "text"),
        Column("rows", N_("Rows"), "integer"),
    )
    rules: dict[str, list[Any]] = {}
    for rule in each_row(desk.query(source_queries.exclusions)):
        rules.setdefault(rule.source, []).append(rule)
    rows: list[tuple[Value, ...]] = []
    for r in each_row(desk.query(source_queries.sources)):
        whose = (r.source, r.title, shared.plain(r.vintage))
        counts = (r.parsed, r.loaded, r.excluded, r.quarantined)
        rows += [(*whose, o, None, int(n)) for o, n in zip(OUTCOMES, counts, strict=False)]
        rows += [(*whose, "excluded_by_rule", w.why, int(w.rows)) for w in rules.get(r.source, ())]
    return Table(N_("Rows of each source"), columns, tuple(rows))


def quarantine(held: pd.DataFrame) -> Table:
    """Return the first HELD rows that were not believed; *held* as of `source_queries.quarantined`."""
    columns = (
        SOURCE_CODE,
        Column("check_code", N_("Check"), "code"),
        Column("file", N_("File"), "text"),
        Column("row", N_("Row"), "integer"),
        Column("message", N_("Why"), "text"),
    )
    rows = [
        (r.source, r.check_code, shared.plain(r.file), shared.whole(r.row), r.message)
        for r in each_row(held.head(HELD))
    ]
    return Table(N_("Rows in quarantine"), columns, tuple(rows))


def agreement(desk: Desk) -> Table:
    """Return how series that measure the same thing agree: a row for each of the worst disagreements of two series.

    What is said of the two series as a whole stands in each of their rows; without a disagreement they have one row.
    """
    units = ("first", "second")
    columns = (
        Column("check", N_("Check"), "code"),
        shared.indicator_column(desk, "first_indicator", N_("First series")),
        shared.indicator_column(desk, "second_indicator", N_("Second series")),
        Column("common_cells", N_("Common cells"), "integer"),
        coded("scale", N_("Correlation of"), SCALES),
        Column("correlation", N_("Correlation")),
        Column("correlation_expected", N_("Correlation expected at least")),
        Column("within", N_("Within 5 %"), unit="share"),
        Column("place", N_("Place among the disagreements"), "integer"),
        area_column(desk.areas),
        area_column(desk.areas, "counterpart_area", N_("Partner")),
        shared.YEAR,
        *(c for u in units for c in _side(u)),
    )
    cells: dict[str, list[Any]] = {}
    for cell in each_row(desk.query(source_queries.crosscheck_cells)):
        cells.setdefault(cell.code, []).append(cell)
    rows = [
        row
        for r in each_row(desk.query(source_queries.crosschecks))
        for row in _agreement(desk, r, cells.get(r.code, ())[:WORST])
    ]
    return Table(N_("Agreement of sources"), columns, tuple(rows))


def _side(which: str) -> tuple[Column, Column]:
    label = N_("Figure of the first") if which == "first" else N_("Figure of the second")
    unit = N_("Unit of the first") if which == "first" else N_("Unit of the second")
    return Column(f"{which}_value", label), Column(f"{which}_unit", unit, "code")


def _agreement(desk: Desk, row: Any, worst: Sequence[Any]) -> Iterator[tuple[Value, ...]]:
    whole = (
        row.code,
        row.first,
        row.second,
        int(row.common),
        row.scale,
        shared.plain(row.correlation),
        row.at_least,
        shared.plain(row.within),
    )
    first, second = (desk.catalogue.indicators[c].unit for c in (row.first, row.second))
    for place, cell in enumerate(worst, 1):
        areas = (None if a == NOT_APPLICABLE else a for a in (cell.ref_area, cell.counterpart_area))
        yield (*whole, place, *areas, int(cell.time_period), cell.first, first, cell.second, second)
    if not worst:
        yield (*whole, *(None,) * 8)


def revisions(frame: pd.DataFrame) -> Table:
    """Return what the newest vintages changed; *frame* as of `provenance.last_changes`."""
    columns = (
        *SOURCE,
        Column("replaced_on", N_("Replaced on"), "text"),
        Column("new", N_("New"), "integer"),
        Column("revised", N_("Revised"), "integer"),
        Column("withdrawn", N_("Withdrawn"), "integer"),
    )
    rows = [
        (r.source_id, r.title, str(r.finished_at)[:10], int(r.new), int(r.revised), int(r.gone))
        for r in each_row(frame)
    ]
    return Table(N_("Figures changed by the newest vintages"), columns, tuple(rows))
