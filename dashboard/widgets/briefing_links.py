"""Briefings as files: slides, two pages or a document, made when they are asked for."""

from collections.abc import Sequence
from urllib.parse import urlencode

from dash import html
from dash.development.base_component import Component
from flask import Blueprint, Flask, Response, abort, current_app, request

from scidip.dashboard.core.context import Context, current
from scidip.dashboard.core.fast_html import aria
from scidip.dashboard.files import expensive
from scidip.dashboard.server import errors
from scidip.indicators.errors import ScidipError
from scidip.indicators.language.current import ENGLISH, _, speaking
from scidip.indicators.language.current import current as current_language
from scidip.publish.briefs.making import FORMATS, Maker, brief_of
from scidip.publish.briefs.origin import Asked
from scidip.publish.render.browser import Pictures
from scidip.publish.work import Work

BLUEPRINT = Blueprint("brief", __name__, url_prefix="/download")


def register(server: Flask, pictures: Pictures) -> None:
    """Serve briefings; *pictures* draws what slides cannot."""
    server.extensions["scidip-briefs"] = pictures
    server.register_blueprint(BLUEPRINT)


@BLUEPRINT.get("/brief.<code>")
def brief(code: str) -> Response:
    """Send the briefing of `?area=` or of `?a=` and `?b=`; `year` and `lang` may be given."""
    ctx = current()
    areas = _areas(ctx)
    year = request.args.get("year", str(ctx.years[-1]) if ctx.years else "")
    if code not in FORMATS or year not in map(str, ctx.years):
        abort(404)
    language = ctx.languages.get(request.args.get("lang", ""), ENGLISH)

    def make() -> list[bytes]:
        with speaking(language):
            made = brief_of(Asked(ctx, int(year), ctx.site), areas)
            return [Maker(current_app.extensions["scidip-briefs"]).make(made, code)]

    name = f"{Asked(ctx, int(year), ctx.site).stem(areas)}.{code}"
    key = (code, tuple(areas), year, language.code)
    try:
        return expensive.sent(Work("drawing", key, FORMATS[code].mimetype, name, make))
    except ScidipError as error:
        response = errors.answer(503, str(error), _("Ask again in a moment."))
        response.headers["Retry-After"] = "5"
        return response


def _areas(ctx: Context) -> list[str]:
    """Return the one area or the two that are asked for; 404 for any other question, and for a pair of an own index."""
    names = ("area",) if "area" in request.args else ("a", "b")
    areas = [request.args.get(name, "") for name in names]
    if ctx.own is not None and len(areas) > 1:
        abort(404)
    if not set(areas) <= ctx.present_areas or len(set(areas)) < len(areas):
        abort(404)
    return areas


def links(ctx: Context, areas: Sequence[str], year: int) -> Component:
    """Return the links to the briefing of one area or of two, one for each format."""
    named = {"area": areas[0]} if len(areas) == 1 else {"a": areas[0], "b": areas[1]}
    query = named | {"year": str(year)}
    if current_language() is not ENGLISH:
        query["lang"] = current_language().code
    items = [
        html.A(
            known.label,
            href=f"/download/brief.{code}?{urlencode(query)}",
            className="brief-link",
            **aria(label=_("Briefing as {format}").format(format=known.label)),
        )
        for code, known in FORMATS.items()
    ]
    return html.P([html.Span(_("Take a briefing:")), *items], className="brief-links")
