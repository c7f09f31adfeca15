"""The strongest partners of a country, layer by layer, on its page."""

from dash import html
from dash.development.base_component import Component

from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import Element, bar, el, link
from scidip.dashboard.widgets import components
from scidip.figures.rows import each_row
from scidip.figures.text import numbers
from scidip.findings.partners import RANKED, Partners, partners
from scidip.indicators.language.current import _, ngettext
from scidip.store.queries import pair_queries


def section(ctx: Context, area: str, year: int) -> Component:
    """Return the five strongest partners of *area* in each layer, up to *year*, each a link to the pair."""
    cells = [_layer(ctx, area, found) for found in partners(ctx, area, year)]
    if not cells:
        body: Component = html.P(_("No layer of ties covers this country."), className="muted")
    else:
        body = html.Div(cells, className="partner-grid")
    known = ctx.query(pair_queries.sources, codes=RANKED)
    said = _("; ").join(f"{r.source_title}, {r.vintage}, {r.licence}" for r in each_row(known))
    return components.titled(
        _("Strongest partners"),
        _("The five largest in each layer of ties; a name opens the pair"),
        body,
        _("Sources: {sources}. Data version {version}.").format(sources=said, version=ctx.data_version),
        "figure-partners",
    )


def _layer(ctx: Context, area: str, found: Partners) -> Element:
    top, ties = found.top, found.ties
    count = ngettext("{n} partner, {year}", "{n} partners, {year}", len(ties)).format(n=len(ties), year=found.when)
    items = [
        el(
            "Li",
            [
                link(ctx.areas.name(partner), f"/pair?a={area}&b={partner}"),
                el("Span", [numbers.value(value, found.spec.unit), bar(100 * value / top.iloc[0])], className="num"),
            ],
        )
        for partner, value in zip(top.index, top, strict=True)
    ]
    return el(
        "Section", [el("H3", found.name), el("P", count, className="muted"), el("Ol", items)], className="partner-layer"
    )
