"""The tables of the network: the best tied, the partners of one country, and who would lose what."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from scidip.dashboard.core.component_tree import holding
from scidip.dashboard.core.fast_html import aria, country, el, link, num
from scidip.dashboard.widgets import components, save_menu
from scidip.figures.rows import each_row
from scidip.figures.text import numbers, sentences
from scidip.findings.exhibit import Table, said
from scidip.findings.exhibits import network as exhibits
from scidip.findings.expected.ties import SIDES
from scidip.findings.network import NetworkView
from scidip.indicators.language.current import _, ngettext
from scidip.store.queries import pair_queries

LISTED = 25
LOSERS = 12


def codes(view: NetworkView, nodes: pd.DataFrame) -> Component:
    """Return the names behind the codes in the picture: names would cover each other there."""
    shown = exhibits.codes(view, nodes["ref_area"].tolist())
    name = shown.columns[0].write
    rows = [[area, name(area)] for (area,) in shown.rows]
    return components.as_table(_("The codes in words"), said(shown.caption), (_("Code"), _("Country")), rows, shown)


def sources(view: NetworkView) -> str:
    """Return who published the layers, with their years."""
    found = view.desk.query(pair_queries.sources, codes=view.codes)
    origins = _("; ").join(f"{r.source_title}, {r.vintage}, {r.licence}" for r in each_row(found))
    joined = ""
    if len(view.codes) > 1:
        joined = " " + _("Joined layers: each tie’s share of its layer, averaged, so that every layer weighs the same.")
    return (
        _("{when}. Sources: {sources}. Data version {version}.").format(
            when=view.when, sources=origins, version=view.desk.data_version
        )
        + joined
    )


def ties(view: NetworkView, area: str) -> Component:
    """Return the best-tied countries, or the partners of *area* where it takes part."""
    if area and area in view.network.areas:
        return _partners(view, area)
    shown = exhibits.best_tied(view, LISTED)
    rows = [
        el(
            "Tr",
            [
                el("Th", country(r["ref_area"], view.desk.areas.name(r["ref_area"])), scope="row"),
                num(view.write(r["obs_value"]), **{"data-label": _("All ties")}),
                num(numbers.number(r["kept_ties"]), **{"data-label": _("Kept ties")}),
                num(f"{numbers.fixed(r['paths'])} %", **{"data-label": _("Betweenness")}),
                num(str(r["community"] or "–"), **{"data-label": _("Community")}),
            ],
        )
        for r in shown.records()
    ]
    heads = (_("Country"), _("All ties"), _("Kept ties"), _("Betweenness"), _("Community"))
    note = _(
        "Betweenness: share of the shortest paths between two others that lead through the country, a strong tie "
        "being short. Community: those tied more among themselves than with others (Louvain), numbered by size."
    )
    return _table(shown, heads, rows, note)


def _partners(view: NetworkView, area: str) -> Component:
    shown, name = exhibits.partners(view, area, LISTED), view.desk.areas.name
    records = shown.records()
    when = next((r["expected_period"] for r in records if r.get("expected_period")), None)
    beside = _("Actual over expected, {year}").format(year=when) if when else ""
    rows = [
        el(
            "Tr",
            [
                el("Th", link(name(r["counterpart_area"]), f"/pair?a={area}&b={r['counterpart_area']}"), scope="row"),
                num(view.write(r["obs_value"]), **{"data-label": _("Tie")}),
                num(f"{numbers.fixed(r['share'])} %", **{"data-label": _("Share of its ties")}),
                *([num(_ratio(r), **{"data-label": beside})] if beside else []),
            ],
        )
        for r in records
    ]
    heads = (_("Partner"), _("Tie"), _("Share of its ties"), *([beside] if beside else []))
    return _table(shown, heads, rows, _("A name opens the pair."))


def _ratio(r: Mapping[str, Any]) -> str:
    """Return actual over expected with its reading where it is clear; "–" where too little is expected."""
    if r["ratio"] is None:
        return "–"
    ratio = numbers.fixed(r["ratio"], 2)
    return ratio if r["side"] == "within" else f"{ratio}, {_(SIDES[r['side']])}"


def _table(shown: Table, heads: tuple[str, ...], rows: list[Any], note: str) -> Component:
    title = said(shown.caption)
    head = [html.Th(h, scope="col", className="num" if k else "") for k, h in enumerate(heads)]
    table = html.Table([html.Caption(title), html.Thead(html.Tr(head)), html.Tbody(rows)], className="table stack")
    return html.Section(
        [
            html.H2(title, className="figure-title"),
            html.Div(holding(table, shown), className="table-frame", tabIndex=0, role="region", **aria(label=title)),
            html.P(note, className="figure-footer"),
            *save_menu.offer(table),
        ],
        className="figure",
    )


def loss(view: NetworkView, drop: str, tie: str) -> Component:
    """Return who would lose most without a country, or without one tie, and who would be cut off."""
    name, areas = view.desk.areas.name, view.network.areas
    if not drop:
        return html.P(_("Choose a country, and see who would lose most of its ties."), className="muted")
    if drop not in areas or (tie and (tie not in areas or tie == drop)):
        return html.P(_("There is no such tie in this layer, year and group."), className="muted")
    frame = view.network.losses(drop, tie)
    # Territories hang on their state by nature; they would fill the list and say nothing.
    kinds = view.desk.areas.kind
    frame = frame[[kinds(a) != "territory" for a in frame["ref_area"]]]
    subject = sentences.in_text(name(drop))
    if frame.empty:
        return html.P(
            _("Nobody would lose anything: {name} has no tie here.").format(name=subject), className="finding"
        )
    shown = exhibits.losses(view, frame, drop, tie, LOSERS)
    rows = [
        el(
            "Tr",
            [
                el("Th", country(r["ref_area"], name(r["ref_area"])), scope="row"),
                num(view.write(r["obs_value"]), **{"data-label": _("Ties lost")}),
                num(f"{numbers.fixed(r['share'])} %", **{"data-label": _("Share of its ties")}),
                num(_("yes") if r["cut_off"] else _("no"), **{"data-label": _("Cut off")}),
            ],
        )
        for r in shown.records()
    ]
    heads = (_("Country"), _("Ties lost"), _("Share of its ties"), _("Cut off"))
    said_of = html.P(_loss_words(view, frame, drop, tie), className="finding")
    return html.Div([said_of, _table(shown, heads, rows, sources(view))], className="figure-narrow")


def _loss_words(view: NetworkView, frame: pd.DataFrame, drop: str, tie: str) -> str:
    """Return who would lose most, and who would be cut off; *frame* as of `losses`, not empty."""
    name = view.desk.areas.name
    subject = sentences.in_text(name(drop))
    cut = [sentences.in_text(name(a)) for a in frame.loc[frame["cut_off"], "ref_area"]]
    most = frame.iloc[0]
    if tie:
        words = _("Without the tie between {name} and {other}, {most} would lose {share} % of all its ties.")
    else:
        words = _("Without {name}, {most} would lose most: {share} % of all its ties.")
    sentence = words.format(
        name=subject,
        other=sentences.in_text(name(tie)) if tie else "",
        most=sentences.in_text(name(most["ref_area"])),
        share=numbers.fixed(100 * most["share"]),
    )
    if cut:
        listed = cut
        if len(cut) > 6:
            listed = [*cut[:5], _("{n} others").format(n=sentences.count(len(cut) - 5))]
        more = ngettext(
            "{names} would be cut off from the largest connected group, unless a weaker tie took its place.",
            "{names} would be cut off from the largest connected group, unless weaker ties took their place.",
            len(cut),
        ).format(names=sentences.opening(sentences.listed(listed)))
    else:
        more = _("Nobody would be cut off from the largest connected group.")
    return f"{sentence} {more}"
