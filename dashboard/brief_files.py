"""Briefings to take away: slides, two pages or a document, made when they are asked for."""

import threading
from collections.abc import Sequence
from urllib.parse import urlencode

from dash import html
from dash.development.base_component import Component
from flask import Blueprint, Flask, Response, abort, current_app, request

from dashboard.context import Context, current
from indicators.errors import ScidipError
from indicators.language import ENGLISH, _, speaking
from indicators.language import current as current_language
from publish.briefs.making import FORMATS, Maker, brief_of
from publish.briefs.origin import Asked
from publish.pictures import Pictures

BLUEPRINT = Blueprint("brief", __name__, url_prefix="/download")
PATIENCE = 20.0
"""Seconds that a briefing waits for its turn: one is made at a time."""
_TURN = threading.Lock()


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
    if not _TURN.acquire(timeout=PATIENCE):
        return _refused(_("Other briefings are being made. Ask again in a moment."))
    try:
        with speaking(ctx.languages.get(request.args.get("lang", ""), ENGLISH)):
            made = brief_of(Asked(ctx, int(year), ctx.site), areas)
            data = Maker(current_app.extensions["scidip-briefs"]).make(made, code)
    except ScidipError as error:
        return _refused(str(error))
    finally:
        _TURN.release()
    headers = {
        "Content-Disposition": f'attachment; filename="{made.stem}.{code}"',
        "Cache-Control": "no-cache",
    }
    return Response(data, mimetype=FORMATS[code].mimetype, headers=headers)


def _refused(sentence: str) -> Response:
    return Response(sentence, 503, mimetype="text/plain", headers={"Retry-After": "5"})


def _areas(ctx: Context) -> list[str]:
    """Return the one area or the two that are asked for; 404 for any other question."""
    names = ("area",) if "area" in request.args else ("a", "b")
    areas = [request.args.get(name, "") for name in names]
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
            known.label, href=f"/download/brief.{code}?{urlencode(query)}", className="brief-link",
            **{"aria-label": _("Briefing as {format}").format(format=known.label)},
        )
        for code, known in FORMATS.items()
    ]  # fmt: skip
    return html.P([html.Span(_("Take a briefing:")), *items], className="brief-links")
