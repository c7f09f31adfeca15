"""The parts of the page of UNESCO's nouns: answers, templates, the knowledge gap."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from scidip.dashboard.core.component_tree import holding
from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import Element, aria, bar, country_path, el, link
from scidip.dashboard.widgets import components, save_menu
from scidip.dashboard.widgets.indicator_table import panel_table
from scidip.figures.text import numbers
from scidip.findings import pair_sentences
from scidip.findings.exhibit import said
from scidip.findings.exhibits.cooperation import unesco as exhibits
from scidip.findings.exhibits.pair_rows import Record
from scidip.findings.unesco.gap import PANEL
from scidip.indicators.language.current import _
from scidip.store.queries import area_queries

TEMPLATE = "/download/template.csv?indicator="


def nouns(ctx: Context, year: int) -> Component:
    """Return every noun with its answer, and the template of what is not measured."""
    shown = exhibits.answers(ctx, year)
    columns = {c.key: c for c in shown.table.columns}
    heads = [columns[k].head for k in ("programme", "answer", "indicator", "areas", "median", "newest_period")]
    bodies: dict[str, list[Record]] = {}
    for r in shown.table.records():
        bodies.setdefault(r["text"], []).append(r)
    groups = [
        html.Tbody(
            [
                html.Tr(
                    html.Th(columns["text"].write(text), scope="rowgroup", colSpan=len(heads), className="dimension")
                ),
                *(_noun(columns, r, heads, before) for r, before in zip(rows, [None, *rows], strict=False)),
            ]
        )
        for text, rows in bodies.items()
    ]
    caption = said(shown.table.caption)
    table = html.Table(
        [html.Caption(caption), html.Thead(html.Tr([html.Th(h, scope="col") for h in heads])), *groups],
        className="table stack unesco-nouns",
    )
    framed = html.Div(
        holding(table, shown.table), className="table-frame", tabIndex=0, role="region", **aria(label=caption)
    )
    how = _("A filled-in table is read by `scidip ingest user --file`; the noun then has figures, marked as supplied.")
    footer = f"{how} {pair_sentences.origins(ctx, shown.series)}"
    return components.titled(_("What is named, and what shows it"), said(shown.subtitle), framed, footer)


def _noun(columns: Any, r: Record, heads: list[str], before: Record | None) -> Element:
    """Return a row; the noun, its answer and what is said of it stand in the first of its rows."""
    first = before is None or before["programme"] != r["programme"]
    name = (
        columns["programme"].write(r["programme"])
        if first
        else el("Span", columns["programme"].write(r["programme"]), className="visually-hidden")
    )
    answer = el("Span", columns["answer"].write(r["answer"]), className="tag" if r["answer"] != "figure" else "")
    remark = el("Small", columns["remark"].write(str(r["remark"])), className="below") if first and r["remark"] else ""
    cells = [el("Td", [answer, " ", remark] if first else "", **{"data-label": heads[1]})]
    if r["answer"] == "not_measured":
        words = _("Table to fill in: {name}").format(name=columns["template"].write(r["template"]))
        cells.append(el("Td", el("A", words, href=TEMPLATE + r["template"]), colSpan=4))
        return el("Tr", [el("Th", name, scope="row"), *cells], className="is-missing")
    median = "–" if r["median"] is None else numbers.value(r["median"], r["unit"])
    told = (
        link(columns["indicator"].write(r["indicator"]), f"/indicator?indicator={r['indicator']}"),
        numbers.fixed(r["areas"], 0),
        median,
        columns["newest_period"].write(r["newest_period"]),
    )
    cells += [
        el("Td", cell, className="num" if k else "", **{"data-label": head})
        for k, (cell, head) in enumerate(zip(told, heads[2:], strict=True))
    ]
    return el("Tr", [el("Th", name, scope="row"), *cells])


def gap_of_world(ctx: Context, year: int) -> list[Component]:
    """Return the distance of every country from the world median, the largest first; nothing without figures."""
    shown = exhibits.of_world(ctx, year)
    if shown is None:
        return []
    rows = [_gap_row(ctx, r) for r in shown.table.records()]
    heads = [c.head for c in shown.table.columns if c.key not in ("time_period", "status")]
    caption = said(shown.table.caption)
    table = components.data_table(caption, heads, rows, shown.table, "stack figures-table unesco-gap")
    footer = " ".join([*map(said, shown.notes), pair_sentences.origins(ctx, shown.series)])
    title = f"{_('Knowledge gap')}: {said(shown.finding)}"
    framed = html.Div(table, className="ranking-frame")
    return [components.titled(title, said(shown.subtitle), framed, footer)]


def _gap_row(ctx: Context, r: Record) -> list[Any]:
    name = link(ctx.areas.name(r["ref_area"]), f"/unesco?area={r['ref_area']}")
    if r["shortfall"] is None:
        return [name, _("too few elements known"), str(r["below"]), str(r["known"])]
    share = el("Div", [f"{numbers.fixed(r['shortfall'], 0)} %", bar(r["shortfall"])], className="value-cell")
    return [name, share, str(r["below"]), str(r["known"])]


def country(ctx: Context, area: str, year: int) -> Component:
    """Return the figures of a country under every noun."""
    panel = ctx.catalogue.panels[PANEL]
    indicators = ctx.query(area_queries.area_indicators, ref_area=area, year=year)
    table = panel_table(ctx, panel, area, indicators, year)
    return html.Section(
        [
            html.H2(ctx.areas.name(area), className="figure-title"),
            html.P(panel.description, className="figure-subtitle"),
            table,
            html.P(link(_("Every figure of the country"), country_path(area, year)), className="figure-footer"),
            *save_menu.offer(table, f"/download/observations.csv?area={area}"),
        ],
        className="figure",
    )


def gap_of_country(ctx: Context, area: str, year: int) -> Component:
    """Return a country's distance from the world median, element by element."""
    shown = exhibits.of_country(ctx, area, year)
    title = _("Knowledge gap")
    if shown is None:
        return components.titled(title, "", html.P(_("None of the elements is known for this country.")), "")
    columns = {c.key: c for c in shown.table.columns}
    keys = ("indicator", "obs_value", "time_period", "median", "of_median", "shortfall")
    rows = [_element(columns, r) for r in shown.table.records()]
    heads = [columns[k].head for k in keys]
    table = components.data_table(said(shown.table.caption), heads, rows, shown.table, "stack figures-table")
    footer = " ".join([*map(said, shown.notes), pair_sentences.origins(ctx, shown.series)])
    return components.titled(f"{title}: {said(shown.finding)}", said(shown.subtitle), table, footer)


def _element(columns: Any, r: Record) -> list[Any]:
    def figure(key: str) -> str:
        return "–" if r[key] is None else numbers.value(r[key], r["unit"])

    name = link(columns["indicator"].write(r["indicator"]), f"/indicator?indicator={r['indicator']}")
    when = columns["time_period"].write(r["time_period"])
    if r["obs_value"] is None:
        return [name, _("not known"), "–", figure("median"), "–", "–"]
    share = "–" if r["of_median"] is None else columns["of_median"].write(r["of_median"])
    short: Any = "–"
    if r["shortfall"] is not None:
        short = el("Div", [columns["shortfall"].write(r["shortfall"]), bar(r["shortfall"])], className="value-cell")
    return [name, figure("obs_value"), when, figure("median"), share, short]
