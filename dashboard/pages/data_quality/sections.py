"""The sections of the report on the quality of the data: each a table, its rows made from the values that are saved."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from dash import html
from dash.development.base_component import Component

from scidip.dashboard.core.context import Context
from scidip.dashboard.widgets import components, save_menu
from scidip.dashboard.widgets.ranking_table import share
from scidip.figures.text import numbers, sentences
from scidip.findings.exhibits import quality as quality_exhibits
from scidip.indicators.language.current import _, ngettext
from scidip.store import audits
from scidip.store.queries import source_queries

Record = Mapping[str, Any]


def elements(ctx: Context) -> Component:
    """Return what measures each dimension, or why nothing does."""
    held = quality_exhibits.elements(ctx)
    rows: list[Component] = []
    for node, listed in groupby(held.records(), lambda r: str(r["node"])):
        of = list(listed)
        name, measured = ctx.catalogue.framework.node(node).name, [r for r in of if r["indicator"]]
        rows += [_not_measured(name, r) for r in of if not r["indicator"]]
        for place, record in enumerate(measured):
            head = [html.Th(name, scope="rowgroup", rowSpan=len(measured))] if place == 0 else []
            rows.append(html.Tr([*head, *_element(ctx, record)]))
    return save_menu.whole_table(
        _("What measures what"),
        _("Scored indicators of each dimension: areas with any figure, newest year, and how long one may be carried"),
        [_("Dimension"), _("Indicator"), _("Areas"), _("Newest year"), _("Maximum carry-forward")],
        rows,
        held,
    )


def _not_measured(name: str, row: Record) -> Component:
    words = _("Not measured. {reason}").format(reason=row["reason"])
    return html.Tr([html.Th(name, scope="row"), html.Td(words, colSpan=4, className="missing-words")])


def _element(ctx: Context, row: Record) -> list[Component]:
    name: list[Any] = [
        ctx.catalogue.indicators[row["indicator"]].name,
        *([html.Span(_("proxy"), className="tag")] if row["proxy"] else []),
    ]
    age = ngettext("{n} year", "{n} years", row["max_age"]).format(n=row["max_age"])
    known = row["areas"] is not None
    return [
        html.Th(name, scope="row"),
        html.Td(_count(row["areas"]) if known else _("none"), className="num"),
        html.Td(str(row["newest_period"]) if known else "", className="num"),
        html.Td(age, className="num"),
    ]


def thinnest(ctx: Context) -> Component:
    """Return the ranked countries with the fewest figures."""
    year = ctx.years[-1]
    held = quality_exhibits.thinnest(ctx, year)
    rows = [
        html.Tr(
            [
                html.Th(components.area_link(r["ref_area"], ctx.areas.name(r["ref_area"]), year), scope="row"),
                html.Td(share(r["coverage"]), className="num"),
                html.Td(share(r["carried_share"]), className="num"),
                html.Td(numbers.rank_words(r["rank"], r["rank_p05"], r["rank_p95"])),
            ]
        )
        for r in held.records()
    ]
    return save_menu.whole_table(
        _("Where the index is thinnest"),
        _(
            "The ranked countries with the fewest figures in {year}: share of indicators known, and of those, carried"
        ).format(year=year),
        [_("Country"), _("Figures known"), _("Carried"), _("Rank and its 5–95 % range")],
        rows,
        held,
    )


def outcomes(ctx: Context) -> Component:
    """Return what became of the rows of each source."""
    held = quality_exhibits.outcomes(ctx)
    rows = [_outcome_row(list(of)) for _id, of in groupby(held.records(), lambda r: str(r["source_id"]))]
    heads = [
        _("Source"),
        _("Newest vintage"),
        _("Read"),
        _("Loaded"),
        _("Left out"),
        _("Quarantined"),
        _("Why left out"),
    ]
    return save_menu.whole_table(
        _("What became of every row"),
        _("Rows read = loaded + left out + quarantined, for each source"),
        heads,
        rows,
        held,
    )


def _outcome_row(of: Sequence[Record]) -> Component:
    """Return the row of a source; *of* are its rows of `quality_exhibits.outcomes`."""
    words = _("; ").join(
        ngettext("{n} row: {reason}", "{n} rows: {reason}", r["rows"]).format(n=_count(r["rows"]), reason=r["reason"])
        for r in of
        if r["reason"]
    )
    return html.Tr(
        [
            html.Th(of[0]["source"], scope="row"),
            html.Td(of[0]["vintage"] or "", className="date"),
            *(html.Td(_count(r["rows"]), className="num") for r in of if not r["reason"]),
            html.Td(words),
        ]
    )


def quarantine(ctx: Context) -> Component:
    """Return the rows that were not believed, each with the check it failed."""
    found = ctx.query(source_queries.quarantined)
    counts = found.groupby("check_code").size().sort_values(ascending=False)
    subtitle = ", ".join(f"{_count(n)} {code}" for code, n in counts.items()) or _("No row is in quarantine.")
    held = quality_exhibits.quarantine(found)
    rows = [
        html.Tr(
            [
                html.Th(html.Code(r["check_code"]), scope="row"),
                html.Td(_("{file}, row {row}").format(file=r["file"], row=r["row"])),
                html.Td(r["message"]),
            ]
        )
        for r in held.records()
    ]
    more = " " + _("Shown are the first 200.") if len(found) > quality_exhibits.HELD else ""
    return save_menu.whole_table(_("Quarantine"), subtitle + more, [_("Check"), _("Where"), _("Why")], rows, held)


def agreement(ctx: Context) -> Component:
    """Return how sources that measure the same thing agree."""
    held = quality_exhibits.agreement(ctx)
    rows: list[Component] = [
        _agreement_row(ctx, list(of)) for _check, of in groupby(held.records(), lambda r: str(r["check"]))
    ]
    if not rows:
        rows = [html.Tr(html.Td(_("No two sources of this copy measure the same thing."), colSpan=5))]
    return save_menu.whole_table(
        _("Sources that measure the same thing"),
        _("On the cells that both have: correlation, share within five per cent, and the worst disagreements"),
        [_("Series"), _("Common cells"), _("Correlation"), _("Within 5 %"), _("Worst disagreements")],
        rows,
        held,
    )


def _agreement_row(ctx: Context, of: Sequence[Record]) -> Component:
    """Return the row of two series; *of* are its rows of `quality_exhibits.agreement`."""
    both, names = of[0], ctx.catalogue.indicators
    series = _("{first} against {second}").format(
        first=names[both["first_indicator"]].name, second=names[both["second_indicator"]].name
    )
    return html.Tr(
        [
            html.Th(series, scope="row"),
            html.Td(_count(both["common_cells"]), className="num"),
            html.Td(verdict(both)),
            html.Td(share(both["within"]), className="num"),
            html.Td(_("; ").join(_disagreement(ctx, r) for r in of if r["place"])),
        ]
    )


def verdict(row: Record) -> str:
    """Return the correlation of two series and whether it is what is expected."""
    found, least = row["correlation"], row["correlation_expected"]
    words = _("{r} of logarithms, as expected") if row["scale"] == "log" else _("{r}, as expected")
    if not numbers.known(found) or found < least:
        words = _("{r} of logarithms, expected {least}") if row["scale"] == "log" else _("{r}, expected {least}")
    return words.format(r=numbers.fixed(found, 4), least=numbers.fixed(least, 2))


def _disagreement(ctx: Context, row: Record) -> str:
    names = [ctx.areas.name(row[a]) for a in ("ref_area", "counterpart_area") if row[a]]
    first, second = (numbers.number(row[f"{side}_value"]) for side in ("first", "second"))
    words = _("{names} {year}: {first} against {second}")
    return words.format(names=sentences.listed(names), year=row["time_period"], first=first, second=second)


def audit(ctx: Context) -> Component:
    """Return how many printed sentences were held against the stored figures, and how many were false."""
    found = ctx.query(audits.last, data_version=ctx.data_version)
    title = _("Sentences held against the figures")
    if found.empty:
        words = _("The sentences on these figures have not been audited yet; the command scidip audit does it.")
        return html.Section(
            [html.H2(title, className="figure-title"), html.P(words, className="figure-subtitle")], className="figure"
        )
    held = quality_exhibits.audit(found)
    write = held.columns[0].write
    rows = [
        html.Tr(
            [
                html.Th(write(r["kind"]), scope="row"),
                *(html.Td(_count(r[n]), className="num") for n in ("checked", "true", "false")),
            ]
        )
        for r in held.records()
    ]
    words = _("{n} drawn sentences were read back and compared with the stored rows on {day}: {false} false")
    subtitle = words.format(
        n=_count(int(found["checked"].sum())),
        day=str(found["checked_at"].iloc[0])[:10],
        false=_count(int(found["untrue"].sum())),
    )
    heads = [_("What is said"), _("Checked"), _("True"), _("False")]
    return save_menu.whole_table(title, subtitle, heads, rows, held)


def _count(n: float) -> str:
    return numbers.fixed(n, 0)
