"""`/llms.txt`, `/robots.txt`, `/sitemap.xml`, the web manifest and `/favicon.ico`: written from what is registered."""

import json
from collections.abc import Iterable, Sequence
from types import ModuleType
from typing import Final
from urllib.parse import urlencode
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import Flask, Response, redirect
from werkzeug.wrappers import Response as BaseResponse

from scidip.dashboard.core.context import Context, current
from scidip.dashboard.core.page import site_name
from scidip.dashboard.server import mount
from scidip.publish.api.openapi import LISTS, OF_PUBLISHED, OF_TWO, TABLES

DEAR: Final = ("/figure/", "/download/", "/embed/", "/oembed", "/_dash-", "/metrics")
"""What crawlers are asked to leave: each answer is computed, and nothing in it is not on a page."""
SPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
ICON: Final = "/assets/favicon.svg"
INK, PAPER = "#17212B", "#FBFAF7"
RULES: Final = (
    "A number never goes without its unit, year and source; each answer of the API names them.",
    "A rank never goes without its 5-95 % range: two countries whose ranges overlap are not in a certain order.",
    "What is missing is missing, not zero. What a proxy measures is called a proxy.",
    "Cite the data version with every number: the same address with `v=` (pages) or `release=` (API) gives it again.",
)
"""What who quotes a figure is asked to keep."""


def register(server: Flask, pages: Sequence[ModuleType]) -> None:
    """Make *server* say where its *pages* and data are."""

    @server.get("/llms.txt")
    def llms() -> Response:
        """Describe the observatory to language models (https://llmstxt.org)."""
        return _text(described(current(), pages), "text/markdown")

    @server.get("/robots.txt")
    def robots() -> Response:
        """Ask crawlers to leave what is computed for each who asks."""
        ctx = current()
        lines = ["User-agent: *", *(f"Disallow: {ctx.prefix}{path}" for path in DEAR)]
        return _text("\n".join([*lines, f"Sitemap: {ctx.site}/sitemap.xml", ""]), "text/plain")

    @server.get("/sitemap.xml")
    def sitemap() -> Response:
        """List the addresses of all pages, countries and indicators."""
        return Response(listed(addresses(current(), pages)), mimetype="application/xml")

    @server.get("/manifest.webmanifest")
    def manifest() -> Response:
        """Describe the site to a device that keeps it."""
        return Response(json.dumps(described_to_devices(current())), mimetype="application/manifest+json")

    @server.get("/favicon.ico")
    def favicon() -> BaseResponse:
        """Lead to the sign of the site."""
        return redirect(mount.at(ICON))


def described(ctx: Context, pages: Sequence[ModuleType]) -> str:
    """Return the description for language models, as Markdown."""
    api = f"{ctx.site}/api/v1"
    served = f" Data version {ctx.data_version}; newest year {ctx.years[-1]}." if ctx.years else " No figures yet."
    without = (OF_PUBLISHED if ctx.own else frozenset()) | (frozenset() if ctx.beside else OF_TWO)
    lines = [
        f"# {ctx.own.name if ctx.own else site_name(ctx.agency)}",
        "",
        (
            "> An index of the user's own: figures, composite scores and the uncertainty of each rank."
            if ctx.own
            else "> Official statistics on science, technology and diplomacy by country and pair of countries, with "
            "composite scores and the uncertainty of each rank."
        )
        + served,
        "",
        *(f"- {rule}" for rule in RULES),
        "",
        "## Data for programs",
        "",
        f"- [OpenAPI 3.1]({api}/openapi.json): every address, filter and answer",
        f"- [How to ask]({api}/): the same for people",
        f"- [SDMX structures]({api}/structure.xml): what the columns of SDMX-CSV mean",
        *(f"- [{name}]({api}/{name}): {words}" for name, words in {**TABLES, **LISTS}.items() if name not in without),
        "",
        "## Pages",
        "",
        *(f"- [{m.PAGE.title}]({ctx.site}{m.PAGE.path})" for m in _there(ctx, pages)),
        "",
    ]
    return "\n".join(lines)


def _there(ctx: Context, pages: Sequence[ModuleType]) -> list[ModuleType]:
    """Return the pages that are more than a sentence: an index of one's own has not all of them."""
    return [m for m in pages if ctx.own is None or m.PAGE.own_index != "never"]


def addresses(ctx: Context, pages: Sequence[ModuleType]) -> list[str]:
    """Return the address of each page, each country that is shown, and each indicator of countries."""
    found = [f"{ctx.site}{m.PAGE.path}" for m in _there(ctx, pages)]
    if ctx.years:
        found += [f"{ctx.site}/country?{urlencode({'area': area})}" for area in sorted(ctx.present_areas)]
    singles = [code for code, spec in ctx.catalogue.indicators.items() if spec.arity != "pair"]
    return found + [f"{ctx.site}/indicator?{urlencode({'indicator': code})}" for code in singles]


def listed(found: Iterable[str]) -> bytes:
    """Return addresses as a sitemap (https://www.sitemaps.org/protocol.html)."""
    root = Element("urlset", xmlns=SPACE)
    for address in found:
        SubElement(SubElement(root, "url"), "loc").text = address
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def described_to_devices(ctx: Context) -> dict[str, object]:
    """Return the web manifest."""
    return {
        "name": site_name(ctx.agency),
        "short_name": ctx.agency.name.said() or "S&T Diplomacy",
        "start_url": f"{ctx.prefix}/",
        "scope": f"{ctx.prefix}/",
        "display": "browser",
        "background_color": PAPER,
        "theme_color": INK,
        "icons": [{"src": f"{ctx.prefix}{ICON}", "sizes": "any", "type": "image/svg+xml"}],
    }


def _text(words: str, mimetype: str) -> Response:
    return Response(words, content_type=f"{mimetype}; charset=utf-8")
