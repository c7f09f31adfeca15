"""What an institution supplied for an indicator that a producer publishes, beside the producer's figures."""

from dash import html
from dash.development.base_component import Component

from scidip.dashboard.core.fast_html import link
from scidip.dashboard.widgets import components
from scidip.dashboard.widgets.quantity import Quantity
from scidip.findings.exhibit import said
from scidip.findings.exhibits import indicator as exhibits
from scidip.findings.exhibits.country import own_title
from scidip.indicators.language.current import _


def section(quantity: Quantity, year: int) -> list[Component]:
    """Return a table of both figures for *year*, on the page of either; nothing where there is none beside it."""
    ctx, spec = quantity.ctx, quantity.spec
    if spec is None:
        return []
    known = ctx.catalogue.indicators
    pairs = [(s, known[s.beside]) for s in known.values() if s.beside in known and spec.code in (s.code, s.beside)]
    return [_beside(Quantity(ctx, own.code), Quantity(ctx, base.code), year) for own, base in pairs]


def _beside(own: Quantity, official: Quantity, year: int) -> Component:
    ctx, spec = own.ctx, own.spec
    assert spec is not None
    held = exhibits.beside(ctx, own.code, own.values(year), official.values(year), year)
    rows = [[c.write(v) for c, v in zip(held.columns, row, strict=True)] for row in held.rows]
    pages = [link(q.name, f"/indicator?indicator={q.code}") for q in (own, official)]
    return html.Div(
        components.titled(
            own_title(ctx),
            spec.note,
            [components.as_table(_("Both figures"), said(held.caption), [c.head for c in held.columns], rows, held)],
            [pages[0], " · ", pages[1]],
        )
    )
