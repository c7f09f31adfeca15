"""What an agency's file changes around the pages: its logo, its accent, the way to its country, contact and terms."""

from typing import Final

from dash import dcc, html
from dash.development.base_component import Component
from flask import Flask, Response, abort

from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import country_path
from scidip.dashboard.server import mount
from scidip.indicators.agency.profile import Agency
from scidip.indicators.language.current import _

FOLDER: Final = "/agency/"
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""What a logo may do that is opened by itself: nothing."""
TYPES: Final = {"svg": "image/svg+xml; charset=utf-8", "png": "image/png"}
YEAR: Final = 31_536_000
TERMS: Final = "/terms"
"""The address of the page of its own terms."""


def register(server: Flask, agency: Agency) -> None:
    """Make *server* send the agency's logo, where it has one."""
    known = {logo.name: logo for logo in agency.logo.values()}
    if not known:
        return

    @server.get(f"{FOLDER}<name>")
    def logo(name: str) -> Response:
        """Send a logo; its name tells it from every other, so that a browser may keep it."""
        if name not in known:
            abort(404)
        response = Response(known[name].data, content_type=TYPES[known[name].kind])
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
        return response


def nodes(ctx: Context) -> str:
    """Return what the document says of the colours of the nodes of an own index: ink."""
    if ctx.own is None:
        return ""
    named = "".join(f"--{n.code}:var(--ink);" for n in ctx.own.framework.nodes)
    return f"<style>:root{{{named}}}</style>"


def head(agency: Agency) -> str:
    """Return what the document says of the agency's accent; nothing when it has none."""
    if not agency.accent:
        return ""
    light, dark = agency.accent["light"], agency.accent["dark"]
    return f'<style>:root{{--brand:{light}}}:root[data-theme="dark"]{{--brand:{dark}}}</style>'


def name(ctx: Context) -> list[Component]:
    """Return what stands at the top left: the logo, and what this copy is called."""
    own = ctx.agency.name.said()
    if not own:
        return [html.Span(_("Science and Technology") + " "), html.Span(_("Diplomacy Observatory"))]
    both = len(ctx.agency.logo) > 1
    pictures = [
        html.Img(
            src=mount.at(f"{FOLDER}{logo.name}"), alt="", className=f"agency-logo on-{theme}" if both else "agency-logo"
        )
        for theme, logo in ctx.agency.logo.items()
    ]
    return [*pictures, html.Span(own)]


def home(ctx: Context) -> list[Component]:
    """Return the way to the home country, where there is one."""
    area = ctx.agency.home
    if not area:
        return []
    return [dcc.Link(_("Our country"), href=country_path(area), className="home-link", title=ctx.areas.name(area))]


def footer(ctx: Context) -> list[Component]:
    """Return the ways to the agency's contact and terms, where it has them."""
    agency = ctx.agency
    found: list[Component] = []
    if agency.contact:
        found.append(html.A(_("Contact"), href=agency.contact, rel="noopener"))
    if agency.terms:
        found.append(html.A(_("Terms of use"), href=agency.terms, rel="noopener"))
    elif agency.terms_text:
        found.append(dcc.Link(_("Terms of use"), href=TERMS))
    return found
