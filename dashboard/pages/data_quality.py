"""Data quality: what is measured, how old it is, what was quarantined, how sources agree."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from dash import Dash, html
from dash.development.base_component import Component

from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import aria
from scidip.dashboard.core.page import Page, PageState, make_id
from scidip.dashboard.widgets import components, save_menu
from scidip.dashboard.widgets.ranking_table import share
from scidip.figures.rows import each_row, row_at
from scidip.figures.text import numbers, sentences
from scidip.indicators.language.current import N_, _, ngettext
from scidip.indicators.vocabulary import NOT_APPLICABLE
from scidip.store import audits
from scidip.store.queries import served, source_queries

PAGE = Page(path="/data-quality", title=N_("Data quality"), order=80)
ID = make_id(PAGE)


@dataclass(frozen=True)
class State(PageState):
    """The page has no choices: it is a report."""


def allowed(ctx: Context) -> Mapping[str, Any]:
    """Return what each part of the address may be: nothing is asked."""
    return {}


def layout(ctx: Context, state: State) -> Component:
    """Return the page."""
    sources = ctx.query(source_queries.sources)
    coverage = ctx.query(source_queries.element_coverage).set_index("indicator")
    return html.Div(
        [
            _headline(ctx, sources),
            _elements(ctx, coverage),
            _areas(ctx),
            _rows(ctx, sources),
            _quarantine(ctx),
            _agreement(ctx),
            _audit(ctx),
        ]
    )


KINDS = {
    "figure": N_("Figures of a country, with year and status"), "standing": N_("Where a country stands"),
    "change": N_("What moved a country’s score"), "percentile": N_("Strengths and weaknesses"),
    "pair": N_("Sentences on two countries"), "layer": N_("Layers of two countries, each direction"),
    "claim": N_("Verdicts of the claim checker"),
}  # fmt: skip
"""Kinds of audited sentences (`publish.audit`) in words."""


def _audit(ctx: Context) -> Component:
    """Return how many printed sentences were held against the stored figures, and how many were false."""
    found = ctx.query(audits.last, data_version=ctx.data_version)
    title = _("Sentences held against the figures")
    if found.empty:
        words = _(
            "The sentences on these figures have not been audited yet; the command scidip audit does it."
        )
        return html.Section(
            [html.H2(title, className="figure-title"), html.P(words, className="figure-subtitle")],
            className="figure",
        )
    rows = [
        html.Tr(
            [
                html.Th(_(KINDS.get(r.kind, r.kind)), scope="row"),
                html.Td(_count(r.checked), className="num"),
                html.Td(_count(r.checked - r.untrue), className="num"),
                html.Td(_count(r.untrue), className="num"),
            ]
        )
        for r in each_row(found)
    ]
    words = _(
        "{n} drawn sentences were read back and compared with the stored rows on {day}: {false} false"
    )
    subtitle = words.format(
        n=_count(int(found["checked"].sum())), day=str(found["checked_at"].iloc[0])[:10],
        false=_count(int(found["untrue"].sum())),
    )  # fmt: skip
    heads = [_("What is said"), _("Checked"), _("True"), _("False")]
    return _section(title, subtitle, title, heads, rows)


def register(app: Dash, ctx: Context) -> None:
    """Register nothing: the page does not change once it is drawn."""


def _headline(ctx: Context, sources: pd.DataFrame) -> Component:
    dimensions = ctx.catalogue.framework.level("dimension")
    measured = sum(bool(d.indicators) for d in dimensions)
    parsed, held = int(sources["parsed"].sum()), int(sources["quarantined"].sum())
    supplied = ctx.supplied
    notes = (
        [
            _("Scores contain figures supplied by the user of this copy: {names}.").format(
                names=", ".join(supplied)
            )
        ]
        if supplied
        else []
    )
    return html.Div(
        [
            html.P(_("Data quality"), className="kicker"),
            html.H1(
                _(
                    "{measured} of {all} dimensions are measured; of {read} rows read, {held} were quarantined."
                ).format(
                    measured=measured, all=len(dimensions), read=_count(parsed), held=_count(held)
                )
            ),
            html.P(
                _(
                    "Every row of a producer’s file ends in one of three places: loaded, left out by a declared "
                    "rule, or in quarantine with its reason. Nothing is imputed."
                ),
                className="lede",
            ),
            *(html.P(text, className="notice") for text in notes),
        ],
        className="headline",
    )


def _section(
    title: str, subtitle: str, caption: str, head: list[str], rows: list[Any]
) -> Component:
    for row in rows:
        _label(row, head)
    table = html.Table(
        [
            html.Caption(caption, className="visually-hidden"),
            html.Thead(html.Tr([html.Th(h, scope="col") for h in head])),
            html.Tbody(rows),
        ],
        className="table stack",
    )
    frame = html.Div(
        table, className="table-frame", tabIndex=0, role="region", **aria(label=caption)
    )
    return html.Section(
        [
            html.H2(title, className="figure-title"),
            html.P(subtitle, className="figure-subtitle"),
            frame,
            *save_menu.offer(table),
        ],
        className="figure",
    )


def _label(row: html.Tr, head: list[str]) -> None:
    """Give each figure of *row* the head of its column, which stands beside it where rows are cards.

    A row whose first cell is that of a row above ends in the same columns.
    """
    cells = row.children if isinstance(row.children, list) else []
    for cell, name in zip(reversed(cells), reversed(head[1:]), strict=False):
        if isinstance(cell, html.Td) and cell.children and not getattr(cell, "colSpan", None):
            setattr(cell, "data-label", name)


def _elements(ctx: Context, coverage: pd.DataFrame) -> Component:
    rows: list[Component] = []
    for node in ctx.catalogue.framework.level("dimension"):
        if node.not_measured:
            cells: list[Component] = [
                html.Td(
                    _("Not measured. {reason}").format(reason=node.not_measured),
                    colSpan=4,
                    className="missing-words",
                )
            ]
            rows.append(html.Tr([html.Th(node.name, scope="row"), *cells]))
        for place, code in enumerate(node.indicators):
            spec = ctx.catalogue.indicators[code]
            known = row_at(coverage, code) if code in coverage.index else None
            name: list[Any] = [
                spec.name,
                *([html.Span(_("proxy"), className="tag")] if spec.proxy else []),
            ]
            cells = [
                html.Th(name, scope="row"),
                html.Td(
                    _count(known["areas"]) if known is not None else _("none"), className="num"
                ),
                html.Td(str(known["newest"]) if known is not None else "", className="num"),
                html.Td(
                    ngettext("{n} year", "{n} years", spec.max_age).format(n=spec.max_age),
                    className="num",
                ),
            ]
            head = (
                [html.Th(node.name, scope="rowgroup", rowSpan=len(node.indicators))]
                if place == 0
                else []
            )
            rows.append(html.Tr([*head, *cells]))
    return _section(
        _("What measures what"),
        _(
            "Scored indicators of each dimension: areas with any figure, newest year, and how long one may be carried"
        ),
        _("Indicators of each dimension with their coverage"),
        [_("Dimension"), _("Indicator"), _("Areas"), _("Newest year"), _("Maximum carry-forward")],
        rows,
    )


def _areas(ctx: Context) -> Component:
    year = ctx.years[-1]
    frame = ctx.query(served.ranking, node=ctx.index_code, year=year)
    thin = frame[frame["is_ranked"]].sort_values("coverage").head(15)
    rows = [
        html.Tr(
            [
                html.Th(components.area_link(r.ref_area, r.name, year), scope="row"),
                html.Td(share(r.coverage), className="num"),
                html.Td(share(r.carried_share), className="num"),
                html.Td(numbers.rank_words(r.rank, r.rank_p05, r.rank_p95)),
            ]
        )
        for r in each_row(thin)
    ]
    return _section(
        _("Where the index is thinnest"),
        _(
            "The ranked countries with the fewest figures in {year}: share of indicators known, and of those, carried"
        ).format(year=year),
        _("Ranked countries with the fewest figures, {year}").format(year=year),
        [_("Country"), _("Figures known"), _("Carried"), _("Rank and its 5–95 % range")],
        rows,
    )


def _rows(ctx: Context, sources: pd.DataFrame) -> Component:
    left_out = ctx.query(source_queries.exclusions)
    rows = []
    for r in each_row(sources):
        whys = left_out[left_out["source"] == r.source]
        words = _("; ").join(
            ngettext("{n} row: {reason}", "{n} rows: {reason}", w.rows).format(
                n=_count(w.rows), reason=w.why
            )
            for w in each_row(whys)
        )
        numbers_ = [
            html.Td(_count(n), className="num")
            for n in (r.parsed, r.loaded, r.excluded, r.quarantined)
        ]
        rows.append(
            html.Tr(
                [
                    html.Th(r.title, scope="row"),
                    html.Td(r.vintage or "", className="date"),
                    *numbers_,
                    html.Td(words),
                ]
            )
        )
    return _section(
        _("What became of every row"),
        _("Rows read = loaded + left out + quarantined, for each source"),
        _("Rows of each source"),
        [
            _("Source"),
            _("Newest vintage"),
            _("Read"),
            _("Loaded"),
            _("Left out"),
            _("Quarantined"),
            _("Why left out"),
        ],
        rows,
    )


def _quarantine(ctx: Context) -> Component:
    held = ctx.query(source_queries.quarantined)
    counts = held.groupby("check_code").size().sort_values(ascending=False)
    subtitle = ", ".join(f"{_count(n)} {code}" for code, n in counts.items()) or _(
        "No row is in quarantine."
    )
    rows = [
        html.Tr(
            [
                html.Th(html.Code(r.check_code), scope="row"),
                html.Td(_("{file}, row {row}").format(file=r.file, row=r.row)),
                html.Td(r.message),
            ]
        )
        for r in each_row(held.head(200))
    ]
    return _section(
        _("Quarantine"),
        subtitle + (" " + _("Shown are the first 200.") if len(held) > 200 else ""),
        _("Rows in quarantine"),
        [_("Check"), _("Where"), _("Why")],
        rows,
    )


def _agreement(ctx: Context) -> Component:
    cells = ctx.query(source_queries.crosscheck_cells)
    rows = []
    for r in each_row(ctx.query(source_queries.crosschecks)):
        worst = cells[cells["code"] == r.code].head(3) if len(cells) else cells
        words = _("; ").join(_disagreement(ctx, w) for w in each_row(worst))
        rows.append(
            html.Tr(
                [
                    html.Th(
                        _("{first} against {second}").format(
                            first=_name(ctx, r.first), second=_name(ctx, r.second)
                        ),
                        scope="row",
                    ),
                    html.Td(_count(r.common), className="num"),
                    html.Td(_verdict(r)),
                    html.Td(share(r.within), className="num"),
                    html.Td(words),
                ]
            )
        )
    if not rows:
        rows = [
            html.Tr(html.Td(_("No two sources of this copy measure the same thing."), colSpan=5))
        ]
    return _section(
        _("Sources that measure the same thing"),
        _(
            "On the cells that both have: correlation, share within five per cent, and the worst disagreements"
        ),
        _("Agreement of sources"),
        [
            _("Series"),
            _("Common cells"),
            _("Correlation"),
            _("Within 5 %"),
            _("Worst disagreements"),
        ],
        rows,
    )


def _count(n: float) -> str:
    return numbers.fixed(n, 0)


def _verdict(row: Any) -> str:
    """Return the correlation of two sources and whether it is what is expected."""
    words = _("{r} of logarithms, as expected") if row.scale == "log" else _("{r}, as expected")
    if not numbers.known(row.correlation) or row.correlation < row.at_least:
        words = (
            _("{r} of logarithms, expected {least}")
            if row.scale == "log"
            else _("{r}, expected {least}")
        )
    return words.format(r=numbers.fixed(row.correlation, 4), least=numbers.fixed(row.at_least, 2))


def _name(ctx: Context, code: str) -> str:
    return ctx.catalogue.indicators[code].name


def _disagreement(ctx: Context, row: Any) -> str:
    names = [ctx.areas.name(a) for a in (row.ref_area, row.counterpart_area) if a != NOT_APPLICABLE]
    first, second = (numbers.number(v) for v in (row.first, row.second))
    words = _("{names} {year}: {first} against {second}")
    return words.format(
        names=sentences.listed(names), year=row.time_period, first=first, second=second
    )
