"""What changed between versions, and how much so far, as values."""

from scidip.figures.rows import each_row
from scidip.findings import revision_risk
from scidip.findings.exhibit import Column, Message, Table, area_column
from scidip.findings.exhibits import columns as shared
from scidip.findings.session import Desk
from scidip.findings.what_changed import Changes
from scidip.indicators.language.current import N_
from scidip.store.queries import version_queries


def _of_series(desk: Desk) -> tuple[Column, ...]:
    titles = version_queries.titles(desk.engine).to_dict()
    known = desk.catalogue.indicators
    return (
        Column("source_id", N_("Source"), "code", names=lambda code: str(titles.get(code, code))),
        Column("indicator", N_("Indicator"), "code", names=lambda c: known[c].name if c in known else c),
    )


def figures(desk: Desk, found: Changes) -> Table:
    """Return how many figures of each series are revised, new and gone."""
    columns = (
        *_of_series(desk),
        Column("revised", N_("Revised"), "integer"),
        Column("new", N_("New"), "integer"),
        Column("gone", N_("Gone"), "integer"),
        Column("common", N_("In both"), "integer"),
    )
    rows = [
        (r.source, r.indicator, int(r.revised), int(r.new), int(r.gone), int(r.common)) for r in each_row(found.figures)
    ]
    caption = Message(N_("Figures revised, new and gone from {before} to {after}"), _both(found))
    return Table(caption, columns, tuple(rows))


def ranks(desk: Desk, found: Changes) -> Table:
    """Return whose rank moved, and the places by cause."""
    columns = (
        area_column(desk.areas),
        Column("rank_before", N_("Rank before"), "integer"),
        Column("rank", N_("Rank after"), "integer"),
        Column("places", N_("Places up"), "integer"),
        Column("by_own", N_("By its own figures"), "integer"),
        Column("by_others", N_("By the others’ figures"), "integer"),
        Column("by_method", N_("By code or method"), "integer"),
    )
    rows = [
        (r.ref_area, *(int(getattr(r, c.key)) for c in columns[1:]))  # as many as the columns, in their order
        for r in each_row(found.ranks)
    ]
    caption = Message(N_("Ranks in {year} that moved from {before} to {after}"), _both(found) | {"year": found.year})
    return Table(caption, columns, tuple(rows))


def _both(found: Changes) -> dict[str, str]:
    return {"before": found.before, "after": found.after}


def series_risk(desk: Desk, until: str) -> Table:
    """Return how the figures of each series were revised between vintages so far; one never revised is no row."""
    columns = (
        *_of_series(desk),
        Column("vintages", N_("Vintages"), "integer"),
        Column("common", N_("Figures in both"), "integer"),
        Column("share_revised", N_("Revised"), unit="percent"),
        Column("median_revision", N_("Median revision"), unit="percent"),
        Column("median_of_revised", N_("Median of those revised"), unit="percent"),
    )
    rows = [
        (r.source, r.indicator, int(r.vintages), int(r.common), *(shared.plain(getattr(r, c.key)) for c in columns[4:]))
        for r in each_row(revision_risk.series(desk, until))
        if r.share_revised > 0
    ]
    return Table(N_("How much each series was revised between vintages"), columns, tuple(rows))


def rank_risk(desk: Desk, until: str) -> Table:
    """Return how far each country's rank moved from version to version so far, the largest moves first.

    A country whose rank never moved is no row.
    """
    columns = (
        area_column(desk.areas),
        Column("versions", N_("Versions"), "integer"),
        Column("largest", N_("Largest move, places"), "integer"),
        Column("median", N_("Median move, places")),
    )
    rows = [
        (r.ref_area, int(r.versions), int(r.largest), float(r.median))
        for r in each_row(revision_risk.ranks(desk, until).sort_values("largest", ascending=False, kind="stable"))
        if r.largest > 0
    ]
    return Table(N_("How far each country’s rank moved from version to version"), columns, tuple(rows))
