"""The strongest partners of a country, layer by layer."""

from dash import html
from dash.development.base_component import Component

from dashboard import components
from dashboard.context import Context
from dashboard.markup import Element, bar, el, link
from dashboard.pair_view import LAYERS, SUMMED, layer_of
from figures import numbers
from indicators.language import _, ngettext
from indicators.ties import Layer
from store import pair_queries

MOST = 5
RANKED = tuple(code for code in LAYERS if code != "visa_rule")
"""Layers with sizes; a rule of entry is the same for many and ranks nobody."""


def section(ctx: Context, area: str, year: int) -> Component:
    """Return the five strongest partners of *area* in each layer, up to *year*, each a link to the pair."""
    cells = [c for code in RANKED if (c := _layer(ctx, area, year, code)) is not None]
    if not cells:
        body: Component = html.P(_("No layer of ties covers this country."), className="muted")
    else:
        body = html.Div(cells, className="partner-grid")
    found = ctx.query(pair_queries.sources, codes=RANKED)
    said = _("; ").join(f"{r.source_title}, {r.vintage}, {r.licence}" for r in found.itertuples())
    return components.titled(
        _("Strongest partners"), _("The five largest in each layer of ties; a name opens the pair"), body,
        _("Sources: {sources}. Data version {version}.").format(sources=said, version=ctx.data_version),
        "figure-partners",
    )  # fmt: skip


def _layer(ctx: Context, area: str, year: int, code: str) -> Element | None:
    layer = layer_of(ctx, code)
    spec = ctx.catalogue.indicators[code]
    own = _full_year(layer, area, year)
    if own is None:
        return None
    ties = layer.partners(area, own)
    top = ties.head(MOST)
    when = _("all years") if code in SUMMED else str(own)
    count = ngettext("{n} partner, {year}", "{n} partners, {year}", len(ties)).format(
        n=len(ties), year=when
    )
    items = [
        el("Li", [
            link(ctx.areas.name(partner), f"/pair?a={area}&b={partner}"),
            el("Span", [numbers.value(value, spec.unit), bar(100 * value / top.iloc[0])], className="num"),
        ])
        for partner, value in top.items()
    ]  # fmt: skip
    name = _("{layer}: to").format(layer=_(spec.name)) if spec.directed else _(spec.name)
    return el(
        "Section",
        [el("H3", name), el("P", count, className="muted"), el("Ol", items)],
        className="partner-layer",
    )


def _full_year(layer: Layer, area: str, year: int) -> int | None:
    """Return the newest year up to *year* in which the area has at least half as many partners as in its fullest.

    The newest files of some layers hold a handful of pairs only.
    """
    counts = {y: n for y, n in layer.partner_counts(area).items() if y <= year}
    fullest = max(counts.values(), default=0)
    return max((y for y, n in counts.items() if 2 * n >= fullest), default=None)
