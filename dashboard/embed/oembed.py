"""`/oembed?url=…`: how a link of ours is embedded, asked by programs (https://oembed.com, version 1.0)."""

from collections.abc import Mapping, Sequence
from html import escape
from types import ModuleType
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from flask import Flask, Response, jsonify, request

from scidip.dashboard.core.context import Context, current
from scidip.dashboard.core.page import site_name
from scidip.dashboard.embed import frames, preview, views
from scidip.dashboard.embed.views import Render
from scidip.dashboard.server import errors
from scidip.figures.framed import SIZES
from scidip.indicators.language.current import _

WIDTH: Final = 800
HEIGHT: Final = 600
LEAST: Final = 200
"""Pixels: of a frame, unless less is asked for; below which nothing can be read."""
AGE: Final = 86_400
"""Seconds for which an answer may be kept."""


def register(server: Flask, pages: Sequence[ModuleType], render: Render) -> None:
    """Make *server* say how views of *pages* are embedded."""
    by_name = {m.PAGE.name: m for m in pages}

    @server.get("/oembed")
    def oembed() -> Response:
        """Answer as oEmbed's type "rich": an iframe of a part of the page that `url` names."""
        if request.args.get("format", "json") != "json":
            return errors.answer(501, _("Only JSON is answered here."), _("Ask with format=json."))
        found = view_of(request.args.get("url", ""), current(), by_name)
        if found is None:
            return errors.answer(
                404,
                _("The address is none of a page of this observatory."),
                _("Give the address of a page, as the browser shows it, in url=."),
            )
        response = jsonify(_answer(*found, current(), render))
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response


def view_of(link: str, ctx: Context, by_name: Mapping[str, ModuleType]) -> tuple[ModuleType, dict[str, Any]] | None:
    """Return the page and the query of an address of this site, its frames included; None for any other."""
    if not link.startswith((f"{ctx.site}/", f"{ctx.site}?")) and link != ctx.site:
        return None
    try:
        parts = urlsplit(link[len(ctx.site) :])
    except ValueError:
        return None
    path = parts.path or "/"
    inner = path.removeprefix(frames.FOLDER) if path.startswith(frames.FOLDER) else ""
    module = by_name.get(inner) or next((m for m in by_name.values() if m.PAGE.path == path), None)
    return None if module is None else (module, {k: v[0] for k, v in parse_qs(parts.query).items()})


def _answer(module: ModuleType, query: Mapping[str, Any], ctx: Context, render: Render) -> dict[str, Any]:
    found = views.of(module, ctx, query, render)
    title = found.title if found else _(module.PAGE.title)
    width, height = _side("maxwidth", WIDTH), _side("maxheight", HEIGHT)
    part = query.get("part") or (found.part if found else "") or frames.HEADLINE
    address = views.address(module, ctx, {**query, "part": part}, frames.FOLDER)
    said: dict[str, Any] = {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "provider_name": site_name(ctx.agency),
        "provider_url": f"{ctx.site}/",
        "cache_age": AGE,
        "width": width,
        "height": height,
        "html": iframe(address, title, width, height),
    }
    if found and found.chart:
        wide, high = SIZES[preview.SHAPE][:2]
        said |= {"thumbnail_url": preview.picture(module, ctx, query, found.chart)}
        said |= {"thumbnail_width": wide, "thumbnail_height": high}
    return said


def iframe(address: str, title: str, width: int, height: int) -> str:
    """Return the element that embeds a part; what stands in it is escaped."""
    return (
        f'<iframe src="{escape(address)}" title="{escape(title)}" width="{width}" height="{height}" '
        'style="border:0;max-width:100%" loading="lazy"></iframe>'
    )


def _side(name: str, usual: int) -> int:
    """Return the length of a side: what is asked for at most; of what is no length, the usual one."""
    asked = request.args.get(name, "")
    return max(LEAST, min(usual, int(asked))) if asked.isascii() and asked.isdigit() and len(asked) < 6 else usual
