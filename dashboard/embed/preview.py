"""What the document says to programs that show a link: title, sentence, picture, and where to ask how to embed it."""

from collections.abc import Mapping
from html import escape
from types import ModuleType
from typing import Any, Final
from urllib.parse import urlencode

from flask import request

from scidip.dashboard.core.context import Context
from scidip.dashboard.core.page import site_name
from scidip.dashboard.embed import frames, views
from scidip.dashboard.embed.views import Render, View
from scidip.figures.framed import SIZES, Shape
from scidip.indicators.language.current import N_, _

GENERAL = N_("Official statistics on science, technology and diplomacy by country and pair of countries.")
"""What is said of a view of which nothing was read."""
BROWSING = "Sec-Fetch-Mode"
"""A header of browsers that open a page for a person, who does not see what is said to programs: none is made then."""
SHAPE: Final[Shape] = "wide"


OWN = N_("An index of the user’s own, by country.")
"""The same of an index of one's own."""


def _general(ctx: Context) -> str:
    return _(OWN) if ctx.own else _(GENERAL)


def head(module: ModuleType | None, ctx: Context, render: Render) -> str:
    """Return the tags of the present document; *module* is its page, None of an address that is none."""
    if module is None:
        return _tags({"description": _general(ctx)}, {"og:title": site_name(ctx.agency), "og:type": "website"})
    query = {k: v for k, v in request.args.items() if k not in ("part", frames.THEME)}
    found = None if BROWSING in request.headers else views.of(module, ctx, query, render)
    link = views.address(module, ctx, query)
    alike = f'<link rel="canonical" href="{escape(link)}">' if frames.is_frame() else ""
    alone = '<meta name="robots" content="noindex">' if frames.is_frame() else ""
    return alike + alone + _said(module, ctx, query, found, link) + _discovery(ctx, link, found)


def _said(module: ModuleType, ctx: Context, query: Mapping[str, Any], found: View | None, link: str) -> str:
    title = found.title if found else _(module.PAGE.title)
    sentence = found.sentence if found and found.sentence else _general(ctx)
    about = {"og:title": title, "og:description": sentence, "og:type": "website", "og:url": link}
    about["og:site_name"] = site_name(ctx.agency)
    if found and found.chart:
        about |= {"og:image": picture(module, ctx, query, found.chart)}
        about |= {"og:image:width": str(SIZES[SHAPE][0]), "og:image:height": str(SIZES[SHAPE][1])}
        about["og:image:alt"] = title
    card = "summary_large_image" if "og:image" in about else "summary"
    return _tags({"description": sentence, "twitter:card": card}, about)


def picture(module: ModuleType, ctx: Context, query: Mapping[str, Any], part: str) -> str:
    """Return the address of a part as a picture of the figures that serve now; made when it is asked for, and kept."""
    own = {k: v for k, v in query.items() if k != views.VERSION}
    asked = {**own, "part": part, "shape": SHAPE, views.VERSION: ctx.data_version}
    return f"{ctx.site}/figure/{module.PAGE.name}.png?{urlencode(asked, doseq=True, safe=',')}"


def _discovery(ctx: Context, link: str, found: View | None) -> str:
    asked = urlencode({"url": link, "format": "json"})
    title = escape(found.title if found else site_name(ctx.agency))
    address = escape(f"{ctx.site}/oembed?{asked}")
    return f'<link rel="alternate" type="application/json+oembed" href="{address}" title="{title}">'


def _tags(named: Mapping[str, str], about: Mapping[str, str]) -> str:
    lines = [f'<meta name="{k}" content="{escape(v)}">' for k, v in named.items()]
    return "".join([*lines, *(f'<meta property="{k}" content="{escape(v)}">' for k, v in about.items())])
