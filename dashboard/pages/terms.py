"""Terms of use: what the agency that runs this copy says of its use, in its own words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dash import Dash, html
from dash.development.base_component import Component

from scidip.dashboard.core.context import Context
from scidip.dashboard.core.page import Page, PageState, site_name
from scidip.dashboard.widgets import components
from scidip.indicators.agency.plain_text import Block, Link, Span
from scidip.indicators.language.current import N_, _

PAGE = Page(path="/terms", title=N_("Terms of use"), order=97, in_menu=False, needs_scores=False, own_index="always")
BELOW = {"h1": html.H2, "h2": html.H3, "h3": html.H4}
"""Headings of the text stand below that of the page."""


@dataclass(frozen=True)
class State(PageState):
    """The address: /terms."""


def exists(ctx: Context) -> bool:
    """Return whether there is such a page: only where the agency has a text."""
    return bool(ctx.agency.terms_text)


def allowed(ctx: Context) -> Mapping[str, Any]:
    """Return what each part of the address may be."""
    return {}


def layout(ctx: Context, state: State) -> Component:
    """Return the page: the text, headings, paragraphs, lists and links only."""
    text = ctx.agency.terms_text
    if not text:
        return components.not_found()
    title = [html.P(site_name(ctx.agency), className="kicker"), html.H1(_(PAGE.title))]
    return html.Div([html.Div(title, className="headline"), html.Section([*map(_block, text)], className="terms")])


def _block(block: Block) -> Component:
    if block.kind in ("ul", "ol"):
        items = [html.Li([*map(_span, line)]) for line in block.lines]
        return html.Ul(items) if block.kind == "ul" else html.Ol(items)
    kind = BELOW.get(block.kind, html.P)
    made: Component = kind([_span(span) for line in block.lines for span in line])
    return made


def _span(span: Span) -> Any:
    return html.A(span.text, href=span.address, rel="noopener") if isinstance(span, Link) else span


def register(app: Dash, ctx: Context) -> None:
    """Register nothing: the page does not change once it is drawn."""
